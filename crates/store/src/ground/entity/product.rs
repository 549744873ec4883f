//! Table `products`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "products")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub seq: i64,
    pub id: String,
    pub slug: String,
    pub name: String,
    pub name_key: String,
    pub detail: String,
}

impl ActiveModelBehavior for ActiveModel {}
