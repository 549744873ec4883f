//! Settings stored with the data rather than in a file, such as whether this is demonstration data, or when the
//! rules last ran.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::StoreError;
use crate::ground::entity::setting;
use crate::ground::sql::Sql;

/// Set if the records are the demonstration set.
pub const DEMONSTRATION: &str = "demonstration";
/// The day on which the rules last ran over every record that could have changed.
pub const JUDGED_ON: &str = "judged_on";
/// The way in which name keys are made.
pub(crate) const NAME_KEYS: &str = "name_keys";
/// The name of this database, by which a search index recognises the one it was built from.
pub const DATABASE: &str = "database";
/// The latest change at several moments of the last day: shows how old a change is.
pub const MILESTONES: &str = "milestones";
/// Cursors of walks that began before this change have expired.
pub const PRUNED_BELOW: &str = "pruned_below";

/// The [lease](crate::ground::lease) for writing the daily dump.
pub(crate) const DUMPING: &str = "dumping";

/// The lease for sending webhooks.
pub(crate) const DELIVERING: &str = "delivering";

/// The lease for encrypting secrets.
pub(crate) const ENCRYPTING: &str = "encrypting";

/// The address the server last announced, for links in files written by commands.
pub const BASE_URL: &str = "base_url";

/// A digest of the rules that every record was last judged by.
pub const RULES: &str = "rules";

/// What was last deleted or overwritten and may still be in the database's files: a redaction, by id, or
/// secrets.
pub const PURGE_DUE: &str = "purge_due";
/// In [`PURGE_DUE`]: secrets that were plain before they were encrypted.
pub(crate) const OVERWRITTEN: &str = "secrets";

/// The lease for signing the public log.
pub(crate) const SIGNING: &str = "signing";
/// The last signed checkpoint of the public log, as text.
pub const CHECKPOINT: &str = "log_checkpoint";
/// Why the log is no longer signed; absent while it is.
pub const SIGNING_REFUSED: &str = "log_refused";

/// Deletes a setting, unless its value has changed since.
pub(crate) async fn unset_if(db: &crate::Db, name: &str, value: &str) -> Result<(), StoreError> {
    let tx = db.begin_quietly().await?;
    let mut sql = Sql::new("DELETE FROM settings WHERE name = ");
    sql.bind(name).push(" AND value = ").bind(value).run(&tx).await?;
    tx.commit().await
}

/// The value of a setting, or `None`.
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

/// Deletes a setting.
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

/// The value of a setting, read from the pool.
pub async fn read(db: &crate::Db, name: &str) -> Result<Option<String>, StoreError> {
    get(&db.read, name).await
}
