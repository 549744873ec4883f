//! The connection to PostgreSQL is cut, goes dead, or is slow. The register must continue when it recovers.

use std::time::Duration;

use fastrand::Rng;

use super::super::ground::Ground;
use super::super::journal::{Journal, Operation};
use super::super::process::pause;
use super::super::proxy::{Line, Proxy};
use super::super::stage::{GOES_ON, HANDS, Stage};
use super::super::table::{Course, Outcome};
use super::super::world::Kind;

/// How long the register may take to continue after its connections died silently.
const AFTER_DEAD: Duration = Duration::from_secs(90);
/// How much slower a slow line is.
const SLOW: Duration = Duration::from_millis(500);

/// Every connection breaks, and none can be made.
pub(super) fn cut(ground: &Ground, _: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    let mut own = rng.fork();
    rounds(ground, ground.either(2, 12), HANDS, GOES_ON, rng, |stage, proxy| {
        let lost = proxy.set(Line::Cut);
        stage.watch_unready(Duration::from_millis(own.u64(200..2500)))?;
        proxy.set(Line::Carries);
        Ok(lost)
    })
}

/// Nothing gets through, and nobody is told. Connections from that time stay dead; new ones work afterwards.
pub(super) fn dead(ground: &Ground, _: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    let mut own = rng.fork();
    rounds(ground, 2, HANDS, AFTER_DEAD, rng, |_, proxy| {
        let lost = proxy.set(Line::Dead);
        pause(Duration::from_millis(own.u64(500..6000)))?;
        proxy.set(Line::Carries);
        Ok(lost)
    })
}

/// Each answer from PostgreSQL takes half a second longer.
pub(super) fn slow(ground: &Ground, _: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    let hands = [Operation::Draft, Operation::Publish, Operation::Token, Operation::Draft];
    let length = ground.either(Duration::from_secs(5), Duration::from_secs(15));
    rounds(ground, ground.either(1, 2), &hands, GOES_ON, rng, |stage, proxy| {
        proxy.slow_down(SLOW);
        stage.watch(length)?;
        proxy.slow_down(Duration::ZERO);
        Ok(1)
    })
}

fn rounds(
    ground: &Ground,
    how_many: u64,
    hands: &[Operation],
    patience: Duration,
    rng: &mut Rng,
    mut happens: impl FnMut(&mut Stage<'_>, &Proxy) -> Result<u64, String>,
) -> Result<Outcome, String> {
    let (mut world, journal) = (ground.world(Kind::Postgres)?, Journal::default());
    let proxy = Proxy::to(&ground.postgres()?.socket())?;
    world.reach_by(proxy.port);
    let (world, mut course) = (world, Course::default());
    let mut stage = Stage::set(ground, &world, &journal)?;
    for _ in 0..how_many {
        let since = journal.mark();
        let happened = stage.storm(hands, rng, |stage, rng| {
            stage.busy(rng.u64(3..40), rng)?;
            happens(stage, &proxy)
        })?;
        let goes_on = stage.goes_on(patience);
        course.went_on(goes_on);
        if goes_on {
            stage.storm(hands, rng, |stage, rng| stage.busy(15, rng))?;
            stage.audit().acknowledged(since)?;
        } else {
            // Let PostgreSQL notice that the clients of dead connections have gone.
            proxy.set(Line::Cut);
            proxy.set(Line::Carries);
            stage.restart_and_audit(since)?;
        }
        course.rounds += 1;
        course.faults += happened;
    }
    stage.close()?;
    Ok(Outcome::Rows(vec![(course, journal)]))
}
