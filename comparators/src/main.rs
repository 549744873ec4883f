//! What the register's speed is measured against.
//!
//! `generate` writes a file in the register's own template; `serve` answers the same queries as the register,
//! with bare axum handlers over rusqlite; `publications` and `writers` write to a running register. The
//! scripts in this folder drive them.

mod asked;
mod cells;
mod generate;
mod notices;
mod publications;
mod serve;
mod texts;
mod writers;

use clap::Parser;

/// Comparators for the register's speed.
#[derive(Debug, Parser)]
enum Command {
    /// Write a CSV file of invented records in the register's own template
    Generate(generate::Generate),
    /// Answer from a register's SQLite file with bare handlers
    Serve(serve::Serve),
    /// Write notices, or read them as any program would
    #[command(subcommand)]
    Notices(notices::Notices),
    /// Publish and edit in a running register, next to bare commits on the same disk
    Publications(publications::Publications),
    /// Let many publish at once in a running register while one reads
    Writers(writers::Writers),
}

fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Generate(command) => command.run(),
        Command::Serve(command) => command.run(),
        Command::Notices(command) => command.run(),
        Command::Publications(command) => command.run(),
        Command::Writers(command) => command.run(),
    }
}
