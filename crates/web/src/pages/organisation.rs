//! `/organisations/{slug}`, `/suppliers/{slug}` and `/products/{slug}`

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::Item;
use super::problem::NotShown;
use super::records::RecordList;
use crate::ask::{Interface, part};
use crate::layout::{Frame, Twin, page};
use crate::words::{counted, is_safe, label_in, money, number, plain};

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
    about: Option<String>,
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
    about: Option<String>,
    product: Value,
    counts: Counts,
}

/// A line of counts, each with the list it counts.
struct Bar {
    label: String,
    href: String,
    count: u64,
}

#[derive(Template)]
#[template(path = "organisation.html")]
struct Page {
    frame: Frame,
    caption: String,
    name: String,
    notice: Option<String>,
    facts: Vec<(&'static str, String)>,
    website: Option<String>,
    phases: Vec<Bar>,
    flags: Vec<Bar>,
    records: String,
    customers: Vec<Customer>,
    items: Vec<Item>,
    all: String,
}

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

fn facts(body: &Value) -> Vec<(&'static str, String)> {
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
        ("Kind", text("kind").map(|kind| label_in("organisation_kind", &kind))),
        ("Country", text("country")),
        ("Works in", labels("sectors", "sector")),
        ("Region", labels("regions", "region")),
        ("Also known as", (!also.is_empty()).then(|| also.join(", "))),
        ("Identifiers", (!ids.is_empty()).then(|| ids.join(", "))),
        ("How it works", labels("technologies", "technology")),
        ("Open source", body["open_source"].as_bool().map(|yes| if yes { "Yes" } else { "No" }.to_owned())),
    ];
    facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

fn website(body: &Value) -> Option<String> {
    body["website"].as_str().filter(|url| is_safe(url)).map(str::to_owned)
}

async fn items(interface: &Interface, list: &str) -> Result<Vec<Item>, NotShown> {
    let list: RecordList = interface.get(&format!("/api/v1{list}&limit=10&sort=-updated_at")).await?;
    Ok(list.items)
}

pub(crate) async fn organisation(
    State(interface): State<Interface>,
    Path(slug): Path<String>,
) -> Result<Response, NotShown> {
    let slug = part(&slug);
    let body: Body = interface.get(&format!("/api/v1/organisations/{slug}")).await?;
    let list = format!("/records?publisher={slug}");
    let name = body.organisation["name"].as_str().unwrap_or_default().to_owned();
    let notice = match body.coverage.as_str() {
        "silent" => {
            Some(format!("{name} is expected to publish what it uses, and has published nothing here."))
        }
        "nil_return" => Some(format!("{name} states that it uses nothing that belongs here.")),
        _ => None,
    };
    let sells = (body.as_supplier.records > 0)
        .then(|| ("Also a supplier of", counted(body.as_supplier.records, "record", "records")));
    let page_of = Page {
        frame: Frame::new(name.clone(), "").about(body.about).twins(vec![
            Twin::json(format!("/api/v1/organisations/{slug}")),
            Twin::csv(format!("/api/v1/records.csv?publisher={slug}")),
            Twin::atom(format!("/records.atom?publisher={slug}")),
        ]),
        caption: "Public body".to_owned(),
        notice,
        facts: facts(&body.organisation).into_iter().chain(sells).collect(),
        website: website(&body.organisation),
        phases: bars(&body.as_publisher.phase, "phase", &list),
        flags: bars(&body.as_publisher.flag, "flag", &list),
        records: counted(body.as_publisher.records, "record", "records"),
        customers: Vec::new(),
        items: items(&interface, &list).await?,
        all: list,
        name,
    };
    Ok(page(StatusCode::OK, &page_of))
}

pub(crate) async fn supplier(
    State(interface): State<Interface>,
    Path(slug): Path<String>,
) -> Result<Response, NotShown> {
    let slug = part(&slug);
    let body: Body = interface.get(&format!("/api/v1/suppliers/{slug}")).await?;
    let list = format!("/records?supplier={slug}");
    let name = body.organisation["name"].as_str().unwrap_or_default().to_owned();
    let spent = (!body.spend.is_empty()).then(|| ("Value of contracts known here", sum(&body.spend)));
    let contracts = body.contracts.map(|count| ("Contracts known here", number(count)));
    let page_of = Page {
        frame: Frame::new(name.clone(), "").about(body.about).twins(vec![
            Twin::json(format!("/api/v1/suppliers/{slug}")),
            Twin::csv(format!("/api/v1/records.csv?supplier={slug}")),
            Twin::atom(format!("/records.atom?supplier={slug}")),
        ]),
        caption: "Supplier".to_owned(),
        notice: None,
        facts: facts(&body.organisation).into_iter().chain(contracts).chain(spent).collect(),
        website: website(&body.organisation),
        phases: bars(&body.as_supplier.phase, "phase", &list),
        flags: bars(&body.as_supplier.flag, "flag", &list),
        records: counted(body.as_supplier.records, "record", "records"),
        customers: body.customers,
        items: items(&interface, &list).await?,
        all: list,
        name,
    };
    Ok(page(StatusCode::OK, &page_of))
}

pub(crate) async fn product(
    State(interface): State<Interface>,
    Path(slug): Path<String>,
) -> Result<Response, NotShown> {
    let slug = part(&slug);
    let view: ProductView = interface.get(&format!("/api/v1/products/{slug}")).await?;
    let list = format!("/records?product={slug}");
    let name = view.product["name"].as_str().unwrap_or_default().to_owned();
    let suppliers = strings(&view.product, "suppliers");
    let suppliers = (!suppliers.is_empty()).then(|| {
        (
            "Sold by",
            suppliers.iter().map(|slug| plain(&slug.replace('-', " "))).collect::<Vec<_>>().join(", "),
        )
    });
    let page_of = Page {
        frame: Frame::new(name.clone(), "").about(view.about).twins(vec![
            Twin::json(format!("/api/v1/products/{slug}")),
            Twin::csv(format!("/api/v1/records.csv?product={slug}")),
            Twin::atom(format!("/records.atom?product={slug}")),
        ]),
        caption: "Product".to_owned(),
        notice: None,
        facts: suppliers.into_iter().chain(facts(&view.product)).collect(),
        website: website(&view.product),
        phases: bars(&view.counts.phase, "phase", &list),
        flags: bars(&view.counts.flag, "flag", &list),
        records: counted(view.counts.records, "record", "records"),
        customers: Vec::new(),
        items: items(&interface, &list).await?,
        all: list,
        name,
    };
    Ok(page(StatusCode::OK, &page_of))
}
