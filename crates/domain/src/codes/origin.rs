//! Who made the statement that a record is.

codes! {
    /// Who made the statement.
    Origin, "origin", "an origin",
    "Who made the statement that a record is.";

    SelfDeclared = "self_declared", "Self-declared", "The publisher itself submitted the record", also ["own"];
    Imported = "imported", "Imported", "Taken over from another public register as that register states it", also ["import"];
    ThirdParty = "third_party", "Third party", "Recorded by an accredited observer from public evidence", also ["observer"];
}

impl Origin {
    /// Who is named as the author of a record about a body: what an observer wrote is not the body's.
    pub fn author(self, body: &str) -> String {
        match self {
            Self::ThirdParty => format!("An observer, about {body}"),
            Self::SelfDeclared | Self::Imported => body.to_owned(),
        }
    }
}
