//! Dumps: everything public, complete or absent, the same bytes for the same state, and verifiable without
//! the register.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use export::dump::{self, Of, SUMS, Written};
use export::published;
use export::tables::TABLES;
use export::verify::verify;
use export::{ExportError, Kind};
use serde_json::Value;
use store::ground::objects::Objects;
use store::log::still::Signing;
use suite::{TestApp, now, record};

pub(crate) fn day() -> NaiveDate {
    now().date_naive()
}

pub(crate) async fn write(app: &TestApp, out: &Path) -> Result<Written, ExportError> {
    write_of(app, out, Of::Now(day().into())).await
}

async fn write_of(app: &TestApp, out: &Path, of: Of) -> Result<Written, ExportError> {
    let out = out.to_owned();
    app.dumping(Signing::new(None), move |job| dump::write(job, &out, of)).await
}

pub(crate) async fn publish(app: &TestApp, objects: &Objects) -> Result<Written, ExportError> {
    let objects = objects.clone();
    app.dumping(Signing::new(None), move |job| published::publish(job, &objects)).await
}

/// A register with the demonstration data, and its dump in a folder that lives as long as the test.
async fn demonstration() -> (TestApp, tempfile::TempDir, Written) {
    let app = TestApp::demonstration().await;
    Box::pin(store::procurement::gaps::look(&app.db, now())).await.unwrap();
    let out = tempfile::tempdir().unwrap();
    let written = write(&app, out.path()).await.unwrap();
    (app, out, written)
}

pub(crate) fn rows(folder: &Path, table: &str) -> Vec<csv::StringRecord> {
    let path = folder.join(format!("{table}.csv"));
    csv::Reader::from_path(path).unwrap().records().map(Result::unwrap).collect()
}

fn text(path: PathBuf) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[tokio::test]
async fn a_dump_has_every_table_in_every_format_and_passes_its_own_check() {
    let (app, _out, written) = demonstration().await;
    for (table, rows) in &written.rows {
        // The demonstration data fill every table.
        assert!(*rows > 0, "{table} is empty");
    }
    for table in TABLES.iter() {
        for ending in ["csv", "parquet", "csv-metadata.json"] {
            assert!(
                written.folder.join(format!("{}.{ending}", table.name)).exists(),
                "{} {ending}",
                table.name
            );
        }
    }
    let verified = verify(&written.folder, &[], None).unwrap();
    assert!(verified.faults.is_empty(), "{:?}", verified.faults);
    assert_eq!(verified.rows, written.rows.iter().map(|(_, rows)| rows).sum::<u64>());
    assert_eq!(verified.files + 1, written.files.0);

    // The dump and the API give the same rows.
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    for file in ["records.csv", "records.ndjson"] {
        let answer = app.get(&format!("/api/v1/{file}")).await.text;
        assert_eq!(sorted(&answer), sorted(&text(written.folder.join(file))), "{file}");
    }
    for file in ["links.csv", "gaps.csv"] {
        let answer = app.get(&format!("/api/v1/{file}")).await.text;
        assert_eq!(answer, text(written.folder.join(file)), "{file}");
    }
}

#[tokio::test]
async fn one_state_gives_the_same_bytes() {
    let (app, _out, first) = demonstration().await;
    let other = tempfile::tempdir().unwrap();
    let second = write(&app, other.path()).await.unwrap();
    assert_eq!(text(first.folder.join(SUMS)), text(second.folder.join(SUMS)));
    app.publish(&[record("One more", |_| {})]).await;
    let third = write(&app, tempfile::tempdir().unwrap().path()).await.unwrap();
    assert_ne!(first.rows, third.rows);
}

#[tokio::test]
async fn a_dump_never_changes_and_half_of_one_is_never_seen() {
    let app = TestApp::new().await;
    app.publish(&[record("Tool", |_| {})]).await;
    let out = tempfile::tempdir().unwrap();
    let left = out.path().join(".unfinished-abc");
    std::fs::create_dir(&left).unwrap();
    std::fs::write(left.join("records.csv"), "half").unwrap();
    std::fs::create_dir(out.path().join("2020-01-01")).unwrap();
    write(&app, out.path()).await.unwrap();
    assert!(!left.exists(), "what an earlier attempt left is removed");
    let before = text(out.path().join(day().to_string()).join(SUMS));
    assert!(matches!(write(&app, out.path()).await, Err(ExportError::Exists(_))));
    let _lock = store::FileLock::take(&out.path().join(".lock")).unwrap().unwrap();
    assert!(matches!(write(&app, out.path()).await, Err(ExportError::Busy(_))));
    assert_eq!(text(out.path().join(day().to_string()).join(SUMS)), before);
}

#[tokio::test]
async fn tampering_is_named_with_its_file_row_and_column() {
    let (_app, _out, written) = demonstration().await;
    let folder = written.folder.as_path();
    let records = folder.join("records.csv");
    let good = text(records.clone());
    let faults = || {
        let faults = verify(folder, &[], None).unwrap().faults;
        faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let with = |path: &Path, content: String| {
        let good = std::fs::read(path).unwrap();
        std::fs::write(path, content).unwrap();
        let found = faults();
        std::fs::write(path, good).unwrap();
        found
    };
    let has = |faults: &[String], words: &str| {
        assert!(faults.iter().any(|fault| fault.contains(words)), "no '{words}' in {faults:#?}");
    };
    // A missing row shows in the sum, in the number of rows, and in references to it.
    let gone =
        good.lines().enumerate().filter(|(n, _)| *n != 1).map(|(_, line)| format!("{line}\r\n")).collect();
    let found = with(&records, gone);
    has(&found, "records.csv: it is not what was published");
    has(&found, "rows, datapackage.json says");
    has(&found, "is not in records.id");
    // A row twice.
    let second = good.lines().nth(1).unwrap();
    let found = with(&records, format!("{good}{second}\r\n"));
    has(&found, "the key R-");
    // An unknown code, an invalid date, and a missing required value.
    let assessments = folder.join("assessments.csv");
    let table = TABLES.iter().find(|table| table.name == "assessments").unwrap();
    let changed = |column: &str, value: &str| {
        let place = table.place(column);
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(table.header()).unwrap();
        for (number, row) in rows(folder, "assessments").into_iter().enumerate() {
            let cells = row.iter().enumerate();
            let changed = cells.map(|(n, cell)| if n == place && number == 0 { value } else { cell });
            writer.write_record(changed.collect::<Vec<_>>()).unwrap();
        }
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    };
    assert!(matches!(table.columns[table.place("type")].kind, Kind::Code(_)));
    has(
        &with(&assessments, changed("type", "dpai")),
        "assessments.csv, row 2, type: 'dpai' is none of the codes",
    );
    has(
        &with(&assessments, changed("completed_on", "2026-13-01")),
        "row 2, completed_on: '2026-13-01' is no date",
    );
    has(&with(&assessments, changed("status", "")), "row 2, status: it is empty");
    // A changed word in an old version.
    let versions = folder.join("versions.csv");
    let found = with(&versions, text(versions.clone()).replacen("the", "thé", 1));
    has(&found, "content: it is not what was entered");
    // A file that was not published, a missing one, and a folder that is not a dump.
    std::fs::write(folder.join("extra.csv"), "a\n").unwrap();
    has(&faults(), "extra.csv: SHA256SUMS does not name it");
    std::fs::remove_file(folder.join("extra.csv")).unwrap();
    std::fs::rename(folder.join("LICENCE"), folder.join("../LICENCE")).unwrap();
    has(&faults(), "LICENCE: it cannot be read");
    std::fs::rename(folder.join("../LICENCE"), folder.join("LICENCE")).unwrap();
    assert_eq!(faults(), Vec::<String>::new());
    assert!(matches!(verify(folder.parent().unwrap(), &[], None), Err(ExportError::File { .. })));
}

#[tokio::test]
async fn history_says_what_happened_field_by_field() {
    let app = TestApp::new().await;
    let (first, second) = (now(), now() + chrono::TimeDelta::hours(1));
    let id = app.publish_at(&[record("Tool", |r| r.description = Some("One".into()))], first).await.remove(0);
    let mut names = store::names::Names::of(&app.db).await.unwrap();
    let tx = app.db.begin().await.unwrap();
    let changed = record("Tool", |r| {
        r.description = Some("Two".into());
        r.uses_children_data = Some(true);
    });
    let candidate = store::records::publish::Candidate {
        source: None,
        id: Some(id.parse().unwrap()),
        record: changed,
        trace: None,
        note: Some("put right".into()),
        published_at: None,
    };
    let prepared = store::records::publish::Prepared::new(candidate);
    let (batch, terms) = ([prepared], Default::default());
    Box::pin(store::records::publish::publish(&tx, &mut names, &batch, &terms, second)).await.unwrap();
    store::records::publish::withdraw(&tx, id.parse().unwrap(), "no longer used", second, second)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let out = tempfile::tempdir().unwrap();
    let folder = write(&app, out.path()).await.unwrap().folder;
    let changes: Vec<Vec<String>> = rows(&folder, "changes")
        .iter()
        .map(|row| [1, 3, 4, 5, 6, 8].map(|place| row[place].to_owned()).to_vec())
        .collect();
    assert_eq!(
        changes,
        [
            ["1", "published", "", "", "", ""],
            ["2", "changed", "description", "One", "Two", "put right"],
            ["2", "changed", "uses_children_data", "", "true", "put right"],
            ["2", "withdrawn", "", "", "", "no longer used"],
        ]
    );
    assert_eq!(rows(&folder, "versions").len(), 2, "versions of withdrawn records stay");
    assert!(rows(&folder, "records").is_empty());
    let withdrawn = rows(&folder, "withdrawn");
    assert_eq!((withdrawn.len(), &withdrawn[0][0], &withdrawn[0][7]), (1, id.as_str(), "no longer used"));
    assert!(verify(&folder, &[], None).unwrap().faults.is_empty());
}

#[tokio::test]
async fn what_is_withheld_is_in_no_file() {
    let app = TestApp::new().await;
    let secret = "the sealed words of this assessment";
    let sealed = record("Sealed", |r| {
        r.assessments = vec![
            serde_json::from_value(serde_json::json!({
                "type": "dpia", "stage": "before_deployment", "status": "complete",
                "visibility": "regulator_only", "withheld_ground": "foia_31", "summary": secret
            }))
            .unwrap(),
        ];
    });
    app.publish(&[sealed]).await;
    let out = tempfile::tempdir().unwrap();
    let folder = write(&app, out.path()).await.unwrap().folder;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{} tells", path.display());
    }
}

#[tokio::test]
async fn awkward_texts_come_back_byte_for_byte() {
    let app = TestApp::new().await;
    let long = "é\"\n,".repeat(25_000);
    let texts = [
        "=1+1",
        "two\nlines",
        "a \"quote\", a comma",
        "a; semicolon",
        "שלום, right to left",
        "العربية\n=2+2",
    ];
    let mut records: Vec<_> = texts
        .iter()
        .map(|text| {
            record(&text.trim().replace('\n', " "), |r| r.provided_information = Some((*text).into()))
        })
        .collect();
    records.push(record("Long", |r| r.description = Some(long.clone())));
    app.publish(&records).await;
    let out = tempfile::tempdir().unwrap();
    let folder = write(&app, out.path()).await.unwrap().folder;
    let table = export::tables::records();
    let column = |name: &str| -> Vec<String> {
        let place = table.place(name);
        rows(&folder, "records").iter().map(|row| row[place].to_owned()).collect()
    };
    assert!(column("description").contains(&long));
    let other = TestApp::new().await;
    let (report, errors) = other.import(importer::Source::Records, &folder.join("records.csv")).await;
    assert_eq!((report.created, report.rejected), (records.len() as u64, 0), "{errors:?}");
    let again = tempfile::tempdir().unwrap();
    let again = write(&other, again.path()).await.unwrap().folder;
    let fields = |folder: &Path| -> Vec<Vec<String>> {
        let (from, to) = (table.place("publisher_id") + 1, table.place("flags"));
        rows(folder, "records")
            .iter()
            .map(|row| row.iter().take(to).skip(from).map(str::to_owned).collect())
            .collect()
    };
    for (before, after) in fields(&folder).iter().zip(fields(&again)) {
        for (before, after) in before.iter().zip(after) {
            assert!(
                *before == after,
                "{:?} came back as {:?}",
                &before[..before.len().min(80)],
                &after[..after.len().min(80)]
            );
        }
    }
}

#[tokio::test]
async fn files_say_of_columns_what_the_tables_say() {
    let (_app, _out, written) = demonstration().await;
    let package: Value = serde_json::from_str(&text(written.folder.join("datapackage.json"))).unwrap();
    for table in TABLES.iter() {
        let resource =
            package["resources"].as_array().unwrap().iter().find(|one| one["name"] == table.name).unwrap();
        let names: Vec<&str> = resource["schema"]["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, table.header().collect::<Vec<_>>());
        let csvw: Value =
            serde_json::from_str(&text(written.folder.join(format!("{}.csv-metadata.json", table.name))))
                .unwrap();
        let columns = csvw["tableSchema"]["columns"].as_array().unwrap();
        assert_eq!(columns.iter().map(|one| one["titles"].as_str().unwrap()).collect::<Vec<_>>(), names);
        for name in table.key.iter().chain(table.references.iter().map(|one| &one.column)) {
            table.place(name);
        }
        for reference in table.references {
            let target = TABLES.iter().find(|one| one.name == reference.table).unwrap();
            target.place(reference.target);
        }
    }
}

#[tokio::test]
async fn any_past_day_can_be_rebuilt() {
    let app = TestApp::new().await;
    let at = |day: &str| format!("{day}T10:00:00Z").parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let with = |title: &str, text: &str| record(title, |r| r.description = Some(text.to_owned()));
    let ids = app.publish_at(&[with("First", "One"), with("Second", "One")], at("2026-05-01")).await;
    app.publish_at(&[with("First", "Two")], at("2026-06-01")).await;
    app.publish_at(&[with("Third", "One")], at("2026-06-02")).await;
    let tx = app.db.begin().await.unwrap();
    let gone = at("2026-07-01");
    store::records::publish::withdraw(&tx, ids[1].parse().unwrap(), "replaced", gone, now()).await.unwrap();
    tx.commit().await.unwrap();
    let out = tempfile::tempdir().unwrap();
    let table = export::tables::records();
    for (day, expected, withdrawn, versions) in [
        ("2026-04-30", &[][..], 0, 0),
        ("2026-05-01", &[("First", "One"), ("Second", "One")], 0, 2),
        ("2026-06-01", &[("First", "Two"), ("Second", "One")], 0, 3),
        ("2026-06-30", &[("First", "Two"), ("Second", "One"), ("Third", "One")], 0, 4),
        ("2026-07-01", &[("First", "Two"), ("Third", "One")], 1, 4),
    ] {
        let written = write_of(&app, out.path(), Of::Then(day.parse().unwrap())).await.unwrap();
        let found = rows(&written.folder, "records");
        let shown: Vec<(&str, &str)> =
            found.iter().map(|row| (&row[table.place("title")], &row[table.place("description")])).collect();
        assert_eq!(shown, expected, "{day}");
        assert_eq!(rows(&written.folder, "withdrawn").len(), withdrawn, "{day}");
        assert_eq!(rows(&written.folder, "versions").len(), versions, "{day}");
        let verified = verify(&written.folder, &[], None).unwrap();
        assert!(verified.faults.is_empty(), "{day}: {:?}", verified.faults);
        assert!(!written.folder.join("contracts.csv").exists(), "what has no history is not there");
        for row in &found {
            let then = app.json(&format!("/api/v1/records/{}?as_of={day}", &row[0])).await;
            assert_eq!(then["description"], row[table.place("description")], "{day}");
            assert_eq!(
                then["flags"].as_array().unwrap().len(),
                row[table.place("flags")].split(';').filter(|flag| !flag.is_empty()).count()
            );
        }
    }
}
