//! `/contracts/{id}` and `/gaps`.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::{Code, GapRule, GapStatus, OrganisationKind, PartyRole, Vocabulary};
use domain::contracting::{Contract, Money};
use serde_json::Value;
use wire::{ContractView, GapList, GapView, LinkView, TargetKind};

use super::problem::NotShown;
use crate::address::{part, query, with, without};
use crate::ask::Interface;
use crate::json::text;
use crate::language::{Said, say};
use crate::layout::{Frame, Twin, page};
use crate::words::{date, definition, entry_label, explained, is_safe, label_in, money, word};

/// An amount, if its currency is known.
pub(super) fn amount(value: &Money) -> Option<String> {
    value.currency.as_deref().map(|currency| money(&value.amount, currency))
}

/// A contract's parties in a role, with links to their pages.
pub(super) fn names(contract: &Contract, role: PartyRole) -> Vec<(String, Option<String>)> {
    let kind = if role == PartyRole::Supplier { "suppliers" } else { "organisations" };
    let parties = contract.parties_as(role).map(|party| {
        let href = party.organisation.as_ref().map(|slug| format!("/{kind}/{slug}"));
        (party.name.clone().unwrap_or_default(), href)
    });
    parties.collect()
}

/// The facts shown for a contract: label and value.
pub(super) fn facts(item: &ContractView) -> Vec<(Said, String)> {
    let one = &item.contract;
    let facts = [
        (say("value"), one.value.as_ref().and_then(amount)),
        (say("from"), one.starts_on.map(date)),
        (say("until"), one.ends_on.map(date)),
        (say("signed"), one.signed_on.map(date)),
        (say("how-it-was-bought"), item.process.procedure.as_deref().map(word)),
    ];
    facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

/// A link from a contract, with its evidence.
struct Link {
    title: String,
    href: String,
    class: String,
    state: String,
    evidence: Vec<String>,
}

/// Record titles by id, for those that are published.
async fn titles(interface: &Interface, ids: Vec<String>) -> Result<HashMap<String, String>, NotShown> {
    let mut titles = HashMap::new();
    for id in ids {
        match interface.get::<Value>(&format!("/api/v1/records/{}?fields=title", part(&id))).await {
            Ok(record) => titles.extend(text(&record, "title").map(|title| (id, title))),
            // Withdrawn, so it has no title to show.
            Err(problem) if matches!(problem.status(), StatusCode::NOT_FOUND | StatusCode::GONE) => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(titles)
}

fn link(one: &LinkView, titles: &HashMap<String, String>) -> Link {
    let target = &one.target_id;
    let evidence = one.evidence.iter().map(|fact| {
        let rule = word(&fact.rule);
        match (fact.left.as_str(), fact.right.as_str()) {
            ("", "") => rule,
            (side, "") | ("", side) => format!("{rule}: ‘{side}’"),
            (left, right) if left != right => say("in-the-notice-in-the")
                .with("rule", rule)
                .with("left", left)
                .with("right", right)
                .to_string(),
            (both, _) => format!("{rule}: ‘{both}’"),
        }
    });
    let (kind, href) = match one.target_kind {
        TargetKind::Record => ("record", format!("/records/{target}")),
        TargetKind::Product => ("product", format!("/products/{target}")),
    };
    Link {
        title: titles.get(target).cloned().unwrap_or_else(|| format!("{} {target}", word(kind))),
        href,
        class: label_in("link_class", one.class.as_str()),
        state: label_in("link_state", one.state.as_str()),
        evidence: evidence.collect(),
    }
}

#[derive(Template)]
#[template(path = "contract.html")]
struct ContractPage {
    frame: Frame,
    title: String,
    description: Option<String>,
    buyers: Vec<(String, Option<String>)>,
    suppliers: Vec<(String, Option<String>)>,
    facts: Vec<(Said, String)>,
    links: Vec<Link>,
    gaps: Vec<Gap>,
    documents: Vec<(String, String)>,
    ocid: String,
}

pub(crate) async fn contract(
    State(interface): State<Interface>,
    Path(id): Path<String>,
) -> Result<Response, NotShown> {
    let address = format!("/api/v1/contracts/{}", part(&id));
    let item: ContractView = interface.get(&address).await?;
    let facts = facts(&item);
    let ContractView { about, contract: one, process, links, .. } = item;
    let title = one.title.clone().unwrap_or_else(|| say("contract").to_string());
    let documents = one.documents.iter().filter_map(|file| {
        let url = file.url.as_ref().filter(|url| is_safe(url))?;
        Some((file.title.as_ref().unwrap_or(url).clone(), url.clone()))
    });
    let records = links.iter().filter(|link| link.target_kind == TargetKind::Record);
    let records: Vec<String> = records.map(|link| link.target_id.clone()).collect();
    let titles = titles(&interface, records).await?;
    let page_of = ContractPage {
        links: links.iter().map(|one| link(one, &titles)).collect(),
        frame: Frame::new(title.clone(), "gaps").about(about).twins(vec![Twin::json(address)]),
        title,
        description: one.description.clone(),
        buyers: names(&one, PartyRole::Buyer),
        suppliers: names(&one, PartyRole::Supplier),
        facts,
        documents: documents.collect(),
        gaps: open_gaps(&interface, &format!("contract={}", part(&id))).await?,
        ocid: process.ocid,
    };
    Ok(page(StatusCode::OK, &page_of))
}

/// A gap, as shown.
pub(super) struct Gap {
    gap: GapView,
    /// For a gap about a published record: its title.
    record_title: Option<String>,
}

impl Gap {
    pub(super) fn what(&self) -> String {
        label_in("gap_rule", self.gap.rule.as_str())
    }

    pub(super) fn stands(&self) -> String {
        label_in("gap_status", self.gap.status.as_str())
    }

    /// Its status, unless it is open.
    pub(super) fn stands_elsewhere(&self) -> Option<String> {
        (self.gap.status != GapStatus::Open).then(|| self.stands())
    }

    pub(super) fn why(&self) -> String {
        explained(&self.gap.reason)
    }

    pub(super) fn title(&self) -> String {
        match (&self.gap.contract_title, &self.gap.record_id) {
            (Some(title), _) => title.clone(),
            (None, Some(id)) => {
                self.record_title.clone().unwrap_or_else(|| say("record").with("id", id).to_string())
            }
            _ => self.what(),
        }
    }

    pub(super) fn href(&self) -> Option<String> {
        let contract = self.gap.contract_id.as_ref().map(|id| format!("/contracts/{id}"));
        contract.or_else(|| self.gap.record_id.as_ref().map(|id| format!("/records/{id}")))
    }

    fn parties(&self) -> String {
        let (buyers, suppliers) = (&self.gap.buyer_names, &self.gap.supplier_names);
        let buyers =
            (!buyers.is_empty()).then(|| say("buyer-2").with("names", buyers.join(", ")).to_string());
        let suppliers = (!suppliers.is_empty())
            .then(|| say("supplier-2").with("names", suppliers.join(", ")).to_string());
        let amount = self.gap.value.as_ref().and_then(amount);
        buyers.into_iter().chain(suppliers).chain(amount).collect::<Vec<_>>().join(" · ")
    }

    /// What was answered, and by whom: the register may have said something itself.
    pub(super) fn answers(&self) -> Vec<String> {
        let answers = self.gap.replies.iter().map(|reply| {
            let by = if reply.organisation.is_some() { "the-body-answers" } else { "the-register-says" };
            say(by).with("answer", &reply.statement).to_string()
        });
        answers.collect()
    }
}

/// The open gaps that a filter of the API finds.
pub(super) async fn open_gaps(interface: &Interface, filter: &str) -> Result<Vec<Gap>, NotShown> {
    let list: GapList =
        interface.get(&format!("/api/v1/gaps?{filter}&status=open&status=candidate_only&limit=100")).await?;
    named(interface, list.items).await
}

/// Gaps with the titles of their records.
async fn named(interface: &Interface, gaps: Vec<GapView>) -> Result<Vec<Gap>, NotShown> {
    let records = gaps.iter().filter(|gap| gap.contract_title.is_none());
    let records: Vec<String> = records.filter_map(|gap| gap.record_id.clone()).collect();
    let titles = titles(interface, records).await?;
    let named = gaps
        .into_iter()
        .map(|gap| Gap { record_title: gap.record_id.as_ref().and_then(|id| titles.get(id).cloned()), gap });
    Ok(named.collect())
}

/// A code to choose.
struct Choice {
    code: &'static str,
    label: String,
    definition: String,
    chosen: bool,
}

/// A filter, with its codes.
struct Filter {
    name: &'static str,
    label: Said,
    open: bool,
    choices: Vec<Choice>,
}

fn filter(
    name: &'static str,
    label: Said,
    list: &'static Vocabulary,
    pairs: &[(String, String)],
    explained: bool,
) -> Filter {
    let chosen = |code: &str| pairs.iter().any(|(key, value)| key == name && value == code);
    let choices: Vec<Choice> = list
        .entries
        .iter()
        .map(|entry| Choice {
            code: entry.code,
            label: entry_label(list, entry),
            definition: if explained { definition(list, entry) } else { String::new() },
            chosen: chosen(entry.code),
        })
        .collect();
    Filter { name, label, open: explained || choices.iter().any(|choice| choice.chosen), choices }
}

/// The filters that the page has inputs for.
const FILTERS: &[&str] = &["rule", "status", "organisation_kind"];

#[derive(Template)]
#[template(path = "gaps.html")]
struct GapsPage {
    frame: Frame,
    found: String,
    limits: String,
    filters: Vec<Filter>,
    kept: Vec<(String, String)>,
    items: Vec<Gap>,
    next: Option<String>,
}

pub(crate) async fn gaps(
    State(interface): State<Interface>,
    RawQuery(asked): RawQuery,
) -> Result<Response, NotShown> {
    let asked = asked.unwrap_or_default();
    let pairs: Vec<(String, String)> = form_urlencoded::parse(asked.as_bytes()).into_owned().collect();
    let asked = if asked.is_empty() { asked } else { format!("?{asked}") };
    let list: GapList = interface.get(&format!("/api/v1/gaps{asked}")).await?;
    let others: Vec<(String, String)> = pairs.iter().filter(|(key, _)| key != "cursor").cloned().collect();
    let page_of = GapsPage {
        frame: Frame::new(say("open-questions-about-what-was"), "gaps").about(list.about).twins(vec![
            Twin::json(format!("/api/v1/gaps{asked}")),
            Twin::csv(format!("/api/v1/gaps.csv{}", query(&without(&others, &["limit"])))),
        ]),
        found: say("n-questions").with("n", list.total).to_string(),
        limits: list.coverage.limits,
        filters: vec![
            filter("rule", say("kind-of-question"), GapRule::VOCABULARY, &pairs, true),
            filter("status", say("where-it-stands"), GapStatus::VOCABULARY, &pairs, false),
            filter("organisation_kind", say("kind-of-body"), OrganisationKind::VOCABULARY, &pairs, false),
        ],
        next: list.next.map(|next| format!("/gaps{}", query(&with(&others, "cursor", &next)))),
        kept: others.into_iter().filter(|(key, _)| !FILTERS.contains(&key.as_str())).collect(),
        items: named(&interface, list.items).await?,
    };
    Ok(page(StatusCode::OK, &page_of))
}
