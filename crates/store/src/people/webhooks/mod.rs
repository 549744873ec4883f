//! Webhooks: subscriptions to changes that match a query, and each message until it has arrived.
//!
//! A webhook has considered every change up to a number. Raising the number and storing the deliveries that
//! match is one transaction, so that nothing is missed, however a process ends (decision 11).

mod delivery;
mod hook;

use crate::{StoreError, Tx};

pub use delivery::{
    DEAD_KEPT, Delivery, KEPT, Stage, TRIAL, arrived_since, consider, counts, deliveries, due, forget_old,
    is_anything_due, revive, sent, try_out, wake, was_told,
};
pub use hook::{State, Webhook, active, delete, find, find_active, of_person, stop, update};

/// Stores a new webhook and queues a trial message.
pub async fn create(tx: &Tx, new: &Webhook) -> Result<(), StoreError> {
    hook::insert(tx, new).await?;
    try_out(tx, &new.id, new.created_at).await
}
