//! Forms made from the field catalogue and the API's schemas: their questions, what was typed, and showing it
//! again. A new field or member appears in its form without further code.

mod asked;
mod faults;
mod question;
mod typed;

pub(crate) use asked::{Asked, Shape, Statement, Thing, ask, told};
pub(crate) use faults::{Faults, name_of};
pub(crate) use question::{Input, Question, join};
pub(crate) use typed::{Typed, fill, over, value};

#[cfg(test)]
mod tests;
