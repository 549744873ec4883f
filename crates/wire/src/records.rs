//! `/api/v1/records`: records in lists and alone, their versions and differences.

use std::collections::BTreeMap;
use std::ops::Deref;

use chrono::{DateTime, NaiveDate, Utc};
#[cfg(feature = "openapi")]
use domain::Record;
use domain::codes::{
    AutomationLevel, DecisionEffect, Flag, Origin, Phase, Region, Sector, Technology, TransparencyClass,
};
use domain::completeness::Completeness;
use domain::diff::FieldChange;
use domain::record::{Estimate, Translation};
use domain::rules::Fired;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::search::{LeadView, MatchKind, NoteView};
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

/// A version in a record's history.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionSummary {
    /// 1, 2, 3 ...
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub number: i64,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Why this version was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its change number.
    pub change: i64,
    /// SHA-256 over the salted hashes of its fields, in hex. It stays the same after a redaction.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub content_sha256: String,
    /// Its URL.
    pub url: String,
}

/// The count of a facet value.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetCount {
    /// The code, the slug of an organisation or product, or what stands in place of a value, such as `not_stated`.
    #[cfg_attr(feature = "openapi", schema(example = "policing"))]
    pub value: String,
    /// Label for people.
    #[cfg_attr(feature = "openapi", schema(example = "Policing"))]
    pub label: String,
    /// Number of records with it.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub count: u64,
}

/// What is left out of a facet; `facet_limit` shows more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetMore {
    /// Number of further values.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub values: u64,
    /// The sum of their counts: a record with two of them counts twice.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub records: u64,
}

/// A page of records.
// Generic because the API sends items as prepared JSON and never reads them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordList<I = RecordItem> {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The records: those that match, then the nearest others.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<RecordItem>))]
    pub items: Vec<I>,
    /// Exact number of matches, in the state in which the walk began. The nearest others are not counted.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub total: u64,
    /// Number of matches if those with the same title and country count as one; only with `alike=once`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub different: Option<u64>,
    /// How many items, at the end, do not match `q` and are those nearest to it: they have some of its words. Only
    /// where fewer than ten records match.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub nearest: u64,
    /// Counts of the requested facets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<BTreeMap<String, Vec<FacetCount>>>,
    /// Facets with further values, beyond those in `facets`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facets_more: BTreeMap<String, FacetMore>,
    /// Whether the last items do not match `q` and have only some of its words: true where `nearest` is not 0.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "openapi", schema(default = false))]
    pub relaxed: bool,
    /// The corrected text that was searched in place of `q`, because nothing matches `q` as typed. Words in quotation
    /// marks are never corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "facial recognition"))]
    pub searched: Option<String>,
    /// The search text with words that no record has replaced by words that some have, if that finds more;
    /// also given if it was searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "facial recognition"))]
    pub did_you_mean: Option<String>,
    /// What of `q` was not understood, and what was done instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<NoteView>,
    /// Filters that words of `q` name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<LeadView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The versions of a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionList {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The versions, oldest first.
    pub items: Vec<VersionSummary>,
    /// How many there are.
    pub total: u64,
}

/// One version, as published.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionView {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Public id of the record.
    #[cfg_attr(feature = "openapi", schema(example = "R-4ZK7Q2M"))]
    pub id: String,
    #[serde(flatten)]
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub summary: VersionSummary,
    /// The record as of this version.
    // Its members as they are sent: a hash is of every byte, so reading must not lose any.
    #[cfg_attr(feature = "openapi", schema(value_type = Record))]
    pub record: Map<String, Value>,
    /// Index of its entry in the public log, from 0; absent until it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<i64>,
    /// What is needed to check the version against `content_sha256`: salts of its fields, and hashes of text
    /// redacted since.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub commitments: Option<Value>,
    /// When the next version was published; absent for the current one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_at: Option<DateTime<Utc>>,
}

/// Changes between two versions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiffView {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Public id of the record.
    #[cfg_attr(feature = "openapi", schema(example = "R-4ZK7Q2M"))]
    pub id: String,
    /// The earlier version.
    pub from: VersionSummary,
    /// The later version.
    pub to: VersionSummary,
    /// Fields that differ, in the order of the data dictionary.
    pub changes: Vec<FieldChange>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !value
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
