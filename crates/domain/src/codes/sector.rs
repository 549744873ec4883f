//! The field of public life a tool is used in; sensitive sectors carry stricter rules.

codes! {
    /// The field of public life a tool is used in.
    Sector, "sector", "a sector",
    "The field of public life a tool is used in; sensitive sectors carry stricter rules.";

    Schools = "schools", "Schools", "Schools and their pupils", also ["education", "school", "pupils"];
    FurtherAndHigherEducation = "further_and_higher_education", "Further and higher education", "Colleges and universities", also ["university", "college"];
    Policing = "policing", "Policing", "Police forces and what they do", also ["police", "law_enforcement"];
    JusticePrisonsProbation = "justice_prisons_probation", "Justice, prisons and probation", "Courts, prisons, probation and prosecution", also ["justice", "prisons", "courts"];
    ImmigrationAsylum = "immigration_asylum", "Immigration and asylum", "Visas, borders, asylum and citizenship", also ["immigration", "migration", "asylum", "borders"];
    WelfareBenefits = "welfare_benefits", "Welfare and benefits", "Social security, benefits and pensions", also ["welfare", "benefits", "social_security"];
    Tax = "tax", "Tax", "Taxes and customs", also ["customs", "revenue"];
    ChildProtection = "child_protection", "Child protection", "Safeguarding of children and family services", also ["children", "safeguarding"];
    AdultSocialCare = "adult_social_care", "Adult social care", "Care of adults outside hospital", also ["social_care", "care"];
    Housing = "housing", "Housing", "Social housing, homelessness, landlords", also ["homes", "homelessness"];
    Health = "health", "Health", "Health services and public health", also ["nhs", "healthcare", "medical"];
    EmploymentServices = "employment_services", "Employment services", "Job centres, training and placement of job seekers", also ["jobs", "employment"];
    DefenceSecurity = "defence_security", "Defence and national security", "Armed forces and national security", also ["defence", "security", "military"];
    Elections = "elections", "Elections", "Electoral registers, campaigns and voting", also ["voting"];
    Transport = "transport", "Transport", "Roads, rail, parking, driving and travel", also ["traffic", "parking", "roads"];
    Environment = "environment", "Environment", "Environment, energy, climate, agriculture and waste", also ["climate", "waste", "energy"];
    Planning = "planning", "Planning", "Land use and building control", also ["building_control", "land_use"];
    LicensingRegulation = "licensing_regulation", "Licensing and regulation", "Licences, inspections and supervision of markets", also ["regulation", "licensing", "inspection"];
    InternalOperations = "internal_operations", "Internal operations", "The body's own administration, staff and systems", also ["administration", "hr", "back_office", "it"];
    Other = "other", "Other", "None of the others";
}

impl Sector {
    /// Whether mistakes in this sector harm people so much that stricter rules apply.
    pub fn is_sensitive(self) -> bool {
        matches!(
            self,
            Self::Schools
                | Self::Policing
                | Self::JusticePrisonsProbation
                | Self::ImmigrationAsylum
                | Self::WelfareBenefits
                | Self::Tax
                | Self::ChildProtection
                | Self::AdultSocialCare
                | Self::Housing
                | Self::Health
                | Self::EmploymentServices
                | Self::DefenceSecurity
                | Self::Elections
        )
    }
}
