//! Flags for how much reading a file may cost.

use clap::Args;
use importer::table::{Limits, Reading};

/// For legitimate files that exceed what is usual; nobody else can set these.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits of compressed files and spreadsheets")]
pub(super) struct LimitArguments {
    /// MiB that a compressed file, or a spreadsheet, may inflate to [default: 2048, of a spreadsheet 512]
    #[arg(long, value_name = "MIB")]
    most_inflated: Option<u64>,
    /// MiB that the sheets of a spreadsheet may have as CSV [default: 2048]
    #[arg(long, value_name = "MIB")]
    most_text: Option<u64>,
    /// Sheets of a spreadsheet [default: 1000]
    #[arg(long, value_name = "N")]
    most_sheets: Option<u64>,
    /// Cells of a spreadsheet, counting repeated ones [default: 100000000]
    #[arg(long, value_name = "N")]
    most_cells: Option<u64>,
    /// Texts that the cells of a spreadsheet share [default: 20000000]
    #[arg(long, value_name = "N")]
    most_shared_texts: Option<u64>,
    /// MiB of memory for reading a spreadsheet [default: 4096]
    #[arg(long, value_name = "MIB")]
    most_memory: Option<u64>,
    /// Seconds of processor time for reading a spreadsheet, which may take twice as long [default: 900]
    #[arg(long, value_name = "SECONDS")]
    most_seconds: Option<u64>,
}

impl LimitArguments {
    /// How files are read.
    pub(super) fn reading(&self) -> Reading {
        let usual = Limits::default();
        let mib = |given: Option<u64>, usual| given.map_or(usual, |mib| mib.saturating_mul(1 << 20));
        let limits = Limits {
            inflated: mib(self.most_inflated, usual.inflated),
            sheet_inflated: mib(self.most_inflated, usual.sheet_inflated),
            sheet_text: mib(self.most_text, usual.sheet_text),
            sheets: self.most_sheets.unwrap_or(usual.sheets),
            cells: self.most_cells.unwrap_or(usual.cells),
            shared_texts: self.most_shared_texts.unwrap_or(usual.shared_texts),
            memory: mib(self.most_memory, usual.memory),
            processor_seconds: self.most_seconds.unwrap_or(usual.processor_seconds),
            seconds: self.most_seconds.map_or(usual.seconds, |seconds| seconds.saturating_mul(2)),
            ..usual
        };
        Reading { limits, ..Reading::default() }
    }
}
