//! Merging organisations, with the records and contracts that name them.

use domain::codes::AliasKind;

use crate::names::organisations::{join, records_of};
use crate::names::resolver::Resolver;
use crate::procurement::contracts::move_parties;
use crate::records::relisting::project_again;
use crate::{Db, StoreError};

/// Says that one organisation is another: its names become aliases of the other, and records that name it
/// are shown under the other. Returns how many current records moved.
///
/// Errors: [`StoreError::Conflict`] when either does not exist or both are one.
pub async fn merge(db: &Db, from: &str, into: &str, kind: AliasKind) -> Result<u64, StoreError> {
    let tx = db.begin().await?;
    let (from, into) = join(&tx, from, into, kind).await?;
    move_parties(&tx, &from, &into).await?;
    let records = records_of(&tx, &from).await?;
    let mut resolver = Resolver::load(&tx).await?;
    project_again(&tx, &mut resolver, &records).await?;
    tx.commit().await?;
    Ok(records.len() as u64)
}
