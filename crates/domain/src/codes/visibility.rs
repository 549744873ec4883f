//! Who may read an assessment's text and document.

codes! {
    /// Who may read an assessment's text and document.
    Visibility, "visibility", "a visibility",
    "Who may read an assessment's text and document.";

    Public = "public", "Public", "Everybody";
    Summary = "summary", "Summary", "Everybody reads the summary, the regulator the document";
    RegulatorOnly = "regulator_only", "Regulator only", "Only the regulator reads it; that it exists is public", also ["sealed", "confidential"];
}
