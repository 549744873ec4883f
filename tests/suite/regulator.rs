//! What only regulators may read, and the trail that reading leaves.

use axum::http::{Method, StatusCode};
use domain::authorisation::Remit;
use domain::codes::{AssessmentType, OrganisationKind, Role, Sector};
use serde_json::{Value, json};

use crate::submissions::{Council, ready};

/// The smallest file that counts as a PDF.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF canary-bytes";

async fn upload(council: &Council, name: &str, kind: &str, bytes: &[u8]) -> suite::Answer {
    let bearer = format!("Bearer {}", council.writer);
    let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
    let path = format!("/api/v1/documents?name={name}");
    council.app.send_body(Method::POST, &path, &headers, bytes.to_vec()).await
}

async fn sealed(council: &Council, visibility: &str) -> (String, String, String) {
    let kept = upload(council, "dpia.pdf", "application/pdf", PDF).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text);
    let sha256 = kept.json()["sha256"].as_str().unwrap().to_owned();
    let mut body = ready("Pupil camera");
    body["record"]["assessments"] = json!([{
        "type": "dpia", "stage": "before_deployment", "status": "complete", "visibility": visibility,
        "summary": "canary-summary", "withheld_ground": "foia_31",
        "document": { "sha256": sha256, "media_type": "application/pdf", "bytes": PDF.len() },
    }]);
    let (record, _) = council.publish(body).await;
    let shown = council.app.json(&format!("/api/v1/records/{record}")).await;
    let assessment = shown["assessments"][0]["id"].as_str().unwrap().to_owned();
    (record, assessment, sha256)
}

#[tokio::test]
async fn a_regulator_reads_what_is_in_its_remit_and_every_read_is_noted() {
    let council = Council::new().await;
    let body = council.app.organisation("Schools Inspectorate", OrganisationKind::Regulator).await;
    let remit = Remit { sectors: vec![Sector::Schools], assessment_types: vec![AssessmentType::Dpia] };
    let inside = council.app.token_with("a@inspectorate.example", Role::Regulator, Some(&body), remit).await;
    let other = council.app.organisation("Police Inspectorate", OrganisationKind::Regulator).await;
    let remit = Remit { sectors: vec![Sector::Policing], assessment_types: Vec::new() };
    let outside = council.app.token_with("b@police.example", Role::Regulator, Some(&other), remit).await;
    let (record, assessment, sha256) = sealed(&council, "regulator_only").await;
    let get =
        async |path: &str, token: &str| council.app.call(Method::GET, path, token, None, Value::Null).await;

    let list = get("/api/v1/regulator/assessments", &inside).await;
    assert_eq!(list.json()["total"], 1);
    assert_eq!(list.json()["items"][0]["assessment"]["summary"], "canary-summary");
    assert_eq!(list.header("cache-control"), "private, no-store");
    assert_eq!(get("/api/v1/regulator/assessments", &outside).await.json()["total"], 0);
    let path = format!("/api/v1/regulator/assessments/{assessment}");
    assert_eq!(get(&path, &inside).await.json()["record_id"], record.as_str());
    let unknown = get("/api/v1/regulator/assessments/00000000-0000-7000-8000-000000000000", &outside).await;
    let hidden = get(&path, &outside).await;
    assert_eq!((hidden.status, unknown.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    let nothing = "00000000-0000-7000-8000-000000000000";
    assert_eq!(hidden.text.replace(&assessment, "ID"), unknown.text.replace(nothing, "ID"));
    assert_eq!(get(&path, &council.approver).await.status, StatusCode::FORBIDDEN);

    let document = get(&format!("{path}/document"), &inside).await;
    assert_eq!(document.text.as_bytes(), PDF);
    assert_eq!(document.header("content-disposition"), "attachment; filename*=UTF-8''dpia%2Epdf");
    assert_eq!(document.header("x-content-type-options"), "nosniff");
    assert_eq!(get(&format!("{path}/document"), &outside).await.status, StatusCode::NOT_FOUND);
    let public = council.app.get(&format!("/api/v1/documents/{sha256}")).await;
    assert_eq!(public.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&format!("/api/v1/documents/{sha256}"), &council.writer).await.status, StatusCode::OK);
    assert_eq!(get(&format!("/api/v1/documents/{sha256}"), &outside).await.status, StatusCode::NOT_FOUND);

    let receipt = format!("{path}/receipt");
    let note = json!({ "note": "We have it" });
    let left = council.app.call(Method::POST, &receipt, &inside, None, note).await;
    assert_eq!(left.status, StatusCode::CREATED, "{}", left.text);
    let again = council.app.call(Method::POST, &receipt, &inside, None, json!({ "note": "other" })).await;
    assert_eq!(again.json(), left.json());
    assert_eq!(get(&path, &inside).await.json()["receipt"]["note"], "We have it");

    // The owner sees who read it.
    let audit = get("/api/v1/audit", &council.approver).await;
    assert_eq!(audit.status, StatusCode::OK, "{}", audit.text);
    let audit = audit.json();
    let reads: Vec<&str> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["action"].as_str().filter(|action| action.starts_with("sealed.")))
        .collect();
    assert_eq!(
        reads,
        ["sealed.read", "sealed.receipt", "sealed.receipt", "sealed.download", "sealed.read", "sealed.read"]
    );
}

#[tokio::test]
async fn a_public_document_is_read_by_everybody_once_it_is_published() {
    let council = Council::new().await;
    let (record, _, sha256) = sealed(&council, "public").await;
    let path = format!("/api/v1/documents/{sha256}");
    let document = council.app.get(&path).await;
    assert_eq!((document.status, document.text.as_bytes()), (StatusCode::OK, PDF));
    let withdraw = format!("/api/v1/records/{record}/withdraw");
    let why = json!({ "reason": "gone" });
    council.app.call(Method::POST, &withdraw, &council.approver, Some("\"1\""), why).await;
    assert_eq!(council.app.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_document_is_what_it_says_it_is() {
    let council = Council::new().await;
    for (name, kind, bytes, status) in [
        ("dpia.pdf", "application/pdf", PDF, 201),
        ("notes.txt", "text/plain", &b"plain words"[..], 201),
        ("dpia.pdf", "application/pdf", b"<html><script>alert(1)</script>", 415),
        ("dpia.pdf", "text/plain", PDF, 415),
        ("dpia.exe", "application/octet-stream", b"MZ", 415),
        ("dpia.docx", "application/octet-stream", PDF, 415),
        ("notes.txt", "text/plain", b"a\0b", 415),
        ("empty.txt", "text/plain", b"", 415),
        ("..%2F..%2Fetc%2Fpasswd.txt", "text/plain", b"x", 400),
        ("a%5Cb.txt", "text/plain", b"x", 400),
        (".hidden.txt", "text/plain", b"x", 400),
        ("a%E2%80%AEtxt.pdf", "application/pdf", PDF, 400),
        ("", "text/plain", b"x", 400),
    ] {
        let answer = upload(&council, name, kind, bytes).await;
        assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.text);
    }
    let long = vec![b'x'; (20 << 20) + 1];
    assert_eq!(upload(&council, "long.txt", "text/plain", &long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut body = ready("Camera");
    body["record"]["assessments"] = json!([{
        "type": "dpia", "stage": "screening", "status": "complete", "document": { "sha256": "0".repeat(64) },
    }]);
    let answer = council.app.call(Method::POST, "/api/v1/submissions", &council.writer, None, body).await;
    assert_eq!(answer.json()["errors"][0]["code"], "unknown-document", "{}", answer.text);
}
