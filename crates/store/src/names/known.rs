//! What names mean: organisations and products, in memory.

use sea_orm::ConnectionTrait;

use crate::ground::sql::Sql;
use crate::names::products::ProductNames;
use crate::names::resolver::Resolver;
use crate::{Db, StoreError, Tx};

/// The names that publishing resolves against; kept in memory between batches.
#[derive(Debug, Default)]
pub struct Names {
    /// Organisations.
    pub organisations: Resolver,
    /// Products.
    pub products: ProductNames,
    /// How often what names mean had changed when these were read.
    changes: i64,
}

impl Names {
    pub(crate) async fn load(conn: &impl ConnectionTrait) -> Result<Self, StoreError> {
        // The count first: what is read after it is at least as new.
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

    /// How often what names mean had changed when these were read.
    pub fn changes(&self) -> i64 {
        self.changes
    }

    /// Reads all names as a transaction sees them.
    pub async fn within(tx: &Tx) -> Result<Self, StoreError> {
        Self::load(tx).await
    }

    /// Reads all names by the reading connections.
    pub async fn of(db: &Db) -> Result<Self, StoreError> {
        Self::load(&db.read).await
    }

    /// Keeps what is named for the first time: organisations as name and country (ISO 3166-1), products with their supplier.
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
        self.changes = Self::count(tx).await?;
        Ok(())
    }
}
