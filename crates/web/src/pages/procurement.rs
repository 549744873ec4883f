//! `/contracts/{id}` and `/gaps`

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::{Code, GapRule};
use serde::Deserialize;
use serde_json::Value;

use super::problem::NotShown;
use crate::ask::{Interface, part};
use crate::layout::{Frame, Twin, page};
use crate::words::{counted, day, is_safe, label_in, money, plain};

/// A text member of an object.
pub(super) fn text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}

fn amount(value: &Value) -> Option<String> {
    text(value, "amount").zip(text(value, "currency")).map(|(amount, currency)| money(&amount, &currency))
}

fn names(contract: &Value, role: &str) -> Vec<(String, Option<String>)> {
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

/// What is shown of a contract: label and value.
pub(super) fn facts(item: &Value) -> Vec<(&'static str, String)> {
    let one = &item["contract"];
    let facts = [
        ("Value", amount(&one["value"])),
        ("From", text(one, "starts_on").map(|on| day(&on))),
        ("Until", text(one, "ends_on").map(|on| day(&on))),
        ("Signed", text(one, "signed_on").map(|on| day(&on))),
        ("How it was bought", text(&item["process"], "procedure").map(|code| plain(&code))),
    ];
    facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

/// What a contract is linked to, and why.
struct Link {
    title: String,
    href: Option<String>,
    class: String,
    state: String,
    evidence: Vec<String>,
}

fn link(one: &Value) -> Link {
    let target = text(one, "target_id").unwrap_or_default();
    let kind = text(one, "target_kind").unwrap_or_default();
    let evidence = one["evidence"].as_array().into_iter().flatten().map(|fact| {
        let rule = text(fact, "rule").map(|rule| plain(&rule)).unwrap_or_default();
        match (text(fact, "left"), text(fact, "right")) {
            (Some(left), Some(right)) if left != right => format!("{rule}: ‘{left}’ and ‘{right}’"),
            (Some(left), _) => format!("{rule}: ‘{left}’"),
            _ => rule,
        }
    });
    Link {
        title: text(one, "target_title").unwrap_or_else(|| format!("{} {target}", plain(&kind))),
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
    facts: Vec<(&'static str, String)>,
    links: Vec<Link>,
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
    let title = text(one, "title").unwrap_or_else(|| "Contract".to_owned());
    let documents = one["documents"].as_array().into_iter().flatten().filter_map(|file| {
        let url = text(file, "url").filter(|url| is_safe(url))?;
        Some((text(file, "title").unwrap_or_else(|| url.clone()), url))
    });
    let page_of = ContractPage {
        frame: Frame::new(title.clone(), "gaps").about(text(&item, "about")).twins(vec![Twin::json(address)]),
        title,
        description: text(one, "description"),
        buyers: names(one, "buyer"),
        suppliers: names(one, "supplier"),
        facts: facts(&item),
        links: item["links"].as_array().into_iter().flatten().map(link).collect(),
        documents: documents.collect(),
        ocid: text(&item["process"], "ocid").unwrap_or_default(),
    };
    Ok(page(StatusCode::OK, &page_of))
}

#[derive(Debug, Deserialize)]
struct Gap {
    rule: String,
    status: String,
    reason: String,
    organisation: Option<String>,
    contract_id: Option<String>,
    contract_title: Option<String>,
    record_id: Option<String>,
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
    fn what(&self) -> String {
        label_in("gap_rule", &self.rule)
    }

    fn stands(&self) -> String {
        label_in("gap_status", &self.status)
    }

    fn title(&self) -> String {
        match (&self.contract_title, &self.record_id) {
            (Some(title), _) => title.clone(),
            (None, Some(id)) => format!("Record {id}"),
            _ => self.what(),
        }
    }

    fn href(&self) -> Option<String> {
        let contract = self.contract_id.as_ref().map(|id| format!("/contracts/{id}"));
        contract.or_else(|| self.record_id.as_ref().map(|id| format!("/records/{id}")))
    }

    fn amount(&self) -> Option<String> {
        amount(&self.value)
    }

    fn parties(&self) -> String {
        let buyers =
            (!self.buyer_names.is_empty()).then(|| format!("Buyer: {}", self.buyer_names.join(", ")));
        let suppliers = (!self.supplier_names.is_empty())
            .then(|| format!("Supplier: {}", self.supplier_names.join(", ")));
        buyers.into_iter().chain(suppliers).chain(self.amount()).collect::<Vec<_>>().join(" · ")
    }

    fn answers(&self) -> Vec<String> {
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

/// A rule to choose, and whether it is.
struct Choice {
    code: &'static str,
    label: &'static str,
    definition: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "gaps.html")]
struct GapsPage {
    frame: Frame,
    found: String,
    limits: Option<String>,
    rules: Vec<Choice>,
    kept: Vec<(String, String)>,
    items: Vec<Gap>,
    next: Option<String>,
}

pub(crate) async fn gaps(
    State(interface): State<Interface>,
    RawQuery(query): RawQuery,
) -> Result<Response, NotShown> {
    let asked = query.unwrap_or_default();
    let pairs: Vec<(String, String)> = form_urlencoded::parse(asked.as_bytes()).into_owned().collect();
    let asked = if asked.is_empty() { asked } else { format!("?{asked}") };
    let list: Gaps = interface.get(&format!("/api/v1/gaps{asked}")).await?;
    let others: Vec<(String, String)> = pairs.iter().filter(|(key, _)| key != "cursor").cloned().collect();
    let page_of = GapsPage {
        frame: Frame::new("Open questions about what was bought", "gaps").about(list.about).twins(vec![
            Twin::json(format!("/api/v1/gaps{asked}")),
            Twin::csv("/api/v1/gaps.csv".to_owned()),
        ]),
        found: counted(list.total, "question", "questions"),
        limits: list.coverage.as_ref().and_then(|coverage| text(coverage, "limits")),
        rules: GapRule::VOCABULARY
            .entries
            .iter()
            .map(|entry| Choice {
                code: entry.code,
                label: entry.label,
                definition: entry.definition,
                chosen: pairs.iter().any(|(key, value)| key == "rule" && value == entry.code),
            })
            .collect(),
        next: list.next.map(|next| {
            let mut pairs = others.clone();
            pairs.push(("cursor".to_owned(), next));
            let mut query = form_urlencoded::Serializer::new(String::new());
            pairs.iter().for_each(|(key, value)| {
                query.append_pair(key, value);
            });
            format!("/gaps?{}", query.finish())
        }),
        kept: others.into_iter().filter(|(key, _)| key != "rule").collect(),
        items: list.items,
    };
    Ok(page(StatusCode::OK, &page_of))
}
