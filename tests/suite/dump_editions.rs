//! Only a dump that holds what was redacted is taken back, and no address of a dump ever has two contents.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use domain::codes::Role;
use export::ExportError;
use export::dump::{DumpName, Written};
use export::published;
use serde_json::{Value, json};
use store::log::still::Signing;
use suite::{TestApp, now, record};

/// The words to redact.
const NAME: &str = "Quillon Vexborough";

/// A register whose days go by when it is told.
struct Days {
    app: TestApp,
    day: Arc<AtomicI64>,
    admin: String,
    other: String,
}

impl Days {
    async fn new() -> Self {
        let day = Arc::new(AtomicI64::new(0));
        let clock = Arc::clone(&day);
        let app = TestApp::ticking(move || now() + TimeDelta::days(clock.load(Ordering::SeqCst))).await;
        let admin = app.token("a@register.example", Role::Admin, None).await;
        let other = app.token("b@register.example", Role::Admin, None).await;
        Self { app, day, admin, other }
    }

    fn next_day(&self) {
        self.day.fetch_add(1, Ordering::SeqCst);
    }

    async fn dump(&self) -> Result<Written, ExportError> {
        let objects = self.app.objects.clone();
        self.app.dumping(Signing::new(None), move |job| published::publish(job, &objects)).await
    }

    /// Publishes a record whose description has the words.
    async fn publish(&self, title: &str, description: &str) -> String {
        let records = [record(title, |record| record.description = Some(description.to_owned()))];
        self.app.publish(&records).await.remove(0)
    }

    async fn redact(&self, id: &str, words: &str) {
        let path = format!("/api/v1/records/{id}/redactions");
        let body = json!({ "words": words, "ground": "foia_40", "reason": "A person" });
        let asked = self.app.call(Method::POST, &path, &self.admin, None, body).await;
        assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
        let decide = format!("{path}/{}/carry-out", asked.json()["id"].as_str().unwrap());
        let done = self.app.call(Method::POST, &decide, &self.other, None, Value::Null).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    }

    async fn is_due(&self) -> bool {
        let today = self.app.api.leases.now().date_naive();
        published::is_due(&self.app.db, &self.app.objects, today).await.unwrap()
    }

    /// The dumps as listed, once that many are.
    async fn listed(&self, many: usize) -> Vec<String> {
        let mut names = Vec::new();
        // A list of dumps is read again after a second.
        for _ in 0..100 {
            let list = self.app.json("/api/v1/dumps").await;
            let url = |one: &Value| one["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
            names = list["items"].as_array().unwrap().iter().map(url).collect();
            if names.len() == many {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        names
    }

    /// Asks for a dump's table until it answers so.
    async fn comes_to(&self, dump: &str, status: u16) {
        // A list of dumps is read again after a second.
        for _ in 0..100 {
            if self.status(dump).await == status {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{dump} answers {} and not {status}", self.status(dump).await);
    }

    async fn status(&self, dump: &str) -> u16 {
        self.app.get(&format!("/data/{dump}/records.csv")).await.status.as_u16()
    }
}

#[tokio::test]
async fn only_a_dump_that_held_it_is_taken_back_and_its_successor_has_its_own_address() {
    let days = Days::new().await;
    days.publish("Before", "Nothing.").await;
    days.dump().await.unwrap();
    days.next_day();
    let id = days.publish("Tool", &format!("Ask {NAME}.")).await;
    days.dump().await.unwrap();
    assert_eq!(days.listed(2).await, ["2026-11-22", "2026-11-21"]);
    let whole = days.app.get("/data/2026-11-22/records.csv").await;
    assert!(whole.text.contains(NAME));
    assert!(!days.is_due().await);

    days.redact(&id, NAME).await;
    assert!(days.is_due().await);
    assert_eq!((days.status("2026-11-21").await, days.status("2026-11-22").await), (200, 410));
    let gone = days.app.get("/data/2026-11-22/records.csv").await;
    assert_eq!(gone.json()["type"], "/problems/superseded");
    assert_eq!(days.listed(1).await, ["2026-11-21"]);
    // Meanwhile the latest is the one before, which never held it.
    let latest = days.app.get("/data/latest/records.csv").await;
    assert_eq!(latest.header("content-location"), "http://register.test/data/2026-11-21/records.csv");

    let written = days.dump().await.unwrap();
    assert_eq!(written.name.to_string(), "2026-11-22.2");
    assert!(!days.is_due().await);
    assert_eq!(days.listed(2).await, ["2026-11-22.2", "2026-11-21"]);
    let latest = days.app.get("/data/latest/records.csv").await;
    assert_eq!(latest.header("content-location"), "http://register.test/data/2026-11-22.2/records.csv");
    assert!(latest.text.contains("[redacted]") && !latest.text.contains(NAME));
    // The first address of the day stays what it is: the files say so, not a process that remembers.
    let known = published::known(&days.app.objects).await.unwrap();
    let shown: Vec<(String, bool)> = known.iter().map(|one| (one.name.to_string(), one.withdrawn)).collect();
    assert_eq!(
        shown,
        [("2026-11-22.2".into(), false), ("2026-11-22".into(), true), ("2026-11-21".into(), false)]
    );
    assert_eq!((days.status("2026-11-22").await, days.status("2026-11-22.2").await), (410, 200));
    let view = days.app.json("/api/v1/dumps/2026-11-22.2").await;
    assert_eq!((&view["date"], &view["edition"]), (&json!("2026-11-22"), &json!(2)));
    let package = days.app.json("/data/2026-11-22.2/datapackage.json").await;
    assert_eq!(package["id"], "http://register.test/data/2026-11-22.2");
    assert_eq!(package["version"], "2026-11-22.2");
    let left = days.app.objects.files("dumps/2026-11-22").await.unwrap();
    let left: Vec<&str> = left.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(left, ["WITHDRAWN"], "nothing is left but that it was there");
    for other in ["2026-11-22.1", "2026-11-22.02", "2026-11-22.3", "2026-11-20", "2026-11-22.2."] {
        assert_eq!(days.status(other).await, 404, "{other}");
    }
    let page = days.app.get("/data").await;
    assert!(page.text.contains("href=\"/api/v1/dumps/2026-11-22.2\""), "{}", page.text);
    // What the second edition holds, it is asked for the same way.
    assert!(matches!(days.dump().await, Err(ExportError::Exists(name)) if name == "2026-11-22.2"));
}

#[tokio::test]
async fn redacting_what_no_dump_holds_takes_back_none() {
    let days = Days::new().await;
    days.publish("Before", "Nothing.").await;
    days.dump().await.unwrap();
    let tag = days.app.get("/data/latest/records.csv").await.header("etag").to_owned();
    let id = days.publish("Tool", &format!("Ask {NAME}.")).await;
    days.redact(&id, NAME).await;
    assert!(!days.is_due().await);
    assert_eq!(days.listed(1).await, ["2026-11-21"]);
    let latest = days.app.get("/data/latest/records.csv").await;
    assert_eq!((latest.status, latest.header("etag")), (StatusCode::OK, tag.as_str()));
    assert!(matches!(days.dump().await, Err(ExportError::Exists(name)) if name == "2026-11-21"));
    // A dump between publication and redaction would have held it; one after the redaction does not.
    days.next_day();
    assert_eq!(days.dump().await.unwrap().name.to_string(), "2026-11-22");
    assert!(!days.is_due().await);
}

#[tokio::test]
async fn every_edition_of_a_day_keeps_its_address() {
    let days = Days::new().await;
    let ids = [
        days.publish("One", "Ask Alice Firstborough.").await,
        days.publish("Two", "Ask Brian Secondborough.").await,
        days.publish("Three", "Ask Clara Thirdborough.").await,
    ];
    let mut contents = std::collections::HashMap::new();
    for (id, words) in ids.iter().zip(["Alice Firstborough", "Brian Secondborough", "Clara Thirdborough"]) {
        let name = days.dump().await.unwrap().name;
        let package = published::find(&days.app.objects, name).await.unwrap().unwrap();
        assert!(
            contents.insert(name, package.file("records.csv").unwrap().sha256.clone()).is_none(),
            "{name}"
        );
        // Another attempt on the same day writes nothing.
        assert!(matches!(days.dump().await, Err(ExportError::Exists(_))));
        days.redact(id, words).await;
        days.comes_to(&name.to_string(), 410).await;
        // Nothing is left, so it says that the next one comes.
        let latest = days.app.get("/data/latest/records.csv").await;
        assert_eq!((latest.status, latest.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"));
    }
    let last = days.dump().await.unwrap().name;
    assert_eq!(last, DumpName { edition: 4, ..last });
    assert_eq!(days.listed(1).await, ["2026-11-21.4"]);
    for name in contents.keys() {
        assert_eq!(days.status(&name.to_string()).await, 410, "{name}");
    }
    assert_eq!(days.status("latest").await, 200);
    days.next_day();
    assert_eq!(days.dump().await.unwrap().name.edition, 1);
}

#[tokio::test]
async fn a_dump_that_was_half_taken_back_is_not_made_again_under_its_name() {
    let days = Days::new().await;
    let id = days.publish("Tool", &format!("Ask {NAME}.")).await;
    let first = days.dump().await.unwrap();
    days.redact(&id, NAME).await;
    // The process died after the mark, and after the sums.
    std::fs::write(first.folder.join("WITHDRAWN"), "x").unwrap();
    std::fs::remove_file(first.folder.join("SHA256SUMS")).unwrap();
    assert_eq!(days.dump().await.unwrap().name.edition, 2);
    let left: Vec<_> =
        std::fs::read_dir(&first.folder).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left, ["WITHDRAWN"]);
}
