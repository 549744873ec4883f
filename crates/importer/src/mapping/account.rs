//! What a mapping does with each column of a file, and the key it makes of a row.

use std::sync::atomic::Ordering;

use domain::text;

use super::Bound;
use crate::columns::{Column, ColumnUse};

/// What it means that a mapping knows a column and gives it no field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfilled {
    /// The source's own reader asks for it.
    Asked,
    /// It is left out.
    LeftOut,
}

impl Bound {
    /// What is done with each column of the file.
    pub fn columns(&self, unfilled: Unfilled) -> Vec<ColumnUse> {
        let rules = self.headers.iter().zip(&self.rules);
        rules.map(|(header, rule)| self.column(header, *rule, unfilled)).collect()
    }

    fn column(&self, header: &str, rule: Option<usize>, unfilled: Unfilled) -> ColumnUse {
        let is_key = self.is_key(header);
        let Some(column) = rule.and_then(|rule| self.mapping.columns.get(rule)) else {
            return if is_key { ColumnUse::read("key") } else { ColumnUse::Unknown };
        };
        if let Some(reason) = &column.ignored {
            return ColumnUse::ignored(reason);
        }
        if column.drop {
            return ColumnUse::ignored("dropped by the mapping, also from the raw row");
        }
        let filled: Vec<&str> = column.field.iter().chain(&column.informs).map(String::as_str).collect();
        match (filled.is_empty(), is_key, unfilled) {
            (false, ..) => ColumnUse::read(filled.join(", ")),
            (_, true, _) => ColumnUse::read("key"),
            (_, _, Unfilled::Asked) => ColumnUse::read(""),
            (_, _, Unfilled::LeftOut) => ColumnUse::ignored("the mapping gives it no field"),
        }
    }

    fn is_key(&self, header: &str) -> bool {
        self.mapping.key.iter().any(|key| text::fold(key) == text::fold(header))
    }

    /// The columns of a file that has been read, with those that the source's own reader has asked for.
    pub fn asked(&self, mut columns: Vec<Column>) -> Vec<Column> {
        for (column, asked) in columns.iter_mut().zip(&self.asked) {
            if column.used == ColumnUse::Unknown && asked.load(Ordering::Relaxed) {
                column.used = ColumnUse::read("");
                column.left_out = 0;
            }
        }
        columns
    }

    /// Where the key of a row stands: the columns of each part of it, of which the first that says something
    /// counts. Without a key, body and title stand for it.
    pub fn key_places(&self) -> KeyPlaces {
        let keys = self.mapping.key.iter().map(|wanted| self.places_of(wanted)).collect();
        let names = ["publisher", "title"].map(|wanted| {
            let fills = |rule: &usize| {
                let field = self.mapping.columns.get(*rule).and_then(|column| column.field.as_deref());
                field == Some(wanted)
            };
            let rules = self.rules.iter().enumerate();
            rules.filter(|(_, rule)| rule.as_ref().is_some_and(fills)).map(|(place, _)| place).collect()
        });
        KeyPlaces { keys, names: names.into() }
    }

    fn places_of(&self, wanted: &str) -> Vec<usize> {
        let wanted = text::fold(wanted);
        let rule = self.mapping.columns.iter().position(|column| {
            column.header.iter().any(|pattern| text::fold(pattern.trim_end_matches('*')) == wanted)
        });
        let columns = self.headers.iter().zip(&self.rules).enumerate();
        let is_meant = |header: &str, bound: &Option<usize>| {
            bound.is_some() && *bound == rule || text::fold(header) == wanted
        };
        columns.filter(|(_, (header, bound))| is_meant(header, bound)).map(|(place, _)| place).collect()
    }

    /// Writes the key of a row.
    pub fn write_key(&self, places: &KeyPlaces, cells: &[&str], key: &mut String) {
        for part in &places.keys {
            self.write_part(part, cells, '|', key);
        }
        if key.is_empty() {
            for part in &places.names {
                self.write_part(part, cells, '\n', key);
            }
            *key = domain::editions::same_text(key);
        }
    }

    fn write_part(&self, places: &[usize], cells: &[&str], between: char, key: &mut String) {
        let mut said = places.iter().filter_map(|place| cells.get(*place));
        if let Some(cell) = said.find(|cell| !self.is_missing(cell)) {
            if !key.is_empty() {
                key.push(between);
            }
            key.push_str(cell);
        }
    }
}

/// Where the key of a row stands.
#[derive(Debug)]
pub struct KeyPlaces {
    keys: Vec<Vec<usize>>,
    names: Vec<Vec<usize>>,
}
