//! Amounts of money, and which of a notice's values is a contract's.

use std::borrow::Cow;

use domain::codes::ValueBasis;
use domain::contracting::money::read_amount;
use domain::contracting::{Contract, Money, SHARED, ZERO};
use domain::validate::is_known_currency;

use super::texts::{push_once, word};
use crate::ocds::node::Node;

/// An amount with its currency; oddities are added to `quality`.
pub(super) fn money(value: &Node, key: &str, quality: &mut Vec<String>) -> Option<Money> {
    let raw = value.text_of(key)?;
    let amount = match read_amount(&raw) {
        Ok(amount) => amount,
        Err(bad) => {
            push_once(quality, bad.to_string());
            return None;
        }
    };
    if amount.is_sign_negative() && !amount.is_zero() {
        push_once(quality, "negative");
    } else if amount.is_zero() {
        push_once(quality, ZERO);
    }
    let currency = word(value, "currency");
    match &currency {
        None => push_once(quality, "currency-missing"),
        Some(code) if !is_known_currency(code) => push_once(quality, "currency-unknown"),
        Some(_) => {}
    }
    Some(Money { amount: amount.normalize().to_string(), currency })
}

/// Whether the award or tender led to several contracts, so that its value is not this contract's alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shared {
    pub(super) award: bool,
    pub(super) tender: bool,
}

/// Sets the value of a contract: its own, else the award's, else the tender's estimate.
pub(super) fn value_of(contract: &Node, award: &Node, tender: &Node, made: &mut Contract, shared: Shared) {
    let quality = &mut made.value_quality;
    let stated = [(contract, ValueBasis::Contract), (award, ValueBasis::Award), (tender, ValueBasis::Tender)];
    for (node, basis) in stated {
        let value = node.get("value");
        let net = money(value, "amount", quality);
        let gross = money(value, "amountGross", &mut Vec::new());
        if net.is_none() && gross.is_none() {
            continue;
        }
        (made.value, made.value_gross, made.value_basis) = (net, gross, Some(basis));
        if (basis == ValueBasis::Award && shared.award) || (basis == ValueBasis::Tender && shared.tender) {
            push_once(quality, SHARED);
        }
        break;
    }
    let currency = |node: &Node| node.get("value").text_of("currency").map(Cow::into_owned);
    if let (Some(one), Some(other)) = (currency(contract), currency(award))
        && one != other
    {
        push_once(quality, "currencies-differ");
    }
}
