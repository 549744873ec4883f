//! How far an assessment has got.

codes! {
    /// How far an assessment has got.
    AssessmentStatus, "assessment_status", "a status of assessment",
    "How far an assessment is.";

    NotStarted = "not_started", "Not started", "Nothing done yet", also ["none"];
    NotRequired = "not_required", "Not required", "Not needed, with the reason", also ["not_applicable"];
    InProgress = "in_progress", "In progress", "Begun", also ["started", "ongoing"];
    Complete = "complete", "Complete", "Finished", also ["completed", "done"];
    Approved = "approved", "Approved", "Finished and signed off", also ["signed_off"];
    Overdue = "overdue", "Overdue", "Should have been finished", also ["late"];
    Superseded = "superseded", "Superseded", "Replaced by a later one", also ["replaced"];
}

impl AssessmentStatus {
    /// Whether nothing is left to do.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Complete | Self::Approved)
    }

    /// Whether there is an assessment at all: it was made, or is under way. One that is overdue counts.
    pub fn is_begun(self) -> bool {
        !matches!(self, Self::NotStarted | Self::NotRequired)
    }
}
