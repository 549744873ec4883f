//! What a record's page says of ways to challenge a tool, and of the advice of oversight bodies.

use serde_json::Value;

use crate::json::{coded, text};
use crate::language::{Said, say};
use crate::shown::Shown;
use crate::words::{day, is_safe, yes_or_no};

/// A way to challenge an outcome or the tool.
pub(super) struct Route {
    pub(super) title: String,
    pub(super) rows: Vec<(Said, Shown)>,
    pub(super) url: Option<String>,
}

impl Route {
    pub(super) fn of(one: &Value) -> Self {
        let words = |key: &str| text(one, key).map(Shown::Words);
        let eligible: Vec<&str> =
            one["eligible"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let within = |days: i64| Shown::Text(say("n-days").with("n", days).to_string());
        let rows = [
            (say("who-can"), (!eligible.is_empty()).then(|| Shown::Words(eligible.join(", ")))),
            (say("how"), words("channel")),
            (say("within"), one["deadline_days"].as_i64().map(within)),
            (
                say("together-with-others"),
                one["collective_allowed"].as_bool().map(|yes| Shown::Text(yes_or_no(yes))),
            ),
            (say("regulator"), text(one, "regulator").map(Shown::Text)),
        ];
        Self {
            title: text(one, "target").unwrap_or_else(|| say("a-decision").to_string()),
            rows: rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect(),
            url: text(one, "url").filter(|url| is_safe(url)),
        }
    }
}

/// The advice of an oversight body, and what was answered.
pub(super) struct Review {
    pub(super) body: String,
    pub(super) when: String,
    pub(super) advice: String,
    pub(super) conditions: Option<String>,
    pub(super) response: String,
    pub(super) said: Option<String>,
    pub(super) minutes: Option<String>,
}

impl Review {
    pub(super) fn of(one: &Value) -> Self {
        let advice = coded(one, "advice", "review_advice");
        let response = coded(one, "response", "review_response");
        Self {
            body: text(one, "body").unwrap_or_default(),
            when: text(one, "met_on").map(|on| day(&on)).unwrap_or_default(),
            advice: advice.unwrap_or_else(|| say("no-advice-stated").to_string()),
            conditions: text(one, "conditions"),
            response: response.unwrap_or_else(|| say("no-answer-stated").to_string()),
            said: text(one, "response_text"),
            minutes: text(one, "minutes_url").filter(|url| is_safe(url)),
        }
    }
}
