//! What reaches expectations and nil returns from elsewhere: lists of bodies, and merged bodies.

use chrono::NaiveDate;
use domain::Organisation;

use super::rows::follow;
use super::{expectations, nil_returns};
use crate::{StoreError, Tx};

/// Notes what a list of bodies says of one: that it is expected to publish, or declared on a day that it uses
/// nothing.
pub(crate) async fn from_list(tx: &Tx, seq: i64, said: &Organisation) -> Result<(), StoreError> {
    let mut new = false;
    if said.expected_to_publish {
        new |= expectations::note(tx, seq, said.expected_by_rule.as_deref()).await?;
    }
    if let Some(on) = said.nil_return_on {
        new |= nil_returns::note(tx, seq, on).await?;
    }
    if new {
        follow(tx, seq).await?;
    }
    Ok(())
}

/// Moves what is expected and what was declared from a body that was merged to the one that stayed.
pub(crate) async fn take_over(tx: &Tx, from: i64, into: i64, on: NaiveDate) -> Result<(), StoreError> {
    expectations::hand_over(tx, from, into, on).await?;
    nil_returns::hand_over(tx, from, into).await?;
    follow(tx, into).await
}
