//! What the acts that begin sessions share.

use store::StoreError;
use store::people::audit::{self, Deed};

use crate::Act;

/// Notes what came of a sign-in in the name of the person it is about: nobody is known to act before it holds.
pub(crate) async fn note(
    act: &Act<'_>,
    action: &str,
    person: &str,
    detail: Option<&str>,
) -> Result<(), StoreError> {
    let deed = Deed { person: Some(person), detail, ..Deed::new(action, "person", person) };
    audit::note(act.tx, &deed, act.now).await
}
