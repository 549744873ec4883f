//! `datapackage.json`: Data Package 2.0, with Table Schema for every CSV file.
//!
//! The files in other formats hold the same tables; they are no resources of it, since validators read whatever looks like
//! a table as one, and not all can.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{About, LICENCE_NAME, LICENCE_TITLE, LICENCE_URL, Sum};
use crate::{Column, Kind, Table};

/// What checking a dump reads of its package.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// Its tables.
    pub resources: Vec<Resource>,
}

/// A table of a package.
#[derive(Debug, Serialize, Deserialize)]
pub struct Resource {
    /// Its name.
    pub name: String,
    /// Its file.
    pub path: String,
    /// `table`.
    pub r#type: String,
    /// What people call it.
    #[serde(default)]
    pub title: String,
    /// What a row is.
    #[serde(default)]
    pub description: String,
    /// `csv`.
    pub format: String,
    /// Its media type.
    pub mediatype: String,
    /// `utf-8`.
    pub encoding: String,
    /// The file's length.
    pub bytes: u64,
    /// The file's sum, `sha256:` before it.
    pub hash: String,
    /// How many rows it has, without the header.
    pub rows: u64,
    /// What its columns hold.
    pub schema: Schema,
}

/// What the columns of a file hold.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    /// The columns.
    pub fields: Vec<Field>,
    /// What stands for nothing.
    pub missing_values: Vec<String>,
    /// The columns that tell rows apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub primary_key: Vec<String>,
    /// What refers to other files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
}

/// A column.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What people call it.
    #[serde(default)]
    pub title: String,
    /// What it holds.
    #[serde(default)]
    pub description: String,
    /// Its type.
    pub r#type: String,
    /// What stands between the items of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// What yes is written as.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub true_values: Vec<String>,
    /// What no is written as.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub false_values: Vec<String>,
    /// The codes that items of a list are of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub item_codes: Vec<String>,
    /// What its values satisfy.
    #[serde(default)]
    pub constraints: Constraints,
}

/// What the values of a column satisfy.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Constraints {
    /// Whether every row has one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The codes it is one of.
    #[serde(default, rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
}

/// Columns whose values are found in another file.
#[derive(Debug, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The columns.
    pub fields: Vec<String>,
    /// Where they are found.
    pub reference: Target,
}

/// Where values of a foreign key are found.
#[derive(Debug, Serialize, Deserialize)]
pub struct Target {
    /// The other file, by its name in the package.
    pub resource: String,
    /// Its columns.
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

/// What the columns of a table hold.
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
        "version": about.date().to_string(),
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
