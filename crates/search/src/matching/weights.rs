//! How much each kind of match counts: the one place for the numbers by which hits are ordered.

/// How much a match in further fields, or of further spellings, adds to the best one's score.
pub(crate) static TIE_BREAKER: std::sync::LazyLock<f32> =
    std::sync::LazyLock::new(|| std::env::var("W_TIE").ok().and_then(|v| v.parse().ok()).unwrap_or(0.2));
/// Weight of synonyms, relative to the word itself.
pub(crate) static SYNONYM: std::sync::LazyLock<f32> =
    std::sync::LazyLock::new(|| std::env::var("W_SYN").ok().and_then(|v| v.parse().ok()).unwrap_or(0.5));
/// Weight of translations, relative to the word itself.
pub(crate) static TRANSLATION: std::sync::LazyLock<f32> =
    std::sync::LazyLock::new(|| std::env::var("W_TRA").ok().and_then(|v| v.parse().ok()).unwrap_or(0.35));
/// Extra weight of words that occur next to each other.
pub(crate) static TOGETHER: std::sync::LazyLock<f32> =
    std::sync::LazyLock::new(|| std::env::var("W_TOG").ok().and_then(|v| v.parse().ok()).unwrap_or(1.0));
/// Extra weight of words that the label of a code has.
pub(crate) static LABEL: std::sync::LazyLock<f32> =
    std::sync::LazyLock::new(|| std::env::var("W_LAB").ok().and_then(|v| v.parse().ok()).unwrap_or(0.3));
/// Score of what a name or identifier names. Higher than any text can score, so that a body's own records come before
/// mentions of it.
pub(super) const NAMED: f32 = 1_000.0;
/// Score of a record that covers the whole question, among the nearest.
pub(crate) static COVERED: std::sync::LazyLock<f32> =
    std::sync::LazyLock::new(|| std::env::var("W_COV").ok().and_then(|v| v.parse().ok()).unwrap_or(100.0));
/// Weight of the usual score among the nearest: it decides between records that cover as much.
pub(crate) static BESIDES_COVERED: std::sync::LazyLock<f32> =
    std::sync::LazyLock::new(|| std::env::var("W_BES").ok().and_then(|v| v.parse().ok()).unwrap_or(0.01));
/// Score of a word in a field where most records have it.
pub(super) const COMMON: f32 = 0.01;

/// Registers with fewer records than this score every word.
pub(super) const COMMON_FROM: u64 = 10_000;
/// Most languages in which a phrase is looked for in each field.
pub(super) const LANGUAGES_MAX: usize = 16;
/// Only words in fewer records than this are also looked for in two parts: it costs a phrase for each part.
pub(super) const SPLIT_BELOW: u64 = 1_000;
/// Shortest part of a word that is split, in letters.
pub(super) const PART_MIN: usize = 3;
/// Shortest part of two words that are joined, in letters.
pub(super) const JOINED_MIN: usize = 2;

/// Extra weight of neighbouring words that occur near each other.
pub(crate) static NEAR: std::sync::LazyLock<f32> =
    std::sync::LazyLock::new(|| std::env::var("W_NEAR").ok().and_then(|v| v.parse().ok()).unwrap_or(0.5));
/// How many other words may stand between words that are near each other.
pub(crate) static NEAR_SLOP: std::sync::LazyLock<f32> =
    std::sync::LazyLock::new(|| std::env::var("W_SLOP").ok().and_then(|v| v.parse().ok()).unwrap_or(6.0));
pub(crate) static LEAST: std::sync::LazyLock<f32> =
    std::sync::LazyLock::new(|| std::env::var("W_LEAST").ok().and_then(|v| v.parse().ok()).unwrap_or(0.5));
pub(crate) static FIELDS: std::sync::LazyLock<Vec<f32>> = std::sync::LazyLock::new(|| {
    std::env::var("W_FIELDS")
        .unwrap_or("4,3,2.5,2.5,1.5,1.5,1".to_owned())
        .split(',')
        .map(|v| v.parse().unwrap())
        .collect()
});
/// Weight, for nearness, of a phrase whose words stand apart.
pub(super) const SCATTERED: f32 = 0.2;
/// Most pairs of neighbouring words that are looked for near each other.
pub(super) const PAIRS_MAX: usize = 6;
