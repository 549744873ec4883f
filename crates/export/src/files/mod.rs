//! Files of tables, one module for each format.

pub mod csv;
pub mod ndjson;
pub mod parquet;
pub mod sqlite;
pub mod xlsx;

use crate::{Cell, ExportError};

/// Takes the rows of all tables and makes files of them.
pub trait Sink {
    /// Takes a row of a table, which is named by its place among those the files were begun with.
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> Result<(), ExportError>;

    /// Writes what is left. Nothing is taken afterwards.
    fn finish(&mut self) -> Result<(), ExportError>;
}
