//! What a draft begins with, if it does not begin empty.

use serde_json::{Map, Value};

use super::GIVEN;
use crate::codes::{Code, RecordKind};
use crate::fields::{Field, FieldKind, Group, field};
use crate::product::Product;
use crate::record::Record;

/// The members a copy takes over from a record: what describes the tool. Everything that each body must state
/// for itself is left out: who answers for it, when it is used, what was measured and checked, its risks,
/// what people are told, redress and costs.
pub fn copied(record: &Record) -> Map<String, Value> {
    let mut record = record.public();
    for translation in &mut record.translations {
        translation.retain(describes_the_tool);
    }
    record.translations.retain(|translation| !translation.is_empty());
    let mut members = record.to_members();
    members.retain(|name, _| {
        // Part of what the tool is, though its group says who answers for it.
        name == "supplier_involvement" || field(name).is_some_and(describes_the_tool)
    });
    members
}

fn describes_the_tool(field: &Field) -> bool {
    matches!(field.group, Group::Identity | Group::Where | Group::Why | Group::What | Group::OnWhom)
        && !GIVEN.contains(&field.name)
        && !field.of_each_body
        && !matches!(field.kind, FieldKind::Url)
}

/// The members a draft takes over from a product.
pub fn from_product(product: &Product) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("kind".to_owned(), RecordKind::ProcuredTechnology.as_str().into());
    members.insert("title".to_owned(), product.name.clone().into());
    members.insert("name".to_owned(), product.name.clone().into());
    let parts = product
        .suppliers
        .iter()
        .map(|supplier| serde_json::json!({ "supplier": { "name": supplier }, "product": product.name }));
    let mut parts: Vec<Value> = parts.collect();
    if parts.is_empty() {
        parts.push(serde_json::json!({ "product": product.name }));
    }
    members.insert("supplier_involvement".to_owned(), Value::Array(parts));
    let codes: Vec<Value> = product.technologies.iter().map(|code| code.as_str().into()).collect();
    let standards: Vec<Value> = product.open_standards.iter().map(|one| one.clone().into()).collect();
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            members.insert(name.to_owned(), value);
        }
    };
    add("technologies", (!codes.is_empty()).then_some(Value::Array(codes)));
    add("open_standards", (!standards.is_empty()).then_some(Value::Array(standards)));
    add("open_source", product.open_source.map(Value::Bool));
    add("source_code_url", product.source_code_url.clone().map(Value::String));
    members
}
