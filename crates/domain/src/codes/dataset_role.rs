//! What a dataset is used for.

codes! {
    /// What a dataset is used for.
    DatasetRole, "dataset_role", "a role of a dataset",
    "What a dataset is used for.";

    Development = "development", "Development", "To train, tune or test", also ["training", "test"];
    Operational = "operational", "Operational", "In use", also ["production", "live"];
}
