//! Who has published, declared nothing, or is silent, as conditions on rows of `organisations`.

use chrono::NaiveDate;
use domain::codes::{Code, Origin};

/// SQL: whether a row of `organisations` has a current record with this origin. Origins are our own codes.
pub(super) fn published(origin: Origin) -> String {
    format!(
        "EXISTS (SELECT 1 FROM listed_parties p JOIN listings l ON l.change = p.change \
         JOIN records r ON r.seq = l.record_seq \
         WHERE p.slug = organisations.slug AND p.role = 'publisher' AND r.origin = '{}')",
        origin.as_str()
    )
}

/// SQL: whether a row of `organisations` has a nil return that holds on this day, which is written out because a
/// fragment binds no values.
pub(super) fn declared_nothing(on: NaiveDate) -> String {
    format!(
        "EXISTS (SELECT 1 FROM nil_returns n WHERE n.organisation_seq = organisations.seq \
         AND n.withdrawn_on IS NULL AND n.holds_until >= '{on}')"
    )
}

/// SQL: whether a row of `organisations` is expected to publish, and on this day has neither a published record of
/// its own nor a nil return that holds. Records from other registers are no statement of the body here.
pub(crate) fn silent_on(on: NaiveDate) -> String {
    format!(
        "(organisations.expected_to_publish = TRUE AND NOT {} AND NOT {})",
        published(Origin::SelfDeclared),
        declared_nothing(on)
    )
}
