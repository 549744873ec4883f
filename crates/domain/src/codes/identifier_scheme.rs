//! The scheme of an organisation's identifier: who gave it.

codes! {
    /// The scheme of an organisation's identifier.
    IdentifierScheme, "identifier_scheme", "an identifier scheme",
    "Who gave an organisation its identifier.";

    GovukSlug = "GOVUK-SLUG", "GOV.UK slug", "Organisation slug on GOV.UK";
    GbGor = "GB-GOR", "Government organisation register", "Key of the retired government-organisation register";
    GbPpon = "GB-PPON", "Public procurement organisation number", "UK public procurement organisation number";
    GbCoh = "GB-COH", "Companies House number", "Number of a company or registered society, eight characters";
    GbEdu = "GB-EDU", "URN", "Unique reference number of a school in England";
    GbNhs = "GB-NHS", "NHS ODS code", "Organisation Data Service code";
    GbLae = "GB-LAE", "Local authority, England", "Code of the retired local-authority-eng register";
    GbLas = "GB-LAS", "Local authority, Scotland", "Code of the retired local-authority-sct register";
    GbLaw = "GB-LAW", "Principal local authority, Wales", "Code of the retired principal-local-authority register";
    GbNir = "GB-NIR", "Local authority, Northern Ireland", "Code of the retired local-authority-nir register";
    GbLa = "GB-LA", "UK local authority code", "Three-letter code of the UK local authority list";
    Gss = "GSS", "GSS code", "Office for National Statistics geography code";
    UkPolice = "UK-POLICE", "Police force", "Force id of data.police.uk";
    GbFire = "GB-FIRE", "Fire service", "Key of the fire service list";
    GbFe = "GB-FE", "Further education college", "Key of the retired further-education-college-uk register";
    GbPrison = "GB-PRISON", "Prison", "Key of the retired prison-estate register";
    WlsSchool = "WLS-SCHOOL", "School in Wales", "School number in Wales";
    GbCcg = "GB-CCG", "Clinical commissioning group", "Code of a former clinical commissioning group";
    GbChc = "GB-CHC", "Charity number", "Charity number, England and Wales";
    NlOin = "NL-OIN", "OIN", "Dutch organisation identification number";
    NlRegister = "NL-REGISTER", "Dutch register slug", "Organisation slug of the Dutch algorithm register";
    NlCbs = "NL-CBS", "Dutch region code", "Code of a municipality, province or water board, as used by Statistics Netherlands (GM0363)";
    NlTooi = "NL-TOOI", "TOOI identifier", "Identifier of a Dutch body in the standard TOOI (gm0363)";
    UsAgency = "US-AGENCY", "US agency abbreviation", "Abbreviation in the US federal inventory";
}
