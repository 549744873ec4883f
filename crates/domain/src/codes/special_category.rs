//! Personal data with extra protection by law (UK GDPR articles 9 and 10).

codes! {
    /// Personal data with extra protection by law.
    SpecialCategory, "special_category", "a special category of data",
    "Personal data that the law protects more (UK GDPR articles 9 and 10).";

    RaceEthnicity = "race_ethnicity", "Race or ethnicity", "Racial or ethnic origin", also ["race", "ethnicity"];
    PoliticalOpinions = "political_opinions", "Political opinions", "Political opinions", also ["politics"];
    ReligionBelief = "religion_belief", "Religion or belief", "Religious or philosophical beliefs", also ["religion"];
    TradeUnionMembership = "trade_union_membership", "Trade union membership", "Membership of a trade union", also ["union"];
    Genetic = "genetic", "Genetic data", "Genetic data", also ["dna"];
    Biometric = "biometric", "Biometric data", "Biometric data that identify a person", also ["biometrics"];
    Health = "health", "Health", "Data about health", also ["medical"];
    SexLifeOrientation = "sex_life_orientation", "Sex life or orientation", "Sex life or sexual orientation", also ["sexuality"];
    CriminalOffence = "criminal_offence", "Criminal offence", "Convictions, offences and allegations", also ["crime", "convictions"];
}
