//! Signing in through an identity provider.

use store::ground::secret::{Opens, Secret};
use store::people::{identities, sessions};

use crate::sessions::note;
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
}

/// Starts a session and returns its secret. The person is found by the provider's subject or, the first time,
/// by the verified address. `None` when nobody matches: then do not commit.
pub async fn begin_vouched_session(act: &Act<'_>, who: &Vouched) -> Result<Option<Secret>, Refusal> {
    let Vouched { issuer, subject, email } = who;
    let person = identities::person(act.tx, issuer, subject, email.as_deref(), act.now).await?;
    let Some(person) = person else { return Ok(None) };
    let secret = Secret::new(Opens::Session);
    sessions::begin_vouched(act.tx, &person.id, &secret.sha256(), act.now).await?;
    note(act, "session.begin", &person.id, Some(issuer)).await?;
    Ok(Some(secret))
}
