//! Supplier names as inventories write them: twenty spellings of one company, several companies in one cell.

use domain::placeholder;
use domain::text::{fold, one_line};

/// Words that identify a company wherever they occur in a name, and the name it gets.
const WELL_KNOWN: &[(&[&str], &str)] = &[
    (
        &["microsoft", "mircosoft", "micorsoft", "msft", "azure", "ms 365", "ms copilot", "ms teams"],
        "Microsoft",
    ),
    (&["openai", "open ai", "chatgpt"], "OpenAI"),
    (&["anthropic", "claude"], "Anthropic"),
    (&["google", "gemini", "alphabet"], "Google"),
    (&["amazon", "aws"], "Amazon Web Services"),
    (&["palantir"], "Palantir"),
    (&["deloitte"], "Deloitte"),
    (&["booz allen"], "Booz Allen Hamilton"),
    (&["accenture"], "Accenture"),
    (&["salesforce"], "Salesforce"),
    (&["servicenow", "service now"], "ServiceNow"),
    (&["github"], "GitHub"),
    (&["adobe"], "Adobe"),
    (&["leidos"], "Leidos"),
    (&["ibm"], "IBM"),
    (&["oracle"], "Oracle"),
    (&["databricks"], "Databricks"),
    (&["uipath"], "UiPath"),
    (&["veritone"], "Veritone"),
    (&["axon"], "Axon"),
];

/// The suppliers named in a cell, without repeats.
pub(super) fn names(cell: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in split(cell) {
        let name = well_known(&part).map_or(part, str::to_owned);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Names of companies that have an "and" in them, folded.
const WITH_AND: &[&str] = &[
    "ernst and young",
    "johnson and johnson",
    "procter and gamble",
    "smith and nephew",
    "black and veatch",
    "science and technology",
    "research and development",
    "software and services",
];

/// The suppliers named in a cell as it names them, without repeats; also those joined by "and".
pub(super) fn listed(cell: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in split(cell) {
        let folded = fold(&part);
        let is_one = WITH_AND.iter().any(|name| folded.contains(name));
        let halves: Vec<&str> = part.split(" and ").map(str::trim).collect();
        let are_names = halves.len() > 1
            && !is_one
            && halves.iter().all(|half| half.split(' ').count() <= 3 && half.starts_with(char::is_uppercase));
        for name in if are_names { halves } else { vec![part.as_str()] } {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    names
}

fn well_known(part: &str) -> Option<&'static str> {
    let folded = format!(" {} ", fold(part));
    let words = |word: &str| folded.contains(&format!(" {word} ")) || folded.starts_with(&format!(" {word}"));
    // A long text that mentions a company is not the company's name.
    (part.chars().count() <= 80)
        .then(|| WELL_KNOWN.iter().find(|(words_of, _)| words_of.iter().any(|word| words(word))))?
        .map(|(_, name)| *name)
}

/// How parts of a cell begin that name no supplier, but say whose it is or that there are several.
const NO_NAMES: &[&str] =
    &["a subsidiary of ", "a division of ", "a part of ", "part of ", "multiple ", "various ", "several "];

/// Splits at `;`, `|`, line ends, ` / `, and commas that do not precede a legal form.
fn split(cell: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for piece in cell.split([';', '\n', '|']).flat_map(|piece| piece.split(" / ")) {
        for piece in piece.split(',') {
            let piece = one_line(piece);
            let folded = fold(&piece);
            let legal = [
                "inc",
                "llc",
                "ltd",
                "l l c",
                "corp",
                "lp",
                "llp",
                "co",
                "incorporated",
                "plc",
                "ltee",
                "bv",
                "nv",
                "gmbh",
                "ag",
                "sa",
                "sas",
            ];
            match parts.last_mut() {
                Some(last) if legal.contains(&folded.as_str()) => {
                    last.push_str(", ");
                    last.push_str(&piece);
                }
                _ => parts.push(piece.trim_start_matches("and ").to_owned()),
            }
        }
    }
    parts.retain(|part| {
        let folded = fold(part);
        let no_name = ["piid", "procurement instrument", "purchased from", "acquired by"]
            .iter()
            .any(|words| folded.contains(words));
        // Digits alone are not a name, for instance a clock time that a spreadsheet made from a number.
        let time = folded.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
        !folded.is_empty()
            && !no_name
            && !time
            && part.chars().count() <= 120
            && !placeholder::is_no_name(part)
            && !["various", "multiple", "other", "in house", "internal"].contains(&folded.as_str())
            && !NO_NAMES.iter().any(|begins| folded.starts_with(begins))
    });
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_company_are_one_name() {
        #[track_caller]
        fn check(cell: &str, expected: &[&str]) {
            assert_eq!(names(cell), expected, "{cell}");
        }
        check("Microsoft Corporation", &["Microsoft"]);
        check("Microsoft (OpenAI Azure Commercial Cloud offerings)", &["Microsoft"]);
        check("OpenAI, Microsoft", &["OpenAI", "Microsoft"]);
        check("Microsoft / SalesForce", &["Microsoft", "Salesforce"]);
        check(
            "UiPath; Microsoft; Apryse; Personable Inc.",
            &["UiPath", "Microsoft", "Apryse", "Personable Inc."],
        );
        check("Personable, Inc., Lumen", &["Personable, Inc.", "Lumen"]);
        check("Various", &[]);
        check("[blank]", &[]);
        check("TBD; Lumen, N/A", &["Lumen"]);
        check("GitHub, a subsidiary of Microsoft", &["GitHub"]);
        check("D2L / Lumi", &["D2L", "Lumi"]);
        check("Thomson Reuters; Multiple researchers", &["Thomson Reuters"]);
    }

    #[test]
    fn suppliers_joined_by_and_are_several() {
        assert_eq!(listed("Nagarro and Microsoft"), ["Nagarro", "Microsoft"]);
        assert_eq!(listed("Microsoft, Nuvalence and Nuvalence"), ["Microsoft", "Nuvalence"]);
        assert_eq!(listed("Ernst and Young"), ["Ernst and Young"]);
        assert_eq!(listed("Institute of Science and Technology"), ["Institute of Science and Technology"]);
        assert_eq!(listed("Search and rescue"), ["Search and rescue"]);
    }
}
