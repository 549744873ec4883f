//! What stands beside a record on its page: what others say of it and what its body answers, and on which ground
//! something was taken out of it.

use std::collections::BTreeMap;

use domain::codes::Code;
use domain::redaction::MARK;
use serde_json::{Map, Value};
use wire::{RedactionList, RedactionView, RemarkList, RemarkView};

use super::problem::NotShown;
use crate::ask::Interface;
use crate::language::say;
use crate::shown::{Row, statement};
use crate::words::{day_of, field_label, is_safe, label_in};

/// What somebody says of a record.
pub(super) struct Remarked {
    pub(super) heading: String,
    pub(super) text: String,
    pub(super) evidence: Option<String>,
    pub(super) reply: Option<String>,
}

impl From<RemarkView> for Remarked {
    fn from(one: RemarkView) -> Self {
        let by = one.said_by.map_or_else(|| say("somebody-unnamed").to_string(), |by| by.name);
        let words = if one.kind == "reply" { "answer-of-the-body" } else { "annotation-by" };
        Self {
            heading: say(words).with("by", by).with("on", day_of(one.created_at)).to_string(),
            text: one.text,
            evidence: one.evidence_url.filter(|url| is_safe(url)),
            reply: one.reply,
        }
    }
}

/// What stands beside a record; a draft has nothing beside it.
#[derive(Default)]
pub(super) struct Beside {
    /// What others say, and what the body answers, oldest first.
    pub(super) said: Vec<Remarked>,
    redactions: Vec<RedactionView>,
}

impl Beside {
    /// What stands beside a record now; of a past day, only its redactions, which went through every version.
    pub(super) async fn of(interface: &Interface, address: &str, past: bool) -> Result<Self, NotShown> {
        let redactions: RedactionList = interface.get(&format!("{address}/redactions")).await?;
        let said = if past {
            Vec::new()
        } else {
            let remarks: RemarkList = interface.get(&format!("{address}/annotations")).await?;
            remarks.items.into_iter().map(Remarked::from).collect()
        };
        Ok(Self { said, redactions: redactions.items })
    }
}

/// What was taken out of a version, by field.
#[derive(Debug, Default)]
pub(super) struct TakenOut(BTreeMap<String, Vec<String>>);

/// Whether words were taken out of a value.
fn is_marked(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(MARK),
        Value::Array(all) => all.iter().any(is_marked),
        Value::Object(members) => members.values().any(is_marked),
        _ => false,
    }
}

impl TakenOut {
    /// What the redactions took out of this version of a record, and still is not there.
    pub(super) fn of(beside: &Beside, version: i64, record: &Map<String, Value>) -> Self {
        let mut found = Self::default();
        for one in &beside.redactions {
            // A later version was written without what was taken out of the ones before it.
            let places = one.places.iter().filter(|place| place.version <= version);
            let Some(latest) = places.max_by_key(|place| place.version) else { continue };
            let mut fields: Vec<&str> =
                latest.pointers.iter().filter_map(|pointer| pointer.split('/').nth(1)).collect();
            fields.sort_unstable();
            fields.dedup();
            for field in fields {
                // A part that went whole leaves no mark, so a later version may have another in its place.
                let stands = record.get(field).is_some_and(is_marked) || latest.version == version;
                // A field that went whole is said to be withheld, with its ground, where it would stand.
                if stands && statement(field, record).is_none() {
                    found.0.entry(field.to_owned()).or_default().push(ground(one));
                }
            }
        }
        found
    }

    /// Says at a field's row what was taken out of it.
    pub(super) fn note(&self, row: &mut Row) {
        let fields = self.0.keys().filter_map(|name| domain::fields::field(name));
        for field in fields.filter(|field| field_label(field) == row.label) {
            let notes = self.at(field.name).join(" ");
            row.said = Some(match row.said.take() {
                Some(said) => format!("{said}. {notes}"),
                None => notes,
            });
        }
    }

    /// What was taken out of a field.
    pub(super) fn at(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }
}

/// Why something was taken out.
fn ground(one: &RedactionView) -> String {
    let label = label_in("withheld_ground", one.ground.as_str());
    say("words-were-taken-out-here").with("ground", label).with("reason", &one.reason).to_string()
}

#[cfg(test)]
mod tests {
    use domain::codes::WithheldGround;
    use serde_json::json;
    use wire::PlacesView;

    use super::*;

    fn taken(version: i64, record: Value) -> Vec<String> {
        let places = |version, pointers: &[&str]| PlacesView {
            version,
            pointers: pointers.iter().map(|pointer| (*pointer).to_owned()).collect(),
        };
        let redaction = RedactionView {
            id: "1".to_owned(),
            ground: WithheldGround::Foia40,
            reason: "A name".to_owned(),
            done_at: None,
            places: vec![places(1, &["/summary"]), places(2, &["/description", "/risks/0", "/team"])],
        };
        let beside = Beside { said: Vec::new(), redactions: vec![redaction] };
        let Value::Object(record) = record else { panic!("a record is an object") };
        TakenOut::of(&beside, version, &record).0.into_keys().collect()
    }

    #[test]
    fn a_ground_stands_where_something_is_missing_and_nowhere_else() {
        let withheld = json!([{ "field": "team", "kind": "withheld", "ground": "foia_40" }]);
        let second = json!({ "description": "Ask [redacted].", "risks": [], "field_statements": withheld });
        assert_eq!(taken(2, second), ["description", "risks"]);
        assert_eq!(taken(1, json!({ "summary": "By [redacted]" })), ["summary"]);
        // The mark stays in the third version, which has other risks.
        let third =
            json!({ "description": "Ask [redacted].", "risks": [{ "title": "Bias" }], "team": "New" });
        assert_eq!(taken(3, third), ["description"]);
        assert_eq!(taken(3, json!({ "description": "Written again." })), Vec::<String>::new());
    }
}
