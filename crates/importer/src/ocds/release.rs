//! Turns the elements of a file into releases, or says what is wrong with them.

use std::collections::BTreeMap;
use std::io::Read;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::merge::repeated_ids;
use super::node::{self, Found, Node};
use super::project;
use super::scan::{Elements, Kind};
use crate::RowError;
use crate::load::Items;
use crate::report::{Uses, used};

/// A release, ready to be stored.
#[derive(Debug, Clone)]
pub struct Element {
    /// Line where it starts.
    pub line: u64,
    /// The service that published it, from its ocid.
    pub source: String,
    /// Open Contracting ID of the process.
    pub ocid: String,
    /// The release's id, or `sha256:` and its hash if it has none.
    pub key: String,
    /// SHA-256 of its content, at the paths that are read.
    pub sha256: String,
    /// Its date, as written.
    pub dated: Option<String>,
    /// Its date as an instant; `None` if it cannot be read.
    pub at: Option<DateTime<Utc>>,
    /// The buyers as one key; see `project::buyer_key`.
    pub buyer_key: String,
    /// Its content.
    pub node: Node,
    /// Its text, without personal data.
    pub raw: String,
}

/// Unknown paths counted separately; the rest are counted together as `(others)`.
const UNKNOWN_MAX: usize = 1_000;

/// The ocid prefixes of services we know by name.
const SOURCES: &[(&str, &str)] = &[("ocds-h6vhtk", "find_a_tender"), ("ocds-b5fd17", "contracts_finder")];

/// The source an ocid belongs to: a known service, else its registered prefix (`ocds-` and six characters).
pub(super) fn source_of(ocid: &str) -> String {
    let known = SOURCES.iter().find(|(prefix, _)| ocid.starts_with(prefix));
    if let Some((_, name)) = known {
        return (*name).to_owned();
    }
    let end = ocid.char_indices().nth(11).map_or(ocid.len(), |(end, _)| end);
    ocid[..end].to_owned()
}

/// The outcome of reading one element.
type Step = crate::load::Step<Element>;

/// Reads the releases of a file, one after the other.
pub(super) struct Releases<R> {
    elements: Elements<R>,
    /// Releases of a record that are still to be returned.
    waiting: std::collections::VecDeque<(u64, String)>,
    /// Unknown paths, and how often each occurs.
    unknown: BTreeMap<String, u64>,
    /// Why reading ended early.
    failure: Option<std::io::Error>,
}

/// A record of a record package; only its releases are needed.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    releases: Option<Vec<&'a RawValue>>,
    #[serde(borrow, rename = "compiledRelease")]
    compiled: Option<&'a RawValue>,
}

/// The member that a release has and a mere link to one lacks.
#[derive(Deserialize)]
struct Head {
    ocid: Option<serde::de::IgnoredAny>,
}

impl<R: Read> Releases<R> {
    pub(super) fn new(source: R, named_lines: bool) -> std::io::Result<Self> {
        Ok(Self {
            elements: Elements::new(source, named_lines)?,
            waiting: std::collections::VecDeque::new(),
            unknown: BTreeMap::new(),
            failure: None,
        })
    }

    fn find(&mut self, uses: &mut Uses) -> std::io::Result<Option<Step>> {
        loop {
            if let Some((line, text)) = self.waiting.pop_front() {
                return Ok(Some(self.release(line, text, uses)));
            }
            let (kind, line, bytes) = match self.elements.next()? {
                None => return Ok(None),
                Some(Ok(element)) => element,
                Some(Err(fault)) => {
                    let error = RowError::row(fault.line, fault.code, fault.message, fault.hint);
                    return Ok(Some(if fault.last {
                        Step::Stopped(error)
                    } else {
                        Step::Rejected(vec![error])
                    }));
                }
            };
            let text = match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(error) => {
                    let at = error.utf8_error().valid_up_to();
                    let bytes = error.as_bytes();
                    let mut fault = RowError::row(
                        line,
                        "bad-encoding",
                        format!("byte 0x{:02x} is not UTF-8", bytes[at]),
                        "say how the file is encoded, such as --encoding windows-1252",
                    );
                    fault.value = snippet(&String::from_utf8_lossy(bytes), at);
                    return Ok(Some(Step::Rejected(vec![fault])));
                }
            };
            if kind == Kind::Release && !is_bare_record(&text) {
                return Ok(Some(self.release(line, text, uses)));
            }
            if let Some(error) = self.record(line, &text) {
                return Ok(Some(Step::Rejected(vec![error])));
            }
        }
    }

    /// Queues the releases of a record, or its compiled release if the others are only links.
    fn record(&mut self, line: u64, text: &str) -> Option<RowError> {
        let record: Record<'_> = match serde_json::from_str(text) {
            Ok(record) => record,
            Err(error) => return Some(bad_json(line, text, &error)),
        };
        let is_whole =
            |raw: &&&RawValue| serde_json::from_str::<Head>(raw.get()).is_ok_and(|head| head.ocid.is_some());
        let whole: Vec<&&RawValue> = record.releases.iter().flatten().filter(is_whole).collect();
        if !whole.is_empty() {
            self.waiting.extend(whole.into_iter().map(|raw| (line, raw.get().to_owned())));
            return None;
        }
        if let Some(compiled) = record.compiled.filter(|raw| raw.get() != "null") {
            self.waiting.push_back((line, compiled.get().to_owned()));
            return None;
        }
        let mut error = RowError::row(
            line,
            "linked-releases-only",
            "the record has only links to its releases",
            "fetch the releases it links to, or a package with compiled releases",
        );
        error.value = ocid_in(text);
        Some(error)
    }

    fn release(&mut self, line: u64, text: String, uses: &mut Uses) -> Step {
        let mut found = Found::default();
        let (text, node) = match node::read(&text, &mut found) {
            Ok(node) => (text, node),
            Err(error) => {
                let Some((repaired, rules)) = node::repaired(&text) else {
                    return Step::Rejected(vec![bad_json(line, &text, &error)]);
                };
                found = Found::default();
                match node::read(&repaired, &mut found) {
                    Ok(node) => {
                        for rule in rules {
                            used(uses, rule);
                        }
                        (repaired, node)
                    }
                    Err(_) => return Step::Rejected(vec![bad_json(line, &text, &error)]),
                }
            }
        };
        let Some(ocid) = node.text_of("ocid").map(std::borrow::Cow::into_owned) else {
            let mut error = RowError::row(
                line,
                "no-ocid",
                "there is no ocid, and no list of releases or records",
                "a release is an object with an ocid",
            );
            error.column = "ocid".to_owned();
            error.value = domain::cell::short(&text);
            return Step::Rejected(vec![error]);
        };
        if ocid.len() > 200 || ocid.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            let shown = domain::cell::short(&ocid);
            let hint = "an ocid is one word of at most 200 characters";
            let mut error = RowError::row(line, "bad-ocid", format!("'{shown}' is not an ocid"), hint);
            error.column = "ocid".to_owned();
            error.value = shown;
            return Step::Rejected(vec![error]);
        }
        if is_versioned(&node) {
            let mut error = RowError::row(
                line,
                "versioned-release",
                "this is a versioned release: its values are lists of their own history",
                "send the releases themselves, or the compiled release",
            );
            error.value = ocid;
            return Step::Rejected(vec![error]);
        }
        if let Some((what, count)) = project::too_many(&node) {
            let message = format!("{count} {what} in one release");
            let mut error = RowError::row(
                line,
                "too-many",
                message,
                "no notice has so many: check the file, or split the release",
            );
            error.value = ocid;
            return Step::Rejected(vec![error]);
        }
        for (path, count) in found.unknown {
            let path = if self.unknown.len() < UNKNOWN_MAX || self.unknown.contains_key(&path) {
                path
            } else {
                "(others)".to_owned()
            };
            *self.unknown.entry(path).or_default() += count;
        }
        for (path, id) in repeated_ids(&node) {
            used(uses, &format!("same-id-twice-joined:{path}"));
            tracing::debug!(ocid, path, id, "an id occurs twice in one list of a release");
        }
        let sha256 = node.sha256();
        let id = node.text_of("id").map(|id| domain::text::one_line(&id)).filter(|id| !id.is_empty());
        let key = id.unwrap_or_else(|| {
            used(uses, "release-without-id");
            format!("sha256:{sha256}")
        });
        let dated = node.text_of("date").map(|date| domain::cell::short(&domain::text::one_line(&date)));
        let at = dated.as_deref().and_then(project::instant);
        if at.is_none() {
            used(uses, if dated.is_some() { "release-with-bad-date" } else { "release-without-date" });
        }
        let buyer_key = project::buyer_key(&node);
        if !found.personal.is_empty() {
            used(uses, "contact-point-dropped");
        }
        let raw = node::without(&text, &found.personal);
        Step::Item(Box::new(Element {
            line,
            source: source_of(&ocid),
            ocid,
            key: domain::text::shorten(&key, 200).unwrap_or(key),
            sha256,
            dated,
            at,
            buyer_key,
            node,
            raw,
        }))
    }
}

impl<R: Read + Send> Items for Releases<R> {
    type Item = Element;

    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        self.find(uses).unwrap_or_else(|error| {
            self.failure = Some(error);
            None
        })
    }

    fn end(&mut self, uses: &mut Uses) -> std::io::Result<()> {
        for (path, count) in std::mem::take(&mut self.unknown) {
            uses.add(&format!("unknown-path:{path}"), count);
        }
        self.failure.take().map_or(Ok(()), Err)
    }
}

/// Whether this is a record on its own, outside any package.
fn is_bare_record(text: &str) -> bool {
    let says = |key: &str| text.contains(key);
    (says("\"compiledRelease\"") || says("\"versionedRelease\"") || says("\"releases\""))
        && serde_json::from_str::<Record<'_>>(text)
            .is_ok_and(|record| record.releases.is_some() || record.compiled.is_some())
}

/// Whether this is a versioned release, which has lists of `{releaseID, value}` in place of values.
fn is_versioned(node: &Node) -> bool {
    matches!(node.get("tender").get("title"), Node::List(_))
        || matches!(node.get("buyer").get("name"), Node::List(_))
        || matches!(node.get("tender").get("id"), Node::List(_))
}

fn bad_json(line: u64, text: &str, error: &serde_json::Error) -> RowError {
    let message = error.to_string();
    let (code, hint) = if message.contains("appears twice") {
        ("duplicate-key", "keep one of the two")
    } else {
        ("bad-json", "correct the value, or leave the release out")
    };
    let what = message.split(" at line ").next().unwrap_or(&message).to_owned();
    let path = node::failing_path(text);
    let at = byte_of(text, error.line(), error.column());
    let mut fault = RowError::row(line + error.line().saturating_sub(1) as u64, code, what, hint);
    fault.column = if path == "." { String::new() } else { path };
    let ocid = ocid_in(text);
    if !ocid.is_empty() {
        fault.message = format!("{}: {}", ocid, fault.message);
    }
    fault.value = snippet(text, at);
    fault
}

/// The ocid of an element that cannot be parsed, found by looking at its text.
fn ocid_in(text: &str) -> String {
    let rest = text.split_once("\"ocid\"").map_or("", |(_, rest)| rest);
    let value = rest.trim_start_matches([':', ' ', '\n']).strip_prefix('"').unwrap_or_default();
    domain::cell::short(value.split('"').next().unwrap_or_default())
}

fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

/// The text around a byte position.
fn snippet(text: &str, at: usize) -> String {
    let floor = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (floor(at.saturating_sub(20)), floor((at + 20).min(text.len())));
    domain::cell::short(text[start..end].trim())
}

/// Reads every release of a stream; for tests, comparisons and our own notices. Errors: the first element
/// that is not a release.
pub fn read_all(source: impl Read) -> Result<Vec<Element>, RowError> {
    let io = |error: std::io::Error| RowError::row(0, "unreadable", error.to_string(), "");
    let mut releases = Releases::new(source, false).map_err(io)?;
    let mut all = Vec::new();
    while let Some(step) = releases.find(&mut Uses::new()).map_err(io)? {
        match step {
            Step::Item(element) => all.push(*element),
            Step::Nothing => {}
            Step::Rejected(errors) => return errors.into_iter().next().map_or(Ok(all), Err),
            Step::Stopped(error) => return Err(error),
        }
    }
    Ok(all)
}
