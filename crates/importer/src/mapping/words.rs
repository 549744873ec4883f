//! Yes and no in English, Dutch, French, German, Spanish, Italian, Polish and Welsh.

use super::form::comparable;

/// Words for yes, folded.
const YES: &[&str] = &[
    "yes",
    "y",
    "true",
    "1",
    "ja",
    "j",
    "waar",
    "oui",
    "vrai",
    "wahr",
    "si",
    "verdadero",
    "vero",
    "tak",
    "prawda",
    "ie",
    "oes",
    "ydy",
    "ydi",
    "do",
    "gwir",
];
/// Words for no, folded.
const NO: &[&str] = &[
    "no", "n", "false", "0", "nee", "onwaar", "non", "faux", "nein", "falsch", "falso", "nie", "falsz",
    "nage", "nac oes", "nac ydy", "nac ydi", "naddo", "anwir",
];
/// Words that are yes or no in one language only, and something else elsewhere.
const ONLY_IN: &[(&str, &str, bool)] =
    &[("cy", "na", false), ("fr", "o", true), ("es", "s", true), ("it", "s", true), ("pl", "t", true)];

/// Whether a text says yes or no; `None` if it says neither. `lang` is the language of the source, BCP 47: in Welsh
/// `na` means no, elsewhere it stands for "not applicable".
pub(super) fn yes_or_no(text: &str, lang: &str) -> Option<bool> {
    let word = comparable(text);
    let lang = lang.split('-').next().unwrap_or_default();
    let here = ONLY_IN.iter().find(|(of, known, _)| *of == lang && *known == word);
    match here {
        Some((_, _, yes)) => Some(*yes),
        None if YES.contains(&word.as_str()) => Some(true),
        None if NO.contains(&word.as_str()) => Some(false),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_known_in_eight_languages() {
        for text in [
            "Yes", "YES.", "a) Yes", "Ja", "Oui", "Sí", "sì", "Tak", "Ie", "Oes", "true", "Waar", "Wahr", "1",
        ] {
            assert_eq!(yes_or_no(text, "en"), Some(true), "{text}");
        }
        for text in
            ["No", "n", "Nee", "Nein", "Non", "Nie", "Nage", "Nac oes", "Naddo", "FALSE", "Fałsz", "0"]
        {
            assert_eq!(yes_or_no(text, "en"), Some(false), "{text}");
        }
        for text in ["", "maybe", "Yes, in part", "s", "o", "2", "yesno", "N/A"] {
            assert_eq!(yes_or_no(text, "en"), None, "{text}");
        }
        assert_eq!((yes_or_no("Na", "cy"), yes_or_no("Na", "en")), (Some(false), None));
        assert_eq!((yes_or_no("O", "fr-CA"), yes_or_no("T", "pl")), (Some(true), Some(true)));
    }
}
