//! Bringing the schema up to date, and what older releases wrote with it.

use migrations::{Migrator, MigratorTrait};
use sea_orm::DbBackend;

use crate::ground::settings;
use crate::ground::sql::Sql;
use crate::{Db, StoreError, log};

/// Key of the PostgreSQL advisory lock under which one replica at a time migrates.
const MIGRATION_LOCK: i64 = 0x4F41_5201;

impl Db {
    /// Brings the schema up to date; returns how many changes were applied. Several replicas may call it
    /// at once.
    pub async fn migrate(&self) -> Result<usize, StoreError> {
        let before = self.applied().await?.len();
        if before == Migrator::migrations().len() {
            return Ok(0);
        }
        // All of it or nothing: a process killed here leaves no table that the next would meet.
        let tx = self.begin_quietly().await?;
        if self.backend() != DbBackend::Sqlite {
            let mut lock = Sql::new("SELECT pg_advisory_xact_lock(");
            lock.bind(MIGRATION_LOCK).push(")").one(&tx).await?;
        }
        Migrator::up(tx.itself()?, None).await?;
        // What an older release published is entered into the log once, in its order.
        Sql::new("UPDATE change_counter SET value = value WHERE id = 1").run(&tx).await?;
        log::enter_missing(&tx).await?;
        settings::name_database(&tx).await?;
        tx.commit().await?;
        Ok(Migrator::migrations().len() - before)
    }

    /// How many changes the schema still needs.
    pub async fn pending(&self) -> Result<usize, StoreError> {
        Ok(Migrator::migrations().len().saturating_sub(self.applied().await?.len()))
    }
}
