//! Table `listed_parties`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listed_parties")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub change: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub slug: String,
}

impl ActiveModelBehavior for ActiveModel {}
