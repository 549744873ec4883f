//! Redaction: what must not be public is taken out of a record, and its place says so.
//!
//! A value goes whole, or words go wherever they stand in texts. Names of bodies and products, codes, dates and
//! ids are never words: who must take out a supplier names its field.

use serde_json::Value;

use crate::Record;
use crate::codes::{StatementKind, WithheldGround};
use crate::record::FieldStatement;

/// What stands in the place of what was taken out.
pub const MARK: &str = "[redacted]";
/// The fewest characters that are searched for as words: shorter ones stand in too many others.
pub const WORDS_MIN: usize = 3;
/// The fewest characters of a value that is searched for inside other texts.
const PART_MIN: usize = 8;
/// Without these there is no record.
const ALWAYS: &[&str] = &["publisher", "kind", "origin", "jurisdiction", "lang", "field_statements"];
/// Members whose texts are names or codes, not words.
const NAMES: &[&str] =
    &["publisher", "joint_publishers", "supplier", "product", "organisation", "field_statements"];

/// What is to be taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The value at a JSON pointer (RFC 6901) of the record.
    Field(String),
    /// Words exactly as they stand in texts.
    Words(String),
}

/// A redaction: what goes, and what stands in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redaction {
    /// What goes.
    pub target: Target,
    /// On which ground.
    pub ground: WithheldGround,
    /// Why, for people.
    pub reason: String,
}

/// What redacting a record gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Redacted {
    /// The record without it.
    pub record: Record,
    /// Where it stood, as JSON pointers.
    pub places: Vec<String>,
    /// The texts that went, for those who must find them elsewhere.
    pub gone: Vec<String>,
}

/// The value is part of something that makes no sense without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' cannot go by itself")]
pub struct Inseparable(pub String);

impl Redaction {
    /// A record without what is to go; `None` when it does not stand there. Errors: [`Inseparable`] when
    /// nothing that makes sense would be left.
    pub fn of(&self, record: &Record) -> Result<Option<Redacted>, Inseparable> {
        let mut value = Value::Object(record.to_members());
        let mut gone = Vec::new();
        let places = match &self.target {
            Target::Field(pointer) => {
                let Some(found) = value.pointer(pointer) else { return Ok(None) };
                if found == MARK {
                    return Ok(None);
                }
                texts(found, &mut gone);
                let top = pointer.split('/').nth(1).unwrap_or_default();
                let left = if ALWAYS.contains(&top) { None } else { without(&value, pointer) };
                value = left.ok_or_else(|| Inseparable(pointer.clone()))?;
                vec![pointer.clone()]
            }
            Target::Words(words) => {
                let mut places = Vec::new();
                places_of(&value, words, "", &mut places);
                places.retain(|place| match left(&value, place, words) {
                    Some(left) => {
                        value = left;
                        true
                    }
                    None => false,
                });
                gone.push(words.clone());
                places
            }
        };
        let Some(mut record) = read(&value).filter(|_| !places.is_empty()) else { return Ok(None) };
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
        Ok(Some(Redacted { record, places, gone }))
    }
}

fn read(value: &Value) -> Option<Record> {
    serde_json::from_value(value.clone()).ok()
}

/// A record without the value at a pointer: taken out, or marked where a text must stand.
fn without(value: &Value, pointer: &str) -> Option<Value> {
    let (parent, last) = pointer.rsplit_once('/')?;
    let last = last.replace("~1", "/").replace("~0", "~");
    let mut left = value.clone();
    match left.pointer_mut(parent)? {
        Value::Object(members) => drop(members.shift_remove(&last)?),
        Value::Array(items) => drop(items.remove(last.parse().ok()?)),
        _ => return None,
    }
    // A record always has its title and name.
    if read(&left).is_some() && !matches!(pointer, "/title" | "/name") {
        return Some(left);
    }
    marked(value, pointer, MARK.to_owned())
}

/// A record without some words in the text at a pointer. A text that says nothing else, or is one word, such as an
/// address, goes whole.
fn left(value: &Value, pointer: &str, words: &str) -> Option<Value> {
    let text = value.pointer(pointer)?.as_str()?;
    // Where no other text may stand, stands a code, a date or an id.
    marked(value, pointer, MARK.to_owned())?;
    if text != words && text.contains(char::is_whitespace) || matches!(pointer, "/title" | "/name") {
        marked(value, pointer, text.replace(words, MARK))
    } else {
        without(value, pointer)
    }
}

fn marked(value: &Value, pointer: &str, text: String) -> Option<Value> {
    let mut left = value.clone();
    let place = left.pointer_mut(pointer).filter(|place| place.is_string())?;
    *place = Value::String(text);
    read(&left).map(|_| left)
}

/// Where words stand, last places first, so that taking one out moves none of the others.
fn places_of(value: &Value, words: &str, at: &str, places: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains(words) => places.push(at.to_owned()),
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate().rev() {
                places_of(item, words, &format!("{at}/{place}"), places);
            }
        }
        Value::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| !NAMES.contains(&name.as_str())) {
                places_of(member, words, &format!("{at}/{name}"), places);
            }
        }
        _ => {}
    }
}

/// The texts of a value.
fn texts(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) if text.chars().count() >= WORDS_MIN => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(members) => members.values().for_each(|member| texts(member, into)),
        _ => {}
    }
}

/// A text without what went elsewhere.
pub fn scrub(text: &str, gone: &[String]) -> String {
    gone.iter().filter(|one| !one.is_empty()).fold(text.to_owned(), |text, one| {
        if text == *one {
            MARK.to_owned()
        } else if one.chars().count() >= PART_MIN || gone.len() == 1 {
            text.replace(one.as_str(), MARK)
        } else {
            text
        }
    })
}

/// A value without what went elsewhere.
pub fn scrub_value(value: &mut Value, gone: &[String]) {
    match value {
        Value::String(text) => *text = scrub(text, gone),
        Value::Array(items) => items.iter_mut().for_each(|item| scrub_value(item, gone)),
        Value::Object(members) => members.values_mut().for_each(|member| scrub_value(member, gone)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record() -> Record {
        serde_json::from_value(json!({
            "kind": "algorithmic_tool", "origin": "self_declared", "publisher": { "name": "Jane Smith Council" },
            "title": "Planner by Jane Smith", "name": "Planner", "jurisdiction": "GB", "lang": "en",
            "summary": "Ask Jane Smith.", "team": "Smith", "phase": "pilot",
            "website_url": "https://a.example/Smith",
            "open_standards": ["Smith", "A standard by Jane Smith", "Smith"],
            "risks": [{ "title": "Bias", "description": "Jane Smith decides" }],
        }))
        .unwrap()
    }

    fn redact(target: Target) -> Result<Option<Redacted>, Inseparable> {
        Redaction { target, ground: WithheldGround::Foia40, reason: "Personal data".into() }.of(&record())
    }

    #[track_caller]
    fn check(target: Target, member: &str, expected: Value) {
        let redacted = redact(target).unwrap().unwrap();
        assert_eq!(redacted.record.to_members().get(member).cloned().unwrap_or_default(), expected);
    }

    #[test]
    fn a_value_goes_and_its_place_says_so() {
        let field = |pointer: &str| Target::Field(pointer.to_owned());
        check(field("/summary"), "summary", Value::Null);
        check(
            field("/summary"),
            "field_statements",
            json!([{ "field": "summary", "kind": "withheld", "reason": "Personal data", "ground": "foia_40" }]),
        );
        check(field("/title"), "title", json!(MARK));
        check(field("/risks/0/description"), "risks", json!([{ "title": "Bias" }]));
        check(field("/open_standards/1"), "open_standards", json!(["Smith", "Smith"]));
        assert_eq!(redact(field("/benefits")), Ok(None));
        assert_eq!(redact(field("")), Err(Inseparable(String::new())));
        assert_eq!(redact(field("/publisher/name")), Err(Inseparable("/publisher/name".into())));
        assert_eq!(redact(field("/summary")).unwrap().unwrap().gone, ["Ask Jane Smith."]);
    }

    #[test]
    fn words_go_wherever_they_stand_in_texts() {
        let words = |words: &str| Target::Words(words.to_owned());
        let redacted = redact(words("Smith")).unwrap().unwrap();
        let shown = redacted.record.to_members();
        let shown = serde_json::to_string(&shown).unwrap();
        assert_eq!(shown.matches("Smith").count(), 1, "only in the publisher's name: {shown}");
        assert_eq!(redacted.record.title, "Planner by Jane [redacted]");
        assert_eq!(redacted.record.open_standards, ["A standard by Jane [redacted]"]);
        assert_eq!((redacted.record.team, redacted.record.website_url), (None, None));
        let stated: Vec<&str> =
            redacted.record.field_statements.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(stated, ["website_url", "team"]);
        assert_eq!(redact(words("pilot")), Ok(None), "a code is no word");
        assert_eq!(redact(words("nobody")), Ok(None));
    }

    #[test]
    fn what_is_gone_is_found_elsewhere() {
        let gone = ["Ask Jane Smith.".to_owned(), "no".to_owned()];
        let mut value = json!({ "a": "no", "b": "not", "c": ["He said: Ask Jane Smith. Twice."] });
        scrub_value(&mut value, &gone);
        assert_eq!(value, json!({ "a": MARK, "b": "not", "c": ["He said: [redacted] Twice."] }));
        assert_eq!(scrub("a Jo b", &["Jo".to_owned()]), "a [redacted] b");
    }
}
