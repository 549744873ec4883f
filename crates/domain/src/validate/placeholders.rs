//! Placeholders in a body's own record: an error where an answer is required, or where a body is named; a warning
//! elsewhere.

use serde_json::Value;

use crate::cell::short;
use crate::fields::{FIELDS, Field, FieldKind};
use crate::finding::Finding;
use crate::placeholder::{Meaning, Place, meaning};
use crate::record::{Member, Record};

/// Members of things that hold codes, some of which read like placeholders.
const CODES: &[&str] =
    &["basis", "held_by", "kind", "outcome", "phase", "stage", "status", "type", "visibility"];
/// Fields whose things name other things, word for word.
const QUOTED: &[&str] = &["references", "field_statements"];

/// Every placeholder in a record that stands where an answer belongs.
pub(super) fn placeholders(record: &Record) -> Vec<Finding> {
    let mut findings = texts(record);
    findings.extend(items(record));
    findings.extend(bodies(record));
    findings.extend(things(record));
    findings
}

pub(super) fn finding(at: String, text: &str, meaning: Meaning, stops: bool) -> Finding {
    let message = format!("'{}' is no answer", short(text.trim()));
    let found = if stops {
        Finding::error(at, "placeholder", message)
    } else {
        Finding::warning(at, "placeholder", message)
    };
    found.hint(meaning.hint())
}

fn texts(record: &Record) -> Vec<Finding> {
    let written =
        FIELDS.iter().filter(|field| matches!(field.kind, FieldKind::Text(_) | FieldKind::Markdown));
    written
        .filter_map(|field| {
            let Member::Text(text) = field.value_in(record) else { return None };
            let meaning = meaning(text, Place::from(&field.kind))?;
            Some(finding(field.name.to_owned(), text, meaning, field.required.applies(record)))
        })
        .collect()
}

/// The fields that are lists of texts.
fn lists(record: &Record) -> [(&'static str, &[String]); 4] {
    [
        ("open_standards", &record.open_standards),
        ("national_identifiers", &record.national_identifiers),
        ("beneficiaries", &record.beneficiaries),
        ("risk_bearers", &record.risk_bearers),
    ]
}

fn items(record: &Record) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, items) in lists(record) {
        let required = FIELDS.iter().any(|field| field.name == name && field.required.applies(record));
        for (place, text) in items.iter().enumerate() {
            if let Some(meaning) = meaning(text, Place::Name) {
                findings.push(finding(format!("/{name}/{place}"), text, meaning, required));
            }
        }
    }
    findings
}

/// Bodies and suppliers whose name is none.
fn bodies(record: &Record) -> Vec<Finding> {
    let joint = record.joint_publishers.iter().enumerate();
    let suppliers = record.supplier_involvement.iter().enumerate();
    let deployments = record.deployments.iter().enumerate();
    std::iter::once(("publisher".to_owned(), &record.publisher))
        .chain(joint.map(|(place, body)| (format!("/joint_publishers/{place}/name"), body)))
        .chain(suppliers.filter_map(|(place, part)| {
            Some((format!("/supplier_involvement/{place}/supplier/name"), part.supplier.as_ref()?))
        }))
        .chain(
            deployments
                .map(|(place, part)| (format!("/deployments/{place}/organisation/name"), &part.organisation)),
        )
        .filter_map(|(at, body)| Some((at, &body.name, meaning(&body.name, Place::Name)?)))
        .map(|(at, name, meaning)| {
            finding(at, name, meaning, true).hint("write the full name of the body, or leave it out")
        })
        .collect()
}

/// Required lists of things in which no thing says anything.
fn things(record: &Record) -> Vec<Finding> {
    let asked = |field: &&Field| {
        matches!(field.kind, FieldKind::Objects(..))
            && field.required.applies(record)
            && field.is_in(record)
            && !QUOTED.contains(&field.name)
    };
    let asked: Vec<&Field> = FIELDS.iter().filter(asked).collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let members = record.to_members();
    asked
        .into_iter()
        .filter_map(|field| {
            let mut said = Said::default();
            said.look(members.get(field.name)?, "");
            let (text, meaning) = said.placeholder.filter(|_| !said.answer)?;
            Some(finding(field.name.to_owned(), &text, meaning, true))
        })
        .collect()
}

/// What the values of things say.
#[derive(Default)]
struct Said {
    /// Whether anything is an answer.
    answer: bool,
    /// The first placeholder.
    placeholder: Option<(String, Meaning)>,
}

impl Said {
    fn look(&mut self, value: &Value, member: &str) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| self.look(value, name)),
            Value::Array(items) => items.iter().for_each(|item| self.look(item, member)),
            Value::String(_) if CODES.contains(&member) => {}
            // What data is for is a code, what a supplier does a text.
            Value::String(text)
                if member == "role" && matches!(text.as_str(), "development" | "operational") => {}
            Value::String(text) => match meaning(text, Place::Name) {
                Some(meaning) => {
                    self.placeholder.get_or_insert_with(|| (text.clone(), meaning));
                }
                None => self.answer = true,
            },
            Value::Bool(_) | Value::Number(_) => self.answer = true,
            Value::Null => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::codes::Origin;
    use crate::finding::Severity;
    use crate::organisation::OrganisationRef;

    fn record(members: &[(&str, Value)]) -> Record {
        let record = Record::new(Origin::SelfDeclared, OrganisationRef::named("A"), "T".into(), "GB", "en");
        let mut all = record.to_members();
        all.extend(members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        serde_json::from_value(Value::Object(all)).unwrap()
    }

    #[track_caller]
    fn check(members: &[(&str, Value)], expected: &[(&str, Severity)]) {
        let found = placeholders(&record(members));
        let found: Vec<_> = found.iter().map(|one| (one.field.as_str(), one.severity)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_placeholder_is_an_error_where_an_answer_is_required() {
        use Severity::{Error, Warning};
        check(&[("summary", json!("TBD"))], &[("summary", Error)]);
        check(&[("accountable_elected_office", json!("n/a"))], &[("accountable_elected_office", Warning)]);
        check(&[("benefits", json!("[blank]"))], &[("benefits", Warning)]);
        check(&[("benefits", json!("[blank]")), ("phase", json!("production"))], &[("benefits", Error)]);
        check(&[("national_identifiers", json!(["NHS number", "-"]))], &[("/national_identifiers/1", Error)]);
        check(&[("workforce_impact", json!("None"))], &[]);
        check(&[("publisher", json!({ "name": "[blank]" }))], &[("publisher", Error)]);
        check(
            &[("supplier_involvement", json!([{ "supplier": { "name": "TBC" }, "role": "Sells it" }]))],
            &[("/supplier_involvement/0/supplier/name", Error)],
        );
    }

    #[test]
    fn a_required_list_needs_one_thing_that_says_something() {
        let live = ("phase", json!("production"));
        let data = |name: &str| ("datasets", json!([{ "role": "development", "name": name }]));
        check(&[live.clone(), data("TBC")], &[("datasets", Severity::Error)]);
        check(&[live, data("School census")], &[]);
        check(&[data("TBC")], &[]);
    }

    #[test]
    fn every_list_of_texts_is_looked_at() {
        for field in FIELDS.iter().filter(|field| matches!(field.kind, FieldKind::Texts)) {
            let found = placeholders(&record(&[(field.name, json!(["TBD"]))]));
            assert!(found.iter().any(|one| one.field == format!("/{}/0", field.name)), "{}", field.name);
        }
    }
}
