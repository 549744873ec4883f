//! The method by which an impact was assessed.

codes! {
    /// The method by which an impact was assessed.
    AssessmentType, "assessment_type", "a type of assessment",
    "By which method an impact was assessed.";

    Dpia = "dpia", "Data protection impact assessment", "Data protection (UK GDPR article 35)", also ["privacy", "pia", "gdpr"];
    Eqia = "eqia", "Equality impact assessment", "Equality (public sector equality duty)", also ["equality", "eia"];
    Hria = "hria", "Human rights impact assessment", "Human rights", also ["human_rights"];
    Fria = "fria", "Fundamental rights impact assessment", "Fundamental rights (EU AI Act article 27)", also ["fundamental_rights"];
    AiaCa = "aia_ca", "Algorithmic impact assessment (Canada)", "Canada's Algorithmic Impact Assessment", also ["aia"];
    Aiia = "aiia", "AI impact assessment", "An impact assessment of an AI system by another published method", also ["ai_impact_assessment", "iama"];
    GoodWorkAia = "good_work_aia", "Good work algorithmic impact assessment", "Effects on work and workers", also ["good_work"];
    Cria = "cria", "Child rights impact assessment", "Children's rights", also ["child_rights", "children"];
    AlgoCare = "algo_care", "ALGO-CARE", "The ALGO-CARE framework for policing", also ["algocare"];
    PoliceCovenant = "police_covenant", "Police covenant", "Covenant for using AI in policing", also ["covenant"];
    Environmental = "environmental", "Environmental assessment", "Energy, water and carbon", also ["environment"];
    Security = "security", "Security assessment", "Security of the system", also ["cyber"];
    Accessibility = "accessibility", "Accessibility assessment", "Use by disabled people", also ["wcag"];
    EthicsFramework = "ethics_framework", "Ethics framework", "A data or AI ethics framework", also ["ethics"];
    Atrs = "atrs", "ATRS risk section", "Risks and mitigations as stated in an ATRS record";
    Other = "other", "Other", "Another method, named in the title";
}
