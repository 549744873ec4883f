//! Who must show that an outcome is right or wrong.

codes! {
    /// Who must show that an outcome is right or wrong.
    BurdenOfProof, "burden_of_proof", "a burden of proof",
    "Who must show that an outcome is right or wrong.";

    Body = "body", "The body", "The public body must show that the outcome is right";
    Person = "person", "The person", "The person affected must show that the outcome is wrong";
    Shared = "shared", "Shared", "Both must show their part";
}
