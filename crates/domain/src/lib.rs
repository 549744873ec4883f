//! The register's concepts, in reading order: what a record is, which bodies it names, what was checked,
//! which rules apply to it, and how two versions differ.
//!
//! Nothing here reads a file, a clock, a network or a database: dates are arguments.

pub mod codes;
pub mod id;
pub mod json;
pub mod language;
pub mod mailbox;
pub mod naming;
pub mod number;
pub mod text;

pub mod assessment;
pub mod contracting;
pub mod expected;
pub mod organisation;
pub mod oversight;
pub mod procurement;
pub mod product;
pub mod record;

pub mod cell;
pub mod editions;
pub mod equivalents;
pub mod facets;
pub mod fields;
pub mod finding;
pub mod placeholder;
pub mod provenance;
pub mod stated;
pub mod wellformed;
pub mod written;

pub mod completeness;
pub mod diff;
pub mod duties;
pub mod rules;
pub mod sources;
pub mod validate;

pub mod authorisation;
pub mod draft;
pub mod redaction;
pub mod sent;
pub mod submission;

pub use codes::{Code, Vocabulary};
pub use finding::{Finding, Severity};
pub use id::RecordId;
pub use organisation::{Organisation, OrganisationRef};
pub use product::Product;
pub use record::Record;
