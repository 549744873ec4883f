//! Copies an embedded database: one complete state, while others go on writing.
//!
//! Copying the file alone is not enough: the latest acknowledged writes are in the `-wal` file beside it.

use std::path::Path;

use sea_orm::ConnectionTrait;

use crate::ground::sql::Sql;
use crate::{Db, StoreError};

/// Copies an embedded database as it is now into a file that must not exist yet. Nobody has to wait, and
/// deleted content is not copied. The copy is not flushed to disk. Errors: the disk is full, or the database is
/// not embedded.
pub async fn copy(db: &Db, to: &Path) -> Result<(), StoreError> {
    let shown = || StoreError::Unavailable(format!("{}: its name is no UTF-8", to.display()));
    let to = to.to_str().ok_or_else(shown)?;
    let connection = db.own_connection().await?;
    let copied = async {
        // `query_only` would refuse this too, although it writes only to the other file.
        connection.execute_unprepared("PRAGMA query_only = OFF").await?;
        Sql::new("VACUUM INTO ").bind(to).run(&connection).await
    }
    .await;
    // A failed close loses nothing.
    let _ = connection.close().await;
    copied.map(drop)
}

/// What is wrong with the file of an embedded database; empty if it is sound. Reads the whole file.
pub async fn faults(db: &Db) -> Result<Vec<String>, StoreError> {
    let rows = Sql::new("PRAGMA integrity_check").all(&db.read).await?;
    let mut faults = Vec::new();
    for row in rows {
        faults.push(row.try_get_by::<String, _>("integrity_check")?);
    }
    faults.retain(|fault| fault != "ok");
    Ok(faults)
}
