use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::codes::{Origin, Phase, Sector};
use crate::number::{Mark, whole};
use crate::organisation::OrganisationRef;

fn known() -> Record {
    let mut members = json!({
        "kind": "procured_technology", "origin": "third_party", "publisher": { "name": "Northmoor" },
        "title": "Gate", "name": "Gate 2", "lang": "cy", "jurisdiction": "GB", "phase": "production",
        "summary": "=1+1", "description": "x".repeat(40_000), "contact_email": "jane.smith@northmoor.example",
        "team": "  Traffic\tand\r\nroads ", "sectors": ["transport", "policing"], "open_standards": ["a;b", "c"],
        "people_affected_per_year": { "value": 12_000, "basis": "measured" },
        "risks": [{ "title": "Wrong person stopped" }],
        "assessments": [
            { "id": "11111111-1111-7111-8111-111111111111", "type": "dpia", "title": "First", "stage": "before_deployment",
              "status": "complete", "completed_on": "2024-05-01", "visibility": "regulator_only", "withheld_ground": "foia_31",
              "summary": "SECRET ONE", "residual_risk": "high", "outcome": "proceed" },
            { "id": "22222222-2222-7222-8222-222222222222", "type": "dpia", "title": "Second", "stage": "before_deployment",
              "status": "complete", "completed_on": "2025-05-01", "visibility": "regulator_only", "summary": "SECRET TWO" },
            { "id": "33333333-3333-7333-8333-333333333333", "type": "eqia", "stage": "periodic", "status": "in_progress",
              "summary": "Everybody reads this" },
        ],
    });
    members["field_statements"] = json!([{ "field": "regions", "kind": "unknown" }]);
    serde_json::from_value(members).unwrap()
}

/// A row with these cells, parsed as the importer does.
fn row(cells: &[(&str, &str)]) -> Sent {
    let order: Vec<String> = cells.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut sent = Sent { order: Arc::from(order), ..Sent::default() };
    for (name, text) in cells {
        let of = field(name).unwrap();
        let read = match of.kind {
            FieldKind::Estimate => {
                Ok(whole(text, Mark::Unsaid).ok().map(|number| json!({ "value": number })))
            }
            FieldKind::Objects(..) if !text.is_empty() => Ok(serde_json::from_str(text).ok()),
            _ => cell::read(of, text),
        };
        match read {
            Ok(value) => {
                sent.members.insert((*name).to_owned(), value.unwrap_or(Value::Null));
            }
            Err(findings) => sent.faults.extend(findings.into_iter().map(|finding| Fault {
                finding,
                column: (*name).to_owned(),
                raw: (*text).into(),
            })),
        }
    }
    sent
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

/// The column and code of each fault.
fn codes(sent: &Sent, known: Option<&Record>) -> Vec<String> {
    let faults = sent.over(known, today()).unwrap_err();
    faults.iter().map(|fault| format!("{} {}", fault.column, fault.finding.code)).collect()
}

fn assessments(known: &Record) -> Vec<Value> {
    let Some(Value::Array(all)) = known.public().to_members().remove("assessments") else { panic!("a list") };
    all
}

/// The record that results when a client sends these assessments back.
fn back(known: &Record, sent: Vec<Value>) -> Result<Record, Vec<String>> {
    let mut members = known.public().to_members();
    members.insert("assessments".to_owned(), Value::Array(sent));
    keep_sealed(known, &mut members).map_err(|found| {
        found.into_iter().map(|finding| format!("{} {}", finding.field, finding.code)).collect::<Vec<_>>()
    })?;
    Ok(serde_json::from_value(Value::Object(members)).unwrap())
}

#[test]
fn what_says_only_what_the_register_would_write_changes_nothing() {
    let known = known();
    let public = known.public().to_members();
    let cells: Vec<(String, String)> = FIELDS
        .iter()
        .filter_map(|field| Some((field.name.to_owned(), written::cell(field, public.get(field.name)?))))
        .collect();
    let plain: Vec<(&str, &str)> = cells.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(row(&plain).over(Some(&known), today()).unwrap(), known);
    let guarded: Vec<(&str, String)> =
        plain.iter().map(|(name, text)| (*name, written::guarded(text).into_owned())).collect();
    let guarded: Vec<(&str, &str)> = guarded.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut sent = row(&guarded);
    sent.others.insert("summary".to_owned(), "=1+1".into());
    assert_eq!(sent.over(Some(&known), today()).unwrap(), known);
    let cut: Vec<(&str, String)> =
        plain.iter().map(|(name, text)| (*name, written::fitting(text).into_owned())).collect();
    let cut: Vec<(&str, &str)> = cut.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(row(&cut).over(Some(&known), today()).unwrap(), known);
    // A spreadsheet that cuts silently.
    let silent: Vec<(&str, &str)> = plain
        .iter()
        .map(|(name, text)| {
            (*name, if *name == "description" { &text[..written::CELL_UNITS] } else { *text })
        })
        .collect();
    assert_eq!(row(&silent).over(Some(&known), today()).unwrap(), known);
}

#[test]
fn what_has_no_column_stays_and_an_empty_cell_takes_away() {
    let known = known();
    let record = row(&[
        ("publisher", "Northmoor"),
        ("title", "Gate"),
        ("jurisdiction", "GB"),
        ("phase", "retired"),
        ("team", ""),
        ("lang", ""),
        ("people_affected_per_year", "12000.0"),
    ])
    .over(Some(&known), today())
    .unwrap();
    let mut expected = known.clone();
    expected.phase = Some(crate::codes::Phase::Retired);
    expected.team = None;
    assert_eq!(record, expected);
    let record = row(&[("people_affected_per_year", "13000")]).over(Some(&known), today()).unwrap();
    assert_eq!(record.people_affected_per_year.unwrap().basis, EstimateBasis::Unknown);
}

#[test]
fn a_fault_stands_unless_the_register_says_the_same() {
    let known = known();
    let jane = ("contact_email", "jane.smith@northmoor.example");
    assert_eq!(
        row(&[jane, ("team", "Roads")]).over(Some(&known), today()).unwrap().team.as_deref(),
        Some("Roads")
    );
    let john = [("contact_email", "john.smith@northmoor.example")];
    assert_eq!(codes(&row(&john), Some(&known)), ["contact_email personal-mailbox"]);
    let new = [jane, ("publisher", "N"), ("title", "T"), ("jurisdiction", "GB"), ("phase", "pilot")];
    assert_eq!(codes(&row(&new), None), ["contact_email personal-mailbox"]);
    let statement = r#"[{"field":"contact_email","kind":"confirmed","reason":"The Jane Smith Centre."}]"#;
    let confirmed = [&new[..], &[("field_statements", statement)]].concat();
    assert!(row(&confirmed).over(None, today()).is_ok());
    let also = [&confirmed[..], &[("sectors", "x")]].concat();
    assert_eq!(codes(&row(&also), None), ["contact_email personal-mailbox", "sectors unknown-code"]);
    let cut = format!("{}{}", "y".repeat(32_000), written::CUT);
    assert_eq!(codes(&row(&[("description", &cut)]), Some(&known)), ["description cut-text"]);
    let row = row(&[("title", ""), ("phase", "live")]);
    assert_eq!(
        codes(&row, None),
        ["title required", "phase unknown-code", "publisher required", "jurisdiction required"]
    );
}

#[test]
fn what_is_sealed_stays_with_its_assessment() {
    let known = known();
    assert_eq!(back(&known, assessments(&known)).unwrap(), known);

    // One changed, the order changed, one new, one removed.
    let mut sent = assessments(&known);
    sent[0]["status"] = "superseded".into();
    sent.swap(0, 1);
    sent.truncate(2);
    sent.push(json!({ "type": "hria", "stage": "screening", "status": "in_progress" }));
    let record = back(&known, sent).unwrap();
    let mut first = known.assessments[0].clone();
    first.status = crate::codes::AssessmentStatus::Superseded;
    assert_eq!(record.assessments[..2], [known.assessments[1].clone(), first]);
    assert_eq!(record.assessments.len(), 3);

    // Without ids, assessments are recognised by their public content.
    let mut sent = assessments(&known);
    for one in &mut sent {
        one.as_object_mut().unwrap().remove("id");
    }
    sent.reverse();
    sent[2]["status"] = "approved".into();
    let record = back(&known, sent).unwrap();
    assert_eq!(record.assessments[2].summary.as_deref(), Some("SECRET ONE"));
    assert_eq!(record.assessments[1], known.assessments[1]);
    assert_eq!(record.assessments[0], known.assessments[2]);
}

#[test]
fn what_is_sealed_goes_when_that_is_said() {
    let known = known();
    let mut sent = assessments(&known);
    sent[0]["summary"] = Value::Null;
    let record = back(&known, sent).unwrap();
    assert_eq!(record.assessments[0].summary, None);
    assert_eq!(record.assessments[0].residual_risk.as_deref(), Some("high"));
    let cell = json!([{ "id": "11111111-1111-7111-8111-111111111111", "type": "dpia", "title": "First",
        "stage": "before_deployment", "status": "complete", "completed_on": "2024-05-01",
        "visibility": "regulator_only", "withheld_ground": "foia_31", "outcome": null }])
    .to_string();
    let record = row(&[("assessments", &cell)]).over(Some(&known), today()).unwrap();
    assert_eq!((record.assessments.len(), record.assessments[0].outcome), (1, None));
    assert_eq!(record.assessments[0].summary.as_deref(), Some("SECRET ONE"));
}

#[test]
fn where_it_is_unclear_whose_a_sealed_text_is_nothing_is_taken() {
    let known = known();
    let with = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut sent = assessments(&known);
        change(&mut sent);
        back(&known, sent).map(|_| ())
    };
    let unclear = |place: usize| Err(vec![format!("/assessments/{place} unclear-assessment")]);
    // Two swapped their ids.
    assert_eq!(
        with(&|sent| {
            let id = sent[0]["id"].take();
            sent[0]["id"] = sent[1]["id"].take();
            sent[1]["id"] = id;
        }),
        Err(vec!["/assessments/0 unclear-assessment".into(), "/assessments/1 unclear-assessment".into()])
    );
    // One has its id but another type.
    assert_eq!(with(&|sent| sent[0]["type"] = "security".into()), unclear(0));
    // Neither an id nor anything else identifies it: it may be new, or the missing one.
    assert_eq!(
        with(&|sent| sent[0] = json!({ "type": "dpia", "stage": "periodic", "status": "complete" })),
        unclear(0)
    );
    assert_eq!(
        with(&|sent| {
            sent[0]["id"] = "44444444-4444-7444-8444-444444444444".into();
            sent[0]["title"] = "Renamed".into();
        }),
        unclear(0)
    );
    assert_eq!(
        with(&|sent| sent[1]["id"] = sent[0]["id"].clone()),
        Err(vec!["/assessments/1/id repeated".into()])
    );
}

#[test]
fn nothing_sealed_is_opened_without_a_word() {
    let known = known();
    let mut sent = assessments(&known);
    sent[0]["visibility"] = "public".into();
    assert_eq!(back(&known, sent.clone()), Err(vec!["/assessments/0 sealed-and-opened".into()]));
    for name in ["summary", "residual_risk", "outcome"] {
        sent[0][name] = Value::Null;
    }
    sent[0]["summary"] = "For everybody".into();
    let record = back(&known, sent.clone()).unwrap();
    assert_eq!(record.public().assessments[0].summary.as_deref(), Some("For everybody"));
    // If left out, visibility stays as it was.
    sent[0].as_object_mut().unwrap().remove("visibility");
    let record = back(&known, sent).unwrap();
    assert_eq!(record.assessments[0].visibility, known.assessments[0].visibility);
}

#[test]
fn what_is_no_assessment_is_left_for_its_reader() {
    let known = known();
    let mut members = Map::from_iter([("assessments".to_owned(), json!([{ "type": "dpai" }, 7]))]);
    keep_sealed(&known, &mut members).unwrap();
    assert_eq!(members["assessments"], json!([{ "type": "dpai" }, 7]));
}

#[test]
fn a_list_of_a_file_of_its_own_keeps_what_that_has_no_column_for() {
    let mut known = known();
    known.reviews = serde_json::from_value(json!([
        { "body": "Ethics", "advice": "support", "met_on": "2025-01-01", "response_text": "Done" },
        { "body": "Ethics", "advice": "support", "met_on": "2025-02-01" },
        { "body": "Ethics", "advice": "support", "met_on": "2025-02-01", "response_text": "Twice" },
    ]))
    .unwrap();
    let mut sent = row(&[
        (
            "reviews",
            r#"[{"body":"Ethics","advice":"support","met_on":"2025-01-01"},{"body":"Ethics","advice":"no_advice"}]"#,
        ),
        (
            "assessments",
            r#"[{"id":"11111111-1111-7111-8111-111111111111","type":"dpia","stage":"before_deployment","status":"approved"}]"#,
        ),
    ]);
    let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    sent.columns.insert("reviews", columns(&["body", "advice", "met_on"]));
    sent.columns.insert("assessments", columns(&["id", "type", "stage", "status"]));
    let record = sent.over(Some(&known), today()).unwrap();
    assert_eq!(record.reviews[0], known.reviews[0]);
    assert_eq!(record.reviews[1].response_text, None);
    let first = &record.assessments[0];
    assert_eq!((first.title.as_deref(), first.summary.as_deref()), (Some("First"), Some("SECRET ONE")));
}

#[test]
fn a_source_that_says_less_takes_nothing_away() {
    let known = known();
    let mut new =
        Record::new(Origin::Imported, OrganisationRef::named("Northmoor"), "Gate 3".into(), "GB", "en");
    new.field_statements = serde_json::from_value(
        json!([{ "field": "summary", "kind": "unknown" }, { "field": "team", "kind": "unknown" }]),
    )
    .unwrap();
    let record = keep_unsaid(&known, &new, |name| matches!(name, "title" | "team")).unwrap();
    assert_eq!((record.title.as_str(), record.team), ("Gate 3", None));
    assert_eq!(record.summary, known.summary);
    assert_eq!(record.assessments, known.assessments);
    let stated: Vec<&str> = record.field_statements.iter().map(|one| one.field.as_str()).collect();
    // That there are no regions is known, and this source does not speak of them.
    assert_eq!(stated, ["regions", "team"]);
}

#[test]
fn what_a_source_stated_is_kept_rather_than_what_is_derived() {
    let derived =
        json!([{ "field": "sectors", "kind": "derived", "reason": "rule sectors/1 nl-tax: the body" }]);
    let imported = |sectors: Vec<Sector>, statements: &Value| {
        let body = OrganisationRef::named("Belastingdienst");
        let mut record = Record::new(Origin::Imported, body, "Poort".into(), "NL", "nl");
        record.sectors = sectors;
        record.field_statements = serde_json::from_value(statements.clone()).unwrap();
        record
    };
    let stated = imported(vec![Sector::Housing], &json!([]));
    let guessed = imported(vec![Sector::Tax], &derived);
    let mute = imported(Vec::new(), &json!([]));
    assert!(guessed.is_derived("sectors") && !stated.is_derived("sectors") && !mute.is_derived("sectors"));

    let kept = keep_unsaid(&stated, &guessed, |name| name == "title").unwrap();
    assert_eq!((kept.sectors.as_slice(), kept.is_derived("sectors")), (&[Sector::Housing][..], false));
    let replaced = keep_unsaid(&guessed, &stated, |name| name == "sectors").unwrap();
    assert_eq!(
        (replaced.sectors.as_slice(), replaced.is_derived("sectors")),
        (&[Sector::Housing][..], false)
    );
    let gone = keep_unsaid(&guessed, &mute, |name| name == "title").unwrap();
    assert_eq!(
        (gone.sectors.as_slice(), gone.statement("sectors")),
        (&[][..], None),
        "each row derives its own"
    );
}

#[test]
fn a_value_that_somebody_sent_is_no_longer_derived() {
    let mut known =
        Record::new(Origin::Imported, OrganisationRef::named("Northmoor"), "Gate".into(), "GB", "en");
    known.phase = Some(Phase::Pilot);
    known.sectors = vec![Sector::Tax];
    known.field_statements =
        serde_json::from_value(json!([{ "field": "sectors", "kind": "derived", "reason": "rule" }])).unwrap();
    let sent = |sectors: Value| Sent {
        form: Form::Json,
        members: serde_json::from_value(json!({ "sectors": sectors })).unwrap(),
        ..Sent::default()
    };
    assert!(sent(json!(["tax"])).over(Some(&known), today()).unwrap().is_derived("sectors"));
    let changed = sent(json!(["housing"])).over(Some(&known), today()).unwrap();
    assert_eq!((changed.sectors.as_slice(), changed.statement("sectors")), (&[Sector::Housing][..], None));
}

#[test]
fn what_is_stated_as_absent_outlives_a_file_that_does_not_ask() {
    let imported = |kind: &str| {
        let mut record =
            Record::new(Origin::Imported, OrganisationRef::named("Noorderhaaks"), "Poort".into(), "NL", "nl");
        record.field_statements =
            serde_json::from_value(json!([{ "field": "assessments", "kind": kind, "reason": "said" }]))
                .unwrap();
        record
    };
    let (absent, mute) = (imported("absent"), imported("not_stated_by_source"));
    let kind = |record: Record| record.field_statements.iter().map(|one| one.kind).collect::<Vec<_>>();
    let joined = |known: &Record, new: &Record, says: bool| kind(keep_unsaid(known, new, |_| says).unwrap());
    assert_eq!(joined(&absent, &mute, false), [StatementKind::Absent]);
    assert_eq!(joined(&absent, &mute, true), [StatementKind::NotStatedBySource]);
    assert_eq!(joined(&mute, &absent, true), [StatementKind::Absent]);
    let mut stated = mute;
    let phase = crate::record::FieldStatement {
        field: "phase".into(),
        kind: StatementKind::NotStatedBySource,
        reason: None,
        ground: None,
    };
    let mut known = absent.clone();
    known.field_statements.push(phase.clone());
    stated.field_statements = vec![phase];
    let again = keep_unsaid(&known, &stated, |_| false).unwrap();
    assert_eq!(again.field_statements, known.field_statements, "in the order in which they are known");
    stated.field_statements.clear();
    assert_eq!(joined(&absent, &stated, false), [StatementKind::Absent]);
}
