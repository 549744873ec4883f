//! Forms made from the field catalogue and from the interface's schemas: what is asked, what was typed, and how it is
//! shown again. A field or a member that is new there is asked at once.

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
