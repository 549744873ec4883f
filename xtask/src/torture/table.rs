//! The final table: a row per database, fault and operation.

use std::fmt::Write;

use super::journal::{Journal, Tally};
use super::world::Kind;

/// The result for one operation under one fault.
#[derive(Debug)]
pub(super) struct Row {
    kind: Kind,
    fault: &'static str,
    operation: &'static str,
    course: Course,
    tally: Tally,
    /// Why there is no result.
    instead: Option<String>,
}

/// How a fault went.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Course {
    pub(super) rounds: u64,
    pub(super) faults: u64,
    /// Whether the register continued by itself where it should; `None` if it was killed or ended.
    pub(super) recovered: Option<bool>,
}

impl Course {
    /// Notes whether the register continued by itself. One failure is enough to make the row bad.
    pub(super) fn went_on(&mut self, by_itself: bool) {
        self.recovered = Some(self.recovered.unwrap_or(true) && by_itself);
    }
}

/// The result of a fault.
#[derive(Debug)]
pub(super) enum Outcome {
    Rows(Vec<(Course, Journal)>),
    /// It cannot be caused here; the reason.
    Skipped(String),
}

impl Row {
    /// The rows for a fault, however it ended.
    pub(super) fn all(kind: Kind, fault: &'static str, outcome: Result<Outcome, String>) -> Vec<Self> {
        let without = |words: String| {
            let (course, tally) = (Course::default(), Tally::default());
            vec![Self { kind, fault, operation: "-", course, tally, instead: Some(words) }]
        };
        match outcome {
            Err(error) => without(format!("BROKE: {error}")),
            Ok(Outcome::Skipped(why)) => without(format!("skipped: {why}")),
            Ok(Outcome::Rows(courses)) => {
                let rows = courses.into_iter().flat_map(|(course, journal)| {
                    journal.tallies().into_iter().map(move |(operation, tally)| Self {
                        kind,
                        fault,
                        operation: operation.as_str(),
                        course,
                        tally,
                        instead: None,
                    })
                });
                rows.collect()
            }
        }
    }

    /// Whether the register broke its word, or the fault could not be completed.
    pub(super) fn is_bad(&self) -> bool {
        let Tally { lost, half, falsely, .. } = self.tally;
        let broke = self.instead.as_ref().is_some_and(|words| words.starts_with("BROKE"));
        lost + half + falsely > 0 || self.course.recovered == Some(false) || broke || self.proves_nothing()
    }

    /// Whether nothing was acknowledged that could have been lost, or no fault struck.
    fn proves_nothing(&self) -> bool {
        self.instead.is_none() && (self.tally.acknowledged == 0 || self.course.faults == 0)
    }

    /// Whether the only problem is that it proves nothing, which happens by chance in few rounds.
    pub(super) fn is_vacuous(&self) -> bool {
        let Tally { lost, half, falsely, .. } = self.tally;
        self.proves_nothing() && lost + half + falsely == 0 && self.course.recovered != Some(false)
    }

    /// Whether it was skipped.
    pub(super) fn is_skipped(&self) -> bool {
        self.instead.is_some() && !self.is_bad()
    }

    /// Notes below the table.
    fn notes(&self) -> Vec<String> {
        let nothing = format!(
            "{}: nothing was acknowledged, or no fault came about: it proves nothing",
            self.operation
        );
        let nothing = self.proves_nothing().then_some(nothing);
        self.tally.examples.iter().cloned().chain(nothing).chain(self.tally.odd.clone()).collect()
    }

    fn cells(&self) -> [String; 12] {
        let Course { rounds, faults, recovered } = self.course;
        let tally = &self.tally;
        let recovered = match recovered {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "-",
        };
        [
            self.kind.as_str().to_owned(),
            self.fault.to_owned(),
            self.operation.to_owned(),
            rounds.to_string(),
            faults.to_string(),
            tally.acknowledged.to_string(),
            tally.lost.to_string(),
            tally.half.to_string(),
            tally.falsely.to_string(),
            tally.refused.to_string(),
            tally.unanswered.to_string(),
            recovered.to_owned(),
        ]
    }
}

const HEADS: [&str; 12] = [
    "database",
    "fault",
    "operation",
    "rounds",
    "faults",
    "acknowledged",
    "lost",
    "half-done",
    "false acks",
    "refused",
    "unanswered",
    "recovered",
];
/// Left-aligned columns, which hold words.
const WORDS: [usize; 4] = [0, 1, 2, 11];

/// Lines of failures printed, and characters of each.
const LINES: usize = 6;
const LINE: usize = 300;

/// The table as text, with failures below it.
pub(super) fn print(rows: &[Row]) -> String {
    let mut widths = HEADS.map(str::len);
    for row in rows.iter().filter(|row| row.instead.is_none()) {
        for (width, cell) in widths.iter_mut().zip(row.cells()) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in rows {
        widths[1] = widths[1].max(row.fault.len());
    }
    let line = |cells: &[String]| {
        let cells = cells.iter().zip(widths).enumerate().map(|(place, (cell, width))| {
            if WORDS.contains(&place) { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut text = line(&HEADS.map(str::to_owned)) + "\n";
    for row in rows {
        let cells = row.cells();
        let shown = match &row.instead {
            None => line(&cells),
            Some(words) => format!("{}  {words}", line(&cells[..3])),
        };
        let _ = writeln!(text, "{shown}");
    }
    for row in rows {
        for words in row.notes() {
            let words: Vec<String> =
                words.lines().take(LINES).map(|line| line.chars().take(LINE).collect()).collect();
            let _ = writeln!(text, "{}, {}: {}", row.kind.as_str(), row.fault, words.join("\n    "));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::journal::{Operation, Wrong};
    use super::*;

    /// Checks whether a fault's rows are bad, given its number of faults and what happened.
    #[track_caller]
    fn check(faults: u64, recovered: Option<bool>, happened: impl FnOnce(&Journal), bad: bool) {
        let (course, journal) = (Course { rounds: 1, faults, recovered }, Journal::default());
        journal.count(Operation::Draft, |tally| tally.acknowledged += 1);
        happened(&journal);
        let rows = Row::all(Kind::Sqlite, "kill", Ok(Outcome::Rows(vec![(course, journal)])));
        assert_eq!(rows.iter().any(Row::is_bad), bad, "{}", print(&rows));
    }

    #[test]
    fn one_lost_half_done_or_false_thing_makes_a_row_bad() {
        check(1, Some(true), |_| {}, false);
        for wrong in [Wrong::Lost, Wrong::Half, Wrong::Falsely] {
            check(1, None, |journal| journal.wrong(Operation::Draft, wrong, "a", "it is gone"), true);
        }
        check(1, Some(false), |_| {}, true);
    }

    #[test]
    fn a_row_that_proves_nothing_is_bad() {
        check(0, None, |_| {}, true);
        check(1, None, |journal| journal.count(Operation::Token, |tally| tally.refused += 1), true);
        assert!(Row::all(Kind::Sqlite, "kill", Err("no server".to_owned())).iter().all(Row::is_bad));
    }

    #[test]
    fn what_is_skipped_is_said_and_not_bad() {
        let rows = Row::all(Kind::Sqlite, "full-disk", Ok(Outcome::Skipped("no root".to_owned())));
        assert!(rows.iter().all(|row| row.is_skipped() && !row.is_bad()));
        assert!(print(&rows).contains("skipped: no root"));
    }

    #[test]
    fn a_thing_that_is_lost_counts_once_however_often_it_is_looked_for() {
        let journal = Journal::default();
        for _ in 0..2 {
            journal.wrong(Operation::Draft, Wrong::Lost, "a", "it is gone");
        }
        assert_eq!(journal.tallies()[&Operation::Draft].lost, 1);
    }
}
