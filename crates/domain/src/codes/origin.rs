//! Who wrote a record: the publisher, an import or an observer.

codes! {
    /// Who wrote a record.
    Origin, "origin", "an origin",
    "Who made the statement that a record is.";

    SelfDeclared = "self_declared", "Self-declared", "The publisher itself submitted the record", also ["own"];
    Imported = "imported", "Imported", "Taken over from another public register as that register states it", also ["import"];
    ThirdParty = "third_party", "Third party", "Recorded by an accredited observer from public evidence", also ["observer"];
}

impl Origin {
    /// The author to name for a record about a body; an observer's record is not the body's own.
    pub fn author(self, body: &str) -> String {
        match self {
            Self::ThirdParty => format!("An observer, about {body}"),
            Self::SelfDeclared | Self::Imported => body.to_owned(),
        }
    }
}
