//! Values of a record as shown, driven by the field catalogue: a new field appears without further code.

use domain::codes::{Code, Origin, StatementKind, VOCABULARIES, Vocabulary};
use domain::completeness::{FieldState, NOT_STATED};
use domain::fields::{Field, FieldKind, WELSH_SUMMARY};
use serde_json::{Map, Value};

use crate::language::say;
use crate::texts::{Text, Texts, language_name, translated_texts};
use crate::words::{
    commonmark, day, field_label, is_safe, label, label_in, money, number, part_label, word, yes_or_no,
};

/// A value as shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shown {
    /// Text in the page's language, such as a day, or names.
    Text(String),
    /// The record's own words, plain, in its language.
    Words(String),
    /// The record's own words, CommonMark rendered as HTML.
    Html(String),
    /// Several values, one per line.
    List(Vec<Shown>),
    /// A web address.
    Link(String),
    /// An e-mail address.
    Mail(String),
    /// Items with labelled parts.
    Objects(Vec<Vec<(String, Shown)>>),
}

impl Shown {
    /// For templates: whether it is in the record's language.
    pub(crate) fn is_words(&self) -> bool {
        matches!(self, Self::Words(_) | Self::Html(_))
    }

    /// The value in one line of text.
    pub(crate) fn line(&self) -> String {
        match self {
            Self::Text(text) | Self::Words(text) | Self::Html(text) | Self::Link(text) | Self::Mail(text) => {
                text.clone()
            }
            Self::List(items) => items.iter().map(Self::line).collect::<Vec<_>>().join("; "),
            Self::Objects(objects) => {
                let parts = objects.iter().flatten().map(|(name, part)| format!("{name}: {}", part.line()));
                parts.collect::<Vec<_>>().join("; ")
            }
        }
    }
}

/// A labelled line in a section.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// Its label.
    pub(crate) label: String,
    /// The value, if there is one.
    pub(crate) value: Option<Shown>,
    /// The field statement in place of a value.
    pub(crate) said: Option<String>,
    /// The value's language, if not the record's.
    pub(crate) lang: Option<String>,
}

/// The rows of a field: one, or of translations one for each text.
pub(crate) fn rows(field: &'static Field, record: &Map<String, Value>) -> Vec<Row> {
    match record.get(field.name).filter(|_| field.name == "translations") {
        None => row(field, record).into_iter().collect(),
        Some(value) => {
            let rows = translated_texts(value).into_iter().map(|(field, Text { lang, text })| Row {
                label: format!("{} ({})", field_label(field), language_name(&lang)),
                value: Some(of_kind(&field.kind, &text.into())),
                said: None,
                lang: Some(lang),
            });
            rows.collect()
        }
    }
}

/// A field's row in the language chosen for the page, where the record has it in that language.
pub(crate) fn row_in(field: &'static Field, record: &Map<String, Value>, texts: &Texts) -> Option<Row> {
    let row = row(field, record);
    let Some(Text { lang, text }) = texts.translated(field.name) else { return row };
    let said = row.and_then(|row| row.said);
    let value = Some(of_kind(&field.kind, &text.into()));
    Some(Row { label: field_label(field), value, said, lang: Some(lang) })
}

/// A field's row: its value or its statement; `None` without either.
pub(crate) fn row(field: &'static Field, record: &Map<String, Value>) -> Option<Row> {
    let lang = (field.name == WELSH_SUMMARY).then(|| "cy".to_owned());
    if let Some(value) = record.get(field.name) {
        return Some(Row {
            label: field_label(field),
            value: Some(of_kind(&field.kind, value)),
            said: derived(field.name, record),
            lang,
        });
    }
    statement(field.name, record).map(|said| Row {
        label: field_label(field),
        value: None,
        said: Some(said),
        lang,
    })
}

/// The statement in place of a field's value, or beside it.
fn stated<'r>(field: &str, record: &'r Map<String, Value>) -> Option<&'r Value> {
    record.get("field_statements")?.as_array()?.iter().find(|one| one["field"] == field)
}

/// Whether and how a record answers a field, and by whom.
pub(crate) fn state(field: &str, record: &Map<String, Value>) -> FieldState {
    let origin = record.get("origin").and_then(Value::as_str).and_then(|code| Origin::parse(code).ok());
    let said = stated(field, record).and_then(|one| {
        let kind = StatementKind::parse(one["kind"].as_str()?).ok()?;
        Some((kind, one["reason"].as_str().unwrap_or_default()))
    });
    FieldState::of(origin.unwrap_or(Origin::SelfDeclared), record.contains_key(field), said)
}

/// That a field's value was derived by the register, and from what.
fn derived(field: &str, record: &Map<String, Value>) -> Option<String> {
    let found = stated(field, record)?;
    let derived = record.contains_key(field)
        && found["kind"] == StatementKind::Derived.as_str()
        && record.get("origin")? == Origin::Imported.as_str();
    derived.then(|| worded(found))
}

/// A field's statement in words.
pub(crate) fn statement(field: &str, record: &Map<String, Value>) -> Option<String> {
    let found = stated(field, record)?;
    if let Some(derived) = derived(field, record) {
        return Some(derived);
    }
    if state(field, record) == FieldState::NotStatedBySource {
        let plain = say("not-stated-by-the-source").to_string();
        let more = found["reason"].as_str().filter(|reason| *reason != NOT_STATED);
        return Some(match more {
            Some(reason) => format!("{plain}: {reason}"),
            None => plain,
        });
    }
    Some(worded(found))
}

fn worded(found: &Value) -> String {
    let kind = label_in("statement_kind", found["kind"].as_str().unwrap_or_default());
    let ground = found["ground"].as_str().map(|ground| label_in("withheld_ground", ground));
    let reason = found["reason"].as_str().map(str::to_owned);
    let more: Vec<String> = ground.into_iter().chain(reason).collect();
    if more.is_empty() { kind } else { format!("{kind}: {}", more.join(". ")) }
}

fn of_kind(kind: &FieldKind, value: &Value) -> Shown {
    let text = || value.as_str().unwrap_or_default().to_owned();
    match kind {
        FieldKind::Markdown => Shown::Html(commonmark(&text())),
        FieldKind::Url => link(text()),
        FieldKind::Email => Shown::Mail(text()),
        FieldKind::Date => Shown::Text(day(&text())),
        FieldKind::Boolean => Shown::Text(yes_or_no(value.as_bool() == Some(true))),
        FieldKind::Code(list) => Shown::Text(label(list, &text())),
        FieldKind::Codes(list) => codes(list, value),
        FieldKind::Organisation => Shown::Text(named(value)),
        FieldKind::Organisations => Shown::List(items(value).map(named).map(Shown::Text).collect()),
        FieldKind::Estimate => Shown::Text(estimate(value)),
        FieldKind::Text(_) => Shown::Words(text()),
        FieldKind::Jurisdiction | FieldKind::Language => Shown::Text(text()),
        FieldKind::Texts => Shown::List(
            items(value).filter_map(Value::as_str).map(|text| Shown::Words(text.to_owned())).collect(),
        ),
        FieldKind::Objects(schema, _) | FieldKind::Object(schema, _) => any(schema, "", value),
    }
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn codes(list: &Vocabulary, value: &Value) -> Shown {
    Shown::List(items(value).filter_map(Value::as_str).map(|code| Shown::Text(label(list, code))).collect())
}

fn named(value: &Value) -> String {
    value["name"].as_str().unwrap_or_default().to_owned()
}

/// `920,000 (estimated)`.
pub(crate) fn estimate(value: &Value) -> String {
    let basis = value["basis"]
        .as_str()
        .map(|basis| format!(" ({})", label_in("estimate_basis", basis).to_lowercase()));
    format!("{}{}", number(&value["value"]), basis.unwrap_or_default())
}

fn link(text: String) -> Shown {
    if is_safe(&text) { Shown::Link(text) } else { Shown::Text(text) }
}

/// A value known only by its member name and JSON type.
fn any(schema: &str, name: &str, value: &Value) -> Shown {
    match value {
        Value::String(text) if name.ends_with("_url") || name == "url" => link(text.clone()),
        Value::String(text) if name.ends_with("_on") || name.ends_with("_at") => Shown::Text(day(text)),
        Value::String(text) => {
            let label = of_schema(schema, name, text).or_else(|| is_code(text).then(|| word(text)));
            label.map_or_else(|| Shown::Words(text.clone()), Shown::Text)
        }
        Value::Bool(_) => Shown::Text(yes_or_no(value.as_bool() == Some(true))),
        Value::Number(count) => Shown::Text(number(count)),
        Value::Array(all) if all.iter().all(Value::is_object) => {
            Shown::Objects(all.iter().filter_map(Value::as_object).map(|one| parts(schema, one)).collect())
        }
        Value::Array(all) => Shown::List(
            all.iter()
                .filter_map(Value::as_str)
                .map(
                    |text| {
                        if is_code(text) { Shown::Text(word(text)) } else { Shown::Words(text.to_owned()) }
                    },
                )
                .collect(),
        ),
        Value::Object(object) if object.len() == 1 && object.contains_key("name") => {
            Shown::Text(named(value))
        }
        Value::Object(object) => Shown::Objects(vec![parts(schema, object)]),
        Value::Null => Shown::Text(String::new()),
    }
}

/// An object's parts in order, with amounts in their currency.
pub(crate) fn parts(schema: &str, object: &Map<String, Value>) -> Vec<(String, Shown)> {
    let currency = object.get("currency").and_then(Value::as_str);
    let shown = object.iter().filter(|(name, _)| !matches!(name.as_str(), "currency" | "id" | "resolution"));
    shown
        .map(|(name, value)| {
            let shown = match (name.as_str(), value.as_str(), currency) {
                ("value" | "amount", Some(amount), Some(currency)) => Shown::Text(money(amount, currency)),
                _ => any(schema, name, value),
            };
            (part_label(name), shown)
        })
        .collect()
}

/// The label of a code in an object. Its list is named after schema and member together, or after the member
/// alone.
fn of_schema(schema: &str, name: &str, code: &str) -> Option<String> {
    let both = format!("{schema}{name}").to_lowercase().replace('_', "");
    let list = VOCABULARIES.iter().find(|list| list.name.replace('_', "") == both);
    let list = list.or_else(|| VOCABULARIES.iter().find(|list| list.name == name));
    list.filter(|list| list.entry(code).is_some()).map(|list| label(list, code))
}

/// Whether a text looks like a code. Requires an underscore: a single lower-case word may be a word.
fn is_code(text: &str) -> bool {
    text.contains('_') && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
