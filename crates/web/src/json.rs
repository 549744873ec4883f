//! Reads members of API answers, for pages that need only a few of them.

use serde_json::{Map, Value};

use crate::words::label_in;

/// A text member.
pub(crate) fn text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}

/// The label of a member that holds a code from `list`.
pub(crate) fn coded(value: &Value, key: &str, list: &str) -> Option<String> {
    value[key].as_str().map(|code| label_in(list, code))
}

/// The items of a list in a record.
pub(crate) fn objects<'a>(record: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    record.get(name).and_then(Value::as_array).into_iter().flatten()
}
