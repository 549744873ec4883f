//! The pages for people who sign in: every field is asked, nothing typed is lost, nobody sees what is not
//! theirs, and record text never becomes HTML.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use domain::codes::{OrganisationKind, Role};
use domain::draft::NOT_ASKED;
use domain::fields::{FIELDS, FieldKind, Group};
use scraper::{Html, Selector};
use serde_json::{Value, json};
use suite::data::project;
use suite::{Answer, TestApp, now};

use crate::sessions::{PASSWORD, enrol};
use crate::submissions::{Council, ready};

/// A form as a browser encodes it.
fn form(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(pairs);
    text.finish().into_bytes()
}

/// A browser with the cookie of one person.
pub(crate) struct Browser<'a> {
    app: &'a TestApp,
    cookie: String,
}

impl<'a> Browser<'a> {
    /// Signs a person in through the page. Works once per person: the clock of these tests stands still, and
    /// a code is accepted once.
    pub(crate) async fn signed_in(app: &'a TestApp, email: &str) -> Browser<'a> {
        let secret = enrol(app, email).await;
        let stranger = Self { app, cookie: String::new() };
        let code = api::sign_in::code(&secret, now()).unwrap();
        let pairs =
            [("email", email), ("password", PASSWORD), ("code", code.as_str()), ("to", "/submit/new")];
        let answer = stranger.post("/submit/sign-in", &pairs).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        assert_eq!(answer.header("location"), "/submit/new");
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        Self { app, cookie }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let headers = [("cookie", self.cookie.as_str()), ("accept", "text/html,*/*;q=0.8")];
        let headers = if self.cookie.is_empty() { &headers[1..] } else { &headers[..] };
        self.app.send(Method::GET, path, headers).await
    }

    pub(crate) async fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        self.send(path, form(pairs), "application/x-www-form-urlencoded", "same-origin").await
    }

    async fn send(&self, path: &str, body: Vec<u8>, kind: &str, from: &str) -> Answer {
        let headers = [("cookie", self.cookie.as_str()), ("content-type", kind), ("sec-fetch-site", from)];
        let headers = if self.cookie.is_empty() { &headers[1..] } else { &headers[..] };
        self.app.send_body(Method::POST, path, headers, body).await
    }
}

/// The page for a submission, from its address in the API.
pub(crate) fn desk(path: &str) -> String {
    path.split("/api/v1").nth(1).map(|rest| format!("/submit{rest}")).unwrap()
}

/// What a browser would send if a page's form were submitted unchanged.
fn as_it_came(page: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(page);
    let inputs = Selector::parse("main form[novalidate] :is(input, textarea, select)[name]").unwrap();
    let chosen = Selector::parse("option[selected]").unwrap();
    let mut pairs = Vec::new();
    for input in page.select(&inputs) {
        let attribute = |name: &str| input.attr(name).unwrap_or_default().to_owned();
        let value = match (input.value().name(), attribute("type").as_str()) {
            (_, "file") => continue,
            (_, "checkbox" | "radio") if input.attr("checked").is_none() => continue,
            // A browser drops the line break right after the tag; so does this parser.
            ("textarea", _) => input.text().collect(),
            ("select", _) => {
                input.select(&chosen).next().and_then(|one| one.attr("value")).unwrap_or_default().to_owned()
            }
            _ => attribute("value"),
        };
        pairs.push((attribute("name"), value));
    }
    pairs
}

#[tokio::test]
async fn every_field_is_asked_and_a_page_saved_as_it_came_changes_nothing() {
    let council = Council::new().await;
    let browser = Browser::signed_in(&council.app, "writer@northmoor.example").await;
    // The fullest record in the demonstration data, as if it were this council's.
    let records = std::fs::read_to_string(project().join("fixtures/demonstration/records.json")).unwrap();
    let records: Vec<Value> = serde_json::from_str(&records).unwrap();
    let versions = records.iter().flat_map(|record| record["versions"].as_array().unwrap());
    let fullest =
        versions.map(|version| version["record"].as_object().unwrap()).max_by_key(|record| record.len());
    let mut record = fullest.unwrap().clone();
    assert!(record.len() > 60, "{}", record.len());
    for given in ["origin", "publisher"] {
        record.remove(given);
    }
    let (path, _) = council.begin(json!({ "record": record })).await;
    let before = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    let page = desk(&path);
    let saved_as_it_came = async |address: &str| {
        let answer = browser.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text);
        let pairs = as_it_came(&answer.text);
        assert!(pairs.iter().any(|(name, _)| name == "revision"), "{address}");
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let saved = browser.post(address, &pairs).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{address}: {}", saved.text);
        let after = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
        assert_eq!(before["record"], after["record"], "{address}");
        assert_eq!(before["revision"], after["revision"], "{address} was written");
        answer.text
    };
    for group in Group::ALL {
        let text = saved_as_it_came(&format!("{page}/sections/{}", group.as_str())).await;
        for field in FIELDS.iter().filter(|field| field.group == *group && !NOT_ASKED.contains(&field.name)) {
            assert!(text.contains(&format!("id=\"{}\"", field.name)), "{} is not asked", field.name);
            if matches!(field.kind, FieldKind::Objects(..) | FieldKind::Object(..)) {
                let empty = browser.get(&format!("{page}/items/{}/new", field.name)).await;
                assert_eq!(empty.status, StatusCode::OK, "{}: {}", field.name, empty.text);
                if before["record"].get(field.name).is_some() {
                    saved_as_it_came(&format!("{page}/items/{}/0", field.name)).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_form_keeps_what_is_sealed_until_somebody_empties_it() {
    let council = Council::new().await;
    let browser = Browser::signed_in(&council.app, "writer@northmoor.example").await;
    let mut body = ready("Camera");
    let regulators: Value = (0..60).map(|n| json!({ "regulator": format!("Regulator {n}") })).collect();
    body["record"]["assessments"] = json!([{
        "type": "dpia", "stage": "before_deployment", "status": "complete", "visibility": "regulator_only",
        "withheld_ground": "foia_31", "summary": "SECRET\r\nfinding", "residual_risk": "high", "outcome": "proceed",
        "shared_with": regulators,
    }]);
    let (id, _) = council.publish(body).await;
    let (path, _) = council.begin(json!({ "record_id": id })).await;
    let saved = async || {
        let draft = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
        draft["record"]["assessments"][0].clone()
    };
    let before = saved().await;
    let page = format!("{}/items/assessments/0", desk(&path));
    let send = async |changes: &[(&str, &str)]| {
        let mut pairs = as_it_came(&browser.get(&page).await.text);
        for (name, text) in changes {
            pairs.iter_mut().filter(|(one, _)| one == name).for_each(|(_, value)| (*text).clone_into(value));
        }
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let answer = browser.post(&page, &pairs).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    };
    send(&[("status", "superseded")]).await;
    let mut expected = before.clone();
    expected["status"] = "superseded".into();
    assert_eq!(saved().await, expected);
    send(&[("summary", "")]).await;
    expected.as_object_mut().unwrap().remove("summary");
    assert_eq!(saved().await, expected);
}

#[tokio::test]
async fn two_tabs_on_one_draft_lose_nothing() {
    let council = Council::new().await;
    let browser = Browser::signed_in(&council.app, "writer@northmoor.example").await;
    let (path, _) = council.begin(json!({ "record": { "title": "Planner" } })).await;
    let section = format!("{}/sections/who", desk(&path));
    let first = browser.post(&section, &[("revision", "1"), ("team", "Waste")]).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
    let second = browser
        .post(&section, &[("revision", "1"), ("team", "Streets"), ("accountable_role", "Director")])
        .await;
    assert_eq!(second.status, StatusCode::PRECONDITION_FAILED);
    for said in [
        "Somebody changed this draft",
        "Waste",
        ">\nStreets</textarea>",
        ">\nDirector</textarea>",
        "name=\"revision\" value=\"2\"",
    ] {
        assert!(second.text.contains(said), "{said}: {}", second.text);
    }
    let again = browser
        .post(&section, &[("revision", "2"), ("team", "Streets"), ("accountable_role", "Director")])
        .await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    let saved = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    assert_eq!(
        (&saved["record"]["team"], &saved["record"]["accountable_role"]),
        (&json!("Streets"), &json!("Director"))
    );

    // An answer and a field statement together are refused.
    let both = [("revision", "3"), ("team", "Streets"), ("team.statement", "unknown")];
    let refused = browser.post(&section, &both).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text.contains("Team: give an answer, or say why there is none"), "{}", refused.text);

    // The same for an item of a list; after a mistake everything typed is kept.
    let risk = format!("{}/items/risks/new", desk(&path));
    let stale = browser.post(&risk, &[("revision", "2"), ("title", "Late"), ("mitigations", "a\r\nb")]).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert!(
        stale.text.contains("value=\"Late\"") && stale.text.contains(">\na\nb</textarea>"),
        "{}",
        stale.text
    );
    let wrong = browser.post(&risk, &[("revision", "3"), ("description", "No title")]).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.text.contains("Title: answer it") && wrong.text.contains("No title"), "{}", wrong.text);
    let blank = browser.post(&risk, &[("revision", "3")]).await;
    assert_eq!(blank.status, StatusCode::BAD_REQUEST);
    assert!(blank.text.contains("Nothing was typed, so nothing was added"), "{}", blank.text);
    let taken = browser.post(&risk, &[("revision", "3"), ("title", "Late"), ("mitigations", "a\r\nb")]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let saved = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    assert_eq!(saved["record"]["risks"], json!([{ "title": "Late", "mitigations": ["a", "b"] }]));
}

#[tokio::test]
async fn a_form_confirms_a_mailbox_that_looks_like_a_persons() {
    let council = Council::new().await;
    let browser = Browser::signed_in(&council.app, "writer@northmoor.example").await;
    let (path, _) = council.begin(ready("Planner")).await;
    let section = |name: &str| format!("{}/sections/{name}", desk(&path));
    let identity = browser.get(&section("identity")).await.text;
    assert!(identity.contains("id=\"contact_email.statement.confirmed\""), "{identity}");
    assert!(!identity.contains("id=\"summary.statement.confirmed\""), "nothing to confirm: {identity}");

    let mut pairs = as_it_came(&identity);
    pairs.retain(|(name, _)| !name.starts_with("contact_email"));
    let typed = [
        ("contact_email", "jane.austen@library.example"),
        ("contact_email.statement", "confirmed"),
        ("contact_email.reason", "The reading room is called after Jane Austen."),
    ];
    pairs.extend(typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let pairs: Vec<(&str, &str)> =
        pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = browser.post(&section("identity"), &pairs).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let draft = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await;
    let submitted = council.act(&path, "submit", &council.writer, draft.header("etag")).await;
    assert_eq!(submitted.status, StatusCode::OK, "{}", submitted.text);
}

#[tokio::test]
async fn what_the_rules_would_ask_is_foretold() {
    let council = Council::new().await;
    let (path, _) = council
        .begin(json!({ "record": { "title": "Planner", "phase": "production", "first_used": "2024-03-01" } }))
        .await;
    let draft = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    let flags: Vec<&str> =
        draft["flags"].as_array().unwrap().iter().map(|flag| flag["flag"].as_str().unwrap()).collect();
    assert!(flags.contains(&"assessment_missing") && flags.contains(&"post_deployment_overdue"), "{flags:?}");
    // Published now, it would neither be old nor leave an observer unanswered.
    assert!(!flags.contains(&"stale") && !flags.contains(&"unanswered"), "{flags:?}");
    let browser = Browser::signed_in(&council.app, "writer@northmoor.example").await;
    for page in ["check", "review", "preview"] {
        let shown = browser.get(&format!("{}/{page}", desk(&path))).await;
        assert!(shown.text.contains("Assessment missing"), "{page}: {}", shown.text);
    }
}

#[tokio::test]
async fn the_side_of_departments_is_there_in_welsh() {
    let council = Council::new().await;
    let browser = Browser::signed_in(&council.app, "writer@northmoor.example").await;
    let stranger = Browser { app: &council.app, cookie: String::new() };
    let asked = stranger.get("/cy/submit/new").await;
    assert_eq!(asked.header("location"), "/cy/submit/sign-in?to=%2Fsubmit%2Fnew");
    let wrong = browser.post("/cy/submit/new", &[("title", "")]).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    for said in ["<html lang=\"cy\"", "<title>Gwall: ", "action=\"/cy/submit/new\""] {
        assert!(wrong.text.contains(said), "{said}: {}", wrong.text);
    }
    // A page that answers a POST has no address to link to in the other language.
    assert!(!wrong.text.contains("hreflang"), "{}", wrong.text);
    let begun = browser.post("/cy/submit/new", &[("title", "Cynllunydd")]).await;
    let draft = begun.header("location").to_owned();
    assert!(draft.starts_with("/cy/submit/submissions/"), "{draft}");
    let section = format!("{draft}/sections/who");
    let saved = browser.post(&section, &[("revision", "1"), ("team", "Gwastraff"), ("go", "list")]).await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, draft.as_str()));
    let tasks = browser.get(&draft).await;
    assert!(tasks.text.contains("Cynllunydd") && tasks.text.contains("i&#39;w hateb"), "{}", tasks.text);
    let stale = browser.post(&section, &[("revision", "1"), ("team", "Strydoedd")]).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert!(stale.text.contains("Strydoedd") && stale.text.contains("Gwastraff"), "{}", stale.text);
    let blank = browser.post(&format!("{draft}/items/risks/new"), &[("revision", "2")]).await;
    assert_eq!(blank.status, StatusCode::BAD_REQUEST);
    assert!(
        blank.text.contains("Ni theipiwyd dim") && !blank.text.contains("Nothing was typed"),
        "{}",
        blank.text
    );
}

#[tokio::test]
async fn a_lost_session_loses_no_word() {
    let council = Council::new().await;
    let app = &council.app;
    let (path, _) = council.begin(json!({ "record": { "title": "Planner" } })).await;
    let section = format!("{}/sections/why", desk(&path));
    let stranger = Browser { app, cookie: String::new() };
    let asked = stranger.get(&section).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    assert!(
        asked.header("location").starts_with("/submit/sign-in?to=%2Fsubmit%2Fsubmissions%2F"),
        "{}",
        asked.header("location")
    );
    assert_eq!(stranger.get(asked.header("location")).await.status, StatusCode::OK);

    let words = "Clean \"streets\" & <b>homes</b>\nfor all";
    let interrupted = stranger.post(&section, &[("revision", "1"), ("public_purpose", words)]).await;
    assert_eq!(interrupted.status, StatusCode::OK);
    assert!(interrupted.text.contains("Nothing you typed is lost"), "{}", interrupted.text);
    let held = form(&[("revision", "1"), ("public_purpose", words)]);
    let held = std::str::from_utf8(&held).unwrap();

    let secret = enrol(app, "writer@northmoor.example").await;
    let code = api::sign_in::code(&secret, now()).unwrap();
    let pairs = [
        ("email", "writer@northmoor.example"),
        ("password", PASSWORD),
        ("to", section.as_str()),
        ("held", held),
    ];
    let mut wrong = pairs.to_vec();
    wrong.push(("code", "000000"));
    let refused = stranger.post("/submit/sign-in", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.text.contains("name=\"held\""), "what was typed went with a wrong code");
    let mut right = pairs.to_vec();
    right.push(("code", &code));
    let back = stranger.post("/submit/sign-in", &right).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text);
    assert!(back.text.contains("Clean &#34;streets&#34; &#38; &#60;b&#62;homes"), "{}", back.text);
    let browser = Browser { app, cookie: back.header("set-cookie").split(';').next().unwrap().to_owned() };
    let saved = browser.post(&section, &[("revision", "1"), ("public_purpose", words)]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let draft = app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    assert_eq!(draft["record"]["public_purpose"], words);

    let elsewhere = stranger.get("/submit/sign-in?to=https://evil.example/submit").await;
    // The page links to itself in Welsh, at the address it was requested with.
    assert!(!elsewhere.text.contains("\"https://evil.example"), "{}", elsewhere.text);
    assert!(elsewhere.text.contains("name=\"to\" value=\"/submit\""), "{}", elsewhere.text);
}

#[tokio::test]
async fn giving_out_rights_asks_for_a_second_sign_in_and_loses_nothing() {
    let passed = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&passed);
    let app = TestApp::ticking(move || now() + TimeDelta::minutes(clock.load(Ordering::SeqCst))).await;
    let email = "admin@register.example";
    app.token(email, Role::Admin, None).await;
    let kim = app.token("kim@northmoor.example", Role::Admin, None).await;
    let secret = enrol(&app, email).await;
    let stranger = Browser { app: &app, cookie: String::new() };
    let sign_in = async |browser: &Browser<'_>, minutes: i64, more: &[(&str, &str)]| {
        let code = api::sign_in::code(&secret, now() + TimeDelta::minutes(minutes)).unwrap();
        let mut pairs = vec![("email", email), ("password", PASSWORD), ("code", code.as_str())];
        pairs.extend(more);
        browser.post("/submit/sign-in", &pairs).await
    };
    let first = sign_in(&stranger, 0, &[]).await;
    let browser =
        Browser { app: &app, cookie: first.header("set-cookie").split(';').next().unwrap().to_owned() };
    passed.store(16, Ordering::SeqCst);

    let label = "Nightly <b>upload</b> & more";
    let asked = browser.post("/submit/tokens", &[("label", label), ("role", "")]).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    assert!(asked.text.contains("Nothing you typed is lost") && asked.text.contains(email), "{}", asked.text);
    let held = form(&[("label", label), ("role", "")]);
    let held = std::str::from_utf8(&held).unwrap();
    let attribute = |text: &str| text.replace('&', "&#38;");
    assert!(asked.text.contains(&format!("name=\"held\" value=\"{}\"", attribute(held))), "{}", asked.text);
    let kept = [("again", "yes"), ("to", "/submit/tokens"), ("held", held)];
    let wrong = [("email", email), ("password", PASSWORD), ("code", "000000"), kept[0], kept[1], kept[2]];
    let refused = browser.post("/submit/sign-in", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(
        refused.text.contains(&attribute(held)),
        "what was typed went with a wrong code: {}",
        refused.text
    );

    let again = sign_in(&browser, 16, &kept).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text);
    assert!(again.text.contains("Nightly &#60;b&#62;upload&#60;/b&#62; &#38; more"), "{}", again.text);
    let browser =
        Browser { app: &app, cookie: again.header("set-cookie").split(';').next().unwrap().to_owned() };
    let made = browser.post("/submit/tokens", &[("label", label), ("role", "")]).await;
    assert_eq!(made.status, StatusCode::OK);
    assert!(made.text.contains("oar_p_"), "{}", made.text);

    // Roles are asked for in the same way. The form cannot name another person than whose session it is.
    passed.store(33, Ordering::SeqCst);
    let list = app.call(Method::GET, "/api/v1/people", &kim, None, Value::Null).await.json();
    let id = list["items"][1]["id"].as_str().unwrap();
    let page = format!("/submit/people/{id}");
    let role = [("role", "admin"), ("revoke", "yes")];
    let asked = browser.post(&page, &role).await;
    assert!(asked.text.contains("Sign in again"), "{}", asked.text);
    let held = form(&role);
    let held = std::str::from_utf8(&held).unwrap();
    let code = api::sign_in::code(&secret, now() + TimeDelta::minutes(33)).unwrap();
    let other = [
        ("email", "kim@northmoor.example"),
        ("password", PASSWORD),
        ("code", code.as_str()),
        ("again", "yes"),
        ("to", page.as_str()),
        ("held", held),
    ];
    let again = browser.post("/submit/sign-in", &other).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text);
    let browser =
        Browser { app: &app, cookie: again.header("set-cookie").split(';').next().unwrap().to_owned() };
    assert_eq!(browser.post(&page, &role).await.status, StatusCode::SEE_OTHER);
    let list = app.call(Method::GET, "/api/v1/people/me", &kim, None, Value::Null).await.json();
    assert_eq!(list["roles"], json!([]));
    // The last administrator is told why they stay.
    let list = browser.get("/submit/people").await;
    let own = list.text.split("/submit/people/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let last = browser.post(&format!("/submit/people/{own}"), &role).await;
    assert_eq!(last.status, StatusCode::CONFLICT);
    assert!(last.text.contains("is the last administrator"), "{}", last.text);
}

#[tokio::test]
async fn a_second_administrator_confirms_a_regulator_on_the_page() {
    let app = TestApp::new().await;
    let body = app.organisation("Schools Inspectorate", OrganisationKind::Regulator).await;
    let reader = app.token("reader@inspectorate.example", Role::Contributor, Some(&body)).await;
    let first = app.token("first@register.example", Role::Admin, None).await;
    app.token("second@register.example", Role::Admin, None).await;
    let path = "/api/v1/people/reader@inspectorate.example/roles";
    let role = json!({ "role": "regulator", "organisation": "schools-inspectorate" });
    let asked = app.call(Method::POST, path, &first, None, role).await.json();
    let action = format!("/submit/people/roles/{}", asked["pending_roles"][0]["id"].as_str().unwrap());
    let asker = Browser::signed_in(&app, "first@register.example").await;
    let page = asker.get("/submit/people").await;
    assert!(page.text.contains(&action) && !page.text.contains("value=\"confirm\""), "{}", page.text);
    let refused = asker.post(&action, &[("decision", "confirm")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("another administrator confirms it"), "{}", refused.text);
    let second = Browser::signed_in(&app, "second@register.example").await;
    assert!(second.get("/submit/people").await.text.contains("value=\"confirm\""));
    assert_eq!(second.post(&action, &[("decision", "confirm")]).await.status, StatusCode::SEE_OTHER);
    let me = app.call(Method::GET, "/api/v1/people/me", &reader, None, Value::Null).await.json();
    assert_eq!(me["roles"][1]["role"], "regulator", "{me}");
    assert!(!second.get("/submit/people").await.text.contains(&action));
}

#[tokio::test]
async fn a_reply_is_approved_and_a_preview_revoked_on_the_pages() {
    let council = Council::new().await;
    let app = &council.app;
    let (record, _) = council.publish(ready("Camera")).await;
    let replies = format!("/api/v1/records/{record}/replies");
    let said = json!({ "text": "It was <b>switched</b> off." });
    app.call(Method::POST, &replies, &council.writer, None, said).await;
    let writer = Browser::signed_in(app, "writer@northmoor.example").await;
    let page = writer.get("/submit/replies").await;
    assert!(page.text.contains("It was &#60;b&#62;switched&#60;/b&#62; off."), "{}", page.text);
    assert!(page.text.contains("Take it back") && !page.text.contains("Make it public"), "{}", page.text);
    let approver = Browser::signed_in(app, "approver@northmoor.example").await;
    assert!(approver.get("/submit").await.text.contains("/submit/replies"));
    let page = approver.get("/submit/replies").await;
    let action = page.text.split("action=\"/submit/replies/").nth(1).unwrap().split('"').next().unwrap();
    let done = approver.post(&format!("/submit/replies/{action}"), &[("decision", "publish")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let shown = app.json(&format!("/api/v1/records/{record}/annotations")).await;
    assert_eq!(shown["items"][0]["kind"], "reply");

    let (path, _) = council.begin(json!({ "record": { "title": "Planner" } })).await;
    let made = writer.post(&format!("{}/preview-links", desk(&path)), &[]).await;
    let link = made.text.split("/previews/").nth(1).unwrap().split(['"', '<']).next().unwrap().to_owned();
    let link = format!("/previews/{link}");
    assert_eq!(app.get(&link).await.status, StatusCode::OK);
    let page = writer.get(&desk(&path)).await;
    let action = format!("{}/preview-links/", desk(&path));
    let id = page.text.split(action.as_str()).nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(writer.post(&format!("{action}{id}"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.get(&link).await.status, StatusCode::NOT_FOUND);
    assert!(writer.get(&desk(&path)).await.text.contains("revoked a preview link"));
}

#[tokio::test]
async fn a_long_form_with_a_file_is_kept_only_if_signing_in_can_carry_it() {
    let council = Council::new().await;
    let stranger = Browser { app: &council.app, cookie: String::new() };
    let item = "/submit/submissions/1/items/assessments/new";
    let kind = "multipart/form-data; boundary=B";
    let sent = |words: &str| {
        format!("--B\r\nContent-Disposition: form-data; name=\"summary\"\r\n\r\n{words}\r\n--B--\r\n")
            .into_bytes()
    };
    // Encoded, each letter is six characters, and ten in the sign-in form.
    let fits = "é".repeat(170_000);
    let kept = stranger.send(item, sent(&fits), kind, "same-origin").await;
    assert_eq!(kept.status, StatusCode::OK);
    let held = form(&[("summary", &fits)]);
    let held = std::str::from_utf8(&held).unwrap();
    let pairs = [("email", "x@y.example"), ("password", "x"), ("code", "1"), ("to", item), ("held", held)];
    let answer = stranger.post("/submit/sign-in", &pairs).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "the sign-in form cannot carry it");
    assert!(answer.text.contains("name=\"held\""));
    let long = stranger.send(item, sent(&"é".repeat(180_000)), kind, "same-origin").await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
    // Names count as well as values.
    let names: String = (0..200)
        .map(|place| {
            format!(
                "--B\r\nContent-Disposition: form-data; name=\"{place}{}\"\r\n\r\nx\r\n",
                "n".repeat(6_000)
            )
        })
        .collect();
    let long = stranger.send(item, format!("{names}--B--\r\n").into_bytes(), kind, "same-origin").await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// The parts of a form with a file, as a browser sends them.
fn with_file(pairs: &[(&str, &str)], input: &str, file: (&str, &str)) -> Vec<u8> {
    let mut body = String::new();
    for (name, value) in pairs {
        body += &format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let (name, content) = file;
    body += &format!(
        "--B\r\nContent-Disposition: form-data; name=\"{input}\"; filename=\"{name}\"\r\n\
         Content-Type: text/csv\r\n\r\n{content}\r\n--B--\r\n"
    );
    body.into_bytes()
}

const WITH_FILE: &str = "multipart/form-data; boundary=B";

/// Signs in on the page that an interrupted form led to, with what that page carries; gives the page that follows.
async fn signed_in_from<'a>(app: &'a TestApp, asked: &Answer) -> (Answer, Browser<'a>) {
    let secret = enrol(app, "writer@northmoor.example").await;
    let code = api::sign_in::code(&secret, now()).unwrap();
    let page = Html::parse_document(&asked.text);
    let hidden = Selector::parse("form[action='/submit/sign-in'] input[type=hidden]").unwrap();
    let mut pairs: Vec<(&str, &str)> = page
        .select(&hidden)
        .map(|input| (input.attr("name").unwrap(), input.attr("value").unwrap_or_default()))
        .collect();
    pairs.extend([("email", "writer@northmoor.example"), ("password", PASSWORD), ("code", &code)]);
    let back = Browser { app, cookie: String::new() }.post("/submit/sign-in", &pairs).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text);
    let cookie = back.header("set-cookie").split(';').next().unwrap().to_owned();
    (back, Browser { app, cookie })
}

/// Presses the only button of the page that goes on with an interrupted form.
async fn go_on(browser: &Browser<'_>, page: &Answer, to: &str) -> Answer {
    let page = Html::parse_document(&page.text);
    let hidden = Selector::parse(&format!("form[action='{to}'] input[type=hidden]")).unwrap();
    let pairs: Vec<(&str, &str)> = page
        .select(&hidden)
        .map(|input| (input.attr("name").unwrap(), input.attr("value").unwrap_or_default()))
        .collect();
    browser.post(to, &pairs).await
}

#[tokio::test]
async fn a_file_that_was_lost_with_a_session_is_said_to_be_lost() {
    let council = Council::new().await;
    let app = &council.app;
    let (path, _) = council.begin(json!({ "record": { "title": "Planner" } })).await;
    let item = format!("{}/items/assessments/new", desk(&path));
    let stranger = Browser { app, cookie: String::new() };
    let typed = [("revision", "1"), ("type", "dpia"), ("stage", "screening"), ("summary", "Seen by all")];
    let body = with_file(&typed, "document.file", ("dpia '2'.csv", "a,b\n1,2\n"));
    let asked = stranger.send(&item, body, WITH_FILE, "same-origin").await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    let kept = "The file “dpia &#39;2&#39;.csv” was not kept";
    assert!(asked.text.contains(kept), "{}", asked.text);
    let (back, browser) = signed_in_from(app, &asked).await;
    assert!(back.text.contains("Nothing is saved until then."), "{}", back.text);
    // The form comes back with what was typed, says that the file is lost, and nothing was saved.
    let form = go_on(&browser, &back, &item).await;
    assert_eq!(form.status, StatusCode::BAD_REQUEST, "{}", form.text);
    assert!(form.text.contains("Seen by all") && form.text.contains(kept), "{}", form.text);
    assert!(!form.text.contains("lost_file"), "{}", form.text);
    let draft = async || app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    assert_eq!(draft().await["record"]["assessments"], Value::Null);
    // Sent again, it is saved, with another file or without one.
    let revision = draft().await["revision"].to_string();
    let again = [
        ("revision", revision.as_str()),
        ("type", "dpia"),
        ("stage", "screening"),
        ("status", "complete"),
        ("visibility", "public"),
        ("summary", "Seen by all"),
    ];
    let saved = browser.post(&item, &again).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    assert_eq!(draft().await["record"]["assessments"][0]["summary"], "Seen by all");

    // Somebody else changed the draft meanwhile: the file is not saved either, and the form says so.
    let body = with_file(&again, "document.file", ("new.csv", "a,b\n"));
    let stale = browser.send(&item, body, WITH_FILE, "same-origin").await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.text);
    assert!(stale.text.contains("The file “new.csv” is not saved either"), "{}", stale.text);
    assert!(stale.text.contains("Somebody changed this draft"), "{}", stale.text);
}

#[tokio::test]
async fn a_spreadsheet_that_was_lost_with_a_session_is_said_to_be_lost() {
    let council = Council::new().await;
    let stranger = Browser { app: &council.app, cookie: String::new() };
    let body = with_file(&[("source", "atrs"), ("go", "upload")], "file", ("tools.csv", "title\nPlanner\n"));
    let asked = stranger.send("/submit/upload", body, WITH_FILE, "same-origin").await;
    assert!(asked.text.contains("The file “tools.csv” was not kept"), "{}", asked.text);
    let (back, browser) = signed_in_from(&council.app, &asked).await;
    let form = go_on(&browser, &back, "/submit/upload").await;
    assert_eq!(form.status, StatusCode::BAD_REQUEST, "{}", form.text);
    assert!(form.text.contains("The file “tools.csv” was not kept"), "{}", form.text);
    assert!(form.text.contains("<option value=\"atrs\" selected>"), "{}", form.text);
    // Without a file there is nothing to lose.
    let empty = browser.post("/submit/upload", &[("source", "records"), ("go", "check")]).await;
    assert!(empty.text.contains("Choose a file") && !empty.text.contains("was not kept"), "{}", empty.text);
}

#[tokio::test]
async fn nobody_sees_or_does_by_a_page_what_they_may_not() {
    let council = Council::new().await;
    let app = &council.app;
    let other = app.organisation("Southmoor District Council", OrganisationKind::LocalAuthority).await;
    app.token("else@southmoor.example", Role::Contributor, Some(&other)).await;
    let (path, _) = council.begin(ready("Secret planner")).await;
    let page = desk(&path);
    let stranger = Browser { app, cookie: String::new() };
    let browser = Browser::signed_in(app, "else@southmoor.example").await;
    let sections = ["", "/sections/identity", "/items/risks/new", "/check", "/preview", "/review"];
    for address in sections.map(|section| format!("{page}{section}")) {
        let answer = browser.get(&address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}: {}", answer.text);
        assert!(!answer.text.contains("Secret planner"), "{address}");
        assert_eq!(stranger.get(&address).await.status, StatusCode::SEE_OTHER, "{address}");
    }
    for action in ["/do/submit", "/do/approve", "/do/publish", "/preview-links", "/sections/why"] {
        let answer =
            browser.post(&format!("{page}{action}"), &[("revision", "1"), ("public_purpose", "x")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{action}: {}", answer.text);
    }
    for address in ["/submit/people", "/submit/moderation", "/submit/sealed"] {
        let answer = browser.get(address).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address}: {}", answer.text);
        assert!(answer.text.contains("You may not do this"), "{}", answer.text);
    }
    // These pages are never cached, and other sites cannot submit forms in somebody's name.
    for address in ["/submit", "/submit/new", "/submit/tokens", "/submit/upload"] {
        let answer = browser.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text);
        assert_eq!(answer.header("cache-control"), "private, no-store", "{address}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    }
    let kind = "application/x-www-form-urlencoded";
    let forged = browser.send("/submit/new", form(&[("title", "Forged")]), kind, "cross-site").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "{}", forged.text);
    let out = browser.post("/submit/sign-out", &[]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
    assert_eq!(browser.get("/submit").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn text_of_a_draft_is_escaped() {
    let council = Council::new().await;
    let browser = Browser::signed_in(&council.app, "writer@northmoor.example").await;
    let nasty = "</textarea><script>alert(1)</script>\" onfocus=\"alert(2)";
    let mut record = ready("Nasty")["record"].clone();
    for field in FIELDS {
        match field.kind {
            FieldKind::Text(_) | FieldKind::Markdown => record[field.name] = nasty.into(),
            FieldKind::Texts => record[field.name] = json!([nasty]),
            _ => {}
        }
    }
    record["risks"] = json!([{ "title": nasty, "description": nasty, "mitigations": [nasty] }]);
    record["assessments"] = json!([{ "type": "dpia", "stage": "screening", "status": "complete", "title": nasty, "summary": nasty, "shared_with": [{ "regulator": nasty }] }]);
    let (path, _) = council.begin(json!({ "record": record, "note": nasty })).await;
    let page = desk(&path);
    let groups = domain::fields::Group::ALL.iter().map(|group| format!("/sections/{}", group.as_str()));
    let pages = ["", "/check", "/preview", "/review", "/items/risks/0", "/items/assessments/0"];
    for address in pages.into_iter().map(str::to_owned).chain(groups) {
        let answer = browser.get(&format!("{page}{address}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text);
        assert!(!answer.text.contains("<script"), "{address}: {}", answer.text);
        let mut tags = answer.text.split('<').skip(1).map(|rest| rest.split('>').next().unwrap());
        assert!(!tags.any(|tag| tag.contains("\" onfocus")), "{address}: {}", answer.text);
    }
    assert!(browser.get("/submit").await.text.contains("&#60;script"), "the desk shows the title");
}

#[tokio::test]
async fn a_note_that_is_cleared_is_gone() {
    let council = Council::new().await;
    let browser = Browser::signed_in(&council.app, "writer@northmoor.example").await;
    for (typed, expected) in [("New words", json!("New words")), ("", Value::Null)] {
        let mut body = ready("Route planner");
        body["note"] = "Old words".into();
        let (path, _) = council.begin(body).await;
        let answer =
            browser.post(&format!("{}/do/submit", desk(&path)), &[("revision", "1"), ("note", typed)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let sent = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
        assert_eq!((&sent["state"], &sent["note"]), (&json!("submitted"), &expected));
    }
}

#[tokio::test]
async fn a_submission_that_moved_on_is_shown_as_it_stands() {
    let council = Council::new().await;
    let browser = Browser::signed_in(&council.app, "approver@northmoor.example").await;
    let (path, etag) = council.begin(ready("Route planner")).await;
    let sent = council.act(&path, "submit", &council.writer, &etag).await;
    assert_eq!(sent.status, StatusCode::OK);
    let page = desk(&path);
    let early = browser.post(&format!("{page}/do/publish"), &[("revision", "2")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert!(early.text.contains("cannot be published"), "{}", early.text);
    let stale = browser.post(&format!("{page}/do/approve"), &[("revision", "1")]).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert!(
        stale.text.contains("look again, and decide again") && stale.text.contains("value=\"2\""),
        "{}",
        stale.text
    );
    let silent =
        browser.post(&format!("{page}/do/request-changes"), &[("revision", "2"), ("reason", " ")]).await;
    assert_eq!(silent.status, StatusCode::BAD_REQUEST);
    // Sent twice, done once.
    for _ in 0..2 {
        let answer = browser.post(&format!("{page}/do/approve"), &[("revision", "2"), ("key", "once")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }
    let answer = browser.post(&format!("{page}/do/publish"), &[("revision", "3")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert!(browser.get(&page).await.text.contains("Published"));
}

#[tokio::test]
async fn a_preview_link_shows_the_draft_as_it_stands() {
    let council = Council::new().await;
    let app = &council.app;
    let (path, etag) = council.begin(json!({ "record": { "title": "First words" } })).await;
    let address = format!("{path}/preview-links");
    let link = app.call(Method::POST, &address, &council.writer, None, json!({})).await.json();
    let link = link["url"].as_str().unwrap().strip_prefix("http://register.test").unwrap().to_owned();
    let page = link.replace("/api/v1", "");
    for address in [&link, &page] {
        assert!(app.get(address).await.text.contains("First words"), "{address}");
    }
    let change = json!({ "record": { "title": "Second words", "name": "Second words" } });
    let changed = app.call(Method::PATCH, &path, &council.writer, Some(&etag), change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    for address in [&link, &page] {
        let shown = app.get(address).await;
        assert!(shown.text.contains("Second words") && !shown.text.contains("First words"), "{address}");
        assert_eq!(shown.header("cache-control"), "private, no-store", "{address}");
    }
}

#[tokio::test]
async fn odd_forms_are_refused_in_words() {
    let council = Council::new().await;
    let app = &council.app;
    let browser = Browser::signed_in(app, "writer@northmoor.example").await;
    let stranger = Browser { app, cookie: String::new() };
    let long = "a=&".repeat(3_000).into_bytes();
    let kind = "application/x-www-form-urlencoded";
    for who in [&browser, &stranger] {
        for address in ["/submit/new", "/submit/sign-in"] {
            let answer = who.send(address, long.clone(), kind, "same-origin").await;
            let refused = answer.status == StatusCode::PAYLOAD_TOO_LARGE || answer.status == StatusCode::OK;
            assert!(
                refused && answer.header("content-type").starts_with("text/html"),
                "{address}: {}",
                answer.status
            );
            assert!(answer.text.len() < 100_000, "{address}: {}", answer.text.len());
        }
    }
    // A file from somebody who is not signed in is not stored.
    let file = format!(
        "--B\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nKept words\r\n--B\r\nContent-Disposition: form-data; \
         name=\"document.file\"; filename=\"f.txt\"\r\n\r\n{}\r\n--B--\r\n",
        "x".repeat(1 << 20)
    );
    let kind = "multipart/form-data; boundary=B";
    let item = "/submit/submissions/1/items/assessments/new";
    let answer = stranger.send(item, file.into_bytes(), kind, "same-origin").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains("Kept+words") && answer.text.len() < 20_000, "{}", answer.text.len());
    // A decision is not kept for the next person who signs in.
    let decided = stranger.post("/submit/people/1", &[("role", "admin")]).await;
    assert_eq!(decided.header("location"), "/submit/sign-in?to=%2Fsubmit%2Fpeople");
    let odd = browser.post("/submit/new", &[("title", "T"), ("key", "a\nb")]).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{}", odd.text);
    let all = browser.post("/submit/tokens", &[("label", "x"), ("role", "contributor")]).await;
    assert!(all.text.contains("x <span class=\"oar-meta\">Contributor"), "{}", all.text);
}
