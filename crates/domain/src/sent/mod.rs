//! Lays what somebody sent of a record over what the register knows.
//!
//! A file, form or client carries only part of a record: tables lack columns, public answers lack sealed
//! texts, spreadsheets cut and guard texts. What was not carried stays as the register knows it, byte for
//! byte. A value equal to what the register would write into such a file is neither a change nor a fault
//! (decision 20).

mod assessments;
mod items;
mod kept;
mod spreadsheet;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use crate::codes::{Code, EstimateBasis, StatementKind};
use crate::completeness::FieldState;
use crate::fields::{BASIS_SUFFIX, FIELDS, Field, FieldKind, field};
use crate::finding::{Finding, Severity};
use crate::record::Record;
use crate::{cell, draft, validate, written};

use self::items::Columns;
pub use self::items::says_same;
pub use self::kept::without_kept;

/// Values of fields that a row may leave out.
const DEFAULTS: &[(&str, &str)] =
    &[("kind", "algorithmic_tool"), ("origin", "self_declared"), ("lang", "en")];
/// Fields that every record needs.
pub const NEEDED: &[&str] = &["publisher", "title", "jurisdiction", "phase"];
/// Fields that every record has, so that an empty cell leaves them as they are.
const ALWAYS: &[&str] = &["kind", "origin", "lang", "name"];

/// The form in which something was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Cells of a table.
    #[default]
    Cells,
    /// Members of a JSON object.
    Json,
}

/// What was sent of a record: a row of a table, or a line of JSON.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// The form in which it was sent.
    pub form: Form,
    /// Whether it was the cells of a spreadsheet, whose program may have made other values of the register's own.
    pub spreadsheet: bool,
    /// The value of each field sent, `null` if it was left empty. An estimate may have just one of its
    /// members. A field that is absent was not sent.
    pub members: Map<String, Value>,
    /// The other reading of texts with an apostrophe before a formula, by field.
    pub others: Map<String, Value>,
    /// Everything in it that cannot be used.
    pub faults: Vec<Fault>,
    /// For lists whose items came in a file of their own: the members that file has columns for.
    pub columns: HashMap<&'static str, Vec<String>>,
    /// The columns in order; faults are reported in the same order.
    pub order: Arc<[String]>,
}

/// Something that cannot be used as it was sent.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What is wrong.
    pub finding: Finding,
    /// The column or member.
    pub column: String,
    /// What was sent: the text of a cell, or JSON.
    pub raw: Value,
}

impl Fault {
    /// A fault from a finding, without the text of the cell.
    fn of(finding: Finding) -> Self {
        let column = finding.field.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
        Self { finding, column, raw: Value::Null }
    }

    /// The field it is about; a basis column counts as its estimate.
    fn field(&self) -> Option<&'static Field> {
        field(&self.column).or_else(|| self.column.strip_suffix(BASIS_SUFFIX).and_then(field))
    }
}

/// A record as the register knows it, and as everyone may read it.
struct Known<'k> {
    record: &'k Record,
    whole: Map<String, Value>,
    public: Map<String, Value>,
}

impl Sent {
    /// The record that results from laying what was sent over the known one, as it is checked on a day.
    ///
    /// Errors: everything wrong with it, except for values the register has published in the same form.
    pub fn over(&self, known: Option<&Record>, today: NaiveDate) -> Result<Record, Vec<Fault>> {
        let (members, mut faults) = self.joined(known);
        if !faults.is_empty() {
            return Err(self.in_order(faults));
        }
        let record: Record = serde_json::from_value(Value::Object(members)).map_err(|error| {
            vec![Fault::of(Finding::error("", "inconsistent", error.to_string()).hint("check the row"))]
        })?;
        let record = record.settled().map_err(|finding| self.in_order(vec![Fault::of(finding)]))?;
        let record = match known {
            Some(known) => no_longer_derived(known, record),
            None => record,
        };
        let found = validate::values_after(&record, known, today).into_iter();
        faults.extend(found.filter(|finding| finding.severity == Severity::Error).map(Fault::of));
        if faults.is_empty() { Ok(record) } else { Err(self.in_order(faults)) }
    }

    fn in_order(&self, mut faults: Vec<Fault>) -> Vec<Fault> {
        let place = |fault: &Fault| self.order.iter().position(|column| *column == fault.column);
        faults.sort_by_key(|fault| place(fault).unwrap_or(usize::MAX));
        faults
    }

    fn joined(&self, known: Option<&Record>) -> (Map<String, Value>, Vec<Fault>) {
        let known = known.map(|record| Known {
            record,
            whole: record.to_members(),
            public: record.public().to_members(),
        });
        let mut members = Map::new();
        let mut faults: Vec<Fault> =
            self.faults.iter().filter(|fault| fault.field().is_none()).cloned().collect();
        for field in FIELDS {
            let stays = known.as_ref().is_some_and(|known| self.leaves(field, known));
            let bad: Vec<&Fault> = self.faults_of(field).collect();
            let value = if stays {
                known.as_ref().and_then(|known| known.whole.get(field.name)).cloned()
            } else if let Some(mailbox) = self.for_the_whole(&bad) {
                Some(mailbox)
            } else if !bad.is_empty() {
                faults.extend(bad.into_iter().cloned());
                None
            } else {
                self.value(field, known.as_ref(), &mut faults)
            };
            if let Some(value) = value {
                members.insert(field.name.to_owned(), value);
            }
        }
        complete(&mut members, &mut faults);
        (members, faults)
    }

    fn faults_of(&self, field: &Field) -> impl Iterator<Item = &Fault> {
        self.faults.iter().filter(move |fault| fault.field().is_some_and(|of| of.name == field.name))
    }

    /// The value of a cell whose only fault is that it looks like a person's mailbox. The whole record says whether a
    /// statement confirms it, so the record's own check decides, unless the row is refused for something else anyway.
    fn for_the_whole(&self, bad: &[&Fault]) -> Option<Value> {
        let doubtful = |fault: &&Fault| fault.finding.code == "personal-mailbox";
        let others = self.faults.iter().any(|fault| !doubtful(&fault));
        match bad {
            [fault] if doubtful(fault) && !others => Some(Value::from(fault.raw.as_str()?.trim())),
            _ => None,
        }
    }

    /// Whether a field keeps its known value: it was not sent, or was sent unchanged.
    fn leaves(&self, field: &Field, known: &Known<'_>) -> bool {
        let mut bad = self.faults_of(field).peekable();
        if bad.peek().is_some() {
            return bad.all(|fault| self.repeats(field, fault, known.public.get(field.name)));
        }
        let Some(sent) = self.members.get(field.name) else { return true };
        let before = known.public.get(field.name);
        if sent.is_null() && (ALWAYS.contains(&field.name) || before.is_none()) {
            return true;
        }
        // An explicit `null` removes a sealed text, which the comparison of public values below would miss.
        if field.name == "assessments" && assessments::takes_away(sent) {
            return false;
        }
        let read = before.and_then(|value| self.read_back(field, value));
        let same = |sent: &Value| {
            read.as_ref() == Some(&plain(field, sent))
                || before == Some(sent)
                || is_cut_of(sent, before)
                || self.spreadsheet && before.is_some_and(|before| spreadsheet::kept(field, before, sent))
        };
        same(sent) || self.others.get(field.name).is_some_and(same)
    }

    /// What a reader of this form makes of the register's own output; `None` if it cannot be read.
    fn read_back(&self, field: &Field, value: &Value) -> Option<Value> {
        let read = match (self.form, field.kind) {
            (_, FieldKind::Estimate) => return Some(value.clone()),
            (Form::Cells, _) => cell::read(field, &written::cell(field, value)),
            (Form::Json, _) => draft::member(field, value),
        };
        Some(read.ok()?.unwrap_or(Value::Null))
    }

    /// Whether a faulty value is exactly what the register itself writes there.
    fn repeats(&self, field: &Field, fault: &Fault, before: Option<&Value>) -> bool {
        let Some(before) = before else { return false };
        match (self.form, &fault.raw) {
            (Form::Json, raw) => raw == before,
            (Form::Cells, Value::String(raw)) => {
                let text = match field.kind {
                    FieldKind::Estimate if fault.column != field.name => {
                        before["basis"].as_str().unwrap_or_default().to_owned()
                    }
                    _ => written::cell(field, before),
                };
                let raw = raw.trim();
                let ways: [&str; 3] = [&text, &written::guarded(&text), &written::fitting(&text)];
                let same = |one: &&str| self.spreadsheet && spreadsheet::same(one, raw);
                ways.iter().any(|one| one.trim() == raw || same(one))
            }
            (Form::Cells, _) => false,
        }
    }

    /// The new value of a field that changes; `None` if it is removed.
    fn value(&self, field: &Field, known: Option<&Known<'_>>, faults: &mut Vec<Fault>) -> Option<Value> {
        let sent = self.members.get(field.name).filter(|sent| !sent.is_null())?;
        let columns = self.columns.get(field.name).map(Vec::as_slice);
        let columns = columns.map(|names| Columns { names, spreadsheet: self.spreadsheet });
        match (field.kind, known) {
            (FieldKind::Estimate, known) => {
                estimate(field, sent, known.and_then(|known| known.whole.get(field.name)), faults)
            }
            (FieldKind::Objects(..), Some(known)) if field.name == "assessments" => {
                let sent = sent.as_array().map(Vec::as_slice).unwrap_or_default();
                match assessments::join(&known.record.assessments, sent, columns) {
                    Ok(joined) => Some(Value::Array(joined)),
                    Err(found) => {
                        faults.extend(found.into_iter().map(Fault::of));
                        None
                    }
                }
            }
            (FieldKind::Objects(..), Some(known)) => match columns {
                Some(columns) => Some(items::join(known.whole.get(field.name), sent, columns)),
                None => Some(sent.clone()),
            },
            _ => Some(sent.clone()),
        }
    }
}

/// The value as it would be stored, for comparison.
fn plain(field: &Field, sent: &Value) -> Value {
    match field.kind {
        // Assessments are kept as sent, so that an explicit `null` can be told from an absent member.
        FieldKind::Objects(_, read) if field.name == "assessments" => {
            read(&sent.to_string()).unwrap_or_else(|_| sent.clone())
        }
        _ => sent.clone(),
    }
}

/// Whether a text is what a spreadsheet left of the known one.
fn is_cut_of(sent: &Value, before: Option<&Value>) -> bool {
    let texts = sent.as_str().zip(before.and_then(Value::as_str));
    texts.is_some_and(|(sent, before)| written::is_beginning(sent, before))
}

/// An estimate from its parts. The known basis is kept only if the number is unchanged.
fn estimate(field: &Field, sent: &Value, before: Option<&Value>, faults: &mut Vec<Fault>) -> Option<Value> {
    let before = before.unwrap_or(&Value::Null);
    let number = match sent.get("value") {
        Some(number) => number,
        None => &before["value"],
    };
    if number.is_null() {
        let finding = Finding::error(field.name, "basis-without-value", "a basis without its number")
            .hint(format!("fill {} or empty this cell", field.name));
        let raw = sent["basis"].clone();
        faults.push(Fault { finding, column: format!("{}{BASIS_SUFFIX}", field.name), raw });
        return None;
    }
    let kept = (before["value"] == *number).then(|| &before["basis"]).filter(|basis| !basis.is_null());
    let basis = sent.get("basis").or(kept).cloned();
    Some(json!({ "value": number, "basis": basis.unwrap_or_else(|| EstimateBasis::Unknown.as_str().into()) }))
}

/// Fills in what a row may leave out, and reports what it may not.
fn complete(members: &mut Map<String, Value>, faults: &mut Vec<Fault>) {
    let bad = |faults: &[Fault], name: &str| {
        faults.iter().any(|fault| fault.field().is_some_and(|field| field.name == name))
    };
    for (name, value) in DEFAULTS {
        if !bad(faults, name) {
            members.entry(*name).or_insert_with(|| Value::String((*value).to_owned()));
        }
    }
    if let Some(title) = members.get("title").cloned() {
        members.entry("name").or_insert(title);
    }
    let stated = |name: &str| {
        let statements = members.get("field_statements").and_then(Value::as_array);
        statements.is_some_and(|all| all.iter().any(|statement| statement["field"] == name))
    };
    let missing: Vec<&str> = NEEDED
        .iter()
        .copied()
        .filter(|needed| !members.contains_key(*needed) && !bad(faults, needed))
        .filter(|needed| *needed != "phase" || !stated("phase"))
        .collect();
    for needed in missing {
        let hint = field(needed).map_or("", |field| field.hint);
        faults.push(Fault::of(Finding::error(needed, "required", format!("{needed} is empty")).hint(hint)));
    }
}

/// Takes the statement away that a value was derived where somebody sent another value.
fn no_longer_derived(known: &Record, mut record: Record) -> Record {
    let before: Vec<&str> = known
        .field_statements
        .iter()
        .map(|statement| statement.field.as_str())
        .filter(|field| known.is_derived(field))
        .collect();
    if !before.is_empty() {
        let (old, new) = (known.to_members(), record.to_members());
        record.field_statements.retain(|statement| {
            statement.kind != StatementKind::Derived
                || !before.contains(&statement.field.as_str())
                || old.get(&statement.field) == new.get(&statement.field)
        });
    }
    record
}

/// Puts the sealed parts of assessments, which the client could not read, back into its members; only an
/// explicit `null` removes them. `known` is the register's record, as far as the client may have read it.
///
/// Errors: findings with a JSON pointer if it is unclear which assessment is meant, or who may read it.
pub fn keep_sealed(known: &Record, members: &mut Map<String, Value>) -> Result<(), Vec<Finding>> {
    let Some(Value::Array(sent)) = members.get("assessments") else { return Ok(()) };
    let joined = assessments::join(&known.assessments, sent, None)?;
    members.insert("assessments".to_owned(), Value::Array(joined));
    Ok(())
}

/// Completes a record from a source that covers only some fields, which `says` names. Other fields keep what
/// the register knows, unless the source filled them; what is known not to be there stays stated. A value that the
/// register derived is never kept: each row gives its own. It never stands in for one that a source stated.
///
/// Errors: as for [`keep_sealed`].
pub fn keep_unsaid(
    known: &Record,
    record: &Record,
    says: impl Fn(&str) -> bool,
) -> Result<Record, Vec<Finding>> {
    let mut members = record.to_members();
    keep_sealed(known, &mut members)?;
    let fills = |name: &str| members.contains_key(name) && !record.is_derived(name);
    let kept: Vec<(String, Value)> = known
        .to_members()
        .into_iter()
        .filter(|(name, _)| !says(name) && name != "field_statements")
        .filter(|(name, _)| !fills(name) && !known.is_derived(name))
        .collect();
    let names: Vec<String> = kept.iter().map(|(name, _)| name.clone()).collect();
    members.extend(kept);
    let mut joined: Record = serde_json::from_value(Value::Object(members))
        .map_err(|error| vec![Finding::error("", "inconsistent", error.to_string())])?;
    joined.field_statements.retain(|statement| !names.contains(&statement.field));
    for statement in &known.field_statements {
        let field = statement.field.as_str();
        let mute = |record: &Record| {
            matches!(record.state_of(field), FieldState::NotStatedBySource | FieldState::Blank)
        };
        if !says(field) && mute(&joined) && !mute(known) {
            joined.field_statements.retain(|one| one.field != field);
            joined.field_statements.push(statement.clone());
        }
    }
    // In the order in which they are known: another order alone would be a new version.
    let place = |field: &str| known.field_statements.iter().position(|one| one.field == field);
    joined.field_statements.sort_by_key(|one| place(&one.field).unwrap_or(usize::MAX));
    Ok(joined)
}
