//! Seeds organisations from lists of public bodies. Which list a file is follows from its columns.
//!
//! These lists do not go through [`crate::load`]: a row is read with the bodies that earlier rows saved, a check
//! is one transaction over the whole list, and a list that was interrupted is simply imported again.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use domain::codes::{AliasKind, Code, IdentifierScheme, OrganisationKind, Sector};
use domain::organisation::{Alias, Identifier, Organisation};
use domain::placeholder;
use domain::text::{clean, fold, one_line, slug};
use serde::Deserialize;
use store::names::organisations::{self, Saved};
use store::{Db, Reads, StoreError};

use crate::dates::{self, Order};
use crate::load::ImportError;
use crate::report::{Event, Report, RowError};
use crate::table::{FileError, Reading, Table};

const LISTS: &str = include_str!("../mappings/organisations.toml");
/// Rows per transaction.
const BATCH: u64 = 500;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    list: Vec<List>,
    #[serde(default)]
    abbreviations: BTreeMap<String, String>,
}

/// What the columns of one list mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    name: String,
    /// Columns that identify the list: a file with all of them is read as this list.
    when: Vec<String>,
    scheme: Option<IdentifierScheme>,
    id: Option<String>,
    label: String,
    label_or: Option<String>,
    label_cy: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    /// Columns that hold several names, separated by commas.
    #[serde(default)]
    alias_lists: Vec<String>,
    alias_lists_semicolon: Option<String>,
    /// Further identifiers, by scheme: the column that holds each.
    #[serde(default)]
    more: BTreeMap<IdentifierScheme, String>,
    country: Option<String>,
    country_column: Option<String>,
    kind: Option<OrganisationKind>,
    kind_column: Option<String>,
    /// The kind of body, by the letters its id begins with.
    #[serde(default)]
    kind_by_prefix: BTreeMap<String, OrganisationKind>,
    #[serde(default)]
    sectors: Vec<Sector>,
    website: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
    /// Whether to add the police and crime commissioner, who is the legal buyer for the force, as an alias.
    #[serde(default)]
    police_commissioner: bool,
    /// Whether the abbreviations in `organisations.toml` apply to this list.
    #[serde(default)]
    abbreviations: bool,
    /// Column with the identifier of a known body; the list then only adds names to such bodies.
    only_aliases_of: Option<String>,
    #[serde(default)]
    schemes_by_register: BTreeMap<String, IdentifierScheme>,
    /// Column with the identifier of a known body; the list then only adds another identifier to such bodies.
    only_identifier_of: Option<String>,
    identifier: Option<String>,
    identifier_scheme: Option<IdentifierScheme>,
}

/// Imports one list of bodies. `mapping` is a TOML file of further lists, tried before the built-in ones.
/// With `check`, nothing is written.
pub async fn import(
    db: &Db,
    path: &Path,
    mapping: Option<&Path>,
    check: bool,
    mut tell: impl FnMut(Event),
) -> Result<Report, ImportError> {
    let own: Lists = toml::from_str(LISTS).expect("a test checks the built-in lists");
    let mut lists = own.list;
    if let Some(mapping) = mapping {
        let unusable =
            |what: String| FileError::unusable(mapping.display().to_string(), what, "correct the mapping");
        let text = std::fs::read_to_string(mapping).map_err(|error| unusable(error.to_string()))?;
        let given: Lists = toml::from_str(&text).map_err(|error| unusable(error.to_string()))?;
        lists.splice(0..0, given.list);
    }
    let known =
        |header: &str| lists.iter().any(|list| list.when.iter().any(|column| column == header.trim()));
    let table = Table::open(path, &known, &Reading::default())?;
    let has = |column: &String| table.headers.iter().any(|header| header == column);
    let Some(list) = lists.iter().find(|list| list.when.iter().all(has)).cloned() else {
        let names: Vec<&str> = lists.iter().map(|list| list.name.as_str()).collect();
        return Err(FileError::unusable(
            path.display().to_string(),
            "this is not a list of organisations that the register knows",
            format!("write a mapping (docs/import.md), or send one of: {}", names.join("; ")),
        )
        .into());
    };
    let abbreviations = if list.abbreviations { own.abbreviations } else { BTreeMap::new() };
    let mut report = Report::new(path.display().to_string(), "organisations".to_owned(), &table.input, check);
    report.notices.push(format!("read as: {}", list.name));
    tell(Event::Opened {
        bytes: table.input.bytes,
        progress: table.input.progress.clone(),
        notices: report.notices.clone(),
    });
    let rows = Rows { table, list, abbreviations };
    if check {
        return Box::pin(save(db, rows, report, true, tell)).await;
    }
    let lock = store::records::imports::lock(db, "organisations").await?;
    let done = Box::pin(save(db, rows, report, false, tell)).await;
    // After an error too, as in the loader.
    let released = lock.release().await;
    let report = done?;
    released?;
    Ok(report)
}

/// A list that is read, and how.
struct Rows {
    table: Table,
    list: List,
    abbreviations: BTreeMap<String, String>,
}

/// Saves the bodies of a list. With `check`, nothing is written.
async fn save(
    db: &Db,
    rows: Rows,
    mut report: Report,
    check: bool,
    mut tell: impl FnMut(Event),
) -> Result<Report, ImportError> {
    let Rows { mut table, list, abbreviations } = rows;
    let mut changed = Vec::new();
    let mut tx = db.begin().await?;
    while let Some(row) = table.next_row() {
        report.read += 1;
        let outcome = match row {
            Err(error) => Err(error),
            Ok(row) => {
                let cells = Cells { headers: &table.headers, cells: &row.cells, line: row.line };
                match organisation(&tx, &list, &cells, &abbreviations).await {
                    Err(Fault::Store(error)) => return Err(error.into()),
                    Err(Fault::Row(error)) => Err(*error),
                    Ok(None) => Ok((Saved::Unchanged, String::new())),
                    Ok(Some(organisation)) => match organisations::save(&tx, &organisation).await {
                        Ok(saved) => Ok(saved),
                        Err(StoreError::Conflict(message)) => {
                            Err(RowError::row(row.line, "conflict", message, "decide which is right"))
                        }
                        Err(error) => return Err(error.into()),
                    },
                }
            }
        };
        match outcome {
            Ok((Saved::Created, slug)) => {
                report.created += 1;
                changed.push(slug);
            }
            Ok((Saved::Changed, slug)) => {
                report.changed += 1;
                changed.push(slug);
            }
            Ok((Saved::Unchanged, _)) => report.unchanged += 1,
            Err(error) => {
                let error = error.in_file(&report.file);
                report.reject(vec![error], |error| tell(Event::Error(error)));
            }
        }
        if !check && report.read.is_multiple_of(BATCH) {
            tx.commit().await?;
            tx = db.begin().await?;
            tell(Event::Rows(report.read));
        }
    }
    if check {
        tx.rollback().await?;
    } else {
        if report.created + report.changed > 0 {
            let projected = store::records::relisting::project_named(&tx, &changed).await?;
            if projected > 0 {
                report
                    .notices
                    .push(format!("{projected} records name bodies that may be known now: listed again"));
            }
        }
        tx.commit().await?;
    }
    Ok(report)
}

enum Fault {
    Row(Box<RowError>),
    Store(StoreError),
}

impl From<RowError> for Fault {
    fn from(error: RowError) -> Self {
        Self::Row(Box::new(error))
    }
}

struct Cells<'a> {
    headers: &'a [String],
    cells: &'a [String],
    line: u64,
}

impl Cells<'_> {
    fn get(&self, column: &str) -> Option<&str> {
        let place = self.headers.iter().position(|header| header == column)?;
        Some(self.cells[place].trim()).filter(|cell| !cell.is_empty())
    }

    fn of(&self, column: Option<&String>) -> Option<&str> {
        self.get(column?)
    }

    /// A name: like [`Cells::get`], and nothing is called `[blank]`.
    fn name(&self, column: &str) -> Option<&str> {
        self.get(column).filter(|name| !placeholder::is_no_name(name))
    }

    fn error(&self, column: &str, code: &str, message: impl Into<String>, hint: &str) -> RowError {
        RowError { column: column.to_owned(), ..RowError::row(self.line, code, message, hint) }
    }
}

/// The organisation a row describes; `None` if the row adds nothing. Errors: the row cannot be used, or the
/// store failed.
async fn organisation(
    conn: &impl Reads,
    list: &List,
    cells: &Cells<'_>,
    abbreviations: &BTreeMap<String, String>,
) -> Result<Option<Organisation>, Fault> {
    if let Some(column) = &list.only_aliases_of {
        let (Some(name), Some(key)) = (cells.name(&list.label), cells.get(column)) else { return Ok(None) };
        let Some(mut known) = find(conn, list, key).await.map_err(Fault::Store)? else {
            return Err(unknown_body(cells, column, key).into());
        };
        known.aliases = vec![Alias { name: one_line(name), kind: AliasKind::TradingAs }];
        return Ok(Some(known));
    }
    if let Some(column) = &list.only_identifier_of {
        let (Some(value), Some(key)) = (cells.of(list.identifier.as_ref()), cells.get(column)) else {
            return Ok(None);
        };
        let Some(mut known) = find(conn, list, key).await.map_err(Fault::Store)? else {
            return Err(unknown_body(cells, column, key).into());
        };
        if let Some(scheme) = list.identifier_scheme {
            known.identifiers.push(identifier(
                cells,
                list.identifier.as_deref().unwrap_or_default(),
                scheme,
                value,
            )?);
        }
        return Ok(Some(known));
    }
    let name = cells.name(&list.label).or_else(|| cells.name(list.label_or.as_ref()?));
    let Some(name) = name.map(one_line) else {
        return Err(cells
            .error(&list.label, "required", "the row has no name", "every organisation needs one")
            .into());
    };
    let country = cells.of(list.country_column.as_ref()).or(list.country.as_deref()).unwrap_or_default();
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(cells
            .error(
                "country",
                "unknown-country",
                format!("'{country}' is not a country"),
                "write ISO 3166-1, such as GB",
            )
            .into());
    }
    let mut body = Organisation::named(name, country);
    body.slug = slug(&body.name);
    body.kind = list.kind;
    if let Some(code) = cells.of(list.kind_column.as_ref()) {
        body.kind = Some(
            OrganisationKind::parse(code)
                .map_err(|bad| cells.error("kind", "unknown-code", bad.to_string(), &bad.hint()))?,
        );
    }
    if let (Some(scheme), Some(column)) = (list.scheme, &list.id)
        && let Some(value) = cells.get(column)
    {
        let letters: String = value.chars().take_while(char::is_ascii_alphabetic).collect();
        body.kind = body.kind.or_else(|| list.kind_by_prefix.get(&letters).copied());
        body.identifiers.push(identifier(cells, column, scheme, value)?);
        if list.police_commissioner {
            body.aliases.push(Alias {
                name: format!("Police and Crime Commissioner for {}", area(value)),
                kind: AliasKind::LegalBuyer,
            });
        }
    }
    for (scheme, column) in &list.more {
        if let Some(value) = cells.get(column) {
            body.identifiers.push(identifier(cells, column, *scheme, value)?);
        }
    }
    body.name_cy = cells.of(list.label_cy.as_ref()).map(one_line).filter(|name| *name != body.name);
    body.sectors.clone_from(&list.sectors);
    body.website =
        cells.of(list.website.as_ref()).filter(|url| domain::validate::is_address(url)).map(str::to_owned);
    let day = |column: Option<&String>| -> Option<NaiveDate> {
        cells.of(column).and_then(|text| dates::read(text, Order::DayFirst)).map(|(date, _)| date)
    };
    body.valid_from = day(list.valid_from.as_ref());
    body.valid_to = day(list.valid_to.as_ref());
    let singles = list.aliases.iter().filter_map(|column| cells.name(column).map(str::to_owned));
    let lists =
        list.alias_lists.iter().filter_map(|column| cells.get(column)).flat_map(|names| split(names, ','));
    let own =
        cells.of(list.alias_lists_semicolon.as_ref()).map(|names| split(names, ';')).unwrap_or_default();
    let short = abbreviations
        .iter()
        .filter(|(_, full)| fold(full) == fold(&body.name))
        .map(|(short, _)| short.clone());
    let kind_of = |name: &str| {
        if abbreviations.contains_key(name) { AliasKind::Abbreviation } else { AliasKind::TradingAs }
    };
    // People call a council by its place, whatever its full title: `Camden Council`.
    let place = list.aliases.first().and_then(|column| cells.get(column));
    let council = place
        .filter(|place| list.kind == Some(OrganisationKind::LocalAuthority) && !place.contains("Council"))
        .map(|place| format!("{place} Council"));
    let mut names: Vec<String> = council
        .into_iter()
        .chain(singles)
        .chain(lists)
        .chain(own)
        .chain(short)
        .map(|name| clean(&name))
        .collect();
    names.retain(|alias| !alias.is_empty() && *alias != body.name);
    names.sort();
    names.dedup();
    body.aliases.extend(names.into_iter().map(|name| Alias { kind: kind_of(&name), name }));
    Ok(Some(body))
}

async fn find(conn: &impl Reads, list: &List, key: &str) -> Result<Option<Organisation>, StoreError> {
    let (scheme, value) = match key.split_once(':') {
        Some((register, value)) => (list.schemes_by_register.get(register).copied(), value),
        None => (list.scheme, key),
    };
    let Some(identifier) = scheme.and_then(|scheme| Identifier::normalise(scheme, value).ok()) else {
        return Ok(None);
    };
    Ok(organisations::find_by_identifier(conn, &identifier).await?.map(|found| found.organisation))
}

fn unknown_body(cells: &Cells<'_>, column: &str, key: &str) -> RowError {
    cells.error(
        column,
        "unknown-body",
        format!("no organisation has the identifier '{key}'"),
        "import the list of the bodies first",
    )
}

fn identifier(
    cells: &Cells<'_>,
    column: &str,
    scheme: IdentifierScheme,
    value: &str,
) -> Result<Identifier, RowError> {
    Identifier::normalise(scheme, value)
        .map_err(|message| cells.error(column, "bad-identifier", message, "correct it, or leave it empty"))
}

fn split(names: &str, separator: char) -> Vec<String> {
    names.split(separator).map(one_line).filter(|name| !name.is_empty()).collect()
}

/// `devon-and-cornwall` becomes `Devon and Cornwall`.
fn area(id: &str) -> String {
    let capital = |word: &str| match word {
        "and" | "of" => word.to_owned(),
        word => domain::text::capitalise(word),
    };
    id.split('-').filter(|word| !word.is_empty()).map(capital).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_lists_of_organisations_are_readable() {
        let lists: Lists = toml::from_str(LISTS).unwrap();
        assert!(lists.list.len() > 12 && lists.abbreviations.len() > 20);
        assert_eq!(area("devon-and-cornwall"), "Devon and Cornwall");
    }
}
