//! Every list the store declares is sorted, walked, counted and filtered in one way.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use domain::organisation::OrganisationRef;
use domain::record::RedressRoute;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use serde_json::Value;
use suite::{TestApp, now, record};

const LISTS: &[&str] = &[
    "/api/v1/assessments",
    "/api/v1/organisations",
    "/api/v1/suppliers",
    "/api/v1/contracts",
    "/api/v1/gaps",
    "/api/v1/reviews",
    "/api/v1/audits",
    "/api/v1/consultations",
    "/api/v1/redress-routes",
    "/api/v1/complaints",
    "/api/v1/incidents",
    "/api/v1/environment",
    "/api/v1/tests",
];

async fn demonstration() -> TestApp {
    let app = TestApp::demonstration().await;
    Box::pin(store::procurement::gaps::look(&app.db, now())).await.unwrap();
    app
}

/// The orders that the document lists for a path.
fn orders(path: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(&api::document().to_json().unwrap()).unwrap();
    let parameters = document["paths"][path]["get"]["parameters"].as_array().unwrap();
    let sort = parameters.iter().find(|one| one["name"] == "sort").unwrap_or_else(|| panic!("{path}"));
    let names = sort["schema"]["enum"].as_array().unwrap_or_else(|| panic!("{path}: {sort}"));
    names.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// Every item of a list, walked by `next`.
async fn walk(app: &TestApp, path: &str, query: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.json(&format!("{path}?limit=37{query}{cursor}")).await;
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn every_order_of_every_list_visits_each_item_once() {
    let app = demonstration().await;
    for path in LISTS {
        let total = app.json(&format!("{path}?limit=1")).await["total"].as_u64().unwrap();
        assert!(total > 0, "{path} has nothing to sort");
        let usual: BTreeSet<String> = walk(&app, path, "").await.iter().map(Value::to_string).collect();
        assert_eq!(usual.len() as u64, total, "{path}");
        let orders = orders(path);
        assert!(!orders.is_empty(), "{path}");
        for order in orders {
            let items = walk(&app, path, &format!("&sort={order}")).await;
            assert_eq!(items.len() as u64, total, "{path} by {order}");
            let found: BTreeSet<String> = items.iter().map(Value::to_string).collect();
            assert_eq!(found, usual, "{path} by {order}");
        }
    }
}

/// Values of the items at a pointer, as an order leaves them; those without come as `None`.
async fn column(app: &TestApp, path: &str, order: &str, pointer: &str) -> Vec<Option<String>> {
    let items = walk(app, path, &format!("&sort={order}")).await;
    items.iter().map(|item| item.pointer(pointer).and_then(Value::as_str).map(str::to_owned)).collect()
}

#[tokio::test]
async fn orders_sort_by_what_they_name_and_put_the_unknown_last() {
    let app = demonstration().await;
    for (path, order, pointer) in [
        ("/api/v1/assessments", "next_review_on", "/assessment/next_review_on"),
        ("/api/v1/assessments", "-next_review_on", "/assessment/next_review_on"),
        ("/api/v1/assessments", "publisher", "/publisher/slug"),
        ("/api/v1/assessments", "status", "/assessment/status"),
        ("/api/v1/organisations", "country", "/organisation/country"),
        ("/api/v1/organisations", "kind", "/organisation/kind"),
        ("/api/v1/contracts", "-listed_on", "/listed_on"),
        ("/api/v1/contracts", "listed_on", "/listed_on"),
        ("/api/v1/gaps", "-found_at", "/found_at"),
        ("/api/v1/gaps", "organisation", "/organisation"),
        ("/api/v1/reviews", "date", "/item/met_on"),
        ("/api/v1/reviews", "-date", "/item/met_on"),
        ("/api/v1/incidents", "-date", "/item/happened_on"),
    ] {
        let values = column(&app, path, order, pointer).await;
        let known: Vec<&String> = values.iter().flatten().collect();
        assert!(!known.is_empty(), "{path} by {order}");
        assert!(values[..known.len()].iter().all(Option::is_some), "{path} by {order}: {values:?}");
        let mut sorted = known.clone();
        sorted.sort();
        if order.starts_with('-') {
            sorted.reverse();
        }
        assert_eq!(known, sorted, "{path} by {order}");
    }
    let by_name = column(&app, "/api/v1/organisations", "name", "/organisation/slug").await;
    let mut backwards = column(&app, "/api/v1/organisations", "-name", "/organisation/slug").await;
    backwards.reverse();
    assert_eq!(by_name, backwards);
    let amounts = |items: Vec<Value>| -> Vec<f64> {
        let amount =
            |item: &Value| item.pointer("/contract/value/amount").and_then(Value::as_str).map(str::to_owned);
        items.iter().filter_map(amount).map(|amount| amount.parse().unwrap()).collect()
    };
    let down = amounts(walk(&app, "/api/v1/contracts", "&sort=-value").await);
    assert!(down.len() > 2 && down.is_sorted_by(|a, b| a >= b), "{down:?}");
    let up = amounts(walk(&app, "/api/v1/contracts", "&sort=value").await);
    assert!(up.is_sorted(), "{up:?}");
    let records = walk(&app, "/api/v1/organisations", "&sort=-records").await;
    let records: Vec<u64> =
        records.iter().map(|one| one["as_publisher"]["records"].as_u64().unwrap()).collect();
    assert!(records[0] > 1 && records.is_sorted_by(|a, b| a >= b), "{records:?}");
}

#[tokio::test]
async fn every_facet_of_every_list_counts_what_its_filter_finds() {
    let app = demonstration().await;
    for path in LISTS {
        let all = app.json(&format!("{path}?facets=all&limit=1")).await;
        let facets = all["facets"].as_object().unwrap_or_else(|| panic!("{path}: {all}"));
        let filled = facets.values().filter(|values| !values.as_array().unwrap().is_empty()).count();
        assert!(filled > 1, "{path}: {facets:?}");
        for (name, values) in facets {
            let values = values.as_array().unwrap();
            let counts: Vec<u64> = values.iter().map(|one| one["count"].as_u64().unwrap()).collect();
            assert!(counts.is_sorted_by(|a, b| a >= b), "{path} {name}: {counts:?}");
            for (value, count) in values.iter().zip(&counts).take(5) {
                assert!(!value["label"].as_str().unwrap().is_empty(), "{path} {value}");
                let text = value["value"].as_str().unwrap();
                let text = percent_encode(text.as_bytes(), NON_ALPHANUMERIC);
                let found = app.json(&format!("{path}?{name}={text}&facets={name}&limit=1")).await;
                assert_eq!(found["total"].as_u64(), Some(*count), "{path}?{name}={text}");
                // A facet's own selection does not narrow its own counts.
                assert_eq!(
                    &found["facets"][name.as_str()],
                    &Value::Array(values.clone()),
                    "{path}?{name}={text}"
                );
            }
        }
        assert!(all.get("facets_more").is_none(), "{path}: {}", all["facets_more"]);
    }
    // Other filters do narrow the counts.
    let open = app.json("/api/v1/gaps?status=open&facets=rule&limit=1").await;
    let sum: u64 =
        open["facets"]["rule"].as_array().unwrap().iter().map(|one| one["count"].as_u64().unwrap()).sum();
    assert_eq!(sum, open["total"].as_u64().unwrap());
    let labels = app.json("/api/v1/contracts?facets=buyer&limit=1").await["facets"]["buyer"][0].clone();
    assert_ne!(labels["label"], labels["value"], "a buyer has a name");
}

#[tokio::test]
async fn a_facet_that_is_cut_says_how_much_more_there_is() {
    let app = TestApp::new().await;
    let many: Vec<_> = (0..205)
        .map(|n| {
            record(&format!("Tool {n}"), |r| {
                r.publisher = OrganisationRef::named(format!("Body {n:03}"));
                r.redress_routes =
                    vec![RedressRoute { channel: Some("post".into()), ..RedressRoute::default() }];
            })
        })
        .collect();
    app.publish(&many).await;
    let list = app.json("/api/v1/redress-routes?facets=publisher,channel&limit=1").await;
    assert_eq!(list["total"], 205);
    assert_eq!(list["facets"]["publisher"].as_array().unwrap().len(), 200);
    assert_eq!(list["facets_more"], serde_json::json!({ "publisher": { "values": 5, "records": 5 } }));
    assert_eq!(list["facets"]["channel"][0]["count"], 205);
    let list = app.json("/api/v1/redress-routes?facets=publisher&facet_limit=300&limit=1").await;
    assert_eq!(list["facets"]["publisher"].as_array().unwrap().len(), 205);
    assert!(list.get("facets_more").is_none(), "{}", list["facets_more"]);
    let list = app.json("/api/v1/organisations?facets=country,kind&facet_limit=1&limit=1").await;
    assert_eq!(list["facets"]["country"][0]["count"], 205);
    assert!(list.get("facets_more").is_none(), "{}", list["facets_more"]);
}

#[tokio::test]
async fn what_a_list_cannot_do_is_refused_with_what_it_can() {
    let app = demonstration().await;
    for path in LISTS {
        for (query, code, hint) in [
            ("sort=colour", "unknown-order", "use one of: "),
            ("facets=colour", "unknown-facet", "use all, or some of: "),
        ] {
            let answer = app.get(&format!("{path}?{query}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}?{query}");
            let fault = answer.json()["errors"][0].clone();
            assert_eq!(fault["code"], code, "{path}?{query}");
            assert!(fault["hint"].as_str().unwrap().contains(hint), "{path}?{query}: {fault}");
        }
        // A cursor of one order does not continue another.
        let order = &orders(path)[0];
        let next = app.json(&format!("{path}?limit=1&sort={order}")).await["next"].clone();
        if let Some(next) = next.as_str() {
            let answer = app.get(&format!("{path}?limit=1&cursor={next}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
            assert_eq!(answer.json()["errors"][0]["code"], "bad-cursor", "{path}");
        }
    }
}
