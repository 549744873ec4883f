//! A facet is declared once: the schema, the index, the answers, the downloads and the website follow.

use axum::http::{Method, StatusCode};
use domain::codes::{OrganisationKind, Origin, Sector};
use domain::facets::{FACETS, on_form};
use serde_json::Value;
use suite::data::project;
use suite::{TestApp, record};

use crate::lists::camera;
use crate::sentences::used_at;

/// A record with a value of every facet of a body's own records, one with few, and one from another register.
async fn three() -> TestApp {
    let app = TestApp::new().await;
    // Kinds are of bodies that the register knows.
    app.organisation("Calder Vale Police", OrganisationKind::PoliceForce).await;
    let bus = record("Bus planner", |r| r.sectors = vec![Sector::Transport]);
    let mut camera = camera();
    camera.deployments = vec![used_at("Calder Vale Police")];
    let taken_over = record("Viewer", |r| r.origin = Origin::Imported);
    app.publish(&[camera, bus, taken_over]).await;
    app
}

fn document() -> Value {
    serde_json::from_str(&api::document().to_json().unwrap()).unwrap()
}

#[test]
fn every_operation_with_record_filters_describes_every_facet_in_order() {
    let document = document();
    let declared: Vec<(&str, &str)> = FACETS.iter().map(|facet| (facet.name, facet.description)).collect();
    let paths =
        ["/api/v1/records", "/api/v1/records.csv", "/api/v1/records.ndjson", "/api/v1/records.parquet"];
    let others = ["/api/v1/records.xlsx", "/api/v1/stats", "/records.atom", "/records.json"];
    for path in paths.iter().chain(&others) {
        let parameters = document["paths"][path]["get"]["parameters"].as_array().unwrap();
        let described: Vec<(&str, &str)> = parameters
            .iter()
            .map(|one| (one["name"].as_str().unwrap(), one["description"].as_str().unwrap()))
            .filter(|(name, _)| domain::facets::find(name).is_some())
            .collect();
        assert_eq!(described, declared, "{path}");
        for facet in FACETS {
            let of = |name: &str| parameters.iter().find(|one| one["name"] == name);
            let (one, negation) = (of(facet.name).unwrap(), of(facet.negation).unwrap());
            assert_eq!(one["schema"], negation["schema"], "{path}: {}", facet.name);
            let states = one.pointer("/schema/items/anyOf/1/enum");
            let is_of_states = one["schema"]["items"]["$ref"] == "#/components/schemas/AnswerState";
            assert_eq!(states.is_some() || is_of_states, facet.has_blanks(), "{path}: {}", facet.name);
        }
        for parameter in parameters.iter().filter(|one| one["schema"]["type"] == "array") {
            let items = &parameter["schema"]["items"];
            let schema = items["$ref"].as_str().or(items["anyOf"][0]["$ref"].as_str()).unwrap();
            let schema = document.pointer(schema.strip_prefix('#').unwrap());
            assert!(schema.is_some_and(Value::is_object), "{path}: {}", parameter["name"]);
        }
    }
}

#[tokio::test]
async fn every_facet_is_counted_filtered_downloaded_and_tabulated() {
    let app = three().await;
    let own = app.json("/api/v1/records?q=camera&facets=all").await["facets"].clone();
    let taken_over = app.json("/api/v1/records?q=viewer&facets=all").await["facets"].clone();
    for facet in FACETS {
        let name = facet.name;
        let of_source = ["source", "dataset", "edition", "in_source"].contains(&name);
        let (counts, title) = if of_source { (&taken_over, "Viewer") } else { (&own, "Camera") };
        let value = counts[name][0]["value"].as_str().unwrap_or_else(|| panic!("no {name}: {counts}"));
        if let Some(list) = facet.list_of(value) {
            assert_eq!(counts[name][0]["label"], list.entry(value).unwrap().label, "{name}");
        }
        let found = app.json(&format!("/api/v1/records?{name}={value}&q={title}")).await;
        assert_eq!(found["items"][0]["title"], title, "{name}={value}");
        let others = app.json(&format!("/api/v1/records?{}={value}&q={title}", facet.negation)).await;
        assert_eq!(others["total"], 0, "{}={value}", facet.negation);
        let csv = app.get(&format!("/api/v1/records.csv?{name}={value}")).await;
        assert!(csv.text.contains(title), "{name}={value}: {}", csv.text);
        let feed = app.get(&format!("/records.atom?{name}={value}")).await;
        assert!(feed.text.contains(title), "{name}={value}: {}", feed.text);
        let table = app.json(&format!("/api/v1/stats?rows={name}&columns=kind")).await["table"].clone();
        assert_eq!(table["rows"], name);
        assert!(
            table["cells"].as_array().unwrap().iter().any(|cell| cell["row"] == value),
            "{name}: {table}"
        );
    }
}

/// The headings of the filter form, in order.
fn headings(page: &str) -> Vec<String> {
    let facets = page.split("<details class=\"oar-facet\"").skip(1);
    facets
        .map(|rest| {
            let heading = rest.split("<summary class=\"govuk-body\">").nth(1).unwrap();
            heading.split("</summary>").next().unwrap().replace("&#39;", "'")
        })
        .collect()
}

#[tokio::test]
async fn the_filter_form_shows_every_facet_in_both_languages() {
    let app = three().await;
    let html = [("accept", "text/html")];
    let welsh = std::fs::read_to_string(project().join("crates/domain/data/catalogue.cy.ftl")).unwrap();
    let in_welsh = |name: &str| -> String {
        let begins = format!("facet-{name} = ");
        welsh.lines().find_map(|line| line.strip_prefix(&begins)).unwrap_or_default().to_owned()
    };
    for (path, headed) in [
        ("/records", on_form().iter().map(|facet| facet.label.to_owned()).collect::<Vec<_>>()),
        ("/cy/records", on_form().iter().map(|facet| in_welsh(facet.name)).collect()),
    ] {
        let page = app.send(Method::GET, path, &html).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert_eq!(headings(&page.text), headed, "{path}");
        for facet in FACETS {
            assert!(page.text.contains(&format!("name=\"{}\"", facet.name)), "{path}: {}", facet.name);
        }
    }
}
