//! Confirming that a record is still true, by its owner.

use domain::authorisation::Permission;
use store::people::audit::Deed;
use store::records::publish;

use crate::records::{OwnedRecord, not_withdrawn};
use crate::{Act, Refusal};

/// Confirms the current version of a record, so that the flag `stale` counts from now. `why` is kept in the
/// audit trail only.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Conflict`] for a withdrawn record.
pub async fn confirm_record(act: &Act<'_>, found: &OwnedRecord, why: Option<&str>) -> Result<(), Refusal> {
    let role = act.may(Permission::ConfirmRecord, found.object())?;
    not_withdrawn(found)?;
    publish::confirm(act.tx, found.id, act.now).await?;
    let id = found.id.to_string();
    let deed =
        Deed { owner: found.owner.as_deref(), reason: why, ..Deed::new("record.confirm", "record", &id) };
    Ok(act.note(role, deed).await?)
}
