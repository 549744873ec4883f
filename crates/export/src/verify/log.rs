//! Checks the public log in a dump: that the checkpoint signs its entries, and that versions and statements
//! match their hashes.

use std::path::Path;

use chrono::DateTime;
use csv::StringRecord;
use transparency::{Commitments, Entry, EntryKind, Growing, Left, PublicKey, open, peek, prove, said};

use super::Verified;
use crate::ExportError;
use crate::dump::CHECKPOINT;
use crate::error::Named;

/// The log's entries, in order.
pub(super) struct Entries {
    known: Vec<Known>,
    /// What redactions left behind.
    left: Left,
}

/// The part of an entry needed to check a version, kept small because all entries are in memory.
struct Known {
    /// SHA-256 of its content; `None` if the entry is not a publication or cannot be read.
    published: Option<[u8; 32]>,
    published_at: Box<str>,
    record_id: Box<str>,
    version: i64,
    /// Whether its version was found.
    met: bool,
}

impl Entries {
    /// The first entry whose published version was not found.
    pub(super) fn not_met(&self) -> Option<String> {
        let missing = self.known.iter().find(|entry| entry.published.is_some() && !entry.met)?;
        Some(format!("{} version {}", missing.record_id, missing.version))
    }
}

/// Reads the log's table and compares it with the checkpoint. Errors: a file cannot be read.
pub(super) fn read(
    folder: &Path,
    name: &str,
    known: &[PublicKey],
    then: Option<u64>,
    verified: &mut Verified,
) -> Result<Entries, ExportError> {
    let path = folder.join(CHECKPOINT);
    let checkpoint = path.is_file().then(|| std::fs::read(&path).named(&path)).transpose()?;
    // Compare the root even without a key to verify its signature.
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
    let (change, entry) = (column("change"), column("entry"));
    let (statement, commitments) = (column("statement"), column("commitments"));
    if [change, entry, statement, commitments].contains(&None) {
        verified.fault(name, Some(1), None, "it has not the columns of a log");
        return Ok(Entries { known: Vec::new(), left: Left::default() });
    }
    let (mut entries, mut growing, mut at_signed) = (Vec::new(), Growing::default(), None);
    // Prove statements at the end: a later redaction may have left what an earlier statement needs.
    let (mut statements, mut left, mut last_change) = (Vec::new(), Left::default(), i64::MIN);
    let mut row = StringRecord::new();
    // A broken row ends the loop quietly; `table` reports it.
    while let Ok(true) = reader.read_record(&mut row) {
        let number = Some(entries.len() as u64 + 2);
        let cell = |place: Option<usize>| place.and_then(|place| row.get(place)).unwrap_or_default();
        // Compare before each entry, and once more after the last: a checkpoint may be of any size from 0 on.
        if signed.is_some_and(|signed| signed.size == growing.size()) {
            at_signed = Some(growing.tree());
        }
        growing.push(cell(entry).as_bytes());
        if then == Some(growing.size()) {
            verified.then = Some(growing.tree());
        }
        match cell(change).parse::<i64>() {
            Ok(change) if change > last_change => last_change = change,
            _ => {
                verified.fault(name, number, Some("change"), "the changes of entries are not in their order")
            }
        }
        let found = match Entry::read(cell(entry).as_bytes()) {
            Ok(found) => found,
            Err(error) => {
                verified.fault(name, number, Some("entry"), error.to_string());
                // Keep its place, because versions find their entries by number.
                entries.push(Known {
                    published: None,
                    published_at: "".into(),
                    record_id: "".into(),
                    version: 0,
                    met: false,
                });
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
        if let Some(wanted) = &found.statement_sha256 {
            if let Ok(said) = serde_json::from_str(cell(statement)) {
                left.take(&said);
            }
            let said = [cell(statement), cell(commitments), wanted].map(str::to_owned);
            statements.push((number, last_change, said));
        }
        let mut hash = [0; 32];
        let is_hash = hex::decode_to_slice(&found.content_sha256, &mut hash).is_ok();
        entries.push(Known {
            published: (is_hash && found.kind == EntryKind::Published).then_some(hash),
            published_at: found.published_at.unwrap_or_default().into(),
            met: false,
            record_id: found.record_id.into(),
            version: found.version,
        });
    }
    for (number, change, [statement, commitments, wanted]) in &statements {
        if let Err(reason) = states(statement, commitments, wanted, left.of(*change)) {
            verified.fault(name, *number, Some("statement"), reason);
        }
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
    Ok(Entries { known: entries, left })
}

/// Checks that a statement matches the hash in its entry, allowing for what redactions left.
fn states(statement: &str, commitments: &str, wanted: &str, left: Option<&str>) -> Result<(), String> {
    let statement =
        serde_json::from_str(statement).map_err(|error| format!("it is no JSON object: {error}"))?;
    let commitments: Commitments = serde_json::from_str(commitments)
        .map_err(|error| format!("its commitments cannot be read: {error}"))?;
    prove(&statement, &commitments, wanted, left).map_err(|error| error.to_string())
}

/// The places of the columns needed from the table of versions.
pub(super) struct Versions {
    record_id: usize,
    version: usize,
    change: usize,
    published_at: usize,
    note: usize,
    sequence: usize,
    hash: usize,
    commitments: usize,
    content: usize,
}

impl Versions {
    /// Finds the columns; `None` if this is another table.
    pub(super) fn in_table(columns: &[&str]) -> Option<Self> {
        let place = |name: &str| columns.iter().position(|column| *column == name);
        Some(Self {
            record_id: place("record_id")?,
            version: place("version")?,
            change: place("change")?,
            published_at: place("published_at")?,
            note: place("note")?,
            sequence: place("sequence")?,
            hash: place("content_sha256")?,
            commitments: place("commitments")?,
            content: place("content")?,
        })
    }

    /// What contradicts the log in a row: the column and the reason. Without a log, the row's own hash is
    /// trusted.
    pub(super) fn wrong(
        &self,
        row: &StringRecord,
        log: Option<&mut Entries>,
    ) -> Option<(&'static str, String)> {
        let commitments: Commitments = match serde_json::from_str(&row[self.commitments]) {
            Ok(commitments) => commitments,
            Err(error) => return Some(("commitments", format!("they cannot be read: {error}"))),
        };
        let content = match serde_json::from_str(&row[self.content]) {
            Ok(content) => content,
            Err(error) => return Some(("content", format!("it is no JSON object: {error}"))),
        };
        let note = Some(&row[self.note]).filter(|note| !note.is_empty());
        let change = row[self.change].parse().unwrap_or_default();
        let left = log.as_ref().and_then(|log| log.left.of(change));
        if let Err(error) = prove(&said(content, note), &commitments, &row[self.hash], left) {
            return Some(("content", error.to_string()));
        }
        let log = log?;
        let entry = row[self.sequence].parse().ok().and_then(|place: usize| log.known.get_mut(place));
        let entry = entry.filter(|entry| {
            *entry.record_id == row[self.record_id]
                && entry.version.to_string() == row[self.version]
                && entry.published.map(hex::encode).as_deref() == Some(&row[self.hash])
        });
        let Some(entry) = entry else {
            return Some(("content_sha256", "the log has no such entry at this sequence".to_owned()));
        };
        if std::mem::replace(&mut entry.met, true) {
            return Some(("sequence", "another row is of this entry".to_owned()));
        }
        let instants = [&*entry.published_at, &row[self.published_at]].map(DateTime::parse_from_rfc3339);
        match instants {
            [Ok(one), Ok(other)] if one == other => None,
            _ => Some(("published_at", format!("the log says {}", entry.published_at))),
        }
    }
}
