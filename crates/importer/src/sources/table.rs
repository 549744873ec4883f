//! Any table, read with a mapping that the importer wrote.

use std::path::Path;

use domain::editions::same_text;

use super::{File, Item, Items, Keys, Lacking, Opened, SourceOptions, Step, imported_row};
use crate::columns::Account;
use crate::mapping::{Bound, Mapping, Unfilled};
use crate::report::Uses;
use crate::table::{FileError, Table};

pub(super) fn open(path: &Path, options: &SourceOptions) -> Result<Opened, FileError> {
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
    let mapping = Mapping::parse(&toml).map_err(unusable)?;
    let mut table = Table::open(path, &|header| mapping.knows(header), &options.reading)?;
    refuse_twins(&mapping, &table)?;
    let bound = mapping.bind(&table.headers, options.day());
    table.account_for(bound.columns(Unfilled::LeftOut));
    let places = bound.key_places();
    table.one_row_per(&|cells, key| bound.write_key(&places, cells, key))?;
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
            items: Box::new(TableRows { table, bound, keys: Keys::default() }),
        },
    })
}

/// Errors: two columns have a header that the mapping names, so that it is not clear which is meant.
fn refuse_twins(mapping: &Mapping, table: &Table) -> Result<(), FileError> {
    let same = |one: &str, other: &str| domain::text::fold(one) == domain::text::fold(other);
    for (place, header) in table.headers.iter().enumerate().filter(|(_, header)| mapping.knows(header)) {
        let Some(first) = table.headers.iter().position(|other| same(other, header)).filter(|at| *at < place)
        else {
            continue;
        };
        return Err(FileError::unusable(
            &table.name,
            format!("the column '{header}' appears twice, in columns {} and {}", first + 1, place + 1),
            "rename or delete one of them: the mapping reads a column of this name",
        ));
    }
    Ok(())
}

struct TableRows {
    table: Table,
    bound: Bound,
    keys: Keys,
}

impl Items for TableRows {
    type Item = Item;

    fn account(&self) -> Option<Account> {
        let account = self.table.account();
        Some(Account { columns: self.bound.asked(account.columns), ..account })
    }

    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        let row = match self.table.next_row()? {
            Ok(row) => row,
            Err(error) => return Some(Step::Rejected(vec![error])),
        };
        let mapped = self.bound.apply(&row.cells, uses);
        let keyed: Vec<&str> = self
            .bound
            .mapping()
            .key
            .iter()
            .filter_map(|header| self.bound.cell(&row.cells, header))
            .collect();
        let key = keyed.join("|");
        Some(imported_row(mapped, row.line, &Lacking::default(), uses, |record, uses| {
            let named = format!("{}|{}", record.publisher.name, record.title);
            match key.is_empty() {
                // Names stand for a key in any case and spacing.
                true => self.keys.take_instead(&same_text(&named), &named, &[&named], uses),
                false => self.keys.take(&key, &[&named], uses),
            }
        }))
    }
}
