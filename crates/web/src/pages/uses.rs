//! What is used at a body, on its page: by its own records, or by those of others that name it.

use domain::codes::{Code, Phase};
use wire::{Coverage, RecordItem, RecordList, Uses, UsesNearby};

use super::problem::NotShown;
use crate::ask::Interface;
use crate::language::{Said, say};

/// What records say is used at a body, and near it.
pub(super) struct Used {
    pub(super) heading: String,
    /// The latest of the records that name the body.
    pub(super) items: Vec<RecordItem>,
    pub(super) all: String,
    /// What may be used there, because the body above it uses it.
    pub(super) above: Option<Near>,
    /// The bodies below it that use something.
    pub(super) below: Vec<Near>,
}

/// A body above or below, with a link to the records that name it.
pub(super) struct Near {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) all: String,
    pub(super) records: String,
}

impl From<&UsesNearby> for Near {
    fn from(one: &UsesNearby) -> Self {
        Self {
            name: one.name.clone(),
            href: format!("/organisations/{}", one.organisation),
            all: list(&one.organisation),
            records: say("n-records").with("n", one.records).to_string(),
        }
    }
}

fn list(slug: &str) -> String {
    format!("/records?used_by={slug}")
}

impl Used {
    /// What to show; `None` if no record names the body or one near it.
    pub(super) async fn at(interface: &Interface, slug: &str, uses: &Uses) -> Result<Option<Self>, NotShown> {
        let named = uses.counts.records;
        if named == 0 && uses.through_parent.is_none() && uses.below.is_empty() {
            return Ok(None);
        }
        let all = list(slug);
        let items = if named == 0 {
            Vec::new()
        } else {
            let latest: RecordList =
                interface.get(&format!("/api/v1{all}&limit=10&sort=-updated_at")).await?;
            latest.items
        };
        Ok(Some(Self {
            heading: say("named-as-place-of-use").with("n", named).to_string(),
            items,
            all,
            above: uses.through_parent.as_ref().map(Near::from),
            below: uses.below.iter().map(Near::from).collect(),
        }))
    }
}

/// How many tools in use the records name the body for.
fn in_use(uses: &Uses) -> u64 {
    let live = Phase::ALL.iter().filter(|phase| phase.is_live());
    live.filter_map(|phase| uses.counts.phase.get(phase.as_str())).sum()
}

/// What the page says first of a body that publishes nothing itself, where others say that something is used.
pub(super) fn but_others_say(uses: &Uses, coverage: Coverage) -> Option<Said> {
    let tools = in_use(uses);
    let words = match coverage {
        Coverage::Published => return None,
        Coverage::Silent => "is-expected-but-others-say",
        Coverage::NotExpected => "publishes-nothing-but-others-say",
        Coverage::NilReturn => "states-nothing-but-others-say",
    };
    (tools > 0).then(|| say(words).with("n", tools))
}
