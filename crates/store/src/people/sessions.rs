//! Passwords, second factors and sessions. Passwords and session ids arrive here as hashes.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait;

use crate::ground::db::{instant, micros};
use crate::ground::keyring::Encrypted;
use crate::ground::sql::Sql;
use crate::people::{Person, find as find_person};
use crate::{Db, StoreError, Tx};

/// A session ends after this long without a request.
pub const IDLE: TimeDelta = TimeDelta::minutes(30);
/// A session ends after this long in any case.
pub const LONGEST: TimeDelta = TimeDelta::hours(12);
/// Wrong codes in a row, each with the right password, until one right code is no longer enough.
pub const FAILURES_MAX: i64 = 20;
/// How long two right codes in a row are needed then.
pub const LOCKED: TimeDelta = TimeDelta::hours(1);
/// How far apart the two may be: ten time steps of half a minute.
const IN_A_ROW: i64 = 10;
/// How precisely a session's last request is known: spares a write per request.
const SEEN: TimeDelta = TimeDelta::minutes(1);

/// A person's password and second factor.
#[derive(Clone)]
pub struct Credential {
    /// Whose they are.
    pub person: Person,
    /// The password's hash, as a PHC string.
    pub password: String,
    /// The secret of the second factor, base32, encrypted.
    pub second_factor: Encrypted,
    /// The last time step used, so that no code works twice.
    pub last_step: i64,
    /// Until then, two right codes in a row are needed.
    pub locked_until: DateTime<Utc>,
}

/// Sets password and second factor, and ends the person's sessions.
pub async fn set(tx: &Tx, person: &str, password: &str, second_factor: &Encrypted) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO credentials (person, password, second_factor, last_step, failures, locked_until) VALUES ",
    );
    sql.bind_list(values![person, password, second_factor.as_str(), 0_i64, 0_i64, 0_i64]);
    sql.push(
        " ON CONFLICT (person) DO UPDATE SET password = excluded.password, second_factor = excluded.second_factor, \
         last_step = 0, failures = 0, locked_until = 0, proved_step = 0",
    );
    sql.run(tx).await?;
    Sql::new("DELETE FROM sessions WHERE person = ").bind(person).run(tx).await?;
    Ok(())
}

/// The credential of the person with this address.
pub async fn credential(conn: &impl ConnectionTrait, email: &str) -> Result<Option<Credential>, StoreError> {
    let Some(person) = find_person(conn, email).await?.filter(|person| person.active) else {
        return Ok(None);
    };
    let mut sql =
        Sql::new("SELECT password, second_factor, last_step, locked_until FROM credentials WHERE person = ");
    let Some(row) = sql.bind(person.id.clone()).one(conn).await? else { return Ok(None) };
    Ok(Some(Credential {
        person,
        password: row.try_get_by("password")?,
        second_factor: Encrypted::stored(row.try_get_by("second_factor")?),
        last_step: row.try_get_by("last_step")?,
        locked_until: instant(row.try_get_by("locked_until")?),
    }))
}

/// Counts a wrong code that came with the right password; after [`FAILURES_MAX`], two right ones in a row are needed.
///
/// Wrong passwords are not counted: any stranger can send them, and without a right code they open nothing.
pub async fn failed(tx: &Tx, person: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE credentials SET locked_until = CASE WHEN failures + 1 >= ");
    sql.bind(FAILURES_MAX).push(" THEN ").bind(micros(now + LOCKED));
    sql.push(" ELSE locked_until END, failures = CASE WHEN failures + 1 >= ").bind(FAILURES_MAX);
    sql.push(" THEN 0 ELSE failures + 1 END WHERE person = ").bind(person).run(tx).await?;
    Ok(())
}

/// Begins a session, stored under the SHA-256 of its id (hex), after a sign-in with this time step of the
/// second factor.
///
/// `false` if that step was already used, or if it is the first of the two that are needed after many wrong codes.
/// So whoever has the second factor is never locked out, and guessing takes two lucky guesses within minutes.
pub async fn begin(
    tx: &Tx,
    person: &str,
    step: i64,
    sha256: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut sql =
        Sql::new("UPDATE credentials SET failures = 0, locked_until = 0, proved_step = 0, last_step = ");
    sql.bind(step).push(" WHERE person = ").bind(person).push(" AND last_step < ").bind(step);
    sql.push(" AND (locked_until <= ").bind(micros(now));
    sql.push(" OR proved_step >= ").bind(step - IN_A_ROW).push(")");
    if sql.run(tx).await? != 1 {
        let mut sql = Sql::new("UPDATE credentials SET proved_step = ");
        sql.bind(step).push(", last_step = ").bind(step).push(" WHERE person = ").bind(person);
        sql.push(" AND last_step < ").bind(step).run(tx).await?;
        return Ok(false);
    }
    begin_vouched(tx, person, sha256, now).await?;
    Ok(true)
}

/// Begins a session for somebody vouched for by a provider, or by both factors.
pub async fn begin_vouched(
    tx: &Tx,
    person: &str,
    sha256: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("INSERT INTO sessions (sha256, person, created_at, seen_at) VALUES ");
    sql.bind_list(values![sha256, person, micros(now), micros(now)]).run(tx).await?;
    Ok(())
}

/// The person of a running session; notes that it was used.
pub async fn person(db: &Db, sha256: &str, now: DateTime<Utc>) -> Result<Option<Person>, StoreError> {
    let mut sql = Sql::new("SELECT person, created_at, seen_at FROM sessions WHERE sha256 = ");
    let Some(row) = sql.bind(sha256).one(&db.read).await? else { return Ok(None) };
    let (id, created, seen): (String, i64, i64) =
        (row.try_get_by("person")?, row.try_get_by("created_at")?, row.try_get_by("seen_at")?);
    if instant(created) + LONGEST <= now || instant(seen) + IDLE <= now {
        return Ok(None);
    }
    if instant(seen) + SEEN <= now {
        // If nothing can be written now, signed-in people can still read.
        if let Err(error) = note_seen(db, sha256, now).await {
            tracing::debug!("could not note that a session was used: {error}");
        }
    }
    Ok(find_person(&db.read, &id).await?.filter(|person| person.active))
}

async fn note_seen(db: &Db, sha256: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let tx = db.begin_quietly().await?;
    let mut sql = Sql::new("UPDATE sessions SET seen_at = ");
    sql.bind(micros(now)).push(" WHERE sha256 = ").bind(sha256).run(&tx).await?;
    tx.commit().await
}

/// Ends a session.
pub async fn end(tx: &Tx, sha256: &str) -> Result<(), StoreError> {
    Sql::new("DELETE FROM sessions WHERE sha256 = ").bind(sha256).run(tx).await?;
    Ok(())
}

/// Deletes expired sessions.
pub async fn forget_ended(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut sql = Sql::new("DELETE FROM sessions WHERE seen_at < ");
    sql.bind(micros(now - IDLE)).push(" OR created_at < ").bind(micros(now - LONGEST)).run(conn).await
}
