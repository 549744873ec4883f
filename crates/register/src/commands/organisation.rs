//! `register organisation ...`: organisations, and names that do not resolve.

mod expect;
mod nil_return;

use acts::NewOrganisation;
use anyhow::bail;
use chrono::Utc;
use clap::Subcommand;
use domain::codes::{AliasKind, Code};
use store::Db;
use store::names::expected;
use store::names::organisations::{self, OrganisationQuery, Resolution, Stored};

use super::act;
use crate::exit::Ended;
use crate::refusal::refused;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(crate) enum Organisation {
    /// List organisations by words of their names
    List {
        /// Words of the name
        words: Vec<String>,
        /// Only names that no registered organisation has
        #[arg(long)]
        unresolved: bool,
        /// Only bodies expected to publish that have not
        #[arg(long)]
        silent: bool,
        /// Maximum number
        #[arg(long, default_value_t = 50)]
        limit: u64,
    },
    /// Show an organisation
    Show {
        /// Its slug or id
        slug: String,
    },
    /// Add an organisation
    Add {
        /// Its full name
        name: String,
        /// Kind of body, such as local_authority or police_force
        #[arg(long)]
        kind: String,
        /// Country (ISO 3166-1)
        #[arg(long, default_value = "GB")]
        country: String,
        /// Accept a name that looks like another's or mixes scripts: somebody has checked it
        #[arg(long)]
        reviewed: bool,
    },
    /// Say that bodies are expected to publish: one, a list, or all of a kind
    Expect(expect::Expect),
    /// Enter a body's declaration that it uses nothing that belongs in the register
    NilReturn(nil_return::NilReturn),
    /// Withdraw a nil return; it is kept with the reason
    WithdrawNilReturn(nil_return::Withdraw),
    /// Set whether a publisher requires a second person to approve
    FourEyes {
        /// Its slug
        slug: String,
        /// on or off
        #[arg(value_parser = ["on", "off"])]
        state: String,
    },
    /// Merge one organisation into another: its names become aliases of the other
    Merge {
        /// The one to merge
        slug: String,
        /// The one to keep
        #[arg(long)]
        into: String,
        /// What kind of name it becomes: former, abbreviation, legal_buyer or trading_as
        #[arg(long, default_value = "trading_as")]
        kind: String,
    },
}

impl Organisation {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let db = settings.open().await?;
        match self {
            Self::List { words, unresolved, silent, limit } => {
                let query = OrganisationQuery {
                    q: Some(words.join(" ")).filter(|words| !words.is_empty()),
                    resolution: unresolved.then_some(Resolution::Unresolved),
                    silent: silent.then(|| (true, Utc::now().date_naive())),
                    ..OrganisationQuery::default()
                };
                let total = organisations::count(&db, &query).await?;
                let (found, _) = organisations::list(&db, &query, None, None, limit).await?;
                if settings.json {
                    let items: Vec<_> = found.iter().map(|stored| &stored.organisation).collect();
                    super::print_json(&serde_json::json!({ "items": items, "total": total }))?;
                } else {
                    for Stored { organisation, resolution } in &found {
                        println!("{:50} {:10} {}", organisation.slug, resolution.as_str(), organisation.name);
                    }
                    eprintln!("{} of {}", found.len(), total);
                }
            }
            Self::Show { slug } => show(&db, &slug).await?,
            Self::Expect(command) => return Box::pin(command.run(&db, settings)).await,
            Self::NilReturn(command) => command.run(&db, settings).await?,
            Self::WithdrawNilReturn(command) => command.run(&db, settings).await?,
            Self::Add { name, kind, country, reviewed } => {
                let kind = Some(super::person::code(&kind)?);
                let sent = domain::Organisation { kind, ..domain::Organisation::named(name, country) };
                let new = NewOrganisation::new(sent, reviewed).map_err(refused)?;
                let tx = db.begin().await?;
                let act = act(&tx, Utc::now());
                let (saved, stored) = acts::add_organisation(&act, &new).await.map_err(refused)?;
                tx.commit().await?;
                let slug = stored.organisation.slug;
                match saved {
                    organisations::Saved::Created => eprintln!("'{slug}' was entered"),
                    organisations::Saved::Changed => eprintln!("'{slug}' was known and says more now"),
                    organisations::Saved::Unchanged => eprintln!("'{slug}' is known already"),
                }
                println!("{slug}");
            }
            Self::FourEyes { slug, state } => {
                let publisher = acts::known_organisation(&db, &slug).await.map_err(refused)?;
                let tx = db.begin_quietly().await?;
                let act = act(&tx, Utc::now());
                acts::set_four_eyes(&act, &publisher, state == "on").await.map_err(refused)?;
                tx.commit().await?;
                eprintln!("four eyes are {state} for '{slug}'");
            }
            Self::Merge { slug, into, kind } => {
                let kind = match AliasKind::parse(&kind) {
                    Ok(kind) => kind,
                    Err(bad) => bail!("{bad} ({})", bad.hint()),
                };
                let tx = db.begin().await?;
                let act = act(&tx, Utc::now());
                let moved = acts::merge_organisation(&act, &slug, &into, kind).await.map_err(refused)?;
                tx.commit().await?;
                eprintln!("'{slug}' is now a name of '{into}'; {moved} records are shown under it");
            }
        }
        Ok(Ended::Done)
    }
}

/// Prints an organisation, with what is expected of it and what it declared.
async fn show(db: &Db, slug: &str) -> anyhow::Result<()> {
    let Some(found) = organisations::find(db, slug).await? else {
        bail!("there is no organisation '{slug}'");
    };
    let slugs = std::slice::from_ref(&found.organisation.slug);
    let mut expectations = expected::expectations_of(db, slugs).await?;
    let mut nil_returns = expected::nil_returns_of(db, slugs).await?;
    let mut shown = serde_json::to_value(&found.organisation)?;
    shown["expectations"] = serde_json::to_value(expectations.remove(&slugs[0]).unwrap_or_default())?;
    shown["nil_returns"] = serde_json::to_value(nil_returns.remove(&slugs[0]).unwrap_or_default())?;
    super::print_json(&shown)
}
