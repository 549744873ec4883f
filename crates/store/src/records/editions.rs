//! By which keys and names the editions of a source know a record.

use std::collections::HashSet;

use domain::Record;
use domain::editions::long_words;
use sea_orm::{EntityTrait, QueryFilter};

use crate::ground::entity::record;
use crate::ground::sql::{BOUND_VALUES, Sql, insert_rows};
use crate::{Db, StoreError, Tx};

/// Records that get another key per statement.
const RENAMED_AT_ONCE: usize = 500;

/// A record as the last edition that had it knows it.
#[derive(Debug, Clone)]
pub struct KnownUse {
    /// Its row number.
    pub record: i64,
    /// Its public id.
    pub id: String,
    /// Its key.
    pub key: String,
    /// The series of files it was last in.
    pub dataset: String,
    /// The edition.
    pub edition: String,
    /// The body, as the source wrote it.
    pub body: String,
    /// The unit of the body; empty if not stated.
    pub unit: String,
    /// The name.
    pub name: String,
    /// The last import that saw it.
    pub seen_import: Option<i64>,
    /// The long words of its text, if they were asked for.
    pub words: HashSet<String>,
}

/// Every record of a source, withdrawn ones included: an import does not bring those back under another key. `words`
/// asks for those of their texts.
pub async fn known(db: &Db, source: &str, words: bool) -> Result<Vec<KnownUse>, StoreError> {
    // Records by older releases have no names of their own, so theirs are read from their text.
    let content = if words { "v.content" } else { "CASE WHEN r.source_name IS NULL THEN v.content END" };
    let mut sql = Sql::new(&format!(
        "SELECT r.seq, r.id, r.source_key, r.dataset, r.edition, r.seen_import, r.source_body, r.source_unit, \
         r.source_name, {content} AS content FROM records r \
         JOIN record_versions v ON v.record_seq = r.seq AND v.number = r.version WHERE r.source = ",
    ));
    let rows = sql
        .bind(source)
        .push(" AND (r.source_key IS NOT NULL OR r.state = 'published') ORDER BY r.seq")
        .all(&db.read)
        .await?;
    let mut uses = Vec::with_capacity(rows.len());
    for row in rows {
        let text = |column: &str| row.try_get_by::<Option<String>, _>(column).map(Option::unwrap_or_default);
        let mut one = KnownUse {
            record: row.try_get_by("seq")?,
            id: row.try_get_by("id")?,
            key: text("source_key")?,
            dataset: text("dataset")?,
            edition: text("edition")?,
            body: text("source_body")?,
            unit: text("source_unit")?,
            name: text("source_name")?,
            seen_import: row.try_get_by("seen_import")?,
            words: HashSet::new(),
        };
        let is_named = row.try_get_by::<Option<String>, _>("source_name")?.is_some();
        if let Some(content) = row.try_get_by::<Option<String>, _>("content")? {
            let record: Record = serde_json::from_str(&content).map_err(|error| {
                StoreError::inconsistent("record_versions", "content", text("id").unwrap_or_default(), error)
            })?;
            if words {
                one.words = long_words(&record);
            }
            if !is_named {
                (one.body, one.name) = (record.publisher.name, record.name);
                one.unit = record.team.unwrap_or_default();
            }
        }
        uses.push(one);
    }
    Ok(uses)
}

/// The further keys of a source, each with its record's row number.
pub async fn other_keys(db: &Db, source: &str) -> Result<Vec<(String, i64)>, StoreError> {
    let mut sql = Sql::new("SELECT source_key, record_seq FROM source_keys WHERE source = ");
    let rows = sql.bind(source).push(" ORDER BY source_key").all(&db.read).await?;
    rows.iter().map(|row| Ok((row.try_get_by("source_key")?, row.try_get_by("record_seq")?))).collect()
}

/// The records that further keys lead to.
pub(crate) async fn by_other_keys(
    tx: &Tx,
    source: &str,
    keys: &[&str],
) -> Result<Vec<(String, record::Model)>, StoreError> {
    let mut found: Vec<(String, i64)> = Vec::new();
    for chunk in keys.chunks(BOUND_VALUES - 1) {
        let mut sql = Sql::new("SELECT source_key, record_seq FROM source_keys WHERE source = ");
        sql.bind(source).push(" AND source_key IN ").bind_list(chunk.iter().copied());
        for row in sql.all(tx).await? {
            found.push((row.try_get_by("source_key")?, row.try_get_by("record_seq")?));
        }
    }
    let mut records = Vec::with_capacity(found.len());
    for chunk in found.chunks(BOUND_VALUES) {
        let seqs = chunk.iter().map(|(_, seq)| *seq);
        let rows = record::Entity::find().filter(record::COLUMN.seq.is_in(seqs)).all(tx).await?;
        for (key, seq) in chunk {
            records.extend(rows.iter().find(|row| row.seq == *seq).map(|row| (key.clone(), row.clone())));
        }
    }
    Ok(records)
}

/// A key of another edition, and why it is believed to be a record's own.
#[derive(Debug, Clone)]
pub struct OtherKey {
    /// The key.
    pub key: String,
    /// The record's row number.
    pub record: i64,
    /// The edition that has the key.
    pub edition: String,
    /// The rule that found the record.
    pub rule: &'static str,
    /// What the edition says: body, unit and name.
    pub said: String,
    /// What was known.
    pub known: String,
}

/// Keeps further keys. A key that led elsewhere leads to the new record.
pub async fn keep_keys(tx: &Tx, source: &str, keys: &[OtherKey]) -> Result<(), StoreError> {
    let mut seen = HashSet::new();
    let fresh = keys.iter().rev().filter(|one| seen.insert(one.key.as_str()));
    let values: Vec<sea_orm::Value> = fresh
        .flat_map(|one| {
            [
                source.into(),
                one.key.as_str().into(),
                one.record.into(),
                one.edition.as_str().into(),
                one.rule.into(),
                one.said.as_str().into(),
                one.known.as_str().into(),
            ]
        })
        .collect();
    let head = "INSERT INTO source_keys (source, source_key, record_seq, edition, rule, said, known)";
    let tail = " ON CONFLICT (source, source_key) DO UPDATE SET record_seq = excluded.record_seq, \
                edition = excluded.edition, rule = excluded.rule, said = excluded.said, known = excluded.known";
    insert_rows(tx, head, 7, values, tail).await
}

/// Forgets further keys: they are another record's now.
pub async fn free_keys(tx: &Tx, source: &str, keys: &[&str]) -> Result<(), StoreError> {
    for chunk in keys.chunks(BOUND_VALUES - 1) {
        let mut sql = Sql::new("DELETE FROM source_keys WHERE source = ");
        sql.bind(source).push(" AND source_key IN ").bind_list(chunk.iter().copied()).run(tx).await?;
    }
    Ok(())
}

/// Gives records other keys. A key that another record still has stays with that one.
pub async fn rename_keys(tx: &Tx, source: &str, keys: &[(i64, String)]) -> Result<(), StoreError> {
    for chunk in keys.chunks(RENAMED_AT_ONCE) {
        // None has a key at first: one record's new key may be another's old one.
        let mut sql = Sql::new("UPDATE records SET source_key = NULL WHERE seq IN ");
        sql.bind_list(chunk.iter().map(|(record, _)| *record)).run(tx).await?;
        let mut sql = Sql::new("WITH named (seq, source_key) AS (VALUES ");
        for (place, (record, key)) in chunk.iter().enumerate() {
            sql.push(if place > 0 { ", " } else { "" });
            sql.bind_list(values![*record, key.as_str()]);
        }
        sql.push(
            ") UPDATE records SET source_key = (SELECT n.source_key FROM named n WHERE n.seq = records.seq) \
             WHERE seq IN (SELECT n.seq FROM named n WHERE NOT EXISTS \
             (SELECT 1 FROM records o WHERE o.source_key = n.source_key AND o.source = ",
        );
        sql.bind(source).push("))").run(tx).await?;
    }
    Ok(())
}

/// Stores keys in their present form, each given with the one that older releases stored, where only that is
/// known. Returns how many were renewed.
pub async fn renew_keys(tx: &Tx, source: &str, keys: &[(&str, &str)]) -> Result<u64, StoreError> {
    let asked: HashSet<&str> = keys.iter().flat_map(|(key, former)| [*key, *former]).collect();
    let asked: Vec<&str> = asked.into_iter().collect();
    let mut stored: HashSet<String> = HashSet::new();
    for chunk in asked.chunks(BOUND_VALUES - 1) {
        let mut sql = Sql::new("SELECT source_key FROM records WHERE source = ");
        sql.bind(source).push(" AND source_key IN ").bind_list(chunk.iter().copied());
        for row in sql.all(tx).await? {
            stored.insert(row.try_get_by("source_key")?);
        }
    }
    let present: HashSet<&str> = keys.iter().map(|(key, _)| *key).collect();
    let mut renewed = 0;
    for (key, former) in keys {
        // A former key that is also some row's own belongs to that row.
        if key == former || stored.contains(*key) || present.contains(former) || !stored.remove(*former) {
            continue;
        }
        let mut sql = Sql::new("UPDATE records SET source_key = ");
        sql.bind(*key).push(" WHERE source = ").bind(source).push(" AND source_key = ").bind(*former);
        renewed += sql.run(tx).await?;
    }
    Ok(renewed)
}
