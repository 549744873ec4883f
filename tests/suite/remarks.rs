//! What others say: observers' records, annotations, replies, and the public's corrections.

use axum::http::{Method, StatusCode};
use domain::codes::{OrganisationKind, Role};
use serde_json::{Value, json};

use crate::submissions::{Council, ready};

#[tokio::test]
async fn remarks_are_moderated_and_stand_beside_the_record() {
    let council = Council::new().await;
    let app = &council.app;
    let watch = app.organisation("Tech Watch", OrganisationKind::CivilSociety).await;
    let observer = app.token("o@watch.example", Role::Observer, Some(&watch)).await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let (record, _) = council.publish(ready("Camera")).await;
    let path = format!("/api/v1/records/{record}/annotations");
    let said = json!({ "text": "The pilot ran in <b>May</b>.", "evidence_url": "https://watch.example/may" });
    let made = app.call(Method::POST, &path, &observer, None, said).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(app.json(&path).await["items"], json!([]));
    let refused = app.call(Method::POST, &path, &council.writer, None, json!({ "text": "x" })).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let bad = app
        .call(Method::POST, &path, &observer, None, json!({ "text": "x", "evidence_url": "javascript:x" }))
        .await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);

    assert_eq!(
        app.call(Method::GET, "/api/v1/remarks", &observer, None, Value::Null).await.status,
        StatusCode::FORBIDDEN
    );
    let waiting = app.call(Method::GET, "/api/v1/remarks", &admin, None, Value::Null).await.json();
    let id = waiting["items"][0]["id"].as_str().unwrap();
    let decide = format!("/api/v1/remarks/{id}/decision");
    let wrong = json!({ "decision": "accept", "outcome": "x" });
    let wrong = app.call(Method::POST, &decide, &admin, None, wrong).await;
    assert_eq!(
        (wrong.status, &wrong.json()["allowed"]),
        (StatusCode::CONFLICT, &json!(["publish", "decline"]))
    );
    let yes = || json!({ "decision": "publish", "outcome": "Evidence seen" });
    assert_eq!(app.call(Method::POST, &decide, &observer, None, yes()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.call(Method::POST, &decide, &admin, None, yes()).await.status, StatusCode::OK);
    assert_eq!(app.call(Method::POST, &decide, &admin, None, yes()).await.status, StatusCode::CONFLICT);
    let shown = app.json(&path).await;
    assert_eq!(
        (&shown["items"][0]["said_by"]["slug"], &shown["items"][0]["kind"]),
        (&"tech-watch".into(), &"annotation".into())
    );
}

#[tokio::test]
async fn an_observers_record_is_published_by_the_register_and_answered_by_the_body() {
    let council = Council::new().await;
    let app = &council.app;
    let watch = app.organisation("Tech Watch", OrganisationKind::CivilSociety).await;
    let observer = app.token("o@watch.example", Role::Observer, Some(&watch)).await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let mut body = ready("Undeclared camera");
    body["record"]["publisher"] = json!({ "name": "Northmoor Borough Council" });
    let bare = app.call(Method::POST, "/api/v1/submissions", &observer, None, body.clone()).await;
    assert_eq!(bare.json()["record"]["origin"], "third_party");
    let path = bare.header("location").to_owned();
    let early = council.act(&path, "submit", &observer, bare.header("etag")).await;
    assert!(early.text.contains("/record/evidence"), "{}", early.text);
    let evidence =
        json!([{ "kind": "minutes", "url": "https://northmoor.example/minutes.pdf", "quote": "the camera" }]);
    let patch = json!({ "record": { "evidence": evidence } });
    let mut etag = app
        .call(Method::PATCH, &path, &observer, Some(bare.header("etag")), patch)
        .await
        .header("etag")
        .to_owned();
    for (action, token) in [("submit", &observer), ("approve", &admin), ("publish", &admin)] {
        // The body's own approver has no say in it.
        assert_eq!(council.act(&path, action, &council.approver, &etag).await.status, StatusCode::NOT_FOUND);
        let answer = council.act(&path, action, token, &etag).await;
        assert_eq!(answer.status, StatusCode::OK, "{action}: {}", answer.text);
        etag = answer.header("etag").to_owned();
    }
    let published = app.call(Method::GET, &path, &observer, None, Value::Null).await.json();
    let record = published["record_id"].as_str().unwrap().to_owned();
    assert_eq!(app.json(&format!("/api/v1/records/{record}")).await["origin"], "third_party");

    // The body cannot withdraw it, but may reply.
    let withdraw = format!("/api/v1/records/{record}/withdraw");
    let why = json!({ "reason": "no" });
    assert_eq!(
        app.call(Method::POST, &withdraw, &council.approver, Some("\"1\""), why).await.status,
        StatusCode::FORBIDDEN
    );
    let replies = format!("/api/v1/records/{record}/replies");
    let said = || json!({ "text": "It was switched off in June." });
    assert_eq!(app.call(Method::POST, &replies, &observer, None, said()).await.status, StatusCode::FORBIDDEN);
    let written = app.call(Method::POST, &replies, &council.writer, None, said()).await;
    assert_eq!(written.status, StatusCode::ACCEPTED, "{}", written.text);
    let decision = format!("/api/v1/replies/{}/decision", written.json()["id"].as_str().unwrap());
    let yes = json!({ "decision": "publish" });
    let approved = app.call(Method::POST, &decision, &council.approver, None, yes).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text);
    let shown = app.json(&format!("/api/v1/records/{record}/annotations")).await;
    assert_eq!(
        (&shown["items"][0]["kind"], &shown["items"][0]["said_by"]["slug"]),
        (&"reply".into(), &"northmoor-borough-council".into())
    );
    let later = suite::now() + chrono::TimeDelta::days(60);
    store::records::maintenance::judge_due(&app.db, later).await.unwrap();
    assert_eq!(app.json("/api/v1/records?flag=unanswered").await["total"], 0);
}

#[tokio::test]
async fn an_oversight_bodys_advice_goes_into_the_record_and_nothing_else_does() {
    let council = Council::new().await;
    let app = &council.app;
    let committee = app.organisation("Ethics Committee", OrganisationKind::OversightBody).await;
    let oversight = app.token("e@ethics.example", Role::Oversight, Some(&committee)).await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let mut body = ready("Camera");
    body["record"]["assessments"] = json!([{
        "type": "dpia", "stage": "before_deployment", "status": "complete", "visibility": "regulator_only",
        "summary": "canary", "withheld_ground": "foia_31",
    }]);
    let (record, _) = council.publish(body).await;
    let review = json!([{ "body": "Ethics Committee", "advice": "do_not_support", "met_on": "2026-05-01", "response": "pending" }]);
    let new = json!({ "record_id": record, "record": { "reviews": review, "summary": "Better words." } });
    let refused = app.call(Method::POST, "/api/v1/submissions", &oversight, None, new).await;
    assert_eq!(refused.json()["errors"][0]["code"], "not-yours", "{}", refused.text);
    let new = json!({ "record_id": record, "record": { "reviews": review } });
    let made = app.call(Method::POST, "/api/v1/submissions", &oversight, None, new).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert!(!made.text.contains("canary"));
    let (path, mut etag) = (made.header("location").to_owned(), made.header("etag").to_owned());
    for (action, token) in [("submit", &oversight), ("approve", &admin), ("publish", &admin)] {
        let answer = council.act(&path, action, token, &etag).await;
        assert_eq!(answer.status, StatusCode::OK, "{action}: {}", answer.text);
        etag = answer.header("etag").to_owned();
    }
    let shown = app.json(&format!("/api/v1/records/{record}")).await;
    assert_eq!((&shown["version"], &shown["reviews"][0]["advice"]), (&2.into(), &"do_not_support".into()));
    // Regulators can still read the sealed text, and the record still belongs to the council.
    let (own, _) = council.begin(json!({ "record_id": record })).await;
    let own = app.call(Method::GET, &own, &council.writer, None, Value::Null).await;
    assert_eq!(own.json()["record"]["assessments"][0]["summary"], "canary", "{}", own.text);
}

#[tokio::test]
async fn anybody_proposes_a_correction_and_reads_what_became_of_it() {
    let council = Council::new().await;
    let app = &council.app;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let (record, _) = council.publish(ready("Camera")).await;
    let path = format!("/api/v1/records/{record}/corrections");
    let send = async |text: &str| {
        let body = json!({ "text": text }).to_string().into_bytes();
        app.send_body(Method::POST, &path, &[("content-type", "application/json")], body).await
    };
    let made = send("It began in 2024, not 2025.").await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let follow = made.json()["url"].as_str().unwrap().replace("http://register.test", "");
    assert_eq!(app.json(&follow).await["state"], "pending");
    let waiting = app.call(Method::GET, "/api/v1/remarks", &admin, None, Value::Null).await.json();
    let decide = format!("/api/v1/remarks/{}/decision", waiting["items"][0]["id"].as_str().unwrap());
    let yes = json!({ "decision": "accept", "outcome": "The council was told" });
    assert_eq!(app.call(Method::POST, &decide, &admin, None, yes).await.status, StatusCode::OK);
    let outcome = app.json(&follow).await;
    assert_eq!(
        (&outcome["state"], &outcome["outcome"]),
        (&"accepted".into(), &"The council was told".into())
    );
    assert_eq!(app.json(&format!("/api/v1/records/{record}/annotations")).await["items"], json!([]));
    assert_eq!(send("").await.status, StatusCode::BAD_REQUEST);
    for _ in 0..20 {
        assert_eq!(send("Wrong.").await.status, StatusCode::CREATED);
    }
    let much = send("Wrong.").await;
    assert_eq!((much.status, much.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "3600"));
}
