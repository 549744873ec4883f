//! Passwords, second factors and sessions. Passwords and session ids arrive here as hashes.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait;

use crate::ground::db::{instant, micros};
use crate::ground::keyring::Encrypted;
use crate::ground::sql::Sql;
use crate::people::{Person, find as find_person};
use crate::{Db, Reads, StoreError, Tx};

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
pub async fn set(
    tx: &Tx,
    person: &str,
    password: &str,
    second_factor: &Encrypted,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO credentials (person, password, second_factor, last_step, failures, locked_until) VALUES ",
    );
    sql.bind_list(values![person, password, second_factor.as_str(), 0_i64, 0_i64, 0_i64]);
    sql.push(
        " ON CONFLICT (person) DO UPDATE SET password = excluded.password, second_factor = excluded.second_factor, \
         last_step = 0, failures = 0, locked_until = 0, proved_step = 0",
    );
    sql.run(tx).await?;
    end_of(tx, person, now).await
}

/// The credential of the person with this address.
pub async fn credential(conn: &impl Reads, email: &str) -> Result<Option<Credential>, StoreError> {
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
/// So nobody who has the second factor is locked out, and guessing takes two lucky guesses within minutes.
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
    begin_vouched(tx, person, sha256, now, now).await?;
    Ok(true)
}

/// Begins a session for somebody vouched for by a provider, or by both factors. They proved who they are at
/// `signed_in_at`, which for a provider may be earlier.
pub async fn begin_vouched(
    tx: &Tx,
    person: &str,
    sha256: &str,
    signed_in_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut sql =
        Sql::new("INSERT INTO sessions (sha256, person, created_at, seen_at, signed_in_at) VALUES ");
    sql.bind_list(values![sha256, person, micros(now), micros(now), micros(signed_in_at)]).run(tx).await?;
    Ok(())
}

/// A running session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub person: Person,
    /// When it ends at the latest.
    pub ends_at: DateTime<Utc>,
    /// When its person last proved who they are.
    pub signed_in_at: DateTime<Utc>,
}

/// A session's row.
struct Row {
    person: String,
    created_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
    signed_in_at: DateTime<Utc>,
}

/// The row of a session that has not ended.
async fn row(
    conn: &impl ConnectionTrait,
    sha256: &str,
    now: DateTime<Utc>,
) -> Result<Option<Row>, StoreError> {
    let mut sql = Sql::new("SELECT person, created_at, seen_at, signed_in_at FROM sessions WHERE sha256 = ");
    let Some(row) = sql.bind(sha256).one(conn).await? else { return Ok(None) };
    let row = Row {
        person: row.try_get_by("person")?,
        created_at: instant(row.try_get_by("created_at")?),
        seen_at: instant(row.try_get_by("seen_at")?),
        signed_in_at: instant(row.try_get_by("signed_in_at")?),
    };
    Ok(Some(row).filter(|row| row.created_at + LONGEST > now && row.seen_at + IDLE > now))
}

/// Whether a session runs. Asking is no use of it.
pub(crate) async fn runs(
    conn: &impl ConnectionTrait,
    sha256: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    Ok(row(conn, sha256, now).await?.is_some())
}

/// A running session by the SHA-256 of its id (hex); notes that it was used.
pub async fn running(db: &Db, sha256: &str, now: DateTime<Utc>) -> Result<Option<Session>, StoreError> {
    let Some(Row { person, created_at, seen_at, signed_in_at }) = row(&db.read, sha256, now).await? else {
        return Ok(None);
    };
    if seen_at + SEEN <= now {
        // If nothing can be written now, signed-in people can still read.
        if let Err(error) = note_seen(db, sha256, now).await {
            tracing::debug!("could not note that a session was used: {error}");
        }
    }
    let person = find_person(&db.read, &person).await?.filter(|person| person.active);
    Ok(person.map(|person| Session { person, ends_at: created_at + LONGEST, signed_in_at }))
}

async fn note_seen(db: &Db, sha256: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let tx = db.begin_quietly().await?;
    let mut sql = Sql::new("UPDATE sessions SET seen_at = ");
    sql.bind(micros(now)).push(" WHERE sha256 = ").bind(sha256).run(&tx).await?;
    tx.commit().await
}

/// Ends a session, with the tokens that were made in it.
pub async fn end(tx: &Tx, sha256: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE tokens SET revoked_at = ");
    sql.bind(micros(now)).push(" WHERE revoked_at IS NULL AND session = ").bind(sha256).run(tx).await?;
    Sql::new("DELETE FROM sessions WHERE sha256 = ").bind(sha256).run(tx).await?;
    Ok(())
}

/// Ends all sessions of a person.
pub(crate) async fn end_of(tx: &Tx, person: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut sql = Sql::new("SELECT sha256 FROM sessions WHERE person = ");
    for row in sql.bind(person).all(tx).await? {
        end(tx, &row.try_get_by::<String, _>("sha256")?, now).await?;
    }
    Ok(())
}

/// Lets the tokens of a running session go on in a later one of the same person, who signed in again.
pub async fn carry_tokens(tx: &Tx, from: &str, into: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    if !runs(tx, from, now).await? {
        return Ok(());
    }
    let mut sql = Sql::new("UPDATE tokens SET session = ");
    sql.bind(into).push(" WHERE session = ").bind(from);
    sql.push(" AND person = (SELECT person FROM sessions WHERE sha256 = ").bind(into).push(")");
    sql.run(tx).await?;
    Ok(())
}

/// Deletes expired sessions, and revokes the tokens that were made in them.
pub async fn forget_ended(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut ended = Sql::new(" FROM sessions WHERE seen_at <= ");
    ended.bind(micros(now - IDLE)).push(" OR created_at <= ").bind(micros(now - LONGEST));
    let mut sql = Sql::new("UPDATE tokens SET revoked_at = ");
    sql.bind(micros(now)).push(" WHERE revoked_at IS NULL AND session IN (SELECT sha256").append(&ended);
    sql.push(")").run(conn).await?;
    Sql::new("DELETE").append(&ended).run(conn).await
}
