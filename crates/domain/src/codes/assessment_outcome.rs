//! What an assessment concluded.

codes! {
    /// What an assessment concluded.
    AssessmentOutcome, "assessment_outcome", "an outcome of assessment",
    "What an assessment concluded.";

    Proceed = "proceed", "Proceed", "Go ahead", also ["go"];
    ProceedWithMeasures = "proceed_with_measures", "Proceed with measures", "Go ahead once measures are in place";
    DoNotProceed = "do_not_proceed", "Do not proceed", "Stop", also ["stop"];
    PriorConsultation = "prior_consultation", "Prior consultation", "Ask the supervisory authority first";
}
