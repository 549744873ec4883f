//! `POST /api/v1/gaps/{id}/reply`: bodies and administrators answer a gap.

use acts::{Answered, Caller, GapAnswer};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::GapStatus;
use serde::Deserialize;
use utoipa::ToSchema;
use wire::GapView;

use super::views::view;
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
    /// `explained` or `rejected_wrong_match`; `registered` together with a record; `asked` for
    /// administrators.
    status: GapStatus,
    /// Your answer, in public plain text. Do not name individuals.
    #[schema(max_length = 4000, example = "The cameras count vehicles and read no plates")]
    statement: String,
    /// The body's own record that accounts for the purchase.
    #[schema(example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$")]
    record_id: Option<String>,
}

/// Answer a gap
///
/// The body concerned explains the gap, or names the record that accounts for the purchase, which also confirms a link. The answer waits until another person of the body approves it; then it is shown beside the gap. Administrators note that a body was asked, or that the match was wrong, which is shown at once.
#[utoipa::path(
    post, path = "/api/v1/gaps/{id}/reply", operation_id = "reply_to_gap", tag = "procurement", security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the gap"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = NewReply,
    responses(
        (status = 201, description = "The gap with an administrator's answer", body = GapView),
        (status = 202, description = "The gap as it was; the answer waits for another person of the body", body = GapView),
        (status = 403, description = "The gap does not concern your body"),
        (status = 404, description = "No such gap"),
        (status = 409, description = "Too many replies of the body wait"),
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
    let (status, gap) = match app.allowed(acts::answer_gap(&write.act(), &id, answer).await)? {
        Answered::Now(gap) => (StatusCode::CREATED, gap),
        Answered::Waits(gap) => (StatusCode::ACCEPTED, gap),
    };
    write.answer(status, None, None, &view(&app, gap)).await
}
