//! A search text without words that something else already says.

use std::collections::HashSet;

use crate::schema::{stems, terms};

/// The search text without the words that a label has, compared by their stems. Exclusions stay.
pub fn without_words(q: &str, label: &str) -> String {
    let mut analyzer = stems();
    let said: HashSet<String> = terms(&mut analyzer, label).into_iter().collect();
    let mut is_said = |word: &str| {
        let terms = terms(&mut analyzer, word);
        !word.starts_with('-') && !terms.is_empty() && terms.iter().all(|term| said.contains(term))
    };
    let left: Vec<&str> = q.split_whitespace().filter(|word| !is_said(word)).collect();
    left.join(" ")
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
