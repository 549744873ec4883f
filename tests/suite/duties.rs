//! An assessment is missing only where a law or policy asks for it, and somebody is known not to have made it. The
//! duties are data, and everybody can read them.

use axum::http::Method;
use chrono::NaiveDate;
use domain::Record;
use domain::assessment::Assessment;
use domain::codes::{
    AffectedGroup, AssessmentStage, AssessmentStatus, AssessmentType, Code, DecisionEffect, OrganisationKind,
    Origin, StatementKind,
};
use domain::duties::{duties, owed};
use domain::record::{FieldStatement, Reference};
use serde_json::Value;
use suite::anything::Maker;
use suite::{TestApp, now, record};

/// A record of another register about a tool that stops benefits.
fn imported(title: &str, jurisdiction: &str, change: impl FnOnce(&mut Record)) -> Record {
    record(title, |r| {
        r.origin = Origin::Imported;
        r.jurisdiction = jurisdiction.to_owned();
        r.decision_effects = vec![DecisionEffect::BenefitStop];
        change(r);
    })
}

fn dpia(status: AssessmentStatus) -> impl Fn(&mut Record) {
    move |r| {
        let stage = AssessmentStage::BeforeDeployment;
        r.assessments.push(Assessment::new(AssessmentType::Dpia, stage, status));
    }
}

fn impact(said: &str) -> impl Fn(&mut Record) {
    move |r| r.references = vec![Reference { scheme: "US-IMPACT".into(), value: said.to_owned() }]
}

/// The flags about assessments that a record shows, each with its reason.
async fn asked(app: &TestApp, record: &Record) -> Vec<(String, String)> {
    let id = app.publish(std::slice::from_ref(record)).await.remove(0);
    let view = app.json(&format!("/api/v1/records/{id}")).await;
    let flags = view["flags"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    flags
        .map(|flag| (text(&flag["flag"]), text(&flag["reason"])))
        .filter(|(flag, _)| ["assessment_missing", "assessment_not_stated"].contains(&flag.as_str()))
        .collect()
}

#[tokio::test]
async fn a_body_that_answers_for_itself_is_told_what_is_missing_and_by_which_law() {
    let app = TestApp::new().await;
    let mut own = record("Own", |r| r.affected_groups = vec![AffectedGroup::RoadUsers]);
    let flags = asked(&app, &own).await;
    assert_eq!(flags.len(), 1, "{flags:?}");
    let (flag, reason) = &flags[0];
    assert_eq!(flag, "assessment_missing");
    for said in [
        "a data protection impact assessment (UK GDPR, article 35), ",
        "https://www.legislation.gov.uk/eur/2016/679/article/35",
        "an equality impact assessment",
        "https://www.legislation.gov.uk/ukpga/2010/15/section/149",
    ] {
        assert!(reason.contains(said), "{said}: {reason}");
    }
    dpia(AssessmentStatus::Complete)(&mut own);
    let flags = asked(&app, &own).await;
    assert!(!flags[0].1.contains("UK GDPR") && flags[0].1.contains("section 149"), "{flags:?}");
    let stage = AssessmentStage::BeforeDeployment;
    own.assessments.push(Assessment::new(AssessmentType::Eqia, stage, AssessmentStatus::Complete));
    assert_eq!(asked(&app, &own).await, []);
}

#[tokio::test]
async fn what_only_the_source_does_not_say_is_not_missing() {
    let app = TestApp::new().await;
    let flags = asked(&app, &imported("Mute", "NL", |_| {})).await;
    assert_eq!(flags.len(), 1, "{flags:?}");
    assert_eq!(flags[0].0, "assessment_not_stated");
    assert!(flags[0].1.starts_with("the source does not say, and it is owed: "), "{flags:?}");
    assert!(flags[0].1.contains("(EU) 2016/679, article 35"), "{flags:?}");
    let unsure = imported("Unsure", "NL", |r| r.decision_effects.clear());
    let flags = asked(&app, &unsure).await;
    assert!(flags[0].1.starts_with("the source does not say, and it may be owed: "), "{flags:?}");
    // Neither flag where the source names the assessment.
    for status in [AssessmentStatus::Complete, AssessmentStatus::InProgress, AssessmentStatus::NotRequired] {
        let flags = asked(&app, &imported(&format!("Says {status}"), "NL", dpia(status))).await;
        assert_eq!(flags, [], "{status}");
    }
    assert_eq!(app.json("/api/v1/records?flag=assessment_not_stated").await["total"], 2);
    assert_eq!(app.json("/api/v1/records?flag=assessment_missing").await["total"], 0);
}

#[tokio::test]
async fn a_source_that_says_it_was_not_made_is_believed() {
    let app = TestApp::new().await;
    let not_made = asked(&app, &imported("Not made", "NL", dpia(AssessmentStatus::NotStarted))).await;
    let absent = imported("None", "NL", |r| {
        r.field_statements.push(FieldStatement {
            field: "assessments".into(),
            kind: StatementKind::Absent,
            reason: Some("there was no time".into()),
            ground: None,
        });
    });
    for flags in [not_made, asked(&app, &absent).await] {
        assert_eq!(flags.len(), 1, "{flags:?}");
        assert_eq!(flags[0].0, "assessment_missing");
        assert!(
            flags[0].1.starts_with("stated as not made: a data protection impact assessment"),
            "{flags:?}"
        );
    }
}

#[tokio::test]
async fn an_american_tool_owes_an_assessment_only_if_it_is_of_high_impact() {
    let app = TestApp::new().await;
    assert_eq!(asked(&app, &imported("Low", "US", impact("not_high_impact"))).await, []);
    let flags = asked(&app, &imported("High", "US", impact("high_impact"))).await;
    assert_eq!(flags.len(), 1, "{flags:?}");
    assert!(flags[0].0 == "assessment_not_stated" && flags[0].1.contains("M-25-21"), "{flags:?}");
    let said_no = imported("Said no", "US", |r| {
        impact("high_impact")(r);
        let stage = AssessmentStage::BeforeDeployment;
        r.assessments.push(Assessment::new(AssessmentType::Aiia, stage, AssessmentStatus::NotStarted));
    });
    let flags = asked(&app, &said_no).await;
    assert_eq!(flags.iter().map(|(flag, _)| flag.as_str()).collect::<Vec<_>>(), ["assessment_missing"]);
    // A state of the union follows its own laws, of which the register knows none.
    assert_eq!(asked(&app, &imported("State", "US-CA", impact("high_impact"))).await, []);
}

#[tokio::test]
async fn a_duty_that_begins_later_is_asked_for_from_its_day_on() {
    let app = TestApp::new().await;
    let scores = imported("Scores", "NL", |r| {
        use domain::codes::Technology::{MachineLearning, RiskScoring};
        r.sectors = vec![domain::codes::Sector::WelfareBenefits];
        r.technologies = vec![MachineLearning, RiskScoring];
        r.assessments = vec![];
        dpia(AssessmentStatus::Complete)(r);
    });
    assert_eq!(asked(&app, &scores).await, []);
    let at = |day: &str| format!("{day}T12:00:00Z").parse().unwrap();
    let total = async || app.json("/api/v1/records?flag=assessment_not_stated").await["total"].clone();
    store::records::maintenance::judge_due(&app.db, at("2027-12-01")).await.unwrap();
    assert_eq!(total().await, 0, "the AI Act is not yet owed");
    store::records::maintenance::judge_due(&app.db, at("2027-12-02")).await.unwrap();
    assert_eq!(total().await, 1, "the day was kept with the record");
}

/// For any content and any kind of publisher.
#[test]
fn no_british_duty_is_asked_of_a_body_elsewhere() {
    let days = ["2012-01-01", "2019-01-01", "2026-11-21", "2028-01-01"].map(|day| day.parse().unwrap());
    let places = ["NL", "US", "US-CA", "CA", "IE", "NL-GE", "FR", "NZ", "JE", "IM", "GI"];
    for seed in 0..40 {
        let mut maker = Maker::new(seed);
        let mut random = maker.record("A body");
        for place in places {
            random.jurisdiction = place.to_owned();
            for origin in Origin::ALL {
                random.origin = *origin;
                for kind in [None].into_iter().chain(OrganisationKind::ALL.iter().copied().map(Some)) {
                    for day in days {
                        let found = owed(&random, kind, day);
                        let british = found.iter().find(|one| one.duty.jurisdiction.starts_with("GB"));
                        assert_eq!(british, None, "seed {seed}, {place}, {kind:?}, {day}");
                    }
                }
            }
        }
    }
    // The same walk finds British duties at home, so it can.
    let mut home = Maker::new(1).record("A body");
    home.jurisdiction = "GB".into();
    let today: NaiveDate = now().date_naive();
    assert!(owed(&home, None, today).iter().any(|one| one.duty.id == "gb-equality"));
}

#[tokio::test]
async fn everybody_can_read_the_duties() {
    let app = TestApp::new().await;
    let rules = app.json("/api/v1/rules").await;
    let shown: Vec<&str> =
        rules["duties"].as_array().unwrap().iter().map(|duty| duty["id"].as_str().unwrap()).collect();
    assert_eq!(shown, duties().iter().map(|duty| duty.id.as_str()).collect::<Vec<_>>());
    let of = |id: &str| rules["duties"].as_array().unwrap().iter().find(|duty| duty["id"] == id).unwrap();
    let equality = of("gb-equality");
    for (member, value) in [
        ("jurisdiction", "GB"),
        ("condition", "every_tool"),
        ("owes", "assessment"),
        ("since", "2011-04-05"),
        ("strength", "law"),
        ("url", "https://www.legislation.gov.uk/ukpga/2010/15/section/149"),
    ] {
        assert_eq!(equality[member], value, "{member}");
    }
    assert_eq!(of("us-m-24-10")["until"], "2025-04-03");
    assert_eq!(of("eu-fundamental-rights")["verified"], false);

    let page = async |path: &str| app.send(Method::GET, path, &[("accept", "text/html")]).await.text;
    let (english, welsh) = (page("/rules").await, page("/cy/rules").await);
    for duty in duties() {
        assert!(english.contains(&format!("id=\"{}\"", duty.id)), "{}", duty.id);
        assert!(english.contains(&format!("href=\"{}\"", duty.url.replace('&', "&#38;"))), "{}", duty.url);
        if let Some(note) = &duty.note {
            assert!(english.contains(&note[..40]), "{note}");
        }
    }
    for said in ["Good practice", "Data protection impact assessment", "Police force, Police commissioner"] {
        assert!(english.contains(said), "{said}: {english}");
    }
    assert!(welsh.contains("<span lang=\"en\">The public sector equality duty"), "{welsh}");
    assert!(welsh.contains("Arfer da") && welsh.contains("5 Ebrill 2011"), "{welsh}");
}
