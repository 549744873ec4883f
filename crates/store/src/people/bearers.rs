//! Who bears a token, and ending everything a person has.

use chrono::{DateTime, Utc};
use domain::authorisation::Grant;

use crate::people::accounts::{self, Person, Token};
use crate::people::{pending_grants, previews, sessions, webhooks};
use crate::{Db, StoreError, Tx};

/// The owner of a valid token, and the rights it carries.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// Whose token it is.
    pub person: Person,
    /// The token.
    pub token: Token,
    /// The roles it carries.
    pub grants: Vec<Grant>,
}

/// The bearer of a token that is valid now, with the roles that both the person and the token have. A token
/// is valid as long as all that it comes from: the tokens it was made with, and the session.
pub async fn bearer(db: &Db, sha256: &str, now: DateTime<Utc>) -> Result<Option<Bearer>, StoreError> {
    let Some(token) = accounts::token_of(&db.read, sha256).await? else { return Ok(None) };
    if token.revoked_at.is_some() || token.expires_at <= now {
        return Ok(None);
    }
    if accounts::has_revoked_parent(&db.read, &token).await? {
        return Ok(None);
    }
    if let Some(session) = &token.session
        && !sessions::runs(&db.read, session, now).await?
    {
        return Ok(None);
    }
    let person = accounts::find(&db.read, &token.person).await?;
    let Some(person) = person.filter(|person| person.active) else { return Ok(None) };
    let grants = accounts::grants(&db.read, &person.id)
        .await?
        .into_iter()
        .filter(|grant| token.role.is_none_or(|role| role == grant.role))
        .filter(|grant| token.organisation.is_none() || token.organisation == grant.organisation)
        .collect();
    Ok(Some(Bearer { person, token, grants }))
}

/// Ends for good what a person's account has given out: sessions, tokens, preview links, webhooks, and roles that
/// wait for a second administrator, whether they asked or were to get them.
pub async fn end_all(tx: &Tx, person: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    sessions::end_of(tx, person, now).await?;
    accounts::revoke_tokens_of(tx, person, now).await?;
    previews::revoke_of(tx, person).await?;
    webhooks::stop_of(tx, person, "its owner's account was disabled").await?;
    pending_grants::forget_of(tx, person).await
}
