//! Forgetting what was only kept for a while for those who sign in.

use chrono::{DateTime, Utc};

use crate::people::{idempotency, sessions};
use crate::{Db, StoreError};

/// Forgets sessions that ended and answers to writes that nobody will send again.
pub async fn forget_private(db: &Db, now: DateTime<Utc>) -> Result<(), StoreError> {
    let tx = db.begin_quietly().await?;
    sessions::forget_ended(&tx, now).await?;
    idempotency::forget_old(&tx, now).await?;
    tx.commit().await
}
