//! Who is expected to publish, nil returns, and who has said nothing. The rows here are the truth; what an
//! organisation's own row says of both follows from them.

mod conditions;
mod coverage;
mod expectations;
mod lists;
mod nil_returns;
mod rows;

pub(crate) use conditions::silent_on;
pub use coverage::{BodyQuery, BodyStanding, KindCoverage, Standing, bodies, coverage};
pub use expectations::{Expected, NewExpectation, end, expect, expectations_after, expectations_of};
pub(crate) use lists::{from_list, take_over};
pub use nil_returns::{NewNilReturn, file, find, nil_returns_after, nil_returns_of, withdraw};
