//! `/contracts/{id}` and `/gaps`.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::{Code, GapRule, GapStatus, OrganisationKind, Vocabulary};
use serde::Deserialize;
use serde_json::Value;

use super::problem::NotShown;
use crate::address::{part, query, with, without};
use crate::ask::Interface;
use crate::json::text;
use crate::language::{Said, say};
use crate::layout::{Frame, Twin, page};
use crate::words::{day, definition, entry_label, explained, is_safe, label_in, money, word};

pub(super) fn amount(value: &Value) -> Option<String> {
    text(value, "amount").zip(text(value, "currency")).map(|(amount, currency)| money(&amount, &currency))
}

/// A contract's parties in a role, with links to their pages.
pub(super) fn names(contract: &Value, role: &str) -> Vec<(String, Option<String>)> {
    let parties = contract["parties"].as_array().into_iter().flatten();
    let kind = if role == "supplier" { "suppliers" } else { "organisations" };
    let parties = parties.filter(|party| party["role"] == role);
    parties
        .map(|party| {
            let href = text(party, "organisation").map(|slug| format!("/{kind}/{slug}"));
            (text(party, "name").unwrap_or_default(), href)
        })
        .collect()
}

/// The facts shown for a contract: label and value.
pub(super) fn facts(item: &Value) -> Vec<(Said, String)> {
    let one = &item["contract"];
    let facts = [
        (say("value"), amount(&one["value"])),
        (say("from"), text(one, "starts_on").map(|on| day(&on))),
        (say("until"), text(one, "ends_on").map(|on| day(&on))),
        (say("signed"), text(one, "signed_on").map(|on| day(&on))),
        (say("how-it-was-bought"), text(&item["process"], "procedure").map(|code| word(&code))),
    ];
    facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

/// A link from a contract, with its evidence.
struct Link {
    title: String,
    href: Option<String>,
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

fn link(one: &Value, titles: &HashMap<String, String>) -> Link {
    let target = text(one, "target_id").unwrap_or_default();
    let kind = text(one, "target_kind").unwrap_or_default();
    let evidence = one["evidence"].as_array().into_iter().flatten().map(|fact| {
        let rule = text(fact, "rule").map(|rule| word(&rule)).unwrap_or_default();
        let side = |key: &str| text(fact, key).filter(|side| !side.is_empty());
        match (side("left"), side("right")) {
            (Some(left), Some(right)) if left != right => say("in-the-notice-in-the")
                .with("rule", rule)
                .with("left", left)
                .with("right", right)
                .to_string(),
            (Some(one), _) | (None, Some(one)) => format!("{rule}: ‘{one}’"),
            (None, None) => rule,
        }
    });
    Link {
        title: titles.get(&target).cloned().unwrap_or_else(|| format!("{} {target}", word(&kind))),
        href: match kind.as_str() {
            "record" => Some(format!("/records/{target}")),
            "product" => Some(format!("/products/{target}")),
            _ => None,
        },
        class: text(one, "class").map(|class| label_in("link_class", &class)).unwrap_or_default(),
        state: text(one, "state").map(|state| label_in("link_state", &state)).unwrap_or_default(),
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
    let item: Value = interface.get(&address).await?;
    let one = &item["contract"];
    let title = text(one, "title").unwrap_or_else(|| say("contract").to_string());
    let documents = one["documents"].as_array().into_iter().flatten().filter_map(|file| {
        let url = text(file, "url").filter(|url| is_safe(url))?;
        Some((text(file, "title").unwrap_or_else(|| url.clone()), url))
    });
    let links: Vec<&Value> = item["links"].as_array().into_iter().flatten().collect();
    let records = links.iter().filter(|link| link["target_kind"] == "record");
    let records: Vec<String> = records.filter_map(|link| text(link, "target_id")).collect();
    let titles = titles(&interface, records).await?;
    let page_of = ContractPage {
        links: links.iter().map(|one| link(one, &titles)).collect(),
        frame: Frame::new(title.clone(), "gaps").about(text(&item, "about")).twins(vec![Twin::json(address)]),
        title,
        description: text(one, "description"),
        buyers: names(one, "buyer"),
        suppliers: names(one, "supplier"),
        facts: facts(&item),
        documents: documents.collect(),
        gaps: open_gaps(&interface, &format!("contract={}", part(&id))).await?,
        ocid: text(&item["process"], "ocid").unwrap_or_default(),
    };
    Ok(page(StatusCode::OK, &page_of))
}

/// A gap.
#[derive(Debug, Deserialize)]
pub(super) struct Gap {
    rule: String,
    status: String,
    reason: String,
    organisation: Option<String>,
    contract_id: Option<String>,
    contract_title: Option<String>,
    record_id: Option<String>,
    #[serde(skip)]
    record_title: Option<String>,
    #[serde(default)]
    buyer_names: Vec<String>,
    #[serde(default)]
    supplier_names: Vec<String>,
    #[serde(default)]
    value: Value,
    #[serde(default)]
    replies: Vec<Value>,
}

impl Gap {
    pub(super) fn what(&self) -> String {
        label_in("gap_rule", &self.rule)
    }

    pub(super) fn stands(&self) -> String {
        label_in("gap_status", &self.status)
    }

    /// Its status, unless it is open.
    pub(super) fn stands_elsewhere(&self) -> Option<String> {
        (self.status != GapStatus::Open.as_str()).then(|| self.stands())
    }

    pub(super) fn why(&self) -> String {
        explained(&self.reason)
    }

    pub(super) fn title(&self) -> String {
        match (&self.contract_title, &self.record_id) {
            (Some(title), _) => title.clone(),
            (None, Some(id)) => {
                self.record_title.clone().unwrap_or_else(|| say("record").with("id", id).to_string())
            }
            _ => self.what(),
        }
    }

    pub(super) fn href(&self) -> Option<String> {
        let contract = self.contract_id.as_ref().map(|id| format!("/contracts/{id}"));
        contract.or_else(|| self.record_id.as_ref().map(|id| format!("/records/{id}")))
    }

    fn amount(&self) -> Option<String> {
        amount(&self.value)
    }

    fn parties(&self) -> String {
        let buyers = (!self.buyer_names.is_empty())
            .then(|| say("buyer-2").with("names", self.buyer_names.join(", ")).to_string());
        let suppliers = (!self.supplier_names.is_empty())
            .then(|| say("supplier-2").with("names", self.supplier_names.join(", ")).to_string());
        buyers.into_iter().chain(suppliers).chain(self.amount()).collect::<Vec<_>>().join(" · ")
    }

    pub(super) fn answers(&self) -> Vec<String> {
        self.replies.iter().filter_map(|reply| text(reply, "text")).collect()
    }
}

#[derive(Debug, Deserialize)]
struct Gaps {
    about: Option<String>,
    coverage: Option<Value>,
    items: Vec<Gap>,
    total: u64,
    next: Option<String>,
}

/// The open gaps that a filter of the API finds.
pub(super) async fn open_gaps(interface: &Interface, filter: &str) -> Result<Vec<Gap>, NotShown> {
    let list: Gaps =
        interface.get(&format!("/api/v1/gaps?{filter}&status=open&status=candidate_only&limit=100")).await?;
    let mut gaps = list.items;
    name_records(interface, &mut gaps).await?;
    Ok(gaps)
}

/// Adds record titles to gaps about records.
async fn name_records(interface: &Interface, gaps: &mut [Gap]) -> Result<(), NotShown> {
    let records = gaps.iter().filter(|gap| gap.contract_title.is_none());
    let records: Vec<String> = records.filter_map(|gap| gap.record_id.clone()).collect();
    let titles = titles(interface, records).await?;
    for gap in gaps {
        gap.record_title = gap.record_id.as_ref().and_then(|id| titles.get(id).cloned());
    }
    Ok(())
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
    limits: Option<String>,
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
    let mut list: Gaps = interface.get(&format!("/api/v1/gaps{asked}")).await?;
    name_records(&interface, &mut list.items).await?;
    let others: Vec<(String, String)> = pairs.iter().filter(|(key, _)| key != "cursor").cloned().collect();
    let page_of = GapsPage {
        frame: Frame::new(say("open-questions-about-what-was"), "gaps").about(list.about).twins(vec![
            Twin::json(format!("/api/v1/gaps{asked}")),
            Twin::csv(format!("/api/v1/gaps.csv{}", query(&without(&others, &["limit"])))),
        ]),
        found: say("n-questions").with("n", list.total).to_string(),
        limits: list.coverage.as_ref().and_then(|coverage| text(coverage, "limits")),
        filters: vec![
            filter("rule", say("kind-of-question"), GapRule::VOCABULARY, &pairs, true),
            filter("status", say("where-it-stands"), GapStatus::VOCABULARY, &pairs, false),
            filter("organisation_kind", say("kind-of-body"), OrganisationKind::VOCABULARY, &pairs, false),
        ],
        next: list.next.map(|next| format!("/gaps{}", query(&with(&others, "cursor", &next)))),
        kept: others.into_iter().filter(|(key, _)| !FILTERS.contains(&key.as_str())).collect(),
        items: list.items,
    };
    Ok(page(StatusCode::OK, &page_of))
}
