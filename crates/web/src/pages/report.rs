//! `/records/{id}/report`, where anybody reports an error, and `/corrections/{reference}`, which shows what
//! became of it.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Map, Value, json};
use wire::{CorrectionReceipt, CorrectionView, Fault};

use super::problem::{NotShown, say_when_to_come_again};
use crate::address::part;
use crate::ask::{Interface, Sentence};
use crate::json::text;
use crate::language::say;
use crate::layout::{Frame, page, titled};
use crate::words::day_of;

/// What was typed into the form.
#[derive(Debug, Default)]
struct Typed {
    text: String,
    evidence_url: String,
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    frame: Frame,
    id: String,
    title: String,
    typed: Typed,
    faults: Vec<Fault>,
}

impl ReportPage {
    fn fault(&self, field: &str) -> Option<String> {
        let found = self.faults.iter().find(|fault| fault.pointer.trim_start_matches('/') == field)?;
        Some(found.sentence())
    }
}

async fn form(
    interface: &Interface,
    id: String,
    typed: Typed,
    faults: Vec<Fault>,
) -> Result<ReportPage, NotShown> {
    let record: Value = interface.get(&format!("/api/v1/records/{}?fields=title", part(&id))).await?;
    let title = text(&record, "title").unwrap_or_default();
    let heading = titled(say("report-an-error"), !faults.is_empty());
    Ok(ReportPage {
        frame: Frame::new(heading, "records").about(text(&record, "about")),
        id,
        title,
        typed,
        faults,
    })
}

pub(crate) async fn ask(
    State(interface): State<Interface>,
    Path(id): Path<String>,
) -> Result<Response, NotShown> {
    Ok(page(StatusCode::OK, &form(&interface, id, Typed::default(), Vec::new()).await?))
}

pub(crate) async fn send(
    State(interface): State<Interface>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, NotShown> {
    let mut typed = Typed::default();
    for (name, value) in form_urlencoded::parse(&body) {
        match name.as_ref() {
            "text" => typed.text = value.replace("\r\n", "\n"),
            "evidence_url" => value.trim().clone_into(&mut typed.evidence_url),
            _ => {}
        }
    }
    let mut sent = Map::from_iter([("text".to_owned(), json!(typed.text))]);
    if !typed.evidence_url.is_empty() {
        sent.insert("evidence_url".to_owned(), json!(typed.evidence_url));
    }
    let address = format!("/api/v1/records/{}/corrections", part(&id));
    match interface.post::<CorrectionReceipt>(&address, Value::Object(sent)).await {
        Ok(receipt) => {
            let reference = receipt.url.rsplit('/').next().unwrap_or_default();
            Ok(Redirect::to(&format!("/corrections/{}", part(reference))).into_response())
        }
        // Show the form again with what was typed.
        Err(problem) if problem.is_for_now() => {
            let fault = Fault::new("text", "too-many", problem.words());
            let shown = form(&interface, id, typed, vec![fault]).await?;
            let mut response = page(problem.status(), &shown);
            say_when_to_come_again(&mut response);
            Ok(response)
        }
        Err(problem) => match problem.into_faults() {
            Ok(faults) => Ok(page(StatusCode::BAD_REQUEST, &form(&interface, id, typed, faults).await?)),
            Err(problem) => Err(problem),
        },
    }
}

#[derive(Template)]
#[template(path = "correction.html")]
struct CorrectionPage {
    frame: Frame,
    record_id: String,
    waits: bool,
    state: String,
    outcome: Option<String>,
    created: String,
    decided: Option<String>,
}

pub(crate) async fn correction(
    State(interface): State<Interface>,
    Path(reference): Path<String>,
) -> Result<Response, NotShown> {
    let one: CorrectionView = interface.get(&format!("/api/v1/corrections/{}", part(&reference))).await?;
    let page_of = CorrectionPage {
        frame: Frame::new(say("your-report"), "records"),
        waits: one.decided_at.is_none(),
        state: say(match one.state.as_str() {
            "accepted" => "accepted",
            "declined" => "declined",
            _ => "open",
        })
        .to_string(),
        record_id: one.record_id,
        outcome: one.outcome,
        created: day_of(one.created_at),
        decided: one.decided_at.map(day_of),
    };
    let mut response = page(StatusCode::OK, &page_of);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    Ok(response)
}
