//! The Canadian federal AI register (open.canada.ca, from November 2025): one row per system, with English and French
//! side by side. A row without an English name is one in French.
//!
//! What has no field of its own in a second language (users, capabilities, data, developer) stands in the prose of
//! that language, under its heading.

use std::path::Path;

use domain::text::{clean, fold, one_line};
use serde_json::{Map, Value, json};

use super::ca_words::{CAPABILITIES, STATUS};
use super::columns::Said;
use super::{
    File, Item, Items, Keyed, Keys, Lacking, Opened, Source, SourceOptions, Step, content_of,
    edition_in_name, imported_row, translations, vendors,
};
use crate::columns::Account;
use crate::mapping::{Bound, Mapped, Mapping};
use crate::report::{Uses, used};
use crate::table::{FileError, Row, Table};

const MAPPING: &str = include_str!("../../mappings/ca.toml");
/// Columns that fill no field but are read.
pub(super) const READ_FOR: &Said = &[];
/// Columns that are not read, and why. None: every column of the register's layout is read.
pub(super) const IGNORED: &Said = &[];

/// Columns with a text in each language, and the field it fills.
const TEXTS: &[(&str, &str)] = &[
    ("name_ai_system", "title"),
    ("description_ai_system", "description"),
    ("ai_system_results", "benefits"),
];
/// Columns whose text goes under a heading, in English and French, into a field.
const HEADED: &[(&str, [&str; 2], &str)] = &[
    ("ai_system_primary_users", ["Primary users", "Principaux utilisateurs"], "scope"),
    ("ai_system_capabilities", ["Capabilities", "Capacités"], "detailed_description"),
    ("developed_by", ["Developed by", "Développé par"], "detailed_description"),
];
/// The same for the second language only: in a row's own language they have a field of their own.
const HEADED_BESIDE: &[(&str, [&str; 2], &str)] = &[
    ("data_sources", ["Data sources", "Sources de données"], "detailed_description"),
    (
        "personal_information_banks",
        ["Personal information banks", "Fichiers de renseignements personnels"],
        "detailed_description",
    ),
];
pub(super) fn mapping() -> Mapping {
    Mapping::parse(MAPPING).expect("a test checks the built-in ca mapping")
}

pub(super) fn open(path: &Path, options: &SourceOptions) -> Result<Opened, FileError> {
    let mapping = mapping();
    let mut table = Table::open(path, &|header| mapping.knows(header), &options.reading)?;
    let has = |name: &str| table.headers.iter().any(|header| fold(header) == fold(name));
    if !has("government_organization") || !(has("name_ai_system_en") || has("name_ai_system_fr")) {
        return Err(FileError::unusable(
            path.display().to_string(),
            "these are no systems of the Canadian AI register: a column government_organization and a name are wanted",
            "check that this is the right source and the right file",
        ));
    }
    let bound = mapping.bind(&table.headers, options.day());
    let used = Source::Ca.uses(&table.headers);
    table.account_for(used);
    // A row may stand twice.
    table.one_row_per(&|cells, key| key.push_str(&cells.join("\u{1F}")))?;
    let keys = look_through(&table, &bound)?;
    Ok(Opened {
        edition: options.edition.clone().or_else(|| edition_in_name(path)).unwrap_or_default(),
        says: Some(bound.says()),
        file: File {
            name: path.display().to_string(),
            source: "ca".to_owned(),
            dataset: "ca".to_owned(),
            rule_version: format!("ca/{}", bound.mapping().version),
            input: table.input.clone(),
            items: Box::new(CaRows { table, bound, keys }),
        },
    })
}

/// Finds out which keys stand more than once. Errors: the file cannot be read.
fn look_through(table: &Table, bound: &Bound) -> Result<Keys, FileError> {
    let mut all = Vec::new();
    table.look_through(|cells| {
        let mut cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        cells.resize(table.headers.len(), String::new());
        bound.without_people(&mut cells, &mut Uses::new());
        all.push(Cells { bound, row: &Row { line: 0, cells } }.keyed());
    })?;
    Ok(Keys::of(all))
}

struct CaRows {
    table: Table,
    bound: Bound,
    keys: Keys,
}

impl Items for CaRows {
    type Item = Item;

    fn account(&self) -> Option<Account> {
        Some(self.table.account())
    }

    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        let mut row = match self.table.next_row()? {
            Ok(row) => row,
            Err(error) => return Some(Step::Rejected(vec![error])),
        };
        self.bound.without_people(&mut row.cells, uses);
        let mut mapped = self.bound.apply(&row.cells, uses);
        let cells = Cells { bound: &self.bound, row: &row };
        cells.read(&mut mapped, uses);
        let keyed = cells.keyed();
        let keys = &mut self.keys;
        Some(imported_row(mapped, row.line, &Lacking::default(), uses, |_, uses| {
            keys.take_apart(&keyed, &keyed.key, uses)
        }))
    }
}

/// A row with its mapping.
struct Cells<'r> {
    bound: &'r Bound,
    row: &'r Row,
}

impl<'r> Cells<'r> {
    fn cell(&self, column: &str) -> Option<&'r str> {
        self.bound.own_cell(&self.row.cells, column).filter(|cell| !self.bound.is_missing(cell))
    }

    /// The key of the row: its number, else body and name.
    fn keyed(&self) -> Keyed {
        let named = format!(
            "{}|{}",
            self.cell("government_organization").unwrap_or_default(),
            self.both("name_ai_system").into_iter().flatten().next().unwrap_or_default()
        );
        let key = self.cell("ai_register_id").map_or_else(|| named.clone(), str::to_owned);
        Keyed { key, more: vec![named], content: content_of(&self.row.cells) }
    }

    /// What a column says in English and in French.
    fn both(&self, stem: &str) -> [Option<&'r str>; 2] {
        ["en", "fr"].map(|lang| self.bound.own_cell(&self.row.cells, &format!("{stem}_{lang}")))
    }

    fn read(&self, mapped: &mut Mapped, uses: &mut Uses) {
        let in_english = self.cell("name_ai_system_en").is_some() || self.cell("name_ai_system_fr").is_none();
        let (own, other) = if in_english { (0, 1) } else { (1, 0) };
        let langs = ["en", "fr"];
        let fields = &mut mapped.fields;
        fields.insert("lang".to_owned(), json!(langs[own]));
        if !in_english {
            used(uses, "row-in-french");
        }
        for (stem, field) in TEXTS {
            let said = self.both(stem);
            put(fields, field, said[own]);
            translations::add(fields, langs[other], field, said[other].unwrap_or_default());
        }
        for (stem, headings, field) in HEADED {
            let said = self.both(stem);
            put(fields, field, self.headed(headings[own], said[own]).as_deref());
            let beside = self.headed(headings[other], said[other]).unwrap_or_default();
            translations::add(fields, langs[other], field, &beside);
        }
        for (stem, headings, field) in HEADED_BESIDE {
            let said = self.both(stem);
            if said[own] != said[other] {
                let beside = self.headed(headings[other], said[other]).unwrap_or_default();
                translations::add(fields, langs[other], field, &beside);
            }
        }
        if let Some(body) = self.cell("government_organization") {
            fields.insert("publisher".to_owned(), json!({ "name": body_in(body, own) }));
        }
        self.phase(mapped, uses);
        let fields = &mut mapped.fields;
        self.suppliers(fields, uses);
        self.technologies(fields, uses);
        self.data(fields, own);
        self.references(fields);
        self.notification(fields);
    }

    /// A text under its heading; `None` for blanks and placeholders.
    fn headed(&self, heading: &str, said: Option<&str>) -> Option<String> {
        let said = said.filter(|said| !self.bound.is_missing(said))?;
        Some(format!("{heading}: {}", clean(said)))
    }

    /// The phase from the English status, which the mapping has read, else from the French one. Where they differ, the
    /// English one stands, and it is counted.
    fn phase(&self, mapped: &mut Mapped, uses: &mut Uses) {
        let Some(said) = self.cell("ai_system_status_fr") else { return };
        let folded = fold(said);
        let french = STATUS.iter().find(|(words, _)| folded.starts_with(words)).map(|(_, phase)| *phase);
        match (mapped.fields.get("phase").and_then(Value::as_str), french) {
            (Some(english), Some(french)) if english != french => {
                used(uses, "status-differs-between-languages")
            }
            (None, Some(french)) if !mapped.statements.contains_key("phase") => {
                used(uses, "status-from-french");
                mapped.fields.insert("phase".to_owned(), json!(french));
            }
            (None, None) => used(uses, "phase-not-translatable"),
            _ => {}
        }
    }

    fn suppliers(&self, fields: &mut Map<String, Value>, uses: &mut Uses) {
        let names = self.cell("vendor_information").map(vendors::names).unwrap_or_default();
        let developer = self.both("developed_by").map(|said| fold(said.unwrap_or_default()));
        let bought = developer[0] == "vendor" || matches!(developer[1].as_str(), "fournisseur" | "vendeur");
        if bought {
            fields.insert("kind".to_owned(), json!("procured_technology"));
        }
        let mut parts: Vec<Value> =
            names.iter().map(|name| json!({ "supplier": { "name": name } })).collect();
        if parts.is_empty() && bought {
            used(uses, "vendor-without-name");
            parts.push(json!({ "role": "Developed by a vendor that the source does not name" }));
        }
        if !parts.is_empty() {
            fields.insert("supplier_involvement".to_owned(), Value::Array(parts));
        }
    }

    fn technologies(&self, fields: &mut Map<String, Value>, uses: &mut Uses) {
        let Some(said) = self.cell("ai_system_capabilities_en") else { return };
        let folded = format!(" {}", fold(said));
        let mut found: Vec<&str> = Vec::new();
        for (words, code) in CAPABILITIES {
            if folded.contains(&format!(" {words}")) && !found.contains(code) {
                found.push(code);
            }
        }
        if !found.is_empty() {
            used(uses, "technologies-from-words");
            fields.insert("technologies".to_owned(), json!(found));
        }
    }

    /// The data, and whether they are personal.
    fn data(&self, fields: &mut Map<String, Value>, own: usize) {
        let mut dataset = Map::new();
        let said = self.both("data_sources");
        if let Some(said) = said[own].or(said[1 - own]).filter(|said| !self.bound.is_missing(said)) {
            dataset.insert("description".to_owned(), json!(clean(said)));
        }
        match self.cell("involves_personal_information").map(fold).as_deref() {
            Some("y" | "yes" | "oui" | "o") => {
                dataset.insert("sensitive_attributes".to_owned(), json!("Involves personal information"));
            }
            Some("n" | "no" | "non") => {
                dataset.insert("sensitive_attributes".to_owned(), json!("Involves no personal information"));
            }
            _ => {}
        }
        if !dataset.is_empty() {
            dataset.insert("role".to_owned(), json!("operational"));
            fields.insert("datasets".to_owned(), json!([dataset]));
        }
    }

    /// The number in the register, and the personal information banks with their numbers.
    fn references(&self, fields: &mut Map<String, Value>) {
        let mut all: Vec<Value> = Vec::new();
        if let Some(id) = self.cell("ai_register_id") {
            all.push(json!({ "scheme": "CA-AI-REGISTER", "value": one_line(id) }));
        }
        let said = self.both("personal_information_banks");
        let banks = said[0].or(said[1]).filter(|said| !self.bound.is_missing(said)).unwrap_or_default();
        for bank in banks.split([',', ';', '\n']).map(one_line).filter(|bank| !bank.is_empty()) {
            let bank = json!({ "scheme": "CA-PIB", "value": bank });
            if !all.contains(&bank) {
                all.push(bank);
            }
        }
        if !all.is_empty() {
            fields.insert("references".to_owned(), Value::Array(all));
        }
    }

    fn notification(&self, fields: &mut Map<String, Value>) {
        let said = match self.cell("notification_ai").map(fold).as_deref() {
            Some("y" | "yes" | "oui" | "o") => {
                "The source says that people are notified of its use, and does not say how."
            }
            Some("n" | "no" | "non") => "The source says that people are not notified of its use.",
            _ => return,
        };
        fields.insert("notification_given".to_owned(), json!(said));
    }
}

/// Fills a field, or adds a paragraph to it. Placeholders are dealt with where all fields are.
fn put(fields: &mut Map<String, Value>, field: &str, text: Option<&str>) {
    let Some(text) = text.map(clean).filter(|text| !text.is_empty()) else { return };
    match fields.get_mut(field) {
        Some(Value::String(known)) => known.push_str(&format!("\n\n{text}")),
        _ => {
            fields.insert(field.to_owned(), Value::String(text));
        }
    }
}

/// The name of a body in one language, of a cell with both: `Health Canada / Santé Canada`. A name may have a slash of
/// its own, so the cell is halved.
fn body_in(cell: &str, language: usize) -> String {
    let parts: Vec<&str> = cell.split(" / ").map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 || parts.len() % 2 == 1 {
        return one_line(cell);
    }
    let (english, french) = parts.split_at(parts.len() / 2);
    one_line(&if language == 0 { english } else { french }.join(" / "))
}

#[cfg(test)]
mod tests;
