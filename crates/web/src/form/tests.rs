use std::collections::BTreeSet;

use domain::fields::{FIELDS, LONG_PARTS};
use serde_json::{Map, Value, json};

use super::typed::slips;
use super::*;

fn schemas() -> Map<String, Value> {
    let document = include_str!("../../../../openapi/register.v1.json");
    let document: Value = serde_json::from_str(document).unwrap();
    document["components"]["schemas"].as_object().unwrap().clone()
}

/// Fills a form with a value and reads it back.
fn again(question: &Question, saved: &Value) -> Value {
    let mut typed = Typed::default();
    fill(&mut typed, "", question, saved);
    let mut found = Faults::default();
    slips(&typed, "", question, &mut found);
    assert_eq!(found.0, [], "{}: {saved}", question.name);
    value(&typed, "", question)
}

/// Every value in the demonstration records survives being filled into its form and read back.
#[test]
fn a_form_says_what_the_record_says() {
    let schemas = schemas();
    let records = include_str!("../../../../fixtures/demonstration/records.json");
    let records: Value = serde_json::from_str(records).unwrap();
    let mut kinds = BTreeSet::new();
    let versions =
        records.as_array().unwrap().iter().flat_map(|record| record["versions"].as_array().unwrap());
    for record in versions.map(|version| &version["record"]) {
        for field in FIELDS {
            let Some(saved) = record.get(field.name) else { continue };
            let question = Question::of(field);
            if let Input::Things { schema, several } = question.input {
                let members = Question::members(&schemas, schema);
                let things = if several { saved.as_array().unwrap().clone() } else { vec![saved.clone()] };
                for mut thing in things {
                    thing.as_object_mut().unwrap().remove("id");
                    for member in &members {
                        kinds.insert(format!("{schema}.{}", member.name));
                        let said = thing.get(&member.name).cloned().unwrap_or(Value::Null);
                        let empty = said.as_array().is_some_and(Vec::is_empty);
                        let said = if empty { Value::Null } else { said };
                        assert_eq!(again(member, &said), said, "{schema}.{}", member.name);
                    }
                    let asked: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
                    for name in thing.as_object().unwrap().keys() {
                        assert!(asked.contains(&name.as_str()), "{schema}.{name} is not asked");
                    }
                }
            } else {
                kinds.insert(field.name.to_owned());
                // A form returns codes in the order of their list.
                let sorted = |value: &Value| match (value, &question.input) {
                    (Value::Array(codes), Input::Many(_)) => {
                        codes.iter().map(Value::to_string).collect::<BTreeSet<_>>().into_iter().collect()
                    }
                    (value, _) => value.to_string(),
                };
                assert_eq!(sorted(&again(&question, saved)), sorted(saved), "{}", field.name);
            }
        }
    }
    assert!(kinds.len() > 120, "{}", kinds.len());
}

#[test]
fn every_thing_that_a_record_lists_has_a_form() {
    let schemas = schemas();
    for field in FIELDS {
        if let Input::Things { schema, .. } = Question::of(field).input {
            assert!(!Question::members(&schemas, schema).is_empty(), "{schema}");
        }
    }
    let assessment = Question::members(&schemas, "Assessment");
    let input = |name: &str| &assessment.iter().find(|one| one.name == name).unwrap().input;
    assert!(matches!(input("type"), Input::One(list) if list.name == "assessment_type"));
    assert!(matches!(input("completed_on"), Input::Date));
    assert!(matches!(input("consulted_groups"), Input::Lines));
    assert!(matches!(input("document"), Input::Document));
    assert!(matches!(input("shared_with"), Input::Rows(_)));
    assert!(assessment.iter().find(|one| one.name == "stage").unwrap().needed);
}

/// The names of questions that get several lines, at any depth.
fn long(questions: &[Question], found: &mut BTreeSet<String>) {
    for question in questions {
        match &question.input {
            Input::Area(_) => {
                found.insert(question.name.clone());
            }
            Input::Parts(parts) | Input::Rows(parts) => long(parts, found),
            _ => {}
        }
    }
}

#[test]
fn every_long_part_is_a_text_of_some_thing() {
    let schemas = schemas();
    let mut found = BTreeSet::new();
    for field in FIELDS {
        // What is translated has the inputs of its fields.
        if let Input::Things { schema, .. } = Question::of(field).input
            && schema != "Translation"
        {
            long(&Question::members(&schemas, schema), &mut found);
        }
    }
    assert_eq!(found, LONG_PARTS.iter().map(|part| (*part).to_owned()).collect());
}

#[test]
fn a_translation_is_asked_for_as_the_fields_it_translates() {
    let questions = Question::members(&schemas(), "Translation");
    let names: Vec<&str> = questions.iter().map(|one| one.name.as_str()).collect();
    let fields = FIELDS.iter().filter(|field| field.is_translated()).map(|field| field.name);
    assert_eq!(names, std::iter::once("lang").chain(fields).collect::<Vec<_>>());
    assert!(questions.iter().all(|one| one.needed == (one.name == "lang")));
    let input = |name: &str| &questions.iter().find(|one| one.name == name).unwrap().input;
    assert!(matches!(input("title"), Input::Line("text")));
    assert!(matches!(input("summary"), Input::Area(Some(400))));
    assert!(matches!(input("opt_out_route"), Input::Area(None)));
    for (name, said) in [("lang", "fr"), ("title", "Titre"), ("benefits", "Moins\nde travail")] {
        let question = questions.iter().find(|one| one.name == name).unwrap();
        assert_eq!(again(question, &json!(said)), json!(said));
    }
}

#[test]
fn what_is_typed_oddly_is_said_and_kept() {
    let field = |name: &str| Question::of(domain::fields::field(name).unwrap());
    #[track_caller]
    fn check(question: &Question, body: &str, expected: Value, slip: Option<&str>) {
        let typed = Typed::read(body.as_bytes()).unwrap();
        assert_eq!(value(&typed, "", question), expected, "{body}");
        let mut found = Faults::default();
        slips(&typed, "", question, &mut found);
        assert_eq!(found.0.first().map(|slip| slip.words.split(',').next().unwrap()), slip, "{body}");
    }
    let day = field("first_used");
    check(&day, "first_used.day=7&first_used.month=3&first_used.year=2026", json!("2026-03-07"), None);
    check(&day, "first_used.day=&first_used.month=&first_used.year=", Value::Null, None);
    check(
        &day,
        "first_used.day=31&first_used.month=2&first_used.year=2026",
        json!("2026-02-31"),
        Some("Write a real day: day"),
    );
    check(
        &day,
        "first_used.day=&first_used.month=spring&first_used.year=2026",
        json!("2026-spring-00"),
        Some("Write a real day: day"),
    );
    let people = field("people_affected_per_year");
    let name = "people_affected_per_year";
    check(
        &people,
        &format!("{name}.value=12%2C000&{name}.basis=estimated"),
        json!({ "value": 12000, "basis": "estimated" }),
        None,
    );
    for (typed, number) in [
        ("12000.0", json!(12_000)),
        ("1%2C5", json!("1,5")),
        ("0.12", json!("0.12")),
        ("12.000", json!("12.000")),
    ] {
        let slip = number.is_string().then_some("Write a whole number");
        let body = format!("{name}.value={typed}&{name}.basis=measured");
        check(&people, &body, json!({ "value": number, "basis": "measured" }), slip);
    }
    check(
        &people,
        &format!("{name}.value=12&{name}.basis="),
        json!({ "value": 12 }),
        Some("Choose how the number is known"),
    );
    check(
        &people,
        &format!("{name}.value=many&{name}.basis=measured"),
        json!({ "value": "many", "basis": "measured" }),
        Some("Write a whole number"),
    );
    check(&field("open_standards"), "open_standards=+a+%0D%0A%0D%0Ab%3Bc", json!(["a", "b;c"]), None);
    check(&field("uses_children_data"), "uses_children_data=no", json!(false), None);
    check(&field("sectors"), "sectors=policing&sectors=schools", json!(["schools", "policing"]), None);
    check(&field("summary"), "summary=++", Value::Null, None);
}

#[test]
fn what_a_form_does_not_carry_stays() {
    let field = |name: &str| Question::of(domain::fields::field(name).unwrap());
    /// Checks what is saved when a form comes back as the browser showed it, apart from one value.
    #[track_caller]
    fn check(question: &Question, saved: &Value, change: Option<(&str, &str)>, expected: &Value) {
        let mut typed = Typed::default();
        fill(&mut typed, "", question, saved);
        if let Some((name, text)) = change {
            typed.set(name, text);
        }
        assert_eq!(over(saved, &typed, "", question), *expected);
    }
    for (name, saved) in [
        ("description", json!("one\r\ntwo\rthree ")),
        ("title", json!(" two\nlines")),
        ("open_standards", json!(["a\nb", ""])),
        ("sectors", json!(["schools", "policing"])),
        ("people_affected_per_year", json!({ "value": u64::MAX, "basis": "measured" })),
    ] {
        check(&field(name), &saved, None, &saved);
    }
    check(&field("description"), &json!("one\r\ntwo"), Some(("description", "three")), &json!("three"));
    check(&field("description"), &json!("one"), Some(("description", "")), &Value::Null);
    let shared = Question::members(&schemas(), "Assessment")
        .into_iter()
        .find(|one| one.name == "shared_with")
        .unwrap();
    let rows = |first: &str| -> Value {
        (0..60)
            .map(|n| json!({ "regulator": if n == 0 { first.to_owned() } else { format!("R{n}") } }))
            .collect()
    };
    check(&shared, &rows("R0"), None, &rows("R0"));
    check(&shared, &rows("R0"), Some(("shared_with.0.regulator", "Changed")), &rows("Changed"));
}

#[test]
fn a_form_is_as_long_as_forms_are() {
    assert!(Typed::read("a=1&".repeat(2_000).as_bytes()).is_some());
    assert!(Typed::read("a=1&".repeat(2_001).as_bytes()).is_none());
    let typed = Typed::read(b"rows.18446744073709551615.x=1&rows.50.x=1&rows.3.x=1&rows.y=2").unwrap();
    assert_eq!(typed.rows("rows"), 4);
}
