//! The owner of a record says that it is still true.

use domain::authorisation::Permission;
use store::people::audit::Deed;
use store::records::publish;

use crate::records::{OwnedRecord, not_withdrawn};
use crate::{Act, Refusal};

/// Confirms the current version of a record: the flag `stale` counts from now. `why` goes into the audit trail only.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Conflict`] when it was withdrawn.
pub async fn confirm_record(act: &Act<'_>, found: &OwnedRecord, why: Option<&str>) -> Result<(), Refusal> {
    let role = act.may(Permission::ConfirmRecord, found.object())?;
    not_withdrawn(found)?;
    publish::confirm(act.tx, found.id, act.now).await?;
    let id = found.id.to_string();
    let deed =
        Deed { owner: found.owner.as_deref(), reason: why, ..Deed::new("record.confirm", "record", &id) };
    Ok(act.note(role, deed).await?)
}
