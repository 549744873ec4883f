//! `/submit/sealed`: the reading room, where a regulator reads what is sealed within its remit and leaves
//! receipts.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use domain::authorisation::{Permission, Remit};
use domain::codes::Code;
use serde_json::{Map, Value, json};
use wire::{ReceiptView, SealedList, SealedView};

use super::sent::Form;
use super::visitor::{Powers, Visitor};
use crate::address::{part, query};
use crate::ask::Sent;
use crate::form::{Faults, Typed};
use crate::language::say;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::shown::{Shown, parts};
use crate::words::{day_of, label_in};

/// A sealed assessment in words.
trait Named {
    /// Its id, as in addresses.
    fn id(&self) -> String;
    /// The assessment in one line.
    fn name(&self) -> String;
    /// The day of the receipt, if there is one.
    fn received(&self) -> Option<String>;
}

impl Named for SealedView {
    fn id(&self) -> String {
        self.assessment.id.map(|id| id.to_string()).unwrap_or_default()
    }

    fn name(&self) -> String {
        let one = &self.assessment;
        let kind = || label_in("assessment_type", one.r#type.as_str());
        let title = one.title.clone().unwrap_or_else(kind);
        let stage = label_in("assessment_stage", one.stage.as_str());
        [title, stage, label_in("assessment_status", one.status.as_str())].join(", ")
    }

    fn received(&self) -> Option<String> {
        self.receipt.as_ref().map(|receipt| day_of(receipt.at))
    }
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
    one: SealedView,
    rows: Vec<(String, Shown)>,
    typed: Typed,
    faults: Faults,
}

impl SealedPage {
    fn on(&self, at: &DateTime<Utc>) -> String {
        day_of(*at)
    }
}

async fn made(visitor: &Visitor, id: &str, typed: Typed, faults: Faults) -> Result<SealedPage, NotShown> {
    let one: SealedView =
        visitor.interface.get(&format!("/api/v1/regulator/assessments/{}", part(id))).await?;
    let mut shown = match serde_json::to_value(&one.assessment) {
        Ok(Value::Object(shown)) => shown,
        // Cannot happen: a struct becomes an object.
        _ => Map::new(),
    };
    shown.shift_remove("document");
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
    match visitor.interface.post::<ReceiptView>(&address, sent).await {
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
