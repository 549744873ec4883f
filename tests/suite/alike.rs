//! Records alike: they stand once in a list if asked, whatever page or order, and can be listed by themselves.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use domain::Record;
use domain::organisation::OrganisationRef;
use domain::text::fold;
use serde_json::Value;
use suite::{Answer, TestApp, now, record};

const ORDERS: [&str; 8] = [
    "relevance",
    "-updated_at",
    "updated_at",
    "-published_at",
    "published_at",
    "title",
    "publisher",
    "-people_affected_per_year",
];

fn of(title: &str, publisher: &str, country: &str) -> Record {
    record(title, |record| {
        record.publisher = OrganisationRef::named(publisher);
        record.jurisdiction = country.to_owned();
    })
}

/// Six records alike, one of the same title in another country, one of another title, and one without the word.
fn faces() -> Vec<Record> {
    vec![
        of("Face matching", "Ash Council", "GB"),
        of("Face matching", "Birch Council", "GB-WLS"),
        of("Face matching at the gate", "Ash Council", "GB"),
        of("Face  Matching!", "Cedar Council", "GB"),
        of("Face matching", "Gemeente Duin", "NL"),
        of("Face matching", "Elm Council", "GB"),
        of("Road letters", "Ash Council", "GB"),
        of("Face matching", "Fir Council", "GB-SCT"),
        of("Fâce matching", "Gorse Council", "GB"),
    ]
}

/// The pages of a walk.
async fn walk(app: &TestApp, query: &str) -> Vec<Value> {
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.json(&format!("/api/v1/records?{query}{cursor}")).await;
        let next = page["next"].as_str().map(|next| format!("&cursor={next}"));
        pages.push(page);
        match next {
            Some(next) => cursor = next,
            None => return pages,
        }
    }
}

/// The ids on some pages, each with the number of records alike.
fn listed(pages: &[Value]) -> Vec<(String, u64)> {
    let items = pages.iter().flat_map(|page| page["items"].as_array().unwrap());
    items.map(|item| (item["id"].as_str().unwrap().to_owned(), item["alike"].as_u64().unwrap_or(0))).collect()
}

fn ids(pages: &[Value]) -> Vec<String> {
    listed(pages).into_iter().map(|(id, _)| id).collect()
}

/// What records alike have in common.
fn group(item: &Value) -> (String, String) {
    let country = item["jurisdiction"].as_str().unwrap().split('-').next().unwrap();
    (fold(item["title"].as_str().unwrap()), country.to_owned())
}

/// A whole list folded: the first of each group, and how many follow.
fn folded(pages: &[Value]) -> Vec<(String, u64)> {
    let mut list: Vec<((String, String), String, u64)> = Vec::new();
    for item in pages.iter().flat_map(|page| page["items"].as_array().unwrap()) {
        let group = group(item);
        match list.iter_mut().find(|(known, ..)| *known == group) {
            Some((_, _, more)) => *more += 1,
            None => list.push((group, item["id"].as_str().unwrap().to_owned(), 0)),
        }
    }
    list.into_iter().map(|(_, id, more)| (id, more)).collect()
}

#[tokio::test]
async fn in_every_order_records_alike_stand_once() {
    let app = TestApp::new().await;
    app.publish(&faces()).await;
    for order in ORDERS {
        for q in ["q=face&", ""] {
            let all = walk(&app, &format!("{q}sort={order}&limit=3")).await;
            assert!(all.iter().all(|page| page.get("different").is_none()), "{order}");
            assert!(listed(&all).iter().all(|(_, alike)| *alike == 0), "{order}");
            let expected = folded(&all);
            assert_eq!(expected.len(), if q.is_empty() { 4 } else { 3 });
            for limit in [1, 2, 100] {
                let once = walk(&app, &format!("{q}sort={order}&alike=once&limit={limit}")).await;
                assert_eq!(listed(&once), expected, "{q}{order} by {limit}");
                for page in &once {
                    assert_eq!(page["total"], all[0]["total"], "{order}");
                    assert_eq!(page["different"], expected.len(), "{order}");
                }
            }
        }
    }
    let count = async |query: &str| app.json(&format!("/api/v1/records?q=face&facets=all{query}")).await;
    assert_eq!(count("&alike=once").await["facets"], count("").await["facets"], "facets count every record");
    assert_eq!(count("&alike=all").await["items"], count("").await["items"]);
}

#[tokio::test]
async fn a_folded_walk_shows_one_state() {
    let app = TestApp::new().await;
    app.publish(&faces()).await;
    let path = "/api/v1/records?q=face&alike=once&limit=1&sort=title";
    let first = app.json(path).await;
    assert_eq!((&first["total"], &first["different"]), (&8.into(), &3.into()));
    app.publish(&[of("Face matching", "Hazel Council", "GB"), of("A new face", "Hazel Council", "GB")]).await;
    let (mut pages, mut next) = (vec![first.clone()], first["next"].clone());
    while let Some(cursor) = next.as_str() {
        let page = app.json(&format!("{path}&cursor={cursor}")).await;
        assert_eq!((&page["total"], &page["different"]), (&8.into(), &3.into()));
        next = page["next"].clone();
        pages.push(page);
    }
    let alike: Vec<u64> = listed(&pages).into_iter().map(|(_, alike)| alike).collect();
    assert_eq!(alike, [5, 0, 0], "six alike, one in another country, one of another title");
    let again = app.json(path).await;
    assert_eq!((&again["total"], &again["different"]), (&10.into(), &4.into()));
    // A cursor of a folded walk does not continue one that is not.
    let cursor = first["next"].as_str().unwrap();
    let answer = app.get(&format!("/api/v1/records?q=face&limit=1&sort=title&cursor={cursor}")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
}

#[tokio::test]
async fn those_like_a_record_are_listed_by_themselves() {
    let app = TestApp::new().await;
    let all = app.publish(&faces()).await;
    let mut alike: Vec<&String> = [0, 1, 3, 5, 7, 8].map(|place| &all[place]).to_vec();
    alike.sort();
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    for id in &alike {
        let pages = walk(&app, &format!("alike_to={id}&limit=4")).await;
        assert_eq!(pages.len(), 2);
        assert_eq!(pages[0]["total"], 6);
        assert_eq!(sorted(ids(&pages)).iter().collect::<Vec<_>>(), alike, "of {id}");
    }
    for place in [2, 4, 6] {
        assert_eq!(ids(&walk(&app, &format!("alike_to={}", all[place])).await), [all[place].clone()]);
    }
    // Together with other filters, counted, folded, and as a file.
    let list = app
        .json(&format!("/api/v1/records?alike_to={}&publisher_not=ash-council&facets=jurisdiction", all[0]))
        .await;
    assert_eq!(list["total"], 5);
    let counts: Vec<(&str, u64)> = list["facets"]["jurisdiction"]
        .as_array()
        .unwrap()
        .iter()
        .map(|count| (count["value"].as_str().unwrap(), count["count"].as_u64().unwrap()))
        .collect();
    assert_eq!(counts, [("GB", 5), ("GB-SCT", 1), ("GB-WLS", 1)]);
    let list = app.json(&format!("/api/v1/records?alike_to={}&alike=once", all[0])).await;
    assert_eq!((&list["different"], &list["items"][0]["alike"]), (&1.into(), &5.into()));
    assert_eq!(app.json(&format!("/api/v1/records?alike_to={}&q=gate", all[0])).await["total"], 0);
    let csv = app.get(&format!("/api/v1/records.csv?alike_to={}", all[0])).await;
    assert_eq!(csv.status, StatusCode::OK, "{}", csv.text);
    for (place, id) in all.iter().enumerate() {
        assert_eq!(csv.text.contains(id), [0, 1, 3, 5, 7, 8].contains(&place), "{place}");
    }
}

#[tokio::test]
async fn those_like_a_record_are_those_of_the_walk_and_of_the_day() {
    let app = TestApp::new().await;
    let long_ago = now() - TimeDelta::days(100);
    let all = app.publish_at(&faces(), long_ago).await;
    let path = format!("/api/v1/records?alike_to={}&limit=4", all[0]);
    let first = app.json(&path).await;
    let mut changed = of("Face matching", "Ash Council", "GB");
    changed.description = Some("It compares faces.".to_owned());
    app.publish(&[changed, of("Face matching", "Hazel Council", "GB")]).await;
    let rest = app.json(&format!("{path}&cursor={}", first["next"].as_str().unwrap())).await;
    assert!(rest.get("next").is_none() && rest["total"] == 6, "{rest}");
    let mut walked = ids(&[first, rest]);
    walked.sort();
    walked.dedup();
    assert_eq!(walked.len(), 6, "a version published meanwhile does not end the walk");
    assert_eq!(app.json(&path).await["total"], 7);
    let day = (now() - TimeDelta::days(50)).date_naive();
    let then = walk(&app, &format!("alike_to={}&as_of={day}&limit=4", all[0])).await;
    assert_eq!((&then[0]["total"], ids(&then).len()), (&6.into(), 6));
    let then = app.json(&format!("/api/v1/records?q=face&alike=once&as_of={day}")).await;
    assert_eq!((&then["total"], &then["different"]), (&8.into(), &3.into()));
    // What is like a withdrawn record, nobody can see any more.
    let tx = app.db.begin().await.unwrap();
    store::records::publish::withdraw(&tx, all[0].parse().unwrap(), "It was never used", now(), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.json(&path).await["total"], 0);
    assert_eq!(app.json(&path.replace(&all[0], &all[1])).await["total"], 6);
}

#[tokio::test]
async fn what_cannot_be_asked_of_records_alike_is_refused() {
    let app = TestApp::new().await;
    let id = app.publish(&faces()).await.remove(0);
    let refused = |answer: Answer| {
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
        let error = answer.json()["errors"][0].clone();
        format!("{} {}", error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())
    };
    for (path, expected) in [
        ("/api/v1/records?alike_to=R-0000000".to_owned(), "alike_to unknown-record"),
        ("/api/v1/records.csv?alike_to=R-0000000".to_owned(), "alike_to unknown-record"),
        ("/api/v1/records?alike_to=face".to_owned(), "alike_to bad-id"),
        ("/api/v1/records?alike=twice".to_owned(), "alike unknown-code"),
        // Files and feeds hold every record; a feed follows no record's group.
        ("/api/v1/records.csv?alike=once".to_owned(), "alike unknown-parameter"),
        ("/records.json?alike=once".to_owned(), "alike unknown-parameter"),
        (format!("/records.json?alike_to={id}"), "alike_to unknown-parameter"),
        (format!("/api/v1/stats?alike_to={id}"), "alike_to unknown-parameter"),
    ] {
        assert_eq!(refused(app.get(&path).await), expected, "{path}");
    }
    let head = app.send(Method::HEAD, "/api/v1/records.csv?alike_to=R-0000000", &[]).await;
    assert_eq!(head.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_page_of_what_was_found_leads_to_the_records_alike() {
    let app = TestApp::new().await;
    app.publish(&faces()).await;
    let shown = async |path: &str| {
        let page = app.send(Method::GET, path, &[("accept", "text/html")]).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        page.text.replace("&#38;", "&")
    };
    let once = "/api/v1/records?q=face&jurisdiction=GB&alike=once";
    let list = app.json(once).await;
    let head = list["items"].as_array().unwrap().iter().find(|item| item["alike"] == 5).unwrap();
    let href = format!("/records?q=face&jurisdiction=GB&alike_to={}", head["id"].as_str().unwrap());
    let page = shown("/records?q=face&jurisdiction=GB").await;
    for said in [
        "<strong>7 records, 2 different</strong>",
        "and 5 more like it",
        &format!("href=\"{href}\""),
        "href=\"/records?q=face&jurisdiction=GB&alike=all\"",
        once,
        "/api/v1/records.csv?q=face&jurisdiction=GB\"",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(shown("/cy/records?q=face&jurisdiction=GB").await.contains("a 5 arall tebyg iddo"));

    let alike = shown(&href).await;
    assert!(alike.contains("<strong>6 records</strong>") && alike.contains("Like: "), "{alike}");
    assert!(!alike.contains("more like it") && !alike.contains("/records.atom?"), "{alike}");
    assert_eq!(alike.matches("<h3 class=\"govuk-heading-s\">").count(), 6);
    assert!(alike.contains("href=\"/records?q=face&jurisdiction=GB\""), "the chip removes the filter");

    let all = shown("/records?q=face&alike=all").await;
    assert!(all.contains("<strong>8 records</strong>") && !all.contains("more like it"), "{all}");
    assert!(all.contains("href=\"/records?q=face&alike=once\""), "{all}");
    assert!(shown("/records").await.contains("<strong>9 records</strong>"), "without words each stands");
}
