//! Which lists of bodies the register knows, and what their columns mean: `mappings/organisations.toml`, and a mapping
//! of the same form that somebody wrote.

use std::collections::BTreeMap;
use std::path::Path;

use domain::codes::{IdentifierScheme, OrganisationKind, Sector};
use serde::Deserialize;

use crate::mapping::unreadable_toml;
use crate::table::{FileError, Table};

const LISTS: &str = include_str!("../../mappings/organisations.toml");

/// The lists that are known, in the order in which several files are read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    pub(super) list: Vec<List>,
    /// Abbreviations of bodies by their full names, for each country: what they mean elsewhere is something else.
    #[serde(default)]
    pub(super) abbreviations: BTreeMap<String, BTreeMap<String, String>>,
}

/// What the columns of one list mean.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct List {
    pub(super) name: String,
    /// Columns that identify the list: a file with all of them is read as this list.
    pub(super) when: Vec<String>,
    pub(super) scheme: Option<IdentifierScheme>,
    pub(super) id: Option<String>,
    pub(super) label: String,
    pub(super) label_or: Option<String>,
    pub(super) label_cy: Option<String>,
    pub(super) aliases: Vec<String>,
    /// Columns that hold several names, separated by commas.
    pub(super) alias_lists: Vec<String>,
    pub(super) alias_lists_semicolon: Option<String>,
    /// Further identifiers, by scheme: the column that holds each.
    pub(super) more: BTreeMap<IdentifierScheme, String>,
    pub(super) country: Option<String>,
    pub(super) country_column: Option<String>,
    pub(super) kind: Option<OrganisationKind>,
    pub(super) kind_column: Option<String>,
    /// The kind of body, by the letters its id begins with.
    pub(super) kind_by_prefix: BTreeMap<String, OrganisationKind>,
    /// The column whose words tell the kind of body, where they are among `kinds`.
    pub(super) kind_words: Option<String>,
    pub(super) kinds: BTreeMap<String, OrganisationKind>,
    pub(super) sectors: Vec<Sector>,
    pub(super) website: Option<String>,
    pub(super) valid_from: Option<String>,
    pub(super) valid_to: Option<String>,
    /// Whether to add the police and crime commissioner, who is the legal buyer for the force, as an alias.
    pub(super) police_commissioner: bool,
    /// Whether the abbreviations of the list's country apply to it.
    pub(super) abbreviations: bool,
    /// Column with the identifier of a known body; the list then only adds names to such bodies.
    pub(super) only_aliases_of: Option<String>,
    pub(super) schemes_by_register: BTreeMap<String, IdentifierScheme>,
    /// Column with the identifier of a known body; the list then only adds another identifier to such bodies.
    pub(super) only_identifier_of: Option<String>,
    pub(super) identifier: Option<String>,
    pub(super) identifier_scheme: Option<IdentifierScheme>,
}

impl List {
    /// Whether it only adds to bodies that other lists bring.
    fn only_adds(&self) -> bool {
        self.only_aliases_of.is_some() || self.only_identifier_of.is_some()
    }
}

impl Lists {
    /// The built-in lists.
    pub(super) fn own() -> Self {
        toml::from_str(LISTS).expect("a test checks the built-in lists")
    }

    /// The built-in lists, and before them those of a mapping. Errors: the mapping cannot be used.
    pub(super) fn with(mapping: Option<&Path>) -> Result<Self, FileError> {
        let mut lists = Self::own();
        let Some(path) = mapping else { return Ok(lists) };
        let text = std::fs::read_to_string(path)
            .map_err(|error| FileError::Io { path: path.display().to_string(), error })?;
        let given: Self = toml::from_str(&text)
            .map_err(|error| unreadable_toml(&error, &text).in_file(path.display().to_string()))?;
        lists.list.splice(0..0, given.list);
        for (country, names) in given.abbreviations {
            lists.abbreviations.entry(country).or_default().extend(names);
        }
        Ok(lists)
    }

    /// Whether a header identifies one of them.
    pub(super) fn knows(&self, header: &str) -> bool {
        self.list.iter().any(|list| list.when.iter().any(|column| column == header.trim()))
    }

    /// The list that a table is, and its place among those that should be read before others: lists that only add to
    /// known bodies come last. Errors: it is none.
    pub(super) fn recognise(&self, table: &Table) -> Result<((bool, usize), &List), FileError> {
        let has = |column: &String| table.headers.iter().any(|header| header == column);
        let found = self.list.iter().enumerate().find(|(_, list)| list.when.iter().all(has));
        if let Some((place, list)) = found {
            return Ok(((list.only_adds(), place), list));
        }
        let names: Vec<&str> = self.list.iter().map(|list| list.name.as_str()).collect();
        Err(FileError::unusable(
            table.name.clone(),
            "this is not a list of organisations that the register knows",
            format!("write a mapping (docs/import.md), or send one of: {}", names.join("; ")),
        ))
    }

    /// The abbreviations that apply to a list, with the full name of each.
    pub(super) fn abbreviations_of(&self, list: &List) -> BTreeMap<String, String> {
        let country = list.country.as_ref().filter(|_| list.abbreviations);
        country.and_then(|country| self.abbreviations.get(country)).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_lists_of_organisations_are_readable() {
        let lists = Lists::own();
        assert!(lists.list.len() > 15 && lists.abbreviations["GB"].len() > 20);
        for list in &lists.list {
            assert!(
                !list.when.is_empty() && !list.label.is_empty() && !list.name.is_empty(),
                "{}",
                list.name
            );
        }
    }

    #[test]
    fn abbreviations_apply_in_their_country_only() {
        let lists = Lists::own();
        let of = |country: &str| {
            let list = List { country: Some(country.to_owned()), abbreviations: true, ..List::default() };
            lists.abbreviations_of(&list).len()
        };
        assert!(of("GB") > 20);
        assert_eq!((of("NL"), of("US")), (0, 0));
    }
}
