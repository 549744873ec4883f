//! Takes out of a record what it kept of another that it is not about.

use serde_json::Value;

use crate::codes::StatementKind;
use crate::completeness::NOT_STATED;
use crate::record::{FieldStatement, Record};
use crate::validate;

/// What every record says itself, whatever columns its source has.
const OF_EVERY_RECORD: &[&str] =
    &["kind", "origin", "publisher", "title", "name", "jurisdiction", "lang", "phase", "field_statements"];

/// A record without what [`keep_unsaid`](super::keep_unsaid) kept of another: the fields that both have alike and that
/// its own source, which `says` which it covers, does not. An answer that is missing then is not stated by the source.
pub fn without_kept(other: &Record, record: &Record, says: impl Fn(&str) -> bool) -> Record {
    let is_its_own = |name: &str| says(name) || OF_EVERY_RECORD.contains(&name);
    let (known, mut members) = (other.to_members(), record.to_members());
    members.retain(|name, value| {
        is_its_own(name) || record.is_derived(name) || known.get(name) != Some(&*value)
    });
    let mut own: Record = serde_json::from_value(Value::Object(members))
        .expect("a record without some of the members that it need not have is a record");
    own.field_statements.retain(|one| {
        let kept = other.field_statements.contains(one) && one.kind != StatementKind::Derived;
        says(&one.field) || one.kind == StatementKind::NotStatedBySource || !kept
    });
    for missing in validate::required(&own) {
        own.field_statements.push(FieldStatement {
            field: missing.field,
            kind: StatementKind::NotStatedBySource,
            reason: Some(NOT_STATED.to_owned()),
            ground: None,
        });
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Origin;
    use crate::organisation::OrganisationRef;

    #[test]
    fn a_record_loses_what_it_kept_of_another_and_keeps_what_its_source_says() {
        let record = |change: &dyn Fn(&mut Record)| {
            let mut record =
                Record::new(Origin::Imported, OrganisationRef::named("A"), "T".into(), "NL", "nl");
            change(&mut record);
            record
        };
        let thaw = record(&|one| {
            one.summary = Some("Thaws".into());
            one.public_purpose = Some("Thawing".into());
            one.team = Some("Process".into());
        });
        let assess = record(&|one| {
            one.summary = Some("Assesses".into());
            one.team = Some("Process".into());
        });
        let says = |name: &str| ["title", "summary", "team"].contains(&name);
        let joined = Record { public_purpose: thaw.public_purpose.clone(), ..assess.clone() };
        let own = without_kept(&thaw, &joined, says);
        assert_eq!((own.summary.as_deref(), own.team.as_deref()), (Some("Assesses"), Some("Process")));
        assert_eq!(own.public_purpose, None);
        let stated = own.statement("public_purpose").map(|one| one.kind);
        let asked = validate::required(&assess).iter().any(|one| one.field == "public_purpose");
        assert_eq!(stated, asked.then_some(StatementKind::NotStatedBySource));
        // Only what is alike was kept.
        assert_eq!(without_kept(&assess, &joined, says).public_purpose, joined.public_purpose);
    }
}
