//! The content of versions and events, in the form the log hashes.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::codes::Code;
use serde_json::{Map, Value};
use transparency::said;

use crate::StoreError;
use crate::log::history::{Event, Kind};

/// A version's content and note, as hashed. Errors: the text is not a JSON object.
pub fn said_of(content: &str, note: Option<&str>) -> serde_json::Result<Map<String, Value>> {
    Ok(said(serde_json::from_str(content)?, note))
}

/// What an event's hash covers: a publication's content, otherwise the statement.
pub(super) fn said_by(event: &Event) -> Result<Map<String, Value>, StoreError> {
    match statement(event) {
        Some(statement) => Ok(statement),
        None => said_of(&event.content, event.note.as_deref())
            .map_err(|error| StoreError::inconsistent("record_versions", "content", event.change, error)),
    }
}

/// The statement of a withdrawal or redaction; `None` for a publication.
pub fn statement(event: &Event) -> Option<Map<String, Value>> {
    if event.kind == Kind::Published {
        return None;
    }
    let mut said = Map::new();
    said.insert("reason".to_owned(), event.reason.as_deref().unwrap_or_default().into());
    if let Some(at) = event.withdrawn_at {
        said.insert("withdrawn_at".to_owned(), micros_text(at).into());
    }
    if event.kind == Kind::Redacted {
        said.insert("says_now".to_owned(), serde_json::to_value(&event.says_now).expect("texts are JSON"));
        said.insert("ground".to_owned(), event.ground.map_or("", Code::as_str).into());
        said.insert("places".to_owned(), serde_json::to_value(&event.places).expect("places are JSON"));
    }
    Some(said)
}

/// A timestamp as written in entries.
fn micros_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
