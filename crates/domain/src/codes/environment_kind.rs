//! The resource that a tool uses.

codes! {
    /// The resource that a tool uses.
    EnvironmentKind, "environment_kind", "a kind of environmental cost",
    "What is used up.";

    Energy = "energy", "Energy", "Electricity and heat";
    Carbon = "carbon", "Carbon", "Greenhouse gas as carbon dioxide equivalent", also ["co2"];
    Water = "water", "Water", "Water";
}
