//! Reconciliation: names in a spreadsheet find their organisations, through the W3C Reconciliation Service
//! API 0.2.
//!
//! The required members, types and patterns of each answer are restated here from the specification's JSON
//! Schemas (reconciliation-api.github.io/specs/0.2/schemas).

use axum::http::{Method, StatusCode};
use domain::codes::OrganisationKind;
use serde_json::{Value, json};
use suite::TestApp;

fn types() -> Value {
    json!({ "type": "array", "items": { "oneOf": [
        { "type": "object", "required": ["id"], "properties": { "id": { "type": "string" }, "name": { "type": "string" } } },
        { "type": "string" }
    ] } })
}

fn entity(required: &[&str], more: &Value) -> Value {
    let mut properties = json!({
        "id": { "type": "string" }, "name": { "type": "string" }, "description": { "type": "string" }
    });
    for (name, schema) in more.as_object().unwrap() {
        properties[name] = schema.clone();
    }
    json!({ "type": "object", "required": required, "properties": properties })
}

fn result(of: &Value) -> Value {
    json!({ "type": "object", "required": ["result"], "properties": { "result": { "type": "array", "items": of } } })
}

/// The schema for an answer, by its file name in the specification.
fn schema(name: &str) -> Value {
    let place = json!({ "type": "object", "properties": {
        "service_url": { "type": "string" }, "service_path": { "type": "string" },
        "flyout_service_url": { "type": "string" },
        "flyout_service_path": { "type": "string", "pattern": ".*\\$\\{id\\}.*" }
    } });
    let url = json!({ "type": "string", "pattern": ".*\\{\\{id\\}\\}.*" });
    match name {
        "manifest" => json!({
            "type": "object", "required": ["versions", "name", "identifierSpace", "schemaSpace"],
            "properties": {
                "versions": { "type": "array", "items": { "type": "string" }, "contains": { "enum": ["0.2"] } },
                "name": { "type": "string" }, "identifierSpace": { "type": "string" }, "schemaSpace": { "type": "string" },
                "documentation": { "type": "string" }, "serviceVersion": { "type": "string" },
                "view": { "type": "object", "required": ["url"], "properties": { "url": url } },
                "defaultTypes": { "type": "array", "uniqueItems": true, "items": types()["items"]["oneOf"][0] },
                "suggest": { "type": "object", "properties": { "entity": place, "property": place, "type": place } },
                "preview": { "type": "object", "required": ["url", "width", "height"], "properties": {
                    "url": url, "width": { "type": "integer" }, "height": { "type": "integer" }
                } },
                "extend": { "type": "object", "properties": {
                    "propose_properties": place, "property_settings": { "type": "array" }
                } }
            }
        }),
        "reconciliation-result-batch" => {
            let feature = json!({ "type": "object", "properties": {
                "id": { "type": "string" }, "value": { "oneOf": [{ "type": "boolean" }, { "type": "number" }] }
            } });
            let candidate = entity(
                &["id", "name", "score"],
                &json!({
                    "score": { "type": "number" }, "match": { "type": "boolean" }, "type": types(),
                    "features": { "type": "array", "items": feature }
                }),
            );
            json!({ "type": "object", "patternProperties": { "^.*$": result(&candidate) } })
        }
        "suggest-entities-response" => result(&entity(&["id", "name"], &json!({ "notable": types() }))),
        "suggest-properties-response" | "suggest-types-response" => {
            result(&entity(&["id", "name"], &json!({})))
        }
        "data-extension-response" => {
            let one = |name: &str, kind: &str| {
                let mut properties = json!({});
                properties[name] = json!({ "type": kind });
                json!({ "type": "object", "required": [name], "additionalProperties": false, "properties": properties })
            };
            let named = json!({ "type": "object", "required": ["id", "name"], "additionalProperties": false,
                "properties": { "id": { "type": "string" }, "name": { "type": "string" }, "description": { "type": "string" } } });
            let cell = json!({ "oneOf": [
                { "type": "object", "additionalProperties": false }, named,
                one("str", "string"), one("float", "number"), one("int", "integer"), one("date", "string")
            ] });
            let row = json!({ "type": "object", "patternProperties": { ".*": { "type": "array", "items": cell } } });
            json!({
                "type": "object", "required": ["rows", "meta"],
                "properties": {
                    "meta": { "type": "array", "items": entity(&["id", "name"], &json!({})) },
                    "rows": { "type": "object", "patternProperties": { ".*": row } }
                }
            })
        }
        other => panic!("there is no schema {other}"),
    }
}

#[track_caller]
fn valid(name: &str, answer: &Value) {
    let validator = jsonschema::validator_for(&schema(name)).unwrap();
    let errors: Vec<String> = validator.iter_errors(answer).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{name}: {errors:?}\n{answer}");
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Sends a batch in the address. Returns the answers.
async fn ask(app: &TestApp, batch: &Value) -> Value {
    let answer = app.json(&format!("/reconcile?queries={}", encoded(&batch.to_string()))).await;
    valid("reconciliation-result-batch", &answer);
    answer
}

/// Id, score and certainty of each candidate.
fn shown(answer: &Value) -> Vec<String> {
    let candidates = answer["result"].as_array().unwrap().iter();
    let show = |one: &Value| {
        let certain = if one["match"] == true { "!" } else { "" };
        format!("{} {:.0}{certain}", one["id"].as_str().unwrap(), one["score"].as_f64().unwrap())
    };
    candidates.map(show).collect()
}

#[tokio::test]
async fn a_manifest_says_what_the_service_can_do() {
    let app = TestApp::new().await;
    let manifest = app.get("/reconcile").await;
    valid("manifest", &manifest.json());
    assert_eq!(manifest.header("access-control-allow-origin"), "*");
    for (_, place) in manifest.json()["suggest"].as_object().unwrap() {
        let path = place["service_path"].as_str().unwrap();
        assert_eq!(app.get(&format!("{path}?prefix=a")).await.status, StatusCode::OK, "{path}");
    }
    let path = manifest.json()["extend"]["propose_properties"]["service_path"].as_str().unwrap().to_owned();
    let proposed = app.json(&format!("{path}?type=organisation&limit=50")).await;
    assert!(proposed["properties"].as_array().unwrap().iter().any(|one| one["id"] == "GB-COH"));
}

#[tokio::test]
async fn names_of_each_type_find_what_they_mean() {
    let app = TestApp::demonstration().await;
    let record = app.json("/api/v1/records?q=canteen+face&limit=1").await["items"][0].clone();
    let (id, title) = (record["id"].as_str().unwrap(), record["title"].as_str().unwrap());
    let batch = json!({
        "exact": { "query": "calder vale POLICE", "type": "organisation" },
        "alias": { "query": "Chief Constable of Calder Vale" },
        "typo": { "query": "Calder Vail Police", "limit": 1 },
        "number": { "query": "Visagewick", "type": ["supplier"], "properties": [{ "pid": "GB-COH", "v": "zz000101" }] },
        "only_number": { "query": "", "type": "supplier", "properties": [{ "pid": "identifier", "v": ["GB-COH ZZ000101"] }] },
        "supplier": { "query": "Quillfern Systems Limited", "type": "supplier", "limit": 1 },
        "not_a_supplier": { "query": "Calder Vale Police", "type": "supplier", "limit": 1 },
        "product": { "query": "Plate Wren", "type": "product", "limit": 1 },
        "record": { "query": title, "type": "record", "limit": 1 },
        "record_id": { "query": id, "type": "record" },
        "nobody": { "query": "zzzz qqqq" },
        "blank": { "query": " " }
    });
    let answers = ask(&app, &batch).await;
    let force = "organisations/calder-vale-police 100!";
    assert_eq!(shown(&answers["exact"])[0], force);
    assert_eq!(shown(&answers["alias"])[0], force);
    assert_eq!(shown(&answers["typo"]), ["organisations/calder-vale-police 94"]);
    assert_eq!(shown(&answers["number"])[0], "suppliers/visagewick 100!");
    assert_eq!(shown(&answers["only_number"])[0], "suppliers/visagewick 100!");
    assert_eq!(shown(&answers["supplier"]), ["suppliers/quillfern-systems 100!"]);
    assert!(shown(&answers["not_a_supplier"]).iter().all(|one| !one.ends_with('!')));
    assert!(shown(&answers["product"])[0].starts_with("products/platewren "), "{}", answers["product"]);
    assert_eq!(shown(&answers["record"]), [format!("records/{id} 100!")]);
    assert_eq!(shown(&answers["record_id"]), [format!("records/{id} 100!")]);
    assert!(shown(&answers["nobody"]).is_empty() && shown(&answers["blank"]).is_empty());
    // The same batch as a form, from another site's page.
    let form = format!("queries={}", encoded(&batch.to_string()));
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://spreadsheet.example"),
    ];
    let posted = app.send_body(Method::POST, "/reconcile", &headers, form.into_bytes()).await;
    assert_eq!(posted.status, StatusCode::OK, "{}", posted.text);
    assert_eq!(posted.json(), answers);
}

#[tokio::test]
async fn two_bodies_of_one_name_are_told_apart_by_their_country_or_not_at_all() {
    let app = TestApp::new().await;
    app.organisation("Ministry of Justice", OrganisationKind::MinisterialDepartment).await;
    let tx = app.db.begin().await.unwrap();
    let mut other = domain::Organisation::named("Ministry of Justice", "NZ");
    other.kind = Some(OrganisationKind::MinisterialDepartment);
    other.slug = "ministry-of-justice-nz".to_owned();
    store::names::organisations::save(&tx, &other).await.unwrap();
    tx.commit().await.unwrap();
    let country = |code: &str| json!({ "query": "Ministry of Justice", "properties": [{ "pid": "country", "v": code }] });
    let answers = ask(
        &app,
        &json!({
            "q0": { "query": "Ministry of Justice" }, "q1": country("NZ"), "q2": country("GB")
        }),
    )
    .await;
    assert_eq!(
        shown(&answers["q0"]),
        ["organisations/ministry-of-justice 100", "organisations/ministry-of-justice-nz 100"]
    );
    assert_eq!(shown(&answers["q1"])[0], "organisations/ministry-of-justice-nz 100!");
    assert_eq!(shown(&answers["q2"])[0], "organisations/ministry-of-justice 100!");
}

#[tokio::test]
async fn suggestions_previews_and_values_follow_the_protocol() {
    let app = TestApp::demonstration().await;
    for (path, name) in [
        ("/reconcile/suggest/entity?prefix=cald", "suggest-entities-response"),
        ("/reconcile/suggest/entity?prefix=face&type=record", "suggest-entities-response"),
        ("/reconcile/suggest/entity?prefix=plate&type=product", "suggest-entities-response"),
        ("/reconcile/suggest/property?prefix=contr", "suggest-properties-response"),
        ("/reconcile/suggest/type?prefix=s", "suggest-types-response"),
    ] {
        let answer = app.json(path).await;
        valid(name, &answer);
        assert!(!answer["result"].as_array().unwrap().is_empty(), "{path}");
    }
    let first = app.json("/reconcile/suggest/entity?prefix=cald").await["result"].clone();
    let after = app.json("/reconcile/suggest/entity?prefix=cald&cursor=1").await["result"].clone();
    assert_eq!(first[1], after[0]);

    let record = app.json("/api/v1/records?limit=1").await["items"][0]["id"].as_str().unwrap().to_owned();
    let wanted = json!({
        "ids": ["organisations/westermark-constabulary", "suppliers/quillfern-systems", "products/platewren",
            format!("records/{record}"), "organisations/nobody", "odd"],
        "properties": [{ "id": "name" }, { "id": "kind" }, { "id": "GB-PPON" }, { "id": "contracts_as_supplier" },
            { "id": "publisher" }, { "id": "title" }]
    });
    let extended = app.json(&format!("/reconcile?extend={}", encoded(&wanted.to_string()))).await;
    valid("data-extension-response", &extended);
    let rows = &extended["rows"];
    assert_eq!(rows["organisations/westermark-constabulary"]["kind"], json!([{ "str": "police_force" }]));
    assert_eq!(
        rows["organisations/westermark-constabulary"]["GB-PPON"],
        json!([{ "str": "PDMO-0001-WEST" }])
    );
    assert!(rows["suppliers/quillfern-systems"]["contracts_as_supplier"][0]["int"].as_u64().unwrap() > 3);
    assert_eq!(rows["products/platewren"]["name"], json!([{ "str": "PlateWren" }]));
    assert_eq!(rows[format!("records/{record}")]["publisher"].as_array().unwrap().len(), 1);
    assert_eq!(rows["organisations/nobody"]["name"], json!([]));

    let preview = app.get("/reconcile/preview?id=organisations/calder-vale-police").await;
    assert!(preview.header("content-type").starts_with("text/html"));
    assert!(preview.header("content-security-policy").contains("frame-ancestors *"));
    assert!(preview.text.contains("<h1>Calder Vale Police</h1>"), "{}", preview.text);
    assert_eq!(app.get("/reconcile/preview?id=organisations/nobody").await.status, StatusCode::NOT_FOUND);
    // No other page may be framed.
    assert!(app.get("/api/v1").await.header("content-security-policy").contains("frame-ancestors 'none'"));
}

#[tokio::test]
async fn names_cannot_break_out_of_a_preview() {
    let app = TestApp::new().await;
    let tx = app.db.begin().await.unwrap();
    let body = domain::Organisation::named("<script>alert(1)</script> & \"Sons\"", "GB");
    let (_, slug) = store::names::organisations::save(&tx, &body).await.unwrap();
    tx.commit().await.unwrap();
    let preview = app.get(&format!("/reconcile/preview?id=organisations/{slug}")).await;
    assert_eq!(preview.status, StatusCode::OK);
    assert!(preview.text.contains("&#60;script&#62;alert(1)"), "{}", preview.text);
    assert!(!preview.text.contains("<script>"), "{}", preview.text);
}

#[tokio::test]
async fn a_bad_batch_says_what_is_wrong_with_each_question() {
    let app = TestApp::new().await;
    for (batch, expected) in [
        ("{", "the body is not JSON we take"),
        ("[1]", "a batch is an object of questions"),
        (r#"{"q0":{"query":"a","type":"police"}}"#, "use one of: organisation, supplier, product, record"),
        (r#"{"q0":{"query":"a","kind":"x"}}"#, "unknown field `kind`"),
        (r#"{"q0":{"query":7}}"#, "queries.q0.query"),
    ] {
        let refused = app.get(&format!("/reconcile?queries={}", encoded(batch))).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{batch}");
        assert!(refused.text.contains(expected), "{batch}: {}", refused.text);
    }
    let many: serde_json::Map<String, Value> =
        (0..1_001).map(|n| (format!("q{n}"), json!({ "query": "a" }))).collect();
    let form = format!("queries={}", encoded(&Value::Object(many).to_string()));
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let refused = app.send_body(Method::POST, "/reconcile", &headers, form.into_bytes()).await;
    assert!(refused.text.contains("1001 questions; 1000 fit"), "{}", refused.text);
    let unknown = json!({ "ids": [], "properties": [{ "id": "nmae" }] });
    let refused = app.get(&format!("/reconcile?extend={}", encoded(&unknown.to_string()))).await;
    assert!(refused.text.contains("did you mean 'name'?"), "{}", refused.text);
}
