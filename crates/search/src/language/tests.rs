//! Texts and typed words meet: what is in a text is found by what people type for it.

use proptest::prelude::*;
use tantivy::tokenizer::{TokenStream, Tokenizer};

use super::*;

/// Each term of a text with its position and the part of the text it stands for.
fn tokens(words: &mut Words, text: &str) -> Vec<(usize, String, String)> {
    let mut found = Vec::new();
    words.token_stream(text).process(&mut |token| {
        found.push((token.position, token.text.clone(), text[token.offset_from..token.offset_to].to_owned()));
    });
    found
}

fn indexed(language: Language, text: &str) -> Vec<(usize, String, String)> {
    tokens(&mut Words::indexed_stems(), &marked(language, text))
}

/// Whether a typed word finds a text.
fn finds(typed: &str, language: Language, text: &str) -> bool {
    let asked = query_terms(typed);
    indexed(language, text).iter().any(|(_, term, _)| asked.contains(term))
}

#[track_caller]
fn check(typed: &str, language: Language, text: &str) {
    assert!(
        finds(typed, language, text),
        "{typed} asks for {:?}, {text} has {:?}",
        query_terms(typed),
        indexed(language, text)
    );
}

#[test]
fn a_word_finds_its_other_forms_in_every_language() {
    for (language, typed, text) in [
        (Language::English, "decisions", "It makes a decision"),
        (Language::English, "policing", "What police do"),
        (Language::Dutch, "uitkeringen", "Wie een uitkering krijgt"),
        (Language::French, "décisions", "Une decision est prise"),
        (Language::German, "entscheidung", "Wie Entscheidungen fallen"),
        (Language::Spanish, "decisiones", "Una decisión"),
        (Language::Italian, "decisione", "Le decisioni"),
        (Language::Welsh, "cyngor", "Penderfyniad gan gyngor lleol"),
        (Language::Welsh, "gyngor", "Mae'r cyngor yn penderfynu"),
    ] {
        check(typed, language, text);
    }
}

#[test]
fn a_word_does_not_find_what_only_looks_the_same_in_another_language() {
    assert!(!finds("note", Language::English, "It does not decide"));
    assert!(!finds("care", Language::English, "The car is parked"));
    assert!(!finds("pen", Language::English, "Men and women"));
}

#[test]
fn british_and_american_spellings_meet() {
    for (one, other) in [
        ("behaviour", "behavior"),
        ("behavioural", "behavioral"),
        ("organisation", "organization"),
        ("organisations", "organizational"),
        ("prioritisation", "prioritization"),
        ("anonymise", "anonymizing"),
        ("licence", "license"),
        ("licences", "licensing"),
        ("programme", "program"),
        ("programmes", "programming"),
        ("centre", "centers"),
        ("ageing", "aging"),
        ("judgement", "judgment"),
        ("modelling", "modeling"),
        ("modelling", "models"),
        ("analyse", "analyze"),
        ("defence", "defense"),
    ] {
        check(one, Language::English, other);
        check(other, Language::English, one);
    }
}

#[test]
fn apostrophes_do_not_hide_a_word() {
    for typed in ["O'Leary", "OLeary", "O’Leary", "o`leary", "leary"] {
        check(typed, Language::English, "Ms O’Leary decided");
    }
    check("O’Leary", Language::English, "by OLEARY");
    check("council", Language::English, "The council’s tool, the councils' tools");
    check("council's", Language::English, "The council has a tool");
    check("algorithme", Language::French, "L'algorithme décide");
    check("l’algorithme", Language::French, "un algorithme");
    check("algoritmo", Language::Italian, "dell'algoritmo");
    check("foto", Language::Dutch, "De foto's");
}

#[test]
fn a_word_with_hyphens_is_its_parts_and_one_word() {
    let found = indexed(Language::English, "number-plate reader");
    let found: Vec<(usize, String)> = found.into_iter().map(|(at, term, _)| (at, term)).collect();
    let expected = [(0, "numberplate"), (0, "number"), (1, "plate"), (2, "reader")];
    assert_eq!(found, expected.map(|(at, word)| (at, query_terms(word).remove(0))));
    for (typed, text) in [
        ("deepfake", "A deep-fake image"),
        ("deep-fake", "A deepfake image"),
        ("deep‑fake", "A deep-fake image"),
        ("email", "By e-mail"),
        ("e-mail", "By email"),
        ("covid19", "During COVID-19"),
        ("COVID-19", "During COVID19"),
        ("covid", "During COVID19"),
        ("covid", "During COVID-19"),
    ] {
        check(typed, Language::English, text);
    }
    let joined = |text: &str| indexed(Language::English, text).len();
    assert_eq!(joined("on 2024-01-31"), 4, "a date is not a word");
    assert_eq!(joined("a-b-c-d-e"), 5, "nor is a chain of many parts");
}

#[test]
fn the_parts_of_a_compound_find_it_and_it_finds_them() {
    for (language, compound, parts) in [
        (Language::Dutch, "bijstandsfraude", &["bijstand", "fraude"][..]),
        (Language::Dutch, "Kinderopvangtoeslagen", &["kinder", "opvang", "toeslag"]),
        (Language::German, "Gesichtserkennung", &["Gesicht", "Erkennung"]),
        (Language::German, "Verkehrsüberwachung", &["Verkehr", "Überwachung"]),
    ] {
        for part in parts {
            check(part, language, compound);
        }
        check(compound, language, compound);
        let text = parts.join(", ");
        let terms: Vec<String> = indexed(language, &text).into_iter().map(|(_, term, _)| term).collect();
        let asked = query_parts(compound);
        assert!(
            asked.iter().any(|all| all.iter().all(|term| terms.contains(term))),
            "{compound}: {asked:?} in {terms:?}"
        );
        let places: Vec<usize> = indexed(language, compound).iter().map(|(at, ..)| *at).collect();
        assert!(places.iter().all(|at| *at == 0), "a compound is one word");
    }
    assert!(query_parts("council").is_empty());
}

#[test]
fn a_text_may_be_in_two_languages() {
    let text = format!("the decision {}", marked(Language::French, "les décisions"));
    let terms: Vec<String> =
        tokens(&mut Words::indexed_stems(), &text).into_iter().map(|(_, term, _)| term).collect();
    assert_eq!(terms.iter().filter(|term| term.ends_with("/fr")).count(), 2, "{terms:?}");
    assert_eq!(unmarked(&text), "the decision les décisions");
}

#[test]
fn words_that_are_too_long_leave_their_place() {
    let found = indexed(Language::English, &format!("one {} two", "x".repeat(64)));
    assert_eq!(found.iter().map(|(at, ..)| *at).collect::<Vec<_>>(), [0, 2]);
}

#[test]
fn a_beginning_finds_words_however_they_are_spelt() {
    assert_eq!(query_beginnings("Organiz"), ["organiz", "organis"]);
    assert_eq!(query_beginnings("Naïv"), ["naiv"]);
    assert!(query_beginnings("-").is_empty());
    for (beginning, text) in
        [("organiz", "organisations"), ("organis", "organizations"), ("behavior", "behaviours")]
    {
        let begins = query_beginnings(beginning);
        let terms = indexed(Language::English, text);
        assert!(
            terms.iter().any(|(_, term, _)| begins.iter().any(|begin| term.starts_with(begin.as_str()))),
            "{begins:?} in {terms:?}"
        );
    }
}

#[test]
fn identifiers_are_found_in_any_case() {
    assert_eq!(identifier(" R-ABC1234"), "r-abc1234");
    assert_eq!(identifier("https://www.gov.uk/Algorithm/"), "gov.uk/algorithm");
    assert_eq!(identifier("www.gov.uk/algorithm"), "gov.uk/algorithm");
    assert_eq!(identifier("gov.uk/algorithm"), "gov.uk/algorithm");
    assert_eq!(identifier("ocds://x"), "ocds://x");
}

#[test]
fn kept_terms_are_the_terms() {
    let text = "Recognising façades, recognised FACES and the recognition of faces; recognising again.";
    let mut kept = Words::indexed_stems();
    let first = tokens(&mut kept, text);
    assert_eq!(tokens(&mut kept, text), first);
    assert_eq!(tokens(&mut Words::indexed_stems(), text), first);
}

fn any_language() -> impl Strategy<Value = Language> {
    prop::sample::select(Language::ALL.to_vec())
}

fn any_words() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("-".to_owned()),
        Just("'".to_owned()),
        Just("’".to_owned()),
        Just(" ".to_owned()),
        Just("bijstandsfraude".to_owned()),
        Just("organization".to_owned()),
        Just("COVID19".to_owned()),
        "[a-zà-ÿ]{1,12}",
        "[A-Za-z0-9]{1,6}",
        "\\PC{0,6}",
        ".{0,6}",
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    // For a longer run: PROPTEST_CASES=1000000 cargo test --release -p search every_word
    #[test]
    fn every_word_of_a_text_is_found_by_itself(language in any_language(), text in any_words()) {
        let found = indexed(language, &text);
        let mut before = 0;
        for (at, _, written) in &found {
            prop_assert!(*at >= before, "positions never go back");
            before = *at;
            let asked = query_terms(written);
            prop_assert!(
                found.iter().any(|(_, term, other)| other == written && asked.contains(term)),
                "{:?} asks for {:?}, the text has {:?}", written, asked, found
            );
        }
    }

    #[test]
    fn every_plain_term_is_one_of_those_indexed(text in any_words()) {
        let all = tokens(&mut Words::indexed(), &text);
        for (at, term, written) in tokens(&mut Words::written(), &text) {
            prop_assert!(all.contains(&(at, term, written)));
        }
    }

    #[test]
    fn any_typed_word_has_few_terms(word in any_words()) {
        let terms = query_terms(&word);
        prop_assert!(terms.len() <= Language::ALL.len());
        prop_assert!(terms.iter().all(|term| !term.is_empty()));
        query_parts(&word);
        query_beginnings(&word);
    }
}
