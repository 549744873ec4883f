//! Amounts as notices write them: decimals, never floats, never converted.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::number::{self, BadNumber, Mark};

/// An amount with its currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Decimal text, such as `54393.6`; never a float.
    #[cfg_attr(feature = "openapi", schema(example = "54393.6"))]
    pub amount: String,
    /// ISO 4217; absent when the notice does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

impl Money {
    /// The amount as a number. What the register stores always is one.
    pub fn decimal(&self) -> Option<Decimal> {
        read_amount(&self.amount).ok()
    }
}

/// Why an amount cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAmount {
    /// It is no number.
    #[error("amount-not-a-number")]
    NotANumber,
    /// It has more digits than money can have.
    #[error("amount-out-of-range")]
    OutOfRange,
}

/// The most that an amount may be: with two decimals it still counts in 64 bits.
const AMOUNT_MAX: i64 = 90_000_000_000_000_000;

/// Reads an amount as JSON or a person writes it, `54393.6`, `1.5e6`, `"1250.50"` or `1,250.50`, exactly. In notices a
/// point stands before decimals; a lone comma could be either mark, so such an amount is refused.
pub fn read_amount(text: &str) -> Result<Decimal, BadAmount> {
    let text = text.trim().trim_matches('"').trim();
    let mark = if text.contains(',') { Mark::Unsaid } else { Mark::Point };
    match number::read(text, mark) {
        Ok(number) if number.abs() <= Decimal::from(AMOUNT_MAX) => Ok(number),
        Ok(_) | Err(BadNumber::OutOfRange) => Err(BadAmount::OutOfRange),
        Err(_) => Err(BadAmount::NotANumber),
    }
}

/// An amount as hundredths, for order and filters; what is finer than that is cut.
pub fn hundredths(amount: Decimal) -> i64 {
    use rust_decimal::prelude::ToPrimitive;
    (amount * Decimal::ONE_HUNDRED).trunc().to_i64().unwrap_or(i64::MAX)
}

/// Whether text is a currency code in form: three capital letters.
pub fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Sums per currency; amounts of different currencies never meet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    by_currency: BTreeMap<String, (Decimal, u64)>,
}

impl Sums {
    /// Adds an amount; without a currency it counts under none.
    pub fn add(&mut self, money: &Money) {
        let Some(amount) = money.decimal() else { return };
        let sum = self.by_currency.entry(money.currency.clone().unwrap_or_default()).or_default();
        // Sums of amounts in range stay far below what a decimal holds.
        sum.0 = sum.0.saturating_add(amount);
        sum.1 += 1;
    }

    /// Each sum, and of how many amounts it is.
    pub fn totals(&self) -> impl Iterator<Item = (Money, u64)> + '_ {
        self.by_currency.iter().map(|(currency, (sum, count))| {
            let currency = Some(currency.clone()).filter(|code| !code.is_empty());
            (Money { amount: sum.normalize().to_string(), currency }, *count)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, BadAmount>) {
            assert_eq!(
                read_amount(text).map(|number| number.to_string()),
                expected.map(str::to_owned),
                "{text}"
            );
        }
        check("54393.6", Ok("54393.6"));
        check("0.1", Ok("0.1"));
        check("12345678901234567.89", Ok("12345678901234567.89"));
        check("\"1250.50\"", Ok("1250.50"));
        check("1.5e6", Ok("1500000"));
        check("-1", Ok("-1"));
        check("1e9999", Err(BadAmount::OutOfRange));
        check("90000000000000001", Err(BadAmount::OutOfRange));
        check("1,250", Err(BadAmount::NotANumber));
        check("1,250.50", Ok("1250.50"));
        check("1_250", Err(BadAmount::NotANumber));
        check("12.000", Ok("12.000"));
        check("0.12345678901234567890123456789012", Err(BadAmount::OutOfRange));
        check("", Err(BadAmount::NotANumber));
        check("NaN", Err(BadAmount::NotANumber));
    }

    #[test]
    fn currencies_are_never_mixed() {
        let money =
            |amount: &str, code: &str| Money { amount: amount.to_owned(), currency: Some(code.to_owned()) };
        let mut sums = Sums::default();
        for one in [money("0.1", "GBP"), money("0.2", "GBP"), money("5", "EUR")] {
            sums.add(&one);
        }
        let totals: Vec<_> = sums.totals().collect();
        assert_eq!(totals, [(money("5", "EUR"), 1), (money("0.3", "GBP"), 2)]);
        assert_eq!(hundredths(read_amount("54393.609").unwrap()), 5_439_360);
    }
}
