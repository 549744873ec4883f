//! `GET /api/v1/audit`

use acts::Caller;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::authorisation::{Object, Permission};
use serde::Serialize;
use store::people::audit::{AuditQuery, read};
use utoipa::ToSchema;

use crate::App;
use crate::extract::{Params, Taker};
use crate::listing::{ClosedPageParams, Page};
use crate::problem::ApiError;

/// An entry of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditView {
    /// When.
    at: DateTime<Utc>,
    /// Name of the person; absent for the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// The role in which it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    /// The action.
    #[schema(example = "sealed.read")]
    action: String,
    /// Kind of the thing it was done to.
    #[schema(example = "assessment")]
    object_kind: String,
    /// Id of the thing.
    object_id: String,
    /// The reason given.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Further details.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// A page of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditList {
    /// Latest first.
    items: Vec<AuditView>,
    /// Cursor of the next page; absent on the last.
    next: Option<String>,
}

/// Read the audit trail
///
/// Who did what, when and why, latest first. Approvers see what concerns their own organisations, including regulators' reads of their sealed assessments; administrators see everything.
#[utoipa::path(
    get, path = "/api/v1/audit", operation_id = "list_audit", tag = "people",
    params(ClosedPageParams), security(("token" = [])),
    responses(
        (status = 200, description = "A page of the audit trail", body = AuditList),
        (status = 403, description = "Your roles do not allow this"),
    )
)]
pub(crate) async fn list_audit(
    State(app): State<App>,
    caller: Caller,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let taker = Taker::new(pairs);
    let page = Page::take_closed("/api/v1/audit", format!("audit {}", caller.person.id), taker)?;
    let everything = caller.grant(Permission::ReadAudit, Object::Register).is_some();
    let own = caller.organisations(Permission::ReadAudit);
    if !everything && own.is_empty() {
        return Err(ApiError::Forbidden(Permission::ReadAudit));
    }
    let query =
        AuditQuery { owners: (!everything).then_some(&own), before: page.number(), ..AuditQuery::default() };
    let mut found = read(&app.db, &query, page.limit + 1).await?;
    let next = page.cut(&mut found).map(|(number, _)| page.cursor(0, String::new(), *number));
    let mut items = Vec::with_capacity(found.len());
    for (_, entry) in found {
        let person = match &entry.person {
            Some(id) => store::people::find(&app.db, id).await?.map(|person| person.name),
            None => None,
        };
        items.push(AuditView {
            at: entry.at,
            person,
            role: entry.role,
            action: entry.action,
            object_kind: entry.object_kind,
            object_id: entry.object_id,
            reason: entry.reason,
            detail: entry.detail,
        });
    }
    Ok(page.answer(&app, next, |next| AuditList { items, next }))
}
