//! `register dump`: everything public as files.

use std::path::PathBuf;

use anyhow::bail;
use chrono::{NaiveDate, Utc};
use clap::Args;
use export::dump::Of;
use indicatif::{ProgressBar, ProgressStyle};
use store::objects::Objects;

use crate::exit::Ended;
use crate::settings::Settings;

#[derive(Debug, Args)]
pub(crate) struct Dump {
    /// The folder in which the dump gets a folder of its own, named by the day, or s3://BUCKET/PREFIX with the
    /// key and endpoint in AWS_* [default: where the register serves its dumps from]
    #[arg(long, value_name = "PLACE")]
    out: Option<String>,
    /// What has a history (records, their lists, versions and changes) as it stood at the end of that day,
    /// rebuilt from the versions
    #[arg(long, value_name = "DATE", requires = "out")]
    as_of: Option<NaiveDate>,
    /// The address of the register, for the links in the dump
    #[arg(long, env = "REGISTER_BASE_URL", value_name = "URL")]
    base_url: Option<String>,
}

/// Where a dump goes.
enum Out {
    Folder(PathBuf),
    Bucket(Objects),
    /// Where the register serves its dumps from.
    Served(Objects),
}

impl Dump {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let now = Utc::now();
        let today = now.date_naive();
        if let Some(day) = self.as_of.filter(|day| *day > today) {
            bail!("{day} is in the future: choose a day up to {today}");
        }
        let db = super::open(settings).await?;
        let objects = settings.objects(&db)?;
        let out = match &self.out {
            Some(place) if place.starts_with("s3://") => Out::Bucket(place.parse()?),
            Some(folder) => Out::Folder(folder.into()),
            None => Out::Served(objects),
        };
        let base_url = settings.base_url(self.base_url, settings.listen(None));
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} records, contracts and changes")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(0).with_style(style);
        let progress = bar.clone();
        let handle = tokio::runtime::Handle::current();
        let written = tokio::task::spawn_blocking(move || {
            let mut tell = |met, all| {
                progress.set_length(all);
                progress.set_position(met);
            };
            let of = self.as_of.map_or(Of::Now(today), Of::Then);
            match out {
                Out::Folder(out) => export::dump::write(&handle, &db, &out, of, &base_url, &mut tell),
                Out::Bucket(out) => export::published::write(&handle, &db, &out, of, &base_url, &mut tell),
                Out::Served(objects) => {
                    export::published::publish(&handle, &db, &objects, now, &base_url, &mut tell)
                }
            }
        })
        .await?;
        bar.finish_and_clear();
        let written = written?;
        let (files, bytes) = written.files;
        if settings.json {
            let rows: serde_json::Map<_, _> =
                written.rows.iter().map(|(table, rows)| ((*table).to_owned(), (*rows).into())).collect();
            super::print_json(&serde_json::json!({
                "folder": written.folder, "date": written.date, "changed_at": written.changed_at,
                "files": files, "bytes": bytes, "rows": rows,
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
