//! Lists of records: every filter, order, page and count.

use domain::Record;
use domain::assessment::Assessment;
use domain::codes::*;
use domain::organisation::OrganisationRef;
use domain::procurement::SupplierInvolvement;
use domain::record::Estimate;
use serde_json::{Value, json};
use suite::{TestApp, record};

fn titles(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

/// A record with a value of every facet.
pub(crate) fn camera() -> Record {
    record("Camera", |r| {
        r.publisher = OrganisationRef::named("Calder Vale Police");
        r.kind = RecordKind::ProcuredTechnology;
        r.sectors = vec![Sector::Policing];
        r.technologies = vec![Technology::ComputerVision];
        r.automation_level = Some(AutomationLevel::Recommends);
        r.decision_effects = vec![DecisionEffect::ArrestStop];
        r.affected_groups = vec![AffectedGroup::RoadUsers];
        r.regions = vec![Region::England];
        r.supplier_involvement = vec![SupplierInvolvement {
            supplier: Some(OrganisationRef::named("Lumen Optics Ltd")),
            product: Some("PlateWren".into()),
            ..SupplierInvolvement::default()
        }];
        r.people_affected_per_year = Some(Estimate { value: 500, basis: EstimateBasis::Measured });
        r.assessments = vec![Assessment::new(
            AssessmentType::Dpia,
            AssessmentStage::BeforeDeployment,
            AssessmentStatus::Complete,
        )];
        r.reviews =
            serde_json::from_value(json!([{ "body": "Ethics Committee", "advice": "support" }])).unwrap();
        r.audits = serde_json::from_value(json!([{ "kind": "internal" }])).unwrap();
        let consultation = json!([{ "held_by": ConsultationHolder::ALL[0], "outcome": "agreed" }]);
        r.consultations = serde_json::from_value(consultation).unwrap();
        r.environment = serde_json::from_value(json!([{ "kind": "energy" }])).unwrap();
        r.tests = serde_json::from_value(json!({ "power": { "text": "The council decides." } })).unwrap();
    })
}

/// Three records that differ in every filter.
async fn three() -> TestApp {
    let app = TestApp::new().await;
    let tutor = record("Änderung: tutor", |r| {
        r.jurisdiction = "GB-WLS".into();
        r.lang = "cy".into();
        r.phase = Some(Phase::Pilot);
        r.people_affected_per_year = Some(Estimate { value: 9_000, basis: EstimateBasis::Estimated });
        r.origin = Origin::ThirdParty;
    });
    app.publish_at(
        &[record("Bus planner", |r| r.sectors = vec![Sector::Transport])],
        "2025-01-01T00:00:00Z".parse().unwrap(),
    )
    .await;
    app.publish(&[camera(), tutor]).await;
    app
}

#[tokio::test]
async fn every_filter_finds_what_it_should() {
    let app = three().await;
    for (query, expected) in [
        ("", vec!["Änderung: tutor", "Camera", "Bus planner"]),
        ("sector=policing", vec!["Camera"]),
        ("sector=policing&sector=transport", vec!["Camera", "Bus planner"]),
        ("sector=policing&phase=pilot", vec![]),
        ("publisher=calder-vale-police", vec!["Camera"]),
        ("supplier=lumen-optics-ltd", vec!["Camera"]),
        ("product=platewren", vec!["Camera"]),
        ("phase=pilot", vec!["Änderung: tutor"]),
        ("technology=computer_vision", vec!["Camera"]),
        ("automation_level=recommends", vec!["Camera"]),
        ("decision_effect=arrest_stop", vec!["Camera"]),
        ("affected_group=road_users", vec!["Camera"]),
        ("region=england", vec!["Camera"]),
        ("assessment_type=dpia", vec!["Camera"]),
        ("assessment_status=complete", vec!["Camera"]),
        ("flag=redress_missing", vec!["Camera"]),
        ("flag=stale", vec!["Bus planner"]),
        ("origin=third_party", vec!["Änderung: tutor"]),
        ("kind=procured_technology", vec!["Camera"]),
        ("jurisdiction=GB-WLS", vec!["Änderung: tutor"]),
        ("jurisdiction=GB", vec!["Änderung: tutor", "Camera", "Bus planner"]),
        ("lang=cy", vec!["Änderung: tutor"]),
        ("published_from=2026-01-01", vec!["Änderung: tutor", "Camera"]),
        ("published_to=2025-01-01", vec!["Bus planner"]),
        ("updated_since=2026-11-21T12:00:00Z", vec!["Änderung: tutor", "Camera"]),
        ("sort=title", vec!["Änderung: tutor", "Bus planner", "Camera"]),
        ("sort=publisher", vec!["Camera", "Bus planner", "Änderung: tutor"]),
        ("review_advice=support&review_response=pending", vec!["Camera"]),
        ("audit_kind=internal", vec!["Camera"]),
        ("consultation_outcome=agreed", vec!["Camera"]),
        ("environment=energy", vec!["Camera"]),
        ("test=power", vec!["Camera"]),
        ("test_not=power", vec!["Änderung: tutor", "Bus planner"]),
        (
            "complaints=not_stated&incidents=not_stated&product=not_stated",
            vec!["Änderung: tutor", "Bus planner"],
        ),
        ("sort=-people_affected_per_year", vec!["Änderung: tutor", "Camera", "Bus planner"]),
        ("q=anderung", vec!["Änderung: tutor"]),
        ("q=plain+words+-camera", vec!["Änderung: tutor", "Bus planner"]),
        ("q=%22bus+planner%22", vec!["Bus planner"]),
        ("q=plan*", vec!["Bus planner"]),
        ("q=%21%21", vec![]),
    ] {
        let list = app.json(&format!("/api/v1/records?{query}")).await;
        assert_eq!(titles(&list), expected, "{query}");
        assert_eq!(list["total"], expected.len(), "{query}");
    }
}

#[tokio::test]
async fn facets_count_what_the_other_filters_leave() {
    let app = three().await;
    let list = app.json("/api/v1/records?sector=policing&facets=all").await;
    let counts = |facet: &str| -> Vec<(String, u64)> {
        let values = list["facets"][facet].as_array().unwrap().iter();
        values
            .map(|one| (one["value"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap()))
            .collect()
    };
    // A facet's own selection does not narrow its own counts.
    assert_eq!(counts("sector"), [("policing".into(), 1), ("schools".into(), 1), ("transport".into(), 1)]);
    assert_eq!(counts("phase"), [("production".into(), 1)]);
    assert_eq!(counts("publisher"), [("calder-vale-police".into(), 1)]);
    assert_eq!(list["facets"]["publisher"][0]["label"], "Calder Vale Police");
    assert_eq!(list["facets"].as_object().unwrap().len(), domain::facets::FACETS.len());
}

#[tokio::test]
async fn fields_show_what_was_asked_for() {
    let app = three().await;
    let list = app.json("/api/v1/records?sector=policing&fields=title,assessments").await;
    let item = list["items"][0].as_object().unwrap();
    let mut names: Vec<&String> = item.keys().collect();
    names.sort();
    assert_eq!(names, ["assessments", "id", "title", "url"]);
    assert_eq!(item["assessments"][0]["type"], "dpia");
    let record = app.json(&format!("/api/v1/records/{}?fields=flags", item["id"].as_str().unwrap())).await;
    assert_eq!(record.as_object().unwrap().len(), 3);
}

/// Walks a list to its end and returns the ids seen. `between` runs after each page.
async fn walk(app: &TestApp, query: &str, mut between: impl AsyncFnMut(usize)) -> Vec<String> {
    let mut ids = Vec::new();
    let mut path = format!("/api/v1/records?{query}");
    for page in 0.. {
        let answer = app.get(&path).await;
        let list = answer.json();
        ids.extend(
            list["items"]
                .as_array()
                .unwrap_or_else(|| panic!("{list}"))
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        let link = answer.header("link").to_owned();
        assert_eq!(link.is_empty(), list["next"].is_null());
        if link.is_empty() {
            return ids;
        }
        path = link.split(['<', '>']).nth(1).unwrap().replace("http://register.test", "");
        between(page).await;
    }
    ids
}

#[tokio::test]
async fn a_walk_visits_each_record_once_while_others_write() {
    let app = TestApp::new().await;
    let many = |version: usize, range: std::ops::Range<usize>| -> Vec<domain::Record> {
        range
            .map(|n| {
                record(&format!("Tool {n:03}"), |r| {
                    r.description = Some(format!("Version {version}"));
                    r.sectors = if (n + version).is_multiple_of(2) {
                        vec![Sector::Schools]
                    } else {
                        vec![Sector::Health]
                    };
                    r.people_affected_per_year =
                        Some(Estimate { value: (n * 7 % 40) as u64, basis: EstimateBasis::Measured });
                })
            })
            .collect()
    };
    let before = app.publish(&many(0, 0..90)).await;
    for sort in ["-updated_at", "title", "publisher", "-people_affected_per_year"] {
        let app = &app;
        let seen = walk(app, &format!("limit=7&sort={sort}"), async |page| {
            // Every record changes and moves in every order, and new ones arrive.
            app.publish(&many(page + 1, 0..90)).await;
            app.publish(&many(0, 1_000 + page * 3..1_000 + page * 3 + 3)).await;
        })
        .await;
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "{sort}: a record came twice");
        assert!(before.iter().all(|id| once.binary_search(id).is_ok()), "{sort}: a record was missed");
    }
    // A filtered walk covers the records that matched when it began.
    let schools = app.json("/api/v1/records?sector=schools&limit=1").await["total"].as_u64().unwrap();
    let seen = walk(&app, "limit=7&sector=schools", async |page| {
        app.publish(&many(page + 1, 0..90)).await;
    })
    .await;
    assert_eq!(seen.len() as u64, schools);
}

#[tokio::test]
async fn a_cursor_of_another_query_is_refused() {
    let app = three().await;
    let next = app.json("/api/v1/records?limit=1").await["next"].as_str().unwrap().to_owned();
    for path in
        [format!("/api/v1/records?sector=schools&cursor={next}"), "/api/v1/records?cursor=abc".to_owned()]
    {
        let answer = app.get(&path).await;
        assert_eq!(answer.status.as_u16(), 400, "{path}");
        assert_eq!(answer.json()["errors"][0]["code"], "bad-cursor");
    }
}

#[tokio::test]
async fn assessments_are_a_list_of_their_own() {
    let app = three().await;
    let list = app
        .json("/api/v1/assessments?type=dpia&status=complete&sector=policing&publisher=calder-vale-police")
        .await;
    assert_eq!(list["total"], 1);
    let item = &list["items"][0];
    assert_eq!(
        (&item["record_title"], &item["assessment"]["stage"]),
        (&"Camera".into(), &"before_deployment".into())
    );
    let one = app.json(&format!("/api/v1/assessments/{}", item["assessment"]["id"].as_str().unwrap())).await;
    assert_eq!(one["record_id"], item["record_id"]);
    assert_eq!(app.json("/api/v1/assessments?stage=after_deployment").await["total"], 0);
}

#[tokio::test]
async fn products_and_suppliers_count_their_records() {
    let app = three().await;
    let products = app.json("/api/v1/products").await;
    assert_eq!((&products["total"], &products["items"][0]["counts"]["records"]), (&1.into(), &1.into()));
    assert_eq!(app.json("/api/v1/products/platewren").await["product"]["suppliers"][0], "Lumen Optics Ltd");
    let suppliers = app.json("/api/v1/suppliers").await;
    assert_eq!(suppliers["total"], 1);
    assert_eq!(suppliers["items"][0]["as_supplier"]["sector"]["policing"], 1);
    assert_eq!(app.get("/api/v1/suppliers/calder-vale-police").await.status.as_u16(), 404);
}

#[tokio::test]
async fn assessments_are_a_table_of_their_own() {
    let app = TestApp::demonstration().await;
    let total = app.json("/api/v1/assessments?limit=1").await["total"].as_u64().unwrap();
    let all = app.get("/api/v1/assessments.csv").await;
    assert!(all.header("content-type").starts_with("text/csv"), "{}", all.header("content-type"));
    let mut reader = csv::Reader::from_reader(all.text.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len() as u64, total);
    let some = app.json("/api/v1/assessments?status=overdue").await;
    let overdue = app.get("/api/v1/assessments.csv?status=overdue").await.text;
    assert_eq!(
        csv::Reader::from_reader(overdue.as_bytes()).records().count() as u64,
        some["total"].as_u64().unwrap()
    );
    // A position within its record, as in the dumps.
    for row in &rows {
        let record = app.json(&format!("/api/v1/records/{}?fields=assessments", &row[at("record_id")])).await;
        let place: usize = row[at("position")].parse().unwrap();
        assert_eq!(record["assessments"][place - 1]["id"], row[at("id")]);
    }
    let bad = app.get("/api/v1/assessments.csv?statsu=overdue").await;
    assert_eq!(bad.status.as_u16(), 400);
    assert!(bad.text.contains("did you mean 'status'"), "{}", bad.text);
}
