//! `POST /api/v1/gaps/{id}/reply`: what bodies and administrators say to a gap.

use acts::{Caller, GapAnswer};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::GapStatus;
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::GapView;
use crate::App;
use crate::body::Sent;
use crate::extract::Segment;
use crate::problem::ApiError;
use crate::routes::contracts::uuid_of;
use crate::write::begin;

/// An answer to a gap.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReply {
    /// `explained` or `rejected_wrong_match`; `registered` with the record; `asked` for administrators.
    status: GapStatus,
    /// What is said, in plain text that is public. No names of persons.
    #[schema(max_length = 4000, example = "The cameras count vehicles and read no plates")]
    statement: String,
    /// The body's own record that answers for the purchase.
    #[schema(example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$")]
    record_id: Option<String>,
}

/// Answer a gap
///
/// The body that is asked explains a gap, or names the record that answers for the purchase, which makes a confirmed link. Its answer is shown beside the gap at once. Administrators note that a body was asked, or that it was no match.
#[utoipa::path(
    post, path = "/api/v1/gaps/{id}/reply", operation_id = "reply_to_gap", tag = "procurement", security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the gap"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again"),
    ),
    request_body = NewReply,
    responses(
        (status = 201, description = "The gap with the answer", body = GapView),
        (status = 403, description = "The gap is not of the caller's body"),
        (status = 404, description = "There is no such gap"),
    )
)]
pub(crate) async fn reply_to_gap(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let id = uuid_of(&id, "gap")?;
    let new: NewReply = sent.json()?;
    let statement = app.allowed(acts::plain_text("/statement", &new.statement))?;
    let record = new.record_id.as_deref().map(str::parse).transpose()?;
    let answer = GapAnswer { status: new.status, statement, record };
    let write = begin(&app, &caller, &sent, true).await?;
    let answered = app.allowed(acts::answer_gap(&write.act(), &id, answer).await)?;
    write.answer(StatusCode::CREATED, None, None, &GapView::of(&app, answered)).await
}
