//! `/organisations`, `/suppliers`, `/products`, `/contracts` and `/assessments`: lists with the query of the interface.

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
use crate::layout::{Frame, Twin, page};
use crate::words::{counted, day, plain};

/// Values that a list can be narrowed to.
enum Choices {
    Codes(&'static Vocabulary),
    YesOrNo,
}

/// A list: where it is, what it is called, and how its items are shown.
struct List {
    path: &'static str,
    title: &'static str,
    lead: &'static str,
    /// One and several of what it lists.
    counted: (&'static str, &'static str),
    /// Whether words can be searched for.
    searched: bool,
    /// Whether it is there as CSV.
    csv: bool,
    filters: &'static [(&'static str, &'static str, Choices)],
    entry: fn(&Value) -> Entry,
}

/// An item of a list.
struct Entry {
    title: String,
    href: String,
    /// What is said of it, in a line.
    said: Vec<String>,
    tags: Vec<String>,
}

const ORGANISATIONS: List = List {
    path: "/organisations",
    title: "Public bodies",
    lead: "Bodies that publish records, that others write about, or that are expected to publish.",
    counted: ("body", "bodies"),
    searched: true,
    csv: false,
    filters: &[
        ("kind", "Kind", Choices::Codes(OrganisationKind::VOCABULARY)),
        ("publishes", "Has published", Choices::YesOrNo),
        ("silent", "Expected to publish, and has not", Choices::YesOrNo),
    ],
    entry: |item| body(item, "organisations", "as_publisher"),
};
const SUPPLIERS: List = List {
    path: "/suppliers",
    title: "Suppliers",
    lead: "Firms that records or public notices name as having sold or built something.",
    counted: ("supplier", "suppliers"),
    searched: true,
    csv: false,
    filters: &[],
    entry: |item| body(item, "suppliers", "as_supplier"),
};
const PRODUCTS: List = List {
    path: "/products",
    title: "Products",
    lead: "What is sold to public bodies under a name of its own.",
    counted: ("product", "products"),
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
const CONTRACTS: List = List {
    path: "/contracts",
    title: "Contracts",
    lead: "What public notices say was bought. Those on the watch list may be for something that decides about people.",
    counted: ("contract", "contracts"),
    searched: true,
    csv: true,
    filters: &[
        ("on_watch_list", "On the watch list", Choices::YesOrNo),
        ("linked", "Linked to a record", Choices::YesOrNo),
    ],
    entry: |item| {
        let one = &item["contract"];
        let named =
            |role: &str| names(one, role).into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ");
        let parties = [("bought by", named("buyer")), ("from", named("supplier"))];
        let parties = parties.into_iter().filter(|(_, name)| !name.is_empty());
        let until = text(one, "ends_on").map(|on| format!("until {}", day(&on)));
        Entry {
            title: text(one, "title").unwrap_or_else(|| "Contract".to_owned()),
            href: format!("/contracts/{}", text(item, "id").unwrap_or_default()),
            said: parties
                .map(|(how, name)| format!("{how} {name}"))
                .chain(amount(&one["value"]))
                .chain(until)
                .collect(),
            tags: text(one, "status").map(|status| plain(&status)).into_iter().collect(),
        }
    },
};
const ASSESSMENTS: List = List {
    path: "/assessments",
    title: "Impact assessments",
    lead: "What was assessed before a tool was used and after, and what is overdue.",
    counted: ("assessment", "assessments"),
    searched: false,
    csv: true,
    filters: &[
        ("type", "Type", Choices::Codes(AssessmentType::VOCABULARY)),
        ("stage", "Stage", Choices::Codes(AssessmentStage::VOCABULARY)),
        ("status", "Status", Choices::Codes(AssessmentStatus::VOCABULARY)),
        ("sector", "Sector", Choices::Codes(Sector::VOCABULARY)),
    ],
    entry: |item| {
        let one = &item["assessment"];
        let kind = coded(one, "type", "assessment_type");
        let dates = [("completed", "completed_on"), ("next review due", "next_review_on")];
        let dates =
            dates.into_iter().filter_map(|(what, key)| Some(format!("{what} {}", day(&text(one, key)?))));
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
    counted(counts["records"].as_u64().unwrap_or_default(), "record", "records")
}

fn body(item: &Value, kind: &str, role: &str) -> Entry {
    let one = &item["organisation"];
    let coverage = match item["coverage"].as_str() {
        Some("silent") => Some("expected to publish, and has not".to_owned()),
        Some("nil_return") => Some("says that it uses nothing of the kind".to_owned()),
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
    label: &'static str,
    /// Value, label, and whether it is chosen.
    options: Vec<(&'static str, &'static str, bool)>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct Page {
    frame: Frame,
    list: &'static List,
    found: String,
    q: String,
    filters: Vec<Filter>,
    /// What is asked beside that.
    kept: Pairs,
    entries: Vec<Entry>,
    first: Option<String>,
    next: Option<String>,
}

async fn shown(
    interface: &Interface,
    list: &'static List,
    asked: Option<&str>,
) -> Result<Response, NotShown> {
    let asked: Pairs = form_urlencoded::parse(asked.unwrap_or_default().as_bytes()).into_owned().collect();
    // What is empty in a form is not asked.
    let asked: Pairs = asked.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let value = |key: &str| asked.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
    let found: Found = interface.get(&format!("/api/v1{}{}", list.path, query(&asked))).await?;
    let filters = list.filters.iter().map(|(name, label, choices)| {
        let chosen = value(name);
        let options = match choices {
            Choices::Codes(codes) => codes.entries.iter().map(|one| (one.code, one.label)).collect(),
            Choices::YesOrNo => vec![("true", "Yes"), ("false", "No")],
        };
        let options = options.into_iter().map(|(code, label)| (code, label, chosen == Some(code))).collect();
        Filter { name, label, options }
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
        frame: Frame::new(list.title, list.path.trim_start_matches('/')).about(found.about).twins(twins),
        found: counted(found.total, list.counted.0, list.counted.1),
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
