//! Checking a register that answers: its log, and that it shows what the log has.

use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::runtime::Handle;
use transparency::{Commitments, Entry, Files, LogError, PublicKey, content_sha256, said};

use super::{Fault, Trusted, Verified, log};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often an answer that the register cannot give now is asked for.
const TRIES: u32 = 5;
/// Changes that are asked for at once.
const PAGE: u32 = 100;

/// A register by its address.
#[derive(Clone)]
struct Register {
    http: Client,
    base: String,
}

/// A page of changes.
#[derive(Deserialize)]
struct Changes {
    items: Vec<Change>,
    after: i64,
    more: bool,
}

/// A change, as far as it is compared.
#[derive(Deserialize)]
struct Change {
    change: i64,
    sequence: Option<u64>,
    at: chrono::DateTime<chrono::Utc>,
    kind: String,
    record_id: String,
    version: i64,
}

/// A version, as far as it is compared.
#[derive(Deserialize)]
struct Version {
    #[serde(default)]
    note: Option<String>,
    record: Map<String, Value>,
    #[serde(default)]
    commitments: Option<Commitments>,
}

impl Register {
    /// The answer at an address; `None` when there is nothing.
    async fn get(&self, url: &str) -> anyhow::Result<Option<Vec<u8>>> {
        for tried in 1.. {
            let answer = self.http.get(url).send().await.with_context(|| url.to_owned())?;
            match answer.status() {
                StatusCode::OK => {
                    return Ok(Some(answer.bytes().await.with_context(|| url.to_owned())?.into()));
                }
                StatusCode::NOT_FOUND => return Ok(None),
                StatusCode::SERVICE_UNAVAILABLE if tried < TRIES => {
                    tokio::time::sleep(Duration::from_secs(tried.into())).await;
                }
                other => bail!("{url} answers {other}"),
            }
        }
        unreachable!("the last try ends in an answer")
    }

    async fn json<T: for<'de> Deserialize<'de>>(&self, path: &str) -> anyhow::Result<T> {
        let url = format!("{}{path}", self.base);
        let bytes =
            self.get(&url).await?.with_context(|| format!("{url} is not there: is this a register?"))?;
        serde_json::from_slice(&bytes).with_context(|| format!("{url} is not what a register answers"))
    }
}

struct LogOf {
    register: Register,
    handle: Handle,
}

impl Files for LogOf {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, LogError> {
        let url = format!("{}/log/{path}", self.register.base);
        let read = self.handle.block_on(self.register.get(&url));
        read.map_err(|error| LogError::Unreadable { path: path.to_owned(), reason: format!("{error:#}") })
    }
}

/// Checks the log of a register, and that its changes and versions are those of the log.
pub(super) async fn verify(url: &str, mut trusted: Trusted) -> anyhow::Result<Verified> {
    // One provider of cryptography for the whole process; whoever comes first sets it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build()?;
    // The page of the log is an address of the register too.
    let base = url.trim_end_matches('/').trim_end_matches("/log");
    let register = Register { http, base: base.to_owned() };
    let mut verified = Verified::default();
    if trusted.keys.is_empty() {
        #[derive(Deserialize)]
        struct Log {
            keys: Vec<String>,
        }
        let said: Log = register.json("/api/v1/log").await?;
        trusted.keys = PublicKey::read_all(&said.keys.join("\n"))?;
        if trusted.keys.is_empty() {
            bail!("{url} names no key that signs its log: give the one you know with --key");
        }
        verified.not_checked.push(
            "that the keys are the register's: it gave them itself. Give those you know with --key"
                .to_owned(),
        );
    }
    let files = LogOf { register: register.clone(), handle: Handle::current() };
    let (entries, mut verified) = tokio::task::spawn_blocking(move || {
        let mut entries = Vec::new();
        log(&files, &trusted, &mut verified, |entry| entries.push(entry.to_vec()))?;
        anyhow::Ok((entries, verified))
    })
    .await??;
    if verified.faults.is_empty() {
        compare(&register, &entries, &mut verified).await?;
    }
    Ok(verified)
}

/// Compares what the register shows with the entries of its log: every change has its entry and every entry its change, and
/// every version says what its entry proves.
async fn compare(register: &Register, entries: &[Vec<u8>], verified: &mut Verified) -> anyhow::Result<()> {
    let (mut after, mut versions) = (0, 0_u64);
    let mut shown = vec![false; entries.len()];
    loop {
        let page: Changes = register.json(&format!("/api/v1/changes?after={after}&limit={PAGE}")).await?;
        for change in &page.items {
            let place = change.sequence.and_then(|sequence| usize::try_from(sequence).ok());
            let Some(place) = place else {
                fault(verified, change, "it has no entry in the log yet");
                continue;
            };
            // What came since the checkpoint was read is not signed by it.
            let Some(bytes) = entries.get(place) else { continue };
            shown[place] = true;
            let Ok(entry) = Entry::read(bytes) else { continue };
            let again =
                Entry::new(entry.sequence, change.at, entry.kind, (&change.record_id, change.version), "");
            let kind = serde_json::to_value(entry.kind)?;
            if (kind.as_str(), &entry.record_id, entry.version, &entry.at)
                != (Some(&change.kind), &change.record_id, change.version, &again.at)
            {
                fault(verified, change, &format!("entry {place} of the log says otherwise"));
                continue;
            }
            if change.kind == "published" {
                versions += 1;
                version(register, change, &entry, verified).await?;
            }
        }
        after = page.after;
        if !page.more {
            break;
        }
    }
    for (place, _) in shown.iter().enumerate().filter(|(_, shown)| !**shown) {
        verified.faults.push(Fault {
            place: "/api/v1/changes".to_owned(),
            row: Some(format!("entry {place}")),
            reason: "the log has it, the register does not show it".to_owned(),
        });
    }
    verified
        .checked
        .push(format!("what the register shows of {} changes and {versions} versions", shown.len()));
    Ok(())
}

async fn version(
    register: &Register,
    change: &Change,
    entry: &Entry,
    verified: &mut Verified,
) -> anyhow::Result<()> {
    let path = format!("/api/v1/records/{}/versions/{}", change.record_id, change.version);
    let found: Version = register.json(&path).await?;
    let commitments = found.commitments.unwrap_or_default();
    match content_sha256(&said(found.record, found.note.as_deref()), &commitments) {
        Ok(hash) if hash == entry.content_sha256 => {}
        Ok(_) => fault(verified, change, "the version does not say what it said when it was entered"),
        Err(error) => fault(verified, change, &error.to_string()),
    }
    Ok(())
}

fn fault(verified: &mut Verified, change: &Change, reason: &str) {
    verified.faults.push(Fault {
        place: format!("{} version {}", change.record_id, change.version),
        row: Some(format!("change {}", change.change)),
        reason: reason.to_owned(),
    });
}
