//! Storing a batch of releases, and deriving the processes they belong to again.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::codes::{ContractKind, PartyRole, ResolvedBy};
use domain::contracting::{Contract, ContractParty, Process};
use store::names::parties::Parties;
use store::procurement::contracts::{
    self, ContractState, Known, KnownProcess, KnownRelease, NewRelease, ProcessState,
};
use store::{StoreError, Tx};

use super::merge::compile;
use super::node::{self, Found, Node};
use super::project::{History, project};
use super::release::Element;
use crate::load::Stored;
use crate::report::{Tally, counted, used};

/// Country of a party when nothing states one (ISO 3166-1, user-assigned).
const NOWHERE: &str = "XX";

/// Country of parties that state none, by the source of the notice.
fn home(source: &str, country: Option<&str>) -> String {
    match source {
        "find_a_tender" | "contracts_finder" => "GB".to_owned(),
        _ => country.unwrap_or(NOWHERE).to_owned(),
    }
}

/// A release and what it amounts to on its own, prepared on the reading thread.
pub(super) struct Ready {
    element: Element,
    pub(super) alone: (Process, Vec<Contract>),
}

impl Ready {
    /// Length of the release as it was sent.
    pub(super) fn bytes(&self) -> usize {
        self.element.raw.len()
    }
}

/// Prepares a release: what needs no database.
pub(super) fn ready(element: Element) -> Ready {
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

/// Counts what a process contains, and what is odd about it.
pub(super) fn count(tally: &mut Tally, process: &Process, contracts: &[ContractState]) {
    counted(&mut tally.counts, "processes");
    process.quality.iter().for_each(|what| used(&mut tally.uses, what));
    for ContractState { contract, hit } in contracts {
        counted(
            &mut tally.counts,
            match contract.kind {
                ContractKind::Contract => "contracts",
                ContractKind::AwardOnly => "awards_only",
            },
        );
        if hit.is_some() {
            counted(&mut tally.counts, "on_watch_list");
        }
        for what in contract.quality.iter().chain(&contract.value_quality) {
            used(&mut tally.uses, what);
        }
        for what in contract.cpv.iter().filter_map(|cpv| cpv.quality.as_deref()) {
            used(&mut tally.uses, &format!("cpv-{what}"));
        }
        for party in &contract.parties {
            let role = match party.role {
                PartyRole::Buyer => "buyers",
                PartyRole::Supplier => "suppliers",
                PartyRole::RemovedSupplier => "removed_suppliers",
            };
            counted(&mut tally.counts, role);
            if party.resolved_by != ResolvedBy::Nothing {
                counted(&mut tally.counts, &format!("{role}_resolved"));
            }
            for what in &party.quality {
                used(&mut tally.uses, what);
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

/// Where a batch is stored.
pub(super) struct Batch<'a> {
    pub(super) tx: &'a Tx,
    pub(super) parties: &'a mut Parties,
    /// Country of parties that state none.
    pub(super) country: Option<&'a str>,
    pub(super) now: DateTime<Utc>,
    /// The run, unless the notices are our own.
    pub(super) import: Option<i64>,
}

impl Batch<'_> {
    /// Stores the releases the register does not have yet, and recomputes their processes.
    pub(super) async fn keep(&mut self, ready: Vec<Ready>) -> Result<Stored, StoreError> {
        let of = |element: &Element| (element.source.clone(), element.ocid.clone());
        let ocids: HashSet<(String, String)> = ready.iter().map(|one| of(&one.element)).collect();
        let mut known = contracts::known(self.tx, &ocids).await?;
        let mut stored = Stored::default();
        let mut new: Vec<NewRelease> = Vec::new();
        let mut fresh: HashMap<(String, String), Vec<Ready>> = HashMap::new();
        let mut order = Vec::new();
        for mut one in ready {
            let of = of(&one.element);
            let seen = known.entry(of.clone()).or_default();
            let element = &mut one.element;
            if seen.releases.iter().any(|r| r.key == element.key && r.sha256 == element.sha256) {
                stored.unchanged += 1;
                continue;
            }
            if seen.releases.iter().any(|release| release.key == element.key) {
                used(&mut stored.tally.uses, "release-id-again-with-other-content");
            }
            if seen.processes.is_empty() && !fresh.contains_key(&of) {
                stored.created += 1;
            } else {
                stored.changed += 1;
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
            count(&mut stored.tally, &state.process, &state.contracts);
        }
        contracts::save(self.tx, &states, self.now).await?;
        Ok(stored)
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
            let home = home(&state.process.source, self.country);
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
