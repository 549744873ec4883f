//! Translations: their languages, and their texts by the limits of the fields they translate.

use crate::codes::StatementKind;
use crate::fields::{Field, Required};
use crate::finding::Finding;
use crate::language;
use crate::placeholder::{Place, meaning};
use crate::record::{Record, Translation};

/// Everything wrong with a record's translations.
pub(super) fn translations(record: &Record) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, one) in record.translations.iter().enumerate() {
        let at = format!("/translations/{place}");
        findings.extend(of_language(record, place, one, &at));
        if one.is_empty() {
            let message = format!("the translation into '{}' has no text", one.lang);
            let hint = "write the texts it has in that language, or leave the translation out";
            findings.push(Finding::error(&at, "nothing-translated", message).hint(hint));
        }
        for (field, text) in one.texts() {
            findings.extend(length(field, text, &at));
            findings.extend(placeholder(field, text, &at));
            findings.extend(stated(record, field, one, &at));
        }
    }
    findings
}

/// What is wrong with the language of a translation.
fn of_language(record: &Record, place: usize, one: &Translation, at: &str) -> Option<Finding> {
    let at = format!("{at}/lang");
    let tag = one.lang.as_str();
    if !language::is_tag(tag) {
        let message = format!("'{tag}' is not a language tag");
        return Some(
            Finding::error(at, "unknown-language", message).hint("write BCP 47, such as fr, cy or nl"),
        );
    }
    if let Some(short) = language::shortened(tag) {
        let message = format!("'{tag}' is not the tag of a language in BCP 47");
        return Some(Finding::error(at, "unknown-language", message).hint(format!("write '{short}'")));
    }
    if tag.eq_ignore_ascii_case(&record.lang) {
        let message = format!("'{tag}' is the record's own language");
        let hint = "write these texts in the record's own fields, or correct the language of one of them";
        return Some(Finding::error(at, "own-language", message).hint(hint));
    }
    let mut earlier = record.translations.iter().take(place);
    if earlier.any(|other| other.lang.eq_ignore_ascii_case(tag)) {
        let message = format!("'{tag}' appears twice");
        return Some(Finding::error(at, "repeated", message).hint("put all its texts into one of them"));
    }
    None
}

fn length(field: &Field, text: &str, at: &str) -> Option<Finding> {
    let most = field.longest()?;
    if text.len() <= most {
        return None;
    }
    let length = text.chars().count();
    let message = format!("{length} characters, at most {most} fit");
    (length > most).then(|| Finding::error(format!("{at}/{}", field.name), "too-long", message))
}

/// A placeholder in place of a translated text. Titles and names are shown in place of the record's own.
fn placeholder(field: &Field, text: &str, at: &str) -> Option<Finding> {
    let meaning = meaning(text, Place::from(&field.kind))?;
    let stops = field.required == Required::Draft;
    let found = super::placeholders::finding(format!("{at}/{}", field.name), text, meaning, stops);
    Some(found.hint("leave it out: the text in the record's own language is shown instead"))
}

/// A text of a field that the record states to have none.
fn stated(record: &Record, field: &Field, one: &Translation, at: &str) -> Option<Finding> {
    let kind = record.statement(field.name)?.kind;
    let is_none = !matches!(kind, StatementKind::Confirmed | StatementKind::Derived);
    (is_none && !field.is_in(record)).then(|| {
        let message =
            format!("'{}' has a text in '{}' and a statement that it has none", field.name, one.lang);
        Finding::warning(format!("{at}/{}", field.name), "answered-and-stated", message)
            .hint("delete one of them")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::codes::Origin;
    use crate::finding::Severity;
    use crate::organisation::OrganisationRef;
    use crate::text;

    fn found(items: Value) -> Vec<Finding> {
        let record = Record::new(Origin::SelfDeclared, OrganisationRef::named("A"), "T".into(), "NL", "nl");
        let mut members = record.to_members();
        members.insert("translations".to_owned(), items);
        members.insert("field_statements".to_owned(), json!([{ "field": "benefits", "kind": "unknown" }]));
        translations(&serde_json::from_value(Value::Object(members)).unwrap())
    }

    #[track_caller]
    fn check(items: Value, expected: &[&str]) {
        let severity = |one: &Finding| if one.severity == Severity::Error { "" } else { " (warning)" };
        let found = found(items);
        let shown: Vec<String> =
            found.iter().map(|one| format!("{} {}{}", one.field, one.code, severity(one))).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_language_is_one_and_comes_once() {
        check(json!([{ "lang": "en", "title": "T" }, { "lang": "fy", "title": "T" }]), &[]);
        check(json!([{ "lang": "nl-BE", "title": "T" }]), &[]);
        check(
            json!([{ "lang": "English", "title": "T" }, { "lang": "", "title": "T" }, { "lang": "e n", "title": "T" }]),
            &[
                "/translations/0/lang unknown-language",
                "/translations/1/lang unknown-language",
                "/translations/2/lang unknown-language",
            ],
        );
        check(json!([{ "lang": "NL", "title": "T" }]), &["/translations/0/lang own-language"]);
        check(
            json!([{ "lang": "en", "title": "T" }, { "lang": "fr", "title": "T" }, { "lang": "EN", "name": "N" }]),
            &["/translations/2/lang repeated"],
        );
        for (long, short) in [("ENG", "'en'"), ("FRY", "'fy'"), ("fre-CA", "'fr-CA'"), ("nld", "'nl'")] {
            let found = found(json!([{ "lang": long, "title": "T" }]));
            assert_eq!(found[0].code, "unknown-language", "{long}");
            assert!(found[0].hint.as_ref().unwrap().contains(short), "{found:?}");
        }
    }

    #[test]
    fn a_text_fits_its_field_and_says_something() {
        let long = |many: usize| "é".repeat(many);
        check(json!([{ "lang": "fr", "title": long(200), "summary": long(400) }]), &[]);
        check(
            json!([{ "lang": "fr", "title": long(201), "summary": long(401), "description": long(text::MARKDOWN_MAX + 1) }]),
            &[
                "/translations/0/title too-long",
                "/translations/0/summary too-long",
                "/translations/0/description too-long",
            ],
        );
        check(
            json!([{ "lang": "fr", "title": "TBD", "summary": "n/a", "workforce_impact": "Aucune" }]),
            &["/translations/0/title placeholder", "/translations/0/summary placeholder (warning)"],
        );
        check(json!([{ "lang": "fr" }]), &["/translations/0 nothing-translated"]);
        check(
            json!([{ "lang": "fr", "benefits": "B" }]),
            &["/translations/0/benefits answered-and-stated (warning)"],
        );
    }
}
