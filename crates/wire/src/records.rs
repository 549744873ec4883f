//! `/api/v1/records`: a record in a list and alone.

use std::ops::Deref;

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{
    AutomationLevel, DecisionEffect, Flag, Origin, Phase, Region, Sector, Technology, TransparencyClass,
};
use domain::completeness::Completeness;
use domain::record::{Estimate, Translation};
use domain::rules::Fired;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::search::MatchKind;
use crate::sources::ImportSource;

/// An organisation named in an answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartyView {
    /// The name as the record gives it.
    #[cfg_attr(feature = "openapi", schema(example = "Calder Vale Police"))]
    pub name: String,
    /// Its slug, as in `/api/v1/organisations/{slug}`.
    #[cfg_attr(feature = "openapi", schema(example = "calder-vale-police"))]
    pub slug: String,
    /// `registered` if the register knows it, `unresolved` if it is only a name.
    #[cfg_attr(feature = "openapi", schema(example = "registered"))]
    pub resolution: String,
}

/// How many required fields are answered.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fraction {
    /// Fields that have a value, are not applicable or are stated to be none.
    pub answered: u32,
    /// Fields that the record's phase requires, without those that its source does not state.
    pub required: u32,
    /// Fields that its phase requires and its source does not state.
    #[serde(default)]
    pub not_stated: u32,
}

/// A record in a list, as pages read it. The first five members are the record's own: the schema has them from
/// [`Record`](domain::Record).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemParts {
    /// Title of the record.
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub title: String,
    /// Language of the record.
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub lang: String,
    /// Its summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub summary: Option<String>,
    /// Title, name and summary in other languages, as far as it has them; the summary in Welsh is among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub translations: Vec<Translation>,
    /// Who says so: the publisher or an observer.
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub origin: Origin,
    /// Public id.
    #[cfg_attr(feature = "openapi", schema(example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"))]
    pub id: String,
    /// URL of the record.
    pub url: String,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub publisher: PartyView,
    /// Suppliers it names.
    pub suppliers: Vec<PartyView>,
    /// Products it names.
    pub products: Vec<String>,
    /// Flags raised by the public rules.
    pub flags: Vec<Flag>,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub transparency_class: TransparencyClass,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub completeness: Fraction,
    /// Number of its current version.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub version: i64,
    /// When its first version was published.
    pub published_at: DateTime<Utc>,
    /// When its current version was published.
    pub updated_at: DateTime<Utc>,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub sectors: Vec<Sector>,
    /// Fields whose value the source does not state and the register derived, such as `sectors`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<String>,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub regions: Vec<Region>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub phase: Option<Phase>,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub technologies: Vec<Technology>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub automation_level: Option<AutomationLevel>,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub decision_effects: Vec<DecisionEffect>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub people_affected_per_year: Option<Estimate>,
    /// The register or file it was imported from, such as `nl`; absent for a publisher's own record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "us"))]
    pub source: Option<String>,
    /// The series of files of its source.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "us:inventory"))]
    pub dataset: Option<String>,
    /// The last edition of its source that has it, as a date or year.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "2025"))]
    pub edition: Option<String>,
    /// Whether the latest edition of its source that was imported has it; absent for a past day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_source: Option<bool>,
    /// When its source first published it, if the source says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_published_on: Option<NaiveDate>,
    /// When its source last changed it, if the source says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_changed_on: Option<NaiveDate>,
    /// Its page at the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
    /// The matching part of the text as HTML, with the words found in `<mark>`; only with `q`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "Cameras compare faces by <mark>facial</mark> <mark>recognition</mark>")
    )]
    pub snippet: Option<String>,
    /// How it answers the search text; only with `q`.
    #[serde(default, rename = "match", skip_serializing_if = "Option::is_none")]
    pub match_kind: Option<MatchKind>,
    /// How many more records match and have the same title and country; only with `alike=once`, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 9, minimum = 1))]
    pub alike: Option<u64>,
}

/// A record in a list: the most important fields, or those requested.
///
/// Lists are sent from cards that are stored as JSON; this is what such a card says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordItem(pub ItemParts);

impl Deref for RecordItem {
    type Target = ItemParts;

    fn deref(&self) -> &ItemParts {
        &self.0
    }
}

/// A flag, with its rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FlagView {
    #[serde(flatten)]
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub fired: Fired,
    /// Its label.
    pub label: String,
    /// The rule, in one sentence.
    pub rule: String,
}

/// An organisation that a record names, and its role.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvolvedView {
    /// Its role: publisher, joint_publisher, supplier or deployment.
    #[cfg_attr(feature = "openapi", schema(example = "publisher"))]
    pub role: String,
    #[serde(flatten)]
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub party: PartyView,
    /// Its URL.
    pub url: String,
}

/// URLs that belong to a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Links {
    /// The record itself.
    #[serde(rename = "self")]
    pub this: String,
    /// Its versions.
    pub versions: String,
    /// Changes in its latest version; absent for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// Its publisher.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// The current version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The proof that the public log has the current version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// Its page at the source, if it was imported and the source has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What the register adds to a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordParts {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Public id.
    #[cfg_attr(feature = "openapi", schema(example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"))]
    pub id: String,
    /// URL of the record.
    pub url: String,
    /// Number of its current version.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub version: i64,
    /// When its first version was published.
    pub published_at: DateTime<Utc>,
    /// When its current version was published.
    pub updated_at: DateTime<Utc>,
    /// When its owner last confirmed that the current version is still true; absent if they have not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Flags raised by the public rules, and why.
    pub flags: Vec<FlagView>,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub transparency_class: TransparencyClass,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub completeness: Completeness,
    /// For an imported record: the register that the record, and so its flags, class and completeness, rest on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rests_on: Option<ImportSource>,
    /// Every organisation it names, as the register knows it.
    pub organisations: Vec<InvolvedView>,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub links: Links,
    /// A citation, in plain text.
    pub citation: String,
    /// The first edition of its source that lacked it, if it is not there any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "2026-08-08"))]
    pub missing_from: Option<String>,
    /// The register or file it was imported from, such as `nl`; absent for a publisher's own record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "us"))]
    pub source: Option<String>,
    /// The series of files of its source.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "us:inventory"))]
    pub dataset: Option<String>,
    /// The last edition of its source that has it, as a date or year.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "2025"))]
    pub edition: Option<String>,
    /// Whether the latest edition of its source that was imported has it; absent for a past day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_source: Option<bool>,
    /// When its source first published it, if the source says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_published_on: Option<NaiveDate>,
    /// When its source last changed it, if the source says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_changed_on: Option<NaiveDate>,
    /// Its page at the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
    /// How it was imported: source, raw data, hash, time and mapping; absent for a publisher's own record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub import: Option<Value>,
}

/// A record, with what the register adds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordView {
    /// What the register adds.
    #[serde(flatten)]
    pub parts: RecordParts,
    /// The record's own members.
    #[serde(flatten)]
    pub record: Map<String, Value>,
}

impl Deref for RecordView {
    type Target = RecordParts;

    fn deref(&self) -> &RecordParts {
        &self.parts
    }
}

/// Schemas of what joins a record with parts of its own.
#[cfg(feature = "openapi")]
mod schemas {
    use std::borrow::Cow;

    use domain::Record;
    use utoipa::openapi::RefOr;
    use utoipa::openapi::schema::{Object, Schema};
    use utoipa::{PartialSchema, ToSchema};

    use crate::records::{ItemParts, RecordItem, RecordParts, RecordView};

    /// Merges two object schemas; the second wins. Only the id stays required, since `fields` may leave out
    /// the rest.
    fn joined(first: RefOr<Schema>, second: RefOr<Schema>) -> RefOr<Schema> {
        let (RefOr::T(Schema::Object(mut all)), RefOr::T(Schema::Object(more))) = (first, second) else {
            return RefOr::T(Schema::Object(Object::new()));
        };
        for (name, schema) in more.properties {
            all.properties.insert(name, schema);
        }
        all.required = vec!["id".to_owned()];
        all.additional_properties = None;
        RefOr::T(Schema::Object(all))
    }

    macro_rules! joined_schema {
        ($name:ident, $parts:ty) => {
            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    joined(Record::schema(), <$parts>::schema())
                }
            }

            impl ToSchema for $name {
                fn name() -> Cow<'static, str> {
                    Cow::Borrowed(stringify!($name))
                }

                fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                    <Record as ToSchema>::schemas(schemas);
                    <$parts as ToSchema>::schemas(schemas);
                }
            }
        };
    }

    joined_schema!(RecordView, RecordParts);
    joined_schema!(RecordItem, ItemParts);
}
