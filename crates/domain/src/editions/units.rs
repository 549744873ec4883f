//! Whether two names of units of one body may be of one unit.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::likeness::{same_text, words};

/// Units that are the same under two names, with the source that says so.
const SAME_UNITS: &str = include_str!("../../data/units.toml");
/// Words that say nothing of a unit.
const OF_ANY_UNIT: &[&str] = &["of", "the", "and", "for", "office", "department", "division", "bureau"];
/// Words whose first letters are no part of an abbreviation.
const NO_INITIALS: &[&str] = &["of", "the", "and", "for"];
/// What separates a unit from the one above it, or from its code.
const LEVELS: &[char] = &['/', '|', ':'];

/// The units that bodies have in the editions of a source, and the words that tell each body's units apart.
#[derive(Debug, Default)]
pub(super) struct Units {
    /// By body and edition, each unit once.
    stated: HashMap<(String, String), Vec<Unit>>,
    /// By body, the words that several units of one edition have.
    common: HashMap<String, HashSet<String>>,
}

/// A unit as an edition states it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unit {
    /// Its abbreviation, where that stands before the name: `lanl` of `LANL - Los Alamos National Lab`.
    code: Option<String>,
    /// The words of each level, the highest first, without those of any unit and those of the body.
    levels: Vec<Vec<String>>,
    /// The words of all levels.
    words: BTreeSet<String>,
    /// The first letters of all that it says.
    initials: String,
}

impl Unit {
    /// Reads a unit. `body` is in the form of [`same_text`], the unit as it is stated.
    fn of(body: &str, stated: &str) -> Self {
        let of_body: Vec<&str> = words(body).collect();
        let short = initials(body.strip_prefix("department").unwrap_or(body));
        // Two letters may be a unit of the body too: State has its bureau DS.
        let is_body = |word: &str| of_body.contains(&word) || short.len() > 2 && word == short;
        let says = |word: &&str| !OF_ANY_UNIT.contains(word) && !is_body(word);
        let text = same_text(stated);
        let levels: Vec<Vec<String>> = text
            .replace(" - ", "/")
            .split(LEVELS)
            .map(|level| words(level).filter(says).map(str::to_owned).collect())
            .filter(|level: &Vec<String>| !level.is_empty())
            .collect();
        let words = levels.iter().flatten().cloned().collect();
        Self { code: code(stated), levels, words, initials: initials(&text) }
    }

    /// Whether two units stated by one edition are two: neither is a part of the other.
    fn differs(&self, other: &Self) -> bool {
        let same_code = self.code.is_some() && self.code == other.code;
        !same_code && !self.words.is_subset(&other.words) && !other.words.is_subset(&self.words)
    }

    /// Whether this unit is the other, or one above it.
    fn holds(&self, other: &Self) -> bool {
        other.levels.starts_with(&self.levels)
    }

    /// Whether a telling word of this unit abbreviates the other, or all that it says does.
    fn abbreviates(&self, other: &Self, tells: impl Fn(&str) -> bool) -> bool {
        let short = &other.initials;
        short.len() > 1 && self.words.contains(short) && (self.words.len() == 1 || tells(short))
    }
}

impl Units {
    /// Learns which unit of a body an edition states. A cell may list several.
    pub(super) fn learn(&mut self, body: &str, edition: &str, stated: &str) {
        let body = same_text(body);
        let known = self.stated.entry((body.clone(), edition.to_owned())).or_default();
        for part in stated.split(';') {
            let unit = Unit::of(&body, part);
            if unit.words.is_empty() || known.contains(&unit) {
                continue;
            }
            let others = known.iter().filter(|other| unit.differs(other));
            let shared: Vec<String> =
                others.flat_map(|other| unit.words.intersection(&other.words).cloned()).collect();
            if !shared.is_empty() {
                self.common.entry(body.clone()).or_default().extend(shared);
            }
            known.push(unit);
        }
    }

    /// Whether two stated units may be one: one is not stated or names the body alone, is above the other, has a
    /// word that no other unit of the body has, abbreviates it, or is known to be the same. Two codes that differ
    /// are two units.
    pub(super) fn fit(&self, body: &str, left: &str, right: &str) -> bool {
        let body = same_text(body);
        let (mine, other) = (Unit::of(&body, left), Unit::of(&body, right));
        if mine.words.is_empty() || other.words.is_empty() || mine.words == other.words {
            return true;
        }
        if mine.code.is_some() && other.code.is_some() && mine.code != other.code {
            return false;
        }
        let common = self.common.get(&body);
        let tells = |word: &str| common.is_none_or(|common| !common.contains(word));
        mine.holds(&other)
            || other.holds(&mine)
            || mine.words.intersection(&other.words).any(|word| tells(word))
            || mine.abbreviates(&other, tells)
            || other.abbreviates(&mine, tells)
            || are_known_to_be_one(&body, left, right)
    }
}

/// The code before a unit's name, as in `NE INL - Idaho National Laboratory` and `FS: Forest Service`: one or two
/// words, mostly of capital letters and digits.
fn code(stated: &str) -> Option<String> {
    let colon = stated.split_once(':').map(|(code, _)| code);
    let dash = stated.split_once(" - ").map(|(code, _)| code);
    let code = [colon, dash].into_iter().flatten().min_by_key(|code| code.len())?;
    let is_short = |word: &str| {
        let capitals = word.chars().filter(|sign| sign.is_uppercase() || sign.is_ascii_digit()).count();
        capitals > word.chars().filter(|sign| sign.is_lowercase()).count()
    };
    let mut parts = code.split_whitespace();
    let is_code = parts.clone().count() <= 2 && parts.all(is_short);
    Some(same_text(code)).filter(|code| is_code && !code.is_empty())
}

/// The first letters of the words of a name that [`same_text`] gave.
fn initials(text: &str) -> String {
    words(text).filter(|word| !NO_INITIALS.contains(word)).filter_map(|word| word.chars().next()).collect()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SameUnits {
    body: Vec<Body>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    name: String,
    #[expect(dead_code, reason = "for people who review the list; a test asks for it")]
    source: String,
    unit: Vec<Whole>,
}

/// A unit, and the units that other editions name instead.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    name: String,
    parts: Vec<String>,
}

/// A text as its words alone, with a space around each.
fn spaced(text: &str) -> String {
    words(&same_text(text)).fold(" ".to_owned(), |line, word| line + word + " ")
}

fn read_same_units() -> SameUnits {
    toml::from_str(SAME_UNITS).expect("a test reads the list")
}

/// Whether the reviewed list says that one stated unit is a part of the other, or the same.
fn are_known_to_be_one(body: &str, left: &str, right: &str) -> bool {
    static LIST: LazyLock<SameUnits> = LazyLock::new(|| {
        let mut list = read_same_units();
        for body in &mut list.body {
            body.name = spaced(&body.name);
            for unit in &mut body.unit {
                unit.name = spaced(&unit.name);
                unit.parts.iter_mut().for_each(|part| *part = spaced(part));
            }
        }
        list
    });
    let (body, left, right) = (spaced(body), spaced(left), spaced(right));
    let joins = |unit: &Whole, whole: &str, part: &str| {
        whole.contains(&unit.name) && unit.parts.iter().any(|name| part.contains(name))
    };
    let mut units = LIST.body.iter().filter(|one| body.contains(&one.name)).flat_map(|one| &one.unit);
    units.any(|unit| joins(unit, &left, &right) || joins(unit, &right, &left))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Units of a body in one edition.
    fn units(body: &str, stated: &[&str]) -> Units {
        let mut units = Units::default();
        stated.iter().for_each(|unit| units.learn(body, "2024", unit));
        units
    }

    #[track_caller]
    fn check(units: &Units, body: &str, left: &str, right: &str, fit: bool) {
        assert_eq!(units.fit(body, left, right), fit, "{left} {right}");
        assert_eq!(units.fit(body, right, left), fit, "{right} {left}");
    }

    #[test]
    fn units_fit_by_a_word_or_an_abbreviation() {
        let none = Units::default();
        for (left, right, fit) in [
            ("CBP", "Customs and Border Protection", true),
            ("FS: Forest Service", "Forest Service", true),
            ("", "Anything", true),
            ("Office of Fire", "Office of Water", false),
            ("Department of Justice / ATR", "Department of Justice / OPR", false),
            ("Department of Justice / ATR", "ATR", true),
            ("USMS", "Department of Justice / ATF", false),
        ] {
            check(&none, "department-of-justice", left, right, fit);
        }
    }

    #[test]
    fn a_word_of_several_units_says_nothing() {
        let body = "Department of Energy";
        let labs =
            ["Idaho National Laboratory", "Oak Ridge National Laboratory", "Office of Legacy Management"];
        let labs = units(body, &labs);
        check(&labs, body, "Idaho National Laboratory", "Los Alamos National Lab", false);
        check(&labs, body, "Idaho National Laboratory", "Idaho Laboratory", true);
        check(&labs, body, "Legacy Management", "LM HQ - Office of Legacy Management", true);
        // One unit in two spellings has the same words, and a list of units has those of each.
        let body = "Securities and Exchange Commission";
        let spelt = units(body, &["Division of Examinations (EXAMS)", "Examinations (EXAMS), Risk (DERA)"]);
        check(&spelt, body, "Division of Examinations", "EXAMS and Examinations", true);
        // Other editions and other bodies count for themselves.
        let mut years = Units::default();
        years.learn("Body", "2024", "Claims Centre");
        years.learn("Body", "2025", "Claims and Appeals");
        years.learn("Other", "2024", "Claims Office West");
        check(&years, "Body", "Claims Centre", "Claims and Appeals", true);
        years.learn("Body", "2025", "Claims East");
        check(&years, "Body", "Claims Centre", "Claims and Appeals", false);
    }

    #[test]
    fn codes_that_differ_are_two_units_and_one_code_is_one() {
        let none = Units::default();
        let body = "Department of Energy";
        let (inl, lanl) =
            ("NE INL - Idaho National Laboratory (NE)", "LANL - Los Alamos National Lab (LAFO)");
        check(&none, body, inl, lanl, false);
        check(&none, body, "EM: Cleanup of Sites", "LM: Cleanup of Sites and Land", false);
        check(&none, body, "Office of Cleanup - Sites", "Cleanup of Sites", true);
        let spelt =
            ["Y-12 - Consolidated Nuclear Security (NPO)", "Y-12 - Consolidated Nuclear Security (YFO)"];
        check(&units(body, &spelt), body, spelt[0], spelt[1], true);
        assert_eq!(code("LaRC: Langley Research Center").as_deref(), Some("larc"));
        assert_eq!(code("Department-wide: Anything"), None);
        assert_eq!(code("One Two Three - Anything"), None);
    }

    #[test]
    fn a_unit_above_another_fits_it_and_one_beside_it_does_not() {
        let body = "Department of Health and Human Services";
        let parts = ["HHS/CMS/CCIIO", "HHS/CMS/CCSQ", "HHS/CMS/OIT", "HHS/FDA/OIT"];
        let parts = units(body, &parts);
        check(&parts, body, "CMS", "HHS/CMS/CCSQ", true);
        check(&parts, body, "HHS/CMS", "HHS/CMS/CCSQ", true);
        check(&parts, body, "HHS/CMS/CCIIO", "HHS/CMS/CCSQ", false);
        check(&parts, body, "HHS/CMS/OIT", "HHS/FDA/OIT", false);
        check(&parts, body, "OIT", "HHS/FDA/OIT", false);
        check(&parts, body, "HHS", "HHS/FDA/OIT", true);
    }

    #[test]
    fn mission_areas_fit_their_own_agencies_only() {
        let body = "department-of-agriculture";
        let stated = ["FS: Forest Service", "NASS: National Agricultural Statistics Service"];
        let none = units(body, &stated);
        let area = "Natural Resources and Environment";
        check(&none, body, "FS: Forest Service; Forest Service Research & Development", area, true);
        check(&none, body, stated[1], "Research, Education, and Economics", true);
        check(&none, body, stated[1], area, false);
        check(&none, body, stated[0], stated[1], false);
        check(&none, "department-of-energy", "Forest Service", area, false);
        check(&none, "department-of-state", "FSI/EX/EDS", "NFATC", true);
    }

    #[test]
    fn the_list_of_units_can_be_read_and_each_body_has_its_source() {
        let list: toml::Table = toml::from_str(SAME_UNITS).expect("it is TOML");
        for body in list["body"].as_array().expect("a list") {
            assert!(body["source"].as_str().is_some_and(|text| text.len() > 20), "{body}");
        }
        for unit in read_same_units().body.iter().flat_map(|body| &body.unit) {
            assert!(!unit.parts.is_empty() && !unit.parts.contains(&unit.name), "{unit:?}");
        }
    }
}
