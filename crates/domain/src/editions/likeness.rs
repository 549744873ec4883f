//! When two names are the same, and when they are alike.

use unicode_normalization::UnicodeNormalization;

/// How alike two names are that a person is asked about, from 0 to 1.
const ALIKE: f64 = 0.86;

/// A text in the form in which two are the same: letters in one case, one space between words, and one form of
/// each quote and dash. Letters, digits and signs stay, so `1.1` and `11`, and `C#` and `C++`, stay apart.
pub fn same_text(text: &str) -> String {
    let one_form = text.nfc().map(|sign| match sign {
        '\u{2018}' | '\u{2019}' | '\u{2032}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        sign if crate::text::is_forbidden(sign) || sign.is_whitespace() => ' ',
        sign => sign,
    });
    let lower: String = one_form.flat_map(char::to_lowercase).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether two names are the same or alike.
pub(super) fn are_alike(left: &str, right: &str) -> bool {
    let (left, right) = (same_text(left), same_text(right));
    left == right || alike(&left, &right).is_some()
}

/// Signs that tell names apart, as in `C#` and `C++`.
const TELLING: &[char] = &['+', '#', '*', '=', '<', '>', '%', '@'];

/// How alike two names are, if enough to ask a person. Names with other numbers are never alike: they are versions,
/// models and years. Nor are names with other signs that tell them apart.
pub(super) fn alike(left: &str, right: &str) -> Option<f64> {
    if !numbers(left).eq(numbers(right)) || !signs(left).eq(signs(right)) {
        return None;
    }
    let (bare, other) = (bare(left), bare(right));
    if bare == other && !bare.is_empty() {
        return Some(1.0);
    }
    let whole = |short: &str, long: &str| {
        let words: Vec<&str> = words(long).collect();
        let mut count = 0;
        let inside = self::words(short).all(|word| {
            count += 1;
            words.contains(&word)
        });
        inside && count >= 2
    };
    if whole(left, right) || whole(right, left) {
        return Some(0.9);
    }
    let how = rapidfuzz::distance::levenshtein::normalized_similarity(left.chars(), right.chars());
    (how >= ALIKE).then_some(how)
}

fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !sign.is_ascii_digit()).filter(|number| !number.is_empty())
}

fn signs(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|sign| TELLING.contains(sign))
}

/// Letters and digits alone: `cell hawk` and `CellHawk` have the same.
fn bare(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// The words of a text: letters and digits.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// What leads from one name to another like it: its longer words, and all its letters together.
pub(super) fn leads(name: &str) -> Vec<String> {
    let mut leads: Vec<String> =
        words(name).filter(|word| word.chars().count() >= 4).map(str::to_owned).collect();
    leads.push(bare(name));
    leads.sort_unstable();
    leads.dedup();
    leads
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_any_case_and_spacing_and_never_without_a_digit_or_sign() {
        assert_eq!(same_text(" Claim  Letter\u{a0}Sorter "), "claim letter sorter");
        assert_eq!(same_text("State\u{2019}s risk \u{2013} model"), "state's risk - model");
        for (left, right) in
            [("1.1", "11"), ("C#", "C++"), ("C", "C++"), ("A-1", "A1"), ("x\u{b2}", "x2"), ("é", "e")]
        {
            assert_ne!(same_text(left), same_text(right), "{left} {right}");
        }
    }
}
