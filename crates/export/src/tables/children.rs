//! The lists in a record that have tables of their own: assessments, reviews, deployments and translations.

use std::sync::LazyLock;

use domain::assessment::Assessment;
use domain::codes::{
    AssessmentOutcome, AssessmentStage, AssessmentStatus, AssessmentType, Code, Phase, ReviewAdvice,
    ReviewResponse, Visibility, WithheldGround,
};
use domain::oversight::Review;
use domain::record::{Deployment, Translation};

use crate::table::Reference;
use crate::{Cell, Kind, Typed};

/// One item from a record's list.
#[derive(Debug)]
pub struct Child<T> {
    /// The record's public id.
    pub record_id: String,
    /// The publisher's slug.
    pub publisher_id: String,
    /// The item's place in the list, from 1.
    pub position: i64,
    /// The item itself.
    pub item: T,
}

pub(super) const OF_RECORD: &[Reference] =
    &[Reference { column: "record_id", table: "records", target: "id" }];

/// Adds the columns that tie an item to its record.
pub(super) fn beside<T>(table: Typed<Child<T>>) -> Typed<Child<T>> {
    table
        .must("record_id", Kind::Text, "Public id of the record", |row, _| (&row.record_id).into())
        .must("record_url", Kind::Text, "Address of the record", |row, base| {
            format!("{base}/api/v1/records/{}", row.record_id).into()
        })
        .must("publisher_id", Kind::Text, "Slug of the record's publisher", |row, _| {
            (&row.publisher_id).into()
        })
        .must("position", Kind::Integer, "Its place in the record's list, from 1", |row, _| {
            row.position.into()
        })
}

/// Impact assessments: the part of them that is public.
pub fn assessments() -> &'static Typed<Child<Assessment>> {
    static TABLE: LazyLock<Typed<Child<Assessment>>> = LazyLock::new(|| {
        let table = Typed::<Child<Assessment>>::new(
            "assessments",
            "Assessments",
            "An impact assessment of a record's current version, as far as everybody may read it",
            &["id"],
            OF_RECORD,
        )
        .must("id", Kind::Text, "UUID of the assessment", |row, _| Cell::maybe(row.item.id))
        .must("url", Kind::Text, "Address of the assessment", |row, base| {
            Cell::maybe(row.item.id.map(|id| format!("{base}/api/v1/assessments/{id}")))
        });
        beside(table)
            .must("type", Kind::Code(AssessmentType::VOCABULARY), "By which method", |row, _| {
                row.item.r#type.as_str().into()
            })
            .with("title", Kind::Text, "Its own title", |row, _| row.item.title.as_ref().into())
            .must(
                "stage",
                Kind::Code(AssessmentStage::VOCABULARY),
                "Before or after deployment, ...",
                |row, _| row.item.stage.as_str().into(),
            )
            .must("status", Kind::Code(AssessmentStatus::VOCABULARY), "How far it is", |row, _| {
                row.item.status.as_str().into()
            })
            .with("status_reason", Kind::Text, "Why it is not required", |row, _| {
                row.item.status_reason.as_ref().into()
            })
            .with("started_on", Kind::Date, "First day", |row, _| row.item.started_on.into())
            .with("completed_on", Kind::Date, "Day it was finished", |row, _| row.item.completed_on.into())
            .with("next_review_on", Kind::Date, "Day it is due again", |row, _| {
                row.item.next_review_on.into()
            })
            .with("assessor_role", Kind::Text, "Role of who assessed", |row, _| {
                row.item.assessor_role.as_ref().into()
            })
            .with("reviewer", Kind::Text, "Role or body that reviewed it", |row, _| {
                row.item.reviewer.as_ref().into()
            })
            .with("consulted_groups", Kind::Texts, "Groups that were asked", |row, _| {
                Cell::list(&row.item.consulted_groups)
            })
            .with("native_scale", Kind::Text, "The scale of its own method", |row, _| {
                row.item.native_scale.as_ref().into()
            })
            .with("risk_level", Kind::Text, "The level on that scale", |row, _| {
                row.item.risk_level.as_ref().into()
            })
            .with("residual_risk", Kind::Text, "What risk is left after measures", |row, _| {
                row.item.residual_risk.as_ref().into()
            })
            .with("outcome", Kind::Code(AssessmentOutcome::VOCABULARY), "What it concluded", |row, _| {
                row.item.outcome.map(Code::as_str).into()
            })
            .with(
                "visibility",
                Kind::Code(Visibility::VOCABULARY),
                "Who may read text and document",
                |row, _| row.item.visibility.map(Code::as_str).into(),
            )
            .with(
                "withheld_ground",
                Kind::Code(WithheldGround::VOCABULARY),
                "On which ground text or document is withheld",
                |row, _| row.item.withheld_ground.map(Code::as_str).into(),
            )
            .with("summary", Kind::Text, "What it found", |row, _| row.item.summary.as_ref().into())
            .with("document_sha256", Kind::Text, "SHA-256 of the document, hex", |row, _| {
                row.item.document.as_ref().and_then(|document| document.sha256.as_ref()).into()
            })
            .with("document_url", Kind::Text, "Where the publisher keeps the document", |row, _| {
                row.item.document.as_ref().and_then(|document| document.url.as_ref()).into()
            })
            .with("shared_with", Kind::Array, "Regulators it was given to", |row, _| {
                Cell::json(&row.item.shared_with)
            })
    });
    &TABLE
}

/// Reviews by oversight bodies.
pub fn reviews() -> &'static Typed<Child<Review>> {
    static TABLE: LazyLock<Typed<Child<Review>>> = LazyLock::new(|| {
        let table = Typed::<Child<Review>>::new(
            "reviews",
            "Reviews",
            "Advice of an oversight body with the publisher's response",
            &["record_id", "position"],
            OF_RECORD,
        );
        beside(table)
            .must("body", Kind::Text, "Name of the oversight body", |row, _| (&row.item.body).into())
            .with("met_on", Kind::Date, "The day it met", |row, _| row.item.met_on.into())
            .with("minutes_url", Kind::Text, "Where its minutes are", |row, _| {
                row.item.minutes_url.as_ref().into()
            })
            .must("advice", Kind::Code(ReviewAdvice::VOCABULARY), "What it advised", |row, _| {
                row.item.advice.as_str().into()
            })
            .with("conditions", Kind::Text, "Conditions it set", |row, _| row.item.conditions.as_ref().into())
            .with("response", Kind::Code(ReviewResponse::VOCABULARY), "What the publisher did", |row, _| {
                row.item.response.map(Code::as_str).into()
            })
            .with("response_text", Kind::Text, "The response in words", |row, _| {
                row.item.response_text.as_ref().into()
            })
    });
    &TABLE
}

/// Deployments.
pub fn deployments() -> &'static Typed<Child<Deployment>> {
    static TABLE: LazyLock<Typed<Child<Deployment>>> = LazyLock::new(|| {
        let table = Typed::<Child<Deployment>>::new(
            "deployments",
            "Deployments",
            "A body that uses the tool, with phase and dates there",
            &["record_id", "position"],
            OF_RECORD,
        );
        beside(table)
            .must("organisation", Kind::Text, "Who uses it, as the record names it", |row, _| {
                (&row.item.organisation.name).into()
            })
            .with("role", Kind::Text, "What for", |row, _| row.item.role.as_ref().into())
            .with("phase", Kind::Code(Phase::VOCABULARY), "Where it stands there", |row, _| {
                row.item.phase.map(Code::as_str).into()
            })
            .with("started_on", Kind::Date, "First day", |row, _| row.item.started_on.into())
            .with("ended_on", Kind::Date, "Last day", |row, _| row.item.ended_on.into())
            .with("local_settings", Kind::Text, "How it is set there", |row, _| {
                row.item.local_settings.as_ref().into()
            })
            .with("local_contact", Kind::Text, "A role mailbox there", |row, _| {
                row.item.local_contact.as_ref().into()
            })
    });
    &TABLE
}

/// Translations. The columns of texts are those of the field catalogue; the Welsh summary is a column of records.
pub fn translations() -> &'static Typed<Child<Translation>> {
    static TABLE: LazyLock<Typed<Child<Translation>>> = LazyLock::new(|| {
        let table = Typed::<Child<Translation>>::new(
            "translations",
            "Translations",
            "A record's texts in one other language than its own",
            &["record_id", "position"],
            OF_RECORD,
        );
        beside(table)
            .must("lang", Kind::Text, "Language of these texts, BCP 47", |row, _| (&row.item.lang).into())
            .with_fields(Translation::fields(), |row, name| {
                row.item.get(name).map_or(Cell::Empty, Cell::from)
            })
    });
    &TABLE
}
