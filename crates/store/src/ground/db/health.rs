//! Whether writes work. Logs one line when they stop working and one when they work again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The outcome of the last write. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Health(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Spares successful writes the lock while nothing is wrong.
    failing: AtomicBool,
    reason: Mutex<Option<String>>,
}

impl Health {
    /// A write was kept.
    pub(super) fn worked(&self) {
        if !self.0.failing.load(Ordering::Acquire) {
            return;
        }
        // Held until both are set: a failure in between would leave a reason that no later success clears.
        let mut known = self.0.reason.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.failing.store(false, Ordering::Release);
        if known.take().is_some() {
            tracing::info!("writes work again");
        }
    }

    /// A write failed through no fault of its own; `true` if the previous one worked.
    pub(super) fn failed(&self, reason: &str) -> bool {
        let mut known = self.0.reason.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.failing.store(true, Ordering::Release);
        let first = known.replace(reason.to_owned()).is_none();
        if first {
            tracing::error!("writes fail, reads go on: {reason}");
        }
        first
    }

    /// Why the last write failed; `None` if it did not.
    pub(super) fn reason(&self) -> Option<String> {
        self.0.reason.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
