//! The files that describe a dump: Data Package, CSV on the Web, DCAT catalogue, citation and licence.

mod catalogue;
mod csvw;
mod package;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};

use crate::ExportError;
use crate::Table;
use crate::dump::Of;
use crate::error::Named;
use crate::going::Going;

pub use package::{Field, Package, Resource, Schema};

/// The licence of the data, as an SPDX identifier.
pub const LICENCE_NAME: &str = "CC-BY-4.0";
/// Where the licence is.
pub const LICENCE_URL: &str = "https://creativecommons.org/licenses/by/4.0/";
/// The licence's title.
const LICENCE_TITLE: &str = "Creative Commons Attribution 4.0 International";
/// The register's name.
const TITLE: &str = "Open Algorithm Register";

/// What the descriptions of a dump say about it.
#[derive(Debug, Clone)]
pub struct About {
    /// The register's address, without a slash at the end.
    pub base_url: String,
    /// Which state it holds.
    pub of: Of,
    /// When its data last changed.
    pub changed_at: DateTime<Utc>,
    /// The change number of its latest change.
    pub change: i64,
    /// Whether the data are made up, for a demonstration register.
    pub invented: bool,
    /// Entries of the public log in it, and how many of them its checkpoint signs. `None` for a past day:
    /// those dumps have no log.
    pub log: Option<(u64, u64)>,
    /// Its tables.
    pub tables: Vec<&'static Table>,
    /// Each table's name and number of rows.
    pub rows: Vec<(&'static str, u64)>,
}

impl About {
    /// The dump's own address.
    fn url(&self) -> String {
        match self.of {
            Of::Now(name) => format!("{}/data/{name}", self.base_url),
            Of::Then(date) => format!("{}/data/as-of/{date}", self.base_url),
        }
    }

    fn date(&self) -> NaiveDate {
        self.of.date()
    }

    /// Its day, with the edition if it is not the day's first.
    fn version(&self) -> String {
        self.of.name().to_string()
    }

    fn title(&self) -> String {
        match self.of {
            Of::Now(name) => format!("{TITLE}, {name}"),
            Of::Then(date) => format!("{TITLE} as of {date}"),
        }
    }

    fn description(&self) -> String {
        let invented =
            if self.invented { "These data are invented, to show how a register works. " } else { "" };
        if let Of::Then(date) = self.of {
            return format!(
                "{invented}Records of algorithms and procured technology that public bodies use, as they stood at the end \
                 of {date} in UTC, rebuilt from the versions known as of change {}, made at {}. What was redacted since is \
                 missing; bodies are named as they are known now.",
                self.change,
                crate::cell::instant(self.changed_at)
            );
        }
        format!(
            "{invented}Algorithms and procured technology that public bodies use: what they are for, who sold them, what \
             was assessed before and after they went live, the contracts they were bought by, what is missing, and every \
             version that was published. Everything public of the register as of change {}, made at {}.{}",
            self.change,
            crate::cell::instant(self.changed_at),
            self.unsigned()
        )
    }

    /// The warning when the checkpoint does not sign the whole log.
    fn unsigned(&self) -> String {
        match self.log {
            Some((entries, 0)) if entries > 0 => " The public log in it is not signed.".to_owned(),
            Some((entries, signed)) if signed < entries => {
                format!(" Of the {entries} entries of the public log in it the first {signed} are signed.")
            }
            _ => String::new(),
        }
    }
}

/// A file's length and SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// File name.
    pub name: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256, in hex.
    pub sha256: String,
}

impl Sum {
    /// For a text in memory.
    pub(crate) fn of_text(name: String, text: &str) -> Self {
        Self { name, bytes: text.len() as u64, sha256: hex::encode(Sha256::digest(text)) }
    }

    /// Reads a file and computes its sum.
    pub fn of(name: String, path: &Path) -> Result<Self, ExportError> {
        Self::read(name, path, File::open(path).named(path)?)
    }

    /// As [`Sum::of`], stopping when the dump stops.
    pub(crate) fn of_while(name: String, path: &Path, going: &Going<'_>) -> Result<Self, ExportError> {
        Self::read(name, path, going.reading(File::open(path).named(path)?))
    }

    fn read(name: String, path: &Path, mut file: impl Read) -> Result<Self, ExportError> {
        let mut hash = Sha256::new();
        let bytes = std::io::copy(&mut file, &mut Hashing(&mut hash)).named(path)?;
        Ok(Self { name, bytes, sha256: hex::encode(hash.finalize()) })
    }
}

struct Hashing<'h>(&'h mut Sha256);

impl std::io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The media type of a file, from its name.
pub fn media_type(name: &str) -> &'static str {
    if name == SUMS_NAME || name == "LICENCE" {
        return "text/plain; charset=utf-8";
    }
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "gz" => "application/gzip",
        "zst" => "application/zstd",
        "csv" => "text/csv; charset=utf-8; header=present",
        "ndjson" => "application/x-ndjson",
        "parquet" => "application/vnd.apache.parquet",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "sqlite" => "application/vnd.sqlite3",
        "json" => "application/json",
        "jsonld" => "application/ld+json",
        "ttl" => "text/turtle; charset=utf-8",
        "cff" => "application/yaml",
        _ => "application/octet-stream",
    }
}

const SUMS_NAME: &str = crate::dump::SUMS;

/// The files that describe a dump, whose other files have these sums.
pub(crate) fn files(about: &About, sums: &[Sum]) -> Vec<(String, Vec<u8>)> {
    let mut files = csvw::files(about);
    files.push(("datapackage.json".to_owned(), package::file(about, sums)));
    files.extend(catalogue::files(about, sums));
    files.push(("CITATION.cff".to_owned(), citation(about).into_bytes()));
    files.push(("LICENCE".to_owned(), licence(about).into_bytes()));
    files
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("a description serialises as JSON");
    bytes.push(b'\n');
    bytes
}

/// `CITATION.cff`, Citation File Format 1.2.0. Strings are quoted as JSON, which is valid YAML.
fn citation(about: &About) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    format!(
        "cff-version: 1.2.0\n\
         message: \"If you use these data, please cite them as below.\"\n\
         type: dataset\n\
         title: {}\n\
         abstract: {}\n\
         authors:\n  - name: {}\n    website: {}\n\
         version: \"{version}\"\n\
         date-released: \"{date}\"\n\
         url: {}\n\
         license: {LICENCE_NAME}\n\
         keywords:\n  - algorithms\n  - public sector\n  - procurement\n  - impact assessment\n",
        text(&about.title()),
        text(&about.description()),
        text(TITLE),
        text(&about.base_url),
        text(&about.url()),
        version = about.version(),
        date = about.date(),
    )
}

fn licence(about: &About) -> String {
    format!(
        "{title}\n{url}\n\n\
         These data may be copied, changed and used for anything, also for profit, under the licence\n\
         {LICENCE_TITLE} ({LICENCE_NAME}): {LICENCE_URL}\n\
         as long as the source is named, for instance so:\n\n    \
         {title}, {url}\n\n\
         Records whose column `origin` is `imported` were taken over from other registers, and contracts from notices of\n\
         public procurement. What is said in them stands under the terms of those sources as well; `source` of a contract\n\
         and `references` of a record tell which they are.\n",
        title = about.title(),
        url = about.url(),
    )
}
