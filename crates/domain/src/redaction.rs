//! Redaction: removes from a record what must not be public. A whole field leaves a statement that it is
//! withheld, words leave a mark, an item of a list leaves nothing; the list of redactions names every place.
//!
//! Either a value is removed, or words wherever they occur in texts. Names of bodies and products, codes,
//! dates and ids do not count as words: to remove a supplier, point at its field.

use serde_json::Value;

use crate::Record;
use crate::codes::{StatementKind, WithheldGround};
use crate::fields::WELSH_SUMMARY;
use crate::record::FieldStatement;

/// Replaces what was removed.
pub const MARK: &str = "[redacted]";
/// Fewest characters searched for as words; shorter ones occur inside too many others.
pub const WORDS_MIN: usize = 3;
/// Fewest characters of a removed text that is also searched for elsewhere. It must contain white space too,
/// so that no code, date or address is searched for.
const PART_MIN: usize = 8;
/// Fields that always stay. Without them there would be no record, or a sealed text would open, or its
/// existence would be hidden.
const ALWAYS: &[&str] =
    &["publisher", "kind", "origin", "jurisdiction", "lang", "field_statements", "assessments"];
/// Members that control the meaning of others; they stay wherever they occur.
const CONTROLS: &[&str] = &["id", "visibility", "withheld_ground", "kind", "type", "stage", "status", "lang"];
/// Members whose texts are names or codes, not words.
const NAMES: &[&str] = &["publisher", "joint_publishers", "supplier", "product", "organisation"];

/// What to remove.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A value, named by a JSON pointer (RFC 6901) into one version. It is removed wherever the same value
    /// occurs in the same member, at any position in lists; a text goes with its translations.
    Field {
        /// Where it is in that version.
        pointer: String,
        /// The value itself.
        value: Value,
    },
    /// Words, exactly as they occur in texts.
    Words(String),
}

/// A redaction: what to remove, and what to say in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Redaction {
    /// What to remove.
    pub target: Target,
    /// The legal ground.
    pub ground: WithheldGround,
    /// The reason, which is public.
    pub reason: String,
}

/// The result of redacting a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Redacted {
    /// The record after the redaction.
    pub record: Record,
    /// Where something was removed, as JSON pointers.
    pub places: Vec<String>,
}

/// The value cannot be removed alone, because what is around it would make no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' cannot go by itself")]
pub struct Inseparable(pub String);

/// The value at a pointer into a record; `None` if there is none. Errors: [`Inseparable`] if it must stay.
pub fn value_at(record: &Record, pointer: &str) -> Result<Option<Value>, Inseparable> {
    let value = Value::Object(record.to_members());
    let Some(found) = value.pointer(pointer).filter(|found| *found != MARK) else { return Ok(None) };
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    let (top, last) = (steps.first().copied().unwrap_or_default(), steps.last().copied().unwrap_or_default());
    // Texts of an assessment can go. Its existence, type and status stay public.
    let stays = if top == "assessments" { steps.len() < 3 } else { ALWAYS.contains(&top) };
    if stays || CONTROLS.contains(&last) || without(&value, pointer).is_none() {
        return Err(Inseparable(pointer.to_owned()));
    }
    Ok(Some(found.clone()))
}

impl Redaction {
    /// Redacts a record; `None` if the record does not contain what should be removed.
    pub fn of(&self, record: &Record) -> Option<Redacted> {
        let mut value = Value::Object(record.to_members());
        let mut places = Vec::new();
        match &self.target {
            Target::Field { pointer, value: wanted } => {
                let steps: Vec<&str> = pointer.split('/').skip(1).collect();
                same_places(&value, &steps, wanted, String::new(), &mut places);
                if let ([name], false) = (steps.as_slice(), places.is_empty()) {
                    places.extend(places_in_other_languages(record, name));
                }
            }
            Target::Words(words) => places_of(&value, words, "", &mut places),
        }
        places.retain(|place| {
            let left = match &self.target {
                Target::Field { .. } => without(&value, place),
                Target::Words(words) => left(&value, place, words),
            };
            let gone = left.is_some();
            if let Some(left) = left {
                value = left;
            }
            gone
        });
        let mut record = read(&value).filter(|_| !places.is_empty())?;
        for place in &places {
            let field = place.trim_start_matches('/');
            if value.pointer(place).is_none() && !field.contains('/') {
                record.field_statements.retain(|statement| statement.field != field);
                record.field_statements.push(FieldStatement {
                    field: field.to_owned(),
                    kind: StatementKind::Withheld,
                    reason: Some(self.reason.clone()),
                    ground: Some(self.ground),
                });
            }
        }
        Some(Redacted { record, places })
    }

    /// Every text that is removed.
    pub fn strings(&self) -> Vec<String> {
        let mut found = Vec::new();
        match &self.target {
            Target::Words(words) => found.push(words.clone()),
            Target::Field { value, .. } => strings(value, &mut found),
        }
        found
    }

    /// Whether the reason, which stays public, repeats what is removed.
    pub fn reason_repeats(&self) -> bool {
        self.strings()
            .iter()
            .any(|text| text.chars().count() >= WORDS_MIN && self.reason.contains(text.as_str()))
    }

    /// The texts to remove elsewhere too, longest first: the words, or those texts of a value that have
    /// several words.
    pub fn texts(&self) -> Vec<String> {
        let mut found = self.strings();
        if matches!(self.target, Target::Field { .. }) {
            found.retain(|text| text.chars().count() >= PART_MIN && text.contains(char::is_whitespace));
        }
        found.sort_by(|one, other| (other.len(), other).cmp(&(one.len(), one)));
        found.dedup();
        found
    }
}

fn read(value: &Value) -> Option<Record> {
    serde_json::from_value(value.clone()).ok()
}

/// Where a value occurs in the same member. Later list items come first, so that removing one does not move
/// the others.
fn same_places(value: &Value, steps: &[&str], wanted: &Value, at: String, places: &mut Vec<String>) {
    let Some((step, rest)) = steps.split_first() else {
        if value == wanted {
            places.push(at);
        }
        return;
    };
    match value {
        Value::Array(items) if step.bytes().all(|byte| byte.is_ascii_digit()) => {
            for (place, item) in items.iter().enumerate().rev() {
                same_places(item, rest, wanted, format!("{at}/{place}"), places);
            }
        }
        Value::Object(members) => {
            // RFC 6901 decodes `~1` before `~0`.
            if let Some(member) = members.get(&step.replace("~1", "/").replace("~0", "~")) {
                same_places(member, rest, wanted, format!("{at}/{step}"), places);
            }
        }
        _ => {}
    }
}

/// Where a text of a record is said in other languages: what must go from one must go from all.
fn places_in_other_languages(record: &Record, name: &str) -> Vec<String> {
    let translations = record.translations.iter().enumerate();
    let translated = translations.filter(|(_, one)| one.get(name).is_some());
    let mut places: Vec<String> =
        translated.map(|(place, _)| format!("/translations/{place}/{name}")).collect();
    if name == "summary" && record.summary_cy.is_some() {
        places.push(format!("/{WELSH_SUMMARY}"));
    }
    places
}

/// A record without the value at a pointer: removed, or replaced by the mark if a text is required there.
/// `None` for codes, dates and ids, which stay.
fn without(value: &Value, pointer: &str) -> Option<Value> {
    let found = value.pointer(pointer)?;
    let marked = found.is_string().then(|| marked(value, pointer, MARK.to_owned()));
    if let Some(None) = marked {
        return None;
    }
    let (parent, last) = pointer.rsplit_once('/')?;
    let last = last.replace("~1", "/").replace("~0", "~");
    let mut left = value.clone();
    match left.pointer_mut(parent)? {
        Value::Object(members) => drop(members.shift_remove(&last)?),
        Value::Array(items) => drop(items.remove(last.parse().ok()?)),
        _ => return None,
    }
    // Every record keeps a title and a name, so these get the mark instead.
    if read(&left).is_some() && !matches!(pointer, "/title" | "/name") {
        return Some(left);
    }
    marked.flatten()
}

/// A record without some words in the text at a pointer. The whole text goes if it says nothing else, or if
/// it is a single word such as an address.
fn left(value: &Value, pointer: &str, words: &str) -> Option<Value> {
    let text = value.pointer(pointer)?.as_str()?;
    // If no other text is valid here, it is a code, a date or an id, and stays.
    marked(value, pointer, MARK.to_owned())?;
    let whole = text == words || !text.contains(char::is_whitespace);
    if whole && !matches!(pointer, "/title" | "/name") && !pointer.starts_with("/field_statements/") {
        without(value, pointer)
    } else {
        marked(value, pointer, text.replace(words, MARK))
    }
}

fn marked(value: &Value, pointer: &str, text: String) -> Option<Value> {
    let mut left = value.clone();
    let place = left.pointer_mut(pointer).filter(|place| place.is_string())?;
    *place = Value::String(text);
    read(&left).map(|_| left)
}

/// Where words occur. Later list items come first, so that removing one does not move the others.
fn places_of(value: &Value, words: &str, at: &str, places: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains(words) => places.push(at.to_owned()),
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate().rev() {
                places_of(item, words, &format!("{at}/{place}"), places);
            }
        }
        Value::Object(members) => {
            let names = if at.starts_with("/field_statements/") { &["field"][..] } else { NAMES };
            let free = |name: &str| !names.contains(&name) && (at.is_empty() || !CONTROLS.contains(&name));
            for (name, member) in members.iter().filter(|(name, _)| free(name)) {
                places_of(member, words, &format!("{at}/{name}"), places);
            }
        }
        _ => {}
    }
}

/// Collects all texts inside a value.
fn strings(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, into)),
        Value::Object(members) => members.values().for_each(|member| strings(member, into)),
        _ => {}
    }
}

/// Whether a file's name has one of the words. Names of files write them with dashes, underscores or dots for
/// spaces, and with other capitals.
pub fn file_name_says(name: &str, words: &[String]) -> bool {
    let plain = |text: &str| {
        let letters = text.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' });
        let text = letters.collect::<String>().to_lowercase();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let whole = plain(name);
    words.iter().any(|one| {
        let said = plain(one);
        name.contains(one.as_str()) || said.chars().count() >= WORDS_MIN && whole.contains(&said)
    })
}

/// A text without what a redaction removed elsewhere.
pub fn scrub(text: &str, gone: &[String]) -> String {
    gone.iter().fold(text.to_owned(), |text, one| text.replace(one.as_str(), MARK))
}

#[cfg(test)]
mod tests;
