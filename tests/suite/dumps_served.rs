//! Where dumps lie and how they are given out: served whole, in parts and compressed, kept in buckets, and taken back
//! when they hold what was redacted.

use axum::http::{Method, StatusCode};
use export::ExportError;
use export::dump::Of;
use export::published;
use export::verify::verify;
use store::log::still::Signing;
use suite::s3::S3;
use suite::{TestApp, now, record};

use crate::dumps::{day, publish, rows};

#[tokio::test]
async fn files_are_served_whole_in_parts_and_compressed() {
    let app = TestApp::demonstration().await;
    assert_eq!(app.json("/api/v1/dumps").await["total"], 0);
    assert_eq!(app.get("/data/latest/records.csv").await.status, StatusCode::NOT_FOUND);

    let app = TestApp::demonstration().await;
    let half = app.folder.path().join("objects/dumps/2026-11-20");
    std::fs::create_dir_all(&half).unwrap();
    std::fs::write(half.join("records.csv"), "half").unwrap();
    let written = publish(&app, &app.objects).await.unwrap();
    let whole = std::fs::read(written.folder.join("records.csv")).unwrap();

    let dumps = app.json("/api/v1/dumps").await;
    assert_eq!(
        (&dumps["total"], &dumps["items"][0]["date"]),
        (&1.into(), &day().to_string().into()),
        "{dumps}"
    );
    let dump = app.json("/api/v1/dumps/latest").await;
    let file = dump["files"].as_array().unwrap().iter().find(|file| file["name"] == "records.csv").unwrap();
    assert_eq!(file["bytes"], whole.len());
    assert_eq!(file["url"], format!("http://register.test/data/{}/records.csv", day()));

    let path = format!("/data/{}/records.csv", day());
    let answer = app.get(&path).await;
    assert_eq!(answer.text.as_bytes(), whole);
    assert_eq!(answer.header("etag"), format!("\"{}\"", file["sha256"].as_str().unwrap()));
    assert!(answer.header("cache-control").contains("no-transform"), "{:?}", answer.headers);
    assert_eq!(answer.header("content-length"), whole.len().to_string());
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    let tag = answer.header("etag").to_owned();
    let again = app.send(Method::GET, &path, &[("if-none-match", &tag)]).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let head = app.send(Method::HEAD, &path, &[]).await;
    assert_eq!((head.header("content-length"), head.text.as_str()), (whole.len().to_string().as_str(), ""));
    let latest = app.get("/data/latest/records.csv").await;
    assert_eq!(latest.text, answer.text);
    assert_eq!(latest.header("content-location"), format!("http://register.test{path}"));

    // Ranges from both ends join to the whole file. If the file is another by now, the whole is sent.
    let part = async |range: &str| app.send(Method::GET, &path, &[("range", range)]).await;
    let first = part("bytes=0-99").await;
    assert_eq!(first.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(first.header("content-range"), format!("bytes 0-99/{}", whole.len()));
    assert_eq!(first.text.as_bytes(), &whole[..100]);
    assert_eq!(part("bytes=-10").await.text.as_bytes(), &whole[whole.len() - 10..]);
    let rest = part("bytes=100-").await;
    assert_eq!([first.text.as_bytes(), rest.text.as_bytes()].concat(), whole);
    let beyond = part("bytes=99999999-").await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.header("content-range"), format!("bytes */{}", whole.len()));
    assert_eq!(part("lines=1-2").await.status, StatusCode::OK);
    let other = app.send(Method::GET, &path, &[("range", "bytes=0-9"), ("if-range", "\"another\"")]).await;
    assert_eq!(other.status, StatusCode::OK);
    let same = app.send(Method::GET, &path, &[("range", "bytes=0-9"), ("if-range", &tag)]).await;
    assert_eq!((same.status, same.text.as_bytes()), (StatusCode::PARTIAL_CONTENT, &whole[..10]));
    let date = answer.header("last-modified").to_owned();
    let dated = app.send(Method::GET, &path, &[("range", "bytes=0-9"), ("if-range", &date)]).await;
    assert_eq!(dated.status, StatusCode::OK, "compressed copies have the same date");

    // Compressed copies are served to those who accept them.
    for (coding, ending) in [("gzip", "gz"), ("zstd", "zst")] {
        let answer = app.send(Method::HEAD, &path, &[("accept-encoding", coding)]).await;
        assert_eq!(answer.header("content-encoding"), coding);
        let file = written.folder.join(format!("records.csv.{ending}"));
        assert_eq!(app.bytes(&path, &[("accept-encoding", coding)]).await, std::fs::read(file).unwrap());
        assert_ne!(answer.header("etag"), tag);
    }
    let refused = app.send(Method::HEAD, &path, &[("accept-encoding", "gzip;q=0, zstd;q=0")]).await;
    assert!(!refused.headers.contains_key("content-encoding"));
    // Signed-in readers get the same bytes.
    let signed_in = [("accept-encoding", "br"), ("cookie", "a=b")];
    assert_eq!(app.bytes(&path, &signed_in).await, whole);
    // Files that are already compressed stay as they are.
    let sqlite = format!("/data/{}/register.sqlite", day());
    let file = std::fs::read(written.folder.join("register.sqlite")).unwrap();
    assert_eq!(app.bytes(&sqlite, &[("accept-encoding", "gzip, br, zstd")]).await, file);

    // Nothing else can be reached, and nothing incomplete is listed.
    for path in [
        "/data/2026-11-20/records.csv",
        "/data/latest/nothing.csv",
        "/data/latest/..%2F..%2Fregister.db",
        "/data/latest/.lock",
        "/data/yesterday/records.csv",
        "/data/%2e%2e/register.db",
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_dump_that_holds_what_was_redacted_is_taken_back() {
    let app = TestApp::new().await;
    let name = "Alex Example";
    let id = app.publish(&[record("Tool", |r| r.description = Some(format!("Ask {name}.")))]).await.remove(0);
    publish(&app, &app.objects).await.unwrap();
    assert!(app.get("/data/latest/records.csv").await.text.contains(name));
    let redaction = domain::redaction::Redaction {
        target: domain::redaction::Target::Words(name.into()),
        ground: domain::codes::WithheldGround::Foia40,
        reason: "a person".into(),
    };
    let tx = app.db.begin().await.unwrap();
    let mut asked = store::across::redactions::Stored::asked(&id, None, redaction, "p1", now());
    store::across::redactions::insert(&tx, &asked).await.unwrap();
    let names = store::names::Names::within(&tx).await.unwrap();
    Box::pin(store::across::redactions::carry_out(&tx, &names, &mut asked, "p2", now())).await.unwrap();
    tx.commit().await.unwrap();
    let answer = app.get("/data/latest/records.csv").await;
    assert_eq!(answer.status, StatusCode::GONE, "{}", answer.text);
    assert_eq!(answer.json()["type"], "/problems/superseded");
    assert!(published::is_due(&app.db, &app.objects, day()).await.unwrap());
    let folder = publish(&app, &app.objects).await.unwrap().folder;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(name.len()).any(|window| window == name.as_bytes()));
    }
    assert!(!published::is_due(&app.db, &app.objects, day()).await.unwrap());
    let changes = rows(&folder, "changes");
    let last = changes.last().unwrap();
    assert_eq!((&last[3], &last[4]), ("redacted", "description"));
}

#[tokio::test]
async fn dumps_and_documents_lie_in_a_bucket_too() {
    let folder = tempfile::tempdir().unwrap();
    let s3 = S3::start(folder.path()).await;
    let objects = s3.objects();
    let in_bucket = objects.clone();
    let app = TestApp::made(move |mut app| {
        app.objects = in_bucket;
        app
    })
    .await;
    app.publish(&[record("Tool", |_| {})]).await;

    let sha256 = objects.put("a document".into()).await.unwrap();
    assert_eq!(objects.get(&sha256).await.unwrap().unwrap(), "a document");
    assert_eq!(objects.get(&"0".repeat(64)).await.unwrap(), None);

    // The object store goes away in the middle: nothing partial is listed, and the next run cleans up.
    let losing = tokio::spawn(async move {
        let half = folder.path().join("register/some/prefix/dumps").join(day().to_string());
        while !half.join("assessments.csv").exists() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        s3.lose(true);
        (s3, folder)
    });
    let lost = publish(&app, &objects).await;
    let (s3, folder) = losing.await.unwrap();
    let Err(ExportError::Store(store::StoreError::Unavailable(_))) = lost else { panic!("{lost:?}") };
    s3.lose(false);
    assert!(published::dates(&objects).await.unwrap().is_empty());
    assert_eq!(app.get("/data/latest/records.csv").await.status, StatusCode::NOT_FOUND);
    publish(&app, &objects).await.unwrap();
    assert_eq!(published::dates(&objects).await.unwrap(), [day()]);
    assert!(matches!(publish(&app, &objects).await, Err(ExportError::Exists(_))));

    // Readers are redirected to the bucket, at an address that expires.
    let answer = app.get(&format!("/data/{}/records.csv", day())).await;
    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(answer.header("cache-control"), "no-store");
    let head = app.send(Method::HEAD, &format!("/data/{}/records.csv", day()), &[]).await;
    assert_eq!((head.status, head.header("accept-ranges")), (StatusCode::OK, "bytes"));
    let file =
        reqwest::Client::builder().no_proxy().build().unwrap().get(answer.header("location")).send().await;
    let file = file.unwrap().error_for_status().unwrap().text().await.unwrap();
    assert!(file.starts_with("id,url,version,") && file.contains(",Tool,"), "{file}");
    let kept = folder.path().join("register/some/prefix/dumps").join(day().to_string());
    let verified = verify(&kept, &[], None).unwrap();
    assert!(verified.faults.iter().all(|fault| fault.file.starts_with('.')), "{:?}", verified.faults);
}

#[tokio::test]
async fn a_dump_goes_into_a_bucket_of_somebody_else() {
    let folder = tempfile::tempdir().unwrap();
    let s3 = S3::start(folder.path()).await;
    let app = TestApp::new().await;
    app.publish(&[record("Tool", |_| {})]).await;
    let out = s3.objects();
    let write = async |of: Of| {
        let out = out.clone();
        app.dumping(Signing::new(None), move |job| published::write(job, &out, of)).await
    };
    let written = write(Of::Now(day())).await.unwrap();
    assert_eq!(written.rows[0], ("records", 1));
    let then: chrono::NaiveDate = "2026-01-01".parse().unwrap();
    write(Of::Then(then)).await.unwrap();
    for (day, rows) in [(day(), 1), (then, 0)] {
        let kept = folder.path().join("register/some/prefix").join(day.to_string());
        let verified = verify(&kept, &[], None).unwrap();
        assert!(verified.faults.iter().all(|fault| fault.file.starts_with('.')), "{:?}", verified.faults);
        let table = std::fs::read_to_string(kept.join("records.csv")).unwrap();
        assert_eq!(table.lines().count(), rows + 1, "{table}");
    }
    // An existing dump is not overwritten.
    let again = write(Of::Now(day())).await.unwrap_err();
    assert!(matches!(again, export::ExportError::Exists(_)), "{again}");
}

#[tokio::test]
async fn a_damaged_file_is_not_sent_under_the_validator_of_a_whole_one() {
    let app = TestApp::new().await;
    app.publish(&[record("Tool", |_| {})]).await;
    let folder = publish(&app, &app.objects).await.unwrap().folder;
    let path = format!("/data/{}/records.csv", day());
    let whole = app.get(&path).await;
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.text);
    let tag = whole.header("etag").to_owned();
    let file = folder.join("records.csv");
    let good = std::fs::read(&file).unwrap();
    let mut bad = good.clone();
    let last = bad.len() - 4;
    bad[last] ^= 1;
    // As long as before, and longer, and gone.
    for content in [Some(bad), Some([&good[..], b"x"].concat()), None] {
        match &content {
            Some(content) => std::fs::write(&file, content).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        }
        for headers in [&[][..], &[("if-none-match", tag.as_str())], &[("range", "bytes=0-3")]] {
            for method in [Method::GET, Method::HEAD] {
                let answer = app.send(method, &path, headers).await;
                assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{headers:?}: {}", answer.text);
                assert_eq!(answer.header("etag"), "", "{headers:?}");
            }
        }
        let answer = app.get(&path).await;
        assert_eq!(answer.json()["type"], "/problems/damaged");
        assert!(answer.json()["detail"].as_str().unwrap().contains("records.csv"), "{}", answer.text);
        // The others are still there.
        assert_eq!(app.get(&format!("/data/{}/versions.csv", day())).await.status, StatusCode::OK);
    }
    std::fs::write(&file, &good).unwrap();
    let again = app.get(&path).await;
    assert_eq!((again.status, again.header("etag")), (StatusCode::OK, tag.as_str()));
}
