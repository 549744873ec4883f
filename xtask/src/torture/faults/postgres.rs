//! PostgreSQL stops, dies, or loses a session. The register must continue when PostgreSQL does.

use std::time::Duration;

use fastrand::Rng;
use rustix::process::{Pid, Signal, kill_process};
use throwaway::{Postgres, Stop};

use super::super::ground::Ground;
use super::super::journal::Journal;
use super::super::process::until;
use super::super::stage::{GOES_ON, HANDS, Stage};
use super::super::table::{Course, Outcome};
use super::super::world::Kind;

/// How long PostgreSQL may take to come back.
const BACK: Duration = Duration::from_secs(30);
/// Finds the registers' sessions.
const SESSIONS: &str = "SELECT pid FROM pg_stat_activity WHERE application_name = 'register'";

/// Stopped as by an administrator who waits for everybody to disconnect, and then loses patience.
pub(super) fn stopped_smartly(ground: &Ground, _: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    away(ground, rng, |server, _| {
        if server.stop(Stop::Smart, 2).is_err() {
            server.stop(Stop::Fast, 20)?;
        }
        Ok(())
    })
}

/// An orderly stop that ends every session.
pub(super) fn stopped_fast(ground: &Ground, _: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    away(ground, rng, |server, _| server.stop(Stop::Fast, 20))
}

/// Stopped as in a crash.
pub(super) fn stopped_at_once(ground: &Ground, _: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    away(ground, rng, |server, _| server.stop(Stop::Immediate, 20))
}

/// `kill -9` of the postmaster.
pub(super) fn postmaster_killed(ground: &Ground, _: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    away(ground, rng, |server, _| {
        kill(server.pid().ok_or("PostgreSQL does not run")?)?;
        until(BACK, || (!server.is_up()).then_some(())).ok_or_else(|| "it was killed and is up".to_owned())
    })
}

/// `kill -9` of one session: PostgreSQL ends all others, and recovers.
pub(super) fn backend_killed(ground: &Ground, _: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    struck(ground, rng, |server, rng| {
        let sessions = server.sql(SESSIONS)?;
        let sessions: Vec<u32> = sessions.lines().filter_map(|pid| pid.parse().ok()).collect();
        rng.choice(sessions).map_or(Ok(()), kill)
    })
}

/// An administrator ends one session; the others continue.
pub(super) fn backend_ended(ground: &Ground, _: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    struck(ground, rng, |server, rng| {
        let which = format!("{SESSIONS} ORDER BY pid LIMIT {}", rng.u8(1..6));
        server.sql(&format!("SELECT pg_terminate_backend(pid) FROM ({which}) AS these")).map(drop)
    })
}

fn kill(pid: u32) -> Result<(), String> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or("no such process")?;
    kill_process(pid, Signal::KILL).map_err(|error| error.to_string())
}

/// PostgreSQL is away for a while.
fn away(
    ground: &Ground,
    rng: &mut Rng,
    stop: impl Fn(&Postgres, &mut Rng) -> Result<(), String>,
) -> Result<Outcome, String> {
    let mut own = rng.fork();
    rounds(ground, ground.either(1, 6), rng, |stage, server| {
        stop(server, &mut own)?;
        let came_about = stage.watch_unready(Duration::from_millis(own.u64(200..2000)))?;
        let back = until(BACK, || server.again().ok());
        back.map(|()| came_about).ok_or_else(|| format!("PostgreSQL does not come back: {}", server.log()))
    })
}

/// Sessions are struck several times.
fn struck(
    ground: &Ground,
    rng: &mut Rng,
    strike: impl Fn(&Postgres, &mut Rng) -> Result<(), String>,
) -> Result<Outcome, String> {
    let mut own = rng.fork();
    rounds(ground, ground.either(2, 12), rng, |stage, server| {
        // It may still be recovering from the last round.
        until(BACK, || server.is_up().then_some(())).ok_or("PostgreSQL does not recover")?;
        strike(server, &mut own)?;
        stage.watch(Duration::from_millis(own.u64(50..300)))?;
        Ok(true)
    })
}

fn rounds(
    ground: &Ground,
    how_many: u64,
    rng: &mut Rng,
    mut happens: impl FnMut(&mut Stage<'_>, &Postgres) -> Result<bool, String>,
) -> Result<Outcome, String> {
    let (world, journal) = (ground.world(Kind::Postgres)?, Journal::default());
    let (server, mut course) = (ground.postgres()?, Course::default());
    let mut stage = Stage::set(ground, &world, &journal)?;
    for _ in 0..how_many {
        let since = journal.mark();
        let came_about = stage.storm(HANDS, rng, |stage, rng| {
            stage.busy(rng.u64(3..40), rng)?;
            happens(stage, server)
        })?;
        course.went_on(stage.goes_on(GOES_ON));
        stage.storm(HANDS, rng, |stage, rng| stage.busy(15, rng))?;
        // The same server process as before, so audit without a restart: only PostgreSQL was away.
        stage.audit().acknowledged(since)?;
        course.rounds += 1;
        course.faults += u64::from(came_about);
    }
    stage.close()?;
    Ok(Outcome::Rows(vec![(course, journal)]))
}
