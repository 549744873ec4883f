//! One SQLite file with every table, its keys and indexes, the data dictionary and the code lists.

use std::path::PathBuf;

use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Connection, ToSql, params_from_iter};

use super::Sink;
use crate::error::Named;
use crate::table::Reference;
use crate::tables::vocabularies;
use crate::{Cell, Column, ExportError, Kind, Table};

/// The database file being written.
#[derive(Debug)]
pub struct Database {
    path: PathBuf,
    db: Connection,
    tables: Vec<&'static Table>,
    insert: Vec<String>,
}

impl Database {
    /// Creates the file with its empty tables.
    pub fn begin(path: PathBuf, tables: &[&'static Table]) -> Result<Self, ExportError> {
        let db = Connection::open(&path).named(&path)?;
        // No journal and no flushing: nobody reads the file until it is complete, and an incomplete one is
        // thrown away.
        let begin = "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
            PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -8192; PRAGMA foreign_keys = OFF; BEGIN";
        db.execute_batch(begin).named(&path)?;
        for table in tables {
            db.execute_batch(&create(table, tables)).named(&path)?;
        }
        db.set_prepared_statement_cache_capacity(tables.len() + 2);
        let insert = tables.iter().map(|table| insert(table.name, table.columns.len())).collect();
        Ok(Self { path, db, tables: tables.to_vec(), insert })
    }

    /// Adds the data dictionary and the code lists.
    fn dictionary(&self) -> rusqlite::Result<()> {
        self.db.execute_batch(
            "CREATE TABLE dictionary (\"table\" TEXT NOT NULL, position INTEGER NOT NULL, \"column\" TEXT NOT NULL, \
             title TEXT NOT NULL, about TEXT NOT NULL, type TEXT NOT NULL, codes TEXT, required INTEGER NOT NULL, \
             PRIMARY KEY (\"table\", \"column\")); \
             CREATE TABLE codes (list TEXT NOT NULL, code TEXT NOT NULL, label TEXT NOT NULL, \
             definition TEXT NOT NULL, PRIMARY KEY (list, code))",
        )?;
        for table in &self.tables {
            for (place, column) in table.columns.iter().enumerate() {
                self.db.prepare_cached(&insert("dictionary", 8))?.execute((
                    table.name,
                    place as i64 + 1,
                    &column.name,
                    &column.title,
                    &column.about,
                    column.kind.name(),
                    column.kind.codes().map(|list| list.name),
                    column.required,
                ))?;
            }
        }
        for list in vocabularies() {
            for entry in list.entries {
                let row = (list.name, entry.code, entry.label, entry.definition);
                self.db.prepare_cached(&insert("codes", 4))?.execute(row)?;
            }
        }
        Ok(())
    }
}

impl Sink for Database {
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        let mut statement = self.db.prepare_cached(&self.insert[table]).named(&self.path)?;
        statement.execute(params_from_iter(cells)).map(|_| ()).named(&self.path)
    }

    fn finish(&mut self) -> Result<(), ExportError> {
        self.dictionary().named(&self.path)?;
        for table in &self.tables {
            // The primary key already indexes its own first column.
            let own = |one: &&Reference| table.key.first() == Some(&one.column);
            for reference in table.references_within(&self.tables).filter(|one| !own(one)) {
                let index = format!(
                    "CREATE INDEX {table}_by_{column} ON {table} ({column})",
                    table = table.name,
                    column = reference.column
                );
                self.db.execute_batch(&index).named(&self.path)?;
            }
        }
        self.db.execute_batch("COMMIT; PRAGMA optimize").named(&self.path)
    }
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// The statement that creates a table, with its keys.
fn create(table: &Table, tables: &[&'static Table]) -> String {
    let column = |column: &Column| {
        let kind = match column.kind {
            Kind::Integer | Kind::Boolean => "INTEGER",
            Kind::Decimal => "NUMERIC",
            _ => "TEXT",
        };
        let required = if column.required { " NOT NULL" } else { "" };
        let refers = table.references_within(tables).find(|one| one.column == column.name);
        let refers = refers.map(|one| format!(" REFERENCES {} ({})", one.table, quoted(one.target)));
        format!("{} {kind}{required}{}", quoted(&column.name), refers.unwrap_or_default())
    };
    let mut parts: Vec<String> = table.columns.iter().map(column).collect();
    if !table.key.is_empty() {
        parts.push(format!(
            "PRIMARY KEY ({})",
            table.key.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
        ));
    }
    format!("CREATE TABLE {} ({})", table.name, parts.join(", "))
}

fn insert(table: &str, columns: usize) -> String {
    format!("INSERT INTO {table} VALUES ({})", vec!["?"; columns].join(", "))
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Empty => ToSqlOutput::Owned(Value::Null),
            Self::Text(text) => ToSqlOutput::from(text.as_ref()),
            Self::Integer(number) => ToSqlOutput::from(*number),
            Self::Boolean(value) => ToSqlOutput::from(*value),
            // As a JSON array, which SQLite's JSON functions and Datasette's facets can read.
            Self::List(items) => {
                ToSqlOutput::from(serde_json::to_string(items).expect("a list of texts serialises as JSON"))
            }
        })
    }
}
