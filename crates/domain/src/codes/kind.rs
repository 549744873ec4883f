//! What a record is about.

codes! {
    /// What a record is about.
    RecordKind, "kind", "a kind of record",
    "What a record is about.";

    AlgorithmicTool = "algorithmic_tool", "Algorithmic tool", "A tool that uses rules, statistics or machine learning in a public task", also ["algorithm", "ai", "tool"];
    ProcuredTechnology = "procured_technology", "Procured technology", "Technology bought for a public task, whether or not it computes a decision", also ["technology", "bought"];
}
