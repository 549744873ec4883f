//! Why an act was not done.

use domain::Finding;
use domain::authorisation::Permission;
use domain::submission::{IllegalTransition, allowed};
use store::StoreError;
use store::records::Current;

use crate::Forbidden;

/// Why an act was not done. Nothing of it is kept: the transaction must not be committed.
#[derive(Debug)]
pub enum Refusal {
    /// What was sent is not valid; everything that is wrong with it.
    Invalid(Vec<Finding>),
    /// There is nothing of that kind and id, or the actor may not know of it.
    NotFound(&'static str, String),
    /// The record was withdrawn.
    Withdrawn(Box<Current>),
    /// The actor's roles do not allow it.
    Forbidden(Permission),
    /// A rule beyond the table of permissions does not allow it: four eyes, for instance.
    Rule(String),
    /// It contradicts what is there.
    Conflict(String),
    /// Where the thing stands does not allow it.
    NotNow {
        /// What was tried.
        detail: String,
        /// What is allowed.
        allowed: Vec<String>,
    },
    /// Somebody changed it since it was read.
    Stale,
    /// Too many of a kind came in.
    TooMany,
    /// The store failed.
    Store(StoreError),
}

impl Refusal {
    /// One thing that is wrong with what was sent.
    pub fn invalid(finding: Finding) -> Self {
        Self::Invalid(vec![finding])
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::Stale,
            StoreError::Conflict(detail) => Self::Conflict(detail),
            error => Self::Store(error),
        }
    }
}

impl From<Forbidden> for Refusal {
    fn from(Forbidden(permission): Forbidden) -> Self {
        Self::Forbidden(permission)
    }
}

impl From<IllegalTransition> for Refusal {
    fn from(illegal: IllegalTransition) -> Self {
        let allowed = allowed(illegal.state).map(|action| action.as_str().to_owned()).collect();
        Self::NotNow { detail: illegal.to_string(), allowed }
    }
}
