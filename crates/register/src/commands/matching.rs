//! `register import matches` and `register import match ID`: records of different editions that may be one.
//! `register import split RECORD`: a record that an import joined by mistake.

use anyhow::Context;
use chrono::Utc;
use clap::{Args, Subcommand};
use domain::RecordId;
use store::Db;
use store::records::matches::{self, Match};

use super::act;
use crate::exit::Ended;
use crate::refusal::refused;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(crate) enum Matching {
    /// List records of different editions that may be one
    Matches {
        /// Those decided already as well
        #[arg(long)]
        all: bool,
        /// As CSV
        #[arg(long)]
        csv: bool,
    },
    /// Decide, for good, whether two of them are one
    Match(Decision),
    /// Split a record that an import joined by mistake: its later versions are another tool
    Split {
        /// The record
        record: RecordId,
        /// The first version that is about the other tool
        #[arg(long, value_name = "NUMBER")]
        from: i64,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Decision {
    /// The number of the match
    id: i64,
    /// They are one: the earlier record lives on, the later is withdrawn and leads there
    #[arg(long, required_unless_present = "different", conflicts_with = "different")]
    same: bool,
    /// They are two
    #[arg(long)]
    different: bool,
}

impl Matching {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let db = settings.open().await?;
        match self {
            Self::Matches { all, csv } => list(&db, settings.json, csv, all).await?,
            Self::Match(Decision { id, same, .. }) => decide(settings, &db, id, same).await?,
            Self::Split { record, from } => split(settings, &db, record, from).await?,
        }
        Ok(Ended::Done)
    }
}

async fn list(db: &Db, json: bool, csv: bool, all: bool) -> anyhow::Result<()> {
    let found = matches::list(db, all).await?;
    if json {
        return super::print_json(&serde_json::json!({ "items": found, "total": found.len() }));
    }
    if csv {
        return sheet(&found).context("the list cannot be written");
    }
    for one in &found {
        println!("{:>6}  {}  {} or {}  {}", one.id, one.state, one.later, one.earlier, one.rule);
        println!("        {}", one.said);
        println!("        {}", one.known);
    }
    eprintln!("{} matches", found.len());
    Ok(())
}

/// Prints matches as CSV.
fn sheet(found: &[Match]) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(std::io::stdout());
    writer.write_record([
        "id",
        "source",
        "later",
        "earlier",
        "rule",
        "said",
        "known",
        "state",
        "proposed_at",
        "decided_at",
    ])?;
    for one in found {
        let decided = one.decided_at.map(|at| at.to_rfc3339()).unwrap_or_default();
        writer.write_record([
            one.id.to_string().as_str(),
            &one.source,
            &one.later,
            &one.earlier,
            &one.rule,
            &domain::written::guarded(&one.said),
            &domain::written::guarded(&one.known),
            &one.state,
            &one.proposed_at.to_rfc3339(),
            &decided,
        ])?;
    }
    writer.flush()?;
    Ok(())
}

async fn decide(settings: &Settings, db: &Db, id: i64, same: bool) -> anyhow::Result<()> {
    let tx = db.begin().await?;
    let found = acts::decide_match(&act(&tx, Utc::now()), id, same).await.map_err(refused)?;
    tx.commit().await?;
    super::import::refresh(settings, db, Utc::now()).await?;
    if same {
        eprintln!("{} has the history of both; {} is withdrawn and leads there", found.earlier, found.later);
    } else {
        eprintln!("{} and {} stay two records", found.earlier, found.later);
    }
    Ok(())
}

async fn split(settings: &Settings, db: &Db, id: RecordId, from: i64) -> anyhow::Result<()> {
    let tx = db.begin().await?;
    let covers = importer::sources::covered;
    let split = acts::split_record(&act(&tx, Utc::now()), id, from, covers).await.map_err(refused)?;
    tx.commit().await?;
    super::import::refresh(settings, db, Utc::now()).await?;
    eprintln!("{} says again what it said in version {}", split.earlier, from - 1);
    eprintln!("{} is what it said from version {from} on", split.later);
    Ok(())
}
