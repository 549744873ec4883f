//! Raw statements, only for tests of the schema itself.

use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::ground::entity;
use crate::{Db, StoreError, Tx};

/// Runs a statement in a transaction of its own.
pub async fn execute(db: &Db, statement: &str) -> Result<(), StoreError> {
    let tx = db.begin_quietly().await?;
    tx.execute_unprepared(statement).await?;
    tx.commit().await
}

/// Reverts every migration and applies them again.
pub async fn down_and_up(db: &Db) -> Result<(), StoreError> {
    let tx = db.begin_quietly().await?;
    Migrator::down(tx.itself()?, None).await?;
    tx.commit().await?;
    let tx = db.begin_quietly().await?;
    Migrator::up(tx.itself()?, None).await?;
    tx.commit().await
}

/// Reverts a migration, by name, and all later ones.
pub async fn undo(db: &Db, first: &str) -> Result<(), StoreError> {
    let later = Migrator::migrations().iter().skip_while(|change| change.name() != first).count();
    let changes = u32::try_from(later).expect("migrations are few");
    let tx = db.begin_quietly().await?;
    Migrator::down(tx.itself()?, Some(changes)).await?;
    tx.commit().await
}

/// Reads every table through its entity, so that a column known to only one side fails.
pub async fn read_every_table(db: &Db) -> Result<(), StoreError> {
    macro_rules! read {
        ($($table:ident),+) => { $(entity::$table::Entity::find().one(&db.read).await?;)+ };
    }
    read!(
        setting,
        organisation,
        organisation_identifier,
        organisation_name,
        product,
        record,
        record_version,
        sealed_content,
        listing,
        listed_party,
        assessment,
        record_part,
        import_run
    );
    Ok(())
}

/// The text a statement returns in its first column, whatever its name; `None` if it returns no row.
pub async fn text(db: &Db, statement: &str) -> Result<Option<String>, StoreError> {
    let row = crate::ground::sql::Sql::new(statement).one(&db.read).await?;
    row.map(|row| Ok(row.try_get_by_index(0)?)).transpose()
}

/// The number a statement returns.
pub async fn count(db: &Db, statement: &str) -> Result<i64, StoreError> {
    crate::ground::sql::Sql::new(statement).number(&db.read).await
}

/// Runs a statement inside a transaction.
pub async fn within(tx: &Tx, statement: &str) -> Result<(), StoreError> {
    tx.execute_unprepared(statement).await?;
    Ok(())
}
