//! The change counter: one row that says where the register stands and gives out numbers.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use super::time::{instant, micros};
use super::writers::Tx;
use crate::StoreError;
use crate::ground::sql::Sql;

/// Where the register stands. With equal states, a database gives equal answers, apart from what depends on the
/// day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The number of the latest change.
    pub change: i64,
    /// When that was made.
    pub changed_at: DateTime<Utc>,
    /// How many public writes there were, whatever they wrote: what prepared answers depend on.
    pub revision: i64,
}

pub(crate) async fn state(conn: &impl ConnectionTrait) -> Result<State, StoreError> {
    let sql = Sql::new("SELECT value, changed_at, revision FROM change_counter WHERE id = 1");
    let Some(row) = sql.one(conn).await? else {
        return Err(StoreError::inconsistent("change_counter", "id", 1, "the row is missing"));
    };
    Ok(State {
        change: row.try_get_by("value")?,
        changed_at: instant(row.try_get_by("changed_at")?),
        revision: row.try_get_by("revision")?,
    })
}

/// Takes a number for a write that is not a change, such as listing a record again: the search index follows
/// these too.
pub(crate) async fn touch(tx: &Tx) -> Result<i64, StoreError> {
    Sql::new("UPDATE change_counter SET value = value + 1 WHERE id = 1 RETURNING value").number(tx).await
}

/// Takes `n` change numbers and returns the first. The row stays locked until the transaction ends, so that
/// changes become visible in order, on PostgreSQL too.
pub(crate) async fn count_changes(tx: &Tx, n: usize, now: DateTime<Utc>) -> Result<i64, StoreError> {
    let mut update = Sql::new("UPDATE change_counter SET value = value + ");
    update.bind(n as i64).push(", changed_at = ").bind(micros(now)).push(" WHERE id = 1 RETURNING value");
    Ok(update.number(tx).await? - n as i64 + 1)
}
