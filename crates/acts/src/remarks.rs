//! Shared by the acts on remarks.

use domain::codes::Role;
use store::StoreError;
use store::people::audit::Deed;
use store::people::remarks::Remark;

use crate::Act;

pub(crate) async fn note(
    act: &Act<'_>,
    role: Option<Role>,
    action: &str,
    remark: &Remark,
    owner: Option<&str>,
) -> Result<(), StoreError> {
    let deed = Deed {
        owner,
        reason: remark.outcome.as_deref(),
        detail: Some(&remark.record_id),
        ..Deed::new(action, "remark", &remark.id)
    };
    act.note(role, deed).await
}
