//! The members of things in lists, such as the supplier of an involvement, and what each has to be. They follow from
//! the API's schemas, so a new member of a record can be filled by a mapping at once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::Record;
use domain::codes::{VOCABULARIES, Vocabulary};
use domain::fields::field;
use serde_json::Value;
use utoipa::ToSchema;

use super::kind::Kind;

/// One member of a thing.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) shape: Shape,
    /// Whether a thing cannot be without it.
    pub(super) required: bool,
}

/// What a member holds.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// One value, or a list of texts.
    One(Kind),
    /// A thing with members of its own.
    Thing(String),
    /// Several such things, which a mapping cannot fill.
    Things,
}

/// The members of a schema, in its order; none for an unknown schema.
pub(super) fn members(schema: &str) -> &'static [Member] {
    static MEMBERS: LazyLock<BTreeMap<String, Vec<Member>>> = LazyLock::new(|| {
        let mut schemas = Vec::new();
        Record::schemas(&mut schemas);
        let schemas = schemas.into_iter().map(|(name, schema)| {
            let schema = serde_json::to_value(schema).expect("a schema is JSON");
            (name, schema)
        });
        schemas.map(|(name, schema)| (name, read(&schema))).collect()
    });
    MEMBERS.get(schema).map_or(&[], Vec::as_slice)
}

fn read(schema: &Value) -> Vec<Member> {
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        // The register assigns ids.
        .filter(|(name, _)| *name != "id")
        .map(|(name, member)| Member {
            name: name.clone(),
            shape: shape(name, member),
            required: required.contains(&name.as_str()),
        })
        .collect()
}

fn shape(name: &str, member: &Value) -> Shape {
    let target = |schema: &Value| Some(schema["$ref"].as_str()?.rsplit('/').next()?.to_owned());
    let either = member["oneOf"].as_array().into_iter().flatten();
    let is = |kind: &str| {
        let kinds = member["type"].as_array().into_iter().flatten();
        member["type"] == kind || kinds.into_iter().any(|one| one == kind)
    };
    if let Some(schema) = target(member).or_else(|| either.into_iter().find_map(target)) {
        return match (schema.as_str(), list_of(&schema)) {
            ("OrganisationRef", _) => Shape::One(Kind::Body),
            (_, Some(list)) => Shape::One(Kind::Code(list)),
            _ => Shape::Thing(schema),
        };
    }
    if is("array") {
        return if target(&member["items"]).is_some() { Shape::Things } else { Shape::One(Kind::Texts) };
    }
    Shape::One(match field("lang").filter(|field| field.name == name) {
        Some(field) => Kind::Cell(field),
        None if is("integer") => Kind::Whole,
        None if is("boolean") => Kind::Boolean,
        None if member["format"] == "date" => Kind::Date,
        None if name == "url" || name.ends_with("_url") => Kind::Address,
        None => Kind::Words,
    })
}

fn list_of(schema: &str) -> Option<&'static Vocabulary> {
    VOCABULARIES.iter().find(|list| list.schema == schema).copied()
}

#[cfg(test)]
mod tests {
    use domain::fields::{FIELDS, FieldKind};

    use super::*;

    #[track_caller]
    fn check(schema: &str, name: &str, expected: &str) {
        let found = members(schema).iter().find(|member| member.name == name).unwrap();
        let shape = match &found.shape {
            Shape::One(Kind::Code(list)) => list.name.to_owned(),
            Shape::One(Kind::Cell(field)) => field.name.to_owned(),
            shape => format!("{shape:?}"),
        };
        let required = if found.required { "required " } else { "" };
        assert_eq!(format!("{required}{shape}"), expected);
    }

    #[test]
    fn members_are_what_their_types_are() {
        check("SupplierInvolvement", "supplier", "One(Body)");
        check("SupplierInvolvement", "role", "One(Words)");
        check("Assessment", "type", "required assessment_type");
        check("Assessment", "completed_on", "One(Date)");
        check("Assessment", "consulted_groups", "One(Texts)");
        check("Assessment", "document", "Thing(\"Document\")");
        check("Assessment", "shared_with", "Things");
        check("RedressRoute", "deadline_days", "One(Whole)");
        check("RedressRoute", "collective_allowed", "One(Boolean)");
        check("RedressRoute", "url", "One(Address)");
        check("ComplaintStatistic", "received", "One(Whole)");
        check("Deployment", "organisation", "required One(Body)");
        check("Tests", "power", "Thing(\"TestAnswer\")");
        assert!(members("Nothing").is_empty());
    }

    #[test]
    fn every_list_of_the_catalogue_has_members() {
        for field in FIELDS {
            if let FieldKind::Objects(schema, _) | FieldKind::Object(schema, _) = field.kind {
                assert!(!members(schema).is_empty(), "{schema}");
            }
        }
    }
}
