//! Codes of the Common Procurement Vocabulary: which of a notice's are a contract's.

use std::borrow::Cow;
use std::collections::HashSet;

use domain::contracting::{Cpv, cpv};
use domain::text::one_line;

use super::texts::{short, word};
use crate::ocds::node::Node;

/// Adds the codes of the Common Procurement Vocabulary in a classification and its additional ones.
fn classifications(node: &Node, scope: &str, codes: &mut Vec<Cpv>) {
    let own = std::iter::once(node.get("classification"));
    for class in own.chain(node.get("additionalClassifications").items()) {
        let is_cpv = class.text_of("scheme").is_some_and(|scheme| scheme.eq_ignore_ascii_case("CPV"));
        let Some(raw) = class.text_of("id").filter(|_| is_cpv) else { continue };
        let (code, quality) = cpv::read(&raw);
        let code = short(&one_line(&code), 40);
        if !codes.iter().any(|known| known.code == code) {
            codes.push(Cpv {
                code,
                label: word(class, "description"),
                scope: scope.to_owned(),
                quality: quality.map(str::to_owned),
            });
        }
    }
}

/// The tender's codes: those of the tender, and those of items by the lot they belong to.
pub(super) struct TenderCodes {
    whole: Vec<Cpv>,
    of_items: Vec<(Option<String>, Vec<Cpv>)>,
}

pub(super) fn tender_codes(tender: &Node) -> TenderCodes {
    let mut whole = Vec::new();
    classifications(tender, "tender", &mut whole);
    let items = tender.get("items").items().iter().map(|item| {
        let mut codes = Vec::new();
        classifications(item, "item", &mut codes);
        (item.text_of("relatedLot").map(Cow::into_owned), codes)
    });
    TenderCodes { whole, of_items: items.filter(|(_, codes)| !codes.is_empty()).collect() }
}

/// The codes of a contract: its own, its award's, its tender's, and those of the lots it is for.
pub(super) fn classifications_of(contract: &Node, award: &Node, tender: &TenderCodes, codes: &mut Vec<Cpv>) {
    for (node, scope) in [(contract, "contract"), (award, "award")] {
        node.get("items").items().iter().for_each(|item| classifications(item, scope, codes));
    }
    let lots: HashSet<_> = award.get("relatedLots").items().iter().filter_map(Node::text).collect();
    let of_lots = tender
        .of_items
        .iter()
        .filter(|(lot, _)| lots.is_empty() || lot.as_ref().is_none_or(|lot| lots.contains(lot.as_str())));
    for code in tender.whole.iter().chain(of_lots.flat_map(|(_, codes)| codes)) {
        if !codes.iter().any(|known| known.code == code.code) {
            codes.push(code.clone());
        }
    }
}
