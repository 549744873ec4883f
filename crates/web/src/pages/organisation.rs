//! `/organisations/{slug}`, `/suppliers/{slug}` and `/products/{slug}`.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::{Code, PartyRole};
use domain::expected::{Expectation, NilState};
use domain::facets::blank_place;
use domain::{Organisation, Product};
use wire::{
    ContractList, ContractView, Counts, Coverage, Customer, NilReturnView, OrganisationView, ProductView,
    RecordItem, RecordList, Spend, SupplierView,
};

use super::Told;
use super::problem::NotShown;
use super::procurement::{Gap, amount, names, open_gaps};
use super::uses::{Used, but_others_say};
use crate::address::part;
use crate::ask::Interface;
use crate::language::{Said, say};
use crate::layout::{Frame, Twin, page};
use crate::shown::Shown;
use crate::words::{date, filter, is_safe, label_in, money, number, yes_or_no};

/// What somebody spent, in words.
trait Spent {
    fn spent(&self) -> String;
}

impl Spent for Customer {
    fn spent(&self) -> String {
        sum(&self.spend)
    }
}

fn sum(spend: &[Spend]) -> String {
    let sums = spend.iter().map(|one| match &one.currency {
        Some(currency) => money(&one.amount, currency),
        None => number(&one.amount),
    });
    sums.collect::<Vec<_>>().join(", ")
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

fn bought(item: &ContractView) -> Bought {
    let one = &item.contract;
    Bought {
        title: one.title.clone().unwrap_or_else(|| say("contract").to_string()),
        href: format!("/contracts/{}", item.id),
        supplier: names(one, PartyRole::Supplier)
            .into_iter()
            .map(|(name, _)| name)
            .collect::<Vec<_>>()
            .join(", "),
        value: one.value.as_ref().and_then(amount).unwrap_or_default(),
        until: one.ends_on.map(date).unwrap_or_default(),
    }
}

/// What the page says of a body or product itself.
struct Thing {
    name: String,
    website: Option<String>,
    facts: Vec<(Said, Option<String>)>,
}

impl From<&Organisation> for Thing {
    fn from(body: &Organisation) -> Self {
        let also: Vec<&str> = body.aliases.iter().map(|alias| alias.name.as_str()).collect();
        let ids: Vec<String> =
            body.identifiers.iter().map(|one| format!("{} {}", one.scheme, one.value)).collect();
        let facts = vec![
            (say("kind"), body.kind.map(|kind| label_in("organisation_kind", kind.as_str()))),
            (say("country"), Some(body.country.clone())),
            (say("works-in"), labels("sector", &body.sectors)),
            (say("region"), labels("region", &body.regions)),
            (say("also-known-as"), (!also.is_empty()).then(|| also.join(", "))),
            (say("identifiers"), (!ids.is_empty()).then(|| ids.join(", "))),
        ];
        Self { name: body.name.clone(), website: body.website.clone(), facts }
    }
}

impl From<&Product> for Thing {
    fn from(product: &Product) -> Self {
        let facts = vec![
            (say("sold-by"), (!product.suppliers.is_empty()).then(|| product.suppliers.join(", "))),
            (say("how-it-works"), labels("technology", &product.technologies)),
            (say("open-source"), product.open_source.map(yes_or_no)),
        ];
        Self { name: product.name.clone(), website: product.website.clone(), facts }
    }
}

/// The labels of codes in one line; `None` without codes.
fn labels<C: Code>(list: &str, codes: &[C]) -> Option<String> {
    let labels: Vec<String> = codes.iter().map(|code| label_in(list, code.as_str())).collect();
    (!labels.is_empty()).then(|| labels.join(", "))
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
    items: Vec<RecordItem>,
    all: String,
    used: Option<Used>,
}

impl Page {
    /// The part that these pages share; `facet` finds their records.
    async fn of(
        interface: &Interface,
        (caption, path, facet): (Said, &str, &str),
        slug: &str,
        thing: Thing,
        counts: &Counts,
    ) -> Result<Self, NotShown> {
        let list = format!("/records?{facet}={slug}");
        let latest: RecordList = interface.get(&format!("/api/v1{list}&limit=10&sort=-updated_at")).await?;
        let Thing { name, website, facts } = thing;
        let facts = facts.into_iter().filter_map(|(label, fact)| Some((label, Shown::Text(fact?))));
        Ok(Self {
            frame: Frame::new(name.clone(), "").about(latest.about).twins(vec![
                Twin::json(format!("/api/v1/{path}/{slug}")),
                Twin::csv(format!("/api/v1/records.csv?{facet}={slug}")),
                Twin::atom(format!("/records.atom?{facet}={slug}")),
            ]),
            caption,
            name,
            notice: None,
            facts: facts.collect(),
            website: website.filter(|url| is_safe(url)),
            phases: bars(&counts.phase, "phase", &list),
            flags: bars(&counts.flag, "flag", &list),
            records: say("n-records").with("n", counts.records).to_string(),
            customers: Vec::new(),
            bought: Vec::new(),
            bought_total: 0,
            gaps: Vec::new(),
            items: latest.items,
            all: list,
            used: None,
        })
    }
}

/// Counts as bars, highest first; last what stands in place of values.
fn bars(counts: &BTreeMap<String, u64>, facet: &str, list: &str) -> Vec<Bar> {
    let bars = counts.iter().map(|(code, count)| {
        let (label, href) = (filter(facet, code), format!("{list}&{facet}={code}"));
        (blank_place(code), Bar { label, href, count: *count })
    });
    let mut bars: Vec<(Option<usize>, Bar)> = bars.collect();
    bars.sort_by(|(a, one), (b, other)| {
        a.cmp(b).then(other.count.cmp(&one.count)).then_with(|| one.label.cmp(&other.label))
    });
    bars.into_iter().map(|(_, bar)| bar).collect()
}

/// What the page says first of a body's duty to publish.
fn coverage(body: &OrganisationView) -> Option<Said> {
    let is_contradicted = body.nil_returns.iter().any(|one| one.state == NilState::Contradicted);
    // The register knows more than that the body says nothing, if records of others name it.
    let uses = body.as_user.as_ref().filter(|_| !body.imported_only && !is_contradicted);
    if let Some(said) = uses.and_then(|uses| but_others_say(uses, body.coverage)) {
        return Some(said);
    }
    match body.coverage {
        _ if is_contradicted => Some(say("states-that-it-uses-nothing-but")),
        Coverage::Silent if body.imported_only => Some(say("is-expected-and-has-not-itself")),
        Coverage::Silent => Some(say("is-expected-to-publish-what")),
        Coverage::NilReturn => Some(say("states-that-it-uses-nothing")),
        Coverage::Published | Coverage::NotExpected => None,
    }
}

/// Since when and why a body is expected to publish.
fn expected(one: &Expectation) -> (Said, Shown) {
    let since = match one.since {
        Some(since) => say("since-day").with("on", date(since)).to_string(),
        None => yes_or_no(true),
    };
    (say("expected-to-publish"), told(since, one.why.as_deref(), one.evidence_url.as_deref()))
}

/// A nil return, and how it stands.
fn nil_return(one: &NilReturnView) -> (Said, Shown) {
    let said = &one.nil_return;
    let (how, on) = match (one.state, said.withdrawn_on) {
        (NilState::Withdrawn, on) => ("declared-and-withdrawn", on.unwrap_or(said.holds_until)),
        (NilState::Lapsed, _) => ("declared-and-lapsed", said.holds_until),
        (NilState::Contradicted, _) => ("declared-and-contradicted", said.holds_until),
        (NilState::Valid, _) => ("declared-and-holds", said.holds_until),
    };
    let by = say(if said.by_body { "by-the-body-itself" } else { "by-the-register" });
    let how = say(how).with("declared", date(said.declared_on)).with("on", date(on)).to_string();
    let said_by = format!("{how} {by}");
    (say("nil-return"), told(said_by, said.statement.as_deref(), said.evidence_url.as_deref()))
}

/// A line of ours, then somebody's words and where they can be read.
fn told(line: String, words: Option<&str>, evidence: Option<&str>) -> Shown {
    let words = words.map(|words| Shown::Words(words.to_owned()));
    let evidence = evidence.filter(|url| is_safe(url)).map(|url| Shown::Link(url.to_owned()));
    Shown::List(std::iter::once(Shown::Text(line)).chain(words).chain(evidence).collect())
}

pub(crate) async fn organisation(
    State(interface): State<Interface>,
    Path(slug): Path<String>,
) -> Result<Response, NotShown> {
    let slug = part(&slug);
    let body: OrganisationView = interface.get(&format!("/api/v1/organisations/{slug}")).await?;
    let kind = (say("public-body"), "organisations", "publisher");
    let thing = Thing::from(&body.organisation);
    let mut made = Page::of(&interface, kind, &slug, thing, &body.as_publisher).await?;
    let contracts: ContractList =
        interface.get(&format!("/api/v1/organisations/{slug}/contracts?limit=20")).await?;
    made.bought = contracts.items.iter().map(bought).collect();
    made.bought_total = contracts.total;
    made.gaps = open_gaps(&interface, &format!("organisation={slug}")).await?;
    if let Some(uses) = &body.as_user {
        made.used = Used::at(&interface, &slug, uses).await?;
    }
    let said = coverage(&body);
    let questions =
        (!made.gaps.is_empty()).then(|| format!(" {}", say("public-notices-raise-the-questions")));
    made.notice =
        said.map(|said| format!("{}{}", said.with("name", &made.name), questions.unwrap_or_default()));
    made.facts.extend(body.expectations.iter().filter(|one| one.ended_on.is_none()).map(expected));
    made.facts.extend(body.nil_returns.iter().map(nil_return));
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
    let supplier: SupplierView = interface.get(&format!("/api/v1/suppliers/{slug}")).await?;
    let kind = (say("supplier"), "suppliers", "supplier");
    let thing = Thing::from(&supplier.body.organisation);
    let mut made = Page::of(&interface, kind, &slug, thing, &supplier.body.as_supplier).await?;
    made.facts.push((say("contracts-known-here"), Shown::Text(number(supplier.contracts))));
    if !supplier.spend.is_empty() {
        made.facts.push((say("value-of-contracts-known-here"), Shown::Text(sum(&supplier.spend))));
    }
    made.customers = supplier.customers;
    Ok(page(StatusCode::OK, &made))
}

pub(crate) async fn product(
    State(interface): State<Interface>,
    Path(slug): Path<String>,
) -> Result<Response, NotShown> {
    let slug = part(&slug);
    let view: ProductView = interface.get(&format!("/api/v1/products/{slug}")).await?;
    let kind = (say("product"), "products", "product");
    let made = Page::of(&interface, kind, &slug, Thing::from(&view.product), &view.counts).await?;
    Ok(page(StatusCode::OK, &made))
}
