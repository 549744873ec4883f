//! The tables, one entity each; migrations own the schema, a test compares both.

pub(crate) mod assessment;
pub(crate) mod event;
pub(crate) mod import_run;
pub(crate) mod listed_party;
pub(crate) mod listing;
pub(crate) mod organisation;
pub(crate) mod organisation_identifier;
pub(crate) mod organisation_name;
pub(crate) mod product;
pub(crate) mod record;
pub(crate) mod record_part;
pub(crate) mod record_version;
pub(crate) mod sealed_content;
pub(crate) mod setting;
