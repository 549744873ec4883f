//! `register log`: the state of the public log, and the keys that sign it.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::Utc;
use clap::{Args, Subcommand};
use store::Db;
use store::ground::lease::Leases;
use store::ground::settings as stored;
use store::log::files::checkpoint;
use store::log::signer::{SignError, Signer};
use transparency::{Key, PublicKey, open, peek};

use crate::exit::Ended;
use crate::settings::Settings;
use crate::stop::{self, Stopped};

/// How long giving back a lease may take.
const ENDING: Duration = Duration::from_secs(5);

/// First line of a key file.
const SECRET: &str =
    "# Signs the public log of a register. Anybody who has it can sign in its name: show it to nobody.\n";

#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    /// Create the key that signs the log, and print the one that verifies it
    Keygen(Keygen),
    /// Start signing with a second, new key as well; with --finish, stop signing with the older one
    Rotate(Rotate),
    /// Sign new entries once, as a running register does all the time
    Sign,
    /// Print how many entries there are and how many are signed, and the keys that verify it
    Status,
    /// Rewrite every file of the log from the entries in the database, which must be those that were signed
    Rebuild,
}

#[derive(Debug, Args)]
pub(crate) struct Keygen {
    /// The log's name, for ever: the register's address without https://, plus a part that tells its logs
    /// apart
    #[arg(long, value_name = "NAME", default_value = "register.example/log")]
    name: String,
}

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// Stop signing with the older key
    #[arg(long)]
    finish: bool,
}

impl Log {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let db = settings.open().await?;
        let place = || {
            if settings.has_log_key_itself() {
                bail!(
                    "the keys are in REGISTER_LOG_KEY: unset it, do this with a file, and put its lines there"
                );
            }
            settings
                .log_key_file(&db)
                .context("no file is set for the key: set REGISTER_LOG_KEY_FILE, or --log-key-file")
        };
        match self {
            Self::Keygen(Keygen { name }) => {
                let path = place()?;
                if let Some(signed) = signed_by(settings, &db).await? {
                    bail!(
                        "this log is signed by {signed} already: restore the file of that key, or run `register log rotate`"
                    );
                }
                let public = keep_new_key(&path, &name)?;
                let next = format!(
                    "verifies what {} signs, which only its owner can read: publish it, also elsewhere than here",
                    path.display()
                );
                say_keys(settings, &[public], &next)
            }
            Self::Rotate(Rotate { finish }) => {
                let (path, keys) = (place()?, settings.log_keys(&db)?.unwrap_or_default());
                let public = if finish {
                    let public: Vec<PublicKey> = keys.iter().map(|key| key.public().clone()).collect();
                    let signed = checkpoint(&settings.objects(&db)?).await?;
                    // Until a checkpoint has both signatures nobody has seen the new key sign, so the older one
                    // is still needed.
                    let by_all =
                        |text: &String| open(text.as_bytes(), &public).is_ok_and(|one| one.by_all(&public));
                    if !signed.as_ref().is_none_or(by_all) {
                        bail!(
                            "no checkpoint is signed by both keys yet: start the register again, or run `register log sign`, first"
                        );
                    }
                    drop_older(&path, &keys)?
                } else {
                    add_key(&path, &keys)?
                };
                let next = if finish {
                    "signs alone from the next start of the register on"
                } else {
                    "sign together from the next start of the register on; when everybody knows the new one, run \
                     `register log rotate --finish`"
                };
                say_keys(settings, &public, next)
            }
            Self::Status => status(settings, &db).await,
            Self::Sign => {
                let leases = leases(&db);
                let mut signer = signer(settings, &leases)?;
                let signed = async {
                    while signer.sign_new(Utc::now()).await?.is_some() {}
                    Ok(())
                };
                unless_stopped(&leases, signed).await?;
                status(settings, &db).await
            }
            Self::Rebuild => {
                let leases = leases(&db);
                let mut signer = signer(settings, &leases)?;
                let entries = unless_stopped(&leases, signer.rebuild()).await?;
                if settings.json {
                    super::print_json(&serde_json::json!({ "entries": entries }))?;
                } else {
                    println!("{entries} entries were written again");
                }
                Ok(Ended::Done)
            }
        }
    }
}

/// The keys that signed the last checkpoint, if there is one.
async fn signed_by(settings: &Settings, db: &Db) -> anyhow::Result<Option<String>> {
    let text = checkpoint(&settings.objects(db)?).await?.or(stored::read(db, stored::CHECKPOINT).await?);
    Ok(text.and_then(|text| peek(text.as_bytes()).ok()).map(|opened| opened.signed_by.join(" and ")))
}

fn leases(db: &Db) -> Leases {
    Leases::new(db.clone(), Arc::new(Utc::now))
}

fn signer(settings: &Settings, leases: &Leases) -> anyhow::Result<Signer> {
    let db = leases.db();
    let keys = settings.log_keys(db)?.context("there is no key: `register log keygen` makes one")?;
    Ok(Signer::new(leases.clone(), settings.objects(db)?, keys))
}

/// Runs work that needs a lease. When stopped, gives the lease back first.
async fn unless_stopped<T>(
    leases: &Leases,
    work: impl Future<Output = Result<T, SignError>>,
) -> anyhow::Result<T> {
    let stop = stop::when_asked();
    let done = tokio::select! {
        () = stop.cancelled() => None,
        done = work => Some(done),
    };
    leases.all_given_back(ENDING).await;
    Ok(done.ok_or(Stopped)??)
}

/// Creates a log key in a file that must not exist. Returns the public key.
pub(super) fn keep_new_key(path: &Path, name: &str) -> anyhow::Result<PublicKey> {
    if path.exists() {
        bail!("{} is there already: `register log rotate` brings a new key", path.display());
    }
    let (secret, public) = Key::generate(name)?;
    write_secret(path, &format!("{SECRET}{secret}\n"), false)?;
    Ok(PublicKey::read(&public)?)
}

/// Adds a second key to the file. Both sign from the next start on.
fn add_key(path: &Path, keys: &[Key]) -> anyhow::Result<Vec<PublicKey>> {
    let [only] = keys else {
        bail!(
            "there must be one key to rotate, and there are {}: finish what was begun with --finish",
            keys.len()
        );
    };
    let (secret, public) = Key::generate(only.name())?;
    let known = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    write_secret(path, &format!("{}\n{secret}\n", known.trim_end()), true)?;
    Ok(vec![only.public().clone(), PublicKey::read(&public)?])
}

/// Leaves only the newer key in the file.
fn drop_older(path: &Path, keys: &[Key]) -> anyhow::Result<Vec<PublicKey>> {
    let [_, newer] = keys else {
        bail!("there must be two keys, and the number is {}: begin with `register log rotate`", keys.len());
    };
    let known = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    // The newer key is in the last line: see `add_key`.
    let secret = known.lines().rfind(|line| line.starts_with("PRIVATE+KEY")).unwrap_or_default();
    write_secret(path, &format!("{SECRET}{secret}\n"), true)?;
    Ok(vec![newer.public().clone()])
}

/// Writes a file that only its owner can read, complete or not at all. Replaces an existing file only with
/// `replace`.
pub(super) fn write_secret(path: &Path, text: &str, replace: bool) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let shown = || path.display().to_string();
    std::fs::create_dir_all(folder).with_context(shown)?;
    // Temporary files are readable by their owner only.
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(shown)?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).with_context(shown)?;
    match replace {
        true => file.persist(path).with_context(shown)?,
        false => file.persist_noclobber(path).with_context(shown)?,
    };
    Ok(())
}

fn say_keys(settings: &Settings, keys: &[PublicKey], next: &str) -> anyhow::Result<Ended> {
    if settings.json {
        let keys: Vec<&str> = keys.iter().map(PublicKey::as_str).collect();
        super::print_json(&serde_json::json!({ "keys": keys }))?;
    } else {
        for key in keys {
            println!("{}", key.as_str());
        }
        eprintln!("{next}");
    }
    Ok(Ended::Done)
}

/// The state of the log.
pub(super) struct Standing {
    pub(super) entries: u64,
    pub(super) signed: u64,
    checkpoint: Option<String>,
    keys: Vec<PublicKey>,
    /// Why signing is refused, if it is.
    pub(super) refused: Option<String>,
}

/// The state of the log: the signer's last refusal, and what can be seen without reading all entries.
pub(super) async fn standing(settings: &Settings, db: &Db) -> anyhow::Result<Standing> {
    let keys = settings.log_keys(db)?.unwrap_or_default();
    let keys: Vec<PublicKey> = keys.iter().map(|key| key.public().clone()).collect();
    let entries = store::log::size(db).await?;
    let checkpoint = checkpoint(&settings.objects(db)?).await?;
    let peeked = checkpoint.as_deref().map(|text| peek(text.as_bytes())).transpose()?;
    let signed = peeked.as_ref().map_or(0, |peeked| peeked.tree.size);
    let wrong = match checkpoint.as_deref().map(|text| open(text.as_bytes(), &keys)) {
        Some(Err(error)) => Some(error.to_string()),
        _ if signed > entries => Some(format!(
            "{signed} entries were signed and the database holds {entries}: it is older than the log, such as a backup \
             that was restored, or a file that was copied without its -wal"
        )),
        _ => None,
    };
    let refused = stored::read(db, stored::SIGNING_REFUSED).await?.or(wrong);
    Ok(Standing { entries, signed, checkpoint, keys, refused })
}

/// Prints the state of the log. A problem counts as a finding.
async fn status(settings: &Settings, db: &Db) -> anyhow::Result<Ended> {
    let Standing { entries, signed, checkpoint, keys, refused } = standing(settings, db).await?;
    if settings.json {
        super::print_json(&serde_json::json!({
            "entries": entries, "signed": signed, "checkpoint": checkpoint, "refused": refused,
            "keys": keys.iter().map(PublicKey::as_str).collect::<Vec<_>>(),
        }))?;
    } else {
        println!("{entries} entries, {signed} of them signed");
        for key in &keys {
            println!("key         {}", key.as_str());
        }
        if keys.is_empty() && signed == 0 {
            println!("key         none: nothing is signed; `register log keygen` makes one");
        }
        if let Some(text) = &checkpoint {
            println!("checkpoint  {}", text.trim_end().replace('\n', "\n            "));
        }
        if let Some(reason) = &refused {
            println!("REFUSED     {reason}");
        }
    }
    Ok(if refused.is_some() { Ended::Findings } else { Ended::Done })
}

/// The keys that sign the log, or the reason why nothing signs it. An embedded register that never had a key
/// gets one, named after its address. Errors: the configured keys cannot be read.
pub(super) async fn keys(
    settings: &Settings,
    db: &Db,
    base_url: &str,
) -> anyhow::Result<Result<Vec<Key>, String>> {
    if let Some(known) = settings.log_keys(db)? {
        return Ok(Ok(known));
    }
    if !db.takes_writes() {
        return Ok(Err("The public log cannot be signed on a read-only file system.".to_owned()));
    }
    let place = settings.log_key_file(db).filter(|_| db.file().is_some());
    let Some(place) = place else {
        let hint = "make a key with `register log keygen`, and say where it is with REGISTER_LOG_KEY_FILE";
        return Ok(Err(format!("The public log is kept and not signed: {hint}.")));
    };
    if let Some(signed) = signed_by(settings, db).await? {
        return Ok(Err(format!(
            "The public log is kept and NOT SIGNED: it is signed by {signed}, and {} is not there. Restore it: no other key \
             can sign on.",
            place.display()
        )));
    }
    let name = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    keep_new_key(&place, &format!("{name}/log"))?;
    Ok(Ok(settings.log_keys(db)?.unwrap_or_default()))
}
