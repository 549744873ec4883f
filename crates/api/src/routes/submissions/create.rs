//! `POST /api/v1/submissions`

use acts::{Begins, Caller};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Around, SubmissionView, view};
use crate::App;
use crate::body::Sent;
use crate::problem::ApiError;
use crate::write::begin;

/// A new submission: for a new record, for the next version of one, or copied from a record or a product.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSubmission {
    /// Slug of the organisation it is for; needed only if you write for several.
    #[schema(example = "northmoor-borough-council")]
    organisation: Option<String>,
    /// The record to make the next version of.
    #[schema(example = "R-4ZK7Q2M")]
    record_id: Option<String>,
    /// A record to copy from: its description, never assessments, risks or redress.
    copy_from: Option<String>,
    /// Slug of a product to copy from.
    product: Option<String>,
    /// Members of the record, as in answers; only a title is required. They override what is copied.
    #[schema(value_type = Option<Object>)]
    record: Option<Map<String, Value>>,
    /// Why this version is made; public.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

impl NewSubmission {
    /// What it starts from; a record takes precedence over copies. Errors: [`ApiError::BadId`].
    fn begins(&self) -> Result<Begins, ApiError> {
        Ok(match (&self.record_id, &self.copy_from, &self.product) {
            (Some(id), ..) => Begins::Version(id.parse()?),
            (None, Some(id), _) => Begins::Copy(id.parse()?),
            (None, None, Some(slug)) => Begins::Product(slug.clone()),
            (None, None, None) => Begins::Blank,
        })
    }
}

/// Begin a submission
///
/// Starts a draft of a new record, of the next version of a record (`record_id`), or of a copy. It may be incomplete: the answer says what is missing. With an `Idempotency-Key` it can be retried safely.
#[utoipa::path(
    post, path = "/api/v1/submissions", operation_id = "create_submission", tag = "submissions",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again")),
    request_body = NewSubmission,
    security(("token" = [])),
    responses(
        (status = 201, description = "The draft; its URL is in Location, its revision in ETag", body = SubmissionView),
        (status = 403, description = "Your roles do not allow this"),
        (status = 404, description = "No such record or product"),
        (status = 409, description = "The record was withdrawn, or the body has as many drafts as it may have"),
    )
)]
pub(crate) async fn create_submission(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, ApiError> {
    let new: NewSubmission = sent.json()?;
    let from = new.begins()?;
    let new = acts::NewSubmission {
        organisation: new.organisation,
        from,
        members: new.record.unwrap_or_default(),
        note: new.note,
    };
    // A next version must wait for other public writes, such as a redaction: otherwise the draft could start
    // from text that is just being removed.
    let write = begin(&app, &caller, &sent, matches!(new.from, Begins::Version(_))).await?;
    let begun = app.allowed(acts::create_submission(&write.act(), new).await)?;
    app.allowed(app.quotas.fit_drafts(&write.tx, &begun.owner).await)?;
    let around = Around::of(&write.tx, &begun, app.today()).await?;
    let view = view(&app, &caller, around, begun);
    let location = format!("/api/v1/submissions/{}", view.id);
    write.answer(StatusCode::CREATED, Some(view.revision), Some(location), &view).await
}
