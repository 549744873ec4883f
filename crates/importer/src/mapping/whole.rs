//! A mapping, checked against the field catalogue as a whole before a file is opened.

use domain::codes::{Code, WithheldGround};
use domain::fields::{Field, FieldKind, field};
use domain::{Finding, text};
use serde_json::{Value, json};
use toml::Spanned;

use super::faults::{Fault, Faults, Lines, unreadable};
use super::form::{Column, Form, fits};
use super::kind::{Bad, Kind, Manner};
use super::target::{Target, required};

/// A mapping: what the columns of a source's files mean.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// Name of the register the files come from; part of every record's source key.
    pub source: String,
    /// Version of this mapping, kept with every value it makes.
    pub version: String,
    pub(super) form: Form,
    pub(super) constants: Vec<Constant>,
    pub(super) lines: Lines,
}

/// A value for what no column fills.
#[derive(Debug, Clone)]
pub(super) struct Constant {
    pub(super) field: &'static Field,
    /// The member that it sets in each thing that a column starts; `None` for a whole field.
    pub(super) member: Option<Target>,
    pub(super) value: Value,
}

impl Mapping {
    /// Parses a mapping. Errors: everything that is wrong with it, each with its line, and the nearest name for an
    /// unknown field, member or code.
    pub fn parse(toml: &str) -> Result<Self, Faults> {
        let lines = Lines::of(toml);
        let mut form: Form = toml::from_str(toml).map_err(|error| unreadable(&error, &lines))?;
        let mut check = Check { lines: &lines, faults: Vec::new() };
        for column in &mut form.columns {
            check.target(column);
        }
        for column in &form.columns {
            check.column(column);
        }
        for ground in form.withheld.values() {
            check.ground("withheld", ground);
        }
        for condition in form.only.iter().chain(&form.skip) {
            check.condition(condition);
        }
        let constants = check.constants(&form);
        check.required(&form, &constants);
        Faults::of(check.faults)?;
        Ok(Self { source: form.source.clone(), version: form.version.clone(), form, constants, lines })
    }

    /// The headers of the columns that fill a field, each in its first spelling.
    pub fn headers_of(&self, field: &str) -> Vec<&str> {
        let fills = |column: &&Column| {
            column.target.as_ref().is_some_and(|target| target.field.name == field)
                || column.informs.iter().any(|informed| informed == field)
        };
        let columns = self.form.columns.iter().filter(fills);
        columns
            .flat_map(|column| column.headers().take(if column.join.is_some() { usize::MAX } else { 1 }))
            .collect()
    }

    /// Whether the mapping names a column with this header.
    pub fn knows(&self, header: &str) -> bool {
        let folded = text::fold(header);
        let of_columns = self.form.columns.iter().flat_map(Column::headers);
        let conditions = self.conditions().flat_map(|condition| condition.header.get_ref().iter());
        let others = self.form.key.iter().chain(&self.form.edition).map(|header| header.get_ref().as_str());
        !folded.is_empty() && of_columns.chain(conditions).chain(others).any(|pattern| fits(pattern, &folded))
    }

    /// All conditions, those of rows and those of columns.
    pub(super) fn conditions(&self) -> impl Iterator<Item = &super::form::Condition> {
        let of_columns = self.form.columns.iter().filter_map(|column| column.when.as_ref());
        self.form.only.iter().chain(&self.form.skip).chain(of_columns)
    }

    /// How the source writes dates, numbers and the like in a column.
    pub(super) fn manner(&self, column: &Column) -> Manner<'_> {
        Manner { dates: column.dates.or(self.form.dates), ..self.form.manner() }
    }
}

impl Form {
    fn manner(&self) -> Manner<'_> {
        let lang = self.defaults.get("lang").map(|lang| lang.get_ref().as_str());
        Manner { dates: self.dates, decimals: self.decimals, lang: lang.unwrap_or_default() }
    }
}

/// What is wrong so far.
struct Check<'l> {
    lines: &'l Lines,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn add<T>(&mut self, at: &Spanned<T>, key: &str, what: impl Into<String>, hint: impl Into<String>) {
        let (line, key) = (self.lines.at(at.span()), key.to_owned());
        self.faults.push(Fault { line, key, what: what.into(), hint: hint.into() });
    }

    /// Finds out what a column fills.
    fn target(&mut self, column: &mut Column) {
        let Some(written) = &column.field else { return };
        match Target::parse(written.get_ref()) {
            Ok(target) => column.target = Some(target),
            Err((what, hint)) => self.add(written, "field", what, hint),
        }
    }

    fn column(&mut self, column: &Column) {
        match (&column.header, &column.join) {
            (Some(_), None) => {}
            (None, Some(join)) if join.get_ref().len() >= 2 => {}
            (None, Some(join)) => {
                self.add(join, "join", "one column is not joined with anything", "write header instead")
            }
            (Some(_), Some(join)) => {
                self.add(join, "join", "a column has either header or join", "make two [[columns]] of it");
            }
            (None, None) => {
                let (key, what) = (String::new(), "one of the [[columns]] has no header".to_owned());
                let line = column.field.as_ref().map_or(0, |field| self.lines.at(field.span()));
                self.faults.push(Fault { line, key, what, hint: "write header = \"...\"".to_owned() });
            }
        }
        if let Some(nth) = column.nth.as_ref().filter(|nth| *nth.get_ref() == 0) {
            self.add(nth, "nth", "columns are counted from 1", "write nth = 1 for the first");
        }
        for ground in column.withheld.values() {
            self.ground("withheld", ground);
        }
        if let Some(condition) = &column.when {
            self.condition(condition);
        }
        if let (Some(target), Some(written)) = (&column.target, &column.field) {
            self.reads(column, target, written);
        } else if column.field.is_none()
            && let Some(split) = &column.split
        {
            self.add(split, "split", "a column without a field is not split", "say which field it fills");
        }
    }

    /// Checks how a column with a field is read.
    fn reads(&mut self, column: &Column, target: &Target, written: &Spanned<String>) {
        let name = target.shown();
        if column.drop || column.reason.is_some() {
            let key = if column.drop { "drop" } else { "reason" };
            self.add(
                written,
                "field",
                format!("{key} is for columns that are not read, and this one fills {name}"),
                format!("leave out field or {key}"),
            );
        }
        let one = !target.is_in_list() && !target.kind.holds_several();
        if let Some(split) =
            column.split.as_ref().filter(|split| one || split.get_ref().iter().any(str::is_empty))
        {
            let what = if one {
                format!("{name} has one value, so its cell is not split")
            } else {
                "a separator is empty".to_owned()
            };
            self.add(split, "split", what, "leave split out");
        }
        if column.each && !target.is_in_list() {
            self.add(written, "each", format!("{name} is no member of things in a list"), "leave each out");
        }
        for value in column.values.values() {
            let texts = value.get_ref().split(';').filter(|text| !text.trim().is_empty());
            for text in texts.filter(|_| !matches!(target.kind, Kind::Words | Kind::Body)) {
                if let Err(bad) = target.kind.read(&name, text, Manner::default()) {
                    let (what, hint) = said(bad);
                    self.add(value, "values", format!("{name}: {what}"), hint);
                }
            }
        }
    }

    fn ground(&mut self, key: &str, ground: &Spanned<String>) {
        if let Err(bad) = WithheldGround::parse(ground.get_ref()) {
            self.add(ground, key, bad.to_string(), bad.hint());
        }
    }

    fn condition(&mut self, condition: &super::form::Condition) {
        if condition.is.is_none() && condition.is_not.is_none() {
            self.add(
                &condition.header,
                "header",
                "the condition says nothing of the column",
                "add is = [...] or is_not = [...]",
            );
        }
    }

    /// Reads the defaults.
    fn constants(&mut self, form: &Form) -> Vec<Constant> {
        let mut constants = Vec::new();
        for (name, written) in &form.defaults {
            match constant(name, written.get_ref(), form.manner()) {
                Ok(constant) => constants.push(constant),
                Err((what, hint)) => self.add(written, &format!("defaults.{name}"), what, hint),
            }
        }
        constants
    }

    /// Things of a list need what each of them must have.
    fn required(&mut self, form: &Form, constants: &[Constant]) {
        let mut said: Vec<&Target> = Vec::new();
        for column in &form.columns {
            let (Some(target), Some(written)) = (&column.target, &column.field) else { continue };
            if said.iter().any(|known| known.is_of_same_things(target)) {
                continue;
            }
            said.push(target);
            let columns = form.columns.iter().filter_map(|column| column.target.as_ref());
            let given: Vec<&String> = columns
                .filter(|other| other.is_of_same_things(target))
                .chain(constants.iter().filter_map(|constant| constant.of(target)))
                .filter_map(|target| target.path.first())
                .collect();
            let lacks: Vec<&str> =
                required(target.field).filter(|name| !given.iter().any(|given| given == name)).collect();
            if let Some(first) = lacks.first() {
                let list = target.field.name;
                self.add(
                    written,
                    "field",
                    format!("each of the {list} needs {}, which nothing fills", lacks.join(" and ")),
                    format!("add a column for it, or [defaults] \"{list}.{first}\" = \"...\""),
                );
            }
        }
    }
}

impl Constant {
    /// The member that it sets in things that a target is about.
    pub(super) fn of(&self, target: &Target) -> Option<&Target> {
        let member = self.member.as_ref()?;
        let fits = member.field.name == target.field.name
            && (member.label.is_empty() || member.label == target.label);
        fits.then_some(member)
    }
}

/// Reads a default. Errors: what is wrong, and what to write.
fn constant(name: &str, written: &str, manner: Manner<'_>) -> Result<Constant, (String, String)> {
    let whole = |field: &'static Field| match domain::cell::read(field, written) {
        Ok(value) => Ok(Constant { field, member: None, value: value.unwrap_or(Value::Null) }),
        Err(findings) => Err(said(Bad::Value(findings))),
    };
    if let Some(field) = field(name).filter(|field| !matches!(field.kind, FieldKind::Estimate)) {
        return whole(field);
    }
    let target = Target::parse(name)?;
    let value = target.kind.read(name, written, manner).map_err(said)?.value;
    match target.field.kind {
        FieldKind::Estimate if target.path.first().is_none_or(|step| step != "basis") => Ok(Constant {
            field: target.field,
            member: None,
            value: json!({ "value": value, "basis": "unknown" }),
        }),
        _ => Ok(Constant { field: target.field, member: Some(target), value }),
    }
}

/// What is wrong with a text, and what to write.
fn said(bad: Bad) -> (String, String) {
    let of = |finding: Finding| (finding.message, finding.hint.unwrap_or_default());
    match bad {
        Bad::Date(_, finding) => of(finding),
        Bad::Value(findings) => findings.into_iter().next().map(of).unwrap_or_default(),
        Bad::Personal => (
            "this is no role's mailbox".to_owned(),
            "write one such as algorithms@council.example".to_owned(),
        ),
    }
}
