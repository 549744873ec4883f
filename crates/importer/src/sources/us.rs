//! The US federal inventories of AI use cases: the consolidated files of 2023 to 2025 and the agencies'
//! originals, as CSV or XLSX. The mapping covers the columns; this file does what a mapping cannot express, and
//! `us_practices.rs` reads what they answer about assessments, appeals and other practices.
//!
//! Whether a use has a high impact is kept as a reference with the scheme `US-IMPACT`, for the rules: `high_impact`,
//! `presumed_high_impact_determined_not`, `not_high_impact` (2025), `rights_impacting`, `safety_impacting`,
//! `rights_and_safety_impacting` (2024), `not_determined`. It belongs to the use and not to one assessment, so the
//! `risk_level` of an assessment would be the wrong place; without the reference the source does not say.

use std::path::Path;

use domain::codes::{StatementKind, WithheldGround};
use domain::editions::{Id, Identity};
use domain::placeholder;
use domain::text::{clean, fold, one_line};
use domain::validate::is_address;
use serde_json::{Map, Value, json};

use super::columns::Said;
use super::json::literal;
use super::us_agencies::{
    NAME_IT, agency, agency_by_spelling, agency_of_row, by_short, id_and_name, mailbox_cell, with_hint,
};
use super::us_ignored;
use super::us_practices::{Practices, compliance};
use super::{
    File, Item, Items, Keys, Lacking, Opened, SourceOptions, Step, bare_name, imported_row, vendors,
    year_in_name,
};
use crate::mapping::{Bound, Mapping};
use crate::report::{Uses, used};
use crate::table::{FileError, Table};

const MAPPING: &str = include_str!("../../mappings/us.toml");
/// Columns that fill no field but are read.
pub(super) const READ_FOR: &Said = &[
    ("agency", "the body that the use is published for"),
    ("agency_name", "the body that the use is published for"),
    ("3_agency", "the body that the use is published for"),
    ("Department", "the body that the use is published for"),
    ("is_withheld", "whether missing answers are withheld, and on which ground"),
    ("Should this AI use case be withheld*", "whether missing answers are withheld, and on which ground"),
    ("Agency Use (Y/N)?", "whether the row is about a use at all"),
    ("no_appeal_reason", "the reason why there is no appeal"),
    ("If No, please explain.", "the reason why there is no appeal"),
    ("66_no_appeal_reason", "the reason why there is no appeal"),
];
/// Columns that are not read, and why.
pub(super) const IGNORED: &Said = us_ignored::IGNORED;

pub(super) fn mapping() -> Mapping {
    Mapping::parse(MAPPING).expect("a test checks the built-in us mapping")
}

pub(super) fn open(path: &Path, options: &SourceOptions) -> Result<Opened, FileError> {
    let mapping = mapping();
    let table = Table::open(path, &|header| mapping.knows(header), &options.reading)?;
    let known = table.headers.iter().filter(|header| mapping.knows(header)).count();
    if known < 3 {
        return Err(FileError::unusable(
            path.display().to_string(),
            "these are no AI use cases of a US inventory",
            "check that this is the right source and the right file",
        ));
    }
    let bound = mapping.bind(&table.headers, options.day());
    let has = |name: &str| table.headers.iter().any(|header| fold(header) == fold(name));
    let commercial = has("AI Use Case") && has("Agency Use (Y/N)?");
    let edition = options.edition.clone().or_else(|| year_in_name(path)).unwrap_or_else(|| {
        // The questions changed each year: "high-impact" is asked from 2025, "rights-impacting" in 2024.
        let asks = |words: &str| table.headers.iter().any(|header| fold(header).contains(words));
        let year = if asks("high impact") || commercial {
            "2025"
        } else if asks("rights impacting") || asks("17 impact type") {
            "2024"
        } else {
            "2023"
        };
        year.to_owned()
    });
    // The Department of Agriculture calls its parts agencies.
    let of_parts = has("Mission Area");
    let consolidated = !of_parts && (commercial || has("agency") || has("3_agency") || has("department"));
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let agency = options.agency.clone().map(|name| agency(&name)).or_else(|| {
        by_short(stem.split(['_', '-', ' ', '.']).next().unwrap_or_default())
            .or_else(|| of_parts.then(|| "Department of Agriculture".to_owned()))
    });
    let mut input = table.input.clone();
    if !consolidated {
        match &agency {
            Some(agency) => {
                input.notices.push(format!("the file does not name its agency: read as {agency}"));
            }
            None => input.notices.push(format!(
                "the file does not name its agency: taken from each row's id or mailbox, else {NAME_IT}"
            )),
        }
    }
    // A file of one agency says nothing of what other agencies have.
    let series = match (commercial, consolidated && agency.is_none()) {
        (true, _) => "commercial",
        (_, true) => "inventory",
        _ => &stem,
    };
    let dataset = format!("us:{series}");
    Ok(Opened {
        edition,
        says: Some(bound.says()),
        file: File {
            name: path.display().to_string(),
            source: "us".to_owned(),
            dataset,
            rule_version: format!("us/{}", bound.mapping().version),
            input,
            items: Box::new(UsRows { table, bound, agency, commercial, of_parts, keys: Keys::default() }),
        },
    })
}

struct UsRows {
    table: Table,
    bound: Bound,
    agency: Option<String>,
    commercial: bool,
    /// Whether what the file calls an agency is a part of one.
    of_parts: bool,
    keys: Keys,
}

impl Items for UsRows {
    type Item = Item;

    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        let mut row = match self.table.next_row()? {
            Ok(row) => row,
            Err(error) => return Some(Step::Rejected(vec![error])),
        };
        for cell in &mut row.cells {
            if let Some(items) = literal(cell, uses) {
                *cell = items.join("; ");
            }
            // Agencies' originals keep the letters of the form's options.
            if let Some(choice) = unlettered(cell) {
                *cell = choice;
                used(uses, "letter-of-the-choice-left-out");
            }
        }
        // Its host may be all that says whose the file is.
        let mailbox = mailbox_cell(&self.table.headers, &row.cells).map(str::to_owned);
        self.bound.without_people(&mut row.cells, uses);
        let text = |name: &str| self.bound.cell(&row.cells, name);
        if self.commercial {
            return Some(self.commercial_row(&row, uses));
        }
        let mut mapped = self.bound.apply(&row.cells, uses);
        let (id, called) = match text("Use Case ID/Name").map(id_and_name) {
            Some((id, name)) => (id, Some(name)),
            None => (text("id").map(str::to_owned), None),
        };
        if let Some(name) = &called {
            mapped.fields.insert("title".to_owned(), json!(one_line(name)));
        }
        let named = if self.of_parts { None } else { text("agency_name").or(text("agency")) };
        let owner = named
            .map(agency)
            .or_else(|| self.agency.clone())
            .or_else(|| agency_of_row(id.as_deref(), mailbox.as_deref()));
        if let Some(owner) = &owner {
            mapped.fields.insert("publisher".to_owned(), json!({ "name": owner }));
        }
        let lacking = withheld(text("is_withheld"), uses);
        let fields = &mut mapped.fields;
        suppliers(fields, text("vendor_name"), text("contracting_usage"), uses);
        contract(fields, text("contract_piids"));
        datasets(fields, &text, uses);
        if let Some(risks) = text("hi_potential_impacts") {
            fields.insert(
                "risks".to_owned(),
                json!([{ "title": "Potential impacts", "description": clean(risks) }]),
            );
        }
        Practices { said: &|name| self.bound.said(&row.cells, name) }.read(&mut mapped, uses);
        compliance(text("Compliance Documentation"), &mut mapped, uses);
        let fields = &mut mapped.fields;
        references(fields, id.as_deref(), text("is_high_impact"));
        let name = called.as_deref().or(text("use_case_name")).unwrap_or_default();
        let owner = owner.unwrap_or_default();
        let bureau = if self.of_parts {
            let parts = ["Mission Area", "agency", "Bureau/Component/Office"].into_iter().filter_map(text);
            let unit = parts.map(one_line).collect::<Vec<_>>().join(" / ");
            fields.insert("team".to_owned(), json!(unit));
            unit
        } else {
            text("agency_bureau").unwrap_or_default().to_owned()
        };
        let written = named.unwrap_or(&owner);
        let before = agency_by_spelling(written);
        let (key, former) = match &id {
            Some(id) => (format!("{written}|{id}"), format!("{before}|{id}")),
            None => (format!("{written}|{bureau}|{name}"), format!("{before}|{name}")),
        };
        let identity = Identity {
            body: owner,
            unit: bureau.clone(),
            // In 2025 the Department of the Interior put the number of 2024 behind each name.
            name: bare_name("us", name).to_owned(),
            id: if id.is_some() { Id::OfEdition } else { Id::None },
        };
        let name = name.to_owned();
        let step = imported_row(mapped, row.line, &lacking, uses, |_, uses| {
            self.keys.take_instead(&key, &former, &[&name, &bureau], uses).or_by_name(identity)
        });
        Some(with_hint(step))
    }
}

impl UsRows {
    /// A row of the list of commercial products: one use by one agency, or the statement that it has none.
    fn commercial_row(&mut self, row: &crate::table::Row, uses: &mut Uses) -> Step {
        let text = |name: &str| self.bound.cell(&row.cells, name);
        let product = text("Name of Commercial Product or Service Used").map(str::to_owned);
        match (text("Agency Use (Y/N)?").map(fold).as_deref(), &product) {
            (Some("n" | "no"), _) => {
                used(uses, "agency-states-no-use");
                return Step::Nothing;
            }
            (None, None) => {
                used(uses, "agency-states-nothing");
                return Step::Nothing;
            }
            _ => {}
        }
        let mut mapped = self.bound.apply(&row.cells, uses);
        let owner = text("agency").map(agency).unwrap_or_default();
        let use_case = text("AI Use Case").unwrap_or_default().to_owned();
        let fields = &mut mapped.fields;
        if !owner.is_empty() {
            fields.insert("publisher".to_owned(), json!({ "name": owner }));
        }
        fields.insert("kind".to_owned(), json!("procured_technology"));
        fields.entry("phase").or_insert_with(|| json!("production"));
        let parts: Vec<Value> = product
            .iter()
            .flat_map(|cell| cell.split([',', ';', '\n']))
            .map(one_line)
            .filter(|name| !name.is_empty() && !placeholder::is_no_name(name) && fold(name) != "various")
            .map(|name| match vendors::names(&name).first() {
                Some(vendor) if *vendor != name => json!({ "supplier": { "name": vendor }, "product": name }),
                _ => json!({ "product": name }),
            })
            .collect();
        if !parts.is_empty() {
            fields.insert("supplier_involvement".to_owned(), Value::Array(parts));
        }
        if let Some(users) = text("Estimated # of Licenses/Users") {
            fields
                .insert("scope".to_owned(), json!(format!("Estimated number of licences or users: {users}")));
        }
        imported_row(mapped, row.line, &Lacking::default(), uses, |_, uses| {
            self.keys.take(&format!("commercial|{owner}|{use_case}"), &[], uses)
        })
    }
}

/// Removes the letters from `a) Yes` and `b)  Pilot; c) Other`; `None` if the cell has none.
fn unlettered(cell: &str) -> Option<String> {
    let lettered = |part: &str| {
        let mut signs = part.trim_start().chars();
        matches!((signs.next(), signs.next()), (Some('a'..='l'), Some(')')))
    };
    lettered(cell).then(|| {
        let parts = cell.split("; ").map(|part| if lettered(part) { &part.trim_start()[2..] } else { part });
        parts.map(str::trim).collect::<Vec<_>>().join("; ")
    })
}

/// One word for each answer about impact, across the forms of three years.
fn impact(said: &str) -> &'static str {
    let folded = fold(said);
    let has = |words: &str| folded.contains(words);
    if has("presumed") {
        "presumed_high_impact_determined_not"
    } else if has("not high impact") || folded == "neither" {
        "not_high_impact"
    } else if has("high impact") {
        "high_impact"
    } else if folded == "both" {
        "rights_and_safety_impacting"
    } else if has("rights impacting") {
        "rights_impacting"
    } else if has("safety impacting") {
        "safety_impacting"
    } else {
        "not_determined"
    }
}

/// How to state missing values when the agency withholds the use case.
fn withheld(said: Option<&str>, uses: &mut Uses) -> Lacking {
    let folded = fold(said.unwrap_or_default());
    let ground = if folded.contains("prohibited by law") {
        WithheldGround::ProhibitedByLaw
    } else if folded.contains("risk") {
        WithheldGround::DisclosureRisk
    } else if folded == "other" || folded == "d other" || folded.starts_with("yes") {
        WithheldGround::Other
    } else {
        return Lacking::default();
    };
    used(uses, "withheld-by-the-agency");
    Lacking {
        kind: StatementKind::Withheld,
        ground: Some(ground),
        reason: format!("the source withholds it: {}", one_line(said.unwrap_or_default())),
    }
}

fn suppliers(fields: &mut Map<String, Value>, cell: Option<&str>, usage: Option<&str>, uses: &mut Uses) {
    let names: Vec<String> = cell.map(vendors::names).unwrap_or_default();
    if let Some(cell) = cell
        && names.first().is_some_and(|name| name != cell)
    {
        used(uses, "supplier-name-normalised");
    }
    if !names.is_empty() {
        let parts: Vec<Value> = names.iter().map(|name| json!({ "supplier": { "name": name } })).collect();
        fields.insert("supplier_involvement".to_owned(), Value::Array(parts));
    }
    let usage = fold(usage.unwrap_or_default());
    if usage.contains("purchased") {
        fields.insert("kind".to_owned(), json!("procured_technology"));
    } else if usage.contains("contract") && !usage.contains("no contract") && names.is_empty() {
        fields.insert("supplier_involvement".to_owned(), json!([{ "role": clean(&one_line(&usage)) }]));
    }
}

fn contract(fields: &mut Map<String, Value>, ids: Option<&str>) {
    let contracts: Vec<Value> = ids
        .into_iter()
        .flat_map(|ids| ids.split([',', ';', '\n']))
        .map(one_line)
        .filter(|id| {
            id.len() >= 6
                && id.len() <= 60
                && id.bytes().any(|byte| byte.is_ascii_digit())
                && !id.contains(' ')
        })
        .map(|id| json!({ "title": format!("PIID {id}") }))
        .collect();
    if !contracts.is_empty() {
        fields.insert("contracts".to_owned(), Value::Array(contracts));
    }
}

fn datasets<'a>(fields: &mut Map<String, Value>, text: &impl Fn(&str) -> Option<&'a str>, uses: &mut Uses) {
    let mut dataset = Map::new();
    if let Some(description) = text("data_description") {
        dataset.insert("description".to_owned(), json!(clean(description)));
    }
    if let Some(url) = text("link_to_data").filter(|url| is_address(url)) {
        dataset.insert("source_url".to_owned(), json!(url));
    }
    if let Some(features) =
        text("demographic_features").filter(|features| !fold(features).contains("none of the above"))
    {
        dataset.insert("sensitive_attributes".to_owned(), json!(clean(features)));
    }
    if !dataset.is_empty() {
        used(uses, "dataset-from-answers");
        dataset.insert("role".to_owned(), json!("development"));
        fields.insert("datasets".to_owned(), json!([dataset]));
    }
}

fn references(fields: &mut Map<String, Value>, id: Option<&str>, said: Option<&str>) {
    let mut references = Vec::new();
    if let Some(id) = id {
        references.push(json!({ "scheme": "US-INVENTORY", "value": one_line(id) }));
    }
    if let Some(said) = said {
        references.push(json!({ "scheme": "US-IMPACT", "value": self::impact(said) }));
    }
    if !references.is_empty() {
        fields.insert("references".to_owned(), Value::Array(references));
    }
}
