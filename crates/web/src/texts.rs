//! In which language the texts of a record are shown: the one the reader asks for, else the page's, else the record's
//! own (decision 40). What a translation lacks stands in the record's own language; every text says which it is in.

use domain::fields::Field;
use domain::record::{Translation, translations_of};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::language::spoken;

/// Languages with their own names. Others are shown by their tags.
const NAMES: &[(&str, &str)] = &[
    ("ca", "català"),
    ("cy", "Cymraeg"),
    ("da", "dansk"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "español"),
    ("fi", "suomi"),
    ("fr", "français"),
    ("fy", "Frysk"),
    ("ga", "Gaeilge"),
    ("gd", "Gàidhlig"),
    ("it", "italiano"),
    ("lb", "Lëtzebuergesch"),
    ("nb", "norsk bokmål"),
    ("nl", "Nederlands"),
    ("nn", "norsk nynorsk"),
    ("no", "norsk"),
    ("pl", "polski"),
    ("pt", "português"),
    ("rm", "rumantsch"),
    ("sv", "svenska"),
];

fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

/// Whether two tags are of one language, wherever it is spoken.
fn is_akin(tag: &str, other: &str) -> bool {
    primary(tag).eq_ignore_ascii_case(primary(other))
}

/// A language's own name, with its region or script if the tag has one: `français (CA)`.
pub(crate) fn language_name(tag: &str) -> String {
    let known = NAMES.iter().find(|(code, _)| code.eq_ignore_ascii_case(primary(tag)));
    match (known, tag.split_once('-')) {
        (None, _) => tag.to_owned(),
        (Some((_, name)), None) => (*name).to_owned(),
        (Some((_, name)), Some((_, rest))) => format!("{name} ({rest})"),
    }
}

/// A text with its language, BCP 47.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) lang: String,
    pub(crate) text: String,
}

/// A language in which texts can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tongue {
    pub(crate) tag: String,
    pub(crate) name: String,
}

impl Tongue {
    fn of(tag: &str) -> Self {
        Self { tag: tag.to_owned(), name: language_name(tag) }
    }
}

/// The translation to show; `None` for the record's own texts. The very tag wins over another of the same language,
/// and the record's own texts over a translation.
fn best<'t>(wanted: &str, own: &str, translations: &'t [Translation]) -> Option<&'t Translation> {
    let is_same = |tag: &str| tag.eq_ignore_ascii_case(wanted);
    let is_akin = |tag: &str| is_akin(tag, wanted);
    let find = |fits: &dyn Fn(&str) -> bool| translations.iter().find(|one| fits(&one.lang));
    if is_same(own) {
        return None;
    }
    find(&is_same).or_else(|| if is_akin(own) { None } else { find(&is_akin) })
}

/// The texts of one record, and the language chosen among those it has.
#[derive(Debug, Clone)]
pub(crate) struct Texts {
    own: String,
    translations: Vec<Translation>,
    chosen: Option<Translation>,
}

impl Texts {
    /// Chooses: the language `asked` for by the reader, if the record has it, or else that of the page.
    pub(crate) fn choose(own: &str, translations: Vec<Translation>, asked: Option<&str>) -> Self {
        let tags = || translations.iter().map(|one| one.lang.as_str()).chain([own]);
        let asked = asked.filter(|wanted| tags().any(|tag| is_akin(tag, wanted)));
        let chosen = best(asked.unwrap_or(spoken().tag()), own, &translations).cloned();
        Self { own: own.to_owned(), translations, chosen }
    }

    /// Of a record given as its members.
    pub(crate) fn of(record: &Map<String, Value>, asked: Option<&str>) -> Self {
        let own = record.get("lang").and_then(Value::as_str).unwrap_or("en");
        Self::choose(own, translations_of(record), asked)
    }

    /// The language the record's own texts are in.
    pub(crate) fn own(&self) -> &str {
        &self.own
    }

    /// The language chosen, if it is not the record's own, and the text it has of a field.
    pub(crate) fn translated(&self, field: &str) -> Option<Text> {
        let chosen = self.chosen.as_ref()?;
        chosen.get(field).map(|text| Text { lang: chosen.lang.clone(), text: text.to_owned() })
    }

    /// The text of a field in the language chosen, else the record's own.
    pub(crate) fn text_or(&self, field: &str, own: &str) -> Text {
        self.translated(field).unwrap_or_else(|| Text { lang: self.own.clone(), text: own.to_owned() })
    }

    /// The text of a field in the language chosen, else the record's own (`known`), else in any language it has.
    pub(crate) fn text(&self, field: &str, known: Option<&str>) -> Option<Text> {
        let known = known.map(|text| self.text_or(field, text));
        let any = || {
            let other =
                |one: &Translation| Some(Text { lang: one.lang.clone(), text: one.get(field)?.to_owned() });
            self.translations.iter().find_map(other)
        };
        known.or_else(|| self.translated(field)).or_else(any)
    }

    /// The other languages in which it can be read, its own first.
    pub(crate) fn elsewhere(&self) -> Vec<Tongue> {
        let own = self.chosen.as_ref().map(|_| self.own.as_str());
        let shown = self.chosen.as_ref().map(|one| one.lang.as_str());
        let others = self.translations.iter().map(|one| one.lang.as_str());
        own.into_iter().chain(others.filter(|tag| Some(*tag) != shown)).map(Tongue::of).collect()
    }
}

/// Each text of the field `translations`, with the field it translates.
pub(crate) fn translated_texts(value: &Value) -> Vec<(&'static Field, Text)> {
    let items = value.as_array().into_iter().flatten();
    let translations: Vec<Translation> =
        items.filter_map(|item| Translation::deserialize(item).ok()).collect();
    let texts = translations.iter().flat_map(|one| {
        one.texts().map(|(field, text)| (field, Text { lang: one.lang.clone(), text: text.to_owned() }))
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record() -> Map<String, Value> {
        let record = json!({
            "lang": "nl", "title": "Lezer", "summary": "Leest.", "summary_cy": "Darllen.",
            "translations": [
                { "lang": "en", "title": "Reader", "summary": "Reads." },
                { "lang": "fr-BE", "title": "Lecteur" },
            ],
        });
        record.as_object().unwrap().clone()
    }

    #[track_caller]
    fn check(asked: Option<&str>, title: (&str, &str), summary: (&str, &str), elsewhere: &[&str]) {
        let record = record();
        let texts = Texts::of(&record, asked);
        let shown = |field: &str| texts.text(field, record[field].as_str()).unwrap();
        let text = |(lang, text): (&str, &str)| Text { lang: lang.to_owned(), text: text.to_owned() };
        assert_eq!((shown("title"), shown("summary")), (text(title), text(summary)), "{asked:?}");
        let tags: Vec<String> = texts.elsewhere().into_iter().map(|one| one.tag).collect();
        assert_eq!(tags, elsewhere, "{asked:?}");
    }

    #[test]
    fn texts_are_shown_in_the_language_asked_for_and_fall_back_one_by_one() {
        // Tests are outside a request, which is as good as on an English page.
        check(None, ("en", "Reader"), ("en", "Reads."), &["nl", "fr-BE", "cy"]);
        check(Some("nl"), ("nl", "Lezer"), ("nl", "Leest."), &["en", "fr-BE", "cy"]);
        check(Some("fr"), ("fr-BE", "Lecteur"), ("nl", "Leest."), &["nl", "en", "cy"]);
        check(Some("cy"), ("nl", "Lezer"), ("cy", "Darllen."), &["nl", "en", "fr-BE"]);
        check(Some("de"), ("en", "Reader"), ("en", "Reads."), &["nl", "fr-BE", "cy"]);
        check(Some("nl-BE"), ("nl", "Lezer"), ("nl", "Leest."), &["en", "fr-BE", "cy"]);
    }

    #[test]
    fn a_record_in_one_language_says_nothing_of_others() {
        let record = json!({ "lang": "en", "title": "Reader" });
        let texts = Texts::of(record.as_object().unwrap(), Some("cy"));
        assert_eq!(texts.elsewhere(), []);
        assert_eq!(texts.text("summary", None), None);
    }

    #[test]
    fn languages_have_their_own_names() {
        for (tag, name) in [
            ("fr", "français"),
            ("fr-CA", "français (CA)"),
            ("FY", "Frysk"),
            ("rm", "rumantsch"),
            ("iu", "iu"),
        ] {
            assert_eq!(language_name(tag), name);
        }
    }
}
