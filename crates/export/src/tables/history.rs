//! History: every version as published, what happened to records field by field, and the public log.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use domain::Record;
use domain::codes::Code;
use domain::diff;
use serde_json::Value;
use store::log::Logged;
use store::log::history::{Event, Kind as Happened};

use crate::{Cell, Kind, Typed};

/// Every published version.
pub fn versions() -> &'static Typed<Event> {
    static TABLE: LazyLock<Typed<Event>> = LazyLock::new(|| {
        Typed::<Event>::new(
            "versions",
            "Versions",
            "A version of a record as it was published; those of withdrawn records stay",
            &["record_id", "version"],
            &[],
        )
        .must("record_id", Kind::Text, "Public id of the record", |row, _| (&row.record_id).into())
        .must("version", Kind::Integer, "1, 2, 3 ...", |row, _| row.version.into())
        .must("url", Kind::Text, "Address of the version", |row, base| {
            format!("{base}/api/v1/records/{}/versions/{}", row.record_id, row.version).into()
        })
        .must("change", Kind::Integer, "Its place in the order of all changes", |row, _| row.change.into())
        .must("published_at", Kind::Instant, "When it was published", |row, _| row.published_at.into())
        .with("note", Kind::Text, "Why it was made", |row, _| row.note.as_ref().into())
        .with("sequence", Kind::Integer, "The place of its entry in the log, from 0", |row, _| {
            row.logged.as_ref().map_or(Cell::Empty, |logged| logged.sequence.into())
        })
        .must(
            "content_sha256",
            Kind::Text,
            "SHA-256 over the salted hashes of its fields, hex: it stays when something is taken out",
            |row, _| (&row.content_sha256).into(),
        )
        .with(
            "commitments",
            Kind::Object,
            "What proves the content by its hash: salts, and hashes of what was taken out since",
            |row, _| row.logged.as_ref().map_or(Cell::Empty, |logged| (&logged.commitments).into()),
        )
        .must("content", Kind::Object, "The record as that version states it", |row, _| (&row.content).into())
    });
    &TABLE
}

/// The public log: the leaves of the tree whose root the checkpoint signs.
pub fn log() -> &'static Typed<Event> {
    static TABLE: LazyLock<Typed<Event>> = LazyLock::new(|| {
        Typed::<Event>::new(
            "log",
            "Public log",
            "An entry of the public log; the checkpoint signs them in this order, each exactly as it stands in `entry`",
            &["sequence"],
            &[],
        )
        .must("sequence", Kind::Integer, "Its place in the log, from 0", |row, _| logged(row).sequence.into())
        .must("change", Kind::Integer, "Its place in the order of all changes", |row, _| row.change.into())
        .must("entry", Kind::Object, "The entry, canonical JSON (RFC 8785)", |row, _| (&logged(row).entry).into())
        .with(
            "statement",
            Kind::Object,
            "What a withdrawal or a redaction says, which `statement_sha256` of the entry proves",
            |row, _| store::log::statement(row).map_or(Cell::Empty, |said| Value::Object(said).to_string().into()),
        )
        .with(
            "commitments",
            Kind::Object,
            "What proves the statement by its hash: salts, and hashes of what was taken out since",
            |row, _| match row.kind {
                Happened::Published => Cell::Empty,
                _ => (&logged(row).commitments).into(),
            },
        )
    });
    &TABLE
}

fn logged(row: &Event) -> &Logged {
    row.logged.as_ref().expect("the walk gives this table only events that have a log entry")
}

/// One change to a field, or to the record as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRow {
    /// The record's public id.
    pub record_id: String,
    /// The version that made the change, or in which it was made.
    pub version: i64,
    /// When the register recorded it.
    pub at: DateTime<Utc>,
    /// `published`, `changed`, `withdrawn` or `redacted`.
    pub kind: &'static str,
    /// The field that changed, or the path to what was redacted.
    pub field: Option<String>,
    /// The value before.
    pub before: Option<Value>,
    /// The value after.
    pub after: Option<Value>,
    /// The event's change number.
    pub change: i64,
    /// The reason, if one was given.
    pub reason: Option<String>,
}

/// Every change, field by field, in the order in which the register made them.
pub fn changes() -> &'static Typed<ChangeRow> {
    static TABLE: LazyLock<Typed<ChangeRow>> = LazyLock::new(|| {
        Typed::<ChangeRow>::new(
            "changes",
            "Changes",
            "A field that a version changed, or a record that was published, withdrawn or redacted; it grows at its end",
            &[],
            &[],
        )
        .must("id", Kind::Text, "Public id of the record", |row, _| (&row.record_id).into())
        .must("version", Kind::Integer, "The version that made the change, or in which it was made", |row, _| {
            row.version.into()
        })
        .must("at", Kind::Instant, "When the register took it up", |row, _| row.at.into())
        .must("kind", Kind::Text, "published, changed, withdrawn or redacted", |row, _| row.kind.into())
        .with("field", Kind::Text, "The field that changed", |row, _| row.field.as_ref().into())
        .with("before", Kind::Text, "Its value before: text as published, everything else as JSON", |row, _| {
            value(row.before.as_ref())
        })
        .with("after", Kind::Text, "Its value after: text as published, everything else as JSON", |row, _| {
            value(row.after.as_ref())
        })
        .must("change", Kind::Integer, "Its place in the order of all changes", |row, _| row.change.into())
        .with("reason", Kind::Text, "Why, as far as that was said", |row, _| row.reason.as_ref().into())
    });
    &TABLE
}

fn value(value: Option<&Value>) -> Cell<'_> {
    match value {
        None => Cell::Empty,
        Some(Value::String(text)) => text.into(),
        Some(other) => other.to_string().into(),
    }
}

/// The changes in an event: at least one row. Errors: a stored version is not a record.
pub fn changes_of(event: &Event) -> serde_json::Result<Vec<ChangeRow>> {
    let row = |kind| ChangeRow {
        record_id: event.record_id.clone(),
        version: event.version,
        at: event.at,
        kind,
        field: None,
        before: None,
        after: None,
        change: event.change,
        reason: event.note.clone(),
    };
    Ok(match (event.kind, &event.before) {
        (Happened::Withdrawn, _) => vec![ChangeRow { reason: event.reason.clone(), ..row("withdrawn") }],
        (Happened::Redacted, _) => {
            let ground = event.ground.map_or("", Code::as_str);
            let reason = format!("{ground}: {}", event.reason.as_deref().unwrap_or_default());
            // Without a place, only what is kept beside the versions lost something.
            if event.places.is_empty() {
                return Ok(vec![ChangeRow { reason: Some(reason), ..row("redacted") }]);
            }
            let places = event.places.iter().flat_map(|one| one.pointers.iter().map(|at| (one.version, at)));
            places
                .map(|(version, pointer)| ChangeRow {
                    version,
                    field: Some(pointer.trim_start_matches('/').to_owned()),
                    reason: Some(reason.clone()),
                    ..row("redacted")
                })
                .collect()
        }
        (Happened::Published, None) => vec![row("published")],
        (Happened::Published, Some(before)) => {
            let before: Record = serde_json::from_str(before)?;
            let changes = diff::changes(&before, &serde_json::from_str(&event.content)?);
            if changes.is_empty() {
                return Ok(vec![row("changed")]);
            }
            let changes = changes.into_iter().map(|change| ChangeRow {
                field: Some(change.field),
                before: change.from,
                after: change.to,
                ..row("changed")
            });
            changes.collect()
        }
    })
}
