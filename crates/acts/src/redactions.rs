//! Shared by the acts on redactions.

use domain::codes::Role;
use store::StoreError;
use store::across::redactions::Stored;
use store::people::audit::Deed;

use crate::Act;

pub(crate) async fn note(
    act: &Act<'_>,
    role: Option<Role>,
    action: &str,
    asked: &Stored,
) -> Result<(), StoreError> {
    let deed = Deed {
        owner: asked.owner.as_deref(),
        reason: asked.outcome.as_deref().or(Some(&asked.reason)),
        detail: Some(&asked.id),
        ..Deed::new(action, "record", &asked.record_id)
    };
    act.note(role, deed).await
}
