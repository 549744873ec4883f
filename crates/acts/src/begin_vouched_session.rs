//! Somebody signs in at a provider that vouches for them.

use store::ground::secret::{Opens, Secret};
use store::people::{identities, sessions};

use crate::sessions::note;
use crate::{Act, Refusal};

/// Somebody as a provider of sign-ins knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The provider.
    pub issuer: String,
    /// Who they are there, for ever.
    pub subject: String,
    /// Their address, when the provider vouches for it.
    pub email: Option<String>,
}

/// Begins a session of the person that the provider's subject is, or whose address it vouches for the first time; gives
/// its secret. `None` when that is nobody: then nothing must be committed.
pub async fn begin_vouched_session(act: &Act<'_>, who: &Vouched) -> Result<Option<Secret>, Refusal> {
    let Vouched { issuer, subject, email } = who;
    let person = identities::person(act.tx, issuer, subject, email.as_deref(), act.now).await?;
    let Some(person) = person else { return Ok(None) };
    let secret = Secret::new(Opens::Session);
    sessions::begin_vouched(act.tx, &person.id, &secret.sha256(), act.now).await?;
    note(act, "session.begin", &person.id, Some(issuer)).await?;
    Ok(Some(secret))
}
