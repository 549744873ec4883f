//! Turns a listing into a document of the index.

use domain::facets;
use domain::fields::{FIELDS, FieldKind};
use domain::text::fold;
use serde_json::{Map, Value};
use store::StoreError;
use store::records::listings::Listing;
use tantivy::{Document, TantivyDocument};
use tokio::sync::OwnedSemaphorePermit;

use crate::packed::packed;
use crate::schema::{CURRENT, Fields};

/// The texts of a record, grouped by how much they say about it.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub(crate) title: Vec<String>,
    pub(crate) product: Vec<String>,
    pub(crate) supplier: Vec<String>,
    pub(crate) publisher: Vec<String>,
    pub(crate) summary: String,
    pub(crate) body: Vec<String>,
}

impl Texts {
    /// Extracts the texts from a stored record.
    pub(crate) fn of(record: &Map<String, Value>) -> Self {
        let mut texts = Self::default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let name = |value: &Value| text(&value["name"]);
        for (member, value) in record {
            match member.as_str() {
                "title" | "name" => {
                    let title = text(value);
                    if !texts.title.contains(&title) {
                        texts.title.push(title);
                    }
                }
                "summary" => texts.summary = text(value),
                "publisher" => texts.publisher.push(name(value)),
                "joint_publishers" => {
                    texts.publisher.extend(value.as_array().into_iter().flatten().map(name))
                }
                "supplier_involvement" => {
                    for part in value.as_array().into_iter().flatten() {
                        texts.supplier.extend(part.get("supplier").map(name));
                        texts.product.extend(part.get("product").map(text));
                    }
                }
                _ => {
                    let kind = FIELDS.iter().find(|field| field.name == member).map(|field| field.kind);
                    if matches!(
                        kind,
                        Some(
                            FieldKind::Text(_)
                                | FieldKind::Markdown
                                | FieldKind::Texts
                                | FieldKind::Objects(..)
                                | FieldKind::Object(..)
                        )
                    ) {
                        prose(value, &mut texts.body);
                    }
                }
            }
        }
        texts
    }
}

/// Collects texts of more than one word; the rest are codes, dates and addresses.
fn prose(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains(' ') => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| prose(item, into)),
        Value::Object(members) => members.values().for_each(|member| prose(member, into)),
        _ => {}
    }
}

/// A document waiting to be indexed, with a permit. The number of permits bounds memory use.
pub(crate) struct Waiting {
    pub(crate) document: TantivyDocument,
    pub(crate) room: OwnedSemaphorePermit,
}

impl Document for Waiting {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }

    fn into_tantivy_document(self) -> TantivyDocument {
        drop(self.room);
        self.document
    }
}

/// The document of a listing. Errors: [`StoreError::Inconsistent`] if its content is not a record.
pub(crate) fn document(listing: &Listing, fields: &Fields) -> Result<TantivyDocument, StoreError> {
    let record: Map<String, Value> = serde_json::from_str(&listing.content)
        .map_err(|error| StoreError::inconsistent("record_versions", "content", listing.change, error))?;
    let texts = Texts::of(&record);
    let mut document = TantivyDocument::default();
    document.add_u64(fields.change, listing.change.unsigned_abs());
    document.add_u64(fields.until, listing.until.map_or(CURRENT, i64::unsigned_abs));
    document.add_i64(fields.published_at, listing.published_at.timestamp_micros());
    document.add_i64(fields.updated_at, listing.updated_at.timestamp_micros());
    let people = record.get("people_affected_per_year").and_then(|estimate| estimate["value"].as_i64());
    document.add_i64(fields.people, people.unwrap_or(-1));
    document.add_text(fields.title_key, texts.title.first().map_or_else(String::new, |title| fold(title)));
    document
        .add_text(fields.publisher_key, texts.publisher.first().map_or_else(String::new, |name| fold(name)));
    let lines = || listing.facets.lines().filter(|line| !line.is_empty());
    for value in packed(lines()) {
        document.add_text(fields.counted, value);
    }
    for line in lines() {
        document.add_text(fields.facet, line);
        if let Some((name, value)) = line.split_once('=')
            && let Some(facet) = facets::find(name).filter(|facet| facet.is_searched)
            && !facet.takes_blank(value)
            && let Some(label) = facet.value_label(value)
        {
            document.add_text(fields.labels, label);
        }
    }
    for (field, texts) in [
        (fields.title, &texts.title),
        (fields.product, &texts.product),
        (fields.supplier, &texts.supplier),
        (fields.publisher, &texts.publisher),
    ] {
        for text in texts {
            document.add_text(field, text);
            document.add_text(fields.words, text);
        }
    }
    document.add_text(fields.summary, &texts.summary);
    document.add_text(fields.words, &texts.summary);
    for text in &texts.body {
        document.add_text(fields.body, text);
    }
    Ok(document)
}
