//! `cargo xtask attack`: repeats what strangers and careless people once stopped a register with, and prints what
//! happens now.
//!
//! The real binary serves on this machine. Strangers come from 127.0.0.2 and on, staff from 127.0.0.1. Floods are
//! bounded in number and time, and files are just over their limits. Nothing here compares times with a limit, except
//! where the register promises one; medians are printed for people to compare.

mod attacks;
mod files;
mod flood;
mod staff;
mod stranger;
mod watch;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;

use self::attacks::ATTACKS;
use self::watch::Watched;
use crate::torture::process;
use crate::torture::world::{World, sqlite_url};

#[derive(Debug, Args)]
pub(crate) struct Attack {
    /// The register to attack [default: this one, built in release]
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Only attacks with this in their name
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Seconds of each flood
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
}

/// Where attacks happen: a register that each gets a copy of.
pub(crate) struct Ground {
    world: World,
    /// How long a flood lasts.
    length: Duration,
    /// A record that anybody may read.
    record: String,
    /// The secrets of the second factors of those who sign in with a password.
    factors: Vec<(String, String)>,
    /// Last, so that it is dropped last: everything else is inside it.
    folder: tempfile::TempDir,
}

/// What happened in an attack.
#[derive(Debug, Default)]
pub(crate) struct Course {
    /// What happened, in words.
    happened: Vec<String>,
    /// What must not have happened, in words.
    wrong: Vec<String>,
    /// What it took from the machine.
    watched: Watched,
}

impl Course {
    /// Notes something that happened, and whether it is as it must be.
    fn note(&mut self, fine: bool, words: impl Into<String>) {
        if fine { self.happened.push(words.into()) } else { self.wrong.push(words.into()) }
    }
}

impl Attack {
    /// Runs the attacks and prints the table. Errors: some of them did harm.
    pub(crate) fn run(self) -> Result<(), String> {
        let wanted = |name: &str| self.only.as_ref().is_none_or(|only| name.contains(only.as_str()));
        let chosen: Vec<_> = ATTACKS.iter().filter(|(name, _)| wanted(name)).collect();
        if chosen.is_empty() {
            let names: Vec<&str> = ATTACKS.iter().map(|(name, _)| *name).collect();
            let only = self.only.unwrap_or_default();
            return Err(format!("no attack is named '{only}': use a part of one of {}", names.join(", ")));
        }
        process::heed_interrupts()?;
        let binary = match &self.binary {
            Some(binary) => std::path::absolute(binary).map_err(|error| error.to_string())?,
            None => crate::torture::built()?,
        };
        eprintln!("==> attacks on {}", binary.display());
        let ground = Ground::new(&binary, Duration::from_secs(self.seconds))?;
        let (mut table, mut harmed) = (Vec::new(), Vec::new());
        for (name, attack) in chosen {
            if process::interrupted() {
                break;
            }
            let begun = Instant::now();
            let course = attack(&ground).unwrap_or_else(|error| {
                let wrong = vec![format!("the attack could not be made: {error}")];
                Course { wrong, ..Course::default() }
            });
            eprintln!("    {name}: {:.0} s", begun.elapsed().as_secs_f64());
            if !course.wrong.is_empty() {
                harmed.push(*name);
            }
            table.push((*name, course));
        }
        println!("{}", print(&table));
        if process::interrupted() {
            return Err("the attacks were interrupted: the table shows how far they came".to_owned());
        }
        if harmed.is_empty() {
            return Ok(());
        }
        Err(format!("{} of {} attacks did harm: {}", harmed.len(), table.len(), harmed.join(", ")))
    }
}

impl Ground {
    fn new(binary: &Path, length: Duration) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("register-attack-").tempdir();
        let folder = folder.map_err(|error| error.to_string())?;
        let first = folder.path().join("first");
        let world = files::made(&first, binary, &sqlite_url(&first))?;
        let factors = staff::enrol(&world)?;
        let server = world.serve(&["--no-dumps"])?;
        let list = world.writer(&server).get("/api/v1/records?limit=1").ok_or("the list was not answered")?;
        let record = list.json()["items"][0]["id"].as_str().unwrap_or_default().to_owned();
        if record.is_empty() {
            return Err(format!("the register has no record: {}", list.text));
        }
        drop(server);
        Ok(Self { world, length, record, factors, folder })
    }

    /// A fresh copy of the register, with a temporary folder of its own. Errors: it cannot be copied.
    fn world(&self, name: &str) -> Result<World, String> {
        let folder = self.folder.path().join(name);
        let mut world = self.world.copy(&folder, None)?;
        let temporary = temporary(&world);
        std::fs::create_dir(&temporary).map_err(|error| format!("{}: {error}", temporary.display()))?;
        world.environment.push(("TMPDIR".to_owned(), temporary.display().to_string()));
        Ok(world)
    }
}

/// The temporary folder of an attacked register.
fn temporary(world: &World) -> PathBuf {
    world.folder.join("tmp")
}

/// The table as text: an attack in a row, and what happened below it.
fn print(table: &[(&str, Course)]) -> String {
    let width = table.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut text = format!("{:<width$}  held  memory: server, readers  temporary disk\n", "attack");
    for (name, course) in table {
        let held = if course.wrong.is_empty() { "yes" } else { "NO" };
        let Watched { server, readers, disk, .. } = course.watched;
        text += &format!("{name:<width$}  {held:<4}  {server:>9} MiB, {readers:>4} MiB  {disk:>10} MiB\n");
        for words in &course.happened {
            text += &format!("{:width$}    {words}\n", "");
        }
        for words in &course.wrong {
            text += &format!("{:width$}    WRONG: {words}\n", "");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_and_counts() {
        let mut course = Course::default();
        course.note(true, "staff signed in");
        course.note(false, "a stranger got in");
        let text = print(&[("door", course), ("window", Course::default())]);
        assert!(text.contains("door    NO"), "{text}");
        assert!(text.contains("window  yes"), "{text}");
        assert!(text.contains("WRONG: a stranger got in") && !text.contains("WRONG: staff"), "{text}");
    }
}
