//! What every handler has at hand.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use search::Search;
use store::{Db, StoreError, settings};

/// Tells the time; tests hold it still.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The register as the interface sees it.
#[derive(Clone)]
pub struct App {
    /// Where the records are.
    pub db: Db,
    /// What finds them.
    pub search: Search,
    /// The address people reach the register at, without a slash at its end.
    pub base_url: Arc<str>,
    /// Tells the time.
    pub clock: Clock,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// What a register says of itself when its records are invented.
pub(crate) const DEMONSTRATION: &str =
    "Demonstration data: every body, supplier, product and record here is invented";

impl App {
    /// A register over a database and its search.
    pub fn new(db: Db, search: Search, base_url: impl Into<Arc<str>>, clock: Clock) -> Self {
        Self { db, search, base_url: base_url.into(), clock }
    }

    /// What the answer must say about the data, if anything.
    pub(crate) async fn about(&self) -> Result<Option<&'static str>, StoreError> {
        Ok(settings::read(&self.db, settings::DEMONSTRATION).await?.map(|_| DEMONSTRATION))
    }
}
