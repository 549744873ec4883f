//! How texts and typed words become terms of the index, in each language that the register reads.
//!
//! A term says its language, except of English: `fraud`, `fraud/nl`. Stems of two languages that look the same by
//! chance are different terms, so an English word never finds the stem of another one in French. A typed word has no
//! language: it stands for its terms in all of them ([`query_terms`]).

mod compounds;
mod detect;
mod spelling;
mod terms;
mod tokens;
mod welsh;
mod which;

pub(crate) use detect::{Languages, marked};
pub(crate) use tokens::Words;
pub(crate) use which::{Language, unmarked};

use terms::{MAKER, forms};

/// An identifier or address as the index has it: in lower case, an address without `https://`, `www.` and a slash at
/// its end.
pub(crate) fn identifier(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let address = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")).unwrap_or(&lower);
    address.strip_prefix("www.").unwrap_or(address).trim_end_matches('/').to_owned()
}

/// The terms that a typed word may stand for: one in each language, without duplicates, the likeliest first. What
/// joins the parts of a word, such as hyphens and apostrophes, is ignored; callers split it if they want its parts.
pub(crate) fn query_terms(word: &str) -> Vec<String> {
    let written = forms(word).main;
    if written.is_empty() {
        return Vec::new();
    }
    MAKER.with_borrow_mut(|make| {
        let mut terms = Vec::with_capacity(Language::ALL.len());
        for language in Language::ALL {
            let term = make.term(language, &written);
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
        terms
    })
}

/// The parts of a typed compound word as terms, for each language in which it is one: a text that has all terms of
/// one list may mean the same as the word.
pub(crate) fn query_parts(word: &str) -> Vec<Vec<String>> {
    let written = forms(word).main;
    MAKER.with_borrow_mut(|make| {
        let lists = Language::ALL.into_iter().map(|language| make.parts(language, &written));
        lists.filter(|parts| !parts.is_empty()).collect()
    })
}

/// The beginnings that terms may have if a word was typed as far as this: as typed, folded, and in British spelling,
/// which is the one indexed. Terms end with their language, so a beginning finds them in every language.
pub(crate) fn query_beginnings(beginning: &str) -> Vec<String> {
    let written = forms(beginning).main;
    let british = spelling::british_beginning(&written);
    let mut beginnings = vec![written];
    if !beginnings.contains(&british) {
        beginnings.push(british);
    }
    beginnings.retain(|beginning| !beginning.is_empty());
    beginnings
}

#[cfg(test)]
mod tests;
