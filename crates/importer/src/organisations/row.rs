//! One row of a list of bodies, as the body it describes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::codes::{AliasKind, Code, IdentifierScheme, OrganisationKind};
use domain::organisation::{Alias, Identifier, Organisation};
use domain::placeholder;
use domain::text::{clean, fold, one_line, slug};
use store::names::organisations;
use store::{Reads, StoreError};

use super::lists::List;
use crate::dates::{self, Order};
use crate::report::RowError;

/// Why a row adds nothing.
pub(super) enum Fault {
    Row(Box<RowError>),
    Store(StoreError),
}

impl From<RowError> for Fault {
    fn from(error: RowError) -> Self {
        Self::Row(Box::new(error))
    }
}

/// The cells of a row, by header.
pub(super) struct Cells<'a> {
    pub(super) headers: &'a [String],
    pub(super) cells: &'a [String],
    pub(super) line: u64,
}

impl Cells<'_> {
    fn get(&self, column: &str) -> Option<&str> {
        let place = self.headers.iter().position(|header| header == column)?;
        Some(self.cells.get(place)?.trim()).filter(|cell| !cell.is_empty())
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
pub(super) async fn organisation(
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
        let name = cells.name(&list.label).filter(|_| list.identifier.as_ref() != Some(&list.label));
        known.aliases = name
            .map(|name| Alias { name: one_line(name), kind: AliasKind::TradingAs })
            .filter(|alias| alias.name != known.name)
            .into_iter()
            .collect();
        return Ok(Some(known));
    }
    let mut body = named(list, cells)?;
    body.kind = kind(list, cells)?;
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
    body.sectors = match body.kind.filter(|_| list.kind_words.is_some()) {
        Some(kind) => kind.sector().into_iter().collect(),
        None => list.sectors.clone(),
    };
    body.website = cells.of(list.website.as_ref()).and_then(website);
    let day = |column: Option<&String>| -> Option<NaiveDate> {
        cells.of(column).and_then(|text| dates::read(text, Order::DayFirst)).map(|(date, _)| date)
    };
    body.valid_from = day(list.valid_from.as_ref());
    body.valid_to = day(list.valid_to.as_ref());
    let aliases = other_names(list, cells, &body, abbreviations);
    body.aliases.extend(aliases);
    Ok(Some(body))
}

/// A body with the name and the country of a row.
fn named(list: &List, cells: &Cells<'_>) -> Result<Organisation, RowError> {
    let name = cells.name(&list.label).or_else(|| cells.name(list.label_or.as_ref()?));
    let Some(name) = name.map(one_line) else {
        let hint = "every organisation needs one";
        return Err(cells.error(&list.label, "required", "the row has no name", hint));
    };
    let country = cells.of(list.country_column.as_ref()).or(list.country.as_deref()).unwrap_or_default();
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let message = format!("'{country}' is not a country");
        return Err(cells.error("country", "unknown-country", message, "write ISO 3166-1, such as GB"));
    }
    let mut body = Organisation::named(name, country);
    body.slug = slug(&body.name);
    Ok(body)
}

/// The kind of body that a row says it is, else that of the list.
fn kind(list: &List, cells: &Cells<'_>) -> Result<Option<OrganisationKind>, RowError> {
    if let Some(code) = cells.of(list.kind_column.as_ref()) {
        let kind = OrganisationKind::parse(code);
        return kind
            .map(Some)
            .map_err(|bad| cells.error("kind", "unknown-code", bad.to_string(), &bad.hint()));
    }
    let words = cells.of(list.kind_words.as_ref());
    Ok(words.and_then(|words| list.kinds.get(words).copied()).or(list.kind))
}

/// An address; lists often leave its beginning out.
fn website(written: &str) -> Option<String> {
    let full = if written.contains("://") { written.to_owned() } else { format!("https://{written}") };
    Some(full).filter(|url| domain::validate::is_address(url))
}

/// What else a body is called.
fn other_names(
    list: &List,
    cells: &Cells<'_>,
    body: &Organisation,
    abbreviations: &BTreeMap<String, String>,
) -> Vec<Alias> {
    let singles = list.aliases.iter().filter_map(|column| cells.name(column).map(str::to_owned));
    let lists =
        list.alias_lists.iter().filter_map(|column| cells.get(column)).flat_map(|names| split(names, ','));
    let own =
        cells.of(list.alias_lists_semicolon.as_ref()).map(|names| split(names, ';')).unwrap_or_default();
    let short = abbreviations
        .iter()
        .filter(|(_, full)| fold(full) == fold(&body.name))
        .map(|(short, _)| short.clone());
    // People call a council by its place, whatever its full title: `Camden Council`.
    let place = list.aliases.first().and_then(|column| cells.get(column));
    let council = place
        .filter(|place| list.kind == Some(OrganisationKind::LocalAuthority) && !place.contains("Council"))
        .map(|place| format!("{place} Council"));
    let names = council.into_iter().chain(singles).chain(lists).chain(own).chain(short);
    let mut names: Vec<String> = names.map(|name| clean(&name)).collect();
    names.retain(|alias| !alias.is_empty() && *alias != body.name);
    names.sort();
    names.dedup();
    let of = |name: String| {
        let short = abbreviations.contains_key(&name) || is_abbreviation(&name);
        let kind = if short { AliasKind::Abbreviation } else { AliasKind::TradingAs };
        Alias { kind, name }
    };
    names.into_iter().map(of).collect()
}

/// Whether a name is written like an abbreviation: one short word, mostly of capitals, such as `DfE` and `NHSBSA`.
fn is_abbreviation(name: &str) -> bool {
    let capitals = name.chars().filter(|letter| letter.is_uppercase()).count();
    let letters = name.chars().count();
    letters <= 8 && capitals >= 2 && capitals * 2 >= letters && name.chars().all(char::is_alphanumeric)
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
    fn an_abbreviation_is_told_from_a_name() {
        for name in ["DfE", "MoD", "HMRC", "NHSBSA", "IND"] {
            assert!(is_abbreviation(name), "{name}");
        }
        for name in ["Camden", "Leeds Council", "McKinsey", "A", "Acas", "HM Treasury"] {
            assert!(!is_abbreviation(name), "{name}");
        }
        assert_eq!(area("devon-and-cornwall"), "Devon and Cornwall");
    }

    #[test]
    fn an_address_may_lack_its_beginning() {
        assert_eq!(website("www.school.example").as_deref(), Some("https://www.school.example"));
        assert_eq!(website("http://school.example").as_deref(), Some("http://school.example"));
        assert_eq!(website("none yet"), None);
    }
}
