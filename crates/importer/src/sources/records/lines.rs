//! JSON lines: one record on each line.

use std::io::{BufRead, BufReader, Read};

use domain::fields::{Access, FieldKind};
use domain::sent::{Fault, Form, Sent};
use domain::{draft, json};
use serde_json::{Map, Value};

use super::{Item, Items, Made, Meaning, Said, Step, meaning};
use crate::RowError;
use crate::report::Uses;
use crate::table::{FileError, Input, ROW_MAX, Text};

pub(super) struct Lines {
    name: String,
    reader: Box<dyn BufRead + Send>,
    line: u64,
    /// Whether reading failed: trying again would fail again, for ever.
    broken: bool,
    /// The first line, read early to check that the file is one of ours.
    first: Option<Result<Vec<u8>, RowError>>,
    made: Made,
}

impl Lines {
    /// Opens the lines. Errors: the first line is not a record, as in a file of another source.
    pub(super) fn open(text: Text, name: String, made: Made) -> Result<(Self, Input), FileError> {
        let (bytes, input) = text.bytes()?;
        let reader = Box::new(BufReader::with_capacity(1 << 16, bytes));
        let mut lines = Self { name, reader, line: 0, broken: false, first: None, made };
        lines.first = lines.next_line();
        if lines.first.as_ref().is_some_and(|first| first.as_ref().is_ok_and(|line| !is_record(line))) {
            return Err(FileError::unusable(
                &lines.name,
                "the file is JSON, but its first line is no record of the register",
                "check that this is the right source and the right file; records are one JSON object on each line",
            ));
        }
        Ok((lines, input))
    }

    /// The next line that is not blank; `None` at the end.
    fn next_line(&mut self) -> Option<Result<Vec<u8>, RowError>> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        if self.broken {
            return None;
        }
        let most = ROW_MAX as u64 + 1;
        loop {
            self.line += 1;
            let at = self.line;
            let bad = |code: &str, what: String, todo: &str| Some(Err(RowError::row(at, code, what, todo)));
            let mut line = Vec::new();
            match self.reader.by_ref().take(most).read_until(b'\n', &mut line) {
                Err(error) => {
                    self.broken = true;
                    return bad("unreadable-row", format!("{}: {error}", self.name), "send the file again");
                }
                Ok(0) => return None,
                Ok(read) if read as u64 == most && !line.ends_with(b"\n") => {
                    // If skipping fails, so will reading the next line, and the error is reported then.
                    let _ = self.reader.skip_until(b'\n');
                    let what = format!("the line is longer than {ROW_MAX} bytes");
                    return bad("bad-json", what, "send one JSON object on each line");
                }
                Ok(_) => {}
            }
            let text = line.strip_prefix("\u{FEFF}".as_bytes()).filter(|_| at == 1).unwrap_or(&line);
            if !text.trim_ascii().is_empty() {
                return Some(Ok(text.trim_ascii().to_vec()));
            }
        }
    }
}

impl Items for Lines {
    type Item = Item;

    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        let line = match self.next_line()? {
            Ok(line) => line,
            Err(error) => return Some(Step::Rejected(vec![error])),
        };
        let bad = |what: String| {
            let hint = "send one JSON object on each line, as records.ndjson has them";
            Some(Step::Rejected(vec![RowError::row(self.line, "bad-json", what, hint)]))
        };
        match json::read(&line) {
            Ok(Value::Object(members)) => Some(self.made.step(said(self.line, members), uses)),
            Ok(_) => bad("the line is no JSON object".to_owned()),
            Err(error) => bad(format!("the line is no JSON: {error}")),
        }
    }
}

/// Whether a line is a JSON object with at least one member that records have.
fn is_record(line: &[u8]) -> bool {
    match json::read(line) {
        Ok(Value::Object(members)) => members.keys().any(|name| meaning(name).is_some()),
        _ => false,
    }
}

/// What a line says. A missing member says nothing; `null` removes the value.
fn said(line: u64, members: Map<String, Value>) -> Said {
    let order = members.keys().cloned().collect();
    let sent = Sent { form: Form::Json, order, ..Sent::default() };
    let mut said = Said { line, sent, ..Said::default() };
    for (name, value) in members {
        let fault = |finding| Fault { finding, column: name.clone(), raw: value.clone() };
        match (meaning(&name), &value) {
            (Some(Meaning::Derived), _) => {}
            (Some(Meaning::Id | Meaning::Key), Value::Null) => {}
            (Some(Meaning::Id), Value::String(id)) => said.take_id(id.trim()),
            (Some(Meaning::Key), Value::String(key)) => said.key = Some(key.trim().to_owned()),
            (Some(Meaning::Id | Meaning::Key), _) => {
                let finding = domain::Finding::error(&name, "wrong-type", format!("{name} is not a text"));
                said.sent.faults.push(fault(finding.hint("write it in quotes")));
            }
            (Some(Meaning::Field(_)), Value::Null) => {
                said.sent.members.insert(name, Value::Null);
            }
            (Some(Meaning::Field(field)), _) => match draft::member(field, &value) {
                Ok(read) => {
                    let read = read.unwrap_or(Value::Null);
                    // The value as sent, not as parsed: inside an assessment, an explicit `null` removes
                    // sealed text.
                    let exact = field.access == Access::ByVisibility && !read.is_null();
                    said.sent.members.insert(name, if exact { value } else { read });
                }
                // The basis may be left out, as in a table.
                Err(_) if matches!(field.kind, FieldKind::Estimate) && is_number(&value) => {
                    said.sent.members.insert(name, value);
                }
                Err(findings) => said.sent.faults.extend(findings.into_iter().map(fault)),
            },
            (Some(Meaning::Basis(_) | Meaning::Unnamed) | None, _) => {
                said.sent.faults.push(fault(draft::unknown_member(&name)))
            }
        }
    }
    said
}

/// Whether an estimate has its number and nothing else.
fn is_number(value: &Value) -> bool {
    value.as_object().is_some_and(|estimate| estimate.len() == 1) && value["value"].is_u64()
}
