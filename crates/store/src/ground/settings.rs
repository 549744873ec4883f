//! Settings of the register itself that live with its data: whether it shows demonstration data, which day
//! its rules were last asked.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::StoreError;
use crate::ground::entity::setting;
use crate::ground::sql::Sql;

/// Set when the records are the demonstration set.
pub const DEMONSTRATION: &str = "demonstration";
/// The day on which the rules were last asked about every record that could have changed.
pub const JUDGED_ON: &str = "judged_on";
/// Which database this is: by this a search index knows which one it belongs to.
pub const DATABASE: &str = "database";
/// Which change was the latest at some moments of the last day; shows how old a change is.
pub const MILESTONES: &str = "milestones";
/// Cursors of walks that began before this change are expired.
pub const PRUNED_BELOW: &str = "pruned_below";

/// Who writes the dump of the day, and until when: a [lease](crate::ground::lease).
pub(crate) const DUMPING: &str = "dumping";

/// Who sends messages to webhooks, and until when.
pub(crate) const DELIVERING: &str = "delivering";

/// The server's last known address, for links in files that are written without it.
pub const BASE_URL: &str = "base_url";

/// The last redaction after which files of the database may hold what was taken out.
pub const PURGE_DUE: &str = "purge_due";

/// Who signs the public log, and until when.
pub(crate) const SIGNING: &str = "signing";
/// The last checkpoint of the public log that was signed, as text.
pub const CHECKPOINT: &str = "log_checkpoint";
/// Why the public log is not signed any more, if it is not.
pub const SIGNING_REFUSED: &str = "log_refused";

/// Forgets a value, unless it has changed since.
pub(crate) async fn unset_if(db: &crate::Db, name: &str, value: &str) -> Result<(), StoreError> {
    let tx = db.begin_quietly().await?;
    let mut sql = Sql::new("DELETE FROM settings WHERE name = ");
    sql.bind(name).push(" AND value = ").bind(value).run(&tx).await?;
    tx.commit().await
}

/// The value of a setting.
pub async fn get(conn: &impl ConnectionTrait, name: &str) -> Result<Option<String>, StoreError> {
    Ok(setting::Entity::find_by_id(name).one(conn).await?.map(|row| row.value))
}

/// Sets a value.
pub async fn set(conn: &impl ConnectionTrait, name: &str, value: &str) -> Result<(), StoreError> {
    let row = setting::ActiveModel {
        name: ActiveValue::Set(name.to_owned()),
        value: ActiveValue::Set(value.to_owned()),
    };
    setting::Entity::insert(row)
        .on_conflict(
            OnConflict::column(setting::Column::Name).update_column(setting::Column::Value).to_owned(),
        )
        .exec_without_returning(conn)
        .await?;
    Ok(())
}

/// Forgets a value.
pub async fn unset(conn: &impl ConnectionTrait, name: &str) -> Result<(), StoreError> {
    setting::Entity::delete_by_id(name).exec(conn).await?;
    Ok(())
}

/// Gives the database its name, once.
pub(crate) async fn name_database(conn: &impl ConnectionTrait) -> Result<(), StoreError> {
    if get(conn, DATABASE).await?.is_none() {
        set(conn, DATABASE, &Uuid::now_v7().to_string()).await?;
    }
    Ok(())
}

/// The value of a setting, by the reading connections.
pub async fn read(db: &crate::Db, name: &str) -> Result<Option<String>, StoreError> {
    get(&db.read, name).await
}
