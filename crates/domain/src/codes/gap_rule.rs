//! What the gap report looks for.

codes! {
    /// What the gap report looks for.
    GapRule, "gap_rule", "a rule of the gap report",
    "What the gap report looks for between what was bought and what is on the register.";

    ContractWithoutRecord = "contract_without_record", "Contract without record", "Sensitive technology, signed, awarded or begun over 28 days ago, and no record that probably matches", also ["g1"], broader "register:G1";
    RecordWithoutContract = "record_without_contract", "Record without contract", "A bought tool in use, and no contract that probably matches", also ["g2"], broader "register:G2";
    FrameworkOnly = "framework_only", "Framework only", "A framework for sensitive technology: who may have called off is not known; it accuses nobody", also ["g3"], broader "register:G3";
    LatePublication = "late_publication", "Late publication", "Sensitive technology, announced over 30 days after the award", also ["g4"], broader "register:G4";
    ExpiredOrRenewed = "expired_or_renewed", "Expired or renewed", "The tool is in use and its contract has ended, or was extended and the record does not say so", also ["g5"], broader "register:G5";
    SupplierWithheld = "supplier_withheld", "Supplier withheld", "The notice does not say who sold it", also ["g6"], broader "register:G6";
    ValueWithheld = "value_withheld", "Value withheld", "The notice does not say what it costs", also ["g6"], broader "register:G6";
    IdentityUnresolved = "identity_unresolved", "Identity unresolved", "The register does not know who bought it; counted, never a gap of a named body", also ["g7"], broader "register:G7";
    AssessmentMissing = "assessment_missing", "Assessment missing", "The contract runs, and the record lacks an assessment that a law or policy asks for", also ["g8"], broader "register:G8";
}
