//! Declarative mappings: which column fills which field, by which values and dates. The named sources are
//! such files too (`mappings/*.toml`), as far as a mapping can say it.

use std::collections::{BTreeMap, HashSet};

use domain::codes::StatementKind;
use domain::fields::{BASIS_SUFFIX, FieldKind, field};
use domain::text;
use domain::{Finding, validate};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::dates::{self, Order};

/// A mapping as written in TOML.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Name of the register the files come from; part of every key.
    pub source: String,
    /// Which release of this mapping; kept beside every value it makes.
    pub version: String,
    /// Columns that together are a row's key at its source.
    #[serde(default)]
    pub key: Vec<String>,
    /// Texts that mean that there is no value.
    #[serde(default)]
    pub missing: Vec<String>,
    /// In which order dates are written.
    #[serde(default)]
    pub dates: Order,
    /// Values for fields that no column fills; `list.member` for members of objects that a column begins.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    /// What to do with a text that no value map knows.
    #[serde(default)]
    pub unknown: Unknown,
    /// The columns.
    pub columns: Vec<Column>,
}

/// What to do with a text that its value map does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// The row is refused.
    #[default]
    Error,
    /// The field stays unknown, with the source's words as the reason.
    State,
}

/// One column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The header, in all its spellings; case, punctuation and line breaks do not matter, a `*` at the end
    /// stands for anything.
    pub header: OneOrMany,
    /// The field, or `list.member` for the first object of a list; absent for columns that are only kept raw.
    #[serde(default)]
    pub field: Option<String>,
    /// Source's words to codes or texts; compared like headers. An empty target means no value.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// What separates several values in a cell.
    #[serde(default)]
    pub split: Option<String>,
    /// Written before the text when several columns fill one field.
    #[serde(default)]
    pub label: Option<String>,
    /// What to do with an unknown text in this column, if not what the mapping says.
    #[serde(default)]
    pub unknown: Option<Unknown>,
    /// Fields that a reader makes of this column, beside what `field` says.
    #[serde(default)]
    pub informs: Vec<String>,
    /// Contact data or the like: not kept, not even raw.
    #[serde(default)]
    pub drop: bool,
}

/// A text or a list of texts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl OneOrMany {
    fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many.as_slice(),
        }
        .iter()
        .map(String::as_str)
    }
}

/// How often each normalisation was used.
pub type Uses = BTreeMap<String, u64>;

/// Counts one use of a rule.
pub fn used(uses: &mut Uses, rule: &str) {
    match uses.get_mut(rule) {
        Some(count) => *count += 1,
        None => {
            uses.insert(rule.to_owned(), 1);
        }
    }
}

/// What a mapping made of a row.
#[derive(Debug, Default)]
pub struct Mapped {
    /// Values of fields, as JSON.
    pub fields: Map<String, Value>,
    /// Field statements made on the way: kind and reason by field.
    pub statements: BTreeMap<String, (StatementKind, String)>,
    /// What is wrong, with the column and the value.
    pub faults: Vec<(Finding, String, String)>,
    /// The row as the source has it, without dropped columns and empty cells.
    pub raw: Map<String, Value>,
}

/// A mapping bound to the columns of one file.
#[derive(Debug)]
pub struct Bound {
    mapping: Mapping,
    headers: Vec<String>,
    /// For each column of the file, the rule for it.
    rules: Vec<Option<usize>>,
}

/// Headers and source words are compared folded; `a) Yes` and `Yes` are one word.
fn comparable(text: &str) -> String {
    let folded = text::fold(text);
    let mut parts = folded.splitn(2, ' ');
    match (parts.next(), parts.next()) {
        (Some(letter), Some(rest))
            if letter.len() == 1 && text.trim_start().get(1..2).is_some_and(|sign| sign == ")") =>
        {
            rest.to_owned()
        }
        _ => folded,
    }
}

fn fits(pattern: &str, folded: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => folded.starts_with(&text::fold(start)),
        None => text::fold(pattern) == folded,
    }
}

impl Mapping {
    /// Reads a mapping. Errors: a sentence with the place in the file, an unknown field name with a
    /// suggestion, a code that is not in its list.
    pub fn parse(toml: &str) -> Result<Self, String> {
        let mapping: Self = toml::from_str(toml).map_err(|error| error.to_string())?;
        for column in &mapping.columns {
            let Some(target) = &column.field else { continue };
            let (name, member) = target.split_once('.').unwrap_or((target, ""));
            let Some(field) = field(name) else { return Err(unknown_field(name)) };
            if let FieldKind::Code(list) | FieldKind::Codes(list) = field.kind {
                for code in column.values.values().flat_map(|codes| codes.split(';')) {
                    if !code.is_empty() {
                        list.check(code).map_err(|bad| format!("{name}: {bad} ({})", bad.hint()))?;
                    }
                }
            }
            let list = matches!(field.kind, FieldKind::Objects(..) | FieldKind::Estimate);
            if member.is_empty() == list && !matches!(field.kind, FieldKind::Estimate) {
                return Err(if list {
                    format!("{name} is a list of objects: name a member, such as {name}.title")
                } else {
                    format!("{name} has no members, so '{target}' fills nothing")
                });
            }
        }
        for (name, value) in &mapping.defaults {
            let (name, member) = name.split_once('.').unwrap_or((name, ""));
            let Some(field) = field(name) else { return Err(unknown_field(name)) };
            if !member.is_empty() {
                continue;
            }
            domain::cell::read(field, value).map_err(|findings| {
                format!(
                    "default of {name}: {} ({})",
                    findings[0].message,
                    findings[0].hint.as_deref().unwrap_or("")
                )
            })?;
        }
        Ok(mapping)
    }

    /// Whether a header is one the mapping knows.
    pub fn knows(&self, header: &str) -> bool {
        let folded = text::fold(header);
        !folded.is_empty()
            && self.columns.iter().any(|column| column.header.iter().any(|pattern| fits(pattern, &folded)))
    }

    /// Binds the mapping to the columns of a file. Of two columns with one header the first is used.
    pub fn bind(self, headers: &[String]) -> Bound {
        let mut seen = HashSet::new();
        let rules = headers
            .iter()
            .map(|header| {
                let folded = text::fold(header);
                let fits = |column: &Column| column.header.iter().any(|pattern| fits(pattern, &folded));
                let rule = self.columns.iter().position(fits)?;
                seen.insert(folded.clone()).then_some(rule)
            })
            .collect();
        Bound { mapping: self, headers: headers.to_vec(), rules }
    }
}

fn unknown_field(name: &str) -> String {
    let names = domain::fields::FIELDS.iter().map(|field| (field.name, field.name));
    match domain::codes::nearest(name, names) {
        Some(near) => format!("'{name}' is not a field of the register (did you mean '{near}'?)"),
        None => format!("'{name}' is not a field of the register (see register fields)"),
    }
}

impl Bound {
    /// The fields of which the file can say something: those of its columns. What it has no column for, it
    /// leaves as the register knows it.
    pub fn says(&self) -> HashSet<String> {
        let columns = self.rules.iter().flatten().map(|rule| &self.mapping.columns[*rule]);
        columns
            .flat_map(|column| column.field.iter().chain(&column.informs))
            .map(|target| target.split('.').next().unwrap_or(target).to_owned())
            .collect()
    }

    /// The mapping.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The text of a column by its header, when the file has it and the cell says something.
    pub fn cell<'a>(&self, cells: &'a [String], header: &str) -> Option<&'a str> {
        let wanted = text::fold(header);
        let rule = self.mapping.columns.iter().position(|column| {
            column.header.iter().any(|pattern| text::fold(pattern.trim_end_matches('*')) == wanted)
        });
        let says = |cell: &&str| !self.is_missing(cell);
        let bound = self.rules.iter().zip(cells).filter(|(bound, _)| bound.is_some() && **bound == rule);
        bound.map(|(_, cell)| cell.trim()).find(says).or_else(|| {
            let place = self.headers.iter().position(|header| text::fold(header) == wanted)?;
            Some(cells.get(place)?.trim()).filter(says)
        })
    }

    /// Whether a text means that there is no value.
    pub fn is_missing(&self, cell: &str) -> bool {
        let cell = cell.trim();
        if cell.is_empty() {
            return true;
        }
        if cell.len() > 80 {
            return false;
        }
        let folded = comparable(cell);
        self.mapping.missing.iter().any(|missing| fits(missing, &folded) || missing == cell)
    }

    /// Applies the mapping to the cells of a row.
    pub fn apply(&self, cells: &[String], uses: &mut Uses) -> Mapped {
        let mut mapped = Mapped::default();
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
                if self.is_missing(cell) {
                    if !cell.trim().is_empty() {
                        used(uses, "text-means-no-value");
                    }
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
                used(uses, "cell-split");
                cell.split(separator.as_str()).map(str::trim).filter(|part| !part.is_empty()).collect()
            }
            None => vec![cell],
        };
        for part in parts {
            let translated = if column.values.is_empty() {
                Some(part.to_owned())
            } else {
                let folded = comparable(part);
                // The most exact pattern decides, not the first.
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
                        used(uses, &format!("{target}-by-value-map"));
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
                used(uses, &format!("{name}-not-translatable"));
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
                used(uses, &format!("{name}-not-usable"));
                let reason = format!("the source says \"{}\"", domain::cell::short(&text::one_line(value)));
                mapped.statements.entry(name.to_owned()).or_insert((StatementKind::Unknown, reason));
            } else {
                mapped.faults.push((finding, header.to_owned(), value.to_owned()));
            }
        };
        match field.kind {
            FieldKind::Objects(..) => {
                let list = mapped.fields.entry(name).or_insert_with(|| {
                    let own = self.mapping.defaults.iter().filter_map(|(target, value)| {
                        let member = target.strip_prefix(name)?.strip_prefix('.')?;
                        Some((member.to_owned(), Value::String(value.clone())))
                    });
                    Value::Array(vec![Value::Object(own.collect())])
                });
                if let Some(object) = list.get_mut(0).and_then(Value::as_object_mut) {
                    let value = text::clean(value);
                    let value = match member {
                        "supplier" | "organisation" if name != "audits" => json!({ "name": value }),
                        _ => Value::String(value),
                    };
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
            FieldKind::Date => match dates::read(value, self.mapping.dates) {
                Some((date, reading)) => {
                    if let Some(rule) = reading.rule() {
                        used(uses, rule);
                    }
                    mapped.fields.entry(name).or_insert_with(|| Value::String(date.to_string()));
                }
                None => fault(
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
            FieldKind::Estimate => {
                let digits: String = value.chars().filter(char::is_ascii_digit).collect();
                let plain =
                    value.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, ',' | ' ' | '.'));
                match digits.parse::<u64>().ok().filter(|_| plain) {
                    Some(number) => {
                        let estimate = json!({ "value": number, "basis": "unknown" });
                        mapped.fields.entry(name).or_insert(estimate);
                    }
                    None => fault(
                        mapped,
                        Finding::error(
                            name,
                            "bad-number",
                            format!("'{}' is not a whole number", domain::cell::short(value)),
                        )
                        .hint(format!("write digits only; its basis goes to {name}{BASIS_SUFFIX}")),
                        uses,
                    ),
                }
            }
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

/// Adds a value: to a list what it does not hold yet, else where nothing stands.
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

/// The text with personal mailboxes left out.
pub fn hide_mailboxes(text: &str) -> String {
    if !text.contains('@') {
        return text.to_owned();
    }
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
            let personal =
                bare.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
                    && !text::is_role_mailbox(bare)
                    && !bare.contains("://");
            if personal { word.replace(bare, "[mailbox left out]") } else { word.to_owned() }
        })
        .collect()
}

/// The first role mailbox in a text.
fn role_mailbox(text: &str) -> Option<String> {
    text.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '<' | '>' | '(' | ')'))
        .map(|word| word.trim_end_matches('.').trim_start_matches("mailto:"))
        .find(|word| word.contains('@') && text::is_role_mailbox(word))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPPING: &str = r#"
        source = "city"
        version = "1"
        missing = ["n/a", "-"]
        dates = "month_first"
        [defaults]
        lang = "en"
        [[columns]]
        header = ["Name of tool", "Tool"]
        field = "title"
        [[columns]]
        header = "Stage*"
        field = "phase"
        values = { "In use" = "production", "Ended*" = "retired" }
        [[columns]]
        header = "Vendor"
        field = "supplier_involvement.supplier"
        [[columns]]
        header = "Contact"
        drop = true
    "#;

    #[test]
    fn a_mapping_fills_fields_and_keeps_the_raw_row() {
        let headers = ["TOOL ", "Stage of\nuse", "Vendor", "Contact", "Other"].map(str::to_owned);
        let bound = Mapping::parse(MAPPING).unwrap().bind(&headers);
        let cells = ["Gate", "a) in use", "Lumen", "jane.roe@x.org", "n/a"].map(str::to_owned);
        let mut uses = Uses::new();
        let mapped = bound.apply(&cells, &mut uses);
        assert_eq!(
            Value::Object(mapped.fields),
            json!({"title": "Gate", "phase": "production", "supplier_involvement": [{"supplier": {"name": "Lumen"}}], "lang": "en"})
        );
        assert!(!Value::Object(mapped.raw.clone()).to_string().contains("jane"));
        assert_eq!(mapped.raw["Other"], "n/a");
        let cells = ["Gate", "Someday", "", "", ""].map(str::to_owned);
        let mapped = bound.apply(&cells, &mut uses);
        assert_eq!(mapped.faults[0].0.code, "unknown-value");
    }

    #[test]
    fn a_wrong_mapping_says_what_to_write() {
        #[track_caller]
        fn check(toml: &str, expected: &str) {
            let error = Mapping::parse(toml).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        let start = "source = \"x\"\nversion = \"1\"\n[[columns]]\nheader = \"A\"\n";
        check(&format!("{start}field = \"sumary\""), "did you mean 'summary'?");
        check(
            &format!("{start}field = \"phase\"\nvalues = {{ a = \"live\" }}"),
            "did you mean 'production'?",
        );
        check(&format!("{start}field = \"assessments\""), "name a member");
        check(&format!("{start}colour = 1"), "unknown field `colour`");
    }

    #[test]
    fn personal_mailboxes_are_left_out_of_raw_text() {
        assert_eq!(
            hide_mailboxes("ask jane.roe@agency.gov, or info@agency.gov"),
            "ask [mailbox left out], or info@agency.gov"
        );
    }
}
