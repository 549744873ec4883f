//! Numbers and lines of JSON are read exactly, or said to be wrong.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use importer::Source;
use serde_json::{Value, json};
use suite::{TestApp, options};

use crate::submissions::{Council, ready};
use crate::unaltered::import;
use crate::unaltered_in_part::whole;

#[tokio::test]
async fn lines_of_json_are_taken_as_rows() {
    let council = Council::new().await;
    let (id, _) = council.publish(ready("Camera")).await;
    let line = |value: Value| value.to_string();
    let base = json!({ "publisher": { "name": "Northmoor Borough Council" }, "jurisdiction": "GB", "phase": "pilot" });
    let with = |members: Value| {
        let mut all = base.clone();
        all.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        line(all)
    };
    let lines = [
        with(json!({ "title": "New", "key": "N1", "people_affected_per_year": { "value": 7 } })),
        String::new(),
        with(json!({ "title": "Bad", "phase": "live", "colour": "red", "sectors": ["schols"] })),
        "{\"title\":\"Twice\",\"title\":\"Twice\"}".to_owned(),
        "[1]".to_owned(),
        format!(r#"{{"id":"{id}","team":null,"summary":"Says more.","decisions_per_year":{{"value":1.2e4,"basis":"measured"}}}}"#),
    ]
    .join("\n");
    let (report, errors) = import(&council.app, "lines.ndjson", lines.as_bytes()).await;
    assert_eq!((report.read, report.created, report.changed, report.rejected), (5, 1, 1, 3), "{errors:#?}");
    let starts = |at: usize, words: &str| assert!(errors[at].starts_with(words), "{errors:#?}");
    starts(0, "lines.ndjson:3: phase: [unknown-code] 'live' is not a phase");
    starts(1, "lines.ndjson:3: colour: [unknown-field] 'colour' is not a field");
    starts(2, "lines.ndjson:3: sectors: [unknown-code] 'schols' is not a sector");
    starts(3, "lines.ndjson:4: [bad-json] the line is no JSON: the member 'title' stands twice");
    starts(4, "lines.ndjson:5: [bad-json] the line is no JSON object");
    let record = whole(&council, &id).await;
    assert_eq!((record.team, record.summary.as_deref()), (None, Some("Says more.")));
    assert_eq!(record.decisions_per_year.unwrap().value, 12_000);
    assert_eq!(record.title, "Camera");
    let (again, _) = import(&council.app, "lines.ndjson", lines.as_bytes()).await;
    assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 2));
}

#[tokio::test]
async fn numbers_are_read_exactly_or_said_to_be_wrong() {
    let app = TestApp::new().await;
    let mapping = app.file(
        "city.toml",
        r#"
        source = "city"
        version = "1"
        key = ["No"]
        [defaults]
        jurisdiction = "GB"
        lang = "en"
        phase = "production"
        publisher = "Northmoor Borough Council"
        [[columns]]
        header = "No"
        [[columns]]
        header = "Tool"
        field = "title"
        [[columns]]
        header = "People"
        field = "people_affected_per_year"
        [[columns]]
        header = "Price"
        field = "contracts.value"
    "#,
    );
    let rows = "No,Tool,People,Price\n1,A,12000.0,125000.00\n2,B,12000.50,\n3,C,1.5,\n4,D,0.12,\n5,E,\"12,000\",\n\
        6,F,12000,\"1,250.50\"\n7,G,\"1,5\",\n8,H,1e3,\n9,I,1_000,\n10,J,,\"1,250\"\n11,K,NaN,\n12,L,9007199254740993,\n";
    let table = app.file("city.csv", rows);
    let mut with = options();
    with.source.mapping = Some(mapping.clone());
    let (report, errors) = app.import_with(Source::Table, &table, &with).await.unwrap();
    assert_eq!((report.created, report.rejected), (3, 9), "{errors:#?}");
    let values = async || -> BTreeMap<String, (u64, Value)> {
        let lines = app.get("/api/v1/records.ndjson").await.text;
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let said = lines.map(|line| {
            let people = line["people_affected_per_year"]["value"].as_u64().unwrap_or_default();
            (line["title"].as_str().unwrap().to_owned(), (people, line["contracts"][0]["value"].clone()))
        });
        said.collect()
    };
    let expected =
        [("A", 12_000, json!("125000.00")), ("F", 12_000, json!("1250.50")), ("H", 1_000, Value::Null)];
    let expected = expected.map(|(title, people, value)| (title.to_owned(), (people, value)));
    assert_eq!(values().await, BTreeMap::from(expected));
    assert!(
        errors[3].contains("'12,000' is not a whole number: it can be read as 12000 or as 12"),
        "{errors:#?}"
    );
    assert!(errors[3].contains("decimals = \"point\""), "{errors:#?}");
    assert!(errors[6].contains("'1,250' can be read as 1250 or as 1.25"), "{errors:#?}");
    for error in &errors {
        assert!(!error.contains("such as 12000") && !error.contains("did you mean"), "{error}");
    }

    // A file that declares its decimal mark is trusted.
    let said = std::fs::read_to_string(&mapping)
        .unwrap()
        .replace("version = \"1\"", "version = \"2\"\ndecimals = \"point\"");
    with.source.mapping = Some(app.file("point.toml", said));
    let (report, errors) = app.import_with(Source::Table, &table, &with).await.unwrap();
    assert_eq!((report.created, report.rejected), (2, 7), "{errors:#?}");
    assert_eq!(values().await["E"].0, 12_000);
}

#[tokio::test]
async fn whole_numbers_in_json_are_whole_however_they_are_written() {
    let council = Council::new().await;
    let send = async |number: &str| {
        let body = format!(
            r#"{{"record":{{"title":"T","people_affected_per_year":{{"value":{number},"basis":"measured"}}}}}}"#
        );
        let bearer = format!("Bearer {}", council.writer);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        council.app.send_body(Method::POST, "/api/v1/submissions", &headers, body.into_bytes()).await
    };
    for (number, value) in
        [("12000.0", 12_000_u64), ("1.2e4", 12_000), ("0.0", 0), ("9007199254740991", 9_007_199_254_740_991)]
    {
        let answer = send(number).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{number}: {}", answer.text);
        assert_eq!(answer.json()["record"]["people_affected_per_year"]["value"], json!(value), "{number}");
    }
    for number in [
        "1.5",
        "0.12",
        "-1",
        "9007199254740993",
        "9007199254740993.0",
        "1.0e400",
        "12000.0000000000000001",
        "\"12000\"",
        "NaN",
    ] {
        assert_eq!(send(number).await.status, StatusCode::BAD_REQUEST, "{number}");
    }
}
