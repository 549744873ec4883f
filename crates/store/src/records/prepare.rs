//! Preparing a record for publication: assessments numbered, sealed texts split off, JSON and hashes made.
//! Imports read and prepare their rows before the transaction, so that the writer is not held meanwhile
//! (decision 16).

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::codes::Code;
use domain::editions::Identity;
use domain::provenance::AtSource;
use domain::{Record, RecordId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use transparency::{Commitments, content_sha256};
use uuid::Uuid;

use crate::ground::hash::hex_sha256;
use crate::log::said_of;

/// Where an imported record comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceKey {
    /// The register it comes from (`atrs`, `nl`, `us`, `records`, ...).
    pub source: String,
    /// Its key there; one record per source and key.
    pub key: String,
    /// The file series, within which vanished keys are noticed.
    pub dataset: String,
    /// Date or year of the file; an older edition never overwrites a newer one.
    pub edition: String,
    /// Body, unit and name, by which editions with other keys know it.
    pub identity: Option<Identity>,
}

/// Where an imported version comes from; the model's `import` group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Trace {
    /// The register it comes from.
    pub source: String,
    /// The row or object as in the source, contact data left out.
    pub raw: Value,
    /// SHA-256 of the raw form as JSON text, hex.
    pub raw_sha256: String,
    /// When it was read.
    pub fetched_at: DateTime<Utc>,
    /// Version of the mapping that made the record.
    pub rule_version: String,
    /// The series of files it was read from.
    #[serde(default)]
    pub dataset: String,
    /// The edition it was read from; empty if the file has none.
    #[serde(default)]
    pub edition: String,
    /// What the source says about its entry.
    #[serde(flatten)]
    pub at_source: AtSource,
}

/// A record to be published.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its key at its source; `None` for records with only an id.
    pub source: Option<SourceKey>,
    /// Its public id, if it has one.
    pub id: Option<RecordId>,
    /// What it says.
    pub record: Record,
    /// Where it was imported from.
    pub trace: Option<Trace>,
    /// Why this version was made, for people.
    pub note: Option<String>,
    /// Its date of publication, if not now.
    pub published_at: Option<DateTime<Utc>>,
}

/// A candidate ready to be published: assessments numbered, JSON and hashes made.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) candidate: Candidate,
    pub(crate) public: Option<Record>,
    pub(crate) content: String,
    pub(crate) content_sha256: String,
    pub(crate) commitments: Commitments,
    pub(crate) sealed: Option<String>,
    pub(crate) full_sha256: String,
    pub(crate) trace: Option<String>,
}

impl Prepared {
    /// Prepares a candidate.
    pub fn new(mut candidate: Candidate) -> Self {
        let seed = match (&candidate.source, candidate.id) {
            (_, Some(id)) => id.to_string(),
            (Some(key), None) => format!("{}|{}", key.source, key.key),
            (None, None) => format!("{}|{}", candidate.record.publisher.name, candidate.record.title),
        };
        if !candidate.record.assessments.is_empty() {
            number_assessments(&mut candidate.record, &seed);
        }
        let sealed = candidate.record.assessments.iter().any(|one| one.public() != *one);
        let full = serde_json::to_string(&candidate.record).expect("a record is JSON");
        let full_sha256 = hex_sha256(full.as_bytes());
        let (public, content, sealed) = if sealed {
            let public = candidate.record.public();
            let content = serde_json::to_string(&public).expect("a record is JSON");
            (Some(public), content, Some(full))
        } else {
            (None, full, None)
        };
        let commitments = Commitments::random();
        let said = said_of(&content, candidate.note.as_deref()).expect("a record is a JSON object");
        let content_sha256 = content_sha256(&said, &commitments).expect("a seed gives every field a salt");
        let trace =
            candidate.trace.as_ref().map(|trace| serde_json::to_string(trace).expect("a trace is JSON"));
        Self { candidate, public, content, content_sha256, commitments, sealed, full_sha256, trace }
    }

    pub(crate) fn public(&self) -> &Record {
        self.public.as_ref().unwrap_or(&self.candidate.record)
    }

    /// The same record under another key of its source.
    #[must_use]
    pub fn keyed(mut self, key: &str) -> Self {
        if let Some(source) = &mut self.candidate.source {
            key.clone_into(&mut source.key);
        }
        self
    }

    /// What identifies its record.
    pub fn key(&self) -> Key {
        Key::of(self.candidate.source.as_ref(), self.candidate.id)
    }

    /// The candidate, with assessments numbered.
    pub fn candidate(&self) -> &Candidate {
        &self.candidate
    }
}

/// Gives ids to assessments that have none, made from the record and the position among those of its type and
/// stage: the same record read again gets the same ids. Ids already taken are skipped.
fn number_assessments(record: &mut Record, seed: &str) {
    let mut taken: HashSet<Uuid> = record.assessments.iter().filter_map(|one| one.id).collect();
    let mut seen: HashMap<(&str, &str), u32> = HashMap::new();
    for assessment in &mut record.assessments {
        let place = seen.entry((assessment.r#type.as_str(), assessment.stage.as_str())).or_default();
        *place += 1;
        while assessment.id.is_none() {
            let name = format!("{seed}|{}|{}|{place}", assessment.r#type, assessment.stage);
            let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
            if taken.insert(id) {
                assessment.id = Some(id);
            } else {
                *place += 1;
            }
        }
    }
}

/// What identifies a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// Its public id.
    Id(String),
    /// Its source, and its key there.
    Source(String, String),
    /// Nothing, so it is new.
    None,
}

impl Key {
    /// The key for this source key and id; the id takes precedence.
    pub fn of(source: Option<&SourceKey>, id: Option<RecordId>) -> Self {
        match (source, id) {
            (_, Some(id)) => Self::Id(id.to_string()),
            (Some(source), None) => Self::Source(source.source.clone(), source.key.clone()),
            (None, None) => Self::None,
        }
    }
}
