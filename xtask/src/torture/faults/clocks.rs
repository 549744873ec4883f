//! The clock jumps, while the register runs and while it is stopped. Nothing may be ordered by it, or wait
//! for it for ever.

use std::time::Duration;

use fastrand::Rng;

use super::super::clock::{Clock, library};
use super::super::ground::Ground;
use super::super::journal::{Journal, Mark, Operation, Wrong};
use super::super::stage::{GOES_ON, HANDS, Stage};
use super::super::table::{Course, Outcome};
use super::super::world::Kind;

/// The shifts, one after the other: back a day, forward a year, and by about a minute either way. The year is
/// a day short, because tokens are valid for a year.
const JUMPS: &[&str] = &["-1d", "+0", "+364d", "+0", "-50", "+0", "+70", "+0"];
/// How long the log may wait for its signature after a jump.
const SIGNED: Duration = Duration::from_secs(75);

/// Jumps back a day and forward a year.
pub(super) fn jumps(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    if library().is_none() {
        let why = "libfaketime is not there: install Debian's package faketime";
        return Ok(Outcome::Skipped(why.to_owned()));
    }
    let mut world = ground.world(kind)?;
    let clock = Clock::of(&mut world)?;
    let (world, journal, mut course) = (world, Journal::default(), Course::default());
    let mut stage = Stage::set(ground, &world, &journal)?;
    for jump in &JUMPS[..ground.either(4, JUMPS.len())] {
        let since = journal.mark();
        // Jump while it runs and people write ...
        stage.storm(HANDS, rng, |stage, rng| {
            stage.busy(15, rng)?;
            clock.set(jump)?;
            stage.busy(25, rng)
        })?;
        course.went_on(stage.goes_on(GOES_ON));
        if stage.audit().signed(None, SIGNED)?.is_none() {
            let words = format!("with the clock at {jump} entries stay unsigned");
            journal.wrong(Operation::Log, Wrong::Half, jump, &words);
        }
        // ... and across a restart.
        stage.restart_and_audit(since)?;
        course.rounds += 1;
        course.faults += 1;
    }
    stage.audit().acknowledged(Mark::default())?;
    stage.close()?;
    Ok(Outcome::Rows(vec![(course, journal)]))
}
