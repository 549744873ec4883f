//! `register validate FILE...`: the findings of an import, without a database.

use std::path::PathBuf;

use clap::Args;
use importer::Source;
use importer::sources::SourceOptions;

use super::import::{NOTICES, one_of};
use super::limits::LimitArguments;
use crate::exit::Ended;
use crate::settings::Settings;

#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// The files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[arg(
        long,
        value_name = "SOURCE",
        default_value = "records",
        help = format!("What the files are: {}", one_of(names()))
    )]
    source: String,
    /// A mapping from columns to fields, for table
    #[arg(long, value_name = "FILE.toml")]
    mapping: Option<PathBuf>,
    /// The encoding of notices that are not UTF-8 and do not declare one, such as windows-1252
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Exit 1 also if a file has columns that nothing reads
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    limits: LimitArguments,
}

/// The names of the sources that can be checked without a database.
fn names() -> impl Iterator<Item = &'static str> {
    Source::ALL.iter().map(|(name, _)| *name).chain([NOTICES])
}

impl Validate {
    pub(super) fn run(&self, settings: &Settings) -> anyhow::Result<Ended> {
        let source = Source::find(&self.source);
        if source.is_none() && self.source != NOTICES {
            anyhow::bail!("'{}' is not a source: use {}", self.source, one_of(names()));
        }
        let encoding = super::import::encoding(self.encoding.as_deref())?;
        let options = SourceOptions {
            mapping: self.mapping.clone(),
            reading: self.limits.reading(),
            today: Some(chrono::Utc::now().date_naive()),
            ..SourceOptions::default()
        };
        let mut reports = Vec::new();
        for file in &self.files {
            let tell = |error: importer::RowError| {
                if !settings.json {
                    println!("{error}");
                }
            };
            let report = match source {
                Some(source) => importer::records::validate(source, file, &options, tell)?,
                None => importer::ocds::validate(file, encoding, tell)?,
            };
            if !settings.json {
                for notice in &report.notices {
                    eprintln!("{}: {notice}", report.file);
                }
                eprintln!("{}: {} read, {} rejected", report.file, report.read, report.rejected);
                super::columns::show(&report);
                for (rule, count) in report.rules.iter().filter(|(rule, _)| rule.starts_with("missing:")) {
                    eprintln!("  {count:>7}  rows do not answer {}", rule.trim_start_matches("missing:"));
                }
            }
            if !settings.json {
                super::import::details(&report);
            }
            reports.push(report);
        }
        if settings.json {
            super::print_json(&reports)?;
        }
        let rejected = reports.iter().any(|report| report.rejected > 0);
        let unread = self.strict && reports.iter().any(|report| report.unknown_columns().next().is_some());
        Ok(if rejected || unread { Ended::Findings } else { Ended::Done })
    }
}
