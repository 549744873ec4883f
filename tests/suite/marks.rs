//! What the register says of 120 real records, against what a reader found in their sources (`fixtures/marks.csv`: every
//! n-th record of three files, read from the raw data). Skipped with a notice where the files are missing.
//!
//! Columns: `says_*` is the source in short; `assessment` and `redress` what must stand in the record; `sectors` every
//! sector a reader would accept; `flags` which of three marks are raised, and no other of the three is.

use std::collections::BTreeSet;

use importer::Source;
use serde_json::Value;
use suite::TestApp;
use suite::data::{fixture, real};

const FILES: &[(&str, Source, &str, &str, &str)] = &[
    ("atrs", Source::Atrs, "uk/atrs_records_2026-07-10.json", "GB", "GOVUK-ATRS"),
    ("nl", Source::Nl, "nl/algoritmes_2026-08-08.json", "NL", "NL-LARS"),
    ("us", Source::Us, "us/2025_individually_reported_AI_use_cases.csv", "US", "US-INVENTORY"),
];
const FIELDS: &str = "title,references,assessments,redress_routes,sectors,field_statements,flags";
const FLAGS: [&str; 3] = ["assessment_missing", "assessment_not_stated", "redress_missing"];
/// How many of the 120 must have a sector; the others' sources and bodies do not tell.
const WITH_SECTOR: usize = 85;

#[derive(Debug, serde::Deserialize)]
struct Mark {
    source: String,
    key: String,
    title: String,
    assessment: String,
    redress: String,
    sectors: String,
    flags: String,
}

fn marks() -> Vec<Mark> {
    let mut reader = csv::Reader::from_path(fixture("marks.csv")).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// What a record says in a field: its values as `type:status`, or its statement.
fn said(record: &Value, field: &str) -> String {
    let items = record[field].as_array().cloned().unwrap_or_default();
    if field == "assessments" && !items.is_empty() {
        let text = |one: &Value, part: &str| one[part].as_str().unwrap_or_default().to_owned();
        let mut all: Vec<String> =
            items.iter().map(|one| format!("{}:{}", text(one, "type"), text(one, "status"))).collect();
        all.sort();
        return all.join(";");
    }
    if !items.is_empty() {
        return "route".to_owned();
    }
    let statements = record["field_statements"].as_array().cloned().unwrap_or_default();
    let kind = statements
        .iter()
        .find(|one| one["field"] == field)
        .map_or("", |one| one["kind"].as_str().unwrap_or_default());
    match kind {
        "" | "not_stated_by_source" => "not_stated".to_owned(),
        kind => kind.to_owned(),
    }
}

fn words<'a>(list: &'a Value, only: &[&str]) -> BTreeSet<&'a str> {
    let all = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    all.filter(|word| only.is_empty() || only.contains(word)).collect()
}

fn listed(text: &str) -> BTreeSet<&str> {
    text.split(';').filter(|word| !word.is_empty()).collect()
}

async fn all_of(app: &TestApp, country: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut next = String::new();
    loop {
        let page = app
            .json(&format!("/api/v1/records?jurisdiction={country}&limit=100&fields={FIELDS}{next}"))
            .await;
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return all,
        }
    }
}

#[test]
fn the_table_has_forty_records_of_each_country_and_known_words() {
    let marks = marks();
    for (source, ..) in FILES {
        assert_eq!(marks.iter().filter(|mark| mark.source == *source).count(), 40, "{source}");
    }
    for mark in &marks {
        assert!(listed(&mark.flags).iter().all(|flag| FLAGS.contains(flag)), "{mark:?}");
        for sector in listed(&mark.sectors) {
            assert!(sector.parse::<domain::codes::Sector>().is_ok(), "{mark:?}");
        }
        let states = mark.assessment.contains(':');
        let silent = !mark.flags.contains("assessment");
        assert!(!states || silent, "no mark where the source states the assessment: {mark:?}");
    }
}

#[tokio::test]
async fn the_register_says_of_120_real_records_what_their_sources_say() {
    let app = TestApp::new().await;
    let marks = marks();
    let mut differences = Vec::new();
    let mut with_sector = 0;
    for (source, reader, name, country, scheme) in FILES {
        let Some(file) = real(name) else { return };
        app.import(*reader, &file).await;
        let records = all_of(&app, country).await;
        for mark in marks.iter().filter(|mark| mark.source == *source) {
            let of_key = |record: &&Value| {
                let title = record["title"].as_str().unwrap_or_default();
                let ids = record["references"].as_array().into_iter().flatten();
                let mut ids = ids.filter(|id| id["scheme"] == *scheme);
                title == domain::text::one_line(&mark.title)
                    && if mark.key.is_empty() {
                        ids.next().is_none()
                    } else {
                        ids.any(|id| id["value"] == mark.key)
                    }
            };
            let record = records.iter().find(of_key).unwrap_or_else(|| panic!("no record of {mark:?}"));
            let mut differ = |what: &str, found: String, expected: String| {
                if found != expected {
                    differences.push(format!("{source} {}: {what} is {found}, not {expected}", mark.title));
                }
            };
            differ("assessment", said(record, "assessments"), mark.assessment.clone());
            differ("redress", said(record, "redress_routes"), mark.redress.clone());
            let flags = words(&record["flags"], &FLAGS);
            differ("flags", format!("{flags:?}"), format!("{:?}", listed(&mark.flags)));
            let sectors = words(&record["sectors"], &[]);
            let accepted = listed(&mark.sectors);
            if !sectors.is_subset(&accepted) {
                differ("sector", format!("{sectors:?}"), format!("{accepted:?}"));
            }
            with_sector += usize::from(!sectors.is_empty());
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(with_sector >= WITH_SECTOR, "{with_sector} of 120 have a sector");
}
