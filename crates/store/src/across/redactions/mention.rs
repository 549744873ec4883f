//! Where redacted words stand outside the record's versions, as a person is shown it, and how to look for them.

use domain::redaction::Redaction;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ground::sql::Sql;
use crate::people::documents::Document;

/// The most places named of each kind that stays.
pub(super) const NAMED_MAX: i64 = 100;

/// What kind of text has the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MentionKind {
    /// The note of a version; its number.
    Note,
    /// The reason of a withdrawal; the record's id.
    Withdrawal,
    /// The reason of an earlier redaction; its id.
    Redaction,
    /// A correction or annotation, its decision or its reply; its id.
    Remark,
    /// A draft or published submission; its id.
    Submission,
    /// The report on an uploaded table; its id.
    Upload,
    /// The evidence or judgement of a link; its id.
    Link,
    /// A reply to a gap; the gap's id.
    Gap,
    /// A regulator's receipt; its id.
    Receipt,
    /// A line of the audit trail, such as the reason of a review; what it is about, as `submission/ID`.
    Audit,
    /// The name of a document's file; the document's SHA-256.
    FileName,
    /// A document whose text has the words; its SHA-256.
    Document,
    /// A document that could not be searched, because it is no plain text; its SHA-256.
    DocumentUnread,
    /// A record: another of the same body, which needs a redaction of its own, or this one, where the words are
    /// in a name of a body or product; its id.
    Record,
}

impl MentionKind {
    /// The word for it in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Withdrawal => "withdrawal",
            Self::Redaction => "redaction",
            Self::Remark => "remark",
            Self::Submission => "submission",
            Self::Upload => "upload",
            Self::Link => "link",
            Self::Gap => "gap",
            Self::Receipt => "receipt",
            Self::Audit => "audit",
            Self::FileName => "file-name",
            Self::Document => "document",
            Self::DocumentUnread => "document-unread",
            Self::Record => "record",
        }
    }
}

/// A place outside the record's versions that has the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// What kind of text it is.
    pub kind: MentionKind,
    /// Which one.
    pub id: String,
    /// Whether this redaction takes the words out of it.
    pub goes: bool,
    /// Whether only the record's own body may know of it.
    pub private: bool,
}

/// A document that a record names, as the register keeps it for the record's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The document.
    pub document: Document,
    /// Whether no published version shows it.
    pub private: bool,
    /// Its text; `None` if it is no plain text, or too long to search.
    pub text: Option<String>,
}

/// Which words to look for, and what would go.
#[derive(Debug)]
pub(crate) struct Search<'a> {
    /// The record's id.
    pub(crate) record_id: &'a str,
    /// Id of the organisation that owns it.
    pub(crate) owner: Option<&'a str>,
    /// The redaction.
    pub(crate) redaction: &'a Redaction,
    /// Its words.
    pub(crate) texts: &'a [String],
    /// Whether they go from what is public: not if only sealed texts have them.
    pub(crate) public_goes: bool,
    /// SHA-256 of the documents that go.
    pub(crate) documents: &'a [String],
}

/// A statement with the record's id in place of each `@`.
pub(super) fn about(text: &str, record_id: &str) -> Sql {
    let mut pieces = text.split('@');
    let mut sql = Sql::new(pieces.next().unwrap_or_default());
    for piece in pieces {
        sql.bind(record_id).push(piece);
    }
    sql
}

/// Whether a stored text has one of the words, also as JSON writes them.
pub(super) fn has(text: &str, words: &[String]) -> bool {
    words.iter().any(|one| text.contains(one.as_str()) || text.contains(&in_json(one)))
}

/// A pattern for all texts that have the words, with `\` as the escape.
pub(super) fn like(words: &str) -> String {
    format!("%{}%", words.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"))
}

/// Words as they stand in a JSON text, without the quotes around them.
pub(super) fn in_json(words: &str) -> String {
    let json = Value::from(words).to_string();
    json[1..json.len() - 1].to_owned()
}
