//! Names of bodies and products: when two spellings are the same name, and when a name names nobody.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::codes::WithheldGround;
use crate::placeholder;
use crate::text::fold;

/// Legal forms, which do not distinguish companies when they end a name.
const LEGAL_FORMS: &[&str] = &[
    "ltd",
    "limited",
    "plc",
    "llp",
    "llc",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "bv",
    "nv",
    "ag",
    "sa",
    "sas",
    "srl",
    "cic",
    "cio",
    "lp",
    "pbc",
];

/// Signs that are part of a name: `C#` and `C++` are two names, `Smith-Jones` and `Smith Jones` are one.
const SIGNS: &[char] = &['+', '#', '*', '@', '%', '=', '<', '>'];

/// The key that two spellings of an organisation's name share: without case, accents and punctuation, without `the`
/// before it and legal forms after it, with `&` as `and`, words sorted. Names that differ in letters, digits or
/// signs have different keys. Empty if the name has neither letters nor digits: then it names nobody.
pub fn name_key(name: &str) -> String {
    let words = words(name);
    let mut words: Vec<&str> = words.split(' ').collect();
    if words.len() > 1 && words[0] == "the" {
        words.remove(0);
    }
    while words.len() > 1 && words.last().is_some_and(|last| LEGAL_FORMS.contains(last)) {
        words.pop();
    }
    words.sort_unstable();
    words.join(" ")
}

/// The key that two spellings of a product's name share: as [`name_key`], but a product has no legal form, and the
/// order of its words counts.
pub fn product_key(name: &str) -> String {
    words(name)
}

/// The visual skeleton of a name: names with the same skeleton look alike, whatever letters they use (UTS #39).
pub fn skeleton(name: &str) -> String {
    words(&unicode_security::skeleton(name).collect::<String>())
}

/// How names were compared until 28 November 2026: stored keys of processes are made of it.
pub fn former_name_key(name: &str) -> String {
    let folded = fold(&name.replace('&', " and "));
    let is_form = |word: &&str| *word == "the" || LEGAL_FORMS.contains(word);
    let mut words: Vec<&str> = folded.split(' ').filter(|word| !is_form(word)).collect();
    if words.is_empty() {
        words = folded.split(' ').collect();
    }
    words.sort_unstable();
    words.join(" ")
}

/// Words of a name, joined by single spaces.
fn words(name: &str) -> String {
    if !name.chars().any(char::is_alphanumeric) {
        return String::new();
    }
    let mut words = String::with_capacity(name.len());
    let letters: Vec<char> =
        name.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect();
    for (place, &letter) in letters.iter().enumerate() {
        let digit_at =
            |place: Option<usize>| place.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit);
        match letter {
            letter if letter.is_alphanumeric() || SIGNS.contains(&letter) => words.push(letter),
            // The point of 1.1, not of Ltd.
            '.' if digit_at(place.checked_sub(1)) && digit_at(Some(place + 1)) => words.push('.'),
            '.' | '\'' | '\u{2019}' => {}
            '&' => words.push_str(" and "),
            _ => words.push(' '),
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Texts in place of a name that say it is withheld, folded; a name that begins with one and goes on with `supplier`,
/// `section` or the like says so too.
const WITHHELD: &[&str] = &[
    "withheld",
    "redacted",
    "confidential",
    "not disclosable",
    "not disclosed",
    "undisclosed",
    "not published",
    "name withheld",
    "name redacted",
    "supplier withheld",
    "supplier redacted",
    "details withheld",
    "supplier name withheld",
    "supplier name redacted",
    "not for publication",
    "commercially confidential",
    "commercial in confidence",
    "geheim",
    "vertrouwelijk",
    "niet openbaar",
    "confidentiel",
];

/// Words that may follow, in any number and order, without making it a name.
const ABOUT_WITHHOLDING: &[&str] = &[
    "supplier",
    "suppliers",
    "name",
    "names",
    "details",
    "information",
    "under",
    "section",
    "article",
    "art",
    "of",
    "the",
    "act",
    "foia",
    "foi",
    "procurement",
    "exemption",
    "exempt",
    "national",
    "security",
    "for",
    "reasons",
    "commercial",
    "commercially",
    "sensitive",
    "due",
    "to",
    "by",
    "in",
    "line",
    "with",
    "as",
    "per",
    "and",
    "or",
    "company",
    "contractor",
    "vendor",
    "party",
    "confidentiality",
    "confidential",
    "pursuant",
    "on",
    "grounds",
    "data",
    "personal",
    "withheld",
    "redacted",
    "2000",
    "2023",
    "2015",
];

/// Whether a text in place of a name says that the name is withheld, and on which ground as far as it can be told.
/// `None` if it is a name, or another way of naming nobody.
pub fn withheld_name(text: &str) -> Option<WithheldGround> {
    let folded = fold(text);
    let rest = WITHHELD.iter().filter_map(|said| {
        let rest = folded.strip_prefix(said)?;
        (rest.is_empty() || rest.starts_with(' ')).then_some(rest)
    });
    // The longest beginning leaves the least.
    let rest = rest.min_by_key(|rest| rest.len())?;
    let is_about = |word: &str| {
        ABOUT_WITHHOLDING.contains(&word)
            || word.strip_prefix('s').unwrap_or(word).bytes().all(|byte| byte.is_ascii_digit())
            || word
                .strip_prefix("section")
                .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    rest.split(' ').all(|word| word.is_empty() || is_about(word)).then(|| ground(&folded))
}

/// Whether a text in place of a name names nobody: it has neither letters nor digits, is a placeholder, or says that
/// the name is withheld.
pub fn names_nobody(text: &str) -> bool {
    name_key(text).is_empty() || placeholder::is_no_name(text) || withheld_name(text).is_some()
}

/// The ground that a text gives for withholding, folded.
fn ground(folded: &str) -> WithheldGround {
    let freedom_of_information = folded.contains("foi");
    let section = folded
        .split(' ')
        .map(|word| word.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()))
        .find_map(|number| number.parse::<u32>().ok().filter(|number| *number < 1000));
    match section {
        // Procurement Act 2023, section 94: what need not be published.
        Some(94) if !freedom_of_information => WithheldGround::ProcurementConfidential,
        Some(23) => WithheldGround::Foia23,
        Some(24) => WithheldGround::Foia24,
        Some(30) => WithheldGround::Foia30,
        Some(31) => WithheldGround::Foia31,
        Some(38) => WithheldGround::Foia38,
        Some(40) => WithheldGround::Foia40,
        Some(41) => WithheldGround::Foia41,
        Some(43) => WithheldGround::Foia43,
        _ if folded.contains("national security") => WithheldGround::Foia24,
        _ if folded.contains("personal") => WithheldGround::Foia40,
        _ if folded.contains("commercial") => WithheldGround::Foia43,
        _ => WithheldGround::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_form_only_share_a_key() {
        #[track_caller]
        fn same(left: &str, right: &str) {
            assert_eq!(name_key(left), name_key(right));
        }
        same("Microsoft Corporation", "MICROSOFT");
        same("The Surrey & Sussex Trust Ltd.", "Surrey and Sussex Trust");
        same("Ynys Môn", "ynys mon");
        same("Brickyard B.V.", "brickyard bv");
        same("Smith-Jones Co., Ltd", "SMITH JONES");
        same("O'Neil", "O’Neil");
        same("ＡＢＣ", "abc");
    }

    #[test]
    fn names_that_differ_in_letters_digits_or_signs_do_not() {
        #[track_caller]
        fn apart(left: &str, right: &str) {
            assert_ne!(name_key(left), name_key(right));
        }
        apart("Surrey Police", "Sussex Police");
        apart("C#", "C++");
        apart("C#", "C");
        apart("Tool 1.1", "Tool 11");
        apart("A*", "A");
        apart("Tromsø", "Tromso");
        apart("Московский", "Moskovskii");
        apart("東京", "京都");
        // A legal form is one only at the end.
        apart("SA Water", "Water");
        apart("Co Durham Council", "Durham Council");
        apart("Council for the Arts", "Council for Arts");
    }

    #[test]
    fn a_name_of_legal_forms_keeps_one_and_a_name_of_signs_has_no_key() {
        assert_eq!(name_key("The Company Ltd"), "company");
        assert_eq!(name_key("Ltd"), "ltd");
        for nobody in ["", "—", "???", " . ", "###", "-"] {
            assert_eq!(name_key(nobody), "", "{nobody:?}");
            assert_eq!(product_key(nobody), "", "{nobody:?}");
        }
    }

    #[test]
    fn what_is_one_name_now_was_one_name_before() {
        // Otherwise a stored key could be taken by two.
        let names =
            ["Microsoft", "MICROSOFT Corp", "Smith & Co", "Smith and Co Ltd", "É S", "e s", "A B", "b a"];
        for left in names {
            for right in names {
                if name_key(left) == name_key(right) {
                    assert_eq!(former_name_key(left), former_name_key(right), "{left} {right}");
                }
            }
        }
    }

    #[test]
    fn a_withheld_name_is_no_name() {
        use WithheldGround::{Foia24, Foia43, Other, ProcurementConfidential};
        for (text, ground) in [
            ("Withheld Section94 supplier", Some(ProcurementConfidential)),
            ("WITHHELD", Some(Other)),
            ("Withheld under section 43 of the FOIA", Some(Foia43)),
            ("Supplier name redacted", Some(Other)),
            ("Not disclosable", Some(Other)),
            ("Redacted for reasons of national security", Some(Foia24)),
            ("Commercial in confidence", Some(Foia43)),
            ("Redacted Films Ltd", None),
            ("Withheld Street Garage", None),
            ("Confidential Waste Services", None),
            ("Confidentials", None),
            ("Lumen Optics", None),
        ] {
            assert_eq!(withheld_name(text), ground, "{text}");
        }
    }
}
