//! Organisations and their identifiers.

use std::sync::LazyLock;

use domain::codes::{Code, IdentifierScheme, OrganisationKind, Region, Sector};
use domain::organisation::Identifier;
use store::names::organisations::Stored;

use crate::table::Reference;
use crate::{Cell, Kind, Typed};

/// Organisations in the directory, or named in records or notices.
pub fn organisations() -> &'static Typed<Stored> {
    static TABLE: LazyLock<Typed<Stored>> = LazyLock::new(|| {
        Typed::<Stored>::new(
            "organisations",
            "Organisations",
            "A body, known or only named in records and notices",
            &["id"],
            &[],
        )
        .must("id", Kind::Text, "Slug of the body", |row, _| (&row.organisation.slug).into())
        .must("url", Kind::Text, "Address of the body", |row, base| {
            format!("{base}/api/v1/organisations/{}", row.organisation.slug).into()
        })
        .with("uuid", Kind::Text, "UUID of the body", |row, _| Cell::maybe(row.organisation.id))
        .must("name", Kind::Text, "Its name in English, or in its own language", |row, _| {
            (&row.organisation.name).into()
        })
        .with("name_cy", Kind::Text, "Its name in Welsh", |row, _| row.organisation.name_cy.as_ref().into())
        .must("country", Kind::Text, "Where it is, ISO 3166-1 alpha-2", |row, _| {
            (&row.organisation.country).into()
        })
        .with("kind", Kind::Code(OrganisationKind::VOCABULARY), "What kind of body it is", |row, _| {
            row.organisation.kind.map(Code::as_str).into()
        })
        .must("resolution", Kind::Text, "registered: known; unresolved: only a name", |row, _| {
            row.resolution.as_str().into()
        })
        .with("parent_id", Kind::Text, "Slug of the body above it", |row, _| {
            row.organisation.parent.as_ref().into()
        })
        .with("sectors", Kind::Codes(Sector::VOCABULARY), "Fields of public life it works in", |row, _| {
            Cell::list(row.organisation.sectors.iter().map(|code| code.as_str()))
        })
        .with("regions", Kind::Codes(Region::VOCABULARY), "Where it works", |row, _| {
            Cell::list(row.organisation.regions.iter().map(|code| code.as_str()))
        })
        .with("website", Kind::Text, "Its website", |row, _| row.organisation.website.as_ref().into())
        .with("valid_from", Kind::Date, "First day it existed", |row, _| row.organisation.valid_from.into())
        .with("valid_to", Kind::Date, "Last day it existed", |row, _| row.organisation.valid_to.into())
        .with("successor", Kind::Text, "Slug or identifier of the body that took over", |row, _| {
            row.organisation.successor.as_ref().into()
        })
        .with("aliases", Kind::Texts, "Other names", |row, _| {
            Cell::list(row.organisation.aliases.iter().map(|alias| &alias.name))
        })
        .must(
            "expected_to_publish",
            Kind::Boolean,
            "Whether a rule expects it to publish records",
            |row, _| row.organisation.expected_to_publish.into(),
        )
        .with("expected_by_rule", Kind::Text, "Which rule", |row, _| {
            row.organisation.expected_by_rule.as_ref().into()
        })
        .with(
            "nil_return_on",
            Kind::Date,
            "The day it declared that it uses no such tool",
            |row, _| row.organisation.nil_return_on.into(),
        )
    });
    &TABLE
}

/// An identifier and the organisation it belongs to.
#[derive(Debug)]
pub struct IdentifierRow {
    /// The organisation's slug.
    pub organisation_id: String,
    /// The identifier itself.
    pub identifier: Identifier,
}

/// Identifiers given by other registers.
pub fn organisation_identifiers() -> &'static Typed<IdentifierRow> {
    static TABLE: LazyLock<Typed<IdentifierRow>> = LazyLock::new(|| {
        Typed::<IdentifierRow>::new(
            "organisation_identifiers",
            "Identifiers of organisations",
            "A number or code by which somebody else knows a body",
            &["scheme", "value"],
            &[Reference { column: "organisation_id", table: "organisations", target: "id" }],
        )
        .must("scheme", Kind::Code(IdentifierScheme::VOCABULARY), "Who gave it", |row, _| {
            row.identifier.scheme.as_str().into()
        })
        .must("value", Kind::Text, "The value in that scheme's normal form", |row, _| {
            (&row.identifier.value).into()
        })
        .must("organisation_id", Kind::Text, "Slug of the body", |row, _| (&row.organisation_id).into())
    });
    &TABLE
}
