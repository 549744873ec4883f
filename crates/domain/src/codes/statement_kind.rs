//! What a field statement says in place of a required value.

codes! {
    /// What a field statement says in place of a required value.
    StatementKind, "statement_kind", "a kind of field statement",
    "What stands in place of a required value.";

    NotApplicable = "not_applicable", "Not applicable", "The question does not arise, with the reason", also ["na"];
    Unknown = "unknown", "Unknown", "Not known to the publisher";
    Withheld = "withheld", "Withheld", "Known and not published, with the ground", also ["redacted"];
    Absent = "absent", "There is none", "There is no such thing, with the reason: no consultation was held, no contract was made", also ["none", "nothing"];
    NotStatedBySource = "not_stated_by_source", "Not stated", "The register it was imported from does not say, or cannot say: no statement of the body", also ["not_stated"];
    Confirmed = "confirmed", "Confirmed", "The value is right although a check doubts it, with the reason: a mailbox that looks like a person's and is a role's";
}
