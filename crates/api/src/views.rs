//! Answers about records: the record with what the register adds, list items, and their schemas.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use domain::Record;
use domain::codes::{
    AutomationLevel, Code, DecisionEffect, Flag, Phase, Region, Sector, Technology, TransparencyClass,
};
use domain::completeness::{Completeness, completeness};
use domain::record::Estimate;
use domain::rules::{self, Context, Fired};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::names::organisations::Party;
use store::records::{Current, Version};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::App;
use crate::problem::ApiError;

/// An organisation named in an answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PartyView {
    /// The name as the record gives it.
    #[schema(example = "Calder Vale Police")]
    pub(crate) name: String,
    /// Its slug, as in `/api/v1/organisations/{slug}`.
    #[schema(example = "calder-vale-police")]
    pub(crate) slug: String,
    /// `registered` if the register knows it, `unresolved` if it is only a name.
    #[schema(example = "registered")]
    pub(crate) resolution: String,
}

/// How many required fields are answered.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct Fraction {
    /// Fields that have a value or are not applicable.
    pub(crate) answered: u32,
    /// Fields that the record's phase requires.
    pub(crate) required: u32,
}

/// What the register adds to a record in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemParts {
    /// Public id.
    #[schema(example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$")]
    id: String,
    /// URL of the record.
    url: String,
    publisher: PartyView,
    /// Suppliers it names.
    suppliers: Vec<PartyView>,
    /// Products it names.
    products: Vec<String>,
    /// Flags raised by the public rules.
    flags: Vec<Flag>,
    transparency_class: TransparencyClass,
    completeness: Fraction,
    /// Number of its current version.
    #[schema(minimum = 1)]
    version: i64,
    /// When its first version was published.
    published_at: DateTime<Utc>,
    /// When its current version was published.
    updated_at: DateTime<Utc>,
    sectors: Vec<Sector>,
    regions: Vec<Region>,
    phase: Option<Phase>,
    technologies: Vec<Technology>,
    automation_level: Option<AutomationLevel>,
    decision_effects: Vec<DecisionEffect>,
    people_affected_per_year: Option<Estimate>,
    /// The matching part of the text as HTML, with the words found in `<mark>`; only with `q`.
    #[schema(example = "Cameras compare faces by <mark>facial</mark> <mark>recognition</mark>")]
    snippet: Option<String>,
}

/// A flag, with its rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlagView {
    #[serde(flatten)]
    pub(crate) fired: Fired,
    /// Its label.
    pub(crate) label: &'static str,
    /// The rule, in one sentence.
    pub(crate) rule: &'static str,
}

/// An organisation that a record names, and its role.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvolvedView {
    /// Its role: publisher, joint_publisher, supplier or deployment.
    #[schema(example = "publisher")]
    role: &'static str,
    #[serde(flatten)]
    party: PartyView,
    /// Its URL.
    url: String,
}

/// URLs that belong to a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Links {
    /// The record itself.
    #[serde(rename = "self")]
    this: String,
    /// Its versions.
    versions: String,
    /// Changes in its latest version; absent for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
    /// Its publisher.
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<String>,
}

/// What the register adds to a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordParts {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<&'static str>,
    /// Public id.
    #[schema(example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$")]
    id: String,
    /// URL of the record.
    url: String,
    /// Number of its current version.
    #[schema(minimum = 1)]
    version: i64,
    /// When its first version was published.
    published_at: DateTime<Utc>,
    /// When its current version was published.
    updated_at: DateTime<Utc>,
    /// Flags raised by the public rules, and why.
    flags: Vec<FlagView>,
    transparency_class: TransparencyClass,
    completeness: Completeness,
    /// Every organisation it names, as the register knows it.
    organisations: Vec<InvolvedView>,
    links: Links,
    /// A citation, in plain text.
    citation: String,
    /// How it was imported: source, raw data, hash, time and mapping; absent for a publisher's own record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    import: Option<Value>,
}

fn resolved(name: &str, party: Option<&Party>) -> PartyView {
    PartyView {
        name: name.to_owned(),
        slug: party.map_or_else(|| domain::text::slug(name), |party| party.slug.clone()),
        resolution: party.map_or("unresolved", |party| party.resolution.as_str()).to_owned(),
    }
}

/// Builds the answer for one record.
///
/// With `as_of`, `current` is the record at the end of that day, and flags are as of that day.
pub(crate) async fn record_view(
    app: &App,
    current: &Current,
    as_of: Option<NaiveDate>,
) -> Result<Map<String, Value>, ApiError> {
    let record = current.version.record()?;
    let context = Context {
        today: as_of.unwrap_or_else(|| (app.clock)().date_naive()),
        published_on: current.first_published_at.date_naive(),
        confirmed_on: current.confirmed_at.unwrap_or_default().max(current.version.published_at).date_naive(),
        answered: current.answered,
    };
    let verdict = rules::judge(&record, &context);
    let organisations = involved(app, &record).await?;
    let base = &app.base_url;
    let url = format!("{base}/api/v1/records/{}", current.id);
    let number = current.version.number;
    let publisher = organisations.first().map(|first| first.url.clone());
    let parts = RecordParts {
        about: app.about().await?,
        id: current.id.clone(),
        url: url.clone(),
        version: number,
        published_at: current.first_published_at,
        updated_at: current.version.published_at,
        flags: verdict.fired.into_iter().map(flag_view).collect(),
        transparency_class: verdict.transparency,
        completeness: completeness(&record),
        organisations,
        links: Links {
            versions: format!("{url}/versions"),
            diff: (number > 1).then(|| format!("{url}/diff?from={}&to={number}", number - 1)),
            this: as_of.map_or_else(|| url.clone(), |day| format!("{url}?as_of={day}")),
            publisher,
        },
        citation: citation(app, current, &record, as_of),
        import: current.version.import.as_deref().and_then(|import| serde_json::from_str(import).ok()),
    };
    let mut view = object(&parts);
    let back =
        ["flags", "transparency_class", "completeness", "organisations", "links", "citation", "import"];
    let mut last: Vec<(String, Value)> = Vec::new();
    for name in back {
        if let Some(value) = view.shift_remove(name) {
            last.push((name.to_owned(), value));
        }
    }
    view.extend(record.to_members());
    view.extend(last);
    Ok(view)
}

/// A citation, which leads to the web page rather than the API.
fn citation(app: &App, current: &Current, record: &Record, as_of: Option<NaiveDate>) -> String {
    let author = record.origin.author(&record.publisher.name);
    format!(
        "{author}: {}. Open Algorithm Register, record {}, version {}, {}. {}/records/{}{}",
        record.title,
        current.id,
        current.version.number,
        current.version.published_at.date_naive(),
        app.base_url,
        current.id,
        as_of.map(|day| format!("?as_of={day}")).unwrap_or_default(),
    )
}

fn object(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => object,
        // Never happens: the structs here serialise to objects.
        _ => Map::new(),
    }
}

/// Flags that a draft would get if it were published now.
pub(crate) fn foretold(record: &Record, now: DateTime<Utc>) -> Vec<FlagView> {
    rules::foretell(record, now.date_naive()).into_iter().map(flag_view).collect()
}

fn flag_view(fired: Fired) -> FlagView {
    FlagView { label: fired.flag.label(), rule: rules::rule(fired.flag).sentence, fired }
}

async fn involved(app: &App, record: &Record) -> Result<Vec<InvolvedView>, ApiError> {
    let home = store::records::projection::country(&record.jurisdiction);
    let publisher = [("publisher", record.publisher.name.as_str())];
    let joint = record.joint_publishers.iter().map(|one| ("joint_publisher", one.name.as_str()));
    let suppliers = record
        .supplier_involvement
        .iter()
        .filter_map(|part| part.supplier.as_ref())
        .map(|one| ("supplier", one.name.as_str()));
    let users = record.deployments.iter().map(|one| ("deployment", one.organisation.name.as_str()));
    let mut all = Vec::new();
    for (role, name) in publisher.into_iter().chain(joint).chain(suppliers).chain(users) {
        let party = store::names::organisations::resolve(&app.db, name, home, role == "supplier").await?;
        // A place of use that the register does not know has no URL.
        if party.is_none() && role == "deployment" {
            continue;
        }
        let party = resolved(name, party.as_ref());
        let url = format!("{}/api/v1/organisations/{}", app.base_url, party.slug);
        all.push(InvolvedView { role, party, url });
    }
    Ok(all)
}

/// Keeps the requested fields, and always id, url and the notice.
pub(crate) fn pick(mut view: Map<String, Value>, fields: &[String]) -> Map<String, Value> {
    if fields.is_empty() {
        return view;
    }
    view.retain(|name, _| {
        ["id", "url", "about"].contains(&name.as_str()) || fields.iter().any(|field| field == name)
    });
    view
}

/// A version in a record's history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionSummary {
    /// 1, 2, 3 ...
    #[schema(minimum = 1)]
    number: i64,
    /// When it was published.
    published_at: DateTime<Utc>,
    /// Why this version was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Its change number.
    change: i64,
    /// SHA-256 over the salted hashes of its fields, in hex. It stays the same after a redaction.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    content_sha256: String,
    /// Its URL.
    url: String,
}

impl VersionSummary {
    pub(crate) fn of(version: &Version, base: &str, id: &str) -> Self {
        Self {
            number: version.number,
            published_at: version.published_at,
            note: version.note.clone(),
            change: version.change,
            content_sha256: version.content_sha256.clone(),
            url: format!("{base}/api/v1/records/{id}/versions/{}", version.number),
        }
    }
}

/// Merges two object schemas; the second wins. Only the id stays required, since `fields` may leave out the
/// rest.
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
    ($(#[$doc:meta])* $name:ident, $parts:ty) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name;

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

joined_schema! {
    /// A record, with what the register adds.
    RecordView, RecordParts
}
joined_schema! {
    /// A record in a list: the most important fields, or those requested.
    RecordItem, ItemParts
}

/// An example of a list item, for the OpenAPI document.
pub(crate) fn item_example() -> Value {
    json!({
        "id": "R-4ZK7Q2M", "kind": "procured_technology", "origin": "self_declared",
        "title": "Number plate cameras on trunk roads", "name": "PlateWren",
        "publisher": { "name": "Calder Vale Police", "slug": "calder-vale-police", "resolution": "registered" },
        "jurisdiction": "GB", "lang": "en", "sectors": ["policing"], "regions": ["england"],
        "phase": "production", "technologies": ["computer_vision"], "decision_effects": ["arrest_stop"],
        "suppliers": [], "products": ["PlateWren"], "flags": ["assessment_missing"],
        "transparency_class": "medium", "completeness": { "answered": 31, "required": 44 },
        "version": 2, "published_at": "2025-03-04T09:30:00Z", "updated_at": "2026-02-01T10:00:00Z"
    })
}
