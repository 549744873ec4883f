//! Who held a consultation.

codes! {
    /// Who held a consultation.
    ConsultationHolder, "consultation_holder", "a holder of a consultation",
    "Who held a consultation.";

    Publisher = "publisher", "Publisher", "The body that answers for the record";
    Supplier = "supplier", "Supplier", "The supplier of the product", also ["vendor"];
}
