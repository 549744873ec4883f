//! What a field statement says in place of a required value.

codes! {
    /// What a field statement says in place of a required value.
    StatementKind, "statement_kind", "a kind of field statement",
    "What stands in place of a required value.";

    NotApplicable = "not_applicable", "Not applicable", "The question does not arise, with the reason", also ["na"];
    Unknown = "unknown", "Unknown", "Not known to the publisher or not stated by the source";
    Withheld = "withheld", "Withheld", "Known and not published, with the ground", also ["redacted"];
}
