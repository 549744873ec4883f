//! Signing in with a password and a second factor.

use store::ground::secret::{Opens, Secret};
use store::people::sessions;

use crate::sessions::{note, replace};
use crate::{Act, Refusal};

/// Starts a session for a person, given by id, whose password matched and whose second factor matched time
/// step `step`; `None` means that the code was wrong. Ends the sessions the browser had before; tokens that the same
/// person made in them go on with the new one.
///
/// Returns the new session's secret, or `None` when the sign-in is refused, which includes a step that was
/// already used. Commit in both cases: wrong codes are counted too.
pub async fn begin_session(
    act: &Act<'_>,
    person: &str,
    step: Option<i64>,
    before: &[Secret],
) -> Result<Option<Secret>, Refusal> {
    let secret = Secret::new(Opens::Session);
    let begun = match step {
        Some(step) => sessions::begin(act.tx, person, step, &secret.sha256(), act.now).await?,
        None => false,
    };
    if !begun {
        sessions::failed(act.tx, person, act.now).await?;
        return Ok(None);
    }
    replace(act, before, &secret).await?;
    note(act, "session.begin", person, None).await?;
    Ok(Some(secret))
}
