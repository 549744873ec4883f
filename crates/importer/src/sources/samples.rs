//! Files of sources for tests, read without a register.

use serde_json::{Map, Value, json};

use super::{Item, Source, SourceOptions};
use crate::load::{Reader, Step};
use crate::report::{RowError, Uses};

/// What became of a file.
pub(crate) struct Sample {
    pub(crate) edition: String,
    pub(crate) items: Vec<Item>,
    pub(crate) rejected: Vec<RowError>,
    /// Rows that state that there is nothing to record.
    pub(crate) nothing: usize,
    pub(crate) uses: Uses,
    pub(crate) notices: Vec<String>,
}

impl Sample {
    /// The item with this title.
    pub(crate) fn item(&self, title: &str) -> &Item {
        let is = |item: &&Item| item.record.as_ref().is_ok_and(|record| record.title == title);
        self.items.iter().find(is).unwrap_or_else(|| panic!("no row is called {title}"))
    }

    /// The record with this title, as JSON.
    pub(crate) fn record(&self, title: &str) -> Value {
        json!(self.item(title).record.as_ref().unwrap())
    }

    /// Each item's key, with its record and raw row: what a register would store, whatever the order of the rows.
    pub(crate) fn by_key(&self) -> Map<String, Value> {
        let mut all: Vec<(String, Value)> = self
            .items
            .iter()
            .map(|item| {
                let key = item.key.as_ref().map(|key| key.key.clone()).unwrap_or_default();
                let edition = item.edition.as_deref().unwrap_or_default();
                (format!("{key} {edition}"), json!([item.record.as_ref().ok(), item.raw]))
            })
            .collect();
        all.sort_by(|one, other| one.0.cmp(&other.0));
        all.into_iter().collect()
    }

    /// Everything that could be kept of the file, as one text.
    pub(crate) fn kept(&self) -> String {
        format!("{:?} {:?} {:?} {:?}", self.by_key(), self.items, self.rejected, self.notices)
    }
}

/// Reads a file of this name and content.
#[track_caller]
pub(crate) fn read(source: Source, name: &str, content: impl AsRef<[u8]>) -> Sample {
    read_with(source, name, content, &SourceOptions::default())
}

/// Reads a file with options.
#[track_caller]
pub(crate) fn read_with(
    source: Source,
    name: &str,
    content: impl AsRef<[u8]>,
    options: &SourceOptions,
) -> Sample {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    let opened = source.open(&path, options).unwrap_or_else(|error| panic!("{error}"));
    let mut sample = Sample {
        edition: opened.edition,
        items: Vec::new(),
        rejected: Vec::new(),
        nothing: 0,
        uses: Uses::new(),
        notices: opened.file.input.notices.clone(),
    };
    let mut reader = Reader::new(name.to_owned(), opened.file.items);
    while let Some(step) = reader.step().unwrap() {
        match step {
            Step::Item(item) => sample.items.push(*item),
            Step::Nothing => sample.nothing += 1,
            Step::Rejected(errors) => sample.rejected.extend(errors),
            Step::Stopped(error) => sample.rejected.push(error),
        }
    }
    sample.uses = reader.uses;
    sample
}

/// Why a file is refused.
#[track_caller]
pub(crate) fn refusal(source: Source, name: &str, content: impl AsRef<[u8]>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    source.open(&path, &SourceOptions::default()).expect_err("it is refused").to_string()
}

/// The same file with its rows backwards: its first line is the header.
pub(crate) fn backwards(csv: &str) -> String {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv.as_bytes());
    let mut rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    rows[1..].reverse();
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}
