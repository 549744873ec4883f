//! Cells of child lists: the type of each member of a listed thing, and how its text is read.

use domain::codes::{
    AssessmentOutcome, AssessmentStage, AssessmentStatus, AssessmentType, AuditKind, Code,
    ConsultationHolder, ConsultationOutcome, DatasetRole, EnvironmentKind, EstimateBasis, Phase,
    ReviewAdvice, ReviewResponse, StatementKind, Visibility, Vocabulary, WithheldGround,
};
use domain::stated::Stated;
use domain::{Finding, cell, text};
use serde_json::{Value, json};

use crate::mapping::NUMBER_MEMBERS;

/// Prefix of the columns that hold members of a document.
pub(super) const DOCUMENT: &str = "document_";
/// Members that are lists of texts.
const TEXTS: &[&str] = &["consulted_groups", "groups", "mitigations", "eligible", "conditions"];
/// Members that are things of their own, written as JSON.
const THINGS: &[&str] = &["shared_with", "participants", "document"];

/// Members that are codes: list, member, and the code list.
const CODES: &[(&str, &str, &Vocabulary)] = &[
    ("assessments", "type", AssessmentType::VOCABULARY),
    ("assessments", "stage", AssessmentStage::VOCABULARY),
    ("assessments", "status", AssessmentStatus::VOCABULARY),
    ("assessments", "outcome", AssessmentOutcome::VOCABULARY),
    ("assessments", "visibility", Visibility::VOCABULARY),
    ("assessments", "withheld_ground", WithheldGround::VOCABULARY),
    ("audits", "kind", AuditKind::VOCABULARY),
    ("consultations", "held_by", ConsultationHolder::VOCABULARY),
    ("consultations", "outcome", ConsultationOutcome::VOCABULARY),
    ("datasets", "role", DatasetRole::VOCABULARY),
    ("deployments", "phase", Phase::VOCABULARY),
    ("environment", "kind", EnvironmentKind::VOCABULARY),
    ("environment", "basis", EstimateBasis::VOCABULARY),
    ("field_statements", "kind", StatementKind::VOCABULARY),
    ("field_statements", "ground", WithheldGround::VOCABULARY),
    ("reviews", "advice", ReviewAdvice::VOCABULARY),
    ("reviews", "response", ReviewResponse::VOCABULARY),
];

/// Reads a cell that is not empty as a member of an item of a list. Errors: what is wrong with it. A type that does not
/// fit is left for the item's schema to refuse.
pub(super) fn read(list: &str, name: &str, cell: &str, stated: &Stated) -> Result<Value, Finding> {
    // Every member of a translation is a text, whatever it looks like.
    if list == "translations" {
        return Ok(cell.into());
    }
    let told = |finding: Finding| stated.told(finding, cell);
    if let Some((.., codes)) = CODES.iter().find(|(of, member, _)| (*of, *member) == (list, name)) {
        let unknown = |bad: domain::codes::UnknownCode| {
            Finding::error(name, "unknown-code", bad.to_string()).hint(bad.hint())
        };
        return codes.named(cell).map(Value::from).map_err(unknown);
    }
    Ok(match name {
        _ if TEXTS.contains(&name) && list != "reviews" => texts(cell),
        _ if THINGS.contains(&name) => {
            serde_json::from_str(cell).unwrap_or_else(|_| text::clean(cell).into())
        }
        _ if NUMBER_MEMBERS.contains(&name) || name == "document_bytes" => {
            cell::whole_number(name, cell, stated.decimals).map_err(told)?.into()
        }
        _ if name.ends_with("_on") => {
            cell::date_in(name, cell, stated.dates).map_err(told)?.to_string().into()
        }
        "collective_allowed" => cell::boolean(name, cell)?.into(),
        "supplier" => json!({ "name": text::one_line(cell) }),
        "organisation" if list == "deployments" => json!({ "name": text::one_line(cell) }),
        _ => text::clean(cell).into(),
    })
}

/// The items of a list of texts: joined by `;`, or a JSON array.
fn texts(cell: &str) -> Value {
    let json = || serde_json::from_str::<Vec<String>>(cell).ok();
    let items = cell.starts_with('[').then(json).flatten();
    let items = items.unwrap_or_else(|| cell.split(cell::SEPARATOR).map(str::to_owned).collect());
    items.iter().map(|item| text::one_line(item)).filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use domain::fields::{FieldKind, field};

    use super::*;

    #[test]
    fn every_member_said_to_be_a_code_is_one() {
        for (list, member, codes) in CODES {
            let Some(FieldKind::Objects(_, read)) = field(list).map(|field| field.kind) else {
                panic!("{list}")
            };
            let mut item = match *list {
                "assessments" => json!({ "type": "dpia", "stage": "screening", "status": "complete" }),
                "audits" => json!({ "kind": "internal" }),
                "consultations" => json!({ "held_by": "publisher" }),
                "deployments" => json!({ "organisation": { "name": "A" } }),
                "environment" => json!({ "kind": EnvironmentKind::ALL[0].as_str() }),
                "field_statements" => json!({ "field": "title", "kind": "unknown" }),
                "reviews" => json!({ "body": "A", "advice": "support" }),
                _ => json!({}),
            };
            for entry in codes.entries {
                item[*member] = entry.code.into();
                let text = json!([item]).to_string();
                assert!(read(&text).is_ok(), "{list} {member} {}: {:?}", entry.code, read(&text));
            }
            item[*member] = "no such code".into();
            assert!(read(&json!([item]).to_string()).is_err(), "{list} {member} is no code");
        }
    }

    #[test]
    fn a_cell_of_a_child_list_is_read_as_its_type() {
        #[track_caller]
        fn check(list: &str, name: &str, cell: &str, expected: Value) {
            assert_eq!(
                read(list, name, cell, &Stated::default()).unwrap(),
                expected,
                "{list} {name} {cell:?}"
            );
        }
        check("assessments", "status", "In progress", "in_progress".into());
        check("deployments", "phase", "Peilot", "pilot".into());
        check("deployments", "role", "[\"a\",\"b\"]", "[\"a\",\"b\"]".into());
        check("deployments", "organisation", "Surrey\nPolice", json!({ "name": "Surrey Police" }));
        check("redress_routes", "deadline_days", "28.0", 28.into());
        check("redress_routes", "collective_allowed", "Yes", true.into());
        check("redress_routes", "eligible", "[\"a;b\",\"c\"]", json!(["a;b", "c"]));
        check("redress_routes", "eligible", "[x];c", json!(["[x]", "c"]));
        check("contracts", "conditions", "a; b", json!(["a", "b"]));
        check("reviews", "conditions", "a; b", "a; b".into());
        let wrong = |list, name, cell| read(list, name, cell, &Stated::default()).unwrap_err();
        assert_eq!(wrong("deployments", "phase", "live").code, "unknown-code");
        let date = wrong("deployments", "started_on", "01/03/2026");
        assert!(date.hint.unwrap().contains("state the order of the file's dates"));
    }
}
