//! Shared state of all handlers.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use acts::{Quotas, Refusal};
use chrono::NaiveDate;
use domain::facets::{self, FacetValues};
use export::describe::Sum;
use export::dump::DumpName;
use export::published::{self, Published};
use importer::table::Reading;
use moka::sync::Cache;
use search::Search;
use store::ground::keyring::Keyring;
use store::ground::lease::{Clock, Leases};
use store::ground::line::{Line, Room};
use store::ground::objects::Objects;
use store::ground::settings;
use store::names::Names;
use store::{Db, StoreError, Tx};
use transparency::{Cosigner, PublicKey};

use crate::client::Proxies;
use crate::faulty::FaultyFiles;
use crate::limits::{Counters, Limits};
use crate::problem::{ApiError, Fault};
use crate::provider::Provider;
use crate::reading::Words;
use crate::seen::Seen;
use crate::suggestions::{self, Suggestions};
use crate::tombstone;
use crate::webhooks::Outside;
use crate::whole::Comparisons;

/// How many sign-ins wait for their password to be checked.
const PASSWORDS: Room = Room { at_once: 1, at_once_of_one: 1, waiting: 256, waiting_of_one: 16 };

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
    /// How much one address or token may ask.
    pub(crate) limits: Arc<Counters>,
    /// How much bodies may have.
    pub(crate) quotas: Quotas,
    /// The proxies whose word on where requests come from counts.
    pub(crate) proxies: Arc<Proxies>,
    /// The line for heavy exports.
    pub(crate) exports: Line,
    /// The line for steps of exports and reconciliation, and for comparing versions.
    pub(crate) steps: Line,
    /// The line for checking passwords, one at a time: argon2id uses a lot of memory by design.
    pub(crate) passwords: Line,
    /// Keys that encrypt the cookies of sign-ins at a provider: those for secrets, or else this process's own.
    pub(crate) cookies: Arc<Keyring>,
    /// How uploaded tables are read.
    pub(crate) reading: Reading,
    /// Limits how many are read at once, and with that the memory and temporary files they take.
    pub(crate) readings: Line,
    /// Keys that verify the public log; empty if the log is not signed.
    pub(crate) log_keys: Arc<[PublicKey]>,
    /// Keys of the log's witnesses.
    pub(crate) log_witnesses: Arc<[Cosigner]>,
    dumps: Cache<Option<DumpName>, Dumps>,
    /// Files of dumps that were compared with their sums, and whether they agree.
    whole: Comparisons,
    /// Uploaded files with faults, for copies that show them.
    pub(crate) faulty: FaultyFiles,
    labels: Labels,
    names: KnownNames,
    directory: KnownDirectory,
    /// Names, for reading search texts.
    pub(crate) words: Words,
    suggestions: Arc<tokio::sync::Mutex<suggestions::Known>>,
}

/// Cached: which dumps there are and when they were listed, or one dump.
#[derive(Debug, Clone)]
enum Dumps {
    All(Arc<[published::Known]>, Instant),
    One(Option<Arc<Published>>),
}

/// How long the list of dumps, and each dump's file list, is cached.
const DUMPS_FOR: Duration = Duration::from_secs(20);
/// How long the list of dumps is good enough when a new dump is expected.
const DUMPS_SOON: Duration = Duration::from_secs(1);
/// The most dumps whose file lists are cached.
const DUMPS_MAX: u64 = 1_000;

/// All names prepared for reconciliation, with the register revision they were read at.
type KnownDirectory = Arc<tokio::sync::Mutex<Option<(i64, Arc<search::names::Names>)>>>;

/// The name table, unless a writer has taken it.
type KnownNames = Arc<tokio::sync::Mutex<Option<Names>>>;

/// How many workbooks and Parquet files are made at once, and for how many addresses.
const EXPORTS: Room = Room { at_once: 3, at_once_of_one: 1, waiting: 64, waiting_of_one: 6 };

/// How many steps of long answers are worked on at once: one for each processor, and for one address half of them.
fn steps() -> Room {
    let processors = std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get);
    Room {
        at_once: processors.max(2),
        at_once_of_one: (processors / 2).max(1),
        waiting: 4_096,
        waiting_of_one: 256,
    }
}

/// How many uploaded tables are read at once; further ones wait.
const READINGS: Room = Room { at_once: 2, at_once_of_one: 2, waiting: 64, waiting_of_one: 16 };

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
            limits: Arc::new(Counters::new(Limits::default())),
            quotas: Quotas::default(),
            proxies: Arc::default(),
            exports: Line::new(EXPORTS),
            steps: Line::new(steps()),
            passwords: Line::new(PASSWORDS),
            cookies: Arc::new(Keyring::read(&Keyring::generate()).expect("a new key can be read")),
            reading: Reading::of_uploads(),
            readings: Line::new(READINGS),
            log_keys: Arc::new([]),
            log_witnesses: Arc::new([]),
            dumps: Cache::builder().max_capacity(DUMPS_MAX).time_to_live(DUMPS_FOR).build(),
            whole: Comparisons::default(),
            faulty: FaultyFiles::default(),
            labels: Cache::new(LABELS_MAX),
            names: KnownNames::default(),
            directory: Arc::default(),
            words: Words::default(),
            suggestions: Arc::default(),
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
        // All processes of a register read each other's cookies, if they share a key.
        let cookies = if keyring.newest().is_some() { Arc::clone(&keyring) } else { self.cookies };
        Self { keyring, cookies, ..self }
    }

    /// Sets how much one address or token may ask.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits: Arc::new(Counters::new(limits)), ..self }
    }

    /// Sets how much bodies may have.
    #[must_use]
    pub fn with_quotas(self, quotas: Quotas) -> Self {
        Self { quotas, ..self }
    }

    /// Names the proxies in front.
    #[must_use]
    pub fn with_proxies(self, proxies: Proxies) -> Self {
        Self { proxies: Arc::new(proxies), ..self }
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

    /// Every dump there is or was, latest first. With `soon`, not from a list older than a second: for when
    /// there may be a newer dump.
    pub(crate) async fn dumps(&self, soon: bool) -> Result<Arc<[published::Known]>, StoreError> {
        if let Some(Dumps::All(known, at)) = self.dumps.get(&None)
            // The successor of a dump that was taken back is on its way, and shows at once.
            && (at.elapsed() < DUMPS_SOON || !soon && known.first().is_some_and(|one| !one.withdrawn))
        {
            return Ok(known);
        }
        let known: Arc<[published::Known]> = published::known(&self.objects).await?.into();
        // An empty list is not cached, so that the first dump shows at once.
        if !known.is_empty() {
            self.dumps.insert(None, Dumps::All(Arc::clone(&known), Instant::now()));
        }
        Ok(known)
    }

    /// A dump, if there is a complete one of that name.
    pub(crate) async fn dump(&self, name: DumpName) -> Result<Option<Arc<Published>>, StoreError> {
        if let Some(Dumps::One(dump)) = self.dumps.get(&Some(name)) {
            return Ok(dump);
        }
        let dump = published::find(&self.objects, name).await?.map(Arc::new);
        self.dumps.insert(Some(name), Dumps::One(dump.clone()));
        Ok(dump)
    }

    /// Whether a file of a dump still has the bytes it was written with. Read once, and again when its length or
    /// time changed or a day has passed. Files in a bucket are read there, and not compared.
    pub(crate) async fn is_whole(&self, dump: &Published, file: &Sum) -> Result<bool, StoreError> {
        if self.objects.folder().is_none() {
            return Ok(true);
        }
        let name = published::name(dump.name, &file.name);
        let Some(meta) = self.objects.meta(&name).await? else { return Ok(false) };
        let found = (name.clone(), meta.bytes, meta.written_at, file.sha256.clone());
        let (objects, expected) = (self.objects.clone(), file.sha256.clone());
        let compare = async move {
            let is_whole = published::sha256(&objects, &name).await?.as_ref() == Some(&expected);
            if !is_whole {
                tracing::error!("{name} in the object store is damaged: its SHA-256 is not {expected}");
            }
            Ok::<_, StoreError>(is_whole)
        };
        self.whole.agrees(found, compare).await
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

    /// What the search field completes; cached until searches see a newer state.
    pub(crate) async fn suggestions(&self) -> Result<Arc<Suggestions>, ApiError> {
        let mut known = self.suggestions.lock().await;
        match known.made(&self.search) {
            Some(made) => Ok(made),
            None => known.make(&self.db, &self.search, self.directory().await?).await,
        }
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
            Refusal::Withdrawn(record) => match tombstone::published(&self.base_url, *record) {
                Ok(_) => ApiError::Inside,
                Err(gone) => gone,
            },
            Refusal::Forbidden(permission) => ApiError::Forbidden(permission),
            Refusal::SignInAgain => ApiError::SignInAgain,
            Refusal::Rule(detail) => ApiError::Refused(detail),
            Refusal::Conflict(detail) => ApiError::Conflict(detail),
            Refusal::NotNow { detail, allowed } => ApiError::NotNow { detail, allowed },
            Refusal::Stale => StoreError::Stale.into(),
            Refusal::TooMany => ApiError::TooMany,
            Refusal::Quota(detail) => ApiError::Quota(detail),
            Refusal::Store(error) => error.into(),
        })
    }

    /// The notice that answers must carry about the data, if any.
    pub(crate) async fn about(&self) -> Result<Option<String>, StoreError> {
        Ok(settings::read(&self.db, settings::DEMONSTRATION).await?.map(|_| DEMONSTRATION.to_owned()))
    }
}
