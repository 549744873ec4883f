//! Placeholders: texts that stand where an answer belongs and are none, such as `[blank]` and `TBD`.
//!
//! The list is data that people review: `data/placeholders.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::codes::StatementKind;
use crate::fields::FieldKind;
use crate::text;

const LIST: &str = include_str!("../data/placeholders.toml");
/// Longest text looked up, in bytes; every placeholder is shorter.
const LONGEST: usize = 80;

/// What a placeholder means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// Nothing is said.
    NotStated,
    /// The body says that it does not know.
    Unknown,
    /// The question does not arise.
    NotApplicable,
    /// There is none.
    Absent,
}

impl Meaning {
    /// The name under which imports count it.
    pub fn rule(self) -> &'static str {
        match self {
            Self::NotStated => "placeholder-says-nothing",
            Self::Unknown => "placeholder-means-unknown",
            Self::NotApplicable => "placeholder-means-not-applicable",
            Self::Absent => "placeholder-means-none",
        }
    }

    /// The field statement that says the same of an imported record.
    pub fn statement(self) -> StatementKind {
        match self {
            Self::NotStated => StatementKind::NotStatedBySource,
            Self::Unknown => StatementKind::Unknown,
            Self::NotApplicable => StatementKind::NotApplicable,
            Self::Absent => StatementKind::Absent,
        }
    }

    /// What a body should do instead of writing it.
    pub fn hint(self) -> &'static str {
        match self {
            Self::NotStated => {
                "write the answer; if there is none yet, leave it empty and add a field statement: unknown, \
                 not_applicable or absent"
            }
            Self::Unknown => "leave it empty and add a field statement: unknown",
            Self::NotApplicable => {
                "leave it empty and add a field statement: not_applicable, with the reason"
            }
            Self::Absent => "leave it empty and add a field statement: absent, with the reason",
        }
    }
}

/// Where a text stands, which decides what "none" means there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Prose, where "None" may be the answer.
    Prose,
    /// A name, an address or an item of a list: "None" means that there is none.
    Name,
    /// A date, a number, a code or yes or no: "None" says nothing.
    Value,
}

impl From<&FieldKind> for Place {
    fn from(kind: &FieldKind) -> Self {
        match kind {
            FieldKind::Markdown => Self::Prose,
            FieldKind::Text(_)
            | FieldKind::Url
            | FieldKind::Codes(_)
            | FieldKind::Texts
            | FieldKind::Organisation
            | FieldKind::Organisations
            | FieldKind::Objects(..)
            | FieldKind::Object(..) => Self::Name,
            FieldKind::Email
            | FieldKind::Date
            | FieldKind::Boolean
            | FieldKind::Code(_)
            | FieldKind::Jurisdiction
            | FieldKind::Language
            | FieldKind::Estimate => Self::Value,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    placeholder: Vec<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    means: Meaning,
    texts: Vec<String>,
}

fn list() -> List {
    toml::from_str(LIST).expect("a test reads the list")
}

/// What a text means as a placeholder in this place; `None` if it is an answer, or blank.
pub fn meaning(text: &str, place: Place) -> Option<Meaning> {
    static MEANINGS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
        let groups = list().placeholder.into_iter();
        groups.flat_map(|group| group.texts.into_iter().map(move |text| (key(&text), group.means))).collect()
    });
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    if !text.chars().any(char::is_alphanumeric) {
        return Some(Meaning::NotStated);
    }
    match (MEANINGS.get(&key(text))?, place) {
        (Meaning::Absent, Place::Prose) => None,
        (Meaning::Absent, Place::Value) => Some(Meaning::NotStated),
        (meaning, _) => Some(*meaning),
    }
}

/// Whether nothing can be called this.
pub fn is_no_name(text: &str) -> bool {
    meaning(text, Place::Name).is_some()
}

/// A text as placeholders are compared: on one line, in small letters, without points at its end.
fn key(text: &str) -> String {
    text::one_line(text).to_lowercase().replace('\u{2019}', "'").trim_end_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::codes::VOCABULARIES;

    #[track_caller]
    fn check(text: &str, place: Place, expected: Option<Meaning>) {
        assert_eq!(meaning(text, place), expected, "{text:?} {place:?}");
    }

    #[test]
    fn a_placeholder_is_known_however_it_is_written() {
        for text in
            ["[blank]", " [BLANK] ", "TBD", "tbc.", "To be\n confirmed", "-", "--", ".", "?", "…", "xx", "[]"]
        {
            check(text, Place::Prose, Some(Meaning::NotStated));
        }
        for text in ["n/a", "N/A.", "NA", "N.v.t.", "nvt", "Sans objet", "Ddim yn berthnasol"] {
            check(text, Place::Prose, Some(Meaning::NotApplicable));
        }
        for text in ["Unknown", "onbekend", "Don\u{2019}t know", "nog niet bekend"] {
            check(text, Place::Name, Some(Meaning::Unknown));
        }
        for text in
            ["", "  ", "Nobody knows", "n/a to adults, but children are asked", "C++", "X", "No", "Nee"]
        {
            check(text, Place::Prose, None);
        }
    }

    #[test]
    fn none_is_an_answer_in_prose_only() {
        for text in ["None", "none.", "geen", "Aucune", "nil"] {
            check(text, Place::Prose, None);
            check(text, Place::Name, Some(Meaning::Absent));
            check(text, Place::Value, Some(Meaning::NotStated));
        }
    }

    #[test]
    fn every_placeholder_is_listed_once_and_found() {
        let mut seen = BTreeSet::new();
        for group in list().placeholder {
            for text in group.texts {
                assert!(text.len() <= LONGEST, "{text}");
                assert!(seen.insert(key(&text)), "{text} is listed twice");
                check(&text, Place::Name, Some(group.means));
            }
        }
    }

    #[test]
    fn codes_that_read_like_placeholders_are_known() {
        // Readers that look into things must not take these codes for placeholders.
        let alike = VOCABULARIES.iter().flat_map(|list| {
            let codes = list.entries.iter().map(|entry| entry.code);
            codes.filter(|code| is_no_name(code)).map(|code| (list.name, code))
        });
        let known = [
            ("decision_effect", "none"),
            ("statement_kind", "unknown"),
            ("estimate_basis", "unknown"),
            // These are in no record.
            ("answer_state", "unknown"),
            ("resolved_by", "nothing"),
        ];
        for (list, code) in alike {
            assert!(known.contains(&(list, code)), "{list} has {code}");
        }
    }
}
