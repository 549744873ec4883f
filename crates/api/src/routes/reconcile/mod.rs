//! `/reconcile`: the W3C Reconciliation Service API 0.2, with which spreadsheets such as OpenRefine match
//! names to the register.
//!
//! It knows organisations, suppliers, products and records, and supports suggest, preview and extend. Ids are
//! paths below `/api/v1`, such as `organisations/surrey-police`.

mod answer;
pub(crate) mod extend;
pub(crate) mod preview;
pub(crate) mod suggest;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub(crate) use answer::{Answer, Query};
pub(crate) use extend::{Extended, Extension};

use crate::App;
use crate::body::{Sent, strict};
use crate::extract::{Params, Taker};
use crate::parameters::parameters;
use crate::problem::{ApiError, Fault};

/// The most queries in one batch.
pub(crate) const BATCH_MAX: usize = 1_000;
/// The most candidates for one query.
pub(crate) const CANDIDATES_MAX: usize = 50;
/// Default number of candidates.
const CANDIDATES: usize = 5;

/// A type of thing to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Organisation,
    Supplier,
    Product,
    Record,
}

impl Type {
    const ALL: [Self; 4] = [Self::Organisation, Self::Supplier, Self::Product, Self::Record];

    /// Its id in the protocol.
    fn id(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Supplier => "supplier",
            Self::Product => "product",
            Self::Record => "record",
        }
    }

    /// Label for people.
    fn name(self) -> &'static str {
        match self {
            Self::Organisation => "Organisation",
            Self::Supplier => "Supplier",
            Self::Product => "Product",
            Self::Record => "Record",
        }
    }

    /// The part of its ids before the slash.
    fn path(self) -> &'static str {
        match self {
            Self::Organisation => "organisations",
            Self::Supplier => "suppliers",
            Self::Product => "products",
            Self::Record => "records",
        }
    }

    fn read(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.id() == id)
    }

    /// Splits an id into its type and the slug or public id.
    fn of_id(id: &str) -> Option<(Self, &str)> {
        let (path, rest) = id.split_once('/')?;
        Some((Self::ALL.into_iter().find(|one| one.path() == path)?, rest))
    }

    fn fault(pointer: &str, id: &str) -> Fault {
        let shown = domain::cell::short(id);
        Fault::new(pointer, "unknown-code", format!("'{shown}' is not a type"))
            .hint("use one of: organisation, supplier, product, record")
    }
}

/// A type, in the protocol's form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct TypeView {
    /// Its id.
    #[schema(example = "organisation")]
    id: &'static str,
    /// Label for people.
    name: &'static str,
}

impl From<Type> for TypeView {
    fn from(one: Type) -> Self {
        Self { id: one.id(), name: one.name() }
    }
}

/// The service manifest.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Manifest {
    /// Versions of the protocol.
    versions: [&'static str; 1],
    /// Its name.
    name: &'static str,
    /// Identifier space of its ids.
    #[serde(rename = "identifierSpace")]
    identifier_space: String,
    /// Schema space of its properties.
    #[serde(rename = "schemaSpace")]
    schema_space: String,
    /// URL of the documentation.
    documentation: String,
    /// Version of the interface.
    #[serde(rename = "serviceVersion")]
    service_version: &'static str,
    /// Types it can match.
    #[serde(rename = "defaultTypes")]
    default_types: Vec<TypeView>,
    /// Template for the URL of an id.
    view: UrlTemplate,
    /// The suggest services.
    suggest: Suggest,
    /// The preview service.
    preview: Frame,
    /// The data extension service.
    extend: Extend,
}

/// A URL with `{{id}}` in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UrlTemplate {
    /// The template.
    url: String,
}

/// The suggest services.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggest {
    /// For bodies, products and records.
    entity: ServicePlace,
    /// For properties.
    property: ServicePlace,
    /// For types.
    r#type: ServicePlace,
}

/// Location of a part of the service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServicePlace {
    /// Base URL.
    service_url: String,
    /// Path.
    service_path: &'static str,
}

/// The preview service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Frame {
    /// Template of its URL.
    url: String,
    /// Width in pixels.
    width: u16,
    /// Height in pixels.
    height: u16,
}

/// The data extension service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Extend {
    /// Where properties are proposed.
    propose_properties: ServicePlace,
    /// Settings of properties; there are none.
    #[schema(value_type = Vec<Object>)]
    property_settings: [(); 0],
}

fn manifest(app: &App) -> Manifest {
    let base = app.base_url.to_string();
    let place = |service_path| ServicePlace { service_url: base.clone(), service_path };
    Manifest {
        versions: ["0.2"],
        name: "Open Algorithm Register",
        identifier_space: format!("{base}/api/v1/"),
        schema_space: format!("{base}/api/v1/fields"),
        documentation: format!("{base}/api/docs"),
        service_version: crate::version::API_VERSION,
        default_types: Type::ALL.into_iter().map(TypeView::from).collect(),
        view: UrlTemplate { url: format!("{base}/api/v1/{{{{id}}}}") },
        suggest: Suggest {
            entity: place("/reconcile/suggest/entity"),
            property: place("/reconcile/suggest/property"),
            r#type: place("/reconcile/suggest/type"),
        },
        preview: Frame { url: format!("{base}/reconcile/preview?id={{{{id}}}}"), width: 430, height: 260 },
        extend: Extend { propose_properties: place("/reconcile/properties"), property_settings: [] },
    }
}

parameters! {
    /// Parameters of a request.
    pub(crate) struct ReconcileParams {
        /// A batch of queries as JSON, each under a key of your choice.
        #[param(min_length = 2, example = r#"{"q0":{"query":"Calder Vale Police","type":"organisation"}}"#)]
        queries: Option<String>,
        /// Ids and properties to fetch values for, as JSON.
        #[param(
            min_length = 2,
            example = r#"{"ids":["organisations/calder-vale-police"],"properties":[{"id":"kind"}]}"#
        )]
        extend: Option<String>,
    }
}

/// The same parameters as a form.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "it documents what the handler takes")]
pub(crate) struct ReconcileForm {
    /// A batch of queries as JSON, each under a key of your choice.
    queries: Option<String>,
    /// Ids and properties to fetch values for, as JSON.
    extend: Option<String>,
}

/// An answer: the manifest, candidates, or values.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Reconciled {
    /// The service manifest.
    Manifest(Box<Manifest>),
    /// Property values.
    Extended(Extended),
    /// Candidates, under the keys of their queries.
    Answers(BTreeMap<String, Answer>),
}

/// Reconcile names
///
/// The W3C Reconciliation Service API 0.2. Without parameters it returns its manifest; with `queries`, candidates, starting with identifiers and exact names; with `extend`, property values.
#[utoipa::path(
    get, path = "/reconcile", operation_id = "reconcile_names", tag = "reference",
    params(ReconcileParams),
    responses(
        (status = 200, description = "The manifest, candidates, or values", body = Reconciled),
        (status = 400, description = "Not a valid batch; lists every fault with a hint"),
    )
)]
pub(crate) async fn reconcile(State(app): State<App>, Params(pairs): Params) -> Result<Response, ApiError> {
    asked(&app, pairs).await
}

/// Reconcile names in a form
///
/// The same for batches that are too long for a URL: `queries` or `extend` as a form. It changes nothing and needs no token.
#[utoipa::path(
    post, path = "/reconcile", operation_id = "reconcile_batch", tag = "reference",
    request_body(content = ReconcileForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The manifest, candidates, or values", body = Reconciled),
        (status = 400, description = "Not a valid batch; lists every fault with a hint"),
        (status = 413, description = "The batch is too long"),
        (status = 415, description = "The body is not a form"),
    )
)]
pub(crate) async fn reconcile_batch(State(app): State<App>, sent: Sent) -> Result<Response, ApiError> {
    const FORM: &str = "application/x-www-form-urlencoded";
    if sent.media_type() != FORM {
        return Err(ApiError::UnsupportedMedia(FORM.to_owned()));
    }
    let pairs = form_urlencoded::parse(&sent.body).into_owned().collect();
    asked(&app, pairs).await
}

async fn asked(app: &App, pairs: Vec<(String, String)>) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let ReconcileParams { queries, extend } = ReconcileParams::take(&mut taker);
    if queries.is_some() && extend.is_some() {
        taker.fault(
            Fault::new("extend", "not-together", "queries and extend stand together")
                .hint("send one of them"),
        );
    }
    taker.finish()?;
    let answer = match (queries, extend) {
        (Some(queries), _) => Reconciled::Answers(answer::answer(app, &read(&queries, "queries")?).await?),
        (_, Some(extend)) => {
            let wanted: Extension = parsed(read(&extend, "extend")?, "extend")?;
            Reconciled::Extended(extend::extend(app, wanted).await?)
        }
        (None, None) => Reconciled::Manifest(Box::new(manifest(app))),
    };
    Ok(Json(answer).into_response())
}

/// Parses a parameter as JSON. Errors: [`ApiError::Query`], naming the parameter.
fn read(text: &str, key: &str) -> Result<Value, ApiError> {
    strict(text.as_bytes()).map_err(|error| {
        let fault = Fault::new(key, "bad-json", error.to_string());
        ApiError::Query(vec![fault.hint("send JSON of the Reconciliation Service API 0.2")])
    })
}

fn parsed<T: serde::de::DeserializeOwned>(value: Value, pointer: &str) -> Result<T, ApiError> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let pointer = if path == "." { pointer.to_owned() } else { format!("{pointer}.{path}") };
        let fault = Fault::new(&pointer, "bad-value", error.inner().to_string());
        ApiError::Query(vec![fault.hint("the protocol is the Reconciliation Service API 0.2")])
    })
}
