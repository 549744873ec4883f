//! `/organisations`, `/suppliers`, `/products`, `/contracts` and `/assessments`: lists that take the API's
//! query.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::{
    AssessmentStage, AssessmentStatus, AssessmentType, Code, OrganisationKind, Sector, Vocabulary,
};
use serde::Deserialize;
use serde_json::Value;

use super::problem::NotShown;
use super::procurement::{amount, names};
use crate::address::{Pairs, query, with, without};
use crate::ask::Interface;
use crate::json::{coded, text};
use crate::language::{Said, say};
use crate::layout::{Frame, Twin, page};
use crate::words::{day, entry_label, word, yes_or_no};

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
    entry: fn(&Value) -> Entry,
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
    entry: |item| body(item, "organisations", "as_publisher"),
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
    entry: |item| body(item, "suppliers", "as_supplier"),
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
    entry: |item| Entry {
        title: text(&item["product"], "name").unwrap_or_default(),
        href: format!("/products/{}", text(&item["product"], "slug").unwrap_or_default()),
        said: vec![records(&item["counts"])],
        tags: codes(&item["product"]["technologies"], "technology"),
    },
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
    entry: |item| {
        let one = &item["contract"];
        let named =
            |role: &str| names(one, role).into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ");
        let parties = [("bought-by", named("buyer")), ("from-name", named("supplier"))];
        let parties = parties.into_iter().filter(|(_, name)| !name.is_empty());
        let until = text(one, "ends_on").map(|on| say("until-2").with("on", day(&on)).to_string());
        Entry {
            title: text(one, "title").unwrap_or_else(|| say("contract").to_string()),
            href: format!("/contracts/{}", text(item, "id").unwrap_or_default()),
            said: parties
                .map(|(how, name)| say(how).with("name", name).to_string())
                .chain(amount(&one["value"]))
                .chain(until)
                .collect(),
            tags: text(one, "status").map(|status| word(&status)).into_iter().collect(),
        }
    },
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
    entry: |item| {
        let one = &item["assessment"];
        let kind = coded(one, "type", "assessment_type");
        let dates = [("completed", "completed_on"), ("next-review-due", "next_review_on")];
        let dates = dates
            .into_iter()
            .filter_map(|(what, key)| Some(say(what).with("on", day(&text(one, key)?)).to_string()));
        let of = text(item, "record_title").into_iter().chain(text(&item["publisher"], "name"));
        Entry {
            title: text(one, "title").or_else(|| kind.clone()).unwrap_or_default(),
            href: format!("/records/{}#assessments", text(item, "record_id").unwrap_or_default()),
            said: of.chain(dates).collect(),
            tags: [kind, coded(one, "stage", "assessment_stage"), coded(one, "status", "assessment_status")]
                .into_iter()
                .flatten()
                .collect(),
        }
    },
};

fn codes(list: &Value, vocabulary: &str) -> Vec<String> {
    let codes = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    codes.map(|code| crate::words::label_in(vocabulary, code)).collect()
}

fn records(counts: &Value) -> String {
    say("n-records").with("n", counts["records"].as_u64().unwrap_or_default()).to_string()
}

fn body(item: &Value, kind: &str, role: &str) -> Entry {
    let one = &item["organisation"];
    let coverage = match item["coverage"].as_str() {
        Some("silent") => Some(say("is-expected-to-publish").to_string()),
        Some("nil_return") => Some(say("says-that-it-uses-nothing").to_string()),
        _ => None,
    };
    Entry {
        title: text(one, "name").unwrap_or_default(),
        href: format!("/{kind}/{}", text(one, "slug").unwrap_or_default()),
        said: std::iter::once(records(&item[role])).chain(coverage).collect(),
        tags: coded(one, "kind", "organisation_kind")
            .into_iter()
            .chain(codes(&one["sectors"], "sector"))
            .collect(),
    }
}

#[derive(Debug, Deserialize)]
struct Found {
    about: Option<String>,
    items: Vec<Value>,
    total: u64,
    next: Option<String>,
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

/// Builds the page of a list. Only the [`List`] differs between them.
async fn shown(
    interface: &Interface,
    list: &'static List,
    asked: Option<&str>,
) -> Result<Response, NotShown> {
    let asked: Pairs = form_urlencoded::parse(asked.unwrap_or_default().as_bytes()).into_owned().collect();
    // A form sends its blank inputs too; they are not part of the query.
    let asked: Pairs = asked.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let value = |key: &str| asked.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
    let found: Found = interface.get(&format!("/api/v1{}{}", list.path, query(&asked))).await?;
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
        entries: found.items.iter().map(list.entry).collect(),
        first: value("cursor").map(|_| format!("{}{shared}", list.path)),
        next: found.next.map(|next| format!("{}{}", list.path, query(&with(&asked, "cursor", &next)))),
        list,
    };
    Ok(page(StatusCode::OK, &page_of))
}

macro_rules! pages {
    ($($name:ident => $list:ident),*) => { $(
        pub(crate) async fn $name(
            State(interface): State<Interface>,
            RawQuery(asked): RawQuery,
        ) -> Result<Response, NotShown> {
            shown(&interface, &$list, asked.as_deref()).await
        }
    )* };
}

pages!(
    organisations => ORGANISATIONS,
    suppliers => SUPPLIERS,
    products => PRODUCTS,
    contracts => CONTRACTS,
    assessments => ASSESSMENTS
);
