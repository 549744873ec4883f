//! Stop words: a record need not contain them, unless the search text has nothing else.

/// English ones, and those of Dutch, Welsh, French and German that mean nothing in English.
const STOP_WORDS: &[&str] = &[
    "a", "an", "and", "any", "are", "as", "at", "be", "been", "by", "can", "do", "does", "for", "from",
    "how", "in", "into", "is", "it", "its", "of", "on", "or", "that", "the", "their", "these", "they",
    "this", "to", "was", "were", "what", "which", "who", "will", "with", "de", "het", "een", "en", "van",
    "voor", "bij", "met", "op", "te", "y", "yr", "yn", "ar", "ac", "le", "la", "les", "des", "du", "et",
    "der", "das", "und", "im", "zu", "von",
];

/// Whether a word as typed, apart from punctuation around it, is a stop word.
pub(super) fn is_stop_word(word: &str) -> bool {
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    STOP_WORDS.contains(&word.to_lowercase().as_str())
}
