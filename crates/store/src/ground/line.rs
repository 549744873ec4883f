//! A line for work that only few may do at once: the network that has had least of it lately comes first.
//!
//! Turns are counted by network address, so that one that asks without end waits behind itself and not in front of
//! others. What a turn took is remembered for a while; half of it is forgotten every minute.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

/// How long it takes until half of what somebody used is forgotten.
const HALF: Duration = Duration::from_secs(60);
/// After this long, all of it is.
const FORGOTTEN: Duration = Duration::from_secs(15 * 60);
/// The most addresses whose use is remembered; the busiest stay.
const REMEMBERED_MAX: usize = 10_000;
/// What a turn counts at least: many short ones are not free.
const LEAST: f64 = 0.01;

/// The network of an address, by which turns and limits are counted: a client with one IPv6 address usually has 2^64.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(long) => IpAddr::V6(Ipv6Addr::from_bits(long.to_bits() & !u128::from(u64::MAX))),
        short => short,
    }
}

/// How many may have a turn, and how many may wait for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// The most turns at once.
    pub at_once: usize,
    /// The most turns at once of one network.
    pub at_once_of_one: usize,
    /// The most that wait. Beyond that, the network that has most of them waiting, or else the one that used more
    /// than the newcomer, loses its latest.
    pub waiting: usize,
    /// The most that wait of one network.
    pub waiting_of_one: usize,
}

/// Nobody gives a turn now: too many wait, or it took too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many are waiting")]
pub struct Full;

/// A line. Clones share it.
#[derive(Debug, Clone)]
pub struct Line(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    room: Room,
    running: HashMap<IpAddr, usize>,
    /// Those that wait, in the order in which they came; no list is empty.
    waiting: HashMap<IpAddr, VecDeque<Waiter>>,
    used: HashMap<IpAddr, Used>,
    arrivals: u64,
}

#[derive(Debug)]
struct Waiter {
    arrival: u64,
    call: oneshot::Sender<Turn>,
}

/// Seconds used, and when that was added up.
#[derive(Debug, Clone, Copy)]
struct Used {
    seconds: f64,
    at: Instant,
}

impl Used {
    fn now(self, now: Instant) -> f64 {
        self.seconds * (-(now - self.at).as_secs_f64() / HALF.as_secs_f64()).exp2()
    }
}

/// A turn, given back on drop.
#[derive(Debug)]
pub struct Turn {
    line: Arc<Mutex<State>>,
    who: IpAddr,
    /// `None` as long as nobody has taken it.
    since: Option<Instant>,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Line {
    /// A line with this much room.
    pub fn new(room: Room) -> Self {
        Self(Arc::new(Mutex::new(State {
            room,
            running: HashMap::new(),
            waiting: HashMap::new(),
            used: HashMap::new(),
            arrivals: 0,
        })))
    }

    /// Waits for a turn of a network, given by any of its addresses. Giving up, by dropping the future, leaves the
    /// line.
    ///
    /// Errors: [`Full`] when too many wait already, or after `patience`.
    pub async fn turn(&self, who: IpAddr, patience: Duration) -> Result<Turn, Full> {
        let who = network(who);
        let called = {
            let mut state = lock(&self.0);
            let called = state.join(who).ok_or(Full)?;
            let turns = state.call(&self.0);
            drop(state);
            // One that has left meanwhile gives its turn back, which needs the lock.
            drop(turns);
            called
        };
        match tokio::time::timeout(patience, called).await {
            Ok(Ok(mut turn)) => {
                turn.since = Some(Instant::now());
                Ok(turn)
            }
            Ok(Err(_)) | Err(_) => Err(Full),
        }
    }
}

impl State {
    /// Puts somebody in the line. `None` if there is no room.
    fn join(&mut self, who: IpAddr) -> Option<oneshot::Receiver<Turn>> {
        self.forget_gone();
        let own = self.waiting.get(&who).map_or(0, VecDeque::len);
        if own >= self.room.waiting_of_one {
            return None;
        }
        if self.waiting.values().map(VecDeque::len).sum::<usize>() >= self.room.waiting {
            let now = Instant::now();
            let (other, length, used) = self
                .waiting
                .iter()
                .map(|(other, of_one)| (*other, of_one.len(), self.used_by(*other, now)))
                .max_by(|one, other| one.1.cmp(&other.1).then(one.2.total_cmp(&other.2)))?;
            let has_less = own + 1 < length || (own < length && self.used_by(who, now) < used);
            if !has_less {
                return None;
            }
            let of_other = self.waiting.get_mut(&other)?;
            of_other.pop_back();
            if of_other.is_empty() {
                self.waiting.remove(&other);
            }
        }
        let (call, called) = oneshot::channel();
        self.arrivals += 1;
        self.waiting.entry(who).or_default().push_back(Waiter { arrival: self.arrivals, call });
        Some(called)
    }

    /// Takes those out of the line that gave up.
    fn forget_gone(&mut self) {
        self.waiting.retain(|_, of_one| {
            of_one.retain(|waiter| !waiter.call.is_closed());
            !of_one.is_empty()
        });
    }

    /// Gives out the turns that are free. Returns those that nobody took, to be dropped without the lock.
    fn call(&mut self, line: &Arc<Mutex<Self>>) -> Vec<Turn> {
        let mut untaken = Vec::new();
        // Few of those that are called have then gone in this very moment. If all that gave up were called, each
        // turn would be dropped within the drop of the one before, as deep as the line is long.
        self.forget_gone();
        let now = Instant::now();
        while self.running.values().sum::<usize>() < self.room.at_once {
            let running = |who: &IpAddr| self.running.get(who).copied().unwrap_or(0);
            let next = self
                .waiting
                .iter()
                .filter(|(who, _)| running(who) < self.room.at_once_of_one)
                .filter_map(|(who, of_one)| Some((*who, of_one.front()?.arrival)))
                .min_by(|(one, first), (other, second)| {
                    self.used_by(*one, now).total_cmp(&self.used_by(*other, now)).then(first.cmp(second))
                });
            let Some((who, _)) = next else { break };
            let Some(of_one) = self.waiting.get_mut(&who) else { break };
            let Some(waiter) = of_one.pop_front() else { break };
            if of_one.is_empty() {
                self.waiting.remove(&who);
            }
            *self.running.entry(who).or_default() += 1;
            let turn = Turn { line: Arc::clone(line), who, since: None };
            if let Err(turn) = waiter.call.send(turn) {
                // Counted as running until it is dropped, which calls the next.
                untaken.push(turn);
            }
        }
        untaken
    }

    fn used_by(&self, who: IpAddr, now: Instant) -> f64 {
        // What is running counts too, or somebody with a long turn would have used nothing.
        let running = self.running.get(&who).copied().unwrap_or(0);
        self.used.get(&who).map_or(0.0, |used| used.now(now)) + running as f64
    }

    fn note(&mut self, who: IpAddr, held: Duration) {
        let now = Instant::now();
        let seconds = self.used.get(&who).map_or(0.0, |used| used.now(now)) + held.as_secs_f64().max(LEAST);
        self.used.insert(who, Used { seconds, at: now });
        if self.used.len() > REMEMBERED_MAX {
            self.used.retain(|_, used| now - used.at < FORGOTTEN);
        }
        if self.used.len() > REMEMBERED_MAX {
            let mut all: Vec<f64> = self.used.values().map(|used| used.now(now)).collect();
            let (_, middle, _) = all.select_nth_unstable_by(REMEMBERED_MAX / 2, f64::total_cmp);
            let middle = *middle;
            self.used.retain(|_, used| used.now(now) > middle);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let untaken = {
            let mut state = lock(&self.line);
            if let Some(count) = state.running.get_mut(&self.who) {
                *count -= 1;
                if *count == 0 {
                    state.running.remove(&self.who);
                }
            }
            if let Some(since) = self.since {
                state.note(self.who, since.elapsed());
            }
            state.call(&self.line)
        };
        drop(untaken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(50);

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn line(at_once: usize, at_once_of_one: usize, waiting: usize, waiting_of_one: usize) -> Line {
        Line::new(Room { at_once, at_once_of_one, waiting, waiting_of_one })
    }

    /// Lets every task go on until all wait.
    async fn settle() {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn the_network_that_had_least_comes_first() {
        let line = line(1, 1, 64, 32);
        let (said, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let first = line.turn(address(1), LONG).await.unwrap();
        let ask = |who: u8| {
            let (line, said) = (line.clone(), said.clone());
            tokio::spawn(async move {
                let _turn = line.turn(address(who), LONG).await.unwrap();
                said.send(who).unwrap();
                tokio::time::sleep(Duration::from_millis(10)).await;
            })
        };
        let mut asked: Vec<_> = (0..3).map(|_| ask(1)).collect();
        settle().await;
        asked.push(ask(2));
        settle().await;
        asked.push(ask(3));
        settle().await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        drop(first);
        for one in asked {
            one.await.unwrap();
        }
        drop(said);
        let mut order = Vec::new();
        while let Some(who) = heard.recv().await {
            order.push(who);
        }
        assert_eq!(order, [2, 3, 1, 1, 1]);
    }

    #[tokio::test]
    async fn one_network_has_only_its_share() {
        let line = line(3, 1, 64, 2);
        let turn = line.turn("2001:db8::1".parse().unwrap(), LONG).await.unwrap();
        // Another address of the same network waits.
        let same = line.turn("2001:db8::2".parse().unwrap(), SHORT).await;
        assert_eq!(same.err(), Some(Full));
        let other = line.turn("2001:db8:0:1::1".parse().unwrap(), SHORT).await;
        assert!(other.is_ok());
        drop(turn);
        assert!(line.turn("2001:db8::2".parse().unwrap(), Duration::ZERO).await.is_ok());
    }

    #[tokio::test]
    async fn a_full_line_has_room_for_somebody_new() {
        let line = line(1, 1, 4, 4);
        let held = line.turn(address(1), LONG).await.unwrap();
        let ask = |who: u8| {
            let line = line.clone();
            tokio::spawn(async move { line.turn(address(who), LONG).await.map(drop) })
        };
        let flood: Vec<_> = (0..6).map(|_| ask(1)).collect();
        settle().await;
        let new = ask(2);
        settle().await;
        drop(held);
        assert_eq!(new.await.unwrap(), Ok(()));
        let mut served = 0;
        for one in flood {
            served += usize::from(one.await.unwrap().is_ok());
        }
        // Four had room, and one of them lost it to the newcomer.
        assert_eq!(served, 3);
    }

    #[tokio::test]
    async fn many_networks_that_had_something_make_room_for_one_that_had_nothing() {
        let line = line(1, 1, 4, 4);
        for who in 1..=5 {
            drop(line.turn(address(who), LONG).await.unwrap());
        }
        let held = line.turn(address(1), LONG).await.unwrap();
        let ask = |who: u8| {
            let line = line.clone();
            tokio::spawn(async move { line.turn(address(who), LONG).await.map(drop) })
        };
        let flood: Vec<_> = (2..=5).map(ask).collect();
        settle().await;
        let new = ask(6);
        settle().await;
        // Who waits already, as all others do, is not let in a second time.
        assert_eq!(line.turn(address(6), SHORT).await.err(), Some(Full));
        drop(held);
        assert_eq!(new.await.unwrap(), Ok(()));
        let mut served = 0;
        for one in flood {
            served += usize::from(one.await.unwrap().is_ok());
        }
        assert_eq!(served, 3);
    }

    #[tokio::test]
    async fn a_waiter_that_gives_up_leaves_the_line() {
        let line = line(1, 1, 1, 1);
        let held = line.turn(address(1), LONG).await.unwrap();
        for _ in 0..3 {
            assert_eq!(line.turn(address(2), SHORT).await.err(), Some(Full));
        }
        let last = tokio::spawn({
            let line = line.clone();
            async move { line.turn(address(3), LONG).await.map(drop) }
        });
        settle().await;
        drop(held);
        assert_eq!(last.await.unwrap(), Ok(()));
        assert!(line.turn(address(1), Duration::ZERO).await.is_ok());
    }

    #[tokio::test]
    async fn any_number_may_give_up_at_once() {
        let line = line(1, 1, 200_000, 200_000);
        let held = line.turn(address(1), LONG).await.unwrap();
        {
            let mut state = lock(&line.0);
            for arrival in 0..100_000 {
                let (call, _) = oneshot::channel();
                state.waiting.entry(address(2)).or_default().push_back(Waiter { arrival, call });
            }
        }
        drop(held);
        assert!(line.turn(address(3), Duration::ZERO).await.is_ok());
    }

    #[test]
    fn the_busiest_are_remembered() {
        let state = line(1, 1, 1, 1);
        let mut state = lock(&state.0);
        state.note(address(1), Duration::from_secs(30));
        for host in 0..2 * REMEMBERED_MAX as u32 {
            state.note(IpAddr::from(host.to_be_bytes()), Duration::from_millis(20));
        }
        assert!(state.used.len() <= REMEMBERED_MAX);
        assert!(state.used.contains_key(&address(1)));
    }
}
