//! `register link run`.

use chrono::{DateTime, Utc};
use clap::Subcommand;
use store::Db;
use store::procurement::gaps::{Looked, look};

use crate::exit::Ended;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(crate) enum Link {
    /// Propose links between contracts and records again, and run the gap rules
    Run,
}

impl Link {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let Self::Run = self;
        let db = settings.open().await?;
        let done = look(&db, Utc::now()).await?;
        if settings.json {
            super::print_json(&done)?;
        } else {
            tell(&done);
        }
        Ok(Ended::Done)
    }
}

fn tell(done: &Looked) {
    let links = &done.links;
    let by_class: Vec<String> = ["confirmed", "strong", "probable", "candidate"]
        .into_iter()
        .map(|class| format!("{} {class}", links.links.get(class).copied().unwrap_or_default()))
        .collect();
    eprintln!(
        "{} contracts: {} links ({} new, {} changed, {} withdrawn, {} judged by people)",
        links.contracts,
        by_class.join(", "),
        links.made,
        links.changed,
        links.withdrawn,
        links.judged
    );
    super::gaps::tell(&done.coverage);
}

/// What follows an import of notices: finding links and gaps.
pub(super) async fn after_import(db: &Db, now: DateTime<Utc>, quiet: bool) -> anyhow::Result<()> {
    let done = look(db, now).await?;
    if !quiet {
        tell(&done);
    }
    Ok(())
}
