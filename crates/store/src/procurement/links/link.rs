//! Storing and judging links.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::codes::{Code, LinkClass, LinkState, Role};
use domain::contracting::linking::{Evidence, VERSION};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::procurement::contracts::read;
use crate::{Db, StoreError, Tx};

/// A stored link.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Its row number.
    pub seq: i64,
    /// Its id.
    pub id: String,
    /// Id of the contract.
    pub contract_id: String,
    /// What it links to.
    pub target: Target,
    /// How good its grounds are.
    pub class: LinkClass,
    /// Judgement by people, if any.
    pub state: LinkState,
    /// Release of the rules that made it.
    pub rule_version: String,
    /// Its grounds.
    pub evidence: Vec<Evidence>,
    /// When it was first proposed.
    pub made_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
    /// When a person judged it.
    pub judged_at: Option<DateTime<Utc>>,
    /// The role in which they judged.
    pub judged_role: Option<Role>,
    /// Their reason.
    pub reason: Option<String>,
}

/// What a link can lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// A record.
    Record,
    /// A product.
    Product,
}

impl TargetKind {
    /// The word for it in the database, in addresses and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Product => "product",
        }
    }
}

/// The target of a link.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// A record, by its public id.
    Record(String),
    /// A product, by its slug.
    Product(String),
}

impl Target {
    /// What it is.
    pub fn kind(&self) -> TargetKind {
        match self {
            Self::Record(_) => TargetKind::Record,
            Self::Product(_) => TargetKind::Product,
        }
    }

    /// The public id or slug.
    pub fn name(&self) -> &str {
        match self {
            Self::Record(name) | Self::Product(name) => name,
        }
    }

    pub(super) fn read(kind: &str, name: String) -> Self {
        if kind == TargetKind::Record.as_str() { Self::Record(name) } else { Self::Product(name) }
    }
}

const COLUMNS: &str = "SELECT l.seq, l.id, c.id AS contract_id, l.target_kind, l.target, l.class, l.state, \
    l.rule_version, l.evidence, l.made_at, l.changed_at, l.judged_at, l.judged_role, l.reason, l.contract_seq \
    FROM links l JOIN contracts c ON c.seq = l.contract_seq";

fn link(row: &QueryResult) -> Result<Link, StoreError> {
    let id: String = row.try_get_by("id")?;
    let bad = |column| {
        let id = id.clone();
        move |error: domain::codes::UnknownCode| StoreError::inconsistent("links", column, id, error)
    };
    let role: Option<String> = row.try_get_by("judged_role")?;
    Ok(Link {
        seq: row.try_get_by("seq")?,
        contract_id: row.try_get_by("contract_id")?,
        target: Target::read(&row.try_get_by::<String, _>("target_kind")?, row.try_get_by("target")?),
        class: LinkClass::parse(&row.try_get_by::<String, _>("class")?).map_err(bad("class"))?,
        state: LinkState::parse(&row.try_get_by::<String, _>("state")?).map_err(bad("state"))?,
        rule_version: row.try_get_by("rule_version")?,
        evidence: read("links", &id, &row.try_get_by::<String, _>("evidence")?)?,
        made_at: instant(row.try_get_by("made_at")?),
        changed_at: instant(row.try_get_by("changed_at")?),
        judged_at: row.try_get_by::<Option<i64>, _>("judged_at")?.map(instant),
        judged_role: role.map(|role| Role::parse(&role)).transpose().map_err(bad("judged_role"))?,
        reason: row.try_get_by("reason")?,
        id,
    })
}

/// Filters for links; an empty list means all.
#[derive(Debug, Clone, Default)]
pub struct LinkQuery {
    /// Their classes.
    pub classes: Vec<LinkClass>,
    /// Judgement by people, if any.
    pub states: Vec<LinkState>,
    /// What they lead to.
    pub kinds: Vec<TargetKind>,
    /// Ids of contracts.
    pub contracts: Vec<String>,
    /// Public ids of records.
    pub records: Vec<String>,
    /// Slugs of products.
    pub products: Vec<String>,
}

fn conditions(query: &LinkQuery) -> Sql {
    let mut wanted = Sql::default();
    wanted.push(" WHERE c.is_current = TRUE");
    let mut any = |column: &str, values: Vec<&str>| {
        if !values.is_empty() {
            wanted.push(&format!(" AND {column} IN ")).bind_list(values);
        }
    };
    any("l.class", query.classes.iter().map(|class| class.as_str()).collect());
    any("l.state", query.states.iter().map(|state| state.as_str()).collect());
    any("l.target_kind", query.kinds.iter().map(|kind| kind.as_str()).collect());
    any("c.id", query.contracts.iter().map(String::as_str).collect());
    for (kind, targets) in [(TargetKind::Record, &query.records), (TargetKind::Product, &query.products)] {
        if !targets.is_empty() {
            wanted.push(" AND l.target_kind = ").bind(kind.as_str()).push(" AND l.target IN ");
            wanted.bind_list(targets.iter().map(String::as_str));
        }
    }
    wanted
}

/// How many links match.
pub async fn count(db: &Db, query: &LinkQuery) -> Result<u64, StoreError> {
    let mut count = Sql::new("SELECT count(*) FROM links l JOIN contracts c ON c.seq = l.contract_seq");
    Ok(count.append(&conditions(query)).number(&db.read).await?.unsigned_abs())
}

/// A page of links after a row number, and the number of the last one if there are more.
pub async fn list(
    db: &Db,
    query: &LinkQuery,
    after: Option<i64>,
    limit: u64,
) -> Result<(Vec<Link>, Option<i64>), StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.append(&conditions(query));
    if let Some(after) = after {
        sql.push(" AND l.seq > ").bind(after);
    }
    let rows = sql.push(" ORDER BY l.seq LIMIT ").bind((limit + 1).cast_signed()).all(&db.read).await?;
    let mut items: Vec<Link> = rows.iter().map(link).collect::<Result<_, _>>()?;
    let more = items.len() as u64 > limit;
    items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = items.last().filter(|_| more).map(|last| last.seq);
    Ok((items, next))
}

/// Links by the contract's row number, best first.
pub async fn of_contracts(db: &Db, contracts: &[i64]) -> Result<HashMap<i64, Vec<Link>>, StoreError> {
    let mut found: HashMap<i64, Vec<Link>> = HashMap::new();
    if contracts.is_empty() {
        return Ok(found);
    }
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE l.contract_seq IN ").bind_list(contracts.iter().copied());
    for row in sql.push(" ORDER BY l.seq").all(&db.read).await? {
        found.entry(row.try_get_by("contract_seq")?).or_default().push(link(&row)?);
    }
    found.values_mut().for_each(|links| links.sort_by_key(|link| link.class));
    Ok(found)
}

/// Finds a link by its id.
pub async fn find(conn: &impl ConnectionTrait, id: &str) -> Result<Option<Link>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE l.id = ").bind(id).one(conn).await?.as_ref().map(link).transpose()
}

/// A person's judgement of a link.
#[derive(Debug, Clone)]
pub struct Judgement<'a> {
    /// Confirmed, rejected or disputed.
    pub state: LinkState,
    /// The role they judge in.
    pub role: Role,
    /// Why.
    pub reason: &'a str,
}

/// Stores a judgement; a confirmed link gets class confirmed.
pub async fn judge(
    tx: &Tx,
    link: &Link,
    said: &Judgement<'_>,
    now: DateTime<Utc>,
) -> Result<Link, StoreError> {
    let class = if said.state == LinkState::Confirmed { LinkClass::Confirmed } else { link.class };
    let mut sql = Sql::new("UPDATE links SET state = ");
    sql.bind(said.state.as_str()).push(", class = ").bind(class.as_str());
    sql.push(", judged_at = ").bind(micros(now)).push(", judged_role = ").bind(said.role.as_str());
    sql.push(", reason = ").bind(said.reason).push(", changed_at = ").bind(micros(now));
    sql.push(" WHERE seq = ").bind(link.seq).run(tx).await?;
    Ok(Link {
        class,
        state: said.state,
        judged_at: Some(now),
        judged_role: Some(said.role),
        reason: Some(said.reason.to_owned()),
        changed_at: now,
        ..link.clone()
    })
}

/// A body states that a record covers a contract: a confirmed link, with that as evidence beside what rules
/// found. `false` if the link was rejected before.
pub async fn state(
    tx: &Tx,
    contract_seq: i64,
    record: &str,
    said: &Judgement<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let target = Target::Record(record.to_owned());
    insert(tx, contract_seq, &target, LinkClass::Confirmed, &[], now).await?;
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE l.contract_seq = ")
        .bind(contract_seq)
        .push(" AND l.target_kind = 'record' AND l.target = ");
    let Some(row) = sql.bind(record).one(tx).await? else { return Ok(false) };
    let mut link = link(&row)?;
    if link.state == LinkState::Rejected {
        return Ok(false);
    }
    link.evidence.push(Evidence {
        rule: "stated_by_body".to_owned(),
        field: "record_id".to_owned(),
        left: String::new(),
        right: record.to_owned(),
    });
    let mut sql = Sql::new("UPDATE links SET evidence = ");
    sql.bind(serde_json::to_string(&link.evidence).expect("evidence is JSON"));
    sql.push(" WHERE seq = ").bind(link.seq).run(tx).await?;
    judge(tx, &link, said, now).await.map(|_| true)
}

pub(super) async fn insert(
    tx: &Tx,
    contract_seq: i64,
    target: &Target,
    class: LinkClass,
    evidence: &[Evidence],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO links (id, contract_seq, target_kind, target, class, state, rule_version, evidence, made_at, \
         changed_at) VALUES ",
    );
    sql.bind_list(values![
        Uuid::now_v7().to_string(),
        contract_seq,
        target.kind().as_str(),
        target.name(),
        class.as_str(),
        LinkState::Suggested.as_str(),
        VERSION,
        serde_json::to_string(evidence).expect("evidence is JSON"),
        micros(now),
        micros(now),
    ]);
    sql.push(" ON CONFLICT (contract_seq, target_kind, target) DO NOTHING").run(tx).await.map(|_| ())
}

/// Redacts the evidence and reasons of links to a record.
pub(crate) async fn scrub(
    tx: &Tx,
    record_id: &str,
    without: impl Fn(&str) -> String,
) -> Result<(), StoreError> {
    let mut sql =
        Sql::new("SELECT seq, evidence, reason FROM links WHERE target_kind = 'record' AND target = ");
    for row in sql.bind(record_id).all(tx).await? {
        let seq: i64 = row.try_get_by("seq")?;
        let mut evidence: Vec<Evidence> = read("links", seq, &row.try_get_by::<String, _>("evidence")?)?;
        evidence.iter_mut().for_each(|one| one.right = without(&one.right));
        let reason: Option<String> = row.try_get_by("reason")?;
        let mut sql = Sql::new("UPDATE links SET evidence = ");
        sql.bind(serde_json::to_string(&evidence).expect("evidence is JSON"));
        sql.push(", reason = ").bind(reason.as_deref().map(&without));
        sql.push(" WHERE seq = ").bind(seq).run(tx).await?;
    }
    Ok(())
}

/// The best class of each contract's links to records, and each record's links to contracts. Rejected and
/// disputed links do not count.
pub(crate) async fn best(
    conn: &impl ConnectionTrait,
) -> Result<(HashMap<i64, LinkClass>, HashMap<String, Vec<(i64, LinkClass)>>), StoreError> {
    let sql = "SELECT l.contract_seq, l.target, l.class FROM links l JOIN contracts c ON c.seq = l.contract_seq \
        JOIN records r ON r.id = l.target AND r.state = 'published' WHERE l.target_kind = 'record' AND l.state NOT IN ('rejected', 'disputed') AND c.is_current = TRUE";
    let (mut of_contract, mut of_record) = (HashMap::new(), HashMap::<String, Vec<(i64, LinkClass)>>::new());
    for row in Sql::new(sql).all(conn).await? {
        let (contract, record): (i64, String) = (row.try_get_by("contract_seq")?, row.try_get_by("target")?);
        let class = LinkClass::parse(&row.try_get_by::<String, _>("class")?)
            .map_err(|error| StoreError::inconsistent("links", "class", contract, error))?;
        let best = of_contract.entry(contract).or_insert(class);
        *best = class.min(*best);
        of_record.entry(record).or_default().push((contract, class));
    }
    Ok((of_contract, of_record))
}
