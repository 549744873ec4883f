//! Two servers on one database, with commands beside them. Nothing of either is lost, and only one signs.

use fastrand::Rng;

use super::super::ground::Ground;
use super::super::journal::{Journal, Mark, Operation, Token, Works};
use super::super::stage::{GOES_ON, HANDS, Stage};
use super::super::table::{Course, Outcome};
use super::super::work::{Work, table, title};
use super::super::world::{Kind, World};
use super::commands::finish_dump;

/// Rows to import beside the servers.
const ROWS: usize = 600;

/// Both serve; then one is killed and the other continues.
pub(super) fn two_processes(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    let (world, journal) = (ground.world(kind)?, Journal::default());
    let mut course = Course::default();
    let mut stage = Stage::set(ground, &world, &journal)?;
    let work = Work { world: &world, journal: &journal };
    let mut imported = Vec::new();
    for round in 0..ground.either(1, 5) {
        let since = journal.mark();
        let mut other = world.serve(&["--no-dumps"])?;
        let ports = [stage.server.port, other.port];
        let mut own = rng.fork();
        work.storm(&ports, HANDS, rng, || {
            imported.extend(commands(&world, &journal, round)?);
            stage.busy(own.u64(20..80), &mut own)?;
            other.kill();
            stage.busy(15, &mut own)
        })?;
        course.went_on(stage.goes_on(GOES_ON));
        stage.audit().acknowledged(since)?;
        stage.restart_and_audit(since)?;
        course.rounds += 1;
        course.faults += 1;
    }
    stage.audit().rows(&imported)?;
    stage.audit().acknowledged(Mark::default())?;
    stage.close()?;
    Ok(Outcome::Rows(vec![(course, journal)]))
}

/// Runs commands while both serve. Returns the imported titles.
fn commands(world: &World, journal: &Journal, round: u64) -> Result<Vec<String>, String> {
    let titles: Vec<String> = (0..ROWS).map(|_| title()).collect();
    let name = format!("beside-{round}.csv");
    std::fs::write(world.folder.join(&name), table(&titles)).map_err(|error| error.to_string())?;
    let imported = world.run(&["import", "records", &name, "--json"])?;
    let made = world.run(&["token", "create", "writer@northmoor.example", "--json"])?;
    if made.well() {
        let token: serde_json::Value = serde_json::from_str(&made.stdout).unwrap_or_default();
        let text = |name: &str| token[name].as_str().unwrap_or_default().to_owned();
        journal.enter_token(Token { secret: text("secret"), id: text("id"), works: Works::Yes });
        journal.count(Operation::Token, |tally| tally.acknowledged += 1);
    }
    let out = format!("out-{round}");
    let dumped = world.run(&["dump", "--out", &out])?;
    // Signs, or reports that another process is signing.
    world.run(&["log", "sign"])?;
    let refused = u64::from(!dumped.well());
    journal.count(Operation::Dump, |tally| tally.refused += refused);
    finish_dump(world, journal, &out, dumped.well())?;
    if !imported.well() {
        journal.count(Operation::Import, |tally| tally.refused += 1);
        return Ok(Vec::new());
    }
    journal.count(Operation::Import, |tally| tally.acknowledged += ROWS as u64);
    Ok(titles)
}
