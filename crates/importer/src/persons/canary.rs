//! Invented people, put into every column and member of every kind of file. Nothing of them may be kept.

use serde_json::{Value, json};

use crate::Source;
use crate::sources::samples::{Sample, read};

/// Parts of the people's names, mailboxes and numbers.
const CANARIES: &[&str] =
    &["Quackenbush", "quackenbush", "Zebulon", "zebulon", "555-0143", "5550143", "555 0143"];

const NAME: &str = "Quackenbush, Zebulon";
const MAILBOX: &str = "zebulon.quackenbush@agency.example";
const TELEPHONE: &str = "(202) 555-0143";

#[track_caller]
fn check(form: &str, sample: &Sample) {
    assert!(!sample.items.is_empty(), "{form}: nothing was read: {:?}", sample.rejected);
    let kept = sample.kept();
    for canary in CANARIES {
        assert!(!kept.contains(canary), "{form} keeps {canary}: {kept}");
    }
    let left_out = ["person-left-out", "mailbox-left-out", "telephone-left-out", "contact-dropped"];
    assert!(
        left_out.iter().any(|rule| sample.uses.contains_key(*rule)),
        "{form} does not count it: {:?}",
        sample.uses
    );
}

/// Headings of people in six languages.
const HEADINGS: &[&str] = &[
    "Point of contact",
    "Responsible person",
    "Telephone",
    "contactpersoon",
    "Telefoonnummer",
    "Personne-ressource",
    "Téléphone",
    "Ansprechpartner",
    "Persona de contacto",
    "Enw cyswllt",
    "Rhif ffôn",
    "E-mail address",
];

/// A table with more columns of people, and a free text about one.
fn table(columns: &[(&str, &str)]) -> String {
    let people =
        HEADINGS.iter().enumerate().map(|(place, heading)| (*heading, [NAME, MAILBOX, TELEPHONE][place % 3]));
    let remark = format!("Ask {MAILBOX} or call {TELEPHONE}.");
    let all: Vec<(&str, &str)> =
        columns.iter().copied().chain(people).chain([("Remarks", remark.as_str())]).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(all.iter().map(|(heading, _)| *heading)).unwrap();
    writer.write_record(all.iter().map(|(_, cell)| *cell)).unwrap();
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn no_table_of_a_source_keeps_people() {
    let contact = format!("Write to {MAILBOX}, tel. {TELEPHONE}");
    let us = [
        ("Use Case ID", "FTC-1"),
        ("Use Case Name", "Sorter"),
        ("Agency", "Federal Trade Commission"),
        ("Summary of Use Case", contact.as_str()),
        ("Stage of Development", contact.as_str()),
        ("Contact Name", NAME),
        ("Contact Email", MAILBOX),
        ("POC", NAME),
        ("What are the potential impacts of using the AI?", contact.as_str()),
        ("Is there an established appeal process in the event that", contact.as_str()),
    ];
    check("us", &read(Source::Us, "us.csv", table(&us)));
    let ca = [
        ("ai_register_id", "1"),
        ("name_ai_system_en", "Sorter"),
        ("government_organization", "Health Canada / Santé Canada"),
        ("description_ai_system_en", contact.as_str()),
        ("description_ai_system_fr", contact.as_str()),
        ("data_sources_fr", contact.as_str()),
        ("ai_system_status_en", contact.as_str()),
    ];
    check("ca", &read(Source::Ca, "ca.csv", table(&ca)));
    let nyc = [
        ("year", "2023"),
        ("agency", "NYPD"),
        ("tool_name", "Sorter"),
        ("vendor_name", "Lumen"),
        ("vendor_desc", contact.as_str()),
        ("updated_desc", contact.as_str()),
        ("date_use", contact.as_str()),
    ];
    check("nyc", &read(Source::Nyc, "nyc.csv", table(&nyc)));
    let nl = [
        ("name", "Sorter"),
        ("organization", "Gemeente Noorderhaaks"),
        ("description_short", contact.as_str()),
        ("status", contact.as_str()),
        ("contact_email", MAILBOX),
        ("lawful_basis_grouping", contact.as_str()),
        ("algorithm_id", "1"),
        ("impacttoetsen", contact.as_str()),
    ];
    check("nl csv", &read(Source::Nl, "nl.csv", table(&nl)));
    let atrs = [
        ("title", "DfE: Sorter"),
        ("description", contact.as_str()),
        ("url", "https://www.gov.uk/x/sorter"),
        ("publishing_body", "DfE"),
        ("tool_name", "Sorter"),
    ];
    check("atrs csv", &read(Source::Atrs, "atrs.csv", table(&atrs)));
}

/// Members of people, also inside others, and a free text about one.
fn people() -> Value {
    json!({
        "contactpersoon": NAME, "contactName": NAME, "telefoon": 2_025_550_143_u64, "contact_email": MAILBOX,
        "contact": { "name": NAME, "mail": MAILBOX, "tel": TELEPHONE, "more": [NAME, { "note": NAME }] },
        "remarks": format!("<p>{MAILBOX}</p>\nCall {TELEPHONE}."),
    })
}

fn with_people(mut entry: Value) -> String {
    entry.as_object_mut().unwrap().extend(people().as_object().unwrap().clone());
    json!([entry]).to_string()
}

#[test]
fn no_json_of_a_source_keeps_people() {
    let goal = format!("Vraag {MAILBOX} of bel {TELEPHONE}.");
    let entry = |language: &str, name: &str| {
        json!({
            "name": name, "organization": "Gemeente Noorderhaaks", "description_short": goal, "goal": goal,
            "status": goal, "language": language, "lars": "82000001", "contactpersoon": NAME, "owner": "gm1",
            "impacttoetsen_grouping": [{ "title": format!("DPIA, {MAILBOX}"), "link": null, "contact": NAME }],
        })
    };
    let alone = with_people(entry("NLD", "Sorter"));
    check("nl json", &read(Source::Nl, "nl.json", alone));
    let site = json!({
        "algoritme_versions": [entry("NLD", "Sorter"), entry("ENG", "Sorter in English")],
        "organisation_details": [{ "org_id": "gm1", "name": "Gemeente Noorderhaaks", "contact": NAME }],
    });
    check("nl site", &read(Source::Nl, "site.json", site.to_string()));
    let body = format!(
        "<h3>1.1 - Name</h3><p>Sorter</p><h3>1.4 - Contact email</h3><p>{MAILBOX}</p>\
         <h3>2.3.6 - Appeals and review</h3><p>Call {TELEPHONE}</p><h3>Unknown question</h3><p>{MAILBOX}</p>"
    );
    let item = json!({
        "title": "DfE: Sorter", "base_path": "/algorithmic-transparency-records/sorter", "description": goal,
        "details": { "body": [{ "content_type": "text/html", "content": body }], "metadata": {} },
        "links": { "people": [{ "title": "Zebulon Quackenbush" }] },
    });
    check("atrs item", &read(Source::Atrs, "item.json", with_people(item)));
}
