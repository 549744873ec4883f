//! Rows of a table of records.

use std::collections::HashMap;
use std::sync::Arc;

use domain::codes::{Code, EstimateBasis};
use domain::fields::{Access, Field, FieldKind};
use domain::number::{self, Mark};
use domain::sent::{Fault, Sent};
use domain::{Finding, cell, written};
use serde_json::{Map, Value};

use super::{Item, Items, Made, Meaning, Said, Step};
use crate::columns::Account;
use crate::report::{Uses, changed};
use crate::table::{Row, Table};

pub(super) struct TableRows {
    pub(super) table: Table,
    pub(super) columns: Vec<Meaning>,
    /// The headers; faults are reported in their order.
    pub(super) order: Arc<[String]>,
    pub(super) made: Made,
}

impl Items for TableRows {
    type Item = Item;

    fn account(&self) -> Option<Account> {
        let mut account = self.table.account();
        for (header, name) in
            self.table.headers.iter().zip(self.order.iter()).filter(|(header, name)| header != name)
        {
            changed(&mut account.uses, "header-in-other-letters", header, name);
        }
        Some(account)
    }

    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        let row = match self.table.next_row()? {
            Ok(row) => row,
            Err(error) => return Some(Step::Rejected(vec![error])),
        };
        let said = self.said(&row);
        Some(self.made.step(said, uses))
    }
}

impl TableRows {
    fn said(&self, row: &Row) -> Said {
        let mut said = Said {
            line: row.line,
            sent: Sent { order: Arc::clone(&self.order), ..Sent::default() },
            ..Said::default()
        };
        let mut estimates: HashMap<&'static str, Map<String, Value>> = HashMap::new();
        for ((column, text), header) in self.columns.iter().zip(&row.cells).zip(self.order.iter()) {
            let text = text.trim();
            match column {
                Meaning::Derived => {}
                Meaning::Unnamed if text.is_empty() => {}
                Meaning::Unnamed => said.sent.faults.push(unnamed(text)),
                Meaning::Key if text.is_empty() => {}
                Meaning::Key => said.key = Some(text.to_owned()),
                Meaning::Id if text.is_empty() => {}
                Meaning::Id => said.take_id(text),
                Meaning::Field(field) if matches!(field.kind, FieldKind::Estimate) => {
                    if let Some(number) = estimate_number(field, text, &mut said.sent.faults) {
                        estimates.entry(field.name).or_default().insert("value".to_owned(), number);
                    }
                }
                Meaning::Basis(_) if text.is_empty() => {}
                Meaning::Basis(field) => match EstimateBasis::parse(text) {
                    Ok(basis) => {
                        let estimate = estimates.entry(field.name).or_default();
                        estimate.insert("basis".to_owned(), basis.as_str().into());
                    }
                    Err(bad) => said.sent.faults.push(Fault {
                        finding: Finding::error(field.name, "unknown-code", bad.to_string()).hint(bad.hint()),
                        column: header.clone(),
                        raw: text.into(),
                    }),
                },
                Meaning::Field(field) => self.take(field, text, &mut said.sent),
            }
        }
        for (name, estimate) in estimates {
            let nothing =
                estimate.get("value").is_some_and(Value::is_null) && !estimate.contains_key("basis");
            let estimate = if nothing { Value::Null } else { Value::Object(estimate) };
            said.sent.members.insert(name.to_owned(), estimate);
        }
        said
    }

    /// Takes the value of one cell.
    fn take(&self, field: &'static Field, text: &str, sent: &mut Sent) {
        // In CSV for spreadsheets, an apostrophe before a formula is a guard; in other files it is part of
        // the text. Other programs may have rewritten the file, so both readings are kept, and the known
        // record decides.
        let (first, other) = match written::unguarded(text) {
            Some(bare) if self.table.marked => (bare, Some(text)),
            Some(bare) => (text, Some(bare)),
            None => (text, None),
        };
        match read(field, first) {
            Ok(value) => {
                sent.members.insert(field.name.to_owned(), value);
            }
            Err(findings) => sent.faults.extend(findings.into_iter().map(|finding| Fault {
                finding,
                column: field.name.to_owned(),
                raw: text.into(),
            })),
        }
        if let Some(Ok(other)) = other.map(|other| read(field, other)) {
            sent.others.insert(field.name.to_owned(), other);
        }
    }
}

/// A value in a column without a header.
fn unnamed(text: &str) -> Fault {
    let message = format!("'{}' stands in a column without a header", cell::short(text));
    let finding =
        Finding::error("", "unnamed-column", message).hint("head the column with its field, or empty it");
    Fault { finding, column: String::new(), raw: text.into() }
}

/// The number of an estimate; `null` for an empty cell, `None` if it cannot be read.
fn estimate_number(field: &Field, text: &str, faults: &mut Vec<Fault>) -> Option<Value> {
    if text.is_empty() {
        return Some(Value::Null);
    }
    match cell::whole_number(field.name, text, Mark::Unsaid) {
        Ok(number) => Some(number.into()),
        Err(finding) => {
            faults.push(Fault { finding, column: field.name.to_owned(), raw: text.into() });
            None
        }
    }
}

/// The value of a cell; `null` for an empty one.
fn read(field: &Field, text: &str) -> Result<Value, Vec<Finding>> {
    let value = cell::read(field, text)?.unwrap_or(Value::Null);
    if field.access == Access::ByVisibility && !value.is_null() {
        // The value as sent, not as parsed: inside an assessment, an explicit `null` removes sealed text.
        let exact = number::in_json(text.as_bytes()).ok();
        return Ok(exact.and_then(|exact| serde_json::from_slice(&exact).ok()).unwrap_or(value));
    }
    Ok(value)
}
