//! Tables as people fill them in: labels, dates in their order, lists in sheets of their own, a file sent twice, and the
//! copy in which the faults stand beside the rows.

use axum::http::{Method, StatusCode};
use domain::codes::{OrganisationKind, Role};
use domain::stated::{Order, Stated};
use importer::Source;
use serde_json::{Value, json};
use suite::office::{self, Kept};
use suite::{Answer, TestApp, options};

use crate::submissions::Council;
use crate::unaltered::{import, kept};
use crate::uploads::{table, upload};

const HEAD: &str = "key,publisher,title,jurisdiction,phase,sectors,first_used,people_affected_per_year\n";

/// A row of a table with that header, of a body.
fn row(key: &str, rest: &str) -> String {
    format!("{key},Northmoor Borough Council,Tool {key},GB,{rest}\n")
}

async fn stated(app: &TestApp, name: &str, text: &str, stated: Stated) -> (importer::Report, Vec<String>) {
    let mut options = options();
    options.source.stated = stated;
    app.import_with(Source::Records, &app.file(name, text), &options).await.unwrap()
}

/// The records by title.
async fn by_title(app: &TestApp) -> std::collections::BTreeMap<String, Value> {
    let all = kept(app).await.into_values();
    all.map(|(_, record)| (record.title.clone(), serde_json::to_value(&record).unwrap())).collect()
}

#[tokio::test]
async fn a_table_takes_labels_as_well_as_codes() {
    let app = TestApp::new().await;
    let text = HEAD.to_owned()
        + &row("1", "Pilot,Immigration and asylum;tax,,")
        + &row("2", "peilot,Mewnfudo a lloches,,")
        + &row("3", "PRE-DEPLOYMENT,Justice;Tax,,")
        + &row("4", "live,,,");
    let (report, errors) = import(&app, "labels.csv", text.as_bytes()).await;
    assert_eq!((report.created, report.rejected), (2, 2), "{errors:#?}");
    let justice =
        "labels.csv:4: sectors: [unknown-code] 'Justice' is not a sector (did you mean 'justice_prisons_";
    assert!(errors[0].starts_with(justice), "{errors:#?}");
    assert!(errors[1].contains("'live' is not a phase (did you mean 'production'?"), "{errors:#?}");
    let records = by_title(&app).await;
    assert_eq!(records["Tool 1"]["phase"], "pilot");
    assert_eq!(records["Tool 1"]["sectors"], json!(["immigration_asylum", "tax"]));
    assert_eq!(records["Tool 2"]["phase"], "pilot");
    assert_eq!(records["Tool 2"]["sectors"], json!(["immigration_asylum"]));
    // JSON has codes only.
    let line = json!({ "publisher": { "name": "Northmoor Borough Council" }, "title": "J", "jurisdiction": "GB", "phase": "Pilot" });
    let (report, errors) = import(&app, "labels.ndjson", line.to_string().as_bytes()).await;
    assert_eq!(report.rejected, 1, "{errors:#?}");
}

#[tokio::test]
async fn dates_and_numbers_are_read_as_the_sender_states_or_not_at_all() {
    let text = HEAD.to_owned()
        + &row("1", "pilot,,01/03/2024,")
        + &row("2", "pilot,,31/03/2024,")
        + &row("3", "pilot,,,\"1,000\"")
        + &row("4", "pilot,,2024-03-01,\"1,234,567\"");
    let app = TestApp::new().await;
    let (report, errors) = stated(&app, "unsaid.csv", &text, Stated::default()).await;
    assert_eq!((report.created, report.rejected), (1, 3), "{errors:#?}");
    let either =
        "'01/03/2024' can be read as 2024-03-01 or as 2024-01-03 (write YYYY-MM-DD; or state the order of";
    assert!(errors[0].contains(either), "{errors:#?}");
    assert!(errors[1].contains("did you mean 2024-03-31?"), "{errors:#?}");
    assert!(errors[2].contains("can be read as 1000 or as 1 ("), "{errors:#?}");
    assert!(errors[2].contains("state the file's mark before decimals"), "{errors:#?}");

    let day_first = Stated { dates: Some(Order::DayFirst), ..Stated::default() };
    let (report, errors) = stated(&app, "days.csv", &text, day_first).await;
    assert_eq!((report.created, report.rejected), (2, 1), "{errors:#?}");
    let records = by_title(&app).await;
    assert_eq!(records["Tool 1"]["first_used"], "2024-03-01");
    assert_eq!(records["Tool 2"]["first_used"], "2024-03-31");
    assert_eq!(records["Tool 4"]["people_affected_per_year"]["value"], 1_234_567);

    // In the other order, 31/03 is no day, and nothing is guessed.
    let months = Stated { dates: Some(Order::MonthFirst), decimals: domain::number::Mark::Point };
    let (report, errors) = stated(&app, "months.csv", &text, months).await;
    assert_eq!((report.changed, report.created, report.rejected), (1, 1, 1), "{errors:#?}");
    assert!(
        errors[0].contains("'31/03/2024' is not a date") && !errors[0].contains("did you"),
        "{errors:#?}"
    );
    let records = by_title(&app).await;
    assert_eq!(records["Tool 1"]["first_used"], "2024-01-03");
    assert_eq!(records["Tool 3"]["people_affected_per_year"]["value"], 1_000);
}

#[tokio::test]
async fn an_upload_says_the_order_of_its_dates() {
    let council = Council::new().await;
    let text = String::from_utf8(table(&[&[("title", "First")]])).unwrap();
    let (header, row) = text.trim_end().split_once('\n').unwrap();
    let bytes = format!("{header},first_used\n{row},01/03/2024\n").into_bytes();
    let rejected = async |query: &str| {
        let answer = upload(&council, &format!("name=records.csv&check=true{query}"), bytes.clone()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["rejected"].clone()
    };
    assert_eq!(rejected("").await, 1);
    assert_eq!(rejected("&dates=day-first").await, 0);
    assert_eq!(rejected("&dates=month-first&decimals=comma").await, 0);
    let odd = upload(&council, "name=records.csv&check=true&dates=year-first", bytes.clone()).await;
    let hint = "did you mean 'day-first'? use one of: day-first, month-first";
    assert_eq!(odd.json()["errors"][0]["hint"], hint, "{}", odd.text);
}

/// Rows of texts.
fn sheet(rows: &[&[&str]]) -> Vec<Vec<Kept>> {
    rows.iter().map(|row| row.iter().map(|text| office::of_csv(text)).collect()).collect()
}

/// A workbook with two records, and lists in sheets of their own.
fn workbook(deployments: &[&[&str]]) -> Vec<Vec<u8>> {
    let records = sheet(&[
        &["key", "publisher", "title", "jurisdiction", "phase"],
        &["K1", "Northmoor Borough Council", "Camera", "GB", "Pilot"],
        &["K2", "Northmoor Borough Council", "Gate", "GB", "Production"],
    ]);
    let assessments = sheet(&[
        &["record_key", "type", "stage", "status", "completed_on", "summary"],
        &["K1", "dpia", "Before deployment", "Complete", "2024-05-01", "Two lines\nof it"],
    ]);
    let routes = sheet(&[
        &["key", "target", "channel", "deadline_days", "collective_allowed", "eligible"],
        &["K2", "A fine", "Post", "28", "yes", "drivers;keepers"],
    ]);
    let notes = sheet(&[&["Notes"], &["ask Jo"]]);
    let sheets = [
        ("Notes", notes),
        ("Deployments", sheet(deployments)),
        ("records", records),
        ("assessments", assessments),
        ("Redress routes", routes),
    ];
    vec![office::xlsx(&sheets), office::ods(&sheets)]
}

#[tokio::test]
async fn lists_stand_in_sheets_of_their_own() {
    let deployments: &[&[&str]] = &[
        &["record_id", "key", "organisation", "phase", "started_on"],
        &["", "K1", "Southmoor Council", "Pilot", "2025-01-31"],
        &["", "K1", "Eastmoor Council", "Retired", "2024-01-31"],
    ];
    for (place, bytes) in workbook(deployments).into_iter().enumerate() {
        let name = ["lists.xlsx", "lists.ods"][place];
        let app = TestApp::new().await;
        let (report, errors) = import(&app, name, &bytes).await;
        assert_eq!((report.read, report.created, report.rejected), (2, 2, 0), "{name}: {errors:#?}");
        let said = report.notices.join("\n");
        assert!(said.contains("of 5 sheets 'records' is read"), "{said}");
        assert!(said.contains("of the sheet 'Deployments' 2 rows are read as deployments"), "{said}");
        let records = by_title(&app).await;
        let expected = json!([
            { "organisation": { "name": "Southmoor Council" }, "phase": "pilot", "started_on": "2025-01-31" },
            { "organisation": { "name": "Eastmoor Council" }, "phase": "retired", "started_on": "2024-01-31" },
        ]);
        let without_slugs = |mut list: Value| {
            for one in list.as_array_mut().into_iter().flatten() {
                one["organisation"].as_object_mut().unwrap().retain(|name, _| name == "name");
            }
            list
        };
        assert_eq!(without_slugs(records["Camera"]["deployments"].clone()), expected, "{name}");
        let assessment = &records["Camera"]["assessments"][0];
        assert_eq!(
            (&assessment["status"], &assessment["summary"]),
            (&"complete".into(), &"Two lines\nof it".into())
        );
        let route = &records["Gate"]["redress_routes"][0];
        assert_eq!(route["eligible"], json!(["drivers", "keepers"]), "{name}");
        assert_eq!((&route["deadline_days"], &route["collective_allowed"]), (&28.into(), &true.into()));
        // The same again changes nothing.
        let (report, errors) = import(&app, name, &bytes).await;
        assert_eq!((report.unchanged, report.rejected), (2, 0), "{name}: {errors:#?}");
    }
}

#[tokio::test]
async fn a_row_of_a_list_that_belongs_to_no_record_is_said_and_not_lost() {
    let deployments: &[&[&str]] = &[
        &["key", "organisation", "phase"],
        &["K3", "Southmoor Council", "pilot"],
        &["", "Eastmoor Council", "pilot"],
        &["K2", "Westmoor Council", "live"],
    ];
    for bytes in workbook(deployments) {
        let app = TestApp::new().await;
        let (report, errors) = import(&app, "lists.xlsx", &bytes).await;
        assert_eq!((report.created, report.rejected), (1, 3), "{errors:#?}");
        let all = errors.join("\n");
        assert!(
            all.contains("[bad-companion]") && all.contains("sheet 'Deployments':4: not Deployment: 'live'"),
            "{all}"
        );
        assert!(all.contains("sheet 'Deployments':2: no row of the records has the id or key 'K3'"), "{all}");
        assert!(all.contains("sheet 'Deployments':3: the row does not say which record"), "{all}");
    }
}

#[tokio::test]
async fn a_file_that_was_uploaded_before_is_recognised() {
    let council = Council::new().await;
    let bytes = table(&[&[("title", "First")], &[("title", "Second"), ("phase", "nowhere")]]);
    let first = upload(&council, "name=records.csv", bytes.clone()).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    let first = first.json();
    assert_eq!(first.get("uploaded_before"), None, "{first}");
    let submit = format!("/api/v1/imports/{}/submit", first["id"].as_str().unwrap());
    council.app.call(Method::POST, &submit, &council.writer, None, Value::Null).await;
    for check in ["&check=true", ""] {
        let again = upload(&council, &format!("name=other.csv{check}"), bytes.clone()).await.json();
        let before = &again["uploaded_before"];
        assert_eq!((&before["id"], &before["at"]), (&first["id"], &"2026-11-21T12:00:00Z".into()), "{again}");
        assert_eq!(before["drafts"], json!([{ "state": "submitted", "count": 1 }]), "{again}");
        let said = "this file was uploaded before, on 21 November 2026 at 12:00 UTC; its drafts are now submitted: 1";
        assert_eq!(again["notices"][0], said, "{again}");
    }
    // Other bytes are another file, and another body's upload is nobody else's business.
    let other = table(&[&[("title", "Third")]]);
    assert_eq!(
        upload(&council, "name=records.csv&check=true", other).await.json().get("uploaded_before"),
        None
    );
    let south = council.app.organisation("Southmoor Council", OrganisationKind::LocalAuthority).await;
    let token = council.app.token("w@southmoor.example", Role::Contributor, Some(&south)).await;
    let answer = crate::unaltered::upload(&council.app, &token, "records.csv&check=true", bytes).await;
    assert_eq!(answer.json().get("uploaded_before"), None, "{}", answer.text);
}

/// The bytes of the copy with faults that a report names.
async fn copy(council: &Council, report: &Value) -> Vec<u8> {
    let bearer = format!("Bearer {}", council.writer);
    council.app.bytes(report["faults"].as_str().unwrap(), &[("authorization", bearer.as_str())]).await
}

#[tokio::test]
async fn faults_stand_beside_the_rows_of_a_copy_of_the_file() {
    let council = Council::new().await;
    let bytes = table(&[
        &[("title", "First")],
        &[("title", "Second"), ("phase", "live"), ("sectors", "schols")],
        &[("title", "Foreign"), ("publisher", "Southmoor Council")],
    ]);
    let report = upload(&council, "name=ours.csv&check=true", bytes.clone()).await.json();
    let path = report["faults"].as_str().unwrap().to_owned();
    let rows = |bytes: &[u8]| -> Vec<csv::StringRecord> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        reader.records().map(Result::unwrap).collect()
    };
    let (before, after) = (rows(&bytes), rows(&copy(&council, &report).await));
    assert_eq!(before.len(), after.len());
    let width = before[0].len();
    for (before, after) in before.iter().zip(&after) {
        assert!(before.iter().eq(after.iter().take(width)), "{after:?}");
        assert_eq!(after.len(), width + 1);
    }
    assert_eq!((&after[0][width], &after[1][width]), ("faults", ""));
    let second = &after[2][width];
    assert!(second.contains("phase: 'live' is not a phase (did you mean 'production'?"), "{second}");
    assert!(second.contains(" | sectors: 'schols' is not a sector"), "{second}");
    // What only the register knows stands there too.
    assert!(after[3][width].starts_with("publisher: "), "{:?}", &after[3][width]);

    // Corrected and sent again, the column is ignored; and faulty again, it is used again.
    let corrected = crate::unaltered::with_cell(&copy(&council, &report).await, "phase", "pilot");
    let again = upload(&council, "name=ours.csv&check=true", corrected).await.json();
    let left: Vec<String> =
        rows(&copy(&council, &again).await).iter().map(|row| row[width].to_owned()).collect();
    assert!(left[2].starts_with("sectors: 'schols'") && !left[2].contains("phase"), "{left:#?}");
    assert_eq!(rows(&copy(&council, &again).await)[0].len(), width + 1);

    // It is its sender's, and of this register.
    let get = async |token: &str, path: &str| -> Answer {
        council.app.call(Method::GET, path, token, None, Value::Null).await
    };
    let bob = council.app.token("bob@northmoor.example", Role::Contributor, Some(&council.id)).await;
    assert_eq!(get(&bob, &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&council.writer, "/api/v1/imports/faults/none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(council.app.get(&path).await.status, StatusCode::UNAUTHORIZED);
    // A file without faults, or without columns, has none.
    let good = upload(&council, "name=ours.csv&check=true", table(&[&[("title", "First")]])).await.json();
    assert_eq!(good.get("faults"), None, "{good}");
    let lines = upload(&council, "name=ours.ndjson&check=true", b"{\"title\":7}\n".to_vec()).await.json();
    assert_eq!((&lines["rejected"], lines.get("faults")), (&1.into(), None), "{lines}");
}

#[tokio::test]
async fn the_copy_of_a_spreadsheet_has_all_its_sheets() {
    let council = Council::new().await;
    let deployments: &[&[&str]] = &[&["key", "organisation"], &["K9", "Southmoor Council"]];
    for (name, bytes) in ["ours.xlsx", "ours.ods"].iter().zip(workbook(deployments)) {
        let report = upload(&council, &format!("name={name}&check=true"), bytes).await.json();
        let copy = copy(&council, &report).await;
        assert!(copy.starts_with(b"PK"), "{name}");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(copy.clone())).unwrap();
        let mut part = |name: &str| {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
            text
        };
        let book = part("xl/workbook.xml");
        for sheet in ["Notes", "Deployments", "records", "assessments", "Redress routes"] {
            assert!(book.contains(&format!("name=\"{sheet}\"")), "{name}: {book}");
        }
        let texts = part("xl/sharedStrings.xml");
        assert!(texts.contains("<t>faults</t>") && texts.contains("<t>ask Jo</t>"), "{name}: {texts}");
        assert!(texts.contains("no row of the records has the id or key"), "{name}: {texts}");
        // It says the same when it is sent again.
        let again = upload(&council, "name=again.xlsx&check=true", copy).await.json();
        assert_eq!((&again["read"], &again["rejected"]), (&report["read"], &report["rejected"]), "{name}");
    }
}

#[tokio::test]
async fn a_file_in_another_encoding_has_a_copy_that_spreadsheet_programs_read() {
    let council = Council::new().await;
    let mut bytes = b"publisher;title;jurisdiction;phase\r\nNorthmoor Borough Council;Caf\xE9 ".to_vec();
    bytes.extend(b"'=1+1;GB;live\r\n");
    let report = upload(&council, "name=latin.csv&check=true", bytes).await.json();
    let copy = String::from_utf8(copy(&council, &report).await).unwrap();
    assert!(copy.starts_with("\u{FEFF}publisher;title;jurisdiction;phase;faults\r\n"), "{copy}");
    assert!(copy.contains(";Café '=1+1;GB;live;phase: 'live' is not a phase (did"), "{copy}");
}
