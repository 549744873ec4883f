//! Where published records were imported from, and how much the sources leave open.

use crate::ground::sql::Sql;
use crate::{Reads, StoreError};

/// A source with the records that were imported from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The source's key.
    pub source: String,
    /// Published records that rest on it.
    pub records: u64,
    /// Fields that these records must answer, all together.
    pub asked: u64,
    /// Those that the source does not state.
    pub not_stated: u64,
}

/// Every source that published records were imported from, by key.
pub async fn shares(conn: &impl Reads) -> Result<Vec<Share>, StoreError> {
    // On PostgreSQL a sum of BIGINT is NUMERIC.
    let rows = Sql::new(
        "SELECT source, count(*) AS records, CAST(sum(asked) AS BIGINT) AS asked, \
         CAST(sum(not_stated) AS BIGINT) AS not_stated FROM listings \
         WHERE until IS NULL AND source IS NOT NULL GROUP BY source ORDER BY source",
    )
    .all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let number = |column| row.try_get_by::<i64, _>(column).map(i64::unsigned_abs);
            Ok(Share {
                source: row.try_get_by("source")?,
                records: number("records")?,
                asked: number("asked")?,
                not_stated: number("not_stated")?,
            })
        })
        .collect()
}
