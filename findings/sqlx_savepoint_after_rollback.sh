#!/usr/bin/env bash
# sqlx (SQLite): after SQLite ended a transaction by itself, COMMIT on that connection answers Ok and keeps nothing.
#
# Versions:   sqlx 0.9.0 (features sqlite, runtime-tokio), bundled SQLite.
# Behaviour:  INSERT OR ROLLBACK is SQLite's own way to end a transaction at a constraint; a full disk ends one in the
#             same way. sqlx counts the depth of transactions itself and lowers the count only when ROLLBACK succeeds,
#             but ROLLBACK now answers "cannot rollback - no transaction is active". So the pooled connection keeps a
#             depth of one, the next begin() sends SAVEPOINT instead of BEGIN, and its commit() sends RELEASE. For
#             SQLite the first savepoint outside a transaction does begin one, so each pair still keeps its row; but
#             when the outer transaction is still open (a COMMIT and the ROLLBACK after it both failed, as on a disk
#             that is full for a moment), nothing is kept at all. Either way the transaction is not the one that was
#             asked for: BEGIN IMMEDIATE is refused from then on.
# Expected:   a connection whose ROLLBACK failed is closed, or its state is asked of SQLite (sqlite3_get_autocommit).
# Output:     see the end of this file; the script fails when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
sqlx = { version = "=0.9.0", default-features = false, features = ["sqlite", "runtime-tokio"] }
tokio = { version = "1", features = ["rt", "macros"] }

[workspace]
TOML
cat >src/main.rs <<'RUST'
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::Connection;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), sqlx::Error> {
    let options = SqliteConnectOptions::new().filename("probe.db").create_if_missing(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    sqlx::query("CREATE TABLE one (id INTEGER PRIMARY KEY)").execute(&pool).await?;

    let mut tx = pool.begin().await?;
    sqlx::query("INSERT INTO one VALUES (1)").execute(&mut *tx).await?;
    let twice = sqlx::query("INSERT OR ROLLBACK INTO one VALUES (1)").execute(&mut *tx).await;
    println!("the statement: {}", if twice.is_err() { "refused" } else { "taken" });
    println!("rollback: {}", tx.rollback().await.map_or_else(|error| error.to_string(), |()| "ok".into()));

    let connection = pool.acquire().await?;
    println!("the connection believes that it is in a transaction: {}", connection.is_in_transaction());
    drop(connection);
    match pool.begin_with("BEGIN IMMEDIATE").await {
        Ok(_) => println!("begin immediate: ok"),
        Err(error) => println!("begin immediate: {error}"),
    }
    Ok(())
}
RUST
cargo run --quiet >out 2>err || { cat err >&2; exit 1; }
cat out
