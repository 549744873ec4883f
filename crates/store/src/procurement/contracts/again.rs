//! Renewing stored contracts, after names were learned, the watch list changed or bodies were merged.

use domain::codes::{Code, ResolvedBy};
use domain::contracting::{Contract, Process};

use super::json::{json, read};
use super::save::ContractState;
use crate::ground::sql::Sql;
use crate::names::parties::Parties;
use crate::{Db, StoreError, Tx};

/// Contracts per step of [`watch_again`].
const AT_ONCE: i64 = 300;

/// Resolves the parties of every contract again and checks it against the current watch list, so that new names
/// and new releases of the list reach old contracts. Returns how many changed. Works in steps, so that no lock
/// is held for long.
pub(crate) async fn watch_again(db: &Db) -> Result<u64, StoreError> {
    let (mut after, mut changed) = (0_i64, 0);
    let parties = Parties::load(&db.read).await?;
    loop {
        let mut sql = Sql::new(
            "SELECT c.seq, c.detail AS contract, c.watch, p.detail AS process \
             FROM contracts c JOIN processes p ON p.seq = c.process_seq \
             WHERE c.is_current = TRUE AND c.seq > ",
        );
        let rows = sql.bind(after).push(" ORDER BY c.seq LIMIT ").bind(AT_ONCE).all(&db.read).await?;
        let Some(last) = rows.last() else { return Ok(changed) };
        after = last.try_get_by("seq")?;
        let mut again = Vec::new();
        for row in &rows {
            let seq: i64 = row.try_get_by("seq")?;
            let detail: String = row.try_get_by("contract")?;
            let watch: Option<String> = row.try_get_by("watch")?;
            let mut contract: Contract = read("contracts", seq, &detail)?;
            let process: Process = read("processes", seq, &row.try_get_by::<String, _>("process")?)?;
            parties.look_again(contract.parties.iter_mut(), process.country.as_deref().unwrap_or_default());
            let state = ContractState::watched(&process, contract, &parties);
            if json(&state.contract) != detail || state.hit.as_ref().map(json) != watch {
                again.push((seq, detail, state));
            }
        }
        if again.is_empty() {
            continue;
        }
        let tx = db.begin().await?;
        for (seq, before, state) in again {
            changed += u64::from(renew(&tx, seq, &before, &state).await?);
        }
        tx.commit().await?;
    }
}

/// Moves parties from a merged organisation to the one it was merged into. An unresolved one now counts as
/// found by alias.
pub(crate) async fn move_parties(tx: &Tx, from: &str, into: &str) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "SELECT c.seq, c.detail, c.watch FROM contracts c WHERE c.seq IN \
         (SELECT x.contract_seq FROM contract_parties x WHERE x.slug = ",
    );
    for row in sql.bind(from).push(")").all(tx).await? {
        let seq: i64 = row.try_get_by("seq")?;
        let detail: String = row.try_get_by("detail")?;
        let mut contract: Contract = read("contracts", seq, &detail)?;
        let watch: Option<String> = row.try_get_by("watch")?;
        for party in contract.parties.iter_mut().filter(|party| party.organisation.as_deref() == Some(from)) {
            party.organisation = Some(into.to_owned());
            if party.resolved_by == ResolvedBy::Nothing {
                party.resolved_by = ResolvedBy::Alias;
            }
        }
        let hit = watch.map(|watch| read("contracts", seq, &watch)).transpose()?;
        renew(tx, seq, &detail, &ContractState { contract, hit }).await?;
    }
    Ok(())
}

/// Stores a renewed contract, unless notices changed it since it was read: no lock was held in between.
async fn renew(tx: &Tx, seq: i64, before: &str, state: &ContractState) -> Result<bool, StoreError> {
    let mut sql = Sql::new("UPDATE contracts SET detail = ");
    sql.bind(json(&state.contract)).push(", watch = ").bind(state.hit.as_ref().map(json));
    sql.push(", watch_strength = ").bind(state.hit.as_ref().map(|hit| hit.strength.as_str()));
    sql.push(", watch_group = ").bind(state.hit.as_ref().map(|hit| hit.group.clone()));
    if sql.push(" WHERE seq = ").bind(seq).push(" AND detail = ").bind(before).run(tx).await? == 0 {
        return Ok(false);
    }
    for (place, party) in state.contract.parties.iter().enumerate() {
        let mut sql = Sql::new("UPDATE contract_parties SET slug = ");
        sql.bind(party.organisation.clone()).push(", resolved_by = ").bind(party.resolved_by.as_str());
        sql.push(" WHERE contract_seq = ").bind(seq).push(" AND place = ");
        sql.bind(i32::try_from(place).unwrap_or(i32::MAX)).run(tx).await?;
    }
    Ok(true)
}
