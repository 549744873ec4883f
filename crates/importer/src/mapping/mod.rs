//! Declarative mappings: which column fills which field, with which codes and dates. The built-in sources are
//! such files too (`mappings/*.toml`), as far as a mapping can express them.

mod account;
mod bound;
mod form;
mod mailboxes;

pub use account::{KeyPlaces, Unfilled};
pub(crate) use bound::NUMBER_MEMBERS;
pub use bound::{Bound, Mapped};
pub use form::{Column, Decimals, Mapping, OneOrMany, Unknown};
pub use mailboxes::hide_mailboxes;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::report::Uses;

    const MAPPING: &str = r#"
        source = "city"
        version = "1"
        missing = ["left out"]
        dates = "month_first"
        [defaults]
        lang = "en"
        [[columns]]
        header = ["Name of tool", "Tool"]
        field = "title"
        [[columns]]
        header = "Stage*"
        field = "phase"
        values = { "In use" = "production", "Ended*" = "retired" }
        [[columns]]
        header = "Vendor"
        field = "supplier_involvement.supplier"
        [[columns]]
        header = "Contact"
        drop = true
    "#;

    #[test]
    fn a_mapping_fills_fields_and_keeps_the_raw_row() {
        let headers = ["TOOL ", "Stage of\nuse", "Vendor", "Contact", "Other"].map(str::to_owned);
        let bound = Mapping::parse(MAPPING)
            .unwrap()
            .bind(&headers, chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap());
        let cells = ["Gate", "a) in use", "Lumen", "jane.roe@x.org", "n/a"].map(str::to_owned);
        let mut uses = Uses::new();
        let mapped = bound.apply(&cells, &mut uses);
        assert_eq!(
            Value::Object(mapped.fields),
            json!({"title": "Gate", "phase": "production", "supplier_involvement": [{"supplier": {"name": "Lumen"}}], "lang": "en"})
        );
        assert!(!Value::Object(mapped.raw.clone()).to_string().contains("jane"));
        assert_eq!(mapped.raw["Other"], "n/a");
        let cells = ["Gate", "Someday", "", "", ""].map(str::to_owned);
        let mapped = bound.apply(&cells, &mut uses);
        assert_eq!(mapped.faults[0].0.code, "unknown-value");
    }

    #[test]
    fn a_wrong_mapping_says_what_to_write() {
        #[track_caller]
        fn check(toml: &str, expected: &str) {
            let error = Mapping::parse(toml).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        let start = "source = \"x\"\nversion = \"1\"\n[[columns]]\nheader = \"A\"\n";
        check(&format!("{start}field = \"sumary\""), "did you mean 'summary'?");
        check(
            &format!("{start}field = \"phase\"\nvalues = {{ a = \"live\" }}"),
            "did you mean 'production'?",
        );
        check(&format!("{start}field = \"assessments\""), "name a member");
        check(&format!("{start}colour = 1"), "unknown field `colour`");
    }

    #[test]
    fn personal_mailboxes_are_left_out_of_raw_text() {
        assert_eq!(
            hide_mailboxes("ask jane.roe@agency.gov, or info@agency.gov"),
            "ask [mailbox left out], or info@agency.gov"
        );
    }
}
