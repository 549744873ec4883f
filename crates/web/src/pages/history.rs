//! `/records/{id}/versions/{n}` and `/records/{id}/diff`.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::VOCABULARIES;
use domain::diff::{ChangeKind, FieldChange, TextChange, WordMark, Words};
use domain::fields::FIELDS;
use serde_json::Value;
use wire::{DiffView, VersionView};

use super::problem::NotShown;
use crate::address::part;
use crate::ask::Interface;
use crate::language::say;
use crate::layout::{Frame, Twin, page};
use crate::shown::{Row, Shown, rows};
use crate::texts::language_name;
use crate::words::{day, day_of, field_label, label, lowered, number, part_label, yes_or_no};

#[derive(Template)]
#[template(path = "version.html")]
struct VersionPage {
    frame: Frame,
    lang: String,
    id: String,
    title: String,
    number: i64,
    published: String,
    superseded: Option<String>,
    note: Option<String>,
    sha256: String,
    /// Whether the public log has an entry for it.
    has_entry: bool,
    rows: Vec<Row>,
}

pub(crate) async fn version(
    State(interface): State<Interface>,
    Path((id, number)): Path<(String, String)>,
) -> Result<Response, NotShown> {
    let address = format!("/api/v1/records/{}/versions/{}", part(&id), part(&number));
    let view: VersionView = interface.get(&address).await?;
    let string = |key: &str| view.record.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let title = string("title");
    let page_of = VersionPage {
        frame: Frame::new(
            say("title-version").with("title", &title).with("number", view.summary.number),
            "records",
        )
        .about(view.about)
        .twins(vec![Twin::json(address)]),
        lang: string("lang"),
        id: view.id,
        title,
        number: view.summary.number,
        published: day_of(view.summary.published_at),
        superseded: view.superseded_at.map(day_of),
        note: view.summary.note,
        sha256: view.summary.content_sha256,
        has_entry: view.sequence.is_some(),
        rows: FIELDS.iter().flat_map(|field| rows(field, &view.record)).collect(),
    };
    Ok(page(StatusCode::OK, &page_of))
}

/// A changed field, as shown.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) label: String,
    /// How it changed; empty if it only has another value.
    pub(crate) how: String,
    pub(crate) words: Vec<Words>,
    /// What is gone; in a list, the items removed.
    pub(crate) gone: Vec<String>,
    /// What is new; in a list, the items added.
    pub(crate) came: Vec<String>,
}

/// How something changed, after its label; nothing if it only has another value.
fn how(kind: ChangeKind) -> String {
    match kind {
        ChangeKind::Added => format!(" ({})", say("added")),
        ChangeKind::Removed => format!(" ({})", say("removed")),
        ChangeKind::Changed => String::new(),
    }
}

impl Change {
    /// A changed field; of translations, each text that changed.
    pub(crate) fn all(change: FieldChange) -> Vec<Self> {
        if change.texts.is_empty() {
            return vec![Self::from(change)];
        }
        change.texts.into_iter().map(Self::from).collect()
    }
}

impl From<TextChange> for Change {
    fn from(change: TextChange) -> Self {
        let label = domain::fields::field(&change.field).map_or(change.field, field_label);
        Self {
            label: format!("{label} ({})", language_name(&change.lang)),
            how: how(change.kind),
            words: change.words,
            gone: Vec::new(),
            came: Vec::new(),
        }
    }
}

impl From<FieldChange> for Change {
    fn from(change: FieldChange) -> Self {
        Self {
            how: how(change.kind),
            gone: apart(change.from.as_ref(), change.to.as_ref()),
            came: apart(change.to.as_ref(), change.from.as_ref()),
            label: domain::fields::field(&change.field).map_or(change.label, field_label),
            words: change.words,
        }
    }
}

/// What one side has and the other lacks; item by item if both are lists.
fn apart(one: Option<&Value>, other: Option<&Value>) -> Vec<String> {
    match (one, other) {
        (Some(Value::Array(one)), Some(Value::Array(other))) => {
            one.iter().filter(|item| !other.contains(item)).map(told).collect()
        }
        (Some(one), _) => vec![told(one)],
        (None, _) => Vec::new(),
    }
}

/// A value in one line or several, with the names of its parts.
fn told(value: &Value) -> String {
    match value {
        // Only a text that looks like a code can be one; sentences and addresses stay as they are.
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') => {
            let list = VOCABULARIES.iter().find(|list| list.entry(text).is_some());
            list.map_or_else(|| text.clone(), |list| lowered(&label(list, text)))
        }
        Value::String(text) => day(text),
        Value::Bool(yes) => yes_or_no(*yes),
        Value::Number(count) => number(count),
        Value::Array(items) => items.iter().map(told).collect::<Vec<_>>().join("\n"),
        Value::Object(parts) if parts.len() == 1 => parts.values().map(told).collect(),
        Value::Object(parts) => {
            let told = parts.iter().map(|(name, value)| format!("{}: {}", part_label(name), told(value)));
            told.collect::<Vec<_>>().join("; ")
        }
        Value::Null => String::new(),
    }
}

#[derive(Template)]
#[template(path = "diff.html")]
struct DiffPage {
    frame: Frame,
    changes: Vec<Change>,
    diff: DiffView,
    title: String,
    from: String,
    to: String,
}

pub(crate) async fn diff(
    State(interface): State<Interface>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, NotShown> {
    let asked = query.map(|query| format!("?{query}")).unwrap_or_default();
    let address = format!("/api/v1/records/{}/diff{asked}", part(&id));
    let mut diff: DiffView = interface.get(&address).await?;
    let latest: VersionView =
        interface.get(&format!("/api/v1/records/{}/versions/{}", diff.id, diff.to.number)).await?;
    let title = latest.record.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
    let heading = say("title-version-to")
        .with("title", &title)
        .with("from", diff.from.number)
        .with("to", diff.to.number);
    let page_of = DiffPage {
        frame: Frame::new(heading, "records").about(diff.about.clone()).twins(vec![Twin::json(address)]),
        from: day_of(diff.from.published_at),
        to: day_of(diff.to.published_at),
        title,
        changes: std::mem::take(&mut diff.changes).into_iter().flat_map(Change::all).collect(),
        diff,
    };
    Ok(page(StatusCode::OK, &page_of))
}
