//! A copy of an embedded database: one state of it, whole, while others go on writing.
//!
//! A plain copy of the file is not that: what was acknowledged last lies in the `-wal` file beside it.

use std::path::Path;

use sea_orm::ConnectionTrait;

use crate::ground::sql::Sql;
use crate::{Db, StoreError};

/// Copies an embedded database, as it is at this moment, into a file that must not exist yet. Nobody has to wait; deleted
/// content is not copied. The copy is not flushed to disk. Errors: the disk is full, or the database is not embedded.
pub async fn copy(db: &Db, to: &Path) -> Result<(), StoreError> {
    let shown = || StoreError::Unavailable(format!("{}: its name is no UTF-8", to.display()));
    let to = to.to_str().ok_or_else(shown)?;
    let connection = db.own_connection().await?;
    let copied = async {
        // It writes into another file only, which this would forbid too.
        connection.execute_unprepared("PRAGMA query_only = OFF").await?;
        Sql::new("VACUUM INTO ").bind(to).run(&connection).await
    }
    .await;
    // Nothing is lost when closing fails.
    let _ = connection.close().await;
    copied.map(drop)
}

/// What is wrong with the file of an embedded database; nothing when it is sound. Reads all of it.
pub async fn faults(db: &Db) -> Result<Vec<String>, StoreError> {
    let rows = Sql::new("PRAGMA integrity_check").all(&db.read).await?;
    let mut faults = Vec::new();
    for row in rows {
        faults.push(row.try_get_by_index::<String>(0)?);
    }
    faults.retain(|fault| fault != "ok");
    Ok(faults)
}
