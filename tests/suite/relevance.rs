//! Search quality: a table of searches and the records that must come first. The score is nDCG@10 with binary
//! relevance. It is printed, and the test fails when it drops.

use importer::Source;
use serde::Deserialize;
use serde_json::Value;
use suite::{TestApp, data};

/// The scores reached so far. Raise them with any change that improves them; a change that lowers one needs a
/// reason.
const DEMONSTRATION: f64 = 0.91;
const REAL: f64 = 0.97;

#[derive(Deserialize)]
struct Table {
    demonstration: Vec<Vec<String>>,
    real: Vec<Vec<String>>,
}

fn table() -> Table {
    let path = data::project().join("fixtures/relevance/queries.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Normalised discounted cumulative gain: the share of the best possible order.
fn ndcg(found: &[bool], relevant: usize) -> f64 {
    let worth = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let gained: f64 =
        found.iter().enumerate().filter(|(_, right)| **right).map(|(place, _)| worth(place)).sum();
    let best: f64 = (0..relevant.min(10)).map(worth).sum();
    gained / best
}

async fn score(app: &TestApp, queries: &[Vec<String>], set: &str) -> f64 {
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
        let found: Vec<bool> = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| titles.iter().any(|title| begins(item, title)))
            .collect();
        let one = ndcg(&found, titles.len());
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
    println!("{set}: nDCG@10 = {score:.3} over {} queries", queries.len());
    score
}

fn begins(item: &Value, title: &str) -> bool {
    item["title"].as_str().unwrap().trim_start().starts_with(title.trim_start())
}

fn encoded(q: &str) -> String {
    percent_encoding::utf8_percent_encode(q, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[test]
fn the_score_of_an_order_is_what_the_literature_says() {
    assert!((ndcg(&[true, true], 2) - 1.0).abs() < 1e-9);
    assert!((ndcg(&[false, true], 1) - 1.0 / 3.0_f64.log2()).abs() < 1e-9);
    assert!(ndcg(&[false, false], 3).abs() < 1e-9);
}

#[tokio::test]
async fn searches_of_the_demonstration_register_find_what_people_look_for() {
    let app = TestApp::demonstration().await;
    let score = score(&app, &table().demonstration, "demonstration").await;
    assert!(score >= DEMONSTRATION, "nDCG@10 fell to {score:.3}");
}

#[tokio::test]
async fn searches_of_real_registers_find_what_people_look_for() {
    let (Some(uk), Some(nl)) =
        (data::real("uk/atrs_records_2026-07-10.json"), data::real("nl/pub_data_2023-06-19.json"))
    else {
        return;
    };
    let app = TestApp::new().await;
    app.import(Source::Atrs, &uk).await;
    app.import(Source::Nl, &nl).await;
    let score = score(&app, &table().real, "real").await;
    assert!(score >= REAL, "nDCG@10 fell to {score:.3}");
}
