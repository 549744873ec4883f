use std::collections::BTreeSet;

use super::*;

#[test]
fn names_and_places_on_the_form_are_given_once() {
    let all = FACETS.iter().flat_map(|facet| [facet.name, facet.negation]);
    let all: BTreeSet<&str> = all.chain(LINKED.iter().map(|linked| linked.name)).collect();
    assert_eq!(all.len(), 2 * FACETS.len() + LINKED.len());
    let places: Vec<usize> = on_form().iter().map(|facet| facet.form_place).collect();
    assert_eq!(places, (1..=FACETS.len()).collect::<Vec<_>>());
}

#[test]
fn a_facet_has_a_description_that_is_a_sentence() {
    for facet in FACETS {
        assert!(facet.description.ends_with('.'), "{}", facet.name);
        assert!(!facet.label.is_empty(), "{}", facet.name);
    }
}

#[test]
fn states_are_of_fields_that_exist_and_never_codes_too() {
    for facet in FACETS {
        if let Blank::Of(field) = facet.blank {
            assert!(crate::fields::field(field).is_some(), "{}: {field}", facet.name);
        }
        let states = facet.codes().filter(|list| list.name != AnswerState::VOCABULARY.name);
        for entry in states.iter().flat_map(|list| list.entries) {
            assert_eq!(blank_place(entry.code), None, "{}", facet.name);
        }
    }
    assert_eq!(AnswerState::ALL.len(), AnswerState::BLANKS.len() + 1);
}

fn values(record: &Record, name: &str) -> Vec<String> {
    let facts = Facts {
        record,
        country: "GB",
        publishers: vec![("council", None)],
        suppliers: Vec::new(),
        users: Vec::new(),
        products: Vec::new(),
        fired: &[],
        transparency: TransparencyClass::Low,
        provenance: None,
    };
    let mut values = Vec::new();
    each(&facts, &mut |of, value| {
        if of == name {
            values.push(value.to_owned());
        }
    });
    values
}

#[test]
fn what_is_not_answered_has_its_state() {
    let publisher = crate::organisation::OrganisationRef::named("Council");
    let mut record = Record::new(Origin::SelfDeclared, publisher, "Tool".into(), "GB", "en");
    record.sectors = vec![Sector::Tax];
    let statement = |field: &str, kind| crate::record::FieldStatement {
        field: field.to_owned(),
        kind,
        reason: Some("a reason".into()),
        ground: None,
    };
    use crate::codes::StatementKind::{Absent, NotApplicable, Withheld};
    record.field_statements = vec![
        statement("redress_routes", Absent),
        statement("supplier_involvement", Withheld),
        statement("assessments", NotApplicable),
    ];
    for (name, expected) in [
        ("sector", "tax"),
        ("phase", "not_stated"),
        ("redress", "absent"),
        ("supplier", "withheld"),
        ("assessment_status", "not_applicable"),
        ("assessment", "not_applicable/not_applicable/not_applicable"),
        ("publisher_kind", "not_stated"),
        ("review", "not_stated/not_stated"),
    ] {
        assert_eq!(values(&record, name), [expected], "{name}");
    }
    assert!(values(&record, "flag").is_empty(), "no flag is an answer too");
    record.tests = Some(Tests::default());
    assert_eq!(values(&record, "test"), ["not_stated"]);
    record.tests = Some(Tests {
        power: Some(TestAnswer { text: Some("The council.".into()), evidence_url: None }),
        prosperity: Some(TestAnswer::default()),
        ..Tests::default()
    });
    assert_eq!(values(&record, "test"), ["power"]);
}
