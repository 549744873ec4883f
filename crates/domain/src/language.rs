//! Language tags (BCP 47).

use oxilangtag::LanguageTag;

/// Languages in which public registers write, by the codes of three letters (ISO 639-2 and 639-3) that files use where
/// BCP 47 has one of two.
const SHORTER: &[(&str, &str)] = &[
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("cym", "cy"),
    ("cze", "cs"),
    ("dan", "da"),
    ("deu", "de"),
    ("dut", "nl"),
    ("ell", "el"),
    ("eng", "en"),
    ("est", "et"),
    ("eus", "eu"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("fry", "fy"),
    ("ger", "de"),
    ("gla", "gd"),
    ("gle", "ga"),
    ("glg", "gl"),
    ("gre", "el"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("iku", "iu"),
    ("isl", "is"),
    ("ita", "it"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("ltz", "lb"),
    ("mlt", "mt"),
    ("nld", "nl"),
    ("nor", "no"),
    ("pol", "pl"),
    ("por", "pt"),
    ("roh", "rm"),
    ("ron", "ro"),
    ("rum", "ro"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("spa", "es"),
    ("swe", "sv"),
    ("ukr", "uk"),
    ("wel", "cy"),
];

/// Whether a text is a language tag. No language has a code of more than three letters, though the grammar allows it:
/// `English` is none.
pub fn is_tag(text: &str) -> bool {
    LanguageTag::parse(text).is_ok_and(|tag| tag.primary_language().len() <= 3)
}

/// A tag in its usual capitals: `fr-CA` of `FR-ca`. `None` if it is none.
pub fn normalised(text: &str) -> Option<String> {
    LanguageTag::parse_and_normalize(text.trim()).ok().map(LanguageTag::into_inner)
}

/// The tag with a code of two letters for the same language: `fr-CA` of `fre-CA`. `None` if there is no need for it.
pub fn shortened(tag: &str) -> Option<String> {
    let first = tag.split('-').next().unwrap_or_default();
    let (_, short) = SHORTER.iter().find(|(long, _)| long.eq_ignore_ascii_case(first))?;
    Some(format!("{short}{}", tag.get(first.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_of_a_language() {
        for tag in ["en", "cy", "nl-BE", "zh-Hant", "gsw", "EN-gb"] {
            assert!(is_tag(tag), "{tag}");
        }
        for text in ["", "English", "e n", "nl_BE", "n", "Dutch"] {
            assert!(!is_tag(text), "{text}");
        }
        assert_eq!(normalised(" EN-gb "), Some("en-GB".to_owned()));
        assert_eq!(normalised("not a tag"), None);
    }

    #[test]
    fn a_language_has_its_shortest_code() {
        for (tag, short) in [("ENG", "en"), ("FRY", "fy"), ("fre-CA", "fr-CA"), ("nld", "nl")] {
            assert_eq!(shortened(tag).as_deref(), Some(short));
        }
        assert_eq!(shortened("gsw"), None);
        assert!(SHORTER.is_sorted() && SHORTER.iter().all(|(long, short)| is_tag(long) && short.len() == 2));
    }
}
