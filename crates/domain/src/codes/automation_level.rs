//! How much of a decision the tool makes.

codes! {
    /// How much of a decision the tool makes.
    AutomationLevel, "automation_level", "an automation level",
    "How much of the decision the tool takes.";

    Informational = "informational", "Informational", "Gives information, no proposal", also ["information"];
    Recommends = "recommends", "Recommends", "Proposes; a person decides", also ["advice"];
    DecidesWithReview = "decides_with_review", "Decides with review", "Decides; a person checks before it takes effect";
    DecidesAlone = "decides_alone", "Decides alone", "Decides and takes effect without a person", also ["automatic", "fully_automated"];
}
