//! A row on its way into the store: what needs no database is done here, on the reading thread.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::sent::{Sent, keep_unsaid};
use domain::{Record, RecordId};
use serde_json::Value;
use store::ground::hash::hex_sha256;
use store::records::matches::Proposal;
use store::records::publish::{Candidate, Key, Prepared, SourceKey, Trace};

use crate::report::RowError;
use crate::sources::{Item, Opened, RowKey, row_errors};

/// What every row of a file has in common.
#[derive(Debug, Clone)]
pub(crate) struct FileOrigin {
    pub(crate) source: String,
    pub(crate) dataset: String,
    pub(crate) edition: String,
    pub(crate) sha256: String,
    pub(crate) rule_version: String,
    pub(crate) now: DateTime<Utc>,
}

impl FileOrigin {
    pub(crate) fn new(opened: &Opened, now: DateTime<Utc>) -> Self {
        let file = &opened.file;
        Self {
            source: file.source.clone(),
            dataset: file.dataset.clone(),
            edition: opened.edition.clone(),
            sha256: file.input.sha256.clone(),
            rule_version: file.rule_version.clone(),
            now,
        }
    }

    /// Prepares a row: everything about its publication that needs no database.
    pub(crate) fn row(&self, item: Item) -> Row {
        let Item { line, id, key, edition, record, raw, at_source, sent } = item;
        let edition = edition.unwrap_or_else(|| self.edition.clone());
        let trace = raw.map(|raw| {
            let raw = Value::Object(raw);
            Trace {
                source: self.source.clone(),
                raw_sha256: hex_sha256(raw.to_string().as_bytes()),
                raw,
                fetched_at: self.now,
                rule_version: self.rule_version.clone(),
                dataset: self.dataset.clone(),
                edition: edition.clone(),
                at_source,
            }
        });
        let by_id = |id: RecordId| RowKey { key: id.to_string(), former: id.to_string(), identity: None };
        let key = key.or_else(|| id.map(by_id));
        let former = key.as_ref().map(|key| key.former.clone()).unwrap_or_default();
        let source = key.map(|RowKey { key, identity, .. }| SourceKey {
            source: self.source.clone(),
            key,
            dataset: self.dataset.clone(),
            edition,
            identity,
        });
        let ready = record.map(|record| {
            let source = source.clone();
            Prepared::new(Candidate { source, id, record, trace, note: None, published_at: None })
        });
        Row { line, id, source, former, ready, sent, like: Vec::new() }
    }
}

/// A row waiting to be published.
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) id: Option<RecordId>,
    pub(crate) source: Option<SourceKey>,
    /// Its key as older releases of the register made it.
    pub(crate) former: String,
    /// The records that it may be about, which a person decides.
    pub(crate) like: Vec<Proposal>,
    /// The record the row gives on its own, or why it cannot stand on its own.
    pub(crate) ready: Result<Prepared, Vec<RowError>>,
    /// For a row of our own template: what it sent, to be laid over the published record.
    pub(crate) sent: Option<Sent>,
}

impl Row {
    /// Gives it another key.
    pub(crate) fn rekey(&mut self, key: &str) {
        if let Some(source) = &mut self.source {
            key.clone_into(&mut source.key);
        }
        let ready = std::mem::replace(&mut self.ready, Err(Vec::new()));
        self.ready = ready.map(|prepared| prepared.keyed(key));
    }

    /// Its key now and as older releases made it, if nothing else finds its record.
    pub(crate) fn key_alone(&self) -> Option<(&str, &str)> {
        let source = self.source.as_ref().filter(|source| self.id.is_none() && source.identity.is_none())?;
        Some((&source.key, &self.former))
    }

    pub(crate) fn key(&self) -> Key {
        Key::of(self.source.as_ref(), self.id)
    }

    /// Combines the row with the record already known. `says` names the fields its source covers; `None`
    /// means all. Fields that were not sent keep their known values (decision 20).
    pub(crate) fn over(
        self,
        known: &Record,
        says: Option<&HashSet<String>>,
        today: NaiveDate,
    ) -> Result<Prepared, Vec<RowError>> {
        let record = match (&self.sent, &self.ready) {
            (Some(sent), _) => {
                sent.over(Some(known), today).map_err(|faults| row_errors(&faults, self.line))?
            }
            (None, Ok(prepared)) => {
                let said = |field: &str| says.is_none_or(|says| says.contains(field));
                keep_unsaid(known, &prepared.candidate().record, said).map_err(|findings| {
                    let errors = findings.into_iter().map(|one| RowError::of(one, self.line, "", ""));
                    errors.collect::<Vec<_>>()
                })?
            }
            (None, Err(_)) => return self.ready,
        };
        let candidate = match self.ready {
            Ok(prepared) => Candidate { record, ..prepared.candidate().clone() },
            Err(_) => {
                let (source, id) = (self.source, self.id);
                Candidate { source, id, record, trace: None, note: None, published_at: None }
            }
        };
        Ok(Prepared::new(candidate))
    }
}

/// Splits rows into rounds that name no record twice, so that a second row about a record is laid over the
/// first one's result.
pub(crate) fn rounds(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let mut rounds = vec![Vec::new()];
    let mut seen = HashSet::new();
    for row in rows {
        let key = row.key();
        if key != Key::None && !seen.insert(key.clone()) {
            seen = HashSet::from([key]);
            rounds.push(Vec::new());
        }
        if let Some(round) = rounds.last_mut() {
            round.push(row);
        }
    }
    rounds
}
