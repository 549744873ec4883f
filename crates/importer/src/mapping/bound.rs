//! A mapping applied to one file: it knows which column each rule is for, and turns rows into fields.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::NaiveDate;
use domain::cell::whole_number;
use domain::codes::StatementKind;
use domain::fields::{FieldKind, field};
use domain::placeholder::{self, Meaning, Place};
use domain::{Finding, number, text, validate};
use serde_json::{Map, Value, json};

use super::form::{Column, Decimals, Mapping, Unknown, comparable, fits};
use super::mailboxes::{hide_mailboxes, role_mailbox};
use crate::dates::{self, NoDate};
use crate::report::{Uses, changed, changed_into, used};

/// Members of listed objects that are whole numbers.
pub(crate) const NUMBER_MEMBERS: &[&str] =
    &["deadline_days", "received", "upheld", "people_affected", "responses"];

/// Members of things that name a body.
const NAMES: &[&str] = &["supplier", "organisation"];

/// What a mapping made from a row.
#[derive(Debug, Default)]
pub struct Mapped {
    /// Field values, as JSON.
    pub fields: Map<String, Value>,
    /// Field statements made along the way: kind and reason, by field.
    pub statements: BTreeMap<String, (StatementKind, String)>,
    /// What placeholders in the row say of fields, with their words; used where nothing else is known.
    pub placeholders: BTreeMap<String, (Meaning, String)>,
    /// The day on which dates are judged.
    pub today: NaiveDate,
    /// What is wrong, each with its column and value.
    pub faults: Vec<(Finding, String, String)>,
    /// What the source itself calls the subject, by its own name of the question; sectors are derived from it.
    pub categories: Vec<(String, String)>,
    /// The row as the source has it, without dropped columns, empty cells and personal mailboxes.
    pub raw: Map<String, Value>,
}

/// A mapping bound to the columns of one file.
#[derive(Debug)]
pub struct Bound {
    pub(super) mapping: Mapping,
    pub(super) headers: Vec<String>,
    /// For each column of the file, the index of its rule in the mapping.
    pub(super) rules: Vec<Option<usize>>,
    /// The day on which dates are judged.
    pub(super) today: NaiveDate,
    /// Whether the source's own reader has asked for a column.
    pub(super) asked: Vec<AtomicBool>,
}
impl Bound {
    /// The fields this file can speak for: those its columns fill. Fields without a column keep what the
    /// register has.
    pub fn says(&self) -> HashSet<String> {
        let columns = self.rules.iter().flatten().map(|rule| &self.mapping.columns[*rule]);
        columns
            .flat_map(|column| column.field.iter().chain(&column.informs))
            .map(|target| target.split('.').next().unwrap_or(target).to_owned())
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

    fn cell_if<'a>(&self, cells: &'a [String], header: &str, says: impl Fn(&str) -> bool) -> Option<&'a str> {
        let wanted = text::fold(header);
        let rule = self.mapping.columns.iter().position(|column| {
            column.header.iter().any(|pattern| text::fold(pattern.trim_end_matches('*')) == wanted)
        });
        let bound = self.rules.iter().zip(cells).zip(&self.asked);
        let mut bound =
            bound.filter(|((bound, _), _)| bound.is_some() && **bound == rule).map(|((_, cell), asked)| {
                asked.store(true, Ordering::Relaxed);
                cell.trim()
            });
        bound.find(|cell| says(cell)).or_else(|| {
            let place = self.headers.iter().position(|header| text::fold(header) == wanted)?;
            self.asked.get(place)?.store(true, Ordering::Relaxed);
            Some(cells.get(place)?.trim()).filter(|cell| says(cell))
        })
    }

    /// Whether a text means "no value": blank, a placeholder, or one of the mapping's `missing` texts.
    pub fn is_missing(&self, cell: &str) -> bool {
        cell.trim().is_empty() || placeholder::is_no_name(cell) || self.is_left_out(cell)
    }

    /// Whether a text is one of the mapping's `missing` texts, which only this source writes.
    fn is_left_out(&self, cell: &str) -> bool {
        let cell = cell.trim();
        if cell.len() > 80 || self.mapping.missing.is_empty() {
            return false;
        }
        let folded = comparable(cell);
        self.mapping.missing.iter().any(|missing| fits(missing, &folded) || missing == cell)
    }

    /// What a cell means as a placeholder in a column. A word that the column's values list, or a code of its field,
    /// is an answer there.
    fn placeholder(&self, column: &Column, target: &str, cell: &str) -> Option<Meaning> {
        let field = field(target.split('.').next().unwrap_or(target))?;
        // "None" for a member of a list's only thing means that there is no such thing.
        let meaning = placeholder::meaning(cell, Place::from(&field.kind))?;
        if let FieldKind::Code(list) | FieldKind::Codes(list) = field.kind
            && list.check(cell.trim()).is_ok()
        {
            return None;
        }
        let folded = comparable(cell);
        let listed = column.values.keys().any(|pattern| !pattern.ends_with('*') && fits(pattern, &folded));
        (!listed).then_some(meaning)
    }

    /// Applies the mapping to the cells of a row, and counts the normalisations used.
    pub fn apply(&self, cells: &[String], uses: &mut Uses) -> Mapped {
        let mut mapped = Mapped { today: self.today, ..Mapped::default() };
        for (place, (cell, rule)) in cells.iter().zip(&self.rules).enumerate() {
            let header = &self.headers[place];
            let column = rule.map(|rule| &self.mapping.columns[rule]);
            if column.is_some_and(|column| column.drop) || header.is_empty() && cell.trim().is_empty() {
                continue;
            }
            if !cell.trim().is_empty() {
                keep_raw(&mut mapped.raw, header, cell);
            }
            if let Some((column, target)) = column.and_then(|column| Some((column, column.field.as_deref()?)))
            {
                if cell.trim().is_empty() {
                    continue;
                }
                if self.is_left_out(cell) {
                    changed(uses, "text-means-no-value", cell, "");
                    continue;
                }
                if let Some(meaning) = self.placeholder(column, target, cell) {
                    let name = target.split('.').next().unwrap_or(target);
                    mapped.take_placeholder(name, meaning, cell, uses);
                    continue;
                }
                self.fill(&mut mapped, column, target, header, cell.trim(), uses);
            }
        }
        for (name, value) in &self.mapping.defaults {
            if !mapped.fields.contains_key(name)
                && let Some(field) = field(name)
                && let Ok(Some(value)) = domain::cell::read(field, value)
            {
                mapped.fields.insert(name.clone(), value);
            }
        }
        mapped
    }

    fn fill(
        &self,
        mapped: &mut Mapped,
        column: &Column,
        target: &str,
        header: &str,
        cell: &str,
        uses: &mut Uses,
    ) {
        let parts: Vec<&str> = match &column.split {
            Some(separator) => {
                changed_into(uses, "cell-split", cell, || cell.replace(separator.as_str(), " | "));
                cell.split(separator.as_str()).map(str::trim).filter(|part| !part.is_empty()).collect()
            }
            None => vec![cell],
        };
        for part in parts {
            if let Some(meaning) = self.placeholder(column, target, part) {
                used(uses, meaning.rule());
                continue;
            }
            let translated = if column.values.is_empty() {
                Some(part.to_owned())
            } else {
                let folded = comparable(part);
                // The most specific pattern wins, not the first one.
                column
                    .values
                    .iter()
                    .filter(|(pattern, _)| fits(pattern, &folded))
                    .max_by_key(|(pattern, _)| (!pattern.ends_with('*'), pattern.len()))
                    .map(|(_, value)| value.clone())
            };
            match translated {
                Some(value) if value.is_empty() => {}
                Some(value) => {
                    if !column.values.is_empty() {
                        changed(uses, &format!("{target}-by-value-map"), part, &value);
                    }
                    for value in value.split(if column.values.is_empty() { '\0' } else { ';' }) {
                        self.put(mapped, column, target, header, value, uses);
                    }
                }
                None => self.unknown(mapped, column, target, header, part, uses),
            }
        }
    }

    fn unknown(
        &self,
        mapped: &mut Mapped,
        column: &Column,
        target: &str,
        header: &str,
        part: &str,
        uses: &mut Uses,
    ) {
        let name = target.split('.').next().unwrap_or(target);
        match column.unknown.unwrap_or(self.mapping.unknown) {
            Unknown::State => {
                changed(uses, &format!("{name}-not-translatable"), part, "");
                let reason = format!("the source says \"{}\"", domain::cell::short(&text::one_line(part)));
                mapped.statements.entry(name.to_owned()).or_insert((StatementKind::Unknown, reason));
            }
            Unknown::Error => {
                let known: Vec<&str> = column.values.keys().map(String::as_str).take(12).collect();
                let finding = Finding::error(
                    name,
                    "unknown-value",
                    format!("'{}' is not in the mapping's values", domain::cell::short(part)),
                )
                .hint(format!("add it to [columns.values]; known are: {}", known.join(", ")));
                mapped.faults.push((finding, header.to_owned(), part.to_owned()));
            }
        }
    }

    fn put(
        &self,
        mapped: &mut Mapped,
        column: &Column,
        target: &str,
        header: &str,
        value: &str,
        uses: &mut Uses,
    ) {
        let (name, member) = target.split_once('.').unwrap_or((target, ""));
        let Some(field) = field(name) else { return };
        let fault = |mapped: &mut Mapped, finding: Finding, uses: &mut Uses| {
            if self.mapping.unknown == Unknown::State {
                changed(uses, &format!("{name}-not-usable"), value, "");
                let reason = format!("the source says \"{}\"", domain::cell::short(&text::one_line(value)));
                mapped.statements.entry(name.to_owned()).or_insert((StatementKind::Unknown, reason));
            } else {
                mapped.faults.push((finding, header.to_owned(), value.to_owned()));
            }
        };
        match field.kind {
            FieldKind::Objects(..) => {
                let value = match self.member(name, member, value) {
                    Ok(value) => value,
                    Err(finding) => return fault(mapped, self.told(finding), uses),
                };
                let list = mapped.fields.entry(name).or_insert_with(|| {
                    let own = self.mapping.defaults.iter().filter_map(|(target, value)| {
                        let member = target.strip_prefix(name)?.strip_prefix('.')?;
                        Some((member.to_owned(), Value::String(value.clone())))
                    });
                    Value::Array(vec![Value::Object(own.collect())])
                });
                if let Some(object) = list.get_mut(0).and_then(Value::as_object_mut) {
                    object.insert(member.to_owned(), value);
                }
            }
            FieldKind::Markdown | FieldKind::Text(_) => {
                let value = match &column.label {
                    Some(label) => format!("{label}: {}", text::clean(value)),
                    None => text::clean(value),
                };
                match mapped.fields.get_mut(name) {
                    Some(Value::String(known)) if !known.contains(&value) => {
                        known.push_str(if matches!(field.kind, FieldKind::Markdown) { "\n\n" } else { "; " });
                        known.push_str(&value);
                    }
                    Some(_) => {}
                    None => {
                        mapped.fields.insert(name.to_owned(), Value::String(value));
                    }
                }
            }
            FieldKind::Date => match dates::of_tool(value, self.mapping.dates) {
                Ok((date, reading)) => {
                    if let Some(rule) = reading.rule() {
                        changed(uses, rule, value, &date.to_string());
                    }
                    mapped.fields.entry(name).or_insert_with(|| Value::String(date.to_string()));
                }
                Err(why) if why != NoDate::NotADate && self.mapping.unknown == Unknown::State => {
                    changed(uses, &format!("{name}-{}", why.rule()), value, "");
                    let reason =
                        format!("the source says \"{}\"", domain::cell::short(&text::one_line(value)));
                    let statement = (StatementKind::NotStatedBySource, reason);
                    mapped.statements.entry(name.to_owned()).or_insert(statement);
                }
                Err(_) => fault(
                    mapped,
                    Finding::error(
                        name,
                        "bad-date",
                        format!("'{}' is not a date", domain::cell::short(value)),
                    )
                    .hint("write YYYY-MM-DD"),
                    uses,
                ),
            },
            FieldKind::Boolean => match comparable(value).as_str() {
                "yes" | "true" | "y" | "ja" | "1" => {
                    mapped.fields.entry(name).or_insert(Value::Bool(true));
                }
                "no" | "false" | "n" | "nee" | "0" => {
                    mapped.fields.entry(name).or_insert(Value::Bool(false));
                }
                _ => fault(
                    mapped,
                    Finding::error(
                        name,
                        "bad-boolean",
                        format!("'{}' is neither yes nor no", domain::cell::short(value)),
                    )
                    .hint("write yes, no, true or false"),
                    uses,
                ),
            },
            FieldKind::Url => {
                let address = text::one_line(value);
                let address =
                    if address.starts_with("www.") { format!("https://{address}") } else { address };
                if validate::is_address(&address) {
                    mapped.fields.entry(name).or_insert(Value::String(address));
                } else {
                    fault(
                        mapped,
                        Finding::error(
                            name,
                            "bad-url",
                            format!("'{}' is not an address", domain::cell::short(value)),
                        )
                        .hint("write a full address that starts with https://"),
                        uses,
                    );
                }
            }
            FieldKind::Email => match role_mailbox(value) {
                Some(mailbox) => {
                    mapped.fields.entry(name).or_insert(Value::String(mailbox));
                }
                None => used(uses, "contact-dropped"),
            },
            FieldKind::Estimate => match whole_number(name, value, self.mapping.decimals.into()) {
                Ok(number) => {
                    let estimate = json!({ "value": number, "basis": "unknown" });
                    mapped.fields.entry(name).or_insert(estimate);
                }
                Err(finding) => fault(mapped, self.told(finding), uses),
            },
            _ => match domain::cell::read(field, value) {
                Ok(Some(value)) => add(&mut mapped.fields, name, value),
                Ok(None) => {}
                Err(findings) => {
                    for finding in findings {
                        fault(mapped, finding, uses);
                    }
                }
            },
        }
    }
}

impl Mapped {
    /// Takes note of a placeholder in place of a field's value.
    pub(crate) fn take_placeholder(&mut self, field: &str, meaning: Meaning, said: &str, uses: &mut Uses) {
        changed(uses, meaning.rule(), said, "");
        let said = domain::cell::short(&text::one_line(said));
        self.placeholders.entry(field.to_owned()).or_insert((meaning, said));
    }
}

impl Bound {
    /// The value of a member of a list's first object, in the member's type.
    fn member(&self, list: &str, member: &str, value: &str) -> Result<Value, Finding> {
        let mark = self.mapping.decimals.into();
        Ok(match (list, member) {
            ("contracts", "value") | ("environment", "amount") => {
                let amount = number::read(value, mark).map_err(|bad| {
                    Finding::error(list, "bad-number", bad.of_decimal(value)).hint("write a number in digits")
                })?;
                Value::String(amount.to_string())
            }
            (_, member) if NUMBER_MEMBERS.contains(&member) => whole_number(list, value, mark)?.into(),
            (list, member) if NAMES.contains(&member) && list != "audits" => {
                json!({ "name": text::clean(value) })
            }
            _ => Value::String(text::clean(value)),
        })
    }

    /// Adds to a finding about an ambiguous number how a mapping can settle it.
    fn told(&self, finding: Finding) -> Finding {
        let hint = finding.hint.clone().unwrap_or_default();
        match self.mapping.decimals {
            Decimals::Unsaid if finding.message.contains(" or as ") => {
                finding.hint(format!("{hint}, or say decimals = \"point\" or \"comma\" in the mapping"))
            }
            _ => finding,
        }
    }
}

/// Adds a value: a list gains the items it lacks; any other field keeps its first value.
fn add(fields: &mut Map<String, Value>, name: &str, value: Value) {
    match (fields.get_mut(name), value) {
        (Some(Value::Array(known)), Value::Array(new)) => {
            for item in new {
                if !known.contains(&item) {
                    known.push(item);
                }
            }
        }
        (Some(_), _) => {}
        (None, value) => {
            fields.insert(name.to_owned(), value);
        }
    }
}

fn keep_raw(raw: &mut Map<String, Value>, header: &str, cell: &str) {
    let mut key = if header.is_empty() { "(no header)".to_owned() } else { header.to_owned() };
    let mut copy = 2;
    while raw.contains_key(&key) {
        key = format!("{header} ({copy})");
        copy += 1;
    }
    raw.insert(key, Value::String(hide_mailboxes(cell)));
}
