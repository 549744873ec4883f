//! What kind of body an organisation is.

use super::Sector;

codes! {
    /// What kind of body an organisation is.
    OrganisationKind, "organisation_kind", "an organisation kind",
    "What kind of body an organisation is.";

    MinisterialDepartment = "ministerial_department", "Ministerial department", "A department led by a minister", also ["ministry", "department"];
    NonMinisterialDepartment = "non_ministerial_department", "Non-ministerial department", "A department led by officials";
    ExecutiveAgency = "executive_agency", "Executive agency", "An agency of a department", also ["agency"];
    PublicBody = "public_body", "Public body", "A public body at arm's length of government", also ["quango", "ndpb"];
    LocalAuthority = "local_authority", "Local authority", "A council or a combined authority", also ["council", "municipality", "gemeente"];
    DevolvedAdministration = "devolved_administration", "Devolved administration", "A devolved government and its departments";
    PoliceForce = "police_force", "Police force", "A police force", also ["police"];
    PoliceCommissioner = "police_commissioner", "Police commissioner", "An elected police and crime commissioner", also ["pcc"];
    School = "school", "School", "A school";
    AcademyTrust = "academy_trust", "Academy trust", "A trust that runs schools", also ["mat"];
    FurtherEducation = "further_education", "Further education", "A college", also ["college"];
    University = "university", "University", "A university";
    NhsBody = "nhs_body", "NHS body", "A trust, board or commissioner of the National Health Service", also ["nhs", "hospital"];
    CourtTribunal = "court_tribunal", "Court or tribunal", "A court, tribunal or their service", also ["court"];
    FireService = "fire_service", "Fire service", "A fire and rescue service", also ["fire"];
    Regulator = "regulator", "Regulator", "A body that supervises others by law";
    OversightBody = "oversight_body", "Oversight body", "An ethics committee or other body that advises or examines", also ["ethics_committee"];
    PublicCorporation = "public_corporation", "Public corporation", "A publicly owned corporation";
    HighProfileGroup = "high_profile_group", "High profile group", "A named group inside government";
    JointBody = "joint_body", "Joint body", "A body run by several others", also ["partnership"];
    Company = "company", "Company", "A private company", also ["supplier", "vendor"];
    CivilSociety = "civil_society", "Civil society", "A charity, union, newspaper or other civil body", also ["ngo", "charity"];
    Other = "other", "Other", "None of the others";
}

impl OrganisationKind {
    /// The sector in which everything a body of this kind does is done; `None` for kinds that work in several, such as
    /// councils and departments.
    pub fn sector(self) -> Option<Sector> {
        match self {
            Self::PoliceForce | Self::PoliceCommissioner => Some(Sector::Policing),
            Self::School | Self::AcademyTrust => Some(Sector::Schools),
            Self::FurtherEducation | Self::University => Some(Sector::FurtherAndHigherEducation),
            Self::NhsBody => Some(Sector::Health),
            Self::CourtTribunal => Some(Sector::JusticePrisonsProbation),
            Self::Regulator => Some(Sector::LicensingRegulation),
            Self::MinisterialDepartment
            | Self::NonMinisterialDepartment
            | Self::ExecutiveAgency
            | Self::PublicBody
            | Self::LocalAuthority
            | Self::DevolvedAdministration
            | Self::FireService
            | Self::OversightBody
            | Self::PublicCorporation
            | Self::HighProfileGroup
            | Self::JointBody
            | Self::Company
            | Self::CivilSociety
            | Self::Other => None,
        }
    }
}
