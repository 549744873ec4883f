//! Merging organisations, with the records and contracts that name them.

use chrono::NaiveDate;
use domain::codes::AliasKind;

use crate::names::organisations::{join, records_of};
use crate::names::resolver::Resolver;
use crate::procurement::contracts::move_parties;
use crate::records::relisting::{move_withdrawn, project_again};
use crate::{StoreError, Tx};

/// Merges one organisation into another on this day: its names become aliases, and records and contracts that name it show
/// the other. Returns how many current records changed. The transaction must come from
/// [`Db::begin`](crate::Db::begin).
///
/// Errors: [`StoreError::Conflict`] if either does not exist or both are the same.
pub async fn merge(
    tx: &Tx,
    from: &str,
    into: &str,
    kind: AliasKind,
    on: NaiveDate,
) -> Result<u64, StoreError> {
    let (from, into) = join(tx, from, into, kind, on).await?;
    move_parties(tx, &from, &into).await?;
    move_withdrawn(tx, &from, &into).await?;
    let records = records_of(tx, &from).await?;
    let mut resolver = Resolver::load(tx).await?;
    project_again(tx, &mut resolver, &records).await?;
    Ok(records.len() as u64)
}
