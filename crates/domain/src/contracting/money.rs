//! Amounts in notices: exact decimals, never floats, never converted.

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
    /// ISO 4217; absent if the notice does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

impl Money {
    /// The amount as a number; always `Some` for amounts the register stored.
    pub fn decimal(&self) -> Option<Decimal> {
        read_amount(&self.amount).ok()
    }
}

/// Why an amount cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAmount {
    /// It is not a number.
    #[error("amount-not-a-number")]
    NotANumber,
    /// It is larger than `AMOUNT_MAX`, or has too many digits.
    #[error("amount-out-of-range")]
    OutOfRange,
}

/// Largest amount accepted: counted in hundredths, it still fits 64 bits.
const AMOUNT_MAX: i64 = 90_000_000_000_000_000;

/// Reads an amount exactly, as JSON or a person writes it: `54393.6`, `1.5e6`, `"1250.50"` or `1,250.50`.
/// Notices use a decimal point. A lone comma could be either mark, so such an amount is refused.
pub fn read_amount(text: &str) -> Result<Decimal, BadAmount> {
    let text = text.trim().trim_matches('"').trim();
    let mark = if text.contains(',') { Mark::Unsaid } else { Mark::Point };
    match number::read(text, mark) {
        Ok(number) if number.abs() <= Decimal::from(AMOUNT_MAX) => Ok(number),
        Ok(_) | Err(BadNumber::OutOfRange) => Err(BadAmount::OutOfRange),
        Err(_) => Err(BadAmount::NotANumber),
    }
}

/// An amount in hundredths, rounded towards zero; for sorting and filters.
pub fn hundredths(amount: Decimal) -> i64 {
    use rust_decimal::prelude::ToPrimitive;
    (amount * Decimal::ONE_HUNDRED).trunc().to_i64().unwrap_or(i64::MAX)
}

/// Whether text has the form of a currency code: three capital letters.
pub fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Sums by currency; amounts in different currencies are never added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    by_currency: BTreeMap<String, (Decimal, u64)>,
}

impl Sums {
    /// Adds an amount; without a currency it goes to a sum of its own.
    pub fn add(&mut self, money: &Money) {
        let Some(amount) = money.decimal() else { return };
        let sum = self.by_currency.entry(money.currency.clone().unwrap_or_default()).or_default();
        // Sums of valid amounts stay far below what a decimal holds.
        sum.0 = sum.0.saturating_add(amount);
        sum.1 += 1;
    }

    /// Each sum, and how many amounts it adds.
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
