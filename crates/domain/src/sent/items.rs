//! Items of a list that came in a file of its own, whose columns may hold less than the register knows.

use serde_json::Value;

/// The items. An item is completed from a known one if it agrees with that one, and no other, in all columns.
pub(super) fn join(known: Option<&Value>, sent: &Value, columns: &[String]) -> Value {
    let known: &[Value] = known.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let sent = sent.as_array().into_iter().flatten();
    let joined = sent.map(|item| {
        let mut alike = known.iter().filter(|known| agree(known, item, columns));
        match (alike.next(), alike.next()) {
            (Some(known), None) => known.clone(),
            _ => item.clone(),
        }
    });
    joined.collect()
}

/// Whether two items agree in all columns.
fn agree(known: &Value, sent: &Value, columns: &[String]) -> bool {
    columns.iter().all(|column| says_same(&known[column], &sent[column]))
}

/// Whether a member was sent with its known value; for an object, in the parts that were sent.
pub fn says_same(known: &Value, sent: &Value) -> bool {
    let blank = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    match (known, sent) {
        (Value::Object(known), Value::Object(sent)) => {
            sent.iter().all(|(name, value)| known.get(name) == Some(value))
        }
        _ => known == sent || blank(known) && blank(sent),
    }
}
