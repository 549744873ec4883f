//! Amounts, currencies and numbers that cannot be true.

use rust_decimal::Decimal;

use crate::cell::short;
use crate::codes::nearest;
use crate::finding::Finding;
use crate::number::{self, Mark};
use crate::record::Record;

/// Value from which an amount of a contract or use is taken for a mistake: ten million million, in any currency or
/// unit, is more than any public body buys.
const VALUE_MAX: i64 = 10_000_000_000_000;
/// More people than there are.
const PEOPLE_MAX: u64 = 10_000_000_000;

/// Amounts that are no plain decimals, and so could be read as another number, and those that nothing costs or uses.
pub(super) fn amounts(record: &Record) -> Vec<Finding> {
    let contracts = record.contracts.iter().enumerate();
    let contracts = contracts.map(|(place, one)| (format!("/contracts/{place}/value"), one.value.as_deref()));
    let used = record.environment.iter().enumerate();
    let used = used.map(|(place, one)| (format!("/environment/{place}/amount"), one.amount.as_deref()));
    let stated = contracts.chain(used).filter_map(|(at, amount)| Some((at, amount?)));
    stated.filter_map(|(at, amount)| wrong(at, amount)).collect()
}

fn wrong(at: String, amount: &str) -> Option<Finding> {
    let shown = short(amount);
    if !number::is_plain(amount) {
        let message = match number::read(amount, Mark::Unsaid) {
            Ok(_) => format!("'{shown}' is not written as amounts are"),
            Err(bad) => bad.of_decimal(amount),
        };
        let hint = "write digits, with a point before decimals and nothing else between them";
        return Some(Finding::error(at, "bad-number", message).hint(hint));
    }
    // In plain digits, a point is the decimal mark.
    let value = number::read(amount, Mark::Point).ok()?;
    if value.is_sign_negative() && !value.is_zero() {
        let hint = "write what is paid or used, without a sign; leave it empty when it is not known";
        return Some(Finding::error(at, "bad-amount", format!("'{shown}' is below zero")).hint(hint));
    }
    let hint = "check its digits; leave it empty when it is not known";
    (value >= Decimal::from(VALUE_MAX)).then(|| {
        Finding::error(at, "bad-amount", format!("'{shown}' is more than anything costs or uses")).hint(hint)
    })
}

/// Currencies of contracts that ISO 4217 does not have.
pub(super) fn currencies(record: &Record) -> Vec<Finding> {
    let numbered = record.contracts.iter().enumerate();
    let stated = numbered.filter_map(|(place, one)| Some((place, one.currency.as_deref()?)));
    stated
        .filter(|(_, code)| !is_known_currency(code))
        .map(|(place, code)| {
            let capitals = code.trim().to_uppercase();
            let hint = if is_known_currency(&capitals) {
                format!("did you mean '{capitals}'? write the code of ISO 4217")
            } else {
                match nearest(code, COMMON.iter().copied()) {
                    Some(near) => format!("did you mean '{near}'? write the code of ISO 4217"),
                    None => "write the code of ISO 4217, such as GBP or EUR".to_owned(),
                }
            };
            let message = format!("'{}' is not a currency", short(code));
            Finding::error(format!("/contracts/{place}/currency"), "unknown-currency", message).hint(hint)
        })
        .collect()
}

/// What people write for the currencies they use most.
const COMMON: &[(&str, &str)] = &[
    ("pound", "GBP"),
    ("pounds", "GBP"),
    ("pound sterling", "GBP"),
    ("£", "GBP"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("€", "EUR"),
    ("dollar", "USD"),
    ("us dollar", "USD"),
    ("$", "USD"),
];

/// Whether a text is a code of ISO 4217 for a currency in use.
pub fn is_known_currency(code: &str) -> bool {
    iso_currency::Currency::from_code(code).is_some()
}

/// Numbers of people beyond all who live.
pub(super) fn people(record: &Record) -> Vec<Finding> {
    let year = record.people_affected_per_year.as_ref().map(|one| one.value);
    let incidents = record.incidents.iter().enumerate();
    let incidents =
        incidents.map(|(n, one)| (format!("/incidents/{n}/people_affected"), one.people_affected));
    std::iter::once(("people_affected_per_year".to_owned(), year))
        .chain(incidents)
        .filter_map(|(at, number)| Some((at, number.filter(|number| *number > PEOPLE_MAX)?)))
        .map(|(at, number)| {
            Finding::error(at, "out-of-range", format!("{number} is more people than there are"))
                .hint("check the number; leave it empty when it is not known")
        })
        .collect()
}
