//! Lists of records: filters, orders, exact totals and facet counts. A walk by cursor sees one state of the
//! register from its first page to its last.

use chrono::{DateTime, NaiveDate, Utc};
use domain::facets::Linked;
use store::ground::page::{BadCursor, Cursor};
use tantivy::TantivyError;
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query};

use crate::collect::{Direction, Order, Window};
use crate::found::Known;
use crate::matching::{Asked, asked, facets};
use crate::page::{FacetCounts, Page};
use crate::paging::{Reader, Start, changes, place};
use crate::schema::{Fields, column};
use crate::view::{NONE, View};
use crate::{Look, SearchError};

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Best match first; without a search text, latest change first.
    Relevance,
    /// Latest change first.
    Updated,
    /// Earliest change first.
    UpdatedFirst,
    /// Latest first publication first.
    Published,
    /// Earliest first publication first.
    PublishedFirst,
    /// By title.
    Title,
    /// By publisher.
    Publisher,
    /// Most people affected first; unknown last.
    PeopleAffected,
}

/// Which records a list contains, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordQuery {
    /// The search text.
    pub q: Option<String>,
    /// Parts of the search text that name bodies, products or records. They follow from it and the directory.
    pub known: Vec<Known>,
    /// For each facet, the values of which a record must have one. The facets are those of
    /// [`FACETS`](domain::facets::FACETS).
    ///
    /// Facets of the same things, such as type and status of an assessment, are asked of one thing.
    pub facets: Vec<(&'static str, Vec<String>)>,
    /// For each facet, the values of which a record must have none, whatever thing of the record has them.
    pub without: Vec<(&'static str, Vec<String>)>,
    /// First published at this instant or later.
    pub published_from: Option<DateTime<Utc>>,
    /// First published before this instant.
    pub published_before: Option<DateTime<Utc>>,
    /// Changed at this instant or later.
    pub updated_since: Option<DateTime<Utc>>,
    /// A past day (UTC) whose end the list shows; `None` for now.
    pub as_of: Option<NaiveDate>,
    /// The order; `None` for best match if there is a search text, else latest change.
    pub sort: Option<Sort>,
    /// Whether records alike stand once in a list, as the best of them; totals and counts are of all.
    pub once: bool,
    /// Only records like this one, itself included.
    pub alike_to: Option<AlikeTo>,
}

/// A record by which to find those alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlikeTo {
    /// Its public id.
    pub record: String,
    /// The changes that published its versions, in ascending order. A list takes the one that was current in the
    /// state it shows.
    pub versions: Vec<i64>,
}

impl RecordQuery {
    /// A text that identifies the query, so that another query's cursor is refused. What its words name is left out:
    /// a name may be added between two pages.
    fn identity(&self) -> String {
        let mut query = Self { known: Vec::new(), ..self.clone() };
        if let Some(alike) = &mut query.alike_to {
            // A version published during a walk does not end it.
            alike.versions.clear();
        }
        format!("{query:?}")
    }

    pub(crate) fn order(&self) -> Order {
        match self.sort {
            None | Some(Sort::Relevance) if self.q.is_some() => Order::Score,
            None | Some(Sort::Relevance | Sort::Updated) => Order::Change,
            Some(Sort::UpdatedFirst) => Order::Number(column::UPDATED_AT, Direction::Up),
            Some(Sort::Published) => Order::Number(column::PUBLISHED_AT, Direction::Down),
            Some(Sort::PublishedFirst) => Order::Number(column::PUBLISHED_AT, Direction::Up),
            Some(Sort::Title) => Order::Text(column::TITLE_KEY),
            Some(Sort::Publisher) => Order::Text(column::PUBLISHER_KEY),
            Some(Sort::PeopleAffected) => Order::Number(column::PEOPLE, Direction::Down),
        }
    }

    pub(crate) fn window(&self, view: &View, change: i64) -> Window {
        Window {
            change,
            published_from: self.published_from.map_or(i64::MIN, |at| at.timestamp_micros()),
            published_before: self.published_before.map_or(i64::MAX, |at| at.timestamp_micros()),
            updated_from: self.updated_since.map_or(i64::MIN, |at| at.timestamp_micros()),
            group: self.alike_to.as_ref().map(|to| view.group_of(&to.versions, change).unwrap_or(NONE)),
        }
    }

    /// The search text, interpreted; `None` without one.
    pub(crate) fn asked(&self, view: &View, fields: &Fields) -> Result<Option<Asked>, TantivyError> {
        self.q.as_deref().map(|q| asked(q, &self.known, &view.searcher, fields)).transpose()
    }

    /// The index query, without one facet's own selection.
    pub(crate) fn matching(
        &self,
        asked: Option<&Asked>,
        fields: &Fields,
        except: Option<&str>,
    ) -> Box<dyn Query> {
        let mut all: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        all.extend(asked.map(|asked| (Occur::Must, asked.query.box_clone())));
        let selected: Vec<_> =
            self.facets.iter().filter(|(name, _)| Some(*name) != except).cloned().collect();
        all.extend(facets(fields, &selected, &self.without));
        if !all.iter().any(|(occur, _)| *occur == Occur::Must) {
            all.push((Occur::Must, Box::new(AllQuery)));
        }
        match all.len() {
            1 => all.remove(0).1,
            _ => Box::new(BooleanQuery::new(all)),
        }
    }

    /// How a facet is counted.
    pub(crate) fn counting(&self, facet: &str) -> Counting {
        let has = |facet: &str| self.facets.iter().any(|(name, _)| *name == facet);
        match Linked::of(facet) {
            Some(linked) if linked.facets.iter().any(|other| *other != facet && has(other)) => {
                Counting::OfThings
            }
            _ if has(facet) => Counting::Widened,
            _ => Counting::Plain,
        }
    }
}

/// How a facet is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counting {
    /// Among the records found.
    Plain,
    /// In a pass of its own, since its own selection must not narrow its own counts.
    Widened,
    /// In such a pass, and only things that have what is asked of their other facets.
    OfThings,
}

/// Why a list failed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The cursor was refused.
    #[error(transparent)]
    Cursor(#[from] BadCursor),
    /// The search failed.
    #[error(transparent)]
    Search(#[from] SearchError),
}

impl From<tantivy::TantivyError> for ListError {
    fn from(error: tantivy::TantivyError) -> Self {
        Self::Search(error.into())
    }
}

impl Look {
    /// A page of records. If there are few hits on a search text, the page where they end is filled up with the nearest
    /// other records; if there are none, a corrected text is searched.
    ///
    /// All pages of a walk show the register as it was at the first page: each record exactly once, whatever is
    /// published meanwhile. Only an order by relevance may shift slightly, because the weight of a word depends
    /// on all texts.
    pub async fn list(
        &self,
        query: &RecordQuery,
        cursor: Option<&str>,
        limit: u64,
        facets: &[&'static str],
    ) -> Result<Page, ListError> {
        self.page(query, cursor, limit, facets, true).await
    }

    /// Like [`Self::list`], but only hits on the text as it is: for what is followed or taken away.
    pub async fn hits(
        &self,
        query: &RecordQuery,
        cursor: Option<&str>,
        limit: u64,
    ) -> Result<Page, ListError> {
        self.page(query, cursor, limit, &[], false).await
    }

    async fn page(
        &self,
        query: &RecordQuery,
        cursor: Option<&str>,
        limit: u64,
        facets: &[&'static str],
        helps: bool,
    ) -> Result<Page, ListError> {
        let identity = query.identity();
        let cursor = cursor.map(|word| Cursor::decode(word, &identity)).transpose()?;
        if let Some(cursor) = &cursor
            && (cursor.snapshot < self.view.pruned || cursor.snapshot > self.view.state.change)
        {
            return Err(BadCursor::Expired.into());
        }
        let after = cursor.as_ref().map(|cursor| place(query.order(), cursor)).transpose()?;
        let (query, facets) = (query.clone(), facets.to_vec());
        let page = self.work(move |view, fields| {
            let change = cursor.as_ref().map_or(view.state.change, |cursor| cursor.snapshot);
            let total = cursor.map(|cursor| cursor.total);
            let start = Start { change, total, after };
            let reader = Reader { view, fields, query: &query, facets: &facets };
            reader.page(start, limit as usize, &identity, helps)
        });
        Ok(page.await?)
    }

    /// The changes that published all matching records, latest first.
    pub async fn matching(&self, query: &RecordQuery) -> Result<Vec<i64>, SearchError> {
        let query = query.clone();
        self.work(move |view, fields| {
            let asked = query.asked(view, fields)?;
            Ok(changes(
                view,
                query.window(view, view.state.change),
                &*query.matching(asked.as_ref(), fields, None),
            )?)
        })
        .await
    }

    /// The number of matching records, and how often each value of some facets occurs among them.
    pub async fn counts(
        &self,
        query: &RecordQuery,
        facets: &[&'static str],
    ) -> Result<(u64, FacetCounts), SearchError> {
        let (query, facets) = (query.clone(), facets.to_vec());
        let counted = self.work(move |view, fields| {
            let start = Start { change: view.state.change, total: None, after: None };
            let reader = Reader { view, fields, query: &query, facets: &facets };
            let page = reader.page(start, 0, "", false)?;
            Ok((page.total, page.facets))
        });
        counted.await
    }
}
