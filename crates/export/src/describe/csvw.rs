//! CSV on the Web: a `{table}.csv-metadata.json` beside each file, and one for all tables with their
//! references.

use serde_json::{Map, Value, json};

use super::{About, LICENCE_URL};
use crate::{Column, Kind, Table};

const CONTEXT: &str = "http://www.w3.org/ns/csvw";

pub(super) fn files(about: &About) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for table in &about.tables {
        let mut members = described(table, &[]);
        members.shift_insert(0, "@context".to_owned(), json!([CONTEXT, { "@language": "en" }]));
        members.insert("dc:license".to_owned(), json!({ "@id": LICENCE_URL }));
        files.push((format!("{}.csv-metadata.json", table.name), super::json(&members)));
    }
    let tables: Vec<Value> =
        about.tables.iter().map(|table| Value::Object(described(table, &about.tables))).collect();
    let group = json!({
        "@context": [CONTEXT, { "@language": "en" }],
        "dc:title": about.title(),
        "dc:description": about.description(),
        "dc:license": { "@id": LICENCE_URL },
        "dc:issued": { "@value": about.date().to_string(), "@type": "xsd:date" },
        "tables": tables,
    });
    files.push(("csv-metadata.json".to_owned(), super::json(&group)));
    files
}

/// Describes a table. References appear only in the group metadata, where the other tables are known.
fn described(table: &Table, group: &[&'static Table]) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("columns".to_owned(), table.columns.iter().map(column).collect());
    if !table.key.is_empty() {
        schema.insert("primaryKey".to_owned(), json!(table.key));
    }
    // Leave out references that may be empty: a validator reports an empty one as broken.
    let always = |name| table.columns[table.place(name)].required;
    let references: Vec<_> = table.references_within(group).filter(|one| always(one.column)).collect();
    if !references.is_empty() {
        let references = references.into_iter().map(|reference| {
            json!({
                "columnReference": reference.column,
                "reference": {
                    "resource": format!("{}.csv", reference.table),
                    "columnReference": reference.target,
                },
            })
        });
        schema.insert("foreignKeys".to_owned(), references.collect());
    }
    let mut members = Map::new();
    members.insert("url".to_owned(), format!("{}.csv", table.name).into());
    members.insert("dc:title".to_owned(), table.title.into());
    members.insert("dc:description".to_owned(), table.about.into());
    members.insert("tableSchema".to_owned(), Value::Object(schema));
    members
}

fn column(column: &Column) -> Value {
    let codes = |list: &domain::codes::Vocabulary| {
        let codes: Vec<&str> = list.entries.iter().map(|entry| entry.code).collect();
        json!({ "base": "string", "format": codes.join("|") })
    };
    let datatype = match column.kind {
        Kind::Text | Kind::Texts => json!("string"),
        Kind::Code(list) | Kind::Codes(list) => codes(list),
        Kind::Date => json!("date"),
        Kind::Instant => json!("datetime"),
        Kind::Integer => json!("integer"),
        Kind::Decimal => json!("decimal"),
        Kind::Boolean => json!({ "base": "boolean", "format": "true|false" }),
        Kind::Array | Kind::Object => json!("json"),
    };
    let mut members = Map::new();
    members.insert("name".to_owned(), column.name.as_ref().into());
    // Must match the header in the file.
    members.insert("titles".to_owned(), column.name.as_ref().into());
    members.insert("dc:title".to_owned(), column.title.as_ref().into());
    members.insert("dc:description".to_owned(), column.about.as_ref().into());
    members.insert("datatype".to_owned(), datatype);
    if column.required {
        members.insert("required".to_owned(), true.into());
    }
    if matches!(column.kind, Kind::Texts | Kind::Codes(_)) {
        members.insert("separator".to_owned(), domain::cell::SEPARATOR.to_string().into());
    }
    Value::Object(members)
}
