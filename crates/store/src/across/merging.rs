//! Merging organisations, with the records and contracts that name them.

use domain::codes::AliasKind;

use crate::names::organisations::{join, records_of};
use crate::names::resolver::Resolver;
use crate::procurement::contracts::move_parties;
use crate::records::relisting::project_again;
use crate::{Db, StoreError};

/// Merges one organisation into another: its names become aliases, and records and contracts that name it show
/// the other. Returns how many current records changed.
///
/// Errors: [`StoreError::Conflict`] if either does not exist or both are the same.
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
