//! What a row in the list of contracts represents.

codes! {
    /// What a row in the list of contracts represents.
    ContractKind, "contract_kind", "a kind of contract",
    "What a row of the contract side stands for.";

    Contract = "contract", "Contract", "A contract that a notice describes, joined to its award";
    AwardOnly = "award_only", "Award only", "An award without a contract in the notices; Contracts Finder publishes nothing else";
}
