//! `datapackage.json`: Data Package 2.0, with a Table Schema for every CSV file.
//!
//! Files in other formats are not listed as resources: validators would try to read each one as a table, and
//! some cannot.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{About, LICENCE_NAME, LICENCE_TITLE, LICENCE_URL, Sum};
use crate::{Column, Kind, Table};

/// What checking a dump reads from its package.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// The tables.
    pub resources: Vec<Resource>,
}

/// A table in a package.
#[derive(Debug, Serialize, Deserialize)]
pub struct Resource {
    /// Table name.
    pub name: String,
    /// File name.
    pub path: String,
    /// Always `table`.
    pub r#type: String,
    /// The table's title.
    #[serde(default)]
    pub title: String,
    /// What a row is.
    #[serde(default)]
    pub description: String,
    /// Always `csv`.
    pub format: String,
    /// Media type.
    pub mediatype: String,
    /// Always `utf-8`.
    pub encoding: String,
    /// Length in bytes.
    pub bytes: u64,
    /// The file's SHA-256, as `sha256:` and hex.
    pub hash: String,
    /// Rows, without the header.
    pub rows: u64,
    /// The columns.
    pub schema: Schema,
}

/// The columns of a file and how they refer to others (Table Schema).
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    /// The columns, in order.
    pub fields: Vec<Field>,
    /// Texts that mean "no value".
    pub missing_values: Vec<String>,
    /// The columns that identify a row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub primary_key: Vec<String>,
    /// References to other files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
}

/// A column.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Column name.
    pub name: String,
    /// The column's title.
    #[serde(default)]
    pub title: String,
    /// What it holds.
    #[serde(default)]
    pub description: String,
    /// Table Schema type, such as `string` or `date`.
    pub r#type: String,
    /// Separates the items of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// How "yes" is written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub true_values: Vec<String>,
    /// How "no" is written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub false_values: Vec<String>,
    /// The codes allowed as items of a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub item_codes: Vec<String>,
    /// What its values must satisfy.
    #[serde(default)]
    pub constraints: Constraints,
}

/// What the values of a column must satisfy.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Constraints {
    /// Whether every row has a value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The codes allowed.
    #[serde(default, rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
}

/// Columns whose values occur in another file.
#[derive(Debug, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The columns here.
    pub fields: Vec<String>,
    /// The columns they refer to.
    pub reference: Target,
}

/// The file and columns a foreign key refers to.
#[derive(Debug, Serialize, Deserialize)]
pub struct Target {
    /// The other file's name in the package.
    pub resource: String,
    /// The other file's columns.
    pub fields: Vec<String>,
}

fn field(column: &Column) -> Field {
    let codes = |list: &domain::codes::Vocabulary| -> Vec<String> {
        list.entries.iter().map(|entry| entry.code.to_owned()).collect()
    };
    let mut field = Field {
        name: column.name.to_string(),
        title: column.title.to_string(),
        description: column.about.to_string(),
        r#type: String::new(),
        delimiter: None,
        true_values: Vec::new(),
        false_values: Vec::new(),
        item_codes: Vec::new(),
        constraints: Constraints { required: column.required, codes: Vec::new() },
    };
    let kind = match column.kind {
        Kind::Text => "string",
        Kind::Code(list) => {
            field.constraints.codes = codes(list);
            "string"
        }
        Kind::Date => "date",
        Kind::Instant => "datetime",
        Kind::Integer => "integer",
        Kind::Decimal => "number",
        Kind::Boolean => {
            field.true_values = vec!["true".to_owned()];
            field.false_values = vec!["false".to_owned()];
            "boolean"
        }
        Kind::Texts => "list",
        Kind::Codes(list) => {
            field.item_codes = codes(list);
            "list"
        }
        Kind::Array => "array",
        Kind::Object => "object",
    };
    if kind == "list" {
        field.delimiter = Some(domain::cell::SEPARATOR.to_string());
    }
    kind.clone_into(&mut field.r#type);
    field
}

/// A table's schema, with references among `tables`.
fn schema(table: &Table, tables: &[&'static Table]) -> Schema {
    Schema {
        fields: table.columns.iter().map(field).collect(),
        missing_values: vec![String::new()],
        primary_key: table.key.iter().map(|&name| name.to_owned()).collect(),
        foreign_keys: table
            .references_within(tables)
            .map(|reference| ForeignKey {
                fields: vec![reference.column.to_owned()],
                reference: Target {
                    resource: reference.table.to_owned(),
                    fields: vec![reference.target.to_owned()],
                },
            })
            .collect(),
    }
}

pub(super) fn file(about: &About, sums: &[Sum]) -> Vec<u8> {
    let resources: Vec<Resource> = sums.iter().filter_map(|sum| resource(about, sum)).collect();
    super::json(&json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "open-algorithm-register",
        "id": about.url(),
        "title": about.title(),
        "description": about.description(),
        "homepage": about.base_url,
        "version": about.version(),
        "created": crate::cell::instant(about.changed_at),
        "change": about.change,
        "keywords": ["algorithms", "public sector", "procurement", "impact assessment"],
        "licenses": [{ "name": LICENCE_NAME, "path": LICENCE_URL, "title": LICENCE_TITLE }],
        "resources": resources,
    }))
}

fn resource(about: &About, sum: &Sum) -> Option<Resource> {
    let stem = sum.name.strip_suffix(".csv")?;
    let table = about.tables.iter().find(|table| table.name == stem)?;
    let (_, rows) = about.rows.iter().find(|(name, _)| *name == stem)?;
    Some(Resource {
        name: stem.to_owned(),
        path: sum.name.clone(),
        r#type: "table".to_owned(),
        title: table.title.to_owned(),
        description: table.about.to_owned(),
        format: "csv".to_owned(),
        mediatype: "text/csv".to_owned(),
        encoding: "utf-8".to_owned(),
        bytes: sum.bytes,
        hash: format!("sha256:{}", sum.sha256),
        rows: *rows,
        schema: schema(table, &about.tables),
    })
}
