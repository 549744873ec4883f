//! Initial mutations of Welsh.
//!
//! | radical   | p  | t  | c   | b | d  | g    | ll | m | rh | vowel |
//! | --------- | -- | -- | --- | - | -- | ---- | -- | - | -- | ----- |
//! | soft      | b  | d  | g   | f | dd | none | l  | f | r  |       |
//! | nasal     | mh | nh | ngh | m | n  | ng   |    |   |    |       |
//! | aspirate  | ph | th | ch  |   |    |      |    |   |    | h     |
//!
//! A mutated letter does not say which radical it comes from: `f` may be `b` or `m`, and `b` may be a `p`. So all
//! letters that mutate into each other become one: `cyngor`, `gyngor`, `nghyngor` and `chyngor` give `yngor`. Words
//! that differ only in them, such as `pen` and `ben`, are one word too. That is rare among words of this field, and
//! the other way, to ask for every form that a word can have, would ask for ten terms a word and find as much.

/// Beginnings and what stands for them; a longer one before one that it begins with.
const INITIALS: &[(&str, &str)] = &[
    ("ngh", ""),
    ("ng", ""),
    ("ch", ""),
    ("mh", "p"),
    ("ph", "p"),
    ("nh", "t"),
    ("th", "t"),
    ("dd", "t"),
    ("ll", "l"),
    ("rh", "r"),
    // Not a mutation of anything.
    ("ff", "ff"),
    ("p", "p"),
    ("b", "p"),
    ("f", "p"),
    ("m", "p"),
    ("t", "t"),
    ("d", "t"),
    ("n", "t"),
    ("c", ""),
    ("g", ""),
];
/// Shorter words stay as they are, in letters.
const SHORTEST: usize = 3;

/// A folded word with its first letters as all mutations of it have them.
pub(super) fn unmutated(word: &str) -> String {
    if word.len() < SHORTEST {
        return word.to_owned();
    }
    let (rest, initial) =
        INITIALS.iter().find_map(|(from, to)| Some((word.strip_prefix(from)?, *to))).unwrap_or((word, ""));
    // An h before a vowel is a mutation of the vowel: `ei hysgol`, her school.
    let vowel = initial.is_empty().then(|| rest.strip_prefix('h')).flatten();
    match vowel.filter(|rest| rest.starts_with(['a', 'e', 'i', 'o', 'u', 'w', 'y'])) {
        Some(rest) => rest.to_owned(),
        None => format!("{initial}{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutation_of_a_word_is_the_word() {
        for forms in [
            "plant blant mhlant phlant",
            "tref dref nhref thref",
            "cyngor gyngor nghyngor chyngor",
            "budd fudd mudd",
            "data ddata nata",
            "gwasanaeth wasanaeth ngwasanaeth",
            "llywodraeth lywodraeth",
            "meddyg feddyg",
            "rheoli reoli",
            "ysgol hysgol",
        ] {
            let mut forms = forms.split(' ').map(unmutated);
            let first = forms.next().unwrap();
            assert!(forms.all(|form| form == first), "{first}");
        }
    }

    #[test]
    fn other_letters_stay() {
        for word in ["ffurflen", "heddlu", "sir", "ar", "y", ""] {
            let expected = if word == "heddlu" { "eddlu" } else { word };
            assert_eq!(unmutated(word), expected);
        }
        assert_ne!(unmutated("plant"), unmutated("tlant"));
    }
}
