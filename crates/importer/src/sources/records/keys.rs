//! What names the record of a row in our own template: its id, the publisher's key, or body and name. Each
//! may stand once in a file.

use std::collections::HashMap;

use domain::editions::same_text;
use domain::naming::former_name_key;
use domain::{Record, RecordId};

use super::Meaning;
use crate::RowError;
use crate::table::{FileError, Table};

/// Looks through a table for rows about one record. Errors: it cannot be read.
pub(super) fn refuse_repeated(table: &mut Table, columns: &[Meaning]) -> Result<(), FileError> {
    let place = |wanted: &dyn Fn(&Meaning) -> bool| columns.iter().position(wanted);
    let field = |name: &str| place(&|column| matches!(column, Meaning::Field(field) if field.name == name));
    let (id, key) =
        (place(&|column| matches!(column, Meaning::Id)), place(&|column| matches!(column, Meaning::Key)));
    let (publisher, name, title) = (field("publisher"), field("name"), field("title"));
    table.one_row_per(&|cells, out| {
        let cell = |place: Option<usize>| {
            place.and_then(|place| cells.get(place)).copied().filter(|cell| !cell.is_empty())
        };
        if let Some(id) = cell(id) {
            out.push_str(id);
            return;
        }
        let Some(publisher) = cell(publisher) else { return };
        let Some(named) =
            cell(key).map(str::to_owned).or_else(|| Some(same_text(cell(name).or(cell(title))?)))
        else {
            return;
        };
        out.push_str(&former_name_key(publisher));
        out.push('|');
        out.push_str(&named);
    })
}

/// The ids and keys met so far, each with its line.
#[derive(Debug, Default)]
pub(super) struct Met(HashMap<String, u64>);

impl Met {
    /// Errors: an earlier row is about the same record.
    pub(super) fn once(
        &mut self,
        line: u64,
        id: Option<RecordId>,
        key: Option<&str>,
        record: Option<&Record>,
    ) -> Result<(), RowError> {
        let named = match (id, record) {
            (Some(id), _) => id.to_string(),
            (None, Some(record)) => {
                let named = key.map_or_else(|| same_text(&record.name), str::to_owned);
                format!("{}|{named}", former_name_key(&record.publisher.name))
            }
            (None, None) => return Ok(()),
        };
        match self.0.insert(named.clone(), line) {
            None => Ok(()),
            Some(first) => Err(RowError {
                value: domain::cell::short(&named),
                ..RowError::row(
                    line,
                    "repeated-key",
                    format!("the key '{}' stands in line {first} as well", domain::cell::short(&named)),
                    "give each row a key of its own, or leave one of them out",
                )
            }),
        }
    }
}
