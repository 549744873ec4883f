//! The role of a party in a contract.

codes! {
    /// The role of a party in a contract.
    PartyRole, "party_role", "a role of a party",
    "What a party is in a contract.";

    Buyer = "buyer", "Buyer", "Buys", broader "ocds:buyer";
    Supplier = "supplier", "Supplier", "Was awarded it", broader "ocds:supplier";
    RemovedSupplier = "removed_supplier", "Removed supplier", "Was a supplier and is one no more", broader "ocds:removedSupplier";
}
