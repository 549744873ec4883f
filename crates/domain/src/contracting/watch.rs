//! The watch list: which purchases are of sensitive technology, by codes and words that people review.
//!
//! The lists are data: `data/watchlist_cpv.csv`, `data/watchlist_words.csv` and
//! `data/watchlist_negatives.csv`. A strong code or a strong word is enough alone. Any other code needs a
//! word of the list or a sensitive buyer; any other word needs a code. A negative phrase in the title always
//! excludes; in the description, some exclude a purchase found by its words alone.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::phrases::{Phrases, padded};
use crate::codes::{Code, OrganisationKind, Sector, WatchStrength};

/// Version of the lists and rules; every hit names it.
pub const VERSION: &str = "1";

const CPV: &str = include_str!("../../data/watchlist_cpv.csv");
const WORDS: &str = include_str!("../../data/watchlist_words.csv");
const NEGATIVES: &str = include_str!("../../data/watchlist_negatives.csv");

/// Why a purchase is on the watch list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Hit {
    /// How strongly it points to sensitive technology.
    pub strength: WatchStrength,
    /// The kind of technology, as the list calls it.
    pub group: String,
    /// The notice's code that is on the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpv: Option<String>,
    /// The word of the list found in title or description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// Whether it counts only because the buyer is in a sensitive sector.
    #[serde(default)]
    pub sensitive_buyer: bool,
    /// Version of the lists.
    pub version: String,
}

impl Hit {
    /// Whether a missing record is worth asking about. A broad code that counts only because the buyer is
    /// sensitive is watched but never a gap, or every printer of a police force would be one.
    pub fn is_gap_worthy(&self) -> bool {
        self.word.is_some() || self.strength != WatchStrength::Weak
    }
}

struct CpvEntry {
    prefix: &'static str,
    strength: WatchStrength,
    group: &'static str,
}

struct WordEntry {
    word: &'static str,
    strength: WatchStrength,
    group: &'static str,
}

struct Lists {
    cpv: Vec<CpvEntry>,
    words: Vec<WordEntry>,
    word_finder: Phrases,
    negatives: Vec<bool>,
    negative_finder: Phrases,
}

fn rows(data: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    data.lines().skip(1).filter(|line| !line.is_empty()).map(|line| line.split(',').collect())
}

fn strength(code: &str) -> WatchStrength {
    WatchStrength::parse(code).expect("a test checks every line of the lists")
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let mut cpv: Vec<CpvEntry> =
        rows(CPV).map(|row| CpvEntry { prefix: row[0], strength: strength(row[1]), group: row[2] }).collect();
    // The longest prefix wins.
    cpv.sort_by_key(|entry| std::cmp::Reverse(entry.prefix.len()));
    let words: Vec<WordEntry> = rows(WORDS)
        .map(|row| WordEntry { word: row[0], strength: strength(row[1]), group: row[2] })
        .collect();
    let plural = |word: &str| format!("{word}s");
    let spelled: Vec<String> =
        words.iter().flat_map(|entry| [entry.word.to_owned(), plural(entry.word)]).collect();
    Lists {
        cpv,
        word_finder: Phrases::of(spelled.iter().map(String::as_str)),
        words,
        negatives: rows(NEGATIVES).map(|row| row[1] == "anywhere").collect(),
        negative_finder: Phrases::of(rows(NEGATIVES).map(|row| row[0])),
    }
});

/// The groups of the lists, in alphabetical order.
pub fn groups() -> Vec<&'static str> {
    let lists = &*LISTS;
    let all = lists.cpv.iter().map(|entry| entry.group).chain(lists.words.iter().map(|entry| entry.group));
    all.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

/// What the watch list looks at.
#[derive(Debug, Clone, Copy)]
pub struct Purchase<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its description.
    pub description: &'a str,
    /// Its codes, eight digits each.
    pub cpv: &'a [&'a str],
    /// Names of its buyers, which say nothing about what is bought.
    pub buyers: &'a [&'a str],
    /// Whether a buyer is in a sensitive sector.
    pub sensitive_buyer: bool,
}

/// A text without the buyers' names, which say nothing about what is bought.
fn without(text: &str, names: &[String]) -> String {
    let mut text = padded(text);
    for name in names.iter().filter(|name| name.len() > 4) {
        text = text.replace(name.as_str(), " ");
    }
    text
}

/// Whether a purchase is of sensitive technology, and why.
pub fn look(purchase: &Purchase<'_>) -> Option<Hit> {
    let lists = &*LISTS;
    let buyers: Vec<String> = purchase.buyers.iter().map(|name| padded(name)).collect();
    let title = without(purchase.title, &buyers);
    let description = without(purchase.description, &buyers);
    if lists.negative_finder.found(&title).next().is_some() {
        return None;
    }
    let word = [&title, &description]
        .into_iter()
        .flat_map(|text| lists.word_finder.found(text))
        // Each word is in the search twice, the second time as a plural.
        .map(|place| &lists.words[place / 2])
        .min_by_key(|entry| entry.strength);
    let code = purchase
        .cpv
        .iter()
        .filter_map(|code| lists.cpv.iter().find(|entry| code.starts_with(entry.prefix)).map(|e| (*code, e)))
        .min_by_key(|(_, entry)| entry.strength);
    let hit = |strength, group: &str, with_word: bool, sensitive_buyer| Hit {
        strength,
        group: group.to_owned(),
        cpv: code.map(|(code, _)| code.to_owned()),
        word: word.filter(|_| with_word).map(|entry| entry.word.to_owned()),
        sensitive_buyer,
        version: VERSION.to_owned(),
    };
    match (code, word) {
        (Some((_, entry)), Some(word)) => {
            let strength = entry.strength.min(word.strength);
            // A word is more specific than the code for a whole class of goods.
            let group = if word.strength <= entry.strength { word.group } else { entry.group };
            Some(hit(strength, group, true, false))
        }
        (Some((_, entry)), None) if entry.strength == WatchStrength::Strong => {
            Some(hit(WatchStrength::Strong, entry.group, false, false))
        }
        (Some((_, entry)), None) if purchase.sensitive_buyer => {
            Some(hit(entry.strength, entry.group, false, true))
        }
        (None, Some(word)) if word.strength == WatchStrength::Strong => {
            let mut negatives = lists.negative_finder.found(&description);
            if negatives.any(|place| lists.negatives[place]) {
                return None;
            }
            Some(hit(WatchStrength::Strong, word.group, true, false))
        }
        _ => None,
    }
}

/// Whether a body of this kind and these sectors deals with people in a sensitive field.
pub fn is_sensitive(kind: Option<OrganisationKind>, sectors: &[Sector]) -> bool {
    use OrganisationKind as Kind;
    sectors.iter().any(|sector| sector.is_sensitive())
        || matches!(
            kind,
            Some(
                Kind::PoliceForce
                    | Kind::PoliceCommissioner
                    | Kind::School
                    | Kind::AcademyTrust
                    | Kind::FurtherEducation
                    | Kind::NhsBody
                    | Kind::CourtTribunal
            )
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(title: &str, description: &str, cpv: &[&str], sensitive_buyer: bool, expected: &str) {
        let purchase =
            Purchase { title, description, cpv, buyers: &["British Transport Police"], sensitive_buyer };
        let found = look(&purchase).map_or("-".to_owned(), |hit| {
            let word = hit.word.unwrap_or_default();
            let buyer = if hit.sensitive_buyer { " buyer" } else { "" };
            format!("{} {} {} {word}{buyer}", hit.strength, hit.group, hit.cpv.unwrap_or_default())
        });
        assert_eq!(found.trim_end(), expected, "{title}");
    }

    #[test]
    fn every_line_of_the_lists_can_be_read() {
        assert!(LISTS.cpv.len() > 20 && LISTS.words.len() > 40 && LISTS.negatives.len() > 5);
        for row in rows(CPV).chain(rows(WORDS)) {
            assert_eq!(row.len(), 3, "{row:?}");
        }
        assert!(rows(NEGATIVES).all(|row| row.len() == 2 && ["title", "anywhere"].contains(&row[1])));
    }

    #[test]
    fn a_strong_code_stands_alone_and_a_weak_one_does_not() {
        check(
            "Cameras",
            "Procurement of CCTV Cameras",
            &["35125000"],
            false,
            "strong surveillance 35125000 cctv",
        );
        check("Office software", "", &["48000000"], false, "-");
        check("Office software", "", &["48000000"], true, "weak software 48000000  buyer");
        check(
            "Case system",
            "with risk scoring",
            &["48000000"],
            false,
            "weak prediction 48000000 risk scoring",
        );
        check("Printers", "", &["30232100"], false, "-");
    }

    #[test]
    fn equipment_for_facial_recognition_is_found_and_the_survey_about_it_is_not() {
        let word = "strong biometrics 30230000 facial recognition";
        check("Facial recognition equipment", "For British Transport Police", &["30230000"], true, word);
        check("Facial Recognition", "Cameras, with a site survey", &["30230000"], false, word);
        check(
            "Live Facial-Recognition vans",
            "",
            &["34114000"],
            true,
            "strong biometrics  facial recognition",
        );
        check("Survey on facial recognition", "", &["30230000"], true, "-");
        check("Facial recognition: what people think", "A survey", &["79315000"], true, "-");
        check("Research into facial recognition", "", &["73000000"], true, "-");
        check("CCTV drainage surveys", "", &["35125000"], false, "-");
        check("Home to school transport", "", &["72000000"], true, "-");
    }
}
