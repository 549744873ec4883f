//! Table `organisations`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisations")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub seq: i64,
    pub id: String,
    pub slug: String,
    pub name: String,
    pub name_key: String,
    pub country: String,
    pub kind: Option<String>,
    pub resolution: String,
    pub merged_into: Option<String>,
    pub expected_to_publish: bool,
    pub nil_return_on: Option<String>,
    pub detail: String,
    pub parent: Option<String>,
}

/// The resolution of an organisation that was merged into another. It stays so that its old slug and id lead to the
/// other, and is found in no other way.
pub(crate) const MERGED: &str = "merged";

/// Leaves out merged organisations.
pub(crate) fn not_merged() -> Expr {
    COLUMN.resolution.ne(MERGED)
}

impl ActiveModelBehavior for ActiveModel {}
