//! A mapping bound to the columns of one file: which column each rule is for.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use domain::Finding;
use domain::placeholder;
use domain::text;

use super::form::{Condition, comparable, fits};
use super::whole::Mapping;
use crate::dates::{self, Reading};
use crate::persons;
use crate::report::Uses;

/// A mapping bound to the columns of one file.
#[derive(Debug)]
pub struct Bound {
    pub(super) mapping: Mapping,
    pub(super) headers: Vec<String>,
    /// The headers, folded; and the first rule for each spelling of the mapping. Cells are looked up by both.
    pub(super) folded: Vec<String>,
    spellings: HashMap<String, usize>,
    /// For each column of the file, the rules that read it.
    pub(super) rules: Vec<Vec<usize>>,
    /// Rules that join columns, and the columns of each; those that the file lacks are left out.
    pub(super) joins: Vec<(usize, Vec<usize>)>,
    /// The day on which dates are judged.
    pub(super) today: NaiveDate,
}

impl Mapping {
    /// Binds the mapping to the columns of a file, with the day on which dates are judged. If a header occurs twice, a
    /// rule without `nth` reads the first column; a rule that drops a column drops all of them.
    pub fn bind(self, headers: &[String], today: NaiveDate) -> Bound {
        let folded: Vec<String> = headers.iter().map(|header| text::fold(header)).collect();
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let rules = folded
            .iter()
            .map(|header| {
                let nth = seen.entry(header).or_default();
                *nth += 1;
                self.rules_for(header, *nth)
            })
            .collect();
        let place = |header: &String| folded.iter().position(|known| fits(header, known));
        let joins = self.form.columns.iter().enumerate().filter_map(|(rule, column)| {
            let places: Vec<usize> = column.join.as_ref()?.get_ref().iter().filter_map(place).collect();
            (!places.is_empty()).then_some((rule, places))
        });
        let joins = joins.collect();
        let mut spellings = HashMap::new();
        for (rule, column) in self.form.columns.iter().enumerate() {
            for pattern in column.header.iter().flat_map(|header| header.get_ref().iter()) {
                spellings.entry(text::fold(pattern.trim_end_matches('*'))).or_insert(rule);
            }
        }
        Bound { mapping: self, headers: headers.to_vec(), folded, spellings, rules, joins, today }
    }

    /// The rules for the nth column with a header: the first that fits, and those that name it in the same words.
    fn rules_for(&self, folded: &str, nth: usize) -> Vec<usize> {
        let columns = || {
            self.form.columns.iter().enumerate().filter(|(_, column)| {
                column.drop || nth == column.nth.as_ref().map_or(1, |nth| *nth.get_ref())
            })
        };
        let spellings = |column: &super::form::Column| -> Vec<String> {
            column.header.iter().flat_map(|header| header.get_ref().iter()).map(str::to_owned).collect()
        };
        let first = columns().find_map(|(rule, column)| {
            let pattern = spellings(column).into_iter().find(|pattern| fits(pattern, folded))?;
            Some((rule, pattern))
        });
        let Some((first, pattern)) = first else { return Vec::new() };
        let is_same = |other: &String| {
            other.ends_with('*') == pattern.ends_with('*') && comparable(other) == comparable(&pattern)
        };
        let also = columns().filter(|(rule, column)| *rule > first && spellings(column).iter().any(is_same));
        std::iter::once(first).chain(also.map(|(rule, _)| rule)).collect()
    }
}

impl Bound {
    /// The fields this file can speak for: those its columns fill. Fields without a column keep what the
    /// register has.
    pub fn says(&self) -> HashSet<String> {
        let rules = self.rules.iter().flatten().chain(self.joins.iter().map(|(rule, _)| rule));
        let columns = rules.filter_map(|rule| self.mapping.form.columns.get(*rule));
        columns
            .flat_map(|column| {
                let own = column.target.iter().map(|target| target.field.name.to_owned());
                own.chain(column.informs.iter().cloned())
            })
            .collect()
    }

    /// The mapping itself.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The text of a column by its header; `None` if the file lacks the column, or the cell means "no value".
    pub fn cell<'a>(&self, cells: &'a [String], header: &str) -> Option<&'a str> {
        self.cell_if(cells, header, |cell| !self.is_missing(cell))
    }

    /// The text of a column by its header, even one that means "no value", such as "not applicable"; `None` if the
    /// file lacks the column, or the cell is blank.
    pub fn said<'a>(&self, cells: &'a [String], header: &str) -> Option<&'a str> {
        self.cell_if(cells, header, |cell| !cell.is_empty())
    }

    /// The text of exactly this column, even one that means "no value"; `None` if the file lacks it, or the cell is
    /// blank. For columns that share a rule of the mapping.
    pub(crate) fn own_cell<'a>(&self, cells: &'a [String], header: &str) -> Option<&'a str> {
        let wanted = text::fold(header);
        let place = self.folded.iter().position(|known| *known == wanted)?;
        Some(cells.get(place)?.trim()).filter(|cell| !cell.is_empty())
    }

    /// Leaves people out of the cells of a row, before anything else is done with them.
    pub(crate) fn without_people(&self, cells: &mut [String], uses: &mut Uses) {
        persons::leave_out_of_cells(&self.headers, cells, uses);
    }

    fn cell_if<'a>(&self, cells: &'a [String], header: &str, says: impl Fn(&str) -> bool) -> Option<&'a str> {
        let found = self.meant(header).filter_map(|place| cells.get(place));
        found.map(|cell| cell.trim()).find(|cell| says(cell))
    }

    /// The columns that a header means: those of the rule with that spelling, then the first of that name.
    pub(super) fn places(&self, header: &str) -> Vec<usize> {
        self.meant(header).collect()
    }

    fn meant(&self, header: &str) -> impl Iterator<Item = usize> {
        let (start, is_open) = (header.trim_end_matches('*'), header.ends_with('*'));
        let wanted = text::fold(start);
        let rule = self.spellings.get(&wanted).copied();
        let of_rule = self
            .rules
            .iter()
            .enumerate()
            .filter(move |(_, bound)| rule.is_some_and(|rule| bound.contains(&rule)));
        let by_name = move || {
            let is_named =
                |known: &String| if is_open { known.starts_with(&wanted) } else { *known == wanted };
            self.folded.iter().position(is_named)
        };
        of_rule.map(|(place, _)| place).chain(std::iter::once_with(by_name).flatten())
    }

    /// Whether a text means "no value": blank, a placeholder, or one of the mapping's `missing` texts.
    pub fn is_missing(&self, cell: &str) -> bool {
        cell.trim().is_empty() || placeholder::is_no_name(cell) || self.is_left_out(cell)
    }

    /// Whether a text is one of the mapping's `missing` texts, which only this source writes.
    pub(super) fn is_left_out(&self, cell: &str) -> bool {
        let cell = cell.trim();
        let missing = &self.mapping.form.missing;
        if cell.len() > 80 || missing.is_empty() {
            return false;
        }
        let folded = comparable(cell);
        missing.iter().any(|missing| fits(missing, &folded) || missing == cell)
    }

    /// Whether the mapping's conditions leave a row out.
    pub fn leaves_out(&self, cells: &[String]) -> bool {
        let form = &self.mapping.form;
        form.only.iter().any(|one| !self.holds(one, cells))
            || form.skip.iter().any(|one| self.holds(one, cells))
    }

    /// Whether a condition holds of a row.
    pub(super) fn holds(&self, condition: &Condition, cells: &[String]) -> bool {
        let places = condition.header.get_ref().iter().flat_map(|header| self.places(header));
        let cell = places.into_iter().find_map(|place| cells.get(place));
        condition.holds(cell.map_or("", String::as_str))
    }

    /// The date or year of a row, ISO 8601, if the mapping names a column for it and the row has one. Errors: it is
    /// neither.
    pub fn edition(&self, cells: &[String]) -> Result<Option<String>, (Finding, String, String)> {
        let Some(header) = &self.mapping.form.edition else { return Ok(None) };
        let Some(said) = self.cell(cells, header.get_ref()) else { return Ok(None) };
        match dates::of_tool(said, self.mapping.form.dates) {
            Ok((date, Reading::Year)) => Ok(Some(date.format("%Y").to_string())),
            Ok((date, _)) => Ok(Some(date.to_string())),
            Err(_) => {
                let message = format!("'{}' is neither a year nor a date", domain::cell::short(said));
                let finding = Finding::error("edition", "bad-edition", message)
                    .hint("write the year or the date of the edition that the row belongs to");
                Err((finding, header.get_ref().clone(), said.to_owned()))
            }
        }
    }
}
