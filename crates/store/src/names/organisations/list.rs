//! Lists of organisations.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::codes::{Code, OrganisationKind};
use sea_orm::{EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use super::row::{Resolution, Stored, stored};
use crate::ground::entity::organisation;
use crate::ground::lists::{Column, Facet, List, Order, Place, Values, all_words, one_of};
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

/// What current records say of a body in a role, in brackets.
macro_rules! counted {
    ($what:literal, $role:literal) => {
        concat!(
            "(SELECT ",
            $what,
            " FROM listed_parties p WHERE p.slug = organisations.slug AND p.role = '",
            $role,
            "')"
        )
    };
}

/// Whether a current record names a body in a role.
macro_rules! named {
    ($role:literal) => {
        concat!("EXISTS ", counted!("1", $role))
    };
}

/// How many current records name a body in a role.
macro_rules! times_named {
    ($role:literal) => {
        counted!("count(*)", $role)
    };
}

/// Organisations as a list: by name, unless another order is asked for.
pub static LIST: List<OrganisationQuery> = List {
    from: "organisations",
    number: "organisations.seq",
    conditions,
    usual: Order::of_text("name", "organisations.name_key"),
    orders: &[
        Order::of_text("name", "organisations.name_key"),
        Order::of_text("-name", "organisations.name_key"),
        Order::of_text("country", "organisations.country"),
        Order::of_text("kind", "coalesce(organisations.kind, '~')"),
        Order::of_number("-records", times_named!("publisher")),
        Order::of_number("-records_as_supplier", times_named!("supplier")),
        Order::of_number(
            "-contracts_as_supplier",
            "(SELECT count(DISTINCT x.contract_seq) FROM contract_parties x \
              JOIN contracts c ON c.seq = x.contract_seq AND c.is_current = TRUE \
              WHERE x.slug = organisations.slug AND x.role = 'supplier')",
        ),
    ],
    facets: &[
        Facet {
            name: "kind",
            values: Values::Codes(OrganisationKind::VOCABULARY),
            column: Column::One("organisations.kind"),
            without: |query| OrganisationQuery { kinds: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "country",
            values: Values::Words,
            column: Column::One("organisations.country"),
            without: |query| OrganisationQuery { countries: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "resolution",
            values: Values::Words,
            column: Column::One("organisations.resolution"),
            without: |query| OrganisationQuery { resolution: None, ..query.clone() },
        },
    ],
};

fn conditions(sql: &mut Sql, query: &OrganisationQuery) {
    sql.push("organisations.resolution <> ").bind(organisation::MERGED);
    all_words(sql, "organisations.name_key", query.q.as_deref());
    one_of(sql, "organisations.kind", query.kinds.iter().map(|kind| kind.as_str()));
    one_of(sql, "organisations.country", query.countries.iter().map(String::as_str));
    one_of(sql, "organisations.resolution", query.resolution.map(Resolution::as_str));
    match query.publishes {
        Some(true) => sql.push(concat!(" AND ", named!("publisher"))),
        Some(false) => sql.push(concat!(" AND NOT ", named!("publisher"))),
        None => sql,
    };
    if query.supplies {
        sql.push(concat!(" AND (", named!("supplier")));
        sql.push(
            " OR EXISTS (SELECT 1 FROM contract_parties x WHERE x.slug = organisations.slug AND x.role = 'supplier'))",
        );
    }
    if let Some((wanted, day)) = query.silent {
        sql.push(if wanted { " AND " } else { " AND NOT " }).push(&silent_on(day));
    }
}

/// How many organisations match.
pub async fn count(db: &Db, query: &OrganisationQuery) -> Result<u64, StoreError> {
    LIST.total(db, query).await
}

/// A page of organisations after a place, and where the next one begins.
pub async fn list(
    db: &Db,
    query: &OrganisationQuery,
    sort: Option<&Order>,
    after: Option<&Place>,
    limit: u64,
) -> Result<(Vec<Stored>, Option<Place>), StoreError> {
    let page = LIST.page(db, "organisations.*", query, (sort, after), limit).await?;
    let bodies = page.rows.iter().map(|row| stored(&organisation::Model::from_query_result(row, "")?));
    Ok((bodies.collect::<Result<_, StoreError>>()?, page.next))
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
