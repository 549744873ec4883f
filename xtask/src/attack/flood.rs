//! Floods: many requests at a steady rate from many addresses, bounded in number and time.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::stranger::{Reply, Stranger};
use crate::torture::process::interrupted;

/// Requests under way at once, at most.
const AT_ONCE: u32 = 64;

/// What became of a flood's requests.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// How many were sent.
    pub(crate) sent: u32,
    /// How many got each status; 0 stands for no answer.
    pub(crate) statuses: BTreeMap<u16, u32>,
    /// Errors without the time to come again, though the status asks for it.
    pub(crate) silent: u32,
    took: Duration,
}

impl Tally {
    /// In words: how many, how fast, and what became of them.
    pub(crate) fn words(&self) -> String {
        let statuses = self.statuses.iter().map(|(status, count)| match status {
            0 => format!("{count} without an answer"),
            status => format!("{count} times {status}"),
        });
        let rate = f64::from(self.sent) / self.took.as_secs_f64().max(0.001);
        format!("{} requests at {rate:.0} a second: {}", self.sent, statuses.collect::<Vec<_>>().join(", "))
    }

    fn add(&mut self, reply: &Reply) {
        self.sent += 1;
        *self.statuses.entry(reply.status).or_default() += 1;
        if matches!(reply.status, 429 | 503) && reply.retry_after.is_empty() {
            self.silent += 1;
        }
    }
}

/// How a flood is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flood {
    pub(crate) port: u16,
    /// From how many addresses.
    pub(crate) addresses: u32,
    /// Requests a second, all together.
    pub(crate) rate: u32,
    /// How long, at most.
    pub(crate) length: Duration,
    /// How many requests, at most.
    pub(crate) most: u32,
}

impl Flood {
    /// Sends requests until the time is up or all are sent; slower than asked if answers take their time.
    pub(crate) fn send(self, request: impl Fn(Stranger, u32) -> Reply + Sync) -> Tally {
        let (begun, next, tally) = (Instant::now(), AtomicU32::new(0), Mutex::new(Tally::default()));
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE.min(self.most) {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let due = Duration::from_secs(1) * number / self.rate;
                        if number >= self.most || due >= self.length || interrupted() {
                            return;
                        }
                        std::thread::sleep(due.saturating_sub(begun.elapsed()));
                        if begun.elapsed() >= self.length {
                            return;
                        }
                        let reply = request(Stranger::new(number % self.addresses, self.port), number);
                        tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner).add(&reply);
                    }
                });
            }
        });
        let mut tally = tally.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        tally.took = begun.elapsed();
        tally
    }
}
