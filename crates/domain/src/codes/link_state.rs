//! What people decided about a link.

codes! {
    /// What people decided about a link.
    LinkState, "link_state", "a state of a link",
    "What people said about a link.";

    Suggested = "suggested", "Suggested", "A rule made it; nobody judged it yet";
    Confirmed = "confirmed", "Confirmed", "A person confirmed it";
    Rejected = "rejected", "Rejected", "A person said that it is wrong; it is never suggested again";
    Disputed = "disputed", "Disputed", "The body says that it is wrong, and nobody decided yet";
}
