//! Differences between two versions, field by field, with word-level marks for texts.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::fields::{FIELDS, FieldKind};
use crate::record::{Record, Translation};

/// How a field changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It had no value and has one.
    Added,
    /// It had a value and has none.
    Removed,
    /// It has another value.
    Changed,
}

/// Which of two texts a run of words belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WordMark {
    /// Both texts.
    Same,
    /// Only the later text.
    Inserted,
    /// Only the earlier text.
    Deleted,
}

/// A run of words with its mark. All runs except deleted ones give the later text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Words {
    /// Which text they belong to.
    pub mark: WordMark,
    /// The words, including spaces.
    pub text: String,
}

/// The change of one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldChange {
    /// Name of the field.
    pub field: String,
    /// Its label.
    pub label: String,
    /// How it changed.
    pub kind: ChangeKind,
    /// The earlier value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// The later value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
    /// Word-level marks, for texts that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Words>,
    /// Of translations: each text that differs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<TextChange>,
}

/// The change of one translated text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TextChange {
    /// The language, BCP 47.
    pub lang: String,
    /// Name of the field whose text it is.
    pub field: String,
    /// How it changed.
    pub kind: ChangeKind,
    /// Word-level marks; all one run if it was added or removed.
    pub words: Vec<Words>,
}

/// The differences between two versions, in catalogue order; empty if they are equal.
pub fn diff(from: &Record, to: &Record) -> Vec<FieldChange> {
    let mut changes = changes(from, to);
    for change in &mut changes {
        if change.field == "translations" {
            change.texts = texts(&from.translations, &to.translations);
            continue;
        }
        let kind = FIELDS.iter().find(|field| field.name == change.field).map(|field| field.kind);
        if let (
            Some(Value::String(from)),
            Some(Value::String(to)),
            Some(FieldKind::Text(_) | FieldKind::Markdown),
        ) = (&change.from, &change.to, kind)
        {
            change.words = words(from, to);
        }
    }
    changes
}

/// Like [`diff`], but without word-level marks, which take most of the time.
pub fn changes(from: &Record, to: &Record) -> Vec<FieldChange> {
    let (mut from, mut to) = (from.to_members(), to.to_members());
    FIELDS
        .iter()
        .filter_map(|field| {
            let (from, to) = (from.remove(field.name), to.remove(field.name));
            let kind = match (&from, &to) {
                (None, None) => return None,
                (Some(from), Some(to)) if from == to => return None,
                (None, Some(_)) => ChangeKind::Added,
                (Some(_), None) => ChangeKind::Removed,
                (Some(_), Some(_)) => ChangeKind::Changed,
            };
            Some(FieldChange {
                field: field.name.to_owned(),
                label: field.label.to_owned(),
                kind,
                from,
                to,
                words: Vec::new(),
                texts: Vec::new(),
            })
        })
        .collect()
}

/// The texts that differ between two lists of translations, by language: those of the later list first.
fn texts(from: &[Translation], to: &[Translation]) -> Vec<TextChange> {
    let is_new = |one: &&Translation| to.iter().all(|other| other.lang != one.lang);
    let languages = to.iter().chain(from.iter().filter(is_new)).map(|one| one.lang.as_str());
    let text_of = |all: &'_ [Translation], lang: &str, name: &str| {
        let one = all.iter().find(|one| one.lang == lang)?;
        one.get(name).map(str::to_owned)
    };
    let changed = languages.flat_map(|lang| {
        Translation::fields().filter_map(move |field| {
            let (before, after) = (text_of(from, lang, field.name), text_of(to, lang, field.name));
            let kind = match (&before, &after) {
                _ if before == after => return None,
                (None, _) => ChangeKind::Added,
                (Some(_), None) => ChangeKind::Removed,
                (Some(_), Some(_)) => ChangeKind::Changed,
            };
            let words = words(&before.unwrap_or_default(), &after.unwrap_or_default());
            Some(TextChange { lang: lang.to_owned(), field: field.name.to_owned(), kind, words })
        })
    });
    changed.collect()
}

/// Word-level marks between two texts. Neighbouring words with the same mark form one run.
pub fn words(from: &str, to: &str) -> Vec<Words> {
    let mut runs: Vec<Words> = Vec::new();
    for change in TextDiff::from_words(from, to).iter_all_changes() {
        let mark = match change.tag() {
            ChangeTag::Equal => WordMark::Same,
            ChangeTag::Insert => WordMark::Inserted,
            ChangeTag::Delete => WordMark::Deleted,
        };
        match runs.last_mut() {
            Some(run) if run.mark == mark => run.text.push_str(change.value()),
            _ => runs.push(Words { mark, text: change.value().to_owned() }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::{Origin, Phase};
    use crate::organisation::OrganisationRef;

    fn sample() -> Record {
        Record::new(Origin::Imported, OrganisationRef::named("HMRC"), "Ask online".into(), "GB", "en")
    }

    #[test]
    fn an_owner_that_changed_is_a_visible_difference() {
        let mut later = sample();
        later.publisher = OrganisationRef::named("DWP");
        later.phase = Some(Phase::Retired);
        let changes = diff(&sample(), &later);
        let shown: Vec<(&str, ChangeKind)> = changes.iter().map(|c| (c.field.as_str(), c.kind)).collect();
        assert_eq!(shown, [("publisher", ChangeKind::Changed), ("phase", ChangeKind::Added)]);
        assert!(diff(&later, &later).is_empty());
    }

    #[test]
    fn a_translation_that_changed_says_which_texts() {
        let with = |translations: serde_json::Value| {
            let translations = serde_json::from_value(translations).unwrap();
            Record { translations, ..sample() }
        };
        let from = with(serde_json::json!([
            { "lang": "cy", "title": "Gofyn", "benefits": "A" },
            { "lang": "fr", "title": "Demander" },
        ]));
        let to = with(serde_json::json!([
            { "lang": "de", "title": "Fragen" },
            { "lang": "cy", "title": "Gofyn nawr", "summary": "S" },
        ]));
        let changes = diff(&from, &to);
        assert_eq!((changes.len(), changes[0].field.as_str()), (1, "translations"));
        let shown = changes[0].texts.iter().map(|one| (one.lang.as_str(), one.field.as_str(), one.kind));
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [
                ("de", "title", ChangeKind::Added),
                ("cy", "title", ChangeKind::Changed),
                ("cy", "summary", ChangeKind::Added),
                ("cy", "benefits", ChangeKind::Removed),
                ("fr", "title", ChangeKind::Removed),
            ]
        );
        let inserted = changes[0].texts[1].words.iter().filter(|run| run.mark == WordMark::Inserted);
        assert!(inserted.map(|run| run.text.as_str()).collect::<String>().contains("nawr"));
        // In another order they say the same, so only the list itself has changed.
        let turned = with(
            serde_json::json!([{ "lang": "cy", "summary": "S", "title": "Gofyn nawr" }, { "lang": "de", "title": "Fragen" }]),
        );
        assert_eq!(diff(&to, &turned)[0].texts, []);
    }

    #[test]
    fn word_marks_give_both_texts_back() {
        let runs = words("the old score of a case", "the new score of every case");
        let text = |skip: WordMark| {
            runs.iter().filter(|run| run.mark != skip).map(|run| run.text.as_str()).collect::<String>()
        };
        assert_eq!(text(WordMark::Deleted), "the new score of every case");
        assert_eq!(text(WordMark::Inserted), "the old score of a case");
        assert!(runs.len() >= 5);
    }
}
