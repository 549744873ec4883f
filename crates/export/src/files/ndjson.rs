//! Records as JSON lines: the published record, with the columns the register adds in front and behind.

use serde_json::Value;
use store::records::export::Row;

use crate::cell::instant;
use crate::tables::Beside;

/// Writes a record as one line, with its line end.
pub fn record(out: &mut Vec<u8>, row: &Row, beside: &Beside<'_>, base_url: &str) {
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
        format!(",\"flags\":{flags},\"transparency_class\":\"{}\"", beside.transparency_class).as_bytes(),
    );
    if let Some(source) = &beside.source {
        let members = [
            ("source", Some(source.as_ref())),
            ("dataset", beside.dataset.as_deref()),
            ("edition", beside.edition.as_deref()),
            ("source_published_on", beside.source_published_on),
            ("source_changed_on", beside.source_changed_on),
            ("source_url", beside.source_url.as_deref()),
        ];
        for (name, value) in members.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            out.extend_from_slice(format!(",\"{name}\":{}", Value::from(value)).as_bytes());
        }
        if let Some(in_source) = beside.in_source {
            out.extend_from_slice(format!(",\"in_source\":{in_source}").as_bytes());
        }
    }
    if !beside.not_stated.is_empty() {
        let names = serde_json::to_string(&beside.not_stated).expect("names are JSON");
        out.extend_from_slice(format!(",\"not_stated\":{names}").as_bytes());
    }
    out.extend_from_slice(b"}\n");
}
