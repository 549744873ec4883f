//! Public record ids: short, easy to say, and refused when mistyped.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Crockford base32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Bits that carry the record's number: six characters of five bits.
const NUMBER_BITS: u32 = 30;

/// A record's public id: `R-`, six Crockford base32 characters and a check character.
///
/// The check character is a weighted sum over GF(32). It catches every single wrong character and every swap
/// of two. Parsing accepts lower case and the usual confusions (`I` and `L` for 1, `O` for 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RecordId(u32);

/// Why a text is not a record id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRecordId {
    /// It is not `R-` and seven characters.
    #[error("'{0}' is not a record id: it has the form R-0000000")]
    Form(String),
    /// The check character does not match the rest.
    #[error("'{0}' is not a record id: its check character does not fit, so one character is wrong")]
    Check(String),
}

impl RecordId {
    /// The id of the `sequence`-th record. Ids are scattered, so that neighbours do not look alike, and
    /// unique for the first 2^30 records.
    pub fn from_sequence(sequence: u64) -> Self {
        // An odd multiplier permutes the numbers below 2^30.
        let scattered = sequence.wrapping_mul(0x2545_F491).wrapping_add(0x0B5E_77A3);
        Self((scattered & ((1 << NUMBER_BITS) - 1)) as u32)
    }

    /// The ids that a mistyped text may stand for: those it becomes if one character is another, if two neighbours
    /// change places, or if only the `R-` is missing. Which of them is right, only a register can know.
    pub fn near(text: &str) -> Vec<Self> {
        let text = text.trim();
        let rest = text.trim_start_matches(['R', 'r']).trim_start_matches('-');
        // An id may itself begin with an R.
        let Some(digits) = read_digits(rest).or_else(|| read_digits(text)) else { return Vec::new() };
        if let Some(id) = Self::checked(digits) {
            return vec![id];
        }
        let mut near = Vec::new();
        for place in 0..digits.len() {
            let mut other = digits;
            for digit in 0..32 {
                other[place] = digit;
                near.extend(Self::checked(other));
            }
            let mut swapped = digits;
            if place + 1 < digits.len() {
                swapped.swap(place, place + 1);
                near.extend(Self::checked(swapped));
            }
        }
        near.sort_unstable();
        near.dedup();
        near
    }

    /// The id of these digits, if the last one checks the others.
    fn checked(digits: [u8; 7]) -> Option<Self> {
        let number: [u8; 6] = std::array::from_fn(|place| digits[place]);
        let right = check_digit(&number) == digits[6];
        right.then(|| Self(number.iter().fold(0, |sum, digit| (sum << 5) | u32::from(*digit))))
    }

    fn digits(self) -> [u8; 6] {
        std::array::from_fn(|place| ((self.0 >> (25 - 5 * place)) & 31) as u8)
    }
}

/// Multiplies in GF(32), with the polynomial x^5 + x^2 + 1.
fn multiply(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    while b > 0 {
        if b & 1 == 1 {
            product ^= a;
        }
        a <<= 1;
        if a & 0b10_0000 != 0 {
            a ^= 0b10_0101;
        }
        b >>= 1;
    }
    product
}

/// The check digit. Each place has its own weight (a power of the generator 2), so a swap changes the sum.
fn check_digit(digits: &[u8; 6]) -> u8 {
    let mut weight = 1;
    digits.iter().fold(0, |sum, digit| {
        weight = multiply(weight, 2);
        sum ^ multiply(weight, *digit)
    })
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        f.write_str("R-")?;
        for digit in digits.iter().chain(std::iter::once(&check_digit(&digits))) {
            write!(f, "{}", char::from(ALPHABET[usize::from(*digit)]))?;
        }
        Ok(())
    }
}

impl FromStr for RecordId {
    type Err = BadRecordId;

    fn from_str(value: &str) -> Result<Self, BadRecordId> {
        let form = || BadRecordId::Form(value.chars().take(40).collect());
        let rest = value.strip_prefix("R-").or_else(|| value.strip_prefix("r-")).ok_or_else(form)?;
        let digits = read_digits(rest).ok_or_else(form)?;
        Self::checked(digits).ok_or_else(|| BadRecordId::Check(value.to_owned()))
    }
}

/// The values of seven characters, the check character last; `None` if they are not that.
fn read_digits(text: &str) -> Option<[u8; 7]> {
    let mut digits = [0_u8; 7];
    if text.chars().count() != digits.len() {
        return None;
    }
    for (place, letter) in text.chars().enumerate() {
        let letter = match letter.to_ascii_uppercase() {
            'I' | 'L' => '1',
            'O' => '0',
            other => other,
        };
        digits[place] = ALPHABET.iter().position(|known| char::from(*known) == letter)? as u8;
    }
    Some(digits)
}

impl TryFrom<String> for RecordId {
    type Error = BadRecordId;
    fn try_from(value: String) -> Result<Self, BadRecordId> {
        value.parse()
    }
}

impl From<RecordId> for String {
    fn from(id: RecordId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_of_a_million_records_are_different() {
        let ids: std::collections::HashSet<RecordId> = (0..1_000_000).map(RecordId::from_sequence).collect();
        assert_eq!(ids.len(), 1_000_000);
    }

    #[test]
    fn an_id_forgives_case_and_lookalikes_only() {
        let id = RecordId::from_sequence(7);
        let text = id.to_string();
        assert_eq!(text.to_lowercase().parse::<RecordId>().unwrap(), id);
        assert!("R-12345".parse::<RecordId>().is_err());
        assert!("R-ÄÄÄÄÄÄÄ".parse::<RecordId>().is_err());
        assert!("".parse::<RecordId>().is_err());
    }

    #[test]
    fn without_its_beginning_an_id_is_still_clear() {
        let id = RecordId::from_sequence(7);
        let text = id.to_string();
        for mistyped in [&text[2..], &text.replace('-', ""), &format!(" {text} ")] {
            assert_eq!(RecordId::near(mistyped), [id], "{mistyped}");
        }
        assert_eq!(RecordId::near("R-12345"), []);
        assert_eq!(RecordId::near(""), []);
    }

    proptest! {
        #[test]
        fn what_was_mistyped_is_among_the_ids_near_it(
            sequence in 0_u64..1 << 30, place in 0_usize..7, letter in 0_usize..32,
        ) {
            let id = RecordId::from_sequence(sequence);
            let mut wrong: Vec<u8> = id.to_string().bytes().collect();
            wrong[place + 2] = ALPHABET[letter];
            let near = RecordId::near(&String::from_utf8(wrong.clone()).unwrap());
            prop_assert!(near.contains(&id), "{:?}", near);
            let mut swapped: Vec<u8> = id.to_string().bytes().collect();
            swapped.swap(place.min(5) + 2, place.min(5) + 3);
            let near = RecordId::near(&String::from_utf8(swapped).unwrap());
            prop_assert!(near.contains(&id), "{:?}", near);
            prop_assert!(near.len() <= 13, "{:?}", near);
        }

        #[test]
        fn one_wrong_character_or_one_swap_is_always_noticed(
            sequence in 0_u64..1 << 30, place in 0_usize..7, other in 0_usize..7, letter in 0_usize..32,
        ) {
            let id = RecordId::from_sequence(sequence);
            let right = id.to_string();
            prop_assert_eq!(right.parse::<RecordId>().unwrap(), id);
            let mut wrong: Vec<u8> = right.bytes().collect();
            wrong[place + 2] = ALPHABET[letter];
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert!(wrong == right || wrong.parse::<RecordId>().is_err(), "{} for {}", wrong, right);
            let mut swapped: Vec<u8> = right.bytes().collect();
            swapped.swap(place + 2, other + 2);
            let swapped = String::from_utf8(swapped).unwrap();
            prop_assert!(swapped == right || swapped.parse::<RecordId>().is_err(), "{} for {}", swapped, right);
        }
    }
}
