//! The audit trail. It is not public, so no dump holds it.

use std::sync::LazyLock;

use store::people::audit::Entry;

use crate::{Kind, Typed};

/// A line of the audit trail.
#[derive(Debug)]
pub struct AuditRow {
    /// The line.
    pub entry: Entry,
    /// Name of the person.
    pub person: Option<String>,
}

/// The table of the audit trail.
pub fn audit() -> &'static Typed<AuditRow> {
    static TABLE: LazyLock<Typed<AuditRow>> = LazyLock::new(|| {
        Typed::<AuditRow>::new("audit", "Audit trail", "Who did what, when and why", &[], &[])
            .must("at", Kind::Instant, "When", |row, _| row.entry.at.into())
            .with("person", Kind::Text, "Name of the person; empty for the command line", |row, _| {
                row.person.as_ref().into()
            })
            .with("role", Kind::Text, "The role in which it was done", |row, _| {
                row.entry.role.as_ref().into()
            })
            .must("action", Kind::Text, "The action", |row, _| (&row.entry.action).into())
            .must("object_kind", Kind::Text, "Kind of the thing it was done to", |row, _| {
                (&row.entry.object_kind).into()
            })
            .must("object_id", Kind::Text, "Id of the thing", |row, _| (&row.entry.object_id).into())
            .with("reason", Kind::Text, "The reason given", |row, _| row.entry.reason.as_ref().into())
            .with("detail", Kind::Text, "Further details", |row, _| row.entry.detail.as_ref().into())
            .with("address", Kind::Text, "Where a refused request came from", |row, _| {
                row.entry.address.as_ref().into()
            })
    });
    &TABLE
}
