//! Databases written by earlier releases, kept in `fixtures/yesterday`: today's release migrates them, and
//! everything in them is there and works.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use export::published;
use importer::Source;
use serde_json::{Value, json};
use store::ground::keyring::Keyring;
use store::log::files::LogFiles;
use store::log::still::Signing;
use store::log::verify::compare;
use suite::data::fixture;
use suite::{TestApp, fresh, on_postgres, postgres};
use transparency::{Key, Node, check};

/// A migrated register of an earlier release, and what must be in it.
struct Yesterday {
    app: TestApp,
    facts: Value,
}

/// The databases of this kind that earlier releases wrote.
fn kept() -> Vec<PathBuf> {
    let ending = if on_postgres() { ".postgres.zip" } else { ".sqlite.zip" };
    let mut kept: Vec<PathBuf> = std::fs::read_dir(fixture("yesterday"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    kept.sort();
    assert!(!kept.is_empty(), "nothing of earlier releases is kept");
    kept
}

impl Yesterday {
    /// The clock is one minute past the time it was made, so that nothing in it has expired.
    async fn take_over(packed: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        zip::ZipArchive::new(File::open(packed).unwrap()).unwrap().extract(folder.path()).unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        let facts: Value = serde_json::from_str(&read("facts.json")).unwrap();
        let key = Key::read_all(&read("log-key")).unwrap().remove(0);
        // Releases that did not encrypt secrets have no key for them.
        let keys = std::fs::read_to_string(folder.path().join("secrets-key")).ok();
        let keys = keys.map_or_else(suite::keyring, |text| Arc::new(Keyring::read(&text).unwrap()));
        let made: DateTime<Utc> = facts["made_at"].as_str().unwrap().parse().unwrap();
        let clock = move || made + TimeDelta::minutes(1);
        let url = fresh(&folder).await;
        if on_postgres() {
            postgres::load(&url, &folder.path().join("register.sql"));
        }
        let app =
            TestApp::over(url, folder, key, |app| app.with_clock(Arc::new(clock)).with_keyring(keys)).await;
        Self { app, facts }
    }

    fn fact(&self, pointer: &str) -> &str {
        self.facts.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}"))
    }

    fn token(&self, who: &str) -> &str {
        self.fact(&format!("/tokens/{who}"))
    }

    async fn get(&self, path: &str, who: &str) -> Value {
        let answer = self.app.call(Method::GET, path, self.token(who), None, Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{path} as {who}: {}", answer.text);
        answer.json()
    }

    async fn every_record_can_be_read(&self) {
        assert_eq!(store::records::maintenance::faults(&self.app.db).await.unwrap(), Vec::<String>::new());
        let records = self.facts["records"].as_object().unwrap();
        assert_eq!(self.app.json("/api/v1/records?limit=1").await["total"], records.len());
        for (id, version) in records {
            let shown = self.app.json(&format!("/api/v1/records/{id}")).await;
            assert_eq!(&shown["version"], version, "{id}");
            for number in 1..=version.as_u64().unwrap() {
                let path = format!("/api/v1/records/{id}/versions/{number}");
                assert_eq!(self.app.json(&path).await["number"], number, "{path}");
            }
        }
        assert!(records.values().any(|version| version.as_u64() > Some(1)), "no record has versions");
        let withdrawn = self.app.get(&format!("/api/v1/records/{}", self.fact("/withdrawn"))).await;
        assert_eq!(withdrawn.status, StatusCode::GONE, "{}", withdrawn.text);
        let redacted = self.app.get(&format!("/api/v1/records/{}", self.fact("/redacted"))).await;
        assert_eq!(redacted.status, StatusCode::OK);
        assert!(!redacted.text.contains(self.fact("/texts/redacted")), "{}", redacted.text);
    }

    /// The log is as signed, its files match the database, and it can be extended.
    async fn the_log_is_whole(&self, entries: u64) {
        let files = LogFiles { objects: self.app.objects.clone(), handle: tokio::runtime::Handle::current() };
        let keys = self.app.signer().public().to_vec();
        let checked = tokio::task::spawn_blocking(move || {
            let mut hashes = Vec::new();
            let checked = check(&files, &keys, |_, bytes| hashes.push(Node::of(bytes))).unwrap();
            assert_eq!(checked.faults, []);
            (checked.opened.tree.size, hashes)
        });
        let (size, hashes) = checked.await.unwrap();
        assert_eq!(size, entries);
        let compared = compare(&self.app.db, &hashes).await.unwrap();
        assert_eq!((compared.entries, compared.mismatches), (entries, vec![]));
    }

    async fn what_is_sealed_is_there_for_those_who_may_read_it(&self) {
        let sealed = self.fact("/texts/sealed");
        let found = self.get("/api/v1/regulator/assessments", "regulator").await;
        let one = &found["items"][0];
        assert_eq!(one["assessment"]["summary"], sealed, "{found}");
        assert_eq!(one["receipt"]["note"], "We have it", "{found}");
        let path = format!("/api/v1/documents/{}", self.fact("/document"));
        let bytes = self.app.call(Method::GET, &path, self.token("writer"), None, Value::Null).await;
        assert!(bytes.text.contains("the sealed assessment itself"), "{}", bytes.text);
        let public = self.app.get(&format!("/api/v1/records/{}", self.fact("/sealed"))).await.text;
        assert!(!public.contains(sealed) && public.contains("Children in care were asked."), "{public}");
    }

    async fn people_are_known_and_their_work_is_kept(&self) {
        let draft = self.get(self.fact("/draft"), "writer").await;
        assert_eq!(draft["record"]["title"], self.fact("/texts/draft"));
        let waiting = self.get(self.fact("/waiting"), "approver").await;
        assert_eq!(waiting["state"], "submitted", "{waiting}");
        let upload = self.get(self.fact("/upload"), "writer").await;
        assert_eq!((&upload["read"], &upload["rejected"]), (&json!(2), &json!(1)), "{upload}");
        let preview = self.app.get(self.fact("/preview")).await;
        assert!(preview.text.contains(self.fact("/texts/draft")), "{}", preview.text);
        let people = self.get("/api/v1/people", "admin").await;
        assert!(people.to_string().contains("gone@northmoor.example"), "{people}");
        let cookie = [("cookie", self.fact("/cookie"))];
        let me = self.app.send(Method::GET, "/api/v1/people/me", &cookie).await;
        assert_eq!(
            (me.status, me.json()["email"].as_str()),
            (StatusCode::OK, Some("writer@northmoor.example"))
        );
        let audit = self.get("/api/v1/audit?limit=100", "approver").await;
        assert!(audit.to_string().contains("sealed."), "{audit}");
        // A request repeated from before is not carried out twice.
        let bearer = format!("Bearer {}", self.token("writer"));
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", "yesterday-1"),
        ];
        let body = br#"{"record": {"title": "Sent once"}}"#.to_vec();
        let again = self.app.send_body(Method::POST, "/api/v1/submissions", &headers, body).await;
        assert_eq!((again.status, again.header("location")), (StatusCode::CREATED, self.fact("/once")));
    }

    async fn purchases_remarks_and_webhooks_are_there(&self) {
        let link = self.app.json(&format!("/api/v1/links/{}", self.fact("/link"))).await;
        assert_eq!((&link["state"], &link["class"]), (&json!("confirmed"), &json!("confirmed")), "{link}");
        let gap = self.app.json(&format!("/api/v1/gaps/{}", self.fact("/gap"))).await;
        assert_eq!(gap["status"], "asked", "{gap}");
        assert_eq!(self.app.json("/api/v1/contracts").await["total"], 3);
        let said = self.app.get(&format!("/api/v1/records/{}/annotations", self.fact("/sealed"))).await;
        assert!(said.text.contains(self.fact("/texts/reply")), "{}", said.text);
        let hook = self.get(&format!("/api/v1/webhooks/{}", self.fact("/webhook")), "observer").await;
        assert_eq!((&hook["state"], &hook["pending"]), (&json!("active"), &json!(1)), "{hook}");
        // Its key can still be read.
        assert!(hook["public_key"].as_str().is_some_and(|key| key.starts_with("whpk_")), "{hook}");
    }

    /// The second factor of an earlier release was encrypted, and still is the writer's.
    async fn a_second_factor_still_works(&self) {
        let api = &self.app.api;
        let tx = self.app.db.begin_quietly().await.unwrap();
        let known =
            store::people::sessions::credential(&tx, "writer@northmoor.example").await.unwrap().unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(known.second_factor.key(), api.keyring.newest());
        let place = store::ground::keyring::Place::SecondFactor(&known.person.id);
        let secret = api.keyring.decrypt(place, &known.second_factor).unwrap();
        assert!(api::sign_in::code(&secret, self.app.api.leases.now()).is_some());
    }

    async fn a_file_that_was_imported_is_known(&self) {
        let file = self.app.folder.path().join("tools.csv");
        let (report, errors) = self.app.import(Source::Records, &file).await;
        assert_eq!((report.created, report.changed, report.rejected), (0, 0, 0), "{errors:?}");
        assert_eq!(report.unchanged, 3);
    }

    async fn its_dump_agrees_with_its_log(&self) {
        let [dump] = published::names(&self.app.objects).await.unwrap()[..] else { panic!("one dump") };
        let folder = self.app.objects.folder().unwrap().join("dumps").join(dump.to_string());
        let verified = export::verify::verify(&folder, self.app.signer().public(), None).unwrap();
        assert_eq!(verified.faults, []);
    }

    /// Publishes, signs and dumps as usual. Returns the number of log entries afterwards.
    async fn life_goes_on(&self) -> u64 {
        let call = async |path: &str, who: &str, etag: &str, body: Value| {
            let etag = Some(etag).filter(|etag| !etag.is_empty());
            let answer = self.app.call(Method::POST, path, self.token(who), etag, body).await;
            assert!(answer.status.is_success(), "{path}: {}", answer.text);
            (answer.header("location").to_owned(), answer.header("etag").to_owned(), answer.json())
        };
        let more = json!({ "record_id": self.fact("/sealed"), "record": { "team": "Another team" } });
        let (path, mut etag, _) = call("/api/v1/submissions", "writer", "", more).await;
        let mut last = Value::Null;
        for (action, who) in [("submit", "writer"), ("approve", "approver"), ("publish", "approver")] {
            (_, etag, last) = call(&format!("{path}/{action}"), who, &etag, Value::Null).await;
        }
        assert_eq!(last["published_version"], 3, "{last}");
        // What the new version does not touch is unchanged.
        self.what_is_sealed_is_there_for_those_who_may_read_it().await;
        let day = self.app.api.leases.now().date_naive();
        let there = self.app.objects.folder().unwrap().join("dumps").join(day.to_string());
        if there.exists() {
            std::fs::remove_dir_all(&there).unwrap();
        }
        let objects = self.app.objects.clone();
        let signing = Signing::new(Some(self.app.signer()));
        let written = self.app.dumping(signing, move |job| published::publish(job, &objects)).await.unwrap();
        let (entries, signed) = written.log.unwrap();
        assert_eq!(entries, signed);
        entries
    }
}

#[tokio::test]
async fn what_an_earlier_release_wrote_is_taken_over_whole() {
    for packed in kept() {
        println!("{}", packed.display());
        let it = Yesterday::take_over(&packed).await;
        let entries = it.facts["entries"].as_u64().unwrap();
        it.every_record_can_be_read().await;
        it.the_log_is_whole(entries).await;
        it.what_is_sealed_is_there_for_those_who_may_read_it().await;
        it.people_are_known_and_their_work_is_kept().await;
        it.purchases_remarks_and_webhooks_are_there().await;
        it.a_second_factor_still_works().await;
        it.its_dump_agrees_with_its_log().await;
        it.a_file_that_was_imported_is_known().await;
        assert_eq!(it.life_goes_on().await, entries + 1);
        it.the_log_is_whole(entries + 1).await;
    }
}
