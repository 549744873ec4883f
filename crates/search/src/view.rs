//! What searches read: one state of the index, with the facet values of every record laid out for counting.

use std::collections::HashMap;
use std::sync::Arc;

use store::db::State;
use tantivy::columnar::StrColumn;
use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader};

use crate::current::Current;
use crate::schema::column;

/// What every search reads of a segment's records: their lives, and their facet values as numbers of the
/// view's values.
///
/// It lies one after the other in memory: counting twenty values of a record costs what reading one column
/// of the index does.
#[derive(Debug)]
pub(crate) struct LaidOut {
    segment: SegmentId,
    lives: Vec<(i64, i64)>,
    begins: Vec<u32>,
    values: Vec<u32>,
}

impl LaidOut {
    /// The change that published a record, and the one that superseded it.
    pub(crate) fn life(&self, doc: DocId) -> (i64, i64) {
        self.lives[doc as usize]
    }

    /// Whether nothing has superseded a record.
    pub(crate) fn is_current(&self, doc: DocId) -> bool {
        self.life(doc).1 == i64::MAX
    }

    /// The facet values of a record.
    pub(crate) fn facets(&self, doc: DocId) -> &[u32] {
        let doc = doc as usize;
        &self.values[self.begins[doc] as usize..self.begins[doc + 1] as usize]
    }
}

/// Facet values in the order in which they were first met.
#[derive(Debug, Default, Clone)]
struct Values {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Values {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let text: Arc<str> = text.into();
        let number = self.texts.len() as u32;
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, number);
        number
    }
}

/// What a view knows of a segment.
#[derive(Clone)]
struct Segment {
    laid_out: Arc<LaidOut>,
    current: Arc<Current>,
}

/// One state of the index.
pub(crate) struct View {
    pub(crate) searcher: Searcher,
    /// The state of the register it shows.
    pub(crate) state: State,
    /// How many views there were before it.
    pub(crate) generation: u64,
    /// Cursors from before this change are expired.
    pub(crate) pruned: i64,
    segments: Vec<Segment>,
    values: Arc<Values>,
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View").field("state", &self.state).finish_non_exhaustive()
    }
}

impl View {
    /// The view of a searcher; what the one before knew of its segments is kept.
    pub(crate) fn new(
        searcher: Searcher,
        state: State,
        pruned: i64,
        before: Option<&Self>,
    ) -> tantivy::Result<Self> {
        let generation = before.map_or(0, |view| view.generation + 1);
        let mut values = before.map(|view| Arc::clone(&view.values)).unwrap_or_default();
        let mut segments = Vec::with_capacity(searcher.segment_readers().len());
        for segment in searcher.segment_readers() {
            let known = before.and_then(|view| {
                view.segments.iter().find(|one| one.laid_out.segment == segment.segment_id())
            });
            let laid_out = match known {
                Some(known) => Arc::clone(&known.laid_out),
                None => Arc::new(lay_out(segment, Arc::make_mut(&mut values))?),
            };
            let current = Current::find(segment, &laid_out, known.map(|known| &*known.current));
            segments.push(Segment { laid_out, current: Arc::new(current) });
        }
        Ok(Self { searcher, state, generation, pruned, segments, values })
    }

    /// What a segment's records have.
    pub(crate) fn laid_out(&self, segment: u32) -> Arc<LaidOut> {
        Arc::clone(&self.segments[segment as usize].laid_out)
    }

    /// Which of a segment's records are current.
    pub(crate) fn current(&self, segment: u32) -> Arc<Current> {
        Arc::clone(&self.segments[segment as usize].current)
    }

    /// How many different facet values there are.
    pub(crate) fn facet_values(&self) -> usize {
        self.values.texts.len()
    }

    /// A facet value by its number, as `facet=value`.
    pub(crate) fn facet_value(&self, number: usize) -> &str {
        &self.values.texts[number]
    }
}

fn lay_out(segment: &SegmentReader, values: &mut Values) -> tantivy::Result<LaidOut> {
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
    };
    laid_out.begins.push(0);
    match fast.str(column::FACET)? {
        None => laid_out.begins.resize(docs as usize + 1, 0),
        Some(column) => {
            let numbers = numbers(&column, values)?;
            for doc in 0..docs {
                laid_out.values.extend(column.term_ords(doc).map(|ord| numbers[ord as usize]));
                laid_out.begins.push(laid_out.values.len() as u32);
            }
        }
    }
    laid_out.values.shrink_to_fit();
    Ok(laid_out)
}

/// The number of each term of a column.
fn numbers(column: &StrColumn, values: &mut Values) -> tantivy::Result<Vec<u32>> {
    let mut numbers = Vec::with_capacity(column.num_terms());
    let mut terms = column.dictionary().stream()?;
    while terms.advance() {
        numbers.push(values.number(&String::from_utf8_lossy(terms.key())));
    }
    Ok(numbers)
}
