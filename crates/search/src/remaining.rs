//! A search text without words that something else already says.

use std::collections::HashSet;

use crate::language::query_terms;

/// The search text without the words that a label has, compared by their stems. Exclusions stay.
pub fn without_words(q: &str, label: &str) -> String {
    let said: HashSet<String> = words(label).flat_map(query_terms).collect();
    let is_said = |part: &&str| {
        let mut words = words(part).peekable();
        !part.starts_with('-')
            && words.peek().is_some()
            && words.all(|word| query_terms(word).iter().any(|term| said.contains(term)))
    };
    q.split_whitespace().filter(|part| !is_said(part)).collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_label_go_and_others_stay() {
        for (q, label, expected) in [
            ("facial recognition police", "Policing", "facial recognition"),
            ("\"schools\"", "Schools", ""),
            ("cameras -schools", "Schools", "cameras -schools"),
            ("welfare benefits fraud", "Welfare and benefits", "fraud"),
            ("tax ? letters", "Tax", "? letters"),
        ] {
            assert_eq!(without_words(q, label), expected, "{q}");
        }
    }
}
