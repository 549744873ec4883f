//! What a duty asks for.

codes! {
    /// What a duty asks for.
    OwedKind, "owed_kind", "a kind of thing that is owed",
    "What a duty asks for.";

    Assessment = "assessment", "Assessment", "An assessment of one of the types named";
    Review = "review", "Review", "A review by an oversight body";
    Record = "record", "Record", "A published record of the tool";
}
