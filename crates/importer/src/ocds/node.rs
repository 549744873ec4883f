//! One release as a tree of the paths the register reads. Numbers stay digits; unknown paths are counted.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::paths::{RELEASE, Shape, Use};

/// Keys that hold personal data: never kept, not even in the raw release.
const PERSONAL: &[&str] = &[
    "contactPoint",
    "contactPoints",
    "additionalContactPoints",
    "beneficialOwners",
    "persones",
    "persons",
    "people",
];

/// A value of a release.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `null`, which deletes a value when releases are merged.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as its digits, so that nothing is rounded.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object, with its keys in the order of the file.
    Object(Vec<(&'static str, Node)>),
}

static NOTHING: Node = Node::Null;

impl Node {
    /// The value under a key; `Null` if there is none.
    pub fn get(&self, key: &str) -> &Self {
        match self {
            Self::Object(members) => {
                members.iter().find(|(name, _)| *name == key).map_or(&NOTHING, |(_, value)| value)
            }
            _ => &NOTHING,
        }
    }

    /// Its text: trimmed, with a number as its digits. `None` for empty text.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) | Self::Number(text) => {
                Some(text.trim()).filter(|text| !text.is_empty()).map(Cow::from)
            }
            Self::Bool(truth) => Some(Cow::from(if *truth { "true" } else { "false" })),
            _ => None,
        }
    }

    /// The text under a key.
    pub fn text_of(&self, key: &str) -> Option<Cow<'_, str>> {
        self.get(key).text()
    }

    /// The items of a list; a single object counts as a list of one.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            Self::Object(_) => std::slice::from_ref(self),
            _ => &[],
        }
    }

    /// Whether it is absent or `null`.
    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// SHA-256 of the value, independent of the order of keys.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        self.feed(&mut hash);
        hex::encode(hash.finalize())
    }

    fn feed(&self, hash: &mut Sha256) {
        let mut part = |mark: &[u8], text: &str| {
            hash.update(mark);
            hash.update(text.len().to_le_bytes());
            hash.update(text);
        };
        match self {
            Self::Null => part(b"0", ""),
            Self::Bool(truth) => part(b"b", if *truth { "1" } else { "" }),
            Self::Number(digits) => part(b"n", digits),
            Self::Text(text) => part(b"t", text),
            Self::List(items) => {
                part(b"[", "");
                items.iter().for_each(|item| item.feed(hash));
                hash.update(b"]");
            }
            Self::Object(members) => {
                part(b"{", "");
                let mut sorted: Vec<&(&str, Self)> = members.iter().collect();
                sorted.sort_by_key(|(key, _)| *key);
                for (key, value) in sorted {
                    hash.update(key);
                    hash.update([0]);
                    value.feed(hash);
                }
                hash.update(b"}");
            }
        }
    }
}

/// What was found in a release besides its values.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Paths that are not in the list, and how often each occurs.
    pub(super) unknown: BTreeMap<String, u64>,
    /// Byte ranges of personal data in the text.
    pub(super) personal: Vec<Range<usize>>,
}

/// Reads one release. Errors: those of serde_json, and a key that occurs twice in one object.
pub(super) fn read(text: &str, found: &mut Found) -> serde_json::Result<Node> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let node =
        Seed { shape: &RELEASE, base: text.as_ptr() as usize, found }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(node)
}

/// The path where reading fails, for the error message about a text that [`read`] refused.
pub(super) fn failing_path(text: &str) -> String {
    let mut found = Found::default();
    let mut track = serde_path_to_error::Track::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let tracked = serde_path_to_error::Deserializer::new(&mut deserializer, &mut track);
    // It fails as before; only the path is wanted.
    let _ = Seed { shape: &RELEASE, base: text.as_ptr() as usize, found: &mut found }.deserialize(tracked);
    track.path().to_string()
}

struct Seed<'a> {
    shape: &'static Shape,
    base: usize,
    found: &'a mut Found,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Node, E> {
        Ok(Node::Bool(truth))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) =
            items.next_element_seed(Seed { shape: self.shape, base: self.base, found: self.found })?
        {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut members: Vec<(&'static str, Node)> = Vec::new();
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if PERSONAL.contains(&&*key) {
                let raw: &'de RawValue = map.next_value()?;
                let start = raw.get().as_ptr() as usize - self.base;
                self.found.personal.push(start..start + raw.get().len());
                continue;
            }
            let walk = Walk { base: self.base, personal: &mut self.found.personal };
            let Some(shape) = self.shape.child(&key) else {
                if self.shape.rest_ignored {
                    map.next_value_seed(walk)?;
                    continue;
                }
                let path = match self.shape.path.as_str() {
                    "" => key.into_owned(),
                    path => format!("{path}/{key}"),
                };
                *self.found.unknown.entry(path).or_default() += 1;
                map.next_value_seed(walk)?;
                continue;
            };
            let node = match shape.r#use {
                Use::Ignored => {
                    map.next_value_seed(walk)?;
                    continue;
                }
                Use::Text | Use::Omit => {
                    let raw: &'de RawValue = map.next_value()?;
                    leaf(raw, shape, self.base, self.found).map_err(A::Error::custom)?
                }
                Use::Inside => map.next_value_seed(Seed { shape, base: self.base, found: self.found })?,
            };
            if members.iter().any(|(known, _)| *known == shape.key) {
                return Err(A::Error::custom(format_args!("the key '{key}' appears twice in one object")));
            }
            members.push((shape.key, node));
        }
        Ok(Node::Object(members))
    }
}

/// One value, with a number as its digits, whatever its size. An object or a list where one value is expected
/// is read as such.
fn leaf(raw: &RawValue, shape: &'static Shape, base: usize, found: &mut Found) -> serde_json::Result<Node> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'-' | b'0'..=b'9') => Ok(Node::Number(text.to_owned())),
        Some(b'"') => serde_json::from_str(text).map(Node::Text),
        _ => Seed { shape, base, found }.deserialize(&mut serde_json::Deserializer::from_str(text)),
    }
}

/// Walks through parts that are not read, only to find personal data in them.
struct Walk<'a> {
    base: usize,
    personal: &'a mut Vec<Range<usize>>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Walk { base: self.base, personal: self.personal })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if PERSONAL.contains(&&*key) {
                let raw: &'de RawValue = map.next_value()?;
                let start = raw.get().as_ptr() as usize - self.base;
                self.personal.push(start..start + raw.get().len());
            } else {
                map.next_value_seed(Walk { base: self.base, personal: self.personal })?;
            }
        }
        Ok(())
    }
}

/// The text with an empty object in place of each range.
pub(super) fn without(text: &str, places: &[Range<usize>]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for place in places {
        kept.push_str(&text[from..place.start]);
        kept.push_str("{}");
        from = place.end;
    }
    kept.push_str(&text[from..]);
    kept
}

/// Repairs JSON that is well formed but that serde_json refuses: a lone surrogate becomes the replacement
/// character, a number too large for a float becomes text. `None` if there is nothing to repair.
pub(super) fn repaired(text: &str) -> Option<(String, Vec<&'static str>)> {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut rules = Vec::new();
    let (mut at, mut copied) = (0, 0);
    let mut note = |rule: &'static str| {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    };
    let unit = |at: usize| -> Option<u32> {
        let digits =
            text.get(at + 2..at + 6).filter(|_| bytes[at] == b'\\' && bytes.get(at + 1) == Some(&b'u'))?;
        u32::from_str_radix(digits, 16).ok()
    };
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    if bytes[at] != b'\\' {
                        at += 1;
                        continue;
                    }
                    match unit(at) {
                        Some(0xD800..=0xDBFF)
                            if at + 6 < bytes.len() && matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) =>
                        {
                            at += 12;
                        }
                        Some(0xD800..=0xDFFF) => {
                            out.push_str(&text[copied..at]);
                            out.push_str("\\uFFFD");
                            note("lone-surrogate-replaced");
                            at += 6;
                            copied = at;
                        }
                        _ => at += 2,
                    }
                }
                at += 1;
            }
            b'-' | b'0'..=b'9' => {
                let end = bytes[at..]
                    .iter()
                    .position(|byte| !matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
                    .map_or(bytes.len(), |length| at + length);
                let number = &text[at..end];
                let proper = serde_json::from_str::<IgnoredAny>(number).is_ok();
                if proper && number.parse::<f64>().is_ok_and(f64::is_infinite) {
                    out.push_str(&text[copied..at]);
                    out.push('"');
                    out.push_str(number);
                    out.push('"');
                    note("number-beyond-range-kept-as-text");
                    copied = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    if rules.is_empty() {
        return None;
    }
    out.push_str(&text[copied.min(text.len())..]);
    Some((out, rules))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_kept_and_unknown_paths_are_counted() {
        let text =
            r#"{"ocid":"a","novel":{"x":1},"awards":[{"id":1,"value":{"amount":1e9999,"currency":"GBP"}}]}"#;
        let mut found = Found::default();
        let node = read(text, &mut found).unwrap();
        assert_eq!(node.get("awards").items()[0].get("value").text_of("amount").unwrap(), "1e9999");
        assert_eq!(node.get("awards").items()[0].text_of("id").unwrap(), "1");
        assert_eq!(found.unknown.into_iter().collect::<Vec<_>>(), [("novel".to_owned(), 1)]);
    }

    #[test]
    fn people_are_taken_out_wherever_they_stand() {
        let text = r#"{"ocid":"a","parties":[{"id":"1","contactPoint":{"name":"Jo"}}],"planning":{"x":[{"contactPoint":"Jo"}]}}"#;
        let mut found = Found::default();
        read(text, &mut found).unwrap();
        let kept = without(text, &found.personal);
        assert!(!kept.contains("Jo"), "{kept}");
        read(&kept, &mut Found::default()).unwrap();
    }

    #[test]
    fn what_serde_json_refuses_is_made_readable() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(repaired(text).map(|(text, _)| text).as_deref(), expected);
        }
        check(r#"{"t":"a\ud83d","v":1}"#, Some(r#"{"t":"a\uFFFD","v":1}"#));
        check(r#"{"t":"\ud83d\ude00"}"#, None);
        check(r#"{"t":"\udc00x","v":1e9999}"#, Some(r#"{"t":"\uFFFDx","v":"1e9999"}"#));
        check(r#"{"t":"1e9999","v":1e3}"#, None);
        check(r#"{"t":"\"\\ud83d"}"#, None);
    }

    #[test]
    fn the_order_of_keys_does_not_change_what_a_release_says() {
        let read = |text: &str| read(text, &mut Found::default()).unwrap().sha256();
        assert_eq!(read(r#"{"ocid":"a","title":"b"}"#), read(r#"{ "title":"b", "ocid":"\u0061" }"#));
        assert_ne!(read(r#"{"ocid":"a","title":"b"}"#), read(r#"{"ocid":"b","title":"a"}"#));
        assert_ne!(
            read(r#"{"awards":[{"id":"1"},{"id":"2"}]}"#),
            read(r#"{"awards":[{"id":"2"},{"id":"1"}]}"#)
        );
    }
}
