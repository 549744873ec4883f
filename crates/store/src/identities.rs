//! Who is who at a provider of OpenID Connect, and sign-ins that are on their way there and back.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait;

use crate::db::micros;
use crate::people::{Person, find as find_person};
use crate::sql::Sql;
use crate::{StoreError, Tx};

/// How long a sign-in may be on its way.
pub const ON_ITS_WAY: TimeDelta = TimeDelta::minutes(10);
/// Sign-ins that may be on their way at once.
pub const BEGUN_MAX: i64 = 1_000;

/// A sign-in that began here and goes on at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// SHA-256 of the state that comes back, hex.
    pub sha256: String,
    /// SHA-256 of the cookie of the browser that began, hex.
    pub browser: String,
    /// The nonce that the provider's token must name.
    pub nonce: String,
    /// The secret that proves who began (PKCE, RFC 7636).
    pub verifier: String,
    /// The path to return to.
    pub return_to: String,
}

/// Keeps one; `false` when too many are on their way.
pub async fn begin(tx: &Tx, begun: &Begun, now: DateTime<Utc>) -> Result<bool, StoreError> {
    if Sql::new("SELECT count(*) FROM sign_ins").number(tx).await? >= BEGUN_MAX {
        forget_begun(tx, now).await?;
        if Sql::new("SELECT count(*) FROM sign_ins").number(tx).await? >= BEGUN_MAX {
            return Ok(false);
        }
    }
    let mut sql = Sql::new("INSERT INTO sign_ins (sha256, browser, nonce, verifier, return_to, at) VALUES ");
    sql.bind_list(values![
        begun.sha256.clone(),
        begun.browser.clone(),
        begun.nonce.clone(),
        begun.verifier.clone(),
        begun.return_to.clone(),
        micros(now)
    ]);
    sql.run(tx).await?;
    Ok(true)
}

/// Takes one that comes back: it can come back once, to the browser that began it, and in time.
pub async fn take(
    tx: &Tx,
    sha256: &str,
    browser: &str,
    now: DateTime<Utc>,
) -> Result<Option<Begun>, StoreError> {
    let mut sql = Sql::new("DELETE FROM sign_ins WHERE sha256 = ");
    sql.bind(sha256).push(" RETURNING browser, nonce, verifier, return_to, at");
    let Some(row) = sql.one(tx).await? else { return Ok(None) };
    let (known, at): (String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(4)?);
    if known != browser || at < micros(now - ON_ITS_WAY) {
        return Ok(None);
    }
    Ok(Some(Begun {
        sha256: sha256.to_owned(),
        browser: known,
        nonce: row.try_get_by_index(1)?,
        verifier: row.try_get_by_index(2)?,
        return_to: row.try_get_by_index(3)?,
    }))
}

/// Forgets sign-ins that never came back.
pub async fn forget_begun(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut sql = Sql::new("DELETE FROM sign_ins WHERE at < ");
    sql.bind(micros(now - ON_ITS_WAY)).run(conn).await
}

/// The person that a provider's subject is. Whoever comes first is bound by the address that the provider
/// vouches for; from then on only the subject counts.
///
/// `None` when nobody has that address, they are not active, or they are another subject at this provider.
pub async fn person(
    tx: &Tx,
    issuer: &str,
    subject: &str,
    email: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<Person>, StoreError> {
    let mut sql = Sql::new("SELECT person FROM identities WHERE issuer = ");
    let known = sql.bind(issuer).push(" AND subject = ").bind(subject).one(tx).await?;
    if let Some(row) = known {
        let id: String = row.try_get_by_index(0)?;
        return Ok(find_person(tx, &id).await?.filter(|person| person.active));
    }
    let Some(email) = email else { return Ok(None) };
    let Some(person) = find_person(tx, email).await?.filter(|person| person.active) else { return Ok(None) };
    let mut sql = Sql::new("INSERT INTO identities (issuer, subject, person, at) VALUES ");
    sql.bind_list(values![issuer, subject, person.id.clone(), micros(now)]);
    let bound = sql.push(" ON CONFLICT (person, issuer) DO NOTHING").run(tx).await? == 1;
    Ok(Some(person).filter(|_| bound))
}
