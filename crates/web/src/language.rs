//! The languages of the site. What it says of its own stands in `locales`, for Fluent; English is the language of the
//! field catalogue and of what the interface says, and stands in for what a language has no words for.
//!
//! A page is asked for in a language by its address: `/records` is English, `/cy/records` is Welsh. What makes the page
//! asks for words by their name, and gets them in the language in which the request is answered.

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

/// A language in which pages are made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Language {
    #[default]
    English,
    Welsh,
}

impl Language {
    /// By BCP 47.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Welsh => "cy",
        }
    }

    /// What it calls itself.
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

    /// Where a page is in it. Only English has no part of the address to itself, and a first page no slash at its end.
    fn address(self, page: &str) -> String {
        if self == Self::English {
            return page.to_owned();
        }
        let first = page.strip_prefix('/').filter(|rest| rest.is_empty() || rest.starts_with('?'));
        format!("/{}{}", self.tag(), first.unwrap_or(page))
    }

    /// A day as it writes it.
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
                include_str!("../locales/cy/catalogue.ftl"),
            ],
        }
    }
}

/// The words of a language.
struct Words(FluentBundle<FluentResource>);

impl Words {
    fn of(language: Language) -> Self {
        let tag = language.tag().parse();
        let mut bundle = FluentBundle::new_concurrent(tag.into_iter().collect());
        // Names of other directions are rare here, and marks around each would be copied with it.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(value) => Some(number(value.value)),
            _ => None,
        }));
        for text in language.files() {
            // What cannot be read is left out of it here, and found by the tests.
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

/// How a request is answered.
#[derive(Debug, Clone, Default)]
struct Spoken {
    language: Language,
    /// The address of the page without its language, if it can be asked for by one.
    address: Option<String>,
    /// Where the register is, if that is known.
    base: Option<String>,
}

tokio::task_local! {
    static SPOKEN: Spoken;
}

/// The language in which the request is answered.
pub(crate) fn spoken() -> Language {
    SPOKEN.try_with(|spoken| spoken.language).unwrap_or_default()
}

/// Where a page is in the language in which the request is answered, for addresses that are put together elsewhere.
pub(crate) fn here(page: &str) -> String {
    spoken().address(page)
}

/// The same page in the other language: that language, and the address.
pub(crate) fn elsewhere() -> Option<(Language, String)> {
    let spoken = SPOKEN.try_with(Clone::clone).ok()?;
    let other = spoken.language.other();
    Some((other, other.address(&spoken.address?)))
}

/// Whether words in a language are marked as such on the page.
pub(crate) fn is_foreign(lang: &str) -> bool {
    !lang.is_empty() && lang != spoken().tag()
}

/// The whole address of the page in every language, and of that for those of none, by tag.
pub(crate) fn everywhere() -> Vec<(&'static str, String)> {
    let Ok(Spoken { address: Some(address), base: Some(base), .. }) = SPOKEN.try_with(Clone::clone) else {
        return Vec::new();
    };
    let (english, welsh) =
        (format!("{base}{address}"), format!("{base}{}", Language::Welsh.address(&address)));
    vec![("en", english.clone()), ("cy", welsh), ("x-default", english)]
}

/// For templates: marks what the interface says, which is English, on a page that is not.
pub(crate) fn in_english() -> &'static str {
    if spoken() == Language::English { "" } else { " lang=\"en\"" }
}

/// What stands in the catalogue under a name, in the language in which the request is answered; English stands in the
/// catalogue itself.
pub(crate) fn named(id: &str, attribute: Option<&str>) -> Option<String> {
    let language = spoken();
    (language != Language::English).then(|| language.words().get(id, attribute, &FluentArgs::new()))?
}

/// What is put into words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Put {
    Text(String),
    Number(FluentNumber),
}

/// Something that can be put into words.
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

/// Words with what is put into them, as text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    id: &'static str,
    given: Vec<(&'static str, Put)>,
}

/// The words of a name.
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

/// Words that are HTML; what is put into them is text.
#[derive(Debug, Clone)]
pub(crate) struct Rich(Said);

/// The words of a name, which are HTML.
pub(crate) const fn rich(id: &'static str) -> Rich {
    Rich(say(id))
}

impl Rich {
    pub(crate) fn with(self, name: &'static str, value: impl Given) -> Self {
        let value = match value.given() {
            Put::Text(text) => {
                let mut escaped = String::with_capacity(text.len());
                // Writing into a text does not fail.
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
        to.write_str(&self.0.to_string().replace("<a ", "<a class=\"govuk-link\" "))
    }
}

impl HtmlSafe for Rich {}

/// Answers in a language: the addresses of pages that an answer names are those in the language.
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
    // Pages are made in memory: they come whole, and are text.
    let Ok(page) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return Response::from_parts(parts, Body::empty());
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    let page = linked(&String::from_utf8_lossy(&page), language);
    Response::from_parts(parts, Body::from(page))
}

/// Whether an address is one of a page, which is there in every language: not files, nor the interface.
fn is_page(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let apart = ["//", "/api/", "/log/"];
    path.starts_with('/') && !apart.iter().any(|one| path.starts_with(one)) && !file
}

/// A page with the addresses of pages in a language, where they stand in tags: in texts nothing is changed. A tag that
/// says a language (`hreflang`) before its address is left as it is.
fn linked(page: &str, language: Language) -> String {
    let mut out = String::with_capacity(page.len() + page.len() / 16);
    let mut rest = page;
    while let Some(at) = rest.find("=\"/") {
        let (before, value) = rest.split_at(at + 2);
        out.push_str(before);
        rest = value;
        // Values in tags hold neither mark: they are escaped.
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
