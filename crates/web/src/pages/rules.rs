//! `/rules`: the public rules, and the duties that those on assessments follow.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::Code;
use domain::duties::Duty;
use wire::{RuleList, RuleView};

use super::problem::NotShown;
use crate::ask::Interface;
use crate::language::{named, say};
use crate::layout::{Frame, Twin, page};
use crate::words::{date, label_in};

/// A rule in the page's language.
trait Asked {
    /// The rule in words, in the page's language if it has them.
    fn asks(&self) -> String;
    /// Its flag in words.
    fn label(&self) -> String;
}

impl Asked for RuleView {
    fn asks(&self) -> String {
        named(&format!("rule-{}", self.flag), None).unwrap_or_else(|| self.sentence.clone())
    }

    fn label(&self) -> String {
        label_in("flag", self.flag.as_str())
    }
}

/// A code's label in the page's language.
fn labelled<C: Code>(code: C) -> String {
    label_in(C::VOCABULARY.name, code.as_str())
}

/// The codes of a duty in the page's language. What the table says of it in sentences is English.
trait Shown {
    /// Kinds of body that owe it.
    fn who(&self) -> String;
    /// For which tools.
    fn tools(&self) -> String;
    /// What is owed: types of assessment, or another thing.
    fn what(&self) -> String;
    /// From when, and until when.
    fn when(&self) -> String;
    /// From when on a tool's first use makes it certain.
    fn certain(&self) -> Option<String>;
    /// How strong it is.
    fn strength(&self) -> String;
    /// Whether it was compared with the law, and when.
    fn checked(&self) -> String;
}

impl Shown for Duty {
    fn who(&self) -> String {
        if self.kinds.is_empty() {
            return say("every-body").to_string();
        }
        self.kinds.iter().map(|kind| labelled(*kind)).collect::<Vec<_>>().join(", ")
    }

    fn tools(&self) -> String {
        labelled(self.condition)
    }

    fn what(&self) -> String {
        if self.satisfied_by.is_empty() {
            return labelled(self.owes);
        }
        self.satisfied_by.iter().map(|r#type| labelled(*r#type)).collect::<Vec<_>>().join(", ")
    }

    fn when(&self) -> String {
        let since = date(self.since);
        match self.until {
            Some(until) => say("since-until").with("since", since).with("until", date(until)).to_string(),
            None => since,
        }
    }

    fn certain(&self) -> Option<String> {
        let from = date(self.first_used_from?);
        Some(say("certain-for-tools-first-used").with("day", from).to_string())
    }

    fn strength(&self) -> String {
        labelled(self.strength)
    }

    fn checked(&self) -> String {
        let said = if self.verified { say("read-on") } else { say("read-on-and-not-certain") };
        said.with("day", date(self.read_on)).to_string()
    }
}

#[derive(Template)]
#[template(path = "rules.html")]
struct RulesPage {
    frame: Frame,
    rules: Vec<RuleView>,
    transparency_class: String,
    duties: Vec<Duty>,
}

pub(crate) async fn rules(State(interface): State<Interface>) -> Result<Response, NotShown> {
    let rules: RuleList = interface.get("/api/v1/rules").await?;
    let page_of = RulesPage {
        frame: Frame::new(say("the-public-rules"), "rules")
            .twins(vec![Twin::json("/api/v1/rules".to_owned())]),
        rules: rules.items,
        transparency_class: named("transparency-class", None).unwrap_or(rules.transparency_class),
        duties: rules.duties,
    };
    Ok(page(StatusCode::OK, &page_of))
}
