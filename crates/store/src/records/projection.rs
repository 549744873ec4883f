//! The projection that lists, filters and search read: a pure function of the record, the parties it names and
//! the rules.

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::Origin;
use domain::completeness::completeness;
use domain::facets::{self, Facts};
use domain::provenance::{AtSource, Provenance};
use domain::record::Translation;
use domain::rules::{Context, judge};
use domain::{Code, Record};
use serde::Serialize;

use crate::ground::entity::record;
use crate::names::organisations::{Party, Resolution};
use crate::names::products::ProductNames;
use crate::names::resolver::Resolver;

/// An organisation in a list item.
#[derive(Debug, Serialize)]
struct CardParty<'a> {
    name: &'a str,
    slug: &'a str,
    resolution: &'static str,
}

/// A list item; the API describes it as `RecordItem`.
#[derive(Debug, Serialize)]
struct Card<'a> {
    id: &'a str,
    kind: &'a str,
    origin: &'a str,
    title: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    translations: Vec<Translation>,
    publisher: CardParty<'a>,
    jurisdiction: &'a str,
    lang: &'a str,
    sectors: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    derived: Vec<&'a str>,
    regions: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<&'static str>,
    technologies: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    automation_level: Option<&'static str>,
    decision_effects: Vec<&'static str>,
    suppliers: Vec<CardParty<'a>>,
    products: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    people_affected_per_year: Option<&'a domain::record::Estimate>,
    flags: Vec<&'static str>,
    transparency_class: &'static str,
    completeness: Fraction,
    version: i64,
    published_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    #[serde(flatten)]
    provenance: Option<&'a Provenance>,
}

#[derive(Debug, Serialize)]
struct Fraction {
    answered: u32,
    required: u32,
    not_stated: u32,
}

/// A version's numbers and dates, which are not in its record.
#[derive(Debug, Clone)]
pub struct Standing<'a> {
    /// Public id.
    pub id: &'a str,
    /// Version number.
    pub version: i64,
    /// When the first version was published.
    pub published_at: DateTime<Utc>,
    /// When this version was published.
    pub updated_at: DateTime<Utc>,
    /// When its owner last confirmed it.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Whether its publisher replied to the observer's record.
    pub answered: bool,
    /// The day for which rules are judged.
    pub today: NaiveDate,
    /// The source it was imported from, if it was.
    pub provenance: Option<Provenance>,
}

/// Where an imported record comes from now; `import` is the trace of its current version. A body's or observer's own
/// table is no source.
pub(crate) fn provenance(known: &record::Model, import: Option<&str>) -> Option<Provenance> {
    if known.origin != Origin::Imported.as_str() {
        return None;
    }
    let edition = known.edition.clone().filter(|edition| !edition.is_empty());
    Some(Provenance {
        source: known.source.clone()?,
        dataset: known.dataset.clone().unwrap_or_default(),
        edition,
        in_source: known.in_source,
        at_source: at_source(import),
    })
}

/// What the source says about its entry, from a version's trace.
pub(crate) fn at_source(import: Option<&str>) -> AtSource {
    import.and_then(|import| serde_json::from_str(import).ok()).unwrap_or_default()
}

/// A record's key at the source it was imported from, if everybody may know it. A body's own table has keys that are
/// its own affair, and a key can be made of texts that were redacted since.
pub(crate) fn public_key(origin: &str, redacted_at: Option<i64>, key: Option<String>) -> Option<String> {
    key.filter(|_| origin == Origin::Imported.as_str() && redacted_at.is_none())
}

/// The parts of a projection that are stored.
#[derive(Debug)]
pub struct Projection {
    /// The publisher's slug; empty if the name does not resolve.
    pub publisher: String,
    /// The next day on which a rule may change its answer.
    pub judge_on: Option<NaiveDate>,
    /// The list item as JSON.
    pub card: String,
    /// Facet values as `facet=value`, one per line, with a line break at both ends.
    pub facets: String,
    /// Of an imported record: how much its source leaves open.
    pub left_open: Option<LeftOpen>,
    /// Slugs of the names of places of use that no body known to the register has. Once a body has such a name, the
    /// record must be projected again.
    pub unknown_places: Vec<String>,
}

/// How much of what an imported record must answer its source leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOpen {
    /// Fields the record must answer.
    pub asked: u32,
    /// Those its source does not state.
    pub not_stated: u32,
}

/// A published version with what lists show of it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The record's row number.
    pub seq: i64,
    /// Its change number.
    pub change: i64,
    /// Public id.
    pub id: String,
    /// Version number.
    pub number: i64,
    /// When the first version was published.
    pub published_at: DateTime<Utc>,
    /// When this version was published.
    pub updated_at: DateTime<Utc>,
    /// The list item as JSON, with the publisher's slug, flags and class.
    pub card: String,
    /// The record as JSON, members in catalogue order.
    pub content: String,
}

/// The country of a jurisdiction: `GB` of `GB-SCT`.
pub fn country(jurisdiction: &str) -> &str {
    jurisdiction.split('-').next().unwrap_or(jurisdiction)
}

/// Projects a published version. Every organisation and product it names must be in the resolver.
pub fn project(
    record: &Record,
    standing: &Standing<'_>,
    names: &Resolver,
    products: &ProductNames,
) -> Projection {
    let home = country(&record.jurisdiction);
    let publisher = names.resolve(&record.publisher.name, home);
    let context = Context {
        today: standing.today,
        published_on: standing.published_at.date_naive(),
        confirmed_on: standing.confirmed_at.max(Some(standing.updated_at)).unwrap_or_default().date_naive(),
        answered: standing.answered,
        left_source: standing.provenance.as_ref().is_some_and(|from| from.in_source == Some(false)),
        publisher_kind: publisher.and_then(|party| party.kind),
    };
    let verdict = judge(record, &context);
    let complete = completeness(record);
    let suppliers: Vec<(&str, Option<&Party>)> = record
        .supplier_involvement
        .iter()
        .filter_map(|part| part.supplier.as_ref())
        .map(|supplier| (supplier.name.as_str(), names.resolve_supplier(&supplier.name, home)))
        .collect();
    let product_names: Vec<&str> =
        record.supplier_involvement.iter().filter_map(|part| part.product.as_deref()).collect();

    let joint = record.joint_publishers.iter().filter_map(|joint| names.resolve(&joint.name, home));
    let publishers = publisher.into_iter().chain(joint).map(|party| (party.slug.as_str(), party.kind));
    let (users, unknown_places) = places(record, standing.today, names, home);
    let facts = Facts {
        record,
        users,
        country: home,
        publishers: publishers.collect(),
        suppliers: suppliers.iter().filter_map(|(_, party)| party.map(|one| one.slug.as_str())).collect(),
        products: product_names.iter().filter_map(|product| products.slug(product)).collect(),
        fired: &verdict.fired,
        transparency: verdict.transparency,
        provenance: standing.provenance.as_ref(),
    };

    let card = Card {
        id: standing.id,
        kind: record.kind.as_str(),
        origin: record.origin.as_str(),
        title: &record.title,
        name: &record.name,
        summary: record.summary.as_deref(),
        translations: listed(record),
        publisher: card_party(&record.publisher.name, publisher),
        jurisdiction: &record.jurisdiction,
        lang: &record.lang,
        sectors: codes(&record.sectors),
        derived: derived(record),
        regions: codes(&record.regions),
        phase: record.phase.map(Code::as_str),
        technologies: codes(&record.technologies),
        automation_level: record.automation_level.map(Code::as_str),
        decision_effects: codes(&record.decision_effects),
        suppliers: suppliers.iter().map(|(name, party)| card_party(name, *party)).collect(),
        products: product_names.clone(),
        people_affected_per_year: record.people_affected_per_year.as_ref(),
        flags: verdict.fired.iter().map(|fired| fired.flag.as_str()).collect(),
        transparency_class: verdict.transparency.as_str(),
        completeness: Fraction {
            answered: complete.answered,
            required: complete.required,
            not_stated: complete.not_stated,
        },
        version: standing.version,
        published_at: standing.published_at,
        updated_at: standing.updated_at,
        provenance: standing.provenance.as_ref(),
    };
    Projection {
        publisher: publisher.map_or_else(String::new, |party| party.slug.clone()),
        judge_on: verdict.changes_on.into_iter().chain(next_end(record, standing.today)).min(),
        card: serde_json::to_string(&card).expect("a card is JSON"),
        facets: facet_lines(&facts),
        unknown_places,
        left_open: (record.origin == Origin::Imported).then_some(LeftOpen {
            asked: complete.required + complete.not_stated,
            not_stated: complete.not_stated,
        }),
    }
}

/// The places of use that have not ended: slugs of known bodies, and of the names of unknown ones.
fn places<'a>(
    record: &Record,
    today: NaiveDate,
    names: &'a Resolver,
    home: &str,
) -> (Vec<&'a str>, Vec<String>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for one in record.deployments.iter().filter(|one| !one.is_over(today)) {
        match names.resolve(&one.organisation.name, home) {
            Some(party) => known.push(party.slug.as_str()),
            None => unknown.push(domain::text::slug(&one.organisation.name)),
        }
    }
    unknown.sort_unstable();
    unknown.dedup();
    (known, unknown)
}

/// The next day on which a use has ended.
fn next_end(record: &Record, today: NaiveDate) -> Option<NaiveDate> {
    let ends = record.deployments.iter().filter_map(|one| one.ended_on?.succ_opt());
    ends.filter(|day| *day > today).min()
}

/// The lines of facets that stay with a withdrawn record, so that changes are still found by them.
pub(crate) fn kept_when_withdrawn(facets: &str) -> String {
    let kept =
        facets.lines().filter(|line| ["publisher=", "sector="].iter().any(|facet| line.starts_with(facet)));
    kept.fold("\n".to_owned(), |all, line| all + line + "\n")
}

/// The facet values of a record as `facet=value`, one per line, each once, with a line break at both ends.
fn facet_lines(facts: &Facts<'_>) -> String {
    let mut lines = String::with_capacity(1024);
    lines.push('\n');
    let (mut name, mut begins) = ("", 1);
    facets::each(facts, &mut |of, value| {
        if of != name {
            (name, begins) = (of, lines.len());
        }
        let known = lines[begins..]
            .lines()
            .any(|line| line.strip_prefix(of).and_then(|rest| rest.strip_prefix('=')) == Some(value));
        if !known {
            lines.extend([of, "=", value, "\n"]);
        }
    });
    lines
}

fn card_party<'a>(name: &'a str, party: Option<&'a Party>) -> CardParty<'a> {
    CardParty {
        name,
        slug: party.map_or("", |party| &party.slug),
        resolution: party.map_or(Resolution::Unresolved, |party| party.resolution).as_str(),
    }
}

/// The fields whose value the register derived.
fn derived(record: &Record) -> Vec<&str> {
    let stated = record.field_statements.iter().map(|statement| statement.field.as_str());
    stated.filter(|field| record.is_derived(field)).collect()
}

/// What lists show of translations: title, name and summary. The summary in Welsh is among them.
fn listed(record: &Record) -> Vec<Translation> {
    let mut translations = record.in_other_languages();
    for translation in &mut translations {
        translation.retain(|field| matches!(field.name, "title" | "name" | "summary"));
    }
    translations
}

fn codes<C: Code>(codes: &[C]) -> Vec<&'static str> {
    codes.iter().map(|code| code.as_str()).collect()
}
