//! Where the value of a contract comes from.

codes! {
    /// Where the value of a contract comes from.
    ValueBasis, "value_basis", "a basis of a value",
    "Where the value of a contract comes from.";

    Contract = "contract", "Contract", "The contract states it";
    Award = "award", "Award", "The award states it";
    Tender = "tender", "Tender", "The tender expected it; what was agreed is not known";
}
