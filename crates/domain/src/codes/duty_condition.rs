//! For which tools something is owed.

codes! {
    /// For which tools something is owed.
    DutyCondition, "duty_condition", "a condition of a duty",
    "For which tools something is owed. Each is answered from a record by yes, no or not known.";

    EveryTool = "every_tool", "Every tool", "Any tool that the body uses for its functions";
    Persons = "persons", "Data about people, or effects on them", "It uses data about people, or what it does affects them";
    ChildrenData = "children_data", "Data about children", "It uses data about children, or is used on them";
    DecisionOnPersons = "decision_on_persons", "Decisions about people", "It makes or prepares decisions that affect people";
    PublicEffect = "public_effect", "Public effect", "It weighs on decisions with public effect, or meets the public itself";
    HighImpact = "high_impact", "High impact (US)", "The US inventory says that it is high-impact, or that it affects rights or safety";
    EuHighRisk = "eu_high_risk", "High risk (EU AI Act)", "By sector, technology and effects it is an AI system of Annex III of the EU AI Act";
}
