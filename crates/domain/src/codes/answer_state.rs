//! Whether a question is answered, or what is said instead.

codes! {
    /// Whether a question is answered, or what is said instead. Those after the first are values of every facet that
    /// belongs to a field.
    AnswerState, "answer_state", "a state of an answer",
    "Whether a record answers a question, or what it says instead.";

    Stated = "stated", "Stated", "There is an answer", also ["answered", "yes"];
    Absent = "absent", "There is none", "It is stated that there is no such thing";
    NotApplicable = "not_applicable", "Not applicable", "It is stated that the question does not arise", also ["na"];
    Withheld = "withheld", "Withheld", "It is known and not published", also ["redacted"];
    Unknown = "unknown", "Unknown", "The body states that it does not know";
    NotStated = "not_stated", "Not stated", "The body left it blank, or the register it was imported from does not say", also ["blank"];
}

impl AnswerState {
    /// What stands in place of an answer: every state but the first.
    pub const BLANKS: &'static [Self] =
        &[Self::Absent, Self::NotApplicable, Self::Withheld, Self::Unknown, Self::NotStated];
}
