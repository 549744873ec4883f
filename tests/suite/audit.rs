//! The audit trail has a line for each thing that happened, and none for what did not.

use acts::{Act, Actor, Refusal};
use axum::http::{Method, StatusCode};
use domain::codes::{AliasKind, OrganisationKind, Role};
use domain::organisation::OrganisationRef;
use serde_json::{Value, json};
use suite::{TestApp, now, record};

use crate::submissions::Council;

/// The lines an administrator reads, latest first.
async fn lines(app: &TestApp) -> Vec<Value> {
    let admin = app.token("auditor@register.example", Role::Admin, None).await;
    let answer = app.call(Method::GET, "/api/v1/audit?limit=100", &admin, None, Value::Null).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

fn with_action<'a>(lines: &'a [Value], action: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["action"] == action).collect()
}

#[tokio::test]
async fn a_role_that_nobody_held_is_not_audited_as_revoked() {
    let council = Council::new().await;
    let admin = council.app.token("admin@register.example", Role::Admin, None).await;
    let revoke = async |role: &str| {
        let body = json!({ "role": role, "organisation": "northmoor-borough-council", "revoke": true });
        let path = "/api/v1/people/writer@northmoor.example/roles";
        let answer = council.app.call(Method::POST, path, &admin, None, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["roles"].as_array().unwrap().len()
    };
    assert_eq!(revoke("approver").await, 1, "they are a contributor still");
    assert_eq!(with_action(&lines(&council.app).await, "person.revoke"), Vec::<&Value>::new());
    assert_eq!(revoke("contributor").await, 0);
    assert_eq!(revoke("contributor").await, 0, "again changes nothing");
    let lines = lines(&council.app).await;
    let revoked = with_action(&lines, "person.revoke");
    assert_eq!(revoked.len(), 1, "{revoked:?}");
    assert_eq!(revoked[0]["detail"], "contributor northmoor-borough-council");
}

#[tokio::test]
async fn a_merge_says_which_body_became_a_name_of_which() {
    let app = TestApp::new().await;
    let kept = app.organisation("Surrey Police", OrganisationKind::PoliceForce).await;
    let approver = app.token("approver@surrey.example", Role::Approver, Some(&kept)).await;
    app.publish(&[record("Camera", |r| r.publisher = OrganisationRef::named("Surry Police"))]).await;
    let merged = app.json("/api/v1/organisations/surry-police").await["organisation"]["id"].clone();
    assert!(merged.is_string(), "an unresolved body has an id as well");
    assert_eq!(app.merge("surry-police", "surrey-police", AliasKind::TradingAs).await, 1);

    let lines = lines(&app).await;
    let merges = with_action(&lines, "organisation.merge");
    assert_eq!(merges.len(), 1, "{merges:?}");
    assert_eq!(merges[0]["object_kind"], "organisation");
    assert_eq!(merges[0]["object_id"], merged);
    assert_eq!(merges[0]["detail"], "into Surrey Police, as trading_as");
    assert_eq!(merges[0]["person"], Value::Null, "it was done on the command line");
    // It concerns the body that has the name now.
    let own = app.call(Method::GET, "/api/v1/audit", &approver, None, Value::Null).await.json();
    assert_eq!(own["items"][0]["action"], "organisation.merge");
}

#[tokio::test]
async fn a_merge_that_cannot_be_leaves_no_line() {
    let app = TestApp::new().await;
    app.organisation("Surrey Police", OrganisationKind::PoliceForce).await;
    let merge = async |slug: &str, into: &str| {
        let tx = app.db.begin().await.unwrap();
        let act = Act { tx: &tx, now: now(), actor: Actor::CommandLine };
        let refused = acts::merge_organisation(&act, slug, into, AliasKind::Former).await.unwrap_err();
        // Even what a refused act wrote before it was refused would show.
        tx.commit().await.unwrap();
        refused
    };
    assert!(matches!(merge("nobody", "surrey-police").await, Refusal::NotFound("organisation", _)));
    assert!(matches!(merge("surrey-police", "nobody").await, Refusal::NotFound("organisation", _)));
    assert!(matches!(merge("surrey-police", "surrey-police").await, Refusal::Conflict(_)));
    assert_eq!(with_action(&lines(&app).await, "organisation.merge"), Vec::<&Value>::new());
}
