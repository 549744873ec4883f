#!/usr/bin/env bash
# sqlx 0.9.0, PostgreSQL: `commit` of a transaction in which a statement failed returns Ok, and nothing is kept.
#
# PostgreSQL answers COMMIT with the command tag ROLLBACK then, which is no error of the protocol, and the driver does not look
# at the tag. Code that goes on after a failed statement (say, one that it takes for "it is there already") is told that its
# transaction was committed.
# What to do: remember that a statement failed, and refuse to commit.
#
# Needs Rust, a C compiler, the registry of crates, and Debian's package postgresql (its programs are run as nobody when this is
# run by root). Exits with 1 when any of this is otherwise.
set -eu
folder=$(mktemp -d)
chmod 755 "$folder"
programs=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; else "$@"; fi; }
mkdir "$folder/server" "$folder/src"
[ "$(id -u)" != 0 ] || chown nobody "$folder/server"
ended() { as "$programs/pg_ctl" -D "$folder/server/data" -m immediate stop >"$folder/stopped" 2>&1 || true; rm -rf "$folder"; }
trap ended EXIT
cd "$folder"
as "$programs/initdb" -D "$folder/server/data" -U postgres -A trust >"$folder/initdb"
as "$programs/pg_ctl" -D "$folder/server/data" -w -l "$folder/server/log" \
    -o "-c listen_addresses='' -c unix_socket_directories=$folder/server" start >"$folder/started"
cat >"$folder/Cargo.toml" <<'TOML'
[package]
name = "commits"
version = "0.0.0"
edition = "2024"

[dependencies]
sqlx = { version = "=0.9.0", default-features = false, features = ["postgres", "runtime-tokio"] }
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
TOML
cat >"$folder/src/main.rs" <<'RUST'
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, Row};

#[tokio::main]
async fn main() -> Result<(), sqlx::Error> {
    let socket = std::env::args().nth(1).unwrap();
    let mut one = PgConnectOptions::new().socket(socket).username("postgres").database("postgres").connect().await?;
    one.execute("CREATE TABLE t (n integer PRIMARY KEY)").await?;
    let mut tx = one.begin().await?;
    tx.execute("INSERT INTO t VALUES (1)").await?;
    let again = tx.execute("INSERT INTO t VALUES (1)").await;
    let code = again.unwrap_err().into_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
    println!("the same again: SQLSTATE {}", code.unwrap_or_default());
    println!("commit: {:?}", tx.commit().await);
    let rows = one.fetch_one("SELECT count(*) FROM t").await?;
    println!("rows kept: {}", rows.get::<i64, _>(0));
    Ok(())
}
RUST
cargo run --quiet -- "$folder/server" >"$folder/seen"
cat "$folder/seen"
# Seen on sqlx 0.9.0 and PostgreSQL 15.
diff - "$folder/seen" <<'SEEN'
the same again: SQLSTATE 23505
commit: Ok(())
rows kept: 0
SEEN
echo "as it was seen"
