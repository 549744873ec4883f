//! `register log`: where the public log stands, and the keys that sign it.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::Utc;
use clap::{Args, Subcommand};
use store::Db;
use store::log::files::checkpoint;
use store::log::signer::Signer;
use store::objects::Objects;
use store::settings as stored;
use transparency::{Key, PublicKey, open};

use crate::exit::Ended;
use crate::settings::Settings;

/// Stands at the top of a file of keys.
const SECRET: &str =
    "# Signs the public log of a register. Whoever has it can sign in its name: show it to nobody.\n";

#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    /// Make the key that signs the log, and print the one that verifies it
    Keygen(Keygen),
    /// Begin to sign with a second, new key; or, with --finish, stop signing with the older one
    Rotate(Rotate),
    /// Sign what is new, once: what a running register does all the time
    Sign,
    /// Print how much is entered and signed, and the keys that verify it
    Status,
    /// Write every file of the log again from the entries in the database, which must be those that were signed
    Rebuild,
}

#[derive(Debug, Args)]
pub(crate) struct Keygen {
    /// The name of the log, for ever: the register's address without https://, and what tells its logs apart
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
        let db = super::open(settings).await?;
        let place = || {
            settings
                .log_key_file(&db)
                .context("no file is set for the key: set REGISTER_LOG_KEY_FILE, or --log-key-file")
        };
        match self {
            Self::Keygen(Keygen { name }) => {
                let public = keep_new_key(&place()?, &name)?;
                say_keys(settings, &[public], "verifies what it signs: publish it, also elsewhere than here")
            }
            Self::Rotate(Rotate { finish }) => {
                let (path, keys) = (place()?, settings.log_keys(&db)?.unwrap_or_default());
                let public = if finish { drop_older(&path, &keys)? } else { add_key(&path, &keys)? };
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
                let mut signer = signer(settings, &db)?;
                while signer.sign_new(Utc::now()).await?.is_some() {}
                status(settings, &db).await
            }
            Self::Rebuild => {
                let entries = signer(settings, &db)?.rebuild().await?;
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

fn signer(settings: &Settings, db: &Db) -> anyhow::Result<Signer> {
    let keys = settings.log_keys(db)?.context("there is no key: `register log keygen` makes one")?;
    Ok(Signer::new(db.clone(), settings.objects(db)?, keys))
}

/// Makes a key of a log and keeps it in a file that must not be there; returns the key that verifies.
pub(super) fn keep_new_key(path: &Path, name: &str) -> anyhow::Result<PublicKey> {
    if path.exists() {
        bail!("{} is there already: `register log rotate` brings a new key", path.display());
    }
    let (secret, public) = Key::generate(name)?;
    write_secret(path, &format!("{SECRET}{secret}\n"))?;
    Ok(PublicKey::read(&public)?)
}

fn add_key(path: &Path, keys: &[Key]) -> anyhow::Result<Vec<PublicKey>> {
    let [only] = keys else {
        bail!("{} keys sign now, and one can be rotated: finish what was begun with --finish", keys.len());
    };
    let (secret, public) = Key::generate(only.name())?;
    let known = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    write_secret(path, &format!("{}\n{secret}\n", known.trim_end()))?;
    Ok(vec![only.public().clone(), PublicKey::read(&public)?])
}

fn drop_older(path: &Path, keys: &[Key]) -> anyhow::Result<Vec<PublicKey>> {
    let [_, newer] = keys else {
        bail!("{} keys sign now, not two: begin with `register log rotate`", keys.len());
    };
    let known = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let secret = known.lines().rfind(|line| line.starts_with("PRIVATE+KEY")).unwrap_or_default();
    write_secret(path, &format!("{SECRET}{secret}\n"))?;
    Ok(vec![newer.public().clone()])
}

/// Writes a file that only its owner can read, whole or not at all.
fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let shown = || path.display().to_string();
    std::fs::create_dir_all(folder).with_context(shown)?;
    // Temporary files are their owner's only.
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(shown)?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).with_context(shown)?;
    file.persist(path).with_context(shown)?;
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

/// Where the log stands; what is found wrong ends the command with findings.
async fn status(settings: &Settings, db: &Db) -> anyhow::Result<Ended> {
    let keys = settings.log_keys(db)?.unwrap_or_default();
    let public: Vec<PublicKey> = keys.iter().map(|key| key.public().clone()).collect();
    let entries = store::log::size(db).await?;
    let objects: Objects = settings.objects(db)?;
    let text = checkpoint(&objects).await?;
    let opened = text.as_deref().map(|text| open(text.as_bytes(), &public));
    let (signed, wrong) = match opened {
        None => (0, None),
        Some(Ok(opened)) => (opened.tree.size, None),
        Some(Err(error)) => (0, Some(error.to_string())),
    };
    let refused = stored::read(db, stored::SIGNING_REFUSED).await?.or(wrong);
    if settings.json {
        super::print_json(&serde_json::json!({
            "entries": entries, "signed": signed, "checkpoint": text, "refused": refused,
            "keys": public.iter().map(PublicKey::as_str).collect::<Vec<_>>(),
        }))?;
    } else {
        println!("{entries} entries, {signed} of them signed");
        for key in &public {
            println!("key         {}", key.as_str());
        }
        if public.is_empty() {
            println!("key         none: nothing is signed; `register log keygen` makes one");
        }
        if let Some(text) = &text {
            println!("checkpoint  {}", text.trim_end().replace('\n', "\n            "));
        }
        if let Some(reason) = &refused {
            println!("REFUSED     {reason}");
        }
    }
    Ok(if refused.is_some() { Ended::Findings } else { Ended::Done })
}

/// The keys that sign a register's log; an embedded register that has none gets one, named by its address.
pub(super) fn keys(settings: &Settings, db: &Db, base_url: &str) -> anyhow::Result<Option<Vec<Key>>> {
    let known = settings.log_keys(db)?;
    let place: Option<PathBuf> = settings.log_key_file(db).filter(|_| known.is_none() && db.file().is_some());
    let Some(place) = place else { return Ok(known) };
    let name = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    keep_new_key(&place, &format!("{name}/log"))?;
    Ok(settings.log_keys(db)?)
}
