//! `register secrets`: the keys that encrypt second factors and the keys of webhooks in the database.

use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::Utc;
use clap::{Args, Subcommand};
use store::Db;
use store::ground::keyring::Keyring;
use store::ground::lease::Leases;
use store::people::encrypting::{self, Standing};

use super::log::write_secret;
use crate::exit::Ended;
use crate::settings::Settings;

/// First line of a key file.
const SECRET: &str =
    "# Encrypts secrets in a register's database. Keep a copy apart from its backups: show it to nobody.\n";

#[derive(Debug, Subcommand)]
pub(crate) enum Secrets {
    /// Create the key that encrypts secrets
    Keygen,
    /// Add a new key, which encrypts from the next start on; with --finish, remove the older ones
    Rotate(Rotate),
    /// Print how many secrets are encrypted, and under which keys
    Status,
    /// After the key was lost for good: delete the passwords and webhooks that nothing can decrypt any more
    Forget,
}

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// Remove the older keys from the file
    #[arg(long)]
    finish: bool,
}

impl Secrets {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let db = settings.open().await?;
        let place = || {
            if settings.has_secrets_key_itself() {
                bail!(
                    "the keys are in REGISTER_SECRETS_KEY: unset it, do this with a file, and put its lines there"
                );
            }
            settings
                .secrets_key_file(&db)
                .context("no file is set for the key: set REGISTER_SECRETS_KEY_FILE, or --secrets-key-file")
        };
        let standing = encrypting::standing(&db).await?;
        match self {
            Self::Keygen => {
                let path = place()?;
                if path.exists() {
                    bail!("{} is there already: `register secrets rotate` brings a new key", path.display());
                }
                if standing.encrypted() > 0 {
                    bail!("{}", lost(&standing.missing(&Keyring::default()), &path.display().to_string()));
                }
                keep_new_key(&path)?;
                eprintln!("{} encrypts secrets from the next start of the register on", path.display());
            }
            Self::Rotate(Rotate { finish }) => {
                let path = place()?;
                let keys = settings
                    .secrets_keys(&db)?
                    .context("there is no key to rotate: `register secrets keygen` makes one")?;
                let known = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
                if finish {
                    if standing.left(&keys) > 0 {
                        bail!(
                            "{} secrets are not under the newest key yet: start the register, or run `register migrate`, first",
                            standing.left(&keys)
                        );
                    }
                    let newest = known.lines().rfind(|line| Keyring::is_key(line)).unwrap_or_default().trim();
                    write_secret(&path, &format!("{SECRET}{newest}\n"), true)?;
                    eprintln!(
                        "{} holds the newest key only; older backups still need the others",
                        path.display()
                    );
                } else {
                    let text = format!("{}\n{}\n", known.trim_end(), Keyring::generate());
                    write_secret(&path, &text, true)?;
                    eprintln!(
                        "stop every process of the register and start them with this file: the first one encrypts everything \
                         under the new key; then run `register secrets rotate --finish`"
                    );
                }
            }
            Self::Status => return status(settings, &db, &standing),
            Self::Forget => {
                let keys = settings.secrets_keys(&db)?.unwrap_or_default();
                let tx = db.begin_quietly().await?;
                let (people, webhooks) = encrypting::forget_unreadable(&tx, &keys, Utc::now()).await?;
                tx.commit().await?;
                eprintln!(
                    "deleted {people} passwords (`register person password` sets new ones) and {webhooks} webhooks"
                );
            }
        }
        Ok(Ended::Done)
    }
}

fn status(settings: &Settings, db: &Db, standing: &Standing) -> anyhow::Result<Ended> {
    let keys = settings.secrets_keys(db)?.unwrap_or_default();
    let missing = standing.missing(&keys);
    if settings.json {
        super::print_json(&serde_json::json!({
            "plain": standing.plain, "under": standing.under, "keys": keys.ids().collect::<Vec<_>>(),
            "missing": missing,
        }))?;
    } else {
        println!("{} secrets are encrypted, {} are not", standing.encrypted(), standing.plain);
        for (id, count) in &standing.under {
            let here = if keys.has(id) { "here" } else { "MISSING" };
            println!("key {id}  {count} secrets, {here}");
        }
    }
    let (_, well) = said(&keys, standing);
    Ok(if well { Ended::Done } else { Ended::Findings })
}

/// How secrets are stored, in a sentence, and whether that is in order.
pub(super) fn said(keys: &Keyring, standing: &Standing) -> (String, bool) {
    let missing = standing.missing(keys);
    if !missing.is_empty() {
        return (lost(&missing, "the file of keys"), false);
    }
    match (standing.plain, keys.newest()) {
        (0, _) if standing.encrypted() == 0 => ("none are stored".to_owned(), true),
        (0, _) => (format!("{} encrypted, their key is here", standing.encrypted()), true),
        (plain, Some(_)) => (format!("{plain} not encrypted: register migrate"), false),
        (plain, None) => {
            (format!("{plain} not encrypted, since there is no key: set REGISTER_SECRETS_KEY_FILE"), false)
        }
    }
}

/// What to do about keys that are not here.
fn lost(missing: &[String], file: &str) -> String {
    format!(
        "secrets in the database are encrypted under the key {}, and {file} does not hold it: restore that file, which is \
         kept apart from the backups, or name it with REGISTER_SECRETS_KEY_FILE; no new key is made, since it could not \
         decrypt them. If it is lost for good, `register secrets forget` deletes what it encrypted",
        missing.join(" and ")
    )
}

fn keep_new_key(path: &std::path::Path) -> anyhow::Result<()> {
    write_secret(path, &format!("{SECRET}{}\n", Keyring::generate()), false)
}

/// The keys that encrypt secrets. An embedded register that never had one gets one. Without any, as with a
/// PostgreSQL for which none is set, secrets cannot be stored, and the reason is returned.
///
/// Errors: the keys cannot be read, or what is encrypted is under another key.
pub(super) async fn keyring(settings: &Settings, db: &Db) -> anyhow::Result<(Arc<Keyring>, Option<String>)> {
    let standing = encrypting::standing(db).await?;
    let place = settings.secrets_key_file(db);
    let shown = match &place {
        _ if settings.has_secrets_key_itself() => "REGISTER_SECRETS_KEY".to_owned(),
        Some(path) => path.display().to_string(),
        None => "no file".to_owned(),
    };
    let mut keys = settings.secrets_keys(db)?;
    let missing = standing.missing(keys.as_ref().unwrap_or(&Keyring::default()));
    if !missing.is_empty() {
        bail!("{}", lost(&missing, &shown));
    }
    if let Some(path) = place.filter(|_| keys.is_none() && db.takes_writes()) {
        if db.file().is_none() {
            bail!("{shown} is not there: restore it, or make it with `register secrets keygen`");
        }
        if let Err(error) = keep_new_key(&path) {
            // Another process may have made it at the same moment.
            keys = settings.secrets_keys(db)?;
            if keys.is_none() {
                return Err(error);
            }
        } else {
            keys = settings.secrets_keys(db)?;
        }
    }
    if let Some(keys) = keys {
        return Ok((Arc::new(keys), None));
    }
    let left = match standing.plain {
        0 => String::new(),
        plain => format!(" {plain} secrets of an earlier release are stored as they are."),
    };
    let why = match db.takes_writes() {
        false => None,
        true => Some(format!(
            "No key encrypts secrets, so no passwords and no webhooks can be set up: make one with `register secrets keygen`, \
             and say where it is with REGISTER_SECRETS_KEY_FILE, the same for every process.{left}"
        )),
    };
    Ok((Arc::default(), why))
}

/// As [`keyring`], and encrypts what is not yet under the newest key. Reasons and results go to `tell`.
pub(super) async fn ready(
    settings: &Settings,
    leases: &Leases,
    tell: impl Fn(&str),
) -> anyhow::Result<Arc<Keyring>> {
    let (keys, why) = keyring(settings, leases.db()).await?;
    if let Some(why) = why {
        tell(&why);
    }
    if leases.db().takes_writes() {
        match encrypting::encrypt_rest(leases, &keys).await? {
            0 => {}
            done => tell(&format!(
                "Encrypted {done} secrets in the database under the key {}; keep a copy of the file of keys apart from the \
                 backups.",
                keys.newest().unwrap_or_default()
            )),
        }
    }
    Ok(keys)
}
