//! How to cite a record, and a letter asking its publisher about gaps.

use chrono::Datelike;
use domain::codes::Origin;
use serde_json::Value;

use super::record::{Raised, Subject};
use crate::language::{Language, say, spoken};

/// A text that is safe inside BibTeX braces.
fn braced(text: &str) -> String {
    text.chars().filter(|letter| !matches!(letter, '{' | '}' | '\\')).collect()
}

/// A BibTeX entry.
pub(super) fn bibtex(view: &Subject, url: &str, title: &str, body: &str) -> String {
    let year = view.dates.map(|(_, last)| last.year().to_string()).unwrap_or_default();
    format!(
        "@misc{{{id}v{version},\n  author = {{{{{body}}}}},\n  title = {{{{{title}}}}},\n  howpublished = {{Open Algorithm \
         Register, record {id}, version {version}}},\n  year = {{{year}}},\n  url = {{{url}}}\n}}",
        id = view.id,
        version = view.version,
        body = braced(body),
        title = braced(title),
    )
}

/// The same as a Citation File Format file.
pub(super) fn cff(view: &Subject, url: &str, title: &str, body: &str) -> String {
    // A JSON string is a valid YAML string.
    let quoted = |text: &str| Value::from(text).to_string();
    format!(
        "cff-version: 1.2.0\nmessage: Please cite the version you read.\ntype: dataset\ntitle: {}\nauthors:\n  - name: {}\n\
         version: \"{}\"\ndate-released: {}\nurl: {}",
        quoted(title),
        quoted(body),
        view.version,
        view.dates.map(|(_, last)| last.date_naive().to_string()).unwrap_or_default(),
        quoted(url),
    )
}

/// A letter to the publisher, listing what the record leaves open.
pub(super) fn question(title: &str, view: &Subject, unanswered: &[String], origin: Option<Origin>) -> String {
    // Only what a body wrote here itself is its record.
    let read = say(match origin {
        Some(Origin::ThirdParty) => "i-have-read-of-you",
        Some(Origin::Imported) => "i-have-read-imported",
        Some(Origin::SelfDeclared) | None => "i-have-read-yours",
    });
    let read = read.with("title", title).with("id", &view.id).with("version", view.version.to_string());
    let mut lines = vec![say("dear-sir-or-madam").to_string(), read.to_string()];
    if !unanswered.is_empty() {
        lines.push(say("it-does-not-answer").with("fields", unanswered.join("; ")).to_string());
    }
    lines.extend(view.flags.iter().map(|flag| match spoken() {
        Language::English => format!("{}: {}.", flag.label(), flag.why()),
        // The reason is in English only, so name the flag instead.
        Language::Welsh => format!("{}.", flag.label()),
    }));
    lines.push(say("please-tell-me-what-belongs").to_string());
    lines.join("\n\n")
}
