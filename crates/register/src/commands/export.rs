//! `register export`: records as CSV, NDJSON, Parquet, a workbook or SQLite, with the API's filters.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use futures::StreamExt;

use crate::exit::Ended;
use crate::settings::Settings;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Ndjson,
    Parquet,
    Xlsx,
    Sqlite,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The format
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
    /// Filters as in the API, such as sector=schools phase=production, or as_of=2026-05-01
    #[arg(value_name = "KEY=VALUE")]
    filters: Vec<String>,
    /// Write to a file instead of stdout; required for SQLite
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The register's address, for the links in the export [default: the address from the last start of the
    /// server]
    #[arg(long, env = "REGISTER_BASE_URL", value_name = "URL")]
    base_url: Option<String>,
}

impl Export {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let db = settings.open().await?;
        let base_url = settings.known_base_url(self.base_url.as_deref(), &db).await?;
        let mut pairs = Vec::new();
        for filter in &self.filters {
            match filter.split_once('=') {
                Some((key, value)) => pairs.push((key.to_owned(), value.to_owned())),
                None => bail!("'{filter}' is not a filter: write KEY=VALUE, such as sector=schools"),
            }
        }
        // Under another name first, so that nobody reads a half-written file.
        let file = self.output.as_ref().map(|path| (path.with_extension("part"), path));
        let query = match api::record_query(&db, pairs, chrono::Utc::now().date_naive()).await {
            Ok(query) => query,
            Err(problem) => bail!("{problem}"),
        };
        let search = super::open_search(settings, &db).await?;
        let look = search.look_at(query.as_of, None).await?;
        let format = match (self.format, &file) {
            (Format::Sqlite, None) => bail!("SQLite is written into a file: name one with -o FILE"),
            (Format::Sqlite, Some((half, path))) => {
                // Left by an interrupted export.
                if half.exists() {
                    std::fs::remove_file(half).with_context(|| half.display().to_string())?;
                }
                let changes = look.matching(&query).await?;
                let mut rows = store::records::export::Export::new(&db, changes, look.then().cloned());
                export::chosen::sqlite(&mut rows, half.clone(), &base_url).await?;
                std::fs::File::open(half)?.sync_all()?;
                std::fs::rename(half, path).with_context(|| path.display().to_string())?;
                return Ok(Ended::Done);
            }
            (Format::Csv, _) => api::exports::Format::Csv { excel: false },
            (Format::Ndjson, _) => api::exports::Format::Ndjson,
            (Format::Parquet, _) => api::exports::Format::Parquet,
            (Format::Xlsx, _) => api::exports::Format::Xlsx,
        };
        let mut stream =
            api::exports::stream(&db, &look, &query, format, &base_url, api::exports::Turns::default())
                .await?;
        let Some((half, path)) = file else {
            let mut out = std::io::stdout().lock();
            while let Some(chunk) = stream.next().await {
                if let Err(error) = out.write_all(&chunk?) {
                    // The reader has seen enough (`| head`).
                    if error.kind() == std::io::ErrorKind::BrokenPipe {
                        return Ok(Ended::Done);
                    }
                    return Err(error.into());
                }
            }
            out.flush()?;
            return Ok(Ended::Done);
        };
        let mut out = std::fs::File::create(&half).with_context(|| half.display().to_string())?;
        while let Some(chunk) = stream.next().await {
            out.write_all(&chunk?)?;
        }
        out.sync_all()?;
        std::fs::rename(&half, path).with_context(|| path.display().to_string())?;
        Ok(Ended::Done)
    }
}
