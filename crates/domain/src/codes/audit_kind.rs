//! Who had an audit done.

codes! {
    /// Who had an audit done.
    AuditKind, "audit_kind", "a kind of audit",
    "Who had the audit done.";

    Internal = "internal", "Internal", "By the body itself";
    Commissioned = "commissioned", "Commissioned", "By others, paid by the body", also ["external"];
    Regulator = "regulator", "Regulator", "By a regulator";
    CivilSociety = "civil_society", "Civil society", "By civil society or the press", also ["ngo"];
    Joint = "joint", "Joint", "By several together";
}
