//! The feed of changes: in order, nothing missed, nothing twice, and in formats feed readers understand.

use axum::http::{Method, StatusCode};
use domain::Record;
use serde_json::{Value, json};
use suite::{TestApp, now, record};

/// Publishes a new version of a record.
async fn change(app: &TestApp, id: &str, record: Record, note: &str) {
    let mut names = store::names::Names::of(&app.db).await.unwrap();
    let tx = app.db.begin().await.unwrap();
    let candidate = store::records::publish::Candidate {
        source: None,
        id: Some(id.parse().unwrap()),
        record,
        trace: None,
        note: Some(note.into()),
        published_at: None,
    };
    let prepared = store::records::publish::Prepared::new(candidate);
    let batch = [prepared];
    let terms = Default::default();
    Box::pin(store::records::publish::publish(&tx, &mut names, &batch, &terms, now())).await.unwrap();
    tx.commit().await.unwrap();
}

async fn withdraw(app: &TestApp, id: &str, reason: &str) {
    let tx = app.db.begin().await.unwrap();
    store::records::publish::withdraw(&tx, id.parse().unwrap(), reason, now(), now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_reader_of_a_feed_misses_nothing_and_sees_nothing_twice() {
    let app = TestApp::new().await;
    let all: Vec<_> = (0..7).map(|n| record(&format!("Tool {n}"), |_| {})).collect();
    let ids = app.publish(&all).await;
    let (mut after, mut seen) = (0, Vec::new());
    for round in 0..4 {
        loop {
            let page = app.json(&format!("/api/v1/changes?after={after}&limit=3")).await;
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| {
                (item["kind"].as_str().unwrap().to_owned(), item["title"].as_str().unwrap().to_owned())
            }));
            after = page["after"].as_i64().unwrap();
            if page["more"] == false {
                break;
            }
        }
        match round {
            0 => {
                change(&app, &ids[3], record("Tool 3", |r| r.uses_children_data = Some(true)), "asked").await
            }
            1 => withdraw(&app, &ids[5], "no longer used").await,
            _ => {}
        }
    }
    let titles: Vec<String> = (0..7).map(|n| format!("Tool {n}")).collect();
    let mut expected: Vec<_> = titles.into_iter().map(|title| ("published".to_owned(), title)).collect();
    expected.push(("published".into(), "Tool 3".into()));
    expected.push(("withdrawn".into(), "Tool 5".into()));
    assert_eq!(seen, expected);

    let changed = app.json(&format!("/api/v1/changes?record={}&after={}", ids[3], ids.len())).await;
    let item = &changed["items"][0];
    assert_eq!((&item["reason"], &item["version"]), (&json!("asked"), &json!(2)));
    assert_eq!(item["fields"][0]["field"], "uses_children_data");
    let withdrawn = app.json("/api/v1/changes?kind=withdrawn").await;
    assert_eq!(withdrawn["items"][0]["reason"], "no longer used");
    for (query, code) in
        [("after=-1", "bad-number"), ("kind=deleted", "unknown-code"), ("afer=1", "unknown-parameter")]
    {
        let answer = app.get(&format!("/api/v1/changes?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.json()["errors"][0]["code"], code, "{}", answer.text);
    }
}

#[tokio::test]
async fn feeds_are_walked_page_by_page_and_say_the_same_in_both_notations() {
    let app = TestApp::new().await;
    let all: Vec<_> = (0..5).map(|n| record(&format!("Tool <{n}> & \"more\""), |_| {})).collect();
    let ids = app.publish(&all).await;
    let risky = record("Tool <0> & \"more\"", |r| r.provided_information = Some("]]> <script>".into()));
    change(&app, &ids[0], risky, "asked").await;
    withdraw(&app, &ids[1], "no longer used").await;

    for (path, entries) in [("/changes", 7_usize), ("/records", 4)] {
        let mut titles: Vec<String> = Vec::new();
        let mut next = Some(format!("{path}.json?limit=2"));
        let mut pages = 0;
        while let Some(page) = next.take() {
            let answer = app.get(&page).await;
            assert!(answer.header("content-type").starts_with("application/feed+json"));
            let feed = answer.json();
            assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
            titles.extend(
                feed["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|item| item["title"].as_str().unwrap().to_owned()),
            );
            next = feed["next_url"]
                .as_str()
                .map(|url| url.strip_prefix("http://register.test").unwrap().to_owned());
            pages += 1;
        }
        assert_eq!((titles.len(), pages), (entries, entries.div_ceil(2)), "{path}: {titles:?}");
        let answer = app.get(&format!("{path}.atom?limit=100")).await;
        assert!(answer.header("content-type").starts_with("application/atom+xml"));
        let feed: atom_syndication::Feed = answer.text.parse().unwrap();
        let atom: Vec<String> = feed.entries.iter().map(|entry| entry.title.value.clone()).collect();
        assert_eq!(atom, titles, "{path}");
        let ids: std::collections::HashSet<_> = feed.entries.iter().map(|entry| &entry.id).collect();
        assert_eq!(ids.len(), entries, "ids tell entries apart");
        assert!(
            feed.links.iter().any(|link| link.rel == "self")
                && feed.links.iter().all(|link| link.rel != "next")
        );
        let tag = answer.header("etag").to_owned();
        let again =
            app.send(Method::GET, &format!("{path}.atom?limit=100"), &[("if-none-match", &tag)]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    }
    let feed: Value = app.json("/changes.json").await;
    assert_eq!(feed["items"][0]["title"], "Withdrawn: Tool <1> & \"more\"");
    assert_eq!(feed["items"][1]["content_text"], "asked\nInformation it gives: nothing → ]]> <script>");
    // Any query can be subscribed to; an invalid one is refused.
    assert_eq!(app.json("/records.json?sector=schools&q=tool").await["items"].as_array().unwrap().len(), 4);
    assert_eq!(app.json("/records.json?sector=policing").await["items"].as_array().unwrap().len(), 0);
    assert_eq!(app.get("/records.atom?sector=school").await.status, StatusCode::BAD_REQUEST);
}
