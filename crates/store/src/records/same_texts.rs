//! Questions that texts raise: a record that an import made, and one of an older edition that the import's file does
//! not have any more, may be one tool under two names when they share a run of words that no other record of their
//! source has. Nothing is joined here.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::Record;
use domain::editions::{Identity, PROPOSED_MOST, Rule, runs};
use sea_orm::QueryResult;

use crate::ground::sql::Sql;
use crate::records::matches::{self, Proposal};
use crate::records::prepare::Trace;
use crate::{Db, StoreError};

/// Records read at once.
const AT_ONCE: i64 = 500;

/// Records of one source with what each says.
const TEXTS: &str = "SELECT r.seq, r.id, r.version, r.seen_import, r.edition, r.source_body, r.source_unit, \
    r.source_name, v.content FROM records r JOIN record_versions v ON v.record_seq = r.seq \
    AND v.number = r.version WHERE r.state = 'published' AND r.source_name IS NOT NULL AND r.source = ";

/// A record of the source.
#[derive(Debug)]
struct Known {
    seq: i64,
    id: String,
    edition: String,
    identity: Identity,
    /// Whether the run saw it, and it has one version: the run may have made it.
    may_be_new: bool,
}

/// A run of words of a record that the file does not have.
#[derive(Debug)]
struct RunOfWords {
    /// The place of the record.
    earlier: usize,
    /// How many records of the source have it.
    records: u32,
    /// The place of a record that the run may have made.
    later: Option<usize>,
}

/// Proposes the pairs of a run that has read its file.
pub async fn propose(db: &Db, source: &str, import: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    let bodies = bodies_of(db, source, import).await?;
    let (left, mut index) = left(db, source, import, &bodies).await?;
    if index.is_empty() {
        return Ok(());
    }
    let made = look_up(db, source, import, &mut index).await?;
    let mut shared: HashMap<(usize, usize), usize> = HashMap::new();
    for run in index.into_values().filter(|run| run.records == 2) {
        if let Some(later) = run.later
            && made[later].identity.body == left[run.earlier].identity.body
        {
            *shared.entry((later, run.earlier)).or_default() += 1;
        }
    }
    let mut pairs: Vec<((usize, usize), usize)> = shared.into_iter().collect();
    // Those that share most come first.
    pairs.sort_by(|(a, m), (b, n)| (a.0, n, a.1).cmp(&(b.0, m, b.1)));
    let mut proposals = Vec::new();
    for group in pairs.chunk_by(|(a, _), (b, _)| a.0 == b.0) {
        let Some(later) = group.first().map(|((later, _), _)| &made[*later]) else { continue };
        let first = first_edition(db, later).await?;
        let older = group.iter().map(|((_, earlier), _)| &left[*earlier]).filter(|one| one.edition < first);
        proposals.extend(older.take(PROPOSED_MOST).map(|earlier| Proposal {
            later: later.id.clone(),
            earlier: earlier.seq,
            rule: Rule::SameText.as_str(),
            said: later.identity.line(),
            known: earlier.identity.line(),
        }));
    }
    let tx = db.begin_quietly().await?;
    matches::propose(&tx, source, import, &proposals, now).await?;
    tx.commit().await
}

/// The bodies of the records that a run saw and that have one version.
async fn bodies_of(db: &Db, source: &str, import: i64) -> Result<HashSet<String>, StoreError> {
    let mut sql = Sql::new(
        "SELECT DISTINCT source_body FROM records WHERE version = 1 AND source_body IS NOT NULL AND source = ",
    );
    let rows = sql.bind(source).push(" AND seen_import = ").bind(import).all(&db.read).await?;
    rows.iter().map(|row| Ok(row.try_get_by("source_body")?)).collect()
}

/// The records of some bodies that older editions had and the run did not see, with their runs of words.
async fn left(
    db: &Db,
    source: &str,
    import: i64,
    bodies: &HashSet<String>,
) -> Result<(Vec<Known>, HashMap<u64, RunOfWords>), StoreError> {
    let (mut left, mut index) = (Vec::new(), HashMap::new());
    if bodies.is_empty() {
        return Ok((left, index));
    }
    let mut last: i64 = 0;
    loop {
        let mut sql = Sql::new(TEXTS);
        sql.bind(source).push(" AND (r.seen_import IS NULL OR r.seen_import <> ").bind(import);
        sql.push(") AND r.edition < (SELECT max(s.edition) FROM records s WHERE s.source = ").bind(source);
        sql.push(" AND s.seen_import = ").bind(import).push(") AND r.seq > ").bind(last);
        let rows = sql.push(" ORDER BY r.seq LIMIT ").bind(AT_ONCE).all(&db.read).await?;
        let Some(end) = rows.last() else { return Ok((left, index)) };
        last = end.try_get_by("seq")?;
        for row in &rows {
            let (known, text) = read(row, import)?;
            if !bodies.contains(&known.identity.body) {
                continue;
            }
            let earlier = left.len();
            left.push(known);
            for run in runs(&text) {
                // A run that two of them have counts as two records' in the end, and leads to neither.
                index.entry(run).or_insert(RunOfWords { earlier, records: 0, later: None });
            }
        }
    }
}

/// Counts the records of the source that have each run, and returns those that the run may have made.
async fn look_up(
    db: &Db,
    source: &str,
    import: i64,
    index: &mut HashMap<u64, RunOfWords>,
) -> Result<Vec<Known>, StoreError> {
    let mut made = Vec::new();
    let mut last: i64 = 0;
    loop {
        let mut sql = Sql::new(TEXTS);
        sql.bind(source).push(" AND r.seq > ").bind(last);
        let rows = sql.push(" ORDER BY r.seq LIMIT ").bind(AT_ONCE).all(&db.read).await?;
        let Some(end) = rows.last() else { return Ok(made) };
        last = end.try_get_by("seq")?;
        for row in &rows {
            let (known, text) = read(row, import)?;
            let place = known.may_be_new.then_some(made.len());
            for run in runs(&text) {
                if let Some(found) = index.get_mut(&run) {
                    found.records += 1;
                    found.later = found.later.or(place);
                }
            }
            if known.may_be_new {
                made.push(known);
            }
        }
    }
}

fn read(row: &QueryResult, import: i64) -> Result<(Known, Record), StoreError> {
    let text = |column: &str| row.try_get_by::<Option<String>, _>(column).map(Option::unwrap_or_default);
    let (id, content, version): (String, String, i64) =
        (row.try_get_by("id")?, row.try_get_by("content")?, row.try_get_by("version")?);
    let seen: Option<i64> = row.try_get_by("seen_import")?;
    let record = serde_json::from_str(&content)
        .map_err(|error| StoreError::inconsistent("record_versions", "content", &id, error))?;
    let identity = Identity {
        body: text("source_body")?,
        unit: text("source_unit")?,
        name: text("source_name")?,
        ..Identity::default()
    };
    let may_be_new = version == 1 && seen == Some(import);
    Ok((Known { seq: row.try_get_by("seq")?, id, edition: text("edition")?, identity, may_be_new }, record))
}

/// The edition that the first version of a record was read from; empty if it was not imported.
async fn first_edition(db: &Db, known: &Known) -> Result<String, StoreError> {
    let mut sql = Sql::new("SELECT import FROM record_versions WHERE number = 1 AND record_seq = ");
    let row = sql.bind(known.seq).one(&db.read).await?;
    let json: Option<String> = row.map(|row| row.try_get_by("import")).transpose()?.flatten();
    let Some(json) = json else { return Ok(String::new()) };
    let trace: Trace = serde_json::from_str(&json)
        .map_err(|error| StoreError::inconsistent("record_versions", "import", &known.id, error))?;
    Ok(trace.edition)
}
