//! The pages: what each asks the API, and what its template shows.

pub(crate) mod about;
mod beside;
mod bought;
mod challenged;
mod cite;
pub(crate) mod coverage;
pub(crate) mod data;
pub(crate) mod discovery;
pub(crate) mod history;
pub(crate) mod home;
mod known;
pub(crate) mod lists;
pub(crate) mod log;
pub(crate) mod organisation;
pub(crate) mod problem;
pub(crate) mod procurement;
mod provenance;
pub(crate) mod record;
pub(crate) mod records;
pub(crate) mod report;
pub(crate) mod rules;
mod searched;
pub(crate) mod statistics;
pub(crate) mod suggest;
mod timeline;
mod uses;

use domain::codes::{Code, Origin};
use domain::facets;
use wire::{FacetCount, RecordItem};

use crate::language::say;
use crate::texts::Texts;
use crate::words::{day_of, entry_label, label_in};

/// What a list says of a record.
pub(crate) trait Told {
    /// Phase and sectors in words.
    fn tags(&self) -> Vec<String>;
    /// Whether an observer wrote it.
    fn is_by_others(&self) -> bool;
    /// How many open questions it has, if any.
    fn questions(&self) -> Option<String>;
    /// The day of its latest version.
    fn changed(&self) -> String;
    /// Its title and summary in the languages it has them in.
    fn texts(&self) -> Texts;
}

impl Told for RecordItem {
    fn tags(&self) -> Vec<String> {
        let phase = self.phase.iter().map(|phase| label_in("phase", phase.as_str()));
        phase.chain(self.sectors.iter().map(|sector| label_in("sector", sector.as_str()))).collect()
    }

    fn is_by_others(&self) -> bool {
        self.origin == Origin::ThirdParty
    }

    fn questions(&self) -> Option<String> {
        let open = self.flags.len() as u64;
        (open > 0).then(|| say("n-open-questions").with("n", open).to_string())
    }

    fn changed(&self) -> String {
        day_of(self.updated_at)
    }

    fn texts(&self) -> Texts {
        Texts::choose(&self.lang, self.translations.clone(), None)
    }
}

/// The label of a facet's value: from its code list, or else the API's.
pub(crate) fn facet_label(facet: &str, count: &FacetCount) -> String {
    coded_in(facet, &count.value).unwrap_or_else(|| count.label.clone())
}

/// The label of a facet's value if it is a code, or of the state in its place.
pub(crate) fn coded_in(facet: &str, value: &str) -> Option<String> {
    let list = facets::find(facet)?.list_of(value)?;
    list.entry(value).map(|entry| entry_label(list, entry))
}
