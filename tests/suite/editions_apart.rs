//! What keeps two tools of two editions apart, and what a person is asked about: units, lasting numbers that went to
//! another tool, names with another inventory's number, the same sentence under two names; and splitting again what
//! an import joined by mistake.

use acts::{Act, Actor};
use axum::http::Method;
use domain::RecordId;
use domain::codes::Role;
use serde_json::{Value, json};
use store::records::matches;
use store::records::splits::Split;
use suite::{TestApp, now};

use crate::editions::{decide, entry, ids, inventory, of_2024, of_2025, only, proposed, register_of};

/// The rules of the matches to decide, in order.
async fn asked(app: &TestApp) -> Vec<String> {
    let mut rules: Vec<String> = proposed(app).await.into_iter().map(|one| one.rule).collect();
    rules.sort();
    rules
}

/// The version of the record with this key.
async fn version(app: &TestApp, source: &str, key: &str) -> Value {
    let known = store::records::editions::known(&app.db, source, false).await.unwrap();
    let one = known.into_iter().find(|one| one.key == key).expect(key);
    app.json(&format!("/api/v1/records/{}", one.id)).await["version"].clone()
}

#[tokio::test]
async fn the_row_of_another_unit_asks_and_that_of_its_own_joins() {
    let app = TestApp::new().await;
    let drones = "Unmanned Aerial Systems (UAS)";
    inventory(&app, "2024", &[of_2024(drones, "USMS"), of_2024("Airship", "ATF")]).await;
    let rows = [of_2025("DOX-3", drones, "DOX / ATF")];
    let report = inventory(&app, "2025", &rows).await;
    assert_eq!((report.created, report.changed), (1, 0), "{report:?}");
    assert_eq!(asked(&app).await, ["other-unit"]);
    // Whatever stands first in the file.
    let app = TestApp::new().await;
    inventory(&app, "2024", &[of_2024(drones, "USMS"), of_2024("Airship", "ATF")]).await;
    let rows = [of_2025("DOX-3", drones, "DOX / ATF"), of_2025("DOX-230", drones, "DOX / USMS")];
    let report = inventory(&app, "2025", &rows).await;
    assert_eq!((report.created, report.changed, report.rules["found-by-body-name"]), (1, 1, 1), "{report:?}");
    assert!(asked(&app).await.is_empty(), "the record turned up after all");
    assert_eq!(version(&app, "us", "Department of Example|DOX-3").await, 1);
    assert_eq!(version(&app, "us", "Department of Example|DOX-230").await, 2);
    let report = inventory(&app, "2025", &rows).await;
    assert_eq!((report.created, report.changed, report.unchanged), (0, 0, 2), "{report:?}");
}

#[tokio::test]
async fn laboratories_are_not_one_because_both_are_national() {
    let app = TestApp::new().await;
    let (idaho, ridge) = ("Idaho National Laboratory", "Oak Ridge National Laboratory");
    let assist = "ServiceNow Now Assist";
    inventory(&app, "2024", &[of_2024(assist, idaho), of_2024("Weather map", ridge)]).await;
    let rows = [
        of_2025("DOX-657", assist, "Los Alamos National Laboratory"),
        of_2025("DOX-616", "ServiceNow Now Assist (AskIT)", idaho),
        of_2025("DOX-617", "Weather map", "ORNL - Oak Ridge National Laboratory"),
    ];
    let report = inventory(&app, "2025", &rows).await;
    assert_eq!((report.created, report.changed), (2, 1), "{report:?}");
    assert_eq!(asked(&app).await, ["alike-name", "other-unit"]);
    let matches = proposed(&app).await;
    assert_eq!(matches[0].earlier, matches[1].earlier, "both may be the one of Idaho");
}

#[tokio::test]
async fn a_mission_area_is_the_unit_of_its_agencies() {
    let app = TestApp::new().await;
    let of = |row: String| row.replace("Department of Example", "Department of Agriculture");
    let rows = ["FS: Forest Service", "RMA: Risk Management Agency"];
    let rows = rows.map(|unit| of(of_2024(&format!("Map {}", unit.len()), unit)));
    inventory(&app, "2024", &rows).await;
    let area = "Natural Resources and Environment";
    let rows = [of(of_2025("DOX-1", "Map 18", area)), of(of_2025("DOX-2", "Map 27", area))];
    let report = inventory(&app, "2025", &rows).await;
    assert_eq!((report.created, report.changed), (1, 1), "{report:?}");
    assert_eq!(asked(&app).await, ["other-unit"], "Risk Management is in another area");
}

const THAW: &str = "Zet bevroren zaken weer open zodat collega's documenten kunnen toevoegen aan archieven";
const ASSESS: &str = "Beoordeelt ontvankelijkheid meldingen burgers bedrijven volgens milieuregels";

/// An entry of the Dutch register with what it does.
fn doing(id: &str, title: &str, what: &str) -> Value {
    let mut entry = entry(id, title);
    entry["doel"] = json!(what);
    entry
}

#[tokio::test]
async fn a_lasting_number_that_another_tool_got_makes_another_record_once() {
    let app = TestApp::new().await;
    let first = [doing("101", "Ontdooiverzoeken", THAW), doing("102", "Scanauto", "Telt auto's op straten")];
    register_of(&app, "2026-05-13", &first).await;
    let second =
        [doing("101", "Beoordelen", ASSESS), doing("102", "Parkeercontrole", "Telt auto's op pleinen")];
    let report = register_of(&app, "2026-08-08", &second).await;
    assert_eq!((report.created, report.changed, report.vanished_count), (1, 1, 1), "{report:?}");
    let [one] = &proposed(&app).await[..] else { panic!("one match") };
    assert_eq!(one.rule, "same-id-other-name");
    let old = app.json(&format!("/api/v1/records/{}", one.earlier)).await;
    assert_eq!((&old["title"], &old["version"]), (&"Ontdooiverzoeken".into(), &1.into()));
    assert_eq!((&old["in_source"], &old["missing_from"]), (&false.into(), &"2026-08-08".into()));
    let new = app.json(&format!("/api/v1/records/{}", one.later)).await;
    assert_eq!((&new["title"], &new["summary"]), (&"Beoordelen".into(), &ASSESS.into()));
    // Later editions, and all of them again, find both.
    for (day, file) in [("2026-11-01", &second), ("2026-05-13", &first), ("2026-08-08", &second)] {
        let report = register_of(&app, day, file).await;
        assert_eq!((report.created, report.changed), (0, 0), "{day}: {report:?}");
    }
    assert_eq!(app.json("/api/v1/records").await["total"], 3);
    // A person may say that they are one after all: then the number leads to the old record.
    decide(&app, one.id, true).await.unwrap();
    let report = register_of(&app, "2026-12-01", &second).await;
    assert_eq!(report.created, 0, "{report:?}");
    assert_eq!(app.json(&format!("/api/v1/records/{}", one.earlier)).await["title"], "Beoordelen");
}

#[tokio::test]
async fn a_new_number_for_a_known_name_is_asked_about_if_the_old_one_is_gone() {
    let app = TestApp::new().await;
    let all = [entry("101", "Anonimiseren van brieven"), entry("102", "Parkeren")];
    register_of(&app, "2026-05-13", &all).await;
    let all = [entry("301", "Anonimiseren van brieven"), entry("302", "Parkeren"), entry("102", "Parkeren")];
    let report = register_of(&app, "2026-08-08", &all).await;
    assert_eq!((report.created, report.changed), (2, 0), "{report:?}");
    let [one] = &proposed(&app).await[..] else { panic!("Parkeren has its number still") };
    assert_eq!(
        (one.rule.as_str(), one.said.as_str()),
        ("other-id", "Gemeente Voorbeeld | Anonimiseren van brieven")
    );
    let report = register_of(&app, "2026-11-01", &all).await;
    assert_eq!((report.created, report.changed, proposed(&app).await.len()), (0, 0, 1), "{report:?}");
}

#[tokio::test]
async fn the_number_of_another_inventory_is_no_part_of_a_name() {
    let app = TestApp::new().await;
    inventory(&app, "2024", &[of_2024("Walrus Monitoring", "USGS"), of_2024("Model", "USGS")]).await;
    let tagged = "Walrus Monitoring [2024 INV#WO0000000110052]";
    let rows = [of_2025("DOX-1", tagged, "USGS"), of_2025("DOX-2", "Model [2024]", "USGS")];
    let report = inventory(&app, "2025", &rows).await;
    assert_eq!((report.created, report.changed), (1, 1), "{report:?}");
    assert_eq!(report.rules["found-by-body-unit-name"], 1);
    let walrus = only(&app, "q=walrus").await;
    assert_eq!((&walrus["title"], &walrus["version"]), (&tagged.into(), &2.into()));
    assert_eq!(walrus["import"]["raw"]["use_case_name"], tagged);
    // The next edition finds it by its name alone.
    let report = inventory(&app, "2026", &[of_2025("DOX-9", "Walrus Monitoring", "USGS")]).await;
    assert_eq!((report.created, report.changed), (0, 1), "{report:?}");
}

const SENTENCE: &str = "Drafts answers to letters from schools so that staff can check and send them sooner";

#[tokio::test]
async fn a_sentence_that_only_two_records_have_is_asked_about_and_joins_nothing() {
    let with = |row: String, text: &str| row.replace("Sort letters", text);
    let app = TestApp::new().await;
    let first = [with(of_2024("Generative AI Usage", "OIG"), SENTENCE), of_2024("Sorter", "OIG")];
    inventory(&app, "2024", &first).await;
    let rows =
        [with(of_2025("DOX-1", "Inspection Tool", "OIG"), SENTENCE), of_2025("DOX-2", "Sorter", "OIG")];
    let report = inventory(&app, "2025", &rows).await;
    assert_eq!((report.created, report.changed, report.counts["matches_to_decide"]), (1, 1, 1), "{report:?}");
    let [one] = &proposed(&app).await[..] else { panic!("one match") };
    assert_eq!(
        (one.rule.as_str(), one.said.as_str()),
        ("same-text", "Department of Example | OIG | Inspection Tool")
    );
    assert_eq!(one.known, "Department of Example | OIG | Generative AI Usage");
    assert_eq!(inventory(&app, "2025", &rows).await.created, 0);
    assert_eq!(proposed(&app).await.len(), 1, "it is not proposed twice");
    decide(&app, one.id, false).await.unwrap();
    inventory(&app, "2025", &rows).await;
    assert!(proposed(&app).await.is_empty());

    // A third record with the sentence, and a record of another body, are not asked about.
    let app = TestApp::new().await;
    let filing = "Reads and files every letter that arrives at any of our twelve offices";
    inventory(&app, "2024", &[first[0].clone(), with(of_2024("Letters", "OIG"), filing)]).await;
    let elsewhere = with(of_2025("DOX-3", "Post", "OIG"), filing);
    let rows = [
        with(of_2025("DOX-1", "Inspection Tool", "OIG"), SENTENCE),
        with(of_2025("DOX-2", "Audit Tool", "OIG"), SENTENCE),
        elsewhere.replace("Department of Example", "Department of Elsewhere"),
    ];
    let report = inventory(&app, "2025", &rows).await;
    assert_eq!((report.created, report.changed), (3, 0), "{report:?}");
    assert!(asked(&app).await.is_empty());
}

/// Splits a record, as the command does. What it was refused for comes back in words.
async fn split(app: &TestApp, id: &str, from: i64) -> Result<Split, String> {
    let tx = app.db.begin().await.unwrap();
    let act = Act { tx: &tx, now: now(), actor: Actor::CommandLine };
    let id = id.parse().unwrap();
    let split = acts::split_record(&act, id, from, importer::sources::covered);
    let split = Box::pin(split).await.map_err(|refusal| format!("{refusal:?}"))?;
    tx.commit().await.unwrap();
    Ok(split)
}

#[tokio::test]
async fn a_person_splits_what_an_import_joined_and_it_stays_split() {
    let app = TestApp::new().await;
    let first = [of_2024("Sorter", "Benefits")];
    inventory(&app, "2024", &first).await;
    let second = [of_2025("DOX-7", "Sorter", "Benefits")];
    assert_eq!(inventory(&app, "2025", &second).await.changed, 1);
    let id = only(&app, "source=us").await["id"].as_str().unwrap().to_owned();
    let joined = app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(
        (&joined["public_purpose"], &joined["problem_statement"]),
        (&"Sort letters".into(), &"Sort letters".into())
    );
    for (from, reason) in [(1, "has 2 versions"), (3, "has 2 versions")] {
        assert!(split(&app, &id, from).await.unwrap_err().contains(reason), "{from}");
    }
    assert!(
        split(&app, &RecordId::from_sequence(999_999).to_string(), 2).await.unwrap_err().contains("NotFound")
    );

    let done = split(&app, &id, 2).await.unwrap();
    assert_eq!(done.earlier, id);
    let old = app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(
        (&old["phase"], &old["version"], &old["edition"]),
        (&"production".into(), &3.into(), &"2024".into())
    );
    assert_eq!((&old["in_source"], &old["missing_from"]), (&false.into(), &"2025".into()));
    assert_eq!(app.json(&format!("/api/v1/records/{id}/versions/2")).await["record"]["phase"], "retired");
    let new = app.json(&format!("/api/v1/records/{}", done.later)).await;
    assert_eq!(
        (&new["phase"], &new["version"], &new["edition"]),
        (&"retired".into(), &1.into(), &"2025".into())
    );
    assert_eq!((&new["public_purpose"], &new["problem_statement"]), (&Value::Null, &"Sort letters".into()));
    assert_eq!(new["in_source"], true);
    assert!(split(&app, &id, 3).await.unwrap_err().contains("was not joined with another edition"));

    for (year, rows) in [("2024", &first), ("2025", &second)] {
        let report = inventory(&app, year, rows).await;
        assert_eq!((report.created, report.changed, report.unchanged), (0, 0, 1), "{year}: {report:?}");
    }
    assert_eq!(ids(&app, "in_source=false").await, [id]);
    assert!(proposed(&app).await.is_empty());
    let kept = matches::list(&app.db, true).await.unwrap().remove(0);
    assert_eq!((kept.rule.as_str(), kept.state.as_str()), ("split-by-a-person", "different"));
    assert!(store::records::maintenance::faults(&app.db).await.unwrap().is_empty());
    let admin = app.token("admin@register.test", Role::Admin, None).await;
    let lines = app.call(Method::GET, "/api/v1/audit", &admin, None, Value::Null).await;
    assert!(lines.text.contains("record.split") && lines.text.contains(&done.later), "{}", lines.text);
}
