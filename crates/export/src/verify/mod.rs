//! Checks a dump without the register: from its sums, its package, its files and the public log's keys alone.

mod log;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use chrono::{DateTime, NaiveDate};
use parquet::file::reader::{FileReader, SerializedFileReader};
use rusqlite::{Connection, OpenFlags};
use rust_decimal::Decimal;
use serde_json::Value;
use transparency::{PublicKey, Tree};

use crate::ExportError;
use crate::describe::{Field, Package, Schema, Sum};
use crate::dump::SUMS;
use crate::error::Named;
use log::{Entries, Versions};

/// The table of the public log.
const LOG: &str = "log";
/// The table of versions.
const VERSIONS: &str = "versions";
/// Most faults reported per file; further ones are only counted.
const TOLD: usize = 20;

/// Where a dump contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// The line of a record, or the row of a table; the header is row 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// The column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// What a check found.
#[derive(Debug, Default, serde::Serialize)]
pub struct Verified {
    /// Files whose sums match.
    pub files: u64,
    /// Table rows read.
    pub rows: u64,
    /// Entries of the public log.
    pub entries: u64,
    /// How many of them the checkpoint signs; `None` if there is no checkpoint, or its root differs.
    pub signed: Option<u64>,
    /// The tree at the size asked for, if the log is that long.
    #[serde(skip)]
    pub then: Option<Tree>,
    /// What is wrong, at most a few faults per file.
    pub faults: Vec<Fault>,
    /// The number of faults, including those not listed.
    pub faults_total: u64,
}

impl Verified {
    fn fault(&mut self, file: &str, row: Option<u64>, column: Option<&str>, reason: impl Into<String>) {
        self.faults_total += 1;
        if self.faults.iter().filter(|fault| fault.file == file).count() < TOLD {
            let (file, column) = (file.to_owned(), column.map(str::to_owned));
            self.faults.push(Fault { file, row, column, reason: reason.into() });
        }
    }
}

/// Checks a dump: the sums of all files; in each table the header, types, codes, required values, keys,
/// references and number of rows; that versions and statements match their hashes in the public log; that one
/// of the keys signed the checkpoint, and the checkpoint signs the log; that other formats have as many rows.
/// Without keys only the root is compared. `then` asks for the tree at that size, to compare with a
/// checkpoint kept earlier.
///
/// Errors: [`ExportError::File`] if the folder is not a dump or cannot be read.
pub fn verify(folder: &Path, known: &[PublicKey], then: Option<u64>) -> Result<Verified, ExportError> {
    let mut verified = Verified::default();
    let names = sums(folder, &mut verified)?;
    let path = folder.join("datapackage.json");
    let package: Package =
        serde_json::from_reader(BufReader::new(File::open(&path).named(&path)?)).named(&path)?;
    let mut keys: HashMap<String, HashSet<String>> = HashMap::new();
    let mut rows_of = HashMap::new();
    // Collect the values of all referred-to columns first: tables may refer to themselves or to earlier ones.
    let targets: HashSet<(&str, &str)> = package
        .resources
        .iter()
        .flat_map(|resource| &resource.schema.foreign_keys)
        .flat_map(|key| {
            key.reference.fields.iter().map(|field| (key.reference.resource.as_str(), field.as_str()))
        })
        .collect();
    for (resource, column) in &targets {
        let Some(resource) = package.resources.iter().find(|one| one.name == *resource) else { continue };
        let Some(place) = resource.schema.fields.iter().position(|field| field.name == **column) else {
            continue;
        };
        let path = folder.join(&resource.path);
        let mut reader = csv::Reader::from_path(&path).named(&path)?;
        let mut values = HashSet::new();
        let mut row = csv::StringRecord::new();
        // A broken row ends the loop quietly; `table` reports it.
        while let Ok(true) = reader.read_record(&mut row) {
            values.insert(row.get(place).unwrap_or_default().to_owned());
        }
        keys.insert(format!("{}.{column}", resource.name), values);
    }
    // The dump must not choose which files count as its log and versions, or it could evade the check.
    let is_named = |name: &str| {
        package
            .resources
            .iter()
            .any(|resource| resource.name == name && resource.path == format!("{name}.csv"))
    };
    let mut log = match is_named(LOG) {
        true => Some(log::read(folder, &format!("{LOG}.csv"), known, then, &mut verified)?),
        false => None,
    };
    if !is_named(VERSIONS) || (log.is_none() && !known.is_empty()) {
        let reason = "it does not name versions.csv and log.csv, without which nothing is proved";
        verified.fault("datapackage.json", None, None, reason);
    }
    for resource in &package.resources {
        let path = folder.join(&resource.path);
        let rows = table(&path, &resource.path, &resource.schema, &keys, log.as_mut(), &mut verified)?;
        if resource.rows != rows {
            let reason = format!("it has {rows} rows, datapackage.json says {}", resource.rows);
            verified.fault(&resource.path, None, None, reason);
        }
        verified.rows += rows;
        rows_of.insert(resource.name.as_str(), rows);
    }
    if let Some(missing) = log.as_ref().and_then(Entries::not_met) {
        let reason = format!("the log has an entry of {missing}, and it is not here");
        verified.fault("versions.csv", None, None, reason);
    }
    for name in &names {
        let path = folder.join(name);
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let counted = match ending {
            "ndjson" => vec![(stem.to_owned(), lines(&path, name, &mut verified)?)],
            "parquet" => vec![(stem.to_owned(), parquet_rows(&path)?)],
            "sqlite" => sqlite_rows(&path, name, &rows_of, &mut verified)?,
            _ => continue,
        };
        for (table, rows) in counted {
            let known = rows_of.get(table.as_str()).copied();
            if known.is_some_and(|known| known != rows) {
                let reason = format!("{table} has {rows} rows, {table}.csv {}", known.unwrap_or_default());
                verified.fault(name, None, None, reason);
            }
        }
    }
    Ok(verified)
}

/// Compares the sums of all files. Returns the names of those that match, in order.
fn sums(folder: &Path, verified: &mut Verified) -> Result<Vec<String>, ExportError> {
    let path = folder.join(SUMS);
    if !path.is_file() {
        let no_dump = format!("it has no {SUMS}: this is no dump, or not a whole one");
        return Err(ExportError::of(folder)(&no_dump));
    }
    let list = std::fs::read_to_string(&path).named(&path)?;
    let (mut listed, mut good) = (HashSet::new(), Vec::new());
    for (number, line) in (1..).zip(list.lines()) {
        let Some((sha256, name)) = line.split_once("  ").filter(|(_, name)| !name.contains(['/', '\\']))
        else {
            verified.fault(SUMS, Some(number), None, "this line is no sum and name of a file");
            continue;
        };
        listed.insert(name.to_owned());
        match Sum::of(name.to_owned(), &folder.join(name)) {
            Ok(sum) if sum.sha256 == sha256 => {
                verified.files += 1;
                good.push(sum.name);
            }
            Ok(sum) => verified.fault(
                name,
                None,
                None,
                format!("it is not what was published: its SHA-256 is {}, {SUMS} says {sha256}", sum.sha256),
            ),
            Err(error) => verified.fault(name, None, None, format!("it cannot be read: {error}")),
        }
    }
    for entry in std::fs::read_dir(folder).named(folder)? {
        let name = entry.named(folder)?.file_name().to_string_lossy().into_owned();
        if name != SUMS && !listed.contains(&name) {
            verified.fault(&name, None, None, format!("{SUMS} does not name it"));
        }
    }
    Ok(good)
}

/// Checks a table against its schema, and versions against the log too. Returns the number of rows.
fn table(
    path: &Path,
    name: &str,
    schema: &Schema,
    keys: &HashMap<String, HashSet<String>>,
    mut log: Option<&mut Entries>,
    verified: &mut Verified,
) -> Result<u64, ExportError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).named(path)?;
    let expected: Vec<&str> = schema.fields.iter().map(|field| field.name.as_str()).collect();
    if reader.headers().named(path)?.iter().ne(expected.iter().copied()) {
        verified.fault(name, Some(1), None, "the header is not what datapackage.json says");
        return Ok(0);
    }
    let place = |column: &String| schema.fields.iter().position(|field| field.name == *column);
    let key: Vec<usize> = schema.primary_key.iter().filter_map(place).collect();
    let references: Vec<(usize, &HashSet<String>, String)> = schema
        .foreign_keys
        .iter()
        .filter_map(|reference| {
            let target = format!("{}.{}", reference.reference.resource, reference.reference.fields.first()?);
            Some((place(reference.fields.first()?)?, keys.get(&target)?, target))
        })
        .collect();
    let versions = Versions::in_table(&expected).filter(|_| name == format!("{VERSIONS}.csv"));
    if versions.is_none() && name == format!("{VERSIONS}.csv") {
        verified.fault(name, Some(1), None, "it has not the columns of versions");
    }
    let mut seen = HashSet::new();
    let mut row = csv::StringRecord::new();
    let mut rows = 0;
    loop {
        let number = Some(rows + 2);
        match reader.read_record(&mut row) {
            Ok(true) => rows += 1,
            Ok(false) => return Ok(rows),
            Err(error) => {
                verified.fault(name, number, None, format!("it cannot be read on: {error}"));
                return Ok(rows);
            }
        }
        if row.len() != schema.fields.len() {
            let reason = format!("{} cells, {} columns", row.len(), schema.fields.len());
            verified.fault(name, number, None, reason);
            continue;
        }
        for (field, cell) in schema.fields.iter().zip(row.iter()) {
            if let Some(reason) = wrong(field, cell) {
                verified.fault(name, number, Some(&field.name), reason);
            }
        }
        if !key.is_empty() {
            let parts: Vec<&str> = key.iter().map(|place| &row[*place]).collect();
            if !seen.insert(parts.join("\u{0}")) {
                verified.fault(name, number, None, format!("the key {} was there before", parts.join(", ")));
            }
        }
        for (place, values, target) in &references {
            let cell = &row[*place];
            if !cell.is_empty() && !values.contains(cell) {
                let column = Some(expected[*place]);
                verified.fault(name, number, column, format!("'{cell}' is not in {target}"));
            }
        }
        if let Some((column, reason)) =
            versions.as_ref().and_then(|versions| versions.wrong(&row, log.as_deref_mut()))
        {
            verified.fault(name, number, Some(column), reason);
        }
    }
}

/// What is wrong with a cell, if anything.
fn wrong(field: &Field, cell: &str) -> Option<String> {
    if cell.is_empty() {
        return field.constraints.required.then(|| "it is empty, and every row must have a value".to_owned());
    }
    let good = match field.r#type.as_str() {
        "integer" => cell.parse::<i64>().is_ok(),
        "number" => cell.parse::<Decimal>().is_ok(),
        "boolean" => matches!(cell, "true" | "false"),
        "date" => cell.parse::<NaiveDate>().is_ok(),
        "datetime" => DateTime::parse_from_rfc3339(cell).is_ok(),
        "array" => serde_json::from_str::<Value>(cell).is_ok_and(|value| value.is_array()),
        "object" => serde_json::from_str::<Value>(cell).is_ok_and(|value| value.is_object()),
        _ => true,
    };
    if !good {
        return Some(format!("'{}' is no {}", shown(cell), field.r#type));
    }
    let codes = &field.constraints.codes;
    if !codes.is_empty() && !codes.iter().any(|code| code == cell) {
        return Some(format!("'{}' is none of the codes", shown(cell)));
    }
    let items = &field.item_codes;
    let unknown = cell.split(domain::cell::SEPARATOR).find(|item| !items.iter().any(|code| code == item));
    unknown.filter(|_| !items.is_empty()).map(|item| format!("'{}' is none of the codes", shown(item)))
}

/// The start of a cell, at most 60 characters, for messages.
fn shown(cell: &str) -> &str {
    cell.char_indices().nth(60).map_or(cell, |(end, _)| &cell[..end])
}

/// Checks that every line is JSON. Returns the number of lines.
fn lines(path: &Path, name: &str, verified: &mut Verified) -> Result<u64, ExportError> {
    let mut count = 0;
    for line in BufReader::new(File::open(path).named(path)?).lines() {
        count += 1;
        if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&line.named(path)?) {
            verified.fault(name, Some(count), None, format!("it is not JSON: {error}"));
        }
    }
    Ok(count)
}

/// The number of rows in a Parquet file.
fn parquet_rows(path: &Path) -> Result<u64, ExportError> {
    let reader = SerializedFileReader::new(File::open(path).named(path)?).named(path)?;
    Ok(reader.metadata().file_metadata().num_rows().unsigned_abs())
}

/// Checks the integrity and foreign keys of a SQLite file. Returns each table's number of rows.
fn sqlite_rows(
    path: &Path,
    name: &str,
    tables: &HashMap<&str, u64>,
    verified: &mut Verified,
) -> Result<Vec<(String, u64)>, ExportError> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).named(path)?;
    let sound: String = db.query_row("PRAGMA integrity_check", (), |row| row.get(0)).named(path)?;
    if sound != "ok" {
        verified.fault(name, None, None, sound);
    }
    let mut broken = db.prepare("PRAGMA foreign_key_check").named(path)?;
    let mut broken = broken.query(()).named(path)?;
    while let Some(row) = broken.next().named(path)? {
        let (table, target): (String, String) = (row.get(0).named(path)?, row.get(2).named(path)?);
        verified.fault(name, None, None, format!("a row of {table} refers to none of {target}"));
    }
    tables
        .keys()
        .map(|table| {
            let count = format!("SELECT count(*) FROM \"{table}\"");
            let rows: i64 = db.query_row(&count, (), |row| row.get(0)).named(path)?;
            Ok(((*table).to_owned(), rows.unsigned_abs()))
        })
        .collect()
}
