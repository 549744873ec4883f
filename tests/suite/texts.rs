//! Which texts of a record a search finds, however their words are written.

use domain::codes::{Origin, StatementKind};
use domain::record::FieldStatement;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use suite::{TestApp, record};

/// Titles of the records found. What else is shown after them is not counted in `total`.
async fn found(app: &TestApp, q: &str) -> Vec<String> {
    let q = percent_encode(q.as_bytes(), NON_ALPHANUMERIC);
    let list = app.json(&format!("/api/v1/records?q={q}")).await;
    let items = list["items"].as_array().unwrap();
    let total = usize::try_from(list["total"].as_u64().unwrap()).unwrap();
    items.iter().take(total).map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

fn statement(field: &str, kind: StatementKind, reason: &str) -> FieldStatement {
    FieldStatement { field: field.to_owned(), kind, reason: Some(reason.to_owned()), ground: None }
}

#[tokio::test]
async fn a_value_of_one_word_is_a_text() {
    let app = TestApp::new().await;
    app.publish(&[
        record("Gate", |r| r.team = Some("CBP".into())),
        record("Desk", |r| r.open_standards = vec!["SPARQL".into()]),
    ])
    .await;
    assert_eq!(found(&app, "cbp").await, ["Gate"]);
    assert_eq!(found(&app, "sparql").await, ["Desk"]);
}

#[tokio::test]
async fn why_a_field_is_empty_is_a_text_only_if_somebody_wrote_it() {
    let app = TestApp::new().await;
    app.publish(&[
        record("Own", |r| {
            r.field_statements = vec![statement(
                "consultations",
                StatementKind::Absent,
                "no residents were consulted because nobody is identified",
            )];
        }),
        record("Imported", |r| {
            r.origin = Origin::Imported;
            r.field_statements =
                vec![statement("benefits", StatementKind::NotStatedBySource, "not stated by the source")];
        }),
    ])
    .await;
    assert_eq!(found(&app, "consulted identified").await, ["Own"]);
    assert!(found(&app, "\"stated by the source\"").await.is_empty());
}

#[tokio::test]
async fn a_word_is_found_however_it_is_written() {
    let app = TestApp::new().await;
    app.publish(&[
        record("British", |r| {
            r.description = Some("The organisation’s behaviour centre, by O’Leary.".into())
        }),
        record("American", |r| r.description = Some("The organization's behavior center, by OLeary.".into())),
        record("Hyphens", |r| r.description = Some("It looks for deep-fake images after COVID-19.".into())),
    ])
    .await;
    for q in ["organisation", "organizations", "behaviour", "behavior", "centre", "oleary", "O'Leary"] {
        let mut both = found(&app, q).await;
        both.sort_unstable();
        assert_eq!(both, ["American", "British"], "{q}");
    }
    for q in ["deepfake", "deep-fake", "deep fake", "covid19", "COVID-19", "covid"] {
        assert_eq!(found(&app, q).await, ["Hyphens"], "{q}");
    }
}
