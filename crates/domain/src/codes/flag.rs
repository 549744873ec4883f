//! What a public rule says about a published record.

codes! {
    /// What a public rule says about a published record.
    Flag, "flag", "a flag",
    "What a public rule says about a published record.";

    AssessmentMissing = "assessment_missing", "Assessment missing", "In use, and an assessment that a law or policy asks for is known not to be there";
    AssessmentNotStated = "assessment_not_stated", "Assessment not stated", "In use, an assessment is owed, and the source of the record does not say whether there is one";
    PostDeploymentOverdue = "post_deployment_overdue", "Post-deployment assessment overdue", "In use for over 12 months and not assessed since";
    ReviewNotFollowed = "review_not_followed", "Review not followed", "An oversight body advised against or set conditions, and that was rejected or not answered";
    RedressMissing = "redress_missing", "Redress missing", "It has effects on people and states no way to challenge them";
    ParticipationMissing = "participation_missing", "Participation missing", "In use in a sensitive sector, and nobody is said to have been consulted";
    SupplierUndisclosed = "supplier_undisclosed", "Supplier undisclosed", "Bought, and the supplier is withheld or not named";
    ContractMissing = "contract_missing", "Contract missing", "Bought and in use, and no contract is named";
    Stale = "stale", "Stale", "Neither changed nor confirmed for 12 months";
    Unanswered = "unanswered", "Unanswered", "Recorded by an observer and not answered by the body for 28 days";
}
