//! British and American spellings: both become one, mostly the British.
//!
//! The `varcon` crate lists such pairs, but its source is 12 MB, and it equates words that are two here, such as
//! `check` and `cheque`. The list in `spelling.toml` and a few rules do for this field.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    begins: Vec<(String, String)>,
    words: Vec<(String, String)>,
    our: FxHashSet<String>,
    doubled: FxHashSet<String>,
}

struct Spelling {
    /// British by American beginnings.
    begins: Vec<(String, String)>,
    /// British by American words.
    words: FxHashMap<String, String>,
    our: FxHashSet<String>,
    doubled: FxHashSet<String>,
}

static SPELLING: LazyLock<Spelling> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("spelling.toml")).expect("a test checks the file");
    Spelling {
        begins: file.begins,
        words: file.words.into_iter().map(|(british, american)| (american, british)).collect(),
        our: file.our,
        doubled: file.doubled,
    }
});

/// What may follow -or in a word that is spelt -our: not -ous and -ary, as in humorous and honorary.
const AFTER_OUR: &[&str] = &[
    "", "s", "ed", "ing", "ings", "er", "ers", "able", "ably", "ability", "al", "ally", "ful", "fully",
    "hood", "hoods", "ism", "ist", "ists", "ite", "ites", "itism", "less", "ly", "liness", "y", "ies",
];
/// What may stand before such a word.
const BEFORE_OUR: &[&str] = &["", "dis", "mis", "un"];
/// What doubles the last letter of a word in -l.
const DOUBLING: &[&str] = &["ed", "ing", "ings", "er", "ers"];
/// Endings that come after -is or -iz, and -ys or -yz.
const AFTER_Z: &[&str] =
    &["e", "ed", "es", "er", "ers", "ing", "ings", "able", "ation", "ations", "ational", "ationally"];

/// A folded word in the spelling that is indexed.
pub(super) fn british(word: &str) -> String {
    let spelling = &*SPELLING;
    if let Some(british) = spelling.words.get(word) {
        return british.clone();
    }
    if let Some(british) = begun(word) {
        return british;
    }
    with_s(word).or_else(|| with_our(word)).or_else(|| with_double_l(word)).unwrap_or_else(|| word.to_owned())
}

/// The beginning of a folded word in the spelling that is indexed: `organiz` gives `organis`.
pub(super) fn british_beginning(beginning: &str) -> String {
    let british = british(beginning);
    if british != beginning {
        return british;
    }
    for (american, british) in [("iz", "is"), ("yz", "ys")] {
        if let Some((before, after)) = beginning.rsplit_once(american)
            && before.len() >= STEM_MIN
            && AFTER_Z.iter().any(|ending| ending.starts_with(after))
        {
            return format!("{before}{british}{after}");
        }
    }
    beginning.to_owned()
}

fn begun(word: &str) -> Option<String> {
    let begins = SPELLING.begins.iter();
    begins
        .filter_map(|(british, american)| Some((british, word.strip_prefix(american.as_str())?)))
        .map(|(british, rest)| format!("{british}{rest}"))
        .next()
}

/// Fewest letters before -ize, so that size and prize stay.
const STEM_MIN: usize = 3;

/// `organize` as `organise`, `analyze` as `analyse`.
fn with_s(word: &str) -> Option<String> {
    AFTER_Z.iter().find_map(|ending| {
        let stem = word.strip_suffix(*ending)?.strip_suffix('z')?;
        let before = stem.strip_suffix(['i', 'y'])?;
        (before.len() >= STEM_MIN).then(|| format!("{stem}s{ending}"))
    })
}

/// `behavioral` as `behavioural`.
fn with_our(word: &str) -> Option<String> {
    word.match_indices("or").find_map(|(at, _)| {
        let (stem, ending) = (&word[..at], &word[at + 2..]);
        let known = BEFORE_OUR
            .iter()
            .any(|before| stem.strip_prefix(*before).is_some_and(|stem| SPELLING.our.contains(stem)));
        (known && AFTER_OUR.contains(&ending)).then(|| format!("{stem}our{ending}"))
    })
}

/// `modeling` as `modelling`.
fn with_double_l(word: &str) -> Option<String> {
    DOUBLING.iter().find_map(|ending| {
        let stem = word.strip_suffix(*ending)?;
        SPELLING.doubled.contains(stem).then(|| format!("{stem}l{ending}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn american_spellings_become_british_ones() {
        for (american, expected) in [
            ("behavior", "behaviour"),
            ("behavioral", "behavioural"),
            ("misbehavior", "misbehaviour"),
            ("neighborhoods", "neighbourhoods"),
            ("organization", "organisation"),
            ("organizational", "organisational"),
            ("prioritizing", "prioritising"),
            ("anonymized", "anonymised"),
            ("analyze", "analyse"),
            ("analyzing", "analysing"),
            ("license", "licence"),
            ("licensing", "licencing"),
            ("practise", "practice"),
            ("center", "centre"),
            ("defense", "defence"),
            ("catalog", "catalogue"),
            ("modeling", "modelling"),
            ("labeled", "labelled"),
            ("aging", "ageing"),
            ("judgment", "judgement"),
            ("pediatrics", "paediatrics"),
            ("enrollment", "enrolment"),
            ("programmes", "programs"),
        ] {
            assert_eq!(british(american), expected);
            assert_eq!(british(expected), expected, "British words stay");
        }
    }

    #[test]
    fn other_words_stay() {
        for word in [
            "size",
            "prize",
            "seize",
            "actor",
            "doctor",
            "humorous",
            "honorary",
            "laboratory",
            "category",
            "check",
            "checked",
            "excelled",
            "controlled",
            "travel",
            "meter",
            "story",
            "citizen",
            "sensor",
            "",
            "or",
            "iz",
        ] {
            assert_eq!(british(word), word);
        }
    }

    #[test]
    fn a_word_typed_in_part_begins_as_it_is_indexed() {
        for (beginning, expected) in [
            ("organiz", "organis"),
            ("organiza", "organisa"),
            ("analyz", "analys"),
            ("behavior", "behaviour"),
            ("licensi", "licenci"),
            ("organis", "organis"),
            ("siz", "siz"),
            ("citiz", "citis"),
            ("", ""),
        ] {
            assert_eq!(british_beginning(beginning), expected);
        }
    }

    #[test]
    fn no_word_is_listed_for_two() {
        let file: File = toml::from_str(include_str!("spelling.toml")).unwrap();
        let mut seen = FxHashSet::default();
        for (british, american) in file.words.iter().chain(&file.begins) {
            assert!(seen.insert(american) && british != american, "{american}");
        }
        for (british, _) in &file.words {
            assert_eq!(&super::british(british), british, "a word becomes its British spelling at once");
        }
    }
}
