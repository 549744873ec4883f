//! The columns of a table as far as a first mapping needs to know them: headers and a sample of their values.

use std::collections::BTreeSet;
use std::path::Path;

use domain::placeholder;
use domain::text::{fold, one_line};

use super::super::words::yes_or_no;
use super::YEARS;
use crate::dates::{self, NoDate, Order};
use crate::table::{FileError, Reading, Table};

/// Rows that are looked at.
const ROWS: usize = 2_000;
/// Different values of a column that are kept.
const VALUES: usize = 400;

/// The longest text that looks like a name, in characters.
const NAME: usize = 80;

/// A column with a sample of its values.
#[derive(Debug, Clone)]
pub(super) struct Sampled {
    pub(super) header: String,
    /// Which of the columns with this header it is, from 1, and how many there are.
    pub(super) nth: (usize, usize),
    /// Different values, without blanks and placeholders, each on one line unless it has several.
    pub(super) values: BTreeSet<String>,
    /// How many cells have a value.
    pub(super) filled: usize,
    /// How many rows there are.
    pub(super) rows: usize,
}

impl Sampled {
    /// Whether every row has a value of its own.
    pub(super) fn is_unique(&self) -> bool {
        self.rows > 0
            && self.filled == self.rows
            && (self.values.len() == self.rows || self.values.len() >= VALUES)
    }

    /// Whether most values are dates.
    pub(super) fn is_dates(&self) -> bool {
        let is_date = |text: &&String| !matches!(dates::of_tool(text, None), Err(NoDate::NotADate));
        !self.values.is_empty() && self.values.iter().filter(is_date).count() * 2 > self.values.len()
    }

    /// Whether it says of every row which year it is about.
    pub(super) fn is_years(&self) -> bool {
        let is_year = |text: &String| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        self.rows > 0
            && self.filled == self.rows
            && YEARS.contains(&domain::text::fold(&self.header).as_str())
            && self.values.iter().all(is_year)
    }

    /// Whether most values are prose or names: more letters than digits.
    pub(super) fn is_words(&self) -> bool {
        let is_word = |text: &&String| {
            let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
            letters > text.chars().filter(char::is_ascii_digit).count()
        };
        !self.values.is_empty() && self.values.iter().filter(is_word).count() * 2 > self.values.len()
    }

    /// Whether most values can be names: words, and not many.
    pub(super) fn is_names(&self) -> bool {
        let short = self.values.iter().filter(|text| text.chars().count() <= NAME).count();
        self.is_words() && !self.is_yes_or_no() && short * 2 > self.values.len()
    }

    /// Whether it answers yes or no.
    pub(super) fn is_yes_or_no(&self) -> bool {
        !self.values.is_empty() && self.values.iter().all(|text| yes_or_no(text, "").is_some())
    }

    /// The sign that separates several values in a cell, if any cell has one.
    pub(super) fn separator(&self) -> Option<&'static str> {
        [";", "\n", "|"].into_iter().find(|sign| self.values.iter().any(|value| value.contains(sign)))
    }

    /// The order of day and month that its values show; `None` if they show none or both.
    pub(super) fn order(&self) -> Option<Order> {
        let only = |order: Order, other: Order| {
            self.values
                .iter()
                .any(|text| dates::of_tool(text, order).is_ok() && dates::of_tool(text, other).is_err())
        };
        match (only(Order::DayFirst, Order::MonthFirst), only(Order::MonthFirst, Order::DayFirst)) {
            (true, false) => Some(Order::DayFirst),
            (false, true) => Some(Order::MonthFirst),
            _ => None,
        }
    }

    /// Whether a value can be two days.
    pub(super) fn has_two_days(&self) -> bool {
        self.values.iter().any(|text| matches!(dates::of_tool(text, None), Err(NoDate::TwoDays(..))))
    }
}

/// The columns of a table. Errors: it cannot be read.
pub(super) fn columns(path: &Path, reading: &Reading) -> Result<Vec<Sampled>, FileError> {
    // The header is the row with the most texts; the first one, if several have as many.
    let is_text = |cell: &str| cell.chars().any(char::is_alphabetic);
    let mut table = Table::open(path, &is_text, reading)?;
    let folded: Vec<String> = table.headers.iter().map(|header| fold(header)).collect();
    let mut columns: Vec<Sampled> = Vec::new();
    for (place, (header, words)) in table.headers.iter().zip(&folded).enumerate() {
        let same = |known: &&String| *known == words;
        let nth = folded.iter().take(place + 1).filter(same).count();
        columns.push(Sampled {
            // A star at the end of a header marks what must be answered; in a mapping it would mean any ending.
            header: one_line(header).trim_end_matches(['*', ' ']).to_owned(),
            nth: (nth, folded.iter().filter(same).count()),
            values: BTreeSet::new(),
            filled: 0,
            rows: 0,
        });
    }
    for row in std::iter::from_fn(|| table.next_row()).take(ROWS).flatten() {
        for (column, cell) in columns.iter_mut().zip(&row.cells) {
            column.rows += 1;
            let cell = cell.trim();
            if !cell.is_empty() && !placeholder::is_no_name(cell) {
                column.filled += 1;
                if column.values.len() < VALUES {
                    column.values.insert(cell.to_owned());
                }
            }
        }
    }
    Ok(columns)
}
