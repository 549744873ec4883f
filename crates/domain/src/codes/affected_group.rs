//! The groups of people a tool is used on.

codes! {
    /// The groups of people a tool is used on.
    AffectedGroup, "affected_group", "an affected group",
    "On whom a tool is used.";

    GeneralPublic = "general_public", "General public", "Anybody", also ["public", "citizens"];
    Children = "children", "Children", "People under 18", also ["minors"];
    PupilsStudents = "pupils_students", "Pupils and students", "People in education", also ["pupils", "students"];
    ParentsCarers = "parents_carers", "Parents and carers", "People who care for others", also ["parents", "carers"];
    Patients = "patients", "Patients", "People in health care";
    DisabledPeople = "disabled_people", "Disabled people", "People with a disability", also ["disability"];
    OlderPeople = "older_people", "Older people", "People of pension age", also ["elderly"];
    BenefitClaimants = "benefit_claimants", "Benefit claimants", "People who claim social security", also ["claimants"];
    Tenants = "tenants", "Tenants", "People who rent";
    HomelessPeople = "homeless_people", "Homeless people", "People without a home", also ["homeless"];
    JobSeekers = "job_seekers", "Job seekers", "People who look for work", also ["unemployed"];
    PublicSectorStaff = "public_sector_staff", "Public sector staff", "People who work for a public body", also ["staff", "workers", "employees"];
    Taxpayers = "taxpayers", "Taxpayers", "People and firms who pay tax";
    Businesses = "businesses", "Businesses", "Firms and traders", also ["companies"];
    RoadUsers = "road_users", "Road users", "Drivers, cyclists and walkers", also ["drivers"];
    Travellers = "travellers", "Travellers", "People who cross borders or use transport", also ["passengers"];
    MigrantsAsylumSeekers = "migrants_asylum_seekers", "Migrants and asylum seekers", "People who come from elsewhere to live or seek protection", also ["migrants", "refugees"];
    Suspects = "suspects", "Suspects", "People suspected or accused", also ["offenders"];
    PrisonersProbationers = "prisoners_probationers", "Prisoners and probationers", "People under sentence", also ["prisoners"];
    VictimsWitnesses = "victims_witnesses", "Victims and witnesses", "People harmed by or seeing a crime", also ["victims"];
    Voters = "voters", "Voters", "People on the electoral register";
    Other = "other", "Other", "Another group";
}
