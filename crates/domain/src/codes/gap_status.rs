//! The status of a gap.

codes! {
    /// The status of a gap.
    GapStatus, "gap_status", "a status of a gap",
    "What became of a gap.";

    Open = "open", "Open", "Nothing matches and nobody answered";
    CandidateOnly = "candidate_only", "Candidate only", "Something might match; nobody has looked";
    Asked = "asked", "Asked", "The body was asked";
    Explained = "explained", "Explained", "The body explained it; its reply stands beside";
    Registered = "registered", "Registered", "A record or contract matches now";
    RejectedWrongMatch = "rejected_wrong_match", "Wrong match", "It was not what the rule looks for";
    Superseded = "superseded", "Superseded", "What it was about has changed, so that it no longer holds";
}
