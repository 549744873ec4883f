//! Migrating: the schema, and data that older releases wrote.

use migrations::{Migrator, MigratorTrait};
use sea_orm::DbBackend;

use crate::ground::settings;
use crate::ground::sql::Sql;
use crate::names::rekey::{has_current_keys, rekey};
use crate::records::relisting::{note_parts, note_withdrawn};
use crate::{Db, StoreError, log};

/// PostgreSQL advisory lock that lets one replica at a time migrate.
const MIGRATION_LOCK: i64 = 0x4F41_5201;

impl Db {
    /// Brings the schema up to date; returns how many migrations were applied. Several replicas may call it at
    /// once.
    pub async fn migrate(&self) -> Result<usize, StoreError> {
        let before = self.applied().await?.len();
        if before == Migrator::migrations().len() && has_current_keys(&self.read).await? {
            return Ok(0);
        }
        // One transaction, on SQLite too: a process killed halfway once left half of the tables, and the next
        // start failed.
        let tx = self.begin_quietly().await?;
        if self.backend() != DbBackend::Sqlite {
            let mut lock = Sql::new("SELECT pg_advisory_xact_lock(");
            lock.bind(MIGRATION_LOCK).push(")").one(&tx).await?;
        }
        Migrator::up(tx.itself()?, None).await?;
        // Enter what older releases published into the log. This update does nothing but lock the counter's
        // row, which `enter_missing` needs.
        Sql::new("UPDATE change_counter SET value = value WHERE id = 1").run(&tx).await?;
        log::enter_missing(&tx).await?;
        rekey(&tx).await?;
        note_withdrawn(&tx).await?;
        note_parts(&tx).await?;
        settings::name_database(&tx).await?;
        tx.commit().await?;
        Ok(Migrator::migrations().len() - before)
    }

    /// How many migrations are pending.
    pub async fn pending(&self) -> Result<usize, StoreError> {
        Ok(Migrator::migrations().len().saturating_sub(self.applied().await?.len()))
    }
}
