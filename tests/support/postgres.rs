//! The PostgreSQL server of one test run: started once, stopped when the test process ends, however it ends.

use std::path::Path;
use std::sync::OnceLock;

use throwaway::Postgres;

static SERVER: OnceLock<Postgres> = OnceLock::new();

/// A fresh database on the server of this run.
pub async fn database(number: u64) -> String {
    let server = SERVER.get_or_init(|| {
        Postgres::start(&std::env::temp_dir(), throwaway::FAST)
            .unwrap_or_else(|error| panic!("PostgreSQL cannot be had: {error}"))
    });
    server.create(&format!("test_{number}"), None).unwrap_or_else(|error| panic!("{error}"))
}

/// Runs the statements of a file that `pg_dump` wrote in a database of [`database`].
pub fn load(url: &str, file: &Path) {
    let name = url.split('?').next().and_then(|url| url.rsplit('/').next()).expect("an address of ours");
    let server = SERVER.get().expect("a database of its");
    server.load(name, file).unwrap_or_else(|error| panic!("{error}"));
}
