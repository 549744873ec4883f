//! What rows of expectations and nil returns share, and what an organisation's own row says of both.

use chrono::NaiveDate;
use sea_orm::{ActiveValue, ConnectionTrait, EntityTrait, QueryResult};

use crate::ground::entity::organisation;
use crate::ground::sql::Sql;
use crate::names::organisations::{row, stored};
use crate::{StoreError, Tx};

/// A stored day.
pub(super) fn day(
    text: &str,
    table: &'static str,
    column: &'static str,
    id: &str,
) -> Result<NaiveDate, StoreError> {
    text.parse().map_err(|error| StoreError::inconsistent(table, column, id, error))
}

/// A stored day that may be missing, from the column of that name.
pub(super) fn maybe_day(
    row: &QueryResult,
    table: &'static str,
    column: &'static str,
    id: &str,
) -> Result<Option<NaiveDate>, StoreError> {
    let text: Option<String> = row.try_get_by(column)?;
    text.map(|text| day(&text, table, column, id)).transpose()
}

/// The row number of an organisation. Errors: [`StoreError::Conflict`] if there is none with this id.
pub(super) async fn seq_of(conn: &impl ConnectionTrait, organisation: &str) -> Result<i64, StoreError> {
    let mut sql = Sql::new("SELECT seq FROM organisations WHERE id = ");
    match sql.bind(organisation).one(conn).await? {
        Some(row) => Ok(row.try_get_by("seq")?),
        None => Err(StoreError::Conflict(format!("there is no organisation with the id '{organisation}'"))),
    }
}

/// Brings an organisation's own row in line with its expectation and nil returns.
pub(super) async fn follow(tx: &Tx, seq: i64) -> Result<(), StoreError> {
    let Some(known) = organisation::Entity::find_by_id(seq).one(tx).await? else { return Ok(()) };
    let before = stored(&known)?;
    let expected = in_force(tx, seq).await?;
    let mut after = before.organisation.clone();
    after.expected_to_publish = expected.is_some();
    after.expected_by_rule = expected.flatten();
    after.nil_return_on = latest(tx, seq).await?;
    if after != before.organisation {
        let mut change = row(&after, before.resolution);
        change.seq = ActiveValue::Unchanged(seq);
        organisation::Entity::update(change).exec(tx).await?;
    }
    Ok(())
}

/// The expectation of a body that is in force: whether there is one, and its reason.
async fn in_force(conn: &impl ConnectionTrait, seq: i64) -> Result<Option<Option<String>>, StoreError> {
    let mut sql = Sql::new("SELECT why FROM expectations WHERE ended_on IS NULL AND organisation_seq = ");
    let row = sql.bind(seq).one(conn).await?;
    row.map(|row| Ok(row.try_get_by("why")?)).transpose()
}

/// The day of a body's latest nil return that was not withdrawn.
async fn latest(conn: &impl ConnectionTrait, seq: i64) -> Result<Option<NaiveDate>, StoreError> {
    let mut sql = Sql::new(
        "SELECT max(declared_on) AS declared_on FROM nil_returns WHERE withdrawn_on IS NULL AND organisation_seq = ",
    );
    match sql.bind(seq).one(conn).await? {
        Some(row) => maybe_day(&row, "nil_returns", "declared_on", &seq.to_string()),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_none_is_told_with_its_place() {
        let error = day("2026-13-01", "expectations", "since", "x").unwrap_err().to_string();
        assert!(error.contains("expectations") && error.contains("since"), "{error}");
    }
}
