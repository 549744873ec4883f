//! Real files from real registers, kept beside the project. Without them, their tests are skipped with a
//! notice.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The project's root folder.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(PathBuf::from).unwrap_or_default()
}

/// A file in the project's fixtures.
pub fn fixture(name: &str) -> PathBuf {
    project().join("fixtures").join(name)
}

/// A real file; `None`, with a notice, if it is missing.
pub fn real(name: &str) -> Option<PathBuf> {
    let path = project().parent()?.join("shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: this test needs {name} from ../shared/data, which is not there");
    None
}

/// The headings of a CSV file, or the members of the rows of a JSON file; `None` for a spreadsheet, and for a table
/// whose first line is not its header.
pub fn headers(path: &Path) -> Option<Vec<String>> {
    if path.extension()? == "json" {
        let file: Value = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
        let rows = match &file {
            Value::Array(rows) => rows,
            Value::Object(members) => members.values().find_map(Value::as_array)?,
            _ => return None,
        };
        let mut names: Vec<String> =
            rows.iter().filter_map(Value::as_object).flat_map(|row| row.keys().cloned()).collect();
        names.sort();
        names.dedup();
        return Some(names);
    }
    let bytes = std::fs::read(path).ok()?;
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(other) => encoding_rs::WINDOWS_1252.decode(other.as_bytes()).0.into_owned(),
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let row = reader.records().next()?.ok()?;
    let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
    (path.extension()? == "csv" && filled > 3 && filled * 2 > row.len())
        .then(|| row.iter().map(str::to_owned).collect())
}
