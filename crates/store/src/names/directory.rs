//! The directory: every body and product with its names and identifiers, for search and reconciliation.

use std::collections::{HashMap, HashSet};

use crate::ground::sql::Sql;
use crate::names::organisations::Resolution;
use crate::{Db, StoreError};

/// A body or product and everything it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Part of its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Country (ISO 3166-1); `None` for a product.
    pub country: Option<String>,
    /// Kind of body, as a code.
    pub kind: Option<String>,
    /// Whether it is registered, not just a name in records or notices.
    pub is_known: bool,
    /// Whether records or notices name it as supplier.
    pub is_supplier: bool,
    /// Whether it is a product.
    pub is_product: bool,
    /// Other names.
    pub aliases: Vec<String>,
    /// Identifiers as `SCHEME value`.
    pub identifiers: Vec<String>,
}

/// Reads the whole directory; merged bodies are left out.
pub async fn read(db: &Db) -> Result<Vec<Listed>, StoreError> {
    let sold = "SELECT slug FROM listed_parties WHERE role = 'supplier' \
        UNION SELECT slug FROM contract_parties WHERE role = 'supplier' AND slug IS NOT NULL";
    let sold = Sql::new(sold).all(&db.read).await?;
    let sold: HashSet<String> = sold.iter().map(|row| row.try_get_by("slug")).collect::<Result<_, _>>()?;
    let mut places: HashMap<i64, usize> = HashMap::new();
    let mut all = Vec::new();
    let sql = "SELECT seq, slug, name, country, kind, resolution FROM organisations \
        WHERE resolution <> 'merged' ORDER BY seq";
    for row in Sql::new(sql).all(&db.read).await? {
        let slug: String = row.try_get_by("slug")?;
        places.insert(row.try_get_by("seq")?, all.len());
        all.push(Listed {
            name: row.try_get_by("name")?,
            country: row.try_get_by("country")?,
            kind: row.try_get_by("kind")?,
            is_known: row.try_get_by::<String, _>("resolution")? == Resolution::Registered.as_str(),
            is_supplier: sold.contains(&slug),
            is_product: false,
            aliases: Vec::new(),
            identifiers: Vec::new(),
            slug,
        });
    }
    for row in Sql::new("SELECT organisation_seq, name FROM organisation_names").all(&db.read).await? {
        if let Some(place) = places.get(&row.try_get_by("organisation_seq")?) {
            all[*place].aliases.push(row.try_get_by("name")?);
        }
    }
    let sql = "SELECT organisation_seq, scheme, value FROM organisation_identifiers";
    for row in Sql::new(sql).all(&db.read).await? {
        if let Some(place) = places.get(&row.try_get_by("organisation_seq")?) {
            let (scheme, value): (String, String) = (row.try_get_by("scheme")?, row.try_get_by("value")?);
            all[*place].identifiers.push(format!("{scheme} {value}"));
        }
    }
    for row in Sql::new("SELECT slug, name FROM products ORDER BY seq").all(&db.read).await? {
        all.push(Listed {
            slug: row.try_get_by("slug")?,
            name: row.try_get_by("name")?,
            country: None,
            kind: None,
            is_known: true,
            is_supplier: false,
            is_product: true,
            aliases: Vec::new(),
            identifiers: Vec::new(),
        });
    }
    Ok(all)
}
