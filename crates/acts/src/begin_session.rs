//! Somebody signs in with a password and a second factor.

use store::ground::secret::{Opens, Secret};
use store::people::sessions;

use crate::sessions::note;
use crate::{Act, Refusal, end_sessions};

/// Begins a session of a person, by id, whose password fits and whose second factor shows `step`; the browser's sessions
/// of before end. `None` for the step stands for something that is wrong.
///
/// Gives the new session's secret, or `None` when the sign-in is refused, also because somebody used the step before.
/// Commit in either case: a wrong sign-in is counted and noted too.
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
        note(act, "session.refused", person, None).await?;
        return Ok(None);
    }
    // The browser shows the new one from now on.
    end_sessions(act, before).await?;
    note(act, "session.begin", person, None).await?;
    Ok(Some(secret))
}
