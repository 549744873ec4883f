//! Deleting what is kept about people only for a while.

use chrono::{DateTime, Utc};

use crate::people::{idempotency, sessions};
use crate::{Db, StoreError};

/// Deletes ended sessions, and expired answers to writes.
pub async fn forget_private(db: &Db, now: DateTime<Utc>) -> Result<(), StoreError> {
    let tx = db.begin_quietly().await?;
    sessions::forget_ended(&tx, now).await?;
    idempotency::forget_old(&tx, now).await?;
    tx.commit().await
}
