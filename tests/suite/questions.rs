//! The questions of `docs/questions.md`, asked of real files. Skipped with a notice where the files are missing.

use importer::Source;
use suite::TestApp;
use suite::data::{project, real};

use crate::expected::{expect_all, named};

const FILES: &[(Source, &str)] = &[
    (Source::Atrs, "uk/atrs_records_2026-07-10.json"),
    (Source::Nl, "nl/pub_data_2023-06-19.json"),
    (Source::Nl, "nl/algoritmes_2026-08-08.json"),
    (Source::Us, "us/2024_consolidated_ai_inventory_raw_v2.csv"),
    (Source::Us, "us/2025_individually_reported_AI_use_cases.csv"),
];

#[tokio::test]
async fn every_question_has_the_answer_that_the_page_gives() {
    let app = TestApp::new().await;
    let Some(forces) = real("organisations/police-force.tsv") else { return };
    importer::organisations::import(&app.db, &forces, None, false, |_| {}).await.unwrap();
    let list = named(&app, &forces).await;
    assert_eq!(expect_all(&app, &list.found, "every police force").await, 44);
    for (source, name) in FILES {
        let Some(file) = real(name) else { return };
        app.import(*source, &file).await;
    }
    let page = std::fs::read_to_string(project().join("docs/questions.md")).unwrap();
    let (mut asked, mut wrong) = (0, Vec::new());
    for row in page.lines().filter(|line| line.starts_with("| ") && line.contains("`/api/")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, question, address, read, answer, ..] = cells[..] else { panic!("{row}") };
        let found = app.get(address.trim_matches('`')).await;
        let said = match read {
            "status" => found.status.as_u16().to_string(),
            member => found.json()[member].to_string(),
        };
        if said != answer {
            wrong.push(format!("{question} {address}: {said}, and the page says {answer}"));
        }
        asked += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(asked > 20, "{asked}");
}
