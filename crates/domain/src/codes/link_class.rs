//! How good the grounds of a link are.

codes! {
    /// How good the grounds of a link are.
    LinkClass, "link_class", "a class of link",
    "How good the grounds of a link between a contract and a record or product are; by rule, never by a score.";

    Confirmed = "confirmed", "Confirmed", "The record states the process or notice and the buyer matches, or a person confirmed it";
    Strong = "strong", "Strong", "Buyer and supplier are the same by identifier, and the product or the time and kind of purchase fit";
    Probable = "probable", "Probable", "The buyer is the same and the product is named, or buyer, supplier and time fit";
    Candidate = "candidate", "Candidate", "Names fit and the purchase is of this kind, or it is a call-off of a linked framework; look at it";
}

impl LinkClass {
    /// Whether it is good enough to say that the two belong together: probable or better.
    pub fn counts(self) -> bool {
        self <= Self::Probable
    }
}
