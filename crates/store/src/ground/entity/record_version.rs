//! Table `record_versions`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record_versions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_seq: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub change: i64,
    pub published_at: i64,
    pub note: Option<String>,
    pub content: String,
    pub content_sha256: String,
    pub import: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
