//! Pages: hits in their order, the nearest other records after them, counts, and help with the search text.

use std::collections::HashSet;
use std::sync::Arc;

use domain::facets::blank_place;
use store::ground::page::{BadCursor, Cursor};
use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{TantivyError, Term};

use crate::collect::{Found, Hit, Key, Order, Scan, Window};
use crate::found::Match;
use crate::list::{Counting, RecordQuery};
use crate::matching::{Asked, leads};
use crate::page::{FacetCounts, Page};
use crate::schema::Fields;
use crate::view::View;
use crate::visits::{Tally, Visit, Visits};
use crate::{Highlighter, SearchError, suggest};

/// A search with fewer hits than this also shows the nearest other records.
const FEW: u64 = 10;

/// Where a page starts.
pub(crate) struct Start {
    /// The state of the register, as a change number.
    pub(crate) change: i64,
    /// The number of matches on the first page of the walk.
    pub(crate) total: Option<u64>,
    /// The last hit of the previous page.
    pub(crate) after: Option<Hit>,
}

#[derive(Default)]
struct Changes(Vec<i64>);

impl Visit for Changes {
    fn visit(&mut self, change: i64, _: &[u32], _: i64) {
        self.0.push(change);
    }
}

/// The changes that published the matching records, latest first.
pub(crate) fn changes(
    view: &Arc<View>,
    window: Window,
    matching: &dyn Query,
) -> Result<Vec<i64>, TantivyError> {
    let visits = Visits { view: Arc::clone(view), window, visitor: Changes::default };
    let segments = view.searcher.search(matching, &visits)?;
    let mut changes: Vec<i64> = segments.into_iter().flat_map(|segment| segment.0).collect();
    changes.sort_unstable_by(|a, b| b.cmp(a));
    Ok(changes)
}

/// What a page is read from.
pub(crate) struct Reader<'a> {
    pub(crate) view: &'a Arc<View>,
    pub(crate) fields: &'a Fields,
    pub(crate) query: &'a RecordQuery,
    /// The facets to count.
    pub(crate) facets: &'a [&'static str],
}

/// The hits of a search.
struct Hits {
    asked: Option<Asked>,
    found: Found,
    /// The corrected text that was searched.
    searched: Option<String>,
    /// A corrected text that finds more.
    did_you_mean: Option<String>,
}

impl Reader<'_> {
    /// A page of at most `limit` records. `helps` says whether to correct the search text, add the nearest other
    /// records, and name filters.
    pub(crate) fn page(
        &self,
        start: Start,
        limit: usize,
        identity: &str,
        helps: bool,
    ) -> Result<Page, SearchError> {
        let Start { change, total, after } = start;
        let (plain, passes): (Vec<&'static str>, Vec<&'static str>) =
            self.facets.iter().partition(|facet| self.query.counting(facet) == Counting::Plain);
        let scan = Scan {
            view: Arc::clone(self.view),
            window: self.query.window(self.view, change),
            order: self.query.order(),
            after,
            limit: limit + 1,
            counts: !plain.is_empty(),
            once: self.query.once,
        };
        let typed = self.query.asked(self.view, self.fields)?;
        let notes = typed.as_ref().map(|asked| asked.notes.clone()).unwrap_or_default();
        let Hits { asked, mut found, searched, did_you_mean } = self.hits(typed, &scan, helps)?;
        let asked = asked.as_ref();
        let mut counts = named(self.view, std::mem::take(&mut found.counts), &plain);
        for facet in passes {
            counts.extend(named(self.view, self.pass(asked, &scan, facet)?, &[facet]));
        }
        let more = found.hits.len() > limit;
        found.hits.truncate(limit);
        let total = total.unwrap_or(found.total);
        let next = found.hits.last().filter(|_| more).map(|hit| cursor(identity, change, total, hit));
        let mut changes: Vec<i64> = found.hits.iter().map(|hit| hit.change).collect();
        let mut matches = self.matches(asked, &scan, &changes)?;
        let mut alike = std::mem::take(&mut found.alike);
        let mut nearest = 0;
        if helps && !more && found.total < FEW {
            let near = self.nearest(asked, &scan, limit - changes.len())?;
            nearest = near.len();
            matches.extend(near.iter().map(|_| Match::Nearest));
            changes.extend(near);
        }
        alike.resize(changes.len(), 0);
        Ok(Page {
            matches,
            alike,
            different: found.different,
            changes,
            total,
            nearest,
            next,
            facets: counts,
            highlighter: asked.map(|asked| Highlighter::new(self.view, self.fields, asked)).transpose()?,
            leads: match &self.query.q {
                Some(q) if helps => leads(q, &self.query.facets, &self.view.searcher, self.fields)?,
                _ => Vec::new(),
            },
            searched,
            did_you_mean,
            notes,
        })
    }

    fn scan(&self, asked: Option<&Asked>, scan: &Scan) -> Result<Found, TantivyError> {
        self.view.searcher.search(&*self.query.matching(asked, self.fields, None), scan)
    }

    /// The hits of a text as typed, or as corrected if that alone finds something.
    fn hits(&self, typed: Option<Asked>, scan: &Scan, helps: bool) -> Result<Hits, SearchError> {
        let found = self.scan(typed.as_ref(), scan)?;
        let mut hits = Hits { asked: typed, found, searched: None, did_you_mean: None };
        let (Some(q), Some(asked), true) = (&self.query.q, &hits.asked, helps) else { return Ok(hits) };
        let names = &self.query.known;
        let Some(better) = suggest::corrected(self.view, self.fields, q, &asked.words, names)? else {
            return Ok(hits);
        };
        let corrected = RecordQuery { q: Some(better.clone()), ..self.query.clone() };
        let asked = corrected.asked(self.view, self.fields)?;
        if hits.found.total == 0 {
            let found = self.scan(asked.as_ref(), scan)?;
            if found.total > 0 || self.is_near(asked.as_ref(), scan)? {
                let did_you_mean = Some(better.clone());
                return Ok(Hits { asked, found, searched: Some(better), did_you_mean });
            }
        } else {
            if self.scan(asked.as_ref(), &scan.alone(Order::Change, 0))?.total > hits.found.total {
                hits.did_you_mean = Some(better);
            }
        }
        Ok(hits)
    }

    /// Whether any record comes near to a text.
    fn is_near(&self, asked: Option<&Asked>, scan: &Scan) -> Result<bool, TantivyError> {
        Ok(!self.nearest(asked, scan, 1)?.is_empty())
    }

    /// How each record of a page was found. Narrower searches, restricted to the page, tell.
    fn matches(&self, asked: Option<&Asked>, scan: &Scan, page: &[i64]) -> Result<Vec<Match>, TantivyError> {
        let Some(asked) = asked else { return Ok(Vec::new()) };
        let widest = asked.widest();
        let mut matches = vec![widest; page.len()];
        for narrower in [Match::Synonyms, Match::Words] {
            if narrower < widest && !page.is_empty() {
                let these: Box<dyn Query> = Box::new(self.these(page));
                let found = BooleanQuery::intersection(vec![these, asked.up_to(narrower)]);
                let found: HashSet<i64> = changes(self.view, scan.window, &found)?.into_iter().collect();
                for (change, how) in page.iter().zip(&mut matches) {
                    if found.contains(change) {
                        *how = narrower;
                    }
                }
            }
        }
        Ok(matches)
    }

    /// The records that these changes published.
    fn these(&self, page: &[i64]) -> ConstScoreQuery {
        let terms = page.iter().map(|change| {
            let term = Term::from_field_u64(self.fields.change, change.unsigned_abs());
            Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>
        });
        ConstScoreQuery::new(Box::new(BooleanQuery::union(terms.collect())), 0.0)
    }

    /// The records nearest to a search text that are not hits, best first.
    fn nearest(&self, asked: Option<&Asked>, scan: &Scan, room: usize) -> Result<Vec<i64>, TantivyError> {
        let Some(near) = asked.filter(|_| room > 0).and_then(Asked::nearest) else { return Ok(Vec::new()) };
        let mut all = vec![(Occur::Must, near)];
        let filters = self.query.matching(None, self.fields, None);
        all.push((Occur::Must, Box::new(ConstScoreQuery::new(filters, 0.0))));
        let found = self.view.searcher.search(&BooleanQuery::new(all), &scan.alone(Order::Score, room))?;
        Ok(found.hits.into_iter().map(|hit| hit.change).collect())
    }

    /// Counts a facet in a pass of its own.
    fn pass(
        &self,
        asked: Option<&Asked>,
        scan: &Scan,
        facet: &'static str,
    ) -> Result<Vec<u32>, TantivyError> {
        let matching = self.query.matching(asked, self.fields, Some(facet));
        if self.query.counting(facet) == Counting::OfThings {
            let reading = Arc::new(self.view.reading(facet, &self.query.facets));
            let visitor = move || Tally::new(Arc::clone(&reading));
            let visits = Visits { view: Arc::clone(self.view), window: scan.window, visitor };
            return Ok(Tally::sum(self.view.searcher.search(&*matching, &visits)?));
        }
        let scan = Scan { counts: true, ..scan.alone(Order::Change, 0) };
        Ok(self.view.searcher.search(&*matching, &scan)?.counts)
    }
}

/// The cursor of the page after a hit.
fn cursor(identity: &str, change: i64, total: u64, last: &Hit) -> String {
    Cursor::new(identity, change, total, last.key.text(), last.change).encode()
}

/// The place in a list where a cursor stands.
pub(crate) fn place(order: Order, cursor: &Cursor) -> Result<Hit, BadCursor> {
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
