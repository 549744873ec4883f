//! Forgetting what is kept for a while only, for people who sign in.

use chrono::{DateTime, Utc};

use crate::people::{idempotency, sessions};
use crate::{Db, StoreError};

/// Forgets ended sessions, and answers to writes that are too old to be sent again.
pub async fn forget_private(db: &Db, now: DateTime<Utc>) -> Result<(), StoreError> {
    let tx = db.begin_quietly().await?;
    sessions::forget_ended(&tx, now).await?;
    idempotency::forget_old(&tx, now).await?;
    tx.commit().await
}
