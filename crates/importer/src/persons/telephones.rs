//! Telephone numbers in texts: those of services (freephone, local rate) stay, others may be a person's and are left
//! out.

use domain::text::fold;

/// What is written in place of a telephone number.
const LEFT_OUT: &str = "[telephone left out]";

/// Words before a number that make it a telephone number whatever its form.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "tel", "tels", "tele", "telephone", "telephones", "phone", "phones", "mobile", "mob", "cell", "fax", "telefoon",
    "telefoonnummer", "mobiel", "gsm", "telefon", "telefonnummer", "mobil", "handy", "fon", "telefono", "movil",
    "portable", "ffon", "symudol",
];
/// Words between such a word and its number.
const BETWEEN: &[&str] = &["nr", "no", "number", "nummer", "numero", "is", "rhif", "ext"];
/// How numbers of services begin, in Great Britain, Ireland, the Netherlands, France, Germany and North America, with
/// and without the code of the country. A person has none of these.
#[rustfmt::skip]
const SERVICES: &[&str] = &[
    "0800", "0808", "0900", "0906", "0909", "0300", "0303", "0330", "0333", "0343", "0344", "0345", "0370", "0843",
    "0844", "0845", "0870", "0871", "088", "0180", "1800", "1850", "1890", "44800", "44808", "44300", "44303",
    "44330", "44333", "44345", "44370", "44845", "44870", "31800", "31900", "3188", "33800", "33805", "49800",
];
/// Area codes of free calls in North America.
const FREE: &[&str] = &["800", "833", "844", "855", "866", "877", "888"];

/// Replaces telephone numbers in a text.
pub(super) fn hide(text: &str) -> String {
    if text.bytes().filter(u8::is_ascii_digit).nth(6).is_none() {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut done = 0;
    let mut from = 0;
    while let Some(run) = next_run(text, from) {
        from = run.ends;
        let mut first = 0;
        while first < run.groups.len() {
            let Some(last) = longest(text, &run, first) else {
                first += 1;
                continue;
            };
            kept.push_str(&text[done..run.begins(text, first)]);
            kept.push_str(LEFT_OUT);
            done = run.groups[last].1;
            first = last + 1;
        }
    }
    kept.push_str(&text[done..]);
    kept
}

/// Groups of digits with the signs between them that telephone numbers have.
struct Run {
    /// Where each group begins and ends.
    groups: Vec<(usize, usize)>,
    ends: usize,
}

impl Run {
    /// Where a number begins that starts with a group: its plus or bracket belongs to it.
    fn begins(&self, text: &str, group: usize) -> usize {
        let at = self.groups[group].0;
        at - (text[..at].len() - text[..at].trim_end_matches(['+', '(']).len())
    }
}

/// The next run of groups of digits. What touches letters, or is part of an address or a decimal, is none.
fn next_run(text: &str, mut from: usize) -> Option<Run> {
    let bytes = text.as_bytes();
    loop {
        let start = from + bytes.get(from..)?.iter().position(u8::is_ascii_digit)?;
        let mut groups = Vec::new();
        let mut at = start;
        let ends = loop {
            let end = at + bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            groups.push((at, end));
            let gap = gap(&text[end..]);
            match bytes.get(end + gap) {
                Some(byte) if gap > 0 && byte.is_ascii_digit() => at = end + gap,
                _ => break end,
            }
        };
        let before = text[..start].trim_end_matches(['+', '(']).chars().next_back();
        let after = text[ends..].chars().next();
        let joined =
            |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '@' | '%' | '=' | '#' | '\\');
        let is_part = before.is_some_and(|letter| {
            joined(letter) || matches!(letter, '/' | '.' | ',' | '-' | '$' | '€' | '£')
        }) || after.is_some_and(|letter| joined(letter) || letter == '/');
        if !is_part {
            return Some(Run { groups, ends });
        }
        from = ends;
    }
}

/// How long the signs between two groups are: at most three of them, no line end.
fn gap(text: &str) -> usize {
    let mut length = 0;
    for letter in text.chars().take(4) {
        if !matches!(
            letter,
            ' ' | '\u{a0}' | '\u{202f}' | '-' | '\u{2010}' | '\u{2011}' | '.' | '(' | ')' | '/'
        ) {
            break;
        }
        length += letter.len_utf8();
    }
    length
}

/// The last group of the longest telephone number that begins with a group.
fn longest(text: &str, run: &Run, first: usize) -> Option<usize> {
    let named = is_named(&text[..run.begins(text, first)]);
    (first..run.groups.len()).rev().find(|last| {
        let groups: Vec<&str> =
            run.groups[first..=*last].iter().map(|(begins, ends)| &text[*begins..*ends]).collect();
        let plus = text[..run.groups[first].0].ends_with('+');
        let between = &text[run.groups[first].0..run.groups[*last].1];
        is_telephone(&groups, plus, named) && !(between.contains('/') && groups.len() > 2)
    })
}

/// Whether the words before a number say that it is a telephone number.
fn is_named(before: &str) -> bool {
    let tail: String = before.chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
    let folded = fold(&tail);
    let mut words = folded.rsplit(' ').skip_while(|word| BETWEEN.contains(word));
    // Only what stands before it in the same breath.
    let near = !tail.trim_end().ends_with([',', ';', '!', '?']);
    near && words.next().is_some_and(|word| WORDS.contains(&word))
}

fn is_telephone(groups: &[&str], plus: bool, named: bool) -> bool {
    let digits = groups.concat();
    let count = digits.len();
    let is_date = {
        let lengths: Vec<usize> = groups.iter().map(|group| group.len()).take(3).collect();
        matches!(lengths[..], [1..=2, 1..=2, 4] | [4, 1..=2, 1..=2])
    };
    if groups.len() > 6 || is_date || is_of_a_service(groups, &digits) {
        return false;
    }
    if plus {
        return (8..=15).contains(&count);
    }
    if named {
        return (7..=15).contains(&count);
    }
    let [first, rest @ ..] = groups else { return false };
    if first.starts_with("00") {
        return !digits.starts_with("000") && (11..=16).contains(&count);
    }
    if first.starts_with('0') && first.len() >= 2 {
        let alone = rest.is_empty();
        return rest.iter().all(|group| group.len() >= 2)
            && (if alone { 10..=11 } else { 9..=12 }).contains(&count);
    }
    is_north_american(groups)
}

/// `202-555-0143`, with or without the 1 of the country.
fn is_north_american(groups: &[&str]) -> bool {
    let groups = if let ["1", rest @ ..] = groups { rest } else { groups };
    let [area, exchange, line] = groups else { return false };
    let begins = |group: &str| group.starts_with(|digit: char| ('2'..='9').contains(&digit));
    (area.len(), exchange.len(), line.len()) == (3, 3, 4) && begins(area) && begins(exchange)
}

fn is_of_a_service(groups: &[&str], digits: &str) -> bool {
    // The 0 in brackets of `+44 (0)800`.
    let without_zero: String = groups
        .iter()
        .enumerate()
        .filter(|(place, group)| *place == 0 || **group != "0")
        .map(|(_, group)| *group)
        .collect();
    let area = digits.strip_prefix('1').unwrap_or(digits);
    SERVICES.iter().any(|begins| without_zero.starts_with(begins) || digits.starts_with(begins))
        || area.len() == 10 && FREE.iter().any(|free| area.starts_with(free))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(hide(text), expected);
    }

    #[test]
    fn telephone_numbers_of_many_countries_are_left_out() {
        for number in [
            "07700 900123",
            "+44 (0)20 7946 0000",
            "020 7946 0000",
            "(202) 555-0143",
            "202.555.0143",
            "1-202-555-0143",
            "+1 202 555 0143",
            "06 12345678",
            "06-12345678",
            "0612345678",
            "+31612345678",
            "01 23 45 67 89",
            "0031 20 1234567",
            "030 901820",
            "030/9018201",
        ] {
            check(&format!("Call {number}, please"), "Call [telephone left out], please");
        }
        check("Tel. nr: 612 345 678", "Tel. nr: [telephone left out]");
        check("teléfono 612345678", "teléfono [telephone left out]");
        check("in 2023 0612345678", "in 2023 [telephone left out]");
        check("<p>tel:0612345678</p>", "<p>tel:[telephone left out]</p>");
    }

    #[test]
    fn numbers_of_services_stay() {
        for text in [
            "0800 123 4567",
            "0300 123 1234",
            "1-800-555-0143",
            "+44 (0)800 123 4567",
            "088 123 4567",
            "14 020",
        ] {
            check(&format!("Call {text}."), &format!("Call {text}."));
        }
    }

    #[test]
    fn what_is_no_telephone_number_stays() {
        for text in [
            "CPV 03000000 and 0.5 of 10 000 000",
            "Ref 2025-0001234567",
            "01-02-2024 10:11:12",
            "2024-01-02 and 02/03/2024",
            "0.123456789",
            "https://x.org/0612345678/a?id=0612345678",
            "PIID 47QFCA22F0018",
            "NL-LARS 12345678",
            "1,234,567,890",
            "€0123456789",
            "0",
            "between 2019 2020 2021 2022",
            "GM0363-0123456789",
        ] {
            check(text, text);
        }
    }
}
