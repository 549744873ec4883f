//! The table of products.

use std::sync::LazyLock;

use domain::Product;
use domain::codes::{Code, Technology};

use crate::{Cell, Kind, Typed};

/// Products that records or notices name.
pub fn products() -> &'static Typed<Product> {
    static TABLE: LazyLock<Typed<Product>> = LazyLock::new(|| {
        Typed::<Product>::new("products", "Products", "A product that records or notices name", &["id"], &[])
            .must("id", Kind::Text, "Slug of the product", |row, _| (&row.slug).into())
            .must("url", Kind::Text, "Address of the product", |row, base| {
                format!("{base}/api/v1/products/{}", row.slug).into()
            })
            .with("uuid", Kind::Text, "UUID of the product", |row, _| Cell::maybe(row.id))
            .must("name", Kind::Text, "Its trade name", |row, _| (&row.name).into())
            .with("suppliers", Kind::Texts, "Names or slugs of who sells it", |row, _| {
                Cell::list(&row.suppliers)
            })
            .with("terms", Kind::Texts, "Names by which notices speak of it", |row, _| {
                Cell::list(row.terms.iter().map(|term| &term.term))
            })
            .with("technologies", Kind::Codes(Technology::VOCABULARY), "How it works", |row, _| {
                Cell::list(row.technologies.iter().map(|code| code.as_str()))
            })
            .with("open_source", Kind::Boolean, "Whether its source code may be used by all", |row, _| {
                row.open_source.into()
            })
            .with("source_code_url", Kind::Text, "Where the source code is", |row, _| {
                row.source_code_url.as_ref().into()
            })
            .with("open_standards", Kind::Texts, "Open standards it follows", |row, _| {
                Cell::list(&row.open_standards)
            })
            .with("website", Kind::Text, "Its website", |row, _| row.website.as_ref().into())
    });
    &TABLE
}
