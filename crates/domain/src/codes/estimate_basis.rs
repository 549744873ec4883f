//! How a number was obtained.

codes! {
    /// How a number was obtained.
    EstimateBasis, "estimate_basis", "a basis",
    "How a number was found.";

    Measured = "measured", "Measured", "Counted", also ["counted"];
    Estimated = "estimated", "Estimated", "Estimated", also ["approximate"];
    Unknown = "unknown", "Unknown", "Not said how";
}
