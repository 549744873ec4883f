//! Addresses, put together so that what stands in them stays what it is.

use form_urlencoded::Serializer;

/// Keys and values of a query, in their order.
pub(crate) type Pairs = Vec<(String, String)>;

/// Pairs as a query, `?` among it; nothing for none.
pub(crate) fn query(pairs: &[(String, String)]) -> String {
    let mut text = Serializer::new(String::new());
    pairs.iter().for_each(|(key, value)| {
        text.append_pair(key, value);
    });
    let text = text.finish();
    if text.is_empty() { text } else { format!("?{text}") }
}

/// The same pairs without some keys.
pub(crate) fn without(pairs: &[(String, String)], drop: &[&str]) -> Pairs {
    pairs.iter().filter(|(key, _)| !drop.contains(&key.as_str())).cloned().collect()
}

/// The same pairs with one key said once, by another value.
pub(crate) fn with(pairs: &[(String, String)], key: &str, value: &str) -> Pairs {
    let mut pairs = without(pairs, &[key, "cursor"]);
    pairs.push((key.to_owned(), value.to_owned()));
    pairs
}

/// A part of an address, written so that it stays one.
pub(crate) fn part(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
