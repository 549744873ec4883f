//! Whether a mailbox belongs to a role or a person, judged by its address.
//!
//! Nothing tells for sure. A word for a role means a role; a given name or initials mean a person; people
//! judge the rest. A publisher's own statement is not refused because it is unclear.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::text;

const GIVEN_NAMES: &str = include_str!("../data/given_names.txt");

/// Whose a mailbox seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A role's, such as `info@` or `foi.team@`.
    Role,
    /// A person's, such as `jane.smith@` or `j.smith@`.
    Person,
    /// The address does not tell, such as `clean.air@`.
    Unclear,
}

/// Judges a mailbox by the part before its `@`.
pub fn holder(email: &str) -> Holder {
    if text::is_role_mailbox(email) {
        return Holder::Role;
    }
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    let words: Vec<&str> =
        local.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let initial = words.len() > 1 && words.iter().any(|word| word.chars().count() == 1);
    if initial || words.iter().any(|word| is_given_name(word)) { Holder::Person } else { Holder::Unclear }
}

fn is_given_name(word: &str) -> bool {
    static NAMES: LazyLock<HashSet<&str>> =
        LazyLock::new(|| GIVEN_NAMES.lines().filter(|line| !line.starts_with('#')).collect());
    NAMES.contains(text::fold(word).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_a_persons_when_it_holds_a_name_or_initials() {
        #[track_caller]
        fn check(local: &str, expected: Holder) {
            assert_eq!(holder(&format!("{local}@council.example")), expected, "{local}");
        }
        for local in ["info", "foi.team", "algorithms", "council.tax"] {
            check(local, Holder::Role);
        }
        for local in [
            "jane.smith",
            "j.smith",
            "Jane_Smith2",
            "smith-j",
            "siân.pugh",
            "m.de.vries",
            "piotr.nowak",
            "mary",
        ] {
            check(local, Holder::Person);
        }
        for local in [
            "admissions",
            "anpr",
            "budd-daliadau",
            "business.rates",
            "clean.air",
            "crime.screening",
            "egates",
            "exam-fairness",
            "grant.funding",
            "lfr",
            "milton.streets",
            "road.safety",
            "school.transport",
            "tree.surveys",
            "waiting.lists",
        ] {
            check(local, Holder::Unclear);
        }
    }

    #[test]
    fn the_names_are_in_the_form_in_which_they_are_looked_up() {
        for name in GIVEN_NAMES.lines().filter(|line| !line.starts_with('#')) {
            assert_eq!(text::fold(name), name);
            assert!(is_given_name(name) && name.len() > 2, "{name}");
        }
    }
}
