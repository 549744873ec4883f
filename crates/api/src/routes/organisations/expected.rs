//! `PUT /api/v1/organisations/{slug}/expectation` and `POST .../expectation/end`: who is expected to publish, set by
//! administrators.

use acts::{Caller, WhyExpected};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use domain::authorisation::{Object, Permission};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{OrganisationView, written};
use crate::App;
use crate::body::Sent;
use crate::extract::Segment;
use crate::problem::ApiError;
use crate::write::begin;

/// Why a body is expected to publish.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewExpectation {
    /// First day on which it was expected to; today or earlier.
    since: NaiveDate,
    /// Which law, policy or rule says so, in a sentence that is public.
    #[schema(max_length = 2000, example = "In the mandatory scope of the ATRS policy")]
    why: String,
    /// Where that can be read.
    #[schema(example = "https://www.gov.uk/example-policy")]
    evidence_url: String,
}

/// The end of an expectation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndOfExpectation {
    /// The reason, in a sentence that is public.
    #[schema(max_length = 2000, example = "The policy no longer covers it")]
    reason: String,
}

/// Expect an organisation to publish
///
/// For administrators. Says since when, why and on what evidence. If it was expected to for another reason, that ends today and is kept; sending the same again changes nothing.
#[utoipa::path(
    put, path = "/api/v1/organisations/{slug}/expectation", operation_id = "expect_organisation", tag = "organisations",
    security(("token" = [])),
    params(("slug" = String, Path, description = "Slug or id", min_length = 1)),
    request_body = NewExpectation,
    responses(
        (status = 200, description = "The organisation", body = OrganisationView),
        (status = 400, description = "Not valid"),
        (status = 403, description = "Only administrators may do this"),
        (status = 404, description = "No such organisation"),
        (status = 409, description = "It is only a name in records"),
    )
)]
pub(crate) async fn expect_organisation(
    State(app): State<App>,
    caller: Caller,
    Segment(slug): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let NewExpectation { since, why, evidence_url } = sent.json()?;
    caller.may(Permission::ManageOrganisations, Object::Register)?;
    let why = app.allowed(WhyExpected::new(since, &why, &evidence_url, app.today()))?;
    let write = begin(&app, &caller, &sent, true).await?;
    let body = app.allowed(acts::known_organisation(&write.tx, &slug).await)?;
    app.allowed(acts::expect_organisation(&write.act(), &body, &why).await)?;
    let view = written(&app, &write.tx, &body.id).await?;
    write.answer(StatusCode::OK, None, None, &view).await
}

/// End what is expected of an organisation
///
/// For administrators. It ends today, and is kept with the reason.
#[utoipa::path(
    post, path = "/api/v1/organisations/{slug}/expectation/end", operation_id = "end_expectation", tag = "organisations",
    security(("token" = [])),
    params(
        ("slug" = String, Path, description = "Slug or id", min_length = 1),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = EndOfExpectation,
    responses(
        (status = 200, description = "The organisation", body = OrganisationView),
        (status = 400, description = "Not valid"),
        (status = 403, description = "Only administrators may do this"),
        (status = 404, description = "No such organisation"),
        (status = 409, description = "It is not expected to publish"),
    )
)]
pub(crate) async fn end_expectation(
    State(app): State<App>,
    caller: Caller,
    Segment(slug): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let why = sent.json::<EndOfExpectation>()?.reason;
    caller.may(Permission::ManageOrganisations, Object::Register)?;
    let why = app.allowed(acts::reason("/reason", Some(why), true))?.unwrap_or_default();
    let write = begin(&app, &caller, &sent, true).await?;
    let body = app.allowed(acts::known_organisation(&write.tx, &slug).await)?;
    app.allowed(acts::end_expectation(&write.act(), &body, &why).await)?;
    let view = written(&app, &write.tx, &body.id).await?;
    write.answer(StatusCode::OK, None, None, &view).await
}
