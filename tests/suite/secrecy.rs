//! Nothing public reveals what only a regulator may read.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::submissions::{Council, ready};

/// A register that differs from another only in sealed content: assessment texts and documents, drafts,
/// previews, and who read what.
async fn world(secret: &str, drafts: usize) -> (Council, Vec<String>) {
    let council = Council::new().await;
    let mut ids = Vec::new();
    for (place, visibility) in ["regulator_only", "summary", "regulator_only"].iter().enumerate() {
        let bearer = format!("Bearer {}", council.writer);
        let headers = [("authorization", bearer.as_str()), ("content-type", "text/plain")];
        let document = council
            .app
            .send_body(
                Method::POST,
                "/api/v1/documents?name=dpia.txt",
                &headers,
                format!("{secret} {place}").into_bytes(),
            )
            .await;
        let mut body = ready(&format!("Camera {place}"));
        body["record"]["assessments"] = json!([{
            "type": "dpia", "stage": "before_deployment", "status": "complete", "visibility": visibility,
            "withheld_ground": "foia_31",
            "summary": if *visibility == "summary" { "What everybody may know".to_owned() } else { format!("{secret} is the finding") },
            "document": { "sha256": document.json()["sha256"], "media_type": "text/plain" },
        }]);
        if *visibility == "regulator_only" {
            body["record"]["assessments"][0]["residual_risk"] = secret.into();
            body["record"]["assessments"][0]["outcome"] =
                if secret.len() > 12 { "proceed" } else { "do_not_proceed" }.into();
        }
        ids.push(council.publish(body).await.0);
    }
    for place in 0..drafts {
        council.begin(json!({ "record": { "title": format!("{secret} draft {place}") } })).await;
    }
    (council, ids)
}

/// Replaces random values by placeholders: ids of assessments and organisations, and hashes over them.
/// Everything else must match to the byte.
fn plain(text: &str, own: &[String]) -> String {
    own.iter().enumerate().fold(text.to_owned(), |text, (place, id)| text.replace(id, &format!("<{place}>")))
}

async fn assessments(council: &Council, records: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for id in records {
        let record = council.app.json(&format!("/api/v1/records/{id}")).await;
        found.push(record["assessments"][0]["id"].as_str().unwrap().to_owned());
    }
    found
}

/// Every public address with every kind of query: lists, facets, searches for the secret and parts of it,
/// orders, exports, statistics, and missing things.
fn questions(ids: &[String], assessments: &[String]) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    let words = [
        "",
        "canary",
        "canary-one",
        "canary-two-longer",
        "can*",
        "finding",
        "camera",
        "-canary",
        "draft",
        "\"is the finding\"",
    ];
    let encode = |word: &str| word.replace('"', "%22").replace(' ', "+");
    for word in words {
        let q = if word.is_empty() { String::new() } else { format!("&q={}", encode(word)) };
        for sort in
            ["", "&sort=title", "&sort=publisher", "&sort=-updated_at", "&sort=-people_affected_per_year"]
        {
            for more in [
                "",
                "&facets=all",
                "&facets=assessment_status,flag",
                "&limit=1",
                "&sector=schools",
                "&flag=assessment_missing",
                "&assessment_type=dpia",
                "&assessment_status=complete",
            ] {
                paths.push(format!("/api/v1/records?{}", format!("{q}{sort}{more}").trim_start_matches('&')));
            }
        }
        for table in ["records.csv", "records.ndjson"] {
            paths.push(format!("/api/v1/{table}?{}", q.trim_start_matches('&')));
        }
        paths.push(format!("/api/v1/organisations?{}", q.trim_start_matches('&')));
        paths.push(format!("/api/v1/products?{}", q.trim_start_matches('&')));
        paths.push(format!("/api/v1/suppliers?{}", q.trim_start_matches('&')));
    }
    let looked_up: Vec<String> = ids.iter().map(|id| format!("id={id}")).collect();
    paths.push(format!("/api/v1/records/lookup?fields=assessments&{}", looked_up.join("&")));
    for id in ids {
        for end in [
            "",
            "/versions",
            "/versions/1",
            "/versions/2",
            "/diff",
            "/redactions",
            "?fields=title,assessments",
        ] {
            paths.push(format!("/api/v1/records/{id}{end}"));
        }
    }
    for filter in [
        "",
        "?type=dpia",
        "?status=complete",
        "?stage=before_deployment",
        "?sector=schools",
        "?due_before=2030-01-01",
        "?limit=1",
        "?facets=all",
        "?sort=-next_review_on",
        ".csv",
    ] {
        paths.push(format!("/api/v1/assessments{filter}"));
    }
    paths.extend(assessments.iter().map(|id| format!("/api/v1/assessments/{id}")));
    for path in [
        "/api/v1",
        "/api/v1/changes.csv",
        "/api/v1/consultations",
        "/api/v1/redress-routes?facets=all",
        "/api/v1/reviews",
        "/api/v1/stats",
        "/api/v1/stats?rows=sector&columns=flag",
        "/api/v1/rules",
        "/healthz",
        "/readyz",
        "/api/v1/submissions",
        "/api/v1/audit",
        "/api/v1/people",
        "/api/v1/tokens",
        "/api/v1/regulator/assessments",
        "/api/v1/organisations/northmoor-borough-council",
        "/api/v1/previews/none",
    ] {
        paths.push(path.to_owned());
    }
    paths
}

#[tokio::test]
async fn two_worlds_that_differ_in_sealed_material_answer_ten_thousand_requests_alike() {
    let (first, ids) = world("canary-one", 1).await;
    let (second, others) = world("canary-two-longer", 4).await;
    assert_eq!(ids, others);
    let (mut own, mut their) = (assessments(&first, &ids).await, assessments(&second, &ids).await);
    let (asked, also) = (questions(&ids, &own), questions(&ids, &their));
    own.push(first.id.clone());
    their.push(second.id.clone());
    // The public hash covers the assessment's id.
    for (place, id) in ids.iter().enumerate() {
        for (council, known) in [(&first, &mut own), (&second, &mut their)] {
            let versions = council.app.json(&format!("/api/v1/records/{id}/versions")).await;
            known.push(versions["items"][0]["content_sha256"].as_str().unwrap().to_owned());
            let version = council.app.json(&format!("/api/v1/records/{id}/versions/1")).await;
            assert_eq!(version["record"]["assessments"][0]["id"], known[place].as_str(), "{version}");
            // The seed of the salts is random.
            known.push(version["commitments"]["seed"].as_str().unwrap().to_owned());
        }
    }
    let mut sent = 0;
    let encodings = [
        ("accept", "application/json"),
        ("accept", "*/*"),
        ("accept", "text/csv"),
        ("accept-encoding", "gzip"),
    ];
    for _ in 0..3 {
        let methods = [Method::GET, Method::HEAD];
        for (one, other) in asked.iter().zip(&also) {
            for method in &methods {
                for header in encodings {
                    let left = first.app.send_now(method.clone(), one, &[header]).await;
                    let right = second.app.send_now(method.clone(), other, &[header]).await;
                    sent += 1;
                    assert_eq!(left.status, right.status, "{method} {one}");
                    assert_eq!(plain(&left.text, &own), plain(&right.text, &their), "{method} {one}");
                    // Different random ids can compress to different lengths.
                    if header.0 != "accept-encoding" {
                        let lengths = (left.header("content-length"), right.header("content-length"));
                        assert_eq!(lengths.0, lengths.1, "{method} {one}");
                    }
                    let echo = one.contains("canary") || one.contains("can*");
                    assert!(echo || !left.text.contains("canary"), "{one}: {}", left.text);
                }
            }
        }
    }
    println!("{sent} pairs of requests, no byte differs");
    assert!(sent >= 10_000, "{sent}");
}

#[tokio::test]
async fn that_a_sealed_assessment_exists_is_public() {
    let (council, ids) = world("canary", 0).await;
    let assessment = council.app.json(&format!("/api/v1/records/{}", ids[0])).await["assessments"][0].clone();
    assert_eq!((&assessment["type"], &assessment["status"]), (&"dpia".into(), &"complete".into()));
    assert!(assessment["summary"].is_null() && assessment["residual_risk"].is_null());
    assert_eq!(assessment["document"], Value::Null);
}

#[tokio::test]
async fn what_a_caller_may_not_read_looks_like_what_is_not_there() {
    let council = Council::new().await;
    let (path, etag) = council.begin(json!({ "record": { "title": "Secret plan" } })).await;
    let other =
        council.app.organisation("Southmoor Council", domain::codes::OrganisationKind::LocalAuthority).await;
    let stranger =
        council.app.token("s@southmoor.example", domain::codes::Role::Contributor, Some(&other)).await;
    let nothing = "/api/v1/submissions/00000000-0000-7000-8000-000000000000";
    let id = path.rsplit('/').next().unwrap();
    for (method, end, body) in [
        (Method::GET, "", Value::Null),
        (Method::GET, "/history", Value::Null),
        (Method::PATCH, "", json!({ "note": "x" })),
        (Method::POST, "/submit", Value::Null),
        (Method::POST, "/preview-links", Value::Null),
    ] {
        let there = council
            .app
            .call(method.clone(), &format!("{path}{end}"), &stranger, Some(&etag), body.clone())
            .await;
        let not =
            council.app.call(method.clone(), &format!("{nothing}{end}"), &stranger, Some(&etag), body).await;
        assert_eq!(there.status, StatusCode::NOT_FOUND, "{method} {end}: {}", there.text);
        assert_eq!(there.text.replace(id, "ID"), not.text.replace(&nothing[20..], "ID"), "{method} {end}");
    }
    let list = council.app.call(Method::GET, "/api/v1/submissions", &stranger, None, Value::Null).await;
    assert_eq!(list.json()["total"], 0);
}
