//! Feeds: one list of entries as Atom (RFC 4287, paged by RFC 5005) or as JSON Feed 1.1.

use atom_syndication as atom;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// The notation of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// Atom.
    Atom,
    /// JSON Feed.
    Json,
}

impl Notation {
    /// The ending of its addresses.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
        }
    }
}

/// A page of a feed.
#[derive(Debug)]
pub(crate) struct Feed {
    /// What it is called.
    pub(crate) title: String,
    /// What must be said about the data.
    pub(crate) about: Option<&'static str>,
    /// The register's address.
    pub(crate) home: String,
    /// Path of the feed without its ending.
    pub(crate) path: &'static str,
    /// Its query, without the cursor.
    pub(crate) query: String,
    /// Where this page begins, for a page that is not the first.
    pub(crate) cursor: Option<String>,
    /// Where the next page begins.
    pub(crate) next: Option<String>,
    /// When something last changed.
    pub(crate) updated: DateTime<Utc>,
    /// The entries, the latest first.
    pub(crate) entries: Vec<Entry>,
}

/// Something that a feed tells.
#[derive(Debug)]
pub(crate) struct Entry {
    /// An address that is its and stays.
    pub(crate) id: String,
    /// Where to read more.
    pub(crate) url: String,
    /// In a line.
    pub(crate) title: String,
    /// Who answers for it.
    pub(crate) author: String,
    /// When it was first published.
    pub(crate) published: DateTime<Utc>,
    /// When it was last changed.
    pub(crate) updated: DateTime<Utc>,
    /// What it is about, in plain words.
    pub(crate) text: String,
    /// Codes that it can be sorted by.
    pub(crate) tags: Vec<String>,
}

/// A page of a feed, as JSON Feed 1.1.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JsonFeed {
    /// Which notation it is.
    #[schema(example = "https://jsonfeed.org/version/1.1")]
    version: &'static str,
    /// What it is called.
    title: String,
    /// The register.
    home_page_url: String,
    /// The feed.
    feed_url: String,
    /// What must be said about the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'static str>,
    /// Where the next page is.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    /// The language of what the register says itself.
    language: &'static str,
    /// The entries, the latest first.
    items: Vec<JsonItem>,
}

/// Something that a feed tells.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JsonItem {
    /// An address that is its and stays.
    id: String,
    /// Where to read more.
    url: String,
    /// In a line.
    title: String,
    /// What it is about, in plain words.
    content_text: String,
    /// When it was first published.
    date_published: DateTime<Utc>,
    /// When it was last changed.
    date_modified: DateTime<Utc>,
    /// Who answers for it.
    authors: Vec<JsonAuthor>,
    /// Codes that it can be sorted by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
}

/// Who answers for an entry.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JsonAuthor {
    /// By name.
    name: String,
}

impl Feed {
    /// The feed as it is sent.
    pub(crate) fn answer(&self, notation: Notation) -> Response {
        let body = match notation {
            Notation::Atom => {
                let text = self.atom().to_string();
                // XML has no place for these, even written as numbers.
                text.replace(['\u{FFFE}', '\u{FFFF}'], "").into_bytes()
            }
            Notation::Json => serde_json::to_vec(&self.json()).expect("a feed is JSON"),
        };
        let kind = HeaderValue::from_static(notation.media_type());
        ([(header::CONTENT_TYPE, kind)], body).into_response()
    }

    /// The address of a page.
    fn page(&self, notation: Notation, cursor: Option<&str>) -> String {
        let mut address = format!("{}{}.{}", self.home, self.path, notation.ending());
        let mut joint = '?';
        for part in [Some(self.query.clone()), cursor.map(|cursor| format!("cursor={cursor}"))] {
            if let Some(part) = part.filter(|part| !part.is_empty()) {
                address.push(joint);
                address.push_str(&part);
                joint = '&';
            }
        }
        address
    }

    fn json(&self) -> JsonFeed {
        JsonFeed {
            version: "https://jsonfeed.org/version/1.1",
            title: self.title.clone(),
            home_page_url: self.home.clone(),
            feed_url: self.page(Notation::Json, None),
            description: self.about,
            next_url: self.next.as_deref().map(|next| self.page(Notation::Json, Some(next))),
            language: "en",
            items: self
                .entries
                .iter()
                .map(|entry| JsonItem {
                    id: entry.id.clone(),
                    url: entry.url.clone(),
                    title: entry.title.clone(),
                    content_text: entry.text.clone(),
                    date_published: entry.published,
                    date_modified: entry.updated,
                    authors: vec![JsonAuthor { name: entry.author.clone() }],
                    tags: entry.tags.clone(),
                })
                .collect(),
        }
    }

    fn atom(&self) -> atom::Feed {
        let link = |rel: &str, href: String| atom::Link {
            rel: rel.to_owned(),
            href,
            mime_type: Some("application/atom+xml".to_owned()),
            ..atom::Link::default()
        };
        let mut links = vec![
            link("self", self.page(Notation::Atom, self.cursor.as_deref())),
            link("first", self.page(Notation::Atom, None)),
        ];
        links.extend(self.next.as_deref().map(|next| link("next", self.page(Notation::Atom, Some(next)))));
        atom::Feed {
            title: atom::Text::plain(&*self.title),
            subtitle: self.about.map(atom::Text::plain),
            id: self.page(Notation::Atom, None),
            updated: self.updated.fixed_offset(),
            authors: vec![person("Open Algorithm Register")],
            rights: Some(atom::Text::plain(export::describe::LICENCE_URL)),
            links,
            lang: Some("en".to_owned()),
            entries: self
                .entries
                .iter()
                .map(|entry| atom::Entry {
                    title: atom::Text::plain(&*entry.title),
                    id: entry.id.clone(),
                    updated: entry.updated.fixed_offset(),
                    published: Some(entry.published.fixed_offset()),
                    authors: vec![person(&entry.author)],
                    links: vec![atom::Link {
                        href: entry.url.clone(),
                        rel: "alternate".to_owned(),
                        ..atom::Link::default()
                    }],
                    summary: Some(atom::Text::plain(&*entry.text)),
                    categories: entry
                        .tags
                        .iter()
                        .map(|term| atom::Category { term: term.clone(), ..atom::Category::default() })
                        .collect(),
                    ..atom::Entry::default()
                })
                .collect(),
            ..atom::Feed::default()
        }
    }
}

fn person(name: &str) -> atom::Person {
    atom::Person { name: name.to_owned(), ..atom::Person::default() }
}
