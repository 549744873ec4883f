//! Reads what people write member by member, so that every fault is reported at once.

use serde_json::{Map, Value};

use super::{GIVEN, pointer};
use crate::cell;
use crate::codes::{Code, Origin, RecordKind, nearest};
use crate::fields::{FIELDS, Field, FieldKind, field};
use crate::finding::Finding;
use crate::json::{self, BadJson};
use crate::organisation::OrganisationRef;
use crate::record::{Estimate, Record};
use crate::text;

/// Reads the members of a draft as a record, cleaned. The register sets `origin`; `publisher` is the default
/// for a draft that names no publisher.
///
/// Errors: every finding about every member, with a JSON pointer each; unknown members are findings too.
pub fn read(
    members: &Map<String, Value>,
    origin: Origin,
    publisher: Option<&str>,
) -> Result<Record, Vec<Finding>> {
    read_over(members, origin, publisher, None)
}

/// Like [`read`], but a member with the value the register already has is neither checked nor cleaned: the
/// register does not refuse or alter what it published itself.
pub fn read_over(
    members: &Map<String, Value>,
    origin: Origin,
    publisher: Option<&str>,
    known: Option<&Record>,
) -> Result<Record, Vec<Finding>> {
    let known = known.map(Record::to_members).unwrap_or_default();
    let mut findings = Vec::new();
    let mut clean = Map::new();
    for (name, value) in members {
        match field(name) {
            Some(_) if !GIVEN.contains(&name.as_str()) && known.get(name) == Some(value) => {
                clean.insert(name.clone(), value.clone());
            }
            None => findings.push(unknown_member(name)),
            Some(_) if GIVEN.contains(&name.as_str()) && *value != origin.as_str() => findings.push(
                Finding::error(
                    pointer(name),
                    "read-only",
                    format!("{name} is '{origin}' and cannot be changed"),
                )
                .hint("leave it out"),
            ),
            Some(_) if value.is_null() => {}
            Some(field) => match member(field, value) {
                Ok(Some(value)) => {
                    clean.insert(name.clone(), value);
                }
                Ok(None) => {}
                Err(bad) => findings.extend(bad),
            },
        }
    }
    clean.insert("origin".to_owned(), origin.as_str().into());
    let title = clean.get("title").cloned();
    let mut default = |name: &str, value: Option<Value>| {
        if !clean.contains_key(name)
            && !members.contains_key(name)
            && let Some(value) = value
        {
            clean.insert(name.to_owned(), value);
        }
    };
    default("kind", Some(RecordKind::AlgorithmicTool.as_str().into()));
    default("publisher", publisher.map(|name| serde_json::json!({ "name": name })));
    default("lang", Some("en".into()));
    default("jurisdiction", Some("GB".into()));
    default("name", title);
    for field in FIELDS.iter().filter(|field| field.is_always_there()) {
        let name = field.name;
        let said = findings.iter().any(|finding| finding.field.split('/').nth(1) == Some(name));
        if !clean.contains_key(name) && !said {
            findings.push(
                Finding::error(
                    pointer(name),
                    "required",
                    format!("{name} is missing: no draft can be saved without it"),
                )
                .hint(field.hint),
            );
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let record: Record = serde_json::from_value(Value::Object(clean))
        .map_err(|error| vec![Finding::error("", "bad-record", error.to_string())])?;
    record.settled().map_err(|finding| vec![finding])
}

/// The finding for a member that is not a field.
pub fn unknown_member(name: &str) -> Finding {
    let known = FIELDS.iter().map(|field| (field.name, field.name));
    let hint = match nearest(name, known) {
        Some(near) => format!("did you mean '{near}'? the fields are listed at /api/v1/fields"),
        None => "the fields are listed at /api/v1/fields".to_owned(),
    };
    Finding::error(pointer(name), "unknown-field", format!("'{}' is not a field", cell::short(name)))
        .hint(hint)
}

/// Reads one member as its field stores it, cleaned; `None` if it is empty.
///
/// Errors: every finding about it, with a JSON pointer each. A mailbox that may be a person's is not an
/// error.
pub fn member(field: &Field, value: &Value) -> Result<Option<Value>, Vec<Finding>> {
    let at = pointer(field.name);
    let wrong = |expected: &str| {
        vec![
            Finding::error(&at, "wrong-type", format!("{} is {}, not {expected}", field.name, kind(value)))
                .hint(field.hint),
        ]
    };
    match field.kind {
        FieldKind::Text(_)
        | FieldKind::Markdown
        | FieldKind::Url
        | FieldKind::Email
        | FieldKind::Date
        | FieldKind::Code(_)
        | FieldKind::Jurisdiction
        | FieldKind::Language => {
            let Value::String(text) = value else { return Err(wrong("a text")) };
            match cell::read(field, text) {
                // Whether a mailbox is a person's is for people to judge.
                Err(found) if found.iter().all(|finding| finding.code == "personal-mailbox") => {
                    Ok(Some(text.trim().into()))
                }
                read => read.map_err(|found| placed(found, &at)),
            }
        }
        FieldKind::Boolean => match value {
            Value::Bool(_) => Ok(Some(value.clone())),
            _ => Err(wrong("true or false")),
        },
        FieldKind::Codes(list) => {
            let Value::Array(items) = value else { return Err(wrong("a list of codes")) };
            let mut findings = Vec::new();
            let mut codes: Vec<Value> = Vec::new();
            for (place, item) in items.iter().enumerate() {
                let item_at = format!("{at}/{place}");
                match item.as_str().map(|code| list.check(code)) {
                    Some(Ok(code)) if codes.iter().any(|known| known == code) => findings.push(
                        Finding::error(item_at, "repeated", format!("'{code}' appears twice"))
                            .hint("leave one of them"),
                    ),
                    Some(Ok(code)) => codes.push(code.into()),
                    Some(Err(bad)) => findings
                        .push(Finding::error(item_at, "unknown-code", bad.to_string()).hint(bad.hint())),
                    None => findings.push(
                        Finding::error(
                            item_at,
                            "wrong-type",
                            format!("there is {} where a code belongs", kind(item)),
                        )
                        .hint("write codes as texts"),
                    ),
                }
            }
            whole(Value::Array(codes), findings)
        }
        FieldKind::Texts => {
            let texts = value.as_array().filter(|items| items.iter().all(Value::is_string));
            if texts.is_none() {
                return Err(wrong("a list of texts"));
            }
            cell::read(field, &value.to_string()).map_err(|found| placed(found, &at))
        }
        FieldKind::Estimate => objects(field, value, "Estimate", json::read_as::<Estimate>),
        FieldKind::Organisation => objects(field, value, "OrganisationRef", json::read_as::<OrganisationRef>),
        FieldKind::Organisations => {
            objects(field, value, "OrganisationRef", json::read_as::<Vec<OrganisationRef>>)
        }
        FieldKind::Objects(schema, read) | FieldKind::Object(schema, read) => {
            objects(field, value, schema, read)
        }
    }
}

fn objects(
    field: &Field,
    value: &Value,
    schema: &str,
    read: fn(&str) -> Result<Value, BadJson>,
) -> Result<Option<Value>, Vec<Finding>> {
    let at = pointer(field.name);
    let mut findings = Vec::new();
    let value = cleaned(value, &at, &mut findings);
    if !findings.is_empty() {
        return Err(findings);
    }
    match read(&value.to_string()) {
        Ok(value) => whole(value, Vec::new()),
        Err(bad) => Err(vec![
            Finding::error(pointer_of(&at, &bad.path), "bad-value", message(&bad.message))
                .hint(format!("the schema {schema} is at /api/v1/openapi.json")),
        ]),
    }
}

fn whole(value: Value, findings: Vec<Finding>) -> Result<Option<Value>, Vec<Finding>> {
    let empty = value.as_array().is_some_and(Vec::is_empty);
    if findings.is_empty() { Ok(Some(value).filter(|_| !empty)) } else { Err(findings) }
}

/// Cleans the texts inside objects, as those of fields are.
fn cleaned(value: &Value, at: &str, findings: &mut Vec<Finding>) -> Value {
    match value {
        Value::String(raw) => {
            if let Some(bad) =
                raw.chars().find(|letter| text::is_forbidden(*letter) && !matches!(letter, '\r' | '\t'))
            {
                findings.push(
                    Finding::error(
                        at,
                        "control-character",
                        format!("the text contains the invisible character U+{:04X}", u32::from(bad)),
                    )
                    .hint("delete it; only letters, signs and line breaks can be published"),
                );
            } else if raw.chars().count() > text::MARKDOWN_MAX {
                findings.push(Finding::error(
                    at,
                    "too-long",
                    format!("at most {} characters fit", text::MARKDOWN_MAX),
                ));
            }
            Value::String(text::clean(raw))
        }
        Value::Array(items) => Value::Array(
            items
                .iter()
                .enumerate()
                .map(|(place, item)| cleaned(item, &format!("{at}/{place}"), findings))
                .collect(),
        ),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), cleaned(value, &format!("{at}/{name}"), findings)))
                .collect(),
        ),
        value => value.clone(),
    }
}

/// Turns a path inside a field, such as `[0].type`, into a JSON pointer.
fn pointer_of(at: &str, path: &str) -> String {
    let steps = path.replace('[', ".").replace(']', "");
    steps.split('.').filter(|step| !step.is_empty()).fold(at.to_owned(), |all, step| all + "/" + step)
}

/// The parser's message without the line and column, which refer to a text that nobody wrote.
fn message(text: &str) -> String {
    text.split(" at line ").next().unwrap_or(text).to_owned()
}

fn placed(findings: Vec<Finding>, at: &str) -> Vec<Finding> {
    findings.into_iter().map(|finding| Finding { field: at.to_owned(), ..finding }).collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
