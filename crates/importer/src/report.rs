//! What an import says: what is wrong with a row, where, and how to fix it; how far it is; and what it did. All
//! of it is data, so that programs can read it too.

use std::collections::BTreeMap;
use std::fmt;

use domain::Finding;
use serde::Serialize;
use store::records::imports::Run;

use crate::columns::{Account, Column};
use crate::load::Stored;
use crate::mapping::hide_mailboxes;
use crate::table::{Input, Progress, Sheet};

/// Row errors kept in the report. The caller is told about every error as it occurs.
const ERRORS_KEPT: usize = 1_000;

/// How often each normalisation was used, by name, with the first example of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    counts: BTreeMap<String, u64>,
    examples: BTreeMap<String, Example>,
}

/// A value that a normalisation changed, shortened and without personal mailboxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// As the file has it.
    pub before: String,
    /// As it is read; empty if it is left out.
    pub after: String,
}

impl Uses {
    /// Nothing used yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts several uses at once; none leaves no trace.
    pub fn add(&mut self, rule: &str, uses: u64) {
        if uses > 0 {
            match self.counts.get_mut(rule) {
                Some(count) => *count += uses,
                None => {
                    self.counts.insert(rule.to_owned(), uses);
                }
            }
        }
    }

    /// The first example of each normalisation that has one.
    pub fn examples(&self) -> &BTreeMap<String, Example> {
        &self.examples
    }

    /// Adds other uses; an example that is known stays.
    pub fn extend(&mut self, more: Self) {
        for (rule, count) in &more.counts {
            self.add(rule, *count);
        }
        for (rule, example) in more.examples {
            self.examples.entry(rule).or_insert(example);
        }
    }
}

impl std::ops::Deref for Uses {
    type Target = BTreeMap<String, u64>;

    fn deref(&self) -> &Self::Target {
        &self.counts
    }
}

/// Counts one thing that items add up to.
pub(crate) fn counted(counts: &mut BTreeMap<String, u64>, what: &str) {
    match counts.get_mut(what) {
        Some(count) => *count += 1,
        None => {
            counts.insert(what.to_owned(), 1);
        }
    }
}

/// Counts one use of a normalisation.
pub fn used(uses: &mut Uses, rule: &str) {
    uses.add(rule, 1);
}

/// Counts one use of a normalisation, which changed a value. The first one is kept as an example.
pub fn changed(uses: &mut Uses, rule: &str, before: &str, after: &str) {
    changed_into(uses, rule, before, || after.to_owned());
}

/// The same for a value that is only made for the example.
pub(crate) fn changed_into(uses: &mut Uses, rule: &str, before: &str, after: impl FnOnce() -> String) {
    if !uses.counts.contains_key(rule) {
        let shown = |text: &str| domain::cell::short(&hide_mailboxes(&domain::text::one_line(text)));
        let example = Example { before: shown(before), after: shown(&after()) };
        uses.examples.insert(rule.to_owned(), example);
    }
    uses.add(rule, 1);
}

/// One error in a cell, or in a whole row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// The file as named by the caller.
    pub file: String,
    /// Line of the file, or row of the sheet, where the row starts; 0 if the error belongs to no single row.
    pub line: u64,
    /// Header of the column; empty for an error of the whole row.
    pub column: String,
    /// The register's name for the field, if known.
    pub field: String,
    /// A stable kebab-case code.
    pub code: String,
    /// The value as written, shortened; empty for an error of the whole row.
    pub value: String,
    /// What is wrong.
    pub message: String,
    /// How to fix it.
    pub hint: String,
}

impl RowError {
    /// An error of a whole row.
    pub fn row(line: u64, code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            file: String::new(),
            line,
            column: String::new(),
            field: String::new(),
            code: code.to_owned(),
            value: String::new(),
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// An error in one cell, from a finding about its value.
    pub fn of(finding: Finding, line: u64, column: &str, value: &str) -> Self {
        Self {
            file: String::new(),
            line,
            column: column.to_owned(),
            field: finding.field,
            code: finding.code,
            value: domain::cell::short(value),
            message: finding.message,
            hint: finding.hint.unwrap_or_default(),
        }
    }

    /// The same error, with the file's name.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        file.clone_into(&mut self.file);
        self
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.column.is_empty() {
            write!(f, ": {}", self.column)?;
        }
        write!(f, ": [{}] {}", self.code, self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, " ({})", self.hint) }
    }
}

/// The same errors, with the file's name.
pub(crate) fn in_file(errors: Vec<RowError>, name: &str) -> Vec<RowError> {
    errors.into_iter().map(|error| error.in_file(name)).collect()
}

/// Progress of an import, as told to the caller.
#[derive(Debug)]
pub enum Event {
    /// The file is open.
    Opened {
        /// How much there is to read, in the unit of `progress`.
        bytes: u64,
        /// How much has been read.
        progress: Progress,
        /// Notices about how the file was read.
        notices: Vec<String>,
    },
    /// A row error.
    Error(RowError),
    /// A batch is done; the total of rows so far.
    Rows(u64),
}

/// What an import did; its JSON is what `--json` prints.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// The file.
    pub file: String,
    /// The source.
    pub source: String,
    /// Whether this was a check, which writes nothing.
    pub check: bool,
    /// Rows read, not counting blank ones.
    pub read: u64,
    /// New records.
    pub created: u64,
    /// New versions of known records.
    pub changed: u64,
    /// Rows that changed nothing, including rows that state there is nothing to record.
    pub unchanged: u64,
    /// Rows rejected because of errors.
    pub rejected: u64,
    /// Rows already done by an earlier run that was interrupted.
    pub resumed: u64,
    /// The first errors; the total is `error_count`.
    pub errors: Vec<RowError>,
    /// Number of errors.
    pub error_count: u64,
    /// How often each normalisation was used.
    pub rules: BTreeMap<String, u64>,
    /// The first value that each normalisation changed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub examples: BTreeMap<String, Example>,
    /// What was done with each column of a table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
    /// The sheets of a spreadsheet, also those that were not read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sheets: Vec<Sheet>,
    /// Notices about how the file was read.
    pub notices: Vec<String>,
    /// Keys that earlier files had and this one has not. Their records stay published.
    pub vanished: Vec<String>,
    /// Number of vanished keys.
    pub vanished_count: u64,
    /// For a file of notices: how many processes, contracts and parties it has, and how many parties are
    /// known.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<String, u64>,
    /// Why the file was not read to its end. Everything read before that is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
}

impl Report {
    /// A report on a file of which nothing is read yet.
    pub(crate) fn new(file: String, source: String, input: &Input, check: bool) -> Self {
        let Input { notices, columns, sheets, .. } = input.clone();
        Self { file, source, check, notices, columns, sheets, ..Self::default() }
    }

    /// Counts a row that cannot be used, and tells the caller what is wrong with it.
    pub(crate) fn reject(&mut self, errors: Vec<RowError>, tell: impl FnMut(RowError)) {
        self.rejected += 1;
        self.note(errors, tell);
    }

    /// Tells the caller what is wrong with a row.
    pub(crate) fn note(&mut self, errors: Vec<RowError>, mut tell: impl FnMut(RowError)) {
        for error in errors {
            self.error_count += 1;
            if self.errors.len() < ERRORS_KEPT {
                self.errors.push(error.clone());
            }
            tell(error);
        }
    }

    /// Adds what a batch did.
    pub(crate) fn add(&mut self, stored: Stored, mut tell: impl FnMut(RowError)) {
        self.created += stored.created;
        self.changed += stored.changed;
        self.unchanged += stored.unchanged;
        for errors in stored.refused {
            let errors = in_file(errors, &self.file);
            self.reject(errors, &mut tell);
        }
        self.count(stored.tally);
    }

    /// Copies the counts into a run that has done this many rows. Messages arrive in the order of the file, so
    /// they are the counts of just these rows.
    pub(crate) fn save_in(&self, run: &mut Run, rows: u64) {
        run.rows_done = rows;
        (run.created, run.changed, run.unchanged) = (self.created, self.changed, self.unchanged);
        run.rejected = self.rejected;
    }

    /// Adds what was counted.
    pub(crate) fn count(&mut self, tally: Tally) {
        for (rule, count) in tally.uses.counts {
            *self.rules.entry(rule).or_default() += count;
        }
        for (rule, example) in tally.uses.examples {
            self.examples.entry(rule).or_insert(example);
        }
        for (what, count) in tally.counts {
            *self.counts.entry(what).or_default() += count;
        }
    }

    /// Adds what a table says of itself once it is read.
    pub(crate) fn account(&mut self, account: Option<Account>) {
        if let Some(Account { columns, uses }) = account {
            self.columns = columns;
            self.count(Tally { uses, ..Tally::default() });
        }
    }

    /// Columns that nothing reads.
    pub fn unknown_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.is_unknown())
    }
}

/// What is counted over a file, beside the outcomes of its rows.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// How often each normalisation was used.
    pub(crate) uses: Uses,
    /// What the items add up to.
    pub(crate) counts: BTreeMap<String, u64>,
}
