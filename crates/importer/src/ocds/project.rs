//! Makes a process and its contracts from merged releases; docs/procurement.md explains the rules.
//!
//! Nothing is guessed: what a notice does not state stays absent, and what is odd is kept and named.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{Code, ContractKind, IdentifierScheme, PartyRole, ResolvedBy, ValueBasis};
use domain::contracting::money::{is_currency, read_amount};
use domain::contracting::{
    AWARD_UNKNOWN, Amendment, Contract, ContractDocument, ContractParty, Cpv, Money, NAME_WITHHELD, Process,
    RawIdentifier, Relation, SHARED, TWO_COMPANY_NUMBERS, ZERO, cpv,
};
use domain::organisation::Identifier;
use domain::text::{clean, name_key, one_line};

use super::node::Node;
use crate::mapping::hide_mailboxes;

/// Longest title, in characters.
const TITLE_MAX: usize = 500;
/// Longest buyer key, in bytes; a longer one is replaced by its hash.
const KEY_MAX: usize = 500;
/// Longest description, in characters.
const DESCRIPTION_MAX: usize = 10_000;
/// Schemes whose values mean something only inside one system, so they are not identifiers.
const LOCAL_SCHEMES: &[&str] = &["GB-CFS", "GB-FTS", "GB-SRS"];
/// Texts used in place of a name to name nobody.
const NO_NAMES: &[&str] = &[
    "redacted",
    "withheld",
    "confidential",
    "not disclosed",
    "undisclosed",
    "not applicable",
    "n a",
    "na",
    "tbc",
    "tba",
    "none",
    "various",
    "see description",
    "multiple suppliers",
    "as per attached",
];

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

/// An instant as OCDS writes it: RFC 3339, or without offset, which is read as UTC. `None` outside the years
/// 1900 to 2200.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .or_else(|_| text.parse::<chrono::NaiveDateTime>().map(|at| at.and_utc()))
        .ok()
        .or_else(|| Some(text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?.and_utc()))
        .filter(|at| (1900..=2200).contains(&chrono::Datelike::year(at)))
}

/// The buyers as one key: their name keys (ids, for buyers without a name), sorted and joined. Empty if the
/// release names no buyer.
pub(super) fn buyer_key(release: &Node) -> String {
    let parties = release.get("parties");
    let mut keys = BTreeSet::new();
    for buyer in buyers(release) {
        let party = party_of(parties, buyer);
        let name = buyer.text_of("name").or_else(|| party.text_of("name"));
        let key = name.map(|name| name_key(&name)).filter(|key| !key.is_empty());
        keys.extend(key.or_else(|| buyer.text_of("id").map(|id| format!("id:{}", one_line(&id)))));
    }
    let key = keys.into_iter().collect::<Vec<_>>().join("|");
    if key.len() <= KEY_MAX {
        key
    } else {
        format!("sha256:{}", store::ground::hash::hex_sha256(key.as_bytes()))
    }
}

/// The buyer a release names, and every other party with the role `buyer`.
fn buyers(release: &Node) -> Vec<&Node> {
    let buyer = release.get("buyer");
    let stated = !buyer.is_null() && (buyer.text_of("id").is_some() || buyer.text_of("name").is_some());
    let mut all: Vec<&Node> = if stated { vec![buyer] } else { Vec::new() };
    let mut ids: HashSet<String> =
        all.iter().filter_map(|one| Some(one.text_of("id")?.into_owned())).collect();
    let mut names: HashSet<String> =
        all.iter().filter_map(|one| Some(name_key(&one.text_of("name")?))).collect();
    for party in release.get("parties").items().iter().filter(|party| has_role(party, "buyer")) {
        let (id, name) = (party.text_of("id"), party.text_of("name").map(|name| name_key(&name)));
        let known = id.as_ref().is_some_and(|id| ids.contains(&**id))
            || name.as_ref().is_some_and(|name| names.contains(name));
        if !known {
            all.push(party);
            ids.extend(id.map(Cow::into_owned));
            names.extend(name);
        }
    }
    all
}

fn has_role(party: &Node, role: &str) -> bool {
    party.get("roles").items().iter().any(|one| one.text().as_deref() == Some(role))
        || party.get("roles").text().as_deref() == Some(role)
}

/// The party that a reference points to; the reference itself if there is none, as in OCDS 1.0.
fn party_of<'a>(parties: &'a Node, reference: &'a Node) -> &'a Node {
    let Some(id) = reference.text_of("id") else { return reference };
    let found = parties.items().iter().find(|party| party.text_of("id").as_ref() == Some(&id));
    found.unwrap_or(reference)
}

fn short(text: &str, max: usize) -> String {
    domain::text::shorten(text, max).unwrap_or_else(|| text.to_owned())
}

fn title(node: &Node, key: &str) -> Option<String> {
    let text = node.text_of(key).map(|text| without_contacts(&one_line(&text)));
    text.map(|text| short(&text, TITLE_MAX)).filter(|text| !text.is_empty())
}

fn description(node: &Node, key: &str) -> Option<String> {
    let text = node.text_of(key).map(|text| without_contacts(&clean(&text)));
    text.map(|text| short(&text, DESCRIPTION_MAX)).filter(|text| !text.is_empty())
}

/// Replaces personal mailboxes, and telephone numbers of 10 to 15 digits that start with 0 or +.
fn without_contacts(text: &str) -> String {
    let text = hide_mailboxes(text);
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['0', '+']) {
        let begins = !rest[..at]
            .ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '.' | ',' | '-' | '/'));
        let run = rest[at..]
            .find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '+' | ' ' | '-' | '(' | ')')))
            .map_or(rest.len(), |length| at + length);
        let run = rest[at..run].trim_end_matches(|letter: char| !letter.is_ascii_digit());
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let end = at + run.len().max(1);
        if begins && (10..=15).contains(&digits) {
            kept.push_str(&rest[..at]);
            kept.push_str("[telephone left out]");
        } else {
            kept.push_str(&rest[..end]);
        }
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept
}

fn word(node: &Node, key: &str) -> Option<String> {
    node.text_of(key).map(|text| short(&one_line(&text), 200)).filter(|text| !text.is_empty())
}

/// A day; a bad one is added to `quality` with the field's name.
fn day(node: &Node, key: &str, field: &str, quality: &mut Vec<String>) -> Option<NaiveDate> {
    let text = node.text_of(key)?;
    // The day as the notice writes it, in local time: converting to UTC could move it.
    let found = text.get(..10).and_then(|day| day.parse::<NaiveDate>().ok());
    let found = found.filter(|day| (1900..=2200).contains(&chrono::Datelike::year(day)));
    if found.is_none() || instant(&text).is_none() {
        quality.push(format!("bad-date:{field}"));
    }
    found
}

fn push_once(list: &mut Vec<String>, what: impl Into<String>) {
    let what = what.into();
    if !list.contains(&what) {
        list.push(what);
    }
}

/// An amount with its currency; oddities are added to `quality`.
fn money(value: &Node, key: &str, quality: &mut Vec<String>) -> Option<Money> {
    let raw = value.text_of(key)?;
    let amount = match read_amount(&raw) {
        Ok(amount) => amount,
        Err(bad) => {
            push_once(quality, bad.to_string());
            return None;
        }
    };
    if amount.is_sign_negative() && !amount.is_zero() {
        push_once(quality, "negative");
    } else if amount.is_zero() {
        push_once(quality, ZERO);
    }
    let currency = word(value, "currency");
    match &currency {
        None => push_once(quality, "currency-missing"),
        Some(code) if !is_currency(code) => push_once(quality, "currency-unknown"),
        Some(_) => {}
    }
    Some(Money { amount: amount.normalize().to_string(), currency })
}

/// Whether the award or tender led to several contracts, so that its value is not this contract's alone.
#[derive(Debug, Clone, Copy)]
struct Shared {
    award: bool,
    tender: bool,
}

/// Sets the value of a contract: its own, else the award's, else the tender's estimate.
fn value_of(contract: &Node, award: &Node, tender: &Node, made: &mut Contract, shared: Shared) {
    let quality = &mut made.value_quality;
    let stated = [(contract, ValueBasis::Contract), (award, ValueBasis::Award), (tender, ValueBasis::Tender)];
    for (node, basis) in stated {
        let value = node.get("value");
        let net = money(value, "amount", quality);
        let gross = money(value, "amountGross", &mut Vec::new());
        if net.is_none() && gross.is_none() {
            continue;
        }
        (made.value, made.value_gross, made.value_basis) = (net, gross, Some(basis));
        if (basis == ValueBasis::Award && shared.award) || (basis == ValueBasis::Tender && shared.tender) {
            push_once(quality, SHARED);
        }
        break;
    }
    let currency = |node: &Node| node.get("value").text_of("currency").map(Cow::into_owned);
    if let (Some(one), Some(other)) = (currency(contract), currency(award))
        && one != other
    {
        push_once(quality, "currencies-differ");
    }
}

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

fn documents(node: &Node, list: &mut Vec<ContractDocument>) {
    for document in node.get("documents").items() {
        let url = word(document, "url").filter(|url| domain::validate::is_address(url));
        let made = ContractDocument {
            id: word(document, "id"),
            document_type: word(document, "documentType"),
            notice_type: word(document, "noticeType"),
            title: title(document, "title").or_else(|| title(document, "description")),
            url,
            published_on: day(document, "datePublished", "", &mut Vec::new()),
        };
        if !list.contains(&made) {
            list.push(made);
        }
    }
}

fn amendments(node: &Node, list: &mut Vec<Amendment>) {
    let single = std::iter::once(node.get("amendment")).filter(|node| !node.is_null());
    for amendment in node.get("amendments").items().iter().chain(single) {
        let made = Amendment {
            id: word(amendment, "id"),
            amended_on: day(amendment, "date", "", &mut Vec::new()),
            rationale: title(amendment, "rationale"),
            description: description(amendment, "description"),
        };
        if !list.contains(&made) {
            list.push(made);
        }
    }
}

fn relations(node: &Node, list: &mut Vec<Relation>) {
    for relation in node.get("relatedProcesses").items() {
        let Some(identifier) = word(relation, "identifier") else { continue };
        let kinds = relation.get("relationship").items().iter().filter_map(Node::text);
        let made = Relation {
            relationship: kinds.map(Cow::into_owned).collect(),
            scheme: word(relation, "scheme"),
            identifier,
            title: title(relation, "title"),
        };
        if !list.contains(&made) {
            list.push(made);
        }
    }
}

/// The identifiers of a party in their schemes' normal form, without local ones.
fn identifiers(reference: &Node, party: &Node, quality: &mut Vec<String>) -> Vec<RawIdentifier> {
    let mut found: Vec<RawIdentifier> = Vec::new();
    let nodes = [reference, party].into_iter().flat_map(|node| {
        std::iter::once(node.get("identifier")).chain(node.get("additionalIdentifiers").items())
    });
    let stated: Vec<(String, String)> =
        nodes.filter_map(|node| Some((word(node, "scheme")?, word(node, "id")?))).collect();
    // The id may itself be an org-id, such as `GB-COH-02150688`.
    let by_id = reference.text_of("id").and_then(|id| {
        IdentifierScheme::ALL.iter().find_map(|scheme| {
            let value = id.strip_prefix(scheme.as_str())?.strip_prefix('-')?;
            Some((scheme.as_str().to_owned(), value.to_owned()))
        })
    });
    for (scheme, value) in stated.into_iter().chain(by_id) {
        if LOCAL_SCHEMES.contains(&scheme.as_str()) {
            continue;
        }
        let normal = IdentifierScheme::parse(&scheme).ok().map(|known| Identifier::normalise(known, &value));
        let says_nothing = value.bytes().all(|byte| byte == b'0' || !byte.is_ascii_alphanumeric())
            || NO_NAMES.contains(&domain::text::fold(&value).as_str());
        if says_nothing {
            push_once(quality, "bad-identifier");
            continue;
        }
        let value = match normal {
            Some(Ok(identifier)) => identifier.value,
            Some(Err(_)) => {
                push_once(quality, "bad-identifier");
                continue;
            }
            None => value,
        };
        let made = RawIdentifier { scheme, value };
        if !found.contains(&made) {
            found.push(made);
        }
    }
    if found.iter().filter(|one| one.scheme == IdentifierScheme::GbCoh.as_str()).count() > 1 {
        push_once(quality, TWO_COMPANY_NUMBERS);
    }
    found
}

fn party(role: PartyRole, reference: &Node, parties: &Node, titles: &[Option<&str>]) -> ContractParty {
    let party = party_of(parties, reference);
    let mut quality = Vec::new();
    let name =
        [reference.text_of("name"), party.text_of("name"), party.get("identifier").text_of("legalName")]
            .into_iter()
            .flatten()
            .map(|name| short(&one_line(&name), 300))
            .find(|name| !name.is_empty());
    match &name {
        None => quality.push(NAME_WITHHELD.to_owned()),
        Some(name) if NO_NAMES.contains(&domain::text::fold(name).as_str()) || name_key(name).is_empty() => {
            quality.push(NAME_WITHHELD.to_owned());
        }
        Some(name) if titles.iter().flatten().any(|title| title == name) => {
            quality.push("name-is-title".to_owned());
        }
        Some(_) => {}
    }
    let country = party.get("address").text_of("country").map(|code| code.to_ascii_uppercase());
    ContractParty {
        role,
        name,
        identifiers: identifiers(reference, party, &mut quality),
        country: country.filter(|code| code.len() == 2 && domain::validate::is_jurisdiction(code)),
        organisation: None,
        resolved_by: ResolvedBy::Nothing,
        quality,
    }
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

/// Adds suppliers known only by their role, if there is just one contract and it names none.
fn by_role(parties: &Node, made: &mut [Contract]) {
    // With several contracts, nothing tells which of them a supplier has.
    let [only] = made else { return };
    if only.parties_as(PartyRole::Supplier).next().is_some() {
        return;
    }
    for party_node in parties.items().iter().filter(|party| has_role(party, "supplier")) {
        let mut found = party(PartyRole::Supplier, party_node, parties, &[only.title.as_deref()]);
        found.quality.push("supplier-by-role".to_owned());
        only.parties.push(found);
    }
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

/// The tender's codes: those of the tender, and those of items by the lot they belong to.
struct TenderCodes {
    whole: Vec<Cpv>,
    of_items: Vec<(Option<String>, Vec<Cpv>)>,
}

fn tender_codes(tender: &Node) -> TenderCodes {
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
fn classifications_of(contract: &Node, award: &Node, tender: &TenderCodes, codes: &mut Vec<Cpv>) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_of_persons_are_left_out_of_texts() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(without_contacts(text), expected);
        }
        check("Ask jane.roe@council.gov.uk, 07700 900123.", "Ask [mailbox left out], [telephone left out].");
        check(
            "Call +44 (0)20 7946 0000 or info@council.gov.uk",
            "Call [telephone left out] or info@council.gov.uk",
        );
        check("CPV 03000000 and 0.5 of 10 000 000", "CPV 03000000 and 0.5 of 10 000 000");
        check("Ref 2025-0001234567", "Ref 2025-0001234567");
        check("0", "0");
    }
}
