//! `/submit/new`: a new submission, blank, or from a product or record.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::codes::{Code, Phase, RecordKind, Role};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use wire::{ProductList, ProductView, RecordItem, RecordList, SubmissionView};

use super::sent::Form;
use super::visitor::{Powers, Visitor};
use crate::address::{part, query};
use crate::ask::Sent;
use crate::form::{Faults, Typed};
use crate::language::say;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::words::{definition, entry_label};

#[derive(Template)]
#[template(path = "submit/new.html")]
struct NewPage {
    frame: Frame,
    /// Slug and name of the bodies to choose from, if there are several.
    bodies: Vec<(String, String)>,
    kinds: Vec<(&'static str, String, String)>,
    phases: Vec<(&'static str, String)>,
    typed: Typed,
    faults: Faults,
    key: String,
    observer: bool,
    /// The search for something to start from, and its results.
    wanted: String,
    products: Vec<ProductView>,
    records: Vec<RecordItem>,
}

impl NewPage {
    fn fault(&self, name: &str) -> Option<&str> {
        self.faults.with(name, false)
    }
}

async fn made(visitor: &Visitor, typed: Typed, faults: Faults, wanted: &str) -> Result<NewPage, NotShown> {
    let (mut products, mut records) = (Vec::new(), Vec::new());
    if !wanted.is_empty() {
        let asked = query(&[("q".to_owned(), wanted.to_owned()), ("limit".to_owned(), "5".to_owned())]);
        let found: ProductList = visitor.interface.get(&format!("/api/v1/products{asked}")).await?;
        products = found.items;
        let found: RecordList = visitor.interface.get(&format!("/api/v1/records{asked}")).await?;
        records = found.items;
    }
    let bodies = visitor.me.begins();
    let bodies = if bodies.len() > 1 { visitor.named(&bodies).await } else { Vec::new() };
    let list = RecordKind::VOCABULARY;
    let entries = list.entries.iter();
    let phases = Phase::VOCABULARY.entries.iter();
    Ok(NewPage {
        frame: visitor.form(say("a-new-record"), !faults.is_empty()),
        bodies,
        kinds: entries.map(|entry| (entry.code, entry_label(list, entry), definition(list, entry))).collect(),
        phases: phases.map(|entry| (entry.code, entry_label(Phase::VOCABULARY, entry))).collect(),
        typed,
        faults,
        key: Uuid::new_v4().to_string(),
        observer: visitor.me.roles.iter().any(|held| held.role == Role::Observer),
        wanted: wanted.to_owned(),
        products,
        records,
    })
}

pub(crate) async fn ask(visitor: Visitor, RawQuery(asked): RawQuery) -> Result<Response, NotShown> {
    let asked = Typed::query(asked.as_deref());
    let page_of = made(&visitor, Typed::default(), Faults::default(), asked.one("from").trim()).await?;
    Ok(page(StatusCode::OK, &page_of))
}

pub(crate) async fn begin(visitor: Visitor, form: Form) -> Result<Response, NotShown> {
    let typed = form.typed;
    let text = |name: &str| typed.said(name).map(Value::from);
    let mut record = Map::new();
    for name in ["title", "kind", "phase"] {
        if let Some(value) = text(name) {
            record.insert(name.to_owned(), value);
        }
    }
    // Observers name the body they write about.
    if let Some(publisher) = typed.said("publisher") {
        record.insert("publisher".to_owned(), json!({ "name": publisher }));
    }
    let mut sent = Map::from_iter([("record".to_owned(), Value::Object(record))]);
    for name in ["organisation", "copy_from", "product"] {
        if let Some(value) = text(name) {
            sent.insert(name.to_owned(), value);
        }
    }
    let sent = Sent { key: typed.said("key"), json: Some(Value::Object(sent)), ..Sent::default() };
    match visitor.interface.ask::<SubmissionView>(Method::POST, "/api/v1/submissions", sent).await {
        Ok(begun) => Ok(Redirect::to(&format!("/submit/submissions/{}", part(&begun.id))).into_response()),
        Err(problem) => {
            let mut found = Faults::default();
            for slip in Faults::from(problem.into_faults()?).0 {
                // The form does not ask for a name: it is taken from the title.
                if slip.name != "name" {
                    found.add(slip.name.trim_end_matches(".name"), slip.words);
                }
            }
            Ok(page(StatusCode::BAD_REQUEST, &made(&visitor, typed, found, "").await?))
        }
    }
}
