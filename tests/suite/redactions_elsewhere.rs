//! What was redacted does not stay in what people wrote about a record, in the audit trail, in the names of files
//! or in documents: both people are told where it stands, and it goes with the same redaction.

use axum::http::{Method, StatusCode};
use domain::codes::Role;
use serde_json::{Value, json};
use suite::{Answer, record};

use crate::submissions::{Council, ready};

/// The name to remove.
const NAME: &str = "Quillon Vexborough";

async fn call(council: &Council, method: Method, path: &str, token: &str, body: Value) -> Answer {
    council.app.call(method, path, token, None, body).await
}

async fn upload(council: &Council, name: &str, bytes: &str) -> Answer {
    let bearer = format!("Bearer {}", council.writer);
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "text/plain"),
        ("idempotency-key", "the upload"),
    ];
    let path = format!("/api/v1/documents?name={name}");
    council.app.send_body(Method::POST, &path, &headers, bytes.as_bytes().to_vec()).await
}

fn assessment(sha256: &str, visibility: &str) -> Value {
    json!([{
        "type": "dpia", "stage": "before_deployment", "status": "complete", "visibility": visibility,
        "withheld_ground": "foia_40", "document": { "sha256": sha256, "media_type": "text/plain", "bytes": 1 },
    }])
}

/// Publishes a record after a review that gives `reason` for asking for changes. Returns the ids of record and
/// submission.
async fn reviewed(council: &Council, body: Value, reason: &str) -> (String, String) {
    let (path, mut etag) = council.begin(body).await;
    for (action, token) in [
        ("submit", &council.writer),
        ("request-changes", &council.approver),
        ("submit", &council.writer),
        ("approve", &council.approver),
        ("publish", &council.approver),
    ] {
        let why = if action == "request-changes" { json!({ "reason": reason }) } else { Value::Null };
        let answer =
            council.app.call(Method::POST, &format!("{path}/{action}"), token, Some(&etag), why).await;
        assert_eq!(answer.status, StatusCode::OK, "{action}: {}", answer.text);
        etag = answer.header("etag").to_owned();
        if action == "publish" {
            let record = answer.json()["record_id"].as_str().unwrap().to_owned();
            return (record, path.rsplit('/').next().unwrap().to_owned());
        }
    }
    unreachable!("the last step returns")
}

/// What `elsewhere` of an answer says.
fn elsewhere(view: &Value) -> Vec<(String, String, bool)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = view["elsewhere"].as_array().unwrap().iter();
    list.map(|one| (text(&one["kind"]), text(&one["id"]), one["goes"].as_bool().unwrap())).collect()
}

fn found(view: &Value, kind: &str) -> Vec<(String, bool)> {
    elsewhere(view).into_iter().filter(|one| one.0 == kind).map(|(_, id, goes)| (id, goes)).collect()
}

async fn carry_out(council: &Council, record: &str, asked: &Value) -> Answer {
    let id = asked["id"].as_str().unwrap();
    let path = format!("/api/v1/records/{record}/redactions/{id}/carry-out");
    call(council, Method::POST, &path, &council.approver, Value::Null).await
}

#[tokio::test]
async fn reasons_file_names_and_documents_are_named_and_go_with_it() {
    let council = Council::new().await;
    let admin = council.app.token("admin@register.example", Role::Admin, None).await;
    let kept = upload(&council, "dpia-quillon-vexborough.txt", &format!("{NAME} wrote this.")).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text);
    let sha256 = kept.json()["sha256"].as_str().unwrap().to_owned();
    let document = format!("/api/v1/documents/{sha256}");
    let mut body = ready("Camera");
    body["record"]["description"] = format!("Ask {NAME}.").into();
    body["record"]["assessments"] = assessment(&sha256, "public");
    body["note"] = format!("By {NAME}").into();
    let (id, submission) = reviewed(&council, body, &format!("{NAME} must not be named")).await;
    // Another record of the body has the name too, and a reason about it.
    let mut other = ready("Another");
    other["record"]["description"] = format!("Also by {NAME}.").into();
    let (other, other_submission) = reviewed(&council, other, &format!("ask {NAME}")).await;
    assert_eq!(council.app.get(&document).await.status, StatusCode::OK);

    let path = format!("/api/v1/records/{id}/redactions");
    let body = json!({ "words": NAME, "ground": "foia_40", "reason": "A name of staff" });
    let asked = call(&council, Method::POST, &path, &council.writer, body.clone()).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    let view = asked.json();
    assert_eq!(found(&view, "note"), [("1".to_owned(), true)]);
    assert_eq!(found(&view, "submission"), [(submission.clone(), true)]);
    let mut lines = found(&view, "audit");
    lines.sort();
    let mut expected = [
        (format!("document/{sha256}"), true),
        (format!("submission/{submission}"), true),
        (format!("submission/{other_submission}"), false),
    ];
    expected.sort();
    assert_eq!(lines, expected);
    assert_eq!(found(&view, "file-name"), [(sha256.clone(), true)]);
    assert_eq!(found(&view, "document"), [(sha256.clone(), false)], "a document goes only if it is named");
    assert_eq!(found(&view, "record"), [(other.clone(), false)]);

    // Asked again with the document, it takes the place of the first request, and the second person sees the same.
    let mut with = body.clone();
    with["documents"] = json!(["0".repeat(64)]);
    let unknown = call(&council, Method::POST, &path, &council.writer, with.clone()).await;
    assert_eq!(
        (unknown.status, &unknown.json()["errors"][0]["pointer"]),
        (StatusCode::BAD_REQUEST, &json!("/documents/0"))
    );
    with["documents"] = json!([sha256]);
    let asked = call(&council, Method::POST, &path, &council.writer, with).await.json();
    assert_eq!(found(&asked, "document"), [(sha256.clone(), true)]);
    let waiting =
        call(&council, Method::GET, "/api/v1/redactions", &council.approver, Value::Null).await.json();
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1, "{waiting}");
    let shown = &waiting["items"][0];
    assert_eq!((&shown["id"], &shown["documents"]), (&asked["id"], &json!([sha256])));
    assert_eq!(elsewhere(shown), elsewhere(&asked));
    // What only the body itself may know of is not shown to others.
    let others = call(&council, Method::GET, "/api/v1/redactions", &admin, Value::Null).await.json();
    assert_eq!(found(&others["items"][0], "submission"), []);
    assert_eq!(found(&others["items"][0], "file-name").len(), 1);

    let done = carry_out(&council, &id, &asked).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    // What still has the words is named: nothing of this record.
    assert_eq!(
        elsewhere(&done.json()),
        [
            ("audit".to_owned(), format!("submission/{other_submission}"), false),
            ("record".to_owned(), other.clone(), false),
        ]
    );
    for token in [&council.writer, &council.approver, &admin] {
        for kind in ["submission", "document", "record"] {
            let path = format!("/api/v1/audit?kind={kind}");
            let answer = call(&council, Method::GET, &path, token, Value::Null).await;
            let about_it = answer.text.to_lowercase().matches("vexborough").count();
            assert!(about_it <= 1, "only the reason about the other record may be left: {}", answer.text);
        }
    }
    let trail = call(&council, Method::GET, "/api/v1/audit?limit=100", &admin, Value::Null).await.text;
    assert!(trail.contains("[redacted] must not be named") && trail.contains("[redacted].txt"), "{trail}");
    let gone = council.app.get(&document).await;
    assert_eq!((gone.status, &gone.json()["type"]), (StatusCode::GONE, &json!("/problems/redacted")));
    assert!(gone.json()["detail"].as_str().unwrap().contains("A name of staff"), "{}", gone.text);
    let own = call(&council, Method::GET, &document, &council.writer, Value::Null).await;
    assert_eq!(own.status, StatusCode::GONE);
    assert_eq!(council.app.objects.get(&sha256).await.unwrap(), None, "its bytes are deleted");
    let again = upload(&council, "other.txt", &format!("{NAME} wrote this.")).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
    assert_eq!(council.app.objects.get(&sha256).await.unwrap(), None, "nor do they come back");
    // Nothing else may change the trail, and nothing but words may change in it.
    for change in ["reason = 'x'", "reason = '[redacted]'", "action = 'x'"] {
        let sql = format!("UPDATE audit_entries SET {change}");
        assert!(store::ground::raw::execute(&council.app.db, &sql).await.is_err(), "{change}");
    }
    // The other record has a redaction of its own.
    let path = format!("/api/v1/records/{other}/redactions");
    let asked = call(&council, Method::POST, &path, &council.writer, body).await.json();
    let done = carry_out(&council, &other, &asked).await;
    assert_eq!((done.status, elsewhere(&done.json())), (StatusCode::OK, Vec::new()), "{}", done.text);
    let trail = call(&council, Method::GET, "/api/v1/audit?limit=100", &admin, Value::Null).await.text;
    assert!(!trail.to_lowercase().contains("vexborough"), "{trail}");
}

#[tokio::test]
async fn words_that_stand_only_beside_the_record_can_go_too() {
    let council = Council::new().await;
    let kept = upload(&council, "Vexborough_dpia.txt", "Nothing here.").await;
    let sha256 = kept.json()["sha256"].as_str().unwrap().to_owned();
    let mut body = ready("Camera");
    body["record"]["assessments"] = assessment(&sha256, "public");
    body["note"] = "Vexborough wrote it".into();
    let (id, _) = council.publish(body).await;
    let before = council.app.json(&format!("/api/v1/records/{id}")).await;
    let path = format!("/api/v1/records/{id}/redactions");
    let body = |words: &str| json!({ "words": words, "ground": "foia_40", "reason": "A name" });
    let nowhere = call(&council, Method::POST, &path, &council.writer, body("Thrawnborough")).await;
    assert_eq!(nowhere.json()["errors"][0]["code"], "not-there");
    let asked = call(&council, Method::POST, &path, &council.writer, body("Vexborough")).await;
    assert_eq!((asked.status, &asked.json()["places"]), (StatusCode::CREATED, &json!([])), "{}", asked.text);
    assert_eq!(found(&asked.json(), "file-name"), [(sha256.clone(), true)]);
    let done = carry_out(&council, &id, &asked.json()).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let document = council.app.get(&format!("/api/v1/documents/{sha256}")).await;
    assert_eq!(document.text, "Nothing here.");
    let name = document.header("content-disposition").to_owned();
    assert!(name.ends_with("%5Bredacted%5D%2Etxt"), "{name}");
    // The upload sent again acts no second time, and its answer does not say the name any more.
    let again = upload(&council, "Vexborough_dpia.txt", "Nothing here.").await;
    assert!(again.text.contains("forgotten") && !again.text.contains("Vexborough"), "{}", again.text);
    let versions = council.app.get(&format!("/api/v1/records/{id}/versions")).await;
    assert!(versions.text.contains("[redacted] wrote it") && !versions.text.contains("Vexborough"));
    // The note was public and is in the log: what is left is stated, and the redaction is listed.
    assert_eq!(council.app.json(&path).await["items"].as_array().unwrap().len(), 1);
    let after = council.app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(after["title"], before["title"]);
    let changes = council.app.json("/api/v1/changes?after=0").await;
    assert!(changes["items"].as_array().unwrap().iter().any(|one| one["kind"] == "redacted"), "{changes}");
    let feed = council.app.get("/changes.atom").await.text;
    assert!(feed.contains("what is kept beside the record: A name"), "{feed}");
}

#[tokio::test]
async fn words_only_in_a_sealed_text_leave_no_mark_beside_it() {
    let council = Council::new().await;
    let mut body = ready("Camera");
    body["record"]["assessments"] = json!([{
        "type": "dpia", "stage": "before_deployment", "status": "complete", "visibility": "regulator_only",
        "withheld_ground": "foia_40", "summary": format!("{NAME} is at risk"),
    }]);
    body["note"] = format!("{NAME} wrote it").into();
    let (id, _) = council.publish(body).await;
    let path = format!("/api/v1/records/{id}/redactions");
    let body = json!({ "words": NAME, "ground": "foia_40", "reason": "A name" });
    let asked = call(&council, Method::POST, &path, &council.writer, body).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    assert_eq!(found(&asked.json(), "note"), [("1".to_owned(), false)], "it would tell what is sealed");
    let done = carry_out(&council, &id, &asked.json()).await;
    assert_eq!(found(&done.json(), "note"), [("1".to_owned(), false)], "and it is named as what is left");
    let versions = council.app.get(&format!("/api/v1/records/{id}/versions")).await;
    assert!(versions.text.contains(NAME), "{}", versions.text);
    assert_eq!(council.app.json(&path).await["items"], json!([]));
}

#[tokio::test]
async fn the_same_document_of_another_record_stays_public() {
    let council = Council::new().await;
    let kept = upload(&council, "dpia.txt", &format!("{NAME} wrote this.")).await;
    let sha256 = kept.json()["sha256"].as_str().unwrap().to_owned();
    let mut first = ready("Camera");
    first["record"]["assessments"] = assessment(&sha256, "public");
    let (id, _) = council.publish(first).await;
    // Another body uploaded the same bytes, and shows them in a record of its own.
    let harbour =
        council.app.organisation("Harbour Board", domain::codes::OrganisationKind::LocalAuthority).await;
    let theirs = council.app.token("w@harbour.example", Role::Contributor, Some(&harbour)).await;
    let approver = council.app.token("a@harbour.example", Role::Approver, Some(&harbour)).await;
    let other = Council {
        id: harbour,
        writer: theirs,
        colleague: council.colleague.clone(),
        approver,
        app: council.app,
    };
    assert_eq!(upload(&other, "ours.txt", &format!("{NAME} wrote this.")).await.status, StatusCode::CREATED);
    let mut second = ready("Harbour camera");
    second["record"]["assessments"] = assessment(&sha256, "public");
    other.publish(second).await;
    let council = Council { writer: council.writer, approver: council.approver, ..other };
    let path = format!("/api/v1/records/{id}/redactions");
    let body = json!({ "words": NAME, "documents": [sha256], "ground": "foia_40", "reason": "A name" });
    let asked = call(&council, Method::POST, &path, &council.writer, body).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    assert_eq!(carry_out(&council, &id, &asked.json()).await.status, StatusCode::OK);
    let document = council.app.get(&format!("/api/v1/documents/{sha256}")).await;
    assert_eq!(document.status, StatusCode::OK, "the other body still shows its own");
    assert!(
        document.header("content-disposition").ends_with("ours%2Etxt"),
        "{}",
        document.header("content-disposition")
    );
}

#[tokio::test]
async fn a_product_goes_although_the_name_of_another_begins_with_its_own() {
    let council = Council::new().await;
    let with = |title: &str, product: &str| {
        let mut body = ready(title);
        body["record"]["supplier_involvement"] =
            json!([{ "supplier": { "name": "Acme Ltd" }, "product": product }]);
        body
    };
    let (id, _) = council.publish(with("Camera", "Vexscan")).await;
    council.publish(with("Another", "Vexscan Pro")).await;
    let path = format!("/api/v1/records/{id}/redactions");
    let body = json!({ "pointer": "/supplier_involvement/0/product", "ground": "foia_43", "reason": "A trade secret" });
    let asked = call(&council, Method::POST, &path, &council.writer, body).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    assert_eq!(carry_out(&council, &id, &asked.json()).await.status, StatusCode::OK);
    let products = council.app.json("/api/v1/products").await;
    let names: Vec<&str> = products["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["product"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Vexscan Pro"]);
    // A record without any of this is left alone.
    council.app.publish(&[record("Plain", |_| {})]).await;
}
