//! A register that serves while many write and a fault strikes, then the audit.

use std::time::{Duration, Instant};

use fastrand::Rng;

use super::audit::Audit;
use super::clock::later;
use super::ground::Ground;
use super::http::Client;
use super::journal::{Journal, Mark, Operation, Wrong};
use super::process::pause;
use super::work::{Work, title};
use super::world::{Server, World};

/// The concurrent writers. Most publish, because that touches the most.
pub(super) const HANDS: &[Operation] = &[
    Operation::Publish,
    Operation::Draft,
    Operation::Token,
    Operation::Publish,
    Operation::Upload,
    Operation::Draft,
    Operation::Publish,
    Operation::Token,
    Operation::Publish,
    Operation::Draft,
    Operation::Publish,
    Operation::Draft,
];
/// How long the register may take to continue after a fault.
pub(super) const GOES_ON: Duration = Duration::from_secs(30);
/// How long a log entry may wait for its signature: a killed signer's lease lasts half a minute.
const SIGNED: Duration = Duration::from_secs(75);
/// How long people may take to do what a fault waits for.
const BUSY: Duration = Duration::from_secs(8);
/// How often the log's checkpoint is read while people write.
const READ: Duration = Duration::from_millis(25);
/// Refused writes in a row after which the register must report itself not ready.
const REFUSED: usize = 3;

/// A serving register.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    pub(super) world: &'a World,
    pub(super) journal: &'a Journal,
    pub(super) server: Server,
    /// Whether to skip waiting.
    short: bool,
    /// The last checkpoint read, as somebody outside would keep it.
    kept: Option<String>,
}

impl<'a> Stage<'a> {
    pub(super) fn set(ground: &Ground, world: &'a World, journal: &'a Journal) -> Result<Self, String> {
        let server = world.serve(&["--no-dumps"])?;
        Ok(Self { world, journal, server, short: ground.short, kept: None })
    }

    /// The writers' tools.
    pub(super) fn work(&self) -> Work<'a> {
        Work { world: self.world, journal: self.journal }
    }

    /// Lets people write to this register while `meanwhile` runs.
    pub(super) fn storm<T>(
        &mut self,
        hands: &[Operation],
        rng: &mut Rng,
        meanwhile: impl FnOnce(&mut Self, &mut Rng) -> T,
    ) -> T {
        let (work, port) = (self.work(), self.server.port);
        let mut own = rng.fork();
        work.storm(&[port], hands, rng, || meanwhile(self, &mut own))
    }

    /// Waits until people have finished `how_often` tasks, however slow this machine is, and a moment longer.
    pub(super) fn busy(&mut self, how_often: u64, rng: &mut Rng) -> Result<(), String> {
        self.busy_within(BUSY, how_often, rng)
    }

    /// As [`Stage::busy`], with a time limit.
    pub(super) fn busy_within(
        &mut self,
        patience: Duration,
        how_often: u64,
        rng: &mut Rng,
    ) -> Result<(), String> {
        let wanted = self.journal.done() + how_often;
        self.watch_until(patience, |stage| stage.journal.done() >= wanted)?;
        self.watch(Duration::from_millis(rng.u64(0..60)))
    }

    /// Lets time pass.
    pub(super) fn watch(&mut self, length: Duration) -> Result<(), String> {
        self.watch_until(length, |_| false)
    }

    /// Lets time pass, and reads the log's checkpoint, as somebody outside who keeps it would.
    fn watch_until(&mut self, length: Duration, over: impl Fn(&Self) -> bool) -> Result<(), String> {
        let (client, begun) = (Client::new(self.server.port, ""), Instant::now());
        while begun.elapsed() < length && !over(self) {
            if let Some(answer) = client.get("/log/checkpoint").filter(|answer| answer.status == 200) {
                self.kept = Some(answer.text);
            }
            pause(READ.min(length.saturating_sub(begun.elapsed())))?;
        }
        Ok(())
    }

    /// Lets time pass in which no write can succeed. A register that refuses several in a row and still
    /// reports ready is wrong. Returns whether any write was refused; if not, the fault did not happen.
    pub(super) fn watch_unready(&mut self, length: Duration) -> Result<bool, String> {
        let (client, begun) = (self.world.writer(&self.server), Instant::now());
        let (mut ready, mut came_about) = (0, false);
        while begun.elapsed() < length {
            let label = serde_json::json!({ "label": title() });
            let answer = client.post("/api/v1/tokens", &label);
            let refused = answer.as_ref().is_some_and(|answer| answer.status >= 500);
            came_about |= answer.is_none_or(|answer| answer.status >= 500);
            ready = if refused && self.server.is_ready() { ready + 1 } else { 0 };
            if ready == REFUSED {
                let words = "it said that it is ready while every write was refused";
                self.journal.wrong(Operation::Token, Wrong::Falsely, "/readyz", words);
            }
            pause(READ)?;
        }
        Ok(came_about)
    }

    /// Whether the register continues by itself: a write is acknowledged and visible, and it reports ready.
    pub(super) fn goes_on(&self, patience: Duration) -> bool {
        let (client, begun) = (self.world.writer(&self.server), Instant::now());
        while begun.elapsed() < patience {
            let answer = client.post("/api/v1/submissions", &self.world.record(&title(), "It goes on."));
            if let Some(answer) = answer.filter(|answer| answer.status == 201) {
                let there = client.get(&format!("/api/v1/submissions/{}", answer.member("id")));
                if there.is_some_and(|there| there.done()) && self.server.is_ready() {
                    return true;
                }
            }
            if pause(Duration::from_millis(50)).is_err() {
                break;
            }
        }
        false
    }

    /// Kills the register, restarts it and audits what was acknowledged since a position.
    pub(super) fn restart_and_audit(&mut self, since: Mark) -> Result<(), String> {
        self.server.kill();
        self.server = self.world.serve(&["--no-dumps"])?;
        self.audit().acknowledged(since)
    }

    pub(super) fn audit(&self) -> Audit<'_> {
        Audit { world: self.world, server: &self.server, journal: self.journal }
    }

    /// The final audit: of everything, and whether the log gets signed.
    pub(super) fn close(mut self) -> Result<(), String> {
        self.server.kill();
        // A killed signer's lease lasts half a minute. The long form waits for it, and sees another process
        // sign then.
        let world = if self.short { later(self.world)? } else { self.world.clone() };
        self.server = world.serve(&["--no-dumps"])?;
        self.audit().acknowledged(Mark::default())?;
        match self.audit().signed(self.kept.as_deref(), SIGNED)? {
            Some(0) => {}
            Some(signed) => self.journal.count(Operation::Log, |tally| tally.acknowledged += signed),
            None => {
                let words = format!("entries are not signed after {} s", SIGNED.as_secs());
                self.journal.wrong(Operation::Log, Wrong::Half, "the log", &words);
            }
        }
        self.audit().whole()
    }
}
