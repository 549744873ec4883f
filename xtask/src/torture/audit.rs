//! After a fault, asks the register whether everything it acknowledged is there as acknowledged, and nothing
//! is there in part. Uses the API, `register doctor` and `register verify`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;

use super::http::{Answer, Client};
use super::journal::{Journal, Mark, Operation, Submission, Token, Works, Wrong};
use super::process::until;
use super::work::SUMMARY;
use super::world::{Server, World};

/// Concurrent readers.
const READERS: usize = 4;
/// Attempts at a question while the register is too busy to answer.
const TRIES: usize = 5;
/// How long lists may lag behind publication.
const BEHIND: Duration = Duration::from_secs(15);

/// A register under audit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Audit<'a> {
    pub(super) world: &'a World,
    pub(super) server: &'a Server,
    pub(super) journal: &'a Journal,
}

impl Audit<'_> {
    /// Compares what was acknowledged since `since` with what is there. Errors: the register does not answer.
    pub(super) fn acknowledged(&self, since: Mark) -> Result<(), String> {
        let client = self.world.writer(self.server);
        each(&self.journal.submissions(since), |one| self.submission(&client, one))?;
        each(&self.journal.tokens(since), |one| self.token(&client, one))
    }

    fn submission(&self, client: &Client, one: &Submission) -> Result<(), String> {
        let lost = |words: &str| self.journal.wrong(one.operation, Wrong::Lost, &one.id, words);
        let answer = ask(client, &format!("/api/v1/submissions/{}", one.id))?;
        if !answer.done() {
            lost(&format!("it was acknowledged and answers {}", answer.status));
            return Ok(());
        }
        let found = answer.json();
        let (state, record) = (&found["state"], &found["record"]);
        let agrees = |said: &super::journal::Said| *state == said.state && record["summary"] == said.summary;
        if record["title"] != one.title || !(agrees(&one.kept) || one.doubt.as_ref().is_some_and(agrees)) {
            lost(&format!("acknowledged as {:?}, {state} with {} is there", one.kept, record["summary"]));
            return Ok(());
        }
        let became = found["record_id"].as_str();
        match (state == "published", became, &one.record) {
            (true, Some(became), known) => {
                if known.as_ref().is_some_and(|known| known != became) {
                    lost(&format!("acknowledged as record {known:?}, and became {became}"));
                }
                self.version(client, one, became, &found["published_version"])
            }
            (true, None, _) => {
                self.journal.wrong(one.operation, Wrong::Half, &one.id, "published, and no record");
                Ok(())
            }
            (false, ..) => Ok(()),
        }
    }

    /// Whether a published submission has its version, with the same content.
    fn version(&self, client: &Client, one: &Submission, record: &str, number: &Value) -> Result<(), String> {
        for path in
            [format!("/api/v1/records/{record}"), format!("/api/v1/records/{record}/versions/{number}")]
        {
            let answer = ask(client, &path)?;
            let found = answer.json();
            let content = if found["record"].is_object() { &found["record"] } else { &found };
            if !answer.done() || content["title"] != one.title || content["summary"] != one.kept.summary {
                let words = format!("{path} of what was published answers {}", answer.status);
                self.journal.wrong(one.operation, Wrong::Half, &one.id, &words);
            }
        }
        Ok(())
    }

    fn token(&self, client: &Client, one: &Token) -> Result<(), String> {
        let answer = ask(&client.with(&one.secret), "/api/v1/people/me")?;
        let words = match (one.works, answer.status) {
            (Works::Yes, 401) => "it was acknowledged, and does not work",
            (Works::No, 200) => "its end was acknowledged, and it works",
            _ => return Ok(()),
        };
        self.journal.wrong(Operation::Token, Wrong::Lost, &one.id, words);
        Ok(())
    }

    /// Whether anything is there in part: whatever one part of the register knows, all others must know.
    pub(super) fn whole(&self) -> Result<(), String> {
        self.doctor()?;
        self.verify(&["verify"])?;
        let writer = self.world.writer(self.server);
        let published = walk(&writer, "/api/v1/submissions?state=published")?;
        let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
        let became: BTreeMap<String, String> =
            published.iter().map(|item| (text(item, "record_id"), text(item, "id"))).collect();
        let admin = writer.with(&self.world.known.admin);
        let trail = walk(&admin, "/api/v1/audit")?;
        let noted = |action: &str| -> BTreeSet<String> {
            trail.iter().filter(|line| line["action"] == action).map(|line| text(line, "object_id")).collect()
        };
        let (publications, tokens) = (noted("submission.publish"), noted("token.create"));
        self.missing(Operation::Publish, "is in no line of the audit trail", became.values(), &publications);
        for one in self.journal.tokens(Mark::default()).iter().filter(|one| !tokens.contains(&one.id)) {
            let words = "it was acknowledged, and the audit trail knows nothing of it";
            self.journal.wrong(Operation::Token, Wrong::Lost, &one.id, words);
        }
        // Lists follow within moments.
        let listed = until(BEHIND, || {
            let listed = walk(&writer, "/api/v1/records").ok()?;
            let listed: BTreeSet<String> = listed.iter().map(|item| text(item, "id")).collect();
            became.keys().all(|record| listed.contains(record)).then_some(listed)
        });
        if listed.is_none() {
            let listed = walk(&writer, "/api/v1/records")?;
            let listed = listed.iter().map(|item| text(item, "id")).collect();
            self.missing(Operation::Publish, "was published and is not in the list", became.keys(), &listed);
        }
        let changes = walk(&writer, "/api/v1/changes")?;
        let changed = changes.iter().map(|item| text(item, "record_id")).collect();
        self.missing(Operation::Publish, "was published and is no change", became.keys(), &changed);
        Ok(())
    }

    fn missing<'s>(
        &self,
        operation: Operation,
        words: &str,
        wanted: impl IntoIterator<Item = &'s String>,
        there: &BTreeSet<String>,
    ) {
        for one in wanted.into_iter().filter(|one| !there.contains(*one)) {
            self.journal.wrong(operation, Wrong::Half, one, words);
        }
    }

    /// Runs `register doctor`.
    fn doctor(&self) -> Result<(), String> {
        let ended = self.world.run(&["doctor", "--json"])?;
        let checks: Value = serde_json::from_str(&ended.stdout)
            .map_err(|error| format!("doctor: {error}: {}", ended.stderr.trim()))?;
        let checks = checks.as_array().filter(|checks| !checks.is_empty()).ok_or("doctor checked nothing")?;
        for check in checks.iter().filter(|check| check["ok"] != true) {
            let (name, says) = (check["check"].to_string(), check["says"].to_string());
            let operation = if name.contains("log") { Operation::Log } else { Operation::Publish };
            self.journal.wrong(operation, Wrong::Half, &format!("doctor {name}"), &says);
        }
        Ok(())
    }

    /// Runs `register verify` on the log.
    fn verify(&self, arguments: &[&str]) -> Result<(), String> {
        let ended = self.world.run(arguments)?;
        if ended.well() {
            return Ok(());
        }
        let words = format!("{}{}", ended.stdout, ended.stderr);
        self.journal.wrong(Operation::Log, Wrong::Half, &arguments.join(" "), words.trim());
        Ok(())
    }

    /// Waits until every entry of the log is signed. Returns their number, or `None` if that takes too long.
    /// A checkpoint that somebody kept must still be part of the log.
    pub(super) fn signed(&self, kept: Option<&str>, patience: Duration) -> Result<Option<u64>, String> {
        let client = self.world.writer(self.server);
        let signed = until(patience, || {
            let log = client.get("/api/v1/log")?.json();
            let (entries, signed) = (log["entries"].as_u64()?, log["signed"].as_u64()?);
            (entries == signed).then_some(signed)
        });
        if let Some(kept) = kept {
            let file = self.world.folder.join("kept-checkpoint");
            std::fs::write(&file, kept).map_err(|error| error.to_string())?;
            let file = file.display().to_string();
            let key = &self.world.known.key;
            let ended = self.world.run(&["verify", "--checkpoint", &file, "--key", key])?;
            if !ended.well() {
                let words = format!("{}{}", ended.stdout, ended.stderr);
                self.journal.wrong(Operation::Log, Wrong::Lost, "what was signed", words.trim());
            }
        }
        Ok(signed)
    }

    /// Whether every row of an acknowledged import became exactly one record, with its content.
    pub(super) fn rows(&self, titles: &[String]) -> Result<(), String> {
        let client = self.world.writer(self.server);
        let wanted: BTreeSet<&str> = titles.iter().map(String::as_str).collect();
        let read = || {
            let answer = client.get("/api/v1/records.ndjson").filter(Answer::done)?;
            let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for line in answer.text.lines() {
                let row: Value = serde_json::from_str(line).ok()?;
                let (title, summary) = (row["title"].as_str()?, row["summary"].as_str().unwrap_or_default());
                if wanted.contains(title) {
                    found.entry(title.to_owned()).or_default().push(summary.to_owned());
                }
            }
            Some(found)
        };
        let mut last = BTreeMap::new();
        let all = until(BEHIND, || {
            last = read()?;
            (last.len() == wanted.len()).then_some(())
        });
        if all.is_none() {
            for title in wanted.iter().filter(|title| !last.contains_key(**title)) {
                self.journal.wrong(Operation::Import, Wrong::Lost, title, "its row was acknowledged");
            }
        }
        for (title, summaries) in last {
            if summaries.len() > 1 {
                let words = format!("one row became {} records", summaries.len());
                self.journal.wrong(Operation::Import, Wrong::Half, &title, &words);
            }
            if summaries.iter().any(|summary| summary != SUMMARY) {
                let words = format!("it says {summaries:?}");
                self.journal.wrong(Operation::Import, Wrong::Lost, &title, &words);
            }
        }
        Ok(())
    }
}

/// Whether the dumps in a folder are complete: each visible one needs its sums and a checkpoint that
/// verifies. Acknowledged ones must be there. Returns the names.
pub(super) fn dumps(
    world: &World,
    journal: &Journal,
    folder: &Path,
    acknowledged: &[String],
) -> Result<Vec<String>, String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let seen: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    for name in &seen {
        let dump = folder.join(name).display().to_string();
        let ended = world.run(&["verify", &dump, "--key", &world.known.key])?;
        if !ended.well() {
            let words = format!("{}{}", ended.stdout, ended.stderr);
            journal.wrong(Operation::Dump, Wrong::Half, name, words.trim());
        }
    }
    for name in acknowledged.iter().filter(|name| !seen.contains(*name)) {
        journal.wrong(Operation::Dump, Wrong::Lost, name, "it was acknowledged and is not there");
    }
    Ok(seen)
}

/// Runs `look` on many things at once. Errors: the first one.
fn each<T: Sync>(all: &[T], look: impl Fn(&T) -> Result<(), String> + Sync) -> Result<(), String> {
    let next = AtomicUsize::new(0);
    let read = || {
        while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            look(one)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(read)).collect();
        readers
            .into_iter()
            .try_for_each(|one| one.join().unwrap_or_else(|_| Err("a reader broke".to_owned())))
    })
}

/// Asks until the register answers; being busy says nothing about what was asked for.
fn ask(client: &Client, path: &str) -> Result<Answer, String> {
    let mut last = String::new();
    for _ in 0..TRIES {
        match client.get(path) {
            Some(answer) if answer.status < 500 && answer.status != 429 => return Ok(answer),
            Some(answer) => last = format!("{}: {}", answer.status, answer.text),
            None => "no answer".clone_into(&mut last),
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Err(format!("{path} is not answered after the fault: {last}"))
}

/// All items of a list, page by page.
fn walk(client: &Client, path: &str) -> Result<Vec<Value>, String> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let (mut items, mut next) = (Vec::new(), String::new());
    loop {
        let page = ask(client, &format!("{path}{joint}limit=100{next}"))?;
        if !page.done() {
            return Err(format!("{path}: {}: {}", page.status, page.text));
        }
        let page = page.json();
        items.extend(page["items"].as_array().into_iter().flatten().cloned());
        // Lists continue from a cursor, the feed of changes after the last one.
        next = match (page["next"].as_str(), &page["more"]) {
            (Some(cursor), _) => format!("&cursor={cursor}"),
            (None, Value::Bool(true)) => format!("&after={}", page["after"]),
            _ => return Ok(items),
        };
    }
}
