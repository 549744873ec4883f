//! Who takes part: the buyers of a process as one key, and parties with their names and identifiers.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use domain::codes::{Code, IdentifierScheme, PartyRole, ResolvedBy, WithheldGround};
use domain::contracting::{
    Contract, ContractParty, NAME_WITHHELD, RawIdentifier, TWO_COMPANY_NUMBERS, WITHHELD_ON,
};
use domain::naming::{self, former_name_key, name_key, withheld_name};
use domain::organisation::Identifier;
use domain::text::one_line;

use super::texts::{push_once, short, word};
use crate::ocds::node::Node;

/// Longest buyer key, in bytes; a longer one is replaced by its hash.
const KEY_MAX: usize = 500;
/// Schemes whose values mean something only inside one system, so they are not identifiers.
const LOCAL_SCHEMES: &[&str] = &["GB-CFS", "GB-FTS", "GB-SRS"];
/// Texts used in place of a name to name nobody, besides placeholders and those that say it is withheld.
const NO_NAMES: &[&str] = &["various", "see description", "multiple suppliers", "as per attached"];

/// The buyers as one key: their name keys (ids, for buyers without a name), sorted and joined. Empty if the
/// release names no buyer.
pub(in crate::ocds) fn buyer_key(release: &Node) -> String {
    let parties = release.get("parties");
    let mut keys = BTreeSet::new();
    for buyer in buyers(release) {
        let party = party_of(parties, buyer);
        let name = buyer.text_of("name").or_else(|| party.text_of("name"));
        let key = name.map(|name| former_name_key(&name)).filter(|key| !key.is_empty());
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
pub(super) fn buyers(release: &Node) -> Vec<&Node> {
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

pub(super) fn has_role(party: &Node, role: &str) -> bool {
    party.get("roles").items().iter().any(|one| one.text().as_deref() == Some(role))
        || party.get("roles").text().as_deref() == Some(role)
}

/// The party that a reference points to; the reference itself if there is none, as in OCDS 1.0.
fn party_of<'a>(parties: &'a Node, reference: &'a Node) -> &'a Node {
    let Some(id) = reference.text_of("id") else { return reference };
    let found = parties.items().iter().find(|party| party.text_of("id").as_ref() == Some(&id));
    found.unwrap_or(reference)
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
        let says_nothing =
            value.bytes().all(|byte| byte == b'0' || !byte.is_ascii_alphanumeric()) || names_nobody(&value);
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

pub(super) fn party(
    role: PartyRole,
    reference: &Node,
    parties: &Node,
    titles: &[Option<&str>],
) -> ContractParty {
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
        Some(name) if names_nobody(name) => quality.push(NAME_WITHHELD.to_owned()),
        Some(name) if titles.iter().flatten().any(|title| title == name) => {
            quality.push("name-is-title".to_owned());
        }
        Some(_) => {}
    }
    let ground = name.as_deref().and_then(withheld_name).filter(|ground| *ground != WithheldGround::Other);
    quality.extend(ground.map(|ground| format!("{WITHHELD_ON}{ground}")));
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

/// Whether a text stands in place of a name and names nobody.
fn names_nobody(text: &str) -> bool {
    naming::names_nobody(text) || NO_NAMES.contains(&domain::text::fold(text).as_str())
}

/// Adds suppliers known only by their role, if there is just one contract and it names none.
pub(super) fn by_role(parties: &Node, made: &mut [Contract]) {
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
