//! Records alike: lists in which they stand once, and lists of those like one record.

use domain::RecordId;
use search::AlikeTo;
use serde::Deserialize;
use store::Db;
use utoipa::ToSchema;

use crate::parameters::{Choice, Limits, Own, Value, bad_id, parameters};
use crate::problem::{ApiError, Fault};

/// How records alike stand in a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Alike {
    /// Each for itself.
    #[default]
    All,
    /// Once, as the first of them in the order of the list.
    Once,
}

impl Choice for Alike {
    const NOUN: &'static str = "a way to list records alike";
}

parameters! {
    /// Narrows records to those like one of them.
    pub(crate) struct AlikeParams {
        /// Public id of a record: only records with its title and its country, itself included.
        #[param(value_type = Option<String>, example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$")]
        alike_to: Option<RecordId>,
    }
}

impl Value<Own> for RecordId {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        text.parse().map_err(|_| bad_id(key, text, "the public id of a record, such as R-4ZK7Q2M"))
    }
}

/// What a search needs to know of a record to find those like it. Read after the look in which it is searched for:
/// then it has every version that the look shows.
///
/// Errors: [`ApiError::Query`] if there is no such record.
pub(crate) async fn alike_to(db: &Db, id: Option<RecordId>) -> Result<Option<AlikeTo>, ApiError> {
    let Some(id) = id else { return Ok(None) };
    let versions = store::records::changes(db, id).await?;
    if versions.is_empty() {
        let fault = Fault::new("alike_to", "unknown-record", format!("there is no record {id}"));
        return Err(ApiError::Query(vec![fault.hint("search /api/v1/records?q= for it")]));
    }
    Ok(Some(AlikeTo { record: id.to_string(), versions }))
}
