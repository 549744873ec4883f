//! All tables of the register.

mod accountability;
mod audit;
mod children;
mod contracts;
mod expected;
mod gaps;
mod history;
mod links;
mod not_stated;
mod organisations;
mod products;
mod records;
mod suppliers;
mod withdrawn;

use std::sync::LazyLock;

pub use accountability::{audits, complaints, consultations, environment, incidents, redress_routes, tests};
pub use audit::{AuditRow, audit};
pub use children::{Child, assessments, deployments, reviews, translations};
pub use contracts::{ContractRow, PartyRow, contract_parties, contracts};
pub use expected::{ExpectationRow, NilReturnRow, coverage, expectations, expected_bodies, nil_returns};
pub use gaps::gaps;
pub use history::{ChangeRow, changes, changes_of, log, versions};
pub use links::links;
pub use organisations::{IdentifierRow, organisation_identifiers, organisations};
pub use products::products;
pub use records::{Beside, RecordCells, record_cells, records};
pub use suppliers::{SupplierRow, suppliers};
pub use withdrawn::{WithdrawnRow, withdrawn};

use domain::codes::Vocabulary;

use crate::Table;

/// All tables, in the order in which they are read.
pub static TABLES: LazyLock<[&'static Table; 26]> = LazyLock::new(|| {
    [
        records(),
        &assessments().table,
        &reviews().table,
        &deployments().table,
        &audits().table,
        &consultations().table,
        &redress_routes().table,
        &complaints().table,
        &incidents().table,
        &environment().table,
        &tests().table,
        &translations().table,
        &withdrawn().table,
        &organisations().table,
        &organisation_identifiers().table,
        &expectations().table,
        &nil_returns().table,
        &suppliers().table,
        &products().table,
        &contracts().table,
        &contract_parties().table,
        &links().table,
        &gaps().table,
        &versions().table,
        &changes().table,
        &log().table,
    ]
});

/// The tables that can be rebuilt for any past day, because their history is kept.
pub fn with_history() -> Vec<&'static Table> {
    let kept = ["withdrawn", "versions", "changes"];
    let later = TABLES.iter().copied().filter(|table| kept.contains(&table.name));
    of_records().into_iter().chain(later).collect()
}

/// The tables of a record and its lists.
pub fn of_records() -> Vec<&'static Table> {
    let first_other = TABLES.iter().position(|table| table.name == "withdrawn");
    TABLES[..first_other.expect("there is a table of withdrawn records")].to_vec()
}

/// A table's place among `tables`.
pub(crate) fn place(tables: &[&'static Table], table: &Table) -> usize {
    let place = tables.iter().position(|one| one.name == table.name);
    place.expect("the walk visits only the tables it was started with")
}

/// The code lists that columns use, each once.
pub fn vocabularies() -> Vec<&'static Vocabulary> {
    let mut lists: Vec<&'static Vocabulary> = Vec::new();
    for list in TABLES.iter().flat_map(|table| &table.columns).filter_map(|column| column.kind.codes()) {
        if !lists.iter().any(|known| known.name == list.name) {
            lists.push(list);
        }
    }
    lists
}
