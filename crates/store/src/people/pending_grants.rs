//! Roles that one administrator asked for and another has yet to confirm.

use chrono::{DateTime, Utc};
use domain::authorisation::{Grant, Remit};
use domain::codes::{Code, Role};
use sea_orm::{ConnectionTrait, QueryResult};

use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::{StoreError, Tx};

/// A role that waits for a second administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingGrant {
    /// UUID.
    pub id: String,
    /// Id of the person who will hold it.
    pub person: String,
    /// The role.
    pub grant: Grant,
    /// Id of the administrator who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: DateTime<Utc>,
}

const COLUMNS: &str = "SELECT id, person, role, organisation, remit, asked_by, asked_at FROM pending_grants";

fn read(row: &QueryResult) -> Result<PendingGrant, StoreError> {
    let (id, role, organisation, remit): (String, String, String, String) = (
        row.try_get_by("id")?,
        row.try_get_by("role")?,
        row.try_get_by("organisation")?,
        row.try_get_by("remit")?,
    );
    let inconsistent =
        |column, reason: String| StoreError::inconsistent("pending_grants", column, id.clone(), reason);
    let remit: Remit =
        serde_json::from_str(&remit).map_err(|error| inconsistent("remit", error.to_string()))?;
    let role = Role::parse(&role).map_err(|error| inconsistent("role", error.to_string()))?;
    Ok(PendingGrant {
        person: row.try_get_by("person")?,
        grant: Grant { role, organisation: Some(organisation).filter(|id| !id.is_empty()), remit },
        asked_by: row.try_get_by("asked_by")?,
        asked_at: instant(row.try_get_by("asked_at")?),
        id,
    })
}

/// Stores a request. It replaces an earlier one for the same role, under a new id: nobody confirms what they
/// have not seen.
pub async fn ask(tx: &Tx, asked: &PendingGrant) -> Result<(), StoreError> {
    forget(tx, &asked.person, asked.grant.role, asked.grant.organisation.as_deref()).await?;
    let remit = serde_json::to_string(&asked.grant.remit).expect("a remit is JSON");
    let mut sql = Sql::new(
        "INSERT INTO pending_grants (id, person, role, organisation, remit, asked_by, asked_at) VALUES ",
    );
    sql.bind_list(values![
        asked.id.clone(),
        asked.person.clone(),
        asked.grant.role.as_str(),
        asked.grant.organisation.clone().unwrap_or_default(),
        remit,
        asked.asked_by.clone(),
        micros(asked.asked_at)
    ]);
    sql.run(tx).await?;
    Ok(())
}

/// Finds a request by its id.
pub async fn find(conn: &impl ConnectionTrait, id: &str) -> Result<Option<PendingGrant>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE id = ").bind(id).one(conn).await?.as_ref().map(read).transpose()
}

/// The roles that wait for a person, oldest first.
pub async fn of(conn: &impl ConnectionTrait, person: &str) -> Result<Vec<PendingGrant>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE person = ").bind(person);
    sql.push(" ORDER BY asked_at, id").all(conn).await?.iter().map(read).collect()
}

/// Deletes a request; `false` if there is none.
pub async fn remove(tx: &Tx, id: &str) -> Result<bool, StoreError> {
    Ok(Sql::new("DELETE FROM pending_grants WHERE id = ").bind(id).run(tx).await? > 0)
}

/// Deletes the request for a role, if there is one.
pub async fn forget(tx: &Tx, person: &str, role: Role, organisation: Option<&str>) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM pending_grants WHERE person = ");
    sql.bind(person).push(" AND role = ").bind(role.as_str());
    sql.push(" AND organisation = ").bind(organisation.unwrap_or_default()).run(tx).await?;
    Ok(())
}

/// Deletes what a person asked for, and what waits for them.
pub(crate) async fn forget_of(tx: &Tx, person: &str) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM pending_grants WHERE person = ");
    sql.bind(person).push(" OR asked_by = ").bind(person).run(tx).await?;
    Ok(())
}
