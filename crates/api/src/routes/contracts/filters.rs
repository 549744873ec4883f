//! The filters of contract lists, the same for JSON and CSV.

use domain::codes::{ContractKind, WatchStrength};
use domain::contracting::money::{hundredths, is_currency, read_amount};
use domain::contracting::watch;
use serde::Deserialize;
use store::Db;
use store::procurement::contracts::ContractQuery;
use utoipa::ToSchema;

use crate::extract::Taker;
use crate::filters::{SlugOrId, organisation_slugs};
use crate::parameters::{Choice, Limits, Own, Value, not_among, parameters};
use crate::problem::{ApiError, Fault};
use crate::when::DayOrInstant;

/// A value that follows a pattern rather than a code list; `hint` says what to write.
fn formed(key: &'static str, text: &str, is_right: bool, hint: &str) -> Result<String, Fault> {
    if is_right {
        return Ok(text.to_owned());
    }
    let shown = domain::cell::short(text);
    Err(Fault::new(key, "bad-value", format!("'{shown}' cannot be a {key}")).hint(hint))
}

/// A CPV code (Common Procurement Vocabulary) or its first digits.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9]{2,8}$", example = "35125")]
pub(crate) struct CpvPrefix(String);

impl Value<Own> for CpvPrefix {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        let is_right = (2..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        formed(key, text, is_right, "write two to eight digits, such as 35125").map(Self)
    }
}

/// A currency: ISO 4217.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Z]{3}$", example = "GBP")]
pub(crate) struct CurrencyCode(String);

impl Value<Own> for CurrencyCode {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        formed(key, text, is_currency(text), "write ISO 4217, such as GBP").map(Self)
    }
}

/// An amount as decimal text.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9]{1,15}(\\.[0-9]{1,2})?$", example = "25000")]
pub(crate) struct AmountText(Hundredths);

/// An amount, in hundredths of its currency's unit.
#[derive(Debug)]
struct Hundredths(i64);

impl Value<Own> for AmountText {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let amount = read_amount(text).ok().filter(|_| is_plain).map(hundredths);
        amount.map(|amount| Self(Hundredths(amount))).ok_or_else(|| {
            let shown = domain::cell::short(text);
            Fault::new(key, "bad-amount", format!("'{shown}' is not an amount"))
                .hint("write a number such as 25000")
        })
    }
}

impl AmountText {
    fn hundredths(self) -> i64 {
        self.0.0
    }
}

/// A type of notice.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{1,40}$", example = "UK7")]
pub(crate) struct NoticeType(String);

impl Value<Own> for NoticeType {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let is_right = text.len() <= 40 && text.bytes().all(is_letter);
        formed(key, text, is_right, "write a code such as UK7").map(Self)
    }
}

/// An OCID (Open Contracting id).
#[derive(Debug, ToSchema)]
#[schema(value_type = String, pattern = "^[!-~]{1,200}$", example = "ocds-h6vhtk-052a2e")]
pub(crate) struct OcidText(String);

impl Value<Own> for OcidText {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        let is_right = text.len() <= 200 && text.bytes().all(|byte| byte.is_ascii_graphic());
        formed(key, text, is_right, "write an id such as ocds-h6vhtk-052a2e").map(Self)
    }
}

/// A group of the watch list.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, min_length = 1, max_length = 60, example = "surveillance")]
pub(crate) struct WatchGroup(String);

impl Value<Own> for WatchGroup {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        let groups = watch::groups();
        if groups.contains(&text) {
            return Ok(Self(text.to_owned()));
        }
        Err(not_among(key, text, ("unknown-code", "a group"), groups.iter().copied()))
    }
}

/// Values that are kept as text.
macro_rules! text_values {
    ($($name:ident),*) => { $(
        impl From<$name> for String {
            fn from($name(text): $name) -> Self {
                text
            }
        }
    )* };
}

text_values!(CpvPrefix, CurrencyCode, NoticeType, OcidText, WatchGroup);

/// The values as texts.
pub(crate) fn texts<T: Into<String>>(values: Option<Vec<T>>) -> Vec<String> {
    values.into_iter().flatten().map(Into::into).collect()
}

/// A procurement method of the Open Contracting Data Standard.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Procedure {
    /// Anybody may bid.
    Open,
    /// Selected suppliers may bid.
    Selective,
    /// A limited number of suppliers is asked, without a call.
    Limited,
    /// One supplier is asked.
    Direct,
}

impl Choice for Procedure {
    const NOUN: &'static str = "a procedure";
}

impl From<Procedure> for String {
    fn from(procedure: Procedure) -> Self {
        let word = match procedure {
            Procedure::Open => "open",
            Procedure::Selective => "selective",
            Procedure::Limited => "limited",
            Procedure::Direct => "direct",
        };
        word.to_owned()
    }
}

parameters! {
    /// Filters of contract lists. Repeated values mean "or", different parameters mean "and".
    pub(crate) struct ContractFilters {
        /// Words in the title, the description or the parties' names.
        #[param(min_length = 1, max_length = 200)]
        q: Option<String>,
        /// Slug or id of a buyer.
        buyer: Option<Vec<SlugOrId>>,
        /// Slug or id of a supplier.
        supplier: Option<Vec<SlugOrId>>,
        /// CPV code (Common Procurement Vocabulary) or its first digits.
        cpv: Option<Vec<CpvPrefix>>,
        /// Contracts, or awards without a contract.
        kind: Option<Vec<ContractKind>>,
        /// Lowest value, in the notice's own currency.
        value_from: Option<AmountText>,
        /// Highest value, in the notice's own currency.
        value_to: Option<AmountText>,
        /// Currency, ISO 4217.
        currency: Option<Vec<CurrencyCode>>,
        /// Awarded or signed on this day or later; of an instant its day (UTC) counts.
        awarded_from: Option<DayOrInstant>,
        /// Awarded or signed on this day or earlier; of an instant its day (UTC) counts.
        awarded_to: Option<DayOrInstant>,
        /// Running on this day; of an instant its day (UTC) counts.
        active_on: Option<DayOrInstant>,
        /// Type of one of its notices, such as `UK7`.
        notice_type: Option<Vec<NoticeType>>,
        /// Procurement method.
        #[param(inline)]
        procedure: Option<Vec<Procedure>>,
        /// OCID (Open Contracting id) of the process.
        ocid: Option<Vec<OcidText>>,
        /// On the watch list of sensitive technology (`true`) or not.
        on_watch_list: Option<bool>,
        /// How strong the match with the watch list is.
        watch_strength: Option<Vec<WatchStrength>>,
        /// Group of the watch list.
        watch_group: Option<Vec<WatchGroup>>,
        /// Linked to a record, with class probable or better (`true`) or not.
        linked: Option<bool>,
    }
}

parameters! {
    /// The side of a contract a body is on.
    pub(crate) struct RoleParams {
        /// Contracts it bought or sold; both if absent.
        #[param(inline)]
        role: Option<SideName>,
        /// On the watch list of sensitive technology (`true`) or not.
        on_watch_list: Option<bool>,
    }
}

/// A side of a contract.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SideName {
    /// The buyer.
    Buyer,
    /// The supplier.
    Supplier,
}

impl Choice for SideName {
    const NOUN: &'static str = "a side";
}

/// Takes the contract filters out of a query.
pub(super) async fn take_query(db: &Db, taker: &mut Taker) -> Result<ContractQuery, ApiError> {
    let filters = ContractFilters::take(taker);
    Ok(ContractQuery {
        q: filters.q,
        buyers: organisation_slugs(db, taker, filters.buyer).await?,
        suppliers: organisation_slugs(db, taker, filters.supplier).await?,
        cpv: texts(filters.cpv),
        kinds: filters.kind.unwrap_or_default(),
        value_from: filters.value_from.map(AmountText::hundredths),
        value_to: filters.value_to.map(AmountText::hundredths),
        currencies: texts(filters.currency),
        awarded_from: filters.awarded_from.map(DayOrInstant::day),
        awarded_to: filters.awarded_to.map(DayOrInstant::day),
        active_on: filters.active_on.map(DayOrInstant::day),
        notice_types: texts(filters.notice_type),
        procedures: texts(filters.procedure),
        ocids: texts(filters.ocid),
        watched: filters.on_watch_list,
        watch: filters.watch_strength.unwrap_or_default(),
        watch_groups: texts(filters.watch_group),
        linked: filters.linked,
        ..ContractQuery::default()
    })
}
