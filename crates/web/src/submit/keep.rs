//! `/submit/records/{id}`: keeping a published record true: a new version, a confirmation, a withdrawal.

use askama::Template;
use axum::extract::Path;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::Permission;
use serde_json::{Value, json};
use uuid::Uuid;
use wire::{RecordView, SubmissionItem, SubmissionList, SubmissionView};

use super::desk::{Standing, open};
use super::sent::Form;
use super::visitor::{Powers, Visitor};
use crate::address::{part, query};
use crate::ask::Sent;
use crate::language::say;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::words::day_of;

#[derive(Template)]
#[template(path = "submit/keep.html")]
struct KeepPage {
    frame: Frame,
    id: String,
    title: String,
    version: i64,
    changed: String,
    /// Its unfinished submissions.
    open: Vec<SubmissionItem>,
    notice: Option<String>,
    done: bool,
    reason: String,
    key: String,
    withdraws: bool,
    confirms: bool,
    writes: bool,
}

async fn made(
    visitor: &Visitor,
    id: &str,
    notice: Option<String>,
    reason: &str,
) -> Result<KeepPage, NotShown> {
    let view: RecordView = visitor.interface.get(&format!("/api/v1/records/{}", part(id))).await?;
    let mut pairs = vec![("record_id".to_owned(), id.to_owned()), ("limit".to_owned(), "20".to_owned())];
    pairs.extend(open());
    let open: SubmissionList =
        visitor.interface.get(&format!("/api/v1/submissions{}", query(&pairs))).await?;
    let title = view.record.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(KeepPage {
        frame: visitor.frame(&title),
        id: view.id.clone(),
        title,
        version: view.version,
        changed: day_of(view.updated_at),
        open: open.items,
        notice,
        done: false,
        reason: reason.to_owned(),
        key: Uuid::new_v4().to_string(),
        withdraws: visitor.me.may(Permission::WithdrawRecord),
        confirms: visitor.me.may(Permission::ConfirmRecord),
        writes: visitor.me.may(Permission::CreateSubmission),
    })
}

pub(crate) async fn show(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    Ok(page(StatusCode::OK, &made(&visitor, &id, None, "").await?))
}

/// Starts a new version, confirms, or withdraws.
pub(crate) async fn act(
    visitor: Visitor,
    Path((id, action)): Path<(String, String)>,
    form: Form,
) -> Result<Response, NotShown> {
    let typed = form.typed;
    let key = typed.said("key");
    if action == "version" {
        let sent = Sent { key, json: Some(json!({ "record_id": id })), ..Sent::default() };
        return match visitor.interface.ask::<SubmissionView>(Method::POST, "/api/v1/submissions", sent).await
        {
            Ok(begun) => {
                Ok(Redirect::to(&format!("/submit/submissions/{}", part(&begun.id))).into_response())
            }
            Err(problem) => {
                let (status, notice) = problem.into_notice()?;
                Ok(page(status, &made(&visitor, &id, Some(notice), "").await?))
            }
        };
    }
    if !matches!(action.as_str(), "confirm" | "withdraw") {
        return Err(NotShown::missing(say("there-is-no-such-page")));
    }
    let json = typed.said("reason").map_or_else(|| json!({}), |reason| json!({ "reason": reason }));
    let sent = Sent { revision: Some(typed.one("version")), key, json: Some(json), ..Sent::default() };
    let address = format!("/api/v1/records/{}/{action}", part(&id));
    match visitor.interface.send(Method::POST, &address, sent).await {
        Ok(_) if action == "withdraw" => Ok(Redirect::to(&format!("/records/{}", part(&id))).into_response()),
        Ok(_) => {
            let notice = Some(say("confirmed-readers-see-that-it").to_string());
            Ok(page(StatusCode::OK, &KeepPage { done: true, ..made(&visitor, &id, notice, "").await? }))
        }
        Err(problem) => {
            let (status, notice) = problem.into_notice()?;
            Ok(page(status, &made(&visitor, &id, Some(notice), typed.one("reason")).await?))
        }
    }
}
