//! Where an imported record comes from, on its page.

use chrono::NaiveDate;
use wire::RecordParts;

use crate::language::{Said, say};
use crate::words::{day, is_safe};

/// What the page says of a record's source.
#[derive(Debug)]
pub(super) struct FromSource {
    /// Source and edition.
    pub(super) origin: Said,
    /// When the source first published it, and last changed it.
    pub(super) dates: Vec<Said>,
    /// That its source does not have it any more.
    pub(super) left: Option<Said>,
    /// Its page at the source.
    pub(super) url: Option<String>,
}

impl FromSource {
    /// What an answer says of a record's source; `None` if it was not imported.
    pub(super) fn of(parts: &RecordParts) -> Option<Self> {
        let source = parts.source.as_deref().filter(|_| parts.import.is_some())?;
        let edition = parts.edition.as_deref().map(as_day);
        let origin = match &edition {
            Some(edition) => say("imported-from-edition").with("source", source).with("edition", edition),
            None => say("imported-from").with("source", source),
        };
        let dates = [
            (parts.source_published_on, say("first-published-there")),
            (parts.source_changed_on, say("last-changed-there")),
        ];
        let dates = dates.into_iter().filter_map(|(on, words)| {
            let on: NaiveDate = on?;
            Some(words.with("on", day(&on.to_string())))
        });
        let left = (parts.in_source == Some(false)).then(|| {
            match (parts.missing_from.as_deref().map(as_day), &edition) {
                (Some(missing), Some(edition)) => {
                    say("not-in-the-edition-of").with("missing", missing).with("edition", edition)
                }
                _ => say("not-in-the-latest-edition"),
            }
        });
        Some(Self {
            origin,
            dates: dates.collect(),
            left,
            url: parts.source_url.clone().filter(|url| is_safe(url)),
        })
    }
}

/// An edition in words: a day as days are written here, a year as it is.
fn as_day(edition: &str) -> String {
    match edition.parse::<NaiveDate>() {
        Ok(_) => day(edition),
        Err(_) => edition.to_owned(),
    }
}
