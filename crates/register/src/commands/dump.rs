//! `register dump`: everything public as files.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use chrono::{NaiveDate, Utc};
use clap::Args;
use export::ExportError;
use export::dump::{Job, Of, Written};
use indicatif::{ProgressBar, ProgressStyle};
use store::ground::lease::Leases;
use store::ground::objects::Objects;
use store::log::signer::Signer;
use store::log::still::Signing;
use tokio::runtime::Handle;

use crate::exit::Ended;
use crate::settings::Settings;
use crate::stop;

/// How long a running server may take to sign the log before this command does. Whatever this command signs,
/// it writes to the server's files.
const OTHERS_FIRST: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
pub(crate) struct Dump {
    /// Where the dump gets its folder, named after the day: a folder, or s3://BUCKET/PREFIX with the key and
    /// endpoint in AWS_* [default: where the register serves its dumps from]
    #[arg(long, value_name = "PLACE")]
    out: Option<String>,
    /// Only what has a history (records, their lists, versions and changes), as it stood at the end of this
    /// day, rebuilt from the versions
    #[arg(long, value_name = "DATE", requires = "out")]
    as_of: Option<NaiveDate>,
    /// The register's address, for the links in the dump [default: the address from the last start of the
    /// server]
    #[arg(long, env = "REGISTER_BASE_URL", value_name = "URL")]
    base_url: Option<String>,
}

impl Dump {
    /// Whether the dump goes to a place of its caller's, rather than among the register's own files.
    pub(super) fn is_for_others(&self) -> bool {
        self.out.is_some()
    }
}

/// Where a dump goes.
enum Out {
    Folder(PathBuf),
    Bucket(Objects),
    /// Where the register serves its dumps from.
    Served(Objects),
}

impl Out {
    fn write(&self, job: &mut Job<'_>, of: Of) -> Result<Written, ExportError> {
        match self {
            Self::Folder(out) => export::dump::write(job, out, of),
            Self::Bucket(out) => export::published::write(job, out, of),
            Self::Served(objects) => export::published::publish(job, objects),
        }
    }
}

/// The warning for a dump whose checkpoint does not sign its whole log.
pub(super) fn not_signed(written: &Written) -> Option<String> {
    match written.log {
        None => Some(
            "it has no checkpoint: what happened until a past day was signed by none of its own".to_owned(),
        ),
        Some((0, _)) => None,
        Some((_, 0)) => Some(
            "it has no checkpoint: the public log of this register is not signed; `register log keygen` makes a key"
                .to_owned(),
        ),
        Some((entries, signed)) if signed < entries => Some(format!(
            "its checkpoint signs {signed} of the {entries} entries in it: nobody has signed the public log for an hour"
        )),
        Some(_) => None,
    }
}

impl Dump {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let now = Utc::now();
        let today = now.date_naive();
        if let Some(day) = self.as_of.filter(|day| *day > today) {
            bail!("{day} is in the future: choose a day up to {today}");
        }
        let db = settings.open().await?;
        let base_url = settings.known_base_url(self.base_url.as_deref(), &db).await?;
        let objects = settings.objects(&db)?;
        let out = match &self.out {
            Some(place) if place.starts_with("s3://") => Out::Bucket(place.parse()?),
            Some(folder) => Out::Folder(folder.into()),
            None => Out::Served(objects.clone()),
        };
        let leases = Leases::new(db.clone(), Arc::new(Utc::now));
        let signer = settings.log_keys(&db)?.map(|keys| Signer::new(leases.clone(), objects, keys));
        let signing = Signing { others_first: OTHERS_FIRST, ..Signing::new(signer) };
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} records, contracts and changes")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(0).with_style(style);
        let (progress, stop) = (bar.clone(), stop::when_asked());
        let of = self.as_of.map_or(Of::Now(today.into()), Of::Then);
        let (handle, held) = (Handle::current(), leases.clone());
        let written = tokio::task::spawn_blocking(move || {
            let mut tell = |met, all| {
                progress.set_length(all);
                progress.set_position(met);
            };
            let (leases, signing, base_url, stop) = (&held, &signing, base_url.as_str(), &stop);
            let mut job = Job { handle: &handle, leases, signing, base_url, stop, progress: &mut tell };
            out.write(&mut job, of)
        })
        .await?;
        bar.finish_and_clear();
        let written = written?;
        let (files, bytes) = written.files;
        if let Some(words) = not_signed(&written) {
            eprintln!("{words}");
        }
        if settings.json {
            let rows: serde_json::Map<_, _> =
                written.rows.iter().map(|(table, rows)| ((*table).to_owned(), (*rows).into())).collect();
            super::print_json(&serde_json::json!({
                "folder": written.folder, "date": written.name.date, "edition": written.name.edition,
                "changed_at": written.changed_at,
                "files": files, "bytes": bytes, "rows": rows,
                "entries": written.log.map(|(entries, _)| entries), "signed": written.log.map(|(_, signed)| signed),
            }))?;
        } else {
            for (table, rows) in &written.rows {
                println!("{rows:>10}  {table}");
            }
            eprintln!("{files} files, {bytes} bytes in {}", written.folder.display());
        }
        Ok(Ended::Done)
    }
}
