//! Who is expected to publish, nil returns, and how many of the expected have published.

use std::sync::LazyLock;

use domain::codes::{Code, OrganisationKind};
use domain::expected::{Expectation, NilReturn};
use store::names::expected::{BodyStanding, KindCoverage};

use crate::table::Reference;
use crate::{Kind, Typed};

/// An expectation and the body it is of.
#[derive(Debug)]
pub struct ExpectationRow {
    /// The organisation's slug.
    pub organisation_id: String,
    /// The expectation itself.
    pub expectation: Expectation,
}

/// Expectations, in force and ended.
pub fn expectations() -> &'static Typed<ExpectationRow> {
    static TABLE: LazyLock<Typed<ExpectationRow>> = LazyLock::new(|| {
        Typed::<ExpectationRow>::new(
            "expectations",
            "Who is expected to publish",
            "Why a body is, or was, expected to publish records",
            &["id"],
            &[Reference { column: "organisation_id", table: "organisations", target: "id" }],
        )
        .must("id", Kind::Text, "UUID of the expectation", |row, _| (&row.expectation.id).into())
        .must("organisation_id", Kind::Text, "Slug of the body", |row, _| (&row.organisation_id).into())
        .with("since", Kind::Date, "First day on which it was expected to", |row, _| {
            row.expectation.since.into()
        })
        .with("why", Kind::Text, "Which law, policy or rule says so", |row, _| {
            row.expectation.why.as_ref().into()
        })
        .with("evidence_url", Kind::Text, "Where that can be read", |row, _| {
            row.expectation.evidence_url.as_ref().into()
        })
        .with(
            "set_at",
            Kind::Instant,
            "When the register was told; empty if a list of bodies said so",
            |row, _| row.expectation.set_at.into(),
        )
        .with("ended_on", Kind::Date, "The day from which it is no longer expected to", |row, _| {
            row.expectation.ended_on.into()
        })
        .with("end_reason", Kind::Text, "Why it ended", |row, _| row.expectation.end_reason.as_ref().into())
    });
    &TABLE
}

/// A nil return and the body it is of.
#[derive(Debug)]
pub struct NilReturnRow {
    /// The organisation's slug.
    pub organisation_id: String,
    /// The nil return itself.
    pub nil_return: NilReturn,
}

/// Nil returns, those that lapsed or were withdrawn too.
pub fn nil_returns() -> &'static Typed<NilReturnRow> {
    static TABLE: LazyLock<Typed<NilReturnRow>> = LazyLock::new(|| {
        Typed::<NilReturnRow>::new(
            "nil_returns",
            "Nil returns",
            "A body's declaration that it uses nothing that belongs in the register",
            &["id"],
            &[Reference { column: "organisation_id", table: "organisations", target: "id" }],
        )
        .must("id", Kind::Text, "UUID of the nil return", |row, _| (&row.nil_return.id).into())
        .must("organisation_id", Kind::Text, "Slug of the body", |row, _| (&row.organisation_id).into())
        .must("declared_on", Kind::Date, "The day it was declared", |row, _| {
            row.nil_return.declared_on.into()
        })
        .must("holds_until", Kind::Date, "The last day it holds, unless it is withdrawn", |row, _| {
            row.nil_return.holds_until.into()
        })
        .with("statement", Kind::Text, "What was declared", |row, _| row.nil_return.statement.as_ref().into())
        .with("evidence_url", Kind::Text, "Where it can be read", |row, _| {
            row.nil_return.evidence_url.as_ref().into()
        })
        .must(
            "by_body",
            Kind::Boolean,
            "true: the body filed it; false: the register entered it",
            |row, _| row.nil_return.by_body.into(),
        )
        .with("filed_at", Kind::Instant, "When it was filed; empty if a list of bodies said so", |row, _| {
            row.nil_return.filed_at.into()
        })
        .with("withdrawn_on", Kind::Date, "The day it was withdrawn", |row, _| {
            row.nil_return.withdrawn_on.into()
        })
        .with("withdrawal_reason", Kind::Text, "Why it was withdrawn", |row, _| {
            row.nil_return.withdrawal_reason.as_ref().into()
        })
    });
    &TABLE
}

/// Coverage by kind of body and country. It depends on the day, so it is not in dumps.
pub fn coverage() -> &'static Typed<KindCoverage> {
    static TABLE: LazyLock<Typed<KindCoverage>> = LazyLock::new(|| {
        Typed::<KindCoverage>::new(
            "coverage",
            "Who has published",
            "How many bodies of a kind are expected to publish, and what they did",
            &["kind", "country"],
            &[],
        )
        .with("kind", Kind::Code(OrganisationKind::VOCABULARY), "Kind of body; empty if unknown", |row, _| {
            row.kind.as_ref().into()
        })
        .must("country", Kind::Text, "Where they are, ISO 3166-1 alpha-2", |row, _| (&row.country).into())
        .must(
            "known",
            Kind::Integer,
            "Registered bodies of this kind, expected to publish or not",
            |row, _| row.known.into(),
        )
        .must("expected", Kind::Integer, "Those expected to publish: the base of what follows", |row, _| {
            row.expected.into()
        })
        .must("published", Kind::Integer, "Those with a published record of their own", |row, _| {
            row.published.into()
        })
        .must("nil_return", Kind::Integer, "Those of the rest with a nil return that holds", |row, _| {
            row.nil_return.into()
        })
        .must("silent", Kind::Integer, "Those with neither", |row, _| row.silent.into())
        .must(
            "imported_only",
            Kind::Integer,
            "Those of the silent known from other registers",
            |row, _| row.imported_only.into(),
        )
    });
    &TABLE
}

/// The bodies that are expected to publish, and how each stands. It depends on the day, so it is not in dumps.
pub fn expected_bodies() -> &'static Typed<BodyStanding> {
    static TABLE: LazyLock<Typed<BodyStanding>> = LazyLock::new(|| {
        Typed::<BodyStanding>::new(
            "expected_bodies",
            "Bodies expected to publish",
            "A body that is expected to publish, and how it stands",
            &["id"],
            &[],
        )
        .must("id", Kind::Text, "Slug of the body", |row, _| (&row.slug).into())
        .must("url", Kind::Text, "Address of the body", |row, base| {
            format!("{base}/api/v1/organisations/{}", row.slug).into()
        })
        .must("name", Kind::Text, "Its name", |row, _| (&row.name).into())
        .must("country", Kind::Text, "Where it is, ISO 3166-1 alpha-2", |row, _| (&row.country).into())
        .with("kind", Kind::Code(OrganisationKind::VOCABULARY), "What kind of body it is", |row, _| {
            row.kind.as_ref().into()
        })
        .must("coverage", Kind::Text, "published, nil_return or silent", |row, _| {
            row.standing.as_str().into()
        })
        .must(
            "imported_only",
            Kind::Boolean,
            "Whether all its records here were taken over from other registers",
            |row, _| row.imported_only.into(),
        )
        .with("since", Kind::Date, "First day on which it was expected to publish", |row, _| {
            row.expectation.since.into()
        })
        .with("why", Kind::Text, "Which law, policy or rule says so", |row, _| {
            row.expectation.why.as_ref().into()
        })
        .with("evidence_url", Kind::Text, "Where that can be read", |row, _| {
            row.expectation.evidence_url.as_ref().into()
        })
        .with(
            "nil_return_on",
            Kind::Date,
            "Day of its latest nil return, which may have lapsed",
            |row, _| row.nil_return_on.into(),
        )
    });
    &TABLE
}
