//! Organisations: seeding, resolving names, what stays unresolved, and correcting it.

use axum::http::{Method, StatusCode};
use domain::codes::{AliasKind, Role};
use domain::organisation::OrganisationRef;
use importer::Report;
use serde_json::{Value, json};
use suite::data::real;
use suite::{TestApp, record};

async fn seed(app: &TestApp, file: &std::path::Path) -> Report {
    importer::organisations::import(&app.db, file, None, false, |_| {}).await.unwrap()
}

fn of(name: &str) -> domain::Record {
    record(&format!("Tool of {name}"), |r| r.publisher = OrganisationRef::named(name))
}

#[tokio::test]
async fn a_name_resolves_by_key_and_alias_and_similar_names_do_not() {
    let app = TestApp::new().await;
    let forces = app.file("forces.tsv", "police-force\tname\nsurrey\tSurrey Police\nsussex\tSussex Police\n");
    let report = seed(&app, &forces).await;
    assert_eq!((report.created, report.rejected), (2, 0));
    assert_eq!(seed(&app, &forces).await.unchanged, 2);
    app.publish(&[
        of("The Police and Crime Commissioner for Surrey"),
        of("SURREY POLICE"),
        of("Surry Police"),
    ])
    .await;
    assert_eq!(app.json("/api/v1/records?publisher=surrey-police").await["total"], 2);
    let body = app.json("/api/v1/organisations/surrey-police").await;
    assert_eq!((&body["coverage"], &body["as_publisher"]["records"]), (&"published".into(), &2.into()));
    let loose = app.json("/api/v1/organisations?resolution=unresolved").await;
    assert_eq!(
        (&loose["total"], &loose["items"][0]["organisation"]["name"]),
        (&1.into(), &"Surry Police".into())
    );

    // An editor says once what the name means, and every record appears under it.
    let moved = app.merge("surry-police", "surrey-police", AliasKind::TradingAs).await;
    assert_eq!(moved, 1);
    assert_eq!(app.json("/api/v1/records?publisher=surrey-police").await["total"], 3);
    assert_eq!(
        app.json("/api/v1/records?publisher=surry-police").await["total"],
        3,
        "the old address still works"
    );
    assert_eq!(app.json("/api/v1/organisations?resolution=unresolved").await["total"], 0);
    app.publish(&[record("Another", |r| r.publisher = OrganisationRef::named("Surry Police"))]).await;
    assert_eq!(app.json("/api/v1/records?publisher=surrey-police").await["total"], 4);
}

#[tokio::test]
async fn a_body_merged_twice_is_found_and_downloads_are_not_taken_for_unchanged() {
    let app = TestApp::new().await;
    app.publish(&[of("Surry Police"), of("Surrey Constabulary"), of("Surrey Police")]).await;
    let kind = AliasKind::Former;
    let before = app.get("/api/v1/records.csv").await.headers["etag"].clone();
    app.merge("surry-police", "surrey-constabulary", kind).await;
    let between = app.get("/api/v1/records.csv").await.headers["etag"].clone();
    app.merge("surrey-constabulary", "surrey-police", kind).await;
    let after = app.get("/api/v1/records.csv").await.headers["etag"].clone();
    assert!(before != between && between != after, "a merge changes rows without a change number");
    for slug in ["surry-police", "surrey-constabulary", "surrey-police"] {
        assert_eq!(app.json(&format!("/api/v1/records?publisher={slug}")).await["total"], 3, "{slug}");
        let body = app.json(&format!("/api/v1/organisations/{slug}")).await;
        assert_eq!(body["organisation"]["slug"], "surrey-police", "{slug}");
    }
}

#[tokio::test]
async fn a_name_of_another_country_is_another_body() {
    let app = TestApp::new().await;
    let list = app.file(
        "own.csv",
        "name,country,kind,website,name_cy,aliases\nDepartment of Education,GB,ministerial_department,,,\n",
    );
    assert_eq!(seed(&app, &list).await.created, 1);
    app.publish(&[record("Ed", |r| {
        r.jurisdiction = "US".into();
        r.publisher = OrganisationRef::named("Department of Education");
    })])
    .await;
    assert_eq!(app.json("/api/v1/organisations/department-of-education").await["as_publisher"]["records"], 0);
    assert_eq!(
        app.json("/api/v1/organisations/department-of-education-2").await["as_publisher"]["records"],
        1
    );
}

#[tokio::test]
async fn a_name_that_two_bodies_share_resolves_to_neither_and_stays_one_row() {
    let app = TestApp::new().await;
    let colleges = "further-education-college-uk,name,region,start-date,end-date\n1,Newtown College,,,\n2,Newtown College,,,\n";
    seed(&app, &app.file("colleges.csv", colleges)).await;
    for n in 0..3 {
        app.publish(&[record(&format!("Tool {n}"), |r| {
            r.publisher = OrganisationRef::named("Newtown College")
        })])
        .await;
    }
    let loose = app.json("/api/v1/organisations?resolution=unresolved").await;
    assert_eq!((&loose["total"], &loose["items"][0]["as_publisher"]["records"]), (&1.into(), &3.into()));
}

#[tokio::test]
async fn two_owners_of_one_rows_identifiers_are_reported_not_merged() {
    let app = TestApp::new().await;
    let authorities = |rows: &str| {
        format!("local-authority-code,official-name,nice-name,gss-code,alt-names,start-date,end-date\n{rows}")
    };
    seed(
        &app,
        &app.file(
            "a.csv",
            authorities("AAA,Alpha Council,Alpha,E06000001,,,\nBBB,Beta Council,Beta,E06000002,,,\n"),
        ),
    )
    .await;
    let report = seed(&app, &app.file("b.csv", authorities("AAA,Alpha Council,Alpha,E06000002,,,\n"))).await;
    assert_eq!(report.rejected, 1);
    assert_eq!(report.errors[0].code, "conflict");
}

#[tokio::test]
async fn silent_bodies_are_rows_too() {
    let app = TestApp::new().await;
    let mut silent = domain::Organisation::named("Quiet Force", "GB");
    silent.expected_to_publish = true;
    let mut nil = domain::Organisation::named("Nil Council", "GB");
    (nil.expected_to_publish, nil.nil_return_on) = (true, Some("2026-01-01".parse().unwrap()));
    let tx = app.db.begin().await.unwrap();
    for body in [&silent, &nil] {
        store::names::organisations::save(&tx, body).await.unwrap();
    }
    tx.commit().await.unwrap();
    let list = app.json("/api/v1/organisations?silent=true").await;
    assert_eq!((&list["total"], &list["items"][0]["coverage"]), (&1.into(), &"silent".into()));
    assert_eq!(app.json("/api/v1/organisations/nil-council").await["coverage"], "nil_return");
}

#[tokio::test]
async fn the_real_lists_of_bodies_go_in() {
    let app = TestApp::new().await;
    for (name, least) in [
        ("organisations/government-organisation.csv", 980),
        ("organisations/police-force.tsv", 44),
        ("uk/uk_local_authorities_1.7.3.csv", 470),
        ("uk/uk_local_authority_gss_lookup.csv", 470),
    ] {
        let Some(file) = real(name) else { return };
        let report = seed(&app, &file).await;
        assert!(report.created + report.changed + report.unchanged >= least, "{name}: {report:?}");
        assert_eq!(report.rejected, 0, "{name}: {:?}", report.errors);
        assert_eq!(seed(&app, &file).await.unchanged, report.read, "{name}: the second time changes nothing");
    }
    app.publish(&[of("HMRC"), of("Camden Council")]).await;
    for (name, slug) in [("HMRC", "hm-revenue-customs"), ("Camden Council", "camden-london-borough-council")]
    {
        let found = store::names::organisations::resolve(&app.db, name, "GB", false).await.unwrap().unwrap();
        assert_eq!(found.resolution.as_str(), "registered", "{name} is {slug}: {found:?}");
    }
}

#[tokio::test]
async fn a_body_that_becomes_known_is_known_in_lists() {
    let app = TestApp::new().await;
    app.publish(&[record("Camera", |r| r.publisher = OrganisationRef::named("Surrey Police"))]).await;
    let before = app.json("/api/v1/records").await;
    assert_eq!(before["items"][0]["publisher"]["resolution"], "unresolved");
    let tx = app.db.begin().await.unwrap();
    let mut body = domain::Organisation::named("Surrey Police", "GB");
    body.kind = Some(domain::codes::OrganisationKind::PoliceForce);
    let (_, slug) = store::names::organisations::save(&tx, &body).await.unwrap();
    assert_eq!(store::records::relisting::project_named(&tx, &[slug]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let after = app.json("/api/v1/records?publisher_kind=police_force").await;
    assert_eq!(after["items"][0]["publisher"]["resolution"], "registered");
}

#[tokio::test]
async fn administrators_enter_bodies_and_names_that_deceive_are_reviewed() {
    let app = TestApp::new().await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let enter = async |body: Value| app.call(Method::POST, "/api/v1/organisations", &admin, None, body).await;
    let named = |name: &str| json!({ "name": name, "country": "GB", "kind": "police_force" });
    let made = enter(named("Calder Vale Police")).await;
    assert_eq!(
        (made.status, made.header("location")),
        (StatusCode::CREATED, "/api/v1/organisations/calder-vale-police"),
        "{}",
        made.text
    );
    assert_eq!(app.json("/api/v1/organisations/calder-vale-police").await["resolution"], "registered");
    assert_eq!(enter(named("CALDER VALE POLICE")).await.status, StatusCode::CONFLICT);
    // A Cyrillic letter in a Latin word, a word made only of Cyrillic letters that look Latin, and a
    // lower-case L for a capital I.
    for name in ["Calder V\u{430}le Police", "C\u{430}lder \u{420}olice", "CaIder Vale PoIice"] {
        let refused = enter(named(name)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name}");
        assert_eq!(refused.json()["errors"][0]["code"], "look-alike", "{name}");
    }
    let mut alias = named("Vale Constabulary");
    alias["aliases"] = json!([{ "name": "CaIder Vale PoIice", "kind": "trading_as" }]);
    assert_eq!(enter(alias).await.json()["errors"][0]["pointer"], "/aliases/0/name");
    let mut reviewed = named("CaIder Vale PoIice");
    reviewed["reviewed"] = true.into();
    assert_eq!(enter(reviewed).await.status, StatusCode::CREATED);
    for (body, pointer) in [
        (json!({ "name": "", "country": "GB", "kind": "police_force" }), "/name"),
        (json!({ "name": "[blank]", "country": "GB", "kind": "police_force" }), "/name"),
        (json!({ "name": "A", "country": "XX", "kind": "police_force" }), "/country"),
        (json!({ "name": "A", "country": "GB", "kind": "police" }), "/kind"),
        (
            json!({ "name": "A", "country": "GB", "kind": "police_force", "website": "javascript:x" }),
            "/website",
        ),
        (
            json!({ "name": "A", "country": "GB", "kind": "police_force", "identifiers": [{ "scheme": "GB-COH", "value": "x" }] }),
            "/identifiers/0",
        ),
        (json!({ "name": "A", "country": "GB", "kind": "police_force", "nme": "B" }), "/nme"),
    ] {
        let refused = enter(body).await;
        assert_eq!(
            (refused.status, refused.json()["errors"][0]["pointer"].as_str()),
            (StatusCode::BAD_REQUEST, Some(pointer)),
            "{}",
            refused.text
        );
    }
}
