//! Decides which contract belongs to which record or product, by rules that each state their evidence. There
//! is no overall score.
//!
//! Similar names alone never make a link. A person's judgement of a link is kept beside what the rules say,
//! and wins.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::codes::{LinkClass, ResolvedBy};

/// Version of these rules.
pub const VERSION: &str = "1";

/// One ground of a link: a rule, what it compared, and what it found on either side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = LinkEvidence))]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Code of the rule, such as `buyer_identifier`.
    pub rule: String,
    /// What was compared.
    pub field: String,
    /// What the contract says.
    pub left: String,
    /// What the record or product says.
    pub right: String,
}

fn evidence(rule: &str, field: &str, left: impl Into<String>, right: impl Into<String>) -> Evidence {
    Evidence { rule: rule.to_owned(), field: field.to_owned(), left: left.into(), right: right.into() }
}

/// A link that the rules propose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// How good its grounds are.
    pub class: LinkClass,
    /// Its grounds.
    pub evidence: Vec<Evidence>,
}

/// A body on one side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body {
    /// Its name as written there.
    pub name: String,
    /// Slug of the organisation it resolves to; empty if none.
    pub slug: String,
    /// Whether that is a known organisation and not only a name.
    pub known: bool,
    /// Identifiers to compare, as `SCHEME value`. For a party they come from the notice; for a record's body,
    /// only from editors and lists of bodies.
    pub identifiers: Vec<String>,
}

impl Body {
    fn company_numbers(&self) -> impl Iterator<Item = &String> {
        self.identifiers.iter().filter(|one| one.starts_with("GB-COH "))
    }
}

/// What the rules need to know about a contract.
#[derive(Debug, Clone, Default)]
pub struct ContractSide {
    /// Ocid of its process.
    pub ocid: String,
    /// Addresses of its notices.
    pub addresses: Vec<String>,
    /// The buyers, and how each was resolved.
    pub buyers: Vec<(Body, Option<ResolvedBy>)>,
    /// The suppliers, and how each was resolved.
    pub suppliers: Vec<(Body, Option<ResolvedBy>)>,
    /// Products whose exclusive terms occur in its text, each with the term.
    pub terms: Vec<(String, String)>,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Last day, including every extension.
    pub ends_on: Option<NaiveDate>,
    /// Its code on the watch list, if any.
    pub watched_cpv: Option<String>,
    /// Its word on the watch list, if any.
    pub watched_word: Option<String>,
}

/// What the rules need to know about a record.
#[derive(Debug, Clone, Default)]
pub struct RecordSide {
    /// Public id.
    pub id: String,
    /// Its publisher, joint publishers and the bodies that use the tool.
    pub bodies: Vec<Body>,
    /// The suppliers it names.
    pub suppliers: Vec<Body>,
    /// Slugs of the products it names.
    pub products: Vec<String>,
    /// Ocids it states.
    pub ocids: Vec<String>,
    /// Addresses of the notices it states.
    pub addresses: Vec<String>,
    /// First day of use.
    pub first_used: Option<NaiveDate>,
    /// Last day of use.
    pub retired_on: Option<NaiveDate>,
}

/// What the rules need to know about a product.
#[derive(Debug, Clone, Default)]
pub struct ProductSide {
    /// Slug of the product.
    pub slug: String,
    /// The suppliers that sell it.
    pub suppliers: Vec<Body>,
}

/// An address for comparison: without scheme, `www.`, query, fragment and final slash.
pub fn address_key(url: &str) -> String {
    let lower = url.trim().to_lowercase();
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    rest.trim_end_matches('/').to_owned()
}

/// What shows that two bodies are the same.
enum Same<'a> {
    Identifier(&'a str),
    Known,
    Name,
}

fn same<'a>(left: &'a Body, right: &'a Body) -> Option<Same<'a>> {
    if let Some(shared) = left.identifiers.iter().find(|one| right.identifiers.contains(one)) {
        return Some(Same::Identifier(shared));
    }
    // Both have company numbers and share none, so they are different companies, whatever their names.
    let different_numbers =
        left.company_numbers().next().is_some() && right.company_numbers().next().is_some();
    if left.slug.is_empty() || left.slug != right.slug || different_numbers {
        return None;
    }
    Some(if left.known { Same::Known } else { Same::Name })
}

/// The strongest match between any party of the contract and any body of the record.
fn matched<'a>(
    side: &str,
    parties: &'a [(Body, Option<ResolvedBy>)],
    bodies: &'a [Body],
) -> (Equal, Option<Evidence>) {
    let mut best = (Equal::No, None);
    for (party, by) in parties {
        for body in bodies {
            let (equal, found) = match same(party, body) {
                None => continue,
                Some(Same::Identifier(shared)) => {
                    let rule = format!("{side}_identifier");
                    (
                        Equal::Identifier,
                        evidence(&rule, side, format!("{} ({shared})", party.name), &body.name),
                    )
                }
                Some(Same::Known) => {
                    let how = if *by == Some(ResolvedBy::Alias) { "alias" } else { "name" };
                    (Equal::Known, evidence(&format!("{side}_{how}"), side, &party.name, &body.name))
                }
                Some(Same::Name) => {
                    (Equal::Name, evidence(&format!("{side}_name_only"), side, &party.name, &body.name))
                }
            };
            if equal > best.0 {
                best = (equal, Some(found));
            }
        }
    }
    best
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Equal {
    No,
    /// The same name, of a body the register does not know.
    Name,
    /// The same known organisation, by name or alias.
    Known,
    /// An identifier that both sides have.
    Identifier,
}

/// Whether all suppliers on both sides have company numbers, and none agree.
fn other_companies(contract: &ContractSide, record: &RecordSide) -> bool {
    let numbers = |body: &Body| body.company_numbers().next().is_some();
    !contract.suppliers.is_empty()
        && !record.suppliers.is_empty()
        && contract.suppliers.iter().all(|(body, _)| numbers(body))
        && record.suppliers.iter().all(numbers)
        && !contract.suppliers.iter().any(|(left, _)| {
            record.suppliers.iter().any(|right| matches!(same(left, right), Some(Same::Identifier(_))))
        })
}

/// Evidence that the contract ran while the tool was in use.
fn overlap(contract: &ContractSide, record: &RecordSide) -> Option<Evidence> {
    let (starts, used) = (contract.starts_on?, record.first_used?);
    let runs_into_use = contract.ends_on.is_none_or(|end| end >= used);
    let begins_before_end = record.retired_on.is_none_or(|end| starts <= end);
    let span = |from: NaiveDate, to: Option<NaiveDate>| {
        format!("{from} to {}", to.map_or_else(|| "open".to_owned(), |to| to.to_string()))
    };
    (runs_into_use && begins_before_end).then(|| {
        let (left, right) = (span(starts, contract.ends_on), span(used, record.retired_on));
        evidence("dates_overlap", "dates", left, right)
    })
}

/// Whether the contract ended more than 12 months before the tool was first used.
fn ended_long_before(contract: &ContractSide, record: &RecordSide) -> bool {
    match (contract.ends_on, record.first_used) {
        (Some(end), Some(used)) => end.checked_add_months(Months::new(12)).is_some_and(|late| late < used),
        _ => false,
    }
}

/// The link the rules propose between a contract and a record; `None` if nothing supports one, or something
/// speaks against it.
pub fn contract_to_record(contract: &ContractSide, record: &RecordSide) -> Option<Proposal> {
    let (buyer, buyer_evidence) = matched("buyer", &contract.buyers, &record.bodies);
    let stated = stated(contract, record);
    if let Some(stated) = &stated
        && buyer >= Equal::Name
    {
        let evidence = std::iter::once(stated.clone()).chain(buyer_evidence).collect();
        return Some(Proposal { class: LinkClass::Confirmed, evidence });
    }
    if other_companies(contract, record) || ended_long_before(contract, record) {
        return None;
    }
    let (supplier, supplier_evidence) = matched("supplier", &contract.suppliers, &record.suppliers);
    let term = contract
        .terms
        .iter()
        .find(|(product, _)| record.products.contains(product))
        .map(|(product, term)| evidence("exclusive_term", "text", term, product));
    let overlap = overlap(contract, record);
    let watched = contract.watched_cpv.as_ref().map(|code| evidence("watched_cpv", "cpv", code, ""));
    let word = contract.watched_word.as_ref().map(|word| evidence("watched_word", "text", word, ""));
    let by_kind = overlap.is_some() && watched.is_some();

    let (class, evidence): (LinkClass, Vec<Option<Evidence>>) =
        if buyer == Equal::Identifier && supplier == Equal::Identifier && (term.is_some() || by_kind) {
            (LinkClass::Strong, vec![buyer_evidence, supplier_evidence, term, overlap, watched])
        } else if buyer >= Equal::Known && (term.is_some() || (supplier >= Equal::Known && overlap.is_some()))
        {
            let supplier_evidence = supplier_evidence.filter(|_| supplier >= Equal::Known);
            (LinkClass::Probable, vec![buyer_evidence, supplier_evidence, term, overlap])
        } else if buyer >= Equal::Name && supplier >= Equal::Name && (watched.is_some() || word.is_some()) {
            (LinkClass::Candidate, vec![buyer_evidence, supplier_evidence, watched, word])
        } else if let Some(stated) = stated {
            let buyers =
                contract.buyers.iter().map(|(body, _)| body.name.as_str()).collect::<Vec<_>>().join("; ");
            let bodies = record.bodies.iter().map(|body| body.name.as_str()).collect::<Vec<_>>().join("; ");
            (
                LinkClass::Candidate,
                vec![Some(stated), Some(self::evidence("other_buyer", "buyer", buyers, bodies))],
            )
        } else {
            return None;
        };
    Some(Proposal { class, evidence: evidence.into_iter().flatten().collect() })
}

/// Evidence that the record states the contract's process or one of its notices.
fn stated(contract: &ContractSide, record: &RecordSide) -> Option<Evidence> {
    if !contract.ocid.is_empty() && record.ocids.contains(&contract.ocid) {
        return Some(evidence("stated_process", "ocid", &contract.ocid, &contract.ocid));
    }
    contract.addresses.iter().find_map(|notice| {
        let stated = record.addresses.iter().find(|other| address_key(other) == address_key(notice))?;
        Some(evidence("stated_notice", "notice_url", notice, stated))
    })
}

/// The link the rules propose between a contract and a product whose exclusive term is in the contract's
/// text: strong if the supplier matches too, else probable.
pub fn contract_to_product(contract: &ContractSide, product: &ProductSide) -> Option<Proposal> {
    let (_, term) = contract.terms.iter().find(|(slug, _)| *slug == product.slug)?;
    let term = evidence("exclusive_term", "text", term, &product.slug);
    let (supplier, supplier_evidence) = matched("supplier", &contract.suppliers, &product.suppliers);
    Some(if supplier >= Equal::Known {
        let evidence = std::iter::once(term).chain(supplier_evidence).collect();
        Proposal { class: LinkClass::Strong, evidence }
    } else {
        Proposal { class: LinkClass::Probable, evidence: vec![term] }
    })
}

/// A call-off from a framework that is linked to something is a candidate for the same link.
pub fn call_off(framework_ocid: &str, contract_ocid: &str) -> Proposal {
    let evidence =
        vec![evidence("call_off_of_linked_framework", "related_process", contract_ocid, framework_ocid)];
    Proposal { class: LinkClass::Candidate, evidence }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().unwrap())
    }

    fn body(name: &str, slug: &str, identifiers: &[&str]) -> Body {
        Body {
            name: name.to_owned(),
            slug: slug.to_owned(),
            known: true,
            identifiers: identifiers.iter().map(|one| (*one).to_owned()).collect(),
        }
    }

    /// A police force that uses a product, and the contract by which its commissioner bought it.
    fn pair() -> (ContractSide, RecordSide) {
        let contract = ContractSide {
            ocid: "ocds-x-1".to_owned(),
            addresses: vec!["https://www.find-tender.service.gov.uk/Notice/1-2026".to_owned()],
            buyers: vec![(
                body("Commissioner for A", "a-police", &["GB-PPON A"]),
                Some(ResolvedBy::Identifier),
            )],
            suppliers: vec![(
                body("Acme Limited", "acme", &["GB-COH 00000001"]),
                Some(ResolvedBy::Identifier),
            )],
            terms: vec![("platewren".to_owned(), "PlateWren".to_owned())],
            starts_on: day("2025-01-01"),
            ends_on: day("2027-12-31"),
            watched_cpv: Some("35125000".to_owned()),
            watched_word: Some("anpr".to_owned()),
        };
        let record = RecordSide {
            id: "R-1".to_owned(),
            bodies: vec![body("A Police", "a-police", &["GB-PPON A"])],
            suppliers: vec![body("Acme", "acme", &["GB-COH 00000001"])],
            products: vec!["platewren".to_owned()],
            first_used: day("2025-06-01"),
            ..RecordSide::default()
        };
        (contract, record)
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut ContractSide, &mut RecordSide), expected: &str) {
        let (mut contract, mut record) = pair();
        change(&mut contract, &mut record);
        let found = contract_to_record(&contract, &record).map_or("-".to_owned(), |proposal| {
            let rules: Vec<String> = proposal.evidence.into_iter().map(|one| one.rule).collect();
            format!("{}: {}", proposal.class, rules.join(" "))
        });
        assert_eq!(found, expected);
    }

    fn without_identifiers(contract: &mut ContractSide, record: &mut RecordSide) {
        for (body, _) in contract.buyers.iter_mut().chain(&mut contract.suppliers) {
            body.identifiers.clear();
        }
        for body in record.bodies.iter_mut().chain(&mut record.suppliers) {
            body.identifiers.clear();
        }
    }

    #[test]
    fn each_class_has_its_rule_and_its_evidence() {
        check(
            |_, record| record.ocids.push("ocds-x-1".to_owned()),
            "confirmed: stated_process buyer_identifier",
        );
        check(
            |_, record| {
                record.addresses.push("http://find-tender.service.gov.uk/notice/1-2026/?origin=x".to_owned());
            },
            "confirmed: stated_notice buyer_identifier",
        );
        check(
            |_, _| {},
            "strong: buyer_identifier supplier_identifier exclusive_term dates_overlap watched_cpv",
        );
        check(
            |contract, _| contract.terms.clear(),
            "strong: buyer_identifier supplier_identifier dates_overlap watched_cpv",
        );
        check(
            |contract, record| {
                without_identifiers(contract, record);
                contract.suppliers.clear();
                contract.buyers[0].1 = Some(ResolvedBy::Alias);
            },
            "probable: buyer_alias exclusive_term dates_overlap",
        );
        check(
            |contract, record| {
                without_identifiers(contract, record);
                contract.terms.clear();
            },
            "probable: buyer_name supplier_name dates_overlap",
        );
        check(
            |contract, record| {
                without_identifiers(contract, record);
                contract.terms.clear();
                contract.starts_on = None;
            },
            "candidate: buyer_name supplier_name watched_cpv watched_word",
        );
    }

    #[test]
    fn names_alone_never_link() {
        check(
            |contract, record| {
                without_identifiers(contract, record);
                contract.terms.clear();
                (contract.starts_on, contract.watched_cpv, contract.watched_word) = (None, None, None);
            },
            "-",
        );
        check(|contract, _| contract.buyers.clear(), "-");
        check(
            |contract, record| {
                contract.buyers[0].0 = body("B Police", "b-police", &[]);
                record.ocids.push("ocds-x-1".to_owned());
            },
            "candidate: stated_process other_buyer",
        );
    }

    #[test]
    fn other_companies_and_contracts_long_over_block() {
        check(|contract, _| contract.suppliers[0].0 = body("Acme", "acme", &["GB-COH 00000002"]), "-");
        check(|contract, _| contract.ends_on = day("2024-05-31"), "-");
        check(
            |contract, record| {
                contract.starts_on = day("2023-01-01");
                contract.ends_on = day("2024-06-01");
                record.first_used = day("2025-06-01");
            },
            "strong: buyer_identifier supplier_identifier exclusive_term watched_cpv",
        );
    }

    #[test]
    fn a_product_is_linked_by_its_exclusive_term() {
        let (contract, record) = pair();
        let product = ProductSide { slug: "platewren".to_owned(), suppliers: record.suppliers };
        assert_eq!(contract_to_product(&contract, &product).unwrap().class, LinkClass::Strong);
        let other = ProductSide { suppliers: Vec::new(), ..product.clone() };
        assert_eq!(contract_to_product(&contract, &other).unwrap().class, LinkClass::Probable);
        let unnamed = ProductSide { slug: "candlewatch".to_owned(), ..product };
        assert_eq!(contract_to_product(&contract, &unnamed), None);
    }
}
