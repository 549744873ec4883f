//! `/organisations`, `/suppliers`, `/products`, `/contracts` and `/assessments`: lists that take the API's
//! query.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::{
    AssessmentStage, AssessmentStatus, AssessmentType, Code, OrganisationKind, PartyRole, Sector, Vocabulary,
};
use serde::de::DeserializeOwned;
use wire::{
    AssessmentList, AssessmentView, ContractList, ContractView, Counts, Coverage, OrganisationList,
    OrganisationView, ProductList, ProductView,
};

use super::problem::NotShown;
use super::procurement::{amount, names};
use crate::address::{Pairs, query, with, without};
use crate::ask::Interface;
use crate::language::{Said, say};
use crate::layout::{Frame, Twin, page};
use crate::words::{date, entry_label, label_in, word, yes_or_no};

/// The values of a filter.
enum Choices {
    Codes(&'static Vocabulary),
    YesOrNo,
}

/// Describes a list: its address, texts, filters and items.
struct List {
    path: &'static str,
    title: Said,
    lead: Said,
    /// Message for the number of items; takes `n`.
    counted: &'static str,
    /// Label of the search box.
    search: Said,
    /// Text of the link to the whole list.
    all: Said,
    /// Whether it can be searched for words.
    searched: bool,
    /// Whether there is a CSV of it.
    csv: bool,
    filters: &'static [(&'static str, Said, Choices)],
}

/// An item as shown.
struct Entry {
    title: String,
    href: String,
    /// Facts about it, for one line.
    said: Vec<String>,
    tags: Vec<String>,
}

static ORGANISATIONS: List = List {
    path: "/organisations",
    title: say("public-bodies"),
    lead: say("bodies-that-publish-records-that"),
    counted: "n-bodies",
    search: say("search-the-public-bodies"),
    all: say("look-through-all-bodies"),
    searched: true,
    csv: false,
    filters: &[
        ("kind", say("kind"), Choices::Codes(OrganisationKind::VOCABULARY)),
        ("publishes", say("has-published"), Choices::YesOrNo),
        ("silent", say("expected-to-publish-and-has"), Choices::YesOrNo),
    ],
};
static SUPPLIERS: List = List {
    path: "/suppliers",
    title: say("suppliers"),
    lead: say("firms-that-records-or-public"),
    counted: "n-suppliers",
    search: say("search-suppliers"),
    all: say("look-through-all-suppliers"),
    searched: true,
    csv: false,
    filters: &[],
};
static PRODUCTS: List = List {
    path: "/products",
    title: say("products"),
    lead: say("what-is-sold-to-public"),
    counted: "n-products",
    search: say("search-products"),
    all: say("look-through-all-products"),
    searched: true,
    csv: false,
    filters: &[],
};
static CONTRACTS: List = List {
    path: "/contracts",
    title: say("contracts-2"),
    lead: say("what-public-notices-say-was"),
    counted: "n-contracts",
    search: say("search-contracts"),
    all: say("look-through-all-contracts"),
    searched: true,
    csv: true,
    filters: &[
        ("on_watch_list", say("on-the-watch-list"), Choices::YesOrNo),
        ("linked", say("linked-to-a-record"), Choices::YesOrNo),
    ],
};
static ASSESSMENTS: List = List {
    path: "/assessments",
    title: say("impact-assessments-2"),
    lead: say("what-was-assessed-before-a"),
    counted: "n-assessments",
    search: say("search-assessments"),
    all: say("look-through-all-assessments"),
    searched: false,
    csv: true,
    filters: &[
        ("type", say("type"), Choices::Codes(AssessmentType::VOCABULARY)),
        ("stage", say("stage"), Choices::Codes(AssessmentStage::VOCABULARY)),
        ("status", say("status"), Choices::Codes(AssessmentStatus::VOCABULARY)),
        ("sector", say("sector"), Choices::Codes(Sector::VOCABULARY)),
    ],
};

/// A page of a list, as shown.
struct Found {
    about: Option<String>,
    entries: Vec<Entry>,
    total: u64,
    next: Option<String>,
}

fn labels<C: Code>(list: &str, codes: &[C]) -> Vec<String> {
    codes.iter().map(|code| label_in(list, code.as_str())).collect()
}

fn records(counts: &Counts) -> String {
    say("n-records").with("n", counts.records).to_string()
}

fn body(item: &OrganisationView, kind: &str, counts: &Counts) -> Entry {
    let one = &item.organisation;
    let coverage = match item.coverage {
        Coverage::Silent if item.imported_only => Some(say("is-expected-and-publishes").to_string()),
        Coverage::Silent => Some(say("is-expected-to-publish").to_string()),
        Coverage::NilReturn => Some(say("says-that-it-uses-nothing").to_string()),
        Coverage::Published | Coverage::NotExpected => None,
    };
    Entry {
        title: one.name.clone(),
        href: format!("/{kind}/{}", one.slug),
        said: std::iter::once(records(counts)).chain(coverage).collect(),
        tags: one
            .kind
            .map(|kind| label_in("organisation_kind", kind.as_str()))
            .into_iter()
            .chain(labels("sector", &one.sectors))
            .collect(),
    }
}

fn publisher_entry(item: &OrganisationView) -> Entry {
    body(item, "organisations", &item.as_publisher)
}

fn supplier_entry(item: &OrganisationView) -> Entry {
    body(item, "suppliers", &item.as_supplier)
}

fn product_entry(item: &ProductView) -> Entry {
    Entry {
        title: item.product.name.clone(),
        href: format!("/products/{}", item.product.slug),
        said: vec![records(&item.counts)],
        tags: labels("technology", &item.product.technologies),
    }
}

fn contract_entry(item: &ContractView) -> Entry {
    let one = &item.contract;
    let named =
        |role: PartyRole| names(one, role).into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ");
    let parties = [("bought-by", named(PartyRole::Buyer)), ("from-name", named(PartyRole::Supplier))];
    let parties = parties.into_iter().filter(|(_, name)| !name.is_empty());
    let until = one.ends_on.map(|on| say("until-2").with("on", date(on)).to_string());
    Entry {
        title: one.title.clone().unwrap_or_else(|| say("contract").to_string()),
        href: format!("/contracts/{}", item.id),
        said: parties
            .map(|(how, name)| say(how).with("name", name).to_string())
            .chain(one.value.as_ref().and_then(amount))
            .chain(until)
            .collect(),
        tags: one.status.as_deref().map(word).into_iter().collect(),
    }
}

fn assessment_entry(item: &AssessmentView) -> Entry {
    let one = &item.assessment;
    let kind = label_in("assessment_type", one.r#type.as_str());
    let dates = [("completed", one.completed_on), ("next-review-due", one.next_review_on)];
    let dates = dates.into_iter().filter_map(|(what, on)| Some(say(what).with("on", date(on?)).to_string()));
    Entry {
        title: one.title.clone().unwrap_or_else(|| kind.clone()),
        href: format!("/records/{}#assessments", item.record_id),
        said: [item.record_title.clone(), item.publisher.name.clone()].into_iter().chain(dates).collect(),
        tags: vec![
            kind,
            label_in("assessment_stage", one.stage.as_str()),
            label_in("assessment_status", one.status.as_str()),
        ],
    }
}

struct Filter {
    name: &'static str,
    label: Said,
    /// Value, label, and whether it is chosen.
    options: Vec<(&'static str, String, bool)>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct Page {
    frame: Frame,
    list: &'static List,
    found: String,
    q: String,
    filters: Vec<Filter>,
    /// Query parameters that the form has no input for, kept as they are.
    kept: Pairs,
    entries: Vec<Entry>,
    first: Option<String>,
    next: Option<String>,
}

/// Builds the page of a list. `found` says what the API's answer of type `T` shows.
async fn shown<T: DeserializeOwned>(
    interface: &Interface,
    list: &'static List,
    asked: Option<&str>,
    found: impl FnOnce(T) -> Found,
) -> Result<Response, NotShown> {
    let asked: Pairs = form_urlencoded::parse(asked.unwrap_or_default().as_bytes()).into_owned().collect();
    // A form sends its blank inputs too; they are not part of the query.
    let asked: Pairs = asked.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let value = |key: &str| asked.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
    let found = found(interface.get(&format!("/api/v1{}{}", list.path, query(&asked))).await?);
    let filters = list.filters.iter().map(|(name, label, choices)| {
        let chosen = value(name);
        let options = match choices {
            Choices::Codes(list) => {
                list.entries.iter().map(|one| (one.code, entry_label(list, one))).collect::<Vec<_>>()
            }
            Choices::YesOrNo => vec![("true", yes_or_no(true)), ("false", yes_or_no(false))],
        };
        let options = options.into_iter().map(|(code, label)| (code, label, chosen == Some(code))).collect();
        Filter { name, label: label.clone(), options }
    });
    let own: Vec<&str> = list.filters.iter().map(|(name, ..)| *name).chain(["q", "cursor"]).collect();
    let shared = query(&without(&asked, &["cursor"]));
    let mut twins = vec![Twin::json(format!("/api/v1{}{shared}", list.path))];
    if list.csv {
        twins.push(Twin::csv(format!(
            "/api/v1{}.csv{}",
            list.path,
            query(&without(&asked, &["cursor", "limit"]))
        )));
    }
    let page_of = Page {
        frame: Frame::new(&list.title, list.path.trim_start_matches('/')).about(found.about).twins(twins),
        found: say(list.counted).with("n", found.total).to_string(),
        q: value("q").unwrap_or_default().to_owned(),
        filters: filters.collect(),
        kept: without(&asked, &own),
        entries: found.entries,
        first: value("cursor").map(|_| format!("{}{shared}", list.path)),
        next: found.next.map(|next| format!("{}{}", list.path, query(&with(&asked, "cursor", &next)))),
        list,
    };
    Ok(page(StatusCode::OK, &page_of))
}

macro_rules! pages {
    ($($name:ident => $list:ident, $answer:ty, $entry:ident;)*) => { $(
        pub(crate) async fn $name(
            State(interface): State<Interface>,
            RawQuery(asked): RawQuery,
        ) -> Result<Response, NotShown> {
            let found = |answer: $answer| Found {
                entries: answer.items.iter().map($entry).collect(),
                about: answer.about,
                total: answer.total,
                next: answer.next,
            };
            shown(&interface, &$list, asked.as_deref(), found).await
        }
    )* };
}

pages! {
    organisations => ORGANISATIONS, OrganisationList, publisher_entry;
    suppliers => SUPPLIERS, OrganisationList, supplier_entry;
    products => PRODUCTS, ProductList, product_entry;
    contracts => CONTRACTS, ContractList, contract_entry;
    assessments => ASSESSMENTS, AssessmentList, assessment_entry;
}
