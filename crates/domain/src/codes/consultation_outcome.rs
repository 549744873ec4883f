//! The outcome of a consultation.

codes! {
    /// The outcome of a consultation.
    ConsultationOutcome, "consultation_outcome", "an outcome of consultation",
    "What came of a consultation.";

    Agreed = "agreed", "Agreed", "The consulted agreed";
    Changed = "changed", "Changed", "The plan was changed";
    Unchanged = "unchanged", "Unchanged", "The plan stayed as it was";
    Withdrawn = "withdrawn", "Withdrawn", "The plan was given up";
    Ongoing = "ongoing", "Ongoing", "Still open", also ["open"];
}
