//! `POST /api/v1/organisations`: entering a body, for administrators.

use acts::Caller;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use domain::Organisation;
use domain::authorisation::{Object, Permission};
use domain::codes::{OrganisationKind, Region, Sector};
use domain::organisation::{Alias, Identifier};
use serde::Deserialize;
use store::audit::Deed;
use store::maintenance::project_named;
use store::organisations::{self, Saved};
use utoipa::ToSchema;

use super::{OrganisationView, view};
use crate::App;
use crate::body::Sent;
use crate::problem::{ApiError, Fault, Problem};
use crate::write::begin;

/// The longest name, in characters.
const NAME_MAX: usize = 300;

/// A body that is entered.
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
    /// What kind of body it is.
    kind: OrganisationKind,
    /// Slug of the body above it.
    parent: Option<String>,
    /// Fields of public life it works in.
    #[serde(default)]
    sectors: Vec<Sector>,
    /// Where it works.
    #[serde(default)]
    regions: Vec<Region>,
    /// Its website.
    #[schema(example = "https://northmoor.example")]
    website: Option<String>,
    /// Identifiers that others gave it.
    #[serde(default)]
    identifiers: Vec<Identifier>,
    /// Its other names.
    #[serde(default)]
    aliases: Vec<Alias>,
    /// Whether a published rule expects it to publish records.
    #[serde(default)]
    expected_to_publish: bool,
    /// The day it declared that it uses no such tool.
    nil_return_on: Option<NaiveDate>,
    /// Somebody looked at a name that looks like another's, or mixes scripts, and it is right.
    #[serde(default)]
    reviewed: bool,
}

/// Enter an organisation
///
/// For administrators. A name that only looks like that of another body, or mixes the letters of several scripts, is refused until somebody has reviewed it.
#[utoipa::path(
    post, path = "/api/v1/organisations", operation_id = "create_organisation", tag = "organisations", security(("token" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again")),
    request_body = NewOrganisation,
    responses(
        (status = 201, description = "The organisation", body = OrganisationView),
        (status = 400, description = "Not valid, or its name needs a review", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no administrator", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The register knows it", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_organisation(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, ApiError> {
    let new: NewOrganisation = sent.json()?;
    let role = caller.may(Permission::ManageOrganisations, Object::Register)?.role;
    let reviewed = new.reviewed;
    let organisation = valid(new)?;
    let write = begin(&app, &caller, &sent, true).await?;
    if !reviewed && let Some((at, doubt)) = organisations::doubt(&write.tx, &organisation).await? {
        return Err(ApiError::Invalid(vec![
            Fault::new(&at, "look-alike", doubt.to_string())
                .hint("type it anew; if it is right, send reviewed: true"),
        ]));
    }
    let (saved, slug) = organisations::save(&write.tx, &organisation).await?;
    if saved != Saved::Created {
        return Err(ApiError::Conflict(format!("the register knows it: {slug}")));
    }
    // Records that named it, or name it by an alias, show it from now on.
    project_named(&write.tx, std::slice::from_ref(&slug)).await?;
    let stored = organisations::find(&write.tx, &slug).await?;
    let stored = stored.ok_or_else(|| ApiError::NotFound("organisation", slug.clone()))?;
    let id = stored.organisation.id.map(|id| id.to_string()).unwrap_or_default();
    let deed = Deed {
        owner: Some(&id),
        detail: reviewed.then_some("name reviewed"),
        ..Deed::new("organisation.create", "organisation", &id)
    };
    write.note(Some(role), deed).await?;
    let view = view(&app, stored).await?;
    write.answer(StatusCode::CREATED, None, Some(format!("/api/v1/organisations/{slug}")), &view).await
}

fn valid(new: NewOrganisation) -> Result<Organisation, ApiError> {
    let mut faults = Vec::new();
    let name = domain::text::one_line(&new.name);
    if name.is_empty() || new.name.chars().count() > NAME_MAX {
        faults.push(
            Fault::new("/name", "bad-name", "the name is empty or too long").hint("1 to 300 characters"),
        );
    }
    if new.country.len() != 2 || !domain::validate::is_jurisdiction(&new.country) {
        faults.push(
            Fault::new("/country", "unknown-country", "this is not a country")
                .hint("write ISO 3166-1 in capitals, such as GB"),
        );
    }
    if new.website.as_deref().is_some_and(|address| !domain::validate::is_address(address)) {
        faults.push(
            Fault::new("/website", "bad-url", "this is not a web address")
                .hint("write it with https:// and without a user name"),
        );
    }
    let mut aliases = new.aliases;
    for (place, alias) in aliases.iter_mut().enumerate() {
        alias.name = domain::text::one_line(&alias.name);
        if alias.name.is_empty() || alias.name.chars().count() > NAME_MAX {
            let at = format!("/aliases/{place}/name");
            let fault = Fault::new(&at, "bad-name", "the name is empty or too long");
            faults.push(fault.hint("1 to 300 characters"));
        }
    }
    let mut identifiers = Vec::new();
    for (place, one) in new.identifiers.iter().enumerate() {
        match Identifier::normalise(one.scheme, &one.value) {
            Ok(normal) => identifiers.push(normal),
            Err(detail) => {
                faults.push(Fault::new(&format!("/identifiers/{place}"), "bad-identifier", detail));
            }
        }
    }
    if !faults.is_empty() {
        return Err(ApiError::Invalid(faults));
    }
    Ok(Organisation {
        name_cy: new.name_cy.map(|name| domain::text::one_line(&name)).filter(|name| !name.is_empty()),
        kind: Some(new.kind),
        parent: new.parent,
        sectors: new.sectors,
        regions: new.regions,
        website: new.website,
        identifiers,
        aliases,
        expected_to_publish: new.expected_to_publish,
        nil_return_on: new.nil_return_on,
        ..Organisation::named(name, new.country)
    })
}
