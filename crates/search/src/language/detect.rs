//! Which language a text is in: what its record says, unless its own words say otherwise.

use std::collections::HashMap;
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

/// How much of a text is looked at for words of its language, in bytes.
const BEGINNING: usize = 240;
/// How many words of other languages there raise a doubt. One may be a name's.
const DOUBT: usize = 2;

/// Frequent words that only one of the languages has.
const WORDS: &[(Language, &str)] = &[
    (
        Language::English,
        "the and with this that are from which for by be will has have it its to is as their",
    ),
    (Language::Dutch, "het een van voor wordt worden niet door deze dit zijn bij naar ook aan om uit wij er"),
    (Language::French, "les des une est pour dans qui sur avec cette aux du sont et leur ces au pas"),
    (Language::German, "der und das ist nicht mit für von dem auf ein eine zu zur zum werden wird oder bei"),
    (Language::Spanish, "los las el por para como más su sus y esta este según entre sobre cuando"),
    (Language::Italian, "il di che gli della delle per sono è nel dei alla dal degli questo questa più"),
    (Language::Welsh, "yn yr mae gan wedi bydd gyda eu neu ei fod hyn sydd gael wrth ydy yw"),
];

static OF_WORD: LazyLock<HashMap<&str, Option<Language>>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for (language, words) in WORDS {
        for word in words.split(' ') {
            // What two languages have tells nothing.
            all.entry(word).and_modify(|of| *of = None).or_insert(Some(*language));
        }
    }
    all
});

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
        let found = telling.and_then(|text| detect(text, stated));
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
            let likely = Some(before.unwrap_or(self.main));
            let language = if paragraph.len() < SHORTEST { None } else { detect(paragraph, likely) };
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

/// Whether the frequent words at the beginning of a text raise no doubt that it is in a language. Nearly every text
/// passes, which spares the detector: it took about a third of the processor's time of a page of snippets.
fn is_beyond_doubt(language: Language, text: &str) -> bool {
    let beginning = &text[..text.floor_char_boundary(BEGINNING)];
    let words = beginning.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
    let of = words.filter_map(|word| OF_WORD.get(word.to_lowercase().as_str()).copied().flatten());
    of.filter(|of| *of != language).count() < DOUBT
}

/// The language of a text, if its words leave no doubt. The likely one is believed unless they raise one.
fn detect(text: &str, likely: Option<Language>) -> Option<Language> {
    if let Some(likely) = likely.filter(|likely| is_beyond_doubt(*likely, text)) {
        return Some(likely);
    }
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
    fn the_frequent_words_of_another_language_raise_a_doubt() {
        for (language, text) in
            [(Language::English, ENGLISH), (Language::French, FRENCH), (Language::Dutch, DUTCH)]
        {
            for other in Language::ALL {
                assert_eq!(is_beyond_doubt(other, text), other == language, "{text} as {other:?}");
            }
            assert_eq!(detect(text, None), Some(language), "the detector agrees");
        }
        assert!(is_beyond_doubt(
            Language::English,
            "Facial recognition at the Gare de Lyon, on body worn video"
        ));
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
