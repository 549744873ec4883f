//! Table `organisation_names`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_names")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name_key: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_seq: i64,
    pub name: String,
    pub kind: String,
}

impl ActiveModelBehavior for ActiveModel {}
