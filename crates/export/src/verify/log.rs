//! The public log of a dump: that the checkpoint signs its entries, and that versions and statements say what they prove.

use std::path::Path;

use csv::StringRecord;
use transparency::{Commitments, Entry, EntryKind, Growing, PublicKey, content_sha256, open, peek, said};

use super::Verified;
use crate::ExportError;
use crate::dump::CHECKPOINT;
use crate::error::Named;

/// The entries of the log, in order: what each says of a version.
pub(super) struct Entries(Vec<Known>);

/// What an entry says of a version, in few bytes.
struct Known {
    /// SHA-256 of its content; nothing when it is no publication, or cannot be read.
    published: Option<[u8; 32]>,
    record_id: Box<str>,
    version: i64,
}

impl Entries {
    /// How many versions they speak of.
    pub(super) fn published(&self) -> u64 {
        self.0.iter().filter(|entry| entry.published.is_some()).count() as u64
    }
}

/// Reads the table of the log, and compares it with the checkpoint. Errors: a file cannot be read.
pub(super) fn read(
    folder: &Path,
    name: &str,
    known: &[PublicKey],
    then: Option<u64>,
    verified: &mut Verified,
) -> Result<Entries, ExportError> {
    let path = folder.join(CHECKPOINT);
    let checkpoint = path.is_file().then(|| std::fs::read(&path).named(&path)).transpose()?;
    // The root is compared whether or not there is a key that verifies its signature.
    let opened = checkpoint.map(|bytes| if known.is_empty() { peek(&bytes) } else { open(&bytes, known) });
    let signed = match opened {
        Some(Ok(opened)) => Some(opened.tree),
        Some(Err(error)) => {
            verified.fault(CHECKPOINT, None, None, error.to_string());
            None
        }
        None if !known.is_empty() => {
            verified.fault(CHECKPOINT, None, None, "it is not there, and a key was given to verify it");
            None
        }
        None => None,
    };
    let path = folder.join(name);
    let mut reader = csv::Reader::from_path(&path).named(&path)?;
    let header: Vec<String> = reader.headers().named(&path)?.iter().map(str::to_owned).collect();
    let column = |wanted: &str| header.iter().position(|name| name == wanted);
    let (entry, statement, commitments) = (column("entry"), column("statement"), column("commitments"));
    let (mut entries, mut growing, mut at_signed) = (Vec::new(), Growing::default(), None);
    let mut row = StringRecord::new();
    // What is wrong with the file is told with its table.
    while let Ok(true) = reader.read_record(&mut row) {
        let number = Some(entries.len() as u64 + 2);
        let cell = |place: Option<usize>| place.and_then(|place| row.get(place)).unwrap_or_default();
        if signed.is_some_and(|signed| signed.size == growing.size()) {
            at_signed = Some(growing.tree());
        }
        growing.push(cell(entry).as_bytes());
        if then == Some(growing.size()) {
            verified.then = Some(growing.tree());
        }
        let found = match Entry::read(cell(entry).as_bytes()) {
            Ok(found) => found,
            Err(error) => {
                verified.fault(name, number, Some("entry"), error.to_string());
                entries.push(Known { published: None, record_id: "".into(), version: 0 });
                continue;
            }
        };
        if found.sequence != entries.len() as u64 {
            verified.fault(
                name,
                number,
                Some("entry"),
                format!("it says that it is entry {}", found.sequence),
            );
        }
        if let Some(wanted) = &found.statement_sha256
            && let Err(reason) = states(cell(statement), cell(commitments), wanted)
        {
            verified.fault(name, number, Some("statement"), reason);
        }
        let mut hash = [0; 32];
        let is_hash = hex::decode_to_slice(&found.content_sha256, &mut hash).is_ok();
        entries.push(Known {
            published: (is_hash && found.kind == EntryKind::Published).then_some(hash),
            record_id: found.record_id.into(),
            version: found.version,
        });
    }
    verified.entries = entries.len() as u64;
    if let Some(signed) = signed {
        if signed.size == growing.size() {
            at_signed = Some(growing.tree());
        }
        match at_signed {
            Some(tree) if tree == signed => verified.signed = Some(signed.size),
            Some(_) => {
                let reason = format!(
                    "its first {} entries do not have the root that the checkpoint signs",
                    signed.size
                );
                verified.fault(name, None, Some("entry"), reason);
            }
            None => {
                let reason =
                    format!("it has {} entries, the checkpoint signs {}", entries.len(), signed.size);
                verified.fault(name, None, None, reason);
            }
        }
    }
    Ok(Entries(entries))
}

fn states(statement: &str, commitments: &str, wanted: &str) -> Result<(), String> {
    let statement =
        serde_json::from_str(statement).map_err(|error| format!("it is no JSON object: {error}"))?;
    let commitments: Commitments = serde_json::from_str(commitments)
        .map_err(|error| format!("its commitments cannot be read: {error}"))?;
    match content_sha256(&statement, &commitments) {
        Ok(hash) if hash == wanted => Ok(()),
        Ok(_) => Err("it is not what the entry says was said".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// The columns of the table of versions.
pub(super) struct Versions {
    record_id: usize,
    version: usize,
    note: usize,
    sequence: usize,
    hash: usize,
    commitments: usize,
    content: usize,
}

impl Versions {
    /// Where they are; `None` in another table.
    pub(super) fn in_table(columns: &[&str]) -> Option<Self> {
        let place = |name: &str| columns.iter().position(|column| *column == name);
        Some(Self {
            record_id: place("record_id")?,
            version: place("version")?,
            note: place("note")?,
            sequence: place("sequence")?,
            hash: place("content_sha256")?,
            commitments: place("commitments")?,
            content: place("content")?,
        })
    }

    /// The column of a row that is not as the log says, and why; without a log the hash beside it is believed.
    pub(super) fn wrong(&self, row: &StringRecord, log: Option<&Entries>) -> Option<(&'static str, String)> {
        let commitments: Commitments = match serde_json::from_str(&row[self.commitments]) {
            Ok(commitments) => commitments,
            Err(error) => return Some(("commitments", format!("they cannot be read: {error}"))),
        };
        let content = match serde_json::from_str(&row[self.content]) {
            Ok(content) => content,
            Err(error) => return Some(("content", format!("it is no JSON object: {error}"))),
        };
        let note = Some(&row[self.note]).filter(|note| !note.is_empty());
        match content_sha256(&said(content, note), &commitments) {
            Ok(hash) if hash == row[self.hash] => {}
            Ok(_) => return Some(("content", "it is not what content_sha256 says it was".to_owned())),
            Err(error) => return Some(("content", error.to_string())),
        }
        let Entries(entries) = log?;
        let entry = row[self.sequence].parse().ok().and_then(|place: usize| entries.get(place));
        let agrees = entry.is_some_and(|entry| {
            *entry.record_id == row[self.record_id]
                && entry.version.to_string() == row[self.version]
                && entry.published.map(hex::encode).as_deref() == Some(&row[self.hash])
        });
        (!agrees).then(|| ("content_sha256", "the log has no such entry at this sequence".to_owned()))
    }
}
