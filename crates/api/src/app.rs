//! What every handler has at hand.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use acts::Refusal;
use chrono::NaiveDate;
use export::published::{self, Published};
use moka::sync::Cache;
use search::Search;
use store::ground::lease::{Clock, Leases};
use store::ground::objects::Objects;
use store::ground::settings;
use store::names::Names;
use store::records::projection::label;
use store::{Db, StoreError, Tx};
use tokio::sync::Semaphore;
use transparency::{Cosigner, PublicKey};

use crate::problem::{ApiError, Fault};
use crate::provider::Provider;
use crate::webhooks::Outside;

/// Sign-ins that wait for a password to be checked, at the most.
const SIGN_INS_WAITING: usize = 32;

/// The register as the interface sees it.
#[derive(Clone)]
pub struct App {
    /// Where the records are.
    pub db: Db,
    /// What finds them.
    pub search: Search,
    /// Where uploaded documents are.
    pub objects: Objects,
    /// The address people reach the register at, without a slash at its end.
    pub base_url: Arc<str>,
    /// Tells the time.
    pub clock: Clock,
    /// What this process does alone of those that share the database.
    pub leases: Leases,
    /// Counts the public writes of this process, so that nothing prepared before one is shown after it.
    pub(crate) written: Arc<AtomicU64>,
    /// Where people sign in, beside here.
    pub(crate) provider: Option<Arc<Provider>>,
    /// The way to receivers of webhooks.
    pub(crate) outside: Outside,
    /// Lets a few heavy exports be made at a time.
    pub(crate) exports: Arc<Semaphore>,
    /// Lets one password be checked at a time.
    pub(crate) passwords: Arc<Semaphore>,
    /// Sign-ins that wait for that; more are asked to come again.
    pub(crate) waiting: Arc<Semaphore>,
    /// The keys that verify the public log; none where nothing signs it.
    pub(crate) log_keys: Arc<[PublicKey]>,
    /// Those of its witnesses.
    pub(crate) log_witnesses: Arc<[Cosigner]>,
    dumps: Cache<Option<NaiveDate>, Dumps>,
    labels: Labels,
    names: KnownNames,
    directory: KnownDirectory,
}

/// The days of dumps, or one of them.
#[derive(Debug, Clone)]
enum Dumps {
    Days(Arc<[NaiveDate]>),
    One(Option<Arc<Published>>),
}

/// How long it is believed which dumps there are.
const DUMPS_FOR: Duration = Duration::from_secs(20);
/// Dumps of which the files are kept in mind.
const DUMPS_MAX: u64 = 1_000;

/// Every name for matching, and as of which count of public writes.
type KnownDirectory = Arc<tokio::sync::Mutex<Option<(i64, Arc<search::names::Names>)>>>;

/// What names mean, unless a writer has them.
type KnownNames = Arc<tokio::sync::Mutex<Option<Names>>>;

/// Workbooks and Parquet files that are made at once; more are asked to come again.
const EXPORTS_AT_ONCE: usize = 3;

/// Names of organisations and products by state, facet and slug.
type Labels = Cache<(u64, &'static str, String), Arc<str>>;
/// Names kept.
const LABELS_MAX: u64 = 20_000;

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
    pub fn new(
        db: Db,
        search: Search,
        objects: Objects,
        base_url: impl Into<Arc<str>>,
        clock: Clock,
    ) -> Self {
        Self {
            leases: Leases::new(db.clone(), Arc::clone(&clock)),
            db,
            search,
            objects,
            base_url: base_url.into(),
            clock,
            written: Arc::default(),
            provider: None,
            outside: Outside::new(false).expect("a client without certificates of its own can be made"),
            exports: Arc::new(Semaphore::new(EXPORTS_AT_ONCE)),
            passwords: Arc::new(Semaphore::new(1)),
            waiting: Arc::new(Semaphore::new(SIGN_INS_WAITING)),
            log_keys: Arc::new([]),
            log_witnesses: Arc::new([]),
            dumps: Cache::builder().max_capacity(DUMPS_MAX).time_to_live(DUMPS_FOR).build(),
            labels: Cache::new(LABELS_MAX),
            names: KnownNames::default(),
            directory: Arc::default(),
        }
    }

    /// The same by another clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { leases: Leases::new(self.db.clone(), Arc::clone(&clock)), clock, ..self }
    }

    /// The same, where people sign in at a provider too.
    #[must_use]
    pub fn with_provider(self, provider: Provider) -> Self {
        Self { provider: Some(Arc::new(provider)), ..self }
    }

    /// The same, with another way to receivers of webhooks.
    #[must_use]
    pub fn with_outside(self, outside: Outside) -> Self {
        Self { outside, ..self }
    }

    /// The same, with a public log that these keys verify.
    #[must_use]
    pub fn with_log_keys(self, keys: &[PublicKey]) -> Self {
        Self { log_keys: keys.into(), ..self }
    }

    /// The same, with witnesses of the public log.
    #[must_use]
    pub fn with_log_witnesses(self, witnesses: &[Cosigner]) -> Self {
        Self { log_witnesses: witnesses.into(), ..self }
    }

    /// The day it is, in UTC.
    pub(crate) fn today(&self) -> NaiveDate {
        (self.clock)().date_naive()
    }

    /// The days of which there are dumps, latest first.
    pub(crate) async fn dumps(&self) -> Result<Arc<[NaiveDate]>, StoreError> {
        if let Some(Dumps::Days(days)) = self.dumps.get(&None) {
            return Ok(days);
        }
        let days: Arc<[NaiveDate]> = published::dates(&self.objects).await?.into();
        // That there is none is not kept in mind: the first one is seen at once.
        if !days.is_empty() {
            self.dumps.insert(None, Dumps::Days(Arc::clone(&days)));
        }
        Ok(days)
    }

    /// The dump of a day.
    pub(crate) async fn dump(&self, date: NaiveDate) -> Result<Option<Arc<Published>>, StoreError> {
        if let Some(Dumps::One(dump)) = self.dumps.get(&Some(date)) {
            return Ok(dump);
        }
        let dump = published::find(&self.objects, date).await?.map(Arc::new);
        self.dumps.insert(Some(date), Dumps::One(dump.clone()));
        Ok(dump)
    }

    /// What names mean to a transaction that began at a count of their changes: from memory while nothing about
    /// them changed. One writer at a time
    /// holds them; they go back by [`keep_names`](Self::keep_names), or are read anew.
    pub(crate) async fn names(&self, tx: &Tx, changes: i64) -> Result<Names, StoreError> {
        let known = self.names.lock().await.take();
        match known {
            Some(names) if names.changes() == changes => Ok(names),
            _ => Names::within(tx).await,
        }
    }

    /// Keeps what names mean, once that was committed.
    pub(crate) async fn keep_names(&self, names: Names) {
        *self.names.lock().await = Some(names);
    }

    /// Every name, ready for matching: from memory while nothing public was written.
    pub(crate) async fn directory(&self) -> Result<Arc<search::names::Names>, StoreError> {
        let mut known = self.directory.lock().await;
        let revision = self.db.state().await?.revision;
        if let Some((of, names)) = &*known
            && *of == revision
        {
            return Ok(Arc::clone(names));
        }
        let names = Arc::new(search::names::Names::new(store::names::directory::read(&self.db).await?));
        *known = Some((revision, Arc::clone(&names)));
        Ok(names)
    }

    /// What people read for values of a facet; a value that has no name is left out.
    pub(crate) async fn labels(
        &self,
        facet: &'static str,
        values: &[String],
    ) -> Result<HashMap<String, Arc<str>>, StoreError> {
        let state = self.search.generation();
        let mut labels = HashMap::with_capacity(values.len());
        let mut unknown = Vec::new();
        for value in values {
            if let Some(code) = label(facet, value) {
                labels.insert(value.clone(), code.into());
            } else if let Some(name) = self.labels.get(&(state, facet, value.clone())) {
                labels.insert(value.clone(), name);
            } else {
                unknown.push(value.clone());
            }
        }
        let names = match facet {
            _ if unknown.is_empty() => BTreeMap::new(),
            "publisher" | "supplier" => store::names::organisations::names(&self.db, &unknown).await?,
            "product" => store::names::products::names(&self.db, &unknown).await?,
            _ => BTreeMap::new(),
        };
        for (value, name) in names {
            let name: Arc<str> = name.into();
            self.labels.insert((state, facet, value.clone()), Arc::clone(&name));
            labels.insert(value, name);
        }
        Ok(labels)
    }

    /// What an act came to, or the problem of its refusal.
    pub(crate) fn allowed<T>(&self, done: Result<T, Refusal>) -> Result<T, ApiError> {
        done.map_err(|refusal| match refusal {
            Refusal::Invalid(findings) => ApiError::Invalid(findings.into_iter().map(Fault::from).collect()),
            Refusal::NotFound(kind, id) => ApiError::NotFound(kind, id),
            Refusal::Withdrawn(record) => match crate::routes::records::get::published(self, *record) {
                Ok(_) => ApiError::Inside,
                Err(gone) => gone,
            },
            Refusal::Forbidden(permission) => ApiError::Forbidden(permission),
            Refusal::Rule(detail) => ApiError::Refused(detail),
            Refusal::Conflict(detail) => ApiError::Conflict(detail),
            Refusal::NotNow { detail, allowed } => ApiError::NotNow { detail, allowed },
            Refusal::Stale => StoreError::Stale.into(),
            Refusal::TooMany => ApiError::TooMany,
            Refusal::Store(error) => error.into(),
        })
    }

    /// What the answer must say about the data, if anything.
    pub(crate) async fn about(&self) -> Result<Option<&'static str>, StoreError> {
        Ok(settings::read(&self.db, settings::DEMONSTRATION).await?.map(|_| DEMONSTRATION))
    }
}
