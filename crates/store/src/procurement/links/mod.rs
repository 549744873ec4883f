//! Links between contracts and records or products: proposed by rules, judged by people. No rule changes a
//! judgement.

mod link;
mod run;

pub use link::{
    Judgement, Link, LinkQuery, Target, TargetKind, count, find, judge, list, of_contracts, state,
};
pub(crate) use link::{best, scrub};
pub use run::Ran;
pub(crate) use run::run;
