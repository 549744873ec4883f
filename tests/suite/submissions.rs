//! From draft to published version: several people, one process, nothing lost.

use axum::http::{Method, StatusCode};
use domain::codes::{OrganisationKind, Role};
use serde_json::{Value, json};
use suite::{Answer, TestApp};

/// A register with a council that has two writers and an approver.
pub(crate) struct Council {
    pub(crate) app: TestApp,
    pub(crate) id: String,
    pub(crate) writer: String,
    pub(crate) colleague: String,
    pub(crate) approver: String,
}

impl Council {
    pub(crate) async fn new() -> Self {
        Self::made(|app| app).await
    }

    /// The same, with further set-up.
    pub(crate) async fn made(finish: impl FnOnce(api::App) -> api::App) -> Self {
        Box::pin(Self::over(Box::pin(TestApp::made(finish)).await)).await
    }

    /// A council in this register.
    pub(crate) async fn over(app: TestApp) -> Self {
        let id = app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
        Self {
            writer: app.token("writer@northmoor.example", Role::Contributor, Some(&id)).await,
            colleague: app.token("colleague@northmoor.example", Role::Contributor, Some(&id)).await,
            approver: app.token("approver@northmoor.example", Role::Approver, Some(&id)).await,
            id,
            app,
        }
    }

    /// Creates a submission. Returns its path and ETag.
    pub(crate) async fn begin(&self, body: Value) -> (String, String) {
        let answer = self.app.call(Method::POST, "/api/v1/submissions", &self.writer, None, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        (answer.header("location").to_owned(), answer.header("etag").to_owned())
    }

    pub(crate) async fn act(&self, path: &str, action: &str, token: &str, etag: &str) -> Answer {
        let body = if action == "request-changes" { json!({ "reason": "say more" }) } else { Value::Null };
        self.app.call(Method::POST, &format!("{path}/{action}"), token, Some(etag), body).await
    }

    /// Publishes a record, step by step. Returns its id and version.
    pub(crate) async fn publish(&self, body: Value) -> (String, i64) {
        let (path, mut etag) = self.begin(body).await;
        for (action, token) in
            [("submit", &self.writer), ("approve", &self.approver), ("publish", &self.approver)]
        {
            let answer = self.act(&path, action, token, &etag).await;
            assert_eq!(answer.status, StatusCode::OK, "{action}: {}", answer.text);
            etag = answer.header("etag").to_owned();
            if action == "publish" {
                let view = answer.json();
                let id = view["record_id"].as_str().unwrap().to_owned();
                return (id, view["published_version"].as_i64().unwrap());
            }
        }
        unreachable!("the last step returns")
    }
}

/// A record with everything its phase requires.
pub(crate) fn complete(title: &str) -> Value {
    let unknown = |field: &str| json!({ "field": field, "kind": "unknown" });
    json!({
        "title": title,
        "phase": "design",
        "summary": "Plans school transport routes.",
        "description": "It plans routes.",
        "contact_email": "algorithms@northmoor.example",
        "team": "Transport",
        "accountable_role": "Director of Education",
        "sectors": ["schools"],
        "public_purpose": "Getting pupils to school.",
        "problem_statement": "Routes were planned by hand.",
        "technologies": ["optimisation"],
        "automation_level": "recommends",
        "decision_effects": ["allocation"],
        "burden_of_proof": "body",
        "affected_groups": ["pupils"],
        "uses_children_data": true,
        "special_category_data": ["none"],
        "field_statements": [
            unknown("deployments"), unknown("regions"), unknown("planned_start"),
            unknown("national_identifiers"), unknown("special_category_data"), unknown("affected_groups"),
        ],
    })
}

fn fixed() -> Value {
    let mut record = complete("Route planner");
    record.as_object_mut().unwrap().remove("special_category_data");
    record.as_object_mut().unwrap().remove("affected_groups");
    record
}

pub(crate) fn ready(title: &str) -> Value {
    let mut record = fixed();
    record["title"] = title.into();
    json!({ "record": record })
}

#[tokio::test]
async fn a_draft_grows_until_it_is_published_by_someone_else() {
    let council = Council::new().await;
    let (path, etag) = council.begin(json!({ "record": { "title": "Route planner" } })).await;
    let draft = council.app.call(Method::GET, &path, &council.colleague, None, Value::Null).await.json();
    assert_eq!(draft["state"], "draft");
    assert_eq!(draft["record"]["publisher"]["name"], "Northmoor Borough Council");
    assert!(draft["findings"].as_array().unwrap().iter().any(|one| one["field"] == "/summary"));
    assert_eq!(draft["next_fields"][0]["field"], "phase");
    let actions: Vec<&str> = draft["available_actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["edit", "submit", "discard"]);

    // Too early: every finding that prevents it is reported.
    let early = council.act(&path, "submit", &council.writer, &etag).await;
    assert_eq!(early.status, StatusCode::BAD_REQUEST);
    let errors = early.json()["errors"].as_array().unwrap().clone();
    assert!(errors.len() > 10 && errors.iter().any(|one| one["pointer"] == "/record/summary"), "{errors:?}");

    let patch = json!({ "record": fixed() });
    let answer = council.app.call(Method::PATCH, &path, &council.colleague, Some(&etag), patch).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let stopping: Vec<Value> = answer.json()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["severity"] == "error")
        .cloned()
        .collect();
    assert_eq!(stopping, Vec::<Value>::new());
    let etag = answer.header("etag").to_owned();

    let submitted = council.act(&path, "submit", &council.writer, &etag).await;
    assert_eq!(submitted.json()["state"], "submitted");
    let etag = submitted.header("etag").to_owned();
    let back = council.act(&path, "request-changes", &council.approver, &etag).await;
    assert_eq!(back.json()["state"], "changes_requested");
    let patch = json!({ "record": { "summary": "Plans and shows routes." }, "note": "first" });
    let edited =
        council.app.call(Method::PATCH, &path, &council.writer, Some(back.header("etag")), patch).await;
    assert_eq!(edited.json()["state"], "draft");
    let mut etag = edited.header("etag").to_owned();
    for (action, token) in
        [("submit", &council.writer), ("review", &council.approver), ("approve", &council.approver)]
    {
        let answer = council.act(&path, action, token, &etag).await;
        assert_eq!(answer.status, StatusCode::OK, "{action} {}", answer.text);
        etag = answer.header("etag").to_owned();
    }
    assert_eq!(council.app.json("/api/v1/records").await["total"], 0);
    let published = council.act(&path, "publish", &council.approver, &etag).await.json();
    assert_eq!((&published["state"], &published["published_version"]), (&"published".into(), &1.into()));
    assert_eq!(published["available_actions"], json!([]));
    let id = published["record_id"].as_str().unwrap();
    let record = council.app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(
        (&record["origin"], &record["summary"]),
        (&"self_declared".into(), &"Plans and shows routes.".into())
    );
    assert_eq!(council.app.json("/api/v1/records?q=routes").await["total"], 1);

    let history = format!("{path}/history");
    let history = council.app.call(Method::GET, &history, &council.writer, None, Value::Null).await.json();
    let deeds: Vec<&str> =
        history["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
    assert_eq!(
        deeds,
        [
            "submission.create",
            "submission.edit",
            "submission.submit",
            "submission.request_changes",
            "submission.edit",
            "submission.submit",
            "submission.review",
            "submission.approve",
            "submission.publish",
        ]
    );
    assert_eq!(history["items"][3]["reason"], "say more");
    assert_eq!(history["items"][3]["person"], "approver@northmoor.example");
}

#[tokio::test]
async fn nobody_approves_what_they_wrote_unless_the_publisher_says_so() {
    let council = Council::new().await;
    // One person has both roles.
    council.app.token("writer@northmoor.example", Role::Approver, Some(&council.id)).await;
    let (path, etag) = council.begin(ready("Planner")).await;
    let submitted = council.act(&path, "submit", &council.writer, &etag).await;
    let etag = submitted.header("etag").to_owned();
    let actions = submitted.json()["available_actions"].to_string();
    assert!(!actions.contains("\"approve\""), "{actions}");
    let refused = council.act(&path, "approve", &council.writer, &etag).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("does not approve it"), "{}", refused.text);
    let tx = council.app.db.begin_quietly().await.unwrap();
    store::people::set_four_eyes(&tx, &council.id, false).await.unwrap();
    tx.commit().await.unwrap();
    let allowed = council.act(&path, "approve", &council.writer, &etag).await;
    assert_eq!(allowed.status, StatusCode::OK, "{}", allowed.text);
}

#[tokio::test]
async fn every_illegal_transition_says_what_is_allowed() {
    use domain::codes::SubmissionState;
    use domain::submission::{Action, allowed, next};
    let council = Council::new().await;
    let both = &council.writer;
    council.app.token("writer@northmoor.example", Role::Approver, Some(&council.id)).await;
    let tx = council.app.db.begin_quietly().await.unwrap();
    store::people::set_four_eyes(&tx, &council.id, false).await.unwrap();
    tx.commit().await.unwrap();
    let ways: &[(SubmissionState, &[&str])] = &[
        (SubmissionState::Draft, &[]),
        (SubmissionState::Submitted, &["submit"]),
        (SubmissionState::InReview, &["submit", "review"]),
        (SubmissionState::ChangesRequested, &["submit", "request-changes"]),
        (SubmissionState::Approved, &["submit", "approve"]),
        (SubmissionState::Published, &["submit", "approve", "publish"]),
        (SubmissionState::Discarded, &["discard"]),
    ];
    let mut refused = 0;
    for (place, (state, way)) in ways.iter().enumerate() {
        let (path, mut etag) = council.begin(ready(&format!("Planner {place}"))).await;
        for step in *way {
            let answer = council.act(&path, step, both, &etag).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
            etag = answer.header("etag").to_owned();
        }
        for action in Action::ALL.iter().filter(|action| next(*state, **action).is_err()) {
            let answer = match action {
                // What it says is nonsense, which is not looked at while the state allows no edit.
                Action::Edit => {
                    let patch = json!({ "colour": "red" });
                    council.app.call(Method::PATCH, &path, both, Some(&etag), patch).await
                }
                action => council.act(&path, &action.as_str().replace('_', "-"), both, &etag).await,
            };
            assert_eq!(answer.status, StatusCode::CONFLICT, "{state} {action:?}: {}", answer.text);
            let now: Vec<&str> = allowed(*state).map(Action::as_str).collect();
            assert_eq!(answer.json()["allowed"], json!(now), "{state} {action:?}");
            refused += 1;
        }
    }
    assert_eq!(refused, 7 * 7 - domain::submission::TRANSITIONS.len());
}

#[tokio::test]
async fn a_change_names_what_it_changes() {
    let council = Council::new().await;
    let (path, etag) = council.begin(json!({ "record": { "title": "Planner" } })).await;
    let patch = || json!({ "record": { "team": "Transport" } });
    let without = council.app.call(Method::PATCH, &path, &council.writer, None, patch()).await;
    assert_eq!(without.status, StatusCode::PRECONDITION_REQUIRED, "{}", without.text);
    let first = council.app.call(Method::PATCH, &path, &council.writer, Some(&etag), patch()).await;
    assert_eq!(first.status, StatusCode::OK);
    let late = council.app.call(Method::PATCH, &path, &council.colleague, Some(&etag), patch()).await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "{}", late.text);
    for odd in ["*", "W/\"2\"", "\"x\"", "2"] {
        let odd = council.app.call(Method::PATCH, &path, &council.writer, Some(odd), patch()).await;
        assert_eq!(odd.status, StatusCode::PRECONDITION_FAILED, "{}", odd.text);
    }
}

#[tokio::test]
async fn sixty_four_editors_lose_nothing() {
    let council = std::sync::Arc::new(Council::new().await);
    let (path, _) =
        council.begin(json!({ "record": { "title": "Planner", "open_standards": ["zero"] } })).await;
    let editors = (0..64).map(|number| {
        let (council, path) = (std::sync::Arc::clone(&council), path.clone());
        tokio::spawn(async move {
            loop {
                let now = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await;
                let mut standards = now.json()["record"]["open_standards"].as_array().unwrap().clone();
                standards.push(format!("standard {number}").into());
                let patch = json!({ "record": { "open_standards": standards } });
                let etag = now.header("etag").to_owned();
                let answer =
                    council.app.call(Method::PATCH, &path, &council.writer, Some(&etag), patch).await;
                match answer.status {
                    StatusCode::OK => break,
                    StatusCode::PRECONDITION_FAILED => {}
                    status => panic!("{status}: {}", answer.text),
                }
            }
        })
    });
    for editor in editors.collect::<Vec<_>>() {
        editor.await.unwrap();
    }
    let end = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    assert_eq!(end["record"]["open_standards"].as_array().unwrap().len(), 65);
    assert_eq!(end["revision"], 65);
}

#[tokio::test]
async fn a_post_sent_five_times_acts_once() {
    let council = std::sync::Arc::new(Council::new().await);
    let bearer = format!("Bearer {}", council.writer);
    let body = ready("Planner").to_string();
    let send = |key: &'static str, body: String| {
        let (council, bearer) = (std::sync::Arc::clone(&council), bearer.clone());
        tokio::spawn(async move {
            let headers = [
                ("authorization", bearer.as_str()),
                ("content-type", "application/json"),
                ("idempotency-key", key),
            ];
            council.app.send_body(Method::POST, "/api/v1/submissions", &headers, body.into_bytes()).await
        })
    };
    let mut answers = Vec::new();
    for sent in [0; 5].map(|_| send("one", body.clone())) {
        answers.push(sent.await.unwrap());
    }
    assert!(answers.iter().all(|one| one.status == StatusCode::CREATED && one.text == answers[0].text));
    assert_eq!(answers.iter().filter(|one| one.header("idempotent-replayed") == "true").count(), 4);
    assert!(answers.iter().all(|one| one.header("etag") == "\"1\"" && !one.header("location").is_empty()));
    let list = council.app.call(Method::GET, "/api/v1/submissions", &council.writer, None, Value::Null).await;
    assert_eq!(list.json()["total"], 1);
    let other = send("one", ready("Another").to_string()).await.unwrap();
    assert_eq!(other.status, StatusCode::BAD_REQUEST);
    assert!(
        other.text.contains("the key 'one' was used for another POST /api/v1/submissions"),
        "{}",
        other.text
    );

    // Publication too: sent twice, one version and the same answer.
    let (path, etag) = (answers[0].header("location").to_owned(), answers[0].header("etag").to_owned());
    let etag = council.act(&path, "submit", &council.writer, &etag).await.header("etag").to_owned();
    let etag = council.act(&path, "approve", &council.approver, &etag).await.header("etag").to_owned();
    let approver = format!("Bearer {}", council.approver);
    let mut texts = std::collections::HashSet::new();
    for _ in 0..5 {
        let headers = [
            ("authorization", approver.as_str()),
            ("if-match", etag.as_str()),
            ("idempotency-key", "publish"),
        ];
        let path = format!("{path}/publish");
        let answer = council.app.send_body(Method::POST, &path, &headers, Vec::new()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        texts.insert(answer.text);
    }
    assert_eq!(texts.len(), 1);
    assert_eq!(council.app.json("/api/v1/records").await["total"], 1);
}

#[tokio::test]
async fn every_fault_of_a_draft_is_said_at_once_with_its_place() {
    let council = Council::new().await;
    let body = json!({ "record": {
        "titel": "x", "phase": "live", "sectors": ["schools", "schols"], "publisher": { "name": "Another Council" },
        "assessments": [{ "type": "dpia", "stage": "never", "status": "complete" }],
    } });
    let answer = council.app.call(Method::POST, "/api/v1/submissions", &council.writer, None, body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let faults: Vec<String> = answer.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["pointer"].as_str().unwrap(), one["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        faults,
        [
            "/record/titel unknown-field",
            "/record/phase unknown-code",
            "/record/sectors/1 unknown-code",
            "/record/assessments/0/stage bad-value",
            "/record/title required",
            "/record/name required",
        ]
    );
    for (body, pointer) in [
        (
            json!({ "record": { "title": "T", "publisher": { "name": "Another Council" } } }),
            "/record/publisher",
        ),
        (
            json!({ "record": { "title": "T", "assessments": [{
                "id": "00000000-0000-7000-8000-000000000000", "type": "dpia", "stage": "screening", "status": "complete",
            }] } }),
            "/record/assessments/0/id",
        ),
        (json!({ "recrod": {} }), "/recrod"),
        (json!({ "record": [] }), "/record"),
    ] {
        let answer = council.app.call(Method::POST, "/api/v1/submissions", &council.writer, None, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{}", answer.text);
    }
}

#[tokio::test]
async fn bodies_are_taken_as_they_must_be_or_refused() {
    let council = Council::new().await;
    let bearer = format!("Bearer {}", council.writer);
    let send = async |kind: &str, body: &[u8]| {
        let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
        council.app.send_body(Method::POST, "/api/v1/submissions", &headers, body.to_vec()).await
    };
    assert_eq!(send("text/plain", b"{}").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(send("application/json", b"{").await.status, StatusCode::BAD_REQUEST);
    let twice = send("application/json", br#"{"note":"a","note":"b"}"#).await;
    assert!(twice.text.contains("'note' appears twice"), "{}", twice.text);
    let deep = format!("{{\"record\":{}{}}}", "[".repeat(40), "]".repeat(40));
    assert!(send("application/json", deep.as_bytes()).await.text.contains("deeper than 32"));
    let long = vec![b' '; (2 << 20) + 1];
    assert_eq!(send("application/json", &long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_next_version_goes_on_from_the_current_one() {
    let council = Council::new().await;
    let (id, version) = council.publish(ready("Planner")).await;
    assert_eq!(version, 1);
    let next = json!({ "record_id": id, "record": { "summary": "Better words." }, "note": "clearer" });
    let (first, first_tag) = council.begin(next.clone()).await;
    let (id_again, version) = council.publish(next).await;
    assert_eq!((id_again, version), (id.clone(), 2));
    // The submission started earlier is now out of date.
    let tag = council.act(&first, "submit", &council.writer, &first_tag).await.header("etag").to_owned();
    let tag = council.act(&first, "approve", &council.approver, &tag).await.header("etag").to_owned();
    let behind = council.act(&first, "publish", &council.approver, &tag).await;
    assert_eq!(behind.status, StatusCode::CONFLICT, "{}", behind.text);
    assert!(behind.text.contains("is at version 2"), "{}", behind.text);
    let tag = council.act(&first, "request-changes", &council.approver, &tag).await.header("etag").to_owned();
    let patch = json!({ "base_version": 2, "record": { "summary": "Best words." } });
    let tag = council.app.call(Method::PATCH, &first, &council.writer, Some(&tag), patch).await;
    let mut tag = tag.header("etag").to_owned();
    for (action, token) in
        [("submit", &council.writer), ("approve", &council.approver), ("publish", &council.approver)]
    {
        let answer = council.act(&first, action, token, &tag).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        tag = answer.header("etag").to_owned();
    }
    let record = council.app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!((&record["version"], &record["summary"]), (&3.into(), &"Best words.".into()));
    // Publishing the same content again is refused.
    let (path, tag) = council.begin(json!({ "record_id": id })).await;
    let tag = council.act(&path, "submit", &council.writer, &tag).await.header("etag").to_owned();
    let tag = council.act(&path, "approve", &council.approver, &tag).await.header("etag").to_owned();
    let same = council.act(&path, "publish", &council.approver, &tag).await;
    assert!(same.text.contains("already says this"), "{}", same.text);
}

#[tokio::test]
async fn an_imported_record_is_taken_over_by_its_publisher_and_imports_leave_it_then() {
    let council = Council::new().await;
    let imported = suite::record("Planner", |record| record.origin = domain::codes::Origin::Imported);
    let id = council.app.publish(std::slice::from_ref(&imported)).await.remove(0);
    let (again, version) = council
        .publish({
            let mut body = ready("Planner");
            body["record_id"] = id.clone().into();
            body
        })
        .await;
    assert_eq!((again, version), (id.clone(), 2));
    let mut newer = imported;
    newer.summary = Some("What the other register says.".to_owned());
    assert_eq!(council.app.publish(&[newer]).await, std::slice::from_ref(&id));
    let record = council.app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(record["summary"], "Plans school transport routes.");
}

#[tokio::test]
async fn a_copy_brings_no_assessments_risks_or_redress() {
    let council = Council::new().await;
    let mut body = ready("Planner");
    body["record"]["assessments"] =
        json!([{ "type": "dpia", "stage": "before_deployment", "status": "complete" }]);
    body["record"]["risks"] = json!([{ "title": "Wrong routes" }]);
    body["record"]["redress_routes"] =
        json!([{ "target": "outcome", "url": "https://northmoor.example/complain" }]);
    let (id, _) = council.publish(body).await;
    let (path, _) = council.begin(json!({ "copy_from": id, "record": { "title": "Copy" } })).await;
    let copy = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    assert_eq!(
        (&copy["record"]["title"], &copy["record"]["technologies"]),
        (&"Copy".into(), &json!(["optimisation"]))
    );
    for field in ["assessments", "risks", "redress_routes", "phase", "team", "contact_email"] {
        assert!(copy["record"][field].is_null(), "{field}");
    }
    assert!(copy["record_id"].is_null());
}

#[tokio::test]
async fn a_preview_shows_what_everybody_would_read_until_it_expires() {
    let council = Council::new().await;
    let mut body = ready("Planner");
    body["record"]["assessments"] = json!([{
        "type": "dpia", "stage": "before_deployment", "status": "complete", "visibility": "regulator_only",
        "summary": "canary", "withheld_ground": "foia_31",
    }]);
    let (path, _) = council.begin(body).await;
    let links = format!("{path}/preview-links");
    let made = council.app.call(Method::POST, &links, &council.writer, None, json!({ "hours": 1 })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let url = made.json()["url"].as_str().unwrap().replace("http://register.test", "");
    let preview = council.app.get(&url).await;
    assert_eq!(preview.status, StatusCode::OK);
    assert_eq!(preview.header("cache-control"), "private, no-store");
    assert_eq!(preview.json()["record"]["title"], "Planner");
    assert!(!preview.text.contains("canary"));
    let other = if url.ends_with('x') { 'y' } else { 'x' };
    let wrong = format!("{}{other}", &url[..url.len() - 1]);
    assert_eq!(council.app.get(&wrong).await.status, StatusCode::NOT_FOUND);
    let sha256 = store::ground::secret::Secret::read(
        store::ground::secret::Opens::Preview,
        url.rsplit('/').next().unwrap(),
    );
    let later = suite::now() + chrono::TimeDelta::hours(2);
    let sha256 = sha256.unwrap().sha256();
    assert!(store::people::previews::previewed(&council.app.db, &sha256, later).await.unwrap().is_none());
}

#[tokio::test]
async fn a_preview_ends_when_it_is_revoked_and_with_its_draft() {
    let council = Council::new().await;
    let app = &council.app;
    let link = async |path: &str| {
        let made =
            app.call(Method::POST, &format!("{path}/preview-links"), &council.writer, None, json!({})).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let url = made.json()["url"].as_str().unwrap().replace("http://register.test", "");
        assert_eq!(app.get(&url).await.status, StatusCode::OK);
        (url, made.json()["id"].as_str().unwrap().to_owned())
    };
    let (path, _) = council.begin(ready("Planner")).await;
    let (first, id) = link(&path).await;
    let (second, _) = link(&path).await;
    let links = format!("{path}/preview-links");
    let listed = async || {
        let list = app.call(Method::GET, &links, &council.colleague, None, Value::Null).await;
        assert!(!list.text.contains("oar_v_"), "{}", list.text);
        list.json()["items"].as_array().unwrap().len()
    };
    assert_eq!(listed().await, 2);
    let stranger = app.organisation("Southmoor Council", OrganisationKind::LocalAuthority).await;
    let stranger = app.token("s@southmoor.example", Role::Contributor, Some(&stranger)).await;
    let one = format!("/api/v1/preview-links/{id}");
    let revoke = async |token: &str| app.call(Method::DELETE, &one, token, None, Value::Null).await.status;
    assert_eq!(revoke(&stranger).await, StatusCode::NOT_FOUND);
    // People who may make one may revoke any of the draft's.
    assert_eq!(revoke(&council.colleague).await, StatusCode::NO_CONTENT);
    assert_eq!(revoke(&council.colleague).await, StatusCode::NOT_FOUND);
    assert_eq!(app.get(&first).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.get(&second).await.status, StatusCode::OK);
    assert_eq!(listed().await, 1);

    let draft = app.call(Method::GET, &path, &council.writer, None, Value::Null).await;
    let mut etag = draft.header("etag").to_owned();
    let mut record = Value::Null;
    for (action, token) in
        [("submit", &council.writer), ("approve", &council.approver), ("publish", &council.approver)]
    {
        assert_eq!(app.get(&second).await.status, StatusCode::OK, "before {action}");
        let answer = council.act(&path, action, token, &etag).await;
        assert_eq!(answer.status, StatusCode::OK, "{action}: {}", answer.text);
        etag = answer.header("etag").to_owned();
        record = answer.json()["record_id"].clone();
    }
    assert_eq!(app.get(&second).await.status, StatusCode::NOT_FOUND, "it is published");
    assert_eq!(listed().await, 0);
    let late = app.call(Method::POST, &links, &council.writer, None, json!({})).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);

    let (discarded, etag) = council.begin(json!({ "record": { "title": "T" } })).await;
    let (url, _) = link(&discarded).await;
    assert_eq!(council.act(&discarded, "discard", &council.writer, &etag).await.status, StatusCode::OK);
    assert_eq!(app.get(&url).await.status, StatusCode::NOT_FOUND, "it is discarded");

    let record = record.as_str().unwrap();
    let (next, _) = council.begin(json!({ "record_id": record })).await;
    let (url, _) = link(&next).await;
    let withdraw = format!("/api/v1/records/{record}/withdraw");
    let why = json!({ "reason": "Replaced" });
    let gone = app.call(Method::POST, &withdraw, &council.approver, Some("\"1\""), why).await;
    assert!(gone.status.is_success(), "{}", gone.text);
    assert_eq!(app.get(&url).await.status, StatusCode::NOT_FOUND, "its record is withdrawn");
}

#[tokio::test]
async fn a_note_has_its_limit_wherever_it_is_written() {
    let council = Council::new().await;
    let app = &council.app;
    let long = "n".repeat(2_001);
    let fits = "n".repeat(2_000);
    let body = |note: &str| json!({ "note": note, "record": { "title": "T" } });
    let made = app.call(Method::POST, "/api/v1/submissions", &council.writer, None, body(&long)).await;
    assert_eq!(made.status, StatusCode::BAD_REQUEST);
    let error = &made.json()["errors"][0];
    assert_eq!((&error["pointer"], &error["code"]), (&json!("/note"), &json!("too-long")), "{}", made.text);
    let (path, etag) = council.begin(body(&fits)).await;
    for method in [Method::PUT, Method::PATCH] {
        let answer = app.call(method.clone(), &path, &council.writer, Some(&etag), body(&long)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{method}");
        assert_eq!(answer.json()["errors"][0]["pointer"], "/note", "{method}: {}", answer.text);
    }
    let kept = app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    assert_eq!(kept["note"], fits);
}

#[tokio::test]
async fn a_withdrawn_record_leaves_a_tombstone_and_a_confirmed_one_is_not_stale() {
    let council = Council::new().await;
    let (id, _) = council.publish(ready("Planner")).await;
    let path = format!("/api/v1/records/{id}");
    let confirm = format!("{path}/confirm");
    let without = council.app.call(Method::POST, &confirm, &council.writer, None, Value::Null).await;
    assert_eq!(without.status, StatusCode::PRECONDITION_REQUIRED);
    let confirmed =
        council.app.call(Method::POST, &confirm, &council.writer, Some("\"1\""), Value::Null).await;
    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.text);
    let withdraw = format!("{path}/withdraw");
    let why = || json!({ "reason": "Published twice" });
    let contributor = council.app.call(Method::POST, &withdraw, &council.writer, Some("\"1\""), why()).await;
    assert_eq!(contributor.status, StatusCode::FORBIDDEN, "{}", contributor.text);
    let stale = council.app.call(Method::POST, &withdraw, &council.approver, Some("\"2\""), why()).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let no_reason = council
        .app
        .call(Method::POST, &withdraw, &council.approver, Some("\"1\""), json!({ "reason": " " }))
        .await;
    assert_eq!(no_reason.status, StatusCode::BAD_REQUEST);
    let gone = council.app.call(Method::POST, &withdraw, &council.approver, Some("\"1\""), why()).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    let answer = council.app.get(&path).await;
    assert_eq!(answer.status, StatusCode::GONE);
    assert_eq!(answer.json()["tombstone"]["reason"], "Published twice");
    assert_eq!(council.app.json("/api/v1/records").await["total"], 0);
    let again = council.app.call(Method::POST, &withdraw, &council.approver, Some("\"1\""), why()).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let next = json!({ "record_id": id });
    let next = council.app.call(Method::POST, "/api/v1/submissions", &council.writer, None, next).await;
    assert_eq!(next.status, StatusCode::CONFLICT, "{}", next.text);
}

#[tokio::test]
async fn a_new_record_begins_from_no_version() {
    let council = Council::new().await;
    let (path, etag) = council.begin(json!({ "record": { "title": "Camera" } })).await;
    let change = json!({ "base_version": 1 });
    let refused = council.app.call(Method::PATCH, &path, &council.writer, Some(&etag), change).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/base_version");
}

#[tokio::test]
async fn reviewers_are_shown_a_name_that_deceives_the_eye() {
    let council = Council::new().await;
    let mut body = ready("Camera");
    body["record"]["supplier_involvement"] = json!([{ "supplier": { "name": "Mer\u{456}dian Systems" } }]);
    let (path, _) = council.begin(body).await;
    let draft = council.app.call(Method::GET, &path, &council.approver, None, Value::Null).await.json();
    let findings = draft["findings"].as_array().unwrap();
    let found = findings.iter().find(|one| one["code"] == "mixed-scripts").unwrap();
    assert_eq!(found["field"], "/supplier_involvement/0/supplier/name");
    assert_eq!(found["severity"], "warning");
}

#[tokio::test]
async fn what_was_prepared_before_a_withdrawal_is_not_shown_after_it() {
    let council = Council::new().await;
    let (id, _) = council.publish(ready("Camera")).await;
    let path = format!("/api/v1/records/{id}");
    for _ in 0..2 {
        assert_eq!(council.app.get(&path).await.status, StatusCode::OK);
    }
    let withdraw = format!("{path}/withdraw");
    let reason = json!({ "reason": "A mistake" });
    let done = council.app.call(Method::POST, &withdraw, &council.approver, Some("\"1\""), reason).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    // At once, before the index has caught up.
    assert_eq!(council.app.send_now(Method::GET, &path, &[]).await.status, StatusCode::GONE);
}
