//! Filters of records mean what they say: facets of one thing, negations, what is not stated, dates and orders.

use domain::Record;
use domain::assessment::Assessment;
use domain::codes::*;
use domain::organisation::OrganisationRef;
use domain::procurement::SupplierInvolvement;
use domain::record::{FieldStatement, RedressRoute};
use serde_json::{Value, json};
use suite::{TestApp, now, record};

pub(crate) fn assessment(
    r#type: AssessmentType,
    status: AssessmentStatus,
    stage: AssessmentStage,
) -> Assessment {
    Assessment::new(r#type, stage, status)
}

pub(crate) fn stated(field: &str, kind: StatementKind) -> FieldStatement {
    let ground = (kind == StatementKind::Withheld).then_some(WithheldGround::ALL[0]);
    FieldStatement { field: field.to_owned(), kind, reason: Some("it was asked".into()), ground }
}

pub(crate) fn titles(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

pub(crate) fn counts(list: &Value, facet: &str) -> Vec<(String, u64)> {
    let all = list["facets"][facet].as_array().unwrap_or_else(|| panic!("no {facet}: {list}"));
    all.iter()
        .map(|one| (one["value"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap()))
        .collect()
}

#[tokio::test]
async fn type_status_and_stage_are_of_one_assessment() {
    use AssessmentStage::{AfterDeployment, BeforeDeployment};
    use AssessmentStatus::{Complete, InProgress, NotRequired};
    use AssessmentType::{Dpia, Eqia};
    let app = TestApp::new().await;
    app.publish(&[
        record("Both", |r| {
            r.assessments = vec![
                assessment(Dpia, InProgress, BeforeDeployment),
                assessment(Eqia, Complete, AfterDeployment),
            ];
        }),
        record("Done", |r| r.assessments = vec![assessment(Dpia, Complete, BeforeDeployment)]),
        record("Spared", |r| r.assessments = vec![assessment(Dpia, NotRequired, BeforeDeployment)]),
        record("Silent", |_| {}),
        record("None", |r| r.field_statements = vec![stated("assessments", StatementKind::Absent)]),
    ])
    .await;
    for (query, expected) in [
        ("assessment_type=dpia", vec!["Both", "Done", "Spared"]),
        ("assessment_type=dpia&assessment_status=complete", vec!["Done"]),
        ("assessment_type=dpia&assessment_type=eqia&assessment_status=complete", vec!["Both", "Done"]),
        ("assessment_type=eqia&assessment_status=complete&assessment_stage=before_deployment", vec![]),
        (
            "assessment_type=dpia&assessment_type=absent&assessment_status=complete&assessment_status=absent",
            vec!["Done", "None"],
        ),
        ("assessment_type=dpia&assessment_status=not_stated", vec![]),
        // One that is not required, or was not started, is no assessment yet.
        ("assessment_type_not=dpia", vec!["None", "Silent", "Spared"]),
        ("assessment_type_not=dpia&assessment_type_not=not_stated", vec!["None", "Spared"]),
        ("assessment_type_not=dpia&assessment_type=dpia", vec!["Spared"]),
        // Negations are about the whole record.
        ("assessment_type=dpia&assessment_status_not=complete", vec!["Spared"]),
        ("assessment_type=absent", vec!["None"]),
        ("assessment_stage=not_stated", vec!["Silent"]),
    ] {
        let list = app.json(&format!("/api/v1/records?sort=title&{query}")).await;
        assert_eq!(titles(&list), expected, "{query}");
        // Downloads take the same filters.
        let csv = app.get(&format!("/api/v1/records.csv?{query}")).await.text;
        assert_eq!(csv::Reader::from_reader(csv.as_bytes()).records().count(), expected.len(), "{query}");
    }
    let table =
        app.json("/api/v1/stats?rows=assessment_type&columns=assessment_status").await["table"].clone();
    let cell = |row: &str, column: &str| {
        let mut cells = table["cells"].as_array().unwrap().iter();
        cells.find(|cell| cell["row"] == row && cell["column"] == column).map(|cell| cell["count"].clone())
    };
    assert_eq!(cell("dpia", "complete"), Some(1.into()), "{table}");
    assert_eq!(cell("eqia", "in_progress"), None, "{table}");
    assert_eq!(cell("not_stated", "not_stated"), Some(1.into()), "{table}");
}

#[tokio::test]
async fn a_negation_leaves_out_what_its_facet_finds() {
    let app = TestApp::new().await;
    let supplied = |r: &mut Record| {
        r.supplier_involvement = vec![SupplierInvolvement {
            supplier: Some(OrganisationRef::named("Lumen Optics Ltd")),
            ..SupplierInvolvement::default()
        }];
    };
    app.publish(&[
        record("Bought", supplied),
        record("Welsh", |r| r.jurisdiction = "GB-WLS".into()),
        record("Dutch", |r| {
            r.jurisdiction = "NL".into();
            r.redress_routes =
                vec![RedressRoute { channel: Some("letter".into()), ..RedressRoute::default() }];
        }),
        record("Secret", |r| {
            r.field_statements = vec![
                stated("supplier_involvement", StatementKind::Withheld),
                stated("redress_routes", StatementKind::Absent),
            ];
        }),
    ])
    .await;
    for (query, expected) in [
        ("jurisdiction_not=GB", vec!["Dutch"]),
        ("jurisdiction_not=GB-WLS", vec!["Bought", "Dutch", "Secret"]),
        ("supplier_not=lumen-optics-ltd", vec!["Dutch", "Secret", "Welsh"]),
        ("supplier_not=lumen-optics-ltd&supplier_not=withheld", vec!["Dutch", "Welsh"]),
        ("supplier=withheld&supplier=lumen-optics-ltd", vec!["Bought", "Secret"]),
        ("redress_not=stated", vec!["Bought", "Secret", "Welsh"]),
        ("redress=absent", vec!["Secret"]),
        ("redress=not_stated", vec!["Bought", "Welsh"]),
        ("q=words&redress_not=stated&jurisdiction_not=GB-WLS", vec!["Bought", "Secret"]),
        ("q=words+-welsh&redress_not=stated", vec!["Bought", "Secret"]),
    ] {
        let list = app.json(&format!("/api/v1/records?sort=title&{query}")).await;
        assert_eq!(titles(&list), expected, "{query}");
        assert_eq!(list["total"], expected.len(), "{query}");
    }
    // A negation says how many of those it finds merely do not say.
    let list = app.json("/api/v1/records?redress_not=stated&facets=redress").await;
    assert_eq!(counts(&list, "redress"), [("absent".to_owned(), 1), ("not_stated".to_owned(), 2)]);
    assert_eq!(list["facets"]["redress"][1]["label"], "Not stated");
    for (query, hint) in [
        ("sector_not=polcing", "did you mean 'policing'?"),
        ("sector_not=polcing", "or, for records without a value: absent, not_applicable, withheld"),
        ("origin=not_stated", "use one of: self_declared"),
        ("supplier_not=nobody", "/api/v1/organisations"),
        ("sectors_not=tax", "did you mean 'sector_not'?"),
    ] {
        let answer = app.get(&format!("/api/v1/records?{query}")).await;
        assert_eq!(answer.status.as_u16(), 400, "{query}");
        assert!(answer.text.contains(hint), "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn what_a_source_does_not_say_is_not_stated() {
    let app = TestApp::new().await;
    let unknown = |reason: &str| FieldStatement {
        reason: Some(reason.into()),
        ..stated("redress_routes", StatementKind::Unknown)
    };
    app.publish(&[
        record("Mute", |r| {
            r.origin = Origin::Imported;
            // What earlier releases wrote where a source is mute.
            r.field_statements = vec![unknown("not stated by the source")];
        }),
        record("At a loss", |r| r.field_statements = vec![unknown("nobody knows")]),
    ])
    .await;
    for (query, expected) in [("redress=not_stated", "Mute"), ("redress=unknown", "At a loss")] {
        assert_eq!(titles(&app.json(&format!("/api/v1/records?{query}")).await), [expected], "{query}");
    }
}

#[tokio::test]
async fn states_stand_last_and_have_words_in_both_languages() {
    let app = TestApp::new().await;
    let silent: Vec<Record> =
        (0..3).map(|n| record(&format!("Silent {n}"), |r| r.sectors = vec![])).collect();
    app.publish(&silent).await;
    app.publish(&[record("Taxes", |r| r.sectors = vec![Sector::Tax])]).await;
    let list = app.json("/api/v1/records?facets=sector").await;
    assert_eq!(counts(&list, "sector"), [("tax".to_owned(), 1), ("not_stated".to_owned(), 3)]);
    let stats = app.json("/api/v1/stats").await;
    let sectors = stats["sectors"].as_array().unwrap();
    assert_eq!((&sectors[1]["label"], &sectors[1]["records"]), (&"Not stated".into(), &3.into()));
    assert_eq!(sectors[0]["with_assessment"], 0);
    let csv = app.get("/statistics/sectors.csv").await.text;
    assert_eq!(csv.lines().last(), Some("Not stated,3"), "{csv}");
    for (page, words) in [
        ("/records?sector=not_stated", "Not stated"),
        ("/cy/records?sector=not_stated", "Heb ei nodi"),
        ("/records?sector_not=not_stated", "without: Not stated"),
        ("/cy/records?sector_not=not_stated", "heb: Heb ei nodi"),
        ("/cy/statistics?sector_not=not_stated", "heb: Heb ei nodi"),
    ] {
        let shown = app.send(axum::http::Method::GET, page, &[("accept", "text/html")]).await;
        assert!(shown.text.contains(words), "{page}: {}", shown.text);
    }
    // A chip turns a filter round, and what the form does not show is kept.
    let html = [("accept", "text/html")];
    let shown = app.send(axum::http::Method::GET, "/records?sector=tax&redress_not=stated", &html).await.text;
    assert!(shown.contains("href=\"/records?redress_not=stated&#38;sector_not=tax\""), "{shown}");
    assert!(shown.contains("<input type=\"hidden\" name=\"redress_not\" value=\"stated\">"), "{shown}");
}

#[tokio::test]
async fn a_body_called_like_a_state_has_another_address() {
    let app = TestApp::new().await;
    app.publish(&[record("Odd", |r| {
        r.supplier_involvement = vec![SupplierInvolvement {
            supplier: Some(OrganisationRef::named("Absent")),
            product: Some("Unknown".into()),
            ..SupplierInvolvement::default()
        }];
    })])
    .await;
    let list = app.json("/api/v1/records?facets=supplier,product").await;
    assert_eq!(counts(&list, "supplier"), [("absent-2".to_owned(), 1)]);
    assert_eq!(counts(&list, "product"), [("unknown-2".to_owned(), 1)]);
    assert_eq!(app.json("/api/v1/records?supplier=absent").await["total"], 0);
    assert_eq!(app.json("/api/v1/records?supplier=absent-2").await["total"], 1);
    assert_eq!(app.json("/api/v1/organisations?resolution=unresolved&q=absent").await["total"], 1);
}

#[tokio::test]
async fn a_date_is_a_day_or_an_instant() {
    let app = TestApp::new().await;
    for (title, at) in [
        ("Eve", "2026-03-01T23:59:59.999999Z"),
        ("Noon", "2026-03-02T12:00:00Z"),
        ("Late", "2026-03-02T23:59:59.999999Z"),
        ("Next", "2026-03-03T00:00:00Z"),
    ] {
        app.publish_at(&[record(title, |_| {})], at.parse().unwrap()).await;
    }
    for (query, expected) in [
        ("published_from=2026-03-02&published_to=2026-03-02", vec!["Late", "Noon"]),
        ("published_from=2026-03-02T12:00:00Z&published_to=2026-03-02", vec!["Late", "Noon"]),
        ("published_from=2026-03-02T12:00:00.000001Z", vec!["Late", "Next"]),
        ("published_to=2026-03-02T12:00:00Z", vec!["Eve", "Noon"]),
        ("published_to=2026-03-02T14:00:00%2B02:00", vec!["Eve", "Noon"]),
        ("published_to=2026-03-01", vec!["Eve"]),
        ("updated_since=2026-03-03", vec!["Next"]),
        ("updated_since=2026-03-02T23:00:00Z", vec!["Late", "Next"]),
    ] {
        let list = app.json(&format!("/api/v1/records?sort=title&{query}")).await;
        assert_eq!(titles(&list), expected, "{query}");
    }
    for path in ["/api/v1/records", "/api/v1/records.csv", "/api/v1/stats", "/records.atom"] {
        for name in ["published_from", "published_to", "updated_since"] {
            let answer = app.get(&format!("{path}?{name}=yesterday")).await;
            assert_eq!(answer.status.as_u16(), 400, "{path}?{name}");
            let hint = answer.json()["errors"][0]["hint"].as_str().unwrap().to_owned();
            assert!(hint.contains("YYYY-MM-DD") && hint.contains("2026-01-31T00:00:00Z"), "{path}: {hint}");
        }
    }
}

#[tokio::test]
async fn a_list_can_begin_at_either_end() {
    let app = TestApp::new().await;
    for (title, at) in [("First", "2026-03-01"), ("Second", "2026-04-01"), ("Third", "2026-05-01")] {
        app.publish_at(&[record(title, |_| {})], format!("{at}T00:00:00Z").parse().unwrap()).await;
    }
    for (sort, expected) in [
        ("published_at", ["First", "Second", "Third"]),
        ("-published_at", ["Third", "Second", "First"]),
        ("updated_at", ["First", "Second", "Third"]),
        ("-updated_at", ["Third", "Second", "First"]),
    ] {
        let (mut path, mut found) = (format!("/api/v1/records?sort={sort}&limit=1"), Vec::new());
        loop {
            let list = app.json(&path).await;
            found.extend(titles(&list).into_iter().map(str::to_owned));
            let Some(next) = list["next"].as_str() else { break };
            path = format!("/api/v1/records?sort={sort}&limit=1&cursor={next}");
        }
        assert_eq!(found, expected, "{sort}");
    }
}

#[tokio::test]
async fn a_facet_that_is_cut_says_how_much_more_there_is() {
    let app = TestApp::new().await;
    let names = ["Abbot Ltd", "Baker Ltd", "Baker Ltd", "Cooper Ltd"];
    let records: Vec<Record> = names
        .iter()
        .enumerate()
        .map(|(number, name)| {
            record(&format!("Tool {number}"), |r| {
                r.supplier_involvement = vec![SupplierInvolvement {
                    supplier: Some(OrganisationRef::named(*name)),
                    ..SupplierInvolvement::default()
                }];
            })
        })
        .chain([record("Own", |_| {})])
        .collect();
    app.publish(&records).await;
    let cut = app.json("/api/v1/records?facets=supplier,phase&facet_limit=1").await;
    assert_eq!(counts(&cut, "supplier"), [("baker-ltd".to_owned(), 2), ("not_stated".to_owned(), 1)]);
    assert_eq!(cut["facets_more"], json!({ "supplier": { "values": 2, "records": 2 } }));
    let whole = app.json("/api/v1/records?facets=supplier&facet_limit=3").await;
    assert_eq!(counts(&whole, "supplier").len(), 4);
    assert!(whole.get("facets_more").is_none(), "{whole}");
    let suppliers = app.json("/api/v1/stats").await["supplier_concentration"].clone();
    assert_eq!((&suppliers["suppliers"], &suppliers["namings"]), (&3.into(), &4.into()));
    let refused = app.get("/api/v1/records?facet_limit=0").await;
    assert!(refused.status.as_u16() == 400 && refused.text.contains("from 1 to 10000"), "{}", refused.text);
}

#[tokio::test]
async fn listings_of_older_releases_get_the_facets_they_lack() {
    let app = TestApp::new().await;
    app.publish(&[record("Old", |_| {}), record("Older", |_| {})]).await;
    let judge = async || store::records::maintenance::judge_due(&app.db, now()).await.unwrap();
    assert_eq!(judge().await, 0);
    let strip = "UPDATE listings SET facets = '\nsector=schools\n'";
    store::ground::raw::execute(&app.db, strip).await.unwrap();
    store::ground::raw::undo(&app.db, "m0020_facets").await.unwrap();
    assert!(app.db.migrate().await.unwrap() > 0);
    assert_eq!(judge().await, 2);
    assert_eq!(app.json("/api/v1/records?redress=not_stated&sector=schools").await["total"], 2);
    assert_eq!(judge().await, 0, "once is enough");
}
