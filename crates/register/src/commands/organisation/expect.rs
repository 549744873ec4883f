//! `register organisation expect`: who is expected to publish, since when, why and on what evidence.

use std::path::PathBuf;

use acts::{Known, WhyExpected};
use chrono::{DateTime, NaiveDate, Utc};
use clap::{ArgGroup, Args};
use domain::Organisation;
use domain::codes::OrganisationKind;
use importer::RowError;
use importer::table::Reading;
use serde::Serialize;
use store::names::expected::Expected;
use store::names::organisations::{self, OrganisationQuery, Resolution};
use store::{Db, Tx};

use crate::commands::{act, person, print_json};
use crate::exit::Ended;
use crate::refusal::refused;
use crate::settings::Settings;

/// Bodies per query.
const PAGE: u64 = 500;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).args(["slugs", "file", "kind"])))]
pub(crate) struct Expect {
    /// Slugs of the bodies
    #[arg(value_name = "SLUG")]
    slugs: Vec<String>,
    /// A table with a body per row, in a column headed slug, identifier (such as GB-COH:01234567) or name
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// All registered bodies of this kind in the country, such as police_force
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// The country of a kind, or of names in a table (ISO 3166-1)
    #[arg(long, default_value = "GB")]
    country: String,
    /// First day on which they were expected to, such as 2024-02-06
    #[arg(long, value_name = "DATE", required_unless_present = "end")]
    since: Option<NaiveDate>,
    /// Which law, policy or rule says so; with --end, why it ends
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// The address at which that can be read
    #[arg(long, value_name = "URL", required_unless_present = "end")]
    evidence: Option<String>,
    /// End what is expected of them instead; it is kept
    #[arg(long, conflicts_with_all = ["since", "evidence"])]
    end: bool,
    /// Write nothing: say what would be done
    #[arg(long)]
    check: bool,
}

/// What was done; its JSON is what `--json` prints.
#[derive(Debug, Default, Serialize)]
struct Report {
    check: bool,
    /// Bodies named, of which `rejected` could not be used.
    read: u64,
    added: u64,
    changed: u64,
    ended: u64,
    unchanged: u64,
    rejected: u64,
    /// Bodies of the kind that existed no longer on the first day.
    left_out: u64,
    errors: Vec<RowError>,
    notices: Vec<String>,
}

impl Expect {
    pub(super) async fn run(self, db: &Db, settings: &Settings) -> anyhow::Result<Ended> {
        let now = Utc::now();
        let mut report = Report { check: self.check, ..Report::default() };
        let bodies = self.bodies(db, &mut report).await?;
        report.rejected = report.errors.len() as u64;
        let tx = db.begin().await?;
        self.apply(&tx, now, &bodies, &mut report).await?;
        if self.check {
            tx.rollback().await?;
        } else {
            tx.commit().await?;
        }
        self.tell(settings, &report)?;
        Ok(if report.rejected > 0 { Ended::Findings } else { Ended::Done })
    }

    /// The bodies meant. Rows of a table that name none are told in the report; a wrong slug on the command line
    /// stops everything.
    async fn bodies(&self, db: &Db, report: &mut Report) -> anyhow::Result<Vec<Organisation>> {
        if let Some(file) = &self.file {
            let named = importer::bodies::named(db, file, &self.country, &Reading::default()).await?;
            report.read = named.read;
            report.errors = named.errors;
            report.notices = named.notices;
            return Ok(named.found);
        }
        let bodies = match &self.kind {
            Some(kind) => self.of_kind(db, person::code(kind)?, report).await?,
            None => {
                let mut found = Vec::new();
                for slug in &self.slugs {
                    let Some(body) = organisations::find(db, slug).await? else {
                        anyhow::bail!(
                            "there is no organisation '{slug}' (find its slug with: register organisation list WORDS)"
                        );
                    };
                    found.push(body.organisation);
                }
                found
            }
        };
        report.read = bodies.len() as u64 + report.left_out;
        Ok(bodies)
    }

    /// All registered bodies of a kind in the country that still existed on the first day.
    async fn of_kind(
        &self,
        db: &Db,
        kind: OrganisationKind,
        report: &mut Report,
    ) -> anyhow::Result<Vec<Organisation>> {
        let query = OrganisationQuery {
            kinds: vec![kind],
            countries: vec![self.country.clone()],
            resolution: Some(Resolution::Registered),
            ..OrganisationQuery::default()
        };
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let (page, next) = organisations::list(db, &query, None, after.as_ref(), PAGE).await?;
            for stored in page {
                let body = stored.organisation;
                let gone = self.since.zip(body.valid_to).is_some_and(|(since, last)| last < since);
                if gone {
                    report.left_out += 1;
                } else {
                    found.push(body);
                }
            }
            after = next;
            if after.is_none() {
                return Ok(found);
            }
        }
    }

    async fn apply(
        &self,
        tx: &Tx,
        now: DateTime<Utc>,
        bodies: &[Organisation],
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let act = act(tx, now);
        let why = match (self.since, &self.evidence) {
            (Some(since), Some(evidence)) => {
                Some(WhyExpected::new(since, &self.why, evidence, now.date_naive()).map_err(refused)?)
            }
            _ => None,
        };
        let ends = acts::reason("/why", Some(self.why.clone()), true).map_err(refused)?.unwrap_or_default();
        for body in bodies {
            let Some(id) = body.id else { continue };
            let known = Known { id: id.to_string(), name: body.name.clone() };
            match &why {
                Some(why) => match acts::expect_organisation(&act, &known, why).await.map_err(refused)? {
                    Expected::Added => report.added += 1,
                    Expected::Changed => report.changed += 1,
                    Expected::Unchanged => report.unchanged += 1,
                },
                None if body.expected_to_publish => {
                    acts::end_expectation(&act, &known, &ends).await.map_err(refused)?;
                    report.ended += 1;
                }
                None => report.unchanged += 1,
            }
        }
        Ok(())
    }

    fn tell(&self, settings: &Settings, report: &Report) -> anyhow::Result<()> {
        if settings.json {
            return print_json(report);
        }
        for notice in &report.notices {
            eprintln!("{notice}");
        }
        for error in &report.errors {
            eprintln!("{error}");
        }
        if report.left_out > 0 {
            eprintln!("{} existed no longer on the first day and were left out", report.left_out);
        }
        let would = if self.check { "would be " } else { "" };
        let done = if self.end {
            format!("{} {would}no longer expected to publish", report.ended)
        } else {
            format!(
                "{} {would}expected to publish, {} {would}expected for another reason than before",
                report.added, report.changed
            )
        };
        eprintln!(
            "{} bodies: {done}, {} unchanged, {} rejected",
            report.read, report.unchanged, report.rejected
        );
        Ok(())
    }
}
