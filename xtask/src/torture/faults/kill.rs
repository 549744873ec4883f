//! The register is killed, or asked to end, while many write.

use std::time::Duration;

use fastrand::Rng;

use super::super::ground::Ground;
use super::super::journal::{Journal, Mark, Operation};
use super::super::process::Running;
use super::super::stage::{HANDS, Stage};
use super::super::table::{Course, Outcome};
use super::super::work::{table, title};
use super::super::world::Kind;
use super::commands::{finish_dump, finish_import};

/// How long open requests may take when the register ends, with room to spare.
const DRAIN: Duration = Duration::from_secs(33);
/// Rows to import meanwhile.
const ROWS: usize = 600;

/// `kill -9` at random moments, again and again.
pub(super) fn serving(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    let (world, journal) = (ground.world(kind)?, Journal::default());
    let mut course = Course::default();
    let mut stage = Stage::set(ground, &world, &journal)?;
    for _ in 0..ground.either(3, 30) {
        let since = journal.mark();
        stage.storm(HANDS, rng, |stage, rng| {
            stage.busy(rng.u64(3..60), rng)?;
            stage.server.kill();
            Ok::<(), String>(())
        })?;
        stage.restart_and_audit(since)?;
        course.rounds += 1;
        course.faults += 1;
    }
    stage.close()?;
    Ok(Outcome::Rows(vec![(course, journal)]))
}

/// SIGTERM in the middle of everything: people write, files are imported, a dump is written.
pub(super) fn terminated(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    let (world, journal) = (ground.world(kind)?, Journal::default());
    let mut course = Course::default();
    let mut stage = Stage::set(ground, &world, &journal)?;
    let mut acknowledged = Vec::new();
    for round in 0..ground.either(2, 12) {
        let since = journal.mark();
        let titles: Vec<String> = (0..ROWS).map(|_| title()).collect();
        let name = format!("term-{round}.csv");
        std::fs::write(world.folder.join(&name), table(&titles)).map_err(|error| error.to_string())?;
        let out = format!("dump-{round}");
        let (mut importing, mut dumping) = stage.storm(HANDS, rng, |stage, rng| {
            let importing = Running::start(&world.command(&["import", "records", &name, "--json"]))?;
            let dumping = Running::start(&world.command(&["dump", "--out", &out]))?;
            stage.busy(rng.u64(10..60), rng)?;
            for process in [&importing, &dumping] {
                process.signal(rustix::process::Signal::TERM);
            }
            let ended = stage.server.terminate(DRAIN);
            course.went_on(ended.is_some_and(|(_, well)| well));
            Ok::<_, String>((importing, dumping))
        })?;
        let well = |process: &mut Running| process.end_within(DRAIN).is_some_and(|status| status.success());
        let (imported, dumped) = (well(&mut importing), well(&mut dumping));
        for (operation, well) in [(Operation::Import, imported), (Operation::Dump, dumped)] {
            journal.count(operation, |tally| tally.unanswered += u64::from(!well));
        }
        stage.restart_and_audit(since)?;
        finish_import(&world, &journal, (&name, ROWS), imported)?;
        acknowledged.extend(titles);
        finish_dump(&world, &journal, &out, dumped)?;
        course.rounds += 1;
        course.faults += 3;
    }
    stage.audit().rows(&acknowledged)?;
    stage.audit().acknowledged(Mark::default())?;
    stage.close()?;
    Ok(Outcome::Rows(vec![(course, journal)]))
}
