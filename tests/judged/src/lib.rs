//! Search quality: questions that people ask, records that two judges graded for each, and what an order of records
//! is worth. The suite holds a floor with it, `cargo xtask relevance` compares. How records are searched is not here.

mod measures;
mod tables;

pub use measures::{Means, Score, ndcg, score};
pub use tables::{Half, Judgements, Key, Question, questions};

/// Sources, and their files below `../shared/data`, in the order in which they are imported: the records that are
/// judged. No other file goes into a register that is asked, because its records would be unjudged.
pub const FILES: [(&str, &str); 4] = [
    ("atrs", "uk/atrs_records_2026-07-10.json"),
    ("nl", "nl/algoritmes_2026-08-08.json"),
    ("us", "us/2024_consolidated_ai_inventory_raw_v2.csv"),
    ("us", "us/2025_individually_reported_AI_use_cases.csv"),
];
