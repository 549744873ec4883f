//! A record's texts in other languages than its own (decision 40).
//!
//! The texts of a translation are those of the field catalogue, under the names of their fields: a new text field can
//! be translated without a line here. The summary in Welsh is in `summary_cy`, as it was before there were
//! translations; code that reads texts by language need not know that.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Member, Record};
use crate::codes::nearest;
use crate::fields::{FIELDS, Field, FieldKind, WELSH_SUMMARY, field};
use crate::finding::Finding;
use crate::json::{self, BadJson};
use crate::{language, text};

/// The language of `summary_cy`.
const WELSH: &str = "cy";
/// The member that says which language the texts are in.
const LANG: &str = "lang";
/// The field whose Welsh text has a field of its own.
const SUMMARY: &str = "summary";

/// A record's texts in one other language. As JSON, `lang` (BCP 47) and a member for each text, named after its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// BCP 47.
    pub lang: String,
    /// Names of fields and their texts, in the order of the catalogue.
    texts: Vec<(&'static str, String)>,
}

impl Translation {
    /// A translation without texts.
    pub fn new(lang: &str) -> Self {
        Self { lang: lang.to_owned(), texts: Vec::new() }
    }

    /// The fields that a translation can have texts of, in the order of the catalogue.
    pub fn fields() -> impl Iterator<Item = &'static Field> {
        FIELDS.iter().filter(|field| field.is_translated())
    }

    /// The text of a field, if it is translated.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.texts.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str())
    }

    /// Its texts with their fields, in the order of the catalogue.
    pub fn texts(&self) -> impl Iterator<Item = (&'static Field, &str)> {
        Self::fields().filter_map(|field| Some((field, self.get(field.name)?)))
    }

    /// Whether it has no text.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Keeps the texts of some fields only.
    pub fn retain(&mut self, keep: impl Fn(&Field) -> bool) {
        self.texts.retain(|(name, _)| field(name).is_some_and(&keep));
    }

    /// This translation with a text of a field, which replaces the one it had.
    #[must_use]
    pub fn with(mut self, field: &'static Field, text: String) -> Self {
        self.take(field.name);
        self.texts.push((field.name, text));
        self.sort();
        self
    }

    /// Puts its texts in the order of the catalogue.
    fn sort(&mut self) {
        self.texts.sort_by_cached_key(|(name, _)| FIELDS.iter().position(|field| field.name == *name));
    }

    /// Takes a text out.
    fn take(&mut self, name: &str) -> Option<String> {
        let place = self.texts.iter().position(|(known, _)| *known == name)?;
        Some(self.texts.remove(place).1)
    }

    /// Cleaned as the fields of a record are. Blank texts are none.
    fn cleaned(self) -> Self {
        let lang = language::normalised(&self.lang).unwrap_or_else(|| self.lang.trim().to_owned());
        let texts = self.texts.into_iter().map(|(name, text)| {
            let prose = field(name).is_some_and(|field| matches!(field.kind, FieldKind::Markdown));
            (name, if prose { text::clean(&text) } else { text::one_line(&text) })
        });
        Self { lang, texts: texts.filter(|(_, text)| !text.is_empty()).collect() }
    }
}

/// Parses the value of the field `translations`, cleaned. Errors: [`BadJson`] for the first fault, with its path.
pub fn read_translations(text: &str) -> Result<Value, BadJson> {
    let read = json::read_as::<Vec<Translation>>(text)?;
    let bad = |path: String, message: String| BadJson { path, message };
    let read: Vec<Translation> =
        serde_json::from_value(read).map_err(|error| bad(String::new(), error.to_string()))?;
    for (place, one) in read.iter().enumerate() {
        let hidden = |text: &str| {
            text.chars().find(|letter| text::is_forbidden(*letter) && !matches!(letter, '\r' | '\t'))
        };
        if let Some((name, letter)) = one.texts.iter().find_map(|(name, text)| Some((name, hidden(text)?))) {
            let code = u32::from(letter);
            let message = format!("the text contains the invisible character U+{code:04X}; delete it");
            return Err(bad(format!("[{place}].{name}"), message));
        }
    }
    let cleaned: Vec<Translation> = read.into_iter().map(Translation::cleaned).collect();
    serde_json::to_value(cleaned).map_err(|error| bad(String::new(), error.to_string()))
}

/// Every translation of a record, given as its members; the summary in Welsh is in the one into Welsh. Items that
/// cannot be read are left out, because the members may be those of an answer that was cut down.
pub fn translations_of(members: &Map<String, Value>) -> Vec<Translation> {
    let items = members.get("translations").and_then(Value::as_array).into_iter().flatten();
    let items = items.filter_map(|item| Translation::deserialize(item).ok()).collect();
    joined(items, members.get(WELSH_SUMMARY).and_then(Value::as_str))
}

/// Translations with the summary in Welsh among them.
fn joined(mut translations: Vec<Translation>, welsh: Option<&str>) -> Vec<Translation> {
    let (Some(welsh), Some(summary)) = (welsh, field(SUMMARY)) else { return translations };
    let place = translations.iter().position(|one| one.lang.eq_ignore_ascii_case(WELSH));
    let known = match place {
        Some(place) => translations.remove(place),
        None => Translation::new(WELSH),
    };
    let place = place.unwrap_or(translations.len());
    translations.insert(place, known.with(summary, welsh.to_owned()));
    translations
}

impl Record {
    /// Every translation it has; the summary in Welsh is in the one into Welsh.
    pub fn in_other_languages(&self) -> Vec<Translation> {
        joined(self.translations.clone(), self.summary_cy.as_deref())
    }

    /// The text of a field in a language, wherever the record has it: its own, or a translation's. `lang` is BCP 47;
    /// capitals make no difference.
    pub fn text_in(&self, name: &str, lang: &str) -> Option<String> {
        if self.lang.eq_ignore_ascii_case(lang) {
            let Member::Text(text) = field(name)?.value_in(self) else { return None };
            return Some(text.to_owned());
        }
        let all = self.in_other_languages();
        let one = all.iter().find(|one| one.lang.eq_ignore_ascii_case(lang))?;
        one.get(name).map(str::to_owned)
    }

    /// The record as it is stored, from what somebody sent: a summary in Welsh among its translations goes to
    /// `summary_cy`. Everything that comes in passes here.
    ///
    /// Errors: the finding `welsh-summary-twice` if there is another one already.
    pub fn settled(mut self) -> Result<Self, Finding> {
        let is_welsh = |one: &Translation| one.lang.eq_ignore_ascii_case(WELSH);
        // Texts in the record's own language are no translation, and are refused as such.
        let Some(place) = self.translations.iter().position(is_welsh).filter(|_| self.lang != WELSH) else {
            return Ok(self);
        };
        let Some(welsh) = self.translations[place].take(SUMMARY) else { return Ok(self) };
        if self.summary_cy.as_ref().is_some_and(|known| *known != welsh) {
            let at = format!("/translations/{place}/{SUMMARY}");
            let message = "the summary in Welsh is here and, in other words, in 'summary_cy'";
            return Err(Finding::error(at, "welsh-summary-twice", message)
                .hint("keep one of them; the register publishes it as 'summary_cy'"));
        }
        self.summary_cy = Some(welsh);
        if self.translations[place].is_empty() {
            self.translations.remove(place);
        }
        Ok(self)
    }
}

impl Serialize for Translation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(Some(self.texts.len() + 1))?;
        members.serialize_entry(LANG, &self.lang)?;
        for (name, text) in &self.texts {
            members.serialize_entry(name, text)?;
        }
        members.end()
    }
}

impl<'de> Deserialize<'de> for Translation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

/// The name of a member: `None` is `lang`.
struct Name(Option<&'static Field>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        if name == LANG {
            return Ok(Self(None));
        }
        if let Some(field) = field(&name).filter(|field| field.is_translated()) {
            return Ok(Self(Some(field)));
        }
        let known = std::iter::once(LANG).chain(Translation::fields().map(|field| field.name));
        let near = nearest(&name, known.map(|known| (known, known)));
        let near = near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
        Err(D::Error::custom(format!("'{}' is not a text that is translated{near}", text::short(&name))))
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Translation;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with 'lang' and the texts in that language")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Translation, A::Error> {
        let mut lang = None;
        let mut translation = Translation::new("");
        while let Some(Name(name)) = members.next_key()? {
            let text: Option<String> = members.next_value()?;
            let twice = match name {
                None => lang.is_some(),
                Some(field) => translation.get(field.name).is_some(),
            };
            if twice {
                let name = name.map_or(LANG, |field| field.name);
                return Err(A::Error::custom(format!("'{name}' is there twice")));
            }
            match (name, text) {
                (None, text) => lang = text,
                (Some(field), Some(text)) => translation.texts.push((field.name, text)),
                (Some(_), None) => {}
            }
        }
        translation.sort();
        translation.lang = lang.ok_or_else(|| A::Error::missing_field(LANG))?;
        Ok(translation)
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::openapi::RefOr;
    use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, SchemaType, Type};
    use utoipa::{PartialSchema, ToSchema};

    use super::{LANG, Translation};

    impl PartialSchema for Translation {
        fn schema() -> RefOr<Schema> {
            let text = |about: &str| ObjectBuilder::new().description(Some(about));
            let lang = text("BCP 47; not the record's own language.").schema_type(Type::String);
            let object = ObjectBuilder::new()
                .schema_type(Type::Object)
                .description(Some("A record's texts in one other language."))
                .property(LANG, lang)
                .required(LANG)
                .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
            let whole = Self::fields().fold(object, |object, field| {
                let kind = SchemaType::from_iter([Type::String, Type::Null]);
                let about = format!("{} in this language.", field.label);
                object.property(field.name, text(&about).schema_type(kind))
            });
            whole.into()
        }
    }

    impl ToSchema for Translation {}
}

#[cfg(test)]
mod tests;
