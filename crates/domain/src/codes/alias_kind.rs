//! Why an organisation has another name.

codes! {
    /// Why an organisation has another name.
    AliasKind, "alias_kind", "a kind of alias",
    "Why an organisation has another name.";

    Former = "former", "Former name", "A name it had before";
    Abbreviation = "abbreviation", "Abbreviation", "Its letters or short name", also ["short"];
    LegalBuyer = "legal_buyer", "Legal buyer", "The legal person that buys for it", also ["buyer"];
    TradingAs = "trading_as", "Trading as", "A name it uses in the market", also ["brand"];
}
