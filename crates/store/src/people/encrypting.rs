//! Encrypting what is stored plain, by a release that did not encrypt, or under an older key.
//!
//! Migrations have no key, so this is a step of the start. Each row is changed only if it still is what was
//! read, so the step may be interrupted, repeated, and run beside people who set new secrets.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend};

use crate::ground::keyring::{Encrypted, Keyring, Place};
use crate::ground::lease::{LASTS, Leases, Work};
use crate::ground::settings;
use crate::ground::sql::Sql;
use crate::people::audit::{self, Deed};
use crate::people::webhooks;
use crate::{Db, StoreError, Tx};

/// Rows encrypted in one transaction.
const BATCH: usize = 100;
/// How often to look whether another process is done.
const AGAIN: Duration = Duration::from_millis(200);

/// How secrets are stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Number of plain ones.
    pub plain: u64,
    /// Number of encrypted ones, by the id of their key.
    pub under: BTreeMap<String, u64>,
}

impl Standing {
    /// Ids of keys that are needed and not in a keyring.
    pub fn missing(&self, keys: &Keyring) -> Vec<String> {
        self.under.keys().filter(|id| !keys.has(id)).cloned().collect()
    }

    /// Number of secrets that the newest of these keys does not encrypt.
    pub fn left(&self, keys: &Keyring) -> u64 {
        let older = self.under.iter().filter(|(id, _)| Some(id.as_str()) != keys.newest());
        self.plain + older.map(|(_, count)| count).sum::<u64>()
    }

    /// Number of encrypted secrets.
    pub fn encrypted(&self) -> u64 {
        self.under.values().sum()
    }
}

/// A secret of a row.
struct Row {
    table: Table,
    id: String,
    value: Encrypted,
}

/// The tables with secrets.
#[derive(Debug, Clone, Copy)]
enum Table {
    Credentials,
    Webhooks,
}

impl Table {
    const ALL: [Self; 2] = [Self::Credentials, Self::Webhooks];

    /// Name, key and secret column.
    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Credentials => ("credentials", "person", "second_factor"),
            Self::Webhooks => ("webhooks", "id", "secret_key"),
        }
    }
}

impl Row {
    fn place(&self) -> Place<'_> {
        match self.table {
            Table::Credentials => Place::SecondFactor(&self.id),
            Table::Webhooks => Place::WebhookKey(&self.id),
        }
    }

    /// Stores another value in place of this one.
    fn replaced(&self, by: &Encrypted) -> Sql {
        let (table, key, column) = self.table.names();
        let mut sql = Sql::new(&format!("UPDATE {table} SET {column} = "));
        sql.bind(by.as_str()).push(&format!(" WHERE {key} = ")).bind(self.id.clone());
        sql.push(&format!(" AND {column} = ")).bind(self.value.as_str());
        sql
    }
}

/// All secrets: some for each person and webhook, so they fit into memory.
async fn rows(conn: &impl ConnectionTrait) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    for table in Table::ALL {
        let (name, key, column) = table.names();
        let sql = Sql::new(&format!("SELECT {key} AS id, {column} AS value FROM {name} ORDER BY {key}"));
        for row in sql.all(conn).await? {
            let value = Encrypted::stored(row.try_get_by("value")?);
            rows.push(Row { table, id: row.try_get_by("id")?, value });
        }
    }
    Ok(rows)
}

/// How the secrets of a database are stored.
pub async fn standing(db: &Db) -> Result<Standing, StoreError> {
    let mut standing = Standing::default();
    for row in rows(&db.read).await? {
        match row.value.key() {
            Some(id) => *standing.under.entry(id.to_owned()).or_default() += 1,
            None => standing.plain += 1,
        }
    }
    Ok(standing)
}

/// Encrypts every secret under the newest key, and returns how many were not. Of several processes one does
/// it, and the others wait. Afterwards the old values are in no file of an embedded database, unless readers
/// of the old state are in the way: then maintenance empties the write-ahead log later.
///
/// Errors: [`StoreError::Inconsistent`] if a secret cannot be read with these keys.
pub async fn encrypt_rest(leases: &Leases, keys: &Keyring) -> Result<u64, StoreError> {
    let begun = tokio::time::Instant::now();
    while keys.newest().is_some() && standing(leases.db()).await?.left(keys) > 0 {
        if let Some(lease) = leases.take(Work::Encrypting).await? {
            let done = encrypt_alone(leases.db(), keys).await;
            lease.give_back().await;
            return done;
        }
        if begun.elapsed() > LASTS * 2 {
            let why = "another process has been encrypting secrets for a minute: start again when it is done";
            return Err(StoreError::Unavailable(why.to_owned()));
        }
        tokio::time::sleep(AGAIN).await;
    }
    Ok(0)
}

async fn encrypt_alone(db: &Db, keys: &Keyring) -> Result<u64, StoreError> {
    let mut rest = rows(&db.read).await?;
    rest.retain(|row| row.value.key() != keys.newest());
    // A plain value opens without keys only, and one under an older key with them.
    let none = Keyring::default();
    let mut done = 0;
    for batch in rest.chunks(BATCH) {
        let tx = db.begin_quietly().await?;
        for row in batch {
            let known = if row.value.key().is_none() { &none } else { keys };
            let plain = known.decrypt(row.place(), &row.value)?;
            done += row.replaced(&keys.encrypt(row.place(), &plain)?).run(&tx).await?;
        }
        if db.backend() == DbBackend::Sqlite {
            settings::set(&tx, settings::PURGE_DUE, settings::OVERWRITTEN).await?;
        }
        tx.commit().await?;
    }
    match db.backend() {
        // The old values are overwritten in the database (`secure_delete`) and left only in its log.
        DbBackend::Sqlite => {
            crate::records::maintenance::purge(db).await?;
        }
        // Frees the old rows, without reading the big tables.
        _ => {
            for table in Table::ALL {
                db.run_alone(&format!("VACUUM {}", table.names().0)).await?;
            }
        }
    }
    Ok(done)
}

/// Deletes what no key in the keyring can read: passwords with their second factors, and webhooks with their
/// messages. Returns how many of each. Only for a key that is lost for good.
pub async fn forget_unreadable(
    tx: &Tx,
    keys: &Keyring,
    now: DateTime<Utc>,
) -> Result<(u64, u64), StoreError> {
    let (mut people, mut hooks) = (0, 0);
    for row in rows(tx).await? {
        if row.value.key().is_none_or(|id| keys.has(id)) {
            continue;
        }
        let (action, kind) = match row.table {
            Table::Credentials => {
                Sql::new("DELETE FROM credentials WHERE person = ").bind(row.id.clone()).run(tx).await?;
                people += 1;
                ("person.forget_password", "person")
            }
            Table::Webhooks => {
                webhooks::delete(tx, &row.id).await?;
                hooks += 1;
                ("webhook.delete", "webhook")
            }
        };
        let detail = Some("the key that encrypted its secret is lost");
        audit::note(tx, &Deed { detail, ..Deed::new(action, kind, &row.id) }, now).await?;
    }
    Ok((people, hooks))
}
