//! Whether the source of a record still has it.

codes! {
    /// Whether the source of a record still has it.
    InSource, "in_source", "an answer",
    "Whether the latest edition of the record's source, as imported, has the record.";

    Yes = "true", "In its source", "The latest edition of its source that was imported has the record", also ["yes"];
    No = "false", "Not in its source any more", "The latest edition of its source that was imported lacks the record", also ["no"];
}

impl From<bool> for InSource {
    fn from(is_in_source: bool) -> Self {
        if is_in_source { Self::Yes } else { Self::No }
    }
}
