//! Name keys of rows that an older release wrote, made again.

use domain::naming::{name_key, product_key};
use sea_orm::ConnectionTrait;

use crate::ground::settings;
use crate::ground::sql::Sql;
use crate::{StoreError, Tx};

/// The way keys are made now; counts up when [`domain::naming`] compares names in another way.
const VERSION: &str = "2";

/// Whether the keys of names are made in the way of this release.
pub(crate) async fn has_current_keys(conn: &impl ConnectionTrait) -> Result<bool, StoreError> {
    Ok(settings::get(conn, settings::NAME_KEYS).await?.as_deref() == Some(VERSION))
}

/// Makes the keys of all names again if an older release made them. Two names that now differ get their own keys;
/// a body that only shared the other's row gets one when it is next named.
pub(crate) async fn rekey(tx: &Tx) -> Result<(), StoreError> {
    if has_current_keys(tx.itself()?).await? {
        return Ok(());
    }
    for (table, id, key_of) in [
        ("organisations", "seq", name_key as fn(&str) -> String),
        ("products", "seq", product_key),
        ("organisation_names", "organisation_seq", name_key),
    ] {
        let rows = Sql::new(&format!("SELECT {id} AS id, name, name_key FROM {table}")).all(tx).await?;
        for row in rows {
            let (seq, name, former): (i64, String, String) =
                (row.try_get_by("id")?, row.try_get_by("name")?, row.try_get_by("name_key")?);
            let key = key_of(&name);
            if key == former {
                continue;
            }
            let mut sql = Sql::new(&format!("UPDATE {table} SET name_key = "));
            sql.bind(key.clone())
                .push(&format!(" WHERE {id} = "))
                .bind(seq)
                .push(" AND name_key = ")
                .bind(former);
            // Two bodies may share a key; two products may not, nor two names of one body.
            if table != "organisations" {
                sql.push(&format!(" AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.name_key = ")).bind(key);
                if table == "organisation_names" {
                    sql.push(" AND t.organisation_seq = ").bind(seq);
                }
                sql.push(")");
            }
            sql.run(tx).await?;
        }
    }
    settings::set(tx, settings::NAME_KEYS, VERSION).await
}
