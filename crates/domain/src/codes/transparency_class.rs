//! How many of the register's four questions a record answers.

codes! {
    /// How many of the register's four questions a record answers.
    TransparencyClass, "transparency_class", "a transparency class",
    "How many of the register's four questions a record answers.";

    Low = "low", "Low", "At most one of the four questions is answered";
    Medium = "medium", "Medium", "Two or three of the four questions are answered";
    High = "high", "High", "All four questions are answered";
    NotRated = "not_rated", "Not rated", "What the source of the record does not say could change the answer";
}
