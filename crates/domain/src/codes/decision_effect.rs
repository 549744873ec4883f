//! What can happen to a person after the tool's output.

codes! {
    /// What can happen to a person after the tool's output.
    DecisionEffect, "decision_effect", "a decision effect",
    "What can happen to a person after the tool's output.";

    BenefitStop = "benefit_stop", "Benefit stop", "A benefit or service is stopped, cut or refused", also ["benefit", "refusal"];
    Debt = "debt", "Debt", "Money is claimed back", also ["overpayment"];
    Penalty = "penalty", "Penalty", "A fine or sanction", also ["fine", "sanction"];
    Investigation = "investigation", "Investigation", "A person is investigated or checked more", also ["check", "audit"];
    ArrestStop = "arrest_stop", "Arrest or stop", "A person is stopped, searched or arrested", also ["arrest", "stop_and_search"];
    Detention = "detention", "Detention", "A person is held or stays held";
    Exclusion = "exclusion", "Exclusion", "A person is kept out of a place, school or service", also ["ban"];
    Referral = "referral", "Referral", "A person is passed to another service";
    Allocation = "allocation", "Allocation", "Places, homes, staff or money are given out";
    Ranking = "ranking", "Ranking", "People or cases are put in an order", also ["priority", "triage"];
    None = "none", "None", "Nothing happens to a person";
}
