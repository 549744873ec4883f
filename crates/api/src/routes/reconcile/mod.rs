//! `/reconcile`: the W3C Reconciliation Service API 0.2, by which spreadsheets of names find their bodies here.
//!
//! Organisations, suppliers, products and records; suggest, preview and extend. Ids are the paths of things below
//! `/api/v1`, such as `organisations/surrey-police`.

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
use utoipa::{IntoParams, ToSchema};

pub(crate) use answer::{Answer, Query};
pub(crate) use extend::{Extended, Extension};

use crate::App;
use crate::body::{Sent, strict};
use crate::extract::{Params, Taker};
use crate::problem::{ApiError, Fault};

/// Questions of one batch.
pub(crate) const BATCH_MAX: usize = 1_000;
/// Candidates of one answer.
pub(crate) const CANDIDATES_MAX: usize = 50;
/// Candidates of an answer when the question does not say.
const CANDIDATES: usize = 5;

/// What can be asked for.
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

    /// What people read.
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

    /// The type and the slug or public id of an id.
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

/// A type as the protocol writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct TypeView {
    /// Its id.
    #[schema(example = "organisation")]
    id: &'static str,
    /// What people read.
    name: &'static str,
}

impl From<Type> for TypeView {
    fn from(one: Type) -> Self {
        Self { id: one.id(), name: one.name() }
    }
}

/// What the service is and can do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Manifest {
    /// Versions of the protocol.
    versions: [&'static str; 1],
    /// Its name.
    name: &'static str,
    /// What its ids are.
    #[serde(rename = "identifierSpace")]
    identifier_space: String,
    /// What its properties are.
    #[serde(rename = "schemaSpace")]
    schema_space: String,
    /// Where it is explained.
    documentation: String,
    /// Version of the interface.
    #[serde(rename = "serviceVersion")]
    service_version: &'static str,
    /// What can be asked for.
    #[serde(rename = "defaultTypes")]
    default_types: Vec<TypeView>,
    /// Where an id leads.
    view: UrlTemplate,
    /// Where ids are completed.
    suggest: Suggest,
    /// Where an id is shown in a small frame.
    preview: Frame,
    /// How values of ids are fetched.
    extend: Extend,
}

/// An address with `{{id}}` in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UrlTemplate {
    /// The template.
    url: String,
}

/// Where things are completed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggest {
    /// Bodies, products and records.
    entity: ServicePlace,
    /// Properties.
    property: ServicePlace,
    /// Types.
    r#type: ServicePlace,
}

/// The address of a part of the service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServicePlace {
    /// The host.
    service_url: String,
    /// The path there.
    service_path: &'static str,
}

/// A small frame.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Frame {
    /// The template of its address.
    url: String,
    /// Pixels.
    width: u16,
    /// Pixels.
    height: u16,
}

/// How values are fetched.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Extend {
    /// Where properties are proposed.
    propose_properties: ServicePlace,
    /// None of them has settings.
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
        service_version: crate::openapi::API_VERSION,
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

/// What is asked of the service.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what the handler takes, which a test compares")]
pub(crate) struct ReconcileParams {
    /// A batch of questions as JSON, each under a key of its own.
    #[param(min_length = 2, example = r#"{"q0":{"query":"Calder Vale Police","type":"organisation"}}"#)]
    queries: Option<String>,
    /// Ids and properties whose values are wanted, as JSON.
    #[param(
        min_length = 2,
        example = r#"{"ids":["organisations/calder-vale-police"],"properties":[{"id":"kind"}]}"#
    )]
    extend: Option<String>,
}

/// The same as a form.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "it documents what the handler takes")]
pub(crate) struct ReconcileForm {
    /// A batch of questions as JSON, each under a key of its own.
    queries: Option<String>,
    /// Ids and properties whose values are wanted, as JSON.
    extend: Option<String>,
}

/// What the service answers: what it is, candidates for each question, or values.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Reconciled {
    /// What the service is and can do.
    Manifest(Box<Manifest>),
    /// Values of ids.
    Extended(Extended),
    /// Candidates under the keys of their questions.
    Answers(BTreeMap<String, Answer>),
}

/// Reconcile names
///
/// The W3C Reconciliation Service API 0.2. Without parameters it says what it can do; with `queries` it answers with candidates, identifiers and exact names first; with `extend` it gives values of ids.
#[utoipa::path(
    get, path = "/reconcile", operation_id = "reconcile_names", tag = "reference",
    params(ReconcileParams),
    responses(
        (status = 200, description = "What it is, candidates, or values", body = Reconciled),
        (status = 400, description = "Not a batch of the protocol; every fault with a hint"),
    )
)]
pub(crate) async fn reconcile(State(app): State<App>, Params(pairs): Params) -> Result<Response, ApiError> {
    asked(&app, pairs).await
}

/// Reconcile names in a form
///
/// The same for batches that are too long for an address: `queries` or `extend` as a form. It changes nothing and needs no token.
#[utoipa::path(
    post, path = "/reconcile", operation_id = "reconcile_batch", tag = "reference",
    request_body(content = ReconcileForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "What it is, candidates, or values", body = Reconciled),
        (status = 400, description = "Not a batch of the protocol; every fault with a hint"),
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
    let queries = taker.one("queries");
    let extend = taker.one("extend");
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

/// JSON of a parameter. Errors: [`ApiError::Query`] that names it.
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
