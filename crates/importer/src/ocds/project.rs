//! Makes a process and its contracts from merged releases; docs/procurement.md explains the rules.
//!
//! Nothing is guessed: what a notice does not state stays absent, and what is odd is kept and named.

mod codes;
mod lists;
mod parties;
mod texts;
mod values;

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{ContractKind, PartyRole};
use domain::contracting::{AWARD_UNKNOWN, Contract, Process};

use self::codes::{classifications_of, tender_codes};
use self::lists::{amendments, documents, relations};
use self::parties::{buyers, by_role, has_role, party};
use self::texts::{day, description, title, word};
use self::values::{Shared, money, value_of};
use super::node::Node;

pub(super) use self::parties::buyer_key;
pub(super) use self::texts::instant;

/// What is known about the releases themselves, besides their merged content.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    /// Tags of the latest release.
    pub(super) tags: Vec<String>,
    /// Dates of the first and of the latest release.
    pub(super) first_at: Option<DateTime<Utc>>,
    pub(super) latest_at: Option<DateTime<Utc>>,
    /// Day of the first release with an award or a contract.
    pub(super) awarded_release: Option<NaiveDate>,
    /// Number of releases.
    pub(super) releases: u64,
}

/// Makes a process and its contracts from merged releases.
pub(super) fn project(
    source: &str,
    ocid: &str,
    compiled: &Node,
    history: &History,
) -> (Process, Vec<Contract>) {
    let tender = compiled.get("tender");
    let parties = compiled.get("parties");
    let awards = compiled.get("awards").items();
    let contracts = compiled.get("contracts").items();
    let mut quality = Vec::new();
    let buyers = buyers(compiled);
    if buyers.is_empty() {
        quality.push("no-buyer".to_owned());
    }
    let truth = |key: &str| tender.get("techniques").text_of(key).as_deref() == Some("true");
    let mut process = Process {
        source: source.to_owned(),
        ocid: ocid.to_owned(),
        country: None,
        title: title(tender, "title").or_else(|| title(compiled, "title")),
        description: description(tender, "description").or_else(|| description(compiled, "description")),
        stage: history.tags.clone(),
        status: word(tender, "status"),
        procedure: word(tender, "procurementMethod"),
        procedure_details: word(tender, "procurementMethodDetails"),
        procedure_rationale: title(tender, "procurementMethodRationale"),
        category: word(tender, "mainProcurementCategory"),
        framework: truth("hasFrameworkAgreement")
            || truth("hasDynamicPurchasingSystem")
            || !tender.get("techniques").get("frameworkAgreement").is_null(),
        tender_value: money(tender.get("value"), "amount", &mut Vec::new()),
        notice_types: Vec::new(),
        documents: Vec::new(),
        amendments: Vec::new(),
        relations: Vec::new(),
        removed_suppliers: Vec::new(),
        first_at: history.first_at,
        latest_at: history.latest_at,
        releases: history.releases,
        quality,
    };
    documents(tender, &mut process.documents);
    amendments(tender, &mut process.amendments);
    relations(compiled, &mut process.relations);
    contracts.iter().for_each(|contract| relations(contract, &mut process.relations));

    let mut of_award: HashMap<String, u64> = HashMap::new();
    for contract in contracts {
        if let Some(award) = contract.text_of("awardID") {
            *of_award.entry(award.into_owned()).or_default() += 1;
        }
    }
    let of_tender = tender_codes(tender);
    let make = |contract: &Node, award: &Node, kind: ContractKind, shared: Shared| {
        let mut made = empty(kind);
        made.award_id = word(award, "id").or_else(|| word(contract, "awardID"));
        made.contract_id = word(contract, "id");
        made.title =
            title(contract, "title").or_else(|| title(award, "title")).or_else(|| process.title.clone());
        made.description = description(contract, "description")
            .or_else(|| description(award, "description"))
            .or_else(|| process.description.clone());
        made.status = word(contract, "status").or_else(|| word(award, "status"));
        value_of(contract, award, tender, &mut made, shared);
        dates(contract, award, history, &mut made);
        classifications_of(contract, award, &of_tender, &mut made.cpv);
        for node in [contract, award] {
            documents(node, &mut made.documents);
            amendments(node, &mut made.amendments);
        }
        let titles = [made.title.as_deref(), process.title.as_deref()];
        let named = |role, node: &Node| party(role, node, parties, &titles);
        made.parties.extend(buyers.iter().map(|buyer| named(PartyRole::Buyer, buyer)));
        let removed: HashSet<_> =
            award.get("suppliersRemoved").items().iter().filter_map(|one| one.text_of("id")).collect();
        for supplier in award.get("suppliers").items() {
            let gone = supplier.text_of("id").is_some_and(|id| removed.contains(&id));
            if !gone {
                made.parties.push(named(PartyRole::Supplier, supplier));
            }
        }
        for supplier in award.get("suppliersRemoved").items() {
            made.parties.push(named(PartyRole::RemovedSupplier, supplier));
        }
        if award.is_null() && kind == ContractKind::Contract {
            made.quality.push(AWARD_UNKNOWN.to_owned());
        }
        made
    };
    let nothing = Node::Null;
    let mut made = Vec::new();
    for contract in contracts {
        let id = contract.text_of("awardID");
        let award = awards.iter().find(|award| id.is_some() && award.text_of("id") == id).unwrap_or(&nothing);
        let award_shared = id.is_some_and(|id| of_award.get(&*id).is_some_and(|count| *count > 1));
        let shared = Shared { award: award_shared, tender: contracts.len().max(awards.len()) > 1 };
        made.push(make(contract, award, ContractKind::Contract, shared));
    }
    for award in awards {
        let joined = award.text_of("id").is_some_and(|id| of_award.contains_key(&*id));
        if !joined {
            let shared = Shared { award: false, tender: awards.len() > 1 };
            made.push(make(&nothing, award, ContractKind::AwardOnly, shared));
        }
    }
    by_role(parties, &mut made);
    let of_awards: HashSet<_> = awards
        .iter()
        .flat_map(|award| award.get("suppliersRemoved").items())
        .filter_map(|one| one.text_of("id"))
        .collect();
    let removed = parties.items().iter().filter(|party| {
        has_role(party, "removedSupplier") && !party.text_of("id").is_some_and(|id| of_awards.contains(&id))
    });
    process.removed_suppliers =
        removed.map(|one| party(PartyRole::RemovedSupplier, one, parties, &[])).collect();
    let all = made.iter().flat_map(|contract| &contract.documents).chain(&process.documents);
    let types: BTreeSet<String> = all.filter_map(|document| document.notice_type.clone()).collect();
    process.notice_types = types.into_iter().collect();
    (process, made)
}

fn empty(kind: ContractKind) -> Contract {
    Contract {
        kind,
        award_id: None,
        contract_id: None,
        title: None,
        description: None,
        status: None,
        value: None,
        value_gross: None,
        value_basis: None,
        value_quality: Vec::new(),
        awarded_on: None,
        signed_on: None,
        published_on: None,
        starts_on: None,
        ends_on: None,
        max_ends_on: None,
        cpv: Vec::new(),
        amendments: Vec::new(),
        documents: Vec::new(),
        parties: Vec::new(),
        quality: Vec::new(),
    }
}

fn dates(contract: &Node, award: &Node, history: &History, made: &mut Contract) {
    let quality = &mut made.quality;
    made.awarded_on = day(award, "date", "awarded_on", quality);
    made.signed_on = day(contract, "dateSigned", "signed_on", quality);
    let published = day(award, "datePublished", "published_on", quality);
    let notices = [contract, award].into_iter().flat_map(|node| node.get("documents").items());
    let notices = notices.filter(|document| {
        let kind = document.text_of("documentType").unwrap_or_default();
        let notice = document.text_of("noticeType");
        // Other notice types change or end what these announce.
        matches!(&*kind, "awardNotice" | "contractNotice")
            && notice.is_none_or(|notice| matches!(&*notice, "UK5" | "UK6" | "UK7"))
    });
    let noticed = notices.filter_map(|document| day(document, "datePublished", "", &mut Vec::new())).min();
    made.published_on = published.or(noticed).or(history.awarded_release);
    let period =
        if contract.get("period").is_null() { award.get("contractPeriod") } else { contract.get("period") };
    made.starts_on = day(period, "startDate", "starts_on", quality);
    made.ends_on = day(period, "endDate", "ends_on", quality);
    made.max_ends_on = day(period, "maxExtentDate", "max_ends_on", quality);
    if let (Some(start), Some(end)) = (made.starts_on, made.ends_on)
        && end < start
    {
        quality.push("ends-before-start".to_owned());
    }
}

/// Most items a list of one release may have. No notice has more, and each item costs memory for all its
/// texts.
const PARTS_MAX: usize = 10_000;

/// The first list of a release that exceeds `PARTS_MAX`, and its length.
pub(super) fn too_many(release: &Node) -> Option<(&'static str, usize)> {
    let lists = ["awards", "contracts", "parties"].map(|key| (key, release.get(key).items().len()));
    let documents = ["tender", "awards", "contracts"]
        .iter()
        .flat_map(|key| release.get(key).items())
        .map(|node| node.get("documents").items().len().max(node.get("items").items().len()))
        .sum();
    let suppliers =
        release.get("awards").items().iter().map(|award| award.get("suppliers").items().len()).sum();
    let sums = [("documents or items", documents), ("suppliers", suppliers)];
    lists.into_iter().chain(sums).find(|(_, count)| *count > PARTS_MAX)
}
