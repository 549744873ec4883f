//! Releases, which are only ever added, and what is known of the processes they belong to.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::Value;

use crate::ground::db::{instant, micros};
use crate::ground::sql::{Sql, insert_rows};
use crate::{StoreError, Tx};

/// A release to store.
#[derive(Debug, Clone)]
pub struct NewRelease {
    /// Where it was published.
    pub source: String,
    /// Open Contracting id.
    pub ocid: String,
    /// Its id.
    pub key: String,
    /// SHA-256 of what it says.
    pub sha256: String,
    /// Key of its set of buyers.
    pub buyer_key: String,
    /// Its date as written.
    pub dated: Option<String>,
    /// The date as a timestamp.
    pub at: Option<DateTime<Utc>>,
    /// Its text, without personal data.
    pub raw: String,
}

/// What is stored for an ocid.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Its releases, in order of arrival.
    pub releases: Vec<KnownRelease>,
    /// Its processes.
    pub processes: Vec<KnownProcess>,
}

/// A stored release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRelease {
    /// Its row number, in order of arrival.
    pub seq: i64,
    /// Its id.
    pub key: String,
    /// SHA-256 of what it says.
    pub sha256: String,
    /// Key of its set of buyers.
    pub buyer_key: String,
    /// Its date.
    pub at: Option<DateTime<Utc>>,
}

/// A stored process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownProcess {
    /// Its number.
    pub seq: i64,
    /// Its id.
    pub id: String,
    /// Key of its set of buyers.
    pub buyer_key: String,
}

/// What is stored for each of these `(source, ocid)`.
pub async fn known(
    tx: &Tx,
    ocids: &HashSet<(String, String)>,
) -> Result<HashMap<(String, String), Known>, StoreError> {
    let mut known: HashMap<(String, String), Known> = HashMap::new();
    let wanted: Vec<&str> = ocids.iter().map(|(_, ocid)| ocid.as_str()).collect();
    for chunk in wanted.chunks(500) {
        let mut sql = Sql::new("SELECT source, ocid, seq, id, buyer_key FROM processes WHERE ocid IN ");
        for row in sql.bind_list(chunk.iter().copied()).push(" ORDER BY seq").all(tx).await? {
            let of = (row.try_get_by("source")?, row.try_get_by("ocid")?);
            known.entry(of).or_default().processes.push(KnownProcess {
                seq: row.try_get_by("seq")?,
                id: row.try_get_by("id")?,
                buyer_key: row.try_get_by("buyer_key")?,
            });
        }
    }
    let mut by_source: HashMap<&str, Vec<&str>> = HashMap::new();
    for (source, ocid) in known.keys() {
        by_source.entry(source).or_default().push(ocid);
    }
    let mut releases = Vec::new();
    for (source, ocids) in by_source {
        for chunk in ocids.chunks(500) {
            let mut sql = Sql::new(
                "SELECT ocid, seq, release_key, sha256, buyer_key, dated_at FROM releases WHERE source = ",
            );
            sql.bind(source).push(" AND ocid IN ").bind_list(chunk.iter().copied()).push(" ORDER BY seq");
            for row in sql.all(tx).await? {
                let release = KnownRelease {
                    seq: row.try_get_by("seq")?,
                    key: row.try_get_by("release_key")?,
                    sha256: row.try_get_by("sha256")?,
                    buyer_key: row.try_get_by("buyer_key")?,
                    at: row.try_get_by::<Option<i64>, _>("dated_at")?.map(instant),
                };
                releases.push(((source.to_owned(), row.try_get_by::<String, _>("ocid")?), release));
            }
        }
    }
    for (of, release) in releases {
        known.entry(of).or_default().releases.push(release);
    }
    Ok(known)
}

/// Texts of releases by row number, in that order.
pub async fn raw_releases(tx: &Tx, seqs: &[i64]) -> Result<Vec<(i64, String)>, StoreError> {
    let mut texts = Vec::with_capacity(seqs.len());
    for chunk in seqs.chunks(500) {
        let mut sql = Sql::new("SELECT seq, raw FROM releases WHERE seq IN ");
        for row in sql.bind_list(chunk.iter().copied()).push(" ORDER BY seq").all(tx).await? {
            texts.push((row.try_get_by("seq")?, row.try_get_by("raw")?));
        }
    }
    Ok(texts)
}

/// Stores releases; those already known are skipped.
pub async fn save_releases(
    tx: &Tx,
    releases: Vec<NewRelease>,
    import: Option<i64>,
) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::with_capacity(releases.len() * 9);
    for release in releases {
        values.extend(values![
            release.source,
            release.ocid,
            release.key,
            release.sha256,
            release.buyer_key,
            release.dated,
            release.at.map(micros),
            import,
            release.raw,
        ]);
    }
    let head = "INSERT INTO releases (source, ocid, release_key, sha256, buyer_key, dated, dated_at, import_seq, raw)";
    insert_rows(tx, head, 9, values, " ON CONFLICT (source, ocid, release_key, sha256) DO NOTHING").await
}
