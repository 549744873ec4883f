//! Whether the source of a record still has it. Nothing here makes a version: lists, filters and the record's
//! page follow at once, its history does not change.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

use crate::ground::db::touch;
use crate::ground::entity::record;
use crate::ground::sql::{BOUND_VALUES, Sql};
use crate::names::resolver::Resolver;
use crate::records::prepare::SourceKey;
use crate::records::relisting::project_again;
use crate::{Db, StoreError, Tx};

/// Records per statement.
const BATCH: usize = 500;

/// Notes that a run saw records that it did not change: they are in their source, in the run's edition. An older
/// edition says nothing about today.
pub(crate) async fn seen(
    tx: &Tx,
    records: &[(&record::Model, Option<&SourceKey>)],
    import: i64,
) -> Result<(), StoreError> {
    let seqs: Vec<i64> = records.iter().map(|(known, _)| known.seq).collect();
    for chunk in seqs.chunks(BOUND_VALUES - 1) {
        let mut sql = Sql::new("UPDATE records SET seen_import = ");
        sql.bind(import).push(" WHERE seq IN ").bind_list(chunk.iter().copied()).run(tx).await?;
    }
    let mut moved: BTreeMap<(Standing, Standing), Vec<i64>> = BTreeMap::new();
    for (known, source) in records {
        let Some(source) = source.filter(|source| known.source.as_ref() == Some(&source.source)) else {
            continue;
        };
        let before = Standing::of(known);
        let after = Standing {
            dataset: source.dataset.clone(),
            edition: source.edition.clone(),
            in_source: Some(true),
        };
        if after.edition >= before.edition && after != before {
            moved.entry((before, after)).or_default().push(known.seq);
        }
    }
    for ((before, after), seqs) in moved {
        stand(tx, &seqs, &before, &after, None).await?;
    }
    Ok(())
}

/// Finds the published records of a dataset that a finished run of this edition did not see, and notes that they
/// are not in their source any more. Returns the id and source key of each. Records of later editions are none of
/// the run's business.
pub async fn leave(
    db: &Db,
    source: &str,
    dataset: &str,
    (run, edition): (i64, &str),
) -> Result<Vec<(String, String)>, StoreError> {
    let missing = missing(db, source, dataset, (run, edition)).await?;
    let mut left: BTreeMap<(Standing, Standing), Vec<i64>> = BTreeMap::new();
    for known in &missing {
        let before = Standing::of(known);
        let after = Standing { in_source: Some(false), ..before.clone() };
        if before != after {
            left.entry((before, after)).or_default().push(known.seq);
        }
    }
    for ((before, after), seqs) in left {
        for batch in seqs.chunks(BATCH) {
            let tx = db.begin().await?;
            stand(&tx, batch, &before, &after, Some(edition)).await?;
            tx.commit().await?;
        }
    }
    Ok(named(missing))
}

/// Notes that a record is not in its source any more, since an edition.
pub(crate) async fn gone(tx: &Tx, seq: i64, edition: &str) -> Result<(), StoreError> {
    let Some(known) = record::Entity::find_by_id(seq).one(tx).await? else { return Ok(()) };
    let before = Standing::of(&known);
    let after = Standing { in_source: Some(false), ..before.clone() };
    stand(tx, &[seq], &before, &after, Some(edition)).await
}

/// Id and source key of the published records of a dataset that a run did not see.
pub async fn unseen(
    db: &Db,
    source: &str,
    dataset: &str,
    (run, edition): (i64, &str),
) -> Result<Vec<(String, String)>, StoreError> {
    Ok(named(missing(db, source, dataset, (run, edition)).await?))
}

fn named(records: Vec<record::Model>) -> Vec<(String, String)> {
    records.into_iter().map(|known| (known.id, known.source_key.unwrap_or_default())).collect()
}

async fn missing(
    db: &Db,
    source: &str,
    dataset: &str,
    (run, edition): (i64, &str),
) -> Result<Vec<record::Model>, StoreError> {
    let elsewhere =
        Condition::any().add(record::COLUMN.seen_import.is_null()).add(record::COLUMN.seen_import.ne(run));
    let found = record::Entity::find()
        .filter(record::COLUMN.state.eq(record::State::Published))
        .filter(record::COLUMN.source.eq(source))
        .filter(record::COLUMN.dataset.eq(dataset))
        .filter(record::COLUMN.edition.lte(edition))
        .filter(elsewhere)
        .order_by_asc(record::COLUMN.seq)
        .all(&db.read)
        .await?;
    Ok(found)
}

/// What lists say of a record's source that can change without a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Standing {
    dataset: String,
    edition: String,
    in_source: Option<bool>,
}

impl Standing {
    fn of(known: &record::Model) -> Self {
        let text = |column: &Option<String>| column.clone().unwrap_or_default();
        Self { dataset: text(&known.dataset), edition: text(&known.edition), in_source: known.in_source }
    }

    /// Each part in a card and in a listing's facets; `None` if the record does not have it.
    fn written(&self) -> [Option<(String, String)>; 3] {
        let text = |name: &str, value: &str| {
            let json = serde_json::Value::from(value);
            (!value.is_empty()).then(|| (format!("\"{name}\":{json}"), format!("\n{name}={value}\n")))
        };
        let known = self.in_source.map(|is| (format!("\"in_source\":{is}"), format!("\nin_source={is}\n")));
        [text("dataset", &self.dataset), text("edition", &self.edition), known]
    }
}

/// Stores how records stand, all of them from one standing to another, and which edition lacks them.
/// Their listings are corrected in place:
/// inside the JSON of a card, a quote in a text has a backslash, so what is replaced is always the member itself.
async fn stand(
    tx: &Tx,
    seqs: &[i64],
    before: &Standing,
    after: &Standing,
    missing_from: Option<&str>,
) -> Result<(), StoreError> {
    let changes: Vec<_> = before.written().into_iter().zip(after.written()).filter(|(a, b)| a != b).collect();
    // Rules ask nothing of what left its source.
    let judged_alike = before.in_source == after.in_source;
    let in_place = judged_alike && changes.iter().all(|(before, after)| before.is_some() && after.is_some());
    let touched = touch(tx).await?;
    for chunk in seqs.chunks(BATCH) {
        let mut sql = Sql::new("UPDATE records SET dataset = ");
        sql.bind(after.dataset.as_str()).push(", edition = ").bind(after.edition.as_str());
        sql.push(", in_source = ").bind(after.in_source);
        let missing = missing_from.filter(|edition| !edition.is_empty()).map(str::to_owned);
        sql.push(", missing_from = ").bind(missing);
        sql.push(" WHERE seq IN ").bind_list(chunk.iter().copied()).run(tx).await?;
        if !in_place {
            project_again(tx, &mut Resolver::load(tx).await?, chunk).await?;
            continue;
        }
        let mut sql = Sql::new("UPDATE listings SET touched = ");
        sql.bind(touched);
        for (column, part) in [("card", 0), ("facets", 1)] {
            sql.push(&format!(", {column} = {}{column}", "replace(".repeat(changes.len())));
            for (before, after) in changes.iter().filter_map(|(a, b)| a.as_ref().zip(b.as_ref())) {
                let (before, after) = if part == 0 { (&before.0, &after.0) } else { (&before.1, &after.1) };
                sql.push(", ").bind(before.as_str()).push(", ").bind(after.as_str()).push(")");
            }
        }
        sql.push(" WHERE until IS NULL AND change IN (SELECT change FROM records WHERE seq IN ");
        sql.bind_list(chunk.iter().copied()).push(")").run(tx).await?;
    }
    Ok(())
}
