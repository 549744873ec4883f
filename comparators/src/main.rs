//! What the register's speed is measured against.
//!
//! `generate` writes a file in the register's own template; `serve` answers the same questions as the
//! register with bare axum handlers over rusqlite. `run.sh` beside this package drives both.

mod cells;
mod generate;
mod serve;
mod texts;

use clap::Parser;

/// Comparators for the register's speed.
#[derive(Debug, Parser)]
enum Command {
    /// Write a CSV file of invented records in the register's own template
    Generate(generate::Generate),
    /// Answer from a register's SQLite file by bare handlers
    Serve(serve::Serve),
}

fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Generate(command) => command.run(),
        Command::Serve(command) => command.run(),
    }
}
