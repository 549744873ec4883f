//! A reply of a body becomes public like a publication: by two people.

use axum::http::{Method, StatusCode};
use domain::codes::{OrganisationKind, Role};
use serde_json::{Value, json};
use suite::Answer;

use crate::submissions::{Council, ready};

/// A council with a published record.
struct Asked {
    council: Council,
    record: String,
}

impl Asked {
    async fn new() -> Self {
        let council = Council::new().await;
        let (record, _) = council.publish(ready("Camera")).await;
        Self { council, record }
    }

    async fn reply(&self, token: &str, text: &str) -> Answer {
        let path = format!("/api/v1/records/{}/replies", self.record);
        self.council.app.call(Method::POST, &path, token, None, json!({ "text": text })).await
    }

    /// Writes a reply and returns its id.
    async fn written(&self, token: &str, text: &str) -> String {
        let answer = self.reply(token, text).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    async fn decide(&self, token: &str, id: &str, decision: &str) -> Answer {
        let path = format!("/api/v1/replies/{id}/decision");
        self.council.app.call(Method::POST, &path, token, None, json!({ "decision": decision })).await
    }

    async fn waiting(&self, token: &str) -> Vec<Value> {
        let answer = self.council.app.call(Method::GET, "/api/v1/replies", token, None, Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["items"].as_array().unwrap().clone()
    }

    /// The texts beside the record.
    async fn shown(&self) -> Vec<String> {
        let list = self.council.app.json(&format!("/api/v1/records/{}/annotations", self.record)).await;
        let items = list["items"].as_array().unwrap();
        items.iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn a_reply_to_a_record_needs_two_people() {
    let it = Asked::new().await;
    let Council { app, writer, colleague, approver, .. } = &it.council;
    let id = it.written(writer, "It was switched off.").await;
    assert_eq!(it.shown().await, Vec::<String>::new());
    let waiting = it.waiting(colleague).await;
    assert_eq!((&waiting[0]["id"], &waiting[0]["is_yours"]), (&json!(id), &json!(false)));
    assert_eq!(it.waiting(writer).await[0]["is_yours"], true);
    // A contributor approves nothing, and a stranger does not learn that it exists.
    let other = app.organisation("Southmoor Council", OrganisationKind::LocalAuthority).await;
    let stranger = app.token("a@southmoor.example", Role::Approver, Some(&other)).await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    assert_eq!(it.decide(colleague, &id, "publish").await.status, StatusCode::FORBIDDEN);
    assert_eq!(it.decide(colleague, &id, "decline").await.status, StatusCode::FORBIDDEN);
    assert_eq!(it.decide(&stranger, &id, "publish").await.status, StatusCode::NOT_FOUND);
    assert_eq!(it.decide(&admin, &id, "publish").await.status, StatusCode::NOT_FOUND);
    assert!(it.waiting(&stranger).await.is_empty());
    let remarks = app.call(Method::GET, "/api/v1/remarks", &admin, None, Value::Null).await.json();
    assert_eq!(remarks["items"], json!([]));
    assert_eq!(it.shown().await, Vec::<String>::new());

    let published = it.decide(approver, &id, "publish").await;
    assert_eq!(published.status, StatusCode::OK, "{}", published.text);
    assert_eq!(it.shown().await, ["It was switched off."]);
    assert!(it.waiting(writer).await.is_empty());
    assert_eq!(it.decide(approver, &id, "publish").await.status, StatusCode::NOT_FOUND);

    // An approver's own reply waits for another approver.
    let own = it.written(approver, "It is on again.").await;
    let refused = it.decide(approver, &own, "publish").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("ask another approver"), "{}", refused.text);
    assert_eq!(it.shown().await.len(), 1);
    let second = app.token("second@northmoor.example", Role::Approver, Some(&it.council.id)).await;
    assert_eq!(it.decide(&second, &own, "publish").await.status, StatusCode::OK);
    assert_eq!(it.shown().await.len(), 2);

    let trail = app.call(Method::GET, "/api/v1/audit", approver, None, Value::Null).await.json();
    let actions: Vec<&str> =
        trail["items"].as_array().unwrap()[..4].iter().map(|line| line["action"].as_str().unwrap()).collect();
    assert!(actions.contains(&"remark.reply") && actions.contains(&"reply.ask"), "{actions:?}");
}

#[tokio::test]
async fn a_reply_is_taken_back_or_declined_and_was_never_public() {
    let it = Asked::new().await;
    let Council { app, writer, approver, .. } = &it.council;
    let id = it.written(writer, "Wrong words.").await;
    assert_eq!(it.decide(writer, &id, "decline").await.status, StatusCode::OK);
    let id = it.written(writer, "Other words.").await;
    assert_eq!(it.decide(approver, &id, "decline").await.status, StatusCode::OK);
    assert!(it.waiting(approver).await.is_empty());
    assert_eq!(it.shown().await, Vec::<String>::new());

    // What is withdrawn meanwhile gets no reply.
    let id = it.written(writer, "Late words.").await;
    let path = format!("/api/v1/records/{}/withdraw", it.record);
    let why = json!({ "reason": "Replaced" });
    let gone = app.call(Method::POST, &path, approver, Some("\"1\""), why).await;
    assert!(gone.status.is_success(), "{}", gone.text);
    assert_eq!(it.decide(approver, &id, "publish").await.status, StatusCode::GONE);
    assert_eq!(it.waiting(approver).await.len(), 1, "a refused decision changes nothing");
}

#[tokio::test]
async fn one_person_is_enough_where_four_eyes_are_off() {
    let it = Asked::new().await;
    let Council { app, approver, colleague, id: body, .. } = &it.council;
    let tx = app.db.begin_quietly().await.unwrap();
    store::people::set_four_eyes(&tx, body, false).await.unwrap();
    tx.commit().await.unwrap();
    let id = it.written(approver, "Said alone.").await;
    assert_eq!(it.decide(approver, &id, "publish").await.status, StatusCode::OK);
    assert_eq!(it.shown().await, ["Said alone."]);
    // As for publications, it still takes an approver.
    let id = it.written(colleague, "Said by a contributor.").await;
    assert_eq!(it.decide(colleague, &id, "publish").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_redaction_reaches_replies_that_wait() {
    let it = Asked::new().await;
    let Council { app, writer, approver, .. } = &it.council;
    it.written(writer, "They were planned by hand, as everybody knows.").await;
    let path = format!("/api/v1/records/{}/redactions", it.record);
    let ask = json!({ "words": "planned by hand", "ground": "foia_40", "reason": "It tells of a person" });
    let asked = app.call(Method::POST, &path, writer, None, ask).await;
    assert!(asked.status.is_success(), "{}", asked.text);
    let carry_out = format!("{path}/{}/carry-out", asked.json()["id"].as_str().unwrap());
    let done = app.call(Method::POST, &carry_out, approver, None, Value::Null).await;
    assert!(done.status.is_success(), "{}", done.text);
    let waiting = it.waiting(approver).await;
    let text = waiting[0]["text"].as_str().unwrap();
    assert!(!text.contains("by hand") && text.contains("as everybody knows"), "{text}");
}
