//! A disk that is full for a while, or nearly. What cannot be stored is refused, what is stored can be read,
//! and nobody has to restart anything.

use std::time::Duration;

use fastrand::Rng;
use throwaway::Postgres;

use super::super::disk::Disk;
use super::super::ground::Ground;
use super::super::http::Client;
use super::super::journal::Journal;
use super::super::process::until;
use super::super::stage::{GOES_ON, HANDS, Stage};
use super::super::table::{Course, Outcome};
use super::super::world::{Kind, World};

/// MiB of the disk for an embedded register.
const SMALL: u64 = 48;
/// MiB of a disk with more free space than the register insists on.
const LARGER: u64 = 160;
/// Bytes left free on it: less than the register insists on, but enough to write.
const LITTLE: u64 = 24 << 20;
/// MiB of the disk for PostgreSQL, which takes 40 of them at the start.
const OF_POSTGRES: u64 = 192;
/// Settings that make PostgreSQL fit on it.
const SETTINGS: &[&str] = &["max_wal_size=48MB", "min_wal_size=32MB", "wal_recycle=off"];

/// How a disk is filled, and what must work meanwhile.
struct Filling<'a> {
    disk: &'a Disk,
    world: &'a World,
    /// Bytes to leave free.
    leave: u64,
    /// Whether stored content must stay readable while it is full.
    reads_go_on: bool,
}

fn mounted(ground: &Ground, mebibytes: u64) -> Result<Disk, Outcome> {
    Disk::mount(&ground.folder("disk"), mebibytes)
        .map_err(|why| Outcome::Skipped(format!("no disk of our own can be mounted: {why}")))
}

/// An embedded register and all its files on one disk, full to the last byte. Its own limit is off, so that
/// it goes on writing until then.
pub(super) fn disk_of_sqlite(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    let disk = match mounted(ground, SMALL) {
        Ok(disk) => disk,
        Err(skipped) => return Ok(skipped),
    };
    let mut world = ground.world_in(kind, &disk.path().join("world"))?;
    world.environment.push(("REGISTER_LEAST_FREE".to_owned(), "0".to_owned()));
    let filling = Filling { disk: &disk, world: &world, leave: 0, reads_go_on: true };
    filled(ground, &filling, rng, || Ok(()))
}

/// An embedded register's disk, with less free space than the register insists on before writing.
pub(super) fn little_room(ground: &Ground, kind: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    let disk = match mounted(ground, LARGER) {
        Ok(disk) => disk,
        Err(skipped) => return Ok(skipped),
    };
    let world = ground.world_in(kind, &disk.path().join("world"))?;
    let filling = Filling { disk: &disk, world: &world, leave: LITTLE, reads_go_on: true };
    filled(ground, &filling, rng, || Ok(()))
}

/// PostgreSQL's disk. PostgreSQL may stop when its own log has no room; we start it again.
pub(super) fn disk_of_postgres(ground: &Ground, _: Kind, rng: &mut Rng) -> Result<Outcome, String> {
    let disk = match mounted(ground, OF_POSTGRES) {
        Ok(disk) => disk,
        Err(skipped) => return Ok(skipped),
    };
    let server = Postgres::start(disk.path(), SETTINGS)?;
    let world = ground.world_on(&server)?;
    let filling = Filling { disk: &disk, world: &world, leave: 0, reads_go_on: false };
    filled(ground, &filling, rng, || {
        let up = until(Duration::from_secs(20), || (server.is_up() || server.again().is_ok()).then_some(()));
        up.ok_or_else(|| format!("PostgreSQL does not start again: {}", server.log()))
    })
}

fn filled(
    ground: &Ground,
    filling: &Filling<'_>,
    rng: &mut Rng,
    mend: impl Fn() -> Result<(), String>,
) -> Result<Outcome, String> {
    let (journal, mut course) = (Journal::default(), Course::default());
    let mut stage = Stage::set(ground, filling.world, &journal)?;
    for _ in 0..ground.either(2, 10) {
        let since = journal.mark();
        let (read, came_about) = stage.storm(HANDS, rng, |stage, rng| {
            stage.busy(rng.u64(3..40), rng)?;
            let ballast = filling.disk.fill(filling.leave)?;
            let watched = stage.watch_unready(Duration::from_millis(rng.u64(400..1500)));
            let records = Client::new(stage.server.port, "").get("/api/v1/records?limit=5");
            drop(ballast);
            let came_about = watched?;
            mend()?;
            Ok::<_, String>((records.is_some_and(|answer| answer.done()), came_about))
        })?;
        course.went_on((read || !filling.reads_go_on) && stage.goes_on(GOES_ON));
        // What is acknowledged after the fault must survive too.
        stage.storm(HANDS, rng, |stage, rng| stage.busy(20, rng))?;
        stage.restart_and_audit(since)?;
        course.rounds += 1;
        course.faults += u64::from(came_about);
    }
    stage.close()?;
    Ok(Outcome::Rows(vec![(course, journal)]))
}
