//! How a record is cited, and what may be asked of its body.

use serde_json::Value;

use super::record::RecordView;

/// A text inside BibTeX braces.
fn braced(text: &str) -> String {
    text.chars().filter(|letter| !matches!(letter, '{' | '}' | '\\')).collect()
}

/// An entry for BibTeX.
pub(super) fn bibtex(view: &RecordView, url: &str, title: &str, body: &str) -> String {
    let year = view.updated_at.get(..4).unwrap_or_default();
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
pub(super) fn cff(view: &RecordView, url: &str, title: &str, body: &str) -> String {
    // JSON strings are YAML strings.
    let quoted = |text: &str| Value::from(text).to_string();
    format!(
        "cff-version: 1.2.0\nmessage: Please cite the version you read.\ntype: dataset\ntitle: {}\nauthors:\n  - name: {}\n\
         version: \"{}\"\ndate-released: {}\nurl: {}",
        quoted(title),
        quoted(body),
        view.version,
        view.updated_at.get(..10).unwrap_or_default(),
        quoted(url),
    )
}

/// A question to the body that names what it left open.
pub(super) fn question(title: &str, view: &RecordView, unanswered: &[&str], third_party: bool) -> String {
    let whose = if third_party { "a record about you, written by an observer," } else { "your record" };
    let mut lines = vec![
        "Dear Sir or Madam,".to_owned(),
        format!(
            "I have read {whose} '{title}' ({}, version {}) in the Open Algorithm Register.",
            view.id, view.version
        ),
    ];
    if !unanswered.is_empty() {
        lines.push(format!("It does not answer: {}.", unanswered.join("; ")));
    }
    lines.extend(view.flags.iter().map(|flag| format!("{}: {}.", flag.label, flag.why())));
    lines.push("Please tell me what belongs there, and publish it in the register.".to_owned());
    lines.join("\n\n")
}
