//! Bare handlers over a register's SQLite file: the same SQL, prepared once, with no validation, headers,
//! ETags, limits, compression or tracing. The difference is what those cost.
//!
//! - `/records.csv`: the rows and columns of the register's export, by the same walk along the JSON;
//! - `/contents.csv`: the same rows, with the stored JSON as one escaped cell: the upper limit;
//! - `/records/{id}`: the stored JSON, with two selects;
//! - `/prepared/{id}`: the register's own answer, byte for byte, from a map in memory: the upper limit.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{self, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, SecondsFormat};
use clap::Args;
use domain::fields::columns;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::cells;

/// Bytes of an export sent at once.
const CHUNK: usize = 64 * 1024;
/// Chunks that may wait for a slow reader.
const WAITING: usize = 4;

/// The register's export as one statement, rather than one per 400 rows.
const EXPORT: &str = "SELECT r.id, l.number, l.published_at, l.updated_at, l.card, v.content \
    FROM listings l JOIN records r ON r.seq = l.record_seq \
    JOIN record_versions v ON v.record_seq = l.record_seq AND v.number = l.number \
    WHERE l.change <= ?1 AND (l.until IS NULL OR l.until > ?1) ORDER BY l.change DESC";
const LATEST: &str = "SELECT value FROM change_counter WHERE id = 1";
const RECORD: &str = "SELECT seq, version FROM records WHERE id = ?1";
const CONTENT: &str = "SELECT content FROM record_versions WHERE record_seq = ?1 AND number = ?2";

/// Answer from a register's SQLite file with bare handlers.
#[derive(Debug, Args)]
pub struct Serve {
    /// The register's SQLite file
    #[arg(long, value_name = "FILE")]
    database: PathBuf,
    /// Answers to give as they are: lines with an id, a tab and a body
    #[arg(long, value_name = "FILE")]
    prepared: Option<PathBuf>,
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1:8091", value_name = "ADDRESS")]
    listen: SocketAddr,
}

#[derive(Debug, Clone)]
struct Files {
    database: Arc<Path>,
    base_url: Arc<str>,
    prepared: Arc<HashMap<String, Bytes>>,
}

thread_local! {
    /// Each thread has a connection, and short queries run on the thread that reads the request: handing one
    /// over would cost more than the query.
    static CONNECTION: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

impl Serve {
    /// Serves until interrupted.
    pub fn run(&self) -> anyhow::Result<()> {
        open(&self.database).with_context(|| self.database.display().to_string())?;
        let mut answers = HashMap::new();
        if let Some(file) = &self.prepared {
            for line in std::fs::read_to_string(file)?.lines() {
                if let Some((id, body)) = line.split_once('\t') {
                    answers.insert(id.to_owned(), Bytes::from(body.to_owned()));
                }
            }
        }
        let files = Files {
            database: self.database.as_path().into(),
            base_url: format!("http://{}", self.listen).into(),
            prepared: Arc::new(answers),
        };
        let app = Router::new()
            .route("/records.csv", get(records_csv))
            .route("/contents.csv", get(contents_csv))
            .route("/records/{id}", get(record))
            .route("/prepared/{id}", get(prepared))
            .with_state(files);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind(self.listen).await?;
            axum::serve(listener, app).await?;
            Ok(())
        })
    }
}

/// A read-only connection with the register's settings.
fn open(database: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        database,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.pragma_update(None, "cache_size", -16 * 1024)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "query_only", "ON")?;
    Ok(connection)
}

/// Runs a query on this thread's connection.
fn ask<T>(files: &Files, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Failed> {
    CONNECTION.with_borrow_mut(|kept| {
        let connection = match kept {
            Some(connection) => connection,
            None => kept.insert(open(&files.database)?),
        };
        Ok(question(connection)?)
    })
}

#[derive(Debug)]
struct Failed(rusqlite::Error);

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0.to_string()).into_response()
    }
}

async fn record(
    State(files): State<Files>,
    extract::Path(id): extract::Path<String>,
) -> Result<Response, Failed> {
    let content = ask(&files, |connection| {
        let known: Option<(i64, i64)> = connection
            .prepare_cached(RECORD)?
            .query_row([&id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        known
            .map(|key| connection.prepare_cached(CONTENT)?.query_row(key, |row| row.get::<_, String>(0)))
            .transpose()
    })?;
    Ok(content.map_or_else(|| StatusCode::NOT_FOUND.into_response(), json))
}

async fn prepared(State(files): State<Files>, extract::Path(id): extract::Path<String>) -> Response {
    match files.prepared.get(id.as_str()) {
        Some(body) => ([(header::CONTENT_TYPE, "application/json")], body.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn json(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

async fn records_csv(State(files): State<Files>) -> Response {
    let head = format!(
        "id,url,version,published_at,updated_at,publisher_id,{},flags,transparency_class\r\n",
        columns().collect::<Vec<_>>().join(",")
    );
    export(files, head, whole_row)
}

async fn contents_csv(State(files): State<Files>) -> Response {
    export(files, "id,version,published_at,updated_at,content\r\n".to_owned(), content_row)
}

/// Writes a row of [`EXPORT`].
type Write = fn(&mut Vec<u8>, &Row<'_>, &str) -> anyhow::Result<()>;

/// Streams all rows: one thread reads and formats, the other sends.
fn export(files: Files, head: String, write: Write) -> Response {
    let (to, mut from) = mpsc::channel::<anyhow::Result<Bytes>>(WAITING);
    tokio::task::spawn_blocking(move || {
        let walked = walk(&files, head, write, &to);
        if let Err(error) = walked {
            // Sending fails once the reader has gone; then nobody wants to know.
            let _ = to.blocking_send(Err(error));
        }
    });
    let body = Body::from_stream(futures::stream::poll_fn(move |context| from.poll_recv(context)));
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present")], body).into_response()
}

fn walk(
    files: &Files,
    head: String,
    write: Write,
    to: &mpsc::Sender<anyhow::Result<Bytes>>,
) -> anyhow::Result<()> {
    let connection = open(&files.database)?;
    let snapshot: i64 = connection.query_row(LATEST, [], |row| row.get(0))?;
    let mut statement = connection.prepare(EXPORT)?;
    let mut rows = statement.query([snapshot])?;
    let mut chunk = head.into_bytes();
    while let Some(row) = rows.next()? {
        write(&mut chunk, row, &files.base_url)?;
        if chunk.len() >= CHUNK {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK + CHUNK / 4));
            to.blocking_send(Ok(full.into()))?;
        }
    }
    to.blocking_send(Ok(chunk.into()))?;
    Ok(())
}

fn instant(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros).unwrap_or_default().to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// What an export takes from a list item.
#[derive(Deserialize)]
struct Beside<'a> {
    #[serde(borrow)]
    publisher: Slug<'a>,
    #[serde(borrow)]
    flags: Vec<&'a str>,
    transparency_class: &'a str,
}

#[derive(Deserialize)]
struct Slug<'a> {
    slug: &'a str,
}

fn whole_row(out: &mut Vec<u8>, row: &Row<'_>, base_url: &str) -> anyhow::Result<()> {
    let id = row.get_ref(0)?.as_str()?;
    let beside: Beside<'_> = serde_json::from_str(row.get_ref(4)?.as_str()?)?;
    let front = format!(
        "{id},{base_url}/api/v1/records/{id},{},{},{},{}",
        row.get::<_, i64>(1)?,
        instant(row.get(2)?),
        instant(row.get(3)?),
        beside.publisher.slug
    );
    out.extend_from_slice(front.as_bytes());
    cells::write(out, row.get_ref(5)?.as_str()?)?;
    out.push(b',');
    out.extend_from_slice(beside.flags.join(";").as_bytes());
    out.push(b',');
    out.extend_from_slice(beside.transparency_class.as_bytes());
    out.extend_from_slice(b"\r\n");
    Ok(())
}

fn content_row(out: &mut Vec<u8>, row: &Row<'_>, _: &str) -> anyhow::Result<()> {
    out.extend_from_slice(row.get_ref(0)?.as_str()?.as_bytes());
    for column in 1..=3 {
        out.push(b',');
        out.extend_from_slice(row.get::<_, i64>(column)?.to_string().as_bytes());
    }
    out.push(b',');
    cells::escaped(out, row.get_ref(5)?.as_str()?);
    out.extend_from_slice(b"\r\n");
    Ok(())
}
