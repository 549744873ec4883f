//! The projection that lists, filters and search read: a pure function of the record, the parties it names and
//! the rules.

use chrono::{DateTime, NaiveDate, Utc};
use domain::Record;
use domain::codes::{
    AffectedGroup, AssessmentStatus, AssessmentType, AutomationLevel, Code, DecisionEffect, Flag,
    OrganisationKind, Origin, Phase, RecordKind, Region, Sector, Technology, Vocabulary,
};
use domain::completeness::completeness;
use domain::rules::{Context, judge};
use serde::Serialize;

use crate::names::organisations::{Party, Resolution};
use crate::names::products::ProductNames;
use crate::names::resolver::Resolver;

/// Every facet that records can be filtered and counted by.
pub const FACETS: &[&str] = &[
    "jurisdiction",
    "lang",
    "sector",
    "publisher",
    "publisher_kind",
    "supplier",
    "product",
    "phase",
    "technology",
    "automation_level",
    "decision_effect",
    "affected_group",
    "region",
    "assessment_type",
    "assessment_status",
    "flag",
    "origin",
    "kind",
];

/// The code list of a facet; `None` if its values are not codes.
pub fn coded(facet: &str) -> Option<&'static Vocabulary> {
    Some(match facet {
        "sector" => Sector::VOCABULARY,
        "publisher_kind" => OrganisationKind::VOCABULARY,
        "phase" => Phase::VOCABULARY,
        "technology" => Technology::VOCABULARY,
        "automation_level" => AutomationLevel::VOCABULARY,
        "decision_effect" => DecisionEffect::VOCABULARY,
        "affected_group" => AffectedGroup::VOCABULARY,
        "region" => Region::VOCABULARY,
        "assessment_type" => AssessmentType::VOCABULARY,
        "assessment_status" => AssessmentStatus::VOCABULARY,
        "flag" => Flag::VOCABULARY,
        "origin" => Origin::VOCABULARY,
        "kind" => RecordKind::VOCABULARY,
        _ => return None,
    })
}

/// The label of a facet's value, if it is a code.
pub fn label(facet: &str, value: &str) -> Option<&'static str> {
    coded(facet)?.entry(value).map(|entry| entry.label)
}

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
    publisher: CardParty<'a>,
    jurisdiction: &'a str,
    lang: &'a str,
    sectors: Vec<&'static str>,
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
}

#[derive(Debug, Serialize)]
struct Fraction {
    answered: u32,
    required: u32,
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
    let context = Context {
        today: standing.today,
        published_on: standing.published_at.date_naive(),
        confirmed_on: standing.confirmed_at.max(Some(standing.updated_at)).unwrap_or_default().date_naive(),
        answered: standing.answered,
    };
    let verdict = judge(record, &context);
    let complete = completeness(record);
    let home = country(&record.jurisdiction);
    let publisher = names.resolve(&record.publisher.name, home);
    let suppliers: Vec<(&str, Option<&Party>)> = record
        .supplier_involvement
        .iter()
        .filter_map(|part| part.supplier.as_ref())
        .map(|supplier| (supplier.name.as_str(), names.resolve_supplier(&supplier.name, home)))
        .collect();
    let product_names: Vec<&str> =
        record.supplier_involvement.iter().filter_map(|part| part.product.as_deref()).collect();

    let mut facets = String::with_capacity(512);
    facets.push('\n');
    let mut add = |facet: &'static str, value: &str| {
        let known = facets.split('\n').any(|line| {
            line.strip_prefix(facet).and_then(|rest| rest.strip_prefix('=')).is_some_and(|one| one == value)
        });
        if !known {
            facets.extend([facet, "=", value, "\n"]);
        }
    };
    add("jurisdiction", &record.jurisdiction);
    // A filter by country finds its parts too.
    add("jurisdiction", home);
    add("lang", &record.lang);
    add("origin", record.origin.as_str());
    add("kind", record.kind.as_str());
    let publishers = publisher
        .into_iter()
        .chain(record.joint_publishers.iter().filter_map(|joint| names.resolve(&joint.name, home)));
    for party in publishers {
        add("publisher", &party.slug);
        if let Some(kind) = party.kind {
            add("publisher_kind", kind.as_str());
        }
    }
    for (_, party) in &suppliers {
        if let Some(party) = party {
            add("supplier", &party.slug);
        }
    }
    for product in &product_names {
        if let Some(slug) = products.slug(product) {
            add("product", slug);
        }
    }
    add_codes(&mut add, "sector", &record.sectors);
    add_codes(&mut add, "technology", &record.technologies);
    add_codes(&mut add, "decision_effect", &record.decision_effects);
    add_codes(&mut add, "affected_group", &record.affected_groups);
    add_codes(&mut add, "region", &record.regions);
    add_codes(&mut add, "phase", record.phase.as_slice());
    add_codes(&mut add, "automation_level", record.automation_level.as_slice());
    for assessment in &record.assessments {
        add("assessment_type", assessment.r#type.as_str());
        add("assessment_status", assessment.status.as_str());
    }
    for fired in &verdict.fired {
        add("flag", fired.flag.as_str());
    }

    let card = Card {
        id: standing.id,
        kind: record.kind.as_str(),
        origin: record.origin.as_str(),
        title: &record.title,
        name: &record.name,
        summary: record.summary.as_deref(),
        publisher: card_party(&record.publisher.name, publisher),
        jurisdiction: &record.jurisdiction,
        lang: &record.lang,
        sectors: codes(&record.sectors),
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
        completeness: Fraction { answered: complete.answered, required: complete.required },
        version: standing.version,
        published_at: standing.published_at,
        updated_at: standing.updated_at,
    };
    Projection {
        publisher: publisher.map_or_else(String::new, |party| party.slug.clone()),
        judge_on: verdict.changes_on,
        card: serde_json::to_string(&card).expect("a card is JSON"),
        facets,
    }
}

fn card_party<'a>(name: &'a str, party: Option<&'a Party>) -> CardParty<'a> {
    CardParty {
        name,
        slug: party.map_or("", |party| &party.slug),
        resolution: party.map_or(Resolution::Unresolved, |party| party.resolution).as_str(),
    }
}

fn codes<C: Code>(codes: &[C]) -> Vec<&'static str> {
    codes.iter().map(|code| code.as_str()).collect()
}

fn add_codes<C: Code>(add: &mut impl FnMut(&'static str, &str), facet: &'static str, codes: &[C]) {
    for code in codes {
        add(facet, code.as_str());
    }
}
