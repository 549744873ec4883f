//! Table `imports`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub seq: i64,
    pub source: String,
    pub dataset: String,
    pub file: String,
    pub file_sha256: String,
    pub rule_version: String,
    pub started_at: i64,
    pub finished_at: Option<i64>,
    pub rows_done: i64,
    pub created: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub rejected: i64,
}

impl ActiveModelBehavior for ActiveModel {}
