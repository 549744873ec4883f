//! What is signed: only what continues the log, with keys that may change, beside witnesses.

use domain::Record;
use serde_json::json;
use store::log::signer::SignError;
use store::log::verify::compare;
use suite::witness::Witness;
use suite::{TestApp, now, record, unguard};
use transparency::{Entry, Key, Node, Tree, open, witnesses};

use crate::log::{busy, entries, sign};

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
