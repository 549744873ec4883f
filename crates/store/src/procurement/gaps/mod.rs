//! Gaps between what was bought and what is registered: found by rules for a day, answered by the bodies
//! concerned.

mod coverage;
mod run;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::codes::{Code, GapRule, GapStatus, OrganisationKind, PartyRole};
use domain::contracting::{ContractParty, Money};
use sea_orm::QueryResult;
use serde::Deserialize;

use crate::ground::db::{instant, micros};
use crate::ground::lists::{Column, Facet, List, Order, Place, Values, one_of};
use crate::ground::sql::Sql;
use crate::procurement::contracts::read;
use crate::{Db, StoreError, Tx};

pub use coverage::{Counts, Coverage, Share, SourceCoverage, coverage};
pub use run::{Looked, are_due, look};

/// A stored gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// Its row number.
    pub seq: i64,
    /// Its id.
    pub id: String,
    /// Which rule found it.
    pub rule: GapRule,
    /// Release of the rule.
    pub rule_version: String,
    /// Id of the contract it is about.
    pub contract_id: Option<String>,
    /// Title of that contract.
    pub contract_title: Option<String>,
    /// Its buyers as the notice names them.
    pub buyer_names: Vec<String>,
    /// Its suppliers as the notice names them.
    pub supplier_names: Vec<String>,
    /// The contract's value.
    pub value: Option<Money>,
    /// Public id of the record it is about.
    pub record_id: Option<String>,
    /// Slug of the body asked about it; `None` if nobody is.
    pub organisation: Option<String>,
    /// Its status.
    pub status: GapStatus,
    /// Why, in a sentence.
    pub reason: String,
    /// When it was first found.
    pub found_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
    /// Replies, oldest first.
    pub replies: Vec<Reply>,
}

/// A reply to a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The gap's status after it.
    pub status: GapStatus,
    /// What it says.
    pub statement: String,
    /// Public id of the record it names.
    pub record_id: Option<String>,
    /// Slug of the body that replied; `None` for the register itself.
    pub organisation: Option<String>,
    /// When.
    pub made_at: DateTime<Utc>,
}

/// Filters for gaps; an empty list means all.
#[derive(Debug, Clone, Default)]
pub struct GapQuery {
    /// Found by these rules.
    pub rules: Vec<GapRule>,
    /// With these statuses.
    pub statuses: Vec<GapStatus>,
    /// Slugs of the bodies asked.
    pub organisations: Vec<String>,
    /// Kinds of the bodies asked.
    pub kinds: Vec<OrganisationKind>,
    /// Ids of contracts.
    pub contracts: Vec<String>,
    /// Public ids of records.
    pub records: Vec<String>,
    /// Groups of the watch list.
    pub watch_groups: Vec<String>,
}

const COLUMNS: &str = "g.seq, g.id, g.rule, g.rule_version, c.id AS contract_id, c.detail AS contract_detail, \
    g.record_id, g.organisation, g.status, g.reason, g.found_at, g.changed_at";
const FROM: &str = "gaps g LEFT JOIN contracts c ON c.seq = g.contract_seq";

/// Gaps as a list: in the order they were found, unless another is asked for.
pub static LIST: List<GapQuery> = List {
    from: FROM,
    number: "g.seq",
    conditions,
    usual: Order::of_rows("seq"),
    orders: &[
        Order::of_number("found_at", "g.found_at"),
        Order::of_number("-found_at", "g.found_at"),
        Order::of_number("-changed_at", "g.changed_at"),
        Order::of_number("-value", "coalesce(c.amount, -1)"),
        Order::of_text("organisation", "coalesce(g.organisation, '~')"),
    ],
    facets: &[
        Facet {
            name: "rule",
            values: Values::Codes(GapRule::VOCABULARY),
            column: Column::One("g.rule"),
            without: |query| GapQuery { rules: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "status",
            values: Values::Codes(GapStatus::VOCABULARY),
            column: Column::One("g.status"),
            without: |query| GapQuery { statuses: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "organisation",
            values: Values::Named,
            column: Column::One("g.organisation"),
            without: |query| GapQuery { organisations: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "organisation_kind",
            values: Values::Codes(OrganisationKind::VOCABULARY),
            column: Column::Joined(" JOIN organisations o ON o.slug = g.organisation", "o.kind"),
            without: |query| GapQuery { kinds: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "watch_group",
            values: Values::Words,
            column: Column::One("c.watch_group"),
            without: |query| GapQuery { watch_groups: Vec::new(), ..query.clone() },
        },
    ],
};

fn gap(row: &QueryResult) -> Result<Gap, StoreError> {
    #[derive(Default, Deserialize)]
    struct Known {
        title: Option<String>,
        #[serde(default)]
        parties: Vec<ContractParty>,
        value: Option<Money>,
    }
    let id: String = row.try_get_by("id")?;
    let contract: Option<String> = row.try_get_by("contract_detail")?;
    let contract: Option<Known> = contract.map(|detail| read("contracts", &id, &detail)).transpose()?;
    let Known { title, parties, value } = contract.unwrap_or_default();
    let names = |role| {
        let parties = parties.iter().filter(move |party| party.role == role);
        parties.filter_map(|party| party.name.clone()).collect()
    };
    let bad = |column| {
        let id = id.clone();
        move |error: domain::codes::UnknownCode| StoreError::inconsistent("gaps", column, id, error)
    };
    Ok(Gap {
        seq: row.try_get_by("seq")?,
        rule: GapRule::parse(&row.try_get_by::<String, _>("rule")?).map_err(bad("rule"))?,
        rule_version: row.try_get_by("rule_version")?,
        contract_id: row.try_get_by("contract_id")?,
        contract_title: title,
        buyer_names: names(PartyRole::Buyer),
        supplier_names: names(PartyRole::Supplier),
        value,
        record_id: row.try_get_by("record_id")?,
        organisation: row.try_get_by("organisation")?,
        status: GapStatus::parse(&row.try_get_by::<String, _>("status")?).map_err(bad("status"))?,
        reason: row.try_get_by("reason")?,
        found_at: instant(row.try_get_by("found_at")?),
        changed_at: instant(row.try_get_by("changed_at")?),
        replies: Vec::new(),
        id,
    })
}

async fn with_replies(
    conn: &impl sea_orm::ConnectionTrait,
    mut gaps: Vec<Gap>,
) -> Result<Vec<Gap>, StoreError> {
    if gaps.is_empty() {
        return Ok(gaps);
    }
    let places: HashMap<i64, usize> = gaps.iter().enumerate().map(|(place, gap)| (gap.seq, place)).collect();
    let mut sql = Sql::new(
        "SELECT gap_seq, status, statement, record_id, organisation, made_at FROM gap_replies WHERE gap_seq IN ",
    );
    let rows = sql.bind_list(gaps.iter().map(|gap| gap.seq)).push(" ORDER BY seq").all(conn).await?;
    for row in rows {
        let seq: i64 = row.try_get_by("gap_seq")?;
        let status = GapStatus::parse(&row.try_get_by::<String, _>("status")?)
            .map_err(|error| StoreError::inconsistent("gap_replies", "status", seq, error))?;
        if let Some(place) = places.get(&seq) {
            gaps[*place].replies.push(Reply {
                status,
                statement: row.try_get_by("statement")?,
                record_id: row.try_get_by("record_id")?,
                organisation: row.try_get_by("organisation")?,
                made_at: instant(row.try_get_by("made_at")?),
            });
        }
    }
    Ok(gaps)
}

fn conditions(sql: &mut Sql, query: &GapQuery) {
    sql.push("1 = 1");
    one_of(sql, "g.rule", query.rules.iter().map(|rule| rule.as_str()));
    one_of(sql, "g.status", query.statuses.iter().map(|status| status.as_str()));
    one_of(sql, "g.organisation", query.organisations.iter().map(String::as_str));
    one_of(sql, "c.id", query.contracts.iter().map(String::as_str));
    one_of(sql, "g.record_id", query.records.iter().map(String::as_str));
    one_of(sql, "c.watch_group", query.watch_groups.iter().map(String::as_str));
    if !query.kinds.is_empty() {
        sql.push(" AND g.organisation IN (SELECT k.slug FROM organisations k WHERE k.kind IN ");
        sql.bind_list(query.kinds.iter().map(|kind| kind.as_str())).push(")");
    }
}

/// How many gaps match.
pub async fn count(db: &Db, query: &GapQuery) -> Result<u64, StoreError> {
    LIST.total(db, query).await
}

/// A page of gaps after a place, and where the next one begins.
pub async fn list(
    db: &Db,
    query: &GapQuery,
    sort: Option<&Order>,
    after: Option<&Place>,
    limit: u64,
) -> Result<(Vec<Gap>, Option<Place>), StoreError> {
    let page = LIST.page(db, COLUMNS, query, (sort, after), limit).await?;
    let items: Vec<Gap> = page.rows.iter().map(gap).collect::<Result<_, _>>()?;
    Ok((with_replies(&db.read, items).await?, page.next))
}

/// The beginning of a statement that selects gaps; its condition follows.
fn selected() -> Sql {
    Sql::new(&format!("SELECT {COLUMNS} FROM {FROM} WHERE "))
}

/// Finds a gap by its id.
pub async fn read_one(db: &Db, id: &str) -> Result<Option<Gap>, StoreError> {
    let mut sql = selected();
    let Some(row) = sql.push("g.id = ").bind(id).one(&db.read).await? else { return Ok(None) };
    Ok(with_replies(&db.read, vec![gap(&row)?]).await?.pop())
}

/// Finds a gap by id, through a transaction; with its contract's row number.
pub async fn find(tx: &Tx, id: &str) -> Result<Option<(Gap, Option<i64>)>, StoreError> {
    let mut sql = selected();
    let Some(row) = sql.push("g.id = ").bind(id).one(tx).await? else { return Ok(None) };
    let found = with_replies(tx, vec![gap(&row)?]).await?.pop();
    let contract =
        Sql::new("SELECT coalesce(contract_seq, 0) FROM gaps WHERE id = ").bind(id).number(tx).await?;
    Ok(found.map(|gap| (gap, Some(contract).filter(|seq| *seq > 0))))
}

/// Stores a reply; the gap takes its status.
pub async fn reply(tx: &Tx, gap: &Gap, reply: Reply) -> Result<Gap, StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO gap_replies (gap_seq, status, statement, record_id, organisation, made_at) VALUES ",
    );
    sql.bind_list(values![
        gap.seq,
        reply.status.as_str(),
        reply.statement.as_str(),
        reply.record_id.clone(),
        reply.organisation.clone(),
        micros(reply.made_at),
    ]);
    sql.run(tx).await?;
    let mut sql = Sql::new("UPDATE gaps SET status = ");
    sql.bind(reply.status.as_str()).push(", changed_at = ").bind(micros(reply.made_at));
    sql.push(" WHERE seq = ").bind(gap.seq).run(tx).await?;
    let mut gap = Gap { status: reply.status, changed_at: reply.made_at, ..gap.clone() };
    gap.replies.push(reply);
    Ok(gap)
}

/// Redacts replies to gaps about a record; `true` if any had something to redact.
pub(crate) async fn scrub(
    tx: &Tx,
    record_id: &str,
    without: impl Fn(&str) -> String,
) -> Result<bool, StoreError> {
    let mut had = false;
    let mut sql = Sql::new("SELECT seq, statement FROM gap_replies WHERE record_id = ");
    sql.bind(record_id)
        .push(" OR gap_seq IN (SELECT seq FROM gaps WHERE record_id = ")
        .bind(record_id)
        .push(")");
    for row in sql.all(tx).await? {
        let statement: String = row.try_get_by("statement")?;
        let left = without(&statement);
        if left == statement {
            continue;
        }
        had = true;
        let mut sql = Sql::new("UPDATE gap_replies SET statement = ");
        sql.bind(left).push(" WHERE seq = ").bind(row.try_get_by::<i64, _>("seq")?).run(tx).await?;
    }
    Ok(had)
}

/// Number of unanswered gaps: contracts of a supplier without a record.
pub async fn records_missing(db: &Db, supplier: &str) -> Result<u64, StoreError> {
    let mut sql = Sql::new("SELECT count(*) FROM gaps g WHERE g.rule = ");
    sql.bind(GapRule::ContractWithoutRecord.as_str()).push(" AND g.status IN ");
    sql.bind_list([GapStatus::Open, GapStatus::CandidateOnly, GapStatus::Asked].map(Code::as_str));
    sql.push(" AND g.contract_seq IN (SELECT x.contract_seq FROM contract_parties x WHERE x.role = ");
    sql.bind(PartyRole::Supplier.as_str()).push(" AND x.slug = ").bind(supplier).push(")");
    Ok(sql.number(&db.read).await?.unsigned_abs())
}
