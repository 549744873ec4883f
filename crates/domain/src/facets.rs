//! The facets of records: what lists are filtered and counted by.
//!
//! A facet is declared once, in [`FACETS`]. Its query parameters and schema, the check of its values, its terms
//! in the index, its counts in answers and its place on the website's filter form all follow from that.
//!
//! A record without a value of a facet has one of [`AnswerState::BLANKS`] in its place, so that "not stated" can be
//! counted and asked for like any value. Facets of the same things, such as type and status of an assessment, are
//! linked in [`LINKED`].

use crate::Record;
use crate::codes::{
    AffectedGroup, AnswerState, AssessmentStage, AssessmentStatus, AssessmentType, AuditKind,
    AutomationLevel, Code, ConsultationOutcome, DecisionEffect, EnvironmentKind, FiveTest, Flag, InSource,
    OrganisationKind, Origin, Phase, RecordKind, Region, ReviewAdvice, ReviewResponse, Sector, Technology,
    TransparencyClass, Vocabulary,
};
use crate::completeness::FieldState;
use crate::provenance::Provenance;
use crate::record::{TestAnswer, Tests};
use crate::rules::Fired;

mod linked;

pub use self::linked::{LINKED, Linked};

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
    /// How many of the four questions it answers.
    pub transparency: TransparencyClass,
    /// The source it was imported from, if it was.
    pub provenance: Option<&'a Provenance>,
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
    /// Names of sources, their series and editions, as imports give them.
    Editions,
}

/// What a record without a value has in its place.
#[derive(Debug, Clone, Copy)]
enum Blank {
    /// Nothing: every record has a value, or having none is the good answer, as with flags.
    Nothing,
    /// What this field says instead of an answer.
    Of(&'static str),
    /// "Not stated": it is for the register to know, and it does not.
    NotKnown,
}

/// Adds a facet's values of one record, in any order; the same value may come twice.
type Collect = fn(&Facts<'_>, &mut dyn FnMut(&str));

/// A facet of records.
#[derive(Debug)]
pub struct Facet {
    /// Its name in queries, answers and the index.
    pub name: &'static str,
    /// Its name in queries for records that do not have a value: `sector_not`.
    pub negation: &'static str,
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
    /// Whether a record has at most one of its values, which are few.
    pub is_single: bool,
    blank: Blank,
    /// Which values of the index a negation of one of its codes excludes, if not just that code.
    excludes: Option<fn(&str) -> Vec<String>>,
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

    /// The code list that has a value: its own, or that of the states that stand in place of values.
    pub fn list_of(&self, value: &str) -> Option<&'static Vocabulary> {
        if self.takes_blank(value) { Some(AnswerState::VOCABULARY) } else { self.codes() }
    }

    /// The English label of a value, if it is a code.
    pub fn value_label(&self, value: &str) -> Option<&'static str> {
        self.list_of(value)?.entry(value).map(|entry| entry.label)
    }

    /// Whether records can have a state in place of a value.
    pub fn has_blanks(&self) -> bool {
        !matches!(self.blank, Blank::Nothing)
    }

    /// Whether a value is a state that stands in place of its values.
    pub fn takes_blank(&self, value: &str) -> bool {
        self.has_blanks() && blank_place(value).is_some()
    }

    /// Adds its values of one record, in any order, or the state in their place; the same value may come twice.
    pub fn collect(&self, facts: &Facts<'_>, add: &mut dyn FnMut(&str)) {
        let mut is_blank = true;
        (self.collect)(facts, &mut |value| {
            is_blank = false;
            add(value);
        });
        if is_blank && let Some(state) = self.blank_of(facts.record) {
            add(state.as_str());
        }
    }

    /// The values of the index, as `facet=value`, of which a record has none if it lacks this value: what its
    /// negation excludes.
    pub fn excluded(&self, value: &str) -> Vec<String> {
        match self.excludes {
            Some(excludes) if !self.takes_blank(value) => excludes(value),
            _ => vec![format!("{}={value}", self.name)],
        }
    }

    /// What a record without a value has in its place.
    fn blank_of(&self, record: &Record) -> Option<AnswerState> {
        match self.blank {
            Blank::Nothing => None,
            Blank::NotKnown => Some(AnswerState::NotStated),
            Blank::Of(field) => Some(match record.state_of(field) {
                FieldState::Absent => AnswerState::Absent,
                FieldState::NotApplicable => AnswerState::NotApplicable,
                FieldState::Withheld => AnswerState::Withheld,
                FieldState::Unknown => AnswerState::Unknown,
                // Answered without what the facet counts, such as a product without its supplier.
                FieldState::Answered | FieldState::NotStatedBySource | FieldState::Blank => {
                    AnswerState::NotStated
                }
            }),
        }
    }

    const fn open(self) -> Self {
        Self { is_open: true, ..self }
    }

    const fn searched(self) -> Self {
        Self { is_searched: true, ..self }
    }

    const fn single(self) -> Self {
        Self { is_single: true, ..self }
    }

    /// Records without a value have what this field says instead.
    const fn or(self, field: &'static str) -> Self {
        Self { blank: Blank::Of(field), ..self }
    }

    /// Records without a value have "not stated".
    const fn or_not_known(self) -> Self {
        Self { blank: Blank::NotKnown, ..self }
    }

    const fn excluding(self, excludes: fn(&str) -> Vec<String>) -> Self {
        Self { excludes: Some(excludes), ..self }
    }
}

/// The names of a facet's two parameters.
macro_rules! named {
    ($name:literal) => {
        ($name, concat!($name, "_not"))
    };
}

const fn facet(
    (name, negation): (&'static str, &'static str),
    (label, form_place): (&'static str, usize),
    description: &'static str,
    values: FacetValues,
    collect: Collect,
) -> Facet {
    let (is_open, is_searched, is_single, blank, excludes) = (false, false, false, Blank::Nothing, None);
    Facet {
        name,
        negation,
        label,
        description,
        values,
        form_place,
        is_open,
        is_searched,
        is_single,
        blank,
        excludes,
        collect,
    }
}

/// A facet of codes.
const fn coded<C: Code>(
    name: (&'static str, &'static str),
    form: (&'static str, usize),
    description: &'static str,
    collect: Collect,
) -> Facet {
    facet(name, form, description, FacetValues::Codes(C::VOCABULARY), collect)
}

/// A facet that says whether a field is answered.
const fn answered(
    name: (&'static str, &'static str),
    form: (&'static str, usize),
    description: &'static str,
    field: &'static str,
    collect: Collect,
) -> Facet {
    coded::<AnswerState>(name, form, description, collect).single().or(field)
}

fn add_codes<C: Code>(codes: &[C], add: &mut dyn FnMut(&str)) {
    codes.iter().for_each(|code| add(code.as_str()));
}

fn add_stated<T>(things: &[T], add: &mut dyn FnMut(&str)) {
    if !things.is_empty() {
        add(AnswerState::Stated.as_str());
    }
}

/// Adds the tests that are answered, in words or by an address.
fn add_tests(tests: &Tests, add: &mut dyn FnMut(&str)) {
    let answers: [(FiveTest, &Option<TestAnswer>); 5] = [
        (FiveTest::Preparation, &tests.preparation),
        (FiveTest::Principles, &tests.principles),
        (FiveTest::Participation, &tests.participation),
        (FiveTest::Prosperity, &tests.prosperity),
        (FiveTest::Power, &tests.power),
    ];
    for (test, answer) in answers {
        if answer.as_ref().is_some_and(|answer| answer.text.is_some() || answer.evidence_url.is_some()) {
            add(test.as_str());
        }
    }
}

/// Every facet that records can be filtered and counted by, in the order of the query parameters.
///
/// Listings made before a facet was declared lack it until they are projected again, which a migration must ask for
/// (`migrations/src/m0020_facets.rs`).
#[rustfmt::skip] // One block a facet: name, heading and place on the form, description, values.
pub const FACETS: &[Facet] = &[
    facet(named!("jurisdiction"), ("Country", 25), "ISO 3166 code; a country includes its parts.", FacetValues::Jurisdictions,
        |facts, add| {
            add(&facts.record.jurisdiction);
            // A filter by country finds its parts too.
            add(facts.country);
        }),
    facet(named!("lang"), ("Language", 29), "Language of the record, BCP 47.", FacetValues::Languages,
        |facts, add| add(&facts.record.lang)).single(),
    coded::<Sector>(named!("sector"), ("Sector", 1), "Sector.",
        |facts, add| add_codes(&facts.record.sectors, add)).open().searched().or("sectors"),
    facet(named!("publisher"), ("Publisher", 20), "Slug or id of a publisher.", FacetValues::Organisations,
        |facts, add| facts.publishers.iter().for_each(|(slug, _)| add(slug))),
    coded::<OrganisationKind>(named!("publisher_kind"), ("Kind of publisher", 21), "Kind of publisher.",
        |facts, add| facts.publishers.iter().for_each(|(_, kind)| add_codes(kind.as_slice(), add))).searched().or_not_known(),
    facet(named!("supplier"), ("Supplier", 22), "Slug or id of a supplier.", FacetValues::Organisations,
        |facts, add| facts.suppliers.iter().for_each(|slug| add(slug))).or("supplier_involvement"),
    facet(named!("product"), ("Product", 23), "Slug or id of a product.", FacetValues::Products,
        |facts, add| facts.products.iter().for_each(|slug| add(slug))).or("supplier_involvement"),
    coded::<Phase>(named!("phase"), ("Phase", 2), "Phase of the tool's life.",
        |facts, add| add_codes(facts.record.phase.as_slice(), add)).open().single().or("phase"),
    coded::<Technology>(named!("technology"), ("How it works", 5), "Technology it uses.",
        |facts, add| add_codes(&facts.record.technologies, add)).searched().or("technologies"),
    coded::<AutomationLevel>(named!("automation_level"), ("How much it decides", 6), "How much of the decision is automated.",
        |facts, add| add_codes(facts.record.automation_level.as_slice(), add)).single().or("automation_level"),
    coded::<DecisionEffect>(named!("decision_effect"), ("What can happen to a person", 3), "What it can lead to for a person.",
        |facts, add| add_codes(&facts.record.decision_effects, add)).open().searched().or("decision_effects"),
    coded::<AffectedGroup>(named!("affected_group"), ("Used on", 4), "Who it is used on.",
        |facts, add| add_codes(&facts.record.affected_groups, add)).searched().or("affected_groups"),
    coded::<Region>(named!("region"), ("Region", 24), "Region of the United Kingdom.",
        |facts, add| add_codes(&facts.record.regions, add)).or("regions"),
    coded::<AssessmentType>(named!("assessment_type"), ("Assessed for", 8), "Has an assessment of this type; with status and stage, one that is all of it.",
        |facts, add| facts.record.assessments.iter().for_each(|one| add(one.r#type.as_str())))
        .searched().or("assessments").excluding(linked::begun_of_type),
    coded::<AssessmentStatus>(named!("assessment_status"), ("Where assessments stand", 9), "Has an assessment with this status.",
        |facts, add| facts.record.assessments.iter().for_each(|one| add(one.status.as_str()))).or("assessments"),
    coded::<Flag>(named!("flag"), ("Open questions", 7), "Flag raised by the public rules.",
        |facts, add| facts.fired.iter().for_each(|one| add(one.flag.as_str()))),
    coded::<Origin>(named!("origin"), ("Who says so", 27), "Origin: who made the statement.",
        |facts, add| add(facts.record.origin.as_str())).single(),
    coded::<RecordKind>(named!("kind"), ("Kind", 28), "Kind of record.",
        |facts, add| add(facts.record.kind.as_str())).single(),
    coded::<AssessmentStage>(named!("assessment_stage"), ("When it was assessed", 10), "Has an assessment of this stage.",
        |facts, add| facts.record.assessments.iter().for_each(|one| add(one.stage.as_str()))).or("assessments"),
    coded::<ReviewAdvice>(named!("review_advice"), ("What reviewers advised", 11), "Advice of an oversight body; with the response, one review that is both.",
        |facts, add| facts.record.reviews.iter().for_each(|one| add(one.advice.as_str()))).or("reviews"),
    coded::<ReviewResponse>(named!("review_response"), ("Whether advice was followed", 12), "What the publisher did with the advice of an oversight body.",
        |facts, add| facts.record.reviews.iter().for_each(|one| add(linked::response(one).as_str()))).or("reviews"),
    coded::<AuditKind>(named!("audit_kind"), ("Audited by", 13), "Has an audit of this kind.",
        |facts, add| facts.record.audits.iter().for_each(|one| add(one.kind.as_str()))).or("audits"),
    coded::<ConsultationOutcome>(named!("consultation_outcome"), ("What came of consultations", 14), "Has a consultation with this outcome.",
        |facts, add| facts.record.consultations.iter().for_each(|one| add_codes(one.outcome.as_slice(), add))).or("consultations"),
    answered(named!("redress"), ("Ways to challenge it", 15), "Whether it states a way to challenge an outcome or the tool.", "redress_routes",
        |facts, add| add_stated(&facts.record.redress_routes, add)),
    answered(named!("complaints"), ("Figures on complaints", 16), "Whether it states how many people complained.", "complaint_statistics",
        |facts, add| add_stated(&facts.record.complaint_statistics, add)),
    answered(named!("incidents"), ("Incidents", 17), "Whether it states an incident.", "incidents",
        |facts, add| add_stated(&facts.record.incidents, add)),
    coded::<EnvironmentKind>(named!("environment"), ("Environmental cost", 26), "States what it uses up of this.",
        |facts, add| facts.record.environment.iter().for_each(|one| add(one.kind.as_str()))).or("environment"),
    coded::<FiveTest>(named!("test"), ("Tests answered", 18), "Answers this one of the five tests.",
        |facts, add| facts.record.tests.iter().for_each(|tests| add_tests(tests, add))).or("tests"),
    coded::<TransparencyClass>(named!("transparency_class"), ("How much it tells", 19), "How many of the four questions it answers.",
        |facts, add| add(facts.transparency.as_str())).single(),
    facet(named!("source"), ("Source", 30), "The register or file it was imported from.", FacetValues::Editions,
        |facts, add| facts.provenance.iter().for_each(|from| add(&from.source))),
    facet(named!("dataset"), ("Series of files", 31), "The series of files of its source.", FacetValues::Editions,
        |facts, add| facts.provenance.iter().for_each(|from| add(&from.dataset))),
    facet(named!("edition"), ("Edition", 32), "The last edition of its source that has it.", FacetValues::Editions,
        |facts, add| facts.provenance.iter().filter_map(|from| from.edition.as_deref()).for_each(add)),
    coded::<InSource>(named!("in_source"), ("Still in its source", 33), "Whether the latest edition of its source has it.",
        |facts, add| add_codes(facts.provenance.and_then(|from| from.in_source).map(InSource::from).as_slice(), add)),
    facet(named!("used_by"), ("Used by", 34), "Slug or id of a body that the record names as a place of use, unless the use has ended.",
        FacetValues::Organisations, |facts, add| facts.users.iter().for_each(|slug| add(slug))),
];

/// Calls `add` with the name and each value of every facet and link of a record; the same value may come twice, and
/// all values of one name come one after the other.
pub fn each(facts: &Facts<'_>, add: &mut dyn FnMut(&'static str, &str)) {
    FACETS.iter().for_each(|facet| facet.collect(facts, &mut |value| add(facet.name, value)));
    LINKED.iter().for_each(|linked| linked.collect(facts.record, &mut |value| add(linked.name, value)));
}

/// The place of a state among those that stand in place of values, from 0; `None` for a value. No code of a facet
/// and no new slug is such a word.
pub fn blank_place(value: &str) -> Option<usize> {
    AnswerState::BLANKS.iter().position(|state| state.as_str() == value)
}

/// The facet with a name.
pub fn find(name: &str) -> Option<&'static Facet> {
    FACETS.iter().find(|facet| facet.name == name)
}

/// The facet that a parameter is about, and whether it is the negation.
pub fn of_parameter(name: &str) -> Option<(&'static Facet, bool)> {
    let is_of = |facet: &&Facet| facet.name == name || facet.negation == name;
    FACETS.iter().find(is_of).map(|facet| (facet, facet.negation == name))
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
mod tests;
