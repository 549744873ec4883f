//! How strong a duty is.

codes! {
    /// How strong a duty is.
    DutyStrength, "duty_strength", "a strength of a duty",
    "How strong a duty is: only laws and policies raise flags.";

    Law = "law", "Law", "A law asks for it";
    Policy = "policy", "Policy", "A policy that binds the body asks for it";
    GoodPractice = "good_practice", "Good practice", "It is recommended, and never raises a flag";
}
