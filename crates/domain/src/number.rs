//! One reader of numbers for JSON, cells, mappings and forms, however people, programs and spreadsheets write
//! them.
//!
//! It returns exactly the number that is written, or a fault. It never rounds, and never picks one of two
//! readings (decision 21).

use std::borrow::Cow;

use rust_decimal::Decimal;

/// Largest whole number a value may have (2^53 - 1): every JSON reader keeps it exactly.
pub const WHOLE_MAX: u64 = (1 << 53) - 1;

/// The decimal mark, if it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mark {
    /// Not known: `1.5` and `1,5` are one and a half, but `12,000` could be either of two numbers.
    #[default]
    Unsaid,
    /// A point: `12,000` is twelve thousand.
    Point,
    /// A comma: `12.000` is twelve thousand.
    Comma,
}

/// Why a text is not a number that can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadNumber {
    /// It is not a number.
    NotANumber,
    /// It can be read as two numbers.
    Either {
        /// The number if the mark groups digits.
        grouped: Decimal,
        /// The number if it is the decimal mark.
        decimal: Decimal,
    },
    /// It is a fraction where a whole number is needed.
    NotWhole,
    /// It is negative where it must not be.
    Negative,
    /// It is larger, or has more digits, than can be kept exactly.
    OutOfRange,
}

impl BadNumber {
    /// What is wrong with a text that should be a whole number, for people.
    pub fn of_whole(&self, raw: &str) -> String {
        let raw = crate::text::short(raw.trim());
        match self {
            Self::NotANumber | Self::NotWhole => format!("'{raw}' is not a whole number"),
            Self::Either { grouped, decimal } => {
                format!(
                    "'{raw}' is not a whole number: it can be read as {grouped} or as {}",
                    decimal.normalize()
                )
            }
            Self::Negative => format!("'{raw}' is below zero"),
            Self::OutOfRange => {
                format!("'{raw}' is beyond {WHOLE_MAX}, up to which numbers are kept exactly")
            }
        }
    }

    /// What is wrong with a text that should be a number, for people.
    pub fn of_decimal(&self, raw: &str) -> String {
        let raw = crate::text::short(raw.trim());
        match self {
            Self::NotANumber | Self::NotWhole => format!("'{raw}' is not a number"),
            Self::Either { grouped, decimal } => {
                format!("'{raw}' can be read as {grouped} or as {}", decimal.normalize())
            }
            Self::Negative => format!("'{raw}' is below zero"),
            Self::OutOfRange => format!("'{raw}' has more digits than are kept exactly"),
        }
    }
}

/// Reads a number exactly. Accepts signs, leading zeros, an exponent, groups of three digits and surrounding
/// white space, but not digits of other scripts.
///
/// Errors: [`BadNumber`], also if the text has more digits than a decimal holds.
pub fn read(text: &str, mark: Mark) -> Result<Decimal, BadNumber> {
    let text = text.trim();
    let (negative, text) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let shift = exponent.map_or(Ok(0), exponent_of)?;
    // Zero has no sign.
    let signed = |number: Decimal| if negative && !number.is_zero() { -number } else { number };
    // Only programs write exponents; they use a decimal point and never group digits.
    if exponent.is_some() && mantissa.bytes().any(|byte| byte != b'.' && !byte.is_ascii_digit()) {
        return Err(BadNumber::NotANumber);
    }
    let mark = if exponent.is_some() { Mark::Point } else { mark };
    match numeral(mantissa, mark).ok_or(BadNumber::NotANumber)? {
        Numeral::Plain { whole, decimals } => made(&whole, &decimals, shift).map(signed),
        Numeral::Either { left, right } => Err(BadNumber::Either {
            grouped: signed(made(&format!("{left}{right}"), "", 0)?),
            decimal: signed(made(left, right, 0)?),
        }),
    }
}

/// Reads a whole number from zero to [`WHOLE_MAX`]. `12000.0` is 12000; `1.5` is a fault. Errors:
/// [`BadNumber`].
pub fn whole(text: &str, mark: Mark) -> Result<u64, BadNumber> {
    let number = read(text, mark)?;
    if !number.is_integer() {
        return Err(BadNumber::NotWhole);
    }
    if number.is_sign_negative() {
        return Err(BadNumber::Negative);
    }
    u64::try_from(number).ok().filter(|number| *number <= WHOLE_MAX).ok_or(BadNumber::OutOfRange)
}

/// Whether a text is an amount in the form we store: digits, with a point before decimals.
pub fn is_plain(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    digits(whole) && digits(decimals) && read(text, Mark::Point).is_ok()
}

/// The digits of a text, once its marks are understood.
enum Numeral<'a> {
    Plain { whole: String, decimals: String },
    Either { left: &'a str, right: &'a str },
}

/// Interprets the marks between digits; `None` if they do not make a number.
fn numeral(text: &str, mark: Mark) -> Option<Numeral<'_>> {
    let marks: Vec<char> = text.chars().filter(|letter| !letter.is_ascii_digit()).collect();
    let parts: Vec<&str> = text.split(|letter: char| !letter.is_ascii_digit()).collect();
    if parts.iter().any(|part| part.is_empty()) || marks.iter().any(|mark| !is_mark(*mark)) {
        return None;
    }
    let (Some(first), Some(last)) = (marks.first(), marks.last()) else {
        return Some(Numeral::Plain { whole: text.to_owned(), decimals: String::new() });
    };
    // All groups after the first have three digits, so the marks can be grouping marks.
    let grouped = |parts: &[&str]| {
        parts[0].len() <= 3 && !parts[0].starts_with('0') && parts[1..].iter().all(|part| part.len() == 3)
    };
    let same = |marks: &[char]| marks.iter().all(|mark| mark == first);
    let groups = may_group(*first, mark) && grouped(&parts);
    let plain = |whole: &[&str], decimals: &str| {
        Some(Numeral::Plain { whole: whole.concat(), decimals: decimals.to_owned() })
    };
    match (parts.as_slice(), marks.len()) {
        ([left, right], 1) => match (groups, may_precede(*first, mark)) {
            (true, true) => Some(Numeral::Either { left, right }),
            (true, false) => plain(&parts, ""),
            (false, true) => plain(&[left], right),
            (false, false) => None,
        },
        (all, _) if same(&marks) && groups => plain(all, ""),
        ([whole @ .., decimals], count)
            if same(&marks[..count - 1])
                && last != first
                && may_group(*first, mark)
                && may_precede(*last, mark)
                && grouped(whole) =>
        {
            plain(whole, decimals)
        }
        _ => None,
    }
}

fn is_mark(letter: char) -> bool {
    matches!(letter, '.' | ',') || is_space(letter)
}

/// Spaces that group digits: plain, no-break, thin and narrow no-break.
fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\u{A0}' | '\u{2009}' | '\u{202F}')
}

fn may_group(letter: char, mark: Mark) -> bool {
    match mark {
        Mark::Unsaid => true,
        Mark::Point => letter != '.',
        Mark::Comma => letter != ',',
    }
}

fn may_precede(letter: char, mark: Mark) -> bool {
    match mark {
        Mark::Unsaid => !is_space(letter),
        Mark::Point => letter == '.',
        Mark::Comma => letter == ',',
    }
}

/// Parses an exponent. It is capped, because a larger one is out of range in any case.
fn exponent_of(text: &str) -> Result<i64, BadNumber> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BadNumber::NotANumber);
    }
    let size = digits.parse().unwrap_or(i64::from(i32::MAX)).min(i64::from(i32::MAX));
    Ok(if text.starts_with('-') { -size } else { size })
}

/// The number with these digits, shifted by a power of ten. Errors: [`BadNumber::OutOfRange`].
fn made(whole: &str, decimals: &str, shift: i64) -> Result<Decimal, BadNumber> {
    let mut digits = format!("{whole}{decimals}");
    let mut scale = i64::try_from(decimals.len()).map_err(|_| BadNumber::OutOfRange)?.saturating_sub(shift);
    digits.drain(..digits.len() - digits.trim_start_matches('0').len());
    if digits.is_empty() {
        return Ok(Decimal::ZERO);
    }
    // Zeros at the end say nothing, so they must not make a number exceed what a decimal holds.
    while scale > 0 && digits.ends_with('0') && (scale > i64::from(Decimal::MAX_SCALE) || digits.len() > 28) {
        digits.pop();
        scale -= 1;
    }
    if scale < 0 {
        let zeros = usize::try_from(-scale).map_err(|_| BadNumber::OutOfRange)?;
        // A decimal holds at most 29 digits.
        if zeros > 29 {
            return Err(BadNumber::OutOfRange);
        }
        digits.push_str(&"0".repeat(zeros));
        scale = 0;
    }
    let number: i128 = digits.parse().map_err(|_| BadNumber::OutOfRange)?;
    let scale = u32::try_from(scale).map_err(|_| BadNumber::OutOfRange)?;
    Decimal::try_from_i128_with_scale(number, scale).map_err(|_| BadNumber::OutOfRange)
}

/// Rewrites whole numbers in JSON text as plain digits: `12000.0` and `1.2e4` become `12000`.
///
/// Errors: a sentence about a number that JSON readers would round, or that exceeds [`WHOLE_MAX`]. Text that
/// is not JSON is passed on for the JSON parser to refuse.
pub fn in_json(text: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    let mut made: Vec<u8> = Vec::new();
    let mut kept = 0;
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'"' => at = after_string(text, at),
            b'-' | b'0'..=b'9' => {
                let end =
                    text[at..].iter().position(|byte| !is_of_number(*byte)).map_or(text.len(), |n| at + n);
                let token = std::str::from_utf8(&text[at..end]).unwrap_or_default();
                if let Some(plain) = plain_json(token)? {
                    made.extend_from_slice(&text[kept..at]);
                    made.extend_from_slice(plain.as_bytes());
                    kept = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    if kept == 0 {
        return Ok(Cow::Borrowed(text));
    }
    made.extend_from_slice(&text[kept..]);
    Ok(Cow::Owned(made))
}

fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')
}

/// The position after the string that starts at `at`.
fn after_string(text: &[u8], at: usize) -> usize {
    let mut next = at + 1;
    while next < text.len() {
        match text[next] {
            b'\\' => next += 2,
            b'"' => return next + 1,
            _ => next += 1,
        }
    }
    text.len()
}

/// A whole number as plain digits; `None` if the token can stay as it is.
fn plain_json(token: &str) -> Result<Option<String>, String> {
    let digits = token.strip_prefix('-').unwrap_or(token);
    let leads = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
    let beyond = || {
        format!("the number {} is beyond 2^53: a whole number is not kept exactly", crate::text::short(token))
    };
    let number = match read(token, Mark::Point) {
        Ok(number) if !leads => number,
        Err(BadNumber::OutOfRange) if !leads => return Err(beyond()),
        _ => return Ok(None),
    };
    if number.is_integer() {
        if number.abs() > Decimal::from(WHOLE_MAX) {
            return Err(beyond());
        }
        let plain = number.normalize().to_string();
        return Ok(Some(plain).filter(|plain| plain != token));
    }
    // JSON readers keep the nearest float, so the number must survive that.
    let kept = token.parse::<f64>().ok().and_then(|float| read(&float.to_string(), Mark::Point).ok());
    if kept.is_none_or(|kept| kept != number) {
        return Err(format!(
            "the number {} has more digits than are kept exactly",
            crate::text::short(token)
        ));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<u64, &str>) {
        let shown = whole(text, Mark::Unsaid).map_err(|bad| match bad {
            BadNumber::NotANumber => "no number",
            BadNumber::Either { .. } => "either",
            BadNumber::NotWhole => "not whole",
            BadNumber::Negative => "negative",
            BadNumber::OutOfRange => "out of range",
        });
        assert_eq!(shown, expected, "{text:?}");
    }

    #[test]
    fn the_number_that_stands_there_is_read_or_none() {
        for (text, number) in [
            ("12000", 12_000),
            ("12000.0", 12_000),
            (" 12000.00 ", 12_000),
            ("\u{A0}7\u{A0}", 7),
            ("1e3", 1_000),
            ("1.2E+04", 12_000),
            ("1.234e3", 1_234),
            ("00012", 12),
            ("+5", 5),
            ("-0", 0),
            ("-0.0", 0),
            ("0e99999999999999999999", 0),
            ("1.0", 1),
            ("12000.000", 12_000),
            ("0.000", 0),
            ("12 000", 12_000),
            ("1\u{202F}234\u{202F}567", 1_234_567),
            ("1,234,567", 1_234_567),
            ("1.234.567", 1_234_567),
            ("12,000.00", 12_000),
            ("12.000,00", 12_000),
            ("12 000,0", 12_000),
            ("9007199254740991", WHOLE_MAX),
            ("10000000000000000000000000000000e-30", 10),
        ] {
            check(text, Ok(number));
        }
        for (text, fault) in [
            ("12,000", "either"),
            ("12.000", "either"),
            ("-1,234", "either"),
            ("1.5", "not whole"),
            ("1,5", "not whole"),
            ("0.12", "not whole"),
            ("0,125", "not whole"),
            ("12000.50", "not whole"),
            ("12,000.50", "not whole"),
            ("12.000,50", "not whole"),
            ("12000.0000000000000001", "not whole"),
            ("15e-1", "not whole"),
            ("1.2345e3", "not whole"),
            ("-1", "negative"),
            ("-12000.0", "negative"),
            ("9007199254740992", "out of range"),
            ("9007199254740993", "out of range"),
            ("1.0e400", "out of range"),
            ("1e-400", "out of range"),
            ("99999999999999999999999999999999", "out of range"),
            ("", "no number"),
            ("-", "no number"),
            ("1_000", "no number"),
            ("1'000", "no number"),
            ("NaN", "no number"),
            ("inf", "no number"),
            ("-Infinity", "no number"),
            ("٣", "no number"),
            ("３", "no number"),
            ("0x10", "no number"),
            ("1e", "no number"),
            ("15e-1e", "no number"),
            ("1,234e3", "no number"),
            ("1 2", "no number"),
            ("1,23,456", "no number"),
            ("0,123,456", "no number"),
            ("1,234,56", "no number"),
            ("1.234,567.8", "no number"),
            ("12 000 000,0.0", "no number"),
            ("5.", "no number"),
            (".5", "no number"),
            ("--5", "no number"),
            ("50%", "no number"),
            ("£5", "no number"),
            ("12000 people", "no number"),
        ] {
            check(text, Err(fault));
        }
    }

    #[test]
    fn a_file_that_says_its_decimal_mark_is_believed() {
        let read = |text: &str, mark| whole(text, mark).ok();
        assert_eq!(read("12,000", Mark::Point), Some(12_000));
        assert_eq!(read("12,000", Mark::Comma), Some(12));
        assert_eq!(read("12.000", Mark::Point), Some(12));
        assert_eq!(read("12.000", Mark::Comma), Some(12_000));
        assert_eq!(read("1,5", Mark::Point), None);
        assert_eq!(read("12.000,00", Mark::Point), None);
        assert_eq!(read("12.000,00", Mark::Comma), Some(12_000));
        assert_eq!(read("12 000", Mark::Point), Some(12_000));
    }

    #[test]
    fn what_is_wrong_names_both_numbers_that_a_text_can_mean() {
        let said = |text: &str| whole(text, Mark::Unsaid).unwrap_err().of_whole(text);
        assert_eq!(said("12,000"), "'12,000' is not a whole number: it can be read as 12000 or as 12");
        assert_eq!(said("1.5"), "'1.5' is not a whole number");
        assert_eq!(
            read("1,250", Mark::Unsaid).unwrap_err().of_decimal("1,250"),
            "'1,250' can be read as 1250 or as 1.25"
        );
    }

    #[test]
    fn whole_numbers_in_json_are_whole_however_they_are_written() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, &str>) {
            let read = in_json(text.as_bytes()).map(|text| String::from_utf8(text.into_owned()).unwrap());
            match expected {
                Ok(expected) => assert_eq!(read.as_deref(), Ok(expected)),
                Err(words) => assert!(read.as_ref().unwrap_err().contains(words), "{text}: {read:?}"),
            }
        }
        check(r#"{"a":12000.0,"b":[1e3,-5.00,-0.0],"c":0.1}"#, Ok(r#"{"a":12000,"b":[1000,-5,0],"c":0.1}"#));
        check(r#""12000.0 \" 1e3""#, Ok(r#""12000.0 \" 1e3""#));
        check("12000.0", Ok("12000"));
        check("9007199254740993.0", Err("beyond 2^53"));
        check("18446744073709551616", Err("beyond 2^53"));
        check("1.0e400", Err("beyond 2^53"));
        check("2251799813685248.5", Ok("2251799813685248.5"));
        check("4503599627370497.5", Err("more digits than are kept"));
        check("9007199254740990.5", Err("more digits than are kept"));
        check("12000.0000000000000001", Err("more digits than are kept"));
        // Text that is not JSON is left for the parser to refuse.
        check("[01.0, 1., NaN, 1.0.0]", Ok("[01.0, 1., NaN, 1.0.0]"));
        check("\"open", Ok("\"open"));
        check("\"open\\", Ok("\"open\\"));
    }

    #[test]
    fn an_amount_is_stored_in_one_way() {
        for text in ["0", "125000.00", "-1.5", "012"] {
            assert!(is_plain(text), "{text}");
        }
        for text in ["", "1,5", "12,000", "1e3", "+1", "1.", ".5", " 1", "1.5.0", "NaN", &"9".repeat(40)] {
            assert!(!is_plain(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_reads_back_as_it_was_written(number in 0..=WHOLE_MAX, zeros in 0..5_usize) {
            let exact = format!("{number}.{}", "0".repeat(zeros + 4));
            prop_assert_eq!(whole(&exact, Mark::Unsaid), Ok(number));
            prop_assert_eq!(whole(&format!("{number:e}"), Mark::Unsaid), Ok(number));
            prop_assert_eq!(whole(&format!("{number}.5"), Mark::Unsaid), Err(BadNumber::NotWhole));
        }

        #[test]
        fn a_text_is_never_read_as_other_digits(text in "[0-9 .,eE+_-]{0,12}") {
            // Any number read has the digits of the text, except for zeros without meaning.
            if let Ok(number) = read(&text, Mark::Unsaid)
                && !text.contains(['e', 'E'])
            {
                let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
                let (read, written) = (digits(&number.to_string()), digits(&text));
                prop_assert_eq!(read.trim_start_matches('0'), written.trim_start_matches('0'));
            }
        }
    }
}
