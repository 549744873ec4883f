//! One tool is one record in all its years: found under other keys in other editions of its source, saying when its
//! source has it no more, and joined with another only when a person says so.

use acts::{Act, Actor};
use axum::http::{Method, StatusCode};
use domain::codes::{Origin, Role};
use importer::{Report, Source};
use serde_json::{Value, json};
use store::records::matches::{self, Match};
use store::records::publish::{Candidate, Prepared, SourceKey, Terms, publish};
use suite::data::real;
use suite::{TestApp, now, options, record};

const US_2024: &str = "Use Case Name,Agency,Agency Abbreviation,Bureau,What is the intended purpose and expected \
    benefits of the AI?,Stage of Development,\"Is the AI use case rights-impacting, safety-impacting, both, or \
    neither?\"\n";
const US_2025: &str =
    "agency,agency_name,id,use_case_name,agency_bureau,development_stage,is_high_impact,problem_solved\n";

/// A row of 2024: it has no id.
pub(crate) fn of_2024(name: &str, bureau: &str) -> String {
    format!("{name},Department of Example,DOX,{bureau},Sort letters,Operation and Maintenance,Neither\n")
}

/// A row of 2025.
pub(crate) fn of_2025(id: &str, name: &str, bureau: &str) -> String {
    format!("DOX,Department of Example,{id},{name},{bureau},Retired,Not High-impact,Sort letters\n")
}

/// Imports rows of a year.
pub(crate) async fn inventory(app: &TestApp, year: &str, rows: &[String]) -> Report {
    let head = if year == "2024" { US_2024 } else { US_2025 };
    let file = app.file(&format!("inventory_{year}.csv"), format!("{head}{}", rows.concat()));
    let (report, errors) = app.import(Source::Us, &file).await;
    assert!(errors.is_empty(), "{errors:?}");
    report
}

/// An edition of the Dutch register.
pub(crate) async fn register_of(app: &TestApp, day: &str, entries: &[Value]) -> Report {
    let file = json!({ "fetched_at": format!("{day}T06:00:00Z"), "algoritmes": entries }).to_string();
    let file = app.file(&format!("nl-{day}.json"), file);
    let (report, errors) = app.import(Source::Nl, &file).await;
    assert!(errors.is_empty(), "{errors:?}");
    report
}

pub(crate) fn entry(id: &str, title: &str) -> Value {
    json!({
        "id": id, "title": title, "organisatie": "Gemeente Voorbeeld", "status": "in_gebruik", "doel": "Sorteren.",
        "geregistreerd": "2024-02-03", "url": format!("https://register.example/algoritme/{id}"),
    })
}

/// The ids of the records that a query finds.
pub(crate) async fn ids(app: &TestApp, query: &str) -> Vec<String> {
    let list = app.json(&format!("/api/v1/records?{query}")).await;
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

pub(crate) async fn only(app: &TestApp, query: &str) -> Value {
    let found = ids(app, query).await;
    assert_eq!(found.len(), 1, "{query}");
    app.json(&format!("/api/v1/records/{}", found[0])).await
}

pub(crate) async fn proposed(app: &TestApp) -> Vec<Match> {
    matches::list(&app.db, false).await.unwrap()
}

/// Decides a match, as the command does. What it was refused for comes back in words.
pub(crate) async fn decide(app: &TestApp, id: i64, same: bool) -> Result<(), String> {
    let tx = app.db.begin().await.unwrap();
    let act = Act { tx: &tx, now: now(), actor: Actor::CommandLine };
    Box::pin(acts::decide_match(&act, id, same)).await.map_err(|refusal| format!("{refusal:?}"))?;
    tx.commit().await.unwrap();
    Ok(())
}

#[tokio::test]
async fn a_tool_of_two_editions_is_one_record_with_its_history() {
    let app = TestApp::new().await;
    let report = inventory(&app, "2024", &[of_2024("Claim Letter Sorter", "Benefits Bureau")]).await;
    assert_eq!(report.created, 1);
    let report =
        inventory(&app, "2025", &[of_2025("DOX-07", "Claim  letter sorter", "Benefits Bureau")]).await;
    assert_eq!((report.created, report.changed), (0, 1), "{report:?}");
    assert_eq!(report.rules["found-by-body-unit-name"], 1);
    let sorter = only(&app, "source=us&edition=2025&dataset=us:inventory&in_source=true").await;
    assert_eq!((&sorter["phase"], &sorter["version"]), (&"retired".into(), &2.into()));
    assert_eq!((&sorter["edition"], &sorter["in_source"]), (&"2025".into(), &true.into()));
    assert!(ids(&app, "edition=2024").await.is_empty());
    let id = sorter["id"].as_str().unwrap();
    let first = app.json(&format!("/api/v1/records/{id}/versions/1")).await;
    assert_eq!(first["record"]["phase"], "production");
    // Both again, in any order: nothing is new.
    let report = inventory(&app, "2024", &[of_2024("Claim Letter Sorter", "Benefits Bureau")]).await;
    assert_eq!((report.created, report.changed, report.unchanged), (0, 0, 1));
    let report =
        inventory(&app, "2025", &[of_2025("DOX-07", "Claim  letter sorter", "Benefits Bureau")]).await;
    assert_eq!((report.created, report.changed, report.unchanged), (0, 0, 1));
    // A year later its id is another again.
    let report =
        inventory(&app, "2026", &[of_2025("DOX-0012", "Claim Letter Sorter", "Benefits Bureau")]).await;
    assert_eq!((report.created, report.changed), (0, 1), "{report:?}");
    assert_eq!(only(&app, "source=us").await["edition"], "2026");
    assert!(proposed(&app).await.is_empty());
}

#[tokio::test]
async fn an_older_edition_after_a_newer_one_changes_nothing_and_is_counted() {
    let app = TestApp::new().await;
    inventory(&app, "2025", &[of_2025("DOX-07", "Sorter", "Benefits")]).await;
    let report = inventory(&app, "2024", &[of_2024("Sorter", "Benefits"), of_2024("Mapper", "Maps")]).await;
    assert_eq!((report.created, report.changed, report.unchanged), (1, 0, 1), "{report:?}");
    assert_eq!(report.rules["own-or-newer-record-kept"], 1);
    let sorter = only(&app, "edition=2025").await;
    assert_eq!((&sorter["phase"], &sorter["version"]), (&"retired".into(), &1.into()));
    // The newer edition, seen again, still says what the older has and it has not.
    let report = inventory(&app, "2025", &[of_2025("DOX-07", "Sorter", "Benefits")]).await;
    assert_eq!((report.created, report.changed, report.vanished_count), (0, 0, 1));
    assert_eq!(only(&app, "in_source=false").await["title"], "Mapper");
}

#[tokio::test]
async fn a_number_given_to_another_tool_makes_another_record() {
    let app = TestApp::new().await;
    inventory(&app, "2025", &[of_2025("DOX-1", "Letter sorter", ""), of_2025("DOX-2", "Fraud finder", "")])
        .await;
    let rows = [of_2025("DOX-1", "Fraud finder", ""), of_2025("DOX-2", "Weather map", "")];
    let report = inventory(&app, "2026", &rows).await;
    assert_eq!((report.created, report.changed + report.unchanged), (1, 1), "{report:?}");
    let titles = |list: Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap().iter();
        let mut titles: Vec<String> =
            items.map(|item| format!("{} {}", item["title"].as_str().unwrap(), item["in_source"])).collect();
        titles.sort();
        titles
    };
    let expected = ["Fraud finder true", "Letter sorter false", "Weather map true"];
    assert_eq!(titles(app.json("/api/v1/records").await), expected);
    let report = inventory(&app, "2026", &rows).await;
    assert_eq!((report.created, report.changed, report.unchanged), (0, 0, 2), "{report:?}");
    assert_eq!(titles(app.json("/api/v1/records").await), expected);
}

#[tokio::test]
async fn what_left_its_source_says_so_without_a_version_and_may_come_back() {
    let app = TestApp::new().await;
    let both = [entry("101", "Anonimiseren"), entry("102", "Parkeren")];
    assert_eq!(register_of(&app, "2026-05-13", &both).await.created, 2);
    let report = register_of(&app, "2026-08-08", &both[1..]).await;
    assert_eq!((report.created, report.changed, report.unchanged, report.vanished_count), (0, 0, 1, 1));
    let gone = only(&app, "in_source=false").await;
    assert_eq!((&gone["title"], &gone["version"]), (&"Anonimiseren".into(), &1.into()));
    assert_eq!((&gone["edition"], &gone["missing_from"]), (&"2026-05-13".into(), &"2026-08-08".into()));
    // What stayed is in the newer edition, in every list, without a version.
    let stayed = only(&app, "edition=2026-08-08").await;
    // Whether a tool that left is still in use is not known, so nothing is asked of it.
    assert_eq!((&gone["flags"], &stayed["flags"][0]["flag"]), (&json!([]), &"assessment_not_stated".into()));
    assert_eq!(app.json("/api/v1/records?flag=assessment_not_stated").await["total"], 1);
    assert_eq!((&stayed["in_source"], &stayed["version"]), (&true.into(), &1.into()));
    let list = app.json("/api/v1/records?facets=in_source,edition").await;
    assert_eq!(list["facets"]["in_source"].as_array().unwrap().len(), 2, "{list}");
    let csv = app.get("/api/v1/records.csv?in_source=false").await.text;
    assert!(csv.contains("Anonimiseren") && !csv.contains("Parkeren"), "{csv}");
    assert!(
        csv.lines()
            .next()
            .unwrap()
            .ends_with("source,dataset,edition,in_source,source_published_on,source_changed_on,source_url")
    );
    let lines = app.get("/api/v1/records.ndjson?in_source=false").await.text;
    let line: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&line["edition"], &line["in_source"]), (&"2026-05-13".into(), &false.into()));
    let id = gone["id"].as_str().unwrap().to_owned();
    let page = app.get(&format!("/records/{id}")).await.text;
    assert!(page.contains("Not in the edition of 8 August 2026 of its source any more"), "{page}");
    assert!(page.contains("https://register.example/algoritme/101"), "{page}");

    // Listings corrected in place are what they would be if made again.
    let before = app.json("/api/v1/records").await;
    store::records::maintenance::reindex(&app.db, now(), |_, _| {}).await.unwrap();
    assert_eq!(app.json("/api/v1/records").await, before);

    let report = register_of(&app, "2026-11-01", &both).await;
    assert_eq!((report.created, report.changed, report.unchanged, report.vanished_count), (0, 0, 2, 0));
    let back = app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!((&back["in_source"], &back["version"]), (&true.into(), &1.into()));
    assert!(back["missing_from"].is_null());
    assert!(ids(&app, "in_source=false").await.is_empty());
}

#[tokio::test]
async fn a_file_that_is_not_whole_does_not_say_what_left() {
    let app = TestApp::new().await;
    register_of(&app, "2026-05-13", &[entry("101", "Anonimiseren"), entry("102", "Parkeren")]).await;
    let mut odd = entry("103", "Zoeken");
    odd["organisatie"] = json!("");
    let file =
        json!({ "fetched_at": "2026-08-08T06:00:00Z", "algoritmes": [entry("101", "Anonimiseren"), odd] });
    let (report, _) = app.import(Source::Nl, &app.file("nl.json", file.to_string())).await;
    assert_eq!((report.rejected, report.vanished_count), (1, 1));
    assert_eq!(ids(&app, "in_source=false").await.len(), 1, "a row without a body is no entry");
    let short = format!(
        "{US_2025}{}{},one,two\n",
        of_2025("DOX-1", "Sorter", ""),
        of_2025("DOX-2", "Mapper", "").trim_end()
    );
    inventory(&app, "2024", &[of_2024("Sorter", ""), of_2024("Mapper", "")]).await;
    let (report, errors) = app.import(Source::Us, &app.file("inventory_2025.csv", short)).await;
    assert_eq!((report.rejected, report.vanished_count), (1, 1), "{errors:?}");
    assert!(ids(&app, "source=us&in_source=false").await.is_empty(), "the row that cannot be read may be it");
    // An older edition says nothing about what came after it.
    let report = register_of(&app, "2026-01-01", &[entry("101", "Anonimiseren")]).await;
    assert_eq!(report.vanished_count, 0);
    assert_eq!(only(&app, "q=anonimiseren").await["edition"], "2026-08-08");
}

#[tokio::test]
async fn a_person_joins_two_records_and_the_other_leads_to_the_one_that_lives() {
    let app = TestApp::new().await;
    inventory(&app, "2024", &[of_2024("Cell Hawk", "Field")]).await;
    let rows = [of_2025("DOX-1", "CellHawk", "Field")];
    let report = inventory(&app, "2025", &rows).await;
    assert_eq!((report.created, report.counts["matches_to_decide"]), (1, 1), "{report:?}");
    let [one] = &proposed(&app).await[..] else { panic!("one match") };
    assert_eq!(
        (one.rule.as_str(), one.said.as_str()),
        ("alike-name", "Department of Example | Field | CellHawk")
    );
    assert_eq!(inventory(&app, "2025", &rows).await.created, 0, "it is not proposed twice");
    assert_eq!(proposed(&app).await.len(), 1);

    decide(&app, one.id, true).await.unwrap();
    let gone = app.get(&format!("/api/v1/records/{}", one.later)).await;
    assert_eq!(gone.status, StatusCode::GONE);
    assert!(gone.text.contains(&format!("the same tool as {}", one.earlier)), "{}", gone.text);
    let lives = app.json(&format!("/api/v1/records/{}", one.earlier)).await;
    assert_eq!((&lives["title"], &lives["version"]), (&"CellHawk".into(), &2.into()));
    assert_eq!((&lives["phase"], &lives["edition"]), (&"retired".into(), &"2025".into()));
    assert!(decide(&app, one.id, false).await.unwrap_err().contains("decided already"));
    // Both keys lead to it from now on.
    for (year, rows) in [("2024", [of_2024("Cell Hawk", "Field")]), ("2025", rows)] {
        let report = inventory(&app, year, &rows).await;
        assert_eq!((report.created, report.changed, report.unchanged), (0, 0, 1), "{year}: {report:?}");
    }
    let report = inventory(&app, "2026", &[of_2025("DOX-9", "CellHawk", "Field")]).await;
    assert_eq!((report.created, report.changed), (0, 1), "{report:?}");
    let admin = app.token("admin@register.test", Role::Admin, None).await;
    let lines = app.call(Method::GET, "/api/v1/audit", &admin, None, Value::Null).await;
    assert!(lines.text.contains("match.same"), "{}", lines.text);
}

#[tokio::test]
async fn a_decision_that_two_records_differ_lasts() {
    let app = TestApp::new().await;
    inventory(&app, "2024", &[of_2024("Chatbot", "Research"), of_2024("Model 1", "")]).await;
    let rows = [of_2025("DOX-1", "Chatbot", "Hospitals"), of_2025("DOX-2", "Model 2", "")];
    assert_eq!(inventory(&app, "2025", &rows).await.created, 2);
    let [one] = &proposed(&app).await[..] else { panic!("other digits are not even proposed") };
    assert_eq!(one.rule, "other-unit");
    decide(&app, one.id, false).await.unwrap();
    let changed = [of_2025("DOX-1", "Chatbot", "Hospitals").replace("Sort letters", "Answer questions")];
    let report = inventory(&app, "2025", &changed).await;
    assert_eq!((report.created, report.changed), (0, 1));
    assert!(proposed(&app).await.is_empty());
    assert_eq!(matches::list(&app.db, true).await.unwrap()[0].state, "different");
    assert_eq!(app.json("/api/v1/records").await["total"], 4);
}

#[tokio::test]
async fn a_check_finds_the_same_and_keeps_nothing() {
    let app = TestApp::new().await;
    inventory(&app, "2024", &[of_2024("Sorter", "Benefits"), of_2024("Cell Hawk", "")]).await;
    let rows = [of_2025("DOX-1", "Sorter", "Benefits"), of_2025("DOX-2", "CellHawk", "")];
    let file = app.file("inventory_2025.csv", format!("{US_2025}{}", rows.concat()));
    let mut check = options();
    check.check = true;
    let (report, _) = app.import_with(Source::Us, &file, &check).await.unwrap();
    assert_eq!((report.created, report.changed), (1, 1), "{report:?}");
    assert!(proposed(&app).await.is_empty());
    assert_eq!(inventory(&app, "2025", &rows).await.changed, 1);
}

const TOOLS: &str = r#"
    source = "city"
    version = "1"
    key = ["Number"]
    [defaults]
    jurisdiction = "GB"
    lang = "en"
    [[columns]]
    header = "Number"
    [[columns]]
    header = "Tool"
    field = "title"
    [[columns]]
    header = "Body"
    field = "publisher"
"#;

#[tokio::test]
async fn keys_are_kept_byte_for_byte_and_older_releases_keys_are_found() {
    let app = TestApp::new().await;
    // As an older release stored it: folded.
    let old = Candidate {
        source: Some(SourceKey {
            source: "city".to_owned(),
            key: "c".to_owned(),
            dataset: "city:tools".to_owned(),
            edition: String::new(),
            identity: None,
        }),
        id: None,
        record: record("Compiler", |r| r.origin = Origin::Imported),
        trace: None,
        note: None,
        published_at: None,
    };
    let tx = app.db.begin().await.unwrap();
    let mut names = store::names::Names::within(&tx).await.unwrap();
    let old = [Prepared::new(old)];
    let done = Box::pin(publish(&tx, &mut names, &old, &Terms::default(), now())).await.unwrap();
    tx.commit().await.unwrap();
    let mut with_mapping = options();
    with_mapping.source.mapping = Some(app.file("tools.toml", TOOLS));
    let sheet = |rows: &[&str]| -> String {
        let rows = rows.iter().map(|row| format!("{row},Northmoor\n"));
        std::iter::once("Number,Tool,Body\n".to_owned()).chain(rows).collect()
    };
    let file =
        app.file("tools.csv", sheet(&["C#,Sharp compiler", "C++,Plus compiler", "1.1,First", "11,Eleventh"]));
    let (report, errors) = app.import_with(Source::Table, &file, &with_mapping).await.unwrap();
    assert_eq!((report.created, report.changed), (3, 1), "{errors:?}");
    let taken_up = app.json(&format!("/api/v1/records/{}", done[0].id)).await;
    assert_eq!((&taken_up["title"], &taken_up["version"]), (&"Sharp compiler".into(), &2.into()));
    let more = app.file("tools.csv", sheet(&["C++,Plus compiler", "C#,Sharp compiler", "c,Plain compiler"]));
    let (report, _) = app.import_with(Source::Table, &more, &with_mapping).await.unwrap();
    assert_eq!((report.created, report.changed, report.unchanged), (1, 0, 2), "{report:?}");
    assert_eq!(report.vanished_count, 2);
}

#[tokio::test]
async fn records_of_an_older_release_are_found_in_every_series_of_their_source() {
    let app = TestApp::new().await;
    let stored = |key: &str, dataset: &str, name: &str| {
        Prepared::new(Candidate {
            source: Some(SourceKey {
                source: "us".to_owned(),
                key: key.to_owned(),
                dataset: dataset.to_owned(),
                edition: "2024".to_owned(),
                identity: None,
            }),
            id: None,
            record: record(name, |r| {
                r.origin = Origin::Imported;
                r.jurisdiction = "US".to_owned();
                r.publisher.name = "Department of Example".to_owned();
            }),
            trace: None,
            note: None,
            published_at: None,
        })
    };
    // Keys as they were folded; the second is found by its name alone.
    let old = [
        stored("department of example dox 07", "us:inventory", "Claim sorter"),
        stored("department of example fraud finder", "us:inventory", "Fraud finder"),
        stored("commercial department of example searching text", "us:commercial", "Searching text"),
    ];
    let tx = app.db.begin().await.unwrap();
    let mut names = store::names::Names::within(&tx).await.unwrap();
    Box::pin(publish(&tx, &mut names, &old, &Terms::default(), now())).await.unwrap();
    tx.commit().await.unwrap();
    let rows = [of_2025("DOX-07", "Claim sorter", ""), of_2025("DOX-08", "Fraud Finder", "")];
    let report = inventory(&app, "2025", &rows).await;
    assert_eq!((report.created, report.changed), (0, 2), "{report:?}");
    let list = "Agency,AI Use Case,Name of Commercial Product or Service Used,Agency Use (Y/N)?\n\
                Department of Example,Searching text,Seeker,Y\n";
    let (report, errors) = app.import(Source::Us, &app.file("commercial_2025.csv", list)).await;
    assert_eq!((report.created, report.changed), (0, 1), "{errors:?}");
}

#[tokio::test]
async fn a_citation_names_source_and_edition_and_links_version_proof_and_page() {
    let app = TestApp::new().await;
    let file = json!({ "fetched_at": "2026-05-13T06:00:00Z", "algoritmes": [entry("101", "Anonimiseren")] });
    let mut earlier = options();
    earlier.now = now() - chrono::TimeDelta::days(10);
    app.import_with(Source::Nl, &app.file("nl.json", file.to_string()), &earlier).await.unwrap();
    let found = only(&app, "source=nl").await;
    assert_eq!(
        (&found["source_published_on"], &found["source_url"]),
        (&"2024-02-03".into(), &"https://register.example/algoritme/101".into())
    );
    assert_eq!(found["import"]["source_published_on"], "2024-02-03");
    let citation = found["citation"].as_str().unwrap();
    let source = ". Source: nl, edition of 2026-05-13, https://register.example/algoritme/101";
    assert!(citation.contains("version 1") && citation.ends_with(source), "{citation}");
    let url = found["url"].as_str().unwrap();
    assert_eq!(found["links"]["version"], format!("{url}/versions/1"));
    assert_eq!(found["links"]["proof"], format!("{url}/versions/1/proof"));
    assert_eq!(found["links"]["source"], found["source_url"]);
    let path =
        found["links"]["version"].as_str().unwrap().trim_start_matches("http://register.test").to_owned();
    assert_eq!(app.json(&path).await["number"], 1);
    // On a past day nobody can say what the source had.
    let then = app.json("/api/v1/records?as_of=2026-11-15&source=nl").await;
    assert_eq!((&then["total"], &then["items"][0]["in_source"]), (&1.into(), &Value::Null), "{then}");
    // A publisher's own record has no source.
    let own = app.publish(&[record("Own", |_| {})]).await;
    let own = app.json(&format!("/api/v1/records/{}", own[0])).await;
    assert!(!own["citation"].as_str().unwrap().contains("Source:"));
}

#[tokio::test]
async fn an_unknown_answer_and_an_empty_name_are_refused_in_words() {
    let app = TestApp::new().await;
    let refused = app.get("/api/v1/records?in_source=maybe").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text.contains("use one of: true, false"), "{}", refused.text);
    assert_eq!(app.get("/api/v1/records?edition=").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(app.json("/api/v1/records?edition=1999").await["total"], 0);
}

/// The number of rows found by each rule.
fn found(report: &Report) -> String {
    let rules = report.rules.iter().filter(|(rule, _)| rule.starts_with("found-by-"));
    rules.map(|(rule, count)| format!("{rule} {count}; ")).collect()
}

#[tokio::test]
async fn real_editions_are_joined() {
    let app = TestApp::new().await;
    let (Some(us_2024), Some(us_2025), Some(nl_2023), Some(nl_2026)) = (
        real("us/2024_consolidated_ai_inventory_raw_v2.csv"),
        real("us/2025_individually_reported_AI_use_cases.csv"),
        real("nl/pub_data_2023-06-19.json"),
        real("nl/algoritmes_2026-08-08.json"),
    ) else {
        return;
    };
    let (first, _) = app.import(Source::Us, &us_2024).await;
    let (second, _) = app.import(Source::Us, &us_2025).await;
    let joined = second.read - second.created - second.rejected;
    eprintln!("US: {} and {} rows, {joined} joined: {}", first.read, second.read, found(&second));
    eprintln!("US: {} to decide, {} left", proposed(&app).await.len(), second.vanished_count);
    assert!((1_060..1_120).contains(&joined), "{joined}");
    let us = store::records::editions::known(&app.db, "us", false).await.unwrap();
    // Another unit's row of the same name takes no record, and another laboratory's gets none.
    for (id, version) in [("DOJ-0003", 1), ("DOJ-0230", 2), ("DOE-657", 1), ("DOE-616", 1)] {
        let one = us.iter().find(|one| one.key.ends_with(&format!("|{id}"))).expect(id);
        assert_eq!(app.json(&format!("/api/v1/records/{}", one.id)).await["version"], version, "{id}");
    }
    // The same tool under the number of 2024 that the Department of the Interior put behind its name.
    let walrus = us.iter().filter(|one| one.name == "Automated Walrus Haulout Monitoring");
    assert_eq!(walrus.map(|one| one.edition.as_str()).collect::<Vec<_>>(), ["2025"]);
    let boards = app.json("/api/v1/organisations?q=federal+reserve&limit=50").await;
    let boards = boards["items"].as_array().unwrap().iter();
    let twice = boards.filter(|body| body["name"] == "Federal Reserve Board").count();
    assert_eq!(twice, 0, "one body under two names is one publisher");
    let (first, _) = app.import(Source::Nl, &nl_2023).await;
    let (second, _) = app.import(Source::Nl, &nl_2026).await;
    let joined = second.read - second.created - second.rejected;
    eprintln!("NL: {} and {} rows, {joined} joined: {}", first.read, second.read, found(&second));
    assert!((110..=118).contains(&joined), "{joined}");
    // Two numbers are other tools' now.
    let nl = store::records::editions::known(&app.db, "nl", false).await.unwrap();
    for number in ["39555540", "66996617"] {
        let keys = nl.iter().filter(|one| one.key.starts_with(number)).map(|one| one.edition.as_str());
        let mut editions: Vec<&str> = keys.collect();
        editions.sort_unstable();
        assert_eq!(editions.len(), 2, "{number}");
        assert!(editions[0] < "2024" && editions[1] > "2026", "{number}: {editions:?}");
    }
    let left = app.json("/api/v1/records?source=nl&in_source=false&limit=1").await["total"].clone();
    assert_eq!(left.as_u64().unwrap(), second.vanished_count);
}
