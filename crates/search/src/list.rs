//! Lists of records: filters, orders, exact totals and facet counts. A walk by cursor sees one state of the
//! register from its first page to its last.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::facets::{Linked, blank_place};
use store::ground::page::{BadCursor, Cursor};
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query};

use crate::collect::{Direction, Hit, Key, Order, Scan, Window};
use crate::matching::{Asked, asked, facets};
use crate::page::{FacetCounts, Known, Match, Page};
use crate::schema::{Fields, column};
use crate::view::View;
use crate::visits::{Tally, Visit, Visits};
use crate::{Highlighter, Look, SearchError, suggest};

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
}

impl RecordQuery {
    /// A text that identifies the query, so that another query's cursor is refused. What its words name is left out:
    /// a name may be added between two pages.
    fn identity(&self) -> String {
        format!("{:?}", Self { known: Vec::new(), ..self.clone() })
    }

    fn order(&self) -> Order {
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

    pub(crate) fn window(&self, change: i64) -> Window {
        Window {
            change,
            published_from: self.published_from.map_or(i64::MIN, |at| at.timestamp_micros()),
            published_before: self.published_before.map_or(i64::MAX, |at| at.timestamp_micros()),
            updated_from: self.updated_since.map_or(i64::MIN, |at| at.timestamp_micros()),
        }
    }

    /// Runs a search that returns its number of matches. If no record has all the words of the search text,
    /// runs it again for records with any of them.
    pub(crate) fn run<T>(
        &self,
        fields: &Fields,
        mut search: impl FnMut(Option<&Asked>) -> Result<(u64, T), SearchError>,
    ) -> Result<Ran<T>, SearchError> {
        let mut asked = self.q.as_deref().map(|q| asked(q, fields));
        let (total, found) = search(asked.as_ref())?;
        match asked.as_mut().and_then(|asked| Some((asked.any_of.take()?, asked))) {
            Some((any_of, all)) if total == 0 => {
                all.query = any_of;
                let (total, found) = search(asked.as_ref())?;
                Ok(Ran { found, asked, relaxed: total > 0 })
            }
            _ => Ok(Ran { found, asked, relaxed: false }),
        }
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
    fn counting(&self, facet: &str) -> Counting {
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
enum Counting {
    /// Among the records found.
    Plain,
    /// In a pass of its own, since its own selection must not narrow its own counts.
    Widened,
    /// In such a pass, and only things that have what is asked of their other facets.
    OfThings,
}

/// The result of a search.
pub(crate) struct Ran<T> {
    pub(crate) found: T,
    /// The search text as finally interpreted.
    pub(crate) asked: Option<Asked>,
    /// Whether records with only some of the words were accepted.
    pub(crate) relaxed: bool,
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
    /// A page of records.
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
            page(view, fields, &query, Start { change, total, after }, limit as usize, &facets, &identity)
        });
        Ok(page.await?)
    }

    /// The changes that published all matching records, latest first.
    pub async fn matching(&self, query: &RecordQuery) -> Result<Vec<i64>, SearchError> {
        let query = query.clone();
        let matching = self.work(move |view, fields| {
            let ran = query.run(fields, |asked| {
                let changes = changes(view, fields, &query, asked)?;
                Ok((changes.len() as u64, changes))
            })?;
            Ok(ran.found)
        });
        matching.await
    }

    /// Like [`Self::matching`], but a record must have every word of the search text even if few match.
    pub async fn matching_whole(&self, query: &RecordQuery) -> Result<Vec<i64>, SearchError> {
        let query = query.clone();
        self.work(move |view, fields| {
            let asked = query.q.as_deref().map(|q| asked(q, fields));
            changes(view, fields, &query, asked.as_ref())
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
            let page = page(view, fields, &query, start, 0, &facets, "")?;
            Ok((page.total, page.facets))
        });
        counted.await
    }
}

/// Where a page starts.
struct Start {
    /// The state of the register, as a change number.
    change: i64,
    /// The number of matches on the first page of the walk.
    total: Option<u64>,
    /// The last hit of the previous page.
    after: Option<Hit>,
}

#[derive(Default)]
struct Changes(Vec<i64>);

impl Visit for Changes {
    fn visit(&mut self, change: i64, _: &[u32], _: i64) {
        self.0.push(change);
    }
}

/// The changes that published the matching records, latest first.
fn changes(
    view: &Arc<View>,
    fields: &Fields,
    query: &RecordQuery,
    asked: Option<&Asked>,
) -> Result<Vec<i64>, SearchError> {
    let visits =
        Visits { view: Arc::clone(view), window: query.window(view.state.change), visitor: Changes::default };
    let segments = view.searcher.search(&*query.matching(asked, fields, None), &visits)?;
    let mut changes: Vec<i64> = segments.into_iter().flat_map(|segment| segment.0).collect();
    changes.sort_unstable_by(|a, b| b.cmp(a));
    Ok(changes)
}

fn page(
    view: &Arc<View>,
    fields: &Fields,
    query: &RecordQuery,
    start: Start,
    limit: usize,
    facets: &[&'static str],
    identity: &str,
) -> Result<Page, SearchError> {
    let Start { change, total, after } = start;
    let window = query.window(change);
    let (plain, passes): (Vec<&'static str>, Vec<&'static str>) =
        facets.iter().partition(|facet| query.counting(facet) == Counting::Plain);
    let scan = Scan {
        view: Arc::clone(view),
        window,
        order: query.order(),
        after,
        limit: limit + 1,
        counts: !plain.is_empty(),
    };
    let Ran { mut found, asked, relaxed } = query.run(fields, |asked| {
        let found = view.searcher.search(&*query.matching(asked, fields, None), &scan)?;
        Ok((found.total, found))
    })?;
    let mut counts = named(view, std::mem::take(&mut found.counts), &plain);
    for facet in passes {
        counts.extend(named(view, pass(view, fields, query, asked.as_ref(), &scan, facet)?, &[facet]));
    }
    let total = total.unwrap_or(found.total);
    let more = found.hits.len() > limit;
    found.hits.truncate(limit);
    let next = found.hits.last().filter(|_| more).map(|hit| {
        let key = match &hit.key {
            Key::Change => String::new(),
            Key::Text(text) => text.clone(),
            Key::Number(number) => number.to_string(),
            Key::Score(score) => score.to_bits().to_string(),
        };
        Cursor::new(identity, change, total, key, hit.change).encode()
    });
    let did_you_mean = match (&asked, &query.q) {
        (Some(asked), Some(q)) => suggest::did_you_mean(view, fields, q, &asked.words)?,
        _ => None,
    };
    let how = if relaxed { Match::Nearest } else { Match::Words };
    let here = found.hits.len();
    Ok(Page {
        changes: found.hits.iter().map(|hit| hit.change).collect(),
        matches: if asked.is_some() { vec![how; here] } else { Vec::new() },
        alike: vec![0; here],
        total,
        nearest: if relaxed { here } else { 0 },
        next,
        facets: counts,
        highlighter: asked.map(|asked| Highlighter::new(view, fields, &asked)).transpose()?,
        searched: None,
        did_you_mean,
        notes: Vec::new(),
        leads: Vec::new(),
    })
}

/// Counts a facet in a pass of its own.
fn pass(
    view: &Arc<View>,
    fields: &Fields,
    query: &RecordQuery,
    asked: Option<&Asked>,
    scan: &Scan,
    facet: &'static str,
) -> Result<Vec<u32>, SearchError> {
    let matching = query.matching(asked, fields, Some(facet));
    if query.counting(facet) == Counting::OfThings {
        let reading = Arc::new(view.reading(facet, &query.facets));
        let visitor = move || Tally::new(Arc::clone(&reading));
        let visits = Visits { view: Arc::clone(view), window: scan.window, visitor };
        return Ok(Tally::sum(view.searcher.search(&*matching, &visits)?));
    }
    let scan = Scan { order: Order::Change, after: None, limit: 0, counts: true, ..scan.clone() };
    Ok(view.searcher.search(&*matching, &scan)?.counts)
}

fn place(order: Order, cursor: &Cursor) -> Result<Hit, BadCursor> {
    let key = match order {
        Order::Change => Key::Change,
        Order::Text(_) => Key::Text(cursor.key.clone()),
        Order::Number(..) => Key::Number(cursor.key.parse().map_err(|_| BadCursor::Form)?),
        Order::Score => {
            let score = f32::from_bits(cursor.key.parse().map_err(|_| BadCursor::Form)?);
            Key::Score(if score.is_finite() { score } else { return Err(BadCursor::Form) })
        }
    };
    Ok(Hit { key, change: cursor.number })
}

/// The counts of some facets, by the names of their values.
fn named(view: &View, mut counts: Vec<u32>, facets: &[&'static str]) -> FacetCounts {
    let mut named: FacetCounts = facets.iter().map(|facet| (*facet, Vec::new())).collect();
    view.unpack(&mut counts);
    for (number, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        if let Some((facet, value)) = view.facet_value(number).split_once('=')
            && let Some(counts) = named.get_mut(facet)
        {
            counts.push((value.to_owned(), u64::from(*count)));
        }
    }
    for counts in named.values_mut() {
        counts.sort_unstable_by(|(a, m), (b, n)| {
            blank_place(a).cmp(&blank_place(b)).then_with(|| n.cmp(m)).then_with(|| a.cmp(b))
        });
    }
    named
}
