//! Any table, read with a mapping that the importer wrote.

use std::collections::BTreeMap;
use std::path::Path;

use domain::editions::same_text;

use super::{File, Item, Items, Keys, Lacking, Opened, SourceOptions, Step, imported_row};
use crate::columns::{Account, Column};
use crate::mapping::{Bound, Mapping};
use crate::report::{Uses, used};
use crate::table::{FileError, Table};

/// A table, and the mapping bound to its columns and checked against them. Errors: either cannot be used.
fn bound(path: &Path, options: &SourceOptions) -> Result<(Table, Bound), FileError> {
    let Some(file) = &options.mapping else {
        return Err(FileError::unusable(
            path.display().to_string(),
            "a table needs a mapping",
            "add --mapping FILE.toml (docs/import.md shows one)",
        ));
    };
    let unusable =
        |what: String| FileError::unusable(file.display().to_string(), what, "correct the mapping");
    let toml = std::fs::read_to_string(file).map_err(|error| unusable(error.to_string()))?;
    let named = file.display().to_string();
    let mapping = Mapping::parse(&toml).map_err(|faults| faults.in_file(&named))?;
    let table = Table::open(path, &|header| mapping.knows(header), &options.reading)?;
    let bound = mapping.bind(&table.headers, options.day());
    let shown = path.file_name().unwrap_or_default().to_string_lossy();
    bound.check(&shown).map_err(|faults| faults.in_file(&named))?;
    Ok((table, bound))
}

/// What a mapping does with each column of a table. Errors: as an import would refuse the file before its first row.
pub fn columns_by_mapping(path: &Path, options: &SourceOptions) -> Result<Vec<Column>, FileError> {
    let (table, bound) = bound(path, options)?;
    Ok(Column::all(&table.headers, bound.uses()))
}

pub(super) fn open(path: &Path, options: &SourceOptions) -> Result<Opened, FileError> {
    let (mut table, bound) = bound(path, options)?;
    table.account_for(bound.uses());
    table.one_row_per(&|cells, key| bound.write_key(cells, key))?;
    let mapping = bound.mapping();
    Ok(Opened {
        edition: options.edition.clone().unwrap_or_default(),
        says: Some(bound.says()),
        file: File {
            name: path.display().to_string(),
            source: mapping.source.clone(),
            dataset: format!("{}:{}", mapping.source, path.file_stem().unwrap_or_default().to_string_lossy()),
            rule_version: format!("{}/{}", mapping.source, mapping.version),
            input: table.input.clone(),
            items: Box::new(TableRows { table, bound, keys: BTreeMap::new() }),
        },
    })
}

struct TableRows {
    table: Table,
    bound: Bound,
    /// The keys of each edition in the file: a tool has the same key in several.
    keys: BTreeMap<String, Keys>,
}

impl Items for TableRows {
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
        if self.bound.leaves_out(&row.cells) {
            used(uses, "row-left-out-by-condition");
            return Some(Step::Nothing);
        }
        let mut mapped = self.bound.apply(&row.cells, uses);
        let edition = self.bound.edition(&row.cells).unwrap_or_else(|fault| {
            mapped.faults.push(fault);
            None
        });
        let keys = self.keys.entry(edition.clone().unwrap_or_default()).or_default();
        let key = self.bound.key(&row.cells).join("|");
        let step = imported_row(mapped, row.line, &Lacking::default(), uses, |record, uses| {
            let named = format!("{}|{}", record.publisher.name, record.title);
            match key.is_empty() {
                // Names stand for a key in any case and spacing.
                true => keys.take_instead(&same_text(&named), &named, &[&named], uses),
                false => keys.take(&key, &[&named], uses),
            }
        });
        Some(match step {
            Step::Item(item) => Step::Item(Box::new(Item { edition, ..*item })),
            step => step,
        })
    }
}

#[cfg(test)]
mod tests;
