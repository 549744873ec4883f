//! What the rules about owed assessments share: the duties of a tool in use with one standing, and the next day on
//! which that may change.

use super::{Context, Outcome};
use crate::duties::{Owed, Standing, changes_on, owed, standing};
use crate::record::Record;

/// Fires for the duties of a live tool with this standing that `counts` takes; `words` makes the reason of one of
/// them.
pub(super) fn outcome(
    record: &Record,
    context: &Context,
    wanted: Standing,
    counts: impl Fn(&Owed) -> bool,
    words: impl Fn(&Owed) -> String,
) -> Outcome {
    if !record.is_live() {
        return Outcome::silent();
    }
    let kind = context.publisher_kind;
    let reasons: Vec<String> = owed(record, kind, context.today)
        .iter()
        .filter(|owed| owed.duty.raises_flags() && counts(owed) && standing(record, owed.duty) == wanted)
        .map(words)
        .collect();
    let reason = (!reasons.is_empty()).then(|| reasons.join("; "));
    Outcome { reason, changes_on: changes_on(record, kind, context.today) }
}
