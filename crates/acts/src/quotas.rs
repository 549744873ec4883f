//! How much a body may have, so that none of them, or a stolen token, fills the register.

use chrono::{DateTime, Utc};
use domain::authorisation::Grant;
use store::Reads;
use store::people::quotas;

use crate::Refusal;

/// How much one body may have. 0 sets no limit. The command line is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Documents, together, in MiB.
    pub documents: u64,
    /// Drafts and submissions in progress.
    pub drafts: u64,
    /// Tokens that work.
    pub tokens: u64,
    /// Webhooks.
    pub webhooks: u64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self { documents: 10_240, drafts: 10_000, tokens: 500, webhooks: 100 }
    }
}

fn check(has: u64, most: u64, full: impl FnOnce() -> String) -> Result<(), Refusal> {
    if most != 0 && has > most { Err(Refusal::Quota(full())) } else { Ok(()) }
}

/// Each of these is asked in the transaction that has just made one more, which is dropped if it does not fit.
impl Quotas {
    /// Whether a body's documents fit, with so many bytes more. Errors: [`Refusal::Quota`].
    pub async fn fit_documents(&self, conn: &impl Reads, owner: &str, more: u64) -> Result<(), Refusal> {
        let most = self.documents;
        let has = quotas::document_bytes(conn, owner).await?;
        check(has.saturating_add(more), most.saturating_mul(1 << 20), || {
            format!(
                "the body's documents may have {most} MiB together, and this one has no room left: ask the \
                 people who run the register, who can raise REGISTER_QUOTA_DOCUMENTS"
            )
        })
    }

    /// Whether a body's drafts and submissions in progress fit. Errors: [`Refusal::Quota`].
    pub async fn fit_drafts(&self, conn: &impl Reads, owner: &str) -> Result<(), Refusal> {
        let most = self.drafts;
        check(quotas::open_submissions(conn, owner).await?, most, || {
            format!(
                "the body may have {most} drafts and submissions in progress, and this would be more: publish or \
                 discard some first"
            )
        })
    }

    /// Whether the working tokens of the bodies for which somebody holds these roles fit; roles for the whole
    /// register count as a body. Errors: [`Refusal::Quota`].
    pub async fn fit_tokens(
        &self,
        conn: &impl Reads,
        grants: &[Grant],
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let most = self.tokens;
        for body in bodies(grants) {
            check(quotas::tokens(conn, body, now).await?, most, || {
                format!(
                    "the people of a body may have {most} working tokens: revoke some that nobody needs first"
                )
            })?;
        }
        Ok(())
    }

    /// Whether the webhooks of these bodies fit. Errors: [`Refusal::Quota`].
    pub async fn fit_webhooks(&self, conn: &impl Reads, grants: &[Grant]) -> Result<(), Refusal> {
        let most = self.webhooks;
        for body in bodies(grants) {
            check(quotas::webhooks(conn, body).await?, most, || {
                format!("the people of a body may have {most} webhooks: delete some that nobody needs first")
            })?;
        }
        Ok(())
    }
}

/// Ids of the bodies of these roles, each once; empty for the whole register.
fn bodies(grants: &[Grant]) -> Vec<&str> {
    let mut all: Vec<&str> =
        grants.iter().map(|grant| grant.organisation.as_deref().unwrap_or_default()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_holds_exactly_as_much_as_it_says_and_0_is_none() {
        assert!(check(10, 10, String::new).is_ok());
        assert!(matches!(check(11, 10, || "full".to_owned()), Err(Refusal::Quota(said)) if said == "full"));
        assert!(check(1_000, 0, String::new).is_ok());
    }
}
