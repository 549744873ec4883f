//! The pages: what each asks, and what its template shows.

pub(crate) mod about;
mod cite;
pub(crate) mod data;
pub(crate) mod discovery;
pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod lists;
pub(crate) mod organisation;
pub(crate) mod problem;
pub(crate) mod procurement;
pub(crate) mod record;
pub(crate) mod records;
pub(crate) mod report;
pub(crate) mod statistics;
mod timeline;

use serde::Deserialize;

use crate::words::{counted, day, label_in};

/// How a list names a body.
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
    /// HTML text with what was found marked.
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
        (open > 0).then(|| counted(open, "open question", "open questions"))
    }

    pub(crate) fn changed(&self) -> String {
        day(&self.updated_at)
    }
}

/// How often a value occurs.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Count {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) count: u64,
}
