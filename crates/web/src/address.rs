//! Building addresses, with every part escaped.

use form_urlencoded::Serializer;

/// Keys and values of a query, in order.
pub(crate) type Pairs = Vec<(String, String)>;

/// Pairs as a query, with its `?`; empty without pairs.
pub(crate) fn query(pairs: &[(String, String)]) -> String {
    let mut text = Serializer::new(String::new());
    pairs.iter().for_each(|(key, value)| {
        text.append_pair(key, value);
    });
    let text = text.finish();
    if text.is_empty() { text } else { format!("?{text}") }
}

/// The pairs without some keys.
pub(crate) fn without(pairs: &[(String, String)], drop: &[&str]) -> Pairs {
    pairs.iter().filter(|(key, _)| !drop.contains(&key.as_str())).cloned().collect()
}

/// The pairs with one value for a key. Drops the cursor, which belongs to the old query.
pub(crate) fn with(pairs: &[(String, String)], key: &str, value: &str) -> Pairs {
    let mut pairs = without(pairs, &[key, "cursor"]);
    pairs.push((key.to_owned(), value.to_owned()));
    pairs
}

/// Escapes text as one part of a path or one value of a query.
pub(crate) fn part(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
