//! The roles a person can hold, for an organisation or the register.

codes! {
    /// The roles a person can hold.
    Role, "role", "a role",
    "What a person may be for an organisation, or for the whole register.";

    Contributor = "contributor", "Contributor", "Writes and submits records of its body", also ["editor", "author"];
    Approver = "approver", "Approver", "Reviews and publishes records of its body", also ["publisher", "reviewer"];
    Observer = "observer", "Observer", "Accredited civil society: submits records about others, with evidence, and annotations";
    Oversight = "oversight", "Oversight", "An oversight body: submits reviews and audits of records", also ["ethics_committee"];
    Regulator = "regulator", "Regulator", "Reads sealed material of its remit and leaves receipts";
    Admin = "admin", "Administrator", "Manages organisations, people and tokens, and decides what others say about a body", also ["administrator"];
}
