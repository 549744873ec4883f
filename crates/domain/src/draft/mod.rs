//! Drafts: what they begin with, how they are read, and what is left to do before publication.

mod begin;
mod checks;
mod members;

pub use self::begin::{copied, from_product};
pub use self::checks::{NextField, findings, quickest};
pub use self::members::{member, read, read_over, unknown_member};

/// Members that the register sets and nobody writes.
const GIVEN: &[&str] = &["origin"];

/// Members that forms do not ask for one by one: what the register sets, and statements in place of answers.
pub const NOT_ASKED: &[&str] = &["origin", "field_statements"];

fn pointer(name: &str) -> String {
    format!("/{name}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::codes::Origin;
    use crate::finding::Severity;
    use crate::record::Record;

    fn today() -> chrono::NaiveDate {
        chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

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
        let findings = findings(&record, None, today());
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
    fn a_personal_mailbox_can_be_saved_and_published_only_when_confirmed() {
        let severity = |record: &Record| {
            let found = findings(record, None, today());
            found.iter().find(|finding| finding.code == "personal-mailbox").map(|finding| finding.severity)
        };
        let mut members = json!({ "title": "T", "contact_email": "jane.smith@council.example" });
        assert_eq!(severity(&draft(members.clone()).unwrap()), Some(Severity::Error));
        members["field_statements"] =
            json!([{ "field": "contact_email", "kind": "confirmed", "reason": "The Jane Smith Centre." }]);
        assert_eq!(severity(&draft(members).unwrap()), Some(Severity::Warning));
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
    fn a_translation_is_read_text_by_text_and_welsh_summaries_have_one_place() {
        let record = draft(json!({ "title": "T", "translations": [
            { "lang": "FR", "title": " Un  titre ", "summary": "" }, { "lang": "cy", "summary": "Crynodeb" },
        ] }))
        .unwrap();
        assert_eq!(json!(record.translations), json!([{ "lang": "fr", "title": "Un titre" }]));
        assert_eq!(record.summary_cy.as_deref(), Some("Crynodeb"));
        for (translations, fault) in [
            (json!([{ "lang": "fr", "titel": "T" }]), "/translations/0/titel bad-value"),
            (json!([{ "title": "T" }]), "/translations/0 bad-value"),
            (json!([{ "lang": "fr", "title": "a\u{202e}b" }]), "/translations/0/title control-character"),
            (json!([{ "lang": "cy", "summary": "C" }]), "/translations/0/summary welsh-summary-twice"),
        ] {
            let members = json!({ "title": "T", "summary_cy": "Other", "translations": translations });
            assert_eq!(draft(members).unwrap_err(), [fault]);
        }
        let copy = copied(
            &draft(json!({ "title": "T", "translations": [
            { "lang": "fr", "title": "T", "opt_out_route": "O" }, { "lang": "de", "opt_out_route": "O" },
        ] }))
            .unwrap(),
        );
        assert_eq!(
            copy["translations"],
            json!([{ "lang": "fr", "title": "T" }]),
            "each body says how to opt out"
        );
    }

    #[test]
    fn a_statement_says_why() {
        let record = draft(json!({ "title": "T", "field_statements": [
            { "field": "summary", "kind": "not_applicable" }, { "field": "team", "kind": "withheld" }, { "field": "title", "kind": "unknown" },
            { "field": "name", "kind": "confirmed" }, { "field": "benefits", "kind": "confirmed", "reason": "R" },
        ] })).unwrap();
        let codes: Vec<String> = findings(&record, None, today())
            .iter()
            .filter(|one| one.field.starts_with("/field_statements"))
            .map(|one| one.code.clone())
            .collect();
        assert_eq!(
            codes,
            [
                "reason-missing",
                "ground-missing",
                "reason-missing",
                "nothing-to-confirm",
                "answered-and-stated"
            ]
        );
    }
}
