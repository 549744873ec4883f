//! The pages: what each asks the API, and what its template shows.

pub(crate) mod about;
mod cite;
pub(crate) mod data;
pub(crate) mod discovery;
pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod lists;
pub(crate) mod log;
pub(crate) mod organisation;
pub(crate) mod problem;
pub(crate) mod procurement;
pub(crate) mod record;
pub(crate) mod records;
pub(crate) mod report;
pub(crate) mod statistics;
mod timeline;

use domain::facets;
use serde::Deserialize;

use crate::language::say;
use crate::words::{day, entry_label, label_in};

/// An organisation, as lists name it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Party {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) slug: String,
}

/// A record in a list.
#[derive(Debug, Deserialize)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) lang: String,
    summary: Option<String>,
    pub(crate) publisher: Party,
    #[serde(default)]
    origin: String,
    #[serde(default)]
    sectors: Vec<String>,
    phase: Option<String>,
    #[serde(default)]
    flags: Vec<String>,
    updated_at: String,
    /// HTML, with the words found marked.
    pub(crate) snippet: Option<String>,
}

impl Item {
    pub(crate) fn summary(&self) -> &str {
        self.summary.as_deref().unwrap_or_default()
    }

    pub(crate) fn tags(&self) -> Vec<String> {
        let phase = self.phase.iter().map(|phase| label_in("phase", phase));
        phase.chain(self.sectors.iter().map(|sector| label_in("sector", sector))).collect()
    }

    pub(crate) fn is_by_others(&self) -> bool {
        self.origin == "third_party"
    }

    pub(crate) fn questions(&self) -> Option<String> {
        let open = self.flags.len() as u64;
        (open > 0).then(|| say("n-open-questions").with("n", open).to_string())
    }

    pub(crate) fn changed(&self) -> String {
        day(&self.updated_at)
    }
}

/// How many records have a value.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Count {
    pub(crate) value: String,
    /// The API's label.
    #[serde(rename = "label")]
    pub(crate) said: String,
    pub(crate) count: u64,
}

impl Count {
    /// The label of a facet's value: from its code list, or else the API's.
    pub(crate) fn label(&self, facet: &str) -> String {
        coded_in(facet, &self.value).unwrap_or_else(|| self.said.clone())
    }
}

/// The label of a facet's value, if its values are codes.
pub(crate) fn coded_in(facet: &str, value: &str) -> Option<String> {
    let list = facets::find(facet)?.codes()?;
    list.entry(value).map(|entry| entry_label(list, entry))
}
