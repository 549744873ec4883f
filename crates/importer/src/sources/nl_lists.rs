//! Lists of titles with links, as the Dutch register gives them: arrays of objects or texts in JSON, and texts with
//! numbers in its own CSV.

use domain::text::one_line;
use domain::validate::is_address;
use serde_json::{Map, Value};

use super::markup;

/// An item of a list of titles with links.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) title: String,
    pub(super) link: Option<String>,
}

/// The items of a list. `cell` is the same list as text, for a list that is text in JSON too.
pub(super) fn listed(value: Option<&Value>, cell: Option<&str>) -> Vec<Listed> {
    let written = |text: &str| {
        let text = markup::plain(text).unwrap_or_else(|| text.to_owned());
        if text.trim_start().starts_with("1: ") { numbered(&text) } else { vec![titled(&text)] }
    };
    match value {
        Some(Value::Array(items)) => items
            .iter()
            .flat_map(|item| match item {
                Value::String(text) => written(text),
                Value::Object(object) => object_item(object).into_iter().collect(),
                _ => Vec::new(),
            })
            .collect(),
        // A numbered list is cut at its numbers: its titles may have semicolons.
        Some(Value::String(_)) if cell.is_some_and(|cell| cell.trim_start().starts_with("1: ")) => {
            cell.into_iter().flat_map(written).collect()
        }
        Some(Value::String(_)) => {
            cell.into_iter().flat_map(|cell| cell.split("; ")).flat_map(written).collect()
        }
        _ => Vec::new(),
    }
}

fn object_item(object: &Map<String, Value>) -> Option<Listed> {
    let title = object.get("title").or_else(|| object.get("label"))?.as_str()?;
    let title = one_line(&markup::plain(title).unwrap_or_else(|| title.to_owned()));
    let link = object.get("link").and_then(Value::as_str).map(str::trim).filter(|link| is_address(link));
    (!title.is_empty()).then(|| Listed { title, link: link.map(str::to_owned) })
}

/// `title: https://...`, `title, https://...` or a title alone.
pub(super) fn titled(text: &str) -> Listed {
    let text = one_line(text.trim().trim_end_matches('.'));
    for separator in [": ", ", "] {
        if let Some((title, link)) = text.rsplit_once(separator)
            && is_address(link)
        {
            return Listed { title: title.to_owned(), link: Some(link.to_owned()) };
        }
    }
    Listed { title: text, link: None }
}

/// The words of a list that is joined by `, `, of which some have a comma themselves (`Landbouw, natuur en voedsel`):
/// the longest run that is known is one word.
pub(super) fn joined(cell: &str, known: &dyn Fn(&str) -> bool) -> Vec<String> {
    let pieces: Vec<&str> = cell.split(", ").map(str::trim).filter(|piece| !piece.is_empty()).collect();
    let mut words = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let run =
            (at + 1..=pieces.len()).rev().find(|end| end - at > 1 && known(&pieces[at..*end].join(", ")));
        let end = run.unwrap_or(at + 1);
        words.push(pieces[at..end].join(", "));
        at = end;
    }
    words
}

/// `1: title, https://... 2: title`, as the register's own CSV writes lists.
fn numbered(text: &str) -> Vec<Listed> {
    let mut rest = text.trim_start().strip_prefix("1: ").unwrap_or(text);
    let mut all = Vec::new();
    for next in 2.. {
        let Some((item, after)) = rest.split_once(&format!(". {next}: ")) else { break };
        all.push(titled(item));
        rest = after;
    }
    all.push(titled(rest));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_a_comma_stay_whole() {
        let known = |word: &str| {
            ["landbouw, natuur en voedsel", "verkeer", "werk"].contains(&word.to_lowercase().as_str())
        };
        assert_eq!(joined("Verkeer, Werk", &known), ["Verkeer", "Werk"]);
        assert_eq!(
            joined("Werk, Landbouw, Natuur en Voedsel, Iets", &known),
            ["Werk", "Landbouw, Natuur en Voedsel", "Iets"]
        );
        assert_eq!(joined("", &known), [""; 0]);
    }

    #[test]
    fn a_numbered_list_keeps_its_semicolons_and_links() {
        let cell = "1: Wet A; artikel 2, https://wetten.nl/a. 2: Wet B. 3: Wet C, https://wetten.nl/c";
        let found = listed(Some(&Value::String(cell.to_owned())), Some(cell));
        let titles: Vec<(&str, Option<&str>)> =
            found.iter().map(|one| (one.title.as_str(), one.link.as_deref())).collect();
        assert_eq!(
            titles,
            [
                ("Wet A; artikel 2", Some("https://wetten.nl/a")),
                ("Wet B", None),
                ("Wet C", Some("https://wetten.nl/c"))
            ]
        );
    }

    #[test]
    fn the_official_csv_writes_lists_with_numbers() {
        let found =
            numbered("1: Data Protection Impact Assessment (DPIA), https://voorbeeld.nl/dpia.pdf. 2: IAMA");
        let dpia = "Data Protection Impact Assessment (DPIA)".to_owned();
        assert_eq!(
            found,
            [
                Listed { title: dpia, link: Some("https://voorbeeld.nl/dpia.pdf".to_owned()) },
                Listed { title: "IAMA".to_owned(), link: None },
            ]
        );
    }
}
