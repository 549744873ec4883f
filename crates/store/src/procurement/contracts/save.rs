//! Writing processes and contracts, which are derived from releases each time.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::codes::{Code, PartyRole};
use domain::contracting::watch::{Hit, Purchase};
use domain::contracting::{Contract, Process, money, watch};
use sea_orm::Value;
use uuid::Uuid;

use super::json::json;
use super::releases::KnownProcess;
use crate::ground::sql::{Sql, insert_rows};
use crate::names::parties::Parties;
use crate::{StoreError, Tx};

/// Namespace for ids of processes and contracts: the same notices give the same ids in every register.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f61_7220_6f63_6473_8000_0000_0000_0001);

/// A process as derived from its releases, and the row it already has.
#[derive(Debug, Clone)]
pub struct ProcessState {
    /// Key of its set of buyers.
    pub buyer_key: String,
    /// The process.
    pub process: Process,
    /// Its contracts.
    pub contracts: Vec<ContractState>,
    /// The stored process, if there is one.
    pub known: Option<KnownProcess>,
}

/// A contract, and why it is on the watch list.
#[derive(Debug, Clone)]
pub struct ContractState {
    /// The contract.
    pub contract: Contract,
    /// Why it is watched.
    pub hit: Option<Hit>,
}

/// Keys of contracts within their process. The award's id comes first, so that an award that becomes a contract
/// stays the same purchase.
fn contract_keys(contracts: &[ContractState]) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::new();
    contracts
        .iter()
        .enumerate()
        .map(|(place, state)| {
            let contract = &state.contract;
            let award = contract.award_id.as_ref().map(|id| format!("award|{id}"));
            let own = contract.contract_id.as_ref().map(|id| format!("contract|{id}"));
            let further = award.as_ref().zip(own.as_ref()).map(|(award, own)| format!("{award}|{own}"));
            let keys = [award, own, further, Some(format!("place|{place}"))];
            let key = keys.into_iter().flatten().find(|key| !taken.contains(key));
            let key = key.unwrap_or_else(|| format!("place|{place}|again"));
            taken.insert(key.clone());
            key
        })
        .collect()
}

/// Writes processes and their contracts. Contracts that no longer follow from the notices stay, marked as not
/// current: links and gaps refer to them.
pub async fn save(tx: &Tx, states: &[ProcessState], now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut next_process = Sql::new("SELECT coalesce(max(seq), 0) FROM processes").number(tx).await?;
    let mut next_contract = Sql::new("SELECT coalesce(max(seq), 0) FROM contracts").number(tx).await?;
    let old: Vec<i64> =
        states.iter().filter_map(|state| state.known.as_ref().map(|known| known.seq)).collect();
    let mut known_contracts = contracts_of(tx, &old).await?;
    forget_details(tx, known_contracts.values().flatten().map(|(_, seq)| *seq).collect()).await?;

    let mut taken = taken_ids(tx, states).await?;
    let mut rows = Rows::default();
    let mut gone = Vec::new();
    for state in states {
        let (seq, id) = match &state.known {
            Some(known) => (known.seq, known.id.clone()),
            None => {
                next_process += 1;
                let id = (0..).map(|attempt| process_id(state, attempt)).find(|id| !taken.contains(id));
                let id = id.expect("some attempt is free");
                taken.insert(id.clone());
                (next_process, id)
            }
        };
        let mut before = known_contracts.remove(&seq).unwrap_or_default();
        for (key, contract) in contract_keys(&state.contracts).iter().zip(&state.contracts) {
            let contract_id = Uuid::new_v5(&NAMESPACE, format!("{id}|{key}").as_bytes()).to_string();
            let contract_seq = before.remove(&contract_id).unwrap_or_else(|| {
                next_contract += 1;
                next_contract
            });
            rows.contract(contract_seq, contract_id, seq, &state.process, contract, now);
        }
        gone.extend(before.into_values());
        rows.process(seq, id, state);
    }
    rows.write(tx).await?;
    for chunk in gone.chunks(500) {
        let mut sql = Sql::new("UPDATE contracts SET is_current = FALSE WHERE seq IN ");
        sql.bind_list(chunk.iter().copied()).run(tx).await?;
    }
    Ok(())
}

/// The id of a new process, made from source, ocid and buyers; later attempts give other ids.
fn process_id(state: &ProcessState, attempt: u32) -> String {
    let parts = [&state.process.source, &state.process.ocid, &state.buyer_key];
    let mut name: String = parts.iter().map(|part| format!("{}:{part}|", part.len())).collect();
    if attempt > 0 {
        name.push_str(&attempt.to_string());
    }
    Uuid::new_v5(&NAMESPACE, name.as_bytes()).to_string()
}

/// Which ids of new processes are taken: a process that began before its buyers were known keeps its old id
/// when they come.
async fn taken_ids(tx: &Tx, states: &[ProcessState]) -> Result<HashSet<String>, StoreError> {
    let new: Vec<&ProcessState> = states.iter().filter(|state| state.known.is_none()).collect();
    let mut taken = HashSet::new();
    for chunk in new.chunks(500) {
        let mut sql = Sql::new("SELECT id FROM processes WHERE id IN ");
        // The second may be taken too, the third only by a process that had two.
        let ids = chunk.iter().flat_map(|state| (0..3).map(|attempt| process_id(state, attempt)));
        for row in sql.bind_list(ids).all(tx).await? {
            taken.insert(row.try_get_by("id")?);
        }
    }
    Ok(taken)
}

/// Contracts of these processes: row number by process and id.
async fn contracts_of(tx: &Tx, processes: &[i64]) -> Result<HashMap<i64, HashMap<String, i64>>, StoreError> {
    let mut found: HashMap<i64, HashMap<String, i64>> = HashMap::new();
    for chunk in processes.chunks(500) {
        let mut sql = Sql::new("SELECT process_seq, id, seq FROM contracts WHERE process_seq IN ");
        for row in sql.bind_list(chunk.iter().copied()).all(tx).await? {
            let process: i64 = row.try_get_by("process_seq")?;
            found.entry(process).or_default().insert(row.try_get_by("id")?, row.try_get_by("seq")?);
        }
    }
    Ok(found)
}

/// Deletes rows that are about to be rewritten.
async fn forget_details(tx: &Tx, contracts: Vec<i64>) -> Result<(), StoreError> {
    for chunk in contracts.chunks(500) {
        for table in ["contract_parties", "contract_cpv"] {
            let mut sql = Sql::new(&format!("DELETE FROM {table} WHERE contract_seq IN "));
            sql.bind_list(chunk.iter().copied()).run(tx).await?;
        }
    }
    Ok(())
}

#[derive(Default)]
struct Rows {
    processes: Vec<Value>,
    contracts: Vec<Value>,
    parties: Vec<Value>,
    cpv: Vec<Value>,
}

/// Characters of a description that can be searched.
const SEARCHED: usize = 2_000;

/// The searchable text of a contract.
fn text_key(contract: &Contract) -> String {
    let names = contract.parties.iter().filter_map(|party| party.name.as_deref());
    let texts = [&contract.title, &contract.description];
    let beginning = |text: &str| text.chars().take(SEARCHED).collect::<String>();
    let texts = texts.into_iter().flatten().map(|text| beginning(text));
    domain::text::fold(&texts.chain(names.map(str::to_owned)).collect::<Vec<_>>().join(" "))
}

impl Rows {
    fn process(&mut self, seq: i64, id: String, state: &ProcessState) {
        let process = &state.process;
        self.processes.extend(values![
            seq,
            id,
            process.source.as_str(),
            process.ocid.as_str(),
            state.buyer_key.as_str(),
            json(process),
        ]);
    }

    fn contract(
        &mut self,
        seq: i64,
        id: String,
        process_seq: i64,
        process: &Process,
        state: &ContractState,
        now: DateTime<Utc>,
    ) {
        let contract = &state.contract;
        let value = contract.value.as_ref().or(contract.value_gross.as_ref());
        let listed_on = process.first_at.unwrap_or(now).date_naive();
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
        self.contracts.extend(values![
            seq,
            id,
            process_seq,
            contract.kind.as_str(),
            true,
            listed_on.to_string(),
            value.and_then(money::Money::decimal).map(money::hundredths),
            value.and_then(|value| value.currency.clone()),
            process.procedure.clone(),
            format!(";{};", process.notice_types.join(";").to_uppercase()),
            day(contract.awarded_on.or(contract.signed_on)),
            day(contract.starts_on),
            day(contract.last_day()),
            state.hit.as_ref().map(|hit| hit.strength.as_str()),
            state.hit.as_ref().map(|hit| hit.group.clone()),
            text_key(contract),
            json(contract),
            state.hit.as_ref().map(json),
        ]);
        for (place, party) in contract.parties.iter().enumerate() {
            self.parties.extend(values![
                seq,
                i32::try_from(place).unwrap_or(i32::MAX),
                party.role.as_str(),
                party.name.clone(),
                party.organisation.clone(),
                party.resolved_by.as_str(),
            ]);
        }
        for code in &contract.cpv {
            self.cpv.extend(values![seq, code.code.as_str()]);
        }
    }

    async fn write(self, tx: &Tx) -> Result<(), StoreError> {
        let head = "INSERT INTO processes (seq, id, source, ocid, buyer_key, detail)";
        let tail =
            " ON CONFLICT (seq) DO UPDATE SET buyer_key = excluded.buyer_key, detail = excluded.detail";
        insert_rows(tx, head, 6, self.processes, tail).await?;
        let head = "INSERT INTO contracts (seq, id, process_seq, kind, is_current, listed_on, amount, currency, \
            procedure, notice_types, awarded_on, starts_on, ends_on, watch_strength, watch_group, text_key, \
            detail, watch)";
        // `listed_on` is never updated: a walk sorted by it meets each contract once.
        let tail = " ON CONFLICT (seq) DO UPDATE SET kind = excluded.kind, is_current = excluded.is_current, \
            amount = excluded.amount, currency = excluded.currency, procedure = excluded.procedure, \
            notice_types = excluded.notice_types, awarded_on = excluded.awarded_on, \
            starts_on = excluded.starts_on, ends_on = excluded.ends_on, \
            watch_strength = excluded.watch_strength, watch_group = excluded.watch_group, \
            text_key = excluded.text_key, detail = excluded.detail, watch = excluded.watch";
        insert_rows(tx, head, 18, self.contracts, tail).await?;
        let head = "INSERT INTO contract_parties (contract_seq, place, role, name, slug, resolved_by)";
        insert_rows(tx, head, 6, self.parties, "").await?;
        let head = "INSERT INTO contract_cpv (contract_seq, code)";
        insert_rows(tx, head, 2, self.cpv, "").await
    }
}

/// Whether and why a contract is on the watch list. Its parties must be resolved.
pub(crate) fn hit(process: &Process, contract: &Contract, parties: &Parties) -> Option<Hit> {
    let codes: Vec<&str> = contract.cpv.iter().map(|cpv| cpv.code.as_str()).collect();
    let buyers = || contract.parties_as(PartyRole::Buyer);
    let names: Vec<&str> = buyers().filter_map(|party| party.name.as_deref()).collect();
    let title = [contract.title.as_deref(), process.title.as_deref()];
    let description = [contract.description.as_deref(), process.description.as_deref()];
    let joined = |texts: [Option<&str>; 2]| match texts {
        [Some(own), Some(other)] if own != other => format!("{own}. {other}"),
        [own, other] => own.or(other).unwrap_or_default().to_owned(),
    };
    watch::look(&Purchase {
        title: &joined(title),
        description: &joined(description),
        cpv: &codes,
        buyers: &names,
        sensitive_buyer: buyers()
            .any(|party| party.organisation.as_ref().is_some_and(|slug| parties.is_sensitive(slug))),
    })
}

impl ContractState {
    /// Checks a contract, its parties resolved, against the watch list.
    pub fn watched(process: &Process, contract: Contract, parties: &Parties) -> Self {
        let hit = hit(process, &contract, parties);
        Self { contract, hit }
    }
}
