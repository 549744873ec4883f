//! Which language a text is in: what its record says, unless its own words say otherwise.

use std::sync::LazyLock;

use serde_json::{Map, Value};
use whatlang::{Detector, Lang};

use super::which::Language;

/// Where public bodies write in two languages, so that each text is looked at: beginnings of jurisdictions.
const OF_TWO_LANGUAGES: &[&str] = &["CA", "GB-WLS", "BE", "CH"];
/// Fields whose texts are long enough to say which language a record is written in, the first that is there.
const TELLING: &[&str] =
    &["description", "detailed_description", "summary", "public_purpose", "problem_statement"];
/// Shortest text whose language is looked for, in bytes. In shorter ones names decide.
const SHORTEST: usize = 80;
/// How much of a text is looked at, in bytes; more costs time and changes nothing.
const ENOUGH: usize = 400;

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
    Detector::with_allowlist(vec![
        Lang::Eng,
        Lang::Nld,
        Lang::Fra,
        Lang::Deu,
        Lang::Spa,
        Lang::Ita,
        Lang::Cym,
    ])
});

/// The languages of one record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Languages {
    /// What most of it is written in.
    main: Language,
    /// Whether its texts may be in different languages.
    mixed: bool,
}

impl Languages {
    /// The languages of a stored record. Its longest text decides where the record says none that is known, or
    /// another.
    pub(crate) fn of(record: &Map<String, Value>) -> Self {
        let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
        let jurisdiction = text("jurisdiction");
        let stated = Language::of_tag(text("lang"));
        let telling = TELLING.iter().map(|name| text(name)).find(|text| text.len() >= SHORTEST);
        let found = telling.and_then(detect);
        Self {
            main: found.or(stated).unwrap_or_else(|| of_country(jurisdiction)),
            mixed: stated.is_none()
                || found.is_some_and(|found| Some(found) != stated)
                || OF_TWO_LANGUAGES.iter().any(|place| jurisdiction.starts_with(place)),
        }
    }

    /// The language of a translation: the one it states. If that is one whose words are not reduced to stems, such as
    /// Frisian, it is read like the texts beside it; to guess would find another language.
    pub(crate) fn of_translation(self, translation: &Map<String, Value>) -> Self {
        let text = |name: &str| translation.get(name).and_then(Value::as_str).unwrap_or_default();
        match Language::of_tag(text("lang")) {
            Some(stated) => Self { main: stated, mixed: false },
            None => Self { mixed: false, ..self },
        }
    }

    /// A text with marks that say in which language its paragraphs are.
    pub(crate) fn mark(self, text: &str) -> String {
        if !self.mixed || text.len() < SHORTEST {
            return marked(self.main, text);
        }
        let mut all = String::with_capacity(text.len() + 8);
        let mut before = None;
        for paragraph in text.split_inclusive('\n') {
            let language = if paragraph.len() < SHORTEST { None } else { detect(paragraph) };
            let language = language.or(before).unwrap_or(self.main);
            if before != Some(language) {
                all.push(language.mark());
                before = Some(language);
            }
            all.push_str(paragraph);
        }
        all
    }
}

/// A text with a mark that says in which language it is.
pub(crate) fn marked(language: Language, text: &str) -> String {
    let mut all = String::with_capacity(text.len() + 3);
    all.push(language.mark());
    all.push_str(text);
    all
}

/// The language that records of a country are written in if they do not say.
fn of_country(jurisdiction: &str) -> Language {
    match jurisdiction.split('-').next().unwrap_or_default() {
        "NL" => Language::Dutch,
        "FR" => Language::French,
        "DE" | "AT" => Language::German,
        "ES" => Language::Spanish,
        "IT" => Language::Italian,
        _ => Language::English,
    }
}

/// The language of a text, if its words leave no doubt.
fn detect(text: &str) -> Option<Language> {
    let info = DETECTOR.detect(&text[..text.floor_char_boundary(ENOUGH)])?;
    if !info.is_reliable() {
        return None;
    }
    match info.lang() {
        Lang::Eng => Some(Language::English),
        Lang::Nld => Some(Language::Dutch),
        Lang::Fra => Some(Language::French),
        Lang::Deu => Some(Language::German),
        Lang::Spa => Some(Language::Spanish),
        Lang::Ita => Some(Language::Italian),
        Lang::Cym => Some(Language::Welsh),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ENGLISH: &str = "The council uses this tool to decide which applications need to be looked at by a person \
        before a decision is made, and it keeps a record of what that person decided and why.";
    const FRENCH: &str = "Cet outil aide les agents du ministère à choisir les demandes qui doivent être examinées \
        par une personne avant que la décision ne soit prise et communiquée au demandeur.";
    const DUTCH: &str = "De gemeente gebruikt dit hulpmiddel om te bepalen welke aanvragen door een medewerker moeten \
        worden bekeken voordat er een besluit wordt genomen over de uitkering van de inwoner.";

    fn languages(lang: &str, jurisdiction: &str, description: &str) -> Languages {
        let record = json!({ "lang": lang, "jurisdiction": jurisdiction, "description": description });
        Languages::of(record.as_object().unwrap())
    }

    #[test]
    fn a_text_is_in_the_language_its_record_says() {
        let names =
            |record: Languages, text: &str| record.mark(text).chars().next().and_then(Language::marked);
        assert_eq!(names(languages("nl", "NL", DUTCH), "Kinderopvang"), Some(Language::Dutch));
        assert_eq!(names(languages("nl-BE", "BE", ""), "Kinderopvang"), Some(Language::Dutch));
        assert_eq!(names(languages("en", "GB", ENGLISH), "Childcare"), Some(Language::English));
        assert_eq!(names(languages("und", "FR", ""), "Crèche"), Some(Language::French), "its country");
        assert_eq!(names(languages("pl", "PL", ""), "Żłobek"), Some(Language::English), "there is no other");
    }

    #[test]
    fn what_a_text_is_written_in_counts_more_than_what_the_record_says() {
        let record = languages("nl", "NL", ENGLISH);
        assert_eq!(record.main, Language::English);
        assert_eq!(record.mark(DUTCH), marked(Language::Dutch, DUTCH));
    }

    #[test]
    fn a_record_of_two_languages_has_both() {
        let record = languages("en", "CA", ENGLISH);
        let both = format!("{ENGLISH}\n\n{FRENCH}");
        let marked = record.mark(&both);
        let at = marked.find(Language::French.mark()).expect("the French half is marked");
        assert!(marked[at..].contains("Cet outil") && !marked[..at].contains("Cet outil"));
        assert_eq!(super::super::which::unmarked(&marked), both);
    }
}
