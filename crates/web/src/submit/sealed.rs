//! `/submit/sealed`: the reading room, where a regulator reads what is sealed within its remit and leaves
//! receipts.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::{Permission, Remit};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::sent::Form;
use super::visitor::Visitor;
use crate::address::{part, query};
use crate::ask::Sent;
use crate::form::{Faults, Typed};
use crate::json::{coded, text};
use crate::language::say;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::shown::{Shown, parts};
use crate::words::day;

#[derive(Debug, Deserialize)]
struct Receipt {
    at: String,
    note: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Sealed {
    record_id: String,
    title: String,
    publisher: String,
    assessment: Map<String, Value>,
    document_url: Option<String>,
    receipt: Option<Receipt>,
}

impl Sealed {
    fn id(&self) -> &str {
        self.assessment.get("id").and_then(Value::as_str).unwrap_or_default()
    }

    /// The assessment in one line.
    fn name(&self) -> String {
        let whole = Value::Object(self.assessment.clone());
        let title = text(&whole, "title").or_else(|| coded(&whole, "type", "assessment_type"));
        let status = coded(&whole, "status", "assessment_status");
        let stage = coded(&whole, "stage", "assessment_stage");
        title.into_iter().chain(stage).chain(status).collect::<Vec<_>>().join(", ")
    }

    fn received(&self) -> Option<String> {
        self.receipt.as_ref().map(|receipt| day(&receipt.at))
    }
}

#[derive(Debug, Deserialize)]
struct SealedList {
    items: Vec<Sealed>,
    total: u64,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "submit/sealed_list.html")]
struct ListPage {
    frame: Frame,
    list: SealedList,
    /// Whether their remit covers everything.
    everything: bool,
    more: Option<String>,
}

pub(crate) async fn list(visitor: Visitor, RawQuery(asked): RawQuery) -> Result<Response, NotShown> {
    let asked = Typed::query(asked.as_deref());
    let mut pairs = vec![("limit".to_owned(), "50".to_owned())];
    pairs.extend(asked.said("cursor").map(|cursor| ("cursor".to_owned(), cursor.to_owned())));
    let list: SealedList =
        visitor.interface.get(&format!("/api/v1/regulator/assessments{}", query(&pairs))).await?;
    let everything = visitor.me.roles_for(Permission::ReadSealed).any(|held| held.remit == Remit::default());
    let more =
        list.next.clone().map(|next| format!("/submit/sealed{}", query(&[("cursor".to_owned(), next)])));
    Ok(page(StatusCode::OK, &ListPage { frame: visitor.frame(say("reading-room")), list, everything, more }))
}

#[derive(Template)]
#[template(path = "submit/sealed.html")]
struct SealedPage {
    frame: Frame,
    one: Sealed,
    rows: Vec<(String, Shown)>,
    typed: Typed,
    faults: Faults,
}

impl SealedPage {
    fn on(&self, at: &str) -> String {
        day(at)
    }
}

async fn made(visitor: &Visitor, id: &str, typed: Typed, faults: Faults) -> Result<SealedPage, NotShown> {
    let one: Sealed = visitor.interface.get(&format!("/api/v1/regulator/assessments/{}", part(id))).await?;
    let shown = one.assessment.iter().filter(|(name, _)| *name != "document");
    let shown: Map<String, Value> = shown.map(|(name, value)| (name.clone(), value.clone())).collect();
    Ok(SealedPage { frame: visitor.frame(one.name()), rows: parts("Assessment", &shown), one, typed, faults })
}

pub(crate) async fn show(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    Ok(page(StatusCode::OK, &made(&visitor, &id, Typed::default(), Faults::default()).await?))
}

pub(crate) async fn receive(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, NotShown> {
    let typed = form.typed;
    let sent = typed.said("note").map_or_else(|| json!({}), |note| json!({ "note": note }));
    let address = format!("/api/v1/regulator/assessments/{}/receipt", part(&id));
    match visitor.interface.post::<Value>(&address, sent).await {
        Ok(_) => Ok(Redirect::to(&format!("/submit/sealed/{}", part(&id))).into_response()),
        Err(problem) => {
            let faults = Faults::from(problem.into_faults()?);
            Ok(page(StatusCode::BAD_REQUEST, &made(&visitor, &id, typed, faults).await?))
        }
    }
}

/// The document, as the API sends it.
pub(crate) async fn document(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    let address = format!("/api/v1/regulator/assessments/{}/document", part(&id));
    let (parts, body) = visitor.interface.send(Method::GET, &address, Sent::default()).await?.into_parts();
    let mut response = body.into_response();
    for name in [header::CONTENT_TYPE, header::CONTENT_DISPOSITION, header::CONTENT_SECURITY_POLICY] {
        if let Some(value) = parts.headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    Ok(response)
}
