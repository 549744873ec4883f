//! A register of real files in a temporary folder, serving without limits, and its records.
//!
//! The keys of records are read from its database: no answer of the API has them.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use judged::{FILES, Key};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::{Connection, OpenFlags};

use super::entry::Entry;
use crate::project;
use crate::torture::http::Client;
use crate::torture::process;
use crate::torture::world::{Server, World, sqlite_url};

/// Records asked for by each question: a page.
const LIMIT: usize = 50;
/// The exit code of an import that rejected rows, as files from outside make it.
const REJECTED: i32 = 1;
/// How long an import, the start or the download may take; a debug build takes minutes.
const PATIENCE: Duration = Duration::from_secs(1_200);

/// The register.
pub(crate) struct Stage {
    /// Its records.
    pub(crate) entries: Vec<Entry>,
    places: HashMap<String, usize>,
    client: Client,
    /// Dropped before the folder it is in.
    _server: Server,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Imports the files that are there and serves them. Errors: none is there; the register fails.
    pub(crate) fn set(binary: &Path) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("register-relevance-").tempdir();
        let folder = folder.map_err(|error| error.to_string())?;
        let place = folder.path().join("register");
        let mut world = World::empty(&place, binary, &sqlite_url(&place))?;
        for limit in ["REGISTER_LIMIT_REQUESTS", "REGISTER_LIMIT_EXPORTS"] {
            world.environment.push((limit.to_owned(), "0".to_owned()));
        }
        import(&world)?;
        let keys = keys(&world.database_files()[0])?;
        let server = world.begin_to_serve(&["--no-dumps"])?;
        server.is_ready_within(PATIENCE)?;
        let client = Client::patient(server.port, PATIENCE);
        let entries = download(&client, &keys)?;
        eprintln!("    {} records", entries.len());
        let places = entries.iter().enumerate().map(|(place, one)| (one.id.clone(), place)).collect();
        Ok(Self { entries, places, client, _server: server, _folder: folder })
    }

    /// The records on the first page for a search text, in their order. Errors: the register does not answer with
    /// records of the download.
    pub(crate) fn ask(&self, text: &str) -> Result<Vec<Key>, String> {
        let q = utf8_percent_encode(text, NON_ALPHANUMERIC);
        let list = get(&self.client, &format!("/api/v1/records?q={q}&limit={LIMIT}"))?;
        let list: serde_json::Value = serde_json::from_str(&list).map_err(|error| error.to_string())?;
        let items = list["items"].as_array().ok_or_else(|| format!("no items: {list}"))?;
        let key = |item: &serde_json::Value| {
            let place = item["id"].as_str().and_then(|id| self.places.get(id));
            place.map(|place| self.entries[*place].key()).ok_or_else(|| format!("unknown record: {item}"))
        };
        items.iter().map(key).collect()
    }
}

/// Imports the files that are there, and says which are not. Errors: none is there, or an import fails.
fn import(world: &World) -> Result<(), String> {
    let data = project().join("../shared/data");
    let mut imported = 0;
    for (source, name) in FILES {
        let file = data.join(name);
        if !file.exists() {
            eprintln!("ABSENT: {name}: what is judged of it cannot be found, so figures are too low");
            continue;
        }
        eprintln!("==> importing {name}");
        let file = file.canonicalize().map_err(|error| format!("{}: {error}", file.display()))?;
        let command = world.command(&["import", source, &file.to_string_lossy()]);
        let ended = process::run(&command, PATIENCE)?;
        if !ended.well() && ended.status.code() != Some(REJECTED) {
            return Err(format!("importing {name}: {}", ended.stderr.trim()));
        }
        imported += 1;
    }
    if imported == 0 {
        return Err(format!(
            "none of the real files is in {}: put them there, as named in fixtures/relevance/README.md",
            data.display()
        ));
    }
    Ok(())
}

/// The keys of imported records, by public id. Errors: those of SQLite.
fn keys(database: &Path) -> Result<HashMap<String, Key>, String> {
    let read = || -> rusqlite::Result<HashMap<String, Key>> {
        let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut select =
            connection.prepare("SELECT id, source, source_key FROM records WHERE source_key IS NOT NULL")?;
        let rows =
            select.query_map((), |row| Ok((row.get(0)?, Key { source: row.get(1)?, key: row.get(2)? })))?;
        rows.collect()
    };
    read().map_err(|error| format!("{}: {error}", database.display()))
}

/// Every record, from the public download. Errors: it does not come, or a line is no imported record.
fn download(client: &Client, keys: &HashMap<String, Key>) -> Result<Vec<Entry>, String> {
    let text = get(client, "/api/v1/records.ndjson")?;
    text.lines().map(|line| Entry::read(line, keys)).collect()
}

/// The body of an answer. Errors: there is none, or its status is no success.
fn get(client: &Client, path: &str) -> Result<String, String> {
    let answer = client.get(path).ok_or_else(|| format!("{path} was not answered"))?;
    match answer.done() {
        true => Ok(answer.text),
        false => Err(format!("{path}: {} {}", answer.status, answer.text)),
    }
}
