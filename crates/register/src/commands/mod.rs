//! The commands, one file each.

mod backup;
mod columns;
mod doctor;
mod dump;
mod export;
mod fields;
mod gaps;
mod import;
mod limits;
mod link;
mod log;
mod matching;
mod migrate;
mod openapi;
mod organisation;
mod person;
mod reindex;
mod secrets;
mod serve;
mod shell;
mod token;
mod validate;
mod verify;

use acts::{Act, Actor};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use search::{Place, Search};
use store::{Db, Tx};

use crate::exit::Ended;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the register (the default)
    Serve(serve::Serve),
    /// Migrate the database and stop
    Migrate,
    /// Import files from another register, or in our own template
    Import(import::Import),
    /// Check files without writing anything
    Validate(validate::Validate),
    /// Write records as CSV, NDJSON, Parquet, a workbook or SQLite
    Export(export::Export),
    /// Write everything public as files: tables in five formats, with descriptions and checksums
    Dump(dump::Dump),
    /// Copy one state of an embedded register to a folder while it runs: its database and its documents
    Backup(backup::Backup),
    /// Check that nothing was rewritten: a register, a dump, or a proof of one version
    Verify(verify::Verify),
    /// Manage the public log and its signing keys
    #[command(subcommand)]
    Log(log::Log),
    /// Manage the keys that encrypt secrets in the database
    #[command(subcommand)]
    Secrets(secrets::Secrets),
    /// Link contracts to records and products
    #[command(subcommand)]
    Link(link::Link),
    /// Print gaps between purchases and the register, and what the report covers
    Gaps(gaps::Gaps),
    /// Manage organisations and their names
    #[command(subcommand)]
    Organisation(organisation::Organisation),
    /// Manage people and their roles
    #[command(subcommand)]
    Person(person::Person),
    /// Create, list and revoke tokens
    #[command(subcommand)]
    Token(token::Token),
    /// Rebuild everything derived from the versions
    Reindex,
    /// Show the fields of a record
    Fields,
    /// Print the API's OpenAPI document
    Openapi(openapi::Openapi),
    /// Print completions for a shell
    Completions(shell::Completions),
    /// Print the manual page, or write all pages to a folder
    Man(shell::Man),
    /// Check that everything is in order
    Doctor,
}

impl Default for Command {
    fn default() -> Self {
        Self::Serve(serve::Serve::default())
    }
}

impl Command {
    /// Runs a command that needs no database; `None` for any other.
    pub(crate) fn run_without_database(
        &self,
        cli: &mut clap::Command,
        settings: &Settings,
    ) -> Option<anyhow::Result<Ended>> {
        match self {
            Self::Validate(command) => Some(command.run(settings)),
            Self::Fields => Some(fields::run(settings)),
            Self::Openapi(command) => Some(command.run(settings)),
            Self::Completions(command) => Some(command.run(cli)),
            Self::Man(command) => Some(command.run(cli)),
            _ => None,
        }
    }

    /// Whether it writes files for others at a place its caller names. All other commands keep what they write
    /// to their owner.
    pub(crate) fn writes_for_others(&self) -> bool {
        match self {
            Self::Export(_) | Self::Validate(_) | Self::Openapi(_) | Self::Completions(_) | Self::Man(_) => {
                true
            }
            Self::Dump(command) => command.is_for_others(),
            _ => false,
        }
    }

    pub(crate) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        match self {
            Self::Serve(command) => command.run(settings).await,
            Self::Migrate => migrate::run(settings).await,
            Self::Import(command) => command.run(settings).await,
            Self::Export(command) => command.run(settings).await,
            Self::Dump(command) => command.run(settings).await,
            Self::Backup(command) => command.run(settings).await,
            Self::Verify(command) => command.run(settings).await,
            Self::Log(command) => command.run(settings).await,
            Self::Secrets(command) => command.run(settings).await,
            Self::Link(command) => command.run(settings).await,
            Self::Gaps(command) => command.run(settings).await,
            Self::Organisation(command) => command.run(settings).await,
            Self::Person(command) => command.run(settings).await,
            Self::Token(command) => command.run(settings).await,
            Self::Reindex => reindex::run(settings).await,
            Self::Doctor => doctor::run(settings).await,
            Self::Validate(_) | Self::Fields | Self::Openapi(_) | Self::Completions(_) | Self::Man(_) => {
                unreachable!("these run without a database")
            }
        }
    }
}

/// Opens a database's search index and brings it up to date.
async fn open_search(settings: &Settings, db: &Db) -> anyhow::Result<Search> {
    // If the database is read-only, so is the folder beside it.
    let place = if db.takes_writes() { Place::Folder(settings.index(db)) } else { Place::Memory };
    Ok(Search::open(db, place).await?)
}

/// An act by the command line.
fn act(tx: &Tx, now: DateTime<Utc>) -> Act<'_> {
    Act { tx, now, actor: Actor::CommandLine }
}

/// Prints a value as one JSON object on stdout.
fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}
