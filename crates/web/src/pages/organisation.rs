//! `/organisations/{slug}`, `/suppliers/{slug}` and `/products/{slug}`.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::Item;
use super::problem::NotShown;
use super::procurement::{Gap, amount, names, open_gaps};
use super::records::RecordList;
use crate::address::part;
use crate::ask::Interface;
use crate::json::text;
use crate::language::{Said, say};
use crate::layout::{Frame, Twin, page};
use crate::shown::Shown;
use crate::words::{day, is_safe, label_in, money, number, yes_or_no};

#[derive(Debug, Default, Deserialize)]
struct Counts {
    records: u64,
    #[serde(default)]
    phase: BTreeMap<String, u64>,
    #[serde(default)]
    flag: BTreeMap<String, u64>,
}

#[derive(Debug, Deserialize)]
struct Spend {
    currency: String,
    amount: String,
}

#[derive(Debug, Deserialize)]
struct Customer {
    organisation: Option<String>,
    name: String,
    records: u64,
    contracts: u64,
    #[serde(default)]
    spend: Vec<Spend>,
}

impl Customer {
    fn spent(&self) -> String {
        sum(&self.spend)
    }
}

fn sum(spend: &[Spend]) -> String {
    spend.iter().map(|one| money(&one.amount, &one.currency)).collect::<Vec<_>>().join(", ")
}

#[derive(Debug, Deserialize)]
struct Body {
    organisation: Value,
    #[serde(default)]
    coverage: String,
    #[serde(default)]
    as_publisher: Counts,
    #[serde(default)]
    as_supplier: Counts,
    #[serde(default)]
    customers: Vec<Customer>,
    #[serde(default)]
    spend: Vec<Spend>,
    contracts: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct ProductView {
    product: Value,
    counts: Counts,
}

/// A count that links to what it counts.
struct Bar {
    label: String,
    href: String,
    count: u64,
}

/// A contract a body bought under.
struct Bought {
    title: String,
    href: String,
    supplier: String,
    value: String,
    until: String,
}

#[derive(Debug, Deserialize)]
struct Contracts {
    items: Vec<Value>,
    total: u64,
}

fn bought(item: &Value) -> Bought {
    let one = &item["contract"];
    Bought {
        title: text(one, "title").unwrap_or_else(|| say("contract").to_string()),
        href: format!("/contracts/{}", text(item, "id").unwrap_or_default()),
        supplier: names(one, "supplier").into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", "),
        value: amount(&one["value"]).unwrap_or_default(),
        until: text(one, "ends_on").map(|on| day(&on)).unwrap_or_default(),
    }
}

#[derive(Template)]
#[template(path = "organisation.html")]
struct Page {
    frame: Frame,
    caption: Said,
    name: String,
    notice: Option<String>,
    facts: Vec<(Said, Shown)>,
    website: Option<String>,
    phases: Vec<Bar>,
    flags: Vec<Bar>,
    records: String,
    customers: Vec<Customer>,
    bought: Vec<Bought>,
    bought_total: u64,
    gaps: Vec<Gap>,
    items: Vec<Item>,
    all: String,
}

impl Page {
    /// The part that these pages share; `facet` finds their records.
    async fn of(
        interface: &Interface,
        (caption, path, facet): (Said, &str, &str),
        slug: &str,
        thing: &Value,
        counts: &Counts,
    ) -> Result<Self, NotShown> {
        let list = format!("/records?{facet}={slug}");
        let latest: RecordList = interface.get(&format!("/api/v1{list}&limit=10&sort=-updated_at")).await?;
        let name = text(thing, "name").unwrap_or_default();
        Ok(Self {
            frame: Frame::new(name.clone(), "").about(latest.about).twins(vec![
                Twin::json(format!("/api/v1/{path}/{slug}")),
                Twin::csv(format!("/api/v1/records.csv?{facet}={slug}")),
                Twin::atom(format!("/records.atom?{facet}={slug}")),
            ]),
            caption,
            name,
            notice: None,
            facts: facts(thing).into_iter().map(|(label, value)| (label, Shown::Text(value))).collect(),
            website: text(thing, "website").filter(|url| is_safe(url)),
            phases: bars(&counts.phase, "phase", &list),
            flags: bars(&counts.flag, "flag", &list),
            records: say("n-records").with("n", counts.records).to_string(),
            customers: Vec::new(),
            bought: Vec::new(),
            bought_total: 0,
            gaps: Vec::new(),
            items: latest.items,
            all: list,
        })
    }
}

/// Counts as bars, highest first.
fn bars(counts: &BTreeMap<String, u64>, facet: &str, list: &str) -> Vec<Bar> {
    let mut bars: Vec<Bar> = counts
        .iter()
        .map(|(code, count)| Bar {
            label: label_in(facet, code),
            href: format!("{list}&{facet}={code}"),
            count: *count,
        })
        .collect();
    bars.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
    bars
}

fn strings(value: &Value, key: &str) -> Vec<String> {
    value[key].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn facts(body: &Value) -> Vec<(Said, String)> {
    let text = |key: &str| body[key].as_str().map(str::to_owned);
    let labels = |key: &str, list: &str| {
        let codes = strings(body, key);
        (!codes.is_empty())
            .then(|| codes.iter().map(|code| label_in(list, code)).collect::<Vec<_>>().join(", "))
    };
    let also: Vec<&str> =
        body["aliases"].as_array().into_iter().flatten().filter_map(|alias| alias["name"].as_str()).collect();
    let ids: Vec<String> = body["identifiers"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| Some(format!("{} {}", one["scheme"].as_str()?, one["value"].as_str()?)))
        .collect();
    let facts = [
        (say("kind"), text("kind").map(|kind| label_in("organisation_kind", &kind))),
        (say("country"), text("country")),
        (say("works-in"), labels("sectors", "sector")),
        (say("region"), labels("regions", "region")),
        (say("also-known-as"), (!also.is_empty()).then(|| also.join(", "))),
        (say("identifiers"), (!ids.is_empty()).then(|| ids.join(", "))),
        (say("how-it-works"), labels("technologies", "technology")),
        (say("open-source"), body["open_source"].as_bool().map(yes_or_no)),
    ];
    facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

pub(crate) async fn organisation(
    State(interface): State<Interface>,
    Path(slug): Path<String>,
) -> Result<Response, NotShown> {
    let slug = part(&slug);
    let body: Body = interface.get(&format!("/api/v1/organisations/{slug}")).await?;
    let kind = (say("public-body"), "organisations", "publisher");
    let mut made = Page::of(&interface, kind, &slug, &body.organisation, &body.as_publisher).await?;
    let contracts: Contracts =
        interface.get(&format!("/api/v1/organisations/{slug}/contracts?limit=20")).await?;
    made.bought = contracts.items.iter().map(bought).collect();
    made.bought_total = contracts.total;
    made.gaps = open_gaps(&interface, &format!("organisation={slug}")).await?;
    let said = match body.coverage.as_str() {
        "silent" => Some(say("is-expected-to-publish-what")),
        "nil_return" => Some(say("states-that-it-uses-nothing")),
        _ => None,
    };
    let questions =
        (!made.gaps.is_empty()).then(|| format!(" {}", say("public-notices-raise-the-questions")));
    made.notice =
        said.map(|said| format!("{}{}", said.with("name", &made.name), questions.unwrap_or_default()));
    if body.as_supplier.records > 0 {
        let records = say("n-records").with("n", body.as_supplier.records).to_string();
        made.facts.push((say("also-a-supplier-of"), Shown::Text(records)));
    }
    Ok(page(StatusCode::OK, &made))
}

pub(crate) async fn supplier(
    State(interface): State<Interface>,
    Path(slug): Path<String>,
) -> Result<Response, NotShown> {
    let slug = part(&slug);
    let body: Body = interface.get(&format!("/api/v1/suppliers/{slug}")).await?;
    let kind = (say("supplier"), "suppliers", "supplier");
    let mut made = Page::of(&interface, kind, &slug, &body.organisation, &body.as_supplier).await?;
    made.facts.extend(body.contracts.map(|count| (say("contracts-known-here"), Shown::Text(number(count)))));
    if !body.spend.is_empty() {
        made.facts.push((say("value-of-contracts-known-here"), Shown::Text(sum(&body.spend))));
    }
    made.customers = body.customers;
    Ok(page(StatusCode::OK, &made))
}

pub(crate) async fn product(
    State(interface): State<Interface>,
    Path(slug): Path<String>,
) -> Result<Response, NotShown> {
    let slug = part(&slug);
    let view: ProductView = interface.get(&format!("/api/v1/products/{slug}")).await?;
    let made =
        Page::of(&interface, (say("product"), "products", "product"), &slug, &view.product, &view.counts);
    let mut made = made.await?;
    let suppliers = strings(&view.product, "suppliers");
    if !suppliers.is_empty() {
        made.facts.insert(0, (say("sold-by"), Shown::Text(suppliers.join(", "))));
    }
    Ok(page(StatusCode::OK, &made))
}
