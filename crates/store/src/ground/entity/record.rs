//! Table `records`.

use sea_orm::entity::prelude::*;

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub(crate) enum State {
    #[sea_orm(string_value = "published")]
    Published,
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "records")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub id: String,
    pub origin: String,
    pub source: Option<String>,
    pub source_key: Option<String>,
    pub dataset: Option<String>,
    pub edition: Option<String>,
    pub seen_import: Option<i64>,
    pub state: State,
    pub withdrawn_at: Option<i64>,
    pub withdrawn_reason: Option<String>,
    pub version: i64,
    pub change: i64,
    pub full_sha256: String,
    pub first_published_at: i64,
    pub updated_at: i64,
    pub owner: Option<String>,
    pub confirmed_at: Option<i64>,
    pub answered_at: Option<i64>,
    pub redacted_at: Option<i64>,
    pub in_source: Option<bool>,
    pub missing_from: Option<String>,
    pub source_body: Option<String>,
    pub source_unit: Option<String>,
    pub source_name: Option<String>,
    pub withdrawn_facets: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
