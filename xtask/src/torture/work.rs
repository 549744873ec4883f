//! Concurrent writers: each sends requests, notes what was acknowledged, and checks at once, as somebody else
//! would, that it is there.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use fastrand::Rng;
use serde_json::json;
use ureq::http::Method;

use super::http::{Answer, Client};
use super::journal::{Journal, Operation, Said, Submission, Token, Works, Wrong};
use super::process::interrupted;
use super::world::World;

/// Rows in an uploaded table.
const ROWS: usize = 12;
/// Pause after a request that was refused or not answered.
const DISCOURAGED: Duration = Duration::from_millis(20);
/// Longest pause between tasks, in milliseconds.
const THINKS: u64 = 12;

/// Numbers titles within a run.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// A title used nowhere else.
pub(super) fn title() -> String {
    format!("Tool {}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// What writers need.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) world: &'a World,
    pub(super) journal: &'a Journal,
}

/// What came of a request.
enum Outcome {
    Done(Answer),
    Not,
}

impl Work<'_> {
    /// Runs one writer per operation listed, until `meanwhile` returns. Writers take the ports in turn.
    pub(super) fn storm<T>(
        self,
        ports: &[u16],
        hands: &[Operation],
        rng: &mut Rng,
        meanwhile: impl FnOnce() -> T,
    ) -> T {
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for (operation, port) in hands.iter().zip(ports.iter().cycle()) {
                let (over, mut rng, client) =
                    (&over, rng.fork(), Client::new(*port, &self.world.known.writer));
                scope.spawn(move || {
                    while !over.load(Ordering::SeqCst) && !interrupted() {
                        let pause = match self.once(*operation, &client, &mut rng) {
                            true => Duration::from_millis(rng.u64(0..=THINKS)),
                            false => DISCOURAGED,
                        };
                        std::thread::sleep(pause);
                    }
                });
            }
            let came = meanwhile();
            over.store(true, Ordering::SeqCst);
            came
        })
    }

    /// Does one task from start to end. Returns whether all of it was acknowledged.
    pub(super) fn once(self, operation: Operation, client: &Client, rng: &mut Rng) -> bool {
        let done = match operation {
            Operation::Draft => self.draft(client),
            Operation::Publish => self.publish(client),
            Operation::Token => self.token(client, rng),
            Operation::Upload => self.upload(client),
            Operation::Import | Operation::Dump | Operation::Log => None,
        };
        if done.is_some() {
            self.journal.one_done();
        }
        done.is_some()
    }

    /// Sorts an answer and counts failures. Successes count later, once the whole task is done.
    fn ask(self, operation: Operation, answer: Option<Answer>) -> Outcome {
        match answer {
            Some(answer) if answer.done() => return Outcome::Done(answer),
            Some(answer) => self.journal.count(operation, |tally| {
                tally.refused += 1;
                if answer.status < 500 && answer.status != 429 && tally.odd.is_none() {
                    tally.odd = Some(format!(
                        "{} was answered {}: {}",
                        operation.as_str(),
                        answer.status,
                        answer.text
                    ));
                }
            }),
            None => self.journal.count(operation, |tally| tally.unanswered += 1),
        }
        Outcome::Not
    }

    fn acknowledged(self, operation: Operation, how_many: u64) {
        self.journal.count(operation, |tally| tally.acknowledged += how_many);
    }

    /// Creates a draft and changes it.
    fn draft(self, client: &Client) -> Option<()> {
        let (place, path, etag) = self.begin(Operation::Draft, client)?;
        self.acknowledged(Operation::Draft, 1);
        let said = Said { state: "draft", summary: "It says something else.".to_owned() };
        let change = json!({ "record": { "summary": said.summary } });
        self.step(Operation::Draft, place, said, || {
            let headers = [("content-type", "application/merge-patch+json"), ("if-match", &*etag)];
            client.send(Method::PATCH, &path, &headers, change.to_string())
        })?;
        self.is_seen(Operation::Draft, client, &path, "It says something else.");
        Some(())
    }

    /// Creates, submits, approves and publishes.
    fn publish(self, client: &Client) -> Option<()> {
        let (place, path, mut etag) = self.begin(Operation::Publish, client)?;
        let mut record = String::new();
        for (action, state) in [("submit", "submitted"), ("approve", "approved"), ("publish", "published")] {
            let said = Said { state, summary: SUMMARY.to_owned() };
            let answer = self.step(Operation::Publish, place, said, || {
                let headers = [("if-match", &*etag)];
                client.send(Method::POST, &format!("{path}/{action}"), &headers, String::new())
            })?;
            etag.clone_from(&answer.etag);
            record = answer.member("record_id");
        }
        self.acknowledged(Operation::Publish, 1);
        let shown = format!("/api/v1/records/{record}");
        self.journal.change(place, |one| one.record = Some(record));
        self.is_seen(Operation::Publish, client, &shown, SUMMARY);
        Some(())
    }

    /// Creates a submission. Returns its place in the journal, its path and its ETag.
    fn begin(self, operation: Operation, client: &Client) -> Option<(usize, String, String)> {
        let title = title();
        let answer = client.post("/api/v1/submissions", &self.world.record(&title, SUMMARY));
        let Outcome::Done(answer) = self.ask(operation, answer) else { return None };
        let id = answer.member("id");
        let path = format!("/api/v1/submissions/{id}");
        let kept = Said { state: "draft", summary: SUMMARY.to_owned() };
        let place = self.journal.enter(Submission { operation, id, title, kept, doubt: None, record: None });
        self.is_seen(operation, client, &path, SUMMARY);
        Some((place, path, answer.etag))
    }

    /// Takes a submission one step further. Until that is acknowledged, the journal holds it as in doubt.
    fn step(
        self,
        operation: Operation,
        place: usize,
        said: Said,
        ask: impl FnOnce() -> Option<Answer>,
    ) -> Option<Answer> {
        self.journal.change(place, |one| one.doubt = Some(said.clone()));
        let Outcome::Done(answer) = self.ask(operation, ask()) else { return None };
        self.journal.change(place, |one| (one.kept, one.doubt) = (said, None));
        Some(answer)
    }

    /// Creates a token and, one time in three, revokes it.
    fn token(self, client: &Client, rng: &mut Rng) -> Option<()> {
        let answer = client.post("/api/v1/tokens", &json!({ "label": title(), "days": 365 }));
        let Outcome::Done(answer) = self.ask(Operation::Token, answer) else { return None };
        let (id, secret) = (answer.member("id"), answer.member("secret"));
        self.acknowledged(Operation::Token, 1);
        let own = client.with(&secret);
        let place = self.journal.enter_token(Token { secret, id: id.clone(), works: Works::Yes });
        if own.get("/api/v1/people/me").is_some_and(|answer| answer.status == 401) {
            let words = "it was acknowledged, and does not work";
            self.journal.wrong(Operation::Token, Wrong::Falsely, &id, words);
        }
        if rng.u8(0..3) > 0 {
            return Some(());
        }
        self.journal.change_token(place, Works::Unknown);
        let path = format!("/api/v1/tokens/{id}");
        let ended = client.send(Method::DELETE, &path, &[], String::new());
        let Outcome::Done(_) = self.ask(Operation::Token, ended) else { return None };
        self.journal.change_token(place, Works::No);
        Some(())
    }

    /// Uploads a table whose rows become drafts.
    fn upload(self, client: &Client) -> Option<()> {
        let titles: Vec<String> = (0..ROWS).map(|_| title()).collect();
        let path = "/api/v1/imports?name=table.csv";
        let answer = client.send(Method::POST, path, &[("content-type", "text/csv")], table(&titles));
        let Outcome::Done(answer) = self.ask(Operation::Upload, answer) else { return None };
        let report = answer.json();
        let drafts = report["drafts"].as_array().map(Vec::as_slice).unwrap_or_default();
        self.acknowledged(Operation::Upload, drafts.len() as u64);
        if drafts.len() != ROWS {
            let words = format!("{} drafts of {ROWS} rows were acknowledged", drafts.len());
            self.journal.wrong(Operation::Upload, Wrong::Half, &answer.member("id"), &words);
        }
        for draft in drafts {
            let text = |name: &str| draft[name].as_str().unwrap_or_default().to_owned();
            let kept = Said { state: "draft", summary: SUMMARY.to_owned() };
            let (operation, id, title) = (Operation::Upload, text("submission"), text("title"));
            self.journal.enter(Submission { operation, id, title, kept, doubt: None, record: None });
        }
        Some(())
    }

    /// Checks at once, by reading it, that what was just acknowledged is there.
    fn is_seen(self, operation: Operation, client: &Client, path: &str, summary: &str) {
        let Some(answer) = client.get(path) else { return };
        let known = answer.json();
        let record = if known["record"].is_object() { &known["record"] } else { &known };
        let missing = answer.status == 404 || answer.status == 401;
        if missing || (answer.done() && record["summary"] != summary) {
            let words = format!("it was acknowledged, and read at once it answers {}", answer.status);
            self.journal.wrong(operation, Wrong::Falsely, path, &words);
        }
    }
}

/// Every record's first summary.
pub(super) const SUMMARY: &str = "It says what it does.";

/// A table of records in the register's own template.
pub(super) fn table(titles: &[String]) -> String {
    let rows =
        titles.iter().map(|title| format!("{title},Northmoor Borough Council,GB,production,{SUMMARY}\n"));
    format!("title,publisher,jurisdiction,phase,summary\n{}", rows.collect::<String>())
}
