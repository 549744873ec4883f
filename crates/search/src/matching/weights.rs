//! How much each kind of match counts: the one place for the numbers by which hits are ordered.

/// How much a match in further fields, or of further spellings, adds to the best one's score.
pub(super) const TIE_BREAKER: f32 = 0.2;
/// Weight of synonyms, relative to the word itself.
pub(super) const SYNONYM: f32 = 0.5;
/// Weight of translations, relative to the word itself.
pub(super) const TRANSLATION: f32 = 0.35;
/// Extra weight of words that occur next to each other.
pub(super) const TOGETHER: f32 = 1.0;
/// Extra weight of words that the label of a code has.
pub(super) const LABEL: f32 = 0.3;
/// Score of what a name or identifier names. Higher than any text can score, so that a body's own records come before
/// mentions of it.
pub(super) const NAMED: f32 = 1_000.0;
/// Score of a record that covers the whole question, among the nearest.
pub(super) const COVERED: f32 = 100.0;
/// Weight of the usual score among the nearest: it decides between records that cover about as much.
pub(super) const BESIDES_COVERED: f32 = 1.0;
/// Share of a question's telling words that a record must have to come near.
pub(super) const COVERED_LEAST: f32 = 1.0 / 3.0;
/// How much a part of a compound tells, for nearness, relative to the same word typed alone.
pub(super) const PART: f32 = 0.7;
/// How much a phrase tells, for nearness, if its words stand apart in a record, relative to the phrase.
pub(super) const SCATTERED: f32 = 0.5;
/// How much of a word a record covers that has only what is related to it, for nearness.
pub(super) const RELATED_SHARE: f32 = 0.5;
/// Extra weight of neighbouring words that occur near each other.
pub(super) const NEAR: f32 = 0.5;
/// How many other words may stand between words that are near each other.
pub(super) const NEAR_SLOP: u32 = 6;
/// Most pairs of neighbouring words that are looked for near each other.
pub(super) const PAIRS_MAX: usize = 6;
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
