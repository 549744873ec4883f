//! Says what became of the columns of a file.

use importer::{Column, ColumnUse, Report};

/// Columns named in a terminal; `--json` has all of them.
const NAMED: usize = 30;

/// Prints how many columns are read, ignored on purpose and not known, and names the last.
pub(super) fn show(report: &Report) {
    if report.columns.is_empty() {
        return;
    }
    let count = |wanted: fn(&Column) -> bool| report.columns.iter().filter(|column| wanted(column)).count();
    let ignored = count(|column| matches!(column.used, ColumnUse::Ignored { .. }));
    let unknown: Vec<String> = report.unknown_columns().map(named).collect();
    eprintln!(
        "  columns: {} read, {ignored} ignored on purpose, {} not known",
        count(Column::is_read),
        unknown.len()
    );
    if !unknown.is_empty() {
        let more = unknown.len().saturating_sub(NAMED);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        let shown: Vec<&str> = unknown.iter().take(NAMED).map(String::as_str).collect();
        eprintln!("  nothing reads {}{rest}", shown.join(", "));
    }
}

fn named(column: &Column) -> String {
    let values = if column.left_out == 1 { "value" } else { "values" };
    format!("{}: {} {values}", column.called(), column.left_out)
}
