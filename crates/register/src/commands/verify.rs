//! `register verify`: whether anything was rewritten, of a register's database, a live register, a dump, or one version.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use serde::Serialize;
use store::log::files::LogFiles;
use tokio::runtime::Handle;
use transparency::{Evidence, Files, LogError, Node, Proof, PublicKey, check};

use crate::exit::Ended;
use crate::settings::Settings;

mod live;

/// Faults that are printed; more are counted.
const TOLD: usize = 100;

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// What to check: the address of a register, the folder of a dump, a proof of a version, or the folder of a log's files
    /// [default: the register's own database and log]
    #[arg(value_name = "DUMP_OR_URL")]
    what: Option<String>,
    /// The keys that verify the log, or files that hold them; take them from elsewhere than what is checked
    #[arg(long, value_name = "KEY")]
    key: Vec<String>,
}

/// Something that is not as it must be.
#[derive(Debug, Serialize)]
struct Fault {
    /// The file, or the table.
    place: String,
    /// The row, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<String>,
    /// What is wrong.
    reason: String,
}

impl From<transparency::Fault> for Fault {
    fn from(fault: transparency::Fault) -> Self {
        Self { place: fault.file, row: None, reason: fault.reason }
    }
}

/// What was checked, as it is printed.
#[derive(Debug, Default, Serialize)]
struct Verified {
    /// What was checked, in words.
    checked: Vec<String>,
    /// What could not be, and why.
    not_checked: Vec<String>,
    faults: Vec<Fault>,
}

impl Verify {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let keys = read_keys(&self.key)?;
        let verified = match self.what.as_deref() {
            None => own(settings, &keys).await?,
            Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
                live::verify(url, keys).await?
            }
            Some(path) => {
                let path = PathBuf::from(path);
                tokio::task::spawn_blocking(move || files(&path, &keys)).await??
            }
        };
        if settings.json {
            super::print_json(&verified)?;
        } else {
            say(&verified);
        }
        Ok(if verified.faults.is_empty() { Ended::Done } else { Ended::Findings })
    }
}

fn say(verified: &Verified) {
    for fault in verified.faults.iter().take(TOLD) {
        let row = fault.row.as_ref().map(|row| format!(", {row}")).unwrap_or_default();
        println!("{}{row}: {}", fault.place, fault.reason);
    }
    if verified.faults.len() > TOLD {
        println!("... and {} more", verified.faults.len() - TOLD);
    }
    for words in &verified.checked {
        eprintln!("checked: {words}");
    }
    for words in &verified.not_checked {
        eprintln!("NOT checked: {words}");
    }
    eprintln!("{} faults", verified.faults.len());
}

/// Keys that are given as they are, or by the files that hold them.
fn read_keys(given: &[String]) -> anyhow::Result<Vec<PublicKey>> {
    let mut keys = Vec::new();
    for one in given {
        let text = match std::fs::read_to_string(one) {
            Ok(text) => text,
            Err(_) => one.clone(),
        };
        keys.extend(PublicKey::read_all(&text).with_context(|| format!("--key {one}"))?);
    }
    Ok(keys)
}

/// Checks files alone: a dump, a proof, or a log.
fn files(path: &Path, keys: &[PublicKey]) -> anyhow::Result<Verified> {
    if path.is_file() {
        return proof(path, keys);
    }
    if path.join("checkpoint").is_file() && path.join("tile").is_dir() {
        let mut verified = Verified::default();
        log(&Folder(path.to_owned()), keys, &mut verified, |_| {})?;
        return Ok(verified);
    }
    dump(path, keys)
}

fn proof(path: &Path, keys: &[PublicKey]) -> anyhow::Result<Verified> {
    if keys.is_empty() {
        bail!("{}: a proof is checked with the key of the log: give it with --key", path.display());
    }
    let shown = || path.display().to_string();
    let proof = Proof::read(&std::fs::read(path).with_context(shown)?).with_context(shown)?;
    let mut verified = Verified::default();
    match Evidence::check(&proof, keys) {
        Ok((_, entry, opened)) => verified.checked.push(format!(
            "{} version {}, entry {} of the {} in the log {}, says what it said when it was entered at {}",
            entry.record_id, entry.version, proof.index, opened.tree.size, opened.origin, entry.at
        )),
        Err(error) => {
            verified.faults.push(Fault { place: shown(), row: None, reason: error.to_string() });
        }
    }
    Ok(verified)
}

fn dump(path: &Path, keys: &[PublicKey]) -> anyhow::Result<Verified> {
    let found = export::verify::verify(path, keys)?;
    let mut verified = Verified {
        checked: vec![format!(
            "{} files are as published, {} rows read, {} entries of the log",
            found.files, found.rows, found.entries
        )],
        ..Verified::default()
    };
    match found.signed {
        Some(signed) => {
            verified.checked.push(format!("{signed} entries are those that the checkpoint signs"))
        }
        None if keys.is_empty() => {
            verified.not_checked.push("the signature of the log: give its key with --key".to_owned());
        }
        None => verified.not_checked.push("the signature of the log: there is no good checkpoint".to_owned()),
    }
    let more = found.faults_total - found.faults.len() as u64;
    verified.faults = found
        .faults
        .into_iter()
        .map(|fault| {
            let column = fault.column.map(|column| format!(", {column}")).unwrap_or_default();
            let row = fault.row.map(|row| format!("row {row}{column}"));
            Fault { place: fault.file, row, reason: fault.reason }
        })
        .collect();
    if more > 0 {
        let reason = format!("and {more} faults more in these files");
        verified.faults.push(Fault { place: path.display().to_string(), row: None, reason });
    }
    Ok(verified)
}

/// Checks the files of a log; hands on its entries, in order.
fn log(
    files: &dyn Files,
    keys: &[PublicKey],
    verified: &mut Verified,
    mut entry: impl FnMut(&[u8]),
) -> anyhow::Result<()> {
    match check(files, keys, |_, bytes| entry(bytes)) {
        Ok(checked) => {
            let opened = checked.opened;
            verified.checked.push(format!(
                "{} entries of the log {}, signed by {}",
                opened.tree.size,
                opened.origin,
                opened.signed_by.join(" and ")
            ));
            verified.faults.extend(checked.faults.into_iter().map(Fault::from));
        }
        Err(LogError::Damaged { path, reason }) => {
            verified.faults.push(Fault { place: path, row: None, reason });
        }
        Err(LogError::Missing(path)) => {
            verified.faults.push(Fault { place: path, row: None, reason: "it is not there".to_owned() });
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// The files of a log in a folder.
struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, LogError> {
        match std::fs::read(self.0.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LogError::Unreadable { path: path.to_owned(), reason: error.to_string() }),
        }
    }
}

/// Checks the register's own database and log.
async fn own(settings: &Settings, keys: &[PublicKey]) -> anyhow::Result<Verified> {
    let db = super::open(settings).await?;
    let mut verified = Verified::default();
    let mut keys = keys.to_vec();
    if keys.is_empty() {
        keys = settings.log_keys(&db)?.unwrap_or_default().iter().map(|key| key.public().clone()).collect();
    }
    let mut signed = Vec::new();
    let objects = settings.objects(&db)?;
    if keys.is_empty() {
        verified.not_checked.push("the files of the log: there is no key".to_owned());
    } else if store::log::files::checkpoint(&objects).await?.is_none() && store::log::size(&db).await? == 0 {
        verified.not_checked.push("the files of the log: nothing is entered yet".to_owned());
    } else {
        let files = LogFiles { objects, handle: Handle::current() };
        let checked = tokio::task::spawn_blocking(move || {
            let mut signed = Vec::new();
            log(&files, &keys, &mut verified, |entry| signed.push(Node::of(entry)))?;
            anyhow::Ok((signed, verified))
        });
        (signed, verified) = checked.await??;
    }
    let compared = store::log::verify::compare(&db, &signed).await?;
    verified.checked.push(format!("{} entries with events, versions and records", compared.entries));
    if compared.entries > compared.signed {
        let words = format!("{} entries are not signed yet", compared.entries - compared.signed);
        verified.not_checked.push(words);
    }
    verified.faults.extend(compared.mismatches.into_iter().map(|one| Fault {
        place: one.table.to_owned(),
        row: Some(one.row),
        reason: one.reason,
    }));
    Ok(verified)
}
