//! The audit trail: who did what to what, when and why. Lines are only ever added; triggers refuse anything
//! else.

use chrono::{DateTime, Utc};
use domain::codes::Role;
use sea_orm::{ConnectionTrait, QueryResult};

use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::{Db, StoreError, Tx};

/// One line of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// Id of the person; `None` for the command line.
    pub person: Option<String>,
    /// The role used.
    pub role: Option<String>,
    /// The action: `submission.submit`, `token.create`, ...
    pub action: String,
    /// Kind of the thing it was done to.
    pub object_kind: String,
    /// Id of that thing.
    pub object_id: String,
    /// Id of the organisation that owns it.
    pub owner: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Further detail, in words.
    pub detail: Option<String>,
    /// The address a refused request came from.
    pub address: Option<String>,
}

/// A line to add to the trail.
#[derive(Debug, Clone, Copy)]
pub struct Deed<'a> {
    /// Id of the person; `None` for the command line.
    pub person: Option<&'a str>,
    /// The role used.
    pub role: Option<Role>,
    /// The action.
    pub action: &'a str,
    /// Kind of the thing it was done to.
    pub object_kind: &'a str,
    /// Id of that thing.
    pub object_id: &'a str,
    /// Id of the organisation that owns the thing.
    pub owner: Option<&'a str>,
    /// Why.
    pub reason: Option<&'a str>,
    /// Further detail.
    pub detail: Option<&'a str>,
    /// The address a refused request came from; not kept of what was allowed.
    pub address: Option<&'a str>,
}

impl<'a> Deed<'a> {
    /// An action on a thing; add person, role and reason with `..Deed::new(...)`.
    pub fn new(action: &'a str, object_kind: &'a str, object_id: &'a str) -> Self {
        Self {
            person: None,
            role: None,
            action,
            object_kind,
            object_id,
            owner: None,
            reason: None,
            detail: None,
            address: None,
        }
    }
}

/// Adds a line.
pub async fn note(tx: &Tx, deed: &Deed<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    line(deed, now).run(tx).await?;
    Ok(())
}

/// The statement that adds a line.
pub(crate) fn line(deed: &Deed<'_>, now: DateTime<Utc>) -> Sql {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let mut sql = Sql::new(
        "INSERT INTO audit_entries (at, person, role, action, object_kind, object_id, owner, reason, detail, address) VALUES ",
    );
    sql.bind_list(values![
        micros(now),
        text(deed.person),
        deed.role.map(|role| role.to_string()),
        deed.action,
        deed.object_kind,
        deed.object_id,
        text(deed.owner),
        text(deed.reason),
        text(deed.detail),
        text(deed.address)
    ]);
    sql
}

/// Filters for lines.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery<'a> {
    /// About one thing: kind and id.
    pub object: Option<(&'a str, &'a str)>,
    /// About things of these organisations; `None` for all.
    pub owners: Option<&'a [String]>,
    /// By this person, by id.
    pub person: Option<&'a str>,
    /// One of these actions; one that ends with a dot stands for all that begin so. Empty for all.
    pub actions: &'a [String],
    /// Done to this kind of thing.
    pub kind: Option<&'a str>,
    /// At this time or later.
    pub since: Option<DateTime<Utc>>,
    /// Before this time.
    pub until: Option<DateTime<Utc>>,
    /// From this address.
    pub address: Option<&'a str>,
    /// Before this line number.
    pub before: Option<i64>,
}

/// Lines with their numbers, latest first.
pub async fn list(
    conn: &impl ConnectionTrait,
    query: &AuditQuery<'_>,
    limit: u64,
) -> Result<Vec<(i64, Entry)>, StoreError> {
    let mut sql = Sql::new(
        "SELECT seq, at, person, role, action, object_kind, object_id, owner, reason, detail, address \
         FROM audit_entries WHERE seq < ",
    );
    sql.bind(query.before.unwrap_or(i64::MAX));
    conditions(&mut sql, query);
    sql.push(" ORDER BY seq DESC LIMIT ").bind(limit.cast_signed());
    let rows = sql.all(conn).await?;
    rows.iter().map(|row| Ok((row.try_get_by("seq")?, entry(row)?))).collect()
}

/// Adds what a query asks for to a statement that has a condition already.
fn conditions(sql: &mut Sql, query: &AuditQuery<'_>) {
    if let Some((kind, id)) = query.object {
        sql.push(" AND object_kind = ").bind(kind).push(" AND object_id = ").bind(id);
    }
    if let Some(owners) = query.owners {
        sql.push(" AND owner IN ").bind_list(owners.iter().cloned());
    }
    for (column, value) in [("person", query.person), ("object_kind", query.kind), ("address", query.address)]
    {
        if let Some(value) = value {
            sql.push(&format!(" AND {column} = ")).bind(value);
        }
    }
    if !query.actions.is_empty() {
        sql.push(" AND (");
        for (place, action) in query.actions.iter().enumerate() {
            sql.push(if place == 0 { "" } else { " OR " });
            match action.strip_suffix('.') {
                // A slash follows the dot, so these are all texts that begin so.
                Some(start) => sql
                    .push("(action >= ")
                    .bind(action.clone())
                    .push(" AND action < ")
                    .bind(format!("{start}/"))
                    .push(")"),
                None => sql.push("action = ").bind(action.clone()),
            };
        }
        sql.push(")");
    }
    if let Some(since) = query.since {
        sql.push(" AND at >= ").bind(micros(since));
    }
    if let Some(until) = query.until {
        sql.push(" AND at < ").bind(micros(until));
    }
}

fn entry(row: &QueryResult) -> Result<Entry, StoreError> {
    Ok(Entry {
        at: instant(row.try_get_by("at")?),
        person: row.try_get_by("person")?,
        role: row.try_get_by("role")?,
        action: row.try_get_by("action")?,
        object_kind: row.try_get_by("object_kind")?,
        object_id: row.try_get_by("object_id")?,
        owner: row.try_get_by("owner")?,
        reason: row.try_get_by("reason")?,
        detail: row.try_get_by("detail")?,
        address: row.try_get_by("address")?,
    })
}

/// Lines with their numbers, latest first, read from the pool.
pub async fn read(db: &Db, query: &AuditQuery<'_>, limit: u64) -> Result<Vec<(i64, Entry)>, StoreError> {
    list(&db.read, query, limit).await
}
