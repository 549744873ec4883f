//! The name table: organisations and products, in memory.

use sea_orm::ConnectionTrait;

use crate::ground::sql::Sql;
use crate::names::products::ProductNames;
use crate::names::resolver::Resolver;
use crate::{Db, StoreError, Tx};

/// The names a publication resolves against; kept in memory between publications.
#[derive(Debug, Default)]
pub struct Names {
    /// Organisations.
    pub organisations: Resolver,
    /// Products.
    pub products: ProductNames,
    /// Name-table revision when these were read.
    changes: i64,
}

impl Names {
    pub(crate) async fn load(conn: &impl ConnectionTrait) -> Result<Self, StoreError> {
        // The revision first: if names change in between, the table is newer than its revision says, and is
        // only reloaded once too often.
        let changes = Self::count(conn).await?;
        Ok(Self {
            organisations: Resolver::load(conn).await?,
            products: ProductNames::load(conn).await?,
            changes,
        })
    }

    async fn count(conn: &impl ConnectionTrait) -> Result<i64, StoreError> {
        Sql::new("SELECT names FROM change_counter WHERE id = 1").number(conn).await
    }

    /// Name-table revision now: raised whenever a name or identifier is added, changed or deleted.
    pub async fn revision(db: &Db) -> Result<i64, StoreError> {
        Self::count(&db.read).await
    }

    /// Name-table revision when these were read.
    pub fn changes(&self) -> i64 {
        self.changes
    }

    /// Reads all names through a transaction.
    pub async fn within(tx: &Tx) -> Result<Self, StoreError> {
        Self::load(tx).await
    }

    /// Reads all names from the pool.
    pub async fn of(db: &Db) -> Result<Self, StoreError> {
        Self::load(&db.read).await
    }

    /// Adds new names: organisations as name and country (ISO 3166-1), products with their supplier.
    pub(crate) async fn keep(
        &mut self,
        tx: &Tx,
        organisations: Vec<(String, String)>,
        products: Vec<(String, Option<String>)>,
    ) -> Result<(), StoreError> {
        if organisations.is_empty() && products.is_empty() {
            return Ok(());
        }
        self.organisations.keep_unresolved(tx, organisations).await?;
        self.products.keep_new(tx, products).await?;
        // Our own rows raised the revision too (by triggers): the table includes them.
        self.changes = Self::count(tx).await?;
        Ok(())
    }
}
