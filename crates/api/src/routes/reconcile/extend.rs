//! Data extension: property values for ids, which a spreadsheet fetches once its names are matched.

use std::collections::{BTreeMap, HashMap};

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::codes::{Code, IdentifierScheme, PartyRole};
use domain::fields::FIELDS;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{BATCH_MAX, Type, TypeView};
use crate::App;
use crate::extract::{Params, Taker};
use crate::parameters::{Choice, PageSize, parameters};
use crate::problem::{ApiError, Fault};

/// The most properties in one request.
const PROPERTIES_MAX: usize = 100;

/// A request for property values.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extension {
    /// Ids from this service.
    ids: Vec<String>,
    /// Properties to fetch.
    properties: Vec<WantedProperty>,
}

/// A property to fetch.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct WantedProperty {
    /// Its id.
    id: String,
}

/// Property values.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Extended {
    /// The properties, in the order requested.
    meta: Vec<PropertyView>,
    /// Values by id, then by property.
    rows: BTreeMap<String, BTreeMap<String, Vec<Cell>>>,
}

/// A property, in the protocol's form.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PropertyView {
    /// Its id.
    #[schema(example = "kind")]
    pub(super) id: String,
    /// Label for people.
    pub(super) name: String,
}

/// A property value.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Cell {
    /// Text.
    Text {
        /// The text.
        str: String,
    },
    /// Whole number.
    Whole {
        /// The number.
        int: u64,
    },
}

fn text(text: impl Into<String>) -> Cell {
    Cell::Text { str: text.into() }
}

/// Properties of bodies.
const OF_BODIES: &[(&str, &str)] = &[
    ("name", "Name"),
    ("slug", "Slug"),
    ("kind", "Kind of body"),
    ("country", "Country"),
    ("resolution", "Whether the register knows it"),
    ("sectors", "Sectors"),
    ("website", "Website"),
    ("aliases", "Other names"),
    ("records", "Records it publishes"),
    ("records_as_supplier", "Records that name it as supplier"),
    ("contracts_as_buyer", "Contracts it is a buyer of"),
    ("contracts_as_supplier", "Contracts it is a supplier of"),
    ("records_missing", "Contracts without a record"),
];

/// Properties of products.
const OF_PRODUCTS: &[(&str, &str)] = &[
    ("name", "Name"),
    ("slug", "Slug"),
    ("suppliers", "Suppliers"),
    ("technologies", "Technologies"),
    ("website", "Website"),
    ("records", "Records that name it"),
];

/// Properties that a type offers.
pub(super) fn properties(of: Type) -> Vec<PropertyView> {
    let listed = |list: &[(&str, &str)]| -> Vec<PropertyView> {
        list.iter()
            .map(|(id, name)| PropertyView { id: (*id).to_owned(), name: (*name).to_owned() })
            .collect()
    };
    match of {
        Type::Organisation | Type::Supplier => {
            let schemes = IdentifierScheme::ALL.iter().map(|scheme| PropertyView {
                id: scheme.as_str().to_owned(),
                name: scheme.label().to_owned(),
            });
            listed(OF_BODIES).into_iter().chain(schemes).collect()
        }
        Type::Product => listed(OF_PRODUCTS),
        Type::Record => {
            let fields = FIELDS
                .iter()
                .map(|field| PropertyView { id: field.name.to_owned(), name: field.label.to_owned() });
            fields.chain(listed(&[("flags", "Flags of the public rules")])).collect()
        }
    }
}

/// Fetches property values. An unknown id gets empty cells, as the protocol requires. Errors:
/// [`ApiError::Query`].
pub(super) async fn extend(app: &App, wanted: Extension) -> Result<Extended, ApiError> {
    let mut faults = Vec::new();
    for (key, count, max) in
        [("ids", wanted.ids.len(), BATCH_MAX), ("properties", wanted.properties.len(), PROPERTIES_MAX)]
    {
        if count > max {
            let fault = Fault::new(&format!("extend.{key}"), "too-many", format!("{count} {key}; {max} fit"));
            faults.push(fault.hint("send several requests"));
        }
    }
    let known: HashMap<String, PropertyView> =
        Type::ALL.into_iter().flat_map(properties).map(|property| (property.id.clone(), property)).collect();
    let mut meta = Vec::new();
    for property in &wanted.properties {
        match known.get(&property.id) {
            Some(view) => meta.push(view.clone()),
            None => {
                let shown = domain::cell::short(&property.id);
                let near =
                    domain::codes::nearest(&property.id, known.keys().map(|id| (id.as_str(), id.as_str())));
                let hint = match near {
                    Some(near) => format!("did you mean '{near}'?"),
                    None => "see /reconcile/properties?type=organisation".to_owned(),
                };
                let fault = Fault::new(
                    "extend.properties",
                    "unknown-property",
                    format!("'{shown}' is not a property"),
                );
                faults.push(fault.hint(hint));
            }
        }
    }
    if !faults.is_empty() {
        return Err(ApiError::Query(faults));
    }
    let mut rows = BTreeMap::new();
    for id in wanted.ids {
        let values = match Type::of_id(&id) {
            Some((Type::Organisation | Type::Supplier, slug)) => body(app, slug, &meta).await?,
            Some((Type::Product, slug)) => product(app, slug, &meta).await?,
            Some((Type::Record, public)) => record(app, public, &meta).await?,
            None => HashMap::new(),
        };
        let row = meta
            .iter()
            .map(|property| (property.id.clone(), values.get(&property.id).cloned().unwrap_or_default()));
        rows.insert(id, row.collect());
    }
    Ok(Extended { meta, rows })
}

type Values = HashMap<String, Vec<Cell>>;

async fn body(app: &App, slug: &str, meta: &[PropertyView]) -> Result<Values, ApiError> {
    let Some(stored) = store::names::organisations::find(&app.db, slug).await? else {
        return Ok(Values::new());
    };
    let (body, slug) = (&stored.organisation, stored.organisation.slug.clone());
    let mut values = Values::new();
    let mut put = |id: &str, cells: Vec<Cell>| {
        values.insert(id.to_owned(), cells);
    };
    put("name", vec![text(&body.name)]);
    put("slug", vec![text(&slug)]);
    put("kind", body.kind.iter().map(|kind| text(kind.as_str())).collect());
    put("country", vec![text(&body.country)]);
    put("resolution", vec![text(stored.resolution.as_str())]);
    put("sectors", body.sectors.iter().map(|sector| text(sector.as_str())).collect());
    put("website", body.website.iter().map(text).collect());
    put("aliases", body.aliases.iter().map(|alias| text(&alias.name)).collect());
    for scheme in IdentifierScheme::ALL {
        let of_scheme = body.identifiers.iter().filter(|one| one.scheme == *scheme);
        put(scheme.as_str(), of_scheme.map(|one| text(&one.value)).collect());
    }
    let asked = |id: &str| meta.iter().any(|property| property.id == id);
    for (id, facet) in [("records", "publisher"), ("records_as_supplier", "supplier")] {
        if asked(id) {
            put(id, vec![Cell::Whole { int: count(app, facet, &slug).await? }]);
        }
    }
    for (id, role) in
        [("contracts_as_buyer", PartyRole::Buyer), ("contracts_as_supplier", PartyRole::Supplier)]
    {
        if asked(id) {
            put(
                id,
                vec![Cell::Whole {
                    int: store::procurement::contracts::parties_named(&app.db, role, &slug).await?,
                }],
            );
        }
    }
    if asked("records_missing") {
        put(
            "records_missing",
            vec![Cell::Whole { int: store::procurement::gaps::records_missing(&app.db, &slug).await? }],
        );
    }
    Ok(values)
}

async fn count(app: &App, facet: &'static str, value: &str) -> Result<u64, ApiError> {
    let query = search::RecordQuery { facets: vec![(facet, vec![value.to_owned()])], ..Default::default() };
    Ok(app.search.look().counts(&query, &[]).await?.0)
}

async fn product(app: &App, slug: &str, meta: &[PropertyView]) -> Result<Values, ApiError> {
    let Some(product) = store::names::products::find(&app.db, slug).await? else { return Ok(Values::new()) };
    let mut values = Values::new();
    if meta.iter().any(|property| property.id == "records") {
        let int = count(app, "product", &product.slug).await?;
        values.insert("records".to_owned(), vec![Cell::Whole { int }]);
    }
    let mut put = |id: &str, cells: Vec<Cell>| {
        values.insert(id.to_owned(), cells);
    };
    put("name", vec![text(&product.name)]);
    put("slug", vec![text(&product.slug)]);
    put("suppliers", product.suppliers.iter().map(text).collect());
    put("technologies", product.technologies.iter().map(|one| text(one.as_str())).collect());
    put("website", product.website.iter().map(text).collect());
    Ok(values)
}

async fn record(app: &App, public: &str, meta: &[PropertyView]) -> Result<Values, ApiError> {
    let Ok(id) = public.parse::<domain::RecordId>() else { return Ok(Values::new()) };
    let Some(found) = store::records::find(&app.db, id).await? else { return Ok(Values::new()) };
    if found.state != store::records::State::Published {
        return Ok(Values::new());
    }
    let view = crate::views::record_view(app, &found, None).await?;
    let view = serde_json::to_value(view).map_err(|_| ApiError::Inside)?;
    Ok(meta.iter().map(|property| (property.id.clone(), cells(&view[&property.id]))).collect())
}

/// A record field as cells, one per list item.
fn cells(value: &Value) -> Vec<Cell> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().flat_map(cells).collect(),
        Value::String(words) => vec![text(words)],
        Value::Number(number) => match number.as_u64() {
            Some(int) => vec![Cell::Whole { int }],
            None => vec![text(number.to_string())],
        },
        Value::Bool(truth) => vec![text(truth.to_string())],
        // Objects are shown by name or code if they have one, else as JSON.
        Value::Object(object) => {
            match ["name", "flag", "title"].iter().find_map(|key| object.get(*key)?.as_str()) {
                Some(words) => vec![text(words)],
                None => vec![text(value.to_string())],
            }
        }
    }
}

parameters! {
    /// Which properties to propose.
    pub(crate) struct ProposeParams {
        /// The type of thing.
        #[param(inline)]
        r#type: Option<TypeName>,
        /// The most properties to propose.
        #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
        limit: Option<PageSize>,
    }
}

/// A type of thing.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TypeName {
    /// Any body.
    Organisation,
    /// A body that supplies.
    Supplier,
    /// A product of a supplier.
    Product,
    /// A record.
    Record,
}

impl Choice for TypeName {
    const NOUN: &'static str = "a type";
}

impl From<TypeName> for Type {
    fn from(name: TypeName) -> Self {
        match name {
            TypeName::Organisation => Self::Organisation,
            TypeName::Supplier => Self::Supplier,
            TypeName::Product => Self::Product,
            TypeName::Record => Self::Record,
        }
    }
}

/// Properties a type offers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Proposed {
    /// The type.
    r#type: &'static str,
    /// The requested limit.
    limit: u64,
    /// The properties.
    properties: Vec<PropertyView>,
}

/// Propose properties
///
/// Properties that `extend` can fetch for a type of thing.
#[utoipa::path(
    get, path = "/reconcile/properties", operation_id = "propose_properties", tag = "reference",
    params(ProposeParams),
    responses(
        (status = 200, description = "Properties of the type", body = Proposed),
    )
)]
pub(crate) async fn propose_properties(Params(pairs): Params) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let ProposeParams { r#type, limit } = ProposeParams::take(&mut taker);
    taker.finish()?;
    let limit = limit.unwrap_or_default().0;
    let of = r#type.map_or(Type::Organisation, Type::from);
    let mut proposed = properties(of);
    proposed.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let TypeView { id, .. } = of.into();
    Ok(Json(Proposed { r#type: id, limit, properties: proposed }).into_response())
}
