//! Reads JSON in any usual arrangement as rows of text: an array, an object around an array, one object, or
//! one object per line. A row's line is its position among the rows, from 1.

use std::path::Path;

use serde_json::{Map, Value};

use crate::report::{Uses, changed_into};
use crate::table::{FileError, Input, Progress, Reading, Text};

/// Rows read from JSON, and what surrounded them.
pub(super) struct JsonFile {
    pub(super) headers: Vec<String>,
    pub(super) rows: Vec<Map<String, Value>>,
    /// Members beside the array, such as the date of the file.
    pub(super) around: Map<String, Value>,
    /// What is known of the file.
    pub(super) input: Input,
}

pub(super) fn open(path: &Path, reading: &Reading) -> Result<JsonFile, FileError> {
    let name = path.display().to_string();
    let text = Text::open(path, reading)?;
    let whole = text.read_whole(&name, &reading.limits)?;
    let mut rows = Vec::new();
    let mut around = Map::new();
    let mut not_objects = 0_u64;
    let mut take = |value: Value| match value {
        Value::Object(row) => rows.push(row),
        _ => not_objects += 1,
    };
    for value in serde_json::Deserializer::from_str(&whole).into_iter::<Value>() {
        let value = value.map_err(|error| {
            let what = if error.is_eof() { "the JSON is cut short" } else { "this is no JSON" };
            FileError::unusable(
                &name,
                format!("{what} ({error})"),
                "send the whole file as it was downloaded",
            )
        })?;
        match value {
            Value::Array(items) => items.into_iter().for_each(&mut take),
            Value::Object(mut object) => {
                let list = object.iter().find(|(_, value)| {
                    value
                        .as_array()
                        .is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_object))
                });
                let wraps =
                    !["title", "name", "content_id", "naam"].iter().any(|key| object.contains_key(*key));
                match list.map(|(key, _)| key.clone()).filter(|_| wraps) {
                    Some(key) => {
                        if let Some(Value::Array(items)) = object.remove(&key) {
                            items.into_iter().for_each(&mut take);
                        }
                        around.extend(object);
                    }
                    None => take(Value::Object(object)),
                }
            }
            other => take(other),
        }
    }
    if rows.is_empty() {
        return Err(FileError::unusable(name, "the JSON holds no records", "send an array of objects"));
    }
    let mut notices = text.notices.clone();
    if not_objects > 0 {
        notices.push(format!("{not_objects} items are no objects and were passed over"));
    }
    let mut headers: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for key in rows.iter().flat_map(|row| row.keys()) {
        if seen.insert(key.clone()) {
            headers.push(key.clone());
        }
    }
    let (bytes, progress) = (rows.len() as u64, Progress::default());
    let input = Input { sha256: text.sha256, notices, bytes, progress, ..Input::default() };
    Ok(JsonFile { headers, rows, around, input })
}

/// A row's cells, one for each of the file's headers.
pub(super) fn cells(headers: &[String], row: &Map<String, Value>, uses: &mut Uses) -> Vec<String> {
    headers.iter().map(|header| row.get(header).map_or_else(String::new, |value| cell(value, uses))).collect()
}

fn cell(value: &Value, uses: &mut Uses) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => literal(text, uses).map_or_else(|| text.clone(), |items| items.join("; ")),
        Value::Array(items) => items
            .iter()
            .map(|item| cell(item, uses))
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("; "),
        Value::Object(object) => match object.get("label").or_else(|| object.get("title")) {
            Some(Value::String(label)) => match object.get("link") {
                Some(Value::String(link)) if !link.trim().is_empty() => format!("{label}: {}", link.trim()),
                _ => label.clone(),
            },
            _ => value.to_string(),
        },
        other => other.to_string(),
    }
}

/// The items of a list that another program printed into a cell: a PostgreSQL array (`{a,"b c"}`) or a Python
/// list (`['a', 'b']`). `None` for any other text.
pub(super) fn literal(text: &str, uses: &mut Uses) -> Option<Vec<String>> {
    let text = text.trim();
    let (inner, quotes, rule): (&str, &[char], _) =
        if let Some(inner) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            if inner.contains(':') && inner.trim_start().starts_with('"') {
                return None;
            }
            (inner, &['"'], "postgres-array-literal")
        } else {
            let inner = text.strip_prefix('[')?.strip_suffix(']')?;
            if !inner.trim().is_empty() && !inner.trim_start().starts_with(['\'', '"']) {
                return None;
            }
            (inner, &['\'', '"'], "python-list-literal")
        };
    let mut items = Vec::new();
    let mut item = String::new();
    let mut open: Option<char> = None;
    let mut letters = inner.chars().peekable();
    while let Some(letter) = letters.next() {
        match (open, letter) {
            (Some(_), '\\') => match letters.next() {
                Some('n') => item.push('\n'),
                Some('t') => item.push(' '),
                Some(other) => item.push(other),
                None => {}
            },
            (Some(quote), letter) if letter == quote => open = None,
            (Some(_), letter) => item.push(letter),
            (None, letter) if quotes.contains(&letter) && item.trim().is_empty() => {
                item.clear();
                open = Some(letter);
            }
            (None, ',') => items.push(std::mem::take(&mut item)),
            (None, letter) => item.push(letter),
        }
    }
    items.push(item);
    let items: Vec<String> =
        items.into_iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect();
    changed_into(uses, rule, text, || items.join("; "));
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_lists_become_their_items() {
        #[track_caller]
        fn check(text: &str, expected: Option<&[&str]>) {
            let found = literal(text, &mut Uses::new());
            assert_eq!(
                found.as_deref(),
                expected.map(|items| items.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()).as_deref()
            );
        }
        check("{\"Ruimte en infrastructuur\"}", Some(&["Ruimte en infrastructuur"]));
        check("{Werk,Huisvesting,\"Ruimte, en\"}", Some(&["Werk", "Huisvesting", "Ruimte, en"]));
        check("['c) Age', 'i) Income']", Some(&["c) Age", "i) Income"]));
        check("[\"agency's own\"]", Some(&["agency's own"]));
        check("[]", Some(&[]));
        check("{\"a\": 1}", None);
        check("plain, text", None);
        check("[see note]", None);
    }
}
