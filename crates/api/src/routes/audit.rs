//! `GET /api/v1/audit`

use acts::Caller;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::authorisation::{Object, Permission};
use serde::Serialize;
use store::ground::page::Cursor;
use store::people::audit::{AuditQuery, read};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::extract::{Params, Taker};
use crate::problem::ApiError;
use crate::routes::next_link;

/// Query parameters of `list_audit`.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what the handler takes, which a test compares")]
pub(crate) struct AuditParams {
    /// Items per page, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u64>,
    /// Cursor of the page: `next` of the previous one.
    cursor: Option<String>,
}

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
    params(AuditParams), security(("token" = [])),
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
    let mut taker = Taker::new(pairs.clone());
    let limit = taker.limit();
    let identity = format!("audit {}", caller.person.id);
    let cursor = taker.cursor(&identity);
    taker.finish()?;
    let everything = caller.grant(Permission::ReadAudit, Object::Register).is_some();
    let own = caller.organisations(Permission::ReadAudit);
    if !everything && own.is_empty() {
        return Err(ApiError::Forbidden(Permission::ReadAudit));
    }
    let query = AuditQuery {
        owners: (!everything).then_some(&own),
        before: cursor.map(|cursor| cursor.number),
        ..AuditQuery::default()
    };
    let mut found = read(&app.db, &query, limit + 1).await?;
    let more = found.len() as u64 > limit;
    found.truncate(limit as usize);
    let last = found.last().filter(|_| more).map(|(number, _)| *number);
    let next = last.map(|number| Cursor::new(&identity, 0, 0, String::new(), number).encode());
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
    let link = next_link(&app.base_url, "/api/v1/audit", &pairs, next.as_deref());
    let mut response = Json(AuditList { items, next }).into_response();
    response.headers_mut().extend(link);
    Ok(response)
}
