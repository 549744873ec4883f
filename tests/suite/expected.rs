//! Who is expected to publish, nil returns, and who is silent: with since when, why and on what evidence, by people,
//! lists and merges, and nothing that ends is lost.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use acts::{Act, Actor, Known, WhyExpected};
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use domain::Organisation;
use domain::codes::{AliasKind, OrganisationKind, Origin, Phase, Role};
use domain::organisation::OrganisationRef;
use importer::bodies::Named;
use importer::table::Reading;
use serde_json::{Value, json};
use store::names::expected::Expected;
use suite::data::real;
use suite::{Answer, TestApp, now, record};

use crate::submissions::Council;

const POLICY: &str = "https://policy.example/atrs";
const COUNCIL: &str = "/api/v1/organisations/northmoor-borough-council";

pub(crate) async fn named(app: &TestApp, list: &Path) -> Named {
    importer::bodies::named(&app.db, list, "GB", &Reading::default()).await.unwrap()
}

/// Expects all these bodies to publish, as the command does. Returns for how many of them that is new.
pub(crate) async fn expect_all(app: &TestApp, bodies: &[Organisation], why: &str) -> usize {
    let tx = app.db.begin().await.unwrap();
    let act = Act { tx: &tx, now: now(), actor: Actor::CommandLine };
    let why = WhyExpected::new("2024-02-06".parse().unwrap(), why, POLICY, now().date_naive()).unwrap();
    let mut added = 0;
    for body in bodies {
        let known = Known { id: body.id.unwrap().to_string(), name: body.name.clone() };
        let done = acts::expect_organisation(&act, &known, &why).await.unwrap();
        added += usize::from(done == Expected::Added);
    }
    tx.commit().await.unwrap();
    added
}

async fn found(app: &TestApp, slug: &str) -> Organisation {
    store::names::organisations::find(&app.db, slug).await.unwrap().unwrap().organisation
}

fn expectation(why: &str) -> Value {
    json!({ "since": "2024-02-06", "why": why, "evidence_url": POLICY })
}

async fn put(app: &TestApp, token: &str, body: Value) -> Answer {
    app.call(Method::PUT, &format!("{COUNCIL}/expectation"), token, None, body).await
}

async fn post(app: &TestApp, path: &str, token: &str, body: Value) -> Answer {
    app.call(Method::POST, &format!("{COUNCIL}{path}"), token, None, body).await
}

#[tokio::test]
async fn the_silent_of_the_real_police_forces_are_listed_with_their_base() {
    let app = TestApp::new().await;
    let Some(forces) = real("organisations/police-force.tsv") else { return };
    let Some(departments) = real("organisations/government-organisation.csv") else { return };
    // The forces last: one of them is in the other list too, as another kind of body.
    for list in [&departments, &forces] {
        importer::organisations::import(&app.db, list, None, false, |_| {}).await.unwrap();
    }
    // The list itself names them: nobody has to type forty-four slugs.
    let list = named(&app, &forces).await;
    assert_eq!((list.read, list.found.len(), list.errors.len()), (44, 44, 0), "{:?}", list.errors);
    assert_eq!(list.notices.last().unwrap(), "columns that are not read: police-force");
    assert_eq!(expect_all(&app, &list.found, "every police force").await, 44);
    assert_eq!(expect_all(&app, &list.found, "every police force").await, 0, "a second time changes nothing");

    let silent = app.json("/api/v1/organisations?silent=true&limit=100").await;
    assert_eq!(silent["total"], 44);
    let first = &silent["items"][0];
    assert_eq!(first["coverage"], "silent");
    assert_eq!(first["organisation"]["expected_to_publish"], true);
    assert_eq!(first["organisation"]["expected_by_rule"], "every police force");
    let why = &first["expectations"][0];
    assert_eq!((&why["since"], &why["evidence_url"]), (&"2024-02-06".into(), &POLICY.into()), "{why}");
    let coverage = app.json("/api/v1/coverage").await;
    let row = &coverage["rows"][0];
    assert_eq!((&row["kind"], &row["country"]), (&"police_force".into(), &"GB".into()), "{coverage}");
    assert_eq!(row["sentence"], "0 of 44 have published; 44 are silent");
    assert_eq!((&row["known"], &coverage["total"]["silent"]), (&44.into(), &44.into()));
    assert_eq!(coverage["rows"].as_array().unwrap().len(), 1, "nobody else is expected to");

    app.publish(&[record("Retrospective facial recognition", |r| {
        r.publisher = OrganisationRef::named("Surrey Police");
    })])
    .await;
    let coverage = app.json("/api/v1/coverage?kind=police_force").await;
    assert_eq!(coverage["rows"][0]["sentence"], "1 of 44 has published; 43 are silent");
    let csv = app.get("/api/v1/coverage.csv").await.text;
    assert_eq!(
        csv,
        "kind,country,known,expected,published,nil_return,silent,imported_only\r\n\
         police_force,GB,44,44,1,0,43,0\r\n"
    );
    assert_eq!(app.json("/api/v1/organisations?silent=true").await["total"], 43);
    let others = app.json("/api/v1/organisations?silent=false&kind=police_force").await;
    assert_eq!((&others["total"], &others["items"][0]["coverage"]), (&1.into(), &"published".into()));
    let csv = app.get("/api/v1/coverage/bodies.csv?coverage=silent").await.text;
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 43);
    assert!(rows.iter().all(|row| &row[0] != "surrey-police" && &row[5] == "silent"), "{csv}");
    assert!(csv.contains(&format!("every police force,{POLICY}")), "{csv}");
    let all = app.get("/api/v1/coverage/bodies.csv").await.text;
    assert_eq!(all.lines().count(), 45);

    let page = app.get("/coverage").await.text;
    assert!(page.contains("1 of 44") && page.contains("43 of 44"), "{page}");
    let page = app.get("/cy/coverage").await.text;
    assert!(page.contains("1 o 44"), "{page}");
}

#[tokio::test]
async fn a_list_names_bodies_by_slug_identifier_or_name_and_nothing_is_guessed() {
    let app = TestApp::new().await;
    let own = "name,country,kind,website,name_cy,aliases\n\
        Alpha Council,GB,local_authority,,,\nBeta Council,GB,local_authority,,,Beta\n\
        Beta Trust,GB,nhs_body,,,Beta\n";
    importer::organisations::import(&app.db, &app.file("own.csv", own), None, false, |_| {}).await.unwrap();
    let forces = "police-force\tname\nsurrey\tSurrey Police\n";
    importer::organisations::import(&app.db, &app.file("forces.tsv", forces), None, false, |_| {})
        .await
        .unwrap();
    app.publish(&[record("Camera", |r| r.publisher = OrganisationRef::named("Gamma Board"))]).await;
    let list = "slug,identifier,name,note\n\
        alpha-council,,,x\n,uk-police:surrey,,\n,,Beta Council,\n\
        ,,Beta,\n,,Gamma Board,\n,,Delta Board,\n,surrey,,\nalpha-council,,,\n,,,nobody\n";
    let scheme =
        app.json("/api/v1/organisations/surrey-police").await["organisation"]["identifiers"][0]["scheme"]
            .as_str()
            .unwrap()
            .to_owned();
    let list = list.replace("uk-police", &scheme);
    let list = named(&app, &app.file("list.csv", list)).await;
    let slugs: Vec<&str> = list.found.iter().map(|body| body.slug.as_str()).collect();
    assert_eq!(slugs, ["alpha-council", "surrey-police", "beta-council"]);
    let errors: Vec<(u64, &str)> =
        list.errors.iter().map(|error| (error.line, error.code.as_str())).collect();
    assert_eq!(
        errors,
        [
            (5, "unknown-body"),
            (6, "unknown-body"),
            (7, "unknown-body"),
            (8, "bad-identifier"),
            (9, "repeated"),
            (10, "required"),
        ],
        "{:?}",
        list.errors
    );
    assert!(list.errors.iter().all(|error| !error.hint.is_empty()));
    assert!(list.errors[1].message.contains("only a name"), "{}", list.errors[1]);

    let nothing = app.file("nothing.csv", "body,place\nAlpha Council,here\n");
    let refused = importer::bodies::named(&app.db, &nothing, "GB", &Reading::default()).await;
    assert!(refused.is_err(), "{refused:?}");
}

#[tokio::test]
async fn a_body_is_expected_to_publish_by_an_administrator_and_what_ends_is_kept() {
    let council = Council::new().await;
    let app = &council.app;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    assert_eq!(put(app, &council.approver, expectation("ATRS")).await.status, StatusCode::FORBIDDEN);
    let wrong = json!({ "since": "2027-01-01", "why": " ", "evidence_url": "nowhere" });
    let wrong = put(app, &admin, wrong).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let errors = wrong.json()["errors"].clone();
    let at: Vec<&str> =
        errors.as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
    assert_eq!(at, ["/since", "/why", "/evidence_url"], "{errors}");

    let set = put(app, &admin, expectation("ATRS")).await;
    assert_eq!((set.status, &set.json()["coverage"]), (StatusCode::OK, &"silent".into()), "{}", set.text);
    assert_eq!(
        put(app, &admin, expectation("ATRS")).await.json()["expectations"].as_array().unwrap().len(),
        1
    );
    let other = put(app, &admin, expectation("the Data Act")).await.json();
    let kept = other["expectations"].as_array().unwrap();
    assert_eq!((&kept[0]["why"], &kept[0]["ended_on"]), (&"the Data Act".into(), &Value::Null), "{other}");
    assert_eq!((&kept[1]["why"], &kept[1]["ended_on"]), (&"ATRS".into(), &"2026-11-21".into()), "{other}");
    let page = app.get("/organisations/northmoor-borough-council").await.text;
    for said in ["Since 6 February 2024", "the Data Act", POLICY, "has published nothing here"] {
        assert!(page.contains(said), "{said}: {page}");
    }

    let end = json!({ "reason": "The act was repealed" });
    assert_eq!(
        post(app, "/expectation/end", &council.writer, end.clone()).await.status,
        StatusCode::FORBIDDEN
    );
    let ended = post(app, "/expectation/end", &admin, end.clone()).await;
    assert_eq!((ended.status, &ended.json()["coverage"]), (StatusCode::OK, &"not_expected".into()));
    assert_eq!(ended.json()["expectations"][0]["end_reason"], "The act was repealed");
    assert_eq!(ended.json()["organisation"]["expected_to_publish"], false);
    assert_eq!(post(app, "/expectation/end", &admin, end).await.status, StatusCode::CONFLICT);
    assert_eq!(app.json("/api/v1/organisations?silent=true").await["total"], 0);
    assert_eq!(app.json("/api/v1/coverage").await["rows"], json!([]));

    let trail = app.call(Method::GET, "/api/v1/audit", &admin, None, Value::Null).await.json();
    let lines = trail["items"].as_array().unwrap();
    let with = |action: &str| lines.iter().filter(|line| line["action"] == action).collect::<Vec<_>>();
    assert_eq!(with("organisation.expect").len(), 2, "the same again leaves no line: {trail}");
    assert_eq!(with("organisation.expect")[1]["reason"], "ATRS");
    assert_eq!(with("organisation.end_expectation").len(), 1);
}

#[tokio::test]
async fn a_name_that_no_body_has_is_not_expected_to_publish() {
    let app = TestApp::new().await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    app.publish(&[record("Camera", |r| r.publisher = OrganisationRef::named("Surry Police"))]).await;
    let path = "/api/v1/organisations/surry-police/expectation";
    let answer = app.call(Method::PUT, path, &admin, None, expectation("ATRS")).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
    assert!(answer.text.contains("only a name"), "{}", answer.text);
    let path = "/api/v1/organisations/nobody/expectation";
    let answer = app.call(Method::PUT, path, &admin, None, expectation("ATRS")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text);
}

#[tokio::test]
async fn a_nil_return_is_filed_and_withdrawn_by_the_body_itself() {
    let council = Council::new().await;
    let app = &council.app;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let other = app.organisation("Southmoor Council", OrganisationKind::LocalAuthority).await;
    let stranger = app.token("a@southmoor.example", Role::Approver, Some(&other)).await;
    put(app, &admin, expectation("ATRS")).await;
    let none = json!({ "statement": "We use no such tool." });
    for token in [&stranger, &admin] {
        let refused = post(app, "/nil-returns", token, none.clone()).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    }
    let long = json!({ "statement": "", "declared_on": "2026-11-22", "until": "2028-01-01" });
    let long = post(app, "/nil-returns", &council.writer, long).await;
    assert_eq!(long.status, StatusCode::BAD_REQUEST);
    assert_eq!(long.json()["errors"].as_array().unwrap().len(), 3, "{}", long.text);

    let filed = post(app, "/nil-returns", &council.writer, none.clone()).await;
    assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.text);
    let filed = filed.json();
    assert_eq!(
        (&filed["declared_on"], &filed["holds_until"], &filed["by_body"], &filed["state"]),
        (&"2026-11-21".into(), &"2027-11-21".into(), &true.into(), &"valid".into()),
        "{filed}"
    );
    assert_eq!(post(app, "/nil-returns", &council.writer, none).await.status, StatusCode::CONFLICT);
    let body = app.json(COUNCIL).await;
    assert_eq!(
        (&body["coverage"], &body["organisation"]["nil_return_on"]),
        (&"nil_return".into(), &"2026-11-21".into())
    );
    assert_eq!(app.json("/api/v1/organisations?silent=true").await["total"], 0);
    let total = app.json("/api/v1/coverage").await["total"].clone();
    assert_eq!(
        (&total["expected"], &total["nil_return"], &total["silent"]),
        (&1.into(), &1.into(), &0.into())
    );
    let page = app.get("/organisations/northmoor-borough-council").await.text;
    for said in ["We use no such tool.", "holds until 21 November 2027", "Filed by the body itself"] {
        assert!(page.contains(said), "{said}: {page}");
    }

    let withdraw = format!("/nil-returns/{}/withdraw", filed["id"].as_str().unwrap());
    let why = json!({ "reason": "We have bought one" });
    for token in [&stranger, &admin] {
        assert_eq!(post(app, &withdraw, token, why.clone()).await.status, StatusCode::FORBIDDEN);
    }
    let nothing = post(app, "/nil-returns/none/withdraw", &council.writer, why.clone()).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND, "{}", nothing.text);
    let withdrawn = post(app, &withdraw, &council.approver, why.clone()).await;
    assert_eq!((withdrawn.status, &withdrawn.json()["state"]), (StatusCode::OK, &"withdrawn".into()));
    assert_eq!(post(app, &withdraw, &council.approver, why).await.status, StatusCode::CONFLICT);
    let body = app.json(COUNCIL).await;
    assert_eq!((&body["coverage"], &body["organisation"]["nil_return_on"]), (&"silent".into(), &Value::Null));
    assert_eq!(body["nil_returns"][0]["withdrawal_reason"], "We have bought one", "it is kept");
    let path = "/api/v1/audit?action=nil_return.";
    let trail = app.call(Method::GET, path, &admin, None, Value::Null).await.json();
    assert_eq!(trail["items"].as_array().unwrap().len(), 2, "{trail}");
}

#[tokio::test]
async fn a_nil_return_lapses_after_twelve_months_and_its_body_is_silent_again() {
    let days = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&days);
    let app = TestApp::ticking(move || now() + TimeDelta::days(clock.load(Ordering::SeqCst))).await;
    let council = Council::over(app).await;
    let app = &council.app;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    put(app, &admin, expectation("ATRS")).await;
    let filed = post(app, "/nil-returns", &council.writer, json!({ "statement": "None." })).await;
    assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.text);
    let state = async || {
        let body = app.json(COUNCIL).await;
        let silent = app.json("/api/v1/organisations?silent=true").await["total"].clone();
        let csv = app.get("/api/v1/coverage/bodies.csv?coverage=silent").await;
        (body["nil_returns"][0]["state"].clone(), body["coverage"].clone(), silent, csv)
    };
    let (held, coverage, silent, before) = state().await;
    assert_eq!((held, coverage, silent), ("valid".into(), "nil_return".into(), 0.into()));
    days.store(365, Ordering::SeqCst);
    assert_eq!(state().await.0, "valid", "its last day");
    days.store(366, Ordering::SeqCst);
    let (lapsed, coverage, silent, after) = state().await;
    assert_eq!((lapsed, coverage, silent), ("lapsed".into(), "silent".into(), 1.into()));
    assert_eq!((before.text.lines().count(), after.text.lines().count()), (1, 2), "{}", after.text);
    assert_ne!(before.headers["etag"], after.headers["etag"], "nothing was written, and it is another file");
    assert!(after.text.contains("2026-11-21"), "it says when it last declared nothing: {}", after.text);
}

#[tokio::test]
async fn a_record_of_a_tool_in_use_contradicts_a_nil_return_and_deletes_nothing() {
    let council = Council::new().await;
    let app = &council.app;
    let none = json!({ "statement": "None.", "until": "2026-12-31" });
    assert_eq!(post(app, "/nil-returns", &council.writer, none).await.status, StatusCode::CREATED);
    app.publish(&[
        record("Retired tool", |r| r.phase = Some(Phase::Retired)),
        record("What others say", |r| {
            r.origin = Origin::ThirdParty;
            r.phase = Some(Phase::Production);
        }),
    ])
    .await;
    let body = app.json(COUNCIL).await;
    assert_eq!(body["nil_returns"][0]["state"], "valid", "neither says that the body uses something");
    app.publish(&[record("Tool in use", |r| r.phase = Some(Phase::Production))]).await;
    let body = app.json(COUNCIL).await;
    assert_eq!(body["nil_returns"][0]["state"], "contradicted", "{body}");
    assert_eq!(body["nil_returns"][0]["holds_until"], "2026-12-31");
    assert_eq!(body["coverage"], "published");
    let page = app.get("/organisations/northmoor-borough-council").await.text;
    assert!(page.contains("published records say otherwise"), "{page}");
}

#[tokio::test]
async fn records_from_other_registers_are_no_statement_of_the_body() {
    let app = TestApp::new().await;
    app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
    expect_all(&app, &[found(&app, "northmoor-borough-council").await], "ATRS").await;
    app.publish(&[record("Taken over", |r| r.origin = Origin::Imported)]).await;
    let silent = app.json("/api/v1/organisations?silent=true").await;
    let item = &silent["items"][0];
    assert_eq!((&item["coverage"], &item["imported_only"]), (&"silent".into(), &true.into()), "{silent}");
    let row = app.json("/api/v1/coverage").await["rows"][0].clone();
    assert_eq!(row["sentence"], "0 of 1 have published; 1 is silent, of which 1 is in other registers");
    let page = app.get("/organisations/northmoor-borough-council").await.text;
    assert!(page.contains("has not done so here itself"), "{page}");
    let kinds = app.json("/api/v1/stats").await["bodies"].clone();
    assert_eq!((&kinds[0]["silent"], &kinds[0]["imported_only"]), (&1.into(), &1.into()), "{kinds}");

    app.publish(&[record("Its own", |_| {})]).await;
    let body = app.json(COUNCIL).await;
    assert_eq!((&body["coverage"], &body["imported_only"]), (&"published".into(), &false.into()));
    assert_eq!(app.json("/api/v1/coverage").await["total"]["published"], 1);
}

#[tokio::test]
async fn what_is_expected_and_declared_goes_with_a_merged_body() {
    let app = TestApp::new().await;
    for name in ["Old Force", "New Force"] {
        app.organisation(name, OrganisationKind::PoliceForce).await;
    }
    let bodies = [found(&app, "old-force").await, found(&app, "new-force").await];
    expect_all(&app, &bodies, "every police force").await;
    let tx = app.db.begin().await.unwrap();
    let act = Act { tx: &tx, now: now(), actor: Actor::CommandLine };
    let today = now().date_naive();
    let said = |evidence: Option<&str>| {
        let evidence = evidence.map(str::to_owned);
        acts::NilDeclaration::new(today, None, "We use none.", evidence, today).unwrap()
    };
    let old = Known { id: bodies[0].id.unwrap().to_string(), name: bodies[0].name.clone() };
    let bare = acts::file_nil_return(&act, &old, &said(None)).await;
    assert!(bare.is_err(), "the register says where a body declared something: {bare:?}");
    let filed = acts::file_nil_return(&act, &old, &said(Some("https://letter.example/1"))).await.unwrap();
    assert!(!filed.by_body);
    tx.commit().await.unwrap();
    app.merge("old-force", "new-force", AliasKind::Former).await;
    let body = app.json("/api/v1/organisations/new-force").await;
    assert_eq!(body["coverage"], "nil_return");
    assert_eq!(body["nil_returns"][0]["evidence_url"], "https://letter.example/1");
    let kept = body["expectations"].as_array().unwrap();
    let in_force = kept.iter().filter(|one| one["ended_on"].is_null()).count();
    assert_eq!((kept.len(), in_force), (2, 1), "{body}");
    assert_eq!(app.json("/api/v1/coverage").await["total"]["expected"], 1);
}

#[tokio::test]
async fn what_lists_of_bodies_said_before_is_taken_over() {
    let app = TestApp::new().await;
    let mut silent = Organisation::named("Quiet Force", "GB");
    (silent.expected_to_publish, silent.expected_by_rule) = (true, Some("every force".to_owned()));
    let mut nil = Organisation::named("Nil Council", "GB");
    (nil.expected_to_publish, nil.nil_return_on) = (true, Some("2025-02-28".parse().unwrap()));
    let tx = app.db.begin().await.unwrap();
    for body in [&silent, &nil] {
        store::names::organisations::save(&tx, body).await.unwrap();
    }
    tx.commit().await.unwrap();
    let told = async || {
        let quiet = app.json("/api/v1/organisations/quiet-force").await;
        let nil = app.json("/api/v1/organisations/nil-council").await;
        let why = quiet["expectations"][0]["why"].clone();
        (why, nil["nil_returns"][0]["holds_until"].clone(), nil["nil_returns"][0]["state"].clone())
    };
    let expected: (Value, Value, Value) = ("every force".into(), "2026-02-28".into(), "lapsed".into());
    assert_eq!(told().await, expected);
    // The same from a database of an earlier release, which has only the rows of the bodies.
    store::ground::raw::undo(&app.db, "m0018_expected").await.unwrap();
    assert!(app.db.migrate().await.unwrap() > 0);
    let later = app.on(store::Db::open(&app.url).await.unwrap()).await;
    let quiet = later.json("/api/v1/organisations/quiet-force").await;
    assert_eq!(quiet["expectations"][0]["why"], "every force", "{quiet}");
    let nil = later.json("/api/v1/organisations/nil-council").await;
    assert_eq!(nil["nil_returns"][0]["holds_until"], "2026-02-28", "{nil}");
    assert_eq!(later.json("/api/v1/organisations?silent=true").await["total"], 2);
}

#[tokio::test]
async fn dumps_have_what_is_expected_and_what_was_declared() {
    let app = TestApp::demonstration().await;
    let body = found(&app, "northmoor-borough-council").await;
    expect_all(&app, std::slice::from_ref(&body), "ATRS").await;
    let out = tempfile::tempdir().unwrap();
    let to = out.path().to_owned();
    let written = app
        .dumping(store::log::still::Signing::new(None), move |job| {
            export::dump::write(job, &to, export::dump::Of::Now(now().date_naive().into()))
        })
        .await
        .unwrap();
    let rows = crate::dumps::rows(&written.folder, "expectations");
    let of_body: Vec<_> = rows.iter().filter(|row| &row[1] == "northmoor-borough-council").collect();
    assert!(of_body.iter().any(|row| &row[3] == "ATRS" && &row[4] == POLICY), "{of_body:?}");
    let nil = crate::dumps::rows(&written.folder, "nil_returns");
    let silent = app.json("/api/v1/coverage").await["total"].clone();
    assert!(nil.iter().any(|row| &row[2] == "2026-04-30" && &row[3] == "2027-04-30"), "{nil:?}");
    let expected = rows.iter().filter(|row| row[6].is_empty()).count();
    assert_eq!(silent["expected"], expected, "every expectation in force is a row");
}
