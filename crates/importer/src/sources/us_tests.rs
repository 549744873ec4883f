//! The agencies' own forms of the US inventories. Their headers are real; all rows are made for these tests.

use serde_json::{Value, json};

use super::samples::{Sample, backwards, read, read_with};
use super::{Source, SourceOptions};

const ORIGINAL_2023: &str = "Use Case ID,Use Case Name,Agency,Bureau / Department,Summary of Use Case,\
Stage of System Development Life Cycle,Date Initiated,Contact Name,Contact Email,Developer Information\n\
XYZ-1,Letter sorter,Department of Examples,Office of Mail,Reads letters and sorts them by urgency.,\
Operation and Maintenance,2021-11-01,\"Roe, Jane\",jane.roe@agency.example,Contracted\n";

fn with_agency(name: &str, file: &str, rows: &str) -> Sample {
    let options = SourceOptions { agency: Some(name.to_owned()), ..SourceOptions::default() };
    read_with(Source::Us, file, rows, &options)
}

fn impact(record: &Value) -> Option<&str> {
    let all = record["references"].as_array()?;
    all.iter().find(|one| one["scheme"] == "US-IMPACT")?["value"].as_str()
}

#[test]
fn an_original_of_2023_is_read_whole_and_without_its_people() {
    let sample = read(Source::Us, "u2_2023_original.csv", ORIGINAL_2023);
    let sorter = sample.record("Letter sorter");
    assert_eq!(sorter["public_purpose"], "Reads letters and sorts them by urgency.");
    assert_eq!(sorter["summary"], "Reads letters and sorts them by urgency.");
    assert_eq!((&sorter["phase"], &sorter["team"]), (&json!("production"), &json!("Office of Mail")));
    assert_eq!((&sorter["planned_start"], sample.edition.as_str()), (&json!("2021-11-01"), "2023"));
    assert_eq!(sorter["supplier_involvement"][0]["role"], "contracted");
    let kept = sample.kept();
    assert!(!kept.contains("Roe") && !kept.contains("jane"), "{kept}");
}

#[test]
fn a_blank_that_is_written_out_is_no_answer() {
    let rows = "Use Case ID,Use Case Name,Bureau/Component,Stage of Development,Is the AI use case high-impact?,\
                What problem is the AI intended to solve?,Vendor(s) Name,What are the potential impacts of using the AI?\n\
                FTC-1,Letter sorter,Office of Mail,c) Deployed,a) High-impact,[blank],[blank],[blank]\n";
    let record = read(Source::Us, "u1.csv", rows).record("Letter sorter");
    for field in ["problem_statement", "supplier_involvement", "risks"] {
        assert!(record.get(field).is_none(), "{field}: {record}");
    }
    assert_eq!((impact(&record), &record["phase"]), (Some("high_impact"), &json!("production")));
}

#[test]
fn agriculture_writes_id_and_name_into_one_cell_and_calls_its_parts_agencies() {
    let rows = "Use Case ID/Name,Mission Area,Agency,Bureau/Component/Office,Topic Area,\
                Intended purpose and expected benefits of use case,Description of AI system's outputs,\
                Current stage of development,Rights-impacting or Safety-impacting,Date Initiated\n\
                USDA-042: Crop mapper,FPAC,Farm Service Agency,GEO,Other,Maps crops.,A map.,\
                Operation and Maintenance,Neither,01/2023\n\
                Soil reader,NRE,Forest Service,,Other,Reads soil.,A table.,Initiated,Rights-impacting,2022\n";
    for name in ["usda_2024.csv", "inventory.csv"] {
        let sample = read(Source::Us, name, rows);
        assert_eq!((sample.items.len(), sample.rejected.len()), (2, 0), "{:?}", sample.rejected);
        let mapper = sample.record("Crop mapper");
        assert_eq!(mapper["publisher"]["name"], "Department of Agriculture");
        assert_eq!(mapper["team"], "FPAC / Farm Service Agency / GEO");
        assert_eq!(mapper["references"][0], json!({ "scheme": "US-INVENTORY", "value": "USDA-042" }));
        assert_eq!(
            (&mapper["public_purpose"], impact(&mapper)),
            (&json!("Maps crops."), Some("not_high_impact"))
        );
        assert_eq!(mapper["provided_information"], "A map.");
        assert_eq!(
            sample.item("Crop mapper").key.as_ref().unwrap().key,
            "Department of Agriculture|USDA-042"
        );
        assert_eq!(read(Source::Us, name, backwards(rows)).by_key(), sample.by_key());
    }
}

#[test]
fn labor_says_little_and_all_of_it_is_read() {
    let rows = "Use Case ID,Use Case Name,Description,Status\nDOL-02,Form reader,Reads forms.,In production\n\
                DOL-03,Old reader,Read forms.,Inactive\n";
    let sample = read(Source::Us, "dol_2025.csv", rows);
    let reader = sample.record("Form reader");
    assert_eq!(reader["publisher"]["name"], "Department of Labor");
    assert_eq!((&reader["description"], &reader["phase"]), (&json!("Reads forms."), &json!("production")));
    assert_eq!(sample.record("Old reader")["phase"], "retired");
}

#[test]
fn personnel_management_has_quarters_and_documents() {
    let rows = "SECTION 1: Tools,,,,,,\n\
                Tool/Application Name,Description,Sponsoring Office,Deployment Phase,First Production Use,\
                Risk Classification,Compliance Documentation\n\
                Job matcher,Matches jobs.,HR Solutions,Production,Q2 2024,High-impact,Privacy Impact Assessment; ATO\n";
    let sample = read(Source::Us, "opm_2025.csv", rows);
    let matcher = sample.record("Job matcher");
    assert_eq!(matcher["publisher"]["name"], "Office of Personnel Management");
    assert_eq!((&matcher["first_used"], &matcher["team"]), (&json!("2024-04-01"), &json!("HR Solutions")));
    assert_eq!(sample.uses["date-quarter-becomes-first-day"], 1);
    assert_eq!((impact(&matcher), &matcher["phase"]), (Some("high_impact"), &json!("production")));
    assert_eq!(matcher["assessments"][0]["type"], "dpia");
    assert_eq!(
        matcher["assessments"].as_array().unwrap().len(),
        1,
        "an authority to operate is no assessment"
    );
}

#[test]
fn two_rows_above_the_header_do_not_matter() {
    let rows = "SECTION 1: Use Case Identifiers,,,SECTION 2: Use,\n(1),(2),(3),(4),(5)\n\
                Use Case Name,Bureau,Use Case Topic Area,Intended Purpose and Expected Benefits,Impact Classification\n\
                Dam watcher,River Management,Other,Watches dams.,Not High-Impact\n";
    let sample = read(Source::Us, "tva_2025.csv", rows);
    let watcher = sample.record("Dam watcher");
    assert_eq!(watcher["publisher"]["name"], "Tennessee Valley Authority");
    assert_eq!(
        (&watcher["public_purpose"], impact(&watcher)),
        (&json!("Watches dams."), Some("not_high_impact"))
    );
    let notice = "the header is in line 3; 2 rows above it are not read".to_owned();
    assert!(sample.notices.contains(&notice), "{:?}", sample.notices);
}

#[test]
fn a_file_that_does_not_name_its_agency_says_how_to() {
    let rows = "Use Case Name,Summary,Development Stage\nIce counter,Counts floes.,Pilot\n";
    let sample = read(Source::Us, "inventory.csv", rows);
    assert_eq!((sample.items.len(), sample.rejected.len()), (0, 1));
    let error = &sample.rejected[0];
    assert!(error.field == "publisher" && error.hint.contains("--agency NSF"), "{error}");
    assert!(sample.notices.iter().any(|notice| notice.contains("--agency")), "{:?}", sample.notices);
    let sample = with_agency("NSF", "inventory.csv", rows);
    assert_eq!(sample.record("Ice counter")["publisher"]["name"], "National Science Foundation");
}

#[test]
fn a_file_of_one_agency_is_a_series_of_its_own() {
    let series = |name: &str| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, ORIGINAL_2023).unwrap();
        Source::Us.open(&path, &SourceOptions::default()).unwrap().file.dataset
    };
    assert_eq!(series("dot_2023.csv"), "us:dot_2023", "it does not say what other agencies have");
    assert_eq!(series("2023_consolidated.csv"), "us:inventory");
}

#[test]
fn one_tool_of_two_years_has_what_finds_it_again() {
    let of_2024 = "Use Case Name,Agency,Agency Abbreviation,Bureau,\
                   \"Is the AI use case rights-impacting, safety-impacting, both, or neither?\",Stage of Development\n\
                   Claim Letter Sorter,Department of Example,DOX,Benefits Bureau,Neither,Operation and Maintenance\n";
    let of_2025 = "agency,agency_name,id,use_case_name,agency_bureau,development_stage,is_high_impact\n\
                   DOX,Department of Example,DOX-07,Claim Letter Sorter,Benefits Bureau,Retired,Not High-impact\n";
    let (old, new) = (read(Source::Us, "us_2024.csv", of_2024), read(Source::Us, "us_2025.csv", of_2025));
    let identity =
        |sample: &Sample| sample.item("Claim Letter Sorter").key.clone().unwrap().identity.unwrap();
    let (before, after) = (identity(&old), identity(&new));
    assert_eq!((&before.body, &before.unit, &before.name), (&after.body, &after.unit, &after.name));
    assert_eq!((old.edition.as_str(), new.edition.as_str()), ("2024", "2025"));
    assert_eq!(new.record("Claim Letter Sorter")["phase"], "retired");
}
