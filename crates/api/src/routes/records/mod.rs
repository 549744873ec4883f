//! Records.

pub(crate) mod diff;
pub(crate) mod export;
pub(crate) mod feed;
pub(crate) mod get;
pub(crate) mod keep;
pub(crate) mod list;
pub(crate) mod versions;

use domain::fields::FIELDS;

use crate::extract::Taker;
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
    "suppliers",
    "products",
    "organisations",
    "links",
    "citation",
    "import",
];

/// Takes `fields`: names joined by commas, or repeated.
fn take_fields(taker: &mut Taker) -> Vec<String> {
    let mut names = Vec::new();
    for name in taker.many("fields").iter().flat_map(|names| names.split(',')).map(str::trim) {
        let all = || FIELDS.iter().map(|field| field.name).chain(DERIVED.iter().copied());
        if all().any(|known| known == name) {
            names.push(name.to_owned());
        } else {
            let hint = match domain::codes::nearest(name, all().map(|known| (known, known))) {
                Some(near) => format!("did you mean '{near}'? all fields stand at /api/v1/fields"),
                None => "all fields stand at /api/v1/fields".to_owned(),
            };
            let shown = domain::cell::short(name);
            taker
                .fault(Fault::new("fields", "unknown-field", format!("'{shown}' is not a field")).hint(hint));
        }
    }
    names
}
