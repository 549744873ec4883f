//! Withdrawing a record, by its owner.

use domain::authorisation::Permission;
use store::people::audit::Deed;
use store::records::publish;

use crate::records::{OwnedRecord, not_withdrawn};
use crate::{Act, Refusal};

/// Withdraws a record, for good. `why` stays public, as do its versions, title and dates.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Conflict`] when it was already withdrawn.
pub async fn withdraw_record(act: &Act<'_>, found: &OwnedRecord, why: &str) -> Result<(), Refusal> {
    let role = act.may(Permission::WithdrawRecord, found.object())?;
    not_withdrawn(found)?;
    publish::withdraw(act.tx, found.id, why, act.now, act.now).await?;
    let id = found.id.to_string();
    let deed = Deed {
        owner: found.owner.as_deref(),
        reason: Some(why),
        ..Deed::new("record.withdraw", "record", &id)
    };
    Ok(act.note(role, deed).await?)
}
