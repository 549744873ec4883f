//! Folded walks over several segments, compared with a naive fold of the whole list.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::DateTime;
use proptest::prelude::*;
use store::ground::db::State;
use tantivy::indexer::NoMergePolicy;
use tantivy::query::{AllQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, Term};

use crate::collect::{Direction, Found, Order, Scan, Window};
use crate::schema::{CURRENT, Fields, column, schema, tokenizers};
use crate::view::View;

/// The folded titles; a record without one is like no other.
const TITLES: [&str; 4] = ["", "alpha", "beta", "gamma"];
const PUBLISHERS: [&str; 4] = ["", "north", "south", "west"];
/// Countries by the facet values that name them.
const COUNTRIES: [&[&str]; 4] = [
    &["lang=en"],
    &["jurisdiction=GB", "lang=en"],
    &["jurisdiction=GB", "jurisdiction=GB-WLS"],
    &["jurisdiction=NL"],
];
/// The state of the register; more than there are changes.
const NOW: i64 = 1000;

#[derive(Debug, Clone)]
struct Doc {
    title: usize,
    publisher: usize,
    country: usize,
    people: i64,
    /// How often it says the word that is searched for.
    said: usize,
    /// After how many changes it was superseded.
    lasted: Option<u64>,
}

impl Doc {
    /// What records alike have in common.
    fn group(&self, change: i64) -> (&'static str, &'static str, i64) {
        match TITLES[self.title] {
            "" => ("", "", change),
            title => (title, ["", "GB", "GB", "NL"][self.country], 0),
        }
    }

    fn document(&self, change: i64, fields: &Fields) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        let until = self.lasted.map_or(CURRENT, |lasted| change.unsigned_abs() + lasted);
        document.add_u64(fields.change, change.unsigned_abs());
        document.add_u64(fields.until, until);
        document.add_i64(fields.published_at, change);
        document.add_i64(fields.updated_at, change);
        document.add_i64(fields.people, self.people);
        document.add_text(fields.title_key, TITLES[self.title]);
        document.add_text(fields.publisher_key, PUBLISHERS[self.publisher]);
        COUNTRIES[self.country].iter().for_each(|value| document.add_text(fields.counted, value));
        document.add_text(fields.body, "zebra ".repeat(self.said) + "among others");
        document
    }
}

fn doc() -> impl Strategy<Value = Doc> {
    let lasted = prop_oneof![3 => Just(None), 1 => (1_u64..20).prop_map(Some)];
    (0..4_usize, 0..4_usize, 0..4_usize, 0..3_i64, 0..4_usize, lasted).prop_map(
        |(title, publisher, country, people, said, lasted)| Doc {
            title,
            publisher,
            country,
            people,
            said,
            lasted,
        },
    )
}

/// The documents with their changes, and a view of them in which each list is a segment. Each segment is seen by a
/// view of its own before the next is written.
fn laid_out(segments: &[Vec<Doc>]) -> (HashMap<i64, Doc>, Arc<View>, Fields) {
    let (schema, fields) = schema();
    let mut index = Index::create_in_ram(schema);
    index.set_tokenizers(tokenizers());
    let mut writer: IndexWriter = index.writer_with_num_threads(1, 15 << 20).unwrap();
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().unwrap();
    let state = State { change: NOW, changed_at: DateTime::UNIX_EPOCH, revision: 0 };
    let mut docs = HashMap::new();
    let mut view = View::new(reader.searcher(), state, 0, None).unwrap();
    for segment in segments {
        for doc in segment {
            let change = docs.len() as i64 + 1;
            writer.add_document(doc.document(change, &fields)).unwrap();
            docs.insert(change, doc.clone());
        }
        writer.commit().unwrap();
        reader.reload().unwrap();
        view = View::new(reader.searcher(), state, 0, Some(&view)).unwrap();
    }
    (docs, Arc::new(view), fields)
}

fn scan(view: &Arc<View>, order: Order, change: i64) -> Scan {
    Scan {
        view: Arc::clone(view),
        window: Window {
            change,
            published_from: i64::MIN,
            published_before: i64::MAX,
            updated_from: i64::MIN,
            group: None,
        },
        order,
        after: None,
        limit: 500,
        counts: true,
        once: false,
    }
}

fn run(scan: &Scan, query: &dyn Query) -> Found {
    scan.view.searcher.search(query, scan).unwrap()
}

/// Folds a whole list, best first: the change of the first of each group, and how many follow.
fn folded(found: &Found, docs: &HashMap<i64, Doc>) -> Vec<(i64, u64)> {
    let mut numbers = HashMap::new();
    let mut list: Vec<(i64, u64)> = Vec::new();
    for hit in &found.hits {
        let number = *numbers.entry(docs[&hit.change].group(hit.change)).or_insert(list.len());
        match list.get_mut(number) {
            Some((_, more)) => *more += 1,
            None => list.push((hit.change, 0)),
        }
    }
    list
}

/// All pages of a walk.
fn walk(once: &Scan, query: &dyn Query, whole: &Found, different: usize) -> Vec<(i64, u64)> {
    let (mut once, mut list) = (once.clone(), Vec::new());
    loop {
        let page = run(&once, query);
        assert_eq!((page.total, page.different), (whole.total, Some(different as u64)));
        assert_eq!(page.counts, whole.counts, "facets are counted of all matches");
        assert_eq!(page.hits.len(), page.alike.len());
        list.extend(page.hits.iter().map(|hit| hit.change).zip(page.alike));
        match page.hits.last() {
            Some(last) if page.hits.len() == once.limit => once.after = Some(last.clone()),
            _ => return list,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_folded_walk_is_the_whole_list_folded(
        segments in prop::collection::vec(prop::collection::vec(doc(), 0..14), 1..6),
        limit in 1_usize..6,
        past in any::<bool>(),
    ) {
        let (docs, view, fields) = laid_out(&segments);
        let zebras = Term::from_field_text(fields.body, "zebra");
        let zebras = TermQuery::new(zebras, IndexRecordOption::WithFreqs);
        let change = if past { docs.len() as i64 / 2 } else { NOW };
        for order in [
            Order::Score,
            Order::Change,
            Order::Text(column::TITLE_KEY),
            Order::Text(column::PUBLISHER_KEY),
            Order::Number(column::PEOPLE, Direction::Down),
            Order::Number(column::PUBLISHED_AT, Direction::Up),
        ] {
            let query: &dyn Query = if order == Order::Score { &zebras } else { &AllQuery };
            let whole = scan(&view, order, change);
            let once = Scan { limit, once: true, ..whole.clone() };
            let whole = run(&whole, query);
            prop_assert_eq!(whole.total, whole.hits.len() as u64);
            prop_assert!(whole.alike.is_empty() && whole.different.is_none());
            let expected = folded(&whole, &docs);
            prop_assert_eq!(walk(&once, query, &whole, expected.len()), expected, "{:?}", order);
        }
    }

    #[test]
    fn a_group_is_what_is_like_any_of_its_records(
        segments in prop::collection::vec(prop::collection::vec(doc(), 0..8), 1..5),
        change in 0_i64..40,
    ) {
        let (docs, view, _) = laid_out(&segments);
        let all = run(&scan(&view, Order::Change, change), &AllQuery);
        for hit in &all.hits {
            let mut of_group = scan(&view, Order::Change, change);
            of_group.window.group = view.group_of(&[hit.change], change);
            prop_assert!(of_group.window.group.is_some());
            let found: Vec<i64> = run(&of_group, &AllQuery).hits.iter().map(|hit| hit.change).collect();
            let group = docs[&hit.change].group(hit.change);
            let alike = all.hits.iter().map(|hit| hit.change);
            let alike: Vec<i64> = alike.filter(|other| docs[other].group(*other) == group).collect();
            prop_assert_eq!(found, alike);
        }
        let gone = docs.keys().filter(|number| !all.hits.iter().any(|hit| hit.change == **number));
        for number in gone {
            prop_assert_eq!(view.group_of(&[*number], change), None);
        }
    }
}
