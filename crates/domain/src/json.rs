//! Strict JSON: no member twice, limited depth, and no number that a reader would round. And JSON of one type, with the
//! place of what does not fit it.

use std::fmt;

use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::number;

/// Deepest nesting allowed.
pub const DEPTH_MAX: usize = 32;

/// Parses JSON. A whole number stays whole however it is written ([`number::in_json`]).
///
/// Errors: a sentence saying what is wrong and where.
pub fn read(text: &[u8]) -> Result<Value, String> {
    let text = number::in_json(text)?;
    let mut reader = serde_json::Deserializer::from_slice(&text);
    let read = Strict(DEPTH_MAX).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| error.to_string())
}

/// Parses JSON text by a schema, and returns the value as plain JSON.
pub type ReadObjects = fn(&str) -> Result<Value, BadJson>;

/// Why JSON in a cell does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadJson {
    /// The path inside the value, such as `[0].type`; empty for the whole value.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

/// Parses JSON text as a `T`, without rounding whole numbers. Errors: [`BadJson`] for the first fault, with
/// its path.
pub fn read_as<T: DeserializeOwned + Serialize>(text: &str) -> Result<Value, BadJson> {
    let text =
        number::in_json(text.as_bytes()).map_err(|message| BadJson { path: String::new(), message })?;
    let deserializer = &mut serde_json::Deserializer::from_slice(&text);
    let value: T = serde_path_to_error::deserialize(deserializer).map_err(|error| BadJson {
        path: Some(error.path().to_string()).filter(|path| path != ".").unwrap_or_default(),
        message: error.inner().to_string(),
    })?;
    serde_json::to_value(value).map_err(|error| BadJson { path: String::new(), message: error.to_string() })
}

struct Strict(usize);

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number is out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.inside()?)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(self.inside()?)?;
            if object.insert(name.clone(), value).is_some() {
                return Err(A::Error::custom(format!("the member '{name}' appears twice")));
            }
        }
        Ok(Value::Object(object))
    }
}

impl Strict {
    fn inside<E: Error>(&self) -> Result<Self, E> {
        match self.0.checked_sub(1) {
            Some(left) => Ok(Self(left)),
            None => Err(E::custom(format!("it nests deeper than {DEPTH_MAX}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = read(text.as_bytes()).map_or_else(|error| error, |value| value.to_string());
        assert!(shown.contains(expected), "{text}: {shown}");
    }

    #[test]
    fn json_is_read_strictly_and_exactly() {
        check(r#"{"a":[1,-2,1.5,"x",null,true]}"#, r#"{"a":[1,-2,1.5,"x",null,true]}"#);
        check(r#"{"a":12000.0,"b":1e3}"#, r#"{"a":12000,"b":1000}"#);
        check(r#"{"a":1,"a":2}"#, "the member 'a' appears twice");
        check("9007199254740993", "beyond 2^53");
        check("1.0e400", "beyond 2^53");
        check(&"[".repeat(40), "it nests deeper than 32");
        check(&format!("{}{}", "[".repeat(32), "]".repeat(32)), "[[[");
        check("{} x", "trailing characters");
    }
}
