//! `cargo xtask test`: installs what the tests need, then runs everything and stops at the first failure.

mod adding;
mod attack;
mod contract;
mod deny;
mod fuzz;
mod machete;
mod needs;
mod relevance;
mod styles;
mod torture;

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use clap::{Parser, Subcommand};

/// Tasks of the project.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Attack a register as strangers and careless people would, and print what happens
    Attack(attack::Attack),
    /// Only the contract tests: validators, browsers, generated requests, readers of the API's files
    Contract {
        /// Seconds of generated requests
        #[arg(long, default_value_t = 180)]
        schemathesis_seconds: u64,
    },
    /// Ask the register real questions of real files, and print how good its answers are beside those of FTS5
    Relevance(relevance::Relevance),
    /// Compile the website's stylesheet from govuk-frontend
    Styles,
    /// Format, lint and test everything, as on every change
    Test {
        /// Seconds of generated requests
        #[arg(long, default_value_t = 45)]
        schemathesis_seconds: u64,
    },
    /// What is slow and rarely breaks: rustdoc, a field added to a copy, long torture, generated requests as every role,
    /// readers of dumps, judges of the pages, licences and known flaws of dependencies
    Nightly {
        /// Seconds of generated requests; a third of them as each role
        #[arg(long, default_value_t = 180)]
        schemathesis_seconds: u64,
    },
    /// Give each reader of bytes from outside what it never saw, with cargo-fuzz and a nightly compiler
    Fuzz(fuzz::Fuzz),
    /// Kill the register, fill its disk, take away its database: what it acknowledged must survive
    Torture(torture::Torture),
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Test { schemathesis_seconds } => test(schemathesis_seconds),
        Task::Styles => styles::compile(),
        Task::Torture(torture) => torture.run(),
        Task::Attack(attack) => attack.run(),
        Task::Fuzz(fuzz) => fuzz.run(),
        Task::Relevance(relevance) => relevance.run(),
        Task::Nightly { schemathesis_seconds } => nightly(schemathesis_seconds),
        Task::Contract { schemathesis_seconds } => contract::every_change(schemathesis_seconds)
            .and_then(|()| contract::nightly(schemathesis_seconds)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn test(schemathesis_seconds: u64) -> Result<(), String> {
    needs::postgres()?;
    needs::node()?;
    let ocdskit = needs::python("python")?.join("ocdskit");
    step("formatting", cargo(&["fmt", "--all", "--check"]))?;
    machete::check()?;
    step(
        "the tests' build, with clippy",
        linted(&["test", "--workspace", "--no-run", "--locked", "--quiet"])?,
    )?;
    let mut sqlite = linted(&["test", "--workspace", "--locked"])?;
    // Here no test may skip itself because a provider or a tool is missing.
    sqlite.env("REGISTER_TEST_PROVIDER", "needed").env("REGISTER_TEST_OCDSKIT", &ocdskit);
    step("tests on SQLite", sqlite)?;
    let mut postgres = linted(&["test", "--workspace", "--test", "suite", "--locked"])?;
    postgres.env("REGISTER_TEST_DATABASE", "postgres").env("REGISTER_TEST_PROVIDER", "needed");
    postgres.env("REGISTER_TEST_OCDSKIT", &ocdskit);
    step("the suite on PostgreSQL", postgres)?;
    torture::Torture::short()?;
    contract::every_change(schemathesis_seconds)
}

fn nightly(schemathesis_seconds: u64) -> Result<(), String> {
    // It compiles the interface of every dependency once more.
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked", "--quiet"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    step("rustdoc", doc)?;
    needs::go()?;
    step(
        "Go reads the public log",
        linted(&["test", "--workspace", "--test", "go", "--locked", "--", "--ignored"])?,
    )?;
    adding::check()?;
    deny::check()?;
    contract::nightly(schemathesis_seconds)?;
    torture::Torture::long()
}

/// The project's root folder.
fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(PathBuf::from).unwrap_or_default()
}

/// Builds the register as the tests do, and says where it is. Another selection of packages would turn on other
/// features of their dependencies and compile half of them again.
fn tested_binary() -> Result<PathBuf, String> {
    step("the binary", linted(&["test", "--workspace", "--no-run", "--locked", "--quiet"])?)?;
    Ok(debug_binary())
}

/// Where the tests' build of the register is.
fn debug_binary() -> PathBuf {
    project().join("target/debug/register")
}

/// A cargo command whose compiler is clippy's: it lints while it compiles, so nothing is read twice. Warnings are errors.
///
/// Errors: clippy is not installed.
fn linted(arguments: &[&str]) -> Result<Command, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot =
        Command::new(rustc).args(["--print", "sysroot"]).output().map_err(|error| error.to_string())?;
    let driver = PathBuf::from(String::from_utf8_lossy(&sysroot.stdout).trim()).join("bin/clippy-driver");
    if !driver.exists() {
        return Err("clippy is missing: run `rustup component add clippy`".to_owned());
    }
    let mut command = cargo(arguments);
    // What `cargo clippy` sets for `cargo check`; it has no way of asking for `cargo test`.
    command.env("RUSTC_WORKSPACE_WRAPPER", driver);
    command.env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
    Ok(command)
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(project());
    // Set by the `cargo run` behind `cargo xtask`; ring's build script watches them, and half the register would be
    // compiled again each time somebody changes between `cargo xtask` and plain `cargo test`.
    for (name, _) in std::env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|set| name.to_string_lossy().starts_with(set)) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a step and prints how long it took. Errors: it failed.
fn step(name: &str, mut command: Command) -> Result<(), String> {
    eprintln!("==> {name}");
    let begun = Instant::now();
    let status = command.status().map_err(|error| format!("{name}: {error}"))?;
    if !status.success() {
        return Err(format!("{name} failed"));
    }
    eprintln!("    {name}: {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// Runs steps side by side, and prints each with its output when it ends. For steps that wait more than they work.
/// Errors: those that failed.
fn together(steps: Vec<(&str, Command)>) -> Result<(), String> {
    let running = steps.into_iter().map(|(name, mut command)| {
        let name = name.to_owned();
        std::thread::spawn(move || {
            let begun = Instant::now();
            let output = command.output().map_err(|error| format!("{name}: {error}"))?;
            let said = [output.stdout, output.stderr].concat();
            eprint!("==> {name}\n{}", String::from_utf8_lossy(&said));
            if !output.status.success() {
                return Err(format!("{name} failed"));
            }
            eprintln!("    {name}: {:.0} s", begun.elapsed().as_secs_f64());
            Ok(())
        })
    });
    // All are started before the first is waited for.
    let running: Vec<_> = running.collect();
    let ended =
        running.into_iter().map(|one| one.join().unwrap_or_else(|_| Err("a step panicked".to_owned())));
    let failed: Vec<String> = ended.filter_map(Result::err).collect();
    if failed.is_empty() { Ok(()) } else { Err(failed.join("; ")) }
}
