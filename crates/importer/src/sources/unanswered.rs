//! What a source says that is no answer: placeholders wherever its reader put them, and values that cannot be true.
//! They become no value, are counted, and stay in the raw row.

use chrono::NaiveDate;
use domain::codes::StatementKind;
use domain::fields::{FieldKind, field};
use domain::naming::withheld_name;
use domain::placeholder::{self, Meaning, Place};
use domain::record::FieldStatement;
use domain::{Record, Severity, validate};
use serde_json::{Map, Value};

use crate::report::{Uses, changed};

/// Fields whose texts are ids and words of the source.
const QUOTED: &[&str] = &["references", "field_statements"];
/// Members of things whose codes can read like placeholders.
const CODES: &[&str] = &["basis"];
/// Members of things that hold a body, which a name must name.
const BODIES: &[&str] = &["supplier", "organisation"];
/// Members that say nothing by themselves about a thing.
const SAYS_LITTLE: &[&str] = &["role", "kind", "basis"];

/// Removes a title or publisher that is a placeholder, so that the row is refused for lacking it.
pub(super) fn leave_nameless(fields: &mut Map<String, Value>) {
    let is_none = |name: Option<&Value>| name.and_then(Value::as_str).is_some_and(placeholder::is_no_name);
    if is_none(fields.get("title")) {
        fields.remove("title");
    }
    if is_none(fields.get("publisher").and_then(|body| body.get("name"))) {
        fields.remove("publisher");
    }
}

/// A placeholder that a field lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scrubbed {
    pub(super) field: &'static str,
    pub(super) meaning: Meaning,
    /// Its words.
    pub(super) said: String,
}

/// Removes placeholders from the values of a row, in whatever way they got there.
pub(super) fn scrub(fields: &mut Map<String, Value>) -> Vec<Scrubbed> {
    let mut scrubbed = Vec::new();
    for (name, mut value) in std::mem::take(fields) {
        let Some(of) = field(&name).filter(|of| !QUOTED.contains(&of.name)) else {
            fields.insert(name, value);
            continue;
        };
        let mut lost = Lost::default();
        let keeps = match of.kind {
            FieldKind::Text(_) | FieldKind::Markdown | FieldKind::Url | FieldKind::Email => {
                keeps(&value, Place::from(&of.kind), &mut lost)
            }
            FieldKind::Texts | FieldKind::Organisations => {
                retain(&mut value, |item| keeps(named(item), Place::Name, &mut lost))
            }
            FieldKind::Organisation => keeps(named(&value), Place::Name, &mut lost),
            FieldKind::Objects(..) => {
                let whole = of.name == "assessments";
                retain(&mut value, |thing| {
                    let before = lost.count;
                    clean(thing, &mut lost);
                    whole || lost.count == before || says_something(thing)
                })
            }
            FieldKind::Object(..) => {
                clean(&mut value, &mut lost);
                true
            }
            _ => true,
        };
        if keeps {
            fields.insert(name, value);
        }
        if let Some((meaning, said)) = lost.last {
            scrubbed.push(Scrubbed { field: of.name, meaning, said });
        }
    }
    scrubbed
}

/// The placeholders that a field lost.
#[derive(Default)]
struct Lost {
    /// The last of them, with its words.
    last: Option<(Meaning, String)>,
    /// How many there were.
    count: usize,
}

/// The text of an item: its own, or the name of a body.
fn named(item: &Value) -> &Value {
    item.get("name").unwrap_or(item)
}

/// Whether a value is no placeholder; one is noted.
fn keeps(value: &Value, place: Place, lost: &mut Lost) -> bool {
    let Some(text) = value.as_str() else { return true };
    let meaning = placeholder::meaning(text, place);
    if let Some(meaning) = meaning {
        lost.last = Some((meaning, text.to_owned()));
        lost.count += 1;
    }
    meaning.is_none()
}

/// Keeps some items of a list. Whether any is left.
fn retain(list: &mut Value, keep: impl FnMut(&mut Value) -> bool) -> bool {
    let Some(items) = list.as_array_mut() else { return true };
    items.retain_mut(keep);
    !items.is_empty()
}

/// Removes placeholders from a thing and the things in it.
fn clean(thing: &mut Value, lost: &mut Lost) {
    let Some(members) = thing.as_object_mut() else { return };
    members.retain(|name, value| match value {
        Value::String(_) => CODES.contains(&name.as_str()) || keeps(value, Place::Prose, lost),
        Value::Object(_) if BODIES.contains(&name.as_str()) => keeps(named(value), Place::Name, lost),
        Value::Object(_) => {
            clean(value, lost);
            true
        }
        Value::Array(_) => retain(value, |item| {
            clean(item, lost);
            keeps(item, Place::Prose, lost)
        }),
        _ => true,
    });
}

/// Whether a thing still says something after it lost a placeholder.
fn says_something(thing: &Value) -> bool {
    thing.as_object().is_none_or(|members| members.keys().any(|name| !SAYS_LITTLE.contains(&name.as_str())))
}

/// Takes out suppliers whose name says that it is withheld. If none is left, the field is withheld, on that ground.
pub(super) fn withheld_suppliers(fields: &mut Map<String, Value>, uses: &mut Uses) -> Option<FieldStatement> {
    const FIELD: &str = "supplier_involvement";
    let parts = fields.get_mut(FIELD)?.as_array_mut()?;
    let mut said = None;
    for part in parts.iter_mut() {
        let name = part["supplier"]["name"].as_str().unwrap_or_default();
        if let Some(ground) = withheld_name(name) {
            changed(uses, "supplier-withheld", name, "");
            said = Some((ground, format!("the source says \"{}\"", domain::cell::short(name))));
            part["supplier"] = Value::Null;
        }
    }
    let (ground, reason) = said?;
    parts.retain(|part| !part["supplier"].is_null() || !part["product"].is_null());
    if !parts.is_empty() {
        return None;
    }
    fields.remove(FIELD);
    let kind = StatementKind::Withheld;
    Some(FieldStatement { field: FIELD.to_owned(), kind, reason: Some(reason), ground: Some(ground) })
}

/// The record of these fields. A field that cannot do without what it lost is left out.
pub(super) fn record_of(
    mut fields: Map<String, Value>,
    scrubbed: &[Scrubbed],
) -> Result<Record, serde_json::Error> {
    if scrubbed.is_empty() {
        return serde_json::from_value(Value::Object(fields));
    }
    serde_json::from_value(Value::Object(fields.clone())).or_else(|_| {
        for one in scrubbed {
            fields.remove(one.field);
        }
        serde_json::from_value(Value::Object(fields))
    })
}

/// Something of a source that cannot be true, and was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Removed {
    pub(super) field: String,
    /// Code of what was found.
    pub(super) code: String,
    /// What was found.
    pub(super) message: String,
}

/// Removes what cannot be true on a day from a record.
pub(super) fn set_aside(mut record: Record, today: NaiveDate) -> (Record, Vec<Removed>) {
    let mut removed = Vec::new();
    // Places change when something before them in a list goes, so one finding is taken at a time.
    while removed.len() < REMOVED_MAX {
        let wrong = validate::values(&record, today).into_iter();
        let mut wrong = wrong.filter(|finding| finding.severity == Severity::Error);
        let gone = wrong.find_map(|finding| {
            let field =
                finding.field.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
            let record = without(&record, &finding.field, &field)?;
            Some((record, Removed { field, code: finding.code, message: finding.message }))
        });
        let Some((without, one)) = gone else { break };
        record = without;
        removed.push(one);
    }
    (record, removed)
}

/// The most values set aside in one record; what has more is no record of a person.
const REMOVED_MAX: usize = 1_000;

/// The record without the value at a pointer; if it cannot be without, without the whole field; `None` if not even
/// that can be.
fn without(record: &Record, pointer: &str, name: &str) -> Option<Record> {
    let mut members = Value::Object(record.to_members());
    if let Some((parent, last)) = pointer.rsplit_once('/').filter(|(parent, _)| !parent.is_empty()) {
        let mut part = members.clone();
        match part.pointer_mut(parent) {
            Some(Value::Object(object)) => {
                object.remove(last);
            }
            Some(Value::Array(items)) => {
                if let Some(place) = last.parse().ok().filter(|place| *place < items.len()) {
                    items.remove(place);
                }
            }
            _ => {}
        }
        if let Ok(found) = serde_json::from_value::<Record>(part)
            && found != *record
        {
            return Some(found);
        }
    }
    members.as_object_mut()?.remove(name);
    serde_json::from_value(members).ok().filter(|found: &Record| found != record)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Map<String, Value> {
        let mut all = json!({
            "kind": "algorithmic_tool", "origin": "imported", "publisher": { "name": "A" }, "title": "T", "name": "T",
            "jurisdiction": "NL", "lang": "nl",
        });
        all.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        all.as_object().unwrap().clone()
    }

    #[test]
    fn placeholders_go_wherever_a_reader_put_them() {
        let mut all = fields(json!({
            "summary": "n.v.t.",
            "benefits": "None",
            "open_standards": ["TBD", "OCDS"],
            "national_identifiers": ["-"],
            "supplier_involvement": [{ "supplier": { "name": "[blank]" } }, { "supplier": { "name": "Lumen" } }],
            "datasets": [{ "role": "operational", "description": "Volgt" }, { "role": "operational", "name": "BRP" }],
            "environment": [{ "kind": "energy", "basis": "unknown", "unit": "?" , "amount": "5" }],
            "assessments": [{ "type": "dpia", "stage": "screening", "status": "complete", "summary": "onbekend" }],
            "references": [{ "scheme": "X", "value": "none" }],
            "tests": { "power": { "text": "TBC" } },
        }));
        let lost: Vec<&str> = scrub(&mut all).iter().map(|one| one.field).collect();
        assert_eq!(
            lost,
            [
                "summary",
                "open_standards",
                "national_identifiers",
                "supplier_involvement",
                "datasets",
                "environment",
                "assessments",
                "tests"
            ]
        );
        let expected = fields(json!({
            "benefits": "None",
            "open_standards": ["OCDS"],
            "supplier_involvement": [{ "supplier": { "name": "Lumen" } }],
            "datasets": [{ "role": "operational", "name": "BRP" }],
            "environment": [{ "kind": "energy", "basis": "unknown", "amount": "5" }],
            "assessments": [{ "type": "dpia", "stage": "screening", "status": "complete" }],
            "references": [{ "scheme": "X", "value": "none" }],
            "tests": { "power": {} },
        }));
        assert_eq!(Value::Object(all), Value::Object(expected));
    }

    #[test]
    fn a_list_that_cannot_do_without_what_it_lost_is_left_out() {
        let mut all = fields(json!({ "risks": [{ "title": "TBD", "description": "Someone is stopped" }] }));
        let scrubbed = scrub(&mut all);
        let record = record_of(all, &scrubbed).unwrap();
        assert!(record.risks.is_empty() && record.title == "T");
    }

    #[test]
    fn what_cannot_be_true_goes_and_what_stands_beside_it_stays() {
        let record = record_of(
            fields(json!({
                "phase": "production",
                "first_used": "2027-01-01",
                "retired_on": "1905-07-11",
                "contracts": [
                    { "title": "One", "value": "-1", "currency": "XYZ" },
                    { "title": "Two", "value": "2", "currency": "EUR", "starts_on": "2024-01-01", "ends_on": "2023-01-01" },
                ],
            })),
            &[],
        );
        let (record, removed) = set_aside(record.unwrap(), "2026-11-21".parse().unwrap());
        let mut removed: Vec<String> =
            removed.iter().map(|one| format!("{}-{}", one.field, one.code)).collect();
        removed.sort();
        assert_eq!(
            removed,
            [
                "contracts-bad-amount",
                "contracts-dates-out-of-order",
                "contracts-unknown-currency",
                "first_used-in-the-future",
                "retired_on-before-1950"
            ]
        );
        assert_eq!((record.first_used, record.retired_on), (None, None));
        let expected = json!([
            { "title": "One" },
            { "title": "Two", "value": "2", "currency": "EUR", "starts_on": "2024-01-01" },
        ]);
        assert_eq!(serde_json::to_value(&record.contracts).unwrap(), expected);
    }
}
