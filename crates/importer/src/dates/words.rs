//! Names of months and quarters in the languages of our sources: English, Dutch, French, German, Spanish, Italian,
//! Polish and Welsh. No name means two months in two of them.

use domain::text::fold;

/// The names of each month, folded; with their short forms, the genitives of Polish and the softened forms of Welsh.
const MONTHS: [&str; 12] = [
    "january jan januari janvier janv januar janner enero ene gennaio gen styczen stycznia sty ionawr ion",
    "february feb februari fevrier fevr fev februar febrero febbraio luty lutego lut chwefror chwef chw",
    "march mar maart mrt mars marz maerz mrz marzo marzec marca mawrth fawrth",
    "april apr avril avr abril abr aprile kwiecien kwietnia kwi ebrill ebr",
    "may mei mai mayo maggio mag maj maja fai",
    "june jun juni juin junio giugno giu czerwiec czerwca cze mehefin fehefin meh",
    "july jul juli juillet juil julio luglio lug lipiec lipca lip gorffennaf orffennaf gorff gor",
    "august aug augustus aout agosto ago sierpien sierpnia sie awst aws",
    "september sep sept septembre septiembre setiembre settembre set sett wrzesien wrzesnia wrz medi fedi",
    "october oct oktober okt octobre octubre ottobre ott pazdziernik pazdziernika paz hydref hyd",
    "november nov novembre noviembre listopad listopada lis tachwedd dachwedd tach",
    "december dec decembre dezember dez diciembre dic dicembre grudzien grudnia gru rhagfyr ragfyr rhag",
];

/// Words for a quarter of a year; one letter of them may stand before or behind its number.
const QUARTERS: &str = "quarter qtr q kwartaal k trimestre trim t quartal kwartal kw chwarter";

/// Numbers of quarters that are no digits, folded.
const COUNTED: [&str; 4] = [
    "i first eerste premier erstes ersten erste primer primo pierwszy cyntaf",
    "ii second tweede deuxieme zweites zweiten zweite segundo secondo drugi ail",
    "iii third derde troisieme drittes dritten dritte tercer terzo trzeci trydydd",
    "iv fourth vierde quatrieme viertes vierten vierte cuarto quarto czwarty pedwerydd",
];

/// Words between the parts of a date.
const BETWEEN: &str = "of the de del di du le el il la am den im het van in o r roku des dell";

/// What stands behind a number that counts: `1st`, `1er`, `2e`, `5º`.
const ORDINALS: &str = "st nd rd th er re e eme de ste o a af ain ydd fed ed eg";

/// A date with its month in letters; the year may have two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InWords {
    pub(super) year: i32,
    pub(super) month: u32,
    pub(super) day: Option<u32>,
}

/// Reads `5 januari 2024`, `March 5, 2024`, `1er mars 2024`, `Jul-25`; `None` if it is anything more or less.
pub(super) fn with_month(text: &str) -> Option<InWords> {
    let words = words(text);
    let mut month = None;
    let mut numbers = Vec::new();
    for word in words.iter().map(String::as_str) {
        match (month_of(word), number(word)) {
            (Some(found), _) if month.replace(found).is_some() => return None,
            (Some(_), _) => {}
            (None, Some(number)) => numbers.push(number),
            (None, None) if is_in(BETWEEN, word) => {}
            (None, None) => return None,
        }
    }
    let (month, is_long) = (month?, |number: &Number| number.digits == 4);
    match numbers[..] {
        [year] if is_long(&year) || year.digits == 2 => {
            Some(InWords { year: year.signed()?, month, day: None })
        }
        [first, last] => {
            let (day, year) = if is_long(&first) { (last, first) } else { (first, last) };
            let fits = day.digits <= 2 && (is_long(&year) || year.digits == 2);
            Some(InWords { year: year.signed()?, month, day: Some(day.value) }).filter(|_| fits)
        }
        _ => None,
    }
}

/// Reads `Q2 2024`, `2024-Q2`, `2e kwartaal 2024`, `II kw. 2024`: the year and the quarter, 1 to 4; the year may have
/// two digits. `None` if it is anything more or less, such as a fiscal year.
pub(super) fn quarter(text: &str) -> Option<(i32, u32)> {
    let mut named = false;
    let mut count = None;
    let mut year = None;
    for word in words(text).iter().flat_map(|word| pieces(word)) {
        let digit = number(word).filter(|number| number.digits == 1).map(|number| number.value);
        if is_in(QUARTERS, word) {
            if std::mem::replace(&mut named, true) {
                return None;
            }
        } else if let Some(place) = digit.or_else(|| counted(word)).filter(|_| count.is_none()) {
            count = Some(place).filter(|place| (1..=4).contains(place));
            count?;
        } else if let Some(number) = number(word).filter(|number| matches!(number.digits, 2 | 4)) {
            if year.replace(number.signed()?).is_some() {
                return None;
            }
        } else if !is_in(BETWEEN, word) {
            return None;
        }
    }
    Some((year?, count?)).filter(|_| named)
}

/// The words of a text, folded; points separate them.
fn words(text: &str) -> Vec<String> {
    if text.len() > 60 {
        return Vec::new();
    }
    fold(&text.replace('.', " ").replace('\u{2019}', "'")).split(' ').map(str::to_owned).collect()
}

/// A word cut where letters and digits meet, unless it is a counted number: `2024q2`, `q2`, but `2nd`.
fn pieces(word: &str) -> Vec<&str> {
    if number(word).is_some() {
        return vec![word];
    }
    let mut pieces = Vec::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let end =
            rest.find(|letter: char| letter.is_ascii_digit() != first.is_ascii_digit()).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

#[derive(Debug, Clone, Copy)]
struct Number {
    value: u32,
    digits: usize,
}

impl Number {
    fn signed(self) -> Option<i32> {
        i32::try_from(self.value).ok()
    }
}

/// A number of at most four digits, which may be counted: `5`, `5th`, `2024`.
fn number(word: &str) -> Option<Number> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = word.split_at(digits);
    let is_number = (1..=4).contains(&digits) && (rest.is_empty() || digits <= 2 && is_in(ORDINALS, rest));
    is_number.then(|| number.parse().ok().map(|value| Number { value, digits })).flatten()
}

fn month_of(word: &str) -> Option<u32> {
    place_in(&MONTHS, word)
}

fn counted(word: &str) -> Option<u32> {
    place_in(&COUNTED, word)
}

/// Whether a word is in a list of words.
fn is_in(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

fn place_in(lists: &[&str], word: &str) -> Option<u32> {
    let place = lists.iter().position(|names| is_in(names, word))?;
    u32::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn no_name_means_two_months_and_every_name_is_folded() {
        let mut seen = BTreeMap::new();
        for (place, names) in MONTHS.iter().enumerate() {
            for name in names.split(' ') {
                assert_eq!(fold(name), name);
                assert_eq!(seen.insert(name, place), None, "{name}");
                assert!(!is_in(BETWEEN, name) && !is_in(QUARTERS, name), "{name}");
            }
        }
    }

    #[test]
    fn a_text_with_more_than_a_date_is_none() {
        for text in [
            "March 2023 to May 2023",
            "5-7 May 2024",
            "Spring 2023",
            "May 2024 (pilot)",
            "May",
            "2024",
            "March 5 6 2024",
        ] {
            assert_eq!(with_month(text), None, "{text}");
        }
        for text in [
            "FY24 Q3",
            "Q3 FY2024",
            "Q5 2024",
            "Q0 2024",
            "2024",
            "Q2",
            "Q1 Q2 2024",
            "Q2 2024 2025",
            "T 2024",
        ] {
            assert_eq!(quarter(text), None, "{text}");
        }
    }
}
