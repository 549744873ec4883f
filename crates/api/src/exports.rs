//! Everything that matches as CSV, NDJSON, Parquet or a workbook: streamed, with the memory of one chunk.

use std::path::PathBuf;

use bytes::Bytes;
use export::files::{csv, ndjson, parquet, xlsx};
use export::tables::{Beside, record_cells, records};
use export::{Cell, ExportError};
use futures::Stream;
use search::{Look, RecordQuery, SearchError};
use store::records::export::{Export, Row};
use store::{Db, StoreError};
use tokio::io::AsyncReadExt;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

/// Formatted chunks that may wait for a slow reader.
const WAITING: usize = 2;
/// Bytes of a workbook sent at once.
const CHUNK: usize = 256 * 1024;

/// A format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, UTF-8; for spreadsheets with a byte order mark and guarded formula cells.
    Csv {
        /// Whether a spreadsheet is to open it.
        excel: bool,
    },
    /// One JSON object per line.
    Ndjson,
    /// Typed columns.
    Parquet,
    /// A workbook with a dictionary; it begins to flow when it is whole.
    Xlsx,
}

impl Format {
    /// Whether it is made in memory or beside, before or while it flows, so that few can be made at once.
    pub fn is_heavy(self) -> bool {
        matches!(self, Self::Parquet | Self::Xlsx)
    }

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv { .. } => "csv",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Streams every record that matches in a look. The turn is held until it ends.
pub async fn stream(
    db: &Db,
    look: &Look,
    query: &RecordQuery,
    format: Format,
    base_url: &str,
    turn: Option<OwnedSemaphorePermit>,
) -> Result<impl Stream<Item = Result<Bytes, ExportError>> + Send + Unpin + use<>, SearchError> {
    let mut rows = Export::new(db, look.matching(query).await?, look.then().cloned());
    let at = look.changed_at();
    let base_url = base_url.to_owned();
    let (to, mut from) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let _turn = turn;
        if let Err(error) = send(&mut rows, format, &base_url, at, &to).await {
            // The reader is gone when sending fails: then there is nobody to tell.
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
) -> Result<(), ExportError> {
    let mut out = Out::begin(format, at)?;
    let mut read = export.next().await?;
    loop {
        if to.is_closed() {
            // The reader is gone: nothing is left to do.
            return Ok(());
        }
        let ready = out.take();
        if !ready.is_empty() && to.send(Ok(ready)).await.is_err() {
            return Ok(());
        }
        let Some(rows) = read else { break };
        // While these rows are written, the database reads the next.
        let (next, written) = tokio::join!(export.next(), async { out.rows(&rows, base_url) });
        written?;
        read = next?;
    }
    match out {
        Out::Text { .. } => {}
        Out::Parquet(mut writer) => {
            writer.finish()?;
            let _ = to.send(Ok(Bytes::from(std::mem::take(writer.file())))).await;
        }
        Out::Book { mut book, path, folder } => {
            let failed = |reason: String| ExportError::File { file: "records.xlsx".to_owned(), reason };
            let saved = tokio::task::spawn_blocking(move || book.save()).await;
            saved.map_err(|error| failed(error.to_string()))??;
            let mut file = tokio::fs::File::open(&path).await.map_err(|error| failed(error.to_string()))?;
            loop {
                let mut chunk = bytes::BytesMut::with_capacity(CHUNK);
                let read = file.read_buf(&mut chunk).await.map_err(|error| failed(error.to_string()))?;
                if read == 0 || to.send(Ok(chunk.freeze())).await.is_err() {
                    break;
                }
            }
            drop(folder);
        }
    }
    Ok(())
}

/// An export on its way.
enum Out {
    /// What is written flows at once.
    Text { format: Format, bytes: Vec<u8> },
    /// What was encoded flows at once.
    Parquet(Box<parquet::Writer<Vec<u8>>>),
    /// It grows in a folder of its own.
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
                let path = PathBuf::from("records.parquet");
                Self::Parquet(Box::new(parquet::Writer::begin(records(), Vec::new(), path)?))
            }
            Format::Xlsx => {
                let folder = tempfile::tempdir().map_err(|error| ExportError::File {
                    file: "records.xlsx".to_owned(),
                    reason: error.to_string(),
                })?;
                let path = folder.path().join("records.xlsx");
                let book = xlsx::Book::begin(path.clone(), folder.path(), at, &[records()])?;
                Self::Book { book: Box::new(book), path, folder }
            }
        })
    }

    /// What can be sent.
    fn take(&mut self) -> Bytes {
        match self {
            Self::Text { bytes, .. } => Bytes::from(std::mem::take(bytes)),
            Self::Parquet(writer) => Bytes::from(std::mem::take(writer.file())),
            Self::Book { .. } => Bytes::new(),
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
            let beside: Beside<'_> =
                serde_json::from_str(&row.card).map_err(|error| inconsistent("card", error))?;
            let cells = || -> Result<Vec<Cell<'_>>, StoreError> {
                let made = record_cells(row, &beside, base_url);
                Ok(made.map_err(|error| inconsistent("content", error))?.cells)
            };
            match self {
                Self::Text { format: Format::Csv { excel }, bytes } => csv::row(bytes, &cells()?, *excel),
                Self::Text { bytes, .. } => ndjson::record(bytes, row, &beside, base_url),
                Self::Parquet(writer) => writer.row(&cells()?)?,
                Self::Book { book, .. } => book.write(records(), &cells()?)?,
            }
        }
        Ok(())
    }
}
