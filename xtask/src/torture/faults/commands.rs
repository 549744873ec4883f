//! Kills commands: an import, a dump, the signer of the log; and the server while it writes its first dump.

use std::path::Path;
use std::time::{Duration, Instant};

use fastrand::Rng;

use super::super::audit::{Audit, dumps};
use super::super::clock::later;
use super::super::ground::Ground;
use super::super::journal::{Journal, Operation, Wrong};
use super::super::process::{Running, pause, until};
use super::super::table::{Course, Outcome};
use super::super::work::{table, title};
use super::super::world::{Kind, World};

/// Rows to import: more than one of the importer's batches.
const ROWS: usize = 700;
/// How long to wait for a killed process's lease, which lasts half a minute, with room to spare.
const LEASE: Duration = Duration::from_secs(65);
/// How long the day's dump may take after the register was killed while writing it.
const DUMPED: Duration = Duration::from_secs(60);

fn at(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    std::fs::write(folder.join(name), text).map_err(|error| error.to_string())
}

/// Starts a command and kills it at a random moment of the time it usually takes, or shortly after. Returns
/// whether it had succeeded.
fn killed(world: &World, arguments: &[&str], takes: Duration, rng: &mut Rng) -> Result<bool, String> {
    let mut process = Running::start(&world.command(arguments))?;
    pause(takes.mul_f64(rng.f64() * 1.1))?;
    let ended = process.ended();
    process.kill();
    Ok(ended.is_some_and(|status| status.success()))
}

/// Finishes an import after a fault. Does nothing if it succeeded: running it again would hide what was lost.
pub(super) fn finish_import(
    world: &World,
    journal: &Journal,
    (name, rows): (&str, usize),
    well: bool,
) -> Result<(), String> {
    if well {
        journal.count(Operation::Import, |tally| tally.acknowledged += rows as u64);
        return Ok(());
    }
    let mut said = String::new();
    // PostgreSQL may need a moment to notice that the client has gone.
    let finished = until(Duration::from_secs(20), || {
        let ended = world.run(&["import", "records", name, "--json"]).ok()?;
        said = ended.stderr.clone();
        ended.well().then_some(())
    });
    if finished.is_none() {
        let words = format!("an interrupted import does not go on: {}", said.trim());
        journal.wrong(Operation::Import, Wrong::Half, name, &words);
    } else {
        journal.count(Operation::Import, |tally| tally.acknowledged += rows as u64);
    }
    Ok(())
}

/// Makes sure that a fault leaves no obstacle to a complete dump. An acknowledged one must be there already.
pub(super) fn finish_dump(world: &World, journal: &Journal, out: &str, well: bool) -> Result<(), String> {
    let folder = world.folder.join(out);
    let left = || {
        let names = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        names.filter(|name| name.to_string_lossy().starts_with(".unfinished")).count()
    };
    // The interrupted dump may have been completed just in time.
    if dumps(world, journal, &folder, &[])?.is_empty() {
        if well {
            journal.wrong(Operation::Dump, Wrong::Lost, out, "it was acknowledged and is not there");
        }
        let ended = world.run(&["dump", "--out", out])?;
        if !ended.well() {
            journal.wrong(
                Operation::Dump,
                Wrong::Half,
                out,
                &format!("none can be written: {}", ended.stderr.trim()),
            );
            return Ok(());
        }
        if left() > 0 {
            journal.wrong(Operation::Dump, Wrong::Half, out, "what was left unfinished is still there");
        }
        if dumps(world, journal, &folder, &[])?.is_empty() {
            journal.wrong(Operation::Dump, Wrong::Lost, out, "it was acknowledged and is not there");
        }
    }
    journal.count(Operation::Dump, |tally| tally.acknowledged += 1);
    Ok(())
}

/// `kill -9` of `register import`.
pub(super) fn import_killed(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    let (world, journal) = (ground.world(kind)?, Journal::default());
    let (mut course, mut all) = (Course::default(), Vec::new());
    let mut takes = Duration::from_millis(800);
    for round in 0..ground.either(3, 20) {
        let titles: Vec<String> = (0..ROWS).map(|_| title()).collect();
        let name = format!("rows-{round}.csv");
        at(&world.folder, &name, &table(&titles))?;
        let mut well = false;
        if round > 0 {
            well = killed(&world, &["import", "records", &name, "--json"], takes, rng)?;
            journal.count(Operation::Import, |tally| tally.unanswered += u64::from(!well));
            course.rounds += 1;
            course.faults += 1;
        }
        // Finish it: the first time to measure how long it takes, then to see that an interrupted import
        // continues.
        let begun = Instant::now();
        finish_import(&world, &journal, (&name, ROWS), well)?;
        if round == 0 {
            takes = begun.elapsed();
        }
        all.extend(titles);
    }
    let server = world.serve(&["--no-dumps"])?;
    let audit = Audit { world: &world, server: &server, journal: &journal };
    audit.rows(&all)?;
    audit.whole()?;
    Ok(Outcome::Rows(vec![(course, journal)]))
}

/// Imports `rows` records and signs the log. Returns their titles.
pub(super) fn with_records(world: &World, rows: usize) -> Result<Vec<String>, String> {
    let titles: Vec<String> = (0..rows).map(|_| title()).collect();
    at(&world.folder, "records.csv", &table(&titles))?;
    world.say(&["import", "records", "records.csv", "--json"])?;
    world.say(&["log", "sign"])?;
    Ok(titles)
}

/// `kill -9` of `register dump`.
pub(super) fn dump_killed(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    let (world, journal) = (ground.world(kind)?, Journal::default());
    let mut course = Course::default();
    with_records(&world, 300)?;
    let begun = Instant::now();
    world.say(&["dump", "--out", "before"])?;
    let takes = begun.elapsed();
    let mut acknowledged = Vec::new();
    for round in 0..ground.either(3, 20) {
        let out = world.folder.join("out");
        let well = killed(&world, &["dump", "--out", "out"], takes, rng)?;
        journal.count(Operation::Dump, |tally| tally.unanswered += u64::from(!well));
        finish_dump(&world, &journal, "out", well)?;
        for name in dumps(&world, &journal, &out, &[])?.iter().filter(|name| name.contains('-')) {
            // Make room for another dump of the same day.
            let kept = format!("{}", 2000 + round);
            std::fs::rename(out.join(name), out.join(&kept)).map_err(|error| error.to_string())?;
            acknowledged.push(kept);
        }
        course.rounds += 1;
        course.faults += 1;
    }
    dumps(&world, &journal, &world.folder.join("out"), &acknowledged)?;
    Ok(Outcome::Rows(vec![(course, journal)]))
}

/// `kill -9` of the server while it writes the day's first dump. After the next start there must be one,
/// complete and with its checkpoint, without anybody waiting for the dead process.
pub(super) fn first_dump_killed(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    let journal = Journal::default();
    let mut course = Course::default();
    for _ in 0..ground.either(1, 8) {
        let world = ground.world(kind)?;
        at(&world.folder, "records.csv", &table(&(0..300).map(|_| title()).collect::<Vec<_>>()))?;
        world.say(&["import", "records", "records.csv", "--json"])?;
        let mut server = world.begin_to_serve(&[])?;
        pause(Duration::from_millis(rng.u64(50..1500)))?;
        server.kill();
        let server = later(&world)?.serve(&[])?;
        let there = until(DUMPED, || {
            let sums = std::fs::read_dir(world.objects().join("dumps")).ok()?.flatten();
            sums.map(|day| day.path().join("SHA256SUMS")).find(|sums| sums.exists())
        });
        course.went_on(there.is_some());
        if there.is_some() {
            journal.count(Operation::Dump, |tally| tally.acknowledged += 1);
        } else {
            journal.count(Operation::Dump, |tally| tally.refused += 1);
        }
        drop(server);
        dumps(&world, &journal, &world.objects().join("dumps"), &[])?;
        course.rounds += 1;
        course.faults += 1;
    }
    Ok(Outcome::Rows(vec![(course, journal)]))
}

/// `kill -9` of `register log sign`: signing must continue from where it was.
pub(super) fn signer_killed(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    let (world, journal) = (ground.world(kind)?, Journal::default());
    let mut course = Course::default();
    let (mut signed, mut takes) = (0, Duration::from_millis(300));
    for round in 0..ground.either(2, 16) {
        let titles: Vec<String> = (0..400).map(|_| title()).collect();
        at(&world.folder, "more.csv", &table(&titles))?;
        world.say(&["import", "records", "more.csv", "--json"])?;
        let begun = Instant::now();
        if round > 0 {
            killed(&world, &["log", "sign"], takes, rng)?;
            course.rounds += 1;
            course.faults += 1;
        }
        let kept = world.objects().join("log/checkpoint");
        let before = std::fs::read(&kept).ok();
        signed = sign_on(&world, &journal, signed)?;
        if round == 0 {
            takes = begun.elapsed();
        }
        if let Some(before) = before {
            std::fs::write(world.folder.join("kept"), before).map_err(|error| error.to_string())?;
            let ended = world.run(&["verify", "--checkpoint", "kept", "--key", &world.known.key])?;
            if !ended.well() {
                let words = format!("{}{}", ended.stdout, ended.stderr);
                journal.wrong(Operation::Log, Wrong::Lost, "what was signed", words.trim());
            }
        }
    }
    journal.count(Operation::Log, |tally| tally.acknowledged = signed);
    Ok(Outcome::Rows(vec![(course, journal)]))
}

/// Signs new entries once the killed signer's lease has run out. Returns the number of signed entries.
pub(super) fn sign_on(world: &World, journal: &Journal, before: u64) -> Result<u64, String> {
    let later = later(world)?;
    let mut last = String::new();
    let signed = until(LEASE, || {
        let ended = later.run(&["log", "sign", "--json"]).ok()?;
        let status: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap_or_default();
        last = format!("{}{}", ended.stdout, ended.stderr);
        let (entries, signed) = (status["entries"].as_u64()?, status["signed"].as_u64()?);
        (ended.well() && entries == signed && signed > before).then_some(signed)
    });
    if signed.is_none() {
        let words = format!("it is not signed on after {} s: {}", LEASE.as_secs(), last.trim());
        journal.wrong(Operation::Log, Wrong::Half, "the log", &words);
    }
    Ok(signed.unwrap_or(before))
}
