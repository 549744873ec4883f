//! The filters of contract lists, the same for JSON and CSV.

use domain::codes::{ContractKind, WatchStrength, nearest};
use domain::contracting::money::{hundredths, is_currency, read_amount};
use domain::contracting::watch;
use serde::Deserialize;
use store::Db;
use store::procurement::contracts::ContractQuery;
use utoipa::{IntoParams, ToSchema};

use crate::extract::{NAME_SEARCH_MAX, Taker};
use crate::filters::{SlugOrId, check};
use crate::problem::{ApiError, Fault};

/// A CPV code (Common Procurement Vocabulary) or its first digits.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9]{2,8}$", example = "35125")]
pub(crate) struct CpvPrefix(#[expect(dead_code, reason = "only its schema is used")] String);

/// A currency: ISO 4217.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Z]{3}$", example = "GBP")]
pub(crate) struct CurrencyCode(#[expect(dead_code, reason = "only its schema is used")] String);

/// An amount as decimal text.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9]{1,15}(\\.[0-9]{1,2})?$", example = "25000")]
pub(crate) struct AmountText(#[expect(dead_code, reason = "only its schema is used")] String);

/// A type of notice.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{1,40}$", example = "UK7")]
pub(crate) struct NoticeType(#[expect(dead_code, reason = "only its schema is used")] String);

/// An OCID (Open Contracting id).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(value_type = String, pattern = "^[!-~]{1,200}$", example = "ocds-h6vhtk-052a2e")]
pub(crate) struct OcidText(#[expect(dead_code, reason = "only its schema is used")] String);

/// A group of the watch list.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(value_type = String, min_length = 1, max_length = 60, example = "surveillance")]
pub(crate) struct WatchGroup(#[expect(dead_code, reason = "only its schema is used")] String);

/// A procurement method of the Open Contracting Data Standard.
#[derive(Debug, Deserialize, ToSchema)]
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

const PROCEDURES: &[&str] = &["open", "selective", "limited", "direct"];

/// Filters of contract lists. Repeated values mean "or", different parameters mean "and".
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `take_query` reads, which a test compares")]
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
    /// Awarded or signed on this day or later.
    awarded_from: Option<chrono::NaiveDate>,
    /// Awarded or signed on this day or earlier.
    awarded_to: Option<chrono::NaiveDate>,
    /// Running on this day.
    active_on: Option<chrono::NaiveDate>,
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

/// The side of a contract a body is on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what the handler takes, which a test compares")]
pub(crate) struct RoleParams {
    /// Contracts it bought or sold; both if absent.
    #[param(inline)]
    role: Option<SideName>,
    /// On the watch list of sensitive technology (`true`) or not.
    on_watch_list: Option<bool>,
}

/// A side of a contract.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SideName {
    /// The buyer.
    Buyer,
    /// The supplier.
    Supplier,
}

/// The requested side of a contract.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side {
    Buyer,
    Supplier,
    Either,
}

pub(super) fn take_role(taker: &mut Taker) -> Side {
    let side = taker.read("role", |text| match text {
        "buyer" => Ok(Side::Buyer),
        "supplier" => Ok(Side::Supplier),
        other => {
            Err(Fault::new("role", "unknown-code", format!("'{}' is not a side", domain::cell::short(other)))
                .hint("use one of: buyer, supplier"))
        }
    });
    side.unwrap_or(Side::Either)
}

/// Values that follow a pattern rather than a code list.
fn formed(taker: &mut Taker, key: &'static str, right: impl Fn(&str) -> bool, hint: &str) -> Vec<String> {
    let mut kept = Vec::new();
    for value in taker.many(key) {
        if right(&value) {
            kept.push(value);
        } else {
            let shown = domain::cell::short(&value);
            taker.fault(Fault::new(key, "bad-value", format!("'{shown}' cannot be a {key}")).hint(hint));
        }
    }
    kept
}

fn amount(taker: &mut Taker, key: &'static str) -> Option<i64> {
    taker.read(key, |text| {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        read_amount(text).ok().filter(|_| plain).map(hundredths).ok_or_else(|| {
            let shown = domain::cell::short(text);
            Fault::new(key, "bad-amount", format!("'{shown}' is not an amount"))
                .hint("write a number such as 25000")
        })
    })
}

/// Groups of the watch list, each checked.
pub(crate) fn take_groups(taker: &mut Taker) -> Vec<String> {
    let groups = watch::groups();
    let mut kept = Vec::new();
    for value in taker.many("watch_group") {
        if groups.contains(&value.as_str()) {
            kept.push(value);
            continue;
        }
        let shown = domain::cell::short(&value);
        let near = nearest(&value, groups.iter().map(|group| (*group, *group)));
        let hint = match near {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("use one of: {}", groups.join(", ")),
        };
        taker
            .fault(Fault::new("watch_group", "unknown-code", format!("'{shown}' is not a group")).hint(hint));
    }
    kept
}

/// Takes the contract filters out of a query.
pub(super) async fn take_query(db: &Db, taker: &mut Taker) -> Result<ContractQuery, ApiError> {
    let mut query = ContractQuery {
        q: taker.search("q", NAME_SEARCH_MAX),
        kinds: taker.codes("kind"),
        value_from: amount(taker, "value_from"),
        value_to: amount(taker, "value_to"),
        awarded_from: taker.day("awarded_from"),
        awarded_to: taker.day("awarded_to"),
        active_on: taker.day("active_on"),
        watched: taker.boolean("on_watch_list"),
        watch: taker.codes("watch_strength"),
        linked: taker.boolean("linked"),
        ..ContractQuery::default()
    };
    for (key, slugs) in [("buyer", &mut query.buyers), ("supplier", &mut query.suppliers)] {
        for value in taker.many(key) {
            match check(db, "supplier", &value).await? {
                Ok(slug) => slugs.push(slug),
                Err(fault) => taker.fault(Fault { pointer: key.to_owned(), ..fault }),
            }
        }
    }
    let digits = |text: &str| (2..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    query.cpv = formed(taker, "cpv", digits, "write two to eight digits, such as 35125");
    query.currencies = formed(taker, "currency", is_currency, "write ISO 4217, such as GBP");
    let word = |text: &str| {
        text.len() <= 40
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    query.notice_types = formed(taker, "notice_type", word, "write a code such as UK7");
    let ocid = |text: &str| text.len() <= 200 && text.bytes().all(|byte| byte.is_ascii_graphic());
    query.ocids = formed(taker, "ocid", ocid, "write an id such as ocds-h6vhtk-052a2e");
    for value in taker.many("procedure") {
        if PROCEDURES.contains(&value.as_str()) {
            query.procedures.push(value);
        } else {
            let shown = domain::cell::short(&value);
            let fault = Fault::new("procedure", "unknown-code", format!("'{shown}' is not a procedure"));
            taker.fault(fault.hint(format!("use one of: {}", PROCEDURES.join(", "))));
        }
    }
    query.watch_groups = take_groups(taker);
    Ok(query)
}
