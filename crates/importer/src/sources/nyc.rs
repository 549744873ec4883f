//! New York City's reports of algorithmic tools (Local Law 35 of 2022): a row per tool and calendar year. The rows of
//! a tool are the editions of one record, each of its year, whatever order they stand in.

use std::collections::BTreeMap;
use std::path::Path;

use domain::editions::same_text;
use domain::text::{clean, fold, one_line};
use serde_json::{Map, Value, json};

use super::columns::Said;
use super::{
    File, Item, Items, Keyed, Keys, Lacking, Opened, Source, SourceOptions, Step, content_of,
    edition_in_name, imported_row, vendors,
};
use crate::columns::Account;
use crate::mapping::{Bound, Mapped, Mapping};
use crate::report::{RowError, Uses, used};
use crate::table::{FileError, Row, Table};

const MAPPING: &str = include_str!("../../mappings/nyc.toml");
/// Columns that fill no field but are read.
pub(super) const READ_FOR: &Said =
    &[("year", "the edition: each row is one of its tool's, of this calendar year")];
/// Columns that are not read, and why.
pub(super) const IGNORED: &Said = &[
    ("population_type_other", "an explanation of a choice"),
    ("agency_acronym", "the agency's name says it"),
];

/// Agencies by their acronyms. The names begin with the city's, so that none is taken for a federal department.
const AGENCIES: &[(&str, &str)] = &[
    ("ACS", "New York City Administration for Children's Services"),
    ("BIC", "New York City Business Integrity Commission"),
    ("CCHR", "New York City Commission on Human Rights"),
    ("CCRB", "New York City Civilian Complaint Review Board"),
    ("DCAS", "New York City Department of Citywide Administrative Services"),
    ("DCP", "New York City Department of City Planning"),
    ("DCWP", "New York City Department of Consumer and Worker Protection"),
    ("DEP", "New York City Department of Environmental Protection"),
    ("DFTA", "New York City Department for the Aging"),
    ("DHS", "New York City Department of Homeless Services"),
    ("DOB", "New York City Department of Buildings"),
    ("DOC", "New York City Department of Correction"),
    ("DOE", "New York City Department of Education"),
    ("DOF", "New York City Department of Finance"),
    ("DOHMH", "New York City Department of Health and Mental Hygiene"),
    ("DOI", "New York City Department of Investigation"),
    ("DOP", "New York City Department of Probation"),
    ("DOT", "New York City Department of Transportation"),
    ("DPR", "New York City Department of Parks and Recreation"),
    ("DSNY", "New York City Department of Sanitation"),
    ("DSS", "New York City Department of Social Services"),
    ("DYCD", "New York City Department of Youth and Community Development"),
    ("FDNY", "New York City Fire Department"),
    ("HH", "NYC Health + Hospitals"),
    ("HPD", "New York City Department of Housing Preservation and Development"),
    ("HRA", "New York City Human Resources Administration"),
    ("MO", "New York City Mayor's Office"),
    ("NYCEM", "New York City Emergency Management"),
    ("NYCHA", "New York City Housing Authority"),
    ("NYPD", "New York City Police Department"),
    ("OATH", "New York City Office of Administrative Trials and Hearings"),
    ("OCME", "New York City Office of Chief Medical Examiner"),
    ("OTI", "New York City Office of Technology and Innovation"),
    ("SBS", "New York City Department of Small Business Services"),
    ("SCA", "New York City School Construction Authority"),
    ("TLC", "New York City Taxi and Limousine Commission"),
];

pub(super) fn mapping() -> Mapping {
    Mapping::parse(MAPPING).expect("a test checks the built-in nyc mapping")
}

pub(super) fn open(path: &Path, options: &SourceOptions) -> Result<Opened, FileError> {
    let mapping = mapping();
    let name = path.display().to_string();
    let mut table = Table::open(path, &|header| mapping.knows(header), &options.reading)?;
    let lacks = |name: &&str| !table.headers.iter().any(|header| mapping.is(header, name));
    let missing: Vec<&str> = ["agency", "tool_name"].into_iter().filter(lacks).collect();
    if !missing.is_empty() {
        return Err(FileError::unusable(
            name,
            format!(
                "these are no reports of New York City's tools: there is no column {}",
                missing.join(" and no ")
            ),
            "check that this is the right source and the right file",
        ));
    }
    let used = Source::Nyc.uses(&table.headers);
    table.account_for(used);
    // A row may stand twice.
    table.one_row_per(&|cells, key| key.push_str(&cells.join("\u{1F}")))?;
    let year = table.headers.iter().position(|header| fold(header) == "year");
    let rows = by_year(&mut table, year, &name, options.reading.limits.whole)?;
    let last = rows.iter().rev().find_map(|(year, _)| (*year > 0).then(|| year.to_string()));
    let bound = mapping.bind(&table.headers, options.day());
    Ok(Opened {
        edition: options.edition.clone().or(last).or_else(|| edition_in_name(path)).unwrap_or_default(),
        says: Some(bound.says()),
        file: File {
            name,
            source: "nyc".to_owned(),
            dataset: "nyc".to_owned(),
            rule_version: format!("nyc/{}", bound.mapping().version),
            input: table.input.clone(),
            items: Box::new(NycRows { keys: keys(&rows, &bound), rows: rows.into_iter(), table, bound }),
        },
    })
}

/// A row, or what is wrong with it.
type Read = Result<Row, RowError>;

/// All rows of a table, each with its year (0 without one), the earlier years first. They are held in memory, so that
/// a tool's years become its versions in the right order: at most `most` bytes. Errors: [`FileError`] for more.
fn by_year(
    table: &mut Table,
    column: Option<usize>,
    name: &str,
    most: u64,
) -> Result<Vec<(u32, Read)>, FileError> {
    let mut rows = Vec::new();
    let mut bytes = 0;
    while let Some(row) = table.next_row() {
        let year = row.as_ref().ok().and_then(|row| year_of(row.cells.get(column?)?)).unwrap_or(0);
        bytes += row.as_ref().map_or(0, |row| row.cells.iter().map(String::len).sum::<usize>()) as u64;
        if bytes > most {
            return Err(FileError::unusable(
                name,
                format!("its rows are more than fit at once ({most} bytes)"),
                "split it by years, and import the earlier ones first",
            ));
        }
        rows.push((year, row));
    }
    rows.sort_by_key(|(year, _)| *year);
    Ok(rows)
}

/// A year, also as a spreadsheet may have it (`2023.0`).
fn year_of(cell: &str) -> Option<u32> {
    let cell = cell.trim();
    let year: u32 = cell.strip_suffix(".0").unwrap_or(cell).parse().ok()?;
    (1950..2200).contains(&year).then_some(year)
}

/// The keys of each year: a tool has the same in all of them.
fn keys(rows: &[(u32, Read)], bound: &Bound) -> BTreeMap<u32, Keys> {
    let mut years: BTreeMap<u32, Vec<Keyed>> = BTreeMap::new();
    for (year, row) in rows {
        let Ok(row) = row else { continue };
        let mut cells = row.cells.clone();
        bound.without_people(&mut cells, &mut Uses::new());
        years.entry(*year).or_default().push(keyed(bound, &cells).0);
    }
    years.into_iter().map(|(year, rows)| (year, Keys::of(rows))).collect()
}

/// The key of a row: agency and name in any case and spacing; and as they are written.
fn keyed(bound: &Bound, cells: &[String]) -> (Keyed, String) {
    let body = bound.cell(cells, "agency").map(agency).unwrap_or_default();
    let named = format!("{body}|{}", bound.cell(cells, "tool_name").unwrap_or_default());
    let keyed = Keyed { key: same_text(&named), more: Vec::new(), content: content_of(cells) };
    (keyed, named)
}

struct NycRows {
    /// Read to its end: what is said of it stays.
    table: Table,
    rows: std::vec::IntoIter<(u32, Read)>,
    bound: Bound,
    /// The keys of each year: a tool has the same in all of them.
    keys: BTreeMap<u32, Keys>,
}

impl Items for NycRows {
    type Item = Item;

    fn account(&self) -> Option<Account> {
        Some(self.table.account())
    }

    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        let (year, row) = self.rows.next()?;
        let mut row = match row {
            Ok(row) => row,
            Err(error) => return Some(Step::Rejected(vec![error])),
        };
        self.bound.without_people(&mut row.cells, uses);
        let (keyed, named) = keyed(&self.bound, &row.cells);
        for cell in &mut row.cells {
            // A month that the city does not know.
            if let Some(year) = cell.trim().strip_suffix("/00").filter(|year| year_of(year).is_some()) {
                *cell = year.to_owned();
                used(uses, "month-00-is-unknown");
            }
        }
        let mut mapped = self.bound.apply(&row.cells, uses);
        let body = self.bound.cell(&row.cells, "agency").map(agency).unwrap_or_default();
        self.read(&row, year, &body, &mut mapped, uses);
        let keys = self.keys.entry(year).or_default();
        let step = imported_row(mapped, row.line, &Lacking::default(), uses, |_, uses| {
            keys.take_apart(&keyed, &named, uses)
        });
        Some(match step {
            Step::Item(item) if year > 0 => {
                Step::Item(Box::new(Item { edition: Some(year.to_string()), ..*item }))
            }
            step => step,
        })
    }
}

impl NycRows {
    fn cell<'r>(&self, row: &'r Row, column: &str) -> Option<&'r str> {
        self.bound.own_cell(&row.cells, column).filter(|cell| !self.bound.is_missing(cell))
    }

    fn read(&self, row: &Row, year: u32, body: &str, mapped: &mut Mapped, uses: &mut Uses) {
        let fields = &mut mapped.fields;
        if !body.is_empty() {
            fields.insert("publisher".to_owned(), json!({ "name": body }));
        }
        self.suppliers(row, fields, uses);
        self.datasets(row, fields);
        let changed =
            self.cell(row, "updated").is_some_and(|said| matches!(fold(said).as_str(), "yes" | "y" | "true"));
        let heading = if year > 0 { format!("Changed in {year}") } else { "Changed".to_owned() };
        match self.cell(row, "updated_desc") {
            Some(change) => append(fields, "detailed_description", &format!("{heading}: {}", clean(change))),
            None if changed => append(fields, "detailed_description", &format!("{heading}.")),
            None => {}
        }
    }

    /// The vendors by name, with what is said of their part. Prose without names goes into the description: it may say
    /// that there was no vendor.
    fn suppliers(&self, row: &Row, fields: &mut Map<String, Value>, uses: &mut Uses) {
        let names = self.cell(row, "vendor_name").map(vendors::listed).unwrap_or_default();
        let vendor = self.cell(row, "vendor").unwrap_or_default();
        let answer = fold(vendor);
        let is_answer = matches!(answer.as_str(), "yes" | "no" | "y" | "n" | "true" | "false");
        let said =
            self.cell(row, "vendor_desc").or(Some(vendor).filter(|said| !is_answer && !said.is_empty()));
        let mut parts: Vec<Value> =
            names.iter().map(|name| json!({ "supplier": { "name": name } })).collect();
        if parts.is_empty() && matches!(answer.as_str(), "yes" | "y" | "true") {
            used(uses, "vendor-without-name");
            parts.push(
                json!({ "role": said.map_or("Vendor that the source does not name".to_owned(), clean) }),
            );
        } else if let ([part], Some(said)) = (parts.as_mut_slice(), said) {
            part["role"] = json!(clean(said));
        } else if let Some(said) = said {
            append(fields, "detailed_description", &format!("Vendor involvement: {}", clean(said)));
        }
        if !parts.is_empty() {
            fields.insert("supplier_involvement".to_owned(), Value::Array(parts));
        }
    }

    fn datasets(&self, row: &Row, fields: &mut Map<String, Value>) {
        let mut all: Vec<Value> = Vec::new();
        for (column, role) in
            [("data", "operational"), ("data_training", "development"), ("data_input", "operational")]
        {
            if let Some(said) = self.cell(row, column) {
                all.push(json!({ "role": role, "description": clean(said) }));
            }
        }
        let personal = match self.cell(row, "identifying_info").map(fold).as_deref() {
            Some("true" | "yes" | "y") => Some("Involves information that identifies people"),
            Some("false" | "no" | "n") => Some("Involves no information that identifies people"),
            _ => None,
        };
        if let Some(personal) = personal {
            match all.last_mut() {
                Some(last) => last["sensitive_attributes"] = json!(personal),
                None => all.push(json!({ "role": "operational", "sensitive_attributes": personal })),
            }
        }
        if !all.is_empty() {
            fields.insert("datasets".to_owned(), Value::Array(all));
        }
    }
}

/// The full name of an agency, from its acronym; others stay as they are.
fn agency(cell: &str) -> String {
    let name = one_line(cell);
    let acronym = name.replace('.', "").to_uppercase();
    AGENCIES.iter().find(|(short, _)| *short == acronym).map_or(name, |(_, full)| (*full).to_owned())
}

fn append(fields: &mut Map<String, Value>, name: &str, text: &str) {
    match fields.get_mut(name) {
        Some(Value::String(known)) => known.push_str(&format!("\n\n{text}")),
        _ => {
            fields.insert(name.to_owned(), json!(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::super::samples::{backwards, read, refusal};
    use super::*;

    /// Rows in the layout of the city's reports, with invented values.
    const ROWS: &str = include_str!("../../../../fixtures/nyc/reports.csv");

    #[test]
    fn the_years_of_a_tool_are_editions_of_one_record() {
        let sample = read(Source::Nyc, "tools.csv", ROWS);
        assert_eq!((sample.items.len(), sample.rejected.len()), (6, 0), "{:?}", sample.rejected);
        assert_eq!(sample.edition, "2023");
        let router: Vec<(&str, &str)> = sample
            .items
            .iter()
            .filter(|item| item.key.as_ref().unwrap().key.contains("route"))
            .map(|item| (item.key.as_ref().unwrap().key.as_str(), item.edition.as_deref().unwrap()))
            .collect();
        let key = "new york city department of consumer and worker protection|route planner";
        assert_eq!(router, [(key, "2022"), (key, "2023")], "although 2023 comes first in the file");
        let again = read(Source::Nyc, "tools.csv", backwards(ROWS));
        assert_eq!(again.by_key(), sample.by_key(), "the order of the rows does not matter");
    }

    #[test]
    fn vendors_are_kept_each() {
        let sample = read(Source::Nyc, "tools.csv", ROWS);
        let names = |title: &str| -> Vec<String> {
            let record = sample.record(title);
            let all = record["supplier_involvement"].as_array().cloned().unwrap_or_default();
            all.iter().map(|one| one["supplier"]["name"].as_str().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(names("Chat helper"), ["Nagarro", "Microsoft"]);
        let chat = sample.record("Chat helper");
        assert!(
            chat["detailed_description"].as_str().unwrap().contains("Vendor involvement: Both built it.")
        );
        assert_eq!(names("Gun sensor"), [""; 0]);
        let sensor = sample.record("Gun sensor");
        let said = sensor["field_statements"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["field"] == "supplier_involvement");
        assert_eq!(said.unwrap()["kind"], "withheld", "\"Not disclosable\"");
        assert_eq!(names("Plain score"), [""; 0], "prose names nobody");
    }

    #[test]
    fn data_dates_and_changes_are_read() {
        let sample = read(Source::Nyc, "tools.csv", ROWS);
        let chat = sample.record("Chat helper");
        assert_eq!((&chat["first_used"], &chat["jurisdiction"]), (&json!("2023-03-01"), &json!("US-NY")));
        assert_eq!(chat["technologies"], json!(["machine_learning", "matching"]));
        assert_eq!(chat["datasets"][0], json!({ "role": "development", "description": "Scripts." }));
        assert_eq!(
            chat["datasets"][1]["sensitive_attributes"],
            "Involves information that identifies people"
        );
        assert_eq!(chat["provided_information"], "An answer.");
        assert!(chat["detailed_description"].as_str().unwrap().contains("Changed in 2023: New model."));
        let score = sample.record("Plain score");
        assert_eq!(score["first_used"], "1997-01-01");
        assert_eq!(sample.uses["month-00-is-unknown"], 1);
    }

    #[test]
    fn a_file_without_agencies_is_refused_by_what_it_lacks() {
        let error = refusal(Source::Nyc, "tools.csv", "year,tool_name,tool_desc_brief,vendor\n2023,A,B,C\n");
        assert!(error.contains("no column agency"), "{error}");
    }

    #[test]
    fn an_agency_has_its_name_of_the_city() {
        assert_eq!(agency("D.O.C."), "New York City Department of Correction");
        assert_eq!(agency("nypd"), "New York City Police Department");
        assert_eq!(agency("Board of Elections"), "Board of Elections");
        assert_eq!((year_of("2023.0"), year_of("23"), year_of("FY2023")), (Some(2023), None, None));
    }
}
