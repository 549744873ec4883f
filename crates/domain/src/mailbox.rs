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
    if is_role_mailbox(email) {
        return Holder::Role;
    }
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    let words: Vec<&str> = words(&local).collect();
    let initial = words.len() > 1 && words.iter().any(|word| word.chars().count() == 1);
    if initial || words.iter().any(|word| is_given_name(word)) { Holder::Person } else { Holder::Unclear }
}

/// Words that mean a role only by themselves: inside a longer word they are in people's names, as `ict` is in
/// Victor, `city` in Felicity, `woo` in Woods and `mail` in Ismail.
const ROLE_WORDS: &[&str] = &[
    "admin", "ai", "atrs", "avg", "caio", "cdao", "cdo", "cio", "city", "dpo", "fg", "foi", "foia", "hello",
    "help", "ict", "info", "iv", "klant", "legal", "mail", "ocio", "post", "press", "smart", "team", "woo",
];

/// Parts of words that mean a role wherever they are, and are in nobody's name.
const ROLE_PARTS: &[&str] = &[
    "access",
    "algorit",
    "analytic",
    "assurance",
    "bureau",
    "communicat",
    "complain",
    "contact",
    "contract",
    "council",
    "digital",
    "enquir",
    "ethics",
    "feedback",
    "gemeente",
    "governance",
    "helpdesk",
    "inclusion",
    "innovation",
    "klanten",
    "loket",
    "mailbox",
    "office",
    "openbaar",
    "policy",
    "postbus",
    "privacy",
    "procure",
    "public",
    "question",
    "records",
    "redactie",
    "register",
    "registr",
    "safeguard",
    "secretaria",
    "service",
    "support",
    "technology",
    "tender",
    "transparen",
    "vragen",
    "webmaster",
];

/// Whether a mailbox belongs to a role rather than a person: `info@`, `algoritmeregister@`, `foi.team@`.
pub fn is_role_mailbox(email: &str) -> bool {
    let email = email.to_lowercase();
    let Some((local, domain)) = email.split_once('@') else { return false };
    domain.contains('.') && words(local).any(is_role)
}

fn is_role(word: &str) -> bool {
    let is_compound = ["info", "data", "team"].iter().any(|part| {
        // `infopunt`, `dataprotection`, `foiteam`; too long to be a name that merely begins like one.
        word == *part || (word.len() > 5 && (word.starts_with(part) || word.ends_with(part)))
    });
    is_compound || ROLE_WORDS.contains(&word) || ROLE_PARTS.iter().any(|part| word.contains(part))
}

fn words(local: &str) -> impl Iterator<Item = &str> {
    local.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty())
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
        for local in [
            "info",
            "foi.team",
            "algorithms",
            "council.tax",
            "algoritmeregister",
            "infopunt",
            "dataprotection",
            "foiteam2",
        ] {
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
            "victor.smith",
            "ismail",
            "benedict",
            "ronald.mcdonald",
            "jane.woods",
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
