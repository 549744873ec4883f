//! Dumps and signing: the checkpoint in a dump signs all of its log, and an interrupted dump leaves nothing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use export::ExportError;
use export::dump::{self, CHECKPOINT, Job, Of, Written};
use export::published;
use export::verify::verify;
use store::ground::lease::Work;
use store::log::signer::SignError;
use store::log::still::Signing;
use suite::s3::S3;
use suite::{TestApp, now, record};
use tokio_util::sync::CancellationToken;

fn day() -> NaiveDate {
    now().date_naive()
}

async fn publish(app: &TestApp, signing: Signing) -> Result<Written, ExportError> {
    let objects = app.objects.clone();
    app.dumping(signing, move |job| published::publish(job, &objects)).await
}

/// Signing without a key in this process, and without waiting for another.
fn elsewhere() -> Signing {
    Signing { patience: Duration::ZERO, ..Signing::new(None) }
}

/// Checks a dump with the register's key. Returns its log entries, and how many of them are signed.
fn signed(app: &TestApp, folder: &Path) -> (u64, Option<u64>) {
    let verified = verify(folder, app.signer().public(), None).unwrap();
    assert_eq!(verified.faults, []);
    (verified.entries, verified.signed)
}

#[tokio::test]
async fn the_first_dump_holds_its_checkpoint_before_anybody_signed() {
    let app = TestApp::new().await;
    app.publish(&[record("One", |_| {}), record("Two", |_| {})]).await;
    let written = publish(&app, Signing::new(Some(app.signer()))).await.unwrap();
    assert_eq!(written.log, Some((2, 2)));
    assert_eq!(signed(&app, &written.folder), (2, Some(2)));
    let served = app.get(&format!("/data/{}/{CHECKPOINT}", day())).await.text;
    assert_eq!(served, app.get("/log/checkpoint").await.text);
}

#[tokio::test]
async fn however_many_publish_meanwhile_the_checkpoint_is_of_exactly_what_is_in_the_dump() {
    let app = Arc::new(TestApp::new().await);
    app.publish(&[record("First", |_| {})]).await;
    let done = Arc::new(AtomicBool::new(false));
    let publishing = tokio::spawn({
        let (app, done) = (Arc::clone(&app), Arc::clone(&done));
        async move {
            let mut n = 0;
            while !done.load(Ordering::Relaxed) {
                app.publish(&[record(&format!("Tool {n}"), |_| {})]).await;
                n += 1;
            }
            n
        }
    });
    // Meanwhile another process keeps signing.
    let signing = tokio::spawn({
        let (app, done) = (Arc::clone(&app), Arc::clone(&done));
        async move {
            let mut signer = app.signer();
            while !done.load(Ordering::Relaxed) {
                signer.sign_new(now()).await.unwrap();
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    });
    let (out, here) = (tempfile::tempdir().unwrap(), Signing::new(Some(app.signer())));
    let mut sizes = Vec::new();
    for round in 0..4 {
        let place = out.path().join(round.to_string());
        let writing = move |job: &mut Job<'_>| dump::write(job, &place, Of::Now(day().into()));
        let written = app.dumping(here.clone(), writing).await.unwrap();
        let (entries, size) = signed(&app, &written.folder);
        assert_eq!((Some(entries), written.log), (size, Some((entries, entries))));
        sizes.push(entries);
    }
    done.store(true, Ordering::Relaxed);
    signing.await.unwrap();
    assert!(publishing.await.unwrap() > 0 && sizes.is_sorted(), "{sizes:?}");
}

#[tokio::test]
async fn where_nothing_signs_a_dump_is_written_without_and_says_so() {
    let app = TestApp::new().await;
    app.publish(&[record("One", |_| {})]).await;
    let written = publish(&app, elsewhere()).await.unwrap();
    assert_eq!(written.log, Some((1, 0)));
    assert!(!written.folder.join(CHECKPOINT).exists());
    let package = std::fs::read_to_string(written.folder.join("datapackage.json")).unwrap();
    assert!(package.contains("The public log in it is not signed."), "{package}");
    // A past day has no log, signed or not.
    let place = app.folder.path().join("past");
    let of = Of::Then(day());
    let past = app.dumping(elsewhere(), move |job| dump::write(job, &place, of)).await.unwrap();
    assert!(past.log.is_none() && !past.folder.join(CHECKPOINT).exists());
}

#[tokio::test]
async fn a_process_without_a_key_waits_for_the_one_that_signs() {
    let hours = Arc::new(AtomicI64::new(0));
    let app = {
        let hours = Arc::clone(&hours);
        Arc::new(TestApp::ticking(move || now() + TimeDelta::hours(hours.load(Ordering::SeqCst))).await)
    };
    app.publish(&[record("One", |_| {})]).await;
    app.signer().sign_new(now()).await.unwrap();
    app.publish(&[record("Two", |_| {})]).await;
    let behind = publish(&app, elsewhere()).await.unwrap_err();
    assert!(behind.is_for_now(), "{behind}");
    assert!(
        matches!(&behind, ExportError::Unsigned(SignError::Behind { entries: 2, signed: 1 })),
        "{behind:?}"
    );
    assert!(behind.to_string().contains("REGISTER_LOG_KEY_FILE"), "{behind}");
    assert!(!app.objects.folder().unwrap().join("dumps").join(day().to_string()).exists());
    // The other process signs while this one waits.
    let waiting = tokio::spawn({
        let app = Arc::clone(&app);
        let patient = Signing { patience: Duration::from_secs(600), ..Signing::new(None) };
        async move { publish(&app, patient).await }
    });
    app.signer().sign_new(now()).await.unwrap();
    let written = waiting.await.unwrap().unwrap();
    assert_eq!(signed(&app, &written.folder), (2, Some(2)));
    // Nobody signs what has been unsigned for long. The next day's dump includes it all the same, and says
    // how much is unsigned.
    app.publish(&[record("Three", |_| {})]).await;
    hours.store(24, Ordering::SeqCst);
    let written = publish(&app, elsewhere()).await.unwrap();
    assert_eq!((written.log, signed(&app, &written.folder)), (Some((3, 2)), (3, Some(2))));
    let package = std::fs::read_to_string(written.folder.join("datapackage.json")).unwrap();
    assert!(
        package.contains("Of the 3 entries of the public log in it the first 2 are signed."),
        "{package}"
    );
}

#[tokio::test]
async fn no_dump_is_written_that_contradicts_its_own_log() {
    let app = TestApp::new().await;
    app.publish(&[record("One", |_| {}), record("Two", |_| {})]).await;
    app.signer().sign_new(now()).await.unwrap();
    // An older state is restored, and the register continues from there.
    for table in ["log_entries", "events"] {
        suite::unguard(&app.db).await;
        store::ground::raw::execute(&app.db, &format!("DELETE FROM {table} WHERE change = 2")).await.unwrap();
    }
    for signing in [Signing::new(Some(app.signer())), elsewhere()] {
        let refused = publish(&app, signing).await.unwrap_err();
        assert!(matches!(&refused, ExportError::Unsigned(SignError::Refused(_))), "{refused:?}");
        assert!(!refused.is_for_now());
    }
    assert_eq!(published::names(&app.objects).await.unwrap(), []);
}

#[tokio::test]
async fn a_register_that_lost_everything_is_told_by_what_was_signed() {
    let app = TestApp::new().await;
    app.publish(&[record("One", |_| {})]).await;
    app.signer().sign_new(now()).await.unwrap();
    // The objects of a register with entries, next to an empty database.
    let empty = TestApp::new().await;
    let objects = app.objects.clone();
    let signer = || {
        store::log::signer::Signer::new(empty.api.leases.clone(), objects.clone(), vec![app.log_key.clone()])
    };
    let mut running = signer();
    for _ in 0..2 {
        let refused = running.sign_new(now()).await;
        assert!(
            matches!(&refused, Err(SignError::Refused(reason)) if reason.contains("entry 0 is missing")),
            "{refused:?}"
        );
        running = signer();
    }
    let place = empty.folder.path().join("out");
    let writing = move |job: &mut Job<'_>| dump::write(job, &place, Of::Now(day().into()));
    let refused = empty.dumping(Signing::new(Some(signer())), writing).await;
    assert!(matches!(&refused, Err(ExportError::Unsigned(SignError::Refused(_)))), "{refused:?}");
    // A register that never had an entry is different: nothing to sign, no error.
    let fresh = TestApp::new().await;
    assert!(fresh.signer().sign_new(now()).await.unwrap().is_none());
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap();
    names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn a_dump_that_is_stopped_leaves_nothing_and_gives_its_lease_back() {
    let app = TestApp::demonstration().await;
    let dumps = app.objects.folder().unwrap().join("dumps");
    for at in [1, 60, 150] {
        let (objects, stop, within) = (app.objects.clone(), CancellationToken::new(), dumps.clone());
        let written = app
            .dumping(Signing::new(Some(app.signer())), move |job| {
                let progress = &mut |met: u64, _: u64| {
                    if met >= at && !stop.is_cancelled() {
                        assert!(names(&within).iter().any(|name| name.starts_with(".unfinished-")));
                        stop.cancel();
                    }
                };
                let Job { handle, leases, signing, base_url, .. } = *job;
                let mut job = Job { handle, leases, signing, base_url, stop: &stop, progress };
                published::publish(&mut job, &objects)
            })
            .await;
        assert!(matches!(written, Err(ExportError::Stopped)), "{written:?}");
        assert_eq!(names(&dumps), [".lock"], "stopped after {at}");
        app.api.leases.take(Work::Dumping).await.unwrap().unwrap().give_back().await;
    }
    publish(&app, Signing::new(Some(app.signer()))).await.unwrap();
}

#[tokio::test]
async fn a_dump_whose_lease_was_lost_is_not_shown() {
    let app = TestApp::demonstration().await;
    let objects = app.objects.clone();
    let other = "UPDATE settings SET value = '9999-01-01T00:00:00.000000Z another' WHERE name = 'dumping'";
    let db = app.db.clone();
    let written = app
        .dumping(Signing::new(Some(app.signer())), move |job| {
            let (handle, db) = (job.handle, &db);
            let mut taken = false;
            let progress = &mut |_: u64, _: u64| {
                if !std::mem::replace(&mut taken, true) {
                    handle.block_on(store::ground::raw::execute(db, other)).unwrap();
                }
            };
            let Job { leases, signing, base_url, stop, .. } = *job;
            published::publish(&mut Job { handle, leases, signing, base_url, stop, progress }, &objects)
        })
        .await;
    assert!(matches!(written, Err(ExportError::Lost)), "{written:?}");
    assert_eq!(names(&app.objects.folder().unwrap().join("dumps")), [".lock"]);
}

#[tokio::test]
async fn a_dump_that_is_stopped_on_its_way_into_a_bucket_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let s3 = S3::start(folder.path()).await;
    let objects = s3.objects();
    let app = {
        let objects = objects.clone();
        TestApp::made(move |mut app| {
            app.objects = objects;
            app
        })
        .await
    };
    app.publish(&[record("Tool", |_| {})]).await;
    let there = folder.path().join("register/some/prefix/dumps").join(day().to_string());
    let stop = CancellationToken::new();
    let watching = tokio::spawn({
        let (there, stop) = (there.clone(), stop.clone());
        async move {
            while !there.join("assessments.csv").exists() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            stop.cancel();
        }
    });
    let sending = objects.clone();
    let written = app
        .dumping(Signing::new(Some(app.signer())), move |job| {
            let Job { handle, leases, signing, base_url, .. } = *job;
            let progress = &mut |_, _| {};
            let mut job = Job { handle, leases, signing, base_url, stop: &stop, progress };
            published::publish(&mut job, &sending)
        })
        .await;
    watching.await.unwrap();
    assert!(matches!(written, Err(ExportError::Stopped)), "{written:?}");
    assert_eq!(objects.files(&format!("dumps/{}", day())).await.unwrap(), []);
    let written = publish(&app, Signing::new(Some(app.signer()))).await.unwrap();
    assert_eq!(written.log, Some((1, 1)));
}
