//! The timeline on a record's page: its assessments around the day it was first used.

use domain::codes::{AssessmentStage, AssessmentStatus, Code, Flag};
use serde_json::{Map, Value};
use wire::FlagView;

use super::record::Raised;
use crate::json::{coded, objects, text};
use crate::language::{Said, say};
use crate::shown::Shown;
use crate::words::{day, is_safe, word};

/// A point on the timeline.
pub(super) struct Moment {
    pub(super) class: &'static str,
    pub(super) title: String,
    pub(super) when: String,
    pub(super) lines: Vec<Shown>,
    /// For a gap: the reason the public rule gives.
    pub(super) why: Option<String>,
    pub(super) link: Option<(String, Said)>,
}

/// The timeline: assessments before and after first use, each in order of date, with missing ones shown as
/// gaps.
pub(super) fn moments(record: &Map<String, Value>, flags: &[FlagView]) -> Vec<Moment> {
    let at = |before: bool| {
        let mut all: Vec<(String, Moment)> = objects(record, "assessments")
            .filter(move |one| {
                let stage = one["stage"].as_str().and_then(|code| AssessmentStage::parse(code).ok());
                stage.is_some_and(AssessmentStage::is_before_use) == before
            })
            .map(|one| (date_of(one), moment(one)))
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all.into_iter().map(|(_, moment)| moment)
    };
    let gap = |flag: Flag, title: Said| {
        flags.iter().find(|one| one.fired.flag == flag).map(|one| Moment {
            class: "oar-gap",
            title: title.to_string(),
            when: String::new(),
            lines: Vec::new(),
            why: Some(one.why()),
            link: None,
        })
    };
    let mut all: Vec<Moment> = at(true).collect();
    all.extend(gap(Flag::AssessmentMissing, say("missing-before-it-went-live")));
    let first = record.get("first_used").and_then(Value::as_str);
    let started = objects(record, "deployments").filter_map(|one| one["started_on"].as_str()).min();
    all.push(match first.or(started) {
        Some(on) => Moment {
            class: "oar-live",
            title: say("first-used-on-people").to_string(),
            when: day(on),
            lines: Vec::new(),
            why: None,
            link: None,
        },
        None => Moment {
            class: "oar-live",
            title: say("not-in-use-or-the").to_string(),
            when: String::new(),
            lines: Vec::new(),
            why: None,
            link: None,
        },
    });
    all.extend(at(false));
    all.extend(gap(Flag::PostDeploymentOverdue, say("missing-since-it-went-live")));
    all
}

fn date_of(one: &Value) -> String {
    let dates = ["completed_on", "started_on"];
    // Sorts undated assessments last.
    dates.iter().find_map(|key| text(one, key)).unwrap_or_else(|| "9999".to_owned())
}

/// An assessment as a point on the timeline.
fn moment(one: &Value) -> Moment {
    let status = one["status"].as_str().and_then(|code| AssessmentStatus::parse(code).ok());
    let done = status.is_some_and(AssessmentStatus::is_done);
    let kind = coded(one, "type", "assessment_type").unwrap_or_default();
    let title = match text(one, "title") {
        Some(own) if own != kind => format!("{own} ({kind})"),
        _ => kind,
    };
    let date = date_of(one);
    let lines = [
        Some(Shown::Text(coded(one, "status", "assessment_status").unwrap_or_default())),
        coded(one, "outcome", "assessment_outcome")
            .map(|outcome| Shown::Text(say("outcome").with("outcome", outcome.to_lowercase()).to_string())),
        text(one, "risk_level")
            .map(|risk| Shown::Text(say("risk").with("risk", word(&risk).to_lowercase()).to_string())),
        text(one, "assessor_role").map(|role| Shown::Text(say("by").with("role", role).to_string())),
        text(one, "next_review_on")
            .map(|on| Shown::Text(say("to-be-reviewed-by").with("on", day(&on)).to_string())),
        text(one, "status_reason").map(Shown::Words),
        coded(one, "withheld_ground", "withheld_ground")
            .map(|ground| Shown::Text(say("withheld").with("ground", ground.to_lowercase()).to_string())),
        text(one, "summary").map(Shown::Words),
    ];
    let url = text(&one["document"], "url").filter(|url| is_safe(url));
    let kept = text(&one["document"], "sha256").map(|hash| format!("/api/v1/documents/{hash}"));
    Moment {
        class: if done { "oar-done" } else { "" },
        title,
        when: if date == "9999" { String::new() } else { day(&date) },
        lines: lines.into_iter().flatten().filter(|line| !line.line().is_empty()).collect(),
        why: None,
        link: url.or(kept).map(|url| (url, say("read-the-assessment"))),
    }
}
