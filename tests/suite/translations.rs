//! Texts in several languages: stored once, shown in the reader's language, found in their own, and given out and taken
//! back unchanged.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use domain::Record;
use domain::codes::{OrganisationKind, Role};
use domain::record::Translation;
use export::Cell;
use export::tables::{self, Child};
use importer::Source;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use scraper::{Html, Selector};
use serde_json::{Value, json};
use suite::{TestApp, options, record};

use crate::unaltered::{FORMS, download, import, kept};

fn translations(items: Value) -> Vec<Translation> {
    serde_json::from_value(items).unwrap()
}

/// A Dutch record with English and Frisian texts and a Welsh summary.
fn reader() -> Record {
    record("Lezer", |r| {
        r.lang = "nl".into();
        r.jurisdiction = "NL".into();
        r.summary = Some("Leest beslissingen.".into());
        r.summary_cy = Some("Mae'n darllen penderfyniadau.".into());
        r.benefits = Some("Minder werk.".into());
        r.translations = translations(json!([
            { "lang": "en", "title": "Reader", "summary": "Reads verdicts.", "benefits": "Less *toil*." },
            { "lang": "fy", "title": "Lêzer" },
        ]));
    })
}

/// The texts that a page shows at a selector, each with its language, `-` for the page's own.
fn shown(page: &str, at: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(page);
    let at = Selector::parse(at).unwrap();
    let found = page.select(&at).map(|one| {
        let lang = one.attr("lang").unwrap_or("-").to_owned();
        (lang, one.text().collect::<String>().trim().to_owned())
    });
    found.collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(lang, text)| ((*lang).to_owned(), (*text).to_owned())).collect()
}

#[tokio::test]
async fn a_page_shows_the_language_of_its_reader_and_leads_to_the_others() {
    let app = TestApp::new().await;
    let id = app.publish(&[reader()]).await.remove(0);
    let also = "main a[hreflang][href*='lang=']";
    for (address, title, summary, others) in [
        ("/records", ("en", "Reader"), ("en", "Reads verdicts."), ["nl", "fy", "cy"]),
        ("/cy/records", ("nl", "Lezer"), ("cy", "Mae'n darllen penderfyniadau."), ["nl", "en", "fy"]),
    ] {
        let page = app.get(&format!("{address}/{id}")).await.text;
        assert_eq!(shown(&page, "h1"), pairs(&[title]), "{address}");
        assert_eq!(shown(&page, ".oar-lead"), pairs(&[summary]), "{address}");
        let tags: Vec<String> = shown(&page, also).into_iter().map(|(tag, _)| tag).collect();
        assert_eq!(tags, others, "{address}");
        let list = app.get(address).await.text;
        let marked =
            |(lang, text): (&str, &str), own: &str| pairs(&[(if lang == own { "-" } else { lang }, text)]);
        let own = if address == "/records" { "en" } else { "cy" };
        assert_eq!(shown(&list, ".oar-results h3 a"), marked(title, own), "{address}");
        assert!(shown(&list, ".oar-results p").contains(&marked(summary, own)[0]), "{address}");
        let tags: Vec<String> = shown(&list, also).into_iter().map(|(tag, _)| tag).collect();
        assert_eq!(tags, others, "{address}");
    }
    for (lang, title, summary) in [
        ("fy", ("fy", "Lêzer"), ("nl", "Leest beslissingen.")),
        ("nl", ("nl", "Lezer"), ("nl", "Leest beslissingen.")),
        ("cy", ("nl", "Lezer"), ("cy", "Mae'n darllen penderfyniadau.")),
    ] {
        let page = app.get(&format!("/records/{id}?lang={lang}")).await.text;
        assert_eq!(shown(&page, "h1"), pairs(&[title]), "{lang}");
        assert_eq!(shown(&page, ".oar-lead"), pairs(&[summary]), "{lang}");
        assert_eq!(shown(&page, "dd > div[lang]"), pairs(&[("nl", "Minder werk.")]), "{lang}");
    }
    let page = app.get(&format!("/records/{id}")).await.text;
    assert!(page.contains("Less <em>toil</em>.") && !page.contains("Minder werk"), "prose is translated too");
    let then = app.get(&format!("/records/{id}?as_of=2026-11-30")).await;
    assert!(
        then.status != StatusCode::OK || then.text.contains("as_of=2026-11-30&amp;lang=nl"),
        "{}",
        then.text
    );
    let version = app.get(&format!("/records/{id}/versions/1")).await.text;
    assert!(shown(&version, "dd > span[lang=fy]").contains(&("fy".into(), "Lêzer".into())), "{version}");
    assert!(version.contains("Title (Frysk)"), "{version}");
}

#[tokio::test]
async fn a_record_in_one_language_is_shown_as_before() {
    let app = TestApp::new().await;
    let id = app.publish(&[record("Gate", |_| {})]).await.remove(0);
    for address in [format!("/records/{id}"), "/records".to_owned()] {
        let page = app.get(&address).await.text;
        assert!(!page.contains("lang=en\"") && !page.contains("Also in:"), "{page}");
    }
    let shown = app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(shown.get("translations"), None);
}

#[tokio::test]
async fn the_interface_gives_what_is_stored_and_lists_every_title() {
    let app = TestApp::new().await;
    let id = app.publish(&[reader()]).await.remove(0);
    let shown = app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(shown["title"], "Lezer");
    assert_eq!(shown["translations"], json!(reader().translations));
    assert_eq!(shown["summary_cy"], "Mae'n darllen penderfyniadau.");
    let item = &app.json("/api/v1/records").await["items"][0];
    let listed = json!([
        { "lang": "en", "title": "Reader", "summary": "Reads verdicts." },
        { "lang": "fy", "title": "Lêzer" },
        { "lang": "cy", "summary": "Mae'n darllen penderfyniadau." },
    ]);
    assert_eq!(item["translations"], listed);
}

#[tokio::test]
async fn a_translation_is_found_by_the_words_of_its_language() {
    let app = TestApp::new().await;
    app.publish(&[reader()]).await;
    for (q, total) in [("verdict", 1), ("toils", 1), ("beslissing", 1), ("lêzer", 1), ("title:reader", 1)] {
        let list = app.json(&format!("/api/v1/records?q={}", utf8_percent_encode(q, NON_ALPHANUMERIC))).await;
        assert_eq!(list["total"], total, "{q}: {list}");
    }
}

#[tokio::test]
async fn translations_come_back_unchanged_from_every_file() {
    let app = TestApp::new().await;
    let plain = record("Gate", |_| {});
    let ids = app.publish(&[reader(), plain]).await;
    let before = kept(&app).await;
    for (form, name) in FORMS {
        let (report, errors) = import(&app, name, &download(&app, form, "").await).await;
        assert_eq!((report.unchanged, report.rejected), (2, 0), "{name}: {errors:#?}");
    }
    // As a table of its own, in place of the cells.
    let table = tables::translations();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(table.table.header()).unwrap();
    for (position, item) in (1..).zip(reader().translations) {
        let row = Child { record_id: ids[0].clone(), publisher_id: String::new(), position, item };
        let cells = table.cells(&row, "https://register.test");
        writer.write_record(cells.iter().map(written)).unwrap();
    }
    let mut options = options();
    options.source.companions = vec![app.file("translations.csv", writer.into_inner().unwrap())];
    let few = app.file("few.csv", few_columns(&download(&app, "records.csv?", "").await));
    let (report, errors) = app.import_with(Source::Records, &few, &options).await.unwrap();
    assert_eq!((report.unchanged, report.rejected), (2, 0), "{errors:#?}");
    assert_eq!(kept(&app).await, before);
}

fn written(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => text.to_string(),
        Cell::Integer(number) => number.to_string(),
        Cell::Empty => String::new(),
        other => panic!("a table of texts has no {other:?}"),
    }
}

/// A table of records with the columns that every row needs.
fn few_columns(table: &[u8]) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(table);
    let header = reader.headers().unwrap().clone();
    let few = ["id", "publisher", "title", "jurisdiction", "phase"];
    let places: Vec<usize> =
        few.iter().map(|one| header.iter().position(|name| name == *one).unwrap()).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(few).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        writer.write_record(places.iter().map(|place| &row[*place])).unwrap();
    }
    writer.into_inner().unwrap()
}

#[tokio::test]
async fn a_row_says_what_is_wrong_with_its_translations() {
    let app = TestApp::new().await;
    let table = |cell: &str| {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer
            .write_record([
                "publisher",
                "title",
                "jurisdiction",
                "phase",
                "lang",
                "summary_cy",
                "translations",
            ])
            .unwrap();
        writer.write_record(["Gemeente Noord", "Lezer", "NL", "pilot", "nl", "Crynodeb", cell]).unwrap();
        writer.into_inner().unwrap()
    };
    for (cell, expected) in [
        (
            r#"[{"lang":"fr","sumary":"S"}]"#,
            "[bad-json] not Translation as JSON at [0].sumary: 'sumary' is not a text that is translated; did you mean 'summary'?",
        ),
        (
            r#"[{"lang":"ENG","title":"T"}]"#,
            "[unknown-language] 'eng' is not the tag of a language in BCP 47 (write 'en')",
        ),
        (r#"[{"lang":"NL","title":"T"}]"#, "[own-language] 'nl' is the record's own language"),
        (r#"[{"lang":"cy","summary":"Another"}]"#, "[welsh-summary-twice]"),
        (r#"[{"lang":"fr","title":"A"},{"lang":"fr","name":"B"}]"#, "[repeated] 'fr' appears twice"),
    ] {
        let (report, errors) = import(&app, "own.csv", &table(cell)).await;
        assert_eq!((report.created, report.rejected), (0, 1), "{cell}");
        assert!(
            errors[0].contains(expected) && errors[0].starts_with("own.csv:2: translations"),
            "{errors:#?}"
        );
    }
    let good = table(r#"[{"lang":"cy","title":"Darllenydd","summary":"Crynodeb"}]"#);
    assert_eq!(import(&app, "own.csv", &good).await.0.created, 1);
    let stored: BTreeMap<_, _> = kept(&app).await;
    let (_, stored) = stored.into_values().next().unwrap();
    assert_eq!(stored.summary_cy.as_deref(), Some("Crynodeb"));
    assert_eq!(json!(stored.translations), json!([{ "lang": "cy", "title": "Darllenydd" }]));
}

#[tokio::test]
async fn a_draft_takes_translations_and_says_which_text_is_wrong() {
    let app = TestApp::new().await;
    let council = app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
    let token = app.token("writer@northmoor.example", Role::Contributor, Some(&council)).await;
    let send = async |translations: Value| {
        let body = json!({ "record": { "title": "Reader", "translations": translations } });
        app.call(Method::POST, "/api/v1/submissions", &token, None, body).await
    };
    let refused = send(json!([{ "lang": "fr" }, { "lang": "de", "titel": "T" }])).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/record/translations/1/titel");
    let taken = send(json!([{ "lang": "cy", "title": "Darllenydd", "summary": "Crynodeb" }])).await;
    assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.text);
    let draft = &taken.json()["record"];
    assert_eq!(draft["summary_cy"], "Crynodeb");
    assert_eq!(draft["translations"], json!([{ "lang": "cy", "title": "Darllenydd" }]));
}
