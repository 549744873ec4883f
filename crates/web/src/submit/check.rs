//! `/submit/submissions/{id}/check`: all answers, what is still to do, and the button that sends it.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use domain::completeness::FieldState;
use domain::fields::Group;
use domain::submission::Action;
use uuid::Uuid;

use super::draft::{Draft, fields_of, words};
use super::visitor::Visitor;
use crate::form::name_of;
use crate::language::say;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::pages::record::Raised;
use crate::shown::{Row, Shown, rows};
use crate::words::{field_label, group_title};

/// A finding that prevents publication, and where to fix it.
struct Stop {
    words: String,
    href: String,
}

/// A section with its answers.
struct Answers {
    title: String,
    name: &'static str,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "submit/check.html")]
struct CheckPage {
    frame: Frame,
    draft: Draft,
    stops: Vec<Stop>,
    warnings: Vec<String>,
    sections: Vec<Answers>,
    /// Why this version is made; kept when sending was refused.
    note: String,
    key: String,
    /// Why sending just failed.
    notice: Option<String>,
}

/// The page where a finding can be fixed.
fn place(draft: &Draft, field: &str, name: &str) -> String {
    let Some(found) = domain::fields::field(field) else { return draft.href("") };
    let mut steps = name.splitn(3, '.');
    match (steps.next(), steps.next().and_then(|place| place.parse::<usize>().ok()), steps.next()) {
        // A member of an item with its own page.
        (Some(first), Some(place), Some(member)) if first == field => {
            draft.href(&format!("/items/{field}/{place}#{member}"))
        }
        _ => draft.href(&format!("/sections/{}?check#{field}", found.group.as_str())),
    }
}

pub(crate) async fn check(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    again(&visitor, &id, StatusCode::OK, None, None).await
}

/// The page, also shown again when sending failed.
pub(super) async fn again(
    visitor: &Visitor,
    id: &str,
    status: StatusCode,
    notice: Option<String>,
    note: Option<String>,
) -> Result<Response, NotShown> {
    let draft = Draft::read(&visitor.interface, id).await?;
    let stops: Vec<Stop> = draft
        .errors()
        .map(|finding| Stop {
            words: words(finding),
            href: place(&draft, draft.field_of(finding), &name_of(&finding.field)),
        })
        .collect();
    let sections = Group::ALL.iter().map(|group| Answers {
        title: group_title(*group),
        name: group.as_str(),
        rows: fields_of(*group)
            .flat_map(|field| {
                let mut rows = rows(field, &draft.record);
                if rows.is_empty() && draft.standing(field.name) == Some(FieldState::Blank) {
                    rows.push(Row {
                        label: field_label(field),
                        value: None,
                        said: Some(say("not-answered-and-required").to_string()),
                        lang: None,
                    });
                }
                rows
            })
            .collect(),
    });
    let sections = sections.filter(|section| !section.rows.is_empty()).collect();
    let page_of = CheckPage {
        frame: visitor.form(format!("{}: {}", say("check-your-answers"), draft.title()), !stops.is_empty()),
        note: note.or_else(|| draft.note.clone()).unwrap_or_default(),
        notice,
        key: Uuid::new_v4().to_string(),
        warnings: draft.warnings(),
        draft,
        stops,
        sections,
    };
    Ok(page(status, &page_of))
}
