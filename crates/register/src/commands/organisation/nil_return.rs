//! `register organisation nil-return` and `withdraw-nil-return`: what a body declared elsewhere, entered for it.

use acts::NilDeclaration;
use chrono::{NaiveDate, Utc};
use clap::Args;
use domain::expected::NilReturn as Declared;
use store::Db;

use crate::commands::{act, print_json};
use crate::refusal::refused;
use crate::settings::Settings;

#[derive(Debug, Args)]
pub(crate) struct NilReturn {
    /// Slug of the body
    slug: String,
    /// What it declared
    #[arg(long, value_name = "TEXT")]
    statement: String,
    /// The address at which that can be read
    #[arg(long, value_name = "URL")]
    evidence: String,
    /// The day of the declaration [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<NaiveDate>,
    /// The last day it holds [default: twelve months after the declaration, the most there is]
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
}

impl NilReturn {
    pub(super) async fn run(self, db: &Db, settings: &Settings) -> anyhow::Result<()> {
        let now = Utc::now();
        let today = now.date_naive();
        let on = self.on.unwrap_or(today);
        let said = NilDeclaration::new(on, self.until, &self.statement, Some(self.evidence), today);
        let said = said.map_err(refused)?;
        let body = acts::known_organisation(db, &self.slug).await.map_err(refused)?;
        let tx = db.begin().await?;
        let filed = acts::file_nil_return(&act(&tx, now), &body, &said).await.map_err(refused)?;
        tx.commit().await?;
        if settings.json {
            return print_json(&filed);
        }
        eprintln!(
            "'{}' uses nothing, as it declared on {on}; that holds until {}",
            self.slug, filed.holds_until
        );
        println!("{}", filed.id);
        Ok(())
    }
}

#[derive(Debug, Args)]
pub(crate) struct Withdraw {
    /// Slug of the body
    slug: String,
    /// Id of the nil return, as `organisation show` prints it
    id: String,
    /// Why it is withdrawn
    #[arg(long, value_name = "TEXT")]
    why: String,
}

impl Withdraw {
    pub(super) async fn run(self, db: &Db, settings: &Settings) -> anyhow::Result<()> {
        let why = acts::reason("/reason", Some(self.why), true).map_err(refused)?.unwrap_or_default();
        let body = acts::known_organisation(db, &self.slug).await.map_err(refused)?;
        let tx = db.begin().await?;
        let act = act(&tx, Utc::now());
        let withdrawn: Declared =
            acts::withdraw_nil_return(&act, &body, &self.id, &why).await.map_err(refused)?;
        tx.commit().await?;
        if settings.json {
            return print_json(&withdrawn);
        }
        eprintln!("the nil return of '{}' of {} is withdrawn", self.slug, withdrawn.declared_on);
        Ok(())
    }
}
