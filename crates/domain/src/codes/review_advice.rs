//! What an oversight body advised.

codes! {
    /// What an oversight body advised.
    ReviewAdvice, "review_advice", "an advice",
    "What an oversight body advised.";

    Support = "support", "Support", "Go ahead";
    SupportWithConditions = "support_with_conditions", "Support with conditions", "Go ahead if conditions are met", also ["conditions"];
    MoreInformation = "more_information", "More information", "Come back with more";
    DoNotSupport = "do_not_support", "Do not support", "Do not go ahead", also ["reject"];
    NoAdvice = "no_advice", "No advice", "Noted without advice", also ["noted"];
}
