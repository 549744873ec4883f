use proptest::prelude::*;
use tantivy::collector::{Count, TopDocs};
use tantivy::{Index, IndexWriter, doc};

use super::*;
use crate::language::{Language, marked};
use crate::schema::{schema, tokenizers};

/// Records by title and body, and facet lines.
fn index_of(records: &[(&str, &str, &[&str])]) -> (Index, Fields) {
    let (schema, fields) = schema();
    let mut index = Index::create_in_ram(schema);
    index.set_tokenizers(tokenizers());
    let mut writer: IndexWriter = index.writer_with_num_threads(1, 15 << 20).unwrap();
    for (place, (title, body, lines)) in records.iter().enumerate() {
        let mut document = doc!(fields.title => *title, fields.body => *body, fields.words => *title, fields.change => place as u64);
        for line in *lines {
            document.add_text(fields.facet, line);
        }
        writer.add_document(document).unwrap();
    }
    writer.commit().unwrap();
    (index, fields)
}

fn index() -> (Index, Fields) {
    index_of(&[
        ("Live facial recognition", "Cameras compare faces with a watch list", &[]),
        ("Number plate readers", "They read number plates on trunk roads", &[]),
        ("Café rota", "Who serves at the naïve counter", &[]),
    ])
}

/// The number of hits.
fn hits((index, fields): &(Index, Fields), q: &str, known: &[Known]) -> usize {
    let searcher = index.reader().unwrap().searcher();
    searcher.search(&*asked(q, known, &searcher, fields).unwrap().query, &Count).unwrap()
}

#[test]
fn words_phrases_prefixes_and_exclusions_match() {
    let index = index();
    for (q, expected) in [
        ("facial", 1),
        ("camera face", 1),
        ("\"number plates\"", 1),
        ("\"plates number\"", 0),
        ("numb*", 1),
        ("recognitio*", 1),
        ("anpr", 1),
        ("LFR", 1),
        ("naive cafe", 1),
        ("-cafe", 2),
        ("-cafe -face*", 1),
        ("-facial-facial", 3),
        ("-\"facial recognition\"", 2),
        ("-\"facial facial\" -\"number plates\" number", 0),
        ("the", 1),
        ("face of the", 1),
        ("facial OR cafe", 2),
        ("(facial OR cafe) -naive", 1),
        ("NOT (facial OR cafe)", 1),
        ("cafe AND facial", 0),
        ("title:cafe", 1),
        ("title:counter", 0),
        ("counter", 1),
        ("publisher:nobody", 0),
        ("numberplate", 1),
        ("number-plate", 1),
        ("gezichtsherkenning", 1),
        ("", 0),
        ("?!", 0),
    ] {
        assert_eq!(hits(&index, q, &[]), expected, "{q}");
    }
}

#[test]
fn words_written_together_and_apart_meet() {
    let index =
        index_of(&[("Deepfake detector", "x", &[]), ("Deep fake finder", "x", &[]), ("Deep sea", "x", &[])]);
    for q in ["deepfake", "deep fake", "deep-fake", "DeepFake"] {
        assert_eq!(hits(&index, q, &[]), 2, "{q}");
    }
    assert_eq!(hits(&index, "deep", &[]), 2, "a word alone is not what it begins");
}

#[test]
fn phrases_within_phrases_are_not_lost() {
    let index = index_of(&[
        ("LFR vans", "x", &[]),
        ("Live FRT", "x", &[]),
        ("Live face recognition", "x", &[]),
        ("Live traffic", "x", &[]),
    ]);
    assert_eq!(hits(&index, "live facial recognition", &[]), 3);
}

#[test]
fn the_words_come_before_synonyms_and_those_before_translations() {
    let dutch = marked(Language::Dutch, "Gezichtsherkenning");
    let (index, fields) =
        index_of(&[(&dutch, "x", &[]), ("FRT", "x", &[]), ("Facial recognition", "x", &[])]);
    let searcher = index.reader().unwrap().searcher();
    let asked = asked("facial recognition", &[], &searcher, &fields).unwrap();
    let found = searcher.search(&*asked.query, &TopDocs::with_limit(3).order_by_score()).unwrap();
    let titles: Vec<u64> = found
        .iter()
        .map(|(_, place)| {
            let segment = searcher.segment_reader(place.segment_ord);
            let column = segment.fast_fields().u64("change").unwrap();
            column.first(place.doc_id).unwrap()
        })
        .collect();
    assert_eq!(titles, [2, 1, 0]);
    assert_eq!(asked.widest(), Match::Translation);
    for (widest, expected) in [(Match::Words, 1), (Match::Synonyms, 2), (Match::Translation, 3)] {
        assert_eq!(searcher.search(&*asked.up_to(widest), &Count).unwrap(), expected, "{widest:?}");
    }
}

#[test]
fn what_a_name_names_is_found() {
    let index = index_of(&[
        ("Cameras", "x", &["publisher=acme", "supplier=other"]),
        ("Acme Limited is mentioned", "x", &[]),
        ("Lights", "x", &["supplier=acme"]),
    ]);
    let known = [Known {
        words: "Acme Limited".into(),
        lines: vec!["publisher=acme".into(), "supplier=acme".into()],
    }];
    assert_eq!(hits(&index, "Acme Limited", &[]), 1);
    assert_eq!(hits(&index, "Acme Limited", &known), 3);
    assert_eq!(hits(&index, "\"acme limited\"", &known), 3);
    assert_eq!(hits(&index, "acme limited cameras", &known), 1);
    assert_eq!(hits(&index, "publisher:\"Acme Limited\"", &known), 1);
    assert_eq!(hits(&index, "supplier:(Acme Limited)", &known), 1);
    assert_eq!(hits(&index, "-\"Acme Limited\"", &known), 0);
    assert_eq!(hits(&index, "limited", &known), 1);
}

#[test]
fn sectors_are_asked_for_by_name() {
    let index = index_of(&[("Cameras", "x", &["sector=policing"]), ("Policing", "x", &[])]);
    assert_eq!(hits(&index, "sector:policing", &[]), 1);
    assert_eq!(hits(&index, "-sector:policing", &[]), 1);
    let (index, fields) = index;
    let searcher = index.reader().unwrap().searcher();
    let asked = asked("sector:zebras", &[], &searcher, &fields).unwrap();
    assert_eq!(asked.notes, [Note::UnknownValue { field: "sector".into(), value: "zebras".into() }]);
}

#[test]
fn the_nearest_have_a_third_of_the_words_and_are_no_hits() {
    let (index, fields) = index_of(&[
        ("Fraud score for housing benefit claims", "x", &[]),
        ("Housing benefit claims", "x", &[]),
        ("Housing fraud", "x", &[]),
        ("Housing", "x", &[]),
        ("Fraud benefit claims", "secret", &[]),
    ]);
    let searcher = index.reader().unwrap().searcher();
    let near = |q: &str| -> usize {
        let asked = asked(q, &[], &searcher, &fields).unwrap();
        asked.nearest().map_or(0, |query| searcher.search(&*query, &Count).unwrap())
    };
    assert_eq!(near("the fraud of housing benefit claims"), 3, "two of four words, without the hit");
    assert_eq!(near("fraud housing"), 3, "one of two words");
    assert_eq!(near("housing benefit claims fraud -secret"), 2, "what is excluded stays out");
    assert_eq!(near("\"claims housing\""), 5, "words of a phrase count");
    assert_eq!(near("housing"), 0, "a word alone");
    assert_eq!(near("?"), 0);
}

#[test]
fn stop_words_count_only_alone() {
    let (index, fields) = index();
    let searcher = index.reader().unwrap().searcher();
    let notes = |q: &str| asked(q, &[], &searcher, &fields).unwrap().notes;
    assert_eq!(notes("the"), [Note::OnlyStopWords]);
    assert!(notes("the face").is_empty());
    assert!(notes("-the").is_empty());
}

#[test]
fn labels_lead_to_filters_that_have_records() {
    let (index, fields) =
        index_of(&[("Cameras", "x", &["sector=policing", "sector=schools", "phase=production"])]);
    let searcher = index.reader().unwrap().searcher();
    let found = |q: &str, asked: &[(&'static str, Vec<String>)]| -> Vec<String> {
        let leads = leads(q, asked, &searcher, &fields).unwrap();
        leads.iter().map(|lead| format!("{}={}", lead.facet, lead.value)).collect()
    };
    assert_eq!(found("policing cameras", &[]), ["sector=policing"]);
    assert_eq!(found("plismona", &[]), ["sector=policing"], "in Welsh");
    assert_eq!(found("school policing", &[]), ["sector=schools", "sector=policing"]);
    assert!(found("tax", &[]).is_empty(), "no record");
    assert!(found("-policing title:schools", &[]).is_empty(), "neither wanted nor in any field");
    assert!(found("policing", &[("sector", vec!["policing".to_owned()])]).is_empty(), "asked already");
}

proptest! {
    // For a longer run: PROPTEST_CASES=2000000 cargo test --release -p search any_text
    #[test]
    fn any_text_is_a_search(
        q in prop::collection::vec(
            prop_oneof![
                Just("\"".to_owned()), Just("-".to_owned()), Just("*".to_owned()), Just(" ".to_owned()),
                Just("(".to_owned()), Just(")".to_owned()), Just(" OR ".to_owned()), Just(" NOT ".to_owned()),
                Just("title:".to_owned()), Just("sector:".to_owned()), Just("publisher:".to_owned()),
                Just("facial".to_owned()), Just("number plate".to_owned()), Just("the".to_owned()),
                "[a-z]{1,8}", "\\PC{0,6}", ".{0,4}",
            ],
            0..24,
        ),
    ) {
        thread_local! {
            static INDEX: (Index, Fields) = index();
        }
        INDEX.with(|(index, fields)| {
            let q = q.concat();
            let searcher = index.reader().unwrap().searcher();
            let asked = asked(&q, &[], &searcher, fields).unwrap();
            let all = searcher.search(&*asked.query, &Count).unwrap();
            assert!(all <= 3);
            let words = searcher.search(&*asked.up_to(Match::Words), &Count).unwrap();
            assert!(words <= all, "{q:?}");
            let near = asked.nearest().map_or(0, |query| searcher.search(&*query, &Count).unwrap());
            assert!(near + all <= 3, "the nearest are no hits: {q:?}");
            leads(&q, &[], &searcher, fields).unwrap();
        });
    }
}
