//! Leases: one process at a time, however others end and whatever their clocks show.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use store::ground::lease::{LASTS, Leases, Work};
use suite::{TestApp, now};

/// Two processes of one register, with one clock.
struct Two {
    app: TestApp,
    one: Leases,
    other: Leases,
    seconds: Arc<AtomicI64>,
}

impl Two {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let seconds = Arc::new(AtomicI64::new(0));
        let process = || {
            let seconds = Arc::clone(&seconds);
            let clock = Arc::new(move || now() + TimeDelta::seconds(seconds.load(Ordering::SeqCst)));
            Leases::new(app.db.clone(), clock)
        };
        let (one, other) = (process(), process());
        Self { app, one, other, seconds }
    }

    /// Moves the clock, forward or back.
    fn later(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    async fn row(&self) -> Option<String> {
        store::ground::raw::text(&self.app.db, "SELECT value FROM settings WHERE name = 'signing'")
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn one_process_has_a_lease_until_it_gives_it_back() {
    let two = Two::new().await;
    let mine = two.one.take(Work::Signing).await.unwrap().unwrap();
    assert!(mine.holds().await.unwrap());
    assert!(two.other.take(Work::Signing).await.unwrap().is_none());
    assert!(two.one.take(Work::Signing).await.unwrap().is_none(), "nor twice in one process");
    // Other work has its own lease.
    two.other.take(Work::Dumping).await.unwrap().unwrap().give_back().await;
    mine.give_back().await;
    assert_eq!(two.row().await, None);
    let theirs = two.other.take(Work::Signing).await.unwrap().unwrap();
    // Dropping a lease, as when a task is cancelled, gives it back too.
    drop(theirs);
    two.other.all_given_back(Duration::from_secs(60)).await;
    assert_eq!(two.row().await, None);
}

#[tokio::test]
async fn a_task_that_is_stopped_while_it_takes_a_lease_leaves_none() {
    let two = Two::new().await;
    for polls in 0..12 {
        // Dropped after some polls, in the middle of the database call.
        let mut taking = Box::pin(two.one.take(Work::Signing));
        for _ in 0..polls {
            if futures::poll!(taking.as_mut()).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(taking);
        two.one.all_given_back(Duration::from_secs(60)).await;
        assert_eq!(two.row().await, None, "after {polls} steps");
    }
}

#[tokio::test]
async fn the_lease_of_a_process_that_was_killed_ends_by_itself() {
    let two = Two::new().await;
    two.one.take(Work::Signing).await.unwrap().unwrap().die().await;
    two.later(LASTS.as_secs().cast_signed() - 1);
    assert!(two.other.take(Work::Signing).await.unwrap().is_none());
    two.later(2);
    assert!(two.other.take(Work::Signing).await.unwrap().is_some());
}

#[tokio::test]
async fn a_holder_that_was_suspended_too_long_knows_it() {
    let two = Two::new().await;
    let mine = two.one.take(Work::Signing).await.unwrap().unwrap();
    two.later(LASTS.as_secs().cast_signed() + 1);
    // Expired, but nobody else took it, so it still holds.
    assert!(mine.holds().await.unwrap());
    let theirs = two.other.take(Work::Signing).await.unwrap().unwrap();
    assert!(!mine.holds().await.unwrap());
    // Giving back a lost lease does not take it from its new owner.
    mine.give_back().await;
    assert!(theirs.holds().await.unwrap());
}

#[tokio::test]
async fn a_clock_that_went_wrong_holds_up_nobody() {
    let two = Two::new().await;
    // Taken by a process that was killed, while the clock was years ahead. Then the clock is corrected.
    two.later(100_000_000);
    two.one.take(Work::Signing).await.unwrap().unwrap().die().await;
    two.later(-100_000_000);
    let theirs = two.other.take(Work::Signing).await.unwrap().unwrap();
    // The clock jumps back while it is held: another process may take it, but only one holds it.
    two.later(-10_000);
    let mine = two.one.take(Work::Signing).await.unwrap().unwrap();
    assert!(mine.holds().await.unwrap() && !theirs.holds().await.unwrap());
}

#[tokio::test]
async fn a_lease_is_renewed_while_it_is_held() {
    let two = Two::new().await;
    let one = two.one.clone().lasting(Duration::from_millis(300));
    let other = two.other.clone().lasting(Duration::from_millis(300));
    // By the register's clock it would expire within a second; renewal runs by the machine's clock.
    let mine = one.take(Work::Signing).await.unwrap().unwrap();
    let mut last = two.row().await;
    for _ in 0..5 {
        two.later(1);
        let renewed = async {
            while two.row().await == last {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), renewed)
            .await
            .expect("the lease is renewed within a minute");
        last = two.row().await;
        assert!(other.take(Work::Signing).await.unwrap().is_none());
    }
    assert!(!mine.is_lost() && mine.holds().await.unwrap());
    mine.die().await;
    two.later(1);
    assert!(other.take(Work::Signing).await.unwrap().is_some());
}
