//! The register says no more than it knows: what its pages and answers say of who uses what, what became of
//! reports, and what stands beside a record.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::{Method, StatusCode};
use chrono::{NaiveDate, TimeDelta};
use domain::codes::{Code, LinkClass, LinkState, OrganisationKind, Origin, Phase, Role};
use domain::organisation::OrganisationRef;
use domain::procurement::SupplierInvolvement;
use domain::record::{Deployment, Evidence};
use domain::{Organisation, Record};
use serde_json::{Value, json};
use suite::{Answer, TestApp, now, record};

use crate::desks::Browser;
use crate::procurement::{bought, contract, items, lines};
use crate::submissions::{Council, ready};

/// A deployment of which only the body is known.
pub(crate) fn used_at(body: &str) -> Deployment {
    Deployment {
        organisation: OrganisationRef::named(body),
        role: None,
        phase: None,
        started_on: None,
        ended_on: None,
        local_settings: None,
        local_contact: None,
    }
}

/// A page as a browser asks for it.
async fn shown(app: &TestApp, path: &str) -> String {
    let page = app.send(Method::GET, path, &[("accept", "text/html,*/*;q=0.8")]).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
    page.text
}

#[track_caller]
fn has(page: &str, words: &str) {
    assert!(page.contains(words), "'{words}' is not on the page: {page}");
}

#[track_caller]
fn lacks(page: &str, words: &str) {
    assert!(!page.contains(words), "'{words}' is on the page: {page}");
}

/// A trust with two schools, known to the register.
async fn trust(app: &TestApp) {
    let tx = app.db.begin().await.unwrap();
    for (name, kind, parent) in [
        ("Fenland Trust", OrganisationKind::AcademyTrust, None),
        ("Marsh School", OrganisationKind::School, Some("fenland-trust")),
        ("Dyke School", OrganisationKind::School, Some("fenland-trust")),
    ] {
        let body = Organisation {
            kind: Some(kind),
            parent: parent.map(str::to_owned),
            ..Organisation::named(name, "GB")
        };
        store::names::organisations::save(&tx, &body).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// A live tool of a council, used at these bodies.
fn tool(title: &str, bodies: &[&str]) -> Record {
    record(title, |r| {
        r.publisher = OrganisationRef::named("Brook Council");
        r.phase = Some(Phase::Production);
        r.deployments = bodies.iter().map(|body| used_at(body)).collect();
    })
}

#[tokio::test]
async fn a_school_shows_what_is_used_there_and_through_its_trust() {
    let app = TestApp::new().await;
    trust(&app).await;
    let over = |title: &str, change: fn(&mut Deployment)| {
        let mut over = tool(title, &["Marsh School"]);
        change(&mut over.deployments[0]);
        over
    };
    app.publish(&[
        tool("Tutor", &["Marsh School", "Dyke School"]),
        tool("Marker", &["Fenland Trust"]),
        over("Ended", |one| one.ended_on = NaiveDate::from_ymd_opt(2026, 1, 31)),
        over("Retired", |one| one.phase = Some(Phase::Retired)),
        tool("Elsewhere", &["Hill School"]),
    ])
    .await;
    let found = app.json("/api/v1/records?used_by=marsh-school").await;
    assert_eq!((&found["total"], &found["items"][0]["title"]), (&json!(1), &json!("Tutor")));
    let school = app.json("/api/v1/organisations/marsh-school").await;
    assert_eq!(school["coverage"], "not_expected");
    let used = &school["as_user"];
    assert_eq!((&used["records"], &used["phase"]), (&json!(1), &json!({ "production": 1 })), "{used}");
    assert_eq!(used["records_url"], "http://register.test/api/v1/records?used_by=marsh-school");
    assert_eq!(
        used["through_parent"],
        json!({
            "organisation": "fenland-trust", "name": "Fenland Trust", "records": 1,
            "records_url": "http://register.test/api/v1/records?used_by=fenland-trust",
        })
    );
    let trust = app.json("/api/v1/organisations/fenland-trust").await["as_user"].clone();
    let below: Vec<(&str, u64)> = trust["below"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["organisation"].as_str().unwrap(), one["records"].as_u64().unwrap()))
        .collect();
    assert_eq!(below, [("dyke-school", 1), ("marsh-school", 1)]);
    assert_eq!(trust["through_parent"], Value::Null);

    let page = shown(&app, "/organisations/marsh-school").await;
    has(
        &page,
        "Marsh School publishes nothing here itself. Records of others say that 1 tool is used there.",
    );
    has(&page, "1 record names it as a place of use");
    has(&page, ">Tutor</a>");
    has(&page, "What they describe may be used here too.");
    lacks(&page, ">Marker</a>");
    let page = shown(&app, "/cy/organisations/marsh-school").await;
    has(&page, "Yn ôl cofnodion eraill, nifer yr offer a ddefnyddir yno yw 1.");
    let page = shown(&app, "/organisations/fenland-trust").await;
    has(&page, "Bodies below it that records name as places of use");
    has(&page, "<a class=\"govuk-link\" href=\"/organisations/dyke-school\">Dyke School</a>");
    // Lists of bodies leave it out.
    let list = app.json("/api/v1/organisations?q=marsh").await;
    assert_eq!(list["items"][0]["as_user"], Value::Null);
}

#[tokio::test]
async fn a_silent_body_where_something_is_used_is_not_only_called_silent() {
    let app = TestApp::new().await;
    let mut force = Organisation::named("Calder Vale Police", "GB");
    force.expected_to_publish = true;
    let tx = app.db.begin().await.unwrap();
    store::names::organisations::save(&tx, &force).await.unwrap();
    tx.commit().await.unwrap();
    let path = "/organisations/calder-vale-police";
    has(&shown(&app, path).await, "and has published nothing here.");
    let planned = record("Planned", |r| {
        r.phase = Some(Phase::PreDeployment);
        r.deployments = vec![used_at("Calder Vale Police")];
    });
    app.publish(&[planned]).await;
    // Planned is not used.
    lacks(&shown(&app, path).await, "is used there");
    app.publish(&[tool("Camera", &["Calder Vale Police"])]).await;
    let page = shown(&app, path).await;
    has(&page, "publishes nothing here itself. Records of others say that 1 tool is used there.");
    lacks(&page, "and has published nothing here.");
    // The API says both: it is silent, and this is used there.
    let body = app.json("/api/v1/organisations/calder-vale-police").await;
    assert_eq!((&body["coverage"], &body["as_user"]["records"]), (&json!("silent"), &json!(2)));
}

#[tokio::test]
async fn a_place_of_use_that_becomes_known_is_found_and_a_use_that_ends_is_not() {
    let app = TestApp::new().await;
    let mut ending = tool("Ending", &["Marsh School"]);
    ending.deployments[0].ended_on = NaiveDate::from_ymd_opt(2026, 12, 31);
    app.publish(&[ending]).await;
    let tx = app.db.begin().await.unwrap();
    // Under another name than the record has.
    let mut school = Organisation::named("The Marsh Academy", "GB");
    school.aliases = vec![domain::organisation::Alias {
        name: "Marsh School".to_owned(),
        kind: domain::codes::AliasKind::TradingAs,
    }];
    let (_, slug) = store::names::organisations::save(&tx, &school).await.unwrap();
    store::records::relisting::project_named(&tx, std::slice::from_ref(&slug)).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("/api/v1/records?used_by={slug}");
    assert_eq!(app.json(&path).await["total"], 1);
    // Its last day is a day of use; the day after it is none.
    let on = |days: i64| now() + TimeDelta::days(days);
    store::records::maintenance::judge_due(&app.db, on(40)).await.unwrap();
    assert_eq!(
        (on(40).date_naive().to_string().as_str(), app.json(&path).await["total"].clone()),
        ("2026-12-31", json!(1))
    );
    store::records::maintenance::judge_due(&app.db, on(41)).await.unwrap();
    assert_eq!(app.json(&path).await["total"], 0);
}

#[track_caller]
fn is(answer: &Answer, status: StatusCode) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text);
    answer.json()
}

/// Decides the only remark that waits.
async fn decide(app: &TestApp, admin: &str, decision: &str, outcome: &str) {
    let waiting = app.call(Method::GET, "/api/v1/remarks", admin, None, Value::Null).await.json();
    let path = format!("/api/v1/remarks/{}/decision", waiting["items"][0]["id"].as_str().unwrap());
    let decided = json!({ "decision": decision, "outcome": outcome });
    is(&app.call(Method::POST, &path, admin, None, decided).await, StatusCode::OK);
}

/// Writes a reply of the council, and has it approved.
async fn reply(council: &Council, record: &str, text: &str) {
    let path = format!("/api/v1/records/{record}/replies");
    let said = json!({ "text": text });
    let written = council.app.call(Method::POST, &path, &council.writer, None, said).await;
    let id = is(&written, StatusCode::ACCEPTED)["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/replies/{id}/decision");
    let yes = json!({ "decision": "publish" });
    is(&council.app.call(Method::POST, &path, &council.approver, None, yes).await, StatusCode::OK);
}

/// Sends an observer's annotation, and publishes it.
async fn annotate(app: &TestApp, observer: &str, admin: &str, record: &str, text: &str) {
    let path = format!("/api/v1/records/{record}/annotations");
    let said = json!({ "text": text, "evidence_url": "https://watch.example/minutes" });
    is(&app.call(Method::POST, &path, observer, None, said).await, StatusCode::CREATED);
    decide(app, admin, "publish", "Seen").await;
}

#[tokio::test]
async fn a_record_shows_what_stands_beside_it_and_when_its_body_confirmed_it() {
    let council = Council::new().await;
    let app = &council.app;
    let watch = app.organisation("Tech Watch", OrganisationKind::CivilSociety).await;
    let observer = app.token("o@watch.example", Role::Observer, Some(&watch)).await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let (record, _) = council.publish(ready("Camera")).await;
    let path = format!("/records/{record}");
    let before = shown(app, &path).await;
    lacks(&before, "What others say of it");
    lacks(&before, "Confirmed by the body");
    assert_eq!(app.json(&format!("/api/v1{path}")).await["confirmed_at"], Value::Null);

    annotate(app, &observer, &admin, &record, "The <b>pilot</b> ran in May.").await;
    reply(&council, &record, "It ended in June.").await;
    let confirm = format!("/api/v1/records/{record}/confirm");
    let confirmed = app.call(Method::POST, &confirm, &council.writer, Some("\"1\""), Value::Null).await;
    is(&confirmed, StatusCode::OK);
    let page = shown(app, &path).await;
    has(&page, "What others say of it, and what the body answers");
    has(&page, "Tech Watch, 21 November 2026");
    has(&page, "The &#60;b&#62;pilot&#60;/b&#62; ran in May.");
    has(&page, "href=\"https://watch.example/minutes\"");
    has(&page, "Answer of Northmoor Borough Council, 21 November 2026");
    has(&page, "It ended in June.");
    has(&page, "Confirmed by the body on 21 November 2026 as still true.");
    has(&shown(app, &format!("/cy{path}")).await, "Cadarnhawyd gan y corff ar 21 Tachwedd 2026");
    let view = app.json(&format!("/api/v1{path}")).await;
    assert_eq!(view["confirmed_at"], "2026-11-21T12:00:00Z");
    // None of it is said of a past day.
    let past = shown(app, &format!("{path}?as_of=2026-11-21")).await;
    lacks(&past, "The &#60;b&#62;pilot");
}

#[tokio::test]
async fn the_ground_of_a_redaction_stands_where_the_words_stood() {
    let council = Council::new().await;
    let app = &council.app;
    let mut body = ready("Camera");
    body["record"]["description"] = "Ask Quentin Marlow about it.".into();
    body["record"]["summary"] = "Quentin Marlow made it.".into();
    body["record"]["team"] = "Quentin Marlow".into();
    let (record, _) = council.publish(body).await;
    let path = format!("/api/v1/records/{record}/redactions");
    let asked = json!({ "words": "Quentin Marlow", "ground": "foia_40", "reason": "A name of staff" });
    let asked = app.call(Method::POST, &path, &council.writer, None, asked).await;
    let id = is(&asked, StatusCode::CREATED)["id"].as_str().unwrap().to_owned();
    lacks(&shown(app, &format!("/records/{record}")).await, "Something was taken out here");
    let done = format!("{path}/{id}/carry-out");
    is(&app.call(Method::POST, &done, &council.approver, None, Value::Null).await, StatusCode::OK);
    let page = shown(app, &format!("/records/{record}")).await;
    let note = "Something was taken out here. Ground: ";
    // Beside the description and the summary. The team went whole, and is said to be withheld.
    assert_eq!(page.matches(note).count(), 2, "{page}");
    for (words, after) in [("[redacted] made it.", note), ("Ask [redacted] about it.", note)] {
        let at = page.find(&format!("{words}</p>")).unwrap_or_else(|| panic!("no {words}: {page}"));
        let rest = &page[at..];
        let end = rest.find(after).unwrap();
        assert!(rest[..end].matches("</dd>").count() == 0, "{words}: {}", &rest[..end]);
    }
    has(&page, "Reason: A name of staff");
    let sent = app.json(&path).await;
    let typed: wire::RedactionList = serde_json::from_value(sent.clone()).unwrap();
    assert_eq!(json!(typed), sent, "the type says all of it");
    has(&page, "Withheld: ");
}

#[tokio::test]
async fn a_contract_shows_its_link_to_this_record_and_no_other() {
    let app = TestApp::new().await;
    let (_, first) = bought(&app).await;
    let second = app
        .publish(&[record("Other cameras", |record| {
            record.publisher = OrganisationRef::named("Aldermere Police");
            record.first_used = Some("2026-02-10".parse().unwrap());
            record.supplier_involvement = vec![SupplierInvolvement {
                supplier: Some(OrganisationRef::named("Acme")),
                ..SupplierInvolvement::default()
            }];
        })])
        .await
        .remove(0);
    store::procurement::gaps::look(&app.db, now()).await.unwrap();
    let links = items(&app, "/api/v1/links").await;
    assert_eq!(links.len(), 2, "{links:?}");
    let of_first = links.iter().find(|link| link["target_id"] == first.as_str()).unwrap();
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let judge = format!("/api/v1/links/{}/judgement", of_first["id"].as_str().unwrap());
    let verdict = json!({ "verdict": "confirm", "reason": "The contract names them" });
    is(&app.call(Method::POST, &judge, &admin, None, verdict).await, StatusCode::OK);
    let row = |page: &str| {
        let rest = page.split("Link to this record").nth(1).unwrap_or_else(|| panic!("no link: {page}"));
        rest.split("</dd>").next().unwrap().rsplit('>').next().unwrap().to_owned()
    };
    let said =
        |class: LinkClass, state: LinkState| format!("{} ({})", class.label(), state.label().to_lowercase());
    assert_eq!(
        row(&shown(&app, &format!("/records/{first}")).await),
        said(LinkClass::Confirmed, LinkState::Confirmed)
    );
    assert_eq!(
        row(&shown(&app, &format!("/records/{second}")).await),
        said(LinkClass::Probable, LinkState::Suggested)
    );
}

#[tokio::test]
async fn an_accepted_report_stands_on_the_desk_of_its_body() {
    let passed = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&passed);
    let council = Council::made(|app| {
        app.with_clock(Arc::new(move || now() + TimeDelta::seconds(clock.load(Ordering::SeqCst))))
    })
    .await;
    let app = &council.app;
    let later = || passed.fetch_add(1, Ordering::SeqCst);
    let watch = app.organisation("Tech Watch", OrganisationKind::CivilSociety).await;
    let observer = app.token("o@watch.example", Role::Observer, Some(&watch)).await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let other = app.organisation("Southmoor Council", OrganisationKind::LocalAuthority).await;
    let stranger = app.token("a@southmoor.example", Role::Approver, Some(&other)).await;
    let writer = Browser::signed_in(app, "writer@northmoor.example").await;
    let (record, _) = council.publish(ready("Camera")).await;
    let read = async |token: &str| {
        let answer = app.call(Method::GET, "/api/v1/remarks/to-answer", token, None, Value::Null).await;
        is(&answer, StatusCode::OK)["items"].as_array().unwrap().clone()
    };
    let report = async || {
        let path = format!("/api/v1/records/{record}/corrections");
        let body = json!({ "text": "It began in 2024.", "evidence_url": "https://council.example/2024" });
        let headers = [("content-type", "application/json")];
        let body = body.to_string().into_bytes();
        is(&app.send_body(Method::POST, &path, &headers, body).await, StatusCode::CREATED);
    };
    later();
    report().await;
    assert_eq!(read(&council.writer).await, [] as [Value; 0], "nothing is accepted yet");
    decide(app, &admin, "accept", "The minutes say so").await;
    let waiting = read(&council.writer).await;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    let sent = json!({ "items": waiting });
    let typed: wire::RemarksToAnswer = serde_json::from_value(sent.clone()).unwrap();
    assert_eq!(json!(typed), sent, "the type says all of it");
    let one = &waiting[0];
    assert_eq!((&one["kind"], &one["text"]), (&json!("correction"), &json!("It began in 2024.")));
    assert_eq!((&one["record_id"], &one["title"]), (&json!(record), &json!("Camera")));
    assert_eq!((&one["outcome"], &one["due_on"]), (&json!("The minutes say so"), &json!("2026-12-19")));
    assert_eq!((&one["asked"]["slug"], &one["said_by"]), (&json!("northmoor-borough-council"), &Value::Null));
    // It is nobody else's, and administrators and regulators have no desk for it.
    assert_eq!(read(&stranger).await, [] as [Value; 0]);
    assert_eq!(read(&observer).await, [] as [Value; 0]);
    let refused = app.call(Method::GET, "/api/v1/remarks/to-answer", &admin, None, Value::Null).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    let desk = writer.get("/submit").await.text;
    has(&desk, "Reports and annotations to act on");
    has(&desk, "It began in 2024.");
    has(&desk, "The register says: The minutes say so");
    has(
        &desk,
        "Northmoor Borough Council is asked to publish a corrected version, or a reply, by 19 December 2026.",
    );
    lacks(&desk, "Nothing waits for you.");

    // A new version answers it.
    later();
    council.publish(json!({ "record_id": record, "record": { "team": "Roads" } })).await;
    assert_eq!(read(&council.writer).await, [] as [Value; 0]);
    // An annotation waits for the body that it is about, until that replies.
    later();
    annotate(app, &observer, &admin, &record, "The pilot ran in May.").await;
    let waiting = read(&council.approver).await;
    assert_eq!(
        (&waiting[0]["kind"], &waiting[0]["said_by"]["slug"]),
        (&json!("annotation"), &json!("tech-watch"))
    );
    later();
    reply(&council, &record, "It did.").await;
    assert_eq!(read(&council.approver).await, [] as [Value; 0]);
    has(&writer.get("/submit").await.text, "Nothing waits for you.");
}

#[tokio::test]
async fn what_an_observer_wrote_is_not_said_to_be_the_bodys_and_what_was_imported_neither() {
    let app = TestApp::new().await;
    let ids = app
        .publish(&[
            record("Seen camera", |r| {
                r.origin = Origin::ThirdParty;
                r.evidence = vec![Evidence {
                    kind: Some("minutes".to_owned()),
                    url: Some("https://watch.example/minutes".to_owned()),
                    held_on: None,
                    quote: Some("The camera was seen in May".to_owned()),
                }];
            }),
            record("Taken over", |r| r.origin = Origin::Imported),
            record("Own camera", |_| {}),
        ])
        .await;
    let seen = shown(&app, &format!("/records/{}", ids[0])).await;
    has(&seen, "An observer wrote this record, not the body that it is about.");
    has(&seen, "What this record rests on");
    has(&seen, "href=\"https://watch.example/minutes\"");
    has(&seen, "The camera was seen in May");
    // The body may have published one elsewhere, or here under another name.
    lacks(&seen, "The body itself has not published one");
    lacks(&seen, "from public documents");
    has(&seen, "I have read a record about you, written by an observer");
    let taken = shown(&app, &format!("/records/{}", ids[1])).await;
    has(&taken, "I have read a record about what you use, &#39;Taken over&#39;");
    lacks(&taken, "I have read your record");
    let own = shown(&app, &format!("/records/{}", ids[2])).await;
    has(&own, "I have read your record &#39;Own camera&#39;");
    has(&own, "The record names no supplier or contract, and no public notice known here is linked to it.");
    let past = shown(&app, &format!("/records/{}?as_of=2026-11-21", ids[2])).await;
    // Notices have no history, so nothing is said of them for a past day.
    has(&past, "The record names no supplier or contract.<");
    lacks(&past, "and no public notice");
    let welsh = shown(&app, &format!("/cy/records/{}", ids[0])).await;
    has(&welsh, "Arsylwr a ysgrifennodd y cofnod hwn");
}

#[tokio::test]
async fn what_the_register_wrote_to_a_body_is_not_said_to_be_its_answer() {
    let app = TestApp::new().await;
    app.organisation("Aldermere Police", OrganisationKind::PoliceForce).await;
    lines(&app, &[contract(1, "Aldermere Police", "Acme Ltd", "ANPR cameras", "34971000", |_| {})]).await;
    let gap = items(&app, "/api/v1/gaps?rule=contract_without_record").await.remove(0);
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let path = format!("/api/v1/gaps/{}/reply", gap["id"].as_str().unwrap());
    let asked = json!({ "status": "asked", "statement": "We wrote on 3 March" });
    is(&app.call(Method::POST, &path, &admin, None, asked).await, StatusCode::CREATED);
    let page = shown(&app, "/gaps").await;
    has(&page, "The register says: We wrote on 3 March");
    lacks(&page, "The body answers");
    // Not all that is bought is watched for.
    has(&page, "A question is open where sensitive technology was bought");
    has(&shown(&app, "/cy/gaps").await, "Mae&#39;r gofrestr yn dweud: We wrote on 3 March");
}

#[tokio::test]
async fn lists_and_downloads_do_not_claim_to_have_everything() {
    let app = TestApp::new().await;
    let data = shown(&app, "/data").await;
    has(&data, "What others say beside records is not in them.");
    lacks(&data, "Everything public");
    let bodies = shown(&app, "/organisations").await;
    has(&bodies, "That a body is here does not mean that it publishes.");
    // Observers' records and imported ones count there too.
    has(&bodies, "With records about what it uses");
    lacks(&bodies, "Has published");
    has(&shown(&app, "/").await, "See what is published about the tools that schools");
    let id = app.publish(&[record("Camera", |_| {})]).await.remove(0);
    has(&shown(&app, &format!("/records/{id}/report")).await, "it goes to those who made the record.");
    let welsh = shown(&app, "/cy/data").await;
    has(&welsh, "Nid yw&#39;r hyn y mae eraill yn ei ddweud");
}

#[tokio::test]
async fn a_fault_of_ours_does_not_promise_that_nothing_was_lost() {
    let app = TestApp::new().await;
    let id = app.publish(&[record("Camera", |_| {})]).await.remove(0);
    store::ground::raw::execute(&app.db, "ALTER TABLE remarks RENAME TO remarks_elsewhere").await.unwrap();
    for (path, words) in [
        (format!("/records/{id}"), "The fault is ours. If you sent something, it may not have been saved."),
        (format!("/cy/records/{id}"), "Ni sydd ar fai."),
    ] {
        let page = app.send(Method::GET, &path, &[("accept", "text/html,*/*;q=0.8")]).await;
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}: {}", page.text);
        has(&page.text, words);
        lacks(&page.text, "nothing was lost");
    }
}
