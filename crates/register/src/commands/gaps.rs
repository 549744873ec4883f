//! `register gaps`.

use std::io::Write;

use anyhow::bail;
use clap::{Args, ValueEnum};
use domain::codes::{Code, GapRule, GapStatus};
use serde::Serialize;
use store::procurement::gaps::{Coverage, Gap, GapQuery};

use crate::exit::Ended;
use crate::settings::Settings;

/// Gaps per query.
const PAGE: u64 = 500;

#[derive(Debug, Args)]
pub(crate) struct Gaps {
    /// Only gaps found by this rule, such as G1 or contract_without_record; may be repeated
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,
    /// Only gaps with this status, such as open; may be repeated
    #[arg(long, value_name = "STATUS")]
    status: Vec<String>,
    /// Only gaps of this body, by slug; may be repeated
    #[arg(long, value_name = "SLUG")]
    organisation: Vec<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One line each, for people
    Text,
    /// CSV (RFC 4180)
    Csv,
    /// One object with the gaps and what the report covers
    Json,
}

/// What `--format json` prints.
#[derive(Debug, Serialize)]
struct Report {
    coverage: Coverage,
    gaps: Vec<Line>,
}

/// A gap in a report.
#[derive(Debug, Serialize)]
struct Line {
    id: String,
    number: &'static str,
    rule: GapRule,
    status: GapStatus,
    organisation: Option<String>,
    contract_id: Option<String>,
    contract_title: Option<String>,
    record_id: Option<String>,
    reason: String,
    reply_count: usize,
}

impl From<Gap> for Line {
    fn from(gap: Gap) -> Self {
        Self {
            id: gap.id,
            number: gap.rule.number(),
            rule: gap.rule,
            status: gap.status,
            organisation: gap.organisation,
            contract_id: gap.contract_id,
            contract_title: gap.contract_title,
            record_id: gap.record_id,
            reason: gap.reason,
            reply_count: gap.replies.len(),
        }
    }
}

impl Gaps {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let query = GapQuery {
            rules: rules(&self.rule)?,
            statuses: codes(&self.status)?,
            organisations: self.organisation.clone(),
            ..GapQuery::default()
        };
        let db = settings.open().await?;
        for slug in &self.organisation {
            if store::names::organisations::current_slug(&db, slug).await?.is_none() {
                bail!("there is no organisation '{slug}': look for it with register organisation list");
            }
        }
        let Some(coverage) = store::procurement::gaps::coverage(&db).await? else {
            bail!(
                "the gap rules were never asked: import notices (register import ocds FILE), then register link run"
            );
        };
        let (mut gaps, mut after) = (Vec::new(), None);
        loop {
            let (page, next) =
                store::procurement::gaps::list(&db, &query, None, after.as_ref(), PAGE).await?;
            gaps.extend(page.into_iter().map(Line::from));
            after = next;
            if after.is_none() {
                break;
            }
        }
        let form = if settings.json { Form::Json } else { self.format };
        match form {
            Form::Json => super::print_json(&Report { coverage, gaps })?,
            Form::Csv => {
                csv(&gaps)?;
                tell(&coverage);
            }
            Form::Text => {
                text(&gaps)?;
                tell(&coverage);
            }
        }
        Ok(Ended::Done)
    }
}

/// Rules by code or number.
fn rules(words: &[String]) -> anyhow::Result<Vec<GapRule>> {
    let mut rules = Vec::new();
    for word in words {
        let numbered = GapRule::ALL.iter().filter(|rule| rule.number().eq_ignore_ascii_case(word));
        let before = rules.len();
        rules.extend(numbered);
        if rules.len() == before {
            rules.extend(codes::<GapRule>(std::slice::from_ref(word))?);
        }
    }
    Ok(rules)
}

fn codes<C: Code>(words: &[String]) -> anyhow::Result<Vec<C>> {
    words.iter().map(|word| C::parse(word).map_err(|bad| anyhow::anyhow!("{bad} ({})", bad.hint()))).collect()
}

fn csv(gaps: &[Line]) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(std::io::stdout().lock());
    for gap in gaps {
        writer.serialize(gap)?;
    }
    Ok(writer.flush()?)
}

/// Prints gaps by rule, then by body.
fn text(gaps: &[Line]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let mut sorted: Vec<&Line> = gaps.iter().collect();
    sorted.sort_by_key(|gap| (gap.number, gap.rule, gap.organisation.clone()));
    let mut last = None;
    for gap in sorted {
        if last != Some(gap.rule) {
            let blank = if last.is_some() { "\n" } else { "" };
            writeln!(out, "{blank}{} {}", gap.number, gap.rule.label())?;
            last = Some(gap.rule);
        }
        let about = gap.contract_title.as_deref().or(gap.record_id.as_deref()).unwrap_or_default();
        let body = gap.organisation.as_deref().unwrap_or("(nobody is asked)");
        let replies =
            if gap.reply_count > 0 { format!(" [{} replies]", gap.reply_count) } else { String::new() };
        writeln!(out, "  {:<14} {body}: {about}: {}{replies}", gap.status.as_str(), gap.reason)?;
    }
    out.flush()
}

/// Prints what a report covers, on stderr.
pub(super) fn tell(coverage: &Coverage) {
    eprintln!("Gaps:");
    for (rule, statuses) in &coverage.gaps {
        let number = GapRule::parse(rule).map_or("", GapRule::number);
        let by_status: Vec<String> =
            statuses.iter().map(|(status, count)| format!("{count} {}", status.replace('_', " "))).collect();
        eprintln!("  {number} {}: {}", rule.replace('_', " "), by_status.join(", "));
    }
    eprintln!("What this covers, as of {}:", coverage.ran_at.format("%Y-%m-%d %H:%M UTC"));
    for source in &coverage.sources {
        let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "?".to_owned(), |day| day.to_string());
        eprintln!(
            "  {}: {} releases of {} processes, {} to {}",
            source.source,
            source.releases,
            source.processes,
            day(source.from),
            day(source.to)
        );
    }
    eprintln!(
        "  {} contracts and awards, {} on the watch list (version {}); of those, {} of {} buyers and {} of {} suppliers are known; {} releases were rejected",
        coverage.contracts,
        coverage.on_watch_list,
        coverage.watch_list_version,
        coverage.buyers.resolved,
        coverage.buyers.total,
        coverage.suppliers.resolved,
        coverage.suppliers.total,
        coverage.rejected_releases
    );
    eprintln!("  {}", coverage.limits);
}
