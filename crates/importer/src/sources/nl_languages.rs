//! Which rows of the Dutch register are one algorithm: it is published once in each language, under one number. The
//! site's own data also have versions that are not published, or not any more.

use std::collections::BTreeMap;

use domain::text::fold;

use super::nl_rows::NlFile;

/// What a row is to the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// An algorithm, with its rows in other languages, each with its language.
    Algorithm(Vec<(String, usize)>),
    /// Another language of one.
    OtherLanguage,
    /// An earlier version of the same language.
    Superseded,
    /// The register has not published it, or has withdrawn it.
    NotPublished,
}

/// The order of languages in which one is looked for as the record's own; others follow by their code.
const OWN: &[&str] = &["nl", "fy", "en"];

/// What each row of a file is.
pub(super) fn parts(file: &NlFile) -> Vec<Part> {
    let mut parts = vec![Part::Algorithm(Vec::new()); file.len()];
    let mut by_number: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, part) in parts.iter_mut().enumerate() {
        if !is_published(file, at) {
            *part = Part::NotPublished;
        } else if let Some(number) = number(file, at) {
            by_number.entry(number).or_default().push(at);
        }
    }
    for rows in by_number.into_values().filter(|rows| rows.len() > 1) {
        join(file, &rows, &mut parts);
    }
    parts
}

/// Joins the rows of one number, if they are in several languages or are versions of the site's data. Otherwise they
/// are rows that a body gave one number by mistake, and stay.
fn join(file: &NlFile, rows: &[usize], parts: &mut [Part]) {
    let mut latest: BTreeMap<String, usize> = BTreeMap::new();
    for at in rows {
        let known = latest.entry(language(file, *at)).or_insert(*at);
        if age(file, *at) > age(file, *known) {
            *known = *at;
        }
    }
    let are_versions = rows.iter().all(|at| file.peek(*at, "state").is_some());
    if latest.len() < 2 && !are_versions {
        return;
    }
    let own = OWN.iter().find_map(|lang| latest.get(*lang)).or(latest.values().next()).copied();
    for at in rows {
        parts[*at] =
            if latest.values().any(|known| known == at) { Part::OtherLanguage } else { Part::Superseded };
    }
    if let Some(own) = own {
        let others = latest.into_iter().filter(|(_, at)| *at != own).collect();
        parts[own] = Part::Algorithm(others);
    }
}

/// What tells the later of two versions, whatever order they stand in.
fn age(file: &NlFile, at: usize) -> (Option<String>, Option<String>, Option<String>) {
    (file.peek(at, "create_dt"), file.peek(at, "revision_date"), file.peek(at, "name"))
}

fn number(file: &NlFile, at: usize) -> Option<String> {
    let number = file.peek(at, "lars").or_else(|| file.peek(at, "algorithm_id"))?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(number)
}

/// The language of a row. What says nothing is Dutch.
pub(super) fn language(file: &NlFile, at: usize) -> String {
    let said = file.peek(at, "language").or_else(|| file.peek(at, "lang"));
    said.map_or("nl", |said| code_of(&said).unwrap_or("und")).to_owned()
}

/// The code of a language as the register's files call it.
pub(super) fn code_of(said: &str) -> Option<&'static str> {
    Some(match fold(said).as_str() {
        "nld" | "dut" | "nl" | "nederlands" | "dutch" => "nl",
        "eng" | "en" | "engels" | "english" => "en",
        "fry" | "fy" | "frysk" | "fries" | "frisian" => "fy",
        "deu" | "ger" | "de" | "duits" | "deutsch" | "german" => "de",
        "fra" | "fre" | "fr" | "frans" | "francais" | "french" => "fr",
        "pap" | "papiamento" | "papiaments" | "papiamentu" => "pap",
        _ => return None,
    })
}

/// Whether a row is published: the site's data also have drafts and archived versions.
fn is_published(file: &NlFile, at: usize) -> bool {
    let stands = file.peek(at, "state").is_none_or(|state| fold(&state) == "published");
    stands
        && file
            .peek(at, "published")
            .is_none_or(|said| !matches!(fold(&said).as_str(), "false" | "nee" | "no" | "0"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::samples::{Sample, read};
    use super::super::{Source, translations::FIELD};

    fn entry(name: &str, more: Value) -> Value {
        let mut entry = json!({
            "name": name, "organization": "Gemeente Noorderhaaks", "description_short": "Leest.", "status": "In gebruik",
            "standard_version": "1.0", "lars": "82000001", "create_dt": "2025-09-29T13:29:52",
        });
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        entry
    }

    fn site(entries: &[Value]) -> Sample {
        let details =
            json!([{ "code": "gemeente-noorderhaaks", "org_id": "gm9999", "name": "Gemeente Noorderhaaks" }]);
        // The list of bodies first: it is not taken for the entries.
        let file = json!({ "organisation_details": details, "algoritme_versions": entries });
        read(Source::Nl, "site.json", file.to_string())
    }

    fn titles(sample: &Sample) -> Vec<String> {
        sample.items.iter().map(|item| item.record.as_ref().unwrap().title.clone()).collect()
    }

    #[test]
    fn an_algorithm_in_three_languages_is_one_record_in_any_order() {
        let dutch = entry("Parkeercontrole", json!({ "language": "NLD", "goal": "Controle" }));
        let english = entry(
            "Parking control",
            json!({ "language": "ENG", "organization": "Municipality of Noorderhaaks", "status": "In use", "goal": "Control" }),
        );
        let frisian = entry("Parkearkontrôle", json!({ "language": "FRY", "status": "Yn gebrûk" }));
        let rows = [dutch, english, frisian];
        let sample = site(&rows);
        assert_eq!(titles(&sample), ["Parkeercontrole"]);
        assert_eq!((sample.nothing, sample.uses["language-joins-its-record"]), (2, 2));
        let record = sample.record("Parkeercontrole");
        assert_eq!(
            (&record["lang"], &record["publisher"]["name"]),
            (&json!("nl"), &json!("Gemeente Noorderhaaks"))
        );
        let expected = json!([
            { "lang": "en", "title": "Parking control", "summary": "Leest.", "public_purpose": "Control" },
            { "lang": "fy", "title": "Parkearkontrôle", "summary": "Leest." },
        ]);
        assert_eq!(record[FIELD], expected);
        let raw = sample.items[0].raw.as_ref().unwrap();
        assert_eq!(
            (&raw["name (en)"], &raw["name (fy)"]),
            (&json!("Parking control"), &json!("Parkearkontrôle"))
        );
        let backwards: Vec<Value> = rows.iter().rev().cloned().collect();
        let again = site(&backwards);
        assert_eq!((again.by_key(), again.nothing), (sample.by_key(), 2));
    }

    #[test]
    fn the_texts_of_the_other_languages_are_handed_over() {
        use serde_json::Map;
        let mut fields = Map::new();
        let other = json!({ "title": "Parking control", "public_purpose": "Control", "phase": "production", "lang": "nl" });
        super::super::translations::add_all(&mut fields, "en", other.as_object().unwrap());
        let expected = json!([{ "lang": "en", "title": "Parking control", "public_purpose": "Control" }]);
        assert_eq!(fields[FIELD], expected);
    }

    #[test]
    fn of_versions_the_latest_published_one_counts() {
        let old = entry(
            "Oud",
            json!({ "language": "NLD", "state": "PUBLISHED", "create_dt": "2024-01-01T00:00:00" }),
        );
        let new = entry("Nieuw", json!({ "language": "NLD", "state": "PUBLISHED" }));
        let draft = entry(
            "Concept",
            json!({ "language": "NLD", "state": "STATE_1", "create_dt": "2026-01-01T00:00:00" }),
        );
        let gone = entry("Weg", json!({ "lars": "82000002", "state": "ARCHIVED" }));
        let sample = site(&[new, draft, gone, old]);
        assert_eq!(titles(&sample), ["Nieuw"]);
        assert_eq!(sample.uses["earlier-version-at-the-source"], 1);
        assert_eq!(sample.uses["not-published-at-the-source"], 2);
    }

    #[test]
    fn an_entry_in_english_alone_is_of_the_body_by_its_own_name() {
        let english = entry(
            "Parking",
            json!({ "language": "ENG", "organization": "Municipality of Noorderhaaks", "owner": "gm9999" }),
        );
        let sample = site(&[english]);
        let record = sample.record("Parking");
        assert_eq!(
            (&record["lang"], &record["publisher"]["name"]),
            (&json!("en"), &json!("Gemeente Noorderhaaks"))
        );
    }

    #[test]
    fn two_entries_of_one_number_in_one_language_stay_two() {
        let file = json!([entry("Een", json!({})), entry("Twee", json!({}))]);
        let sample = read(Source::Nl, "a.json", file.to_string());
        assert_eq!(titles(&sample), ["Een", "Twee"]);
    }
}
