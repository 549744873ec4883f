//! Drafts: reads what people write member by member, so that every fault is reported at once, and says what
//! is left to do before publication.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::cell::{self, BadJson};
use crate::codes::{Code, Origin, RecordKind, StatementKind, nearest};
use crate::completeness::{FieldState, completeness};
use crate::fields::{FIELDS, Field, FieldKind, Group, field};
use crate::finding::{Finding, Severity};
use crate::organisation::OrganisationRef;
use crate::product::Product;
use crate::record::{Estimate, Record};
use crate::{text, validate};

/// How many missing fields are suggested at a time.
const QUICKEST: usize = 5;

/// Members that the register sets and nobody writes.
const GIVEN: &[&str] = &["origin"];

/// Members that forms do not ask for one by one: what the register sets, and statements in place of answers.
pub const NOT_ASKED: &[&str] = &["origin", "field_statements"];

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
    for name in ["kind", "publisher", "title", "name", "jurisdiction", "lang"] {
        let said = findings.iter().any(|finding| finding.field.split('/').nth(1) == Some(name));
        if !clean.contains_key(name) && !said {
            let hint = field(name).map_or("", |field| field.hint);
            findings.push(
                Finding::error(
                    pointer(name),
                    "required",
                    format!("{name} is missing: no draft can be saved without it"),
                )
                .hint(hint),
            );
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    serde_json::from_value(Value::Object(clean))
        .map_err(|error| vec![Finding::error("", "bad-record", error.to_string())])
}

fn pointer(name: &str) -> String {
    format!("/{name}")
}

/// The finding for a member that is not a field.
pub fn unknown_member(name: &str) -> Finding {
    let known = FIELDS.iter().map(|field| (field.name, field.name));
    let hint = match nearest(name, known) {
        Some(near) => format!("did you mean '{near}'? the fields stand at /api/v1/fields"),
        None => "the fields stand at /api/v1/fields".to_owned(),
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
                        Finding::error(item_at, "repeated", format!("'{code}' stands twice"))
                            .hint("leave one of them"),
                    ),
                    Some(Ok(code)) => codes.push(code.into()),
                    Some(Err(bad)) => findings
                        .push(Finding::error(item_at, "unknown-code", bad.to_string()).hint(bad.hint())),
                    None => findings.push(
                        Finding::error(
                            item_at,
                            "wrong-type",
                            format!("{} stands where a code belongs", kind(item)),
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
        FieldKind::Estimate => objects(field, value, "Estimate", cell::read_json::<Estimate>),
        FieldKind::Organisation => {
            objects(field, value, "OrganisationRef", cell::read_json::<OrganisationRef>)
        }
        FieldKind::Organisations => {
            objects(field, value, "OrganisationRef", cell::read_json::<Vec<OrganisationRef>>)
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
                .hint(format!("the schema {schema} stands at /api/v1/openapi.json")),
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
                        format!("the invisible character U+{:04X} stands in the text", u32::from(bad)),
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

/// Every finding about a draft. Errors prevent its publication, warnings do not.
pub fn findings(record: &Record) -> Vec<Finding> {
    let mut findings: Vec<Finding> = validate::values(record)
        .into_iter()
        .map(|finding| match finding.code.as_str() {
            "personal-mailbox" => Finding { severity: Severity::Warning, ..finding },
            _ => finding,
        })
        .collect();
    findings.extend(statements(record));
    findings.extend(assessments(record));
    findings.extend(names(record));
    findings.extend(
        validate::required(record)
            .into_iter()
            .map(|finding| Finding { severity: Severity::Error, ..finding }),
    );
    for finding in &mut findings {
        if !finding.field.starts_with('/') {
            finding.field = pointer(&finding.field);
        }
    }
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// Warnings for the reviewer about names with letters of several scripts that look alike.
fn names(record: &Record) -> Vec<Finding> {
    let joint = record.joint_publishers.iter().enumerate();
    let suppliers = record.supplier_involvement.iter().enumerate();
    let named = std::iter::once(("/publisher/name".to_owned(), &record.publisher))
        .chain(joint.map(|(place, body)| (format!("/joint_publishers/{place}/name"), body)))
        .chain(suppliers.filter_map(|(place, part)| {
            Some((format!("/supplier_involvement/{place}/supplier/name"), part.supplier.as_ref()?))
        }));
    named
        .filter(|(_, body)| text::mixes_scripts(&body.name))
        .map(|(at, body)| {
            let message = format!("'{}' mixes letters of several scripts that look alike", body.name);
            Finding::warning(at, "mixed-scripts", message)
                .hint("type the name anew; whoever reviews this looks at it")
        })
        .collect()
}

fn statements(record: &Record) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, statement) in record.field_statements.iter().enumerate() {
        let at = format!("/field_statements/{place}");
        let reason = statement.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
        match statement.kind {
            StatementKind::NotApplicable if !reason => findings.push(
                Finding::error(at, "reason-missing", format!("why '{}' does not apply is not said", statement.field))
                    .hint("add a reason people can understand"),
            ),
            StatementKind::Withheld if statement.ground.is_none() => findings.push(
                Finding::error(at, "ground-missing", format!("on which ground '{}' is withheld is not said", statement.field))
                    .hint("add a ground, such as foia_43; the grounds stand at /api/v1/vocabularies/withheld_ground"),
            ),
            _ if record.has(&statement.field) => findings.push(
                Finding::warning(at, "answered-and-stated", format!("'{}' has a value and a statement that it has none", statement.field))
                    .hint("delete one of them"),
            ),
            _ => {}
        }
    }
    findings
}

fn assessments(record: &Record) -> Vec<Finding> {
    use crate::codes::{AssessmentStatus, Visibility};
    let mut findings = Vec::new();
    for (place, one) in record.assessments.iter().enumerate() {
        let at = format!("/assessments/{place}");
        if one.status == AssessmentStatus::NotRequired && one.status_reason.is_none() {
            findings.push(
                Finding::error(
                    format!("{at}/status_reason"),
                    "reason-missing",
                    "why it is not required is not said",
                )
                .hint("add a reason people can understand"),
            );
        }
        let sealed = one.visibility.is_some_and(|visibility| visibility != Visibility::Public);
        if sealed && one.withheld_ground.is_none() {
            findings.push(
                Finding::warning(
                    format!("{at}/withheld_ground"),
                    "ground-missing",
                    "on which ground it is withheld is not said",
                )
                .hint("the grounds stand at /api/v1/vocabularies/withheld_ground"),
            );
        }
    }
    findings
}

/// The members a copy takes over from a record: what describes the tool. Everything that each body must state
/// for itself is left out: who answers for it, when it is used, what was measured and checked, its risks,
/// what people are told, redress and costs.
pub fn copied(record: &Record) -> Map<String, Value> {
    let mut members = record.public().to_members();
    members.retain(|name, _| {
        field(name).is_some_and(|field| {
            let own = [
                "contact_email",
                "deployments",
                "decisions_per_year",
                "explanation_available",
                "notification_given",
                "opt_out_route",
                "people_affected_per_year",
                "performance",
            ];
            matches!(field.group, Group::Identity | Group::Where | Group::Why | Group::What | Group::OnWhom)
                && !GIVEN.contains(&name.as_str())
                && !own.contains(&name.as_str())
                && !matches!(field.kind, FieldKind::Url)
                && !matches!(
                    name.as_str(),
                    "publisher" | "joint_publishers" | "regions" | "decision_record_url"
                )
        }) || name == "supplier_involvement"
    });
    members
}

/// The members a draft takes over from a product.
pub fn from_product(product: &Product) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("kind".to_owned(), RecordKind::ProcuredTechnology.as_str().into());
    members.insert("title".to_owned(), product.name.clone().into());
    members.insert("name".to_owned(), product.name.clone().into());
    let parts = product
        .suppliers
        .iter()
        .map(|supplier| serde_json::json!({ "supplier": { "name": supplier }, "product": product.name }));
    let mut parts: Vec<Value> = parts.collect();
    if parts.is_empty() {
        parts.push(serde_json::json!({ "product": product.name }));
    }
    members.insert("supplier_involvement".to_owned(), Value::Array(parts));
    let codes: Vec<Value> = product.technologies.iter().map(|code| code.as_str().into()).collect();
    let standards: Vec<Value> = product.open_standards.iter().map(|one| one.clone().into()).collect();
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            members.insert(name.to_owned(), value);
        }
    };
    add("technologies", (!codes.is_empty()).then_some(Value::Array(codes)));
    add("open_standards", (!standards.is_empty()).then_some(Value::Array(standards)));
    add("open_source", product.open_source.map(Value::Bool));
    add("source_code_url", product.source_code_url.clone().map(Value::String));
    members
}

/// A field to answer next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NextField {
    /// Name of the field.
    pub field: String,
    /// Its label.
    pub label: String,
    /// What to write.
    pub hint: String,
}

/// The blank required fields that are quickest to answer: first codes and yes or no, then dates and short
/// texts, last long texts and lists of objects.
pub fn quickest(record: &Record) -> Vec<NextField> {
    let mut blank: Vec<&Field> = completeness(record)
        .fields
        .iter()
        .filter(|one| one.state == FieldState::Blank)
        .filter_map(|one| field(&one.field))
        .collect();
    blank.sort_by_key(|field| effort(&field.kind));
    let next = |field: &&Field| NextField {
        field: field.name.to_owned(),
        label: field.label.to_owned(),
        hint: field.hint.to_owned(),
    };
    blank.iter().take(QUICKEST).map(next).collect()
}

fn effort(kind: &FieldKind) -> u8 {
    match kind {
        FieldKind::Code(_) | FieldKind::Boolean | FieldKind::Language | FieldKind::Jurisdiction => 0,
        FieldKind::Codes(_) | FieldKind::Date => 1,
        FieldKind::Email | FieldKind::Url | FieldKind::Organisation | FieldKind::Estimate => 2,
        FieldKind::Text(_) | FieldKind::Texts | FieldKind::Organisations => 3,
        FieldKind::Markdown => 4,
        FieldKind::Objects(..) | FieldKind::Object(..) => 5,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn draft(value: Value) -> Result<Record, Vec<String>> {
        let Value::Object(members) = value else { panic!("an object") };
        read(&members, Origin::SelfDeclared, Some("Northmoor Borough Council")).map_err(|findings| {
            findings.iter().map(|finding| format!("{} {}", finding.field, finding.code)).collect()
        })
    }

    #[test]
    fn a_title_is_enough_for_a_draft() {
        let record = draft(json!({ "title": " Pupil  planner " })).unwrap();
        assert_eq!((record.title.as_str(), record.name.as_str()), ("Pupil planner", "Pupil planner"));
        assert_eq!(record.publisher.name, "Northmoor Borough Council");
        let findings = findings(&record);
        assert!(
            findings.iter().any(|finding| finding.field == "/summary" && finding.severity == Severity::Error)
        );
        assert_eq!(quickest(&record)[0].field, "phase");
    }

    #[test]
    fn every_fault_is_found_at_once_with_its_place() {
        let faults = draft(json!({
            "titel": "x",
            "origin": "imported",
            "phase": "live",
            "sectors": ["schools", "schols", 7, "schools"],
            "first_used": "31/03/2026",
            "uses_children_data": "yes",
            "summary": 12,
            "assessments": [{ "type": "dpia", "stage": "screening", "status": "complete" }, { "type": "dpai" }],
            "risks": [{ "title": "a\u{202e}b" }],
            "jurisdiction": "XX",
        }))
        .unwrap_err();
        assert_eq!(
            faults,
            [
                "/titel unknown-field",
                "/origin read-only",
                "/phase unknown-code",
                "/sectors/1 unknown-code",
                "/sectors/2 wrong-type",
                "/sectors/3 repeated",
                "/first_used bad-date",
                "/uses_children_data wrong-type",
                "/summary wrong-type",
                "/assessments/1/type bad-value",
                "/risks/0/title control-character",
                "/jurisdiction unknown-jurisdiction",
                "/title required",
                "/name required",
            ]
        );
    }

    #[test]
    fn a_personal_mailbox_is_a_warning_and_a_bad_one_an_error() {
        let record = draft(json!({ "title": "T", "contact_email": "jane.smith@council.example" })).unwrap();
        let found = findings(&record);
        let finding = found.iter().find(|finding| finding.code == "personal-mailbox").unwrap();
        assert_eq!(finding.severity, Severity::Warning);
        assert_eq!(
            draft(json!({ "title": "T", "contact_email": "nobody" })).unwrap_err(),
            ["/contact_email bad-email"]
        );
    }

    #[test]
    fn a_record_reads_back_as_it_was_written() {
        let mut record = draft(json!({ "title": "T", "sectors": ["schools"], "people_affected_per_year": { "value": 3, "basis": "estimated" } })).unwrap();
        record.open_standards = vec!["a;b".to_owned()];
        assert_eq!(read(&record.to_members(), Origin::SelfDeclared, None).unwrap(), record);
    }

    #[test]
    fn a_statement_says_why() {
        let record = draft(json!({ "title": "T", "field_statements": [
            { "field": "summary", "kind": "not_applicable" }, { "field": "team", "kind": "withheld" }, { "field": "title", "kind": "unknown" },
        ] })).unwrap();
        let codes: Vec<String> = findings(&record)
            .iter()
            .filter(|one| one.field.starts_with("/field_statements"))
            .map(|one| one.code.clone())
            .collect();
        assert_eq!(codes, ["reason-missing", "ground-missing", "answered-and-stated"]);
    }
}
