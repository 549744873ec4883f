//! What a record's page says of suppliers and contracts.

use domain::codes::{Code, PartyRole};
use serde_json::{Map, Value};
use wire::{ContractView, InvolvedView, TargetKind};

use super::procurement::{facts, names};
use crate::json::{objects, text};
use crate::language::{Said, say};
use crate::shown::Shown;
use crate::words::label_in;

/// A contract in public notices.
pub(super) struct Contract {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) rows: Vec<(Said, Shown)>,
}

/// A supplier, as the record names it.
pub(super) struct Supplier {
    pub(super) name: String,
    pub(super) href: Option<String>,
    pub(super) rows: Vec<(Said, Shown)>,
}

/// The suppliers that the record names.
pub(super) fn suppliers(record: &Map<String, Value>, bodies: &[InvolvedView]) -> Vec<Supplier> {
    objects(record, "supplier_involvement")
        .map(|one| {
            let name = text(&one["supplier"], "name");
            let found =
                bodies.iter().find(|body| body.role == "supplier" && Some(&body.party.name) == name.as_ref());
            let slug = found.map(|body| body.party.slug.as_str()).filter(|slug| !slug.is_empty());
            let rows = [
                (say("product"), text(one, "product").map(Shown::Text)),
                (say("what-it-does"), text(one, "role").map(Shown::Words)),
                (say("access-to-data"), text(one, "data_access_terms").map(Shown::Words)),
                (say("company-number"), text(one, "company_number").map(Shown::Text)),
            ];
            Supplier {
                href: slug.map(|slug| format!("/suppliers/{slug}")),
                name: name.unwrap_or_else(|| say("supplier-not-named").to_string()),
                rows: rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect(),
            }
        })
        .collect()
}

/// A contract, with what links it to this record. It may be linked to others too, by other evidence.
pub(super) fn contract(item: &ContractView, record: &str) -> Contract {
    let named = |role: PartyRole| {
        let names: Vec<String> = names(&item.contract, role).into_iter().map(|(name, _)| name).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let link =
        item.links.iter().find(|link| link.target_kind == TargetKind::Record && link.target_id == record);
    let class = link.map(|link| {
        let state = label_in("link_state", link.state.as_str()).to_lowercase();
        say("class-and-state")
            .with("class", label_in("link_class", link.class.as_str()))
            .with("state", state)
            .to_string()
    });
    let parties = [(say("supplier"), named(PartyRole::Supplier)), (say("buyer"), named(PartyRole::Buyer))];
    let parties = parties.into_iter().filter_map(|(label, value)| Some((label, value?)));
    let rows = parties.chain(facts(item)).chain(class.map(|class| (say("link-to-this-record"), class)));
    let rows = rows.map(|(label, value)| (label, Shown::Text(value)));
    Contract {
        id: item.id.to_string(),
        title: item.contract.title.clone().unwrap_or_else(|| say("contract").to_string()),
        rows: rows.collect(),
    }
}
