//! `/submit/submissions/{id}/review`: what a submission changes, and deciding about it; and every step of its way.

use askama::Template;
use axum::extract::Path;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Record;
use domain::fields::FIELDS;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::check;
use super::draft::{Draft, words};
use super::preview::record_of;
use super::visitor::{Form, Visitor};
use crate::address::part;
use crate::ask::Sent;
use crate::json::coded;
use crate::layout::{Frame, page};
use crate::pages::history::{Change, changes};
use crate::pages::problem::NotShown;
use crate::shown::{Row, Shown, row};
use crate::words::plain;

/// An assessment of which something stays sealed.
struct Sealed {
    title: String,
    rows: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "submit/review.html")]
struct ReviewPage {
    frame: Frame,
    draft: Draft,
    state: String,
    /// What it changes; `None` for a new record.
    changes: Option<Vec<Change>>,
    rows: Vec<Row>,
    sealed: Vec<Sealed>,
    warnings: Vec<String>,
    stops: usize,
    /// Whether it waits for an approval that whoever looks may not give.
    waits: bool,
    notice: Option<String>,
    reason: String,
    key: String,
}

#[derive(Debug, Deserialize)]
struct Version {
    record: Record,
}

fn sealed(record: &Record) -> Vec<Sealed> {
    let public = record.public();
    let pairs = record.assessments.iter().zip(&public.assessments);
    pairs
        .filter(|(whole, public)| whole != public)
        .map(|(whole, _)| {
            let whole = serde_json::to_value(whole).unwrap_or_default();
            let text = |key: &str| whole[key].as_str().map(str::to_owned);
            let rows = [
                ("Who may read it", coded(&whole, "visibility", "visibility")),
                ("Ground", coded(&whole, "withheld_ground", "withheld_ground")),
                ("What it found", text("summary")),
                ("Document", whole["document"].is_object().then(|| "Attached".to_owned())),
            ];
            Sealed {
                title: text("title").or_else(|| coded(&whole, "type", "assessment_type")).unwrap_or_default(),
                rows: rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect(),
            }
        })
        .collect()
}

async fn made(
    visitor: &Visitor,
    id: &str,
    notice: Option<String>,
    reason: String,
) -> Result<ReviewPage, NotShown> {
    let draft = Draft::read(&visitor.interface, id).await?;
    let record = record_of(&draft)?;
    let changes = match (&draft.record_id, draft.base_version) {
        (Some(id), Some(version)) => {
            let address = format!("/api/v1/records/{}/versions/{version}", part(id));
            let before: Version = visitor.interface.get(&address).await?;
            Some(changes(&before.record, &record.public()))
        }
        _ => None,
    };
    let members = record.public().to_members();
    let rows = match changes {
        None => FIELDS.iter().filter_map(|field| row(field, &members)).collect(),
        Some(_) => Vec::new(),
    };
    let warnings = draft.findings.iter().filter(|finding| finding.severity != domain::Severity::Error);
    Ok(ReviewPage {
        frame: visitor.frame(format!("Review: {}", draft.title())),
        state: draft.state_label(),
        changes,
        rows,
        sealed: sealed(&record),
        warnings: warnings.map(words).collect(),
        stops: draft.errors().count(),
        waits: matches!(draft.state.as_str(), "submitted" | "in_review") && !draft.can("approve"),
        notice,
        reason,
        key: Uuid::new_v4().to_string(),
        draft,
    })
}

pub(crate) async fn review(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    Ok(page(StatusCode::OK, &made(&visitor, &id, None, String::new()).await?))
}

pub(crate) async fn act(
    visitor: Visitor,
    Path((id, action)): Path<(String, String)>,
    form: Form,
) -> Result<Response, NotShown> {
    let typed = form.typed;
    let address = format!("/api/v1/submissions/{}", part(&id));
    let mut revision = typed.one("revision").to_owned();
    let done = async {
        if action == "submit" {
            let draft = Draft::read(&visitor.interface, &id).await?;
            let note = typed.said("note");
            if draft.note.as_deref() != note && draft.can("edit") {
                let change = Sent {
                    revision: Some(&revision),
                    json: Some(json!({ "note": note })),
                    ..Sent::default()
                };
                let answer = visitor.interface.send(Method::PATCH, &address, change).await?;
                let changed: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
                revision = changed["revision"].to_string();
            }
        }
        let reason = typed.said("reason");
        let sent = Sent {
            revision: Some(&revision),
            key: typed.said("key"),
            json: Some(reason.map_or_else(|| json!({}), |reason| json!({ "reason": reason }))),
            ..Sent::default()
        };
        visitor.interface.send(Method::POST, &format!("{address}/{}", part(&action)), sent).await
    };
    match done.await {
        Ok(_) if action == "discard" => Ok(Redirect::to("/submit").into_response()),
        Ok(_) => Ok(Redirect::to(&format!("/submit/submissions/{}", part(&id))).into_response()),
        Err(problem) if matches!(problem.status(), 400 | 403 | 409 | 412) => {
            let status = problem.status();
            let problem = problem.into_problem();
            let said = problem.errors.iter().map(crate::ask::Fault::sentence).collect::<Vec<_>>().join(". ");
            let notice = match status {
                412 => "Somebody changed it while you were reading. This is how it stands now: look again, and decide again".to_owned(),
                400 if !said.is_empty() => said,
                _ => plain(&problem.detail.unwrap_or(problem.title)),
            };
            if action == "submit" {
                return check::again(&visitor, &id, Some(notice), Some(typed.one("note").to_owned())).await;
            }
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
            let reason = typed.one("reason").to_owned();
            Ok(page(status, &made(&visitor, &id, Some(notice), reason).await?))
        }
        Err(problem) => Err(problem),
    }
}
