//! Shared by the acts that start sessions.

use store::StoreError;
use store::ground::secret::Secret;
use store::people::audit::{self, Deed};
use store::people::sessions;

use crate::{Act, Refusal, end_sessions};

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

/// Ends the sessions a browser had before: from now on it sends the new session's cookie only. Who merely signed
/// in again keeps the tokens made in them.
pub(crate) async fn replace(act: &Act<'_>, before: &[Secret], new: &Secret) -> Result<(), Refusal> {
    for earlier in before {
        sessions::carry_tokens(act.tx, &earlier.sha256(), &new.sha256(), act.now).await?;
    }
    end_sessions(act, before).await
}
