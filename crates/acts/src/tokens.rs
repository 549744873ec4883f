//! Shared by the acts on tokens.

use domain::Finding;
use domain::codes::Role;
use store::people::audit::Deed;
use store::{Reads, StoreError};

use crate::{Act, Refusal, known_organisation, label};

/// Default lifetime of a token, in days.
const DAYS_DEFAULT: i64 = 90;
/// Longest lifetime of a token, in days.
const DAYS_MAX: i64 = 365;

/// A checked token, ready to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    pub(crate) label: String,
    pub(crate) days: i64,
    /// The only role it carries; `None` for all its owner's roles.
    pub role: Option<Role>,
    /// Id of the only organisation it carries roles for; `None` for all its owner's.
    pub organisation: Option<String>,
}

impl NewToken {
    /// A token that carries all its owner's roles. Errors: [`Refusal::Invalid`], listing everything wrong
    /// with the label and the days.
    pub fn new(said: &str, days: Option<i64>) -> Result<Self, Refusal> {
        let days = days.unwrap_or(DAYS_DEFAULT);
        let label = label(said, "token");
        let bad_days = (!(1..=DAYS_MAX).contains(&days)).then(|| {
            Finding::error("/days", "out-of-range", format!("{days} days"))
                .hint(format!("write a number from 1 to {DAYS_MAX}"))
        });
        match (label, bad_days) {
            (Ok(label), None) => Ok(Self { label, days, role: None, organisation: None }),
            (label, bad_days) => Err(Refusal::Invalid(label.err().into_iter().chain(bad_days).collect())),
        }
    }

    /// Limits the token to one role, or to roles for one organisation (by slug). Errors:
    /// [`Refusal::NotFound`] for an unknown organisation.
    pub async fn only(
        self,
        conn: &impl Reads,
        role: Option<Role>,
        slug: Option<&str>,
    ) -> Result<Self, Refusal> {
        let organisation = match slug {
            Some(slug) => Some(known_organisation(conn, slug).await?.id),
            None => None,
        };
        Ok(Self { role, organisation, ..self })
    }
}

/// Audits a change to a token.
pub(crate) async fn note(
    act: &Act<'_>,
    role: Option<Role>,
    action: &str,
    token: &str,
) -> Result<(), StoreError> {
    act.note(role, Deed::new(action, "token", token)).await
}
