//! Function of government (UN COFOG, as used by ATRS 0.4).

codes! {
    /// Function of government.
    CofogFunction, "cofog_function", "a function of government",
    "Function of government (UN COFOG, as used by ATRS 0.4).";

    GeneralPublicServices = "general_public_services", "General public services", "Legislature, tax, foreign affairs, basic research", broader "COFOG:01";
    Defence = "defence", "Defence", "Armed forces and civil defence", broader "COFOG:02";
    PublicOrderAndSafety = "public_order_and_safety", "Public order and safety", "Police, fire, courts and prisons", broader "COFOG:03";
    EconomicAffairs = "economic_affairs", "Economic affairs", "Economy, labour, transport, energy, agriculture", broader "COFOG:04";
    EnvironmentalProtection = "environmental_protection", "Environmental protection", "Waste, water, air and nature", broader "COFOG:05";
    HousingAndCommunityAmenities = "housing_and_community_amenities", "Housing and community amenities", "Housing, planning, water supply, street lighting", broader "COFOG:06";
    Health = "health", "Health", "Health services", broader "COFOG:07";
    RecreationCultureAndReligion = "recreation_culture_and_religion", "Recreation, culture and religion", "Sport, culture, media and religion", broader "COFOG:08";
    Education = "education", "Education", "Schools, colleges and universities", broader "COFOG:09";
    SocialProtection = "social_protection", "Social protection", "Sickness, age, family, unemployment, housing benefit", broader "COFOG:10";
    Other = "other", "Other", "None of the ten", broader "COFOG:99";
}
