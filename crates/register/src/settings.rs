//! Settings: from flags, then `REGISTER_*`, then `register.toml`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context;
use clap::Args;
use serde::Deserialize;
use store::Db;
use store::ground::files;
use store::ground::keyring::Keyring;
use store::ground::objects::Objects;
use transparency::Key;

/// Settings given as flags or environment variables.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The database: sqlite://FILE or postgres://USER@HOST/DATABASE [default: sqlite://data/register.db]
    #[arg(long, env = "REGISTER_DATABASE_URL", global = true, value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// A file that holds the database URL, for secrets kept in files
    #[arg(long, env = "REGISTER_DATABASE_URL_FILE", global = true, value_name = "FILE")]
    database_url_file: Option<PathBuf>,
    /// The folder of the search index, which is rebuilt if missing [default: beside the embedded database,
    /// else data/register.index]
    #[arg(long, env = "REGISTER_INDEX", global = true, value_name = "FOLDER")]
    index: Option<PathBuf>,
    /// Where uploaded documents and dumps are: a folder, or s3://BUCKET/PREFIX with the key and endpoint in
    /// AWS_*. Back it up with the database [default: beside the embedded database, else data/objects]
    #[arg(long, env = "REGISTER_OBJECT_STORE", global = true, value_name = "PLACE")]
    object_store: Option<String>,
    /// A file with the keys that sign the public log, one a line, as made by `register log keygen` [default:
    /// beside the embedded database, where it is made if missing]
    #[arg(long, env = "REGISTER_LOG_KEY_FILE", global = true, value_name = "FILE")]
    log_key_file: Option<PathBuf>,
    /// The keys themselves, instead of the file
    #[arg(long, env = "REGISTER_LOG_KEY", global = true, value_name = "KEY", hide_env_values = true)]
    log_key: Option<String>,
    /// A file with the keys that encrypt second factors and the keys of webhooks in the database, one a line, as
    /// made by `register secrets keygen` [default: beside the embedded database, where it is made if missing]
    #[arg(long, env = "REGISTER_SECRETS_KEY_FILE", global = true, value_name = "FILE")]
    secrets_key_file: Option<PathBuf>,
    /// The keys themselves, instead of the file
    #[arg(long, env = "REGISTER_SECRETS_KEY", global = true, value_name = "KEY", hide_env_values = true)]
    secrets_key: Option<String>,
    /// MiB that must be free on the disks of an embedded database and of a folder of documents before anything is
    /// written; 0 asks for nothing [default: 64]
    #[arg(long, env = "REGISTER_LEAST_FREE", global = true, value_name = "MIB")]
    least_free: Option<u64>,
    /// Connections for reading PostgreSQL [default: 16]
    #[arg(long, env = "REGISTER_POSTGRES_READERS", global = true, value_name = "N")]
    postgres_readers: Option<u32>,
    /// Connections for writing to PostgreSQL [default: 8]
    #[arg(long, env = "REGISTER_POSTGRES_WRITERS", global = true, value_name = "N")]
    postgres_writers: Option<u32>,
    #[command(flatten)]
    provider: ProviderArguments,
    /// A file with settings
    #[arg(
        long,
        env = "REGISTER_CONFIG",
        global = true,
        value_name = "FILE",
        default_value = "register.toml"
    )]
    config: PathBuf,
    /// Print one JSON object on stdout instead of text
    #[arg(long, global = true)]
    json: bool,
}

/// An OpenID Connect provider for signing in.
#[derive(Debug, Args)]
struct ProviderArguments {
    /// An OpenID Connect provider at which people can also sign in: the address of its issuer
    #[arg(long, env = "REGISTER_OIDC_ISSUER", global = true, value_name = "URL")]
    oidc_issuer: Option<String>,
    /// The register's client id at the provider
    #[arg(long, env = "REGISTER_OIDC_CLIENT_ID", global = true, value_name = "ID")]
    oidc_client_id: Option<String>,
    /// The register's client secret at the provider
    #[arg(
        long,
        env = "REGISTER_OIDC_CLIENT_SECRET",
        global = true,
        value_name = "SECRET",
        hide_env_values = true
    )]
    oidc_client_secret: Option<String>,
    /// A file that holds the client secret
    #[arg(long, env = "REGISTER_OIDC_CLIENT_SECRET_FILE", global = true, value_name = "FILE")]
    oidc_client_secret_file: Option<PathBuf>,
}

/// The provider's settings, resolved.
#[derive(Debug)]
struct ProviderSettings {
    issuer: String,
    client: String,
    secret: Option<String>,
}

/// Settings in `register.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<SocketAddr>,
    base_url: Option<String>,
    database_url: Option<String>,
    database_url_file: Option<PathBuf>,
    index: Option<PathBuf>,
    object_store: Option<String>,
    log_key_file: Option<PathBuf>,
    secrets_key_file: Option<PathBuf>,
    security_contact: Option<String>,
    least_free: Option<u64>,
    postgres_readers: Option<u32>,
    postgres_writers: Option<u32>,
    oidc_issuer: Option<String>,
    oidc_client_id: Option<String>,
    oidc_client_secret: Option<String>,
    oidc_client_secret_file: Option<PathBuf>,
}

/// Settings, resolved.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) database_url: String,
    /// Whether anybody named a database. If not, the first start loads demonstration data.
    pub(crate) database_is_named: bool,
    pub(crate) json: bool,
    index: Option<PathBuf>,
    object_store: Option<String>,
    log_key_file: Option<PathBuf>,
    log_key: Option<String>,
    secrets_key_file: Option<PathBuf>,
    secrets_key: Option<String>,
    security_contact: Option<String>,
    database: store::ground::db::Options,
    listen: Option<SocketAddr>,
    base_url: Option<String>,
    provider: Option<ProviderSettings>,
    /// Databases to close when the command ends.
    opened: Mutex<Vec<Db>>,
    /// The folder of an empty database that is only used by a check, deleted with the settings.
    aside: Mutex<Option<tempfile::TempDir>>,
}

const DATABASE_URL: &str = "sqlite://data/register.db";

impl Settings {
    pub(crate) fn resolve(arguments: Arguments) -> anyhow::Result<Self> {
        let file = match std::fs::read_to_string(&arguments.config) {
            Ok(text) => toml::from_str(&text).with_context(|| format!("{}", arguments.config.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => File::default(),
            Err(error) => return Err(error).with_context(|| format!("{}", arguments.config.display())),
        };
        let secret = |path: PathBuf| {
            std::fs::read_to_string(&path)
                .map(|text| text.trim().to_owned())
                .with_context(|| format!("{}", path.display()))
        };
        let named = match (arguments.database_url, arguments.database_url_file) {
            (Some(url), _) => Some(url),
            (None, Some(path)) => Some(secret(path)?),
            (None, None) => match (file.database_url, file.database_url_file) {
                (Some(url), _) => Some(url),
                (None, path) => path.map(secret).transpose()?,
            },
        };
        let given = arguments.provider;
        let provider = match given.oidc_issuer.or(file.oidc_issuer) {
            None => None,
            Some(issuer) => Some(ProviderSettings {
                issuer,
                client: given.oidc_client_id.or(file.oidc_client_id).context(
                    "a provider of sign-ins is set, but not what it calls the register: set REGISTER_OIDC_CLIENT_ID",
                )?,
                secret: match (given.oidc_client_secret, given.oidc_client_secret_file) {
                    (Some(known), _) => Some(known),
                    (None, Some(path)) => Some(secret(path)?),
                    (None, None) => match (file.oidc_client_secret, file.oidc_client_secret_file) {
                        (Some(known), _) => Some(known),
                        (None, path) => path.map(secret).transpose()?,
                    },
                },
            }),
        };
        let usual = store::ground::db::Options::default();
        let least_free = arguments.least_free.or(file.least_free).map(|mib| mib.saturating_mul(1 << 20));
        let database = store::ground::db::Options {
            readers: arguments.postgres_readers.or(file.postgres_readers).unwrap_or(usual.readers),
            writers: arguments.postgres_writers.or(file.postgres_writers).unwrap_or(usual.writers),
            least_free: least_free.unwrap_or(usual.least_free),
            ..usual
        };
        Ok(Self {
            database,
            database_is_named: named.is_some(),
            database_url: named.unwrap_or_else(|| DATABASE_URL.to_owned()),
            json: arguments.json,
            index: arguments.index.or(file.index),
            object_store: arguments.object_store.or(file.object_store),
            log_key_file: arguments.log_key_file.or(file.log_key_file),
            log_key: arguments.log_key,
            secrets_key_file: arguments.secrets_key_file.or(file.secrets_key_file),
            secrets_key: arguments.secrets_key,
            security_contact: file.security_contact,
            listen: file.listen,
            base_url: file.base_url,
            provider,
            opened: Mutex::default(),
            aside: Mutex::default(),
        })
    }

    /// The identity provider, if one is set.
    pub(crate) fn provider(&self, base_url: &str) -> anyhow::Result<Option<api::Provider>> {
        let Some(ProviderSettings { issuer, client, secret }) = &self.provider else { return Ok(None) };
        match api::Provider::new(issuer, client, secret.clone(), base_url) {
            Ok(provider) => Ok(Some(provider)),
            Err(error) => anyhow::bail!("the provider of sign-ins cannot be used: {error}"),
        }
    }

    /// Opens the database without migrating it. It is closed when the command ends.
    pub(crate) async fn open_as_it_is(&self) -> anyhow::Result<Db> {
        let db = Db::open_with(&self.database_url, &self.database).await?;
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).push(db.clone());
        Ok(db)
    }

    /// Opens the database and migrates it. It is closed when the command ends.
    pub(crate) async fn open(&self) -> anyhow::Result<Db> {
        let db = self.open_as_it_is().await?;
        db.migrate().await?;
        Ok(db)
    }

    /// Opens the database for a check, which changes nothing: if there is none, none is made at its place, and the check
    /// runs against an empty one that is deleted afterwards. Errors: it is of an earlier release, and a check does not
    /// migrate it.
    pub(crate) async fn open_to_check(&self) -> anyhow::Result<Db> {
        if Db::is_at(&self.database_url)? {
            let db = self.open_as_it_is().await?;
            if !db.is_migrated().await? {
                anyhow::bail!(
                    "{} is of an earlier release, and a check does not migrate it: run register migrate first, or check \
                     against a copy",
                    db.describe()
                );
            }
            return Ok(db);
        }
        let folder = tempfile::tempdir().context("no temporary folder for the check")?;
        let url = format!("sqlite://{}", folder.path().join("check.db").display());
        let db = Db::open_with(&url, &self.database).await?;
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).push(db.clone());
        *self.aside.lock().unwrap_or_else(PoisonError::into_inner) = Some(folder);
        db.migrate().await?;
        Ok(db)
    }

    /// Closes the databases. That leaves an embedded database in a single file, with no write-ahead log that
    /// somebody might forget to copy.
    pub(crate) async fn close(&self) {
        let opened = std::mem::take(&mut *self.opened.lock().unwrap_or_else(PoisonError::into_inner));
        for db in opened {
            db.close().await;
        }
    }

    /// The folder of the search index.
    pub(crate) fn index(&self, db: &Db) -> PathBuf {
        let beside = || db.file().map(|file| file.with_extension("index"));
        self.index.clone().or_else(beside).unwrap_or_else(|| PathBuf::from("data/register.index"))
    }

    /// Whether the log keys come from the environment rather than a file.
    pub(crate) fn has_log_key_itself(&self) -> bool {
        self.log_key.is_some()
    }

    /// The file of the log keys; `None` if its place is not known.
    pub(crate) fn log_key_file(&self, db: &Db) -> Option<PathBuf> {
        let beside = || db.file().map(|file| file.with_extension("log-key"));
        self.log_key_file.clone().or_else(beside)
    }

    /// Whether the keys that encrypt secrets come from the environment rather than a file.
    pub(crate) fn has_secrets_key_itself(&self) -> bool {
        self.secrets_key.is_some()
    }

    /// The file of the keys that encrypt secrets; `None` if its place is not known.
    pub(crate) fn secrets_key_file(&self, db: &Db) -> Option<PathBuf> {
        let beside = || db.file().map(|file| file.with_extension("secrets-key"));
        self.secrets_key_file.clone().or_else(beside)
    }

    /// The keys that encrypt secrets; `None` if there are none yet. Errors: the file holds no keys, or can be read
    /// by others.
    pub(crate) fn secrets_keys(&self, db: &Db) -> anyhow::Result<Option<Keyring>> {
        if self.secrets_key.is_some() && self.secrets_key_file.is_some() {
            anyhow::bail!("both a key and a file of keys are set for secrets: set one of them");
        }
        let (text, from) = match (&self.secrets_key, self.secrets_key_file(db)) {
            (Some(text), _) => (text.clone(), "REGISTER_SECRETS_KEY".to_owned()),
            (None, None) => return Ok(None),
            (None, Some(path)) => match read_private(&path, false)? {
                Some(text) => (text, path.display().to_string()),
                None => return Ok(None),
            },
        };
        let keys = Keyring::read(&text);
        keys.map(Some).with_context(|| {
            format!("{from} does not hold the keys that encrypt secrets (SECRETS+KEY+...): restore it")
        })
    }

    /// Where weaknesses are reported, as an address of `mailto:`, `https:` or `tel:`; an email address will do.
    /// Errors: it is something else.
    pub(crate) fn security_contact(&self, given: Option<&str>) -> anyhow::Result<Option<String>> {
        let Some(contact) = given.or(self.security_contact.as_deref()).map(str::trim) else {
            return Ok(None);
        };
        if store::people::is_address(contact) && !contact.contains(':') {
            return Ok(Some(format!("mailto:{contact}")));
        }
        let known = ["mailto:", "https://", "tel:"].iter().any(|start| contact.starts_with(start));
        if !known || contact.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            anyhow::bail!(
                "'{contact}' is no security contact: give an email address, or an address that begins with mailto:, \
                 https:// or tel:"
            );
        }
        Ok(Some(contact.to_owned()))
    }

    /// The keys that sign the public log; `None` if there are none. Errors: a file that was named is missing,
    /// holds no keys, or can be read by others.
    pub(crate) fn log_keys(&self, db: &Db) -> anyhow::Result<Option<Vec<Key>>> {
        if self.log_key.is_some() && self.log_key_file.is_some() {
            anyhow::bail!("both a key and a file of keys are set for the public log: set one of them");
        }
        let (text, from) = match (&self.log_key, self.log_key_file(db)) {
            (Some(text), _) => (text.clone(), "REGISTER_LOG_KEY".to_owned()),
            (None, None) => return Ok(None),
            (None, Some(path)) => match read_private(&path, self.log_key_file.is_some())? {
                Some(text) => (text, path.display().to_string()),
                None => return Ok(None),
            },
        };
        let keys = Key::read_all(&text);
        keys.map(Some).with_context(|| {
            format!("{from} does not hold the keys that sign the public log (PRIVATE+KEY+...): restore it")
        })
    }

    /// The store of uploaded documents and dumps.
    pub(crate) fn objects(&self, db: &Db) -> anyhow::Result<Objects> {
        let beside = || {
            let folder = db.file().and_then(|file| file.parent()).map(|folder| folder.join("objects"));
            folder.map(|folder| folder.display().to_string())
        };
        let address = self.object_store.clone().or_else(beside);
        let objects: Objects = address.as_deref().unwrap_or("data/objects").parse()?;
        Ok(objects.with_least_free(self.database.least_free))
    }

    /// The address to listen on: from the flag, the settings file, or the default.
    pub(crate) fn listen(&self, given: Option<SocketAddr>) -> SocketAddr {
        given.or(self.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)))
    }

    /// The register's public address, from the flag or the settings file.
    pub(crate) fn base_url(&self, given: Option<&str>) -> Option<String> {
        given.or(self.base_url.as_deref()).map(|url| url.trim_end_matches('/').to_owned())
    }

    /// As [`Settings::base_url`], or else the address from the last start of the server. Errors: none is
    /// known.
    pub(crate) async fn known_base_url(&self, given: Option<&str>, db: &Db) -> anyhow::Result<String> {
        if let Some(given) = self.base_url(given) {
            return Ok(given);
        }
        let said = store::ground::settings::read(db, store::ground::settings::BASE_URL).await?;
        said.context(
            "nobody told the address of the register, which begins every link in what is written: give it with --base-url \
             (REGISTER_BASE_URL), or start the register once",
        )
    }
}

/// A file that only its owner can read; `None` if it is missing and nobody named it. Errors: others can read it.
fn read_private(path: &Path, named: bool) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => match files::too_open(path) {
            Some(why) => anyhow::bail!("{why}"),
            None => Ok(Some(text)),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => Ok(None),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}
