//! One member of a record as checks see it, whatever its type.

use chrono::NaiveDate;

use super::parts::{Estimate, Tests};
use crate::codes::Code;
use crate::organisation::OrganisationRef;

/// The value of a member, as far as checks look into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member<'r> {
    /// There is none.
    Absent,
    /// A text, which may break the limits of its field.
    Text(&'r str),
    /// Anything else: its type lets nothing wrong in.
    Other,
}

/// What the type of every member of a record can do. A new kind of object needs a line in this file.
pub trait AsMember {
    /// The value for checks.
    fn as_member(&self) -> Member<'_>;
}

impl AsMember for String {
    fn as_member(&self) -> Member<'_> {
        Member::Text(self)
    }
}

impl<T: AsMember> AsMember for Option<T> {
    fn as_member(&self) -> Member<'_> {
        self.as_ref().map_or(Member::Absent, T::as_member)
    }
}

impl<T> AsMember for Vec<T> {
    fn as_member(&self) -> Member<'_> {
        if self.is_empty() { Member::Absent } else { Member::Other }
    }
}

impl<C: Code> AsMember for C {
    fn as_member(&self) -> Member<'_> {
        Member::Other
    }
}

/// Types with nothing to look into.
macro_rules! others {
    ($($name:ty),+) => {
        $(impl AsMember for $name {
            fn as_member(&self) -> Member<'_> {
                Member::Other
            }
        })+
    };
}

others!(bool, NaiveDate, Estimate, OrganisationRef, Tests);
