//! Reading contracts: filtered lists, one contract, and what a body bought or sold.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::codes::{Code, ContractKind, PartyRole, WatchStrength};
use domain::contracting::money::Sums;
use domain::contracting::watch::Hit;
use domain::contracting::{Contract, Process};
use sea_orm::QueryResult;

use super::json::read;
use crate::ground::lists::{Column, Facet, List, Order, Place, Values, all_words, has_any, one_of};
use crate::ground::sql::Sql;
use crate::{Db, StoreError};

/// A stored contract, with its process.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Its row number.
    pub seq: i64,
    /// Its id.
    pub id: String,
    /// The day it is sorted by: that of its process's first notice.
    pub listed_on: String,
    /// The process.
    pub process: Process,
    /// The contract.
    pub contract: Contract,
    /// Why it is on the watch list; `None` if it is not.
    pub hit: Option<Hit>,
    /// Whether it still follows from the notices.
    pub is_current: bool,
}

/// Filters for contracts; an empty list means all.
#[derive(Debug, Clone, Default)]
pub struct ContractQuery {
    /// Words of title, description and the parties' names; all must occur.
    pub q: Option<String>,
    /// Slugs of buyers.
    pub buyers: Vec<String>,
    /// Slugs of suppliers.
    pub suppliers: Vec<String>,
    /// Slugs of bodies that buy or sell.
    pub parties: Vec<String>,
    /// Codes of the Common Procurement Vocabulary, or their beginnings.
    pub cpv: Vec<String>,
    /// Contracts, or awards without one.
    pub kinds: Vec<ContractKind>,
    /// Least value, in hundredths.
    pub value_from: Option<i64>,
    /// Greatest value, in hundredths.
    pub value_to: Option<i64>,
    /// Currencies (ISO 4217).
    pub currencies: Vec<String>,
    /// Awarded or signed on this day or later.
    pub awarded_from: Option<NaiveDate>,
    /// Awarded or signed on this day or earlier.
    pub awarded_to: Option<NaiveDate>,
    /// Running on this day.
    pub active_on: Option<NaiveDate>,
    /// Types of notice.
    pub notice_types: Vec<String>,
    /// Procedures.
    pub procedures: Vec<String>,
    /// Strengths on the watch list.
    pub watch: Vec<WatchStrength>,
    /// Groups of the watch list.
    pub watch_groups: Vec<String>,
    /// On the watch list (`true`) or not.
    pub watched: Option<bool>,
    /// Linked to a record with class probable or better (`true`), or not.
    pub linked: Option<bool>,
    /// The ocid.
    pub ocids: Vec<String>,
    /// Public id of a record it is linked to, unless that link was rejected.
    pub record: Option<String>,
}

const COLUMNS: &str =
    "c.seq, c.id, c.listed_on, p.detail AS process, c.detail AS contract, c.watch, c.is_current";
const FROM: &str = "contracts c JOIN processes p ON p.seq = c.process_seq";

/// Contracts as a list: newest process first, unless another order is asked for.
pub static LIST: List<ContractQuery> = List {
    from: FROM,
    number: "c.seq",
    conditions,
    usual: Order::of_text("-listed_on", "c.listed_on"),
    orders: &[
        Order::of_text("-listed_on", "c.listed_on"),
        Order::of_text("listed_on", "c.listed_on"),
        Order::of_text("-awarded_on", "coalesce(c.awarded_on, '')"),
        Order::of_text("awarded_on", "coalesce(c.awarded_on, '9999-12-31')"),
        Order::of_text("ends_on", "coalesce(c.ends_on, '9999-12-31')"),
        Order::of_number("-value", "coalesce(c.amount, -1)"),
        Order::of_number("value", "coalesce(c.amount, 9223372036854775807)"),
    ],
    facets: &[
        Facet {
            name: "buyer",
            values: Values::Named,
            column: Column::Joined(
                " JOIN contract_parties y ON y.contract_seq = c.seq AND y.role = 'buyer'",
                "y.slug",
            ),
            without: |query| ContractQuery { buyers: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "supplier",
            values: Values::Named,
            column: Column::Joined(
                " JOIN contract_parties y ON y.contract_seq = c.seq AND y.role = 'supplier'",
                "y.slug",
            ),
            without: |query| ContractQuery { suppliers: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "kind",
            values: Values::Codes(ContractKind::VOCABULARY),
            column: Column::One("c.kind"),
            without: |query| ContractQuery { kinds: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "currency",
            values: Values::Words,
            column: Column::One("c.currency"),
            without: |query| ContractQuery { currencies: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "procedure",
            values: Values::Words,
            column: Column::One("c.procedure"),
            without: |query| ContractQuery { procedures: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "notice_type",
            values: Values::Words,
            column: Column::Several("c.notice_types"),
            without: |query| ContractQuery { notice_types: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "watch_strength",
            values: Values::Codes(WatchStrength::VOCABULARY),
            column: Column::One("c.watch_strength"),
            without: |query| ContractQuery { watch: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "watch_group",
            values: Values::Words,
            column: Column::One("c.watch_group"),
            without: |query| ContractQuery { watch_groups: Vec::new(), ..query.clone() },
        },
    ],
};

/// The beginning of a statement that selects contracts; its condition follows.
fn selected() -> Sql {
    Sql::new(&format!("SELECT {COLUMNS} FROM {FROM} WHERE "))
}

/// Condition for links that count: probable or better, and neither rejected nor disputed.
const COUNTS: &str =
    "l.state NOT IN ('rejected', 'disputed') AND l.class IN ('confirmed', 'strong', 'probable')";

fn stored(row: &QueryResult) -> Result<Stored, StoreError> {
    let seq: i64 = row.try_get_by("seq")?;
    let watch: Option<String> = row.try_get_by("watch")?;
    Ok(Stored {
        seq,
        id: row.try_get_by("id")?,
        listed_on: row.try_get_by("listed_on")?,
        process: read("processes", seq, &row.try_get_by::<String, _>("process")?)?,
        contract: read("contracts", seq, &row.try_get_by::<String, _>("contract")?)?,
        hit: watch.map(|watch| read("contracts", seq, &watch)).transpose()?,
        is_current: row.try_get_by("is_current")?,
    })
}

fn party(sql: &mut Sql, role: PartyRole, slugs: &[String]) {
    if slugs.is_empty() {
        return;
    }
    sql.push(" AND EXISTS (SELECT 1 FROM contract_parties x WHERE x.contract_seq = c.seq AND x.role = ");
    sql.bind(role.as_str()).push(" AND x.slug IN ");
    sql.bind_list(slugs.iter().map(String::as_str)).push(")");
}

/// Adds a query's conditions, after `WHERE`.
fn conditions(sql: &mut Sql, query: &ContractQuery) {
    sql.push("c.is_current = TRUE");
    all_words(sql, "c.text_key", query.q.as_deref());
    party(sql, PartyRole::Buyer, &query.buyers);
    party(sql, PartyRole::Supplier, &query.suppliers);
    if !query.parties.is_empty() {
        sql.push(" AND EXISTS (SELECT 1 FROM contract_parties x WHERE x.contract_seq = c.seq AND x.slug IN ");
        sql.bind_list(query.parties.iter().map(String::as_str)).push(")");
    }
    if !query.cpv.is_empty() {
        sql.push(" AND EXISTS (SELECT 1 FROM contract_cpv v WHERE v.contract_seq = c.seq AND (");
        for (place, code) in query.cpv.iter().enumerate() {
            // A range instead of LIKE, because an index serves it on both databases. `:` follows `9` in ASCII.
            sql.push(if place > 0 { " OR " } else { "" }).push("(v.code >= ").bind(code.as_str());
            sql.push(" AND v.code < ").bind(format!("{code}:")).push(")");
        }
        sql.push("))");
    }
    one_of(sql, "c.kind", query.kinds.iter().map(|kind| kind.as_str()));
    one_of(sql, "c.watch_strength", query.watch.iter().map(|strength| strength.as_str()));
    one_of(sql, "c.watch_group", query.watch_groups.iter().map(String::as_str));
    one_of(sql, "c.currency", query.currencies.iter().map(String::as_str));
    one_of(sql, "c.procedure", query.procedures.iter().map(String::as_str));
    one_of(sql, "p.ocid", query.ocids.iter().map(String::as_str));
    let types: Vec<String> = query.notice_types.iter().map(|kind| kind.to_uppercase()).collect();
    has_any(sql, "c.notice_types", types.iter().map(String::as_str));
    for (operator, amount) in [(">=", query.value_from), ("<=", query.value_to)] {
        if let Some(amount) = amount {
            sql.push(&format!(" AND c.amount {operator} ")).bind(amount);
        }
    }
    for (operator, day) in [(">=", query.awarded_from), ("<=", query.awarded_to)] {
        if let Some(day) = day {
            sql.push(&format!(" AND c.awarded_on {operator} ")).bind(day.to_string());
        }
    }
    if let Some(day) = query.active_on {
        sql.push(" AND c.starts_on <= ").bind(day.to_string());
        sql.push(" AND (c.ends_on IS NULL OR c.ends_on >= ").bind(day.to_string()).push(")");
    }
    match query.watched {
        Some(true) => sql.push(" AND c.watch_strength IS NOT NULL"),
        Some(false) => sql.push(" AND c.watch_strength IS NULL"),
        None => sql,
    };
    if let Some(linked) = query.linked {
        sql.push(if linked { " AND EXISTS" } else { " AND NOT EXISTS" });
        sql.push(" (SELECT 1 FROM links l WHERE l.contract_seq = c.seq AND l.target_kind = 'record' AND ");
        sql.push(COUNTS).push(")");
    }
    if let Some(record) = &query.record {
        sql.push(
            " AND EXISTS (SELECT 1 FROM links l WHERE l.contract_seq = c.seq AND l.target_kind = 'record'",
        );
        sql.push(" AND l.target = ").bind(record.as_str()).push(" AND l.state <> 'rejected')");
    }
}

/// How many contracts match.
pub async fn matching(db: &Db, query: &ContractQuery) -> Result<u64, StoreError> {
    LIST.total(db, query).await
}

/// A page of contracts after a place, and where the next one begins.
pub async fn list(
    db: &Db,
    query: &ContractQuery,
    sort: Option<&Order>,
    after: Option<&Place>,
    limit: u64,
) -> Result<(Vec<Stored>, Option<Place>), StoreError> {
    let page = LIST.page(db, COLUMNS, query, (sort, after), limit).await?;
    Ok((page.rows.iter().map(stored).collect::<Result<_, _>>()?, page.next))
}

/// At most `limit` contracts after a row number, including those no longer current.
pub async fn after_seq(db: &Db, seq: i64, limit: u64) -> Result<Vec<Stored>, StoreError> {
    let mut sql = selected();
    sql.push("c.seq > ").bind(seq).push(" ORDER BY c.seq LIMIT ").bind(limit.cast_signed());
    sql.all(&db.read).await?.iter().map(stored).collect()
}

/// How many contracts there are, including those no longer current.
pub async fn count(db: &Db) -> Result<u64, StoreError> {
    Ok(Sql::new("SELECT count(*) FROM contracts").number(&db.read).await?.unsigned_abs())
}

/// Finds a contract by id, current or not.
pub async fn find(db: &Db, id: &str) -> Result<Option<Stored>, StoreError> {
    let mut sql = selected();
    sql.push("c.id = ").bind(id).one(&db.read).await?.as_ref().map(stored).transpose()
}

/// What a supplier sold, per currency and buyer.
#[derive(Debug, Clone, Default)]
pub struct Sold {
    /// Sums of the values that are this supplier's alone: without frameworks, and without contracts of several
    /// suppliers.
    pub sums: Sums,
    /// Number of contracts.
    pub contracts: u64,
    /// How many of them add nothing to the sums.
    pub without_value: u64,
    /// The same per buyer, by slug or, if unresolved, by name.
    pub buyers: BTreeMap<(Option<String>, String), Bought>,
}

impl Sold {
    /// Adds one of the supplier's contracts, unless it came to nothing or is no longer current.
    pub fn add(&mut self, Stored { contract, process, is_current, .. }: &Stored) {
        if contract.is_void() || !is_current {
            return;
        }
        self.contracts += 1;
        // A framework's value is a ceiling, not income.
        let own = contract.own_value().filter(|_| !process.framework);
        match own {
            Some(value) => self.sums.add(value),
            None => self.without_value += 1,
        }
        let mut buyers: Vec<_> = contract
            .parties_as(PartyRole::Buyer)
            .map(|buyer| (buyer.organisation.clone(), buyer.name.clone().unwrap_or_default()))
            .collect();
        buyers.dedup();
        let alone = buyers.len() == 1;
        for buyer in buyers {
            // One body under several names is one buyer.
            let known = self.buyers.keys().find(|(slug, _)| slug.is_some() && *slug == buyer.0).cloned();
            let bought = self.buyers.entry(known.unwrap_or(buyer)).or_default();
            bought.contracts += 1;
            if let Some(value) = own.filter(|_| alone) {
                bought.sums.add(value);
            }
        }
    }
}

/// What one buyer bought.
#[derive(Debug, Clone, Default)]
pub struct Bought {
    /// Sums of values that are the supplier's alone and the buyer's alone.
    pub sums: Sums,
    /// Number of contracts.
    pub contracts: u64,
}

/// Everything a supplier sold.
pub async fn sold_by(db: &Db, slug: &str) -> Result<Sold, StoreError> {
    Ok(sold_by_each(db, &[slug]).await?.remove(slug).unwrap_or_default())
}

/// Everything that each of some suppliers sold, by slug; those that sold nothing are missing.
pub async fn sold_by_each(db: &Db, slugs: &[&str]) -> Result<HashMap<String, Sold>, StoreError> {
    if slugs.is_empty() {
        return Ok(HashMap::new());
    }
    // A supplier named twice in a contract sold it once.
    let mut sql = Sql::new(&format!(
        "SELECT s.slug AS supplier, {COLUMNS} FROM (SELECT DISTINCT x.contract_seq, x.slug FROM contract_parties x \
         WHERE x.role = "
    ));
    sql.bind(PartyRole::Supplier.as_str()).push(" AND x.slug IN ").bind_list(slugs.iter().copied());
    sql.push(") s JOIN contracts c ON c.seq = s.contract_seq JOIN processes p ON p.seq = c.process_seq");
    sql.push(" WHERE c.is_current = TRUE ORDER BY c.seq");
    let mut sold: HashMap<String, Sold> = HashMap::new();
    for row in sql.all(&db.read).await? {
        sold.entry(row.try_get_by("supplier")?).or_default().add(&stored(&row)?);
    }
    Ok(sold)
}

fn with_party(what: &str, role: PartyRole, slug: &str) -> Sql {
    let mut sql = Sql::new(what);
    sql.push(
        " FROM contracts c WHERE c.is_current = TRUE AND c.seq IN \
        (SELECT x.contract_seq FROM contract_parties x WHERE x.role = ",
    );
    sql.bind(role.as_str()).push(" AND x.slug = ").bind(slug).push(")");
    sql
}

/// How many contracts name an organisation in a role.
pub async fn parties_named(db: &Db, role: PartyRole, slug: &str) -> Result<u64, StoreError> {
    Ok(with_party("SELECT count(*)", role, slug).number(&db.read).await?.unsigned_abs())
}
