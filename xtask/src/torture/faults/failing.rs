//! Disk errors at the n-th write or fsync, once or several times in a row.

use std::path::PathBuf;
use std::time::Duration;

use fastrand::Rng;

use super::super::audit::Audit;
use super::super::ground::Ground;
use super::super::inject::{Attached, Injection, SYNCS, WRITES, around, is_possible, seen};
use super::super::journal::{Journal, Operation, Wrong};
use super::super::process::{interrupted, run, until};
use super::super::stage::{GOES_ON, Stage};
use super::super::table::{Course, Outcome};
use super::super::work::{table, title};
use super::super::world::{COMMAND, Kind, World};
use super::commands::{finish_dump, finish_import, sign_on, with_records};

/// The groups of calls that fail.
const CALLS: [&str; 3] = [WRITES, SYNCS, "write,pwrite64,writev,pwritev,fsync,fdatasync"];
/// How many fail in a row: one, or enough to hit the error handling too.
const MANY: [usize; 4] = [1, 1, 3, 6];
/// The highest n tried when serving.
const WINDOW: usize = 12;
/// How many tasks people finish while calls fail, and how long that may take.
const FAILING: u64 = 8;
const AT_MOST: Duration = Duration::from_secs(1);

/// Why calls cannot be made to fail here, if so.
fn cannot() -> Option<Outcome> {
    is_possible().err().map(|why| Outcome::Skipped(format!("strace may hold no process here: {why}")))
}

/// How long a command may take while calls fail.
const ENDS: Duration = Duration::from_secs(20);
/// Rows to import: more than one of the importer's batches.
const ROWS: usize = 600;

fn injection(error: &'static str, first: usize, rng: &mut Rng) -> Injection {
    Injection { calls: CALLS[rng.usize(..CALLS.len())], error, first, many: MANY[rng.usize(..MANY.len())] }
}

/// Every n up to `window` with both errors; for the short form, a random few of these.
fn plan(ground: &Ground, window: usize, rng: &mut Rng) -> Vec<Injection> {
    let mut all: Vec<Injection> = Vec::new();
    for first in 1..=window {
        for error in ["EIO", "ENOSPC"] {
            all.push(injection(error, first, rng));
        }
    }
    rng.shuffle(&mut all);
    all.truncate(ground.either(2, 2 * WINDOW));
    all
}

/// Fails what a serving register writes to SQLite, for each operation.
pub(super) fn serving_on_sqlite(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    if let Some(skipped) = cannot() {
        return Ok(skipped);
    }
    let mut rows = Vec::new();
    for operation in [Operation::Publish, Operation::Draft, Operation::Token, Operation::Upload] {
        let world = ground.world(kind)?;
        let paths = world.database_files();
        let (course, journal) =
            serving(ground, &world, operation, &paths, |stage| Ok(stage.server.process.pid()), rng)?;
        rows.push((course, journal));
    }
    Ok(Outcome::Rows(rows))
}

/// Fails whatever PostgreSQL itself writes. It crashes and recovers, or we start it again.
pub(super) fn serving_on_postgres(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    if let Some(skipped) = cannot() {
        return Ok(skipped);
    }
    let mut rows = Vec::new();
    for operation in [Operation::Publish, Operation::Draft, Operation::Token, Operation::Upload] {
        let world = ground.world(kind)?;
        let server = ground.postgres()?;
        let pid = |_: &Stage<'_>| {
            let up = until(GOES_ON, || (server.is_up() || server.again().is_ok()).then_some(()));
            up.and_then(|()| server.pid()).ok_or_else(|| format!("PostgreSQL does not run: {}", server.log()))
        };
        rows.push(serving(ground, &world, operation, &[], pid, rng)?);
    }
    Ok(Outcome::Rows(rows))
}

fn serving(
    ground: &Ground,
    world: &World,
    operation: Operation,
    paths: &[PathBuf],
    pid: impl Fn(&Stage<'_>) -> Result<u32, String>,
    rng: &mut Rng,
) -> Result<(Course, Journal), String> {
    let (journal, mut course) = (Journal::default(), Course::default());
    let hands = [operation; 3];
    let log = world.folder.join("strace");
    let mut stage = Stage::set(ground, world, &journal)?;
    let attached = Attached::to(pid(&stage)?, None, paths, &log)?;
    stage.storm(&hands, rng, |stage, rng| stage.busy(FAILING, rng))?;
    let window = attached.let_go()?.window.clamp(1, WINDOW);
    for injection in plan(ground, window, rng) {
        let since = journal.mark();
        let mut injected = 0;
        // If the n-th call never came, fail the first.
        for injection in [&injection, &Injection { first: 1, ..injection.clone() }] {
            if injected == 0 {
                let attached = Attached::to(pid(&stage)?, Some(injection), paths, &log)?;
                // Refused requests finish nothing, so limit the time as well.
                stage.storm(&hands, rng, |stage, rng| stage.busy_within(AT_MOST, FAILING, rng))?;
                injected = attached.let_go()?.injected;
            }
        }
        pid(&stage)?;
        course.went_on(stage.goes_on(GOES_ON));
        // What is acknowledged after the fault must survive too.
        stage.storm(&hands, rng, |stage, rng| stage.busy(FAILING, rng))?;
        stage.restart_and_audit(since)?;
        course.rounds += 1;
        course.faults += injected;
    }
    stage.close()?;
    Ok((course, journal))
}

/// How many calls a command makes when none fails, which is the range of n.
fn window(world: &World, arguments: &[&str]) -> Result<usize, String> {
    let log = world.folder.join("strace");
    let ended = run(&around(&world.command(arguments), None, &log), COMMAND)?;
    match ended.well() {
        true => Ok(seen(&log)?.window.max(1)),
        false => Err(format!("{} under strace: {}", arguments.join(" "), ended.stderr.trim())),
    }
}

/// A few n from the whole range, because commands write often.
fn drawn(ground: &Ground, window: usize, rng: &mut Rng) -> Vec<Injection> {
    let draw = |_| injection(["EIO", "ENOSPC"][rng.usize(..2)], rng.usize(1..=window), rng);
    (0..ground.either(3, 24)).map(draw).collect()
}

/// Runs a command while calls fail. Returns whether it succeeded, and how many calls failed. A command that
/// hangs counts as half done, unless a call failed that no disk would fail.
fn failing(
    world: &World,
    journal: &Journal,
    operation: Operation,
    arguments: &[&str],
    injection: &Injection,
) -> Result<(bool, u64), String> {
    let log = world.folder.join("strace");
    let ended = run(&around(&world.command(arguments), Some(injection), &log), ENDS);
    let seen = seen(&log)?;
    if let Err(error) = &ended
        && seen.astray == 0
        && !interrupted()
    {
        journal.wrong(operation, Wrong::Half, &arguments.join(" "), &format!("{injection:?}: {error}"));
    }
    let well = ended.is_ok_and(|ended| ended.well());
    journal.count(operation, |tally| tally.refused += u64::from(!well));
    Ok((well, seen.injected))
}

/// Fails writes of `register import`.
pub(super) fn import(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    if let Some(skipped) = cannot() {
        return Ok(skipped);
    }
    let (world, journal, mut course) = (ground.world(kind)?, Journal::default(), Course::default());
    let mut all = Vec::new();
    let mut file = |name: &str| {
        let titles: Vec<String> = (0..ROWS).map(|_| title()).collect();
        let written = std::fs::write(world.folder.join(name), table(&titles));
        all.extend(titles);
        written.map_err(|error| error.to_string())
    };
    file("first.csv")?;
    let window = window(&world, &["import", "records", "first.csv", "--json"])?;
    for (round, injection) in drawn(ground, window, rng).iter().enumerate() {
        let name = format!("rows-{round}.csv");
        file(&name)?;
        let (well, injected) =
            failing(&world, &journal, Operation::Import, &["import", "records", &name, "--json"], injection)?;
        finish_import(&world, &journal, (&name, ROWS), well)?;
        course.rounds += 1;
        course.faults += injected;
    }
    let server = world.serve(&["--no-dumps"])?;
    let audit = Audit { world: &world, server: &server, journal: &journal };
    audit.rows(&all)?;
    audit.whole()?;
    Ok(Outcome::Rows(vec![(course, journal)]))
}

/// Fails writes of `register dump`.
pub(super) fn dump(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    if let Some(skipped) = cannot() {
        return Ok(skipped);
    }
    let (world, journal, mut course) = (ground.world(kind)?, Journal::default(), Course::default());
    with_records(&world, 200)?;
    let window = window(&world, &["dump", "--out", "first"])?;
    for (round, injection) in drawn(ground, window, rng).iter().enumerate() {
        let out = format!("out-{round}");
        let (well, injected) =
            failing(&world, &journal, Operation::Dump, &["dump", "--out", &out], injection)?;
        finish_dump(&world, &journal, &out, well)?;
        course.rounds += 1;
        course.faults += injected;
    }
    Ok(Outcome::Rows(vec![(course, journal)]))
}

/// Fails writes of `register log sign`.
pub(super) fn log(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    if let Some(skipped) = cannot() {
        return Ok(skipped);
    }
    let (world, journal, mut course) = (ground.world(kind)?, Journal::default(), Course::default());
    with_records(&world, 100)?;
    let rows = || (0..150).map(|_| title()).collect::<Vec<_>>();
    let more = || {
        std::fs::write(world.folder.join("more.csv"), table(&rows())).map_err(|error| error.to_string())?;
        world.say(&["import", "records", "more.csv", "--json"])
    };
    more()?;
    let window = window(&world, &["log", "sign"])?;
    let mut signed = 0;
    for injection in drawn(ground, window, rng) {
        more()?;
        let (_, injected) = failing(&world, &journal, Operation::Log, &["log", "sign"], &injection)?;
        signed = sign_on(&world, &journal, signed)?;
        let ended = world.run(&["verify"])?;
        if !ended.well() {
            let words = format!("{}{}", ended.stdout, ended.stderr);
            journal.wrong(Operation::Log, Wrong::Half, "verify", words.trim());
        }
        course.rounds += 1;
        course.faults += injected;
    }
    journal.count(Operation::Log, |tally| tally.acknowledged = signed);
    Ok(Outcome::Rows(vec![(course, journal)]))
}
