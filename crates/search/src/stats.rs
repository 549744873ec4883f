//! Statistics: how often values of two facets occur together, and how many records were first published each
//! month.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Datelike};

use crate::list::RecordQuery;
use crate::view::NONE;
use crate::visits::{Visit, Visits, read};
use crate::{Look, SearchError};

/// How many records have a pair of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// A value of the first facet; empty for records without one.
    pub row: String,
    /// A value of the second facet; empty for records without one.
    pub column: String,
    /// Number of records.
    pub count: u64,
}

/// How many records were first published in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// The year.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u32,
    /// Number of records.
    pub count: u64,
}

/// What a table counts.
#[derive(Clone)]
struct Reading {
    /// What each value of a record counts as in the rows and in the columns.
    rows: Arc<Vec<u32>>,
    columns: Arc<Vec<u32>>,
    /// Whether the two are of the same things: a cell counts records with one thing that is both.
    same: bool,
}

struct Pairs {
    reading: Reading,
    rows: Vec<u32>,
    columns: Vec<u32>,
    pairs: Vec<(u32, u32)>,
    counts: HashMap<(u32, u32), u64>,
}

impl Pairs {
    fn new(reading: Reading) -> Self {
        Self { reading, rows: Vec::new(), columns: Vec::new(), pairs: Vec::new(), counts: HashMap::new() }
    }
}

impl Visit for Pairs {
    fn visit(&mut self, _: i64, facets: &[u32], _: i64) {
        let Reading { rows, columns, same } = &self.reading;
        self.pairs.clear();
        if *same {
            let both = facets.iter().map(|value| (rows[*value as usize], columns[*value as usize]));
            self.pairs.extend(both.filter(|pair| *pair != (NONE, NONE)));
            self.pairs.sort_unstable();
            self.pairs.dedup();
        } else {
            for (reading, values) in [(rows, &mut self.rows), (columns, &mut self.columns)] {
                read(reading, facets, values);
                if values.is_empty() {
                    values.push(NONE);
                }
            }
            let columns = &self.columns;
            self.pairs
                .extend(self.rows.iter().flat_map(|row| columns.iter().map(move |column| (*row, *column))));
        }
        for pair in &self.pairs {
            *self.counts.entry(*pair).or_default() += 1;
        }
    }
}

#[derive(Default)]
struct Days(HashMap<i64, u64>);

/// Microseconds in a day.
const DAY: i64 = 86_400_000_000;

impl Visit for Days {
    fn visit(&mut self, _: i64, _: &[u32], published_at: i64) {
        *self.0.entry(published_at.div_euclid(DAY)).or_default() += 1;
    }
}

impl Look {
    /// How often values of two facets occur together among the matching records: most frequent first, then by
    /// value. A record with two values of a facet counts under both; two facets of the same things, such as type
    /// and status of an assessment, are counted where one thing has both values.
    pub async fn crosstab(
        &self,
        query: &RecordQuery,
        rows: &'static str,
        columns: &'static str,
    ) -> Result<Vec<Cell>, SearchError> {
        let query = query.clone();
        let counting = self.work(move |view, fields| {
            let reading = match view.reading_both([rows, columns], &query.facets) {
                Some([rows, columns]) => {
                    Reading { rows: Arc::new(rows), columns: Arc::new(columns), same: true }
                }
                None => {
                    let read = |facet| Arc::new(view.reading(facet, &query.facets));
                    Reading { rows: read(rows), columns: read(columns), same: false }
                }
            };
            let visits = Visits {
                view: Arc::clone(view),
                window: query.window(view, view.state.change),
                visitor: move || Pairs::new(reading.clone()),
            };
            let asked = query.asked(view, fields)?;
            let segments = view.searcher.search(&*query.matching(asked.as_ref(), fields, None), &visits)?;
            let mut counts: HashMap<(u32, u32), u64> = HashMap::new();
            for (pair, count) in segments.into_iter().flat_map(|segment| segment.counts) {
                *counts.entry(pair).or_default() += count;
            }
            let value = |number: u32| match number {
                NONE => String::new(),
                number => {
                    let text = view.facet_value(number as usize);
                    text.split_once('=').map_or_else(String::new, |(_, value)| value.to_owned())
                }
            };
            let mut cells: Vec<Cell> = counts
                .into_iter()
                .map(|((row, column), count)| Cell { row: value(row), column: value(column), count })
                .collect();
            cells.sort_unstable_by(|a, b| {
                b.count.cmp(&a.count).then_with(|| (&a.row, &a.column).cmp(&(&b.row, &b.column)))
            });
            Ok(cells)
        });
        counting.await
    }

    /// How many matching records were first published in each month, oldest first. Months without any are
    /// left out.
    pub async fn months(&self, query: &RecordQuery) -> Result<Vec<Month>, SearchError> {
        let query = query.clone();
        let counting = self.work(move |view, fields| {
            let visits = Visits {
                view: Arc::clone(view),
                window: query.window(view, view.state.change),
                visitor: Days::default,
            };
            let asked = query.asked(view, fields)?;
            let segments = view.searcher.search(&*query.matching(asked.as_ref(), fields, None), &visits)?;
            let mut months: BTreeMap<(i32, u32), u64> = BTreeMap::new();
            for (day, count) in segments.into_iter().flat_map(|segment| segment.0) {
                let day = DateTime::from_timestamp_micros(day * DAY).unwrap_or_default();
                *months.entry((day.year(), day.month())).or_default() += count;
            }
            Ok(months.into_iter().map(|((year, month), count)| Month { year, month, count }).collect())
        });
        counting.await
    }
}
