//! How a party of a notice was found in the register.

codes! {
    /// How a party of a notice was found in the register.
    ResolvedBy, "resolved_by", "a way of resolving",
    "How a party of a notice was found in the register.";

    Identifier = "identifier", "Identifier", "By an identifier that an editor or a list of bodies states";
    Name = "name", "Name", "By its name, without its legal form";
    Alias = "alias", "Alias", "By another name, such as that of its legal buyer";
    Nothing = "nothing", "Not resolved", "No known organisation has this identifier or name";
}
