//! Shared by the acts that start sessions.

use store::StoreError;
use store::people::audit::{self, Deed};

use crate::Act;

/// Audits a sign-in in the name of the person it is for: until it succeeds, nobody is known to be acting.
pub(crate) async fn note(
    act: &Act<'_>,
    action: &str,
    person: &str,
    detail: Option<&str>,
) -> Result<(), StoreError> {
    let deed = Deed { person: Some(person), detail, ..Deed::new(action, "person", person) };
    audit::note(act.tx, &deed, act.now).await
}
