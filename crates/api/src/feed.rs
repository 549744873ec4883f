//! Feeds: one list of entries as Atom (RFC 4287, paged by RFC 5005) or JSON Feed 1.1.

use atom_syndication as atom;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// Format of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// Atom.
    Atom,
    /// JSON Feed.
    Json,
}

impl Notation {
    /// File extension in its URLs.
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
    /// Title.
    pub(crate) title: String,
    /// Notice about the data, and what the feed holds of a search.
    pub(crate) about: Option<String>,
    /// URL of the register.
    pub(crate) home: String,
    /// Path of the feed, without extension.
    pub(crate) path: &'static str,
    /// Query string, without the cursor.
    pub(crate) query: String,
    /// Cursor of this page; `None` for the first.
    pub(crate) cursor: Option<String>,
    /// Cursor of the next page.
    pub(crate) next: Option<String>,
    /// Time of the latest change.
    pub(crate) updated: DateTime<Utc>,
    /// Entries, latest first.
    pub(crate) entries: Vec<Entry>,
}

/// An entry of a feed.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its permanent URL.
    pub(crate) id: String,
    /// URL with more detail.
    pub(crate) url: String,
    /// One-line title.
    pub(crate) title: String,
    /// The body that answers for it.
    pub(crate) author: String,
    /// When it was first published.
    pub(crate) published: DateTime<Utc>,
    /// When it was last changed.
    pub(crate) updated: DateTime<Utc>,
    /// Plain-text content.
    pub(crate) text: String,
    /// Codes it is filed under.
    pub(crate) tags: Vec<String>,
}

/// A page of a feed, in JSON Feed 1.1.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JsonFeed {
    /// Version of the format, as its URL.
    #[schema(example = "https://jsonfeed.org/version/1.1")]
    version: &'static str,
    /// Title.
    title: String,
    /// URL of the register.
    home_page_url: String,
    /// URL of the feed.
    feed_url: String,
    /// Notice about the data, and what the feed holds of a search.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// URL of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    /// Language of the register's own texts.
    language: &'static str,
    /// Entries, latest first.
    items: Vec<JsonItem>,
}

/// An entry of a feed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JsonItem {
    /// Its permanent URL.
    id: String,
    /// URL with more detail.
    url: String,
    /// One-line title.
    title: String,
    /// Plain-text content.
    content_text: String,
    /// When it was first published.
    date_published: DateTime<Utc>,
    /// When it was last changed.
    date_modified: DateTime<Utc>,
    /// The body that answers for it.
    authors: Vec<JsonAuthor>,
    /// Codes it is filed under.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
}

/// Author of an entry.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JsonAuthor {
    /// Name.
    name: String,
}

impl Feed {
    /// The feed as a response.
    pub(crate) fn answer(&self, notation: Notation) -> Response {
        let body = match notation {
            Notation::Atom => {
                let text = self.atom().to_string();
                // XML 1.0 forbids these two characters, even as references.
                text.replace(['\u{FFFE}', '\u{FFFF}'], "").into_bytes()
            }
            Notation::Json => serde_json::to_vec(&self.json()).expect("a feed serialises to JSON"),
        };
        let kind = HeaderValue::from_static(notation.media_type());
        ([(header::CONTENT_TYPE, kind)], body).into_response()
    }

    /// URL of a page.
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
            description: self.about.clone(),
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
            subtitle: self.about.clone().map(atom::Text::plain),
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
