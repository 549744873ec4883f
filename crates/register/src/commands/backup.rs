//! `register backup`: one state of an embedded register in a folder, while it runs.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use store::Db;
use store::ground::objects::Objects;
use store::people::encrypting::Standing;
use transparency::peek;

use crate::exit::Ended;
use crate::settings::Settings;
use crate::stop::{self, Stopped};

/// The copy of the database.
const DATABASE: &str = "register.db";
/// The copies of the documents, where a register on the copy will look for them.
const OBJECTS: &str = "objects";
/// The last checkpoint that the copy knows.
const CHECKPOINT: &str = "checkpoint";

#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The folder to create, which must not exist
    #[arg(value_name = "OUT")]
    out: PathBuf,
}

/// What a backup contains.
struct Held {
    records: u64,
    entries: u64,
    signed: u64,
    documents: usize,
    /// How its secrets are encrypted.
    secrets: Standing,
    /// Documents that the database refers to but the object store lacks.
    missing: Vec<String>,
}

impl Backup {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        if settings.database_url.starts_with("postgres") {
            bail!(
                "the database is PostgreSQL: back it up with `pg_dump`, and the object store after it; docs/operations.md says \
                 how"
            );
        }
        if self.out.exists() {
            bail!("{} is there already: name a folder that is not", self.out.display());
        }
        if let Some(file) = Db::file_at(&settings.database_url)?.filter(|file| !file.exists()) {
            bail!(
                "{} is not there: name the database with --database-url, or go to its folder",
                file.display()
            );
        }
        // Without migrating: a backup is made before a newer release changes anything.
        let db = settings.open_as_it_is().await?;
        let (objects, stop) = (settings.objects(&db)?, stop::when_asked());
        let held = tokio::select! {
            () = stop.cancelled() => return Err(Stopped.into()),
            held = write(&db, &objects, &self.out) => held?,
        };
        for sha256 in &held.missing {
            eprintln!("the document {sha256} is not in the object store, and not in the backup");
        }
        if settings.json {
            super::print_json(&serde_json::json!({
                "folder": self.out, "records": held.records, "entries": held.entries, "signed": held.signed,
                "documents": held.documents, "missing": held.missing,
                "secrets": { "plain": held.secrets.plain, "under": held.secrets.under },
            }))?;
        } else {
            println!(
                "{}: {} records, {} entries of the public log, {} of them signed, {} documents",
                self.out.display(),
                held.records,
                held.entries,
                held.signed,
                held.documents
            );
            eprintln!("the key that signs the log is not in it: keep that elsewhere");
            if held.secrets.encrypted() > 0 {
                let ids: Vec<&str> = held.secrets.under.keys().map(String::as_str).collect();
                eprintln!(
                    "nor is the key that encrypts its {} secrets ({}): without it, people need new passwords and webhooks",
                    held.secrets.encrypted(),
                    ids.join(" and ")
                );
            }
            if held.secrets.plain > 0 {
                eprintln!("{} secrets in it are not encrypted: guard it like a password", held.secrets.plain);
            }
        }
        Ok(if held.missing.is_empty() { Ended::Done } else { Ended::Findings })
    }
}

/// Writes a backup to a temporary folder, and renames it once it is complete and on disk.
async fn write(db: &Db, objects: &Objects, out: &Path) -> anyhow::Result<Held> {
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    let unfinished = tempfile::Builder::new().prefix(".unfinished-").tempdir_in(parent)?;
    let file = unfinished.path().join(DATABASE);
    store::ground::backup::copy(db, &file).await?;
    let url = format!("sqlite://{}", file.display());
    // Documents after the database. They are stored before the database refers to them and never change, so
    // none can be missed.
    let copy = Db::open(&url).await?;
    let held = complete(&copy, objects, unfinished.path()).await;
    copy.close().await;
    let held = held?;
    for place in [file.as_path(), unfinished.path()] {
        File::open(place).and_then(|file| file.sync_all()).with_context(|| place.display().to_string())?;
    }
    fs::rename(unfinished.path(), out).with_context(|| out.display().to_string())?;
    File::open(parent).and_then(|parent| parent.sync_all())?;
    Ok(held)
}

/// Checks the copied database, and adds the checkpoint and the documents.
async fn complete(copy: &Db, objects: &Objects, folder: &Path) -> anyhow::Result<Held> {
    let faults = store::ground::backup::faults(copy).await?;
    if !faults.is_empty() {
        bail!("the copy of the database is not sound: {}", faults.join("; "));
    }
    // A lease belongs to a process of the original.
    store::ground::lease::forget_all(copy).await?;
    let checkpoint = store::ground::settings::read(copy, store::ground::settings::CHECKPOINT).await?;
    if let Some(text) = &checkpoint {
        let path = folder.join(CHECKPOINT);
        fs::write(&path, text)?;
        File::open(&path)?.sync_all()?;
    }
    let to: Objects = folder.join(OBJECTS).display().to_string().parse()?;
    let (mut documents, mut missing) = (0, Vec::new());
    for sha256 in store::people::documents::hashes(copy).await? {
        match objects.get(&sha256).await? {
            Some(bytes) => {
                to.put(bytes).await?;
                documents += 1;
            }
            None => missing.push(sha256),
        }
    }
    Ok(Held {
        records: store::records::count(copy).await?,
        entries: store::log::size(copy).await?,
        signed: checkpoint.map(|text| peek(text.as_bytes())).transpose()?.map_or(0, |one| one.tree.size),
        documents,
        secrets: store::people::encrypting::standing(copy).await?,
        missing,
    })
}
