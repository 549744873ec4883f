//! A run of the gap rules: today's gaps, and merging them into those stored.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::Record;
use domain::codes::{Code, Flag, GapRule, GapStatus, LinkClass, PartyRole, ResolvedBy};
use domain::contracting::gaps::{ContractFacts, Found, RecordFacts, VERSION, of_contract, of_record};
use domain::contracting::watch::Hit;
use domain::contracting::{Contract, NAME_WITHHELD, Process};
use serde::Serialize;
use uuid::Uuid;

use super::coverage::{Coverage, counts, covered};
use crate::ground::db::{instant, micros};
use crate::ground::sql::{Pages, Sql};
use crate::procurement::contracts::read;
use crate::procurement::links;
use crate::{Db, StoreError, Tx};

/// Namespace for ids of gaps: a gap found again has the same id.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f61_7220_6761_7073_8000_0000_0000_0001);

/// A gap found today, and what it is about.
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

/// Result of looking for links and gaps.
#[derive(Debug, Clone, Serialize)]
pub struct Looked {
    /// Contracts whose parties or watch list entry changed.
    pub contracts_renewed: u64,
    /// The links.
    pub links: links::Ran,
    /// Coverage of the gap report.
    pub coverage: Coverage,
}

/// Renews everything in turn: parties and watch list, links, gaps. No lock is held for long.
pub async fn look(db: &Db, now: DateTime<Utc>) -> Result<Looked, StoreError> {
    let contracts_renewed = crate::procurement::contracts::watch_again(db).await?;
    let links = links::run(db, now).await?;
    Ok(Looked { contracts_renewed, links, coverage: run(db, now).await? })
}

/// Asks the rules about every contract on the watch list and every record, for a day. Returns the coverage.
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

/// Whether there are notices, and the rules have not run today.
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
    let sql = "SELECT c.seq, c.id, c.detail AS contract, p.detail AS process, c.watch FROM contracts c \
        JOIN processes p ON p.seq = c.process_seq \
        WHERE c.is_current = TRUE AND c.watch IS NOT NULL AND c.seq > ";
    let mut all = Vec::new();
    let mut pages = Pages::new(sql, "c.seq");
    while let Some(row) = pages.next(db).await? {
        let (seq, id): (i64, String) = (row.try_get_by("seq")?, row.try_get_by("id")?);
        let contract: Contract = read("contracts", seq, &row.try_get_by::<String, _>("contract")?)?;
        let process: Process = read("processes", seq, &row.try_get_by::<String, _>("process")?)?;
        let hit: Hit = read("contracts", seq, &row.try_get_by::<String, _>("watch")?)?;
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

/// What matters about a contract to a linked record.
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
        let seq: i64 = row.try_get_by("seq")?;
        let contract: Contract = read("contracts", seq, &row.try_get_by::<String, _>("detail")?)?;
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
        countries.iter().map(|row| row.try_get_by("country")).collect::<Result<_, _>>()?;
    let sql = "SELECT r.seq, r.id, v.content, l.facets, r.updated_at FROM records r \
        JOIN record_versions v ON v.change = r.change JOIN listings l ON l.change = r.change \
        WHERE r.state = 'published' AND r.seq > ";
    let mut all = Vec::new();
    let mut pages = Pages::new(sql, "r.seq");
    while let Some(row) = pages.next(db).await? {
        let id: String = row.try_get_by("id")?;
        let record: Record = read("record_versions", &id, &row.try_get_by::<String, _>("content")?)?;
        let facets: String = row.try_get_by("facets")?;
        let updated_on = instant(row.try_get_by("updated_at")?).date_naive();
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
            has_notices: countries.contains(crate::records::projection::country(&record.jurisdiction)),
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

/// Updates the stored gaps to today's findings. Answers given by people stay.
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
        let id: String = row.try_get_by("id")?;
        let status = GapStatus::parse(&row.try_get_by::<String, _>("status")?)
            .map_err(|error| StoreError::inconsistent("gaps", "status", &id, error))?;
        let reason: String = row.try_get_by("reason")?;
        let contract: Option<i64> = row.try_get_by("contract_seq")?;
        let record: Option<String> = row.try_get_by("record_id")?;
        let organisation: Option<String> = row.try_get_by("organisation")?;
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
                    // Only the days it counts went up: not a change of the gap.
                    let mut sql = Sql::new("UPDATE gaps SET reason = ");
                    sql.bind(one.found.reason).push(" WHERE id = ").bind(one.id).run(&tx).await?;
                }
            }
        }
    }
    for (id, (status, reason, contract, record, organisation)) in known {
        // Over already, or rejected by a person.
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
    tx.commit().await
}

/// Moves a gap from one status to another, unless somebody answered it since it was read.
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
