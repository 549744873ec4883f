//! The website's languages. Its own texts are Fluent messages in `locales`. The field catalogue and the API
//! are English, and English stands in where a language lacks a message.
//!
//! The address chooses the language: `/records` is English, `/cy/records` is Welsh. Code asks for messages by
//! name and gets them in the language of the current request.

use std::fmt;
use std::sync::LazyLock;

use askama::filters::{Escaper, Html, HtmlSafe};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{Locale, NaiveDate};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use http_body_util::BodyExt;

use crate::ask::Interface;
use crate::words::number;

/// A language that pages come in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Language {
    #[default]
    English,
    Welsh,
}

impl Language {
    /// The BCP 47 tag.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Welsh => "cy",
        }
    }

    /// The language's own name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Welsh => "Cymraeg",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::English => Self::Welsh,
            Self::Welsh => Self::English,
        }
    }

    /// The address of a page in this language. English has no prefix, and the Welsh front page is `/cy`
    /// without a slash.
    fn address(self, page: &str) -> String {
        if self == Self::English {
            return page.to_owned();
        }
        let first = page.strip_prefix('/').filter(|rest| rest.is_empty() || rest.starts_with('?'));
        format!("/{}{}", self.tag(), first.unwrap_or(page))
    }

    /// A day in words.
    pub(crate) fn day(self, day: NaiveDate) -> String {
        let locale = match self {
            Self::English => Locale::en_GB,
            Self::Welsh => Locale::cy_GB,
        };
        day.format_localized("%-d %B %Y", locale).to_string()
    }

    fn words(self) -> &'static Words {
        static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::of(Language::English));
        static WELSH: LazyLock<Words> = LazyLock::new(|| Words::of(Language::Welsh));
        match self {
            Self::English => &ENGLISH,
            Self::Welsh => &WELSH,
        }
    }

    const fn files(self) -> &'static [&'static str] {
        match self {
            Self::English => {
                &[include_str!("../locales/en/pages.ftl"), include_str!("../locales/en/submit.ftl")]
            }
            Self::Welsh => &[
                include_str!("../locales/cy/pages.ftl"),
                include_str!("../locales/cy/submit.ftl"),
                domain::codes::WELSH,
            ],
        }
    }
}

/// A language's messages.
struct Words(FluentBundle<FluentResource>);

impl Words {
    fn of(language: Language) -> Self {
        let tag = language.tag().parse();
        let mut bundle = FluentBundle::new_concurrent(tag.into_iter().collect());
        // Right-to-left names are rare here, and isolation marks would be copied along with the text.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(value) => Some(number(value.value)),
            _ => None,
        }));
        for text in language.files() {
            // Skip what does not parse; the tests find it.
            let resource =
                FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, _)| resource);
            bundle.add_resource_overriding(resource);
        }
        Self(bundle)
    }

    fn get(&self, id: &str, attribute: Option<&str>, given: &FluentArgs<'_>) -> Option<String> {
        let message = self.0.get_message(id)?;
        let pattern = match attribute {
            None => message.value()?,
            Some(attribute) => message.get_attribute(attribute)?.value(),
        };
        Some(self.0.format_pattern(pattern, Some(given), &mut Vec::new()).into_owned())
    }
}

/// The language and address of the current request.
#[derive(Debug, Clone, Default)]
struct Spoken {
    language: Language,
    /// The page's address without the language; `None` for a form sent by POST, which has no address to link
    /// to.
    address: Option<String>,
    /// The register's address, if known.
    base: Option<String>,
}

tokio::task_local! {
    static SPOKEN: Spoken;
}

/// The language of the current request.
pub(crate) fn spoken() -> Language {
    SPOKEN.try_with(|spoken| spoken.language).unwrap_or_default()
}

/// A page's address in the current language, for addresses that the rewriting in [`answer`] does not reach.
pub(crate) fn here(page: &str) -> String {
    spoken().address(page)
}

/// The other language, and the current page's address in it.
pub(crate) fn elsewhere() -> Option<(Language, String)> {
    let spoken = SPOKEN.try_with(Clone::clone).ok()?;
    let other = spoken.language.other();
    Some((other, other.address(&spoken.address?)))
}

/// Whether text in `lang` needs a `lang` attribute on this page.
pub(crate) fn is_foreign(lang: &str) -> bool {
    !lang.is_empty() && lang != spoken().tag()
}

/// The page's full address in each language, by tag. `x-default` is English.
pub(crate) fn everywhere() -> Vec<(&'static str, String)> {
    let Ok(Spoken { address: Some(address), base: Some(base), .. }) = SPOKEN.try_with(Clone::clone) else {
        return Vec::new();
    };
    let (english, welsh) =
        (format!("{base}{address}"), format!("{base}{}", Language::Welsh.address(&address)));
    vec![("en", english.clone()), ("cy", welsh), ("x-default", english)]
}

/// For templates: a `lang` attribute for the API's English on a page in another language.
pub(crate) fn in_english() -> &'static str {
    if spoken() == Language::English { "" } else { " lang=\"en\"" }
}

/// A catalogue text in the current language, by message name. `None` in English, which is in the catalogue
/// itself.
pub(crate) fn named(id: &str, attribute: Option<&str>) -> Option<String> {
    let language = spoken();
    (language != Language::English).then(|| language.words().get(id, attribute, &FluentArgs::new()))?
}

/// A value for a message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Put {
    Text(String),
    Number(FluentNumber),
}

/// What can be a value in a message.
pub(crate) trait Given {
    fn given(&self) -> Put;
}

impl Given for str {
    fn given(&self) -> Put {
        Put::Text(self.to_owned())
    }
}

impl Given for String {
    fn given(&self) -> Put {
        self.as_str().given()
    }
}

impl Given for Said {
    fn given(&self) -> Put {
        Put::Text(self.to_string())
    }
}

impl<T: Given + ?Sized> Given for &T {
    fn given(&self) -> Put {
        (**self).given()
    }
}

macro_rules! numbers {
    ($($kind:ty),*) => { $(
        impl Given for $kind {
            fn given(&self) -> Put {
                Put::Number(FluentNumber::from(*self))
            }
        }
    )* };
}

numbers!(u32, u64, usize, i32, i64);

/// A message with its values. It becomes text when displayed, in the language of that request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    id: &'static str,
    given: Vec<(&'static str, Put)>,
}

/// A message by its name.
pub(crate) const fn say(id: &'static str) -> Said {
    Said { id, given: Vec::new() }
}

impl Said {
    pub(crate) fn with(mut self, name: &'static str, value: impl Given) -> Self {
        self.given.push((name, value.given()));
        self
    }
}

impl fmt::Display for Said {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = self.given.iter().map(|(name, put)| match put {
            Put::Text(text) => (*name, FluentValue::from(text.as_str())),
            Put::Number(number) => (*name, FluentValue::Number(number.clone())),
        });
        let given: FluentArgs<'_> = given.collect();
        let said = spoken().words().get(self.id, None, &given);
        let said = said.or_else(|| Language::English.words().get(self.id, None, &given));
        to.write_str(said.as_deref().unwrap_or(self.id))
    }
}

/// A message that contains HTML. Its values are escaped.
#[derive(Debug, Clone)]
pub(crate) struct Rich(Said);

/// An HTML message by its name.
pub(crate) const fn rich(id: &'static str) -> Rich {
    Rich(say(id))
}

impl Rich {
    pub(crate) fn with(self, name: &'static str, value: impl Given) -> Self {
        let value = match value.given() {
            Put::Text(text) => {
                let mut escaped = String::with_capacity(text.len());
                // Writing to a string does not fail.
                let _ = Html.write_escaped_str(&mut escaped, &text);
                Put::Text(escaped)
            }
            number => number,
        };
        let mut given = self.0.given;
        given.push((name, value));
        Self(Said { given, ..self.0 })
    }
}

impl fmt::Display for Rich {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Messages contain plain links; the class is added here.
        to.write_str(&self.0.to_string().replace("<a ", "<a class=\"govuk-link\" "))
    }
}

impl HtmlSafe for Rich {}

/// Answers a request in a language. Rewrites links in the answer to the same language.
pub(crate) async fn answer(
    State((language, interface)): State<(Language, Interface)>,
    request: Request,
    next: Next,
) -> Response {
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    let address = request.uri().path_and_query().filter(|_| read).map(|address| address.as_str().to_owned());
    let base = interface.base().await.ok().map(str::to_owned);
    let mut response = SPOKEN.scope(Spoken { language, address, base }, next.run(request)).await;
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    if language == Language::English {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    if let Some(to) = parts.headers.get(header::LOCATION).and_then(|to| to.to_str().ok())
        && is_page(to)
        && let Ok(to) = HeaderValue::from_str(&language.address(to))
    {
        parts.headers.insert(header::LOCATION, to);
    }
    let html = parts.headers.get(header::CONTENT_TYPE);
    if !html.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        return Response::from_parts(parts, body);
    }
    // Our pages are made in memory, so the body is complete and is text.
    let Ok(page) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return Response::from_parts(parts, Body::empty());
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    let page = linked(&String::from_utf8_lossy(&page), language);
    Response::from_parts(parts, Body::from(page))
}

/// Whether an address is a page, and so exists in every language. Files, the API and the log are not pages.
fn is_page(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let apart = ["//", "/api/", "/log/"];
    path.starts_with('/') && !apart.iter().any(|one| path.starts_with(one)) && !file
}

/// Rewrites page addresses to a language, in `href` and `action` attributes only: an address in running text
/// is the publisher's words. Leaves tags alone that have `hreflang` before the address.
fn linked(page: &str, language: Language) -> String {
    let mut out = String::with_capacity(page.len() + page.len() / 16);
    let mut rest = page;
    while let Some(at) = rest.find("=\"/") {
        let (before, value) = rest.split_at(at + 2);
        out.push_str(before);
        rest = value;
        // Attribute values are escaped, so they contain neither `<` nor `>`.
        let tag = out.rfind(['<', '>']).map_or("", |last| &out[last..]);
        let named = tag.starts_with('<') && (tag.ends_with(" href=\"") || tag.ends_with(" action=\""));
        if !named || tag.contains(" hreflang=\"") {
            continue;
        }
        let (address, after) = value.split_at(value.find('"').unwrap_or(value.len()));
        if is_page(address) {
            out.push_str(&language.address(address));
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
