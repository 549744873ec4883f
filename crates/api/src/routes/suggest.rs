//! `GET /api/v1/suggest`: completes what somebody types into the search field.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use search::completion::{QUESTIONS, Suggested, TERMS};
use wire::{Suggestion, SuggestionKind, SuggestionList};

use super::query_without;
use crate::App;
use crate::extract::{Params, Taker, parse};
use crate::parameters::{PageSize, parameters};
use crate::problem::ApiError;
use crate::reading::take_query;
use crate::suggestions::{Entry, Suggestions};

/// The most terms, and the most questions, whose records are counted for one answer.
const COUNTED_MAX: usize = 12;

parameters! {
    /// What was typed.
    pub(crate) struct SuggestionParams {
        /// The beginning of any word, or of several that follow each other. Case and accents do not matter.
        #[param(required = true, min_length = 1, max_length = 200, example = "fac")]
        q: Option<String>,
        /// The most suggestions.
        #[param(value_type = Option<u8>, minimum = 1, maximum = 20, default = 8)]
        limit: Option<PageSize>,
    }
}

/// Complete a search
///
/// Titles, names of bodies, suppliers and products, terms, and whole questions with a word that begins as typed. Each leads to at least one record.
#[utoipa::path(
    get, path = "/api/v1/suggest", operation_id = "list_suggestions", tag = "records",
    params(SuggestionParams),
    responses(
        (status = 200, description = "The suggestions", body = SuggestionList),
    )
)]
pub(crate) async fn list_suggestions(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Json<SuggestionList>, ApiError> {
    let mut taker = Taker::new(pairs);
    let asked = SuggestionParams::take(&mut taker);
    taker.finish()?;
    let (typed, limit) = (asked.q.unwrap_or_default(), asked.limit.unwrap_or_default().0 as usize);
    let items = suggested(&app, &typed, limit).await?;
    Ok(Json(SuggestionList { about: app.about().await?, items }))
}

/// The suggestions for what was typed: of each kind in turn the best, then those of most records first.
async fn suggested(app: &App, typed: &str, limit: usize) -> Result<Vec<Suggestion>, ApiError> {
    let known = app.suggestions().await?;
    let entry = |entry: &Entry| Suggestion {
        text: entry.text.clone(),
        kind: entry.kind,
        lang: None,
        records: entry.records,
        url: format!("{}{}", app.base_url, entry.path),
    };
    let terms = TERMS.beginning(typed, COUNTED_MAX).collect();
    let questions = QUESTIONS.beginning(typed, COUNTED_MAX).collect();
    let kinds = vec![
        answered(app, &known, terms, SuggestionKind::Term).await?,
        known.names.beginning(typed, limit).map(entry).collect(),
        known.titles.beginning(typed, limit).map(entry).collect(),
        answered(app, &known, questions, SuggestionKind::Question).await?,
    ];
    Ok(in_turn(kinds, limit))
}

/// Those of some texts that a record answers.
async fn answered(
    app: &App,
    known: &Suggestions,
    texts: Vec<&'static Suggested>,
    kind: SuggestionKind,
) -> Result<Vec<Suggestion>, ApiError> {
    let mut answered = Vec::new();
    for one in texts {
        let of_itself = || query_without(&[("q".to_owned(), one.text.clone())], &[]);
        let ask = one.ask.clone().unwrap_or_else(of_itself);
        let records = count(app, known, &ask).await?;
        if records > 0 {
            let (text, lang) = (one.text.clone(), Some(one.lang.to_owned()));
            answered.push(Suggestion {
                text,
                kind,
                lang,
                records,
                url: format!("{}/records?{ask}", app.base_url),
            });
        }
    }
    Ok(answered)
}

/// The number of records that a query string finds.
async fn count(app: &App, known: &Suggestions, ask: &str) -> Result<u64, ApiError> {
    if let Some(records) = known.counted(ask) {
        return Ok(records);
    }
    let mut taker = Taker::new(parse(ask)?);
    let query = take_query(&app.db, &app.words, &mut taker).await?;
    taker.finish()?;
    let (records, _) = app.search.look().counts(&query, &[]).await?;
    known.keep(ask, records);
    Ok(records)
}

/// Takes from each list in turn until there are enough; those of most records come first.
fn in_turn(lists: Vec<Vec<Suggestion>>, limit: usize) -> Vec<Suggestion> {
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    let mut chosen = Vec::new();
    loop {
        let before = chosen.len();
        for list in &mut lists {
            if chosen.len() < limit {
                chosen.extend(list.next());
            }
        }
        if chosen.len() == before {
            chosen.sort_by_key(|one: &Suggestion| Reverse(one.records));
            return chosen;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggestion(text: &str, records: u64) -> Suggestion {
        let (text, url) = (text.to_owned(), String::new());
        Suggestion { text, kind: SuggestionKind::Term, lang: None, records, url }
    }

    #[test]
    fn no_kind_crowds_out_the_others() {
        let many = (0..9).map(|n| suggestion(&format!("a{n}"), 100 - n)).collect();
        let chosen = in_turn(vec![many, Vec::new(), vec![suggestion("b", 1)]], 4);
        let texts: Vec<&str> = chosen.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["a0", "a1", "a2", "b"]);
    }
}
