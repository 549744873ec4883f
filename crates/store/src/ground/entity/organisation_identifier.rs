//! Table `organisation_identifiers`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_identifiers")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub scheme: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub value: String,
    pub organisation_seq: i64,
}

impl ActiveModelBehavior for ActiveModel {}
