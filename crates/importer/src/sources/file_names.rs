//! What the name of a file says of its edition.

use std::path::Path;

use chrono::NaiveDate;

use crate::dates::{self, Order};

/// The date of a file by its name, as in `atrs_records_2026-07-10.json`.
pub(crate) fn date_in_name(path: &Path) -> Option<String> {
    let name = path.file_stem()?.to_str()?;
    let day = |part: &str| dates::read(part, Order::DayFirst).map(|(date, _)| date.to_string());
    let mut parts = name.split(['_', ' ']).filter(|part| part.len() == 10);
    parts.find_map(day).or_else(|| {
        // With other words around it: `register-2026-07-10-final`. A dash before it is no sign of a year.
        let starts =
            name.char_indices().filter(|(_, letter)| letter.is_ascii_digit()).map(|(start, _)| start);
        let iso = starts.filter_map(|start| name.get(start..start + 10)?.parse::<NaiveDate>().ok());
        iso.map(|date| date.to_string()).next()
    })
}

/// The date, else the year, of a file by its name.
pub(crate) fn edition_in_name(path: &Path) -> Option<String> {
    date_in_name(path).or_else(|| year_in_name(path))
}

/// The year in a file's name, as in `2024_consolidated.csv`.
pub(crate) fn year_in_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    name.as_bytes().windows(4).enumerate().find_map(|(at, digits)| {
        let number: u32 = std::str::from_utf8(digits).ok()?.parse().ok()?;
        let alone = !name.as_bytes().get(at + 4).is_some_and(u8::is_ascii_digit);
        ((2000..2100).contains(&number) && alone).then(|| number.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_a_file_is_in_its_name() {
        for (name, edition) in [
            ("atrs_records_2026-07-10.json", Some("2026-07-10")),
            ("register-2026-07-10-final.csv", Some("2026-07-10")),
            ("2024_consolidated.csv", Some("2024")),
            ("inventory_2023.csv", Some("2023")),
            ("tools.csv", None),
            ("é2026-13-99.csv", Some("2026")),
        ] {
            assert_eq!(edition_in_name(Path::new(name)).as_deref(), edition, "{name}");
        }
    }
}
