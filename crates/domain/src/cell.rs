//! Cells of a table: one value of one field as text, in both directions.
//!
//! Lists are joined with `;`. If an item contains a `;`, the cell is a JSON array instead, so that every
//! value reads back unchanged. Objects are JSON.

mod dates;

use serde_json::Value;

use crate::codes::{UnknownCode, Vocabulary};
use crate::fields::{Field, FieldKind};
use crate::finding::{Finding, Severity};
use crate::json::BadJson;
use crate::number::{self, BadNumber, Mark};
use crate::stated::Stated;
use crate::{text, wellformed, written};

pub use self::dates::{date, date_in};
pub use crate::text::short;

/// Separates the items of a list in a cell.
pub const SEPARATOR: char = ';';

/// Reads a cell in the register's own spelling as a value of its field; `None` for an empty cell.
///
/// Errors: every finding about the cell, each with a hint.
pub fn read(field: &Field, raw: &str) -> Result<Option<Value>, Vec<Finding>> {
    read_as(field, raw, None)
}

/// As [`read`], for a table that people filled in: labels stand for codes, `yes` and `no` for `true` and `false`, and
/// dates and numbers are written as its sender stated.
pub fn read_filled_in(field: &Field, raw: &str, stated: &Stated) -> Result<Option<Value>, Vec<Finding>> {
    read_as(field, raw, Some(stated))
}

fn read_as(field: &Field, raw: &str, filled_in: Option<&Stated>) -> Result<Option<Value>, Vec<Finding>> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Ok(None);
    }
    let one = |finding: Finding| vec![finding];
    if written::is_cut(raw) {
        return Err(vec![cut(field)]);
    }
    let value = match field.kind {
        FieldKind::Text(max) => Value::String(checked_text(field, raw, max, true).map_err(one)?),
        FieldKind::Markdown => {
            Value::String(checked_text(field, raw, text::MARKDOWN_MAX, false).map_err(one)?)
        }
        FieldKind::Url | FieldKind::Email | FieldKind::Jurisdiction | FieldKind::Language => {
            let text = checked_text(field, raw, text::TEXT_MAX, true).map_err(one)?;
            match wellformed::form(field, &text).filter(|finding| finding.severity == Severity::Error) {
                Some(finding) => return Err(one(finding)),
                None => Value::String(text),
            }
        }
        FieldKind::Date => {
            let order = filled_in.and_then(|stated| stated.dates);
            Value::String(date_in(field.name, raw, order).map_err(one)?.to_string())
        }
        FieldKind::Boolean => Value::Bool(truth(field.name, raw, filled_in.is_some()).map_err(one)?),
        FieldKind::Estimate => {
            let mark = filled_in.map_or(Mark::Unsaid, |stated| stated.decimals);
            Value::from(whole_number(field.name, raw, mark).map_err(one)?)
        }
        FieldKind::Code(list) => {
            let code = if filled_in.is_some() { list.named(raw) } else { list.check(raw) };
            Value::from(code.map_err(|bad| one(unknown(field.name, bad)))?)
        }
        FieldKind::Codes(list) => codes(field.name, raw, list, filled_in.is_some())?,
        FieldKind::Texts => {
            Value::from(items(field, raw)?.into_iter().map(Value::String).collect::<Vec<_>>())
        }
        FieldKind::Organisation => organisation(checked_text(field, raw, 300, true).map_err(one)?),
        FieldKind::Organisations => {
            Value::from(items(field, raw)?.into_iter().map(organisation).collect::<Vec<_>>())
        }
        FieldKind::Objects(schema, read) | FieldKind::Object(schema, read) => {
            read(raw).map_err(|bad| one(bad_json(field.name, schema, &bad)))?
        }
    };
    Ok(Some(value).filter(|value| value.as_array().is_none_or(|items| !items.is_empty())))
}

/// The finding for a text that was cut short in a workbook.
fn cut(field: &Field) -> Finding {
    Finding::error(field.name, "cut-text", "a workbook cut this text, which is longer than its cells hold")
        .hint("write the whole text, which is in the CSV file")
}

fn organisation(name: String) -> Value {
    serde_json::json!({ "name": name })
}

fn checked_text(field: &Field, raw: &str, max: usize, one_line: bool) -> Result<String, Finding> {
    // Most cells are plain ASCII: nothing in them can be forbidden, and their bytes are their characters.
    let plain = raw.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n'));
    let forbidden = |letter: &char| text::is_forbidden(*letter) && !matches!(letter, '\r' | '\t');
    if !plain && let Some(bad) = raw.chars().find(forbidden) {
        return Err(Finding::error(
            field.name,
            "control-character",
            format!("the text contains the invisible character U+{:04X}", u32::from(bad)),
        )
        .hint("delete it; only letters, signs and line breaks can be published"));
    }
    let text = if one_line { text::one_line(raw) } else { text::clean(raw) };
    let length = if plain { text.len() } else { text.chars().count() };
    if length > max {
        return Err(Finding::error(
            field.name,
            "too-long",
            format!("{length} characters, at most {max} fit"),
        )
        .hint(format!("shorten it by {} characters", length - max)));
    }
    Ok(text)
}

/// Reads true or false as people write it in a table. Errors: `bad-boolean`.
pub fn boolean(field: &str, raw: &str) -> Result<bool, Finding> {
    truth(field, raw, true)
}

fn truth(field: &str, raw: &str, filled_in: bool) -> Result<bool, Finding> {
    match raw.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        // Spreadsheets keep the two as 1 and 0 in places.
        "yes" | "1" if filled_in => Ok(true),
        "no" | "0" if filled_in => Ok(false),
        _ => Err(Finding::error(field, "bad-boolean", format!("'{}' is neither true nor false", short(raw)))
            .hint("write true or false; leave the cell empty when not known")),
    }
}

/// Reads a whole number. Errors: `bad-number`, which may name two readings but never suggests one.
pub fn whole_number(field: &str, raw: &str, mark: Mark) -> Result<u64, Finding> {
    number::whole(raw, mark).map_err(|bad| {
        let hint = match bad {
            BadNumber::Either { .. } => "write digits only, without anything between them",
            BadNumber::OutOfRange => "write a number that can be counted",
            _ => "write a whole number in digits, 0 or more",
        };
        Finding::error(field, "bad-number", bad.of_whole(raw)).hint(hint)
    })
}

fn codes(field: &str, raw: &str, list: &'static Vocabulary, filled_in: bool) -> Result<Value, Vec<Finding>> {
    let mut codes: Vec<Value> = Vec::new();
    let mut findings = Vec::new();
    for part in raw.split(SEPARATOR).map(str::trim).filter(|part| !part.is_empty()) {
        match if filled_in { list.named(part) } else { list.check(part) } {
            Ok(code) if codes.iter().any(|known| known == code) => findings.push(
                Finding::error(field, "repeated", format!("'{code}' appears twice"))
                    .hint("leave one of them"),
            ),
            Ok(code) => codes.push(Value::from(code)),
            Err(bad) => findings.push(unknown(field, bad)),
        }
    }
    if findings.is_empty() { Ok(Value::from(codes)) } else { Err(findings) }
}

fn items(field: &Field, raw: &str) -> Result<Vec<String>, Vec<Finding>> {
    let parts: Vec<String> = if raw.starts_with('[') {
        let bad = |error: serde_json::Error| {
            vec![
                Finding::error(field.name, "bad-json", format!("the list cannot be read: {error}"))
                    .hint("join items by ; or write a JSON array of texts"),
            ]
        };
        serde_json::from_str(raw).map_err(bad)?
    } else {
        raw.split(SEPARATOR).map(str::to_owned).collect()
    };
    let mut findings = Vec::new();
    let mut items = Vec::new();
    for part in parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
        match checked_text(field, part, text::TEXT_MAX, true) {
            Ok(item) => items.push(item),
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() { Ok(items) } else { Err(findings) }
}

fn unknown(field: &str, bad: UnknownCode) -> Finding {
    Finding::error(field, "unknown-code", bad.to_string()).hint(bad.hint())
}

fn bad_json(field: &str, schema: &str, bad: &BadJson) -> Finding {
    let at = if bad.path.is_empty() { String::new() } else { format!(" at {}", bad.path) };
    Finding::error(field, "bad-json", format!("not {schema} as JSON{at}: {}", bad.message)).hint(format!(
        "the schema {schema} is at /api/v1/openapi.json; leave the cell empty if there is none"
    ))
}

/// Joins list items for a cell: with `;`, or as a JSON array if they could not be told apart again.
pub fn join<'a>(items: impl Iterator<Item = &'a str> + Clone) -> String {
    let plain = items.clone().all(|item| !item.contains(SEPARATOR) && !item.starts_with('['));
    if plain {
        items.collect::<Vec<_>>().join(&SEPARATOR.to_string())
    } else {
        serde_json::to_string(&items.collect::<Vec<_>>()).expect("strings always serialise")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::field;
    use crate::stated::Order;

    #[track_caller]
    fn check(name: &str, raw: &str, expected: &str) {
        let shown = match read(field(name).unwrap(), raw) {
            Ok(None) => "none".to_owned(),
            Ok(Some(value)) => value.to_string(),
            Err(findings) => findings
                .iter()
                .map(|f| format!("[{}] {} ({})", f.code, f.message, f.hint.as_deref().unwrap_or("")))
                .collect::<Vec<_>>()
                .join(" | "),
        };
        assert!(shown.starts_with(expected), "{name} {raw:?}: {shown}");
    }

    #[test]
    fn a_good_cell_becomes_its_value() {
        check("title", "  A\n title ", r#""A title""#);
        check("sectors", "schools; policing", r#"["schools","policing"]"#);
        check("open_standards", r#"["a;b","c"]"#, r#"["a;b","c"]"#);
        check("uses_children_data", "TRUE", "true");
        check("first_used", "2026-02-28", r#""2026-02-28""#);
        check("people_affected_per_year", "12000", "12000");
        check("people_affected_per_year", "12000.0", "12000");
        check("redress_routes", r#"[{"deadline_days":28.0}]"#, r#"[{"deadline_days":28}]"#);
        check("publisher", "Surrey Police", r#"{"name":"Surrey Police"}"#);
        check(
            "assessments",
            r#"[{"type":"dpia","stage":"screening","status":"complete"}]"#,
            r#"[{"type":"dpia""#,
        );
        check("summary", " ", "none");
        check("sectors", " ; ", "none");
    }

    #[test]
    fn a_hint_never_names_a_day_that_is_none_or_cannot_be_meant() {
        let impossible = [
            "2024-02-30",
            "30/02/2024",
            "2024-13-01",
            "31/04/2023",
            "2023-02-29",
            "01/02/03",
            "Q2 2024",
            "2024-W05",
        ];
        let out_of_range = ["01/02/1066", "31.12.9999", "1899/12/30"];
        for raw in impossible.iter().chain(&out_of_range).chain(&["2024-1-5", "5 Jan 2024", "1/2/24", ""]) {
            let hint = date("first_used", raw).unwrap_err().hint.unwrap();
            assert!(!hint.contains("did you mean"), "{raw}: {hint}");
        }
        let hint = date("first_used", "31.03.2026").unwrap_err().hint.unwrap();
        assert_eq!(hint, "write YYYY-MM-DD; did you mean 2026-03-31?");
    }

    #[test]
    fn a_table_that_people_filled_in_has_labels_and_dates_in_its_order() {
        #[track_caller]
        fn check(name: &str, raw: &str, stated: Stated, expected: Result<Value, &str>) {
            let read = read_filled_in(field(name).unwrap(), raw, &stated);
            let read = read.map(Option::unwrap_or_default).map_err(|found| found[0].message.clone());
            assert_eq!(read, expected.map_err(str::to_owned), "{name} {raw:?}");
        }
        let unsaid = Stated::default();
        check("phase", "Pilot", unsaid, Ok("pilot".into()));
        check("sectors", "Immigration and asylum; tax", unsaid, Ok(vec!["immigration_asylum", "tax"].into()));
        check("sectors", "Tax;tax", unsaid, Err("'tax' appears twice"));
        check("uses_children_data", "Yes", unsaid, Ok(true.into()));
        check("uses_children_data", "0", unsaid, Ok(false.into()));
        check("uses_children_data", "2", unsaid, Err("'2' is neither true nor false"));
        let either = Err("'01/03/2026' can be read as 2026-03-01 or as 2026-01-03");
        check("first_used", "01/03/2026", unsaid, either);
        let day_first = Stated { dates: Some(Order::DayFirst), ..unsaid };
        let month_first = Stated { dates: Some(Order::MonthFirst), decimals: Mark::Comma };
        check("first_used", "01/03/2026", day_first, Ok("2026-03-01".into()));
        check("first_used", "01/03/2026", month_first, Ok("2026-01-03".into()));
        check("first_used", "2026-01-03", day_first, Ok("2026-01-03".into()));
        check("first_used", "03/31/2026", day_first, Err("'03/31/2026' is not a date"));
        check("people_affected_per_year", "1.000", month_first, Ok(1_000.into()));
        let either = Err("'1,000' is not a whole number: it can be read as 1000 or as 1");
        check("people_affected_per_year", "1,000", unsaid, either);
        // The register's own spelling has none of this.
        for (name, raw) in [("phase", "Pilot"), ("sectors", "Tax"), ("uses_children_data", "yes")] {
            assert!(read(field(name).unwrap(), raw).is_err(), "{name} {raw}");
        }
    }

    #[test]
    fn a_bad_cell_says_what_is_wrong_and_what_to_do() {
        check(
            "phase",
            "live",
            "[unknown-code] 'live' is not a phase (did you mean 'production'? use one of:",
        );
        check("sectors", "schols;x9", "[unknown-code] 'schols' is not a sector (did you mean 'schools'?");
        check(
            "first_used",
            "31/03/2026",
            "[bad-date] '31/03/2026' is not a date (write YYYY-MM-DD; did you mean 2026-03-31?)",
        );
        check("first_used", "2026-02-30", "[bad-date] '2026-02-30' is not a date");
        check(
            "first_used",
            "01/02/03",
            "[bad-date] '01/02/03' is not a date (write YYYY-MM-DD, with all four digits of the year)",
        );
        check("uses_children_data", "maybe", "[bad-boolean] 'maybe' is neither true nor false");
        check(
            "people_affected_per_year",
            "12,000",
            "[bad-number] '12,000' is not a whole number: it can be read as 12000 or as 12 (write digits only,",
        );
        check("people_affected_per_year", "1.5", "[bad-number] '1.5' is not a whole number");
        check("people_affected_per_year", "-1", "[bad-number]");
        check("people_affected_per_year", "9007199254740992", "[bad-number]");
        check("title", "a\u{202E}b", "[control-character] the text contains the invisible character U+202E");
        check(
            "assessments",
            r#"[{"type":"dpia","stage":"never"}]"#,
            "[bad-json] not Assessment as JSON at [0].stage",
        );
        check("sectors", "schools;schools", "[repeated] 'schools' appears twice");
        check(
            "redress_routes",
            r#"[{"deadline_days":1.5}]"#,
            "[bad-json] not RedressRoute as JSON at [0].deadline_days",
        );
        check("description", &format!("x{}", written::CUT), "[cut-text] a workbook cut this text");
        check("title", &"x".repeat(201), "[too-long] 201 characters, at most 200 fit");
    }
}
