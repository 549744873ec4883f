//! Items of a list that came in a table of their own, whose columns may hold less than the register knows.

use serde_json::Value;

use super::spreadsheet;
use crate::text;

/// The columns that such a table has.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    pub(super) names: &'a [String],
    /// Whether the table stood in a spreadsheet.
    pub(super) spreadsheet: bool,
}

/// The items. An item is completed from a known one if it agrees with that one, and no other, in all columns. Items
/// that are all alike stay as they are known.
pub(super) fn join(known: Option<&Value>, sent: &Value, columns: Columns<'_>) -> Value {
    let known: &[Value] = known.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let sent: &[Value] = sent.as_array().map(Vec::as_slice).unwrap_or_default();
    let in_order = || known.iter().zip(sent).all(|(known, sent)| columns.agree(known, sent));
    if known.len() == sent.len() && in_order() {
        return Value::Array(known.to_vec());
    }
    let joined = sent.iter().map(|item| {
        let mut alike = known.iter().filter(|known| columns.agree(known, item));
        match (alike.next(), alike.next()) {
            (Some(known), None) => known.clone(),
            _ => item.clone(),
        }
    });
    joined.collect()
}

impl Columns<'_> {
    /// Whether two items agree in all columns.
    pub(super) fn agree(self, known: &Value, sent: &Value) -> bool {
        self.names.iter().all(|column| says_same(&known[column], &sent[column], self.spreadsheet))
    }
}

/// Whether a member was sent with its known value, as a cell holds it; for an object, in the parts that were sent.
/// Spreadsheet programs make other values of some texts.
pub fn says_same(known: &Value, sent: &Value, spreadsheet: bool) -> bool {
    let blank = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text::clean(text).is_empty(),
        Value::Array(items) => {
            items.iter().all(|item| item.as_str().is_some_and(|text| text.trim().is_empty()))
        }
        _ => false,
    };
    match (known, sent) {
        (Value::Object(known), Value::Object(sent)) => sent
            .iter()
            .all(|(name, value)| says_same(known.get(name).unwrap_or(&Value::Null), value, spreadsheet)),
        (Value::String(was), Value::String(is)) => {
            was == is
                || text::clean(was) == *is
                || text::one_line(was) == *is
                || spreadsheet && spreadsheet::same(was, is)
        }
        (Value::Array(was), Value::Array(is)) if was.iter().all(Value::is_string) => {
            let lines: Vec<String> = was.iter().filter_map(Value::as_str).map(text::one_line).collect();
            let kept: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
            was == is || kept == is.iter().filter_map(Value::as_str).collect::<Vec<_>>()
        }
        _ => known == sent || blank(known) && blank(sent),
    }
}
