//! Writers of tables, one module per format.

pub mod csv;
pub mod ndjson;
pub mod parquet;
pub mod sqlite;
pub mod xlsx;

use crate::{Cell, ExportError};

/// Takes the rows of all tables and writes them to files.
pub trait Sink {
    /// Takes a row; `table` is the table's place among those given at the start.
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> Result<(), ExportError>;

    /// Writes the rest. No rows may follow.
    fn finish(&mut self) -> Result<(), ExportError>;
}
