//! `cargo xtask torture`: proves that what the register acknowledged survives, whatever happens to it.
//!
//! The real binary runs as a child process, and many clients write to it over HTTP. What it acknowledged goes
//! into our own [`journal`]. Then [`faults`] strike. Afterwards the [`audit`] must find everything in the
//! journal, with its content, and nothing half done. Everything that gets killed or filled is made here and
//! removed at the end.

mod audit;
mod clock;
mod disk;
mod faults;
mod ground;
pub(crate) mod http;
mod inject;
mod journal;
pub(crate) mod process;
mod proxy;
mod stage;
mod table;
mod work;
pub(crate) mod world;

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

use self::faults::{FAULTS, Fault};
use self::ground::Ground;
use self::table::Row;
use self::world::Kind;
use crate::{cargo, needs, tested_binary};

#[derive(Debug, Args)]
pub(crate) struct Torture {
    /// Seed: the same number causes the same faults [default: random]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The short form that runs on every change: about a minute
    #[arg(long)]
    short: bool,
    /// The register to torture [default: this one, built in release]
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Only faults with this in their name, such as sqlite, kill or postgres/cut
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

impl Torture {
    /// The short form, with the build the tests made. Runs on every change.
    pub(crate) fn short() -> Result<(), String> {
        Self { seed: None, short: true, binary: Some(tested_binary()?), only: None }.run()
    }

    /// The long form, with a release build.
    pub(crate) fn long() -> Result<(), String> {
        Self { seed: None, short: false, binary: None, only: None }.run()
    }

    /// Runs the faults and prints the table. Errors: the register broke its word, or a row proves nothing.
    pub(crate) fn run(self) -> Result<(), String> {
        let wanted: Vec<&Fault> = FAULTS.iter().filter(|fault| self.wants(fault)).collect();
        if wanted.is_empty() {
            let names: Vec<String> = FAULTS.iter().map(Fault::path).collect();
            let only = self.only.unwrap_or_default();
            return Err(format!("no fault is named '{only}': use a part of one of {}", names.join(", ")));
        }
        needs::torture(wanted.iter().any(|fault| fault.kind == Kind::Postgres))?;
        process::heed_interrupts()?;
        let binary = match &self.binary {
            Some(binary) => binary.clone(),
            None => built()?,
        };
        let seed = self.seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
        let again = self.again(seed);
        eprintln!("==> torture of {}: {again}", binary.display());
        let begun = Instant::now();
        let ground = Ground::new(&binary, seed, self.short)?;
        let rows = torture(&ground, &wanted);
        drop(ground);
        println!("{}", table::print(&rows));
        println!("{:.0} s; the same again: {again}", begun.elapsed().as_secs_f64());
        verdict(&rows, self.short)
    }

    fn wants(&self, fault: &Fault) -> bool {
        let named = self.only.as_ref().is_none_or(|only| fault.path().contains(only.as_str()));
        // Faults asked for by name run in either form.
        named && (fault.in_short || !self.short || self.only.is_some())
    }

    fn again(&self, seed: u64) -> String {
        let mut words = format!("cargo xtask torture --seed {seed}");
        if self.short {
            words += " --short";
        }
        if let Some(binary) = &self.binary {
            words += &format!(" --binary {}", binary.display());
        }
        if let Some(only) = &self.only {
            words += &format!(" --only {only}");
        }
        words
    }
}

/// Errors: the register broke its word, or a row of the long form proves nothing.
fn verdict(rows: &[Row], short: bool) -> Result<(), String> {
    if process::interrupted() {
        return Err("the torture was interrupted: the table shows how far it came".to_owned());
    }
    let skipped = rows.iter().filter(|row| row.is_skipped()).count();
    if skipped > 0 {
        eprintln!("xtask: {skipped} FAULTS WERE SKIPPED, AND PROVE NOTHING: the table says why");
    }
    match rows.iter().filter(|row| row.is_bad() && !(short && row.is_vacuous())).count() {
        0 => Ok(()),
        bad => Err(format!("the register did not keep its word in {bad} rows of the table")),
    }
}

/// Runs the faults: one after the other on each database, the two databases side by side.
fn torture(ground: &Ground, wanted: &[&Fault]) -> Vec<Row> {
    let lane = |kind: Kind| {
        let own = wanted.iter().filter(move |fault| fault.kind == kind);
        own.flat_map(|fault| one(ground, fault)).collect::<Vec<Row>>()
    };
    std::thread::scope(|scope| {
        let lanes = [Kind::Sqlite, Kind::Postgres].map(|kind| scope.spawn(move || lane(kind)));
        lanes.into_iter().flat_map(|lane| lane.join().unwrap_or_default()).collect()
    })
}

/// Runs one fault. If it fails, even by a panic, that becomes a row in the table.
fn one(ground: &Ground, fault: &Fault) -> Vec<Row> {
    if process::interrupted() {
        return Vec::new();
    }
    let (path, begun) = (fault.path(), Instant::now());
    let mut rng = ground.rng(&path);
    let outcome =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (fault.run)(ground, fault.kind, &mut rng)));
    let outcome = outcome.unwrap_or_else(|_| Err("a panic".to_owned()));
    if process::interrupted() && outcome.is_err() {
        return Vec::new();
    }
    eprintln!("    {path}: {:.0} s", begun.elapsed().as_secs_f64());
    Row::all(fault.kind, fault.name, outcome)
}

/// Builds the register in release and returns its path.
pub(crate) fn built() -> Result<PathBuf, String> {
    let mut build = cargo(&["build", "--package", "register", "--bins", "--locked", "--release"]);
    build.arg("--message-format=json-render-diagnostics");
    let output = build.stderr(std::process::Stdio::inherit()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err("the register cannot be built".to_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let messages = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut found = messages.filter(|one| one["target"]["name"] == "register");
    let path = found.find_map(|one| one["executable"].as_str().map(|path| Path::new(path).to_owned()));
    path.ok_or_else(|| "Cargo names no executable".to_owned())
}
