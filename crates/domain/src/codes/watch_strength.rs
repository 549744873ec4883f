//! How strongly a contract points to sensitive technology.

codes! {
    /// How strongly a contract points to sensitive technology.
    WatchStrength, "watch_strength", "a strength",
    "How strongly a contract points at sensitive technology, by the watch list of CPV codes and words.";

    Strong = "strong", "Strong", "A code or a word that stands alone";
    Medium = "medium", "Medium", "A code that needs a word of the list or a sensitive buyer beside it, and has one";
    Weak = "weak", "Weak", "A broad code, with a word of the list or a sensitive buyer beside it";
}
