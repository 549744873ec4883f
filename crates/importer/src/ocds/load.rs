//! Imports notices. Releases are stored in batches; each batch is one transaction that also saves how far the
//! import got, and recomputes the processes its releases belong to.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use domain::codes::{ContractKind, PartyRole, ResolvedBy};
use domain::contracting::{Contract, ContractParty, Process};
use encoding_rs::Encoding;
use store::names::parties::Parties;
use store::procurement::contracts::{
    self, ContractState, Known, KnownProcess, KnownRelease, NewRelease, ProcessState,
};
use store::records::imports;
use store::{Db, StoreError, Tx};
use tokio::sync::mpsc;

use super::merge::compile;
use super::node::{self, Found, Node};
use super::project::{History, project};
use super::release::{Element, Releases, Step};
use crate::RowError;
use crate::load::{Event, ImportError, Report};
use crate::mapping::{Uses, used};
use crate::table::{FileError, Text};

/// Releases per transaction.
const BATCH: usize = 100;
/// Bytes per batch, so that batches of long releases are smaller.
const BATCH_BYTES: usize = 512 << 10;
/// Batches that may wait for the database; bounds memory when reading is faster than writing.
const WAITING: usize = 1;
/// The name runs are kept under. Notices of all sources share one lock, because their parties are resolved
/// together.
const SOURCE: &str = "ocds";
/// Version of the reader, stored with each run.
const RULES: &str = "ocds-1";
/// Country of a party when nothing states one (ISO 3166-1, user-assigned).
const NOWHERE: &str = "XX";

/// How a file of notices is imported.
#[derive(Debug, Clone)]
pub struct OcdsOptions {
    /// The file's encoding, if it is neither UTF-8 nor marked as UTF-16.
    pub encoding: Option<&'static Encoding>,
    /// Country of parties that state none (ISO 3166-1). Notices from UK services always count as GB.
    pub country: Option<String>,
    /// Whether to report what would happen without writing anything.
    pub check: bool,
    /// The time of the import.
    pub now: DateTime<Utc>,
}

/// Country of parties that state none, by the source of the notice.
fn home(source: &str, country: Option<&str>) -> String {
    match source {
        "find_a_tender" | "contracts_finder" => "GB".to_owned(),
        _ => country.unwrap_or(NOWHERE).to_owned(),
    }
}

/// A release and what it amounts to on its own, prepared on the reading thread.
struct Ready {
    element: Element,
    alone: (Process, Vec<Contract>),
}

enum Message {
    Batch { ready: Vec<Ready>, steps: u64 },
    Error { error: RowError, last: bool },
    End { uses: Uses, unknown: BTreeMap<String, u64>, steps: u64 },
    Failed(std::io::Error),
}

/// Imports a file of notices. Errors in elements are reported, not returned; an error is returned only if the
/// file or the database cannot be used, or if another import of notices is running.
pub async fn import(
    db: &Db,
    path: &Path,
    options: &OcdsOptions,
    mut tell: impl FnMut(Event),
) -> Result<Report, ImportError> {
    let text = {
        let (path, encoding) = (path.to_owned(), options.encoding);
        let opening = tokio::task::spawn_blocking(move || Text::open_encoded(&path, encoding));
        opening.await.map_err(|error| ImportError::Reader(error.to_string()))??
    };
    let file = path.display().to_string();
    let mut report = Report {
        file: file.clone(),
        source: SOURCE.to_owned(),
        check: options.check,
        notices: text.notices.clone(),
        ..Report::default()
    };
    let (bytes, length, progress) = text.bytes()?;
    tell(Event::Opened { bytes: length, progress, notices: text.notices.clone() });
    let lock = if options.check { None } else { Some(imports::lock(db, SOURCE).await?) };
    let mut run = None;
    if !options.check {
        let tx = db.begin().await?;
        let file = imports::File {
            source: SOURCE,
            dataset: SOURCE,
            name: &file,
            sha256: &text.sha256,
            rule_version: RULES,
        };
        let begun = imports::begin(&tx, &file, options.now).await?;
        tx.commit().await?;
        report.resumed = begun.rows_done;
        (report.created, report.changed, report.unchanged) = (begun.created, begun.changed, begun.unchanged);
        run = Some(begun);
    }
    let skip = run.as_ref().map_or(0, |run| run.rows_done);
    let named_lines = is_named_lines(path);
    let (to, mut from) = mpsc::channel(WAITING);
    let reader = tokio::task::spawn_blocking(move || read(bytes, named_lines, skip, &to));

    // Kept only after a commit, because a rollback also undoes parties that it has learned of.
    let mut parties: Option<Parties> = None;
    let mut tally = Tally::default();
    while let Some(message) = from.recv().await {
        match message {
            Message::Error { error, last } => {
                let error = error.in_file(&file);
                report.reject(error.clone(), last);
                tell(Event::Error(error));
            }
            Message::Batch { ready, steps } => {
                let tx = db.begin().await?;
                let mut known = match parties.take() {
                    Some(known) => known,
                    None => Parties::within(&tx).await?,
                };
                let mut batch =
                    Batch { tx: &tx, parties: &mut known, options, import: run.as_ref().map(|run| run.seq) };
                let outcome = batch.keep(ready, &mut tally).await?;
                report.created += outcome.created;
                report.changed += outcome.changed;
                report.unchanged += outcome.unchanged;
                match &mut run {
                    Some(run) => {
                        run.rows_done = steps;
                        (run.created, run.changed, run.unchanged) =
                            (report.created, report.changed, report.unchanged);
                        imports::checkpoint(&tx, run, None).await?;
                        tx.commit().await?;
                        parties = Some(known);
                    }
                    // A check does all the work and rolls it back.
                    None => tx.rollback().await?,
                }
                tell(Event::Rows(steps));
            }
            Message::End { uses, unknown, steps } => {
                report.read = steps;
                if steps == 0 {
                    report.notices.push("there are no releases in it".to_owned());
                }
                for (rule, count) in uses {
                    *report.rules.entry(rule).or_default() += count;
                }
                for (path, count) in unknown {
                    *report.rules.entry(format!("unknown-path:{path}")).or_default() += count;
                }
            }
            Message::Failed(error) => return Err(FileError::Io { path: file, error }.into()),
        }
    }
    reader.await.map_err(|error| ImportError::Reader(error.to_string()))?;
    for (rule, count) in tally.uses {
        *report.rules.entry(rule).or_default() += count;
    }
    report.counts = tally.counts;
    if let Some(mut run) = run {
        run.rejected = report.rejected;
        let tx = db.begin().await?;
        // A truncated file is not marked as finished. The complete file has another hash, so it is another
        // import.
        let finished = report.stopped.is_none().then_some(options.now);
        imports::checkpoint(&tx, &run, finished).await?;
        tx.commit().await?;
    }
    if let Some(lock) = lock {
        lock.release().await?;
    }
    Ok(report)
}

/// Checks a file of notices without a database: reports everything wrong with it, and counts what each
/// release amounts to on its own. Errors: the file cannot be used.
pub fn validate(
    path: &Path,
    encoding: Option<&'static Encoding>,
    mut tell: impl FnMut(RowError),
) -> Result<Report, FileError> {
    let text = Text::open_encoded(path, encoding)?;
    let file = path.display().to_string();
    let io = |error| FileError::Io { path: path.display().to_string(), error };
    let mut report =
        Report { file: file.clone(), source: SOURCE.to_owned(), check: true, ..Report::default() };
    report.notices.clone_from(&text.notices);
    let (mut uses, mut tally) = (Uses::new(), Tally::default());
    let mut releases = Releases::new(text.bytes()?.0, is_named_lines(path)).map_err(io)?;
    while let Some(step) = releases.next(&mut uses).map_err(io)? {
        report.read += 1;
        let (error, last) = match step {
            Step::Release(element) => {
                let (process, contracts) = ready(*element).alone;
                let contracts: Vec<ContractState> =
                    contracts.into_iter().map(|contract| ContractState { contract, hit: None }).collect();
                tally.process(&process, &contracts);
                continue;
            }
            Step::Rejected(error) => (error.in_file(&file), false),
            Step::Stopped(error) => (error.in_file(&file), true),
        };
        report.reject(error.clone(), last);
        tell(error);
    }
    report.rules = uses;
    report
        .rules
        .extend(releases.unknown.into_iter().map(|(path, count)| (format!("unknown-path:{path}"), count)));
    for (rule, count) in tally.uses {
        *report.rules.entry(rule).or_default() += count;
    }
    report.counts = tally.counts;
    Ok(report)
}

/// Stores our own notices inside a transaction. Errors: [`StoreError::Inconsistent`] with the first element
/// that is not a release; tests read all the notices we ship.
pub(crate) async fn keep(
    tx: &Tx,
    notices: &str,
    country: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let elements = super::read_all(notices.as_bytes())
        .map_err(|error| StoreError::inconsistent("releases", "raw", error.line, error))?;
    let options = OcdsOptions { encoding: None, country: Some(country.to_owned()), check: false, now };
    let mut parties = Parties::within(tx).await?;
    let mut batch = Batch { tx, parties: &mut parties, options: &options, import: None };
    batch.keep(elements.into_iter().map(ready).collect(), &mut Tally::default()).await?;
    Ok(())
}

/// Whether the file's name promises one value per line.
fn is_named_lines(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    [".jsonl", ".ndjson", ".jsonlines"].iter().any(|end| name.ends_with(end))
}

/// Reads elements and sends them on, on a blocking thread while the database writes. The first `skip` steps
/// were done by an earlier run.
fn read(bytes: impl std::io::Read, named_lines: bool, skip: u64, to: &mpsc::Sender<Message>) {
    let mut uses = Uses::new();
    let mut steps = 0_u64;
    let mut batch = Vec::with_capacity(BATCH);
    let mut size = 0;
    let mut releases = match Releases::new(bytes, named_lines) {
        Ok(releases) => releases,
        Err(error) => return drop(to.blocking_send(Message::Failed(error))),
    };
    loop {
        let step = match releases.next(&mut uses) {
            Ok(Some(step)) => step,
            Ok(None) => break,
            Err(error) => return drop(to.blocking_send(Message::Failed(error))),
        };
        steps += 1;
        let error = match step {
            Step::Release(element) if steps > skip => {
                size += element.raw.len();
                batch.push(ready(*element));
                None
            }
            Step::Release(_) => None,
            Step::Rejected(error) => Some((error, false)),
            Step::Stopped(error) => Some((error, true)),
        };
        if let Some((error, last)) = error
            && to.blocking_send(Message::Error { error, last }).is_err()
        {
            return;
        }
        if batch.len() >= BATCH || size >= BATCH_BYTES {
            let ready = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            size = 0;
            if to.blocking_send(Message::Batch { ready, steps }).is_err() {
                return;
            }
        }
    }
    let sent = batch.is_empty() || to.blocking_send(Message::Batch { ready: batch, steps }).is_ok();
    if sent {
        // If the database failed, the receiver is gone and there is nobody to tell.
        let _ = to.blocking_send(Message::End { uses, unknown: releases.unknown, steps });
    }
}

fn ready(element: Element) -> Ready {
    let history = history([(element.at, &element.node)].into_iter());
    let alone = project(&element.source, &element.ocid, &compile([&element.node]), &history);
    Ready { element, alone }
}

/// The dates and tags of releases, which must be in the order they were made.
fn history<'a>(releases: impl Iterator<Item = (Option<DateTime<Utc>>, &'a Node)>) -> History {
    let mut history = History::default();
    for (at, node) in releases {
        history.releases += 1;
        history.first_at = [history.first_at, at].into_iter().flatten().min();
        history.latest_at = history.latest_at.max(at);
        let tags = node.get("tag");
        let tags: Vec<String> = match tags {
            Node::List(tags) => tags.iter().filter_map(Node::text).map(|tag| tag.into_owned()).collect(),
            tag => tag.text().map(|tag| tag.into_owned()).into_iter().collect(),
        };
        // The release announces an award or contract, rather than changing one.
        let awarded = tags.iter().any(|tag| tag == "award" || tag == "contract")
            && ["awards", "contracts"].iter().any(|key| !node.get(key).items().is_empty());
        if !tags.is_empty() {
            history.tags = tags;
        }
        if awarded && history.awarded_release.is_none() {
            history.awarded_release = at.map(|at| at.date_naive());
        }
    }
    history
}

/// What one batch changed.
#[derive(Debug, Default)]
struct Outcome {
    created: u64,
    changed: u64,
    unchanged: u64,
}

/// What is counted over a file.
#[derive(Debug, Default)]
struct Tally {
    counts: BTreeMap<String, u64>,
    uses: Uses,
}

impl Tally {
    fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    /// Counts what a process contains, and what is odd about it.
    fn process(&mut self, process: &Process, contracts: &[ContractState]) {
        self.count("processes");
        process.quality.iter().for_each(|what| used(&mut self.uses, what));
        for ContractState { contract, hit } in contracts {
            self.count(match contract.kind {
                ContractKind::Contract => "contracts",
                ContractKind::AwardOnly => "awards_only",
            });
            if hit.is_some() {
                self.count("on_watch_list");
            }
            for what in contract.quality.iter().chain(&contract.value_quality) {
                used(&mut self.uses, what);
            }
            for what in contract.cpv.iter().filter_map(|cpv| cpv.quality.as_deref()) {
                used(&mut self.uses, &format!("cpv-{what}"));
            }
            for party in &contract.parties {
                let role = match party.role {
                    PartyRole::Buyer => "buyers",
                    PartyRole::Supplier => "suppliers",
                    PartyRole::RemovedSupplier => "removed_suppliers",
                };
                self.count(role);
                if party.resolved_by != ResolvedBy::Nothing {
                    self.count(&format!("{role}_resolved"));
                }
                for what in &party.quality {
                    used(&mut self.uses, what);
                }
            }
        }
    }
}

/// A release of one ocid, new or already stored.
struct Member {
    at: Option<DateTime<Utc>>,
    buyer_key: String,
    node: Node,
    alone: Option<(Process, Vec<Contract>)>,
}

struct Batch<'a> {
    tx: &'a Tx,
    parties: &'a mut Parties,
    options: &'a OcdsOptions,
    import: Option<i64>,
}

impl Batch<'_> {
    /// Stores the releases the register does not have yet, and recomputes their processes.
    async fn keep(&mut self, ready: Vec<Ready>, tally: &mut Tally) -> Result<Outcome, StoreError> {
        let of = |element: &Element| (element.source.clone(), element.ocid.clone());
        let ocids: HashSet<(String, String)> = ready.iter().map(|one| of(&one.element)).collect();
        let mut known = contracts::known(self.tx, &ocids).await?;
        let mut outcome = Outcome::default();
        let mut new: Vec<NewRelease> = Vec::new();
        let mut fresh: HashMap<(String, String), Vec<Ready>> = HashMap::new();
        let mut order = Vec::new();
        for mut one in ready {
            let of = of(&one.element);
            let seen = known.entry(of.clone()).or_default();
            let element = &mut one.element;
            if seen.releases.iter().any(|r| r.key == element.key && r.sha256 == element.sha256) {
                outcome.unchanged += 1;
                continue;
            }
            if seen.releases.iter().any(|release| release.key == element.key) {
                used(&mut tally.uses, "release-id-again-with-other-content");
            }
            if seen.processes.is_empty() && !fresh.contains_key(&of) {
                outcome.created += 1;
            } else {
                outcome.changed += 1;
            }
            seen.releases.push(KnownRelease {
                seq: 0,
                key: element.key.clone(),
                sha256: element.sha256.clone(),
                buyer_key: element.buyer_key.clone(),
                at: element.at,
            });
            new.push(NewRelease {
                source: element.source.clone(),
                ocid: element.ocid.clone(),
                key: element.key.clone(),
                sha256: element.sha256.clone(),
                buyer_key: element.buyer_key.clone(),
                dated: element.dated.clone(),
                at: element.at,
                raw: std::mem::take(&mut element.raw),
            });
            if !fresh.contains_key(&of) {
                order.push(of.clone());
            }
            fresh.entry(of).or_default().push(one);
        }
        contracts::save_releases(self.tx, new, self.import).await?;
        let mut states = Vec::with_capacity(order.len());
        for of in order {
            let (releases, known) =
                (fresh.remove(&of).unwrap_or_default(), known.remove(&of).unwrap_or_default());
            states.extend(self.processes(&of, known, releases).await?);
        }
        self.finish(&mut states).await?;
        for state in &states {
            tally.process(&state.process, &state.contracts);
        }
        contracts::save(self.tx, &states, self.options.now).await?;
        Ok(outcome)
    }

    /// The processes of an ocid: one for each set of buyers.
    async fn processes(
        &self,
        (source, ocid): &(String, String),
        known: Known,
        fresh: Vec<Ready>,
    ) -> Result<Vec<ProcessState>, StoreError> {
        let old: Vec<&KnownRelease> = known.releases.iter().filter(|release| release.seq > 0).collect();
        let seqs: Vec<i64> = old.iter().map(|release| release.seq).collect();
        let texts = contracts::raw_releases(self.tx, &seqs).await?;
        let mut members = Vec::with_capacity(old.len() + fresh.len());
        for (release, (_, text)) in old.into_iter().zip(&texts) {
            let node = node::read(text, &mut Found::default())
                .map_err(|error| StoreError::inconsistent("releases", "raw", release.seq, error))?;
            members.push(Member { at: release.at, buyer_key: release.buyer_key.clone(), node, alone: None });
        }
        members.extend(fresh.into_iter().map(|one| Member {
            at: one.element.at,
            buyer_key: one.element.buyer_key,
            node: one.element.node,
            alone: Some(one.alone),
        }));
        let groups = by_buyers(members);
        let mut rows: Vec<KnownProcess> = known.processes;
        let keys: Vec<String> = groups.iter().map(|(key, _)| key.clone()).collect();
        let mut states = Vec::with_capacity(groups.len());
        for (key, mut members) in groups {
            // A process stored before its buyer was known keeps its row, and so its id and address.
            let row = rows.iter().position(|row| row.buyer_key == key).or_else(|| {
                rows.iter().position(|row| row.buyer_key.is_empty() && !keys.contains(&row.buyer_key))
            });
            let row = row.map(|place| rows.remove(place));
            let alone = members.first_mut().and_then(|member| member.alone.take());
            let (process, contracts) = match alone {
                Some(alone) if members.len() == 1 => alone,
                _ => {
                    let history = history(members.iter().map(|member| (member.at, &member.node)));
                    project(source, ocid, &compile(members.iter().map(|member| &member.node)), &history)
                }
            };
            let contracts =
                contracts.into_iter().map(|contract| ContractState { contract, hit: None }).collect();
            states.push(ProcessState { buyer_key: key, process, contracts, known: row });
        }
        // Rows that are left belong to releases now counted in another process of the ocid: they become
        // empty.
        for row in rows {
            let (process, _) = project(source, ocid, &Node::Object(Vec::new()), &History::default());
            states.push(ProcessState {
                buyer_key: row.buyer_key.clone(),
                process,
                contracts: Vec::new(),
                known: Some(row),
            });
        }
        Ok(states)
    }

    /// Resolves the parties of all contracts, and checks each contract against the watch list.
    async fn finish(&mut self, states: &mut [ProcessState]) -> Result<(), StoreError> {
        let mut parties: Vec<(&mut ContractParty, &str)> = Vec::new();
        for state in states.iter_mut() {
            let home = home(&state.process.source, self.options.country.as_deref());
            let Process { country, removed_suppliers, .. } = &mut state.process;
            let home = country.insert(home).as_str();
            let contracts = state.contracts.iter_mut().flat_map(|state| &mut state.contract.parties);
            parties.extend(contracts.chain(removed_suppliers).map(|party| (party, home)));
        }
        self.parties.resolve(self.tx, parties.into_iter()).await?;
        for state in states {
            let contracts = std::mem::take(&mut state.contracts);
            state.contracts = contracts
                .into_iter()
                .map(|one| ContractState::watched(&state.process, one.contract, self.parties))
                .collect();
        }
        Ok(())
    }
}

/// Groups releases by their buyers, each group in the order the releases were made. A release that names no
/// buyer joins the only group of its ocid; if there are several, it stays in a group of its own.
fn by_buyers(mut members: Vec<Member>) -> Vec<(String, Vec<Member>)> {
    // Undated releases come first, so they overrule nothing. The sort is stable: equal dates keep the order
    // of the file.
    members.sort_by_key(|member| member.at);
    let mut keys: Vec<String> = Vec::new();
    for member in &members {
        if !member.buyer_key.is_empty() && !keys.contains(&member.buyer_key) {
            keys.push(member.buyer_key.clone());
        }
    }
    let only = if let [only] = &keys[..] { Some(only.clone()) } else { None };
    let mut groups: Vec<(String, Vec<Member>)> = Vec::new();
    for member in members {
        let key = match &only {
            Some(only) if member.buyer_key.is_empty() => only.clone(),
            _ => member.buyer_key.clone(),
        };
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(member),
            None => groups.push((key, vec![member])),
        }
    }
    groups
}
