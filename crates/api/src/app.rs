//! Shared state of all handlers.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use acts::Refusal;
use chrono::{DateTime, NaiveDate, Utc};
use domain::facets::{self, FacetValues};
use export::describe::Sum;
use export::published::{self, Published};
use importer::table::Reading;
use moka::sync::Cache;
use search::Search;
use store::ground::keyring::Keyring;
use store::ground::lease::{Clock, Leases};
use store::ground::objects::Objects;
use store::ground::settings;
use store::names::Names;
use store::{Db, StoreError, Tx};
use tokio::sync::Semaphore;
use transparency::{Cosigner, PublicKey};

use crate::problem::{ApiError, Fault};
use crate::provider::Provider;
use crate::seen::Seen;
use crate::webhooks::Outside;

/// The most sign-ins waiting for their password to be checked.
const SIGN_INS_WAITING: usize = 32;

/// The register as its HTTP API sees it.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The search index over it.
    pub search: Search,
    /// Store of uploaded documents, dumps and the public log.
    pub objects: Objects,
    /// Public URL of the register, without a trailing slash.
    pub base_url: Arc<str>,
    /// The clock.
    pub clock: Clock,
    /// Leases, for work that only one of the processes sharing a database may do at a time.
    pub leases: Leases,
    /// Keys that encrypt second factors and the keys of webhooks.
    pub keyring: Arc<Keyring>,
    /// Where weaknesses are reported, as a URI; `None` if nobody said.
    pub(crate) security_contact: Option<Arc<str>>,
    /// Whether requests must be sent to the host of the base URL.
    pub(crate) checks_host: bool,
    /// Refusals of the current minute, for the audit trail.
    pub(crate) seen: Arc<Seen>,
    /// Counts this process's public writes, so that no answer prepared before a write is sent after it.
    pub(crate) written: Arc<AtomicU64>,
    /// The identity provider people may sign in with, besides passwords.
    pub(crate) provider: Option<Arc<Provider>>,
    /// HTTP client for webhook receivers.
    pub(crate) outside: Outside,
    /// Limits how many heavy exports are made at once.
    pub(crate) exports: Arc<Semaphore>,
    /// How uploaded tables are read.
    pub(crate) reading: Reading,
    /// Limits how many are read at once, and with that the memory and temporary files they take.
    pub(crate) readings: Arc<Semaphore>,
    /// Lets one password be checked at a time: argon2id uses a lot of memory by design.
    pub(crate) passwords: Arc<Semaphore>,
    /// Limits how many sign-ins wait for that; the rest get a 503.
    pub(crate) waiting: Arc<Semaphore>,
    /// Keys that verify the public log; empty if the log is not signed.
    pub(crate) log_keys: Arc<[PublicKey]>,
    /// Keys of the log's witnesses.
    pub(crate) log_witnesses: Arc<[Cosigner]>,
    dumps: Cache<Option<NaiveDate>, Dumps>,
    /// Files of dumps that were compared with their sums, and whether they agree.
    whole: Cache<WholeKey, bool>,
    labels: Labels,
    names: KnownNames,
    directory: KnownDirectory,
}

/// Cached: the days that have a dump, or the dump of one day.
#[derive(Debug, Clone)]
enum Dumps {
    Days(Arc<[NaiveDate]>),
    One(Option<Arc<Published>>),
}

/// How long the list of dumps, and each dump's file list, is cached.
const DUMPS_FOR: Duration = Duration::from_secs(20);
/// The most dumps whose file lists are cached.
const DUMPS_MAX: u64 = 1_000;

/// A file of a dump as it was found: its name, length and time, and the hash it should have.
type WholeKey = (String, u64, DateTime<Utc>, String);
/// The most files whose comparison is remembered.
const WHOLE_MAX: u64 = 10_000;
/// How long it is: a disk may damage a file without changing its time.
const WHOLE_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// All names prepared for reconciliation, with the register revision they were read at.
type KnownDirectory = Arc<tokio::sync::Mutex<Option<(i64, Arc<search::names::Names>)>>>;

/// The name table, unless a writer has taken it.
type KnownNames = Arc<tokio::sync::Mutex<Option<Names>>>;

/// The most workbooks and Parquet files made at once; further requests get a 503.
const EXPORTS_AT_ONCE: usize = 3;

/// The most uploaded tables read at once; further ones wait.
const READINGS_AT_ONCE: usize = 2;

/// Names of organisations and products, by index generation, facet and slug.
type Labels = Cache<(u64, &'static str, String), Arc<str>>;
/// The most names cached.
const LABELS_MAX: u64 = 20_000;

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// The notice on a register whose records are invented.
pub(crate) const DEMONSTRATION: &str =
    "Demonstration data: every body, supplier, product and record here is invented";

impl App {
    /// A register over a database and its search index, without an identity provider or a signed log.
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
            keyring: Arc::default(),
            security_contact: None,
            seen: Arc::default(),
            checks_host: false,
            written: Arc::default(),
            provider: None,
            outside: Outside::new(false).expect("a client with the default TLS settings can be built"),
            exports: Arc::new(Semaphore::new(EXPORTS_AT_ONCE)),
            reading: Reading::of_uploads(),
            readings: Arc::new(Semaphore::new(READINGS_AT_ONCE)),
            passwords: Arc::new(Semaphore::new(1)),
            waiting: Arc::new(Semaphore::new(SIGN_INS_WAITING)),
            log_keys: Arc::new([]),
            log_witnesses: Arc::new([]),
            dumps: Cache::builder().max_capacity(DUMPS_MAX).time_to_live(DUMPS_FOR).build(),
            whole: Cache::builder().max_capacity(WHOLE_MAX).time_to_live(WHOLE_FOR).build(),
            labels: Cache::new(LABELS_MAX),
            names: KnownNames::default(),
            directory: Arc::default(),
        }
    }

    /// Replaces the clock, for this and for the leases.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { leases: Leases::new(self.db.clone(), Arc::clone(&clock)), clock, ..self }
    }

    /// Sets the keys that encrypt secrets.
    #[must_use]
    pub fn with_keyring(self, keyring: Arc<Keyring>) -> Self {
        Self { keyring, ..self }
    }

    /// Says where weaknesses are reported: a URI of `mailto:`, `https:` or `tel:`.
    #[must_use]
    pub fn with_security_contact(self, contact: Option<String>) -> Self {
        Self { security_contact: contact.map(Arc::from), ..self }
    }

    /// Refuses requests sent to another host than that of the base URL.
    #[must_use]
    pub fn with_host_checked(self) -> Self {
        Self { checks_host: true, ..self }
    }

    /// Replaces how uploaded tables are read.
    #[must_use]
    pub fn with_reading(self, reading: Reading) -> Self {
        Self { reading, ..self }
    }

    /// Adds an identity provider.
    #[must_use]
    pub fn with_provider(self, provider: Provider) -> Self {
        Self { provider: Some(Arc::new(provider)), ..self }
    }

    /// Replaces the client for webhook receivers.
    #[must_use]
    pub fn with_outside(self, outside: Outside) -> Self {
        Self { outside, ..self }
    }

    /// Sets the keys that verify the public log.
    #[must_use]
    pub fn with_log_keys(self, keys: &[PublicKey]) -> Self {
        Self { log_keys: keys.into(), ..self }
    }

    /// Sets the witnesses of the public log.
    #[must_use]
    pub fn with_log_witnesses(self, witnesses: &[Cosigner]) -> Self {
        Self { log_witnesses: witnesses.into(), ..self }
    }

    /// Today, in UTC.
    pub(crate) fn today(&self) -> NaiveDate {
        (self.clock)().date_naive()
    }

    /// Days with a dump, latest first.
    pub(crate) async fn dumps(&self) -> Result<Arc<[NaiveDate]>, StoreError> {
        if let Some(Dumps::Days(days)) = self.dumps.get(&None) {
            return Ok(days);
        }
        let days: Arc<[NaiveDate]> = published::dates(&self.objects).await?.into();
        // An empty list is not cached, so that the first dump shows at once.
        if !days.is_empty() {
            self.dumps.insert(None, Dumps::Days(Arc::clone(&days)));
        }
        Ok(days)
    }

    /// The dump of a day, if there is one.
    pub(crate) async fn dump(&self, date: NaiveDate) -> Result<Option<Arc<Published>>, StoreError> {
        if let Some(Dumps::One(dump)) = self.dumps.get(&Some(date)) {
            return Ok(dump);
        }
        let dump = published::find(&self.objects, date).await?.map(Arc::new);
        self.dumps.insert(Some(date), Dumps::One(dump.clone()));
        Ok(dump)
    }

    /// Whether a file of a dump still has the bytes it was written with. Read once, and again when its length or
    /// time changed or a day has passed. Files in a bucket are read there, and not compared.
    pub(crate) async fn is_whole(&self, dump: &Published, file: &Sum) -> Result<bool, StoreError> {
        if self.objects.folder().is_none() {
            return Ok(true);
        }
        let name = published::name(dump.date, &file.name);
        let Some(meta) = self.objects.meta(&name).await? else { return Ok(false) };
        let key = (name.clone(), meta.bytes, meta.written_at, file.sha256.clone());
        if let Some(known) = self.whole.get(&key) {
            return Ok(known);
        }
        // A task of its own: a large file is read to its end, even if whoever asked no longer waits.
        let (objects, whole, expected) = (self.objects.clone(), self.whole.clone(), file.sha256.clone());
        let compared = tokio::spawn(async move {
            let found = published::sha256(&objects, &name).await?;
            let is_whole = found.as_ref() == Some(&expected);
            if !is_whole {
                tracing::error!("{name} in the object store is damaged: its SHA-256 is not {expected}");
            }
            whole.insert(key, is_whole);
            Ok::<_, StoreError>(is_whole)
        });
        compared.await.map_err(|error| StoreError::Unavailable(error.to_string()))?
    }

    /// The name table for a write transaction: the one in memory if its revision is `changes`, else read from
    /// the database. Only one writer at a time may have it; [`keep_names`](Self::keep_names) gives it back,
    /// and without that the next writer reads it again.
    pub(crate) async fn names(&self, tx: &Tx, changes: i64) -> Result<Names, StoreError> {
        let known = self.names.lock().await.take();
        match known {
            Some(names) if names.changes() == changes => Ok(names),
            _ => Names::within(tx).await,
        }
    }

    /// Gives the name table back, after the transaction that changed it has committed.
    pub(crate) async fn keep_names(&self, names: Names) {
        *self.names.lock().await = Some(names);
    }

    /// All names, prepared for reconciliation; cached until the next public write.
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

    /// Labels of a facet's values; values without a name are left out.
    pub(crate) async fn labels(
        &self,
        facet: &'static str,
        values: &[String],
    ) -> Result<HashMap<String, Arc<str>>, StoreError> {
        let declared = facets::find(facet);
        let state = self.search.generation();
        let mut labels = HashMap::with_capacity(values.len());
        let mut unknown = Vec::new();
        for value in values {
            if let Some(code) = declared.and_then(|facet| facet.value_label(value)) {
                labels.insert(value.clone(), code.into());
            } else if let Some(name) = self.labels.get(&(state, facet, value.clone())) {
                labels.insert(value.clone(), name);
            } else {
                unknown.push(value.clone());
            }
        }
        let names = match declared.map(|facet| facet.values) {
            _ if unknown.is_empty() => BTreeMap::new(),
            Some(FacetValues::Organisations) => {
                store::names::organisations::names(&self.db, &unknown).await?
            }
            Some(FacetValues::Products) => store::names::products::names(&self.db, &unknown).await?,
            _ => BTreeMap::new(),
        };
        for (value, name) in names {
            let name: Arc<str> = name.into();
            self.labels.insert((state, facet, value.clone()), Arc::clone(&name));
            labels.insert(value, name);
        }
        Ok(labels)
    }

    /// Turns an act's refusal into its problem.
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

    /// The notice that answers must carry about the data, if any.
    pub(crate) async fn about(&self) -> Result<Option<String>, StoreError> {
        Ok(settings::read(&self.db, settings::DEMONSTRATION).await?.map(|_| DEMONSTRATION.to_owned()))
    }
}
