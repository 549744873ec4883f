//! Turns a listing into a document of the index.

use std::collections::BTreeSet;

use domain::facets;
use domain::text::fold;
use serde_json::{Map, Value};
use store::StoreError;
use store::records::listings::Listing;
use tantivy::{Document, TantivyDocument};
use tokio::sync::OwnedSemaphorePermit;

use crate::language::{identifier, unmarked};
use crate::packed::packed;
use crate::schema::{CURRENT, Fields};
use crate::texts::Texts;

/// Longest id indexed, in bytes: tantivy drops terms above 65,530, and nobody types one as long as this.
const ID_LONGEST: usize = 1_000;

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
    let key = |texts: &[String]| texts.first().map_or_else(String::new, |text| fold(&unmarked(text)));
    document.add_text(fields.title_key, key(&texts.title));
    document.add_text(fields.publisher_key, key(&texts.publisher));
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
    document.add_text(fields.facet, format!("record={}", listing.id));
    let ids: BTreeSet<String> = std::iter::once(&listing.id)
        .chain(&listing.keys)
        .chain(&texts.ids)
        .map(|id| identifier(id))
        .filter(|id| !id.is_empty() && id.len() <= ID_LONGEST)
        .collect();
    for id in ids {
        document.add_text(fields.ids, id);
    }
    for (field, texts) in [
        (fields.title, &texts.title),
        (fields.product, &texts.product),
        (fields.supplier, &texts.supplier),
        (fields.publisher, &texts.publisher),
        (fields.summary, &texts.summary),
    ] {
        for text in texts {
            document.add_text(field, text);
            document.add_text(fields.words, text);
        }
    }
    for text in &texts.body {
        document.add_text(fields.body, text);
    }
    Ok(document)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;
    use tantivy::schema::{Field, Value as _};

    use super::*;
    use crate::schema::schema;

    #[test]
    fn a_record_is_found_by_everything_that_identifies_it() {
        let (_, fields) = schema();
        let content = json!({
            "lang": "en", "title": "Reader", "website_url": "https://www.example.gov.uk/Reader/",
            "contracts": [{ "ocid": "OCDS-1" }], "references": [{ "scheme": "NL-LARS", "value": "AB12" }],
        });
        let listing = Listing {
            change: 1,
            id: "R-ABC1234".to_owned(),
            keys: vec!["DHS-7".to_owned(), "dhs-7".to_owned()],
            touched: 1,
            until: None,
            published_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
            facets: "\n".to_owned(),
            content: content.to_string(),
        };
        let document = document(&listing, &fields).unwrap();
        let values = |field: Field| -> Vec<String> {
            document.get_all(field).filter_map(|value| value.as_str().map(str::to_owned)).collect()
        };
        assert_eq!(values(fields.ids), ["ab12", "dhs-7", "example.gov.uk/reader", "ocds-1", "r-abc1234"]);
        assert_eq!(values(fields.facet), ["record=R-ABC1234"]);
        assert_eq!(values(fields.words).len(), 1, "ids and addresses are no words");
    }
}
