//! What searches read: one state of the index, with every record's facet values laid out for counting.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::facets::Linked;
use store::ground::db::State;
use tantivy::columnar::StrColumn;
use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader};

use crate::current::Current;
use crate::groups::{Country, Groups, country};
use crate::packed::unpacked;
use crate::schema::column;

/// What every search reads about a segment's records: when they were current, which records are like them, and
/// their facet values, as numbers of the view's values.
///
/// The values are contiguous in memory, so that counting thirty values of a record costs as much as reading
/// one column of the index.
#[derive(Debug)]
pub(crate) struct LaidOut {
    segment: SegmentId,
    lives: Vec<(i64, i64)>,
    begins: Vec<u32>,
    values: Vec<u32>,
    /// The group of each record, the same number in all segments.
    groups: Vec<u32>,
}

impl LaidOut {
    /// The change that published a record, and the one that superseded it (`i64::MAX` if none).
    pub(crate) fn life(&self, doc: DocId) -> (i64, i64) {
        self.lives[doc as usize]
    }

    /// Whether a record is current.
    pub(crate) fn is_current(&self, doc: DocId) -> bool {
        self.life(doc).1 == i64::MAX
    }

    /// The group of records to which a record belongs.
    pub(crate) fn group(&self, doc: DocId) -> u32 {
        self.groups[doc as usize]
    }

    /// The facet values of a record.
    pub(crate) fn facets(&self, doc: DocId) -> &[u32] {
        let doc = doc as usize;
        &self.values[self.begins[doc] as usize..self.begins[doc + 1] as usize]
    }
}

/// All facet values, numbered as they were first met.
#[derive(Debug, Default, Clone)]
struct Values {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
    /// For each packed value, the values in it.
    packed: HashMap<u32, Vec<u32>>,
}

impl Values {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let text: Arc<str> = text.into();
        let number = self.texts.len() as u32;
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(Arc::clone(&text), number);
        if let Some(values) = unpacked(&text) {
            let values = values.map(|value| self.number(value)).collect();
            self.packed.insert(number, values);
        }
        number
    }
}

/// What a view knows about a segment.
#[derive(Clone)]
struct Segment {
    laid_out: Arc<LaidOut>,
    current: Arc<Current>,
}

/// One state of the index.
pub(crate) struct View {
    pub(crate) searcher: Searcher,
    /// The state of the register that it shows.
    pub(crate) state: State,
    /// How many views came before it.
    pub(crate) generation: u64,
    /// Cursors from before this change have expired.
    pub(crate) pruned: i64,
    segments: Vec<Segment>,
    values: Arc<Values>,
    /// Shared by all views, so that numbers need not be copied for each: they are only ever added.
    groups: Arc<Mutex<Groups>>,
    /// How many groups there were when this view was made.
    group_count: usize,
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View").field("state", &self.state).finish_non_exhaustive()
    }
}

impl View {
    /// The view of a searcher. What the previous view knows about unchanged segments is reused.
    pub(crate) fn new(
        searcher: Searcher,
        state: State,
        pruned: i64,
        before: Option<&Self>,
    ) -> tantivy::Result<Self> {
        let generation = before.map_or(0, |view| view.generation + 1);
        let mut values = before.map(|view| Arc::clone(&view.values)).unwrap_or_default();
        let groups = before.map(|view| Arc::clone(&view.groups)).unwrap_or_default();
        let mut numbering = groups.lock().unwrap_or_else(PoisonError::into_inner);
        let mut segments = Vec::with_capacity(searcher.segment_readers().len());
        for segment in searcher.segment_readers() {
            let known = before.and_then(|view| {
                view.segments.iter().find(|one| one.laid_out.segment == segment.segment_id())
            });
            let laid_out = match known {
                Some(known) => Arc::clone(&known.laid_out),
                None => Arc::new(lay_out(segment, Arc::make_mut(&mut values), &mut numbering)?),
            };
            let current = Current::find(segment, &laid_out, known.map(|known| &*known.current));
            segments.push(Segment { laid_out, current: Arc::new(current) });
        }
        let group_count = numbering.given as usize;
        drop(numbering);
        Ok(Self { searcher, state, generation, pruned, segments, values, groups, group_count })
    }

    /// The number of groups of records alike: all group numbers are less.
    pub(crate) fn groups(&self) -> usize {
        self.group_count
    }

    /// The group of a record that had one of these changes, in ascending order, when the register was at `change`.
    /// `None` if it was not published then.
    pub(crate) fn group_of(&self, versions: &[i64], change: i64) -> Option<u32> {
        self.searcher.segment_readers().iter().zip(&self.segments).find_map(|(reader, segment)| {
            let laid_out = &segment.laid_out;
            // A deleted document says that its version is current, though another one says until when.
            let doc = reader.doc_ids_alive().find(|doc| {
                let (from, until) = laid_out.life(*doc);
                from <= change && change < until && versions.binary_search(&from).is_ok()
            });
            doc.map(|doc| laid_out.group(doc))
        })
    }

    /// The layout of a segment's records.
    pub(crate) fn laid_out(&self, segment: u32) -> Arc<LaidOut> {
        Arc::clone(&self.segments[segment as usize].laid_out)
    }

    /// The current records of a segment.
    pub(crate) fn current(&self, segment: u32) -> Arc<Current> {
        Arc::clone(&self.segments[segment as usize].current)
    }

    /// The number of different facet values.
    pub(crate) fn facet_values(&self) -> usize {
        self.values.texts.len()
    }

    /// A facet value by its number, as `facet=value`.
    pub(crate) fn facet_value(&self, number: usize) -> &str {
        &self.values.texts[number]
    }

    /// Counts packed values as the values in them.
    pub(crate) fn unpack(&self, counts: &mut Vec<u32>) {
        for (number, values) in &self.values.packed {
            let Some(count) = counts.get_mut(*number as usize).map(std::mem::take).filter(|count| *count > 0)
            else {
                continue;
            };
            for value in values.iter().map(|value| *value as usize) {
                if value >= counts.len() {
                    counts.resize(value + 1, 0);
                }
                counts[value] += count;
            }
        }
    }

    /// For each number of a value, the number of the value it counts as in one facet, or [`NONE`]. A facet whose
    /// things must also have other values is read from those things.
    pub(crate) fn reading(&self, facet: &str, asked: &[(&'static str, Vec<String>)]) -> Vec<u32> {
        match Linked::of(facet).map(|linked| (linked, linked.besides(&[facet], asked))) {
            Some((linked, others)) if !others.is_empty() => self.things(linked, &others, facet),
            _ => self.each(|number, name, _| (name == facet).then_some(number)),
        }
    }

    /// The same for both facets of a table, if they are of the same things.
    pub(crate) fn reading_both(
        &self,
        facets: [&str; 2],
        asked: &[(&'static str, Vec<String>)],
    ) -> Option<[Vec<u32>; 2]> {
        let linked = Linked::of(facets[0])?;
        if facets[0] == facets[1] || !linked.facets.contains(&facets[1]) {
            return None;
        }
        let others = linked.besides(&facets, asked);
        Some(facets.map(|facet| self.things(linked, &others, facet)))
    }

    /// Reads one facet of the things of a link that have the values asked for.
    fn things(&self, linked: &Linked, asked: &[(&'static str, Vec<String>)], facet: &str) -> Vec<u32> {
        self.each(|_, name, value| {
            if name != linked.name || !linked.has(value, asked) {
                return None;
            }
            let part = linked.part(value, facet)?;
            self.values.numbers.get(format!("{facet}={part}").as_str()).copied()
        })
    }

    /// Reads each value, or those packed in it, of which at most one is of a facet.
    fn each(&self, read: impl Fn(u32, &str, &str) -> Option<u32>) -> Vec<u32> {
        let read = |number: u32| {
            let (name, value) = self.facet_value(number as usize).split_once('=')?;
            read(number, name, value)
        };
        let all = 0..self.values.texts.len() as u32;
        all.map(|number| match self.values.packed.get(&number) {
            Some(values) => values.iter().find_map(|value| read(*value)),
            None => read(number),
        })
        .map(|number| number.unwrap_or(NONE))
        .collect()
    }
}

/// Marks "no value of this facet".
pub(crate) const NONE: u32 = u32::MAX;

fn lay_out(segment: &SegmentReader, values: &mut Values, groups: &mut Groups) -> tantivy::Result<LaidOut> {
    let docs = segment.max_doc();
    let fast = segment.fast_fields();
    let changes = fast.column_first_or_default::<u64>(column::CHANGE)?;
    let untils = fast.column_first_or_default::<u64>(column::UNTIL)?;
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let mut laid_out = LaidOut {
        segment: segment.segment_id(),
        lives: (0..docs).map(|doc| (signed(changes.get_val(doc)), signed(untils.get_val(doc)))).collect(),
        begins: Vec::with_capacity(docs as usize + 1),
        values: Vec::new(),
        groups: Vec::new(),
    };
    let mut countries: Vec<Country> = vec![0; docs as usize];
    laid_out.begins.push(0);
    match fast.str(column::COUNTED)? {
        None => laid_out.begins.resize(docs as usize + 1, 0),
        Some(column) => {
            let terms = terms(&column, values)?;
            for (doc, country) in (0..docs).zip(&mut countries) {
                for (value, of) in column.term_ords(doc).map(|ord| terms[ord as usize]) {
                    laid_out.values.push(value);
                    *country = of.max(*country);
                }
                laid_out.begins.push(laid_out.values.len() as u32);
            }
        }
    }
    laid_out.values.shrink_to_fit();
    laid_out.groups = groups.of(fast.str(column::TITLE_KEY)?.as_ref(), &countries)?;
    Ok(laid_out)
}

/// For each term of a column, the view's number, and the country if it names one.
fn terms(column: &StrColumn, values: &mut Values) -> tantivy::Result<Vec<(u32, Country)>> {
    let mut numbers = Vec::with_capacity(column.num_terms());
    let mut terms = column.dictionary().stream()?;
    while terms.advance() {
        let term = String::from_utf8_lossy(terms.key());
        numbers.push((values.number(&term), country(&term)));
    }
    Ok(numbers)
}
