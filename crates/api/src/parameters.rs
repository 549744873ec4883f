//! Query parameters, each declared once. A field of a struct in [`parameters!`] gives the parameter's name,
//! its schema and its reader: its type reads the value, and what `#[param(...)]` says holds for both.
//!
//! ```ignore
//! parameters! {
//!     /// Filters of gaps.
//!     pub(crate) struct GapFilters {
//!         /// Rule that found it.
//!         rule: Option<Vec<GapRule>>,
//!     }
//! }
//! let filters = GapFilters::take(&mut taker);
//! ```
//!
//! `Option<T>` may be given once, `Option<Vec<T>>` several times. A type becomes readable by one of three
//! traits: [`Value`], [`Choice`] for a small enum, or [`Code`] for a code list, which needs nothing more.

use std::collections::BTreeSet;
use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, Utc};
use domain::Code;
use domain::cell::short;
use domain::codes::nearest;
use serde::de::DeserializeOwned;
use serde::de::value::StrDeserializer;

use crate::extract::Taker;
use crate::problem::Fault;

/// What `#[param(...)]` says that the reader needs too.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    /// The most characters.
    pub(crate) max_length: Option<usize>,
    /// The smallest number.
    pub(crate) minimum: Option<u64>,
    /// The largest number.
    pub(crate) maximum: Option<u64>,
    /// What holds if the parameter is absent.
    pub(crate) default: Option<&'static str>,
    /// An example, for hints.
    pub(crate) example: Option<&'static str>,
    /// Whether it must be given.
    pub(crate) required: bool,
}

impl Limits {
    /// These, with what another attribute says.
    #[must_use]
    pub(crate) fn and(self, more: Self) -> Self {
        Self {
            max_length: more.max_length.or(self.max_length),
            minimum: more.minimum.or(self.minimum),
            maximum: more.maximum.or(self.maximum),
            default: more.default.or(self.default),
            example: more.example.or(self.example),
            required: more.required || self.required,
        }
    }
}

/// Declares query parameters: a struct with `IntoParams`, and `take`, which reads it.
macro_rules! parameters {
    (
        $(#[$($outer:tt)*])*
        $visible:vis struct $name:ident {
            $( $(#[$($attribute:tt)*])* $field:ident: $type:ty, )*
        }
    ) => {
        $(#[$($outer)*])*
        #[derive(Debug, utoipa::IntoParams)]
        #[into_params(parameter_in = Query)]
        $visible struct $name {
            $( $(#[$($attribute)*])* $visible $field: $type, )*
        }

        impl $name {
            /// Takes the parameters out of a query. Faults are collected in the taker.
            $visible fn take(taker: &mut $crate::extract::Taker) -> Self {
                Self {
                    $( $field: {
                        let limits = $crate::parameters::Limits::default()
                            $( .and($crate::parameters::limits!($($attribute)*)) )*;
                        let key = stringify!($field);
                        // A name that is a keyword, such as `type`, is written `r#type`.
                        let key = key.strip_prefix("r#").unwrap_or(key);
                        $crate::parameters::Parameter::take(taker, key, &limits)
                    }, )*
                }
            }
        }
    };
}

/// The limits that an attribute of a field states.
macro_rules! limits {
    (param($($stated:tt)*)) => { $crate::parameters::limits!(@ $($stated)*) };
    (@) => { $crate::parameters::Limits::default() };
    (@ max_length = $most:literal $(, $($more:tt)*)?) => {
        $crate::parameters::Limits { max_length: Some($most), ..$crate::parameters::limits!(@ $($($more)*)?) }
    };
    (@ minimum = $least:literal $(, $($more:tt)*)?) => {
        $crate::parameters::Limits { minimum: Some($least), ..$crate::parameters::limits!(@ $($($more)*)?) }
    };
    (@ maximum = $most:literal $(, $($more:tt)*)?) => {
        $crate::parameters::Limits { maximum: Some($most), ..$crate::parameters::limits!(@ $($($more)*)?) }
    };
    (@ default = $value:literal $(, $($more:tt)*)?) => {
        $crate::parameters::Limits {
            default: Some(concat!($value)), ..$crate::parameters::limits!(@ $($($more)*)?)
        }
    };
    (@ example = $value:literal $(, $($more:tt)*)?) => {
        $crate::parameters::Limits {
            example: Some(concat!($value)), ..$crate::parameters::limits!(@ $($($more)*)?)
        }
    };
    (@ required = true $(, $($more:tt)*)?) => {
        $crate::parameters::Limits { required: true, ..$crate::parameters::limits!(@ $($($more)*)?) }
    };
    // The rest is for the schema alone. An empty value is always refused, and patterns describe what the type reads.
    (@ value_type = $type:ty $(, $($more:tt)*)?) => { $crate::parameters::limits!(@ $($($more)*)?) };
    (@ min_length = $least:literal $(, $($more:tt)*)?) => { $crate::parameters::limits!(@ $($($more)*)?) };
    (@ pattern = $pattern:literal $(, $($more:tt)*)?) => { $crate::parameters::limits!(@ $($($more)*)?) };
    (@ inline $(, $($more:tt)*)?) => { $crate::parameters::limits!(@ $($($more)*)?) };
    // A doc comment.
    (doc = $($text:tt)*) => { $crate::parameters::Limits::default() };
}

pub(crate) use {limits, parameters};

/// A parameter as a whole. `Kind` only keeps implementations apart; it is always inferred.
pub(crate) trait Parameter<Kind>: Sized {
    /// Takes it out of a query. Faults are collected in the taker.
    fn take(taker: &mut Taker, key: &'static str, limits: &Limits) -> Self;
}

/// A value of a parameter.
pub(crate) trait Value<Kind>: Sized {
    /// Reads it, or says what is wrong and what is allowed.
    fn read(key: &'static str, text: &str, limits: &Limits) -> Result<Self, Fault>;
}

/// A small enum whose names are those serde knows, so that schema and reader cannot differ.
pub(crate) trait Choice: DeserializeOwned {
    /// The error code for any other name.
    const CODE: &'static str = "unknown-code";
    /// What one of its names is called, such as `a side`.
    const NOUN: &'static str;
}

/// A type that reads itself.
pub(crate) enum Own {}
/// A code of a code list.
pub(crate) enum Coded {}
/// A small enum.
pub(crate) enum Chosen {}
/// A parameter that may be given once.
pub(crate) struct Once<Kind>(PhantomData<Kind>);
/// A parameter that may be given several times.
pub(crate) struct Repeatable<Kind>(PhantomData<Kind>);

impl<Kind, T: Value<Kind>> Parameter<Once<Kind>> for Option<T> {
    fn take(taker: &mut Taker, key: &'static str, limits: &Limits) -> Self {
        let faults = taker.faults.len();
        let given = taker.one(key);
        let Some(text) = given.as_deref().or(limits.default) else {
            // An empty value has its own fault.
            if limits.required && taker.faults.len() == faults {
                taker.fault(missing(key, limits));
            }
            return None;
        };
        match T::read(key, text, limits) {
            Ok(value) => Some(value),
            Err(fault) => {
                taker.fault(fault);
                None
            }
        }
    }
}

impl<Kind, T: Value<Kind>> Parameter<Repeatable<Kind>> for Option<Vec<T>> {
    fn take(taker: &mut Taker, key: &'static str, limits: &Limits) -> Self {
        let (mut seen, mut values) = (BTreeSet::new(), Vec::new());
        let faults = taker.faults.len();
        let given = taker.many(key);
        if given.is_empty() && limits.required && taker.faults.len() == faults {
            taker.fault(missing(key, limits));
        }
        for text in given {
            match T::read(key, &text, limits) {
                Ok(value) if seen.insert(text) => values.push(value),
                Ok(_) => {}
                Err(fault) => taker.fault(fault),
            }
        }
        (!values.is_empty()).then_some(values)
    }
}

/// The fault for a parameter that must be given.
fn missing(key: &'static str, limits: &Limits) -> Fault {
    Fault::new(key, "required", format!("{key} is missing"))
        .hint(format!("add ?{key}={}", limits.example.unwrap_or("...")))
}

impl<C: Code> Value<Coded> for C {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        C::parse(text).map_err(|bad| Fault::new(key, "unknown-code", bad.to_string()).hint(bad.hint()))
    }
}

impl<T: Choice> Value<Chosen> for T {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        T::deserialize(StrDeserializer::<NotAmong>::new(text))
            .map_err(|NotAmong(names)| not_among(key, text, (T::CODE, T::NOUN), names.iter().copied()))
    }
}

/// The fault for a name that is not one of those allowed; `called` is the error code, and what a name is called.
pub(crate) fn not_among<'a>(
    key: &str,
    text: &str,
    (code, noun): (&str, &str),
    names: impl Iterator<Item = &'a str> + Clone,
) -> Fault {
    let allowed = format!("use one of: {}", names.clone().collect::<Vec<_>>().join(", "));
    let hint = match nearest(text, names.map(|name| (name, name))) {
        Some(near) => format!("did you mean '{near}'? {allowed}"),
        None => allowed,
    };
    Fault::new(key, code, format!("'{}' is not {noun}", short(text))).hint(hint)
}

/// What serde says of a name that an enum does not have: those it has.
#[derive(Debug)]
struct NotAmong(&'static [&'static str]);

impl std::fmt::Display for NotAmong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not one of {:?}", self.0)
    }
}

impl std::error::Error for NotAmong {}

impl serde::de::Error for NotAmong {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, names: &'static [&'static str]) -> Self {
        Self(names)
    }
}

/// Takes names of facets, joined by commas or repeated; `all` means all of them.
pub(crate) fn facet_names(taker: &mut Taker, key: &'static str, known: &[&'static str]) -> Vec<&'static str> {
    let mut facets = Vec::new();
    for name in taker.many(key).iter().flat_map(|names| names.split(',')).map(str::trim) {
        match known.iter().find(|facet| **facet == name) {
            _ if name == "all" => facets = known.to_vec(),
            Some(facet) if facets.contains(facet) => {}
            Some(facet) => facets.push(*facet),
            None => {
                let fault = not_among(key, name, ("unknown-facet", "a facet"), known.iter().copied());
                let hint = fault.hint.clone().unwrap_or_default();
                taker.fault(fault.hint(hint.replace("use one of:", "use all, or some of:")));
            }
        }
    }
    facets
}

impl Value<Own> for String {
    fn read(key: &'static str, text: &str, limits: &Limits) -> Result<Self, Fault> {
        match limits.max_length {
            Some(most) if text.chars().count() > most => {
                Err(Fault::new(key, "too-long", format!("more than {most} characters"))
                    .hint(format!("write at most {most} characters")))
            }
            _ => Ok(text.to_owned()),
        }
    }
}

impl Value<Own> for bool {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        text.parse().map_err(|_| {
            Fault::new(key, "bad-boolean", format!("'{}' is neither true nor false", short(text)))
                .hint("write true or false")
        })
    }
}

impl Value<Own> for NaiveDate {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        domain::cell::date(key, text).map_err(Fault::from)
    }
}

impl Value<Own> for DateTime<Utc> {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc)).map_err(|_| {
            Fault::new(key, "bad-instant", format!("'{}' is not an instant", short(text)))
                .hint("write RFC 3339, such as 2026-01-31T00:00:00Z")
        })
    }
}

impl Value<Own> for uuid::Uuid {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        text.parse().map_err(|_| bad_id(key, text, "a UUID"))
    }
}

/// UUIDs in their usual form.
pub(crate) fn uuids(ids: Option<Vec<uuid::Uuid>>) -> Vec<String> {
    ids.into_iter().flatten().map(|id| id.to_string()).collect()
}

/// The fault for a malformed id; `what` says what to write instead.
pub(crate) fn bad_id(key: &str, text: &str, what: &str) -> Fault {
    Fault::new(key, "bad-id", format!("'{}' is not an id", short(text))).hint(format!("write {what}"))
}

/// A whole number within the limits: plain digits, since `parse` alone would also take a sign or leading zeros.
pub(crate) fn whole(text: &str, limits: &Limits) -> Option<u64> {
    let plain = text == "0" || (text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0'));
    let number = text.parse().ok().filter(|_| plain)?;
    let (least, most) = (limits.minimum.unwrap_or(0), limits.maximum.unwrap_or(i64::MAX.unsigned_abs()));
    (least..=most).contains(&number).then_some(number)
}

/// Declares a whole number that is a parameter: its limits stand in `#[param(...)]`.
macro_rules! whole_numbers {
    ($( $(#[$doc:meta])* $name:ident($code:literal, $noun:literal, $hint:expr); )*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) u64);

        impl Value<Own> for $name {
            fn read(key: &'static str, text: &str, limits: &Limits) -> Result<Self, Fault> {
                let hint: fn(&Limits) -> String = $hint;
                whole(text, limits).map(Self).ok_or_else(|| {
                    Fault::new(key, $code, format!("'{}' is not {}", short(text), $noun)).hint(hint(limits))
                })
            }
        }
    )* };
}

/// "write a number from 1 to 100"
fn within(limits: &Limits) -> String {
    match (limits.minimum, limits.maximum) {
        (Some(least), Some(most)) => format!("write a number from {least} to {most}"),
        _ => "write a whole number".to_owned(),
    }
}

whole_numbers! {
    /// Items per page.
    PageSize("bad-limit", "a page size", within);
    /// Values per facet.
    FacetLimit("bad-limit", "a number of values", within);
    /// Suggestions to skip.
    Skip("bad-number", "a number of suggestions", within);
    /// The number of a version.
    VersionNumber("bad-number", "a version number", |_| "versions count 1, 2, 3".to_owned());
    /// The number of a change.
    ChangeNumber(
        "bad-number",
        "the number of a change",
        |_| "begin with 0, go on with the `after` of the last answer".to_owned()
    );
}

impl VersionNumber {
    /// As the store counts versions.
    pub(crate) fn number(self) -> i64 {
        self.0.cast_signed()
    }
}

impl ChangeNumber {
    /// As the store counts changes.
    pub(crate) fn number(self) -> i64 {
        self.0.cast_signed()
    }
}

#[cfg(test)]
mod tests {
    use domain::codes::Phase;
    use serde::Deserialize;
    use utoipa::{IntoParams, ToSchema};

    use super::*;
    use crate::problem::ApiError;

    #[derive(Debug, PartialEq, Deserialize, ToSchema)]
    #[serde(rename_all = "snake_case")]
    enum Colour {
        Red,
        DarkBlue,
    }

    impl Choice for Colour {
        const NOUN: &'static str = "a colour";
    }

    parameters! {
        /// Parameters of a test.
        struct Sample {
            /// Words.
            #[param(min_length = 1, max_length = 5, example = "abc")]
            q: Option<String>,
            /// Phases.
            phase: Option<Vec<Phase>>,
            /// Colours.
            #[param(inline)]
            r#type: Option<Vec<Colour>>,
            /// Length.
            #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
            limit: Option<PageSize>,
            /// Name.
            #[param(required = true, example = "a.csv")]
            name: Option<String>,
        }
    }

    fn take(query: &str) -> (Sample, Vec<Fault>) {
        let mut taker = Taker::new(crate::extract::parse(query).unwrap());
        let sample = Sample::take(&mut taker);
        match taker.finish() {
            Ok(()) => (sample, Vec::new()),
            Err(ApiError::Query(faults)) => (sample, faults),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn values_are_read_as_their_types() {
        let (sample, faults) =
            take("q=abc&phase=pilot&phase=production&phase=pilot&type=dark_blue&name=b.csv");
        assert_eq!(faults, []);
        assert_eq!(sample.q.as_deref(), Some("abc"));
        assert_eq!(sample.phase, Some(vec![Phase::Pilot, Phase::Production]));
        assert_eq!(sample.r#type, Some(vec![Colour::DarkBlue]));
        assert_eq!(sample.limit, Some(PageSize(20)), "the default of the schema");
        assert_eq!(sample.name.as_deref(), Some("b.csv"));
    }

    #[test]
    fn faults_name_the_parameter_and_what_is_allowed() {
        for (query, pointer, code, hint) in [
            ("q=abcdef", "q", "too-long", "write at most 5 characters"),
            ("q=a&q=b", "q", "repeated", "give it once"),
            ("q=", "q", "empty-value", "give a value or leave it out"),
            ("phase=pilott", "phase", "unknown-code", "did you mean 'pilot'?"),
            ("type=dark_blu", "type", "unknown-code", "did you mean 'dark_blue'? use one of: red, dark_blue"),
            ("limit=0", "limit", "bad-limit", "write a number from 1 to 100"),
            ("limit=007", "limit", "bad-limit", "write a number from 1 to 100"),
            ("limits=1", "limits", "unknown-parameter", "did you mean 'limit'?"),
        ] {
            let (_, faults) = take(&format!("{query}&name=a.csv"));
            assert_eq!(faults.len(), 1, "{query}: {faults:?}");
            assert_eq!((faults[0].pointer.as_str(), faults[0].code.as_str()), (pointer, code), "{query}");
            let said = faults[0].hint.as_deref().unwrap_or_default();
            assert!(said.starts_with(hint), "{query}: {said}");
        }
        let (_, faults) = take("q=abcdef&type=green");
        let codes: Vec<&str> = faults.iter().map(|fault| fault.code.as_str()).collect();
        assert_eq!(codes, ["too-long", "unknown-code", "required"], "all at once, in the order declared");
        assert_eq!(faults[2].hint.as_deref(), Some("add ?name=a.csv"));
    }

    #[test]
    fn the_schema_is_of_the_same_declaration() {
        let document = serde_json::to_value(Sample::into_params(|| None)).unwrap();
        let names: Vec<&str> =
            document.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["q", "phase", "type", "limit", "name"]);
        assert_eq!(document[0]["schema"]["maxLength"], 5);
        assert_eq!(document[2]["schema"]["items"]["enum"], serde_json::json!(["red", "dark_blue"]));
        assert_eq!(document[3]["schema"]["default"], 20);
        assert_eq!(document[4]["required"], true);
        assert_eq!(document[0]["required"], false);
    }
}
