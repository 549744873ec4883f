//! Table `assessments`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assessments")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub seq: i64,
    pub id: String,
    pub record_seq: i64,
    pub r#type: String,
    pub stage: String,
    pub status: String,
    pub publisher: String,
    pub sectors: String,
    pub next_review_on: Option<String>,
    pub detail: String,
    pub document: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
