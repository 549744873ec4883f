//! The OpenAPI document is current and complete, and says exactly what the handlers take.

use axum::http::StatusCode;
use domain::codes::{OrganisationKind, Role};
use serde_json::Value;
use suite::TestApp;
use suite::data::project;

#[test]
fn the_committed_document_is_current() {
    let path = project().join("openapi/register.v1.json");
    let document = api::document().to_pretty_json().unwrap() + "\n";
    if std::env::var("UPDATE_OPENAPI").is_ok() {
        std::fs::write(&path, &document).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == document,
        "openapi/register.v1.json is out of date: run UPDATE_OPENAPI=1 cargo test -p suite openapi"
    );
}

fn document() -> Value {
    serde_json::from_str(&api::document().to_json().unwrap()).unwrap()
}

fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
    }
}

#[test]
fn every_operation_is_named_and_explained() {
    let document = document();
    let mut ids = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(id.contains('_'), "{id} has the form verb_resource");
            assert!(!ids.contains(&id), "{id} is the id of two operations");
            ids.push(id);
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
            let answers = operation["responses"].as_object().unwrap();
            // It answers with content, or redirects to it.
            assert!(
                answers.keys().any(|status| status.starts_with('2') || status == "303"),
                "{method} {path}"
            );
        }
    }
    assert!(ids.len() >= 20);
    assert_eq!(document["info"]["version"], api::API_VERSION);
    assert_eq!(document["openapi"], "3.1.0");
}

/// The address of an operation, with what its path asks for filled in.
fn address(path: &str, record: &str) -> String {
    let id = if path.contains("assessments/{id}") { "00000000-0000-7000-8000-000000000000" } else { record };
    path.replace("{id}", id)
        .replace("{number}", "1")
        .replace("{slug}", "northmoor-borough-council")
        .replace("{name}", "sector")
        .replace("{secret}", "none")
        .replace("{sha256}", "none")
}

/// Whether a schema allows only some texts.
fn is_strict(schema: &Value) -> bool {
    let own = ["$ref", "enum", "format", "pattern"].iter().any(|rule| !schema[rule].is_null());
    own || schema["type"] != "string" && (schema["items"].is_null() || is_strict(&schema["items"]))
}

/// The schema and the reader of a parameter are one declaration: what the schema does not allow is refused, by
/// the parameter's name and with what to write instead.
#[tokio::test]
async fn a_wrong_value_of_any_parameter_says_which_and_what_to_write() {
    let app = TestApp::new().await;
    let id = &app.publish(&[suite::record("One", |_| {})]).await[0];
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let body = app.organisation("Data Protection Office", OrganisationKind::Regulator).await;
    let regulator = app.token("regulator@dpo.example", Role::Regulator, Some(&body)).await;
    let mut asked = 0;
    for (path, item) in document()["paths"].as_object().unwrap() {
        let operation = &item["get"];
        let bearer = if path.contains("/regulator/") { &regulator } else { &admin };
        let bearer = format!("Bearer {bearer}");
        let closed = [("authorization", bearer.as_str())];
        let headers = if operation["security"].is_null() { &[][..] } else { &closed };
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            if parameter["in"] != "query" || !is_strict(&parameter["schema"]) {
                continue;
            }
            let mut query = format!("{}?{name}=%7E%20%7E", address(path, id));
            // What must be given is given, so that only the wrong value is wrong.
            let needed = operation["parameters"].as_array().into_iter().flatten();
            for other in
                needed.filter(|one| one["in"] == "query" && one["required"] == true && one["name"] != name)
            {
                let one = other["example"].get(0).unwrap_or(&other["example"]);
                let example = one.as_str().unwrap_or_else(|| panic!("{path}: {other}"));
                query += &format!("&{}={example}", other["name"].as_str().unwrap());
            }
            let answer = app.send(axum::http::Method::GET, &query, headers).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text);
            let problem = answer.json();
            assert_eq!(problem["errors"].as_array().map(Vec::len), Some(1), "{query}: {}", answer.text);
            assert_eq!(problem["errors"][0]["pointer"], name, "{query}");
            assert!(problem["errors"][0]["hint"].is_string(), "{query}: {}", answer.text);
            asked += 1;
        }
    }
    assert!(asked > 100, "{asked}");
}

/// A handler takes the parameters it suggests when refusing an unknown one.
#[tokio::test]
async fn the_document_lists_exactly_the_parameters_that_are_taken() {
    let app = TestApp::new().await;
    let id = &app.publish(&[suite::record("One", |_| {})]).await[0];
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let body = app.organisation("Data Protection Office", OrganisationKind::Regulator).await;
    let regulator = app.token("regulator@dpo.example", Role::Regulator, Some(&body)).await;
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        if path.ends_with('z') {
            continue;
        }
        let operation = &item["get"];
        if operation.is_null() {
            continue;
        }
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let mut said: Vec<String> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "query")
            .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
            .collect();
        said.sort();
        let address = address(path, id);
        // Call closed operations with the right role.
        let bearer = if path.contains("/regulator/") { &regulator } else { &admin };
        let bearer = format!("Bearer {bearer}");
        let closed = [("authorization", bearer.as_str())];
        let headers = if operation["security"].is_null() { &[][..] } else { &closed };
        let answer = app.send(axum::http::Method::GET, &format!("{address}?zzzz=1"), headers).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{address}: {}", answer.text);
        let problem = answer.json();
        let errors = problem["errors"].as_array().unwrap();
        // A parameter that must be given is missing too.
        let unknown = errors.iter().find(|error| error["code"] == "unknown-parameter").unwrap();
        let hint = unknown["hint"].as_str().unwrap().to_owned();
        let mut taken: Vec<String> = hint
            .split("parameters: ")
            .nth(1)
            .unwrap()
            .split(", ")
            .filter(|name| *name != "none")
            .map(str::to_owned)
            .collect();
        taken.sort();
        assert_eq!(taken, said, "{path}");
    }
}

/// Answers have the members their schemas name; a full record has all of them.
#[tokio::test]
async fn answers_hold_what_their_schemas_name() {
    let app = TestApp::new().await;
    let id = &app.publish(&[suite::record("One", |_| {})]).await[0];
    let document = document();
    let item = app.json("/api/v1/records").await["items"][0].clone();
    let record = app.json(&format!("/api/v1/records/{id}")).await;
    for (name, answer) in [("RecordItem", &item), ("RecordView", &record)] {
        let schema = &document["components"]["schemas"][name]["properties"];
        for member in answer.as_object().unwrap().keys() {
            assert!(schema[member].is_object(), "{name} does not name {member}");
        }
        for field in domain::fields::FIELDS {
            assert!(schema[field.name].is_object(), "{name} does not name {}", field.name);
        }
    }
}

#[tokio::test]
async fn the_document_and_its_page_are_served_offline() {
    let app = TestApp::new().await;
    assert_eq!(app.json("/api/v1/openapi.json").await, document());
    assert!(app.get("/api/v1/openapi.yaml").await.text.starts_with("openapi: 3.1.0"));
    let page = app.get("/api/docs/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("https://"), "the page loads something from elsewhere: {}", page.text);
}
