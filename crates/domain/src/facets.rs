//! The facets of records: what lists are filtered and counted by.
//!
//! A facet is declared once, in [`FACETS`]. Its query parameter and schema, the check of its values, its terms
//! in the index, its counts in answers and its place on the website's filter form all follow from that.

use crate::Record;
use crate::codes::{
    AffectedGroup, AssessmentStatus, AssessmentType, AutomationLevel, Code, DecisionEffect, Flag,
    OrganisationKind, Origin, Phase, RecordKind, Region, Sector, Technology, Vocabulary,
};
use crate::rules::Fired;

/// What facets take their values from: a record, and what the register adds to it.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The record.
    pub record: &'a Record,
    /// The country of its jurisdiction.
    pub country: &'a str,
    /// Its publishers that the register knows: slug and kind.
    pub publishers: Vec<(&'a str, Option<OrganisationKind>)>,
    /// Slugs of its suppliers that the register knows.
    pub suppliers: Vec<&'a str>,
    /// Slugs of the bodies it names as places of use that has not ended, if the register knows them.
    pub users: Vec<&'a str>,
    /// Slugs of its products.
    pub products: Vec<&'a str>,
    /// Flags raised on it.
    pub fired: &'a [Fired],
}

/// What the values of a facet are.
#[derive(Debug, Clone, Copy)]
pub enum FacetValues {
    /// Codes of a list.
    Codes(&'static Vocabulary),
    /// Slugs of organisations; a query may give an id or former slug instead.
    Organisations,
    /// Slugs of products; a query may give an id instead.
    Products,
    /// Countries and their parts, ISO 3166.
    Jurisdictions,
    /// Language tags, BCP 47.
    Languages,
}

/// Adds a facet's values of one record, in any order; the same value may come twice.
type Collect = fn(&Facts<'_>, &mut dyn FnMut(&str));

/// A facet of records.
#[derive(Debug)]
pub struct Facet {
    /// Its name in queries, answers and the index.
    pub name: &'static str,
    /// Its English heading on the filter form; other languages have the message `facet-<name>`.
    pub label: &'static str,
    /// What its query parameter means, in a sentence.
    pub description: &'static str,
    /// What its values are.
    pub values: FacetValues,
    /// Its place on the filter form, from 1. The form starts with what most people look for; [`FACETS`] has the
    /// order of the parameters in the OpenAPI document, which stays.
    pub form_place: usize,
    /// Whether the form shows its values before anybody asks.
    pub is_open: bool,
    /// Whether the labels of its codes are found as words.
    pub is_searched: bool,
    collect: Collect,
}

impl Facet {
    /// Its code list; `None` if its values are not codes.
    pub fn codes(&self) -> Option<&'static Vocabulary> {
        match self.values {
            FacetValues::Codes(list) => Some(list),
            _ => None,
        }
    }

    /// The English label of a value, if it is a code.
    pub fn value_label(&self, value: &str) -> Option<&'static str> {
        self.codes()?.entry(value).map(|entry| entry.label)
    }

    /// Adds its values of one record, in any order; the same value may come twice.
    pub fn collect(&self, facts: &Facts<'_>, add: &mut dyn FnMut(&str)) {
        (self.collect)(facts, add);
    }

    const fn open(self) -> Self {
        Self { is_open: true, ..self }
    }

    const fn searched(self) -> Self {
        Self { is_searched: true, ..self }
    }
}

const fn facet(
    name: &'static str,
    (label, form_place): (&'static str, usize),
    description: &'static str,
    values: FacetValues,
    collect: Collect,
) -> Facet {
    Facet { name, label, description, values, form_place, is_open: false, is_searched: false, collect }
}

/// A facet of codes.
const fn coded<C: Code>(
    name: &'static str,
    form: (&'static str, usize),
    description: &'static str,
    collect: Collect,
) -> Facet {
    facet(name, form, description, FacetValues::Codes(C::VOCABULARY), collect)
}

fn add_codes<C: Code>(codes: &[C], add: &mut dyn FnMut(&str)) {
    codes.iter().for_each(|code| add(code.as_str()));
}

/// Every facet that records can be filtered and counted by, in the order of the query parameters.
///
/// Listings made before a facet was declared lack it until they are projected again, which a migration must ask for.
#[rustfmt::skip] // One block a facet: name, heading and place on the form, description, values.
pub const FACETS: &[Facet] = &[
    facet("jurisdiction", ("Country", 15), "ISO 3166 code; a country includes its parts.", FacetValues::Jurisdictions,
        |facts, add| {
            add(&facts.record.jurisdiction);
            // A filter by country finds its parts too.
            add(facts.country);
        }),
    facet("lang", ("Language", 18), "Language of the record, BCP 47.", FacetValues::Languages,
        |facts, add| add(&facts.record.lang)),
    coded::<Sector>("sector", ("Sector", 1), "Sector.",
        |facts, add| add_codes(&facts.record.sectors, add)).open().searched(),
    facet("publisher", ("Publisher", 10), "Slug or id of a publisher.", FacetValues::Organisations,
        |facts, add| facts.publishers.iter().for_each(|(slug, _)| add(slug))),
    coded::<OrganisationKind>("publisher_kind", ("Kind of publisher", 11), "Kind of publisher.",
        |facts, add| facts.publishers.iter().for_each(|(_, kind)| add_codes(kind.as_slice(), add))).searched(),
    facet("supplier", ("Supplier", 12), "Slug or id of a supplier.", FacetValues::Organisations,
        |facts, add| facts.suppliers.iter().for_each(|slug| add(slug))),
    facet("product", ("Product", 13), "Slug or id of a product.", FacetValues::Products,
        |facts, add| facts.products.iter().for_each(|slug| add(slug))),
    coded::<Phase>("phase", ("Phase", 2), "Phase of the tool's life.",
        |facts, add| add_codes(facts.record.phase.as_slice(), add)).open(),
    coded::<Technology>("technology", ("How it works", 5), "Technology it uses.",
        |facts, add| add_codes(&facts.record.technologies, add)).searched(),
    coded::<AutomationLevel>("automation_level", ("How much it decides", 6), "How much of the decision is automated.",
        |facts, add| add_codes(facts.record.automation_level.as_slice(), add)),
    coded::<DecisionEffect>("decision_effect", ("What can happen to a person", 3), "What it can lead to for a person.",
        |facts, add| add_codes(&facts.record.decision_effects, add)).open().searched(),
    coded::<AffectedGroup>("affected_group", ("Used on", 4), "Who it is used on.",
        |facts, add| add_codes(&facts.record.affected_groups, add)).searched(),
    coded::<Region>("region", ("Region", 14), "Region of the United Kingdom.",
        |facts, add| add_codes(&facts.record.regions, add)),
    coded::<AssessmentType>("assessment_type", ("Assessed for", 8), "Has an assessment of this type.",
        |facts, add| facts.record.assessments.iter().for_each(|one| add(one.r#type.as_str()))).searched(),
    coded::<AssessmentStatus>("assessment_status", ("Where assessments stand", 9), "Has an assessment with this status.",
        |facts, add| facts.record.assessments.iter().for_each(|one| add(one.status.as_str()))),
    coded::<Flag>("flag", ("Open questions", 7), "Flag raised by the public rules.",
        |facts, add| facts.fired.iter().for_each(|one| add(one.flag.as_str()))),
    coded::<Origin>("origin", ("Who says so", 16), "Origin: who made the statement.",
        |facts, add| add(facts.record.origin.as_str())),
    coded::<RecordKind>("kind", ("Kind", 17), "Kind of record.",
        |facts, add| add(facts.record.kind.as_str())),
    facet("used_by", ("Used by", 19), "Slug or id of a body that the record names as a place of use, unless the use has ended.",
        FacetValues::Organisations, |facts, add| facts.users.iter().for_each(|slug| add(slug))),
];

/// The facet with a name.
pub fn find(name: &str) -> Option<&'static Facet> {
    FACETS.iter().find(|facet| facet.name == name)
}

/// The names of all facets.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    FACETS.iter().map(|facet| facet.name)
}

/// The facets in the order of the website's filter form.
pub fn on_form() -> Vec<&'static Facet> {
    let mut facets: Vec<&Facet> = FACETS.iter().collect();
    facets.sort_by_key(|facet| facet.form_place);
    facets
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_places_on_the_form_are_given_once() {
        assert_eq!(names().collect::<BTreeSet<_>>().len(), FACETS.len());
        let places: Vec<usize> = on_form().iter().map(|facet| facet.form_place).collect();
        assert_eq!(places, (1..=FACETS.len()).collect::<Vec<_>>());
    }

    #[test]
    fn a_facet_has_a_description_that_is_a_sentence() {
        for facet in FACETS {
            assert!(facet.description.ends_with('.'), "{}", facet.name);
            assert!(!facet.label.is_empty(), "{}", facet.name);
        }
    }
}
