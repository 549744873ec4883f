//! Table `listings`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listings")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub change: i64,
    pub touched: i64,
    pub until: Option<i64>,
    pub record_seq: i64,
    pub number: i64,
    pub published_at: i64,
    pub updated_at: i64,
    pub judge_on: Option<String>,
    pub card: String,
    pub facets: String,
    pub source: Option<String>,
    pub asked: Option<i64>,
    pub not_stated: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
