//! What only a regulator may read cannot be inferred from anything public.

use domain::assessment::Assessment;
use domain::codes::{AssessmentStage, AssessmentStatus, AssessmentType, Visibility};
use suite::{TestApp, record};

/// A register whose only difference to another is what is sealed.
async fn world(secret: &str) -> (TestApp, String) {
    let app = TestApp::new().await;
    let sealed = record("Camera", |r| {
        let mut assessment = Assessment::new(
            AssessmentType::Dpia,
            AssessmentStage::BeforeDeployment,
            AssessmentStatus::Complete,
        );
        assessment.visibility = Some(Visibility::RegulatorOnly);
        assessment.summary = Some(format!("{secret} is the finding"));
        assessment.residual_risk = Some(secret.to_owned());
        r.assessments = vec![assessment];
    });
    let id = app.publish(&[sealed]).await.remove(0);
    (app, id)
}

#[tokio::test]
async fn two_worlds_that_differ_in_sealed_text_answer_alike() {
    let (first, id) = world("canary-one").await;
    let (second, other) = world("canary-two-longer").await;
    assert_eq!(id, other);
    let assessment =
        first.json("/api/v1/assessments").await["items"][0]["assessment"]["id"].as_str().unwrap().to_owned();
    for path in [
        "/api/v1/records?facets=all".to_owned(),
        "/api/v1/records?q=canary".to_owned(),
        "/api/v1/records?q=finding".to_owned(),
        format!("/api/v1/records/{id}"),
        format!("/api/v1/records/{id}/versions"),
        format!("/api/v1/records/{id}/versions/1"),
        format!("/api/v1/records/{id}/diff"),
        "/api/v1/records.csv".to_owned(),
        "/api/v1/records.ndjson".to_owned(),
        "/api/v1/assessments".to_owned(),
        format!("/api/v1/assessments/{assessment}"),
    ] {
        let (one, two) = (first.get(&path).await, second.get(&path).await);
        assert_eq!(one.text, two.text, "{path}");
        assert_eq!(one.header("etag"), two.header("etag"), "{path}");
        assert!(!one.text.contains("canary"), "{path}");
    }
}

#[tokio::test]
async fn that_a_sealed_assessment_exists_is_public() {
    let (app, id) = world("canary").await;
    let assessment = app.json(&format!("/api/v1/records/{id}")).await["assessments"][0].clone();
    assert_eq!((&assessment["type"], &assessment["status"]), (&"dpia".into(), &"complete".into()));
    assert!(assessment["summary"].is_null() && assessment["residual_risk"].is_null());
}
