//! Redaction: two people remove from every version what must not be public, and it is found nowhere
//! afterwards.

use axum::http::{Method, StatusCode};
use domain::codes::{OrganisationKind, Role};
use serde_json::{Value, json};
use suite::{Answer, record};

use crate::submissions::{Council, ready};

/// The name to remove; no other test uses it.
const NAME: &str = "Quillon Vexborough";

async fn post(council: &Council, path: &str, token: &str, body: Value) -> Answer {
    council.app.call(Method::POST, path, token, None, body).await
}

/// Publishes a record whose two versions contain the name in several places, sealed ones included. Returns
/// its id.
async fn named(council: &Council) -> String {
    let mut body = ready("Camera");
    body["record"]["description"] = format!("Ask {NAME} about it. {NAME} knows.").into();
    body["record"]["benefits"] = "Fewer journeys.".into();
    body["record"]["assessments"] = json!([{ "type": "dpia", "stage": "before_deployment", "status": "complete",
        "visibility": "regulator_only", "withheld_ground": "foia_40", "summary": format!("{NAME} is at risk") }]);
    body["note"] = format!("Written by {NAME}").into();
    let (id, version) = council.publish(body).await;
    assert_eq!(version, 1);
    let (path, mut etag) = council.begin(json!({ "record_id": id, "record": { "team": NAME } })).await;
    for (action, token) in
        [("submit", &council.writer), ("approve", &council.approver), ("publish", &council.approver)]
    {
        let answer = council.act(&path, action, token, &etag).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        etag = answer.header("etag").to_owned();
    }
    id
}

#[tokio::test]
async fn words_are_taken_out_by_two_people_and_stand_nowhere_afterwards() {
    let council = Council::new().await;
    let id = named(&council).await;
    let admin = council.app.token("admin@register.example", Role::Admin, None).await;
    let (draft, before) = council
        .begin(json!({ "record_id": id, "record": { "problem_statement": format!("As {NAME} said.") } }))
        .await;
    council.publish(ready("Another")).await;
    let walk = council.app.json("/api/v1/records?limit=1&sort=title").await;
    let path = format!("/api/v1/records/{id}/redactions");
    let asked = post(
        &council,
        &path,
        &council.writer,
        json!({ "words": NAME, "ground": "foia_40", "reason": "A name of staff" }),
    )
    .await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    let view = asked.json();
    assert_eq!(
        view["places"],
        json!([
            { "version": 1, "pointers": ["/description", "/assessments/0/summary"] },
            { "version": 2, "pointers": ["/description", "/team", "/assessments/0/summary"] },
        ]),
        "{view}"
    );
    // Nothing happens until another person decides.
    assert!(council.app.get(&format!("/api/v1/records/{id}")).await.text.contains(NAME));
    assert_eq!(council.app.json(&path).await["items"], json!([]));
    let decide = format!("{path}/{}/carry-out", view["id"].as_str().unwrap());
    assert_eq!(post(&council, &decide, &council.writer, Value::Null).await.status, StatusCode::FORBIDDEN);
    let waiting =
        council.app.call(Method::GET, "/api/v1/redactions", &council.approver, None, Value::Null).await;
    assert_eq!(
        (&waiting.json()["items"][0]["words"], &waiting.json()["items"][0]["own"]),
        (&json!(NAME), &json!(false))
    );
    let done = post(&council, &decide, &council.approver, Value::Null).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert_eq!((&done.json()["state"], &done.json()["words"]), (&json!("done"), &Value::Null));
    assert_eq!(post(&council, &decide, &admin, Value::Null).await.status, StatusCode::CONFLICT);

    // Gone from everything readable.
    for path in [
        format!("/api/v1/records/{id}"),
        format!("/api/v1/records/{id}/versions"),
        format!("/api/v1/records/{id}/versions/1"),
        format!("/api/v1/records/{id}/versions/2"),
        format!("/api/v1/records/{id}/diff?from=1&to=2"),
        "/api/v1/records?fields=description,team,title".to_owned(),
        "/api/v1/records.csv".to_owned(),
        "/api/v1/records.ndjson".to_owned(),
        "/api/v1/assessments".to_owned(),
        path.clone(),
    ] {
        let answer = council.app.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(!answer.text.contains("Vexborough"), "{path}: {}", answer.text);
    }
    assert_eq!(council.app.json("/api/v1/records?q=Vexborough").await["total"], 0);
    let shown = council.app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(shown["description"], "Ask [redacted] about it. [redacted] knows.");
    let team =
        shown["field_statements"].as_array().unwrap().iter().find(|one| one["field"] == "team").unwrap();
    assert_eq!((&team["kind"], &team["ground"]), (&json!("withheld"), &json!("foia_40")));
    let list = council.app.json(&path).await;
    assert_eq!(list["items"][0]["reason"], "A name of staff");
    assert_eq!(list["items"][0]["places"][1]["version"], 2);
    // A walk that began earlier does not show it either.
    let next = format!("/api/v1/records?limit=1&sort=title&cursor={}", walk["next"].as_str().unwrap());
    let rest = council.app.get(&next).await;
    assert!(rest.text.contains("Camera") && !rest.text.contains("Vexborough"), "{}", rest.text);
    // Gone from the draft too; saving the copy read earlier fails.
    let now = council.app.call(Method::GET, &draft, &council.writer, None, Value::Null).await;
    assert!(!now.text.contains("Vexborough"), "{}", now.text);
    let stale =
        council.app.call(Method::PATCH, &draft, &council.writer, Some(&before), json!({ "note": "n" })).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    // Gone from what a regulator reads.
    let ico = council.app.organisation("Information Regulator", OrganisationKind::Regulator).await;
    let regulator = council.app.token("reader@regulator.example", Role::Regulator, Some(&ico)).await;
    let sealed =
        council.app.call(Method::GET, "/api/v1/regulator/assessments", &regulator, None, Value::Null).await;
    assert!(sealed.text.contains("[redacted] is at risk"), "{}", sealed.text);
    // The audit trail has both people, but not the words.
    let trail = council.app.call(Method::GET, "/api/v1/audit", &admin, None, Value::Null).await;
    for (action, person) in
        [("redaction.ask", "writer@northmoor.example"), ("redaction.carry_out", "approver@northmoor.example")]
    {
        let items = trail.json()["items"].as_array().unwrap().clone();
        assert!(
            items.iter().any(|one| one["action"] == action && one["person"] == person),
            "{action}: {}",
            trail.text
        );
    }
    assert!(!trail.text.contains("Vexborough"));
    // The database still refuses any other change to a version.
    assert!(
        store::ground::raw::execute(&council.app.db, "UPDATE record_versions SET note = 'x'").await.is_err()
    );
}

#[tokio::test]
async fn a_value_is_taken_out_by_its_pointer_and_a_refusal_leaves_it() {
    let council = Council::new().await;
    let id = named(&council).await;
    let path = format!("/api/v1/records/{id}/redactions");
    let body = json!({ "pointer": "/benefits", "ground": "foia_43", "reason": "A price" });
    let asked = post(&council, &path, &council.approver, body.clone()).await.json();
    let at = |asked: &Value, action: &str| format!("{path}/{}/{action}", asked["id"].as_str().unwrap());
    // The person who asked may not decide, even where one person does everything else.
    let own = post(&council, &at(&asked, "carry-out"), &council.approver, Value::Null).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text);
    let second = council.app.token("second@northmoor.example", Role::Approver, Some(&council.id)).await;
    let silent = post(&council, &at(&asked, "refuse"), &second, Value::Null).await;
    assert_eq!(silent.status, StatusCode::BAD_REQUEST, "a refusal says why");
    let refused =
        post(&council, &at(&asked, "refuse"), &second, json!({ "reason": "The price is public" })).await;
    assert_eq!(refused.json()["outcome"], "The price is public");
    assert_eq!(council.app.json(&format!("/api/v1/records/{id}")).await["benefits"], "Fewer journeys.");
    let asked = post(&council, &path, &council.writer, body).await.json();
    assert_eq!(post(&council, &at(&asked, "carry-out"), &second, Value::Null).await.status, StatusCode::OK);
    for version in [1, 2] {
        let shown = council.app.json(&format!("/api/v1/records/{id}/versions/{version}")).await;
        assert_eq!(shown["record"]["benefits"], Value::Null);
        assert_eq!(shown["content_sha256"].as_str().unwrap().len(), 64);
    }
    assert_eq!(council.app.json("/api/v1/records?q=journeys").await["total"], 0);
    // A withdrawn record can be redacted too.
    let withdrawn = council
        .app
        .call(
            Method::POST,
            &format!("/api/v1/records/{id}/withdraw"),
            &council.approver,
            Some("\"2\""),
            json!({ "reason": format!("{NAME} asked") }),
        )
        .await;
    assert_eq!(withdrawn.status, StatusCode::OK, "{}", withdrawn.text);
    let asked = post(
        &council,
        &path,
        &council.writer,
        json!({ "words": NAME, "ground": "foia_40", "reason": "A name" }),
    )
    .await
    .json();
    assert_eq!(post(&council, &at(&asked, "carry-out"), &second, Value::Null).await.status, StatusCode::OK);
    let gone = council.app.get(&format!("/api/v1/records/{id}")).await;
    assert_eq!(
        (gone.status, gone.json()["tombstone"]["reason"].as_str()),
        (StatusCode::GONE, Some("[redacted] asked"))
    );
}

#[tokio::test]
async fn what_cannot_be_taken_out_is_said_with_its_reason() {
    let council = Council::new().await;
    let id = named(&council).await;
    let path = format!("/api/v1/records/{id}/redactions");
    let with = |target: Value| {
        let mut body = json!({ "ground": "foia_40", "reason": "Personal data" });
        body.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
        body
    };
    for (target, status, code) in [
        (json!({}), StatusCode::BAD_REQUEST, "required"),
        (json!({ "words": NAME, "pointer": "/summary" }), StatusCode::BAD_REQUEST, "required"),
        (json!({ "words": "ab" }), StatusCode::BAD_REQUEST, "bad-text"),
        (json!({ "words": "nobody here" }), StatusCode::BAD_REQUEST, "not-there"),
        (json!({ "words": "Personal" }), StatusCode::BAD_REQUEST, "bad-text"),
        (json!({ "words": "schools" }), StatusCode::BAD_REQUEST, "not-there"),
        (json!({ "pointer": "summary" }), StatusCode::BAD_REQUEST, "bad-value"),
        (json!({ "pointer": "/risks" }), StatusCode::BAD_REQUEST, "not-there"),
        (json!({ "pointer": "/publisher/name" }), StatusCode::CONFLICT, "/problems/conflict"),
        (json!({ "pointer": "/assessments/0/type" }), StatusCode::CONFLICT, "/problems/conflict"),
        (json!({ "pointer": "/assessments/0/visibility" }), StatusCode::CONFLICT, "/problems/conflict"),
        (json!({ "pointer": "/assessments/0" }), StatusCode::CONFLICT, "/problems/conflict"),
        (json!({ "pointer": "/phase" }), StatusCode::CONFLICT, "/problems/conflict"),
        (json!({ "words": NAME, "ground": "none" }), StatusCode::BAD_REQUEST, "bad-value"),
        (json!({ "words": NAME, "reason": "" }), StatusCode::BAD_REQUEST, "required"),
    ] {
        let answer = post(&council, &path, &council.writer, with(target.clone())).await;
        assert_eq!(answer.status, status, "{target}: {}", answer.text);
        assert!(answer.text.contains(code), "{target}: {}", answer.text);
    }
    let unknown = format!("{path}/nothing/carry-out");
    assert_eq!(post(&council, &unknown, &council.approver, Value::Null).await.status, StatusCode::NOT_FOUND);
    assert_eq!(council.app.get("/api/v1/records/R-0000000/redactions").await.status, StatusCode::NOT_FOUND);
    // Asked five times with one idempotency key, there is one request.
    for _ in 0..5 {
        let body = with(json!({ "words": NAME })).to_string().into_bytes();
        let bearer = format!("Bearer {}", council.writer);
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", "one"),
        ];
        assert_eq!(
            council.app.send_body(Method::POST, &path, &headers, body).await.status,
            StatusCode::CREATED
        );
    }
    let waiting = council
        .app
        .call(Method::GET, "/api/v1/redactions", &council.approver, None, Value::Null)
        .await
        .json();
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_import_does_not_bring_back_what_was_taken_out() {
    let council = Council::new().await;
    let tool = |summary: &str| {
        let summary = summary.to_owned();
        record("Imported camera", |record| {
            record.origin = domain::codes::Origin::Imported;
            record.summary = Some(summary);
        })
    };
    let id = council.app.publish(&[tool(&format!("Ask {NAME}."))]).await.remove(0);
    let admin = council.app.token("admin@register.example", Role::Admin, None).await;
    let path = format!("/api/v1/records/{id}/redactions");
    let asked =
        post(&council, &path, &admin, json!({ "words": NAME, "ground": "foia_40", "reason": "A name" }))
            .await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    let decide = format!("{path}/{}/carry-out", asked.json()["id"].as_str().unwrap());
    assert_eq!(post(&council, &decide, &council.approver, Value::Null).await.status, StatusCode::OK);
    council.app.publish(&[tool(&format!("Ask {NAME} again."))]).await;
    let shown = council.app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!((&shown["summary"], &shown["version"]), (&json!("Ask [redacted]."), &json!(1)));
}

#[tokio::test]
async fn that_something_stood_in_a_sealed_text_is_told_to_nobody() {
    let council = Council::new().await;
    let mut body = ready("Camera");
    body["record"]["people_affected_per_year"] = json!({ "value": 7, "basis": "measured" });
    body["record"]["assessments"] = json!([{ "type": "dpia", "stage": "before_deployment", "status": "complete",
        "visibility": "regulator_only", "withheld_ground": "foia_40", "summary": format!("{NAME} is at risk") }]);
    let (id, _) = council.publish(body).await;
    let admin = council.app.token("admin@register.example", Role::Admin, None).await;
    let path = format!("/api/v1/records/{id}/redactions");
    let body = json!({ "words": NAME, "ground": "foia_40", "reason": "A name" });
    let asked = post(&council, &path, &admin, body.clone()).await;
    assert_eq!(
        (asked.status, &asked.json()["errors"][0]["code"]),
        (StatusCode::BAD_REQUEST, &json!("not-there"))
    );
    let asked = post(&council, &path, &council.writer, body).await;
    assert_eq!(asked.status, StatusCode::CREATED, "its own body may look: {}", asked.text);
    let before = council.app.json(&format!("/api/v1/records/{id}")).await;
    let decide = format!("{path}/{}/carry-out", asked.json()["id"].as_str().unwrap());
    let done = post(&council, &decide, &council.approver, Value::Null).await;
    assert_eq!((done.status, &done.json()["places"]), (StatusCode::OK, &json!([])));
    assert_eq!(council.app.json(&path).await["items"], json!([]));
    assert_eq!(council.app.json(&format!("/api/v1/records/{id}")).await, before);
    // A value that is not text goes too.
    let body = json!({ "pointer": "/people_affected_per_year", "ground": "foia_43", "reason": "A count" });
    let asked = post(&council, &path, &council.writer, body).await.json();
    let decide = format!("{path}/{}/carry-out", asked["id"].as_str().unwrap());
    assert_eq!(post(&council, &decide, &council.approver, Value::Null).await.status, StatusCode::OK);
    let shown = council.app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(shown["people_affected_per_year"], Value::Null);
    assert_eq!(
        council.app.json(&path).await["items"][0]["places"][0]["pointers"],
        json!(["/people_affected_per_year"])
    );
}

#[tokio::test]
async fn a_value_is_followed_through_the_versions_and_no_other_goes_with_it() {
    let council = Council::new().await;
    let dataset = |name: &str, steward: Option<&str>| {
        let mut dataset = json!({ "role": "operational", "name": name });
        if let Some(steward) = steward {
            dataset["steward"] = steward.into();
        }
        dataset
    };
    let mut body = ready("Camera");
    body["record"]["datasets"] = json!([dataset("A", Some("The archive")), dataset("B", Some(NAME))]);
    body["record"]["supplier_involvement"] = json!([{ "supplier": { "name": NAME }, "product": "Q-Scan" }]);
    let (id, _) = council.publish(body).await;
    let change = json!({ "record_id": id, "record": { "datasets": [dataset("B", Some(NAME)), dataset("A", Some("The archive"))] } });
    let (path, mut etag) = council.begin(change).await;
    for (action, token) in
        [("submit", &council.writer), ("approve", &council.approver), ("publish", &council.approver)]
    {
        etag = council.act(&path, action, token, &etag).await.header("etag").to_owned();
    }
    let path = format!("/api/v1/records/{id}/redactions");
    let redact = async |pointer: &str, version: Option<i64>| {
        let body = json!({ "pointer": pointer, "version": version, "ground": "foia_40", "reason": "A name" });
        let asked = post(&council, &path, &council.writer, body).await;
        assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
        let decide = format!("{path}/{}/carry-out", asked.json()["id"].as_str().unwrap());
        assert_eq!(post(&council, &decide, &council.approver, Value::Null).await.status, StatusCode::OK);
    };
    assert!(
        council.app.get("/api/v1/records?q=vexboroug").await.text.contains("vexborough"),
        "it is suggested"
    );
    redact("/datasets/0/steward", None).await;
    for (version, place) in [(1, 0), (2, 1)] {
        let shown = council.app.json(&format!("/api/v1/records/{id}/versions/{version}")).await;
        let mut expected = vec![dataset("B", None); 2];
        expected[place] = dataset("A", Some("The archive"));
        assert_eq!(shown["record"]["datasets"], json!(expected), "version {version}");
    }
    // A supplier named only in this record disappears with its name.
    assert_eq!(council.app.get("/api/v1/organisations/quillon-vexborough").await.status, StatusCode::OK);
    redact("/supplier_involvement/0/supplier", Some(1)).await;
    assert_eq!(
        council.app.get("/api/v1/organisations/quillon-vexborough").await.status,
        StatusCode::NOT_FOUND
    );
    assert!(!council.app.get("/api/v1/products").await.text.contains("Vexborough"));
    redact("/supplier_involvement/0/product", Some(2)).await;
    assert!(!council.app.get("/api/v1/products").await.text.contains("Q-Scan"));
    assert!(!council.app.get("/api/v1/organisations?q=vexborough").await.text.contains("Vexborough"));
    assert!(
        !council.app.get("/api/v1/records?q=vexboroug").await.text.contains("vexborough"),
        "nor is it suggested"
    );
}
