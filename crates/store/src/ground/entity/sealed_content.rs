//! Table `sealed_contents`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sealed_contents")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_seq: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i64,
    pub content: String,
}

impl ActiveModelBehavior for ActiveModel {}
