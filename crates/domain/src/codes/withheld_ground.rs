//! The ground on which a value is withheld.

codes! {
    /// The ground on which a value is withheld.
    WithheldGround, "withheld_ground", "a ground for withholding",
    "On which ground a value is withheld.";

    Foia23 = "foia_23", "FOIA section 23", "Supplied by or about security bodies";
    Foia24 = "foia_24", "FOIA section 24", "National security";
    Foia30 = "foia_30", "FOIA section 30", "Investigations";
    Foia31 = "foia_31", "FOIA section 31", "Law enforcement";
    Foia38 = "foia_38", "FOIA section 38", "Health and safety";
    Foia40 = "foia_40", "FOIA section 40", "Personal information";
    Foia41 = "foia_41", "FOIA section 41", "Given in confidence";
    Foia43 = "foia_43", "FOIA section 43", "Commercial interests";
    ProcurementConfidential = "procurement_confidential", "Procurement confidentiality", "Confidential under procurement law";
    DisclosureRisk = "disclosure_risk", "Disclosure risk", "A harm protected by an exemption, as stated by the source";
    ProhibitedByLaw = "prohibited_by_law", "Prohibited by law", "The law forbids disclosure, as stated by the source";
    Other = "other", "Other", "Another ground, stated in the reason";
}
