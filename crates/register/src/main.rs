//! The register: one binary that serves, imports, exports and maintains a register of algorithms.

mod commands;
mod exit;
mod limits;
mod refusal;
mod settings;
mod stop;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tracing_subscriber::field::MakeExt;

use crate::commands::Command;
use crate::settings::Settings;

/// Runs a public register of the algorithms and procured technology that public bodies use.
///
/// Without a command it serves. If no database is named, the first start creates an embedded one and fills it
/// with demonstration data.
#[derive(Debug, Parser)]
#[command(name = "register", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    settings: settings::Arguments,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Has log lines written to standard error. Of a statement that took long they show the first words and not all of
/// its SQL, which is some 100 KB for a batch of rows.
fn write_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("REGISTER_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,register=info,api=info"));
    let fields = tracing_subscriber::fmt::format::debug_fn(|writer, field, value| match field.name() {
        "message" => write!(writer, "{value:?}"),
        // What the `log` crate says of a line's place is shown as level and target already.
        name if name == "db.statement" || name.starts_with("log.") => Ok(()),
        name => write!(writer, "{name}={value:?}"),
    });
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .fmt_fields(fields.delimited(" "))
        .init();
}

fn main() -> ExitCode {
    // Before anything else: the process that reads a spreadsheet has no settings, no log and no runtime.
    if let Some(code) = importer::table::decode_if_asked() {
        return code;
    }
    let cli = Cli::parse();
    write_log();
    let settings = match Settings::resolve(cli.settings) {
        Ok(settings) => settings,
        Err(error) => return exit::say(&error),
    };
    let command = cli.command.unwrap_or_default();
    if !command.writes_for_others() {
        store::ground::files::keep_private();
    }
    if let Some(result) = command.run_without_database(&mut Cli::command(), &settings) {
        return exit::code(result);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return exit::say(&anyhow::Error::from(error)),
    };
    let ended = runtime.block_on(async {
        let ended = Box::pin(command.run(&settings)).await;
        settings.close().await;
        ended
    });
    // Waits for no blocking task: whatever should be complete was waited for above.
    runtime.shutdown_background();
    exit::code(ended)
}
