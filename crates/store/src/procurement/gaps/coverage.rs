//! What a gap report covers, and what it cannot show.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{Code, PartyRole};
use domain::contracting::gaps::{LIMITS, VERSION};
use domain::contracting::watch;
use serde::{Deserialize, Serialize};

use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::procurement::contracts::read;
use crate::{Db, StoreError};

/// Number of gaps by rule, and within each by status.
pub type Counts = BTreeMap<String, BTreeMap<String, u64>>;

/// What a gap report covers; shown with every report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// When the rules last ran.
    pub ran_at: DateTime<Utc>,
    /// Release of the rules.
    pub rule_version: String,
    /// Release of the watch list.
    pub watch_list_version: String,
    /// Sources of notices.
    pub sources: Vec<SourceCoverage>,
    /// Elements of imported files that could not be used.
    pub rejected_releases: u64,
    /// Contracts and awards in the notices.
    pub contracts: u64,
    /// How many of them are on the watch list.
    pub on_watch_list: u64,
    /// Buyers of contracts on the watch list, counted each time they are named.
    pub buyers: Share,
    /// Suppliers of contracts on the watch list, counted each time they are named.
    pub suppliers: Share,
    /// Gaps by rule and status.
    pub gaps: Counts,
    /// What no report can show.
    pub limits: String,
}

impl Coverage {
    /// Coverage of a register without notices.
    pub fn of_nothing() -> Self {
        Self {
            rule_version: VERSION.to_owned(),
            watch_list_version: watch::VERSION.to_owned(),
            limits: LIMITS.to_owned(),
            ..Self::default()
        }
    }
}

/// Notices of one source.
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

/// A share of parties.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Those resolved to a registered body.
    pub resolved: u64,
    /// All.
    pub total: u64,
}

/// Coverage of the last run; `None` before the first.
pub async fn coverage(db: &Db) -> Result<Option<Coverage>, StoreError> {
    let row = Sql::new("SELECT seq, coverage FROM gap_runs ORDER BY seq DESC LIMIT 1").one(&db.read).await?;
    let Some(row) = row else { return Ok(None) };
    let seq: i64 = row.try_get_by("seq")?;
    let mut coverage: Coverage = read("gap_runs", seq, &row.try_get_by::<String, _>("coverage")?)?;
    // Answers may have changed statuses since.
    coverage.gaps = counts(db).await?;
    Ok(Some(coverage))
}

pub(super) async fn counts(db: &Db) -> Result<Counts, StoreError> {
    let sql = Sql::new("SELECT rule, status, count(*) AS gaps FROM gaps GROUP BY rule, status");
    let mut counts = Counts::new();
    for row in sql.all(&db.read).await? {
        let (rule, status): (String, String) = (row.try_get_by("rule")?, row.try_get_by("status")?);
        let count: i64 = row.try_get_by("gaps")?;
        counts.entry(rule).or_default().insert(status, count.unsigned_abs());
    }
    Ok(counts)
}

/// Unusable elements in the latest import of each file. A file without any release was not a file of notices.
const REJECTED: &str = "SELECT CAST(coalesce(sum(i.rejected), 0) AS BIGINT) FROM imports i WHERE i.source = 'ocds' \
    AND i.created + i.changed + i.unchanged > 0 \
    AND i.seq = (SELECT max(j.seq) FROM imports j WHERE j.source = 'ocds' AND j.file = i.file)";

pub(super) async fn covered(db: &Db, now: DateTime<Utc>) -> Result<Coverage, StoreError> {
    let day = |micros: Option<i64>| micros.map(|micros| instant(micros).date_naive());
    let mut sources = Vec::new();
    let sql = "SELECT source, count(*) AS processes FROM processes GROUP BY source ORDER BY source";
    for row in Sql::new(sql).all(&db.read).await? {
        let source: String = row.try_get_by("source")?;
        let processes: i64 = row.try_get_by("processes")?;
        let mut sql = Sql::new(
            "SELECT count(*) AS releases, min(dated_at) AS first_at, max(dated_at) AS last_at \
             FROM releases WHERE source = ",
        );
        let Some(row) = sql.bind(source.as_str()).one(&db.read).await? else { continue };
        sources.push(SourceCoverage {
            source,
            processes: processes.unsigned_abs(),
            releases: row.try_get_by::<i64, _>("releases")?.unsigned_abs(),
            from: day(row.try_get_by("first_at")?),
            to: day(row.try_get_by("last_at")?),
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
