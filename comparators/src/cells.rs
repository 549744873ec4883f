//! A stored record as CSV cells: the columns of the register's export, in order, by walking the stored JSON.
//! Written for speed alone: no guard against formulas, no useful errors.

use domain::fields::{FIELDS, Field, FieldKind};
use memchr::{memchr, memchr3};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Writes the cells of every field, each after a comma.
pub fn write(out: &mut Vec<u8>, content: &str) -> serde_json::Result<()> {
    serde_json::Deserializer::from_str(content).deserialize_map(Walk(out))
}

struct Walk<'o>(&'o mut Vec<u8>);

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut fields = FIELDS.iter();
        while let Some(name) = members.next_key::<&str>()? {
            let raw = members.next_value::<&RawValue>()?.get();
            for field in fields.by_ref() {
                self.0.push(b',');
                if field.name == name {
                    cell(self.0, field, raw).map_err(A::Error::custom)?;
                    break;
                }
                if matches!(field.kind, FieldKind::Estimate) {
                    self.0.push(b',');
                }
            }
        }
        for field in fields {
            self.0.extend_from_slice(if matches!(field.kind, FieldKind::Estimate) { b",," } else { b"," });
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Estimate<'a> {
    value: u64,
    basis: &'a str,
}

fn cell(out: &mut Vec<u8>, field: &Field, raw: &str) -> serde_json::Result<()> {
    match field.kind {
        FieldKind::Codes(_) => {
            for (place, code) in raw.split('"').skip(1).step_by(2).enumerate() {
                if place > 0 {
                    out.push(b';');
                }
                out.extend_from_slice(code.as_bytes());
            }
        }
        FieldKind::Texts => {
            let items: Vec<String> = serde_json::from_str(raw)?;
            escaped(out, &domain::cell::join(items.iter().map(String::as_str)));
        }
        FieldKind::Organisation => escaped(out, &serde_json::from_str::<Named>(raw)?.name),
        FieldKind::Organisations => {
            let items: Vec<Named> = serde_json::from_str(raw)?;
            escaped(out, &domain::cell::join(items.iter().map(|one| one.name.as_str())));
        }
        FieldKind::Estimate => {
            let estimate: Estimate<'_> = serde_json::from_str(raw)?;
            out.extend_from_slice(estimate.value.to_string().as_bytes());
            out.push(b',');
            out.extend_from_slice(estimate.basis.as_bytes());
        }
        FieldKind::Objects(..) | FieldKind::Object(..) | FieldKind::Boolean => escaped(out, raw),
        _ if memchr(b'\\', raw.as_bytes()).is_none() => escaped(out, &raw[1..raw.len() - 1]),
        _ => escaped(out, &serde_json::from_str::<String>(raw)?),
    }
    Ok(())
}

/// A cell as in RFC 4180, quoted only where needed.
pub fn escaped(out: &mut Vec<u8>, cell: &str) {
    let bytes = cell.as_bytes();
    if memchr3(b'"', b',', b'\n', bytes).is_none() && memchr(b'\r', bytes).is_none() {
        out.extend_from_slice(bytes);
        return;
    }
    out.push(b'"');
    let mut rest = bytes;
    while let Some(at) = memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=at]);
        out.push(b'"');
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}
