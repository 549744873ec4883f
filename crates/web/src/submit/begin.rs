//! `/submit/new`: a new submission, blank or from what is there already.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::codes::{Code, RecordKind};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::visitor::{Form, Visitor, faults};
use crate::address::{part, query};
use crate::ask::Sent;
use crate::form::{Faults, Typed};
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::pages::{Item, Party};

#[derive(Debug, Deserialize)]
struct Body {
    organisation: Party,
}

/// A product to begin from.
#[derive(Debug, Deserialize)]
struct Product {
    product: Party,
}

#[derive(Debug, Default, Deserialize)]
struct Found<T> {
    items: Vec<T>,
}

#[derive(Template)]
#[template(path = "submit/new.html")]
struct NewPage {
    frame: Frame,
    /// Bodies for which it can be, when there are several: slug and name.
    bodies: Vec<(String, String)>,
    kinds: Vec<(String, &'static str, &'static str)>,
    typed: Typed,
    faults: Faults,
    key: String,
    observer: bool,
    /// What was searched for to begin from, and what was found.
    wanted: String,
    products: Vec<Product>,
    records: Vec<Item>,
}

impl NewPage {
    fn fault(&self, name: &str) -> Option<&str> {
        self.faults.0.iter().find(|slip| slip.name == name).map(|slip| slip.words.as_str())
    }
}

/// The roles that begin submissions.
const BEGINS: &[&str] = &["contributor", "observer"];

/// Names of bodies by their slugs.
pub(super) async fn named(visitor: &Visitor, slugs: &[&str]) -> Vec<(String, String)> {
    let mut named = Vec::new();
    for slug in slugs {
        let body = visitor.interface.get::<Body>(&format!("/api/v1/organisations/{}", part(slug))).await;
        named.push((
            (*slug).to_owned(),
            body.map_or_else(|_| (*slug).to_owned(), |body| body.organisation.name),
        ));
    }
    named
}

async fn made(visitor: &Visitor, typed: Typed, faults: Faults, wanted: &str) -> Result<NewPage, NotShown> {
    let (mut products, mut records) = (Vec::new(), Vec::new());
    if !wanted.is_empty() {
        let asked = query(&[("q".to_owned(), wanted.to_owned()), ("limit".to_owned(), "5".to_owned())]);
        let found: Found<Product> = visitor.interface.get(&format!("/api/v1/products{asked}")).await?;
        products = found.items;
        let found: Found<Item> = visitor.interface.get(&format!("/api/v1/records{asked}")).await?;
        records = found.items;
    }
    let bodies = visitor.me.bodies(BEGINS);
    let bodies = if bodies.len() > 1 { named(visitor, &bodies).await } else { Vec::new() };
    let heading = if faults.is_empty() { "" } else { "Error: " };
    let entries = RecordKind::VOCABULARY.entries.iter();
    Ok(NewPage {
        frame: visitor.frame(format!("{heading}A new record")),
        bodies,
        kinds: entries.map(|entry| (entry.code.to_owned(), entry.label, entry.definition)).collect(),
        typed,
        faults,
        key: Uuid::new_v4().to_string(),
        observer: visitor.me.is(&["observer"]),
        wanted: wanted.to_owned(),
        products,
        records,
    })
}

pub(crate) async fn ask(visitor: Visitor, RawQuery(asked): RawQuery) -> Result<Response, NotShown> {
    let asked = Typed::read(asked.as_deref().unwrap_or_default().as_bytes());
    let page_of = made(&visitor, Typed::default(), Faults::default(), asked.one("from").trim()).await?;
    Ok(page(StatusCode::OK, &page_of))
}

pub(crate) async fn begin(visitor: Visitor, form: Form) -> Result<Response, NotShown> {
    let typed = form.typed;
    let text = |name: &str| typed.said(name).map(Value::from);
    let mut record = Map::new();
    for name in ["title", "kind"] {
        if let Some(value) = text(name) {
            record.insert(name.to_owned(), value);
        }
    }
    // An observer writes about another body.
    if let Some(publisher) = typed.said("publisher") {
        record.insert("publisher".to_owned(), json!({ "name": publisher }));
    }
    let mut sent = Map::from_iter([("record".to_owned(), Value::Object(record))]);
    for name in ["organisation", "record_id", "copy_from", "product"] {
        if let Some(value) = text(name) {
            sent.insert(name.to_owned(), value);
        }
    }
    let sent = Sent { key: typed.said("key"), json: Some(Value::Object(sent)), ..Sent::default() };
    match visitor.interface.send(Method::POST, "/api/v1/submissions", sent).await {
        Ok(answer) => {
            let begun: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
            let id = begun["id"].as_str().unwrap_or_default();
            Ok(Redirect::to(&format!("/submit/submissions/{}", part(id))).into_response())
        }
        Err(problem) => {
            let mut found = Faults::default();
            for slip in faults(problem)?.0 {
                // A name is taken from the title: it is not asked here.
                if slip.name != "name" {
                    found.add(slip.name.trim_end_matches(".name"), slip.words);
                }
            }
            Ok(page(StatusCode::BAD_REQUEST, &made(&visitor, typed, found, "").await?))
        }
    }
}
