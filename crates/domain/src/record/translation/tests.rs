//! How translations are read, kept and found, whatever languages a register writes in.

use serde_json::json;

use super::*;
use crate::codes::Origin;
use crate::organisation::OrganisationRef;

fn record(lang: &str, members: Value) -> Record {
    let record = Record::new(Origin::SelfDeclared, OrganisationRef::named("A"), "T".into(), "NL", lang);
    let mut all = record.to_members();
    all.extend(members.as_object().unwrap().clone());
    serde_json::from_value(Value::Object(all)).unwrap()
}

#[test]
fn dutch_canadian_belgian_and_swiss_records_fit() {
    for (own, others) in [
        ("nl", &["en", "fy"][..]),
        ("en", &["fr"]),
        ("nl-BE", &["fr-BE", "de-BE"]),
        ("de-CH", &["fr-CH", "it-CH", "rm"]),
    ] {
        let items: Vec<Value> = others
            .iter()
            .map(
                |lang| json!({ "lang": lang, "title": format!("T {lang}"), "benefits": format!("B {lang}") }),
            )
            .collect();
        let record = record(own, json!({ "benefits": "B", "translations": items }));
        assert_eq!(record.text_in("benefits", own).as_deref(), Some("B"));
        for lang in others {
            assert_eq!(record.text_in("title", lang), Some(format!("T {lang}")));
            assert_eq!(record.text_in("benefits", &lang.to_uppercase()), Some(format!("B {lang}")));
            assert_eq!(record.text_in("summary", lang), None);
        }
        assert_eq!(record.text_in("title", "es"), None);
        assert_eq!(serde_json::to_value(&record).unwrap()["translations"], json!(items));
    }
}

#[test]
fn a_record_without_translations_is_written_as_before() {
    let record = record("en", json!({ "summary": "S", "summary_cy": "C" }));
    let written = serde_json::to_string(&record).unwrap();
    assert!(!written.contains("translations"), "{written}");
    assert_eq!(record.text_in("summary", "cy").as_deref(), Some("C"));
}

#[test]
fn a_summary_in_welsh_has_one_place() {
    let welsh = |others: Value| json!([{ "lang": "fr", "title": "F" }, others]);
    let both =
        record("en", json!({ "translations": welsh(json!({ "lang": "cy", "title": "T", "summary": "C" })) }));
    let both = both.settled().unwrap();
    assert_eq!(both.summary_cy.as_deref(), Some("C"));
    assert_eq!(both.text_in("title", "cy").as_deref(), Some("T"));
    assert_eq!(both.text_in("summary", "cy").as_deref(), Some("C"));
    assert_eq!(json!(both.translations), welsh(json!({ "lang": "cy", "title": "T" })));
    assert_eq!(both.clone().settled().unwrap(), both);
    let alone =
        record("en", json!({ "translations": [{ "lang": "CY", "summary": "C" }] })).settled().unwrap();
    assert_eq!((alone.summary_cy.as_deref(), alone.translations.len()), (Some("C"), 0));
    for (known, refused) in [("C", false), ("Other", true)] {
        let twice = json!({ "summary_cy": known, "translations": [{ "lang": "cy", "summary": "C" }] });
        let settled = record("en", twice).settled();
        assert_eq!(
            settled.as_ref().err().map(|one| one.code.as_str()),
            refused.then_some("welsh-summary-twice")
        );
        if let Ok(settled) = settled {
            assert_eq!(settled.translations, []);
        }
    }
    let own = record("cy", json!({ "translations": [{ "lang": "cy", "summary": "C" }] })).settled().unwrap();
    assert_eq!(own.summary_cy, None, "validation refuses it");
}

#[track_caller]
fn check(json: &str, expected: Result<Value, &str>) {
    let read = read_translations(json).map_err(|bad| format!("{}: {}", bad.path, bad.message));
    match (read, expected) {
        (Err(bad), Err(expected)) => assert!(bad.starts_with(expected), "{bad}"),
        (read, expected) => assert_eq!(read, expected.map_err(str::to_owned)),
    }
}

#[test]
fn translations_are_cleaned_as_they_are_read() {
    check(
        r#"[{ "summary": " In\n kort ", "benefits": "a\r\nb ", "title": null, "name": " ", "lang": " FR-ca " }]"#,
        Ok(json!([{ "lang": "fr-CA", "summary": "In kort", "benefits": "a\nb" }])),
    );
    check(r#"[{ "lang": "not one", "title": "T" }]"#, Ok(json!([{ "lang": "not one", "title": "T" }])));
    check("[]", Ok(json!([])));
}

#[test]
fn what_is_wrong_in_a_translation_is_named() {
    check(
        r#"[{ "lang": "fr" }, { "lang": "de", "sumary": "S" }]"#,
        Err("[1].sumary: 'sumary' is not a text that is translated; did you mean 'summary'?"),
    );
    check(
        r#"[{ "lang": "cy", "summary_cy": "S" }]"#,
        Err("[0].summary_cy: 'summary_cy' is not a text that is translated; did you mean 'summary'?"),
    );
    check(r#"[{ "lang": "fr", "sectors": ["tax"] }]"#, Err("[0].sectors: 'sectors' is not a text that"));
    check(r#"[{ "title": "T" }]"#, Err("[0]: missing field `lang`"));
    check(r#"[{ "lang": "fr", "title": 7 }]"#, Err("[0].title: invalid type: integer `7`"));
    check(r#"[{ "lang": "fr", "title": "a\u202eb" }]"#, Err("[0].title: the text contains the invisible"));
    check(r#"{ "lang": "fr" }"#, Err(": invalid type: map, expected a sequence"));
    check(r#"["fr"]"#, Err("[0]: invalid type: string \"fr\", expected an object with 'lang'"));
}

#[test]
fn every_text_but_the_welsh_summary_can_be_translated() {
    let names: Vec<&str> = Translation::fields().map(|field| field.name).collect();
    assert!(
        ["title", "name", "summary", "description", "team", "opt_out_route"]
            .iter()
            .all(|one| names.contains(one))
    );
    assert!(
        ["summary_cy", "lang", "contact_email", "open_standards", "risks"]
            .iter()
            .all(|one| !names.contains(one))
    );
    let texts: serde_json::Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), (*name).into())).collect();
    let mut item = json!({ "lang": "fr" });
    item.as_object_mut().unwrap().extend(texts);
    let record = record("en", json!({ "translations": [item] }));
    assert_eq!(json!(record.translations), json!([item]), "in the order of the catalogue");
    for name in names {
        assert_eq!(record.text_in(name, "fr").as_deref(), Some(name));
    }
}
