//! Many records are looked up by their ids in one request, in the order asked.

use axum::http::StatusCode;
use domain::RecordId;
use serde_json::{Value, json};
use suite::{TestApp, now, record};

async fn looked_up(app: &TestApp, ids: &[&str]) -> Value {
    let query: Vec<String> = ids.iter().map(|id| format!("id={}", id.replace(' ', "%20"))).collect();
    app.json(&format!("/api/v1/records/lookup?{}", query.join("&"))).await
}

#[tokio::test]
async fn each_id_says_what_became_of_it_in_the_order_asked() {
    let app = TestApp::new().await;
    let ids = app.publish(&["One", "Two", "Three"].map(|title| record(title, |_| {}))).await;
    let tx = app.db.begin().await.unwrap();
    let gone = ids[1].parse().unwrap();
    store::records::publish::withdraw(&tx, gone, "no longer used", now(), now()).await.unwrap();
    tx.commit().await.unwrap();
    let unknown = RecordId::from_sequence(900_000).to_string();
    // The last character checks the others.
    let mut mistyped = ids[0].clone();
    let last = if mistyped.ends_with('7') { '8' } else { '7' };
    mistyped.pop();
    mistyped.push(last);
    let lower = ids[2].to_lowercase();
    let asked = [lower.as_str(), &ids[1], &unknown, &mistyped, "nonsense", &ids[0], &ids[0]];
    let list = looked_up(&app, &asked).await;

    assert_eq!((&list["total"], &list["published"]), (&json!(6), &json!(2)), "an id sent twice comes once");
    let items = list["items"].as_array().unwrap();
    let order: Vec<&str> = items.iter().map(|item| item["asked"].as_str().unwrap()).collect();
    assert_eq!(order, asked[..6]);
    let states: Vec<&str> = items.iter().map(|item| item["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["published", "withdrawn", "unknown", "malformed", "malformed", "published"]);

    assert_eq!(items[0]["id"], ids[2].as_str(), "in its usual form");
    assert_eq!(
        (&items[0]["record"]["title"], &items[5]["record"]["title"]),
        (&json!("Three"), &json!("One"))
    );
    assert_eq!(items[0]["record"]["url"], format!("http://register.test/api/v1/records/{}", ids[2]));
    assert_eq!(items[1]["tombstone"]["title"], "Two");
    assert_eq!(items[1]["tombstone"]["reason"], "no longer used");
    assert!(items[1].get("record").is_none());
    assert!(items[2]["detail"].as_str().unwrap().contains(&unknown), "{}", items[2]);
    let meant: Vec<&str> =
        items[3]["did_you_mean"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert!(meant.contains(&ids[0].as_str()), "{}", items[3]);
    assert!(
        meant.iter().all(|id| ids.iter().any(|known| known == id)),
        "only ids of this register: {meant:?}"
    );
    assert!(items[4]["detail"].as_str().unwrap().contains("R-0000000"), "{}", items[4]);
    assert!(items[4].get("did_you_mean").is_none());
}

#[tokio::test]
async fn a_lookup_returns_the_fields_asked_for_and_is_cached_like_other_reads() {
    let app = TestApp::new().await;
    let ids = app.publish(&[record("One", |r| r.legal_basis = Some("An act".into()))]).await;
    let path = format!("/api/v1/records/lookup?id={}&fields=legal_basis", ids[0]);
    let answer = app.get(&path).await;
    let item = answer.json()["items"][0]["record"].clone();
    assert_eq!(item["legal_basis"], "An act");
    assert!(item.get("title").is_none(), "{item}");
    let tag = answer.header("etag").to_owned();
    let again = app.send(axum::http::Method::GET, &path, &[("if-none-match", &tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn two_hundred_ids_are_looked_up_at_once_and_no_more() {
    let app = TestApp::new().await;
    let published = app.publish(&[record("One", |_| {})]).await;
    let mut ids: Vec<String> = (500..699).map(|n| RecordId::from_sequence(n).to_string()).collect();
    ids.push(published[0].clone());
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    let list = looked_up(&app, &all).await;
    assert_eq!((&list["total"], &list["published"]), (&json!(200), &json!(1)));

    let query: String = ids.iter().map(|id| format!("id={id}&")).collect();
    let one_more = RecordId::from_sequence(800).to_string();
    for (query, code, hint) in [
        (format!("{query}id={one_more}"), "too-many", "send at most 200 at a time"),
        (String::new(), "required", "add ?id=R-4ZK7Q2M"),
        (format!("id={}", "x".repeat(101)), "too-long", "write at most 100 characters"),
    ] {
        let answer = app.get(&format!("/api/v1/records/lookup?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{code}");
        let faults = answer.json()["errors"].as_array().unwrap().clone();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!((&faults[0]["code"], &faults[0]["hint"]), (&json!(code), &json!(hint)), "{}", answer.text);
    }
}
