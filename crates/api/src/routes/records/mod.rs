//! Records.

pub(crate) mod diff;
pub(crate) mod export;
pub(crate) mod feed;
pub(crate) mod get;
pub(crate) mod keep;
pub(crate) mod list;
pub(crate) mod lookup;
mod notes;
pub(crate) mod versions;

use domain::fields::FIELDS;

use crate::extract::Taker;
use crate::parameters::{Limits, Own, Parameter};
use crate::problem::Fault;

/// Names allowed in `fields` besides those of the field catalogue.
const DERIVED: &[&str] = &[
    "id",
    "url",
    "version",
    "published_at",
    "updated_at",
    "flags",
    "completeness",
    "transparency_class",
    "rests_on",
    "suppliers",
    "products",
    "organisations",
    "links",
    "citation",
    "import",
    "source",
    "dataset",
    "edition",
    "in_source",
    "missing_from",
    "source_published_on",
    "source_changed_on",
    "source_url",
];

/// The names of fields to return.
#[derive(Debug, Default)]
pub(crate) struct FieldNames(pub(crate) Vec<String>);

impl Parameter<Own> for FieldNames {
    /// Names joined by commas, or repeated.
    fn take(taker: &mut Taker, key: &'static str, _: &Limits) -> Self {
        let all = || FIELDS.iter().map(|field| field.name).chain(DERIVED.iter().copied());
        let mut names = Vec::new();
        for name in taker.many(key).iter().flat_map(|names| names.split(',')).map(str::trim) {
            if all().any(|known| known == name) {
                names.push(name.to_owned());
                continue;
            }
            let hint = match domain::codes::nearest(name, all().map(|known| (known, known))) {
                Some(near) => format!("did you mean '{near}'? all fields are listed at /api/v1/fields"),
                None => "all fields are listed at /api/v1/fields".to_owned(),
            };
            let shown = domain::cell::short(name);
            taker.fault(Fault::new(key, "unknown-field", format!("'{shown}' is not a field")).hint(hint));
        }
        Self(names)
    }
}
