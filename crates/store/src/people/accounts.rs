//! People, their roles and tokens. Of a token only the hash is stored.

use chrono::{DateTime, Utc};
use domain::authorisation::{Grant, Remit};
use domain::codes::{Code, Role};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::{Db, StoreError, Tx};

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// UUID.
    pub id: String,
    /// Email address; lower case, unique.
    pub email: String,
    /// Their name; never public.
    pub name: String,
    /// Whether the account works.
    pub active: bool,
    /// When the account was created.
    pub created_at: DateTime<Utc>,
}

/// A token without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// UUID.
    pub id: String,
    /// Id of its owner.
    pub person: String,
    /// What it is for, in its owner's words.
    pub label: String,
    /// The only role it carries; `None` for all of its owner's.
    pub role: Option<Role>,
    /// The only organisation (id) whose roles it carries; `None` for all.
    pub organisation: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked; `None` if it was not.
    pub revoked_at: Option<DateTime<Utc>>,
}

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

fn person(row: &QueryResult) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.try_get_by("id")?,
        email: row.try_get_by("email")?,
        name: row.try_get_by("name")?,
        active: row.try_get_by("active")?,
        created_at: instant(row.try_get_by("created_at")?),
    })
}

const PERSON: &str = "SELECT id, email, name, active, created_at FROM people";

/// Creates a person. Errors: [`StoreError::Conflict`] if the address is taken.
pub async fn create(tx: &Tx, email: &str, name: &str, now: DateTime<Utc>) -> Result<Person, StoreError> {
    let email = email.trim().to_lowercase();
    if find(tx, &email).await?.is_some() {
        return Err(StoreError::Conflict(format!("there is already a person with the address '{email}'")));
    }
    let made = Person {
        id: Uuid::now_v7().to_string(),
        email,
        name: name.trim().to_owned(),
        active: true,
        created_at: instant(micros(now)),
    };
    let mut sql = Sql::new("INSERT INTO people (id, email, name, active, created_at) VALUES ");
    sql.bind_list(values![made.id.clone(), made.email.clone(), made.name.clone(), true, micros(now)]);
    sql.run(tx).await?;
    Ok(made)
}

/// Finds a person by id or address.
pub async fn find(conn: &impl ConnectionTrait, who: &str) -> Result<Option<Person>, StoreError> {
    let mut sql = Sql::new(PERSON);
    sql.push(" WHERE id = ").bind(who).push(" OR email = ").bind(who.trim().to_lowercase());
    sql.one(conn).await?.as_ref().map(person).transpose()
}

/// Everybody, by address.
pub async fn list(db: &Db) -> Result<Vec<Person>, StoreError> {
    let mut sql = Sql::new(PERSON);
    sql.push(" ORDER BY email").all(&db.read).await?.iter().map(person).collect()
}

/// Whether anybody has an account.
pub async fn any(db: &Db) -> Result<bool, StoreError> {
    Ok(Sql::new("SELECT count(*) FROM people").number(&db.read).await? > 0)
}

/// Enables or disables an account.
pub async fn set_active(tx: &Tx, id: &str, active: bool) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE people SET active = ");
    sql.bind(active).push(" WHERE id = ").bind(id).run(tx).await?;
    Ok(())
}

/// Grants a role; granting it again replaces the remit.
pub async fn grant(tx: &Tx, person: &str, grant: &Grant, now: DateTime<Utc>) -> Result<(), StoreError> {
    let remit = serde_json::to_string(&grant.remit).expect("a remit is JSON");
    let mut sql = Sql::new("INSERT INTO grants (person, role, organisation, remit, granted_at) VALUES ");
    sql.bind_list(values![
        person,
        grant.role.as_str(),
        // Empty instead of null: it is part of the primary key.
        grant.organisation.clone().unwrap_or_default(),
        remit,
        micros(now)
    ]);
    sql.push(" ON CONFLICT (person, role, organisation) DO UPDATE SET remit = excluded.remit");
    sql.run(tx).await?;
    Ok(())
}

/// Revokes a role; `false` if the person does not hold it.
pub async fn revoke(
    tx: &Tx,
    person: &str,
    role: Role,
    organisation: Option<&str>,
) -> Result<bool, StoreError> {
    let mut sql = Sql::new("DELETE FROM grants WHERE person = ");
    sql.bind(person).push(" AND role = ").bind(role.as_str());
    sql.push(" AND organisation = ").bind(organisation.unwrap_or_default());
    Ok(sql.run(tx).await? > 0)
}

/// The roles a person holds.
pub async fn grants(conn: &impl ConnectionTrait, person: &str) -> Result<Vec<Grant>, StoreError> {
    let mut sql = Sql::new("SELECT role, organisation, remit FROM grants WHERE person = ");
    let rows = sql.bind(person).push(" ORDER BY role, organisation").all(conn).await?;
    rows.iter()
        .map(|row| {
            let (role, organisation, remit): (String, String, String) =
                (row.try_get_by("role")?, row.try_get_by("organisation")?, row.try_get_by("remit")?);
            let inconsistent =
                |column, reason: String| StoreError::inconsistent("grants", column, person, reason);
            let remit: Remit =
                serde_json::from_str(&remit).map_err(|error| inconsistent("remit", error.to_string()))?;
            Ok(Grant {
                role: Role::parse(&role).map_err(|error| inconsistent("role", error.to_string()))?,
                organisation: Some(organisation).filter(|id| !id.is_empty()),
                remit,
            })
        })
        .collect()
}

const TOKEN: &str =
    "SELECT id, person, label, role, organisation, created_at, expires_at, revoked_at FROM tokens";

fn token(row: &QueryResult) -> Result<Token, StoreError> {
    let id: String = row.try_get_by("id")?;
    let role: Option<String> = row.try_get_by("role")?;
    let role = role.map(|role| Role::parse(&role)).transpose();
    Ok(Token {
        role: role.map_err(|error| StoreError::inconsistent("tokens", "role", &id, error))?,
        id,
        person: row.try_get_by("person")?,
        label: row.try_get_by("label")?,
        organisation: row.try_get_by("organisation")?,
        created_at: instant(row.try_get_by("created_at")?),
        expires_at: instant(row.try_get_by("expires_at")?),
        revoked_at: row.try_get_by::<Option<i64>, _>("revoked_at")?.map(instant),
    })
}

/// Stores a new token under the SHA-256 of its secret, hex.
pub async fn keep_token(tx: &Tx, token: &Token, sha256: &str) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO tokens (id, sha256, person, label, role, organisation, created_at, expires_at) VALUES ",
    );
    sql.bind_list(values![
        token.id.clone(),
        sha256,
        token.person.clone(),
        token.label.clone(),
        token.role.map(|role| role.as_str().to_owned()),
        token.organisation.clone(),
        micros(token.created_at),
        micros(token.expires_at)
    ]);
    sql.run(tx).await?;
    Ok(())
}

/// The tokens of a person, newest first.
pub async fn tokens(conn: &impl ConnectionTrait, person: &str) -> Result<Vec<Token>, StoreError> {
    let mut sql = Sql::new(TOKEN);
    let rows = sql.push(" WHERE person = ").bind(person).push(" ORDER BY created_at DESC, id DESC");
    rows.all(conn).await?.iter().map(token).collect()
}

/// Whether a text can be an email address: one `@` between name and domain, no spaces.
pub fn is_address(text: &str) -> bool {
    let text = text.trim();
    text.len() <= 254
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control())
        && text.split_once('@').is_some_and(|(name, domain)| {
            !name.is_empty() && domain.contains('.') && !domain.contains('@') && !domain.ends_with('.')
        })
}

/// Finds a token by id.
pub async fn find_token(conn: &impl ConnectionTrait, id: &str) -> Result<Option<Token>, StoreError> {
    let mut sql = Sql::new(TOKEN);
    sql.push(" WHERE id = ").bind(id).one(conn).await?.as_ref().map(token).transpose()
}

/// Revokes a token; `false` if it already was.
pub async fn revoke_token(tx: &Tx, id: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut sql = Sql::new("UPDATE tokens SET revoked_at = ");
    sql.bind(micros(now)).push(" WHERE revoked_at IS NULL AND id = ").bind(id);
    Ok(sql.run(tx).await? > 0)
}

/// Finds a token by the SHA-256 of its secret, even if revoked or expired.
pub async fn token_of(conn: &impl ConnectionTrait, sha256: &str) -> Result<Option<Token>, StoreError> {
    let mut sql = Sql::new(TOKEN);
    sql.push(" WHERE sha256 = ").bind(sha256).one(conn).await?.as_ref().map(token).transpose()
}

/// The bearer of a token that is valid now, with the roles that both the person and the token have.
pub async fn bearer(db: &Db, sha256: &str, now: DateTime<Utc>) -> Result<Option<Bearer>, StoreError> {
    let Some(token) = token_of(&db.read, sha256).await? else { return Ok(None) };
    if token.revoked_at.is_some() || token.expires_at <= now {
        return Ok(None);
    }
    let Some(person) = find(&db.read, &token.person).await?.filter(|person| person.active) else {
        return Ok(None);
    };
    let grants = grants(&db.read, &person.id)
        .await?
        .into_iter()
        .filter(|grant| token.role.is_none_or(|role| role == grant.role))
        .filter(|grant| token.organisation.is_none() || token.organisation == grant.organisation)
        .collect();
    Ok(Some(Bearer { person, token, grants }))
}

/// Whether a publisher requires four eyes; yes unless it opted out.
pub async fn four_eyes(conn: &impl ConnectionTrait, organisation: &str) -> Result<bool, StoreError> {
    let mut sql = Sql::new("SELECT four_eyes FROM publisher_settings WHERE organisation = ");
    match sql.bind(organisation).one(conn).await? {
        Some(row) => Ok(row.try_get_by("four_eyes")?),
        None => Ok(true),
    }
}

/// Sets whether a publisher requires four eyes.
pub async fn set_four_eyes(tx: &Tx, organisation: &str, on: bool) -> Result<(), StoreError> {
    let mut sql = Sql::new("INSERT INTO publisher_settings (organisation, four_eyes) VALUES ");
    sql.bind_list(values![organisation, on]);
    sql.push(" ON CONFLICT (organisation) DO UPDATE SET four_eyes = excluded.four_eyes").run(tx).await?;
    Ok(())
}
