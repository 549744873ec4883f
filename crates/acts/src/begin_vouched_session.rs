//! Signing in through an identity provider.

use chrono::{DateTime, Utc};
use store::ground::secret::{Opens, Secret};
use store::people::{identities, sessions};

use crate::sessions::{note, replace};
use crate::{Act, Refusal};

/// A person as an identity provider describes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The provider's issuer URL.
    pub issuer: String,
    /// The provider's permanent id for the person (`sub`).
    pub subject: String,
    /// Their email address, if the provider has verified it.
    pub email: Option<String>,
    /// When they proved to the provider who they are, if it says so.
    pub signed_in_at: Option<DateTime<Utc>>,
}

/// Starts a session and returns its secret. The person is found by the provider's subject or, the first time,
/// by the verified address. `None` when nobody matches: then do not commit. Ends the sessions the browser had
/// before, as [`crate::begin_session`] does.
pub async fn begin_vouched_session(
    act: &Act<'_>,
    who: &Vouched,
    before: &[Secret],
) -> Result<Option<Secret>, Refusal> {
    let Vouched { issuer, subject, email, signed_in_at } = who;
    let person = identities::person(act.tx, issuer, subject, email.as_deref(), act.now).await?;
    let Some(person) = person else { return Ok(None) };
    let secret = Secret::new(Opens::Session);
    // A provider that does not say when may have let in anybody at the computer: that is no recent sign-in.
    let signed_in_at = signed_in_at.unwrap_or(DateTime::UNIX_EPOCH).min(act.now);
    sessions::begin_vouched(act.tx, &person.id, &secret.sha256(), signed_in_at, act.now).await?;
    replace(act, before, &secret).await?;
    note(act, "session.begin", &person.id, Some(issuer)).await?;
    Ok(Some(secret))
}
