#!/usr/bin/env bash
# sqlx 0.9.0, SQLite: a ROLLBACK that fails leaves the connection's count of open transactions as it was.
#
# SQLite ends a transaction by itself in some cases, here by INSERT OR ROLLBACK at a constraint. The driver's own ROLLBACK is
# then refused ("no transaction is active"), and the driver goes on counting one that is open: `is_in_transaction` is true,
# `begin_with` is refused, and `begin` sends SAVEPOINT where a new connection would send BEGIN. A pool that gets the
# connection back lends it out like that. If the database really is in a transaction (a ROLLBACK that fails for want of
# space), everything that is "committed" afterwards only releases savepoints.
# What to do: close a connection whose COMMIT or ROLLBACK failed.
#
# Needs Rust, a C compiler and the registry of crates. Exits with 1 when any of this is otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
cat >"$folder/Cargo.toml" <<'TOML'
[package]
name = "depth"
version = "0.0.0"
edition = "2024"

[dependencies]
sqlx = { version = "=0.9.0", default-features = false, features = ["sqlite", "runtime-tokio"] }
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
TOML
cat >"$folder/src/main.rs" <<'RUST'
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor};

#[tokio::main]
async fn main() -> Result<(), sqlx::Error> {
    let mut one = SqliteConnectOptions::new().in_memory(true).connect().await?;
    one.execute("CREATE TABLE t (n INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)").await?;

    // A transaction on a connection where nothing went wrong has no savepoint.
    let mut tx = one.begin().await?;
    let there = tx.execute("ROLLBACK TO _sqlx_savepoint_1").await;
    println!("before: the transaction is a savepoint: {}", there.is_ok());
    tx.rollback().await?;

    let mut tx = one.begin().await?;
    let refused = tx.execute("INSERT OR ROLLBACK INTO t VALUES (1)").await;
    println!("insert: {}", refused.unwrap_err());
    println!("rollback: {}", tx.rollback().await.unwrap_err());
    println!("after: is_in_transaction: {}", one.is_in_transaction());
    match one.begin_with("BEGIN IMMEDIATE").await {
        Ok(_) => println!("after: begin_with works"),
        Err(error) => println!("after: begin_with: {error}"),
    }
    let mut tx = one.begin().await?;
    let there = tx.execute("ROLLBACK TO _sqlx_savepoint_1").await;
    println!("after: the transaction is a savepoint: {}", there.is_ok());
    Ok(())
}
RUST
(cd "$folder" && cargo run --quiet) >"$folder/seen"
cat "$folder/seen"
# Seen on sqlx 0.9.0 with the SQLite that it brings.
diff - "$folder/seen" <<'SEEN'
before: the transaction is a savepoint: false
insert: error returned from database: (code: 1555) UNIQUE constraint failed: t.n
rollback: error returned from database: (code: 1) cannot rollback - no transaction is active
after: is_in_transaction: true
after: begin_with: attempted to call begin_with at non-zero transaction depth
after: the transaction is a savepoint: true
SEEN
echo "as it was seen"
