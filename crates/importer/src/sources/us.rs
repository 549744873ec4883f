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

use super::json::literal;
use super::us_practices::Practices;
use super::{
    File, Item, Items, Keyed, Keys, Lacking, Opened, SourceOptions, Step, bare_name, content_of,
    imported_row, vendors, year_in_name,
};
use crate::columns::Account;
use crate::mapping::{Bound, Mapping, Unfilled, hide_mailboxes};
use crate::report::{Uses, changed, changed_into, used};
use crate::table::{FileError, Table};

const MAPPING: &str = include_str!("../../mappings/us.toml");

/// Agencies by abbreviation; the files name each in several ways.
const AGENCIES: &[(&str, &str)] = &[
    ("CFTC", "Commodity Futures Trading Commission"),
    ("DHS", "Department of Homeland Security"),
    ("DOC", "Department of Commerce"),
    ("DOD", "Department of Defense"),
    ("DOE", "Department of Energy"),
    ("DOI", "Department of the Interior"),
    ("DOJ", "Department of Justice"),
    ("DOL", "Department of Labor"),
    ("DOS", "Department of State"),
    ("DOT", "Department of Transportation"),
    ("ED", "Department of Education"),
    ("EPA", "Environmental Protection Agency"),
    ("FTC", "Federal Trade Commission"),
    ("GSA", "General Services Administration"),
    ("HHS", "Department of Health and Human Services"),
    ("HUD", "Department of Housing and Urban Development"),
    ("NASA", "National Aeronautics and Space Administration"),
    ("NRC", "Nuclear Regulatory Commission"),
    ("NSF", "National Science Foundation"),
    ("OPM", "Office of Personnel Management"),
    ("SBA", "Small Business Administration"),
    ("SEC", "Securities and Exchange Commission"),
    ("SSA", "Social Security Administration"),
    ("STATE", "Department of State"),
    ("TREAS", "Department of the Treasury"),
    ("TREASURY", "Department of the Treasury"),
    ("USAID", "U.S. Agency for International Development"),
    ("USDA", "Department of Agriculture"),
    ("VA", "Department of Veterans Affairs"),
];
/// Other spellings of agencies found in the files.
const SPELLINGS: &[(&str, &str)] = &[
    ("department of treasury", "Department of the Treasury"),
    ("department of interior", "Department of the Interior"),
    ("department of veteran affairs", "Department of Veterans Affairs"),
    ("office of personnel management", "Office of Personnel Management"),
    ("national endowment of the arts", "National Endowment for the Arts"),
];
/// The same bodies under two names, in the files of different years. Older releases of the register did not know them,
/// so their keys have the name as it is written.
const SAME_BODIES: &[(&str, &str)] = &[
    ("federal reserve board", "Board of Governors of the Federal Reserve System"),
    ("united states agency for international development", "U.S. Agency for International Development"),
];

pub(super) fn mapping() -> Mapping {
    Mapping::parse(MAPPING).expect("a test checks the built-in us mapping")
}

pub(super) fn open(path: &Path, options: &SourceOptions) -> Result<Opened, FileError> {
    let mapping = mapping();
    let mut table = Table::open(path, &|header| mapping.knows(header), &options.reading)?;
    let known = table.headers.iter().filter(|header| mapping.knows(header)).count();
    if known < 3 {
        return Err(FileError::unusable(
            path.display().to_string(),
            "these are no AI use cases of a US inventory",
            "check that this is the right source and the right file",
        ));
    }
    let bound = mapping.bind(&table.headers, options.day());
    table.account_for(bound.columns(Unfilled::Asked));
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
    let consolidated = commercial || has("agency") || has("3_agency") || has("department");
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let agency = options.agency.clone().map(|name| agency(&name)).or_else(|| {
        let word = stem.split(['_', '-', ' ', '.']).next().unwrap_or_default().to_uppercase();
        AGENCIES.iter().find(|(short, _)| *short == word).map(|(_, name)| (*name).to_owned())
    });
    let mut input = table.input.clone();
    if !consolidated {
        match &agency {
            Some(agency) => {
                input.notices.push(format!("the file does not name its agency: read as {agency}"));
            }
            None => input
                .notices
                .push("the file does not name its agency: taken from each row's id or mailbox".to_owned()),
        }
    }
    let series = match (commercial, consolidated) {
        (true, _) => "commercial",
        (_, true) => "inventory",
        _ => &stem,
    };
    let dataset = format!("us:{series}");
    // An agency may list one row twice.
    table.one_row_per(&|cells, key| key.push_str(&cells.join("\u{1F}")))?;
    let says = Some(bound.says());
    let rule_version = format!("us/{}", bound.mapping().version);
    let mut rows = UsRows { table, bound, agency, commercial, keys: Keys::default() };
    rows.look_through()?;
    Ok(Opened {
        edition,
        says,
        file: File {
            name: path.display().to_string(),
            source: "us".to_owned(),
            dataset,
            rule_version,
            input,
            items: Box::new(rows),
        },
    })
}

/// The full name of an agency, from its abbreviation or any known name or spelling; others stay as they are.
fn agency(text: &str) -> String {
    let name = agency_by_spelling(text);
    let folded = fold(&name);
    let same = SAME_BODIES.iter().find(|(other, _)| *other == folded);
    same.map_or(name, |(_, name)| (*name).to_owned())
}

/// The same without the bodies that have two names.
fn agency_by_spelling(text: &str) -> String {
    let text = one_line(text);
    let folded = fold(&text);
    if let Some((_, name)) = AGENCIES.iter().find(|(short, _)| *short == text.to_uppercase()) {
        return (*name).to_owned();
    }
    SPELLINGS.iter().find(|(spelling, _)| *spelling == folded).map_or(text, |(_, name)| (*name).to_owned())
}

/// The agency of a row, from the letters of its id (`FTC-0001`) or its mailbox (`contact@ftc.gov`).
fn agency_of_row(id: Option<&str>, mailbox: Option<&str>) -> Option<String> {
    let by_short = |short: &str| {
        AGENCIES.iter().find(|(known, _)| *known == short.to_uppercase()).map(|(_, name)| (*name).to_owned())
    };
    let letters = id.and_then(|id| by_short(id.split(['-', ' ', '_']).next()?));
    letters.or_else(|| {
        let host = mailbox?
            .split_once('@')
            .map(|(_, host)| host)
            .or_else(|| mailbox?.split("://").nth(1)?.split('/').next())?;
        host.trim_end_matches(".gov").split('.').find_map(by_short)
    })
}

struct UsRows {
    table: Table,
    bound: Bound,
    agency: Option<String>,
    commercial: bool,
    keys: Keys,
}

impl Items for UsRows {
    type Item = Item;

    fn account(&self) -> Option<Account> {
        let account = self.table.account();
        Some(Account { columns: self.bound.asked(account.columns), ..account })
    }

    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        let mut row = match self.table.next_row()? {
            Ok(row) => row,
            Err(error) => return Some(Step::Rejected(vec![error])),
        };
        plain(&mut row.cells, uses);
        let text = |name: &str| self.bound.cell(&row.cells, name);
        if self.commercial {
            return Some(self.commercial_row(&row, uses));
        }
        let mut mapped = self.bound.apply(&row.cells, uses);
        let id = text("id").map(str::to_owned);
        let owner = self.owner(&row.cells);
        let (keyed, former) = self.keyed(&row.cells);
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
                json!([{ "title": "Potential impacts", "description": clean(&hide_mailboxes(risks)) }]),
            );
        }
        Practices { said: &|name| self.bound.said(&row.cells, name) }.read(&mut mapped, uses);
        let fields = &mut mapped.fields;
        references(fields, id.as_deref(), text("is_high_impact"));
        let name = text("use_case_name").unwrap_or_default();
        let owner = owner.unwrap_or_default();
        let bureau = text("agency_bureau").unwrap_or_default().to_owned();
        let identity = Identity {
            body: owner,
            unit: bureau.clone(),
            // In 2025 the Department of the Interior put the number of 2024 behind each name.
            name: bare_name("us", name).to_owned(),
            id: if id.is_some() { Id::OfEdition } else { Id::None },
        };
        Some(imported_row(mapped, row.line, &lacking, uses, |_, uses| {
            self.keys.take_apart(&keyed, &former, uses).or_by_name(identity)
        }))
    }
}

impl UsRows {
    /// Finds out which keys stand more than once. Errors: the file cannot be read.
    fn look_through(&mut self) -> Result<(), FileError> {
        let mut all = Vec::new();
        let width = self.table.headers.len();
        self.table.look_through(|cells| {
            let mut cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
            cells.resize(width, String::new());
            plain(&mut cells, &mut Uses::new());
            all.push(if self.commercial { self.commercial_key(&cells) } else { self.keyed(&cells).0 });
        })?;
        self.keys = Keys::of(all);
        Ok(())
    }

    /// The agency of a row by its full name, if the row or the file says it.
    fn owner(&self, cells: &[String]) -> Option<String> {
        let text = |name: &str| self.bound.cell(cells, name);
        let mailbox = || raw_cell(&self.table.headers, cells, "email address");
        let said = text("agency_name").or(text("agency")).map(agency);
        said.or_else(|| self.agency.clone()).or_else(|| agency_of_row(text("id"), mailbox()))
    }

    /// The key of a row: agency and id, else agency, bureau and name; and as older releases made it.
    fn keyed(&self, cells: &[String]) -> (Keyed, String) {
        let text = |name: &str| self.bound.cell(cells, name);
        let owner = self.owner(cells).unwrap_or_default();
        let written = text("agency_name").or(text("agency")).unwrap_or(&owner);
        let before = agency_by_spelling(written);
        let bureau = text("agency_bureau").unwrap_or_default();
        let name = text("use_case_name").unwrap_or_default();
        let (key, former) = match text("id") {
            Some(id) => (format!("{written}|{id}"), format!("{before}|{id}")),
            None => (format!("{written}|{bureau}|{name}"), format!("{before}|{name}")),
        };
        let more = vec![name.to_owned(), bureau.to_owned()];
        (Keyed { key, more, content: content_of(cells) }, former)
    }

    /// The key of a commercial product in use: agency and use.
    fn commercial_key(&self, cells: &[String]) -> Keyed {
        let text = |name: &str| self.bound.cell(cells, name);
        let owner = text("agency").map(agency).unwrap_or_default();
        let key = format!("commercial|{owner}|{}", text("AI Use Case").unwrap_or_default());
        Keyed { key, more: Vec::new(), content: content_of(cells) }
    }

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
        let keyed = self.commercial_key(&row.cells);
        imported_row(mapped, row.line, &Lacking::default(), uses, |_, uses| {
            self.keys.take_apart(&keyed, &keyed.key, uses)
        })
    }
}

/// Takes out of cells what is not the answer: the form of printed lists, and the letters of choices.
fn plain(cells: &mut [String], uses: &mut Uses) {
    for cell in cells {
        if let Some(items) = literal(cell, uses) {
            *cell = items.join("; ");
        }
        // Agencies' originals keep the letters of the form's options.
        if let Some(choice) = unlettered(cell) {
            changed(uses, "letter-of-the-choice-left-out", cell, &choice);
            *cell = choice;
        }
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

fn raw_cell<'a>(headers: &[String], cells: &'a [String], wanted: &str) -> Option<&'a str> {
    let place = headers.iter().position(|header| {
        let folded = fold(header);
        folded == wanted || folded == "contact email"
    })?;
    Some(cells.get(place)?.trim()).filter(|cell| !cell.is_empty())
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
        changed_into(uses, "supplier-name-normalised", cell, || names.join("; "));
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
        dataset.insert("description".to_owned(), json!(clean(&hide_mailboxes(description))));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agency_of_an_original_is_found_in_its_rows() {
        assert_eq!(agency_of_row(Some("FTC-0001"), None).as_deref(), Some("Federal Trade Commission"));
        assert_eq!(
            agency_of_row(Some("12"), Some("contact@state.gov")).as_deref(),
            Some("Department of State")
        );
        assert_eq!(
            agency_of_row(None, Some("https://home.treasury.gov/utility/contact")).as_deref(),
            Some("Department of the Treasury")
        );
        assert_eq!(agency_of_row(Some("12"), None), None);
    }
}
