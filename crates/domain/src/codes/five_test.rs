//! The five tests that a body can answer.

codes! {
    /// One of the five tests.
    FiveTest, "test", "a test",
    "One of the five tests that a body can answer.";

    Preparation = "preparation", "Preparation", "Whether it was prepared";
    Principles = "principles", "Principles", "Whether it follows principles";
    Participation = "participation", "Participation", "Whether people took part";
    Prosperity = "prosperity", "Prosperity", "Whether it does good";
    Power = "power", "Power", "Who gains power";
}
