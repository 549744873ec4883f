//! Search quality: what people look for, and the records that must come first. The scores are nDCG@10; they are
//! printed, and a test fails when one drops. `cargo xtask relevance` says more about the questions to real registers.

use std::collections::HashMap;

use importer::Source;
use judged::{FILES, Half, Judgements, Key, Means, ndcg, questions, score};
use serde::Deserialize;
use serde_json::Value;
use suite::{TestApp, data};

/// The scores reached so far. Raise them with any change that improves them; a change that lowers one needs a
/// reason.
const DEMONSTRATION: f64 = 0.91;
const REAL: f64 = 0.6;

#[derive(Deserialize)]
struct Table {
    demonstration: Vec<Vec<String>>,
}

fn table() -> Table {
    let path = data::project().join("fixtures/relevance/queries.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The mean score of searches of the demonstration register.
async fn mean(app: &TestApp, queries: &[Vec<String>]) -> f64 {
    let mut all = 0.0;
    for query in queries {
        let (q, titles) = query.split_first().unwrap();
        for title in titles {
            let there =
                app.json(&format!("/api/v1/records?limit=100&q={}", encoded(&format!("\"{title}\"")))).await;
            let known = there["items"].as_array().unwrap().iter().any(|item| begins(item, title));
            assert!(known, "no title begins '{title}'");
        }
        let list = app.json(&format!("/api/v1/records?limit=10&q={}", encoded(q))).await;
        let found: Vec<u8> = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| u8::from(titles.iter().any(|title| begins(item, title))))
            .collect();
        let one = ndcg(&found, &vec![1_u8; titles.len()]);
        if one < 0.8 {
            let titles: Vec<&str> = list["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["title"].as_str().unwrap())
                .collect();
            println!("  {one:.2} {q}: {} found, {titles:.3?}", list["total"]);
        }
        all += one;
    }
    let score = all / queries.len() as f64;
    println!("demonstration: nDCG@10 = {score:.3} over {} queries", queries.len());
    score
}

fn begins(item: &Value, title: &str) -> bool {
    item["title"].as_str().unwrap().trim_start().starts_with(title.trim_start())
}

fn encoded(q: &str) -> String {
    percent_encoding::utf8_percent_encode(q, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[tokio::test]
async fn searches_of_the_demonstration_register_find_what_people_look_for() {
    let app = TestApp::demonstration().await;
    let score = mean(&app, &table().demonstration).await;
    assert!(score >= DEMONSTRATION, "nDCG@10 fell to {score:.3}");
}

/// The key of each imported record in its own register, by public id.
async fn keys(app: &TestApp) -> HashMap<String, Key> {
    let mut keys = HashMap::new();
    for source in FILES.map(|(source, _)| source) {
        for one in store::records::editions::known(&app.db, source, false).await.unwrap() {
            keys.insert(one.id, Key { source: source.to_owned(), key: one.key });
        }
    }
    keys
}

#[tokio::test]
async fn questions_to_real_registers_find_what_answers_them() {
    let files: Option<Vec<_>> =
        FILES.iter().map(|(source, name)| Some((Source::find(source).unwrap(), data::real(name)?))).collect();
    let Some(files) = files else { return };
    let app = TestApp::new().await;
    for (source, file) in files {
        app.import(source, &file).await;
    }
    let keys = keys(&app).await;
    let asked = questions(&data::fixture("relevance/questions.toml")).unwrap();
    let judgements = Judgements::read(&data::fixture("relevance/judgements.csv"), &asked).unwrap();
    let mut scores = Vec::new();
    for question in asked.iter().filter(|question| question.half == Half::Tuning) {
        let list = app.json(&format!("/api/v1/records?limit=50&q={}", encoded(&question.text))).await;
        let items = list["items"].as_array().unwrap().iter();
        let found: Vec<Key> = items.map(|item| keys[item["id"].as_str().unwrap()].clone()).collect();
        // A question that no record answers says nothing about an order.
        scores.extend(score(&found, judgements.of(&question.id)));
    }
    let means = Means::of(&scores);
    println!("real: {means:.3?}");
    assert!(means.questions >= 50, "only {} questions have a judged answer", means.questions);
    assert!(means.ndcg >= REAL, "nDCG@10 fell to {:.3}", means.ndcg);
}
