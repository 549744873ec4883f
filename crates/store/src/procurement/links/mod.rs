//! Links between contracts and records or products: proposed by rule, judged by people, whose word stays.

mod link;
mod run;

pub use link::{Judgement, Link, LinkQuery, Target, count, find, judge, list, of_contracts, state};
pub(crate) use link::{best, scrub};
pub use run::Ran;
pub(crate) use run::run;
