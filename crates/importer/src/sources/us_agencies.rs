//! The agencies of the US inventories: their names, and how a file or a row says which it is.

use domain::text::{fold, one_line};

use super::Step;

/// How the agency of a file can be named that does not name it.
pub(super) const NAME_IT: &str = "name it with --agency, such as --agency NSF";

/// Agencies by abbreviation; the files name each in several ways.
const AGENCIES: &[(&str, &str)] = &[
    ("CFTC", "Commodity Futures Trading Commission"),
    ("DHS", "Department of Homeland Security"),
    ("DOC", "Department of Commerce"),
    ("DOD", "Department of Defense"),
    ("DOE", "Department of Energy"),
    ("DOI", "Department of the Interior"),
    ("DOJ", "Department of Justice"),
    ("DOL", "Department of Labor"),
    ("DOS", "Department of State"),
    ("DOT", "Department of Transportation"),
    ("ED", "Department of Education"),
    ("EPA", "Environmental Protection Agency"),
    ("FTC", "Federal Trade Commission"),
    ("GSA", "General Services Administration"),
    ("HHS", "Department of Health and Human Services"),
    ("HUD", "Department of Housing and Urban Development"),
    ("NASA", "National Aeronautics and Space Administration"),
    ("NRC", "Nuclear Regulatory Commission"),
    ("NSF", "National Science Foundation"),
    ("OPM", "Office of Personnel Management"),
    ("SBA", "Small Business Administration"),
    ("SEC", "Securities and Exchange Commission"),
    ("SSA", "Social Security Administration"),
    ("TVA", "Tennessee Valley Authority"),
    ("STATE", "Department of State"),
    ("TREAS", "Department of the Treasury"),
    ("TREASURY", "Department of the Treasury"),
    ("USAID", "U.S. Agency for International Development"),
    ("USDA", "Department of Agriculture"),
    ("VA", "Department of Veterans Affairs"),
];
/// Other spellings of agencies found in the files.
const SPELLINGS: &[(&str, &str)] = &[
    ("department of treasury", "Department of the Treasury"),
    ("department of interior", "Department of the Interior"),
    ("department of veteran affairs", "Department of Veterans Affairs"),
    ("office of personnel management", "Office of Personnel Management"),
    ("national endowment of the arts", "National Endowment for the Arts"),
];
/// The same bodies under two names, in the files of different years. Older releases of the register did not know them,
/// so their keys have the name as it is written.
const SAME_BODIES: &[(&str, &str)] = &[
    ("federal reserve board", "Board of Governors of the Federal Reserve System"),
    ("united states agency for international development", "U.S. Agency for International Development"),
];

/// The agency with this abbreviation.
pub(super) fn by_short(short: &str) -> Option<String> {
    let short = short.to_uppercase();
    AGENCIES.iter().find(|(known, _)| *known == short).map(|(_, name)| (*name).to_owned())
}

/// The full name of an agency, from its abbreviation or any known name or spelling; others stay as they are.
pub(super) fn agency(text: &str) -> String {
    let name = agency_by_spelling(text);
    let folded = fold(&name);
    let same = SAME_BODIES.iter().find(|(other, _)| *other == folded);
    same.map_or(name, |(_, name)| (*name).to_owned())
}

/// The same without the bodies that have two names.
pub(super) fn agency_by_spelling(text: &str) -> String {
    let text = one_line(text);
    let folded = fold(&text);
    if let Some((_, name)) = AGENCIES.iter().find(|(short, _)| *short == text.to_uppercase()) {
        return (*name).to_owned();
    }
    SPELLINGS.iter().find(|(spelling, _)| *spelling == folded).map_or(text, |(_, name)| (*name).to_owned())
}

/// The agency of a row, from the letters of its id (`FTC-0001`) or its mailbox (`contact@ftc.gov`).
pub(super) fn agency_of_row(id: Option<&str>, mailbox: Option<&str>) -> Option<String> {
    let letters = id.and_then(|id| by_short(id.split(['-', ' ', '_']).next()?));
    letters.or_else(|| {
        let host = mailbox?
            .split_once('@')
            .map(|(_, host)| host)
            .or_else(|| mailbox?.split("://").nth(1)?.split('/').next())?;
        host.trim_end_matches(".gov").split('.').find_map(by_short)
    })
}

/// The cell with the mailbox or address of a use's contact.
pub(super) fn mailbox_cell<'a>(headers: &[String], cells: &'a [String]) -> Option<&'a str> {
    let is_wanted = |header: &String| matches!(fold(header).as_str(), "email address" | "contact email");
    let place = headers.iter().position(is_wanted)?;
    Some(cells.get(place)?.trim()).filter(|cell| !cell.is_empty())
}

/// A row without a body says how to name one.
pub(super) fn with_hint(step: Step) -> Step {
    let Step::Rejected(mut errors) = step else { return step };
    for error in errors.iter_mut().filter(|error| error.field == "publisher" && error.code == "required") {
        error.hint = format!("the file does not say whose use it is: {NAME_IT}");
    }
    Step::Rejected(errors)
}

/// The id and the name of a cell that has both, as the Department of Agriculture writes them: `USDA-042: Crop mapper`.
/// A first word is an id if it begins like an agency's, or has a number of three digits or more; `COVID-19 dashboard`
/// is a name.
pub(super) fn id_and_name(cell: &str) -> (Option<String>, String) {
    let cell = cell.trim();
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let end = cell.find(|letter| !is_part(letter)).unwrap_or(cell.len());
    let (id, rest) = cell.split_at(end);
    let id = id.trim_end_matches(['-', '.', '_']);
    let name = rest.trim_start_matches(|sign: char| {
        sign.is_whitespace() || matches!(sign, ':' | '-' | '–' | '—' | '/' | '|')
    });
    let letters = id.split(['-', '_', '.']).next().unwrap_or_default();
    let numbered = id.split(|letter: char| !letter.is_ascii_digit()).any(|digits| digits.len() >= 3);
    let has_digit = id.bytes().any(|byte| byte.is_ascii_digit());
    let of_agency = letters.len() < id.len() && by_short(letters).is_some();
    match has_digit && (of_agency || numbered) && !name.is_empty() {
        true => (Some(id.to_owned()), name.to_owned()),
        false => (None, cell.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_told_from_the_name_behind_it() {
        #[track_caller]
        fn check(cell: &str, id: Option<&str>, name: &str) {
            assert_eq!(id_and_name(cell), (id.map(str::to_owned), name.to_owned()), "{cell}");
        }
        check("USDA-042: Crop mapper", Some("USDA-042"), "Crop mapper");
        check("USDA-42 / Crop mapper", Some("USDA-42"), "Crop mapper");
        check("USDA-042 - Crop mapper", Some("USDA-042"), "Crop mapper");
        check("FS-2024-003\nFire finder", Some("FS-2024-003"), "Fire finder");
        check("COVID-19 dashboard", None, "COVID-19 dashboard");
        check("Crop mapper", None, "Crop mapper");
        check("3D mapping of fields", None, "3D mapping of fields");
        check("USDA-042", None, "USDA-042");
    }

    #[test]
    fn the_agency_of_an_original_is_found_in_its_rows() {
        assert_eq!(agency_of_row(Some("FTC-0001"), None).as_deref(), Some("Federal Trade Commission"));
        assert_eq!(
            agency_of_row(Some("12"), Some("contact@state.gov")).as_deref(),
            Some("Department of State")
        );
        assert_eq!(
            agency_of_row(None, Some("https://home.treasury.gov/utility/contact")).as_deref(),
            Some("Department of the Treasury")
        );
        assert_eq!(agency_of_row(Some("12"), None), None);
    }
}
