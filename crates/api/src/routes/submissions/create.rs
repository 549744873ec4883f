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

/// A new submission: of a new record, of the next version of one, or copied from a record or a product.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSubmission {
    /// Slug of the organisation it is for; needed only by who writes for several.
    #[schema(example = "northmoor-borough-council")]
    organisation: Option<String>,
    /// The record of which it is to be the next version.
    #[schema(example = "R-4ZK7Q2M")]
    record_id: Option<String>,
    /// A record to copy from: what it describes, never assessments, risks or redress.
    copy_from: Option<String>,
    /// A product to copy from, by its slug.
    product: Option<String>,
    /// Members of the record, as in the answer; none is required but a title. They go over what is copied.
    #[schema(value_type = Option<Object>)]
    record: Option<Map<String, Value>>,
    /// Why this version is made, for readers.
    note: Option<String>,
}

impl NewSubmission {
    /// What it begins from: a record before anything that is copied. Errors: [`ApiError::BadId`].
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
/// A draft of a new record, of the next version of a record (`record_id`), or of a copy. It may be incomplete: the answer says what is missing. With an `Idempotency-Key` it may be sent again safely.
#[utoipa::path(
    post, path = "/api/v1/submissions", operation_id = "create_submission", tag = "submissions",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again")),
    request_body = NewSubmission,
    security(("token" = [])),
    responses(
        (status = 201, description = "The draft; its address is in Location, its revision in ETag", body = SubmissionView),
        (status = 403, description = "The caller's roles do not allow it"),
        (status = 404, description = "There is no such record or product"),
        (status = 409, description = "The record was withdrawn"),
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
    // A draft of a record waits for writers of records, so that none begins from what a redaction takes out.
    let write = begin(&app, &caller, &sent, matches!(new.from, Begins::Version(_))).await?;
    let begun = app.allowed(acts::create_submission(&write.act(), new).await)?;
    let around = Around::of(&write.tx, &begun).await?;
    let view = view(&app, &caller, around, begun);
    let location = format!("/api/v1/submissions/{}", view.id);
    write.answer(StatusCode::CREATED, Some(view.revision), Some(location), &view).await
}
