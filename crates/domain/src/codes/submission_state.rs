//! The state of a submission on its way to publication.

codes! {
    /// The state of a submission on its way to publication.
    SubmissionState, "submission_state", "a state of a submission",
    "Where a submission stands on its way to publication.";

    Draft = "draft", "Draft", "Being written";
    Submitted = "submitted", "Submitted", "Waiting for someone to review it";
    InReview = "in_review", "In review", "Someone reviews it";
    ChangesRequested = "changes_requested", "Changes requested", "Came back with a reason; the next edit makes it a draft again";
    Approved = "approved", "Approved", "Ready to be published";
    Published = "published", "Published", "Became a version of its record";
    Discarded = "discarded", "Discarded", "Given up; it stays readable for those who wrote it";
}
