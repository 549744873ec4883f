//! A selection of records as one SQLite file: the record tables, the data dictionary and the code lists.

use std::path::PathBuf;

use store::records::export::{Export, Row};

use crate::files::Sink;
use crate::files::sqlite::Database;
use crate::tables::{self, Beside};
use crate::walk::{Visit, record};
use crate::{Cell, ExportError, Table};

/// Writes records to a new SQLite file, complete on return. Returns the number of records. Blocks on the
/// disk.
///
/// Errors: [`ExportError`] from the file or the store.
pub async fn sqlite(rows: &mut Export, path: PathBuf, base_url: &str) -> Result<u64, ExportError> {
    let tables = tables::of_records();
    let mut chosen = Chosen { database: Database::begin(path, &tables)?, tables, records: 0 };
    while let Some(rows) = rows.next().await? {
        rows.iter().try_for_each(|row| record(&mut chosen, row, base_url))?;
    }
    chosen.database.finish()?;
    Ok(chosen.records)
}

/// The database being written, and a count of its records.
struct Chosen {
    database: Database,
    tables: Vec<&'static Table>,
    records: u64,
}

impl Visit for Chosen {
    fn row(&mut self, table: &Table, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        self.database.row(tables::place(&self.tables, table), cells)
    }

    fn record(&mut self, _: &Row, _: &Beside<'_>) -> Result<(), ExportError> {
        self.records += 1;
        Ok(())
    }

    fn met(&mut self, _: u64) {}
}
