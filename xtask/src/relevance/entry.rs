//! A record of the register as other systems and judges read it, from its line in the public download.

use std::collections::HashMap;

use judged::Key;
use serde_json::{Map, Value};

/// Words that a judge reads of a record.
const EXCERPT: usize = 120;
/// Members with a column of their own, and those that say nothing about the tool.
const NOT_BODY: [&str; 12] = [
    "id",
    "url",
    "title",
    "name",
    "summary",
    "publisher",
    "joint_publishers",
    "supplier_involvement",
    "field_statements",
    "flags",
    "not_stated",
    "source_url",
];

/// A record, by its texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Entry {
    /// Public id.
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) source_key: String,
    pub(crate) title: String,
    pub(crate) publisher: String,
    pub(crate) supplier: String,
    pub(crate) product: String,
    pub(crate) summary: String,
    /// Every other text of more than one word.
    pub(crate) body: String,
}

impl Entry {
    /// Reads a line of `records.ndjson`; `keys` are those of imported records, by public id. Errors: the line is no
    /// JSON object, or its record has no key.
    pub(crate) fn read(line: &str, keys: &HashMap<String, Key>) -> Result<Self, String> {
        let record: Map<String, Value> = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let id = text("id");
        let key = keys.get(&id).ok_or_else(|| format!("record '{id}' was not imported"))?;
        let list = |name: &str| record.get(name).and_then(Value::as_array).into_iter().flatten();
        let name = |party: &Value| party["name"].as_str().unwrap_or_default().to_owned();
        let publishers = record.get("publisher").into_iter().chain(list("joint_publishers")).map(name);
        let parts = || list("supplier_involvement");
        let products = parts().filter_map(|part| part["product"].as_str().map(str::to_owned));
        let mut body = Vec::new();
        for (_, value) in record.iter().filter(|(name, _)| !NOT_BODY.contains(&name.as_str())) {
            prose(value, &mut body);
        }
        let (title, other) = (text("title"), text("name"));
        Ok(Self {
            source: key.source.clone(),
            source_key: key.key.clone(),
            title: if title == other { title } else { joined([title, other]) },
            publisher: joined(publishers),
            supplier: joined(parts().map(|part| name(&part["supplier"]))),
            product: joined(products),
            summary: text("summary"),
            body: body.join("\n"),
            id,
        })
    }

    /// Its key.
    pub(crate) fn key(&self) -> Key {
        Key { source: self.source.clone(), key: self.source_key.clone() }
    }

    /// The first words of its summary and body.
    pub(crate) fn excerpt(&self) -> String {
        let words = self.summary.split_whitespace().chain(self.body.split_whitespace());
        words.take(EXCERPT).collect::<Vec<_>>().join(" ")
    }
}

/// Collects texts of more than one word; the rest are codes, dates and addresses.
fn prose<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if text.contains(' ') => into.push(text),
        Value::Array(items) => items.iter().for_each(|item| prose(item, into)),
        Value::Object(members) => members.values().for_each(|member| prose(member, into)),
        _ => {}
    }
}

/// Texts in lines, without the empty ones.
fn joined(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_into_columns() {
        let line = r#"{"id":"R-1","url":"http://a b","title":"Camera 5","name":"Camera","summary":"Sees cars.",
            "publisher":{"name":"Utrecht"},"joint_publishers":[{"name":"Police"}],"phase":"in_use",
            "supplier_involvement":[{"supplier":{"name":"Acme"},"product":"Eye"},{"role":"host"}],
            "risks":[{"text":"Sees too much"}],"field_statements":[{"reason":"not stated"}]}"#;
        let key = Key { source: "nl".to_owned(), key: "7".to_owned() };
        let keys = HashMap::from([("R-1".to_owned(), key.clone())]);
        let entry = Entry::read(line, &keys).unwrap();
        assert_eq!(entry.key(), key);
        assert_eq!([&entry.title, &entry.publisher], ["Camera 5\nCamera", "Utrecht\nPolice"]);
        assert_eq!([&entry.supplier, &entry.product, &entry.body], ["Acme", "Eye", "Sees too much"]);
        assert_eq!(entry.excerpt(), "Sees cars. Sees too much");
        assert_eq!(Entry::read(line, &HashMap::new()).unwrap_err(), "record 'R-1' was not imported");
    }

    #[test]
    fn an_excerpt_has_at_most_its_words() {
        let entry = Entry { summary: "one ".repeat(100), body: "two ".repeat(100), ..Entry::default() };
        assert_eq!(entry.excerpt().split(' ').count(), EXCERPT);
    }
}
