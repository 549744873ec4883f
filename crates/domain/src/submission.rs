//! The life of a submission, from first draft to published version, as one table of transitions.

use serde::{Deserialize, Serialize};

use crate::codes::{Code, SubmissionState};

/// What can be done to a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Change its content.
    Edit,
    /// Submit it for approval.
    Submit,
    /// Start a review.
    Review,
    /// Send it back, with a reason.
    RequestChanges,
    /// Approve it for publication.
    Approve,
    /// Publish it as a version of its record.
    Publish,
    /// Discard it.
    Discard,
}

impl Action {
    /// Every action, in the order of a submission's life.
    pub const ALL: &[Self] = &[
        Self::Edit,
        Self::Submit,
        Self::Review,
        Self::RequestChanges,
        Self::Approve,
        Self::Publish,
        Self::Discard,
    ];

    /// The action's name in answers and in the audit trail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Submit => "submit",
            Self::Review => "review",
            Self::RequestChanges => "request_changes",
            Self::Approve => "approve",
            Self::Publish => "publish",
            Self::Discard => "discard",
        }
    }

    /// Whether the action needs a reason.
    pub fn needs_reason(self) -> bool {
        self == Self::RequestChanges
    }
}

/// Every transition: from a state, by an action, to a state.
pub const TRANSITIONS: &[(SubmissionState, Action, SubmissionState)] = {
    use Action::*;
    use SubmissionState::*;
    &[
        (Draft, Edit, Draft),
        (Draft, Submit, Submitted),
        (Draft, Discard, Discarded),
        (Submitted, Review, InReview),
        (Submitted, RequestChanges, ChangesRequested),
        (Submitted, Approve, Approved),
        (Submitted, Discard, Discarded),
        (InReview, RequestChanges, ChangesRequested),
        (InReview, Approve, Approved),
        (ChangesRequested, Edit, Draft),
        (ChangesRequested, Submit, Submitted),
        (ChangesRequested, Discard, Discarded),
        (Approved, RequestChanges, ChangesRequested),
        (Approved, Publish, Published),
    ]
};

/// An action that the submission's state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a submission that is {} cannot be {}", .state.as_str(), past(*.action))]
pub struct IllegalTransition {
    /// The submission's state.
    pub state: SubmissionState,
    /// The action attempted.
    pub action: Action,
}

fn past(action: Action) -> &'static str {
    match action {
        Action::Edit => "edited",
        Action::Submit => "submitted",
        Action::Review => "taken into review",
        Action::RequestChanges => "sent back",
        Action::Approve => "approved",
        Action::Publish => "published",
        Action::Discard => "discarded",
    }
}

/// The actions that a state allows.
pub fn allowed(state: SubmissionState) -> impl Iterator<Item = Action> {
    TRANSITIONS.iter().filter(move |(from, ..)| *from == state).map(|(_, action, _)| *action)
}

/// The state after an action. Errors: [`IllegalTransition`] if the state does not allow it.
pub fn next(state: SubmissionState, action: Action) -> Result<SubmissionState, IllegalTransition> {
    TRANSITIONS
        .iter()
        .find(|(from, by, _)| *from == state && *by == action)
        .map(|(.., to)| *to)
        .ok_or(IllegalTransition { state, action })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_publication_and_back() {
        use Action::*;
        let mut state = SubmissionState::Draft;
        for action in [Edit, Submit, Review, RequestChanges, Edit, Submit, Approve, Publish] {
            state = next(state, action).unwrap();
        }
        assert_eq!(state, SubmissionState::Published);
        assert_eq!(allowed(state).count(), 0);
    }

    #[test]
    fn nothing_is_published_that_was_not_approved() {
        for (from, action, to) in TRANSITIONS {
            assert_eq!(*action == Action::Publish, *to == SubmissionState::Published);
            assert!(*action != Action::Publish || *from == SubmissionState::Approved);
        }
        let error = next(SubmissionState::Draft, Action::Publish).unwrap_err();
        assert_eq!(error.to_string(), "a submission that is draft cannot be published");
    }
}
