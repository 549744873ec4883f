//! `register verify`: checks that nothing was rewritten in a database, a live register, a dump, a log, or one
//! version.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value};
use store::log::files::LogFiles;
use tokio::runtime::Handle;
use transparency::{
    Cosigner, Evidence, Files, Growing, LogError, Node, Proof, PublicKey, Tree, check, open, peek, witnesses,
};

use crate::exit::Ended;
use crate::settings::Settings;

mod live;

/// Faults printed; further ones are only counted.
const TOLD: usize = 100;

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// What to check: a register's address, a dump's folder, a proof of a version, or the folder of a log's
    /// files [default: the register's own database and log]
    #[arg(value_name = "WHAT")]
    what: Option<String>,
    /// The keys that verify the log, or files that hold them; get them from another source than what is
    /// checked
    #[arg(long, value_name = "KEY")]
    key: Vec<String>,
    /// A checkpoint kept earlier: what is checked may only have grown since
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// The key of a witness that must have signed too
    #[arg(long, value_name = "KEY")]
    witness: Vec<String>,
}

/// What the log is checked against.
#[derive(Clone)]
struct Trusted {
    keys: Vec<PublicKey>,
    /// A checkpoint kept earlier.
    kept: Option<Vec<u8>>,
    witnesses: Vec<Cosigner>,
}

/// Something wrong.
#[derive(Debug, Serialize)]
struct Fault {
    /// The file or table.
    place: String,
    /// The row, if it is about one.
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

/// The result of a check, as printed.
#[derive(Debug, Default, Serialize)]
struct Verified {
    /// What was checked, in words.
    checked: Vec<String>,
    /// What could not be checked, and why.
    not_checked: Vec<String>,
    faults: Vec<Fault>,
    /// For a proof: the record as that version states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    proved: Option<Map<String, Value>>,
}

impl Verify {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let trusted = self.trusted()?;
        let verified = match self.what.as_deref() {
            None => own(settings, trusted).await?,
            Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
                live::verify(url, trusted).await?
            }
            Some(path) => {
                let path = PathBuf::from(path);
                tokio::task::spawn_blocking(move || files(&path, &trusted)).await??
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

impl Verify {
    fn trusted(&self) -> anyhow::Result<Trusted> {
        let kept = self
            .checkpoint
            .as_ref()
            .map(|path| std::fs::read(path).with_context(|| format!("--checkpoint {}", path.display())));
        let witnesses =
            self.witness.iter().map(|key| Cosigner::read(key).with_context(|| format!("--witness {key}")));
        Ok(Trusted {
            keys: read_keys(&self.key)?,
            kept: kept.transpose()?,
            witnesses: witnesses.collect::<anyhow::Result<_>>()?,
        })
    }
}

impl Trusted {
    /// The tree of the kept checkpoint. Errors: none of the keys signed it.
    fn kept(&self) -> anyhow::Result<Option<Tree>> {
        let opened = self.kept.as_ref().map(|bytes| open(bytes, &self.keys)).transpose();
        Ok(opened.context("the checkpoint that was kept")?.map(|opened| opened.tree))
    }

    /// Checks that a log only grew since the kept checkpoint. `there` is the log's tree at the kept size, if
    /// it is that long; `size` is its length.
    fn compare_kept(&self, kept: Option<Tree>, there: Option<Tree>, size: u64, verified: &mut Verified) {
        let Some(kept) = kept else { return };
        let reason = match there {
            Some(there) if there == kept => {
                let words =
                    format!("it only grew since the checkpoint that was kept, of {} entries", kept.size);
                verified.checked.push(words);
                return;
            }
            Some(_) => format!(
                "its first {} entries are not those of the checkpoint that was kept: the log was rewritten",
                kept.size
            ),
            None if kept.size > size => format!(
                "it is of {size} entries, the checkpoint that was kept of {}: the log was cut",
                kept.size
            ),
            None => {
                "it cannot be compared with the checkpoint that was kept while entries are damaged".to_owned()
            }
        };
        verified.faults.push(Fault { place: "checkpoint".to_owned(), row: None, reason });
    }

    /// Reports all witnesses as missing: there is no checkpoint for them to have signed.
    fn without_checkpoint(&self, verified: &mut Verified) {
        for witness in &self.witnesses {
            let reason = format!("it is not there, and the witness {} cannot have signed it", witness.name());
            verified.faults.push(Fault { place: "checkpoint".to_owned(), row: None, reason });
        }
    }

    /// Checks that every witness signed a checkpoint.
    fn compare_witnesses(&self, checkpoint: &[u8], verified: &mut Verified) -> anyhow::Result<()> {
        let signed = witnesses(checkpoint, &self.witnesses)?;
        for witness in &self.witnesses {
            if signed.contains(&witness.name()) {
                verified.checked.push(format!("the witness {} saw it", witness.name()));
            } else {
                let reason = format!("the witness {} did not sign it", witness.name());
                verified.faults.push(Fault { place: "checkpoint".to_owned(), row: None, reason });
            }
        }
        Ok(())
    }
}

/// Prints the result of a check.
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
    match verified.faults.len() {
        0 => eprintln!("no faults"),
        1 => eprintln!("1 fault"),
        many => eprintln!("{many} faults"),
    }
}

/// Keys, given directly or in files. Errors: an argument is neither.
fn read_keys(given: &[String]) -> anyhow::Result<Vec<PublicKey>> {
    let mut keys: Vec<PublicKey> = Vec::new();
    for one in given {
        let text = match std::fs::read_to_string(one) {
            Ok(text) => text,
            Err(_) if one.contains('+') => one.clone(),
            Err(_) => {
                bail!("--key '{}' is neither a key (name+id+key) nor a file that holds some", shown(one))
            }
        };
        let found = PublicKey::read_all(&text).with_context(|| format!("--key {}", shown(one)))?;
        if found.is_empty() {
            bail!("--key '{one}' holds no key");
        }
        let known: Vec<String> = keys.iter().map(PublicKey::id).collect();
        keys.extend(found.into_iter().filter(|key| !known.contains(&key.id())));
    }
    Ok(keys)
}

/// A key argument, safe to print: a private key never is.
fn shown(given: &str) -> &str {
    if given.contains("PRIVATE+KEY") { "(a key that signs: give the one that verifies)" } else { given }
}

/// Checks files alone: a dump, a proof, or a log.
fn files(path: &Path, trusted: &Trusted) -> anyhow::Result<Verified> {
    let shown = path.display();
    if !path.exists() {
        bail!("there is no file or folder '{shown}'; the address of a register begins with https://");
    }
    if path.is_file() {
        return proof(path, trusted);
    }
    if path.join("checkpoint").is_file() && path.join("tile").is_dir() {
        if trusted.keys.is_empty() {
            bail!("{shown}: a log is checked with its key: give it with --key");
        }
        let mut verified = Verified::default();
        log(&Folder(path.to_owned()), trusted, &mut verified, |_| {})?;
        return Ok(verified);
    }
    if path.join(export::published::WITHDRAWN).is_file() {
        bail!("{shown} was taken back, because something in it was redacted later: check a later dump");
    }
    if !path.join("SHA256SUMS").is_file() {
        let inside = std::fs::read_dir(path)?.filter_map(|entry| Some(entry.ok()?.path()));
        let latest = inside.filter(|inside| inside.join("SHA256SUMS").is_file()).max();
        let hint = latest.map_or_else(String::new, |dump| format!(": did you mean {}?", dump.display()));
        bail!("{shown} is neither a whole dump nor the folder of a log{hint}");
    }
    dump(path, trusted)
}

/// Checks the proof of one version.
fn proof(path: &Path, trusted: &Trusted) -> anyhow::Result<Verified> {
    if trusted.keys.is_empty() {
        bail!("{}: a proof is checked with the key of the log: give it with --key", path.display());
    }
    let shown = || path.display().to_string();
    let proof = Proof::read(&std::fs::read(path).with_context(shown)?).with_context(shown)?;
    let mut verified = Verified::default();
    match Evidence::check(&proof, &trusted.keys) {
        Ok((evidence, entry, opened)) => {
            let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
            verified.checked.push(format!(
                "{} version {} ('{}', {}), published {}, says what it said when it was entered, {}",
                entry.record_id,
                entry.version,
                text(evidence.record.get("title")),
                text(evidence.record.get("publisher").and_then(|body| body.get("name"))),
                entry.published_at.as_deref().unwrap_or(&entry.at),
                entry.at
            ));
            verified.checked.push(format!(
                "it is entry {} of the {} of the log {}, signed by {}; --json shows what it says",
                proof.index,
                opened.tree.size,
                opened.origin,
                opened.signed_by.join(" and ")
            ));
            let not_shown = evidence.not_shown();
            if !not_shown.is_empty() {
                let words =
                    "were taken out or changed since, or are left out: this proof says nothing of them";
                verified.not_checked.push(format!("{} {words}", not_shown.join(", ")));
            }
            verified.proved = Some(evidence.record);
            trusted.compare_witnesses(&proof.checkpoint, &mut verified)?;
            match trusted.kept()? {
                Some(kept) if kept.size == opened.tree.size => {
                    trusted.compare_kept(Some(kept), Some(opened.tree), kept.size, &mut verified);
                }
                Some(_) => verified.not_checked.push(
                    "the checkpoint that was kept: a proof is of one checkpoint. Check the register or a dump".to_owned(),
                ),
                None => {}
            }
        }
        Err(error) => {
            verified.faults.push(Fault { place: shown(), row: None, reason: error.to_string() });
        }
    }
    Ok(verified)
}

/// Checks a dump.
fn dump(path: &Path, trusted: &Trusted) -> anyhow::Result<Verified> {
    let kept = trusted.kept()?;
    let found = export::verify::verify(path, &trusted.keys, kept.map(|kept| kept.size))?;
    let mut verified = Verified {
        checked: vec![format!(
            "{} files agree with SHA256SUMS, {} rows read, versions and statements with {} entries of the log",
            found.files, found.rows, found.entries
        )],
        ..Verified::default()
    };
    if let Some(signed) = found.signed {
        verified.checked.push(format!("{signed} entries have the root that the checkpoint says"));
        if signed < found.entries {
            verified.not_checked.push(format!("{} entries are not signed yet", found.entries - signed));
        }
    }
    let has_checkpoint = path.join("checkpoint").is_file();
    if !has_checkpoint {
        verified
            .not_checked
            .push("who published it: it has no checkpoint, nothing in it is signed".to_owned());
    } else if trusted.keys.is_empty() {
        verified.not_checked.push("the signature of the checkpoint: give its key with --key".to_owned());
    }
    verified.not_checked.push(
        "other tables than versions.csv and log.csv, and other formats: only these two are proved by the log"
            .to_owned(),
    );
    trusted.compare_kept(kept, found.then, found.entries, &mut verified);
    match std::fs::read(path.join("checkpoint")) {
        Ok(checkpoint) if found.signed.is_some() => trusted.compare_witnesses(&checkpoint, &mut verified)?,
        _ => trusted.without_checkpoint(&mut verified),
    }
    let more = found.faults_total - found.faults.len() as u64;
    verified.faults.extend(found.faults.into_iter().map(|fault| {
        let column = fault.column.map(|column| format!(", {column}")).unwrap_or_default();
        let row = fault.row.map(|row| format!("row {row}{column}"));
        Fault { place: fault.file, row, reason: fault.reason }
    }));
    if more > 0 {
        let reason = format!("and {more} faults more in these files");
        verified.faults.push(Fault { place: path.display().to_string(), row: None, reason });
    }
    Ok(verified)
}

/// Checks the files of a log, and passes each entry to `entry`, in order. Returns the number of signed
/// entries, if known, and their hashes.
fn log(
    files: &dyn Files,
    trusted: &Trusted,
    verified: &mut Verified,
    mut entry: impl FnMut(&[u8]),
) -> anyhow::Result<(Option<u64>, Vec<Node>)> {
    let kept = trusted.kept()?;
    let (mut growing, mut then) = (Growing::default(), None);
    let checked = check(files, &trusted.keys, |_, bytes| {
        growing.push(bytes);
        if kept.is_some_and(|kept| kept.size == growing.size()) {
            then = Some(growing.tree());
        }
        entry(bytes);
    });
    match checked {
        Ok(checked) => {
            let opened = checked.opened;
            verified.checked.push(format!(
                "{} entries of the log {}, signed by {}",
                opened.tree.size,
                opened.origin,
                opened.signed_by.join(" and ")
            ));
            verified.faults.extend(checked.faults.into_iter().map(Fault::from));
            trusted.compare_kept(kept, then, opened.tree.size, verified);
            trusted.compare_witnesses(&checked.checkpoint, verified)?;
            return Ok((Some(opened.tree.size), checked.entries));
        }
        Err(LogError::Damaged { path, reason }) => {
            verified.faults.push(Fault { place: path, row: None, reason });
        }
        Err(LogError::Missing(path)) => {
            verified.faults.push(Fault { place: path, row: None, reason: "it is not there".to_owned() });
        }
        Err(error) => return Err(error.into()),
    }
    Ok((None, Vec::new()))
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
async fn own(settings: &Settings, mut trusted: Trusted) -> anyhow::Result<Verified> {
    let db = settings.open().await?;
    let mut verified = Verified::default();
    if trusted.keys.is_empty() {
        trusted.keys =
            settings.log_keys(&db)?.unwrap_or_default().iter().map(|key| key.public().clone()).collect();
    }
    let objects = settings.objects(&db)?;
    // Read the database's copy first. The checkpoint among the files may be newer by the time it is read, but
    // not older.
    let known = store::ground::settings::read(&db, store::ground::settings::CHECKPOINT).await?;
    let known = known.map(|known| peek(known.as_bytes())).transpose()?.map_or(0, |known| known.tree.size);
    let nothing_yet = known == 0
        && store::log::size(&db).await? == 0
        && store::log::files::checkpoint(&objects).await?.is_none();
    let mut signed = Vec::new();
    if trusted.keys.is_empty() {
        if trusted.kept.is_some() || !trusted.witnesses.is_empty() {
            bail!("a checkpoint is compared with a key that verifies it: give it with --key");
        }
        verified.not_checked.push("the files of the log: there is no key".to_owned());
    } else if nothing_yet {
        trusted.compare_kept(trusted.kept()?, None, 0, &mut verified);
        trusted.without_checkpoint(&mut verified);
        verified.not_checked.push("the files of the log: nothing is entered yet".to_owned());
    } else {
        let files = LogFiles { objects, handle: Handle::current() };
        let checked = tokio::task::spawn_blocking(move || {
            let (size, signed) = log(&files, &trusted, &mut verified, |_| {})?;
            for fault in verified.faults.iter_mut().filter(|fault| fault.place.starts_with("tile/")) {
                fault.reason += ": `register log rebuild` writes it again from the database";
            }
            if let Some(size) = size.filter(|size| *size < known) {
                let hint = "`register log rebuild` puts it back";
                let reason = format!("it signs {size} entries, and {known} were signed: {hint}");
                verified.faults.push(Fault { place: "checkpoint".to_owned(), row: None, reason });
            }
            anyhow::Ok((signed, verified))
        });
        (signed, verified) = checked.await??;
    }
    // One snapshot of the database, whatever is published meanwhile.
    let db = db.still().await?;
    let compared = store::log::verify::compare(&db, &signed).await?;
    verified.checked.push(format!("{} entries with events, versions and records", compared.entries));
    if compared.entries > compared.signed && compared.signed > 0 {
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
