//! The website: every page renders, has no dead links, loads nothing from other sites, and shows record text
//! as text.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::{Method, StatusCode};
use domain::Record;
use domain::fields::FIELDS;
use suite::data::project;
use suite::{Answer, TestApp, now, record};

/// The values of an attribute on a page, in order.
fn said<'p>(page: &'p str, attribute: &str) -> Vec<String> {
    let start = format!(" {attribute}=\"");
    let values = page.split(start.as_str()).skip(1);
    values
        .map(|rest: &'p str| rest.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&"))
        .collect()
}

async fn shown(app: &TestApp, path: &str) -> Answer {
    app.send(Method::GET, path, &[("accept", "text/html,*/*;q=0.8")]).await
}

fn is_page(answer: &Answer) -> bool {
    answer.header("content-type").starts_with("text/html")
        && (answer.text.contains("oar-header") || answer.text.contains("oar-embed"))
}

/// The language of an address, and the address without it.
fn in_language(path: &str) -> (&'static str, &str) {
    match path.strip_prefix("/cy") {
        Some("") => ("cy", "/"),
        Some(rest) if rest.starts_with(['/', '?']) => ("cy", rest),
        _ => ("en", path),
    }
}

#[tokio::test]
async fn every_link_of_every_page_leads_somewhere() {
    let app = TestApp::demonstration().await;
    app.signer().sign_new(suite::now()).await.unwrap();
    let mut waiting: VecDeque<String> =
        ["/", "/accessibility", "/gaps", "/rules", "/data"].map(str::to_owned).into();
    let mut from: BTreeMap<String, String> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    while let Some(path) = waiting.pop_front() {
        let answer = shown(&app, &path).await;
        let origin = from.get(&path).cloned().unwrap_or_default();
        // Visitors are sent to sign in; what follows is tested in `desks`.
        let (lang, plain) = in_language(&path);
        if plain == "/submit" {
            assert_eq!(answer.status, StatusCode::SEE_OTHER);
            waiting.push_back(answer.header("location").to_owned());
            continue;
        }
        assert_eq!(answer.status, StatusCode::OK, "{path}, linked from {origin}: {}", answer.text);
        if !is_page(&answer) {
            continue;
        }
        let first = plain.split(['?', '/']).nth(1).unwrap_or_default();
        let kind = format!("{first}/{}", plain.split('?').next().unwrap().matches('/').count());
        kinds.entry(lang).or_default().insert(kind);
        let page = &answer.text;
        assert!(page.contains(&format!("<html lang=\"{lang}\"")), "{path} is not in {lang}");
        assert_eq!(answer.header("content-language"), lang, "{path}");
        for outside in ["<script", "<iframe", "<img", " style=\"", "javascript:", " onclick", "@import"] {
            assert!(!page.contains(outside), "{path} holds {outside}");
        }
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"));
        assert_eq!(answer.header("set-cookie"), "", "{path} sets a cookie");
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
        let ids = said(page, "id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path} says an id twice");
        let mut links = said(page, "href");
        links.extend(said(page, "action"));
        for link in links {
            if let Some(part) = link.strip_prefix('#') {
                assert!(ids.iter().any(|id| id == part), "{path} has no part '{part}'");
            }
            let Some(link) =
                link.strip_prefix("http://register.test").or(link.strip_prefix('/').map(|_| &*link))
            else {
                assert!(
                    link.starts_with('#') || link.starts_with("http") || link.starts_with("mailto:"),
                    "{path}: {link}"
                );
                continue;
            };
            let link = link.split('#').next().unwrap().to_owned();
            // Dumps are written by a serving process, and search has a page for every combination of filters.
            let elsewhere = link.starts_with("/data/latest/") || link.starts_with("/api/docs");
            let deep = link.matches('=').count() > 1 && in_language(&link).1.starts_with("/records?");
            if !elsewhere && !deep && !from.contains_key(&link) {
                from.insert(link.clone(), path.clone());
                waiting.push_back(link);
            }
        }
    }
    assert!(from.len() > 300, "{}", from.len());
    let expected = [
        "/1",
        "about/1",
        "accessibility/1",
        "assessments/1",
        "contracts/1",
        "contracts/2",
        "coverage/1",
        "data/1",
        "data/2",
        "embed/2",
        "gaps/1",
        "log/1",
        "organisations/1",
        "organisations/2",
        "products/1",
        "products/2",
        "records/1",
        "records/2",
        "records/3",
        "records/4",
        "rules/1",
        "statistics/1",
        "submit/2",
        "suggest/1",
        "suppliers/1",
        "suppliers/2",
    ];
    for lang in ["en", "cy"] {
        assert_eq!(kinds[lang].iter().map(String::as_str).collect::<Vec<_>>(), expected, "{lang}");
    }
}

#[tokio::test]
async fn a_search_is_a_form_that_keeps_what_was_asked() {
    let app = TestApp::demonstration().await;
    let page =
        shown(&app, "/records?q=facial&sector=policing&phase=pilot&published_from=2020-01-01&empty=").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let list =
        app.json("/api/v1/records?q=facial&sector=policing&phase=pilot&published_from=2020-01-01").await;
    assert!(page.text.contains(&format!("<strong>{} records</strong>", list["total"])), "{}", page.text);
    for kept in [
        "name=\"q\" type=\"search\" value=\"facial\"",
        "<input type=\"hidden\" name=\"published_from\" value=\"2020-01-01\">",
        "value=\"policing\" checked",
        "value=\"pilot\" checked",
        "<mark>facial</mark>",
        "application/atom+xml",
        "/api/v1/records.csv?q=facial&#38;sector=policing&#38;phase=pilot&#38;published_from=2020-01-01",
    ] {
        assert!(page.text.contains(kept), "{kept}: {}", page.text);
    }
    // Each filter's chip removes that filter only.
    assert!(
        said(&page.text, "href")
            .contains(&"/records?q=facial&phase=pilot&published_from=2020-01-01".to_owned())
    );
    let none = shown(&app, "/records?q=zzzzzz&sector=tax").await;
    assert!(
        none.text.contains("Nothing matches") && none.text.contains("value=\"tax\" checked"),
        "{}",
        none.text
    );
    let meant = shown(&app, "/records?q=fasial").await;
    assert!(
        meant.text.contains("Searched for <strong>facial</strong> instead of “fasial”"),
        "{}",
        meant.text
    );
    let wrong = shown(&app, "/records?sectr=policing&phase=gone").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(is_page(&wrong) && wrong.text.contains("did you mean &#39;sector&#39;?"), "{}", wrong.text);
    let then = shown(&app, "/records?as_of=2024-12-31").await;
    assert!(then.text.contains("Records as of 31 December 2024"), "{}", then.text);
    // A new search shows the best match first, whatever the list's order was.
    let first = shown(&app, "/records").await;
    assert!(first.text.contains("<option value=\"\" selected>Best match"), "{}", first.text);
    let filtered = shown(&app, "/records?origin=self_declared&limit=5").await;
    let next = said(&filtered.text, "href").into_iter().find(|link| link.contains("cursor=")).unwrap();
    let deep = shown(&app, &next).await;
    let clear = said(&deep.text, "href").into_iter().find(|link| link == "/records?limit=5").unwrap();
    assert_eq!(shown(&app, &clear).await.status, StatusCode::OK);
    let next = said(&first.text, "href").into_iter().find(|link| link.contains("cursor=")).unwrap();
    let second = shown(&app, &next).await;
    assert!(second.text.contains("Back to the first page"), "{}", second.text);
}

#[tokio::test]
async fn text_of_a_record_is_escaped() {
    let app = TestApp::new().await;
    let evil = "<script>alert('{field}')</script><img src=x onerror=alert(1)>\u{5d0}\u{5d1} [x](javascript:alert(1)) &lt;b&gt;";
    let mut value = serde_json::to_value(record("Tool", |_| {})).unwrap();
    for field in FIELDS {
        let text = evil.replace("{field}", field.name);
        let form = field.kind.name();
        if matches!(form, "text" | "markdown") {
            value[field.name] = text.into();
        } else if form == "texts" {
            value[field.name] = serde_json::json!([text, "two"]);
        }
    }
    value["redress_routes"] =
        serde_json::json!([{ "target": evil, "channel": evil, "url": "javascript:alert(1)" }]);
    value["reviews"] = serde_json::json!([{ "body": evil, "advice": "support", "response_text": evil }]);
    value["supplier_involvement"] =
        serde_json::json!([{ "supplier": { "name": evil }, "product": evil, "role": evil }]);
    let evil_record: Record = serde_json::from_value(value).unwrap();
    let id = app.publish(std::slice::from_ref(&evil_record)).await.remove(0);
    let mut second = evil_record;
    second.description = Some(format!("{evil} and more"));
    app.publish_at(&[second], now()).await;
    for path in [
        format!("/records/{id}"),
        format!("/records/{id}/versions/1"),
        format!("/records/{id}/diff?from=1&to=2"),
        "/records?q=alert".to_owned(),
        "/".to_owned(),
        "/organisations/northmoor-borough-council".to_owned(),
    ] {
        let page = shown(&app, &path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        for never in ["<script", "<img", "\"javascript:"] {
            assert!(!page.text.contains(never), "{path} holds {never}: {}", page.text);
        }
        assert!(page.text.contains("alert("), "{path} shows it");
    }
    // The query is shown as text too.
    let asked = shown(&app, "/records?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!asked.text.contains("<script"), "{}", asked.text);
    let nowhere = shown(&app, "/problems/%3Cscript%3E").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert!(!nowhere.text.contains("<script"), "{}", nowhere.text);
}

#[tokio::test]
async fn pages_say_what_is_not_there() {
    let app = TestApp::new().await;
    let id = app.publish(&[record("Quiet camera", |_| {})]).await.remove(0);
    let page = shown(&app, &format!("/records/{id}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for said in [
        "Not shown to be complete before it went live",
        "not complete before use: an equality impact assessment, the usual evidence of due regard",
        "No review by an oversight body stands in the record",
        "Required and not answered by the body:",
        "The record names no contact",
        "It does not answer:",
    ] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    let long_ago = now() - chrono::TimeDelta::days(100);
    let old = app.publish_at(&[record("Old camera", |_| {})], long_ago).await.remove(0);
    for id in [&id, &old] {
        let tx = app.db.begin().await.unwrap();
        store::records::publish::withdraw(&tx, id.parse().unwrap(), "The tool was never used", now(), now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    // On a day when it was published it can still be read, from that day's list on.
    let day = (now() - chrono::TimeDelta::days(50)).date_naive();
    let list = shown(&app, &format!("/records?as_of={day}")).await;
    let then = format!("/records/{old}?as_of={day}");
    assert!(said(&list.text, "href").contains(&then), "{}", list.text);
    let page = shown(&app, &then).await;
    assert!(page.text.contains("This is the record as it stood at the end of"), "{}", page.text);
    assert_eq!(shown(&app, &format!("{then}&fields=title")).await.status, StatusCode::OK);
    let gone = shown(&app, &format!("/records/{id}")).await;
    assert_eq!(gone.status, StatusCode::GONE);
    assert!(is_page(&gone) && gone.text.contains("The tool was never used"), "{}", gone.text);
    for (path, status) in [
        ("/records/R-0000000", 404),
        ("/records/nonsense", 400),
        ("/organisations/nobody", 404),
        ("/records/R-0000000/versions/0", 400),
        ("/contracts/nonsense", 400),
    ] {
        let answer = shown(&app, path).await;
        assert!(is_page(&answer), "{path}: {}", answer.text);
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn every_problem_of_the_interface_has_its_page() {
    let app = TestApp::new().await;
    let source = std::fs::read_to_string(project().join("crates/api/src/problem.rs")).unwrap();
    let kinds = source.split("fn kind(&self)").nth(1).unwrap().split("fn problem(&self)").next().unwrap();
    let quoted: Vec<&str> = kinds.split('"').skip(1).step_by(2).collect();
    let codes: BTreeSet<&str> = quoted
        .into_iter()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'))
        .collect();
    assert!(codes.len() > 20, "{codes:?}");
    for code in codes {
        let page = shown(&app, &format!("/problems/{code}")).await;
        assert_eq!(page.status, StatusCode::OK, "{code}");
    }
}

#[tokio::test]
async fn a_difference_shows_what_came_and_went_and_nothing_else() {
    let app = TestApp::new().await;
    let url = "https://council.example/minutes/2024-05-30";
    let review =
        |body: &str| serde_json::json!({ "body": body, "advice": "do_not_support", "minutes_url": url });
    let with = |bodies: &[&str]| {
        let reviews: Vec<_> = bodies.iter().map(|body| review(body)).collect();
        let reviews = serde_json::from_value(serde_json::Value::from(reviews)).unwrap();
        record("Camera", |r| r.reviews = reviews)
    };
    let id = app.publish(&[with(&["Ethics board", "Old board"])]).await.remove(0);
    app.publish(&[with(&["Ethics board", "New board"])]).await;
    let page = shown(&app, &format!("/records/{id}/diff?from=1&to=2")).await;
    assert!(!page.text.contains("Ethics board"), "{}", page.text);
    assert!(page.text.contains("<del>Body: Old board; ") && page.text.contains("<ins>Body: New board; "));
    assert!(page.text.contains("Advice: do not support") && page.text.contains(url), "{}", page.text);
}

#[tokio::test]
async fn pages_are_sent_as_answers_are() {
    let app = TestApp::new().await;
    let id = app.publish(&[record("Camera", |_| {})]).await.remove(0);
    let path = format!("/records/{id}");
    let page = shown(&app, &path).await;
    let tag = page.header("etag").to_owned();
    assert!(page.header("cache-control").contains("max-age=60") && !tag.is_empty(), "{:?}", page.headers);
    let again =
        app.send(Method::GET, &path, &[("accept", "text/html,*/*;q=0.8"), ("if-none-match", &tag)]).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    // Cached or not, the page shows the register's current state.
    app.publish(&[record("Camera", |r| r.summary = Some("Other words.".to_owned()))]).await;
    let changed = shown(&app, &path).await;
    assert!(changed.text.contains("Other words.") && changed.header("etag") != tag);
    let style = said(&page.text, "href").into_iter().find(|link| link.contains("register.css")).unwrap();
    let style = shown(&app, &style).await;
    assert!(style.header("cache-control").contains("immutable"));
    assert!(
        !style.text.contains("url(") && !style.text.contains("@font-face"),
        "nothing is loaded from elsewhere"
    );
}

#[tokio::test]
async fn anybody_reports_an_error_and_sees_what_became_of_it() {
    let app = TestApp::new().await;
    let id = app.publish(&[record("Camera", |_| {})]).await.remove(0);
    let path = format!("/records/{id}/report");
    let send = async |form: &str, site: &str| {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", site)];
        app.send_body(Method::POST, &path, &headers, form.as_bytes().to_vec()).await
    };
    assert!(shown(&app, &path).await.text.contains("<textarea"));
    // Faults appear at their inputs, and what was typed is kept.
    let wrong = send("text=It+is+%3Cb%3Ewrong%3C%2Fb%3E&evidence_url=nope", "same-origin").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    for kept in [
        "href=\"#evidence_url\"",
        "value=\"nope\"",
        "It is &#60;b&#62;wrong",
        "<title>Error: Report an error",
    ] {
        assert!(wrong.text.contains(kept), "{kept}: {}", wrong.text);
    }
    let empty = send("text=", "same-origin").await;
    assert!(
        empty.status == StatusCode::BAD_REQUEST && empty.text.contains("href=\"#text\""),
        "{}",
        empty.text
    );
    let sent =
        send("text=The+year+is+wrong&evidence_url=https%3A%2F%2Fcouncil.example%2F1", "same-origin").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let receipt = shown(&app, sent.header("location")).await;
    assert_eq!(receipt.status, StatusCode::OK, "{}", receipt.text);
    assert!(
        receipt.text.contains("waits for a decision") && receipt.header("cache-control").contains("no-store")
    );
    // Other sites cannot submit the form, and a correction needs its reference.
    assert_eq!(send("text=Forged", "cross-site").await.status, StatusCode::FORBIDDEN);
    assert_eq!(shown(&app, "/corrections/oar_c_none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(shown(&app, "/records/R-0000000/report").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn sitemaps_lead_to_every_record() {
    let app = TestApp::demonstration().await;
    let robots = app.get("/robots.txt").await;
    assert!(robots.header("content-type").starts_with("text/plain"), "{}", robots.header("content-type"));
    assert!(
        robots.text.contains("Sitemap: http://register.test/sitemap.xml")
            && robots.text.contains("Disallow: /submit")
    );
    let addresses = |text: &str| -> Vec<String> {
        text.split("<loc>http://register.test")
            .skip(1)
            .map(|rest| rest.split('<').next().unwrap().to_owned())
            .collect()
    };
    let mut records = BTreeSet::new();
    for map in addresses(&app.get("/sitemap.xml").await.text) {
        let map = app.get(&map).await;
        assert_eq!(map.status, StatusCode::OK, "{}", map.text);
        assert!(map.header("content-type").starts_with("application/xml"));
        records.extend(addresses(&map.text).into_iter().filter(|path| path.starts_with("/records/")));
    }
    assert_eq!(records.len() as u64, app.json("/api/v1/records?limit=1").await["total"].as_u64().unwrap());
    assert_eq!(app.get("/sitemaps/spring.xml").await.status, StatusCode::NOT_FOUND);
}
