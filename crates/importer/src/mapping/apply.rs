//! A bound mapping applied to a row: its cells become fields, statements and faults.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::cell::short;
use domain::codes::{Code, StatementKind, WithheldGround};
use domain::fields::FieldKind;
use domain::placeholder::{self, Meaning, Place};
use domain::{Finding, text};
use serde_json::{Map, Value};

use super::bound::Bound;
use super::form::{Column, Unknown, comparable, fits};
use super::kind::{Bad, Kind};
use super::target::Target;
use super::things::Part;
use super::words;
use crate::dates::NoDate;
use crate::persons::PERSON;
use crate::report::{Uses, changed, changed_into, used};

/// What a mapping made from a row.
#[derive(Debug, Default)]
pub struct Mapped {
    /// Field values, as JSON.
    pub fields: Map<String, Value>,
    /// Field statements made along the way: kind and reason, by field.
    pub statements: BTreeMap<String, (StatementKind, String)>,
    /// Fields that the source marks as withheld: the ground, and its words.
    pub withheld: BTreeMap<String, (WithheldGround, String)>,
    /// What placeholders in the row say of fields, with their words; used where nothing else is known.
    pub placeholders: BTreeMap<String, (Meaning, String)>,
    /// The day on which dates are judged.
    pub today: NaiveDate,
    /// What is wrong, each with its column and value.
    pub faults: Vec<(Finding, String, String)>,
    /// What the source itself calls the subject, by its own name of the question; sectors are derived from it.
    pub categories: Vec<(String, String)>,
    /// The row as the source has it, without dropped columns and empty cells. People are left out before it is kept.
    pub raw: Map<String, Value>,
}

impl Mapped {
    /// Takes note of a placeholder in place of a field's value.
    pub(crate) fn take_placeholder(&mut self, field: &str, meaning: Meaning, said: &str, uses: &mut Uses) {
        changed(uses, meaning.rule(), said, "");
        let said = short(&text::one_line(said));
        self.placeholders.entry(field.to_owned()).or_insert((meaning, said));
    }
}

impl Bound {
    /// Applies the mapping to the cells of a row, and counts the normalisations used.
    pub fn apply(&self, cells: &[String], uses: &mut Uses) -> Mapped {
        let mapped = Mapped { today: self.today, ..Mapped::default() };
        let mut row = Filling { bound: self, cells, mapped, parts: Vec::new(), bases: Vec::new(), uses };
        let columns = &self.mapping.form.columns;
        for ((cell, rules), header) in cells.iter().zip(&self.rules).zip(&self.headers) {
            let mut rules = rules.iter().filter_map(|rule| Some((*rule, columns.get(*rule)?)));
            if rules.clone().any(|(_, column)| column.drop) || header.is_empty() && cell.trim().is_empty() {
                continue;
            }
            if !cell.trim().is_empty() {
                keep_raw(&mut row.mapped.raw, header, cell);
            }
            for (rule, column) in rules.by_ref() {
                row.column(rule, column, header, cell);
            }
        }
        for (rule, places) in &self.joins {
            if let Some(column) = columns.get(*rule) {
                let cells = places.iter().filter_map(|place| cells.get(*place)).map(|cell| cell.trim());
                let cells: Vec<&str> =
                    cells.filter(|cell| !cell.is_empty() && !lacks_person(column, cell)).collect();
                row.column(
                    *rule,
                    column,
                    &column.shown(),
                    &cells.join(column.with.as_deref().unwrap_or(" ")),
                );
            }
        }
        row.end()
    }

    /// What a cell means as a placeholder in a column. A word that the column's values list, or a code of its field,
    /// is an answer there.
    fn placeholder(&self, column: &Column, target: &Target, cell: &str) -> Option<Meaning> {
        // "None" for a member of a list's only thing means that there is no such thing.
        let meaning = placeholder::meaning(cell, Place::from(&target.field.kind))?;
        if let FieldKind::Code(list) | FieldKind::Codes(list) = target.field.kind
            && list.check(cell.trim()).is_ok()
        {
            return None;
        }
        if self.reads_directly(column, target, cell) {
            return None;
        }
        let folded = comparable(cell);
        let listed = column.values.keys().any(|pattern| !pattern.ends_with('*') && fits(pattern, &folded));
        (!listed).then_some(meaning)
    }

    /// Whether a text is an answer that needs no value map: yes or no, or a code of the target's list.
    fn reads_directly(&self, column: &Column, target: &Target, text: &str) -> bool {
        match target.kind {
            Kind::Boolean => words::yes_or_no(text, self.mapping.manner(column).lang).is_some(),
            Kind::Code(list) => list.check(text.trim()).is_ok(),
            _ => false,
        }
    }

    /// The ground, if a text says that its value is withheld.
    fn withheld(&self, column: &Column, text: &str) -> Option<WithheldGround> {
        let marks = || column.withheld.iter().chain(&self.mapping.form.withheld);
        marks().next()?;
        let folded = comparable(text);
        let (_, ground) = marks().find(|(pattern, _)| fits(pattern, &folded))?;
        WithheldGround::parse(ground.get_ref()).ok()
    }
}

/// A row while its cells are read. What they say is put together in `gather`.
pub(super) struct Filling<'r> {
    pub(super) bound: &'r Bound,
    cells: &'r [String],
    pub(super) mapped: Mapped,
    /// What columns say of things in lists.
    pub(super) parts: Vec<Part<'r>>,
    /// What columns say of the basis of estimates, by field.
    pub(super) bases: Vec<(&'static str, Value)>,
    pub(super) uses: &'r mut Uses,
}

impl<'r> Filling<'r> {
    /// Reads the cell of a column.
    fn column(&mut self, rule: usize, column: &'r Column, header: &str, cell: &str) {
        let Some(target) = &column.target else { return };
        let name = target.field.name;
        let said = cut(column, cell).trim();
        if said.is_empty() {
            return;
        }
        if lacks_person(column, said) {
            return;
        }
        if column.when.as_ref().is_some_and(|when| !self.bound.holds(when, self.cells)) {
            changed(self.uses, &format!("{name}-does-not-count-here"), said, "");
        } else if let Some(ground) = self.bound.withheld(column, said) {
            self.withhold(name, ground, said);
        } else if self.bound.is_left_out(said) {
            changed(self.uses, "text-means-no-value", said, "");
        } else if let Some(meaning) = self.bound.placeholder(column, target, said) {
            self.mapped.take_placeholder(name, meaning, said, self.uses);
        } else {
            self.fill(rule, column, target, header, said);
        }
    }

    /// Reads the values of a cell that has some.
    fn fill(&mut self, rule: usize, column: &'r Column, target: &'r Target, header: &str, said: &str) {
        let mut values = Vec::new();
        for part in self.pieces(column, said) {
            if part.is_empty() {
                values.push(None);
            } else if let Some(ground) = self.bound.withheld(column, part) {
                self.withhold(target.field.name, ground, part);
                values.push(None);
            } else if let Some(meaning) = self.bound.placeholder(column, target, part) {
                changed(self.uses, meaning.rule(), part, "");
                values.push(None);
            } else {
                for words in self.translated(column, target, header, part) {
                    values.push(words.and_then(|words| self.read(column, target, header, &words)));
                }
            }
        }
        if target.is_member() {
            self.parts.push(Part { rule, column, target, header: header.to_owned(), values });
            return;
        }
        for value in values.into_iter().flatten() {
            self.put(target, header, value, said);
        }
    }

    /// The parts of a cell, in order; a blank one stays, because other columns may have its place.
    fn pieces<'s>(&mut self, column: &Column, said: &'s str) -> Vec<&'s str> {
        let Some(separators) = &column.split else { return vec![said] };
        let pieces: Vec<&str> = separators.get_ref().iter().fold(vec![said], |pieces, separator| {
            let cut = pieces.into_iter().flat_map(|piece| piece.split(separator));
            cut.map(str::trim).collect()
        });
        changed_into(self.uses, "cell-split", said, || pieces.join(" | "));
        pieces
    }

    /// The words that a part of a cell stands for; `None` for one that means "no value" or is not known.
    fn translated(
        &mut self,
        column: &Column,
        target: &Target,
        header: &str,
        part: &str,
    ) -> Vec<Option<String>> {
        if column.values.is_empty() {
            return vec![Some(part.to_owned())];
        }
        let folded = comparable(part);
        // The most specific pattern wins, not the first one.
        let best = column
            .values
            .iter()
            .filter(|(pattern, _)| fits(pattern, &folded))
            .max_by_key(|(pattern, _)| (!pattern.ends_with('*'), pattern.len()));
        match best {
            Some((_, value)) if value.get_ref().is_empty() => vec![None],
            Some((_, value)) => {
                changed(self.uses, &format!("{}-by-value-map", target.shown()), part, value.get_ref());
                value.get_ref().split(';').map(|value| Some(value.trim().to_owned())).collect()
            }
            None if self.bound.reads_directly(column, target, part) => vec![Some(part.to_owned())],
            None => {
                self.unknown(column, target, header, part);
                vec![None]
            }
        }
    }

    /// A text that the column's values do not list.
    fn unknown(&mut self, column: &Column, target: &Target, header: &str, part: &str) {
        let name = target.field.name;
        if column.unknown.unwrap_or(self.bound.mapping.form.unknown) == Unknown::State {
            changed(self.uses, &format!("{name}-not-translatable"), part, "");
            self.state(name, StatementKind::Unknown, part);
            return;
        }
        let known: Vec<&str> = column.values.keys().map(String::as_str).take(12).collect();
        let message = format!("'{}' is not in the mapping's values", short(part));
        let finding = Finding::error(name, "unknown-value", message)
            .hint(format!("add it to [columns.values]; known are: {}", known.join(", ")));
        self.mapped.faults.push((finding, header.to_owned(), part.to_owned()));
    }

    /// Reads a text as what its column has to be. What is wrong with it is noted.
    fn read(&mut self, column: &Column, target: &Target, header: &str, words: &str) -> Option<Value> {
        let name = target.field.name;
        let mapping = &self.bound.mapping;
        let state = mapping.form.unknown == Unknown::State;
        match target.kind.read(name, words, mapping.manner(column)) {
            Ok(read) => {
                if let Some(rule) = read.rule {
                    changed_into(self.uses, rule, words, || shown(&read.value));
                }
                let value = match (&column.label, read.value) {
                    (Some(label), Value::String(text)) if matches!(target.kind, Kind::Words) => {
                        Value::String(format!("{label}: {text}"))
                    }
                    (_, value) => value,
                };
                Some(value).filter(|value| !value.is_null())
            }
            Err(Bad::Date(why, _)) if why != NoDate::NotADate && state => {
                changed(self.uses, &format!("{name}-{}", why.rule()), words, "");
                self.state(name, StatementKind::NotStatedBySource, words);
                None
            }
            Err(Bad::Personal) => {
                used(self.uses, "contact-dropped");
                None
            }
            Err(Bad::Date(_, finding)) => self.fault(name, finding, header, words),
            Err(Bad::Value(findings)) => {
                for finding in findings {
                    self.fault::<()>(name, finding, header, words);
                }
                None
            }
        }
    }

    /// Notes what is wrong with a text: as a fault of the row, or in a statement that quotes it.
    pub(super) fn fault<T>(&mut self, name: &str, finding: Finding, header: &str, words: &str) -> Option<T> {
        if self.bound.mapping.form.unknown == Unknown::State {
            changed(self.uses, &format!("{name}-not-usable"), words, "");
            self.state(name, StatementKind::Unknown, words);
        } else {
            self.mapped.faults.push((finding, header.to_owned(), words.to_owned()));
        }
        None
    }

    fn state(&mut self, name: &str, kind: StatementKind, words: &str) {
        self.mapped.statements.entry(name.to_owned()).or_insert((kind, quoted(words)));
    }

    fn withhold(&mut self, name: &str, ground: WithheldGround, words: &str) {
        changed(self.uses, &format!("{name}-withheld"), words, "");
        self.mapped.withheld.entry(name.to_owned()).or_insert((ground, quoted(words)));
    }
}

/// Whether a person was left out of a cell: what is left is an answer only to the question for a mailbox.
fn lacks_person(column: &Column, cell: &str) -> bool {
    let wants_mailbox = column.target.as_ref().is_some_and(|target| matches!(target.kind, Kind::Mailbox));
    cell.contains(PERSON) && !wants_mailbox
}

/// The part of a cell that a column reads.
fn cut<'s>(column: &Column, cell: &'s str) -> &'s str {
    let from = match &column.after {
        Some(mark) => cell.split_once(mark.as_str()).map_or("", |(_, rest)| rest),
        None => cell,
    };
    match &column.before {
        Some(mark) => from.split_once(mark.as_str()).map_or(from, |(part, _)| part),
        None => from,
    }
}

/// A value for an example.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn quoted(words: &str) -> String {
    format!("the source says \"{}\"", short(&text::one_line(words)))
}

fn keep_raw(raw: &mut Map<String, Value>, header: &str, cell: &str) {
    let mut key = if header.is_empty() { "(no header)".to_owned() } else { header.to_owned() };
    let mut copy = 2;
    while raw.contains_key(&key) {
        key = format!("{header} ({copy})");
        copy += 1;
    }
    raw.insert(key, Value::String(cell.to_owned()));
}
