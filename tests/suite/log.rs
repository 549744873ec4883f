//! The public log: every event is entered in its order, versions can be proved, and redactions leave every proof
//! as it was.

use axum::http::{Method, StatusCode};
use domain::Record;
use domain::codes::{OrganisationKind, Phase, Role};
use serde_json::json;
use store::ground::settings;
use store::log::files::LogFiles;
use store::log::signer::Signer;
use store::log::verify::{Mismatch, compare};
use suite::{TestApp, now, record};
use transparency::{Entry, EntryKind, Evidence, Key, Node, Proof, PublicKey, check};

/// The log's entries, read from its files. Fails if anything is wrong with them.
pub(crate) async fn entries(app: &TestApp) -> Vec<(Vec<u8>, Entry)> {
    let files = LogFiles { objects: app.objects.clone(), handle: tokio::runtime::Handle::current() };
    let keys = app.signer().public().to_vec();
    let read = tokio::task::spawn_blocking(move || {
        let mut entries = Vec::new();
        let checked = check(&files, &keys, |_, bytes| {
            entries.push((bytes.to_vec(), Entry::read(bytes).unwrap()));
        });
        assert_eq!(checked.unwrap().faults, []);
        entries
    });
    read.await.unwrap()
}

/// What contradicts the log, given the entries of its files.
pub(crate) async fn mismatches(app: &TestApp, signed: &[Node]) -> Vec<Mismatch> {
    compare(&app.db, signed).await.unwrap().mismatches
}

pub(crate) async fn sign(signer: &mut Signer) -> u64 {
    let mut size = 0;
    while let Some(tree) = signer.sign_new(now()).await.unwrap() {
        size = tree.size;
    }
    size
}

/// A signed register with three records: one has two versions, one is withdrawn.
pub(crate) async fn busy() -> (TestApp, Vec<String>) {
    let app = TestApp::new().await;
    let records: Vec<Record> = ["Camera", "Letters", "Waste"].map(|name| record(name, |_| {})).to_vec();
    let ids = app.publish(&records).await;
    app.publish(&[record("Camera", |one| one.phase = Some(Phase::Retired))]).await;
    let tx = app.db.begin().await.unwrap();
    store::records::publish::withdraw(&tx, ids[2].parse().unwrap(), "It was never used", now(), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sign(&mut app.signer()).await, 5);
    (app, ids)
}

#[tokio::test]
async fn everything_that_happens_is_entered_in_its_order() {
    let (app, ids) = busy().await;
    let said: Vec<(u64, EntryKind, String, i64)> = entries(&app)
        .await
        .into_iter()
        .map(|(_, entry)| (entry.sequence, entry.kind, entry.record_id, entry.version))
        .collect();
    let id = |place: usize| ids[place].clone();
    assert_eq!(
        said,
        [
            (0, EntryKind::Published, id(0), 1),
            (1, EntryKind::Published, id(1), 1),
            (2, EntryKind::Published, id(2), 1),
            (3, EntryKind::Published, id(0), 2),
            (4, EntryKind::Withdrawn, id(2), 1),
        ]
    );
    // What is rolled back was never entered.
    let tx = app.db.begin().await.unwrap();
    store::records::publish::withdraw(&tx, ids[1].parse().unwrap(), "No", now(), now()).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(store::log::size(&app.db).await.unwrap(), 5);
    // The API gives each change's place in the log, and how much is signed.
    let changes = app.json("/api/v1/changes").await;
    let sequences: Vec<_> =
        changes["items"].as_array().unwrap().iter().map(|item| item["sequence"].clone()).collect();
    assert_eq!(sequences, [0, 1, 2, 3, 4]);
    let log = app.json("/api/v1/log").await;
    assert_eq!((&log["entries"], &log["signed"]), (&json!(5), &json!(5)));
    assert_eq!(
        (&log["checkpoint"], &log["keys"][0]),
        (&changes["checkpoint"], &json!(app.log_key.public().as_str()))
    );
    let checkpoint = app.get("/log/checkpoint").await;
    assert_eq!(checkpoint.text, log["checkpoint"].as_str().unwrap());
    assert_eq!(checkpoint.header("cache-control"), "public, no-cache");
    assert_eq!(checkpoint.header("content-type"), "text/plain; charset=utf-8");
    let tile = app.send(Method::GET, "/log/tile/0/000.p/5", &[("accept", "application/json")]).await;
    assert_eq!((tile.status, tile.header("content-length")), (StatusCode::OK, "160"));
    assert!(tile.header("cache-control").contains("immutable"), "{:?}", tile.headers);
    for path in ["/log/tile/0/000", "/log/tile/entries/001.p/1", "/log/tile/..%2fcheckpoint", "/log/tile/a/b"]
    {
        assert_eq!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_version_is_proved_by_itself() {
    let app = TestApp::new().await;
    let id = app.publish(&[record("Camera", |_| {})]).await.remove(0);
    let path = format!("/api/v1/records/{id}/versions/1/proof");
    let early = app.get(&path).await;
    assert_eq!((early.status, early.header("retry-after")), (StatusCode::NOT_FOUND, "1"));
    assert!(early.json()["type"].as_str().unwrap().ends_with("/problems/unsigned"), "{}", early.text);
    let mut signer = app.signer();
    assert_eq!(sign(&mut signer).await, 1);
    let answer = app.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.header("content-disposition").contains(&format!("{id}-1.tlog-proof")));
    let proof = Proof::read(answer.text.as_bytes()).unwrap();
    let (evidence, entry, opened) = Evidence::check(&proof, signer.public()).unwrap();
    assert_eq!((evidence.record["title"].as_str(), entry.record_id), (Some("Camera"), id.clone()));
    assert_eq!((opened.origin.as_str(), opened.tree.size), ("register.test/log", 1));
    // Later proofs come from a larger log; the earlier one stays valid.
    app.publish(&[record("Letters", |_| {})]).await;
    assert_eq!(app.get(&path).await.status, StatusCode::OK);
    sign(&mut signer).await;
    let later = Proof::read(app.get(&path).await.text.as_bytes()).unwrap();
    assert_eq!(Evidence::check(&later, signer.public()).unwrap().2.tree.size, 2);
    // A changed word, and another key.
    let mut other = evidence.clone();
    other.record.insert("title".to_owned(), "Cameras".into());
    let changed = other.proof(proof.index, proof.path.clone(), proof.checkpoint.clone());
    assert!(
        Evidence::check(&changed, signer.public()).unwrap_err().to_string().contains("not what it speaks of")
    );
    let stranger = PublicKey::read(&Key::generate("register.test/log").unwrap().1).unwrap();
    assert!(Evidence::check(&proof, &[stranger]).is_err());
    // Text falsely said to come from a redaction, and a note placed inside the record.
    let mut before = transparency::said(evidence.record.clone(), None);
    let mut forged = evidence.clone();
    forged.record.insert("title".to_owned(), "Cameras".into());
    forged.commitments.forget(&before, &forged.record).unwrap();
    let refused = |evidence: &Evidence, says: &str| {
        let proof = evidence.proof(proof.index, proof.path.clone(), proof.checkpoint.clone());
        let error = Evidence::check(&proof, signer.public()).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    };
    refused(&forged, "it shows 'title', which it does not prove");
    before.insert("version_note".to_owned(), "By order".into());
    refused(&Evidence { record: before, ..evidence.clone() }, "version_note");
    for path in [
        format!("/api/v1/records/{id}/versions/2/proof"),
        "/api/v1/records/R-0000000/versions/1/proof".to_owned(),
    ] {
        assert!(app.get(&path).await.status.is_client_error(), "{path}");
    }
}

#[tokio::test]
async fn a_redaction_leaves_every_proof_as_it_was() {
    let name = "Quillon Vexborough";
    let app = TestApp::new().await;
    let body = app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let approver = app.token("approver@northmoor.example", Role::Approver, Some(&body)).await;
    let records: Vec<Record> = (0..1_000)
        .map(|n| {
            record(&format!("Tool {n}"), |one| {
                if n % 100 == 7 {
                    one.description = Some(format!("Ask {name} about number {n}."));
                }
            })
        })
        .collect();
    let ids = app.publish(&records).await;
    let mut signer = app.signer();
    sign(&mut signer).await;
    let mut proofs = Vec::with_capacity(ids.len());
    for id in &ids {
        proofs.push(app.get(&format!("/api/v1/records/{id}/versions/1/proof")).await.text);
    }
    let before = app.json(&format!("/api/v1/records/{}/versions/1", ids[7])).await;
    for (n, id) in ids.iter().enumerate().filter(|(n, _)| n % 100 == 7) {
        let path = format!("/api/v1/records/{id}/redactions");
        let asked = json!({ "words": name, "ground": "foia_40", "reason": format!("A name of staff, {n}") });
        let asked = app.call(Method::POST, &path, &admin, None, asked).await;
        assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
        let decide = format!("{path}/{}/carry-out", asked.json()["id"].as_str().unwrap());
        let done = app.call(Method::POST, &decide, &approver, None, json!(null)).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    }
    sign(&mut signer).await;
    // Every kept proof, all thousand of them, still proves what was said.
    for proof in &proofs {
        let proof = Proof::read(proof.as_bytes()).unwrap();
        Evidence::check(&proof, signer.public()).unwrap();
    }
    // What is left is proved too, by the same hash.
    let after = app.json(&format!("/api/v1/records/{}/versions/1", ids[7])).await;
    assert_eq!(after["content_sha256"], before["content_sha256"]);
    assert!(
        after["commitments"]["seed"].is_null() && after["commitments"]["gone"]["/description"].is_string()
    );
    for id in &ids {
        let proof = app.get(&format!("/api/v1/records/{id}/versions/1/proof")).await.text;
        assert!(!proof.contains(name));
        let (evidence, ..) =
            Evidence::check(&Proof::read(proof.as_bytes()).unwrap(), signer.public()).unwrap();
        assert!(!serde_json::to_string(&evidence).unwrap().contains(name));
    }
    let log = entries(&app).await;
    let redacted: Vec<&Entry> =
        log.iter().map(|(_, entry)| entry).filter(|entry| entry.kind == EntryKind::Redacted).collect();
    assert_eq!((log.len(), redacted.len()), (1_010, 10));
    assert_eq!(redacted[0].record_id, ids[7]);
    assert!(redacted[0].statement_sha256.is_some());
    let signed: Vec<Node> = log.iter().map(|(bytes, _)| Node::of(bytes)).collect();
    assert_eq!(mismatches(&app, &signed).await, []);
    // Nor can the redaction itself be rewritten.
    store::ground::raw::execute(
        &app.db,
        "UPDATE redactions SET reason = 'A name of nobody' WHERE id = (SELECT min(id) FROM redactions)",
    )
    .await
    .unwrap();
    let found = mismatches(&app, &signed).await;
    assert_eq!(found.iter().map(|one| one.table).collect::<Vec<_>>(), ["redactions"]);
    assert_eq!(settings::read(&app.db, settings::SIGNING_REFUSED).await.unwrap(), None);
}
