//! Suppliers, with what they sold.

use std::sync::LazyLock;

use domain::codes::{Code, OrganisationKind};
use store::names::organisations::Stored;
use store::procurement::contracts::Sold;

use crate::table::Reference;
use crate::{Cell, Kind, Typed};

/// A supplier with what it sold.
#[derive(Debug)]
pub struct SupplierRow {
    /// The organisation.
    pub body: Stored,
    /// Totals of its contracts.
    pub sold: Sold,
}

/// Organisations that records or notices name as suppliers.
pub fn suppliers() -> &'static Typed<SupplierRow> {
    static TABLE: LazyLock<Typed<SupplierRow>> = LazyLock::new(|| {
        Typed::<SupplierRow>::new(
            "suppliers",
            "Suppliers",
            "A body that records or notices name as supplier",
            &["id"],
            &[Reference { column: "id", table: "organisations", target: "id" }],
        )
        .must("id", Kind::Text, "Slug of the body", |row, _| (&row.body.organisation.slug).into())
        .must("url", Kind::Text, "Address of the supplier", |row, base| {
            format!("{base}/api/v1/suppliers/{}", row.body.organisation.slug).into()
        })
        .must("name", Kind::Text, "Its name", |row, _| (&row.body.organisation.name).into())
        .must("country", Kind::Text, "Where it is, ISO 3166-1 alpha-2", |row, _| {
            (&row.body.organisation.country).into()
        })
        .with("kind", Kind::Code(OrganisationKind::VOCABULARY), "What kind of body it is", |row, _| {
            row.body.organisation.kind.map(Code::as_str).into()
        })
        .must("resolution", Kind::Text, "registered: known; unresolved: only a name", |row, _| {
            row.body.resolution.as_str().into()
        })
        .must("contracts", Kind::Integer, "How many contracts name it", |row, _| row.sold.contracts.into())
        .must(
            "contracts_without_value",
            Kind::Integer,
            "How many of them have no value that is its alone",
            |row, _| row.sold.without_value.into(),
        )
        .must("buyers", Kind::Integer, "How many bodies bought from it", |row, _| {
            (row.sold.buyers.len() as u64).into()
        })
        .with(
            "spend",
            Kind::Texts,
            "Sums of the values that are its alone, one for each currency, such as GBP 1200.50",
            |row, _| {
                Cell::list(row.sold.sums.totals().map(|(sum, _)| match &sum.currency {
                    Some(currency) => format!("{currency} {}", sum.amount),
                    None => sum.amount,
                }))
            },
        )
    });
    &TABLE
}
