//! What answers say of a search: how each record was found, what was searched instead, what was not understood; and
//! that downloads, feeds and statistics hold what matches and nothing else.

use axum::http::{Method, StatusCode};
use domain::codes::*;
use domain::organisation::OrganisationRef;
use domain::procurement::SupplierInvolvement;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use serde_json::{Value, json};
use suite::{TestApp, now, record};

fn titles(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

fn encoded(q: &str) -> String {
    percent_encode(q.as_bytes(), NON_ALPHANUMERIC).to_string()
}

async fn search(app: &TestApp, q: &str) -> Value {
    app.json(&format!("/api/v1/records?q={}", encoded(q))).await
}

/// Three records of cameras, of which one reads number plates, and one in Dutch.
async fn some() -> TestApp {
    let app = TestApp::new().await;
    let records = vec![
        record("Cameras on trunk roads", |r| {
            r.summary = Some("Automatic number plate recognition.".into());
            r.publisher = OrganisationRef::named("Calder Vale Police");
            r.sectors = vec![Sector::Policing];
            r.supplier_involvement = vec![SupplierInvolvement {
                supplier: Some(OrganisationRef::named("Lumen Optics Ltd")),
                product: Some("PlateWren".into()),
                ..SupplierInvolvement::default()
            }];
        }),
        record("Cameras at the gate", |r| {
            r.summary = Some("Live facial recognition compares visitors with a watch list.".into());
        }),
        record("Cameras in the canteen", |r| r.summary = Some("They count trays.".into())),
        record("Gezichtsherkenning op het station", |r| {
            r.summary = Some("Vergelijkt reizigers met een lijst.".into());
            r.lang = "nl".into();
            r.jurisdiction = "NL".into();
            r.publisher = OrganisationRef::named("Gemeente Waterveld");
            r.sectors = vec![Sector::Transport];
        }),
    ];
    app.publish(&records).await;
    app
}

#[tokio::test]
async fn every_item_says_how_it_was_found() {
    let app = some().await;
    let item = |list: &Value, title: &str| -> Value {
        let items = list["items"].as_array().unwrap();
        items.iter().find(|item| item["title"] == title).unwrap_or_else(|| panic!("{title}: {list}")).clone()
    };
    let found = search(&app, "facial recognition").await;
    assert_eq!(item(&found, "Cameras at the gate")["match"], "words");
    assert_eq!(item(&found, "Gezichtsherkenning op het station")["match"], "translation");
    let found = search(&app, "anpr").await;
    assert_eq!(item(&found, "Cameras on trunk roads")["match"], "synonyms");
    assert_eq!((&found["total"], &found["nearest"]), (&1.into(), &0.into()));
    // With chosen fields too, and nowhere without a search.
    let chosen = app.json("/api/v1/records?q=anpr&fields=title").await;
    assert_eq!(chosen["items"][0]["match"], "synonyms");
    let all = app.json("/api/v1/records").await;
    assert!(all["items"].as_array().unwrap().iter().all(|item| item.get("match").is_none()), "{all}");
}

#[tokio::test]
async fn the_nearest_come_after_all_matches_and_are_not_counted() {
    let app = some().await;
    let list = search(&app, "cameras visitors").await;
    assert_eq!((&list["total"], &list["relaxed"]), (&1.into(), &true.into()), "{list}");
    assert_eq!(titles(&list)[0], "Cameras at the gate");
    let nearest = list["nearest"].as_u64().unwrap();
    assert_eq!(nearest, 2, "the other cameras: {list}");
    let found: Vec<&Value> = list["items"].as_array().unwrap().iter().map(|item| &item["match"]).collect();
    assert_eq!(found, ["words", "nearest", "nearest"]);
    let counted = app.json("/api/v1/records?q=cameras%20visitors&facets=sector").await;
    assert_eq!(counted["facets"]["sector"], json!([{ "value": "schools", "label": "Schools", "count": 1 }]));
    assert_eq!(app.json("/api/v1/stats?q=cameras%20visitors").await["total"], 1);
}

#[tokio::test]
async fn downloads_and_feeds_hold_what_matches_and_say_so() {
    let app = some().await;
    let rows = |text: &str| text.lines().count() - 1;
    let file = app.get("/api/v1/records.csv?q=cameras%20visitors").await;
    assert_eq!(rows(&file.text), 1, "{}", file.text);
    assert_eq!(file.header("register-search"), "matched=1, nearest=2");
    let head = app.send(Method::HEAD, "/api/v1/records.csv?q=cameras%20visitors", &[]).await;
    assert_eq!((head.status, head.header("register-search")), (StatusCode::OK, "matched=1, nearest=2"));
    let lines = app.get("/api/v1/records.ndjson?q=cameras%20visitors").await;
    assert_eq!((lines.text.lines().count(), lines.header("register-search")), (1, "matched=1, nearest=2"));
    // A corrected text is not the text asked for.
    let file = app.get("/api/v1/records.csv?q=fasial").await;
    assert_eq!(rows(&file.text), 0, "{}", file.text);
    let said = file.header("register-search");
    assert!(said.starts_with("matched=0, ") && said.ends_with("corrected=\"facial\""), "{said}");
    assert_eq!(app.get("/api/v1/records.csv").await.header("register-search"), "", "nothing was searched");

    let feed = app.json("/records.json?q=cameras%20visitors").await;
    assert_eq!(titles(&feed), ["Cameras at the gate"]);
    let said = feed["description"].as_str().unwrap();
    assert!(
        said.contains("Holds the 1 record that matches the search; the list also shows the 2 nearest"),
        "{said}"
    );
    let feed = app.get("/records.atom?q=cameras%20visitors").await;
    assert_eq!(
        (feed.text.matches("<entry>").count(), feed.header("register-search")),
        (1, "matched=1, nearest=2")
    );
    assert!(feed.text.contains("<subtitle>") && feed.text.contains("Holds the 1 record"), "{}", feed.text);
    let feed = app.json("/records.json?q=fasial").await;
    assert_eq!(titles(&feed), [""; 0]);
    assert!(
        feed["description"].as_str().unwrap().contains("'facial'") && feed.get("next_url").is_none(),
        "{feed}"
    );
    assert!(app.json("/records.json").await.get("description").is_none());
}

#[tokio::test]
async fn a_text_without_matches_is_corrected_unless_it_is_in_quotation_marks() {
    let app = some().await;
    let list = search(&app, "fasial").await;
    assert_eq!(list["searched"], "facial", "{list}");
    assert!(list["total"].as_u64().unwrap() > 0, "{list}");
    let exact = search(&app, "\"fasial\"").await;
    assert_eq!(exact["total"], 0);
    assert!(exact.get("searched").is_none(), "{exact}");
    let page = app.get("/records?q=fasial").await.text;
    assert!(page.contains("Searched for <strong>facial</strong> instead of “fasial”"), "{page}");
    assert!(page.contains("href=\"/records?q=%22fasial%22\""), "{page}");
    assert!(!page.contains("Did you mean"), "said once: {page}");
    // Files and feed are of what was searched.
    for address in
        ["/api/v1/records.csv?q=facial\"", "/api/v1/records.xlsx?q=facial\"", "/records.atom?q=facial\""]
    {
        assert!(page.contains(address), "{address}: {page}");
    }
}

#[tokio::test]
async fn what_was_not_understood_is_said_and_filters_are_proposed() {
    let app = some().await;
    let list = search(&app, "vendor:cameras").await;
    let note = &list["notes"][0];
    assert_eq!((&note["code"], &note["about"]), (&"unknown_field".into(), &"vendor".into()), "{list}");
    assert!(note["message"].as_str().unwrap().contains("Fields are publisher:"), "{note}");
    let page = app.get("/cy/records?q=vendor%3Acameras").await.text;
    assert!(page.contains("Nid yw “vendor:” yn faes chwilio"), "{page}");
    let list = search(&app, "policing cameras").await;
    let lead = json!({ "parameter": "sector", "value": "policing", "label": "Policing", "q": "cameras" });
    assert_eq!(list["leads"], json!([lead]));
    let page = app.get("/records?q=policing%20cameras").await.text;
    assert!(page.contains("href=\"/records?q=cameras&#38;sector=policing\">Sector: Policing</a>"), "{page}");
    let chosen = app.get("/records?q=policing%20cameras&sector=policing").await.text;
    assert!(!chosen.contains("Did you mean the filter"), "{chosen}");
    assert!(app.json("/api/v1/records").await.get("notes").is_none());
}

#[tokio::test]
async fn a_page_shows_matches_then_the_nearest_under_their_own_heading() {
    let app = some().await;
    let page = app.get("/records?q=cameras%20visitors").await.text;
    let place = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words}: {page}"));
    let heading = place("Nearest other records: not all of your words");
    assert!(place("<strong>1 record</strong>") < place(">Cameras at the gate</a>"));
    assert!(place(">Cameras at the gate</a>") < heading && heading < place(">Cameras in the canteen</a>"));
    assert!(
        page.contains("CSV (1 record)") && page.contains("Follow this search as a feed</a> (1 record)"),
        "{page}"
    );
    let welsh = app.get("/cy/records?q=cameras%20visitors").await.text;
    assert!(welsh.contains("Y cofnodion eraill agosaf: nid eich geiriau i gyd"), "{welsh}");
    let same = app.get("/records?q=anpr").await.text;
    assert!(same.contains("found by a word of the same meaning: "), "{same}");
    let other = app.get("/records?q=facial%20recognition").await.text;
    assert!(other.contains("found in another language"), "{other}");
    // Nothing at all: which filters are set, and how to search without each.
    let none = app.get("/records?q=xqzwvut&sector=tax&published_from=2020-01-01").await.text;
    assert!(
        none.contains("search without the filter") && none.contains("search without limits of time"),
        "{none}"
    );
    assert!(!none.contains("Nearest other records"), "{none}");
}

/// The API's list for a page's address.
fn list_of(url: &str) -> String {
    format!("/api/v1{}", url.strip_prefix("http://register.test").unwrap())
}

#[tokio::test]
async fn suggestions_complete_any_word_and_each_finds_a_record() {
    let app = some().await;
    let suggest =
        async |typed: &str| app.json(&format!("/api/v1/suggest?q={}&limit=20", encoded(typed))).await;
    for (typed, kind, text) in [
        ("cant", "title", "Cameras in the canteen"),
        ("CALDER V", "body", "Calder Vale Police"),
        ("opt", "supplier", "Lumen Optics Ltd"),
        ("plate", "product", "PlateWren"),
        ("number pl", "term", "number plate"),
        ("what do the pol", "question", "What do the police use?"),
        ("beth mae'r hed", "question", "Beth mae'r heddlu yn ei ddefnyddio?"),
    ] {
        let list = suggest(typed).await;
        let items = list["items"].as_array().unwrap();
        let has = |item: &&Value| item["kind"] == kind && item["text"] == text;
        let item = items.iter().find(has).unwrap_or_else(|| panic!("{typed}: {list}"));
        assert!(item["records"].as_u64().unwrap() >= 1, "{item}");
    }
    for typed in ["a", "c", "fac", "rec", "pol", "the", "gez"] {
        let list = suggest(typed).await;
        for item in list["items"].as_array().unwrap() {
            let answer = app.get(&list_of(item["url"].as_str().unwrap())).await;
            assert_eq!(answer.status, StatusCode::OK, "{item}: {}", answer.text);
            let found = answer.json();
            // A title of one record leads to the record itself.
            assert!(found["id"].is_string() || found["total"].as_u64() >= item["records"].as_u64(), "{item}");
        }
    }
    assert_eq!(suggest("zzz").await["items"], json!([]));
    assert_eq!(suggest("!!").await["items"], json!([]));
    assert_eq!(app.json("/api/v1/suggest?q=cam&limit=2").await["items"].as_array().unwrap().len(), 2);
    let refused = app.get("/api/v1/suggest").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(refused.json()["errors"][0]["code"], "required");
}

#[tokio::test]
async fn a_record_that_is_withdrawn_is_not_suggested_any_more() {
    let app = TestApp::new().await;
    let ids = app.publish(&[record("Canteen cameras", |_| {}), record("Canteen rota", |_| {})]).await;
    let texts = async || {
        let list = app.json("/api/v1/suggest?q=canteen").await;
        let items = list["items"].as_array().unwrap().clone();
        items.into_iter().map(|item| item["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(texts().await, ["Canteen rota", "Canteen cameras"]);
    let tx = app.db.begin().await.unwrap();
    store::records::publish::withdraw(&tx, ids[1].parse().unwrap(), "not used", now(), now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(texts().await, ["Canteen cameras"]);
    app.publish(&[record("Canteen queue", |_| {})]).await;
    assert_eq!(texts().await, ["Canteen queue", "Canteen cameras"]);
}

#[tokio::test]
async fn suggestions_have_a_page_without_script() {
    let app = some().await;
    let form = app.get("/suggest").await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.text);
    assert!(
        form.text.contains("<form action=\"/suggest\"") && !form.text.contains("<script"),
        "{}",
        form.text
    );
    let page = app.get("/suggest?q=calder").await.text;
    assert!(page.contains("href=\"/records?publisher=calder-vale-police\">Calder Vale Police</a>"), "{page}");
    assert!(page.contains("public body · 1 record"), "{page}");
    let welsh = app.get("/cy/suggest?q=calder").await.text;
    assert!(welsh.contains("href=\"/cy/records?publisher=calder-vale-police\""), "{welsh}");
    assert!(welsh.contains("corff cyhoeddus"), "{welsh}");
    let none = app.get("/suggest?q=zzz").await.text;
    assert!(none.contains("Nothing in the register begins so"), "{none}");
    let records = app.get("/records?q=calder").await.text;
    assert!(records.contains("href=\"/suggest?q=calder\">Suggestions</a>"), "{records}");
}
