//! Streams everything that matches as CSV, NDJSON, Parquet or a workbook, holding one chunk in memory.
//!
//! Parquet files and workbooks are made before they are sent, so that their turn lasts as long as the work and not
//! as long as the slowest reader.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use export::files::{csv, ndjson, parquet, xlsx};
use export::tables::{Beside, record_cells, records};
use export::{Cell, ExportError};
use futures::Stream;
use search::{Look, RecordQuery, SearchError};
use store::ground::line::{Full, Turn};
use store::records::export::{Export, Row};
use store::{Db, StoreError};
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;

use crate::client::Steps;

/// The most formatted chunks waiting for a slow reader.
const WAITING: usize = 2;
/// Bytes of a finished file per chunk.
const CHUNK: usize = 256 * 1024;
/// How long a reader may take for a chunk of a finished file, which lies on the disk until it is sent.
const CHUNK_TAKES: Duration = Duration::from_secs(60);

/// Format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, UTF-8.
    Csv {
        /// Adds a byte order mark and guards cells that a spreadsheet would take for formulas.
        excel: bool,
    },
    /// One JSON object per line.
    Ndjson,
    /// Parquet with typed columns; sending starts when the whole file is made.
    Parquet,
    /// A workbook with a data dictionary; sending starts when the whole file is made.
    Xlsx,
}

impl Format {
    /// Whether making it takes so much memory or disk space that only a few may run at once.
    pub fn is_heavy(self) -> bool {
        matches!(self, Self::Parquet | Self::Xlsx)
    }

    /// File extension.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv { .. } => "csv",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
            Self::Xlsx => "xlsx",
        }
    }
}

/// How an export takes turns with others. The command line does not.
#[derive(Debug, Default)]
pub struct Turns {
    /// Its turn to make a whole file, held until that is made.
    pub whole: Option<Turn>,
    /// The line for its steps.
    pub steps: Option<Steps>,
}

impl Turns {
    /// Waits for the next step.
    async fn step(&self) -> Result<Option<Turn>, ExportError> {
        match &self.steps {
            None => Ok(None),
            Some(steps) => {
                let turn = steps.turn().await;
                turn.map(Some).map_err(|Full| failed("records", "too many exports are being made"))
            }
        }
    }
}

/// Streams every record in a look that matches.
pub async fn stream(
    db: &Db,
    look: &Look,
    query: &RecordQuery,
    format: Format,
    base_url: &str,
    turns: Turns,
) -> Result<impl Stream<Item = Result<Bytes, ExportError>> + Send + Unpin + use<>, SearchError> {
    let mut rows = Export::new(db, look.matching(query).await?, look.then().cloned());
    let at = look.changed_at();
    let base_url = base_url.to_owned();
    let (to, mut from) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        if let Err(error) = send(&mut rows, format, &base_url, at, &to, turns).await {
            // If sending failed because the reader left, this fails too, and nobody needs to know.
            let _ = to.send(Err(error)).await;
        }
    });
    Ok(futures::stream::poll_fn(move |context| from.poll_recv(context)))
}

async fn send(
    export: &mut Export,
    format: Format,
    base_url: &str,
    at: chrono::DateTime<chrono::Utc>,
    to: &mpsc::Sender<Result<Bytes, ExportError>>,
    turns: Turns,
) -> Result<(), ExportError> {
    let mut out = Out::begin(format, at)?;
    let step = turns.step().await?;
    let mut read = export.next().await?;
    drop(step);
    loop {
        if to.is_closed() {
            // The reader has left.
            return Ok(());
        }
        let ready = out.take();
        if !ready.is_empty() && to.send(Ok(ready)).await.is_err() {
            return Ok(());
        }
        let Some(rows) = read else { break };
        let step = turns.step().await?;
        // The database reads the next rows while these are formatted.
        let (next, written) = tokio::join!(export.next(), async { out.rows(&rows, base_url) });
        drop(step);
        written?;
        read = next?;
    }
    let (path, folder) = match out {
        Out::Text { .. } => return Ok(()),
        Out::Parquet { mut writer, path, folder } => {
            writer.finish()?;
            (path, folder)
        }
        Out::Book { mut book, path, folder } => {
            let saved = tokio::task::spawn_blocking(move || book.save()).await;
            saved.map_err(|error| failed("records.xlsx", error))??;
            (path, folder)
        }
    };
    // A person at the command line may stop and read; a stranger may not keep a file here for ever.
    let patience = turns.whole.as_ref().map_or(Duration::MAX, |_| CHUNK_TAKES);
    drop(turns);
    let mut file = tokio::fs::File::open(&path).await.map_err(|error| failed("records", error))?;
    loop {
        let mut chunk = bytes::BytesMut::with_capacity(CHUNK);
        let read = file.read_buf(&mut chunk).await.map_err(|error| failed("records", error))?;
        if read == 0 {
            break;
        }
        match tokio::time::timeout(patience, to.send(Ok(chunk.freeze()))).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => break,
            Err(_) => {
                // The reader must not take what it has for the whole: an error breaks the answer off. There is no
                // room for it before the reader takes something, and then it knows.
                drop(file);
                drop(folder);
                return Err(failed("records", "it was read too slowly"));
            }
        }
    }
    drop(folder);
    Ok(())
}

fn failed(file: &str, reason: impl ToString) -> ExportError {
    ExportError::File { file: file.to_owned(), reason: reason.to_string() }
}

/// An export in progress.
enum Out {
    /// Sent as soon as it is formatted.
    Text { format: Format, bytes: Vec<u8> },
    /// Built in a temporary folder, sent when complete.
    Parquet { writer: Box<parquet::Writer<File>>, path: PathBuf, folder: tempfile::TempDir },
    /// Built in a temporary folder, sent when complete.
    Book { book: Box<xlsx::Book>, path: PathBuf, folder: tempfile::TempDir },
}

impl Out {
    fn begin(format: Format, at: chrono::DateTime<chrono::Utc>) -> Result<Self, ExportError> {
        Ok(match format {
            Format::Csv { excel } => {
                let mut bytes = Vec::new();
                csv::header(&mut bytes, records(), excel);
                Self::Text { format, bytes }
            }
            Format::Ndjson => Self::Text { format, bytes: Vec::new() },
            Format::Parquet => {
                let folder = tempfile::tempdir().map_err(|error| failed("records.parquet", error))?;
                let path = folder.path().join("records.parquet");
                let file = File::create(&path).map_err(|error| failed("records.parquet", error))?;
                let writer = parquet::Writer::begin(records(), file, PathBuf::from("records.parquet"))?;
                Self::Parquet { writer: Box::new(writer), path, folder }
            }
            Format::Xlsx => {
                let folder = tempfile::tempdir().map_err(|error| failed("records.xlsx", error))?;
                let path = folder.path().join("records.xlsx");
                let book = xlsx::Book::begin(path.clone(), folder.path(), at, &[records()])?;
                Self::Book { book: Box::new(book), path, folder }
            }
        })
    }

    /// Takes what is ready to be sent.
    fn take(&mut self) -> Bytes {
        match self {
            Self::Text { bytes, .. } => Bytes::from(std::mem::take(bytes)),
            Self::Parquet { .. } | Self::Book { .. } => Bytes::new(),
        }
    }

    fn rows(&mut self, rows: &[Row], base_url: &str) -> Result<(), ExportError> {
        if let Self::Text { bytes, .. } = self {
            bytes.reserve(rows.iter().map(|row| row.content.len() + 512).sum());
        }
        for row in rows {
            let inconsistent = |column, error: serde_json::Error| {
                StoreError::inconsistent("listings", column, &row.id, error)
            };
            let beside = Beside::of(row).map_err(|(column, error)| inconsistent(column, error))?;
            let cells = || -> Result<Vec<Cell<'_>>, StoreError> {
                let made = record_cells(row, &beside, base_url);
                Ok(made.map_err(|error| inconsistent("content", error))?.cells)
            };
            match self {
                Self::Text { format: Format::Csv { excel }, bytes } => csv::row(bytes, &cells()?, *excel),
                Self::Text { bytes, .. } => ndjson::record(bytes, row, &beside, base_url),
                Self::Parquet { writer, .. } => writer.row(&cells()?)?,
                Self::Book { book, .. } => book.write(records(), &cells()?)?,
            }
        }
        Ok(())
    }
}
