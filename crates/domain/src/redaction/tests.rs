//! What a redaction takes out, and what it leaves.

use serde_json::json;

use super::*;

fn record() -> Record {
    serde_json::from_value(json!({
        "kind": "algorithmic_tool", "origin": "self_declared", "publisher": { "name": "Jane Smith Council" },
        "title": "Planner by Jane Smith", "name": "Planner", "jurisdiction": "GB", "lang": "en",
        "summary": "Ask Jane Smith.", "team": "Smith", "phase": "pilot", "first_used": "2026-01-01",
        "website_url": "https://a.example/Smith",
        "people_affected_per_year": { "value": 7, "basis": "measured" },
        "open_standards": ["Smith", "A standard by Jane Smith", "Smith"],
        "risks": [{ "title": "Bias", "description": "Jane Smith decides" }, { "title": "Cost", "description": "Jane Smith decides" }],
        "assessments": [{ "type": "dpia", "stage": "screening", "status": "complete", "visibility": "regulator_only", "summary": "Smith" }],
        "field_statements": [{ "field": "benefits", "kind": "unknown", "reason": "Smith" }],
    }))
    .unwrap()
}

fn redact(target: Target) -> Option<Redacted> {
    Redaction { target, ground: WithheldGround::Foia40, reason: "Personal data".into() }.of(&record())
}

#[track_caller]
fn check(pointer: &str, member: &str, expected: Value) {
    let value = value_at(&record(), pointer).unwrap().unwrap();
    let redacted = redact(Target::Field { pointer: pointer.to_owned(), value }).unwrap();
    let found = redacted.record.to_members().get(member).cloned().unwrap_or_default();
    assert_eq!(found, expected);
}

#[test]
fn a_value_goes_wherever_it_stands_in_its_member() {
    check("/summary", "summary", Value::Null);
    check("/people_affected_per_year", "people_affected_per_year", Value::Null);
    check("/title", "title", json!(MARK));
    check("/risks/0/description", "risks", json!([{ "title": "Bias" }, { "title": "Cost" }]));
    check("/risks/1", "risks", json!([{ "title": "Bias", "description": "Jane Smith decides" }]));
    check("/open_standards/0", "open_standards", json!(["A standard by Jane Smith"]));
    let other = Target::Field { pointer: "/summary".into(), value: json!("Another text.") };
    assert_eq!(redact(other), None, "another value at the same place stays");
    let stated = json!([
        { "field": "benefits", "kind": "unknown", "reason": "Smith" },
        { "field": "summary", "kind": "withheld", "reason": "Personal data", "ground": "foia_40" },
    ]);
    check("/summary", "field_statements", stated);
}

#[test]
fn what_says_what_others_are_stays() {
    for pointer in [
        "",
        "/publisher",
        "/publisher/name",
        "/phase",
        "/first_used",
        "/kind",
        "/field_statements/0",
        "/assessments",
        "/assessments/0",
        "/assessments/0/visibility",
        "/assessments/0/type",
        "/risks/0/title",
    ] {
        let found = value_at(&record(), pointer);
        if pointer == "/risks/0/title" {
            assert!(matches!(found, Ok(Some(_))), "a text that must stand is marked");
        } else {
            assert_eq!(found, Err(Inseparable(pointer.to_owned())), "{pointer}");
        }
    }
    assert!(matches!(value_at(&record(), "/assessments/0/summary"), Ok(Some(_))));
    assert_eq!(value_at(&record(), "/benefits"), Ok(None));
}

#[test]
fn a_text_goes_from_its_translations_too_and_says_no_other_language() {
    let mut members = record().to_members();
    members.insert("summary_cy".to_owned(), json!("Gofynnwch i Jane Smith."));
    members.insert(
        "translations".to_owned(),
        json!([
            { "lang": "fry", "title": "Planner", "summary": "Freegje Jane Smith." },
            { "lang": "fr", "summary": "Demandez à Jane Smith." },
            { "lang": "de", "title": "Der fryske Planer" },
        ]),
    );
    let whole: Record = serde_json::from_value(Value::Object(members)).unwrap();
    let redacted = |target| {
        let redaction = Redaction { target, ground: WithheldGround::Foia40, reason: "Personal data".into() };
        redaction.of(&whole).unwrap()
    };
    let summary = Target::Field { pointer: "/summary".into(), value: json!("Ask Jane Smith.") };
    let without = redacted(summary);
    assert_eq!(
        without.places,
        ["/summary", "/translations/0/summary", "/translations/1/summary", "/summary_cy"]
    );
    let left = json!([{ "lang": "fry", "title": "Planner" }, { "lang": "fr" }, { "lang": "de", "title": "Der fryske Planer" }]);
    assert_eq!(json!(without.record.translations), left);
    assert_eq!(without.record.summary_cy, None);
    let welsh = Target::Field { pointer: "/summary_cy".into(), value: json!("Gofynnwch i Jane Smith.") };
    assert_eq!(redacted(welsh).places, ["/summary_cy"]);
    let words = redacted(Target::Words("Jane Smith".into()));
    assert_eq!(words.record.translations[1].get("summary"), Some("Demandez à [redacted]."));
    let code = redacted(Target::Words("fry".into()));
    assert_eq!(code.places, ["/translations/2/title"], "a language tag is no word");
    assert!(matches!(value_at(&whole, "/translations/1/summary"), Ok(Some(_))));
    assert!(value_at(&whole, "/translations/1/lang").is_err());
}

#[test]
fn words_go_wherever_they_stand_in_texts() {
    let words = |words: &str| Target::Words(words.to_owned());
    let redacted = redact(words("Smith")).unwrap();
    let shown = serde_json::to_string(&redacted.record.to_members()).unwrap();
    assert_eq!(shown.matches("Smith").count(), 1, "only in the publisher's name: {shown}");
    assert_eq!(redacted.record.title, "Planner by Jane [redacted]");
    assert_eq!(redacted.record.open_standards, ["A standard by Jane [redacted]"]);
    assert_eq!((redacted.record.team, redacted.record.website_url), (None, None));
    let stated: Vec<&str> = redacted.record.field_statements.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(stated, ["benefits", "website_url", "team"]);
    assert_eq!(redact(words("pilot")), None, "a code is no word");
    assert_eq!(redact(words("nobody")), None);
}

#[test]
fn what_is_gone_is_found_elsewhere_and_nothing_else_is() {
    let value = json!({ "a": "Ask Jane Smith.", "b": "complete", "c": "2026-01-01", "d": 7 });
    let target = Target::Field { pointer: "/x".into(), value };
    let gone = Redaction { target, ground: WithheldGround::Foia40, reason: String::new() }.texts();
    assert_eq!(gone, ["Ask Jane Smith."]);
    let target = Target::Field { pointer: "/team".into(), value: json!("Smith") };
    let mut asked = Redaction { target, ground: WithheldGround::Foia40, reason: "Smith left".into() };
    assert!(asked.reason_repeats(), "a reason would keep what goes");
    asked.reason = "Somebody left".into();
    assert!(!asked.reason_repeats());
    assert_eq!(scrub("He said: Ask Jane Smith. Twice.", &gone), "He said: [redacted] Twice.");
    assert_eq!(scrub("incomplete", &gone), "incomplete");
}

#[test]
fn a_file_name_says_words_in_its_own_way() {
    let words = ["Jane O'Neil Smith".to_owned()];
    for name in [
        "Jane O'Neil Smith.pdf",
        "dpia-jane-o-neil-smith-v2.PDF",
        "JANE_O'NEIL_SMITH.txt",
        "a.jane.o.neil.smith",
    ] {
        assert!(file_name_says(name, &words), "{name}");
    }
    for name in ["dpia.pdf", "jane-smith.pdf", "janeoneilsmith.pdf", ""] {
        assert!(!file_name_says(name, &words), "{name}");
    }
    assert!(!file_name_says("anything.pdf", &["---".to_owned()]), "words without letters are in no name");
    assert!(!file_name_says("anything.pdf", &[]));
}
