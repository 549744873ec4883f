//! What searches read: one state of the index, with every record's facet values laid out for counting.

use std::collections::HashMap;
use std::sync::Arc;

use store::ground::db::State;
use tantivy::columnar::StrColumn;
use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader};

use crate::current::Current;
use crate::schema::column;

/// What every search reads about a segment's records: when they were current, and their facet values, as
/// numbers of the view's values.
///
/// The values are contiguous in memory, so that counting twenty values of a record costs as much as reading
/// one column of the index.
#[derive(Debug)]
pub(crate) struct LaidOut {
    segment: SegmentId,
    lives: Vec<(i64, i64)>,
    begins: Vec<u32>,
    values: Vec<u32>,
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

/// The view's number for each term of a column.
fn numbers(column: &StrColumn, values: &mut Values) -> tantivy::Result<Vec<u32>> {
    let mut numbers = Vec::with_capacity(column.num_terms());
    let mut terms = column.dictionary().stream()?;
    while terms.advance() {
        numbers.push(values.number(&String::from_utf8_lossy(terms.key())));
    }
    Ok(numbers)
}
