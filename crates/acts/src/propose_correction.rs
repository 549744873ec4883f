//! Proposing a correction to a record, by anyone.

use chrono::TimeDelta;
use domain::RecordId;
use store::ground::secret::{Opens, Secret};
use store::people::remarks::{self, Remark, RemarkKind};

use crate::{Act, Refusal, Statement};

/// Pending corrections of one record, from which on only first ones are taken.
const WAITING_OF_RECORD: i64 = 20;
/// Corrections per hour over all records, from which on only first ones are taken.
const IN_AN_HOUR: i64 = 200;

/// Stores a correction and returns the secret that shows its outcome. The caller has checked that the record
/// is published. `is_first` says that its sender has hardly sent any lately: these are taken even if very many
/// came from others, so that nobody can stop everybody's corrections by sending many.
///
/// Errors: [`Refusal::TooMany`], since anyone may write here without an account.
pub async fn propose_correction(
    act: &Act<'_>,
    id: RecordId,
    said: Statement,
    is_first: bool,
) -> Result<Secret, Refusal> {
    let since = act.now - TimeDelta::hours(1);
    let (waiting, hour) = remarks::corrections(act.tx, &id.to_string(), since).await?;
    if !is_first && (waiting >= WAITING_OF_RECORD || hour >= IN_AN_HOUR) {
        return Err(Refusal::TooMany);
    }
    let secret = Secret::new(Opens::Correction);
    let mut remark = Remark::pending(&id.to_string(), RemarkKind::Correction, None, said.text, act.now);
    remark.evidence = said.evidence_url;
    remarks::insert(act.tx, &remark, Some(&secret.sha256())).await?;
    Ok(secret)
}
