//! Webhooks: subscribers are told of every match at least once, and can check who sent it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use api::webhooks::{BACKOFF, Outside, send_due};
use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use domain::codes::{OrganisationKind, Role, Sector};
use serde_json::{Value, json};
use store::ground::lease::Work;
use suite::receiver::{Message, Receiver};
use suite::{TestApp, now, record};

/// A register allowed to call loopback, somebody with a token, and a receiver.
struct Told {
    app: TestApp,
    token: String,
    receiver: Receiver,
    seconds: Arc<AtomicI64>,
}

impl Told {
    async fn new() -> Self {
        let seconds = Arc::new(AtomicI64::new(0));
        let clock = Arc::clone(&seconds);
        let app = TestApp::made(move |app| {
            app.with_clock(Arc::new(move || now() + TimeDelta::seconds(clock.load(Ordering::SeqCst))))
                .with_outside(Outside::new(true).unwrap())
        })
        .await;
        let body = app.organisation("Data Watch", OrganisationKind::CivilSociety).await;
        let token = app.token("desk@watch.example", Role::Observer, Some(&body)).await;
        Self { app, token, receiver: Receiver::start().await, seconds }
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> suite::Answer {
        self.app.call(method, path, &self.token, None, body).await
    }

    /// Creates a webhook and takes its test message.
    async fn hook(&self, query: &str) -> Value {
        let new = json!({ "label": "Desk", "url": self.receiver.url, "query": query });
        let made = self.call(Method::POST, "/api/v1/webhooks", new).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let trial = self.sent().await;
        assert_eq!(trial.last().unwrap().json()["type"], "webhook.trial");
        made.json()
    }

    /// Delivers what is due, and returns it.
    async fn sent(&self) -> Vec<Message> {
        while send_due(&self.app.api).await.unwrap() > 0 {}
        self.receiver.take()
    }

    async fn later(&self, wait: TimeDelta) -> Vec<Message> {
        self.seconds.fetch_add(wait.num_seconds(), Ordering::SeqCst);
        self.sent().await
    }

    async fn deliveries(&self, hook: &Value, query: &str) -> Vec<Value> {
        let path = format!("/api/v1/webhooks/{}/deliveries?{query}", hook["id"].as_str().unwrap());
        let answer = self.call(Method::GET, &path, Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["items"].as_array().unwrap().clone()
    }

    async fn state(&self, hook: &Value) -> Value {
        let path = format!("/api/v1/webhooks/{}", hook["id"].as_str().unwrap());
        self.call(Method::GET, &path, Value::Null).await.json()
    }

    async fn change(&self, hook: &Value, change: Value) -> suite::Answer {
        let path = format!("/api/v1/webhooks/{}", hook["id"].as_str().unwrap());
        let etag = self.call(Method::GET, &path, Value::Null).await.header("etag").to_owned();
        self.app.call(Method::PATCH, &path, &self.token, Some(&etag), change).await
    }
}

/// Type and record of each message.
fn told(messages: &[Message]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    messages
        .iter()
        .map(|message| (text(&message.json()["type"]), text(&message.json()["data"]["record_id"])))
        .collect()
}

/// Verifies a signature as the standard says, with a library other than the one that signed.
fn verifies(message: &Message, public_key: &str) -> bool {
    let key = STANDARD.decode(public_key.strip_prefix("whpk_").unwrap()).unwrap();
    let signature = message.header("webhook-signature").strip_prefix("v1a,").unwrap();
    let (id, at) = (message.header("webhook-id"), message.header("webhook-timestamp"));
    assert!(!id.contains('.'), "{id}");
    let signed = format!("{id}.{at}.{}", message.body);
    ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, key)
        .verify(signed.as_bytes(), &STANDARD.decode(signature).unwrap())
        .is_ok()
}

async fn withdraw(app: &TestApp, id: &str) {
    let tx = app.db.begin().await.unwrap();
    store::records::publish::withdraw(&tx, id.parse().unwrap(), "no longer used", now(), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_webhook_is_told_of_what_matches_or_matched() {
    let it = Told::new().await;
    it.app.publish(&[record("Before", |r| r.sectors = vec![Sector::Policing])]).await;
    let hook = it.hook("?sector=policing&q=cameras&sort=title&limit=5").await;
    let all = it.hook("").await;
    let with = |title: &str, sector: Sector, text: &str| {
        let (text, sector) = (text.to_owned(), vec![sector]);
        record(title, |r| (r.summary, r.sectors) = (Some(text), sector))
    };
    let ids = it
        .app
        .publish(&[
            with("A", Sector::Policing, "Cameras in streets."),
            with("B", Sector::Schools, "Cameras in schools."),
            with("C", Sector::Policing, "Nothing to see."),
        ])
        .await;
    it.app.publish(&[with("A", Sector::Schools, "Cameras in streets.")]).await;
    it.app.publish(&[with("A", Sector::Schools, "Cameras in yards.")]).await;
    it.app.publish(&[with("C", Sector::Policing, "A camera after all.")]).await;
    withdraw(&it.app, &ids[2]).await;
    let sent = it.sent().await;
    let (own, others): (Vec<Message>, Vec<Message>) =
        sent.into_iter().partition(|message| message.json()["data"]["webhook"] == hook["id"]);
    let published = |id: &str| ("record.published".to_owned(), id.to_owned());
    // Ceasing to match is reported; what happens afterwards is not.
    let withdrawn = ("record.withdrawn".to_owned(), ids[2].clone());
    assert_eq!(told(&own), [published(&ids[0]), published(&ids[0]), published(&ids[2]), withdrawn]);
    assert_eq!(told(&others).len(), 7);

    // Thin messages: where to read it, but not what it says.
    let first = own[0].json();
    let change = first["data"]["change"].as_i64().unwrap();
    assert_eq!(
        first,
        json!({
            "type": "record.published",
            "timestamp": first["timestamp"],
            "data": {
                "webhook": hook["id"],
                "change": change,
                "record_id": ids[0],
                "version": 1,
                "url": format!("http://register.test/api/v1/records/{}/versions/1", ids[0]),
                "change_url": format!("http://register.test/api/v1/changes?after={}&limit=1", change - 1),
            }
        })
    );
    let read = it.app.json(&format!("/api/v1/changes?after={}&limit=1", change - 1)).await;
    assert_eq!(read["items"][0]["change"], change);
    assert!(own[0].header("user-agent").starts_with("open-algorithm-register/"));

    // Each webhook has its own key, and a changed byte does not verify.
    let key = hook["public_key"].as_str().unwrap();
    assert!(own.iter().all(|message| verifies(message, key)));
    assert!(!others.iter().any(|message| verifies(message, key)));
    assert!(others.iter().all(|message| verifies(message, all["public_key"].as_str().unwrap())));
    let forged = Message { body: own[0].body.replace("\"version\":1", "\"version\":2"), ..own[0].clone() };
    assert!(!verifies(&forged, key));
    // Nothing is left, and nothing arrives twice.
    assert!(it.later(TimeDelta::days(1)).await.is_empty());
    assert_eq!(it.deliveries(&hook, "state=delivered").await.len(), 5);
    assert_eq!(it.state(&hook).await["pending"], 0);
}

#[tokio::test]
async fn what_does_not_arrive_is_sent_again_until_it_does() {
    let it = Told::new().await;
    let hook = it.hook("").await;
    let elsewhere = it.receiver.url.clone();
    it.receiver.answer([
        (500, None),
        (302, Some(("location", elsewhere))),
        (429, Some(("retry-after", "900".to_owned()))),
    ]);
    it.app.publish(&[record("One", |_| {}), record("Two", |_| {})]).await;
    let ids = |messages: &[Message]| -> Vec<String> {
        messages.iter().map(|message| message.header("webhook-id").to_owned()).collect()
    };
    let first = it.sent().await;
    assert_eq!(first.len(), 1, "a receiver that fails is left alone: {first:?}");
    let one = ids(&first);
    let waiting = it.deliveries(&hook, "state=pending").await;
    assert_eq!((waiting.len(), &waiting[0]["attempts"]), (2, &json!(0)));
    let (status, error) = (json!(500), json!("answered with 500"));
    assert_eq!(
        (&waiting[1]["attempts"], &waiting[1]["status"], &waiting[1]["error"]),
        (&json!(1), &status, &error)
    );

    assert!(it.later(TimeDelta::seconds(3)).await.is_empty(), "not before its time");
    let again = it.later(TimeDelta::seconds(3)).await;
    assert_eq!(ids(&again), one, "the same message, and no redirect is followed");
    assert_ne!(again[0].header("webhook-timestamp"), first[0].header("webhook-timestamp"));
    assert_eq!(again[0].body, first[0].body);
    assert!(verifies(&again[0], hook["public_key"].as_str().unwrap()));
    assert_eq!(ids(&it.later(TimeDelta::seconds(331)).await), one);
    assert!(it.later(TimeDelta::seconds(890)).await.is_empty(), "it asked for a quarter of an hour");
    let two = it.later(TimeDelta::seconds(20)).await;
    assert!(two.len() == 1 && ids(&two) != one, "one message does not hold up the others for long");
    assert_eq!(ids(&it.later(TimeDelta::minutes(20)).await), one);
    assert!(it.deliveries(&hook, "state=pending&state=dead").await.is_empty());
    let done = it.deliveries(&hook, "").await;
    assert_eq!(
        (&done[1]["attempts"], &done[1]["state"], done[1].get("error")),
        (&json!(4), &json!("delivered"), None)
    );
}

#[tokio::test]
async fn what_never_arrives_is_a_dead_letter_that_can_be_sent_again() {
    let it = Told::new().await;
    let hook = it.hook("").await;
    it.receiver.answer((0..200).map(|_| (503, None)));
    it.app.publish(&[record("One", |_| {})]).await;
    let mut tries = it.sent().await.len();
    for wait in BACKOFF {
        tries += it.later(wait + wait / 10 + TimeDelta::seconds(1)).await.len();
    }
    assert_eq!(tries, 1 + BACKOFF.len());
    let dead = it.deliveries(&hook, "state=dead").await;
    assert_eq!((dead.len(), &dead[0]["attempts"], &dead[0]["status"]), (1, &json!(10), &json!(503)));
    let state = it.state(&hook).await;
    assert_eq!((&state["state"], &state["dead"]), (&json!("stopped"), &json!(1)));
    assert!(state["reason"].as_str().unwrap().starts_with("nothing arrived since 2026-11-2"), "{state}");

    // A stopped webhook receives nothing, and misses nothing.
    it.app.publish(&[record("Two", |_| {})]).await;
    assert!(it.later(TimeDelta::days(3)).await.is_empty());
    let path = |what: &str| format!("/api/v1/webhooks/{}/{what}", hook["id"].as_str().unwrap());
    let revived =
        it.call(Method::POST, &path("redeliver"), json!({ "changes": [dead[0]["change"], 999] })).await;
    assert_eq!((revived.status, revived.json()), (StatusCode::OK, json!({ "pending": 1 })));
    let changed = it.change(&hook, json!({ "state": "active", "url": Receiver::start().await.url })).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert_eq!(changed.json().get("reason"), None);
    it.sent().await;
    let done = it.deliveries(&hook, "state=delivered").await;
    assert_eq!(done.len(), 3, "the trial, the dead one and the missed one: {done:?}");
    assert_eq!(it.call(Method::POST, &path("redeliver"), Value::Null).await.json(), json!({ "pending": 0 }));
    // Pending retries go out at once when the owner says that all is well.
    let failing = Receiver::start().await;
    failing.answer([(500, None)]);
    it.change(&hook, json!({ "url": failing.url })).await;
    it.app.publish(&[record("Three", |_| {})]).await;
    it.sent().await;
    it.change(&hook, json!({ "state": "paused" })).await;
    assert_eq!(it.call(Method::POST, &path("trial"), Value::Null).await.status, StatusCode::CONFLICT);
    it.change(&hook, json!({ "state": "active" })).await;
    it.sent().await;
    assert_eq!(failing.take().len(), 2);
}

#[tokio::test]
async fn a_webhook_that_was_told_of_a_record_is_told_of_its_redaction() {
    let it = Told::new().await;
    let council = it.app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
    let one = it.app.token("one@northmoor.example", Role::Approver, Some(&council)).await;
    let two = it.app.token("two@northmoor.example", Role::Approver, Some(&council)).await;
    let secret = |text: &str| record("Tool", |r| r.summary = Some(text.to_owned()));
    let id = it.app.publish(&[secret("Ask Zebedee about it."), record("Other", |_| {})]).await.remove(0);
    let hook = it.hook("q=zebedee").await;
    let other = it.hook("q=other").await;
    it.app.publish(&[secret("Ask Zebedee again.")]).await;
    assert_eq!(it.sent().await.len(), 1);
    let path = format!("/api/v1/records/{id}/redactions");
    let ask = json!({ "words": "Zebedee", "ground": "foia_40", "reason": "A name of staff" });
    let asked = it.app.call(Method::POST, &path, &one, None, ask).await;
    assert!(asked.status.is_success(), "{}", asked.text);
    let carry_out = format!("{path}/{}/carry-out", asked.json()["id"].as_str().unwrap());
    let done = it.app.call(Method::POST, &carry_out, &two, None, Value::Null).await;
    assert!(done.status.is_success(), "{}", done.text);
    let sent = it.sent().await;
    assert_eq!(told(&sent), [("record.redacted".to_owned(), id)]);
    assert_eq!(sent[0].json()["data"]["webhook"], hook["id"]);
    assert_eq!(it.deliveries(&other, "").await.len(), 1, "its trial");
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone_and_a_paused_one_misses_nothing() {
    let it = Told::new().await;
    let hook = it.hook("").await;
    assert_eq!(it.change(&hook, json!({ "state": "paused" })).await.status, StatusCode::OK);
    it.app.publish(&[record("One", |_| {}), record("Two", |_| {})]).await;
    assert!(it.later(TimeDelta::days(20)).await.is_empty());
    it.change(&hook, json!({ "state": "active" })).await;
    assert_eq!(it.sent().await.len(), 2);

    it.receiver.answer([(410, None)]);
    it.app.publish(&[record("Three", |_| {})]).await;
    assert_eq!(it.sent().await.len(), 1);
    let state = it.state(&hook).await;
    assert_eq!((&state["state"], &state["dead"]), (&json!("stopped"), &json!(1)));
    assert!(state["reason"].as_str().unwrap().contains("410 Gone"), "{state}");

    // Somebody who lost their rights is no longer told anything.
    let active = it.change(&hook, json!({ "state": "active" })).await;
    assert_eq!(active.status, StatusCode::OK, "{}", active.text);
    let tx = it.app.db.begin_quietly().await.unwrap();
    let person = store::people::find(&tx, "desk@watch.example").await.unwrap().unwrap();
    store::people::set_active(&tx, &person.id, false).await.unwrap();
    tx.commit().await.unwrap();
    it.app.publish(&[record("Four", |_| {})]).await;
    assert!(it.later(TimeDelta::days(1)).await.is_empty());
    // Nor when their account works again, until they say so.
    let tx = it.app.db.begin_quietly().await.unwrap();
    store::people::end_all(&tx, &person.id, suite::now()).await.unwrap();
    store::people::set_active(&tx, &person.id, true).await.unwrap();
    tx.commit().await.unwrap();
    assert!(it.later(TimeDelta::days(1)).await.is_empty());
    let stopped =
        store::people::webhooks::find(&it.app.db, hook["id"].as_str().unwrap()).await.unwrap().unwrap();
    assert_eq!(stopped.state, store::people::webhooks::State::Stopped);
    assert_eq!(stopped.reason.as_deref(), Some("its owner's account was disabled"));
}

#[tokio::test]
async fn one_process_sends_at_a_time_and_one_that_died_holds_up_nobody_for_long() {
    let it = Told::new().await;
    it.hook("").await;
    it.app.publish(&[record("One", |_| {})]).await;
    // Another process takes the lease and dies with it.
    let taken = it.app.api.leases.take(Work::Delivering).await.unwrap();
    taken.unwrap().die().await;
    assert!(it.sent().await.is_empty());
    assert_eq!(it.later(TimeDelta::minutes(1)).await.len(), 1);
    // Sent but not recorded means sent again: at least once.
    let sql = "UPDATE deliveries SET state = 'pending', attempts = 0 WHERE change > 0";
    store::ground::raw::execute(&it.app.db, sql).await.unwrap();
    assert_eq!(it.sent().await.len(), 1);
}

#[tokio::test]
async fn a_webhook_is_checked_whole_and_is_its_owners() {
    let it = Told::new().await;
    let bad =
        json!({ "label": " ", "url": "ftp://x/", "query": "sectr=policing&phase=gone&sector=policing" });
    let answer = it.call(Method::POST, "/api/v1/webhooks", bad).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let faults = answer.json()["errors"].clone();
    let places: Vec<(&str, &str)> = faults
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        places,
        [
            ("/label", "bad-label"),
            ("/url", "bad-address"),
            ("/query", "unknown-code"),
            ("/query", "unknown-parameter"),
        ],
        "{faults}"
    );
    assert!(faults.to_string().contains("did you mean 'sector'?"), "{faults}");

    let hook = it.hook("sector=policing").await;
    let path = format!("/api/v1/webhooks/{}", hook["id"].as_str().unwrap());
    let body = it.app.organisation("Other Watch", OrganisationKind::CivilSociety).await;
    let other = it.app.token("other@watch.example", Role::Observer, Some(&body)).await;
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::PATCH, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::GET, format!("{path}/deliveries")),
        (Method::POST, format!("{path}/redeliver")),
        (Method::POST, format!("{path}/trial")),
    ] {
        let body = if method == Method::PATCH { json!({ "label": "Mine" }) } else { Value::Null };
        let answer = it.app.call(method.clone(), &path, &other, Some("\"0\""), body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}: {}", answer.text);
    }
    let list = it.app.call(Method::GET, "/api/v1/webhooks", &other, None, Value::Null).await;
    assert_eq!(list.json(), json!({ "items": [] }));

    let change = json!({ "label": "Night desk", "query": "q=vans" });
    let without = it.app.call(Method::PATCH, &path, &it.token, None, change.clone()).await;
    assert_eq!(without.status, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(it.change(&hook, change.clone()).await.json()["label"], "Night desk");
    let stale = it.app.call(Method::PATCH, &path, &it.token, Some("\"0\""), change).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let stopped = it.change(&hook, json!({ "state": "stopped" })).await;
    assert_eq!(stopped.status, StatusCode::BAD_REQUEST);

    it.call(Method::POST, &format!("{path}/trial"), Value::Null).await;
    assert_eq!(it.sent().await.len(), 1);
    for n in 1..20 {
        let new = json!({ "label": format!("Desk {n}"), "url": it.receiver.url });
        assert_eq!(it.call(Method::POST, "/api/v1/webhooks", new).await.status, StatusCode::CREATED);
    }
    let new = json!({ "label": "One more", "url": it.receiver.url });
    assert_eq!(it.call(Method::POST, "/api/v1/webhooks", new).await.status, StatusCode::FORBIDDEN);
    assert_eq!(it.call(Method::DELETE, &path, Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(it.call(Method::GET, &path, Value::Null).await.status, StatusCode::NOT_FOUND);

    // Without permission, nobody can make the register call internal addresses.
    let app = TestApp::new().await;
    let body = app.organisation("Data Watch", OrganisationKind::CivilSociety).await;
    let token = app.token("desk@watch.example", Role::Observer, Some(&body)).await;
    for url in ["http://hooks.example/", "https://127.0.0.1/", "https://169.254.169.254/", "https://db/"] {
        let new = json!({ "label": "Desk", "url": url });
        let answer = app.call(Method::POST, "/api/v1/webhooks", &token, None, new).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{url}: {}", answer.text);
    }
}
