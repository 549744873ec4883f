//! The HTTP API: JSON, CSV, NDJSON, Parquet, workbooks and feeds, described by OpenAPI.
//!
//! Only this crate and `web` know status codes. Handlers parse, call an act or the store, and answer.

mod app;
mod body;
mod caller;
mod edge;
pub mod exports;
mod extract;
mod feed;
mod filters;
mod listing;
mod manners;
mod openapi;
mod parameters;
mod prepared;
mod problem;
mod provider;
mod router;
mod routes;
pub mod seen;
pub mod sign_in;
mod strict;
mod table;
mod tags;
mod views;
pub mod webhooks;
mod wishes;
mod write;

pub use app::App;
pub use edge::serve;
pub use filters::record_query;
pub use openapi::{API_VERSION, document};
pub use problem::{ApiError, Problem};
pub use provider::Provider;
pub use router::{router, site};
pub use routes::fields::dictionary;
