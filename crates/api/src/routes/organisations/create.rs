//! `POST /api/v1/organisations`: adding an organisation, by administrators.

use acts::{Caller, Refusal};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use domain::Organisation;
use domain::authorisation::{Object, Permission};
use domain::codes::{OrganisationKind, Region, Sector};
use domain::organisation::{Alias, Identifier};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{OrganisationView, written};
use crate::App;
use crate::body::Sent;
use crate::problem::ApiError;
use crate::write::begin;

/// An organisation to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrganisation {
    /// Its full name.
    #[schema(example = "Northmoor Borough Council", max_length = 300)]
    name: String,
    /// Its name in Welsh.
    name_cy: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "GB", pattern = "^[A-Z]{2}$")]
    country: String,
    /// Kind of body.
    kind: OrganisationKind,
    /// Slug of the parent body.
    parent: Option<String>,
    /// Sectors it works in.
    #[serde(default)]
    sectors: Vec<Sector>,
    /// Regions it works in.
    #[serde(default)]
    regions: Vec<Region>,
    /// Its website.
    #[schema(example = "https://northmoor.example")]
    website: Option<String>,
    /// Identifiers in other registers.
    #[serde(default)]
    identifiers: Vec<Identifier>,
    /// Its other names.
    #[serde(default)]
    aliases: Vec<Alias>,
    /// Whether a published rule expects it to publish records.
    #[serde(default)]
    expected_to_publish: bool,
    /// The day on which it declared that it uses no such tools.
    nil_return_on: Option<NaiveDate>,
    /// Confirms that you have checked a name that resembles another body's, or mixes scripts.
    #[serde(default)]
    reviewed: bool,
}

/// Enter an organisation
///
/// For administrators. A name that resembles another body's, or mixes letters of several scripts, is refused until `reviewed` confirms it.
#[utoipa::path(
    post, path = "/api/v1/organisations", operation_id = "create_organisation", tag = "organisations", security(("token" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again")),
    request_body = NewOrganisation,
    responses(
        (status = 201, description = "The organisation", body = OrganisationView),
        (status = 400, description = "Not valid, or its name needs a review"),
        (status = 403, description = "Only administrators may do this"),
        (status = 409, description = "The register already knows it"),
    )
)]
pub(crate) async fn create_organisation(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, ApiError> {
    let new: NewOrganisation = sent.json()?;
    caller.may(Permission::ManageOrganisations, Object::Register)?;
    let new = app.allowed(new.checked())?;
    let write = begin(&app, &caller, &sent, true).await?;
    let stored = app.allowed(acts::create_organisation(&write.act(), &new).await)?;
    let slug = stored.organisation.slug;
    let view = written(&app, &write.tx, &slug).await?;
    let location = format!("/api/v1/organisations/{slug}");
    write.answer(StatusCode::CREATED, None, Some(location), &view).await
}

impl NewOrganisation {
    fn checked(self) -> Result<acts::NewOrganisation, Refusal> {
        let sent = Organisation {
            name_cy: self.name_cy,
            kind: Some(self.kind),
            parent: self.parent,
            sectors: self.sectors,
            regions: self.regions,
            website: self.website,
            identifiers: self.identifiers,
            aliases: self.aliases,
            expected_to_publish: self.expected_to_publish,
            nil_return_on: self.nil_return_on,
            ..Organisation::named(self.name, self.country)
        };
        acts::NewOrganisation::new(sent, self.reviewed)
    }
}
