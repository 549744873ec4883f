//! Filters, counts and tables compared with a reading of each record, for random records and queries.

use std::collections::{BTreeMap, BTreeSet};

use domain::Record;
use domain::codes::*;
use domain::record::RedressRoute;
use serde_json::{Value, json};
use suite::{TestApp, record};

use crate::filters::{assessment, counts, stated, titles};

/// The facets that are compared with a reading of each record.
const COMPARED: &[&str] = &[
    "sector",
    "redress",
    "environment",
    "assessment_type",
    "assessment_status",
    "assessment_stage",
    "review_advice",
    "review_response",
];

/// A record with few different values, so that many pairs of them occur.
fn random(make: &mut fastrand::Rng, number: usize) -> Record {
    record(&format!("Tool {number}"), |r| {
        r.sectors = [Sector::Policing, Sector::Schools].into_iter().filter(|_| make.bool()).collect();
        for _ in 0..make.usize(0..3) {
            r.assessments.push(assessment(
                [AssessmentType::Dpia, AssessmentType::Eqia][make.usize(0..2)],
                [AssessmentStatus::Complete, AssessmentStatus::InProgress, AssessmentStatus::NotRequired]
                    [make.usize(0..3)],
                [AssessmentStage::BeforeDeployment, AssessmentStage::Periodic][make.usize(0..2)],
            ));
        }
        for _ in 0..make.usize(0..3) {
            let advice = ["support", "do_not_support"][make.usize(0..2)];
            let response = [json!("accepted"), json!("rejected"), Value::Null][make.usize(0..3)].clone();
            let review = json!({ "body": "Ethics Committee", "advice": advice, "response": response });
            r.reviews.push(serde_json::from_value(review).unwrap());
        }
        if make.bool() {
            r.redress_routes =
                vec![RedressRoute { channel: Some("letter".into()), ..RedressRoute::default() }];
        }
        if make.bool() {
            r.environment = vec![serde_json::from_value(json!({ "kind": "energy" })).unwrap()];
        }
        for field in ["sectors", "assessments", "reviews", "redress_routes", "environment"] {
            if make.bool() && !r.has(field) {
                r.field_statements
                    .push(stated(field, StatementKind::ALL[make.usize(0..StatementKind::ALL.len())]));
            }
        }
    })
}

/// What a body's own record says in place of a field.
fn state(record: &Record, field: &str) -> String {
    match record.field_statements.iter().find(|one| one.field == field).map(|one| one.kind) {
        Some(StatementKind::Absent) => "absent",
        Some(StatementKind::NotApplicable) => "not_applicable",
        Some(StatementKind::Withheld) => "withheld",
        Some(StatementKind::Unknown) => "unknown",
        Some(StatementKind::NotStatedBySource | StatementKind::Confirmed) | None => "not_stated",
    }
    .to_owned()
}

/// Facets of the same things, with the parts of each thing of a record.
type Things = (&'static [&'static str], Vec<Vec<String>>);

fn things(record: &Record) -> [Things; 2] {
    let or_state = |things: Vec<Vec<String>>, field: &str, parts: usize| match things.is_empty() {
        true => vec![vec![state(record, field); parts]],
        false => things,
    };
    let assessments = record.assessments.iter().map(|one| {
        [one.r#type.as_str(), one.status.as_str(), one.stage.as_str()].map(str::to_owned).to_vec()
    });
    let reviews = record.reviews.iter().map(|one| {
        let response = one.response.map_or("pending", Code::as_str);
        vec![one.advice.as_str().to_owned(), response.to_owned()]
    });
    [
        (
            &["assessment_type", "assessment_status", "assessment_stage"],
            or_state(assessments.collect(), "assessments", 3),
        ),
        (&["review_advice", "review_response"], or_state(reviews.collect(), "reviews", 2)),
    ]
}

/// The values of a facet, or what is said in their place.
fn values(record: &Record, facet: &str) -> BTreeSet<String> {
    for (facets, things) in things(record) {
        if let Some(place) = facets.iter().position(|name| *name == facet) {
            return things.into_iter().map(|thing| thing[place].clone()).collect();
        }
    }
    let (values, field): (Vec<&str>, &str) = match facet {
        "sector" => (record.sectors.iter().map(|one| one.as_str()).collect(), "sectors"),
        "redress" => (record.redress_routes.iter().map(|_| "stated").collect(), "redress_routes"),
        "environment" => (record.environment.iter().map(|one| one.kind.as_str()).collect(), "environment"),
        _ => unreachable!(),
    };
    match values.is_empty() {
        true => BTreeSet::from([state(record, field)]),
        false => values.into_iter().map(str::to_owned).collect(),
    }
}

type Filters = Vec<(String, String)>;

/// What is asked of each facet.
fn asked(filters: &Filters) -> BTreeMap<&str, Vec<&str>> {
    let mut asked: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in filters {
        asked.entry(name).or_default().push(value);
    }
    asked
}

/// Whether a record has what filters ask for, read from the record itself.
fn fits(record: &Record, filters: &Filters) -> bool {
    let asked = asked(filters);
    let one_thing_fits = things(record).iter().all(|(facets, things)| {
        things.iter().any(|thing| {
            facets
                .iter()
                .zip(thing)
                .all(|(facet, part)| asked.get(facet).is_none_or(|wanted| wanted.contains(&part.as_str())))
        })
    });
    one_thing_fits
        && asked.iter().all(|(name, wanted)| match name.strip_suffix("_not") {
            None => values(record, name).iter().any(|value| wanted.contains(&value.as_str())),
            Some("assessment_type") => !things(record)[0].1.iter().any(|thing| {
                let is_begun = !["not_started", "not_required"].contains(&thing[1].as_str());
                wanted.contains(&thing[0].as_str()) && is_begun
            }),
            Some(facet) => !values(record, facet).iter().any(|value| wanted.contains(&value.as_str())),
        })
}

fn without(filters: &Filters, names: &[&str]) -> Filters {
    filters.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect()
}

fn and(filters: Filters, more: &[(&str, &str)]) -> Filters {
    let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    filters.into_iter().chain(more).collect()
}

fn query(filters: &Filters) -> String {
    filters.iter().map(|(name, value)| format!("&{name}={value}")).collect()
}

/// The filters of some queries, from the values that the records have.
fn random_filters(make: &mut fastrand::Rng, records: &[Record]) -> Filters {
    (0..make.usize(1..5))
        .map(|_| {
            let facet = COMPARED[make.usize(0..COMPARED.len())];
            let all: Vec<String> =
                values(&records[make.usize(0..records.len())], facet).into_iter().collect();
            let name = if make.usize(0..10) < 3 { format!("{facet}_not") } else { facet.to_owned() };
            (name, all[make.usize(0..all.len())].clone())
        })
        .collect()
}

#[tokio::test]
async fn filters_and_counts_agree_with_a_reading_of_each_record() {
    let seed = 5;
    let mut make = fastrand::Rng::with_seed(seed);
    let records: Vec<Record> = (0..60).map(|number| random(&mut make, number)).collect();
    let app = TestApp::new().await;
    app.publish(&records).await;
    let counted = COMPARED.join(",");
    let mut found_some = 0;
    for _ in 0..150 {
        let filters = random_filters(&mut make, &records);
        let list = app.json(&format!("/api/v1/records?limit=100&facets={counted}{}", query(&filters))).await;
        let found: BTreeSet<&str> = titles(&list).into_iter().collect();
        let expected: BTreeSet<&str> =
            records.iter().filter(|one| fits(one, &filters)).map(|one| one.title.as_str()).collect();
        assert_eq!(found, expected, "seed {seed}, {filters:?}");
        assert_eq!(list["total"], expected.len(), "{filters:?}");
        found_some += usize::from(!expected.is_empty());
        for facet in COMPARED {
            // The count beside a value is what is found when it is chosen alone.
            let others = without(&filters, &[*facet]);
            let all: BTreeSet<String> = records.iter().flat_map(|one| values(one, facet)).collect();
            let expected: BTreeMap<String, u64> = all
                .into_iter()
                .map(|value| {
                    let chosen = and(others.clone(), &[(*facet, value.as_str())]);
                    let count = records.iter().filter(|one| fits(one, &chosen)).count() as u64;
                    (value, count)
                })
                .filter(|(_, count)| *count > 0)
                .collect();
            let found: BTreeMap<String, u64> = counts(&list, facet).into_iter().collect();
            assert_eq!(found, expected, "{facet}, seed {seed}, {filters:?}");
        }
    }
    assert!(found_some > 40, "{found_some} of the queries found something");
}

#[tokio::test]
async fn tables_of_statistics_agree_with_a_reading_of_each_record() {
    let seed = 6;
    let mut make = fastrand::Rng::with_seed(seed);
    let records: Vec<Record> = (0..50).map(|number| random(&mut make, number)).collect();
    let app = TestApp::new().await;
    app.publish(&records).await;
    for _ in 0..30 {
        let filters = random_filters(&mut make, &records);
        let matching: Vec<&Record> = records.iter().filter(|one| fits(one, &filters)).collect();
        for (rows, columns) in [
            ("assessment_type", "assessment_status"),
            ("review_response", "review_advice"),
            ("sector", "redress"),
        ] {
            let path = format!("/api/v1/stats?rows={rows}&columns={columns}{}", query(&filters));
            let table = app.json(&path).await["table"].clone();
            let text = |cell: &Value, name: &str| cell[name].as_str().unwrap().to_owned();
            let found: BTreeMap<(String, String), u64> = table["cells"]
                .as_array()
                .unwrap()
                .iter()
                .map(|cell| ((text(cell, "row"), text(cell, "column")), cell["count"].as_u64().unwrap()))
                .collect();
            // A cell is what is found when both values are chosen, among the records that match.
            let others = without(&filters, &[rows, columns]);
            let all = |facet: &str| -> BTreeSet<String> {
                records.iter().flat_map(|one| values(one, facet)).collect()
            };
            let mut expected = BTreeMap::new();
            for row in all(rows) {
                for column in all(columns) {
                    let chosen = and(others.clone(), &[(rows, row.as_str()), (columns, column.as_str())]);
                    let count = matching.iter().filter(|one| fits(one, &chosen)).count() as u64;
                    if count > 0 {
                        expected.insert((row.clone(), column), count);
                    }
                }
            }
            assert_eq!(found, expected, "{rows} and {columns}, seed {seed}, {filters:?}");
        }
    }
}
