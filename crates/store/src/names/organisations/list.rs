//! Lists of organisations.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::codes::{Code, OrganisationKind};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use super::row::{Resolution, Stored, stored};
use crate::ground::entity::organisation;
use crate::ground::sql::Sql;
use crate::names::expected::silent_on;
use crate::{Db, StoreError};

/// Filters for a list of organisations.
#[derive(Debug, Clone, Default)]
pub struct OrganisationQuery {
    /// Words of the name; all must occur.
    pub q: Option<String>,
    /// Kinds of body; empty for all.
    pub kinds: Vec<OrganisationKind>,
    /// Countries (ISO 3166-1); empty for all.
    pub countries: Vec<String>,
    /// Only registered ones, or only unresolved names.
    pub resolution: Option<Resolution>,
    /// Only those that publish records (`true`) or do not (`false`).
    pub publishes: Option<bool>,
    /// Only those named as supplier by records or contracts.
    pub supplies: bool,
    /// Only bodies that are silent on this day (`true`) or are not (`false`): expected to publish, with neither a
    /// published record of their own nor a nil return that holds.
    pub silent: Option<(bool, NaiveDate)>,
}

/// A page of organisations.
#[derive(Debug)]
pub struct OrganisationPage {
    /// The organisations, by name.
    pub items: Vec<Stored>,
    /// How many match.
    pub total: u64,
    /// Where the next page starts: name key and number of the last one; `None` on the last page.
    pub next: Option<(String, i64)>,
}

/// Lists organisations by name.
pub async fn list(
    db: &Db,
    query: &OrganisationQuery,
    after: Option<&(String, i64)>,
    limit: u64,
) -> Result<OrganisationPage, StoreError> {
    let named = |role: &str| {
        format!(
            "EXISTS (SELECT 1 FROM listed_parties p WHERE p.slug = organisations.slug AND p.role = '{role}')"
        )
    };
    let published = named("publisher");
    let mut select = organisation::Entity::find().filter(organisation::not_merged());
    for word in
        query.q.iter().flat_map(|q| domain::text::fold(q).split(' ').map(str::to_owned).collect::<Vec<_>>())
    {
        select = select.filter(organisation::COLUMN.name_key.like(format!("%{word}%")));
    }
    if !query.kinds.is_empty() {
        select = select.filter(organisation::COLUMN.kind.is_in(query.kinds.iter().map(|kind| kind.as_str())));
    }
    if !query.countries.is_empty() {
        select = select.filter(organisation::COLUMN.country.is_in(query.countries.clone()));
    }
    if let Some(resolution) = query.resolution {
        select = select.filter(organisation::COLUMN.resolution.eq(resolution.as_str()));
    }
    match query.publishes {
        Some(true) => select = select.filter(Expr::cust(published)),
        Some(false) => select = select.filter(Expr::cust(format!("NOT {published}"))),
        None => {}
    }
    if query.supplies {
        let sold = "EXISTS (SELECT 1 FROM contract_parties x WHERE x.slug = organisations.slug AND x.role = 'supplier')";
        select = select.filter(Expr::cust(format!("({} OR {sold})", named("supplier"))));
    }
    if let Some((wanted, day)) = query.silent {
        let silent = silent_on(day);
        select = select.filter(Expr::cust(if wanted { silent } else { format!("NOT {silent}") }));
    }
    let total = sea_orm::PaginatorTrait::count(select.clone(), &db.read).await?;
    if let Some((key, seq)) = after {
        select = select.filter(
            organisation::COLUMN
                .name_key
                .gt(key)
                .or(organisation::COLUMN.name_key.eq(key).and(organisation::COLUMN.seq.gt(*seq))),
        );
    }
    let mut rows = select
        .order_by_asc(organisation::COLUMN.name_key)
        .order_by_asc(organisation::COLUMN.seq)
        .limit(limit + 1)
        .all(&db.read)
        .await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| (row.name_key.clone(), row.seq));
    Ok(OrganisationPage { items: rows.iter().map(stored).collect::<Result<_, _>>()?, total, next })
}

/// At most `limit` organisations after a row number, with their numbers.
pub async fn after_seq(db: &Db, seq: i64, limit: u64) -> Result<Vec<(i64, Stored)>, StoreError> {
    let rows = organisation::Entity::find()
        .filter(organisation::not_merged().and(organisation::COLUMN.seq.gt(seq)))
        .order_by_asc(organisation::COLUMN.seq)
        .limit(limit)
        .all(&db.read)
        .await?;
    rows.iter().map(|row| Ok((row.seq, stored(row)?))).collect()
}

/// Slugs of the bodies named as supplier by current records.
pub async fn named_as_supplier(db: &Db) -> Result<HashSet<String>, StoreError> {
    let rows =
        Sql::new("SELECT DISTINCT slug FROM listed_parties WHERE role = 'supplier'").all(&db.read).await?;
    rows.iter().map(|row| Ok(row.try_get_by("slug")?)).collect()
}
