//! The HTTP API: JSON, CSV, NDJSON, Parquet, workbooks and feeds, described by OpenAPI.
//!
//! Only this crate and `web` know status codes. Handlers parse, call an act or the store, and answer.

mod alike;
mod app;
mod body;
mod caller;
mod client;
mod edge;
pub mod exports;
mod extract;
mod faulty;
mod feed;
mod filters;
mod limits;
mod listing;
mod manners;
mod openapi;
mod ordered;
mod parameters;
mod prepared;
mod problem;
mod provider;
mod reading;
mod router;
mod routes;
mod searched;
pub mod seen;
pub mod sign_in;
mod sources;
mod strict;
mod suggestions;
mod table;
mod tags;
mod tombstone;
mod version;
mod views;
pub mod webhooks;
mod when;
mod whole;
mod wishes;
mod write;

pub use acts::Quotas;
pub use app::App;
pub use client::{Proxies, ProxyHeader, Steps, network_of_proxies};
pub use edge::{serve, serve_with};
pub use ipnet::IpNet;
pub use limits::Limits;
pub use openapi::document;
pub use problem::{ApiError, Problem};
pub use provider::Provider;
pub use reading::record_query;
pub use router::{router, site};
pub use routes::fields::dictionary;
pub use version::API_VERSION;
