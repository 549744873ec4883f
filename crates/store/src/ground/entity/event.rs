//! Table `events`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub change: i64,
    pub at: i64,
    pub kind: String,
    pub record_seq: i64,
    pub version: i64,
    pub redaction: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
