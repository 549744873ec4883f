//! The public log: every event is entered and signed, versions can be proved, and every kind of tampering is
//! found.

use axum::http::{Method, StatusCode};
use domain::Record;
use domain::codes::{OrganisationKind, Phase, Role};
use serde_json::json;
use store::ground::settings;
use store::log::files::LogFiles;
use store::log::signer::{SignError, Signer};
use store::log::still::Signing;
use store::log::verify::{Mismatch, compare};
use suite::witness::Witness;
use suite::{TestApp, now, record, unguard};
use transparency::{
    Entry, EntryKind, Evidence, Held, Key, LogError, Node, Proof, PublicKey, Tree, check, open, witnesses,
};

/// The log's entries, read from its files. Fails if anything is wrong with them.
async fn entries(app: &TestApp) -> Vec<(Vec<u8>, Entry)> {
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
async fn mismatches(app: &TestApp, signed: &[Node]) -> Vec<Mismatch> {
    compare(&app.db, signed).await.unwrap().mismatches
}

async fn sign(signer: &mut Signer) -> u64 {
    let mut size = 0;
    while let Some(tree) = signer.sign_new(now()).await.unwrap() {
        size = tree.size;
    }
    size
}

/// A signed register with three records: one has two versions, one is withdrawn.
async fn busy() -> (TestApp, Vec<String>) {
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
async fn what_is_rewritten_in_the_database_is_named() {
    let (app, ids) = busy().await;
    let signed: Vec<Node> = entries(&app).await.iter().map(|(bytes, _)| Node::of(bytes)).collect();
    assert_eq!(mismatches(&app, &signed).await, []);
    unguard(&app.db).await;
    let first = ids[0].as_str();
    let seq = format!("(SELECT seq FROM records WHERE id = '{first}')");
    // SQL that tampers, the table and row that must be named, and SQL that undoes it.
    let done: Vec<(String, &str, String, String)> = vec![
        (
            format!("UPDATE record_versions SET content = replace(content, 'Camera', 'Gamera') WHERE record_seq = {seq} AND number = 1"),
            "record_versions",
            format!("{first} version 1"),
            format!("UPDATE record_versions SET content = replace(content, 'Gamera', 'Camera') WHERE record_seq = {seq} AND number = 1"),
        ),
        (
            format!("UPDATE record_versions SET note = 'Put right' WHERE record_seq = {seq} AND number = 2"),
            "record_versions",
            format!("{first} version 2"),
            format!("UPDATE record_versions SET note = NULL WHERE record_seq = {seq} AND number = 2"),
        ),
        (
            format!("UPDATE record_versions SET published_at = published_at - 1 WHERE record_seq = {seq} AND number = 1"),
            "record_versions",
            format!("{first} version 1"),
            format!("UPDATE record_versions SET published_at = published_at + 1 WHERE record_seq = {seq} AND number = 1"),
        ),
        (
            format!("UPDATE records SET withdrawn_reason = 'It was banned' WHERE id = '{}'", ids[2]),
            "records",
            ids[2].clone(),
            format!("UPDATE records SET withdrawn_reason = 'It was never used' WHERE id = '{}'", ids[2]),
        ),
        (
            format!("UPDATE records SET state = 'published' WHERE id = '{}'", ids[2]),
            "records",
            ids[2].clone(),
            format!("UPDATE records SET state = 'withdrawn' WHERE id = '{}'", ids[2]),
        ),
        (
            format!("UPDATE records SET version = 1 WHERE id = '{first}'"),
            "records",
            first.to_owned(),
            format!("UPDATE records SET version = 2 WHERE id = '{first}'"),
        ),
        (
            "UPDATE events SET at = at + 1 WHERE change = (SELECT change FROM log_entries WHERE sequence = 1)".to_owned(),
            "events",
            "2".to_owned(),
            "UPDATE events SET at = at - 1 WHERE change = (SELECT change FROM log_entries WHERE sequence = 1)".to_owned(),
        ),
        (
            "UPDATE log_entries SET entry = replace(entry, 'published', 'withdrawn') WHERE sequence = 1".to_owned(),
            "log_entries",
            "1".to_owned(),
            "UPDATE log_entries SET entry = replace(entry, 'withdrawn', 'published') WHERE sequence = 1".to_owned(),
        ),
        (
            "UPDATE log_entries SET sequence = 50 WHERE sequence = 4".to_owned(),
            "log_entries",
            "4".to_owned(),
            "UPDATE log_entries SET sequence = 4 WHERE sequence = 50".to_owned(),
        ),
        (
            format!("UPDATE records SET withdrawn_at = withdrawn_at - 1000000 WHERE id = '{}'", ids[2]),
            "records",
            ids[2].clone(),
            format!("UPDATE records SET withdrawn_at = withdrawn_at + 1000000 WHERE id = '{}'", ids[2]),
        ),
        (
            format!("UPDATE records SET first_published_at = first_published_at - 1 WHERE id = '{first}'"),
            "records",
            first.to_owned(),
            format!("UPDATE records SET first_published_at = first_published_at + 1 WHERE id = '{first}'"),
        ),
        (
            format!(
                "INSERT INTO redactions (id, record_id, ground, reason, state, asked_by, asked_at, places) VALUES \
                 ('x', '{first}', 'foia_40', 'Court order', 'done', 'x', 0, '[1]')"
            ),
            "redactions",
            "x".to_owned(),
            "DELETE FROM redactions WHERE id = 'x'".to_owned(),
        ),
        // Two entries swapped.
        (
            "UPDATE log_entries SET change = -1 WHERE sequence = 0; UPDATE log_entries SET change = 1 WHERE sequence = 1; \
             UPDATE log_entries SET change = 2 WHERE sequence = 0"
                .to_owned(),
            "events",
            "2".to_owned(),
            "UPDATE log_entries SET change = -1 WHERE sequence = 0; UPDATE log_entries SET change = 2 WHERE sequence = 1; \
             UPDATE log_entries SET change = 1 WHERE sequence = 0"
                .to_owned(),
        ),
        // A version that nothing published.
        (
            format!(
                "INSERT INTO record_versions (record_seq, number, change, published_at, content, content_sha256) \
                 SELECT record_seq, 9, 900, published_at, content, content_sha256 FROM record_versions \
                 WHERE record_seq = {seq} AND number = 1"
            ),
            "record_versions",
            format!("{first} version 9"),
            "DELETE FROM record_versions WHERE number = 9".to_owned(),
        ),
        // An event outside the log.
        (
            format!("INSERT INTO events (change, at, kind, record_seq, version) VALUES (700, 0, 'published', {seq}, 2)"),
            "events",
            "700".to_owned(),
            "DELETE FROM events WHERE change = 700".to_owned(),
        ),
    ];
    for (statement, table, row, undo) in &done {
        store::ground::raw::execute(&app.db, statement).await.unwrap();
        let found = mismatches(&app, &signed).await;
        assert!(
            found.iter().any(|one| one.table == *table && one.row == *row),
            "{statement}: {table} {row} is not among {found:?}"
        );
        store::ground::raw::execute(&app.db, undo).await.unwrap();
        assert_eq!(mismatches(&app, &signed).await, [], "{undo}");
    }
    // A field falsely marked as removed by a redaction, with the title changed as well.
    let entry = store::log::of_change(&app.db, 1).await.unwrap().unwrap();
    let mut commitments = entry.commitments().unwrap();
    let version = app.json(&format!("/api/v1/records/{first}/versions/1")).await;
    let before = transparency::said(version["record"].as_object().unwrap().clone(), version["note"].as_str());
    let mut after = before.clone();
    after.insert("title".to_owned(), "Gamera".into());
    commitments.forget(&before, &after).unwrap();
    let forged = serde_json::to_string(&commitments).unwrap();
    for statement in [
        format!("UPDATE log_entries SET commitments = '{forged}' WHERE sequence = 0"),
        format!(
            "UPDATE record_versions SET content = replace(content, '\"title\":\"Camera\"', '\"title\":\"Gamera\"') WHERE record_seq = {seq} AND number = 1"
        ),
    ] {
        store::ground::raw::execute(&app.db, &statement).await.unwrap();
    }
    let found = mismatches(&app, &signed).await;
    assert_eq!(found[0].row, format!("{first} version 1"), "{found:?}");
    assert!(found[0].reason.contains("no redaction in the log says so"), "{found:?}");
    for statement in [
        format!("UPDATE log_entries SET commitments = '{}' WHERE sequence = 0", entry.commitments),
        format!(
            "UPDATE record_versions SET content = replace(content, 'Gamera', 'Camera') WHERE record_seq = {seq} AND number = 1"
        ),
    ] {
        store::ground::raw::execute(&app.db, &statement).await.unwrap();
    }
    // Two publications swapped everywhere.
    let swap = |from: &str, to: &str| {
        [("events", "change"), ("log_entries", "change"), ("record_versions", "change")]
            .map(|(table, column)| format!("UPDATE {table} SET {column} = {to} WHERE {column} = {from}"))
    };
    let all: Vec<String> = [swap("1", "-1"), swap("2", "1"), swap("-1", "2")].into_iter().flatten().collect();
    for statement in &all {
        store::ground::raw::execute(&app.db, statement).await.unwrap();
    }
    let found = mismatches(&app, &signed).await;
    assert!(found.iter().any(|one| one.reason.contains("their order was changed")), "{found:?}");
    for statement in &all {
        store::ground::raw::execute(&app.db, statement).await.unwrap();
    }
    assert_eq!(mismatches(&app, &signed).await, []);
    // The log starts at 0.
    let before_all = "INSERT INTO log_entries VALUES (-5, 50000, '{}', '{}')";
    assert!(store::ground::raw::execute(&app.db, before_all).await.is_err());
    // What was deleted does not come back.
    store::ground::raw::execute(
        &app.db,
        &format!("DELETE FROM record_versions WHERE record_seq = {seq} AND number = 1"),
    )
    .await
    .unwrap();
    let found = mismatches(&app, &signed).await;
    assert_eq!((found[0].table, found[0].row.as_str()), ("events", "1"), "{found:?}");
    store::ground::raw::execute(&app.db, "DELETE FROM log_entries WHERE sequence = 2").await.unwrap();
    let found = mismatches(&app, &signed).await;
    assert!(found.iter().any(|one| one.table == "log_entries" && one.row == "2"), "{found:?}");
}

#[tokio::test]
async fn nothing_is_signed_that_does_not_continue_what_was() {
    let (app, ids) = busy().await;
    unguard(&app.db).await;
    let refused = async |what: &str| {
        let mut signer = app.signer();
        match signer.sign_new(now()).await {
            Err(SignError::Refused(reason)) => assert!(reason.contains(what), "{reason}"),
            other => panic!("{what}: {other:?}"),
        }
        let said = app.json("/api/v1/log").await;
        assert!(said["refused"].as_str().unwrap().contains(what), "{said}");
    };
    // An earlier backup is restored over the log.
    let before = app.get("/log/checkpoint").await.text;
    store::ground::raw::execute(
        &app.db,
        "CREATE TABLE kept AS SELECT * FROM log_entries WHERE sequence >= 3",
    )
    .await
    .unwrap();
    store::ground::raw::execute(&app.db, "CREATE TABLE events_kept AS SELECT * FROM events WHERE change > 3")
        .await
        .unwrap();
    store::ground::raw::execute(&app.db, "DELETE FROM log_entries WHERE sequence >= 3").await.unwrap();
    store::ground::raw::execute(&app.db, "DELETE FROM events WHERE change > 3").await.unwrap();
    refused("older than the log").await;
    // The register continues from there. Reaching the same length again does not help.
    for name in ["One", "Two", "Three"] {
        app.publish(&[record(name, |_| {})]).await;
    }
    refused("are not those that were signed").await;
    assert_eq!(app.get("/log/checkpoint").await.text, before);
    for statement in [
        "DELETE FROM log_entries WHERE sequence >= 3",
        "DELETE FROM events WHERE change > 3",
        "INSERT INTO log_entries SELECT * FROM kept",
        "INSERT INTO events SELECT * FROM events_kept",
    ] {
        store::ground::raw::execute(&app.db, statement).await.unwrap();
    }
    // The newer state is back, and later entries are signed.
    let tx = app.db.begin().await.unwrap();
    store::records::publish::withdraw(&tx, ids[1].parse().unwrap(), "No", now(), now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sign(&mut app.signer()).await, 6);
    assert_eq!(app.json("/api/v1/log").await["refused"], json!(null));
    // A checkpoint by somebody else.
    let key = Key::read(&Key::generate("register.test/log").unwrap().0).unwrap();
    let mut stranger = app.signer_with(vec![key]);
    assert!(matches!(stranger.sign_new(now()).await, Err(SignError::Refused(_))));
}

#[tokio::test]
async fn a_key_is_changed_while_both_sign() {
    let (app, _) = busy().await;
    let newer = Key::read(&Key::generate("register.test/log").unwrap().0).unwrap();
    let mut both = app.signer_with(vec![app.log_key.clone(), newer.clone()]);
    assert_eq!(sign(&mut both).await, 5, "it is signed again, by both");
    assert_eq!(sign(&mut both).await, 0);
    let checkpoint = app.get("/log/checkpoint").await.text;
    for key in [&app.log_key, &newer] {
        assert_eq!(open(checkpoint.as_bytes(), &[key.public().clone()]).unwrap().tree.size, 5);
    }
    let mut alone = app.signer_with(vec![newer.clone()]);
    app.publish(&[record("Later", |_| {})]).await;
    assert_eq!(sign(&mut alone).await, 6);
    let checkpoint = app.get("/log/checkpoint").await.text;
    assert!(open(checkpoint.as_bytes(), &[newer.public().clone()]).is_ok());
    assert!(open(checkpoint.as_bytes(), &[app.log_key.public().clone()]).is_err());
}

#[tokio::test]
async fn files_that_were_lost_are_written_again() {
    let app = TestApp::new().await;
    let records: Vec<Record> = (0..600).map(|n| record(&format!("Tool {n}"), |_| {})).collect();
    let mut signer = app.signer();
    for part in [&records[..1], &records[1..300], &records[300..520]] {
        app.publish(part).await;
        sign(&mut signer).await;
    }
    // Partial tiles are removed once the full one exists.
    let folder = app.objects.folder().unwrap().join("log/tile/0");
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|one| one.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names.retain(|name| {
        std::fs::read_dir(folder.join(name)).map_or(true, |mut inside| inside.next().is_some())
    });
    assert_eq!(names, ["000", "001", "002.p"]);
    std::fs::remove_dir_all(app.objects.folder().unwrap().join("log/tile")).unwrap();
    app.publish(&records[520..]).await;
    let refused = app.signer().sign_new(now()).await.unwrap_err().to_string();
    assert!(refused.contains("register log rebuild"), "{refused}");
    assert_eq!(app.signer().rebuild().await.unwrap(), 520);
    assert_eq!(sign(&mut app.signer()).await, 600);
    assert_eq!(entries(&app).await.len(), 600);
    // The checkpoint went too, but the database has a copy.
    std::fs::remove_dir_all(app.objects.folder().unwrap().join("log")).unwrap();
    assert_eq!(sign(&mut app.signer()).await, 600);
    assert_eq!(entries(&app).await.len(), 600);
}

#[tokio::test]
async fn a_register_that_is_older_than_its_log_is_entered_once_in_order() {
    let (app, ids) = busy().await;
    let before: Vec<_> = entries(&app).await;
    store::ground::raw::undo(&app.db, "m0012_log").await.unwrap();
    assert!(app.db.migrate().await.unwrap() > 0);
    assert_eq!(app.db.migrate().await.unwrap(), 0);
    let compared = compare(&app.db, &[]).await.unwrap();
    assert_eq!((compared.entries, compared.mismatches), (5, vec![]));
    let stored = store::log::entries(&app.db, 0, 10).await.unwrap();
    for ((sequence, entry), (_, known)) in stored.iter().zip(&before) {
        let entry = Entry::read(entry).unwrap();
        assert_eq!((entry.sequence, *sequence), (known.sequence, known.sequence));
        assert_eq!(
            (entry.kind, &entry.record_id, entry.version),
            (known.kind, &known.record_id, known.version)
        );
        // The salts are new.
        assert_ne!(entry.content_sha256, known.content_sha256);
    }
    // An entry missing because an older release published is added by the next process that comes along.
    unguard(&app.db).await;
    store::ground::raw::execute(&app.db, "DELETE FROM log_entries WHERE sequence = 4").await.unwrap();
    app.publish(&[record("New", |_| {})]).await;
    let compared = compare(&app.db, &[]).await.unwrap();
    assert_eq!((compared.entries, compared.mismatches), (6, vec![]));
    let last = &store::log::entries(&app.db, 4, 2).await.unwrap();
    assert_eq!(Entry::read(&last[0].1).unwrap().record_id, ids[2]);
}

#[tokio::test]
async fn witnesses_sign_what_only_grew() {
    let app = TestApp::new().await;
    let public = app.log_key.public();
    let (one, two) = (Witness::start("w.test/1", public).await, Witness::start("w.test/other", public).await);
    let parsed = || [&one, &two].map(|witness| witness.told.parse().unwrap()).to_vec();
    let mut signer = app.signer().witnessed(parsed()).unwrap();
    let known = [one.key.clone(), two.key.clone()];
    let signed_by = async || {
        let checkpoint = app.get("/log/checkpoint").await.text;
        open(checkpoint.as_bytes(), std::slice::from_ref(public)).unwrap();
        let names = witnesses(checkpoint.as_bytes(), &known).unwrap();
        names.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    for part in [1, 300, 5] {
        let records: Vec<Record> = (0..part).map(|n| record(&format!("Tool {part} {n}"), |_| {})).collect();
        app.publish(&records).await;
        sign(&mut signer).await;
        assert_eq!(signed_by().await, ["w.test/1", "w.test/other"]);
    }
    assert_eq!((one.seen(), two.seen()), (306, 306));
    // A new signer does not know what the witnesses have seen; they say so.
    let mut signer = app.signer().witnessed(parsed()).unwrap();
    app.publish(&[record("Later", |_| {})]).await;
    sign(&mut signer).await;
    assert_eq!((one.seen(), two.seen()), (307, 307));
    // One witness saw a different log of this name and refuses. The other signs, and the log continues.
    two.remember(Tree { size: 300, root: Node([7; 32]) });
    app.publish(&[record("Split", |_| {})]).await;
    sign(&mut app.signer().witnessed(parsed()).unwrap()).await;
    assert_eq!(signed_by().await, ["w.test/1"]);
    // A witness that has seen more than there is.
    two.remember(Tree { size: 900, root: Node([7; 32]) });
    app.publish(&[record("Cut", |_| {})]).await;
    let mut signer = app.signer().witnessed(parsed()).unwrap();
    sign(&mut signer).await;
    assert_eq!((signed_by().await, two.seen()), (vec!["w.test/1".to_owned()], 900));
    // It is asked again later, not at once.
    two.remember(Tree::EMPTY);
    assert!(signer.sign_new(now()).await.unwrap().is_none());
    assert_eq!(two.seen(), 0);
    // However often one fails, the other's signature appears once.
    two.remember(Tree { size: 900, root: Node([7; 32]) });
    for hour in 1..5 {
        assert!(signer.sign_new(now() + chrono::TimeDelta::hours(hour)).await.unwrap().is_none());
    }
    assert_eq!(app.get("/log/checkpoint").await.text.lines().filter(|line| line.starts_with('—')).count(), 2);
    two.remember(Tree::EMPTY);
    assert!(signer.sign_new(now() + chrono::TimeDelta::hours(9)).await.unwrap().is_none());
    assert_eq!((signed_by().await.len(), two.seen()), (2, 309));
    for wrong in
        ["", "a", "w.test/1+00000000+AA== https://w.test", &one.told.replace("127.0.0.1", "192.0.2.1")]
    {
        assert!(wrong.parse::<store::log::witness::Witness>().is_err(), "{wrong}");
    }
}

/// Repeatable random numbers (xorshift) from a seed that is printed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

/// Changes a thousand single bytes, a third of them in database rows. `REGISTER_SEED` repeats a run.
#[tokio::test]
async fn every_byte_that_is_changed_is_named() {
    let seed = std::env::var("REGISTER_SEED").ok().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()) << 20 | 0x5EED);
    println!("REGISTER_SEED={seed}");
    let mut random = Random(seed);
    let app = TestApp::new().await;
    let records: Vec<Record> = (0..300).map(|n| record(&format!("Tool {n}"), |_| {})).collect();
    let ids = app.publish(&records).await;
    for id in &ids[..3] {
        let tx = app.db.begin().await.unwrap();
        store::records::publish::withdraw(&tx, id.parse().unwrap(), "It was never used", now(), now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    sign(&mut app.signer()).await;
    let signed: Vec<Node> = entries(&app).await.iter().map(|(bytes, _)| Node::of(bytes)).collect();
    let mut files = Held::default();
    let names = [
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/47",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/47",
    ];
    for name in names {
        let bytes = app.objects.bytes(&store::log::signer::name(name)).await.unwrap();
        files.0.insert(name.to_owned(), bytes.unwrap_or_else(|| panic!("{name}")).to_vec());
    }
    let keys = app.signer().public().to_vec();
    for _ in 0..700 {
        let name = names[random.below(names.len())];
        let bytes = files.0.get_mut(name).unwrap();
        let (place, bit) = (random.below(bytes.len()), 1 << random.below(8));
        bytes[place] ^= bit;
        let named: Vec<String> = match check(&files, &keys, |_, _| {}) {
            Ok(checked) => checked.faults.into_iter().map(|fault| fault.file).collect(),
            Err(LogError::Damaged { path, .. }) => vec![path],
            Err(other) => panic!("{name}, byte {place}: {other}"),
        };
        assert_eq!(named, [name], "byte {place}, bit {bit}, seed {seed}");
        files.0.get_mut(name).unwrap()[place] ^= bit;
    }
    unguard(&app.db).await;
    for _ in 0..300 {
        let sequence = random.below(303);
        let change = format!("(SELECT change FROM log_entries WHERE sequence = {sequence})");
        let (table, column, filter) = match random.below(4) {
            0 => ("record_versions", "content", format!("change = {change}")),
            1 => ("record_versions", "content_sha256", format!("change = {change}")),
            2 => ("log_entries", "entry", format!("sequence = {sequence}")),
            _ => ("log_entries", "commitments", format!("sequence = {sequence}")),
        };
        let Some(text) =
            store::ground::raw::text(&app.db, &format!("SELECT {column} FROM {table} WHERE {filter}"))
                .await
                .unwrap()
        else {
            // A withdrawal has no version of its own.
            continue;
        };
        // Change only letters and digits, so that the text stays valid.
        let places: Vec<usize> = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| byte.is_ascii_alphanumeric())
            .map(|(at, _)| at)
            .collect();
        let place = places[random.below(places.len())];
        let mut changed = text.clone().into_bytes();
        changed[place] = if changed[place] == b'7' { b'8' } else { b'7' };
        let changed = String::from_utf8(changed).unwrap();
        let put = async |text: &str| {
            let text = text.replace('\'', "''");
            let statement = format!("UPDATE {table} SET {column} = '{text}' WHERE {filter}");
            store::ground::raw::execute(&app.db, &statement).await.unwrap();
        };
        put(&changed).await;
        let found = mismatches(&app, &signed).await;
        let of = format!(
            "SELECT r.id FROM records r JOIN events e ON e.record_seq = r.seq WHERE e.change = {change}"
        );
        let id = store::ground::raw::text(&app.db, &of);
        let id = id.await.unwrap().unwrap();
        // A changed salt and a changed value look the same, so any row of this publication may be named.
        let rows = [id.clone(), format!("{id} version 1"), sequence.to_string()];
        assert!(
            !found.is_empty() && found.iter().all(|one| rows.contains(&one.row)),
            "{table}.{column} of entry {sequence}, byte {place}, seed {seed}: {found:?}"
        );
        put(&text).await;
    }
    assert_eq!(mismatches(&app, &signed).await, []);
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

/// Rewrites a file of a dump, and its sum.
fn rewrite(folder: &std::path::Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let lines = sums.lines().map(|line| match line.split_once("  ") {
        Some((_, one)) if one == name => {
            format!("{}  {name}\n", store::ground::hash::hex_sha256(text.as_bytes()))
        }
        _ => format!("{line}\n"),
    });
    std::fs::write(folder.join("SHA256SUMS"), lines.collect::<String>()).unwrap();
}

#[tokio::test]
async fn a_dump_that_was_rewritten_with_its_sums_is_named() {
    let (app, ids) = busy().await;
    let out = tempfile::tempdir().unwrap();
    let place = out.path().to_owned();
    let of = export::dump::Of::Now(now().date_naive().into());
    let written = app.dumping(Signing::new(None), move |job| export::dump::write(job, &place, of)).await;
    let folder = written.unwrap().folder;
    let keys = app.signer().public().to_vec();
    let faults = || {
        let verified = export::verify::verify(&folder, &keys, None).unwrap();
        verified.faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(faults(), Vec::<String>::new());
    let versions = std::fs::read_to_string(folder.join("versions.csv")).unwrap();
    let log = std::fs::read_to_string(folder.join("log.csv")).unwrap();
    let package = std::fs::read_to_string(folder.join("datapackage.json")).unwrap();
    let without_a_row = |text: &str, begins: &str| {
        let kept = text.split_inclusive('\n').filter(|line| !line.starts_with(begins));
        kept.collect::<String>()
    };
    let cases = [
        ("versions.csv", versions.replacen("Camera", "Gamera", 1), "content: it is not what was entered"),
        ("versions.csv", without_a_row(&versions, &format!("{},1,", ids[1])), "it is not here"),
        (
            "versions.csv",
            versions.replacen("2026-11-21T12:00:00Z", "1999-11-21T12:00:00Z", 1),
            "published_at: the log says",
        ),
        (
            "log.csv",
            log.replacen("It was never used", "It was banned", 1),
            "statement: it is not what was entered",
        ),
        (
            "log.csv",
            log.replacen("published", "withdrawn", 1),
            "do not have the root that the checkpoint signs",
        ),
        ("log.csv", without_a_row(&log, "4,"), "it has 4 entries, the checkpoint signs 5"),
        (
            "datapackage.json",
            package.replacen("\"log.csv\"", "\"changes.csv\"", 1),
            "without which nothing is proved",
        ),
    ];
    for (name, text, says) in cases {
        let before = std::fs::read_to_string(folder.join(name)).unwrap();
        assert_ne!(text, before, "{name}: {says}");
        rewrite(&folder, name, &text);
        let found = faults();
        assert!(found.iter().any(|fault| fault.contains(says)), "'{says}' is not among {found:#?}");
        rewrite(&folder, name, &before);
    }
    // The dump's own description claims other columns.
    rewrite(&folder, "versions.csv", &versions.replacen("commitments", "promises", 1));
    rewrite(&folder, "datapackage.json", &package.replace("\"commitments\"", "\"promises\""));
    assert!(
        faults().iter().any(|fault| fault.contains("it has not the columns of versions")),
        "{:#?}",
        faults()
    );
    rewrite(&folder, "versions.csv", &versions);
    rewrite(&folder, "datapackage.json", &package);
    assert_eq!(faults(), Vec::<String>::new());
    std::fs::remove_file(folder.join("checkpoint")).unwrap();
    assert!(faults().iter().any(|fault| fault.starts_with("checkpoint: it is not there")));
}
