//! Table `record_parts`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record_parts")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub seq: i64,
    pub record_seq: i64,
    pub kind: String,
    pub position: i64,
    pub publisher: String,
    pub sectors: String,
    pub code: Option<String>,
    pub second_code: Option<String>,
    pub held_on: Option<String>,
    pub detail: String,
}

impl ActiveModelBehavior for ActiveModel {}
