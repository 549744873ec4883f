//! `/submit/submissions/{id}/review`: what a submission changes, and the decision on it; also takes every
//! other action.

use askama::Template;
use axum::extract::Path;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Record;
use domain::codes::{Code, SubmissionState};
use domain::diff::{WordMark, diff};
use domain::draft::NOT_ASKED;
use domain::fields::FIELDS;
use domain::submission::Action;
use serde_json::{Value, json};
use uuid::Uuid;
use wire::VersionView;

use super::check;
use super::draft::{Draft, record_of};
use super::sent::Form;
use super::visitor::Visitor;
use crate::address::part;
use crate::ask::Sent;
use crate::language::{Said, say};
use crate::layout::{Frame, page};
use crate::pages::history::Change;
use crate::pages::problem::NotShown;
use crate::pages::record::Raised;
use crate::shown::{Row, Shown, rows};
use crate::words::label_in;

/// An assessment with a part that stays sealed.
struct Sealed {
    title: String,
    rows: Vec<(Said, Shown)>,
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
    /// Whether it waits for an approval that this person may not give.
    waits: bool,
    notice: Option<String>,
    reason: String,
    key: String,
}

/// The assessments with a part that stays sealed.
fn sealed(record: &Record, public: &Record) -> Vec<Sealed> {
    let pairs = record.assessments.iter().zip(&public.assessments).filter(|(whole, public)| whole != public);
    pairs
        .map(|(whole, _)| {
            let rows = [
                (
                    say("who-may-read-it"),
                    whole.visibility.map(|code| Shown::Text(label_in("visibility", code.as_str()))),
                ),
                (
                    say("ground"),
                    whole.withheld_ground.map(|code| Shown::Text(label_in("withheld_ground", code.as_str()))),
                ),
                (say("what-it-found"), whole.summary.clone().map(Shown::Words)),
                (say("document"), whole.document.as_ref().map(|_| Shown::Text(say("attached").to_string()))),
            ];
            let kind = || label_in("assessment_type", whole.r#type.as_str());
            Sealed {
                title: whole.title.clone().unwrap_or_else(kind),
                rows: rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect(),
            }
        })
        .collect()
}

/// Builds the page: the changes to a published record, or all of a new one.
async fn made(
    visitor: &Visitor,
    id: &str,
    notice: Option<String>,
    reason: String,
) -> Result<ReviewPage, NotShown> {
    let draft = Draft::read(&visitor.interface, id).await?;
    let record = draft.record()?;
    let public = record.public();
    let changes = match (&draft.record_id, draft.base_version) {
        (Some(id), Some(version)) => {
            let address = format!("/api/v1/records/{}/versions/{version}", part(id));
            let before: VersionView = visitor.interface.get(&address).await?;
            let (before, after) = (record_of(&before.record)?, public.clone());
            // Two long texts take seconds of a processor, which must not be those of a thread that answers others.
            let compared = tokio::task::spawn_blocking(move || diff(&before, &after)).await;
            let compared = compared.expect("a comparison neither panics nor is cancelled");
            Some(compared.into_iter().flat_map(Change::all).collect())
        }
        _ => None,
    };
    let members = public.to_members();
    let rows = match changes {
        None => {
            let said = FIELDS.iter().filter(|field| !NOT_ASKED.contains(&field.name));
            said.flat_map(|field| rows(field, &members)).collect()
        }
        Some(_) => Vec::new(),
    };
    Ok(ReviewPage {
        frame: visitor.frame(format!("{}: {}", say("review-of"), draft.title())),
        state: draft.state_label(),
        changes,
        rows,
        sealed: sealed(&record, &public),
        warnings: draft.warnings(),
        stops: draft.errors().count(),
        waits: matches!(draft.state, SubmissionState::Submitted | SubmissionState::InReview)
            && !draft.can(Action::Approve),
        notice,
        reason,
        key: Uuid::new_v4().to_string(),
        draft,
    })
}

pub(crate) async fn review(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    Ok(page(StatusCode::OK, &made(&visitor, &id, None, String::new()).await?))
}

/// Takes a step, such as submit, approve or publish. On failure shows the page it came from again, with the
/// reason.
pub(crate) async fn act(
    visitor: Visitor,
    Path((id, action)): Path<(String, String)>,
    form: Form,
) -> Result<Response, NotShown> {
    let typed = form.typed;
    // Send an empty note too: it removes the earlier one.
    let note = (action == "submit").then(|| ("note".to_owned(), json!(typed.one("note"))));
    let reason = typed.said("reason").map(|reason| ("reason".to_owned(), json!(reason)));
    let said = note.into_iter().chain(reason);
    let sent = Sent {
        revision: Some(typed.one("revision")),
        key: typed.said("key"),
        json: Some(Value::Object(said.collect())),
        ..Sent::default()
    };
    let address = format!("/api/v1/submissions/{}/{}", part(&id), part(&action));
    match visitor.interface.send(Method::POST, &address, sent).await {
        Ok(_) if action == "discard" => Ok(Redirect::to("/submit").into_response()),
        Ok(_) => Ok(Redirect::to(&format!("/submit/submissions/{}", part(&id))).into_response()),
        Err(problem) => {
            let (status, notice) = problem.into_notice()?;
            if action == "submit" {
                return check::again(&visitor, &id, status, Some(notice), Some(typed.one("note").to_owned()))
                    .await;
            }
            let reason = typed.one("reason").to_owned();
            Ok(page(status, &made(&visitor, &id, Some(notice), reason).await?))
        }
    }
}
