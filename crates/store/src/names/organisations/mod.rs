//! Organisations: who is who. A name resolves by identifier, then exact key, then alias, within a country. One
//! that does not resolve gets a row of its own, so that missing and confused bodies can be counted.

mod doubt;
mod find;
mod list;
mod row;
mod save;

pub use doubt::{Doubt, doubt};
pub use find::{below, current_slug, find, find_by_identifier, names, resolve, similar_slugs};
pub use list::{LIST, OrganisationQuery, after_seq, count, list, named_as_supplier};
pub use row::{Party, Resolution, Stored};
pub(crate) use row::{free_slug, party, row, stored};
pub use save::{Saved, save};
pub(crate) use save::{join, records_of};
