//! Anybody proposes a correction of a record.

use chrono::TimeDelta;
use domain::RecordId;
use store::ground::secret::{Opens, Secret};
use store::people::remarks::{self, Remark};

use crate::{Act, Refusal, Statement};

/// Corrections of one record that may wait at once.
const WAITING_OF_RECORD: i64 = 20;
/// Corrections of all records in an hour.
const IN_AN_HOUR: i64 = 200;

/// Keeps a correction and gives the secret by which its outcome can be read. The record is known to be published.
///
/// Errors: [`Refusal::TooMany`].
pub async fn propose_correction(act: &Act<'_>, id: RecordId, said: Statement) -> Result<Secret, Refusal> {
    let since = act.now - TimeDelta::hours(1);
    let (waiting, hour) = remarks::corrections(act.tx, &id.to_string(), since).await?;
    if waiting >= WAITING_OF_RECORD || hour >= IN_AN_HOUR {
        return Err(Refusal::TooMany);
    }
    let secret = Secret::new(Opens::Correction);
    let mut remark = Remark::pending(&id.to_string(), "correction", None, said.text, act.now);
    remark.evidence = said.evidence_url;
    remarks::insert(act.tx, &remark, Some(&secret.sha256())).await?;
    Ok(secret)
}
