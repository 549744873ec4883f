//! Records: publishing versions, reading them, and the projection that lists show.

pub mod assessments;
pub mod editions;
pub mod export;
pub mod imports;
pub mod listings;
pub mod lookup;
pub mod maintenance;
pub mod matches;
pub mod parts;
pub mod past;
mod prepare;
pub mod presence;
pub mod projection;
pub mod publish;
mod read;
pub mod relisting;
mod rows;
pub mod same_texts;
pub mod sealed;
pub mod sources;
pub mod splits;
pub mod titles;

pub use read::{
    Current, RecordStanding, State, Version, changes, count, find, find_as_of, find_version, is_empty,
    standing, versions, withdrawn_after,
};
