//! Spreadsheets that departments upload: checked first, drafts for good rows, explanations for bad ones.

use axum::http::{Method, StatusCode};
use importer::sources::SourceOptions;
use importer::{Event, RowError, Source};
use serde_json::{Value, json};
use suite::Answer;

use crate::submissions::{Council, ready};

pub(crate) async fn upload(council: &Council, query: &str, bytes: Vec<u8>) -> Answer {
    let bearer = format!("Bearer {}", council.writer);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/octet-stream")];
    council.app.send_body(Method::POST, &format!("/api/v1/imports?{query}"), &headers, bytes).await
}

/// A table of complete records, each changed as its row says.
pub(crate) fn table(rows: &[&[(&str, &str)]]) -> Vec<u8> {
    let record = ready("Planner")["record"].clone();
    let mut names: Vec<String> = record.as_object().unwrap().keys().cloned().collect();
    names.extend(["id", "publisher", "jurisdiction"].map(str::to_owned));
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(&names).unwrap();
    for row in rows {
        let cells = names.iter().map(|name| {
            if let Some((_, cell)) = row.iter().find(|(column, _)| column == name) {
                return (*cell).to_owned();
            }
            match name.as_str() {
                "publisher" => "Northmoor Borough Council".to_owned(),
                "jurisdiction" => "GB".to_owned(),
                name => match &record[name] {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    Value::Array(items) if items.iter().all(Value::is_string) => {
                        items.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join(";")
                    }
                    value => value.to_string(),
                },
            }
        });
        out.write_record(cells).unwrap();
    }
    out.into_inner().unwrap()
}

#[tokio::test]
async fn an_upload_becomes_drafts_or_errors_by_row() {
    let council = Council::new().await;
    let (known, _) = council.publish(ready("Known")).await;
    let bytes = table(&[
        &[("title", "First")],
        &[("title", "Second"), ("phase", "live")],
        &[("title", "Third"), ("summary", "")],
        &[("title", "Known"), ("id", &known), ("summary", "Says more.")],
        &[("title", "Foreign"), ("publisher", "Southmoor Council")],
        &[("title", "Nobody's"), ("id", "R-0000000")],
    ]);
    let checked = upload(&council, "name=records.csv&check=true", bytes.clone()).await;
    assert_eq!(checked.status, StatusCode::OK, "{}", checked.text);
    let report = checked.json();
    let faults: Vec<String> = report["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            format!("{} {} {}", one["line"], one["column"].as_str().unwrap(), one["code"].as_str().unwrap())
        })
        .collect();
    assert_eq!(faults[..2], ["3 phase unknown-code", "6 publisher foreign-publisher"]);
    assert!(faults[2].starts_with("7 id "), "{faults:?}");
    assert_eq!((&report["read"], &report["rejected"], &report["clean"]), (&6.into(), &3.into(), &2.into()));
    let list = async || {
        council
            .app
            .call(Method::GET, "/api/v1/submissions?state=draft", &council.writer, None, Value::Null)
            .await
            .json()
    };
    assert_eq!(list().await["total"], 0);

    let made = upload(&council, "name=records.csv", bytes).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let report = made.json();
    assert_eq!(report["drafts"].as_array().unwrap().len(), 3);
    assert_eq!(report["drafts"][2]["record_id"], known.as_str());
    assert_eq!(list().await["total"], 3);
    let path = made.header("location").to_owned();
    let get = async |token: &str| council.app.call(Method::GET, &path, token, None, Value::Null).await;
    assert_eq!(get(&council.approver).await.json(), report);
    let other =
        council.app.organisation("Southmoor Council", domain::codes::OrganisationKind::LocalAuthority).await;
    let stranger =
        council.app.token("s@southmoor.example", domain::codes::Role::Contributor, Some(&other)).await;
    assert_eq!(get(&stranger).await.status, StatusCode::NOT_FOUND);

    let submit = format!("{path}/submit");
    let done = council.app.call(Method::POST, &submit, &council.writer, None, Value::Null).await;
    assert_eq!(done.json(), json!({ "submitted": 2, "left": 1 }), "{}", done.text);
    assert_eq!(
        council.app.call(Method::POST, &submit, &council.approver, None, Value::Null).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn uploads_and_commands_say_the_same_of_a_bad_file() {
    let council = Council::new().await;
    let table = "publisher,title,jurisdiction,phase,sectors\n\
        Northmoor Borough Council,,GB,live,transport\n\
        Northmoor Borough Council,Gate,GB,pilot,transport,more\n\
        Northmoor Borough Council,Gate,Wales,pilot,health;moon\n";
    let lines = "{\"publisher\":{\"name\":\"Northmoor Borough Council\"},\"title\":7}\nnot JSON\n[1]\n";
    for (name, text) in [("bad.csv", table), ("bad.ndjson", lines)] {
        let file = council.app.file(name, text);
        let mut imported = Vec::new();
        let tell = |event| {
            if let Event::Error(error) = event {
                imported.push(error);
            }
        };
        let report =
            importer::import(&council.app.db, Source::Records, &file, &suite::options(), tell).await.unwrap();
        assert_eq!((report.read, report.rejected, report.error_count), (3, 3, imported.len() as u64));

        let mut validated = Vec::new();
        let given = SourceOptions::default();
        let tell = |error| validated.push(error);
        let checked = importer::records::validate(Source::Records, &file, &given, tell).unwrap();
        assert_eq!((checked.read, checked.rejected), (3, 3), "{name}");
        assert_eq!(validated, imported, "{name}");

        let answer = upload(&council, &format!("name={name}&check=true"), text.into()).await.json();
        assert_eq!((&answer["read"], &answer["rejected"]), (&3.into(), &3.into()), "{name}: {answer}");
        let said: Vec<Value> = imported
            .iter()
            .map(|RowError { line, column, code, message, hint, .. }| {
                json!({ "line": line, "column": column, "code": code, "detail": message, "hint": hint })
            })
            .collect();
        assert_eq!(answer["errors"], Value::from(said), "{name}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_used_says_why_without_a_trace_of_the_machine() {
    let council = Council::new().await;
    for (name, bytes, words) in [
        ("records.csv", b"".to_vec(), "unusable-file"),
        ("records.csv", b"title,phse\nA,design\n".to_vec(), "did you mean 'phase'"),
        ("records.xlsx", b"PK\x03\x04 nonsense".to_vec(), "unusable-file"),
        ("records.csv", b"title\0\n".to_vec(), "unusable-file"),
    ] {
        let answer = upload(&council, &format!("name={name}"), bytes).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}: {}", answer.text);
        assert!(answer.text.contains(words), "{}", answer.text);
        assert!(!answer.text.contains("/tmp") && !answer.text.contains(".tmp"), "{}", answer.text);
    }
    let ending = format!("name=records.{}&check=true", "x".repeat(240));
    let odd = upload(&council, &ending, table(&[&[("title", "First")]])).await;
    assert_eq!((odd.status, &odd.json()["read"]), (StatusCode::OK, &json!(1)), "{}", odd.text);
    let unknown = upload(&council, "name=records.csv&source=nl", b"x".to_vec()).await;
    assert_eq!(unknown.json()["errors"][0]["hint"], "use one of: records, atrs");
    let long = upload(&council, "name=records.csv", vec![b'x'; (20 << 20) + 1]).await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_record_of_deeply_nested_html_is_refused_by_its_row() {
    let council = Council::new().await;
    let html = format!("<h3>1.1 - Name</h3>{}", "<span>".repeat(100_000));
    let item = json!({
        "title": "DWP: Attendance reports",
        "base_path": "/algorithmic-transparency-records/attendance-reports",
        "details": { "body": [{ "content_type": "text/html", "content": html }] },
    });
    let answer =
        upload(&council, "name=record.json&source=atrs&check=true", item.to_string().into_bytes()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let report = answer.json();
    assert_eq!((&report["rejected"], &report["errors"][0]["code"]), (&json!(1), &json!("too-many-elements")));
}

#[tokio::test]
async fn the_templates_are_what_uploads_take() {
    let council = Council::new().await;
    let csv = council.app.get("/api/v1/templates/records.csv").await;
    assert_eq!(csv.status, StatusCode::OK);
    let names: Vec<&str> = csv.text.trim_end().split(',').collect();
    for field in domain::fields::FIELDS.iter().filter(|field| field.name != "origin") {
        assert!(names.contains(&field.name), "{}", field.name);
    }
    let empty = upload(&council, "name=records.csv&check=true", csv.text.clone().into_bytes()).await;
    assert_eq!(empty.json()["read"], 0, "{}", empty.text);

    let sheet = council.app.bytes("/api/v1/templates/records.xlsx", &[]).await;
    let empty = upload(&council, "name=records.xlsx&check=true", sheet.clone()).await;
    assert_eq!(empty.status, StatusCode::OK, "{}", empty.text);
    assert_eq!(empty.json()["read"], 0, "{}", empty.text);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(sheet)).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut text)
        .unwrap();
    assert!(text.matches("<dataValidation ").count() > 8, "the code lists are drop-downs");
    assert!(text.contains("codes!$B$"), "{}", &text[..500]);
}
