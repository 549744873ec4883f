//! Everything that matches as CSV or NDJSON: streamed, with the memory of one chunk.
//!
//! Stored records are JSON with members in catalogue order, so a row of cells is written while walking
//! along both; no record is built.

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use domain::cell;
use domain::fields::{BASIS_SUFFIX, FIELDS, Field, FieldKind, columns};
use futures::Stream;
use memchr::{memchr, memchr3};
use search::{RecordQuery, Search, SearchError};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use store::export::{Export, Row};
use store::{Db, StoreError};
use tokio::sync::mpsc;

/// Formatted chunks that may wait for a slow reader.
const WAITING: usize = 2;
/// Derived columns in front of the fields.
const FRONT: &[&str] = &["id", "url", "version", "published_at", "updated_at", "publisher_id"];
/// Derived columns behind the fields.
const BACK: &[&str] = &["flags", "transparency_class"];

/// A format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, UTF-8; for spreadsheets with a byte order mark and guarded formula cells.
    Csv {
        /// Whether a spreadsheet is to open it.
        excel: bool,
    },
    /// One JSON object per line.
    Ndjson,
}

/// Streams every record that matches, as they are at the moment it begins.
pub async fn stream(
    db: &Db,
    search: &Search,
    query: &RecordQuery,
    format: Format,
    base_url: &str,
) -> Result<impl Stream<Item = Result<Bytes, StoreError>> + Send + Unpin + use<>, SearchError> {
    let mut export = Export::new(db, search.matching(query).await?);
    let base_url = base_url.to_owned();
    let (to, mut from) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let mut head = Vec::new();
        if let Format::Csv { excel } = format {
            header(&mut head, excel);
        }
        // The reader is gone when sending fails: then there is nothing left to do.
        if !head.is_empty() && to.send(Ok(Bytes::from(head))).await.is_err() {
            return;
        }
        let mut read = export.next().await;
        loop {
            let rows = match read {
                Ok(Some(rows)) => rows,
                Ok(None) => return,
                Err(error) => {
                    // The reader is gone when sending fails: then there is nobody to tell.
                    let _ = to.send(Err(error)).await;
                    return;
                }
            };
            // While these rows are written, the database reads the next.
            let writing = async { format_rows(&rows, format, &base_url) };
            let (next, chunk) = tokio::join!(export.next(), writing);
            let failed = chunk.is_err();
            if to.send(chunk).await.is_err() || failed {
                return;
            }
            read = next;
        }
    });
    Ok(futures::stream::poll_fn(move |context| from.poll_recv(context)))
}

fn header(out: &mut Vec<u8>, excel: bool) {
    if excel {
        out.extend_from_slice("\u{FEFF}".as_bytes());
    }
    let names: Vec<String> = FRONT
        .iter()
        .map(|name| (*name).to_owned())
        .chain(columns())
        .chain(BACK.iter().map(|name| (*name).to_owned()))
        .collect();
    out.extend_from_slice(names.join(",").as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// What an export takes from a list item.
#[derive(Deserialize)]
struct Beside<'a> {
    #[serde(borrow)]
    publisher: Slug<'a>,
    #[serde(borrow)]
    flags: Vec<&'a str>,
    transparency_class: &'a str,
}

#[derive(Deserialize)]
struct Slug<'a> {
    slug: &'a str,
}

fn format_rows(rows: &[Row], format: Format, base_url: &str) -> Result<Bytes, StoreError> {
    let size: usize = rows.iter().map(|row| row.content.len() + 512).sum();
    let mut out = Vec::with_capacity(size);
    for row in rows {
        let inconsistent = |column, error: serde_json::Error| StoreError::Inconsistent {
            table: "listings",
            column,
            id: row.id.clone(),
            reason: error.to_string(),
        };
        let beside: Beside<'_> =
            serde_json::from_str(&row.card).map_err(|error| inconsistent("card", error))?;
        match format {
            Format::Csv { excel } => {
                csv_row(&mut out, row, &beside, base_url, excel)
                    .map_err(|error| inconsistent("content", error))?;
            }
            Format::Ndjson => ndjson_row(&mut out, row, &beside, base_url),
        }
    }
    Ok(Bytes::from(out))
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn ndjson_row(out: &mut Vec<u8>, row: &Row, beside: &Beside<'_>, base_url: &str) {
    let front = format!(
        "{{\"id\":\"{id}\",\"url\":\"{base_url}/api/v1/records/{id}\",\"version\":{},\"published_at\":\"{}\",\"updated_at\":\"{}\",",
        row.number,
        instant(row.published_at),
        instant(row.updated_at),
        id = row.id,
    );
    out.extend_from_slice(front.as_bytes());
    out.extend_from_slice(&row.content.as_bytes()[1..row.content.len() - 1]);
    let flags = serde_json::to_string(&beside.flags).expect("codes are JSON");
    out.extend_from_slice(
        format!(",\"flags\":{flags},\"transparency_class\":\"{}\"}}\n", beside.transparency_class).as_bytes(),
    );
}

fn csv_row(
    out: &mut Vec<u8>,
    row: &Row,
    beside: &Beside<'_>,
    base_url: &str,
    excel: bool,
) -> serde_json::Result<()> {
    let front = format!(
        "{id},{base_url}/api/v1/records/{id},{},{},{},{}",
        row.number,
        instant(row.published_at),
        instant(row.updated_at),
        beside.publisher.slug,
        id = row.id,
    );
    out.extend_from_slice(front.as_bytes());
    let mut content = serde_json::Deserializer::from_str(&row.content);
    content.deserialize_map(Cells { out, excel })?;
    out.push(b',');
    out.extend_from_slice(beside.flags.join(";").as_bytes());
    out.push(b',');
    out.extend_from_slice(beside.transparency_class.as_bytes());
    out.extend_from_slice(b"\r\n");
    Ok(())
}

/// Walks along a record's members and the catalogue and writes a cell for each column.
struct Cells<'o> {
    out: &'o mut Vec<u8>,
    excel: bool,
}

impl<'de> Visitor<'de> for Cells<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a record with its members in catalogue order")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut fields = FIELDS.iter();
        while let Some(name) = members.next_key::<&str>()? {
            let value: &RawValue = members.next_value()?;
            for field in fields.by_ref() {
                if field.name == name {
                    self.out.push(b',');
                    write_cell(self.out, field, value.get(), self.excel);
                    break;
                }
                empty(self.out, field);
            }
        }
        for field in fields {
            empty(self.out, field);
        }
        Ok(())
    }
}

fn empty(out: &mut Vec<u8>, field: &Field) {
    out.extend_from_slice(if matches!(field.kind, FieldKind::Estimate) { b",," } else { b"," });
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

fn write_cell(out: &mut Vec<u8>, field: &Field, raw: &str, excel: bool) {
    match field.kind {
        FieldKind::Text(_) | FieldKind::Markdown | FieldKind::Url | FieldKind::Email => text(out, raw, excel),
        FieldKind::Date | FieldKind::Code(_) | FieldKind::Jurisdiction | FieldKind::Language => {
            out.extend_from_slice(raw.trim_matches('"').as_bytes());
        }
        FieldKind::Boolean => out.extend_from_slice(raw.as_bytes()),
        FieldKind::Codes(_) => {
            for (place, code) in raw.split('"').skip(1).step_by(2).enumerate() {
                if place > 0 {
                    out.push(b';');
                }
                out.extend_from_slice(code.as_bytes());
            }
        }
        FieldKind::Texts => {
            let items: Vec<String> = serde_json::from_str(raw).unwrap_or_default();
            escaped(out, &cell::join(items.iter().map(String::as_str)), excel);
        }
        FieldKind::Organisation => {
            let name = serde_json::from_str::<Named>(raw).map(|one| one.name).unwrap_or_default();
            escaped(out, &name, excel);
        }
        FieldKind::Organisations => {
            let items: Vec<Named> = serde_json::from_str(raw).unwrap_or_default();
            escaped(out, &cell::join(items.iter().map(|one| one.name.as_str())), excel);
        }
        FieldKind::Estimate => {
            let estimate: domain::record::Estimate = match serde_json::from_str(raw) {
                Ok(estimate) => estimate,
                Err(_) => return out.push(b','),
            };
            out.extend_from_slice(format!("{},{}", estimate.value, estimate.basis).as_bytes());
        }
        FieldKind::Objects(..) | FieldKind::Object(..) => escaped(out, raw, excel),
    }
}

/// A JSON string as a cell; without escapes it is copied as it stands.
fn text(out: &mut Vec<u8>, raw: &str, excel: bool) {
    let inner = &raw[1..raw.len() - 1];
    if memchr(b'\\', inner.as_bytes()).is_none() {
        escaped(out, inner, excel);
    } else {
        escaped(out, &serde_json::from_str::<String>(raw).unwrap_or_default(), excel);
    }
}

/// A cell by RFC 4180: in quotes where it must be.
fn escaped(out: &mut Vec<u8>, cell: &str, excel: bool) {
    let bytes = cell.as_bytes();
    let guard = excel && matches!(bytes.first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'));
    if memchr3(b'"', b',', b'\n', bytes).is_none() && memchr(b'\r', bytes).is_none() && !guard {
        out.extend_from_slice(bytes);
        return;
    }
    out.push(b'"');
    if guard {
        out.push(b'\'');
    }
    let mut rest = bytes;
    while let Some(at) = memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=at]);
        out.push(b'"');
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Column names of an export, for the data dictionary.
pub(crate) fn basis_column(field: &Field) -> Option<String> {
    matches!(field.kind, FieldKind::Estimate).then(|| format!("{}{BASIS_SUFFIX}", field.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be() {
        #[track_caller]
        fn check(cell: &str, excel: bool, expected: &str) {
            let mut out = Vec::new();
            escaped(&mut out, cell, excel);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
        check("plain", false, "plain");
        check("a,b", false, "\"a,b\"");
        check("say \"no\"", false, "\"say \"\"no\"\"\"");
        check("=1+1", false, "=1+1");
        check("=1+1", true, "\"'=1+1\"");
        check("two\nlines", false, "\"two\nlines\"");
    }
}
