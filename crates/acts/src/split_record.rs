//! Splitting a record that an import joined by mistake.

use domain::RecordId;
use domain::authorisation::{Object, Permission};
use store::StoreError;
use store::people::audit::Deed;
use store::records::splits::{self, Covers, Split};

use crate::records::owned_record;
use crate::{Act, Refusal};

/// Splits an imported record before the version `from`: its later versions are another tool, which gets a record of
/// its own, and the record says again what it said before. `covers` says which fields a source's columns cover. The
/// transaction must be a public one.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::NotFound`] for an unknown record; [`Refusal::Conflict`] when it was
/// withdrawn or redacted, or no import joined that version to it.
pub async fn split_record(act: &Act<'_>, id: RecordId, from: i64, covers: Covers) -> Result<Split, Refusal> {
    let role = act.may(Permission::ManageOrganisations, Object::Register)?;
    owned_record(act.tx, id).await?;
    let split = splits::split(act.tx, id, from, covers, act.now);
    let split = Box::pin(split).await.map_err(|error| match error {
        StoreError::Conflict(detail) => Refusal::Conflict(detail),
        other => other.into(),
    })?;
    let detail = format!("from version {from} on it is {}", split.later);
    let deed = Deed { detail: Some(&detail), ..Deed::new("record.split", "record", &split.earlier) };
    act.note(role, deed).await?;
    Ok(split)
}
