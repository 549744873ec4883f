//! Texts of a row in other languages than its own: the member `translations`, a list of objects with the language as
//! `lang` and texts under the names of their fields. Which fields those are, and where the Welsh summary is kept, is
//! the record's affair; here is only what sources hand over.

use domain::Finding;
use domain::cell::short;
use domain::fields::{Field, FieldKind, field};
use domain::placeholder::{self, Place};
use domain::text::{clean, one_line, shorten};
use serde_json::{Map, Value, json};

use crate::report::{Uses, used};

/// The field that holds them.
pub(super) const FIELD: &str = "translations";
/// The most characters of a summary.
const SUMMARY_MAX: usize = 400;

fn is_translated(name: &str) -> bool {
    field(name).is_some_and(Field::is_translated)
}

/// Adds a text in another language. Blank texts and placeholders say nothing; a second text of a field goes below the
/// first.
pub(super) fn add(fields: &mut Map<String, Value>, lang: &str, name: &str, text: &str) {
    let place = field(name).map_or(Place::Name, |field| Place::from(&field.kind));
    if !is_translated(name) || text.trim().is_empty() || placeholder::meaning(text, place).is_some() {
        return;
    }
    let is_prose = field(name).is_some_and(|field| matches!(field.kind, FieldKind::Markdown));
    let text = if is_prose { clean(text) } else { one_line(text) };
    let Some(all) = fields.entry(FIELD).or_insert_with(|| json!([])).as_array_mut() else { return };
    let place = all.iter().position(|one| one["lang"] == lang).unwrap_or_else(|| {
        all.push(json!({ "lang": lang }));
        all.len() - 1
    });
    let Some(members) = all[place].as_object_mut() else { return };
    match members.get_mut(name) {
        Some(Value::String(known)) if known.contains(&text) => {}
        Some(Value::String(known)) => known.push_str(&format!("\n\n{text}")),
        _ => {
            members.insert(name.to_owned(), Value::String(text));
        }
    }
}

/// Adds all texts of a row that was read as one of its own, in another language.
pub(super) fn add_all(fields: &mut Map<String, Value>, lang: &str, other: &Map<String, Value>) {
    for (name, value) in other {
        if let Some(text) = value.as_str() {
            add(fields, lang, name, text);
        }
    }
}

/// Puts the translations of a row in order: one for each language, by language, each with a summary if it has a
/// description, and no text longer than its field. Texts in the row's own language go to its own fields.
///
/// Returns what is wrong: a text in the row's own language that differs from that of its field, with the text.
pub(super) fn settle(fields: &mut Map<String, Value>, uses: &mut Uses) -> Vec<(Finding, String)> {
    let Some(Value::Array(all)) = fields.remove(FIELD) else { return Vec::new() };
    let own = fields.get("lang").and_then(Value::as_str).unwrap_or("en").to_owned();
    let mut faults = Vec::new();
    let mut others = Map::new();
    for one in all.iter().filter_map(Value::as_object) {
        match one.get("lang").and_then(Value::as_str).unwrap_or_default() {
            lang if lang.eq_ignore_ascii_case(&own) => faults.extend(take_own(fields, one, lang)),
            lang => add_all(&mut others, lang, one),
        }
    }
    if let Some(Value::Array(mut others)) = others.remove(FIELD) {
        others.sort_by_key(|one| one["lang"].as_str().unwrap_or_default().to_owned());
        others.iter_mut().filter_map(Value::as_object_mut).for_each(|one| fit(one, uses));
        fields.insert(FIELD.to_owned(), Value::Array(others));
    }
    faults
}

/// Puts texts in the row's own language where they belong.
fn take_own(
    fields: &mut Map<String, Value>,
    texts: &Map<String, Value>,
    lang: &str,
) -> Vec<(Finding, String)> {
    let mut faults = Vec::new();
    for (name, value) in texts.iter().filter(|(name, _)| is_translated(name)) {
        let known = fields.entry(name.clone()).or_insert_with(|| value.clone());
        if let (Some(known), Some(text)) = (known.as_str(), value.as_str())
            && known != text
        {
            let message = format!(
                "'{lang}' is the row's own language, and its {name} is '{}' and '{}'",
                short(known),
                short(text)
            );
            let finding = Finding::error(FIELD, "own-language", message)
                .hint("keep one of them, or correct the language of one");
            faults.push((finding, text.to_owned()));
        }
    }
    faults
}

/// Makes a summary if there is none, and shortens what is longer than its field.
fn fit(members: &mut Map<String, Value>, uses: &mut Uses) {
    if !members.contains_key("summary")
        && let Some(long) = members.get("description").and_then(Value::as_str).map(one_line)
    {
        members.insert("summary".to_owned(), json!(long));
    }
    // As in the record's own language, what does not fit a summary is the description.
    if let Some(summary) = members.get("summary").and_then(Value::as_str).map(str::to_owned)
        && let Some(cut) = shorten(&summary, SUMMARY_MAX)
    {
        used(uses, "translated-summary-shortened");
        members.entry("description").or_insert(Value::String(summary));
        members.insert("summary".to_owned(), json!(cut));
    }
    for (name, value) in members.iter_mut() {
        if let (Some(FieldKind::Text(most)), Value::String(text)) =
            (field(name).map(|field| field.kind), &value)
            && let Some(cut) = shorten(text, most)
        {
            used(uses, &format!("translated-{name}-shortened"));
            *value = Value::String(cut);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn texts_are_collected_by_language() {
        let mut fields = members(json!({ "title": "Gate", "lang": "nl" }));
        add(&mut fields, "fy", "title", "Poarte");
        add(&mut fields, "en", "title", "Gate");
        add(&mut fields, "en", "description", "Opens.");
        add(&mut fields, "en", "description", "Closes.");
        add(&mut fields, "en", "benefits", "N/A");
        add(&mut fields, "en", "benefits", " ");
        add(&mut fields, "en", "phase", "production");
        let expected = json!([
            { "lang": "fy", "title": "Poarte" },
            { "lang": "en", "title": "Gate", "description": "Opens.\n\nCloses." },
        ]);
        assert_eq!(fields[FIELD], expected);
    }

    #[test]
    fn a_translation_fits_its_fields() {
        let long = "word ".repeat(100);
        let mut one = members(json!({ "lang": "fr", "title": "t ".repeat(150), "description": long }));
        fit(&mut one, &mut Uses::new());
        assert!(one["title"].as_str().unwrap().chars().count() <= 200);
        assert!(one["summary"].as_str().unwrap().chars().count() <= SUMMARY_MAX);
        let mut one = members(json!({ "lang": "fr", "summary": long }));
        fit(&mut one, &mut Uses::new());
        assert_eq!(one["description"], long, "what a summary cannot hold is not lost");
    }

    #[test]
    fn texts_in_the_own_language_go_to_their_fields() {
        let mut fields = members(json!({ "lang": "en", "title": "Gate", FIELD: [
            { "lang": "EN", "title": "Gate", "summary": "Own" },
            { "lang": "fr", "title": "Porte" },
            { "lang": "cy", "summary": "Crynodeb" },
            { "lang": "fr", "benefits": "Plus vite" },
        ]}));
        assert!(settle(&mut fields, &mut Uses::new()).is_empty());
        let expected = json!({ "lang": "en", "title": "Gate", "summary": "Own", FIELD: [
            { "lang": "cy", "summary": "Crynodeb" },
            { "lang": "fr", "title": "Porte", "benefits": "Plus vite" },
        ]});
        assert_eq!(Value::Object(fields), expected);
    }

    #[test]
    fn two_texts_in_the_own_language_are_a_fault() {
        let mut fields =
            members(json!({ "lang": "en", "title": "Gate", FIELD: [{ "lang": "en", "title": "Door" }]}));
        let faults = settle(&mut fields, &mut Uses::new());
        assert_eq!(faults.len(), 1);
        assert_eq!(
            (faults[0].0.message.as_str(), faults[0].1.as_str()),
            ("'en' is the row's own language, and its title is 'Gate' and 'Door'", "Door")
        );
    }
}
