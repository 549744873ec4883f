//! An entry of the log: one line of canonical JSON.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::commitment::canonical;

/// The kind of event an entry records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// A version of a record was published.
    Published,
    /// A record was withdrawn.
    Withdrawn,
    /// A redaction changed versions of a record.
    Redacted,
}

impl EntryKind {
    /// The word used in the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
            Self::Redacted => "redacted",
        }
    }
}

/// An entry: hashes and numbers, but none of the record's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Version of the entry format: 1.
    pub v: u32,
    /// Place in the log, from 0.
    pub sequence: u64,
    /// When the register made the change: RFC 3339 in UTC, with microseconds.
    pub at: String,
    /// The kind of event.
    pub kind: EntryKind,
    /// Public id of the record.
    pub record_id: String,
    /// The version that was published; for other events, the version current at the time.
    pub version: i64,
    /// Only if a version was published: the publication time it states, written like `at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<String>,
    /// Hash of what that version said when published, in hex; see [`crate::content_sha256`].
    pub content_sha256: String,
    /// Hash of a withdrawal's or redaction's statement, made the same way. It covers the `reason`; for a
    /// withdrawal `withdrawn_at`; for a redaction its `ground`, its `places`, and in `says_now` the hashes of
    /// what it left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement_sha256: Option<String>,
}

/// An instant in the format of entries.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The bytes are not an entry.
#[derive(Debug, thiserror::Error)]
#[error("this is no entry: {0}")]
pub struct NoEntry(String);

impl Entry {
    /// A new entry in the current format.
    pub fn new(
        sequence: u64,
        at: DateTime<Utc>,
        kind: EntryKind,
        (record_id, version): (&str, i64),
        content_sha256: &str,
    ) -> Self {
        Self {
            v: 1,
            sequence,
            at: instant(at),
            kind,
            record_id: record_id.to_owned(),
            version,
            published_at: None,
            content_sha256: content_sha256.to_owned(),
            statement_sha256: None,
        }
    }

    /// Adds the publication time that the version states.
    #[must_use]
    pub fn published_at(self, at: DateTime<Utc>) -> Self {
        Self { published_at: Some(instant(at)), ..self }
    }

    /// Adds the hash of a withdrawal's or redaction's statement.
    #[must_use]
    pub fn stating(self, statement_sha256: String) -> Self {
        Self { statement_sha256: Some(statement_sha256), ..self }
    }

    /// The entry as canonical JSON (RFC 8785): the bytes that are hashed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let value = serde_json::to_value(self).expect("an entry has only JSON types");
        canonical(&value)
    }

    /// Reads an entry. Errors: other JSON, an unknown format, or JSON that is not canonical.
    pub fn read(bytes: &[u8]) -> Result<Self, NoEntry> {
        let entry: Self = serde_json::from_slice(bytes).map_err(|error| NoEntry(error.to_string()))?;
        if entry.v != 1 {
            return Err(NoEntry(format!(
                "its form is {}, and this program knows 1: take a newer one",
                entry.v
            )));
        }
        // Compared with the entry itself, not with its JSON: a member that is null is none, and would be a second
        // form of the same entry.
        if entry.to_bytes() != bytes {
            return Err(NoEntry("it is not canonical JSON (RFC 8785)".to_owned()));
        }
        Ok(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_canonical_and_read_again() {
        let at = "2026-05-01T09:30:00.250Z".parse().unwrap();
        let entry = Entry::new(7, at, EntryKind::Published, ("R-4QZK7AB", 2), &"ab".repeat(32));
        let bytes = entry.to_bytes();
        assert_eq!(
            String::from_utf8(bytes.clone()).unwrap(),
            format!(
                "{{\"at\":\"2026-05-01T09:30:00.250000Z\",\"content_sha256\":\"{}\",\"kind\":\"published\",\
                 \"record_id\":\"R-4QZK7AB\",\"sequence\":7,\"v\":1,\"version\":2}}",
                "ab".repeat(32)
            )
        );
        assert_eq!(Entry::read(&bytes).unwrap(), entry);
        let spaced = String::from_utf8(bytes).unwrap().replace("\"v\":1", "\"v\": 1");
        assert!(Entry::read(spaced.as_bytes()).unwrap_err().to_string().contains("canonical"));
        let newer = spaced.replace("\"v\": 1", "\"v\":2");
        assert!(Entry::read(newer.as_bytes()).unwrap_err().to_string().contains("newer"));
        let with_null = newer.replace("\"v\":2", "\"statement_sha256\":null,\"v\":1");
        assert!(Entry::read(with_null.as_bytes()).unwrap_err().to_string().contains("canonical"));
    }
}
