//! `register import SOURCE FILE...`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use clap::Args;
use domain::fields::{FieldKind, field};
use importer::ocds::OcdsOptions;
use importer::report::Example;
use importer::sources::SourceOptions;
use importer::{Event, Options, Report, RowError, Source};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use store::Db;

use super::limits::LimitArguments;
use super::matching::Matching;
use crate::exit::Ended;
use crate::settings::Settings;

/// What else can be imported: files that do not become records.
const OTHERS: &[(&str, &str)] = &[
    (NOTICES, "Open Contracting notices (JSON: packages, arrays, lines; gz)"),
    ("organisations", "lists of public bodies (CSV)"),
];
/// The name of notices among the sources.
pub(super) const NOTICES: &str = "ocds";
/// Row errors shown in a terminal; the report has all of them.
const ERRORS_SHOWN: u64 = 50;

#[derive(Debug, Args)]
#[command(
    after_help = sources_and_exit_codes(),
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub(crate) struct Import {
    #[command(subcommand)]
    matching: Option<Matching>,
    #[arg(required = true, help = format!("What the files are: {}", one_of(names())))]
    source: Option<String>,
    /// The files; for records, child lists such as assessments.csv may be given as well
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// A mapping from columns to fields (see docs/import.md)
    #[arg(long, value_name = "FILE.toml")]
    mapping: Option<PathBuf>,
    /// The agency, for a US original that does not name it
    #[arg(long, value_name = "NAME")]
    agency: Option<String>,
    /// The file's date or year, if it does not state one; an older edition never overwrites a newer one
    #[arg(long, value_name = "DATE")]
    edition: Option<String>,
    /// The encoding of notices that are not UTF-8 and do not declare one, such as windows-1252
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// The country of parties in notices that state none (ISO 3166-1, such as FR); GB for the UK's own
    /// services
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// Leave finding links and gaps to register link run, or to the server
    #[arg(long)]
    no_link: bool,
    /// Say what would happen, but write nothing
    #[arg(long)]
    check: bool,
    /// With --check: exit 1 also if a file has columns that nothing reads
    #[arg(long, requires = "check")]
    strict: bool,
    /// Write every row error to a CSV file
    #[arg(long, value_name = "FILE.csv")]
    report: Option<PathBuf>,
    /// Publish the records at once (which imports on the command line do anyway)
    #[arg(long)]
    publish: bool,
    #[command(flatten)]
    limits: LimitArguments,
}

/// What `--json` prints: the totals, and each file.
#[derive(Debug, Default, Serialize)]
struct Total {
    read: u64,
    created: u64,
    changed: u64,
    unchanged: u64,
    rejected: u64,
    errors: Vec<RowError>,
    files: Vec<Report>,
}

impl Import {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        if let Some(matching) = self.matching {
            return matching.run(settings).await;
        }
        let named = self.source.clone().unwrap_or_default();
        let source = Source::find(&named);
        if source.is_none() && !names().any(|name| name == named) {
            match domain::codes::nearest(&named, names().map(|name| (name, name))) {
                Some(near) => bail!("'{named}' is not a source (did you mean '{near}'?)"),
                None => bail!("'{named}' is not a source: use {}", one_of(names())),
            }
        }
        let notices = self.notices()?;
        let (files, companions) = split_companions(source, self.files.clone());
        if files.is_empty() {
            bail!("there are only child lists here: name the file with the records too");
        }
        let options = Options {
            source: SourceOptions {
                mapping: self.mapping.clone(),
                agency: self.agency.clone(),
                edition: self.edition.clone(),
                companions,
                reading: self.limits.reading(),
                today: None,
            },
            check: self.check,
            now: Utc::now(),
        };
        let db = settings.open().await?;
        if named == NOTICES {
            db.keep_little().await?;
        }
        let mut sheet = self.report.as_deref().map(ReportFile::create).transpose()?;
        let mut total = Total::default();
        for file in &files {
            let mut screen = Screen::new(settings.json);
            let mut failed = None;
            let mut tell = |event: Event| {
                if let (Event::Error(error), Some(sheet)) = (&event, &mut sheet)
                    && let Err(error) = sheet.write(error)
                {
                    failed.get_or_insert(error);
                }
                screen.show(event);
            };
            let report = match source {
                Some(source) => importer::import(&db, source, file, &options, &mut tell).await,
                None if named == NOTICES => importer::ocds::import(&db, file, &notices, &mut tell).await,
                None => {
                    importer::organisations::import(&db, file, self.mapping.as_deref(), self.check, &mut tell)
                        .await
                }
            };
            screen.end();
            let report = report?;
            if let Some(error) = failed {
                return Err(error).context("the report cannot be written");
            }
            if !settings.json {
                summary(&report, self.report.as_deref());
            }
            total.add(report);
        }
        if let Some(sheet) = sheet {
            sheet.finish().context("the report cannot be written")?;
        }
        if !(self.no_link && named == NOTICES) {
            after(settings, &db, &options, named == NOTICES).await?;
        }
        if settings.json {
            super::print_json(&total)?;
        }
        if let Some(stopped) = total.files.iter().find_map(|report| report.stopped.as_ref()) {
            bail!("a file was not read to its end: {stopped}");
        }
        let unread =
            self.strict && total.files.iter().any(|report| report.unknown_columns().next().is_some());
        Ok(if total.rejected > 0 || unread { Ended::Findings } else { Ended::Done })
    }

    /// The options for notices.
    fn notices(&self) -> anyhow::Result<OcdsOptions> {
        let encoding = encoding(self.encoding.as_deref())?;
        let country = self.country.as_deref().map(str::to_ascii_uppercase);
        if let Some(code) = country.as_deref().filter(|code| !domain::validate::is_jurisdiction(code)) {
            bail!("'{code}' is not a country: use ISO 3166-1, such as FR");
        }
        Ok(OcdsOptions { encoding, country, check: self.check, now: Utc::now() })
    }
}

/// The names of all sources.
fn names() -> impl Iterator<Item = &'static str> {
    Source::ALL.iter().map(|(name, _)| *name).chain(OTHERS.iter().map(|(name, _)| *name))
}

/// Names as a sentence lists them: `records, atrs or nl`.
pub(super) fn one_of(names: impl Iterator<Item = &'static str>) -> String {
    let names: Vec<_> = names.collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// What stands below the help: every source with its files, and the exit codes.
fn sources_and_exit_codes() -> String {
    let records = Source::ALL.iter().map(|(name, source)| (*name, source.files()));
    let lines: String = records
        .chain(OTHERS.iter().copied())
        .map(|(name, files)| format!("  {name:<14} {files}\n"))
        .collect();
    format!(
        "Sources:\n{lines}\nExit codes: 0 clean, 1 some rows were rejected (with --strict: or columns are not known), 2 a file cannot be used or not to its end, \
         3 the database cannot be reached."
    )
}

/// The encoding named on the command line.
pub(super) fn encoding(name: Option<&str>) -> anyhow::Result<Option<&'static importer::Encoding>> {
    let Some(name) = name else { return Ok(None) };
    let found = importer::encoding(name);
    let hint = "use a name such as windows-1252, iso-8859-15 or utf-16le";
    found.map(Some).with_context(|| format!("'{name}' is not an encoding: {hint}"))
}

impl Total {
    fn add(&mut self, report: Report) {
        self.read += report.read;
        self.created += report.created;
        self.changed += report.changed;
        self.unchanged += report.unchanged;
        self.rejected += report.rejected;
        self.errors.extend(report.errors.iter().cloned());
        self.files.push(report);
    }
}

/// Separates the child lists of our template, which are known by their names, such as `assessments.csv`.
fn split_companions(source: Option<Source>, files: Vec<PathBuf>) -> (Vec<PathBuf>, Vec<PathBuf>) {
    if source != Some(Source::Records) {
        return (files, Vec::new());
    }
    files.into_iter().partition(|file| {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        !field(&stem).is_some_and(|field| matches!(field.kind, FieldKind::Objects(..)))
    })
}

/// What follows an import: the rules run, links and gaps are found for notices, and the search index is
/// updated. On a shared database the servers update their own indexes.
async fn after(settings: &Settings, db: &Db, options: &Options, notices: bool) -> anyhow::Result<()> {
    if options.check {
        return Ok(());
    }
    if notices {
        return super::link::after_import(db, options.now, settings.json).await;
    }
    refresh(settings, db, options.now).await
}

/// Runs the rules that are due, and updates the search index.
pub(super) async fn refresh(settings: &Settings, db: &Db, now: DateTime<Utc>) -> anyhow::Result<()> {
    store::records::maintenance::judge_due(db, now).await?;
    let index = settings.index(db);
    if db.file().is_some() || index.exists() {
        search::Search::update(db, &index).await?;
    }
    Ok(())
}

/// Shows an import's progress and its errors.
struct Screen {
    bar: ProgressBar,
    read: Option<importer::table::Progress>,
    quiet: bool,
    shown: u64,
    errors: u64,
}

impl Screen {
    fn new(quiet: bool) -> Self {
        let bar = ProgressBar::new(0);
        if quiet || !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        Self { bar, read: None, quiet, shown: 0, errors: 0 }
    }

    fn show(&mut self, event: Event) {
        match event {
            Event::Opened { bytes, progress, .. } => {
                self.bar.set_length(bytes);
                if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent}% {msg} {elapsed}") {
                    self.bar.set_style(style);
                }
                self.read = Some(progress);
            }
            Event::Rows(rows) => {
                if let Some(read) = &self.read {
                    self.bar.set_position(read.bytes());
                }
                self.bar.set_message(format!("{rows} rows"));
            }
            Event::Error(error) => {
                self.errors += 1;
                if !self.quiet && self.shown < ERRORS_SHOWN {
                    self.shown += 1;
                    self.bar.suspend(|| eprintln!("{error}"));
                }
            }
        }
    }

    fn end(&self) {
        self.bar.finish_and_clear();
        if !self.quiet && self.errors > self.shown {
            eprintln!("... and {} more errors", self.errors - self.shown);
        }
    }
}

/// Prints what became of a file.
fn summary(report: &Report, sheet: Option<&Path>) {
    for notice in &report.notices {
        eprintln!("{}: {notice}", report.file);
    }
    let done = if report.check { "would be" } else { "" };
    let word = |word: &str| if done.is_empty() { word.to_owned() } else { format!("{done} {word}") };
    eprintln!(
        "{}: {} rows read, {} {}, {} {}, {} unchanged, {} rejected",
        report.file,
        report.read,
        report.created,
        word("created"),
        report.changed,
        word("changed"),
        report.unchanged,
        report.rejected
    );
    super::columns::show(report);
    if report.resumed > 0 {
        eprintln!("  went on after {} rows of an interrupted run", report.resumed);
    }
    if report.vanished_count > 0 {
        eprintln!(
            "  {} records of earlier files are not in this one; they stay, and say so:",
            report.vanished_count
        );
        for key in report.vanished.iter().take(5) {
            eprintln!("    {key}");
        }
    }
    details(report);
    if let Some(sheet) = sheet.filter(|_| report.error_count > 0) {
        eprintln!("  every error is in {}", sheet.display());
    }
}

/// Prints what a file adds up to, and which normalisations were used.
pub(super) fn details(report: &Report) {
    if !report.counts.is_empty() {
        eprintln!("  what it adds up to:");
        for (what, count) in &report.counts {
            eprintln!("    {count:>7}  {}", what.replace('_', " "));
        }
    }
    if !report.rules.is_empty() {
        eprintln!("  normalised:");
        for (rule, count) in report.rules.iter().filter(|(rule, _)| !rule.starts_with("missing:")) {
            match report.examples.get(rule) {
                Some(Example { before, after }) if after.is_empty() => {
                    eprintln!("    {count:>7}  {rule}: '{before}'");
                }
                Some(Example { before, after }) => {
                    eprintln!("    {count:>7}  {rule}: '{before}' -> '{after}'");
                }
                None => eprintln!("    {count:>7}  {rule}"),
            }
        }
    }
}

/// Row errors as CSV.
struct ReportFile(csv::Writer<std::fs::File>);

impl ReportFile {
    fn create(path: &Path) -> anyhow::Result<Self> {
        let mut writer = csv::Writer::from_path(path).with_context(|| path.display().to_string())?;
        writer.write_record(["file", "line", "column", "field", "code", "value", "message", "hint"])?;
        Ok(Self(writer))
    }

    fn write(&mut self, error: &RowError) -> csv::Result<()> {
        let line = error.line.to_string();
        self.0.write_record([
            error.file.as_str(),
            &line,
            &error.column,
            &error.field,
            &error.code,
            &error.value,
            &error.message,
            &error.hint,
        ])
    }

    fn finish(mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}
