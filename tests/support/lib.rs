//! Shared by all tests: a register on SQLite or PostgreSQL, requests to it, and a clock that stands still.
//!
//! `REGISTER_TEST_DATABASE` chooses the database: `sqlite` (the default) or `postgres`, for which one
//! throwaway server is started per run.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

pub mod anything;
pub mod data;
pub mod fuzz;
pub mod office;
pub mod postgres;
pub mod provider;
pub mod receiver;
pub mod s3;
pub mod witness;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use acts::{Act, Actor};
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use chrono::{DateTime, Utc};
use domain::authorisation::{Grant, Remit};
use domain::codes::{AliasKind, OrganisationKind, Role};
use domain::organisation::OrganisationRef;
use domain::{Organisation, Record};
use export::dump::Job;
use http_body_util::BodyExt;
use importer::sources::SourceOptions;
use importer::{Event, Options, Report, RowError, Source};
use search::{Place, Search};
use serde_json::Value;
use store::Db;
use store::ground::keyring::Keyring;
use store::ground::objects::Objects;
use store::ground::secret::{Opens, Secret};
use store::log::signer::Signer;
use store::log::still::Signing;
use store::names::Names;
use store::people;
use store::records::publish::{Candidate, Prepared, SourceKey, Terms, publish};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use transparency::Key;

/// The time in all tests.
pub fn now() -> DateTime<Utc> {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// The keys that encrypt secrets in all tests.
pub fn keyring() -> Arc<Keyring> {
    static LINE: LazyLock<String> = LazyLock::new(Keyring::generate);
    Arc::new(Keyring::read(&LINE).unwrap())
}

/// Whether the suite runs on PostgreSQL.
pub fn on_postgres() -> bool {
    std::env::var("REGISTER_TEST_DATABASE").is_ok_and(|name| name == "postgres")
}

/// A register for one test.
#[derive(Debug)]
pub struct TestApp {
    /// Its database.
    pub db: Db,
    /// Its search index.
    pub search: Search,
    /// The database's URL.
    pub url: String,
    /// The state shared by its handlers.
    pub api: api::App,
    router: axum::Router,
    /// Its documents and dumps.
    pub objects: Objects,
    /// A folder that is deleted after the test.
    pub folder: tempfile::TempDir,
    /// The key that signs its public log.
    pub log_key: Key,
}

/// A complete answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// A header as text; empty if missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

impl TestApp {
    /// An empty register.
    pub async fn new() -> Self {
        Self::made(|app| app).await
    }

    /// An empty register with its own clock.
    pub async fn ticking(clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self::made(|app| app.with_clock(Arc::new(clock))).await
    }

    /// An empty register, with further set-up.
    pub async fn made(finish: impl FnOnce(api::App) -> api::App) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = fresh(&folder).await;
        let log_key = Key::read(&Key::generate("register.test/log").unwrap().0).unwrap();
        // Boxed, as below: what tests hold over their awaits would grow past clippy's limit.
        Box::pin(Self::over(url, folder, log_key, finish)).await
    }

    /// A register on an existing database, migrated. Its objects are in the folder.
    pub async fn over(
        url: String,
        folder: tempfile::TempDir,
        log_key: Key,
        finish: impl FnOnce(api::App) -> api::App,
    ) -> Self {
        // Makes every test fail in which a request holds the writing connection and asks for another.
        let options = store::ground::db::Options { one_at_a_time: true, ..Default::default() };
        let db = Db::open_with(&url, &options).await.unwrap();
        db.migrate().await.unwrap();
        Box::pin(Self::with(db, url, folder, log_key, finish)).await
    }

    /// The same register through another connection, as another process would have it.
    pub async fn on(&self, db: Db) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Box::pin(Self::with(db, self.url.clone(), folder, self.log_key.clone(), |app| app)).await
    }

    async fn with(
        db: Db,
        url: String,
        folder: tempfile::TempDir,
        log_key: Key,
        finish: impl FnOnce(api::App) -> api::App,
    ) -> Self {
        if !fuzz::is_by_hand() {
            importer::table::set_program(reader());
        }
        let search = Search::open(&db, Place::Memory).await.unwrap();
        let objects = folder.path().join("objects").to_str().unwrap().parse::<Objects>().unwrap();
        let app = api::App::new(db.clone(), search.clone(), objects, "http://register.test", Arc::new(now));
        let app = finish(app.with_log_keys(&[log_key.public().clone()]).with_keyring(keyring()));
        store::people::encrypting::encrypt_rest(&app.leases, &app.keyring).await.unwrap();
        let objects = app.objects.clone();
        Self {
            db,
            search,
            url,
            router: api::site(app.clone(), web::pages),
            api: app,
            objects,
            folder,
            log_key,
        }
    }

    /// A register with the demonstration data.
    pub async fn demonstration() -> Self {
        let app = Self::new().await;
        importer::demonstration::load(&app.db, now()).await.unwrap();
        app
    }

    /// A new signer for its public log.
    pub fn signer(&self) -> Signer {
        self.signer_with(vec![self.log_key.clone()])
    }

    /// A new signer with other keys.
    pub fn signer_with(&self, keys: Vec<Key>) -> Signer {
        Signer::new(self.api.leases.clone(), self.objects.clone(), keys)
    }

    /// Runs a dump job on a blocking thread. Links begin with `http://register.test`.
    pub async fn dumping<T: Send + 'static>(
        &self,
        signing: Signing,
        doing: impl FnOnce(&mut Job<'_>) -> T + Send + 'static,
    ) -> T {
        let (handle, leases) = (Handle::current(), self.api.leases.clone());
        let doing = move || {
            let (stop, progress) = (CancellationToken::new(), &mut |_, _| {});
            let base_url = "http://register.test";
            doing(&mut Job {
                handle: &handle,
                leases: &leases,
                signing: &signing,
                base_url,
                stop: &stop,
                progress,
            })
        };
        tokio::task::spawn_blocking(doing).await.unwrap()
    }

    /// Sends a request without a body, after search has caught up.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.search.catch_up().await.unwrap();
        self.send_now(method, path, headers).await
    }

    /// Sends a request without a body, without waiting for search.
    pub async fn send_now(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send_body(method, path, headers, Vec::new()).await
    }

    /// Sends a request with a body.
    pub async fn send_body(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "register.test");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap_or_default(),
        }
    }

    /// Adds an organisation and returns its id.
    pub async fn organisation(&self, name: &str, kind: OrganisationKind) -> String {
        let mut new = Organisation::named(name, "GB");
        new.kind = Some(kind);
        let tx = self.db.begin().await.unwrap();
        let (_, slug) = store::names::organisations::save(&tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        let found = store::names::organisations::find(&self.db, &slug).await.unwrap().unwrap();
        found.organisation.id.unwrap().to_string()
    }

    /// Merges one body into another, as the command does. Returns how many records show the other now.
    pub async fn merge(&self, slug: &str, into: &str, kind: AliasKind) -> u64 {
        let tx = self.db.begin().await.unwrap();
        let act = Act { tx: &tx, now: now(), actor: Actor::CommandLine };
        let moved = acts::merge_organisation(&act, slug, into, kind).await.unwrap();
        tx.commit().await.unwrap();
        moved
    }

    /// Adds a person with a role and returns their token. Roles for the whole register have no organisation.
    pub async fn token(&self, email: &str, role: Role, organisation: Option<&str>) -> String {
        self.token_with(email, role, organisation, Remit::default()).await
    }

    /// As [`TestApp::token`], for a regulator with a limited remit.
    pub async fn token_with(
        &self,
        email: &str,
        role: Role,
        organisation: Option<&str>,
        remit: Remit,
    ) -> String {
        let secret = Secret::new(Opens::Person);
        let tx = self.db.begin_quietly().await.unwrap();
        let person = match people::find(&tx, email).await.unwrap() {
            Some(person) => person,
            None => people::create(&tx, email, email, now()).await.unwrap(),
        };
        let grant = Grant { role, organisation: organisation.map(str::to_owned), remit };
        people::grant(&tx, &person.id, &grant, now()).await.unwrap();
        let token = people::Token {
            id: secret.sha256()[..32].to_owned(),
            person: person.id,
            parent: None,
            session: None,
            label: "test".to_owned(),
            role: None,
            organisation: None,
            created_at: now(),
            expires_at: now() + chrono::TimeDelta::days(30),
            revoked_at: None,
        };
        people::keep_token(&tx, &token, &secret.sha256()).await.unwrap();
        tx.commit().await.unwrap();
        secret.reveal()
    }

    /// The bytes of an answer that is not text.
    pub async fn bytes(&self, path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
        let mut request = Request::builder().uri(path).header("host", "register.test");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body().collect().await.unwrap().to_bytes().to_vec()
    }

    /// Sends JSON with a token; `etag` goes into `If-Match`.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        token: &str,
        etag: Option<&str>,
        body: Value,
    ) -> Answer {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(etag.map(|etag| ("if-match", etag)));
        let kind = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
        let sent = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        if !sent.is_empty() {
            headers.push(("content-type", kind));
        }
        self.search.catch_up().await.unwrap();
        self.send_body(method, path, &headers, sent).await
    }

    /// GETs a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[]).await
    }

    /// GETs a path as JSON; the status must be 200.
    #[track_caller]
    pub fn json(&self, path: &str) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        async move {
            let answer = self.get(path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path} at {caller}: {}", answer.text);
            answer.json()
        }
    }

    /// Publishes records in one transaction, keyed by publisher and title. Returns their ids.
    pub async fn publish(&self, records: &[Record]) -> Vec<String> {
        self.publish_at(records, now()).await
    }

    /// Publishes records as of a time. Returns their ids.
    pub async fn publish_at(&self, records: &[Record], at: DateTime<Utc>) -> Vec<String> {
        let batch: Vec<Prepared> =
            records.iter().map(|record| Prepared::new(candidate(record, at))).collect();
        let tx = self.db.begin().await.unwrap();
        let mut names = Names::within(&tx).await.unwrap();
        let answers = Box::pin(publish(&tx, &mut names, &batch, &Terms::default(), now())).await.unwrap();
        tx.commit().await.unwrap();
        answers.into_iter().map(|answer| answer.id).collect()
    }

    /// Writes a file to the test's folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Imports a file. Row errors are in words, without the folder.
    pub async fn import(&self, source: Source, path: &Path) -> (Report, Vec<String>) {
        self.import_with(source, path, &options()).await.unwrap()
    }

    /// Imports a file with options.
    pub async fn import_with(
        &self,
        source: Source,
        path: &Path,
        options: &Options,
    ) -> Result<(Report, Vec<String>), importer::ImportError> {
        let mut errors = Vec::new();
        let report = importer::import(&self.db, source, path, options, |event| {
            if let Event::Error(error) = event {
                errors.push(error);
            }
        })
        .await?;
        Ok((report, errors.iter().map(shown).collect()))
    }
}

/// The program that reads spreadsheets for the suite: cargo builds it beside the folder of the tests.
pub fn reader() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let reader = tests.parent().and_then(Path::parent).unwrap().join("suite-reader");
    assert!(reader.exists(), "{} is missing: cargo test -p suite builds it", reader.display());
    reader
}

/// The URL of an unused database; for SQLite, a file in the folder.
pub async fn fresh(folder: &tempfile::TempDir) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    if on_postgres() {
        postgres::database(COUNT.fetch_add(1, Ordering::Relaxed)).await
    } else {
        format!("sqlite://{}", folder.path().join("register.db").display())
    }
}

/// A row error in words, with only the file's name.
pub fn shown(error: &RowError) -> String {
    let name = Path::new(&error.file).file_name().unwrap_or_default().to_string_lossy().into_owned();
    RowError { file: name, ..error.clone() }.to_string()
}

/// The options of an ordinary import.
pub fn options() -> Options {
    Options { source: SourceOptions::default(), check: false, now: now() }
}

fn candidate(record: &Record, at: DateTime<Utc>) -> Candidate {
    Candidate {
        source: Some(SourceKey {
            source: "test".to_owned(),
            key: format!("{}|{}", record.publisher.name, record.name),
            dataset: "test".to_owned(),
            edition: "2026-11".to_owned(),
            identity: None,
        }),
        id: None,
        record: record.clone(),
        trace: None,
        note: None,
        published_at: Some(at),
    }
}

/// A record for tests, changed as needed.
pub fn record(title: &str, change: impl FnOnce(&mut Record)) -> Record {
    use domain::codes::{Origin, Phase, Sector};
    let publisher = OrganisationRef::named("Northmoor Borough Council");
    let mut record = Record::new(Origin::SelfDeclared, publisher, title.to_owned(), "GB", "en");
    record.phase = Some(Phase::Production);
    record.sectors = vec![Sector::Schools];
    record.summary = Some(format!("{title} in plain words."));
    change(&mut record);
    record
}

/// Removes the triggers that stop published data from changing. Does nothing the second time.
pub async fn unguard(db: &Db) {
    let statements: &[&str] = if on_postgres() {
        &[
            "DROP TRIGGER IF EXISTS log_entries_stay ON log_entries",
            "DROP TRIGGER IF EXISTS record_versions_stay ON record_versions",
            "ALTER TABLE record_versions DROP CONSTRAINT IF EXISTS record_versions_record_seq_fkey",
        ]
    } else {
        &[
            "DROP TRIGGER IF EXISTS log_entries_stay",
            "DROP TRIGGER IF EXISTS log_entries_remain",
            "DROP TRIGGER IF EXISTS record_versions_stay",
            "DROP TRIGGER IF EXISTS record_versions_remain",
            "PRAGMA foreign_keys = OFF",
        ]
    };
    for statement in statements {
        store::ground::raw::execute(db, statement).await.unwrap();
    }
}
