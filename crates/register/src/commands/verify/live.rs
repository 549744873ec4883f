//! Checks a live register: its log, and that what it shows agrees with the log.

use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use tokio::runtime::Handle;
use transparency::{Commitments, Entry, EntryKind, Files, Left, LogError, PublicKey, prove, said};
use wire::{ChangeKindName, ChangeList, ChangeView, LogView, VersionView};

use super::{Fault, Trusted, Verified, log};

/// How long to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Attempts while the register is temporarily unavailable.
const TRIES: u32 = 5;
/// Longest answer read, in bytes.
const ANSWER_MAX: usize = 64 << 20;
/// How long an entry may stay unsigned.
const LATE: chrono::TimeDelta = chrono::TimeDelta::minutes(10);
/// Changes per request.
const PAGE: u32 = 100;

/// A register, by its address.
#[derive(Clone)]
struct Register {
    http: Client,
    base: String,
}

impl Register {
    /// The answer at an address; `None` for a 404.
    async fn get(&self, url: &str) -> anyhow::Result<Option<Vec<u8>>> {
        for tried in 1.. {
            let answer = self.http.get(url).send().await.with_context(|| url.to_owned())?;
            match answer.status() {
                StatusCode::OK => {
                    return Ok(Some(at_most(answer).await.with_context(|| url.to_owned())?));
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

/// An answer's body. Errors: it is longer than any answer of a register.
async fn at_most(mut answer: reqwest::Response) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > ANSWER_MAX {
            bail!("the answer is longer than {ANSWER_MAX} bytes");
        }
    }
    Ok(bytes)
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

/// Checks a register's log, and that its changes and versions agree with the log.
pub(super) async fn verify(url: &str, mut trusted: Trusted) -> anyhow::Result<Verified> {
    // The provider of cryptography is set once per process; an error means that somebody else set it first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build()?;
    // People may give the address of the log's page.
    let base = url.trim_end_matches('/').trim_end_matches("/log");
    let register = Register { http, base: base.to_owned() };
    let mut verified = Verified::default();
    if trusted.keys.is_empty() {
        let said: LogView = register.json("/api/v1/log").await?;
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

/// Compares what the register shows with its log. Changes and entries must match one to one and in order, and
/// every version and statement must match its entry's hash.
async fn compare(register: &Register, entries: &[Vec<u8>], verified: &mut Verified) -> anyhow::Result<()> {
    let mut next = 0;
    let mut pages = Pages { register, after: 0, ended: false };
    // Redactions come after what they redact, so what they left is known only once all changes are read.
    let mut left = Left::default();
    let (mut published, mut stated, mut unsigned) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(page) = pages.next().await? {
        for change in page {
            if change.sequence != i64::try_from(next).ok() {
                let seen = change.sequence.map_or("none".to_owned(), |sequence| sequence.to_string());
                fault(verified, &change, &format!("its entry should be {next} of the log, and is {seen}"));
            }
            let place = next;
            next += 1;
            // Newer than the checkpoint, so not signed by it.
            let Some(bytes) = entries.get(place) else {
                unsigned.push(change);
                continue;
            };
            let entry = match Entry::read(bytes) {
                Ok(entry) => entry,
                Err(error) => {
                    fault(verified, &change, &format!("entry {place} of the log: {error}"));
                    continue;
                }
            };
            let whose = (change.record_id.as_str(), change.version);
            let mut again = Entry::new(place as u64, change.at, entry.kind, whose, &entry.content_sha256);
            if matches!(change.kind, ChangeKindName::Published) {
                again = again.published_at(change.published_at);
            }
            again.statement_sha256.clone_from(&entry.statement_sha256);
            if again != entry || entry.kind != kind_of(change.kind) {
                fault(verified, &change, &format!("entry {place} of the log says otherwise"));
                continue;
            }
            left.take(&change.statement.clone().unwrap_or_default());
            if matches!(change.kind, ChangeKindName::Published) {
                published.push((change, entry))
            } else {
                stated.push((change, entry))
            }
        }
    }
    for (change, entry) in &stated {
        let said = change.statement.clone().unwrap_or_default();
        let wanted = entry.statement_sha256.as_deref().unwrap_or_default();
        let proved = commitments(change.commitments.clone()).and_then(|commitments| {
            prove(&said, &commitments, wanted, left.of(change.change)).map_err(|error| error.to_string())
        });
        if let Err(reason) = proved {
            fault(verified, change, &reason);
        }
    }
    for (change, entry) in &published {
        let mut shown = version(register, change, entry, &left).await?;
        if shown.is_err() {
            // It may have been redacted since the changes were read, so read on before judging.
            pages.ended = false;
            while let Some(page) = pages.next().await? {
                page.iter().for_each(|later| left.take(&later.statement.clone().unwrap_or_default()));
            }
            shown = version(register, change, entry, &left).await?;
        }
        if let Err(reason) = shown {
            fault(verified, change, &reason);
        }
    }
    for place in next..entries.len() {
        verified.faults.push(Fault {
            place: "/api/v1/changes".to_owned(),
            row: Some(format!("entry {place}")),
            reason: "the log has it, the register does not show it".to_owned(),
        });
    }
    verified.checked.push(format!(
        "what the register shows of {} versions, and of {} withdrawals and redactions",
        published.len(),
        stated.len()
    ));
    if !unsigned.is_empty() {
        verified.not_checked.push(format!("{} changes that are not signed yet", unsigned.len()));
    }
    let late = chrono::Utc::now() - LATE;
    for change in unsigned.iter().filter(|change| change.at < late) {
        fault(
            verified,
            change,
            "it is not signed, though it was entered long ago: until then it can be rewritten",
        );
    }
    Ok(())
}

/// Whether a version matches its entry, allowing for redactions. The inner error is the mismatch.
async fn version(
    register: &Register,
    change: &ChangeView,
    entry: &Entry,
    left: &Left,
) -> anyhow::Result<Result<(), String>> {
    let path = format!("/api/v1/records/{}/versions/{}", change.record_id, change.version);
    let Some(bytes) = register.get(&format!("{}{path}", register.base)).await? else {
        return Ok(Err(format!("the register does not show it at {path}")));
    };
    let found: VersionView = match serde_json::from_slice(&bytes) {
        Ok(found) => found,
        Err(error) => return Ok(Err(format!("{path} is no version: {error}"))),
    };
    let said = said(found.record, found.summary.note.as_deref());
    Ok(commitments(found.commitments).and_then(|commitments| {
        let proved = prove(&said, &commitments, &entry.content_sha256, left.of(change.change));
        proved.map_err(|error| error.to_string())
    }))
}

/// What an answer gives to prove itself with; nothing if it gives none. Errors: it is not in that form.
fn commitments(given: Option<Value>) -> Result<Commitments, String> {
    let Some(given) = given else { return Ok(Commitments::default()) };
    serde_json::from_value(given).map_err(|error| format!("its commitments cannot be read: {error}"))
}

/// The kind of log entry that belongs to a kind of change.
fn kind_of(kind: ChangeKindName) -> EntryKind {
    match kind {
        ChangeKindName::Published => EntryKind::Published,
        ChangeKindName::Withdrawn => EntryKind::Withdrawn,
        ChangeKindName::Redacted => EntryKind::Redacted,
    }
}

/// The register's changes, page by page.
struct Pages<'r> {
    register: &'r Register,
    after: i64,
    ended: bool,
}

impl Pages<'_> {
    async fn next(&mut self) -> anyhow::Result<Option<Vec<ChangeView>>> {
        if self.ended {
            return Ok(None);
        }
        let path = format!("/api/v1/changes?after={}&limit={PAGE}", self.after);
        let page: ChangeList = self.register.json(&path).await?;
        if page.more && page.after <= self.after {
            bail!("{path} says that there is more, and goes on at {}: it never ends", page.after);
        }
        (self.after, self.ended) = (page.after, !page.more);
        Ok(Some(page.items))
    }
}

fn fault(verified: &mut Verified, change: &ChangeView, reason: &str) {
    verified.faults.push(Fault {
        place: format!("{} version {}", change.record_id, change.version),
        row: Some(format!("change {}", change.change)),
        reason: reason.to_owned(),
    });
}
