//! One PostgreSQL server per test run, stopped when the test process ends, however it ends.

use std::path::Path;
use std::sync::OnceLock;

use throwaway::Postgres;

static SERVER: OnceLock<Postgres> = OnceLock::new();

/// A fresh database on this run's server. Returns its URL.
pub async fn database(number: u64) -> String {
    let server = SERVER.get_or_init(|| {
        Postgres::start(&std::env::temp_dir(), throwaway::FAST)
            .unwrap_or_else(|error| panic!("PostgreSQL cannot be had: {error}"))
    });
    server.create(&format!("test_{number}"), None).unwrap_or_else(|error| panic!("{error}"))
}

/// Loads a file written by `pg_dump` into a database from [`database`].
pub fn load(url: &str, file: &Path) {
    let name =
        url.split('?').next().and_then(|url| url.rsplit('/').next()).expect("a URL made by `database`");
    let server = SERVER.get().expect("`database` has started the server");
    server.load(name, file).unwrap_or_else(|error| panic!("{error}"));
}
