//! Why an act was not done.

use domain::Finding;
use domain::authorisation::Permission;
use domain::submission::{IllegalTransition, allowed};
use store::StoreError;
use store::records::Current;

use crate::Forbidden;

/// Why an act was not done. The transaction must not be committed.
#[derive(Debug)]
pub enum Refusal {
    /// The request is not valid; lists everything that is wrong.
    Invalid(Vec<Finding>),
    /// No such thing (kind, id), or the actor may not know of it.
    NotFound(&'static str, String),
    /// The record was withdrawn.
    Withdrawn(Box<Current>),
    /// None of the actor's roles allows it.
    Forbidden(Permission),
    /// In a browser, this needs a sign-in of the last minutes.
    SignInAgain,
    /// A rule beyond the permissions forbids it, such as four eyes.
    Rule(String),
    /// It conflicts with the current state.
    Conflict(String),
    /// The thing's state does not allow it.
    NotNow {
        /// What was attempted.
        detail: String,
        /// The actions that are allowed instead.
        allowed: Vec<String>,
    },
    /// Somebody else changed it after it was read.
    Stale,
    /// Too many such requests.
    TooMany,
    /// A body has as much as it may have; says what to do.
    Quota(String),
    /// The store failed.
    Store(StoreError),
}

impl Refusal {
    /// A refusal with a single finding.
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
