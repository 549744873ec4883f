//! A first mapping as TOML, with comments for the person who corrects it.

use super::{Given, Guess, Guesses, HOMES, Sampled, Suggestion};
use crate::dates::Order;

pub(super) fn suggestion(guesses: &Guesses, source: &str, given: &Given) -> Suggestion {
    let mut said = Suggestion::default();
    let mut toml =
        String::from("# A first mapping, made from the header and the values of a file: check every line.\n");
    line(&mut toml, "source", source);
    line(&mut toml, "version", "1");
    match &guesses.key {
        Some(key) => toml.push_str(&format!("key = [{}]\n", quoted(key))),
        None => toml.push_str("# key = [\"...\"]  # the columns that identify a row; without one, rows are told by body and title\n"),
    }
    if let Some(edition) = &guesses.edition {
        line(&mut toml, "edition", edition);
    }
    match guesses.order {
        Some(Order::DayFirst) => line(&mut toml, "dates", "day_first"),
        Some(Order::MonthFirst) => line(&mut toml, "dates", "month_first"),
        None if guesses.two_days => {
            toml.push_str("# dates = \"day_first\"  # or month_first: some dates can be two days, and are quoted until this is said\n");
        }
        None => {}
    }
    toml.push_str("unknown = \"state\"  # a word that is not understood is quoted in a field statement; \"error\" refuses its row\n");
    defaults(&mut toml, guesses, given, &mut said);
    for (column, guess) in &guesses.columns {
        if !domain::text::fold(&column.header).is_empty() {
            table(&mut toml, column, guess, guesses.key.as_ref() == Some(&column.header));
        }
    }
    said.toml = toml;
    said
}

/// What no column says.
fn defaults(toml: &mut String, guesses: &Guesses, given: &Given, said: &mut Suggestion) {
    toml.push_str("\n[defaults]\n");
    let lang = given.lang.clone().unwrap_or_else(|| guesses.lang.to_owned());
    let home = HOMES.iter().find(|(of, _)| *of == guesses.lang).map_or("GB", |(_, home)| home);
    let place = given.jurisdiction.clone().unwrap_or_else(|| home.to_owned());
    for (name, value, is_given) in
        [("jurisdiction", place, given.jurisdiction.is_some()), ("lang", lang, given.lang.is_some())]
    {
        // Also beside a column, whose cells may be unusable.
        line(toml, name, &value);
        if !is_given && !guesses.fills(name) {
            said.assumed.push(format!("{name} = {}, from the language of the headers", quoted(&value)));
        }
    }
    if !guesses.fills("title") {
        toml.push_str("# title: no column names the tool; give one of them field = \"title\"\n");
        said.missing
            .push("no column names the tool: give one of the [[columns]] field = \"title\"".to_owned());
    }
    match &given.publisher {
        Some(publisher) => line(toml, "publisher", publisher),
        None if guesses.fills("publisher") => {}
        None => {
            toml.push_str("# publisher = \"...\"  # no column names the body that answers for the tools\n");
            said.missing.push(
                "no column names the body: write publisher under [defaults], or say --publisher NAME"
                    .to_owned(),
            );
        }
    }
}

/// One column.
fn table(toml: &mut String, column: &Sampled, guess: &Guess, is_key: bool) {
    toml.push_str("\n[[columns]]\n");
    line(toml, "header", &column.header);
    if column.nth.1 > 1 {
        toml.push_str(&format!("nth = {}  # {} columns have this header\n", column.nth.0, column.nth.1));
    }
    if guess.people {
        toml.push_str("drop = true\nreason = \"data of people\"\n");
        return;
    }
    let Some(fills) = guess.fills else {
        if is_key {
            toml.push_str("reason = \"identifies the row\"\n");
            return;
        }
        toml.push_str("# field = \"...\"  # not recognised: kept in the raw row only\n");
        return;
    };
    line(toml, "field", fills);
    if let Some(split) = guess.split {
        line(toml, "split", split);
    }
    if guess.values.is_empty() && guess.open.is_empty() {
        return;
    }
    toml.push_str("[columns.values]\n");
    for (word, code) in &guess.values {
        toml.push_str(&format!("{} = {}\n", quoted(word), quoted(code)));
    }
    for (word, near) in &guess.open {
        let near = near.map_or_else(|| "...".to_owned(), |code| format!("{code}?"));
        toml.push_str(&format!("# {} = {}\n", quoted(word), quoted(&near)));
    }
}

fn line(toml: &mut String, key: &str, value: &str) {
    toml.push_str(&format!("{key} = {}\n", quoted(value)));
}

/// A text on one line as TOML writes it: as JSON does, which leaves one control character.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string is JSON").replace('\u{7F}', "\\u007F")
}
