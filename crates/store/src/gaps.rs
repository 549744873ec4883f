//! Gaps between what was bought and what is on the register: found by rule for a day, answered by the bodies.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::Record;
use domain::codes::{Code, Flag, GapRule, GapStatus, LinkClass, PartyRole, ResolvedBy};
use domain::contracting::gaps::{ContractFacts, Found, LIMITS, RecordFacts, VERSION, of_contract, of_record};
use domain::contracting::watch::{self, Hit};
use domain::contracting::{Contract, NAME_WITHHELD, Process};
use sea_orm::QueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::contracts::read;
use crate::db::{instant, micros};
use crate::sql::{Pages, Sql};
use crate::{Db, StoreError, Tx, links};

/// What ids of gaps are made from, so that a gap found again is the same one.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f61_7220_6761_7073_8000_0000_0000_0001);

/// A gap as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// Number in the store.
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
    /// Public id of the record it is about.
    pub record_id: Option<String>,
    /// Slug of the body that is asked; absent where nobody is.
    pub organisation: Option<String>,
    /// How it stands.
    pub status: GapStatus,
    /// Why, in a sentence.
    pub reason: String,
    /// When it was first found.
    pub found_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
    /// What was said to it, the first answer first.
    pub replies: Vec<Reply>,
}

/// An answer to a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// What it made of the gap.
    pub status: GapStatus,
    /// In words.
    pub statement: String,
    /// The record it names.
    pub record_id: Option<String>,
    /// Slug of the body that answered; absent for the register itself.
    pub organisation: Option<String>,
    /// When.
    pub made_at: DateTime<Utc>,
}

/// Which gaps a list holds; an empty list means all.
#[derive(Debug, Clone, Default)]
pub struct GapQuery {
    /// Found by these rules.
    pub rules: Vec<GapRule>,
    /// Standing so.
    pub statuses: Vec<GapStatus>,
    /// Slugs of the bodies that are asked.
    pub organisations: Vec<String>,
    /// Ids of contracts.
    pub contracts: Vec<String>,
    /// Public ids of records.
    pub records: Vec<String>,
    /// Groups of the watch list.
    pub watch_groups: Vec<String>,
}

const COLUMNS: &str = "SELECT g.seq, g.id, g.rule, g.rule_version, c.id, c.detail, g.record_id, g.organisation, \
    g.status, g.reason, g.found_at, g.changed_at FROM gaps g LEFT JOIN contracts c ON c.seq = g.contract_seq";

fn gap(row: &QueryResult) -> Result<Gap, StoreError> {
    #[derive(Deserialize)]
    struct Titled {
        title: Option<String>,
    }
    let id: String = row.try_get_by_index(1)?;
    let contract: Option<String> = row.try_get_by_index(5)?;
    let contract: Option<Titled> = contract.map(|detail| read("contracts", &id, &detail)).transpose()?;
    let bad = |column| {
        let id = id.clone();
        move |error: domain::codes::UnknownCode| StoreError::inconsistent("gaps", column, id, error)
    };
    Ok(Gap {
        seq: row.try_get_by_index(0)?,
        rule: GapRule::parse(&row.try_get_by_index::<String>(2)?).map_err(bad("rule"))?,
        rule_version: row.try_get_by_index(3)?,
        contract_id: row.try_get_by_index(4)?,
        contract_title: contract.and_then(|contract| contract.title),
        record_id: row.try_get_by_index(6)?,
        organisation: row.try_get_by_index(7)?,
        status: GapStatus::parse(&row.try_get_by_index::<String>(8)?).map_err(bad("status"))?,
        reason: row.try_get_by_index(9)?,
        found_at: instant(row.try_get_by_index(10)?),
        changed_at: instant(row.try_get_by_index(11)?),
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
        let seq: i64 = row.try_get_by_index(0)?;
        let status = GapStatus::parse(&row.try_get_by_index::<String>(1)?)
            .map_err(|error| StoreError::inconsistent("gap_replies", "status", seq, error))?;
        if let Some(place) = places.get(&seq) {
            gaps[*place].replies.push(Reply {
                status,
                statement: row.try_get_by_index(2)?,
                record_id: row.try_get_by_index(3)?,
                organisation: row.try_get_by_index(4)?,
                made_at: instant(row.try_get_by_index(5)?),
            });
        }
    }
    Ok(gaps)
}

/// A page of gaps after a number, with how many match and the number of the last when there are more.
pub async fn list(
    db: &Db,
    query: &GapQuery,
    after: Option<i64>,
    limit: u64,
) -> Result<(Vec<Gap>, u64, Option<i64>), StoreError> {
    let mut wanted = Sql::default();
    wanted.push(" WHERE 1 = 1");
    let mut any = |column: &str, values: Vec<&str>| {
        if !values.is_empty() {
            wanted.push(&format!(" AND {column} IN ")).bind_list(values);
        }
    };
    any("g.rule", query.rules.iter().map(|rule| rule.as_str()).collect());
    any("g.status", query.statuses.iter().map(|status| status.as_str()).collect());
    any("g.organisation", query.organisations.iter().map(String::as_str).collect());
    any("c.id", query.contracts.iter().map(String::as_str).collect());
    any("g.record_id", query.records.iter().map(String::as_str).collect());
    any("c.watch_group", query.watch_groups.iter().map(String::as_str).collect());
    let mut count = Sql::new("SELECT count(*) FROM gaps g LEFT JOIN contracts c ON c.seq = g.contract_seq");
    let total = count.append(&wanted).number(&db.read).await?.unsigned_abs();
    let mut sql = Sql::new(COLUMNS);
    sql.append(&wanted);
    if let Some(after) = after {
        sql.push(" AND g.seq > ").bind(after);
    }
    let rows = sql.push(" ORDER BY g.seq LIMIT ").bind((limit + 1).cast_signed()).all(&db.read).await?;
    let mut items: Vec<Gap> = rows.iter().map(gap).collect::<Result<_, _>>()?;
    let more = items.len() as u64 > limit;
    items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = items.last().filter(|_| more).map(|last| last.seq);
    Ok((with_replies(&db.read, items).await?, total, next))
}

/// Finds a gap by its id.
pub async fn read_one(db: &Db, id: &str) -> Result<Option<Gap>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    let Some(row) = sql.push(" WHERE g.id = ").bind(id).one(&db.read).await? else { return Ok(None) };
    Ok(with_replies(&db.read, vec![gap(&row)?]).await?.pop())
}

/// Finds a gap by its id, as a transaction sees it; with the number of its contract.
pub async fn find(tx: &Tx, id: &str) -> Result<Option<(Gap, Option<i64>)>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    let Some(row) = sql.push(" WHERE g.id = ").bind(id).one(tx).await? else { return Ok(None) };
    let found = with_replies(tx, vec![gap(&row)?]).await?.pop();
    let contract =
        Sql::new("SELECT coalesce(contract_seq, 0) FROM gaps WHERE id = ").bind(id).number(tx).await?;
    Ok(found.map(|gap| (gap, Some(contract).filter(|seq| *seq > 0))))
}

/// Keeps an answer to a gap; the gap stands as the answer says from then on.
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

/// Takes words out of what was said to gaps about a record.
pub(crate) async fn scrub(
    tx: &Tx,
    record_id: &str,
    without: impl Fn(&str) -> String,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("SELECT seq, statement FROM gap_replies WHERE record_id = ");
    sql.bind(record_id)
        .push(" OR gap_seq IN (SELECT seq FROM gaps WHERE record_id = ")
        .bind(record_id)
        .push(")");
    for row in sql.all(tx).await? {
        let statement: String = row.try_get_by_index(1)?;
        let mut sql = Sql::new("UPDATE gap_replies SET statement = ");
        sql.bind(without(&statement))
            .push(" WHERE seq = ")
            .bind(row.try_get_by_index::<i64>(0)?)
            .run(tx)
            .await?;
    }
    Ok(())
}

/// Gaps that say that nothing on the register answers for what a supplier sold.
pub async fn records_missing(db: &Db, supplier: &str) -> Result<u64, StoreError> {
    let mut sql = Sql::new("SELECT count(*) FROM gaps g WHERE g.rule = ");
    sql.bind(GapRule::ContractWithoutRecord.as_str()).push(" AND g.status IN ");
    sql.bind_list([GapStatus::Open, GapStatus::CandidateOnly, GapStatus::Asked].map(Code::as_str));
    sql.push(" AND g.contract_seq IN (SELECT x.contract_seq FROM contract_parties x WHERE x.role = ");
    sql.bind(PartyRole::Supplier.as_str()).push(" AND x.slug = ").bind(supplier).push(")");
    Ok(sql.number(&db.read).await?.unsigned_abs())
}

/// How many gaps there are: by rule, and of each rule by status.
pub type Counts = BTreeMap<String, BTreeMap<String, u64>>;

/// What a report of gaps covers; printed with every one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// When the rules were last asked.
    pub ran_at: DateTime<Utc>,
    /// Release of the rules.
    pub rule_version: String,
    /// Release of the watch list.
    pub watch_list_version: String,
    /// Where notices came from.
    pub sources: Vec<SourceCoverage>,
    /// Elements of imported files that could not be used.
    pub rejected_releases: u64,
    /// Contracts and awards in the notices.
    pub contracts: u64,
    /// Of them on the watch list.
    pub on_watch_list: u64,
    /// Buyers in contracts on the watch list, each time one is named.
    pub buyers: Share,
    /// Suppliers in contracts on the watch list, each time one is named.
    pub suppliers: Share,
    /// Gaps by rule and status.
    pub gaps: Counts,
    /// What no report can show.
    pub limits: String,
}

impl Coverage {
    /// Of a register that has no notices yet.
    pub fn of_nothing() -> Self {
        Self {
            rule_version: VERSION.to_owned(),
            watch_list_version: watch::VERSION.to_owned(),
            limits: LIMITS.to_owned(),
            ..Self::default()
        }
    }
}

/// Notices of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceCoverage {
    /// The source.
    pub source: String,
    /// Its processes.
    pub processes: u64,
    /// Its releases.
    pub releases: u64,
    /// Day of the first release.
    pub from: Option<NaiveDate>,
    /// Day of the last.
    pub to: Option<NaiveDate>,
}

/// How many of all are known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Of whom the register knows who they are.
    pub resolved: u64,
    /// All.
    pub total: u64,
}

/// What the last run covered; `None` before the first.
pub async fn coverage(db: &Db) -> Result<Option<Coverage>, StoreError> {
    let row = Sql::new("SELECT seq, coverage FROM gap_runs ORDER BY seq DESC LIMIT 1").one(&db.read).await?;
    let Some(row) = row else { return Ok(None) };
    let seq: i64 = row.try_get_by_index(0)?;
    let mut coverage: Coverage = read("gap_runs", seq, &row.try_get_by_index::<String>(1)?)?;
    // Answers came since.
    coverage.gaps = counts(db).await?;
    Ok(Some(coverage))
}

async fn counts(db: &Db) -> Result<Counts, StoreError> {
    let sql = Sql::new("SELECT rule, status, count(*) FROM gaps GROUP BY rule, status");
    let mut counts = Counts::new();
    for row in sql.all(&db.read).await? {
        let (rule, status): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let count: i64 = row.try_get_by_index(2)?;
        counts.entry(rule).or_default().insert(status, count.unsigned_abs());
    }
    Ok(counts)
}

/// A gap that a rule finds today, and what it is about.
struct Today {
    id: String,
    found: Found,
    contract: Option<i64>,
    record: Option<String>,
    organisation: Option<String>,
}

fn today_of(
    found: Found,
    contract: Option<(i64, &str)>,
    record: Option<&str>,
    organisation: Option<&str>,
) -> Today {
    let about = contract.map_or_else(|| record.unwrap_or_default(), |(_, id)| id);
    let name = format!("{}|{about}", found.rule.as_str());
    Today {
        id: Uuid::new_v5(&NAMESPACE, name.as_bytes()).to_string(),
        found,
        contract: contract.map(|(seq, _)| seq),
        record: record.map(str::to_owned),
        organisation: organisation.map(str::to_owned),
    }
}

/// What looking for links and gaps did.
#[derive(Debug, Clone, Serialize)]
pub struct Looked {
    /// Contracts whose parties or place on the watch list changed.
    pub contracts_renewed: u64,
    /// The links.
    pub links: links::Ran,
    /// What the gap report covers now.
    pub coverage: Coverage,
}

/// Looks at everything anew: parties and watch list, links, gaps. Nothing is locked for long.
pub async fn look(db: &Db, now: DateTime<Utc>) -> Result<Looked, StoreError> {
    let contracts_renewed = crate::contracts::watch_again(db).await?;
    let links = links::run(db, now).await?;
    Ok(Looked { contracts_renewed, links, coverage: run(db, now).await? })
}

/// Asks the rules about every contract on the watch list and every record, for a day. Returns what that covers.
async fn run(db: &Db, now: DateTime<Utc>) -> Result<Coverage, StoreError> {
    let today = now.date_naive();
    let (best_of_contract, links_of_record) = links::best(&db.read).await?;
    let mut found = of_contracts(db, &best_of_contract, today).await?;
    found.extend(of_records(db, &links_of_record, today).await?);
    apply(db, found, &best_of_contract, &links_of_record, now).await?;
    let mut coverage = covered(db, now).await?;
    coverage.gaps = counts(db).await?;
    let tx = db.begin().await?;
    let mut sql = Sql::new("INSERT INTO gap_runs (ran_at, coverage) VALUES ");
    let json = serde_json::to_string(&coverage).expect("coverage is JSON");
    sql.bind_list(values![micros(now), json]).run(&tx).await?;
    tx.commit().await?;
    Ok(coverage)
}

/// Whether the rules were not asked yet on this day, and there are notices to ask them about.
pub async fn are_due(db: &Db, now: DateTime<Utc>) -> Result<bool, StoreError> {
    if Sql::new("SELECT count(*) FROM processes").number(&db.read).await? == 0 {
        return Ok(false);
    }
    let last = Sql::new("SELECT coalesce(max(ran_at), 0) FROM gap_runs").number(&db.read).await?;
    Ok(instant(last).date_naive() < now.date_naive())
}

async fn of_contracts(
    db: &Db,
    best: &HashMap<i64, LinkClass>,
    today: NaiveDate,
) -> Result<Vec<Today>, StoreError> {
    let sql = "SELECT c.seq, c.id, c.detail, p.detail, c.watch FROM contracts c \
        JOIN processes p ON p.seq = c.process_seq \
        WHERE c.is_current = TRUE AND c.watch IS NOT NULL AND c.seq > ";
    let mut all = Vec::new();
    let mut pages = Pages::new(sql, "c.seq");
    while let Some(row) = pages.next(db).await? {
        let (seq, id): (i64, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let contract: Contract = read("contracts", seq, &row.try_get_by_index::<String>(2)?)?;
        let process: Process = read("processes", seq, &row.try_get_by_index::<String>(3)?)?;
        let hit: Hit = read("contracts", seq, &row.try_get_by_index::<String>(4)?)?;
        if !hit.is_gap_worthy() {
            continue;
        }
        let named = |role| contract.parties_as(role).filter(|party| !party.has_quality(NAME_WITHHELD));
        let known = |party: &&domain::contracting::ContractParty| party.resolved_by != ResolvedBy::Nothing;
        let buyer = named(PartyRole::Buyer).next();
        let facts = ContractFacts {
            void: contract.is_void(),
            framework: process.framework,
            fragment: contract.is_fragment(),
            awarded_on: contract.awarded_on,
            signed_on: contract.signed_on,
            starts_on: contract.starts_on,
            published_on: contract.published_on,
            has_supplier: named(PartyRole::Supplier).next().is_some(),
            has_value: contract.states_value(),
            buyer_known: buyer.as_ref().is_some_and(known),
            buyer: buyer.and_then(|party| party.name.clone()),
            best_link: best.get(&seq).copied(),
        };
        let body = buyer.filter(known).and_then(|party| party.organisation.as_deref());
        for found in of_contract(&facts, today) {
            let body = body.filter(|_| found.rule != GapRule::FrameworkOnly);
            all.push(today_of(found, Some((seq, &id)), None, body));
        }
    }
    Ok(all)
}

/// What a contract is to the record it is linked to.
struct Linked {
    ends_on: Option<NaiveDate>,
    runs: bool,
    amended_on: Option<NaiveDate>,
}

async fn linked_contracts(db: &Db, today: NaiveDate) -> Result<HashMap<i64, Linked>, StoreError> {
    let sql = "SELECT DISTINCT c.seq, c.detail FROM contracts c JOIN links l ON l.contract_seq = c.seq \
        WHERE l.target_kind = 'record' AND l.state <> 'rejected'";
    let mut linked = HashMap::new();
    for row in Sql::new(sql).all(&db.read).await? {
        let seq: i64 = row.try_get_by_index(0)?;
        let contract: Contract = read("contracts", seq, &row.try_get_by_index::<String>(1)?)?;
        let begun = contract.begins_on();
        let ends_on = contract.last_day();
        linked.insert(
            seq,
            Linked {
                ends_on,
                runs: !contract.is_void()
                    && begun.is_some_and(|begun| begun <= today)
                    && ends_on.is_none_or(|end| end >= today),
                amended_on: contract.amendments.iter().filter_map(|amendment| amendment.amended_on).max(),
            },
        );
    }
    Ok(linked)
}

async fn of_records(
    db: &Db,
    links: &HashMap<String, Vec<(i64, LinkClass)>>,
    today: NaiveDate,
) -> Result<Vec<Today>, StoreError> {
    let contracts = linked_contracts(db, today).await?;
    let buying = "SELECT DISTINCT o.country FROM organisations o JOIN contract_parties x ON x.slug = o.slug \
        WHERE x.role = 'buyer'";
    let countries = Sql::new(buying).all(&db.read).await?;
    let countries: HashSet<String> =
        countries.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    let sql = "SELECT r.seq, r.id, v.content, l.facets, r.updated_at FROM records r \
        JOIN record_versions v ON v.change = r.change JOIN listings l ON l.change = r.change \
        WHERE r.state = 'published' AND r.seq > ";
    let mut all = Vec::new();
    let mut pages = Pages::new(sql, "r.seq");
    while let Some(row) = pages.next(db).await? {
        let id: String = row.try_get_by_index(1)?;
        let record: Record = read("record_versions", &id, &row.try_get_by_index::<String>(2)?)?;
        let facets: String = row.try_get_by_index(3)?;
        let updated_on = instant(row.try_get_by_index(4)?).date_naive();
        let missing = format!("flag={}", Flag::AssessmentMissing.as_str());
        let good: Vec<&Linked> = links
            .get(&id)
            .into_iter()
            .flatten()
            .filter(|(_, class)| class.counts())
            .filter_map(|(seq, _)| contracts.get(seq))
            .collect();
        let ends: Option<Vec<NaiveDate>> = good.iter().map(|one| one.ends_on).collect();
        let facts = RecordFacts {
            bought: record.is_bought(),
            live: record.is_live(),
            has_notices: countries.contains(crate::projection::country(&record.jurisdiction)),
            best_link: links.get(&id).into_iter().flatten().map(|(_, class)| *class).min(),
            contracts_end_on: ends.and_then(|ends| ends.into_iter().max()),
            amended_since: good.iter().filter_map(|one| one.amended_on).max().filter(|day| *day > updated_on),
            contract_runs: good.iter().any(|one| one.runs),
            assessment_missing: facets.lines().any(|line| line == missing),
        };
        let body = facets.lines().find_map(|line| line.strip_prefix("publisher="));
        all.extend(of_record(&facts, today).into_iter().map(|found| today_of(found, None, Some(&id), body)));
    }
    Ok(all)
}

/// Brings the stored gaps to what the rules find today. What people answered stays.
async fn apply(
    db: &Db,
    found: Vec<Today>,
    best: &HashMap<i64, LinkClass>,
    links: &HashMap<String, Vec<(i64, LinkClass)>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = Sql::new(
        "SELECT id, rule, status, reason, contract_seq, record_id, organisation FROM gaps ORDER BY seq",
    );
    let mut known = HashMap::new();
    for row in sql.all(&db.read).await? {
        let id: String = row.try_get_by_index(0)?;
        let status = GapStatus::parse(&row.try_get_by_index::<String>(2)?)
            .map_err(|error| StoreError::inconsistent("gaps", "status", &id, error))?;
        let reason: String = row.try_get_by_index(3)?;
        let contract: Option<i64> = row.try_get_by_index(4)?;
        let record: Option<String> = row.try_get_by_index(5)?;
        let organisation: Option<String> = row.try_get_by_index(6)?;
        known.insert(id, (status, reason, contract, record, organisation));
    }
    let tx = db.begin().await?;
    for one in found {
        match known.remove(&one.id) {
            None => {
                let mut sql = Sql::new(
                    "INSERT INTO gaps (id, rule, rule_version, contract_seq, record_id, organisation, status, reason, \
                     found_at, changed_at) VALUES ",
                );
                sql.bind_list(values![
                    one.id,
                    one.found.rule.as_str(),
                    VERSION,
                    one.contract,
                    one.record,
                    one.organisation,
                    one.found.status.as_str(),
                    one.found.reason,
                    micros(now),
                    micros(now),
                ]);
                sql.push(" ON CONFLICT (id) DO NOTHING").run(&tx).await?;
            }
            Some((status, reason, _, _, organisation)) => {
                let answered =
                    matches!(status, GapStatus::Asked | GapStatus::Explained | GapStatus::RejectedWrongMatch);
                let status_now = if answered { status } else { one.found.status };
                if status_now != status || organisation != one.organisation {
                    renew(
                        &tx,
                        &one.id,
                        (status, status_now),
                        &one.found.reason,
                        one.organisation.as_deref(),
                        now,
                    )
                    .await?;
                } else if reason != one.found.reason {
                    // The days it counts went on; that is no change of the gap.
                    let mut sql = Sql::new("UPDATE gaps SET reason = ");
                    sql.bind(one.found.reason).push(" WHERE id = ").bind(one.id).run(&tx).await?;
                }
            }
        }
    }
    for (id, (status, reason, contract, record, organisation)) in known {
        let over =
            matches!(status, GapStatus::Registered | GapStatus::Superseded | GapStatus::RejectedWrongMatch);
        if over {
            continue;
        }
        let probable = |class: &LinkClass| class.counts();
        let linked = contract.and_then(|seq| best.get(&seq)).is_some_and(probable)
            || record
                .and_then(|id| links.get(&id))
                .is_some_and(|links| links.iter().any(|(_, class)| probable(class)));
        let status_now = if linked { GapStatus::Registered } else { GapStatus::Superseded };
        renew(&tx, &id, (status, status_now), &reason, organisation.as_deref(), now).await?;
    }
    Ok(tx.commit().await?)
}

/// Brings a gap from one status to another, unless somebody answered it since it was read.
async fn renew(
    tx: &Tx,
    id: &str,
    (before, status): (GapStatus, GapStatus),
    reason: &str,
    organisation: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE gaps SET status = ");
    sql.bind(status.as_str()).push(", reason = ").bind(reason).push(", organisation = ");
    sql.bind(organisation.map(str::to_owned)).push(", changed_at = ").bind(micros(now));
    sql.push(" WHERE id = ").bind(id).push(" AND status = ").bind(before.as_str());
    sql.run(tx).await.map(|_| ())
}

/// Elements that the latest import of each file could not use; a file without any release is none of notices.
const REJECTED: &str = "SELECT CAST(coalesce(sum(i.rejected), 0) AS BIGINT) FROM imports i WHERE i.source = 'ocds' \
    AND i.created + i.changed + i.unchanged > 0 \
    AND i.seq = (SELECT max(j.seq) FROM imports j WHERE j.source = 'ocds' AND j.file = i.file)";

async fn covered(db: &Db, now: DateTime<Utc>) -> Result<Coverage, StoreError> {
    let day = |micros: Option<i64>| micros.map(|micros| instant(micros).date_naive());
    let mut sources = Vec::new();
    let sql = "SELECT source, count(*) FROM processes GROUP BY source ORDER BY 1";
    for row in Sql::new(sql).all(&db.read).await? {
        let source: String = row.try_get_by_index(0)?;
        let processes: i64 = row.try_get_by_index(1)?;
        let mut sql = Sql::new("SELECT count(*), min(dated_at), max(dated_at) FROM releases WHERE source = ");
        let Some(row) = sql.bind(source.as_str()).one(&db.read).await? else { continue };
        sources.push(SourceCoverage {
            source,
            processes: processes.unsigned_abs(),
            releases: row.try_get_by_index::<i64>(0)?.unsigned_abs(),
            from: day(row.try_get_by_index(1)?),
            to: day(row.try_get_by_index(2)?),
        });
    }
    let number = async |sql: &str| -> Result<u64, StoreError> {
        Ok(Sql::new(sql).number(&db.read).await?.unsigned_abs())
    };
    let share = async |role: PartyRole| -> Result<Share, StoreError> {
        let parties = |known: &str| {
            let mut sql = Sql::new(
                "SELECT count(*) FROM contract_parties x JOIN contracts c ON c.seq = x.contract_seq \
                 WHERE c.is_current = TRUE AND c.watch_strength IS NOT NULL AND x.role = ",
            );
            sql.bind(role.as_str()).push(known);
            sql
        };
        Ok(Share {
            resolved: parties(" AND x.resolved_by <> 'nothing'").number(&db.read).await?.unsigned_abs(),
            total: parties("").number(&db.read).await?.unsigned_abs(),
        })
    };
    Ok(Coverage {
        ran_at: instant(micros(now)),
        rule_version: VERSION.to_owned(),
        watch_list_version: watch::VERSION.to_owned(),
        sources,
        rejected_releases: number(REJECTED).await?,
        contracts: number("SELECT count(*) FROM contracts WHERE is_current = TRUE").await?,
        on_watch_list: number(
            "SELECT count(*) FROM contracts WHERE is_current = TRUE AND watch_strength IS NOT NULL",
        )
        .await?,
        buyers: share(PartyRole::Buyer).await?,
        suppliers: share(PartyRole::Supplier).await?,
        gaps: Counts::new(),
        limits: LIMITS.to_owned(),
    })
}
