//! Texts of a row in other languages than its own: the member `translations`, a list of objects with the language as
//! `lang` and texts under the names of their fields. Which fields those are, and where the Welsh summary is kept, is
//! the record's affair; here is only what sources hand over.

use domain::fields::{FieldKind, field};
use domain::placeholder::{self, Place};
use domain::text::{clean, one_line, shorten};
use serde_json::{Map, Value, json};

/// The field that holds them.
pub(super) const FIELD: &str = "translations";
/// The most characters of a summary.
const SUMMARY_MAX: usize = 400;

/// Whether texts of a field are kept in several languages: what it is called, and prose.
fn is_translated(name: &str) -> bool {
    matches!(name, "title" | "name" | "summary")
        || field(name).is_some_and(|field| matches!(field.kind, FieldKind::Markdown))
}

/// Adds a text in another language. Blank texts and placeholders say nothing; a second text of a field goes below the
/// first.
pub(super) fn add(fields: &mut Map<String, Value>, lang: &str, name: &str, text: &str) {
    let place = field(name).map_or(Place::Name, |field| Place::from(&field.kind));
    if !is_translated(name) || text.trim().is_empty() || placeholder::meaning(text, place).is_some() {
        return;
    }
    let text = if matches!(name, "title" | "name" | "summary") { one_line(text) } else { clean(text) };
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

/// Puts the translations of a row in order: by language, never in the row's own, each with a summary if it has a
/// description, and no text longer than its field. While the record has no such field, only the Welsh summary can be
/// kept.
pub(super) fn settle(fields: &mut Map<String, Value>) {
    let Some(Value::Array(mut all)) = fields.remove(FIELD) else { return };
    let own = fields.get("lang").and_then(Value::as_str).unwrap_or("en").to_owned();
    all.retain(|one| one["lang"] != own.as_str());
    all.sort_by_key(|one| one["lang"].as_str().unwrap_or_default().to_owned());
    all.iter_mut().filter_map(Value::as_object_mut).for_each(fit);
    if field(FIELD).is_some() {
        if !all.is_empty() {
            fields.insert(FIELD.to_owned(), Value::Array(all));
        }
    } else if let Some(summary) =
        all.iter().find(|one| one["lang"] == "cy").and_then(|one| one.get("summary"))
    {
        fields.entry("summary_cy").or_insert_with(|| summary.clone());
    }
}

fn fit(members: &mut Map<String, Value>) {
    if !members.contains_key("summary")
        && let Some(long) = members.get("description").and_then(Value::as_str).map(one_line)
    {
        members.insert("summary".to_owned(), json!(long));
    }
    // As in the record's own language, what does not fit a summary is the description.
    if let Some(summary) = members.get("summary").and_then(Value::as_str).map(str::to_owned)
        && let Some(cut) = shorten(&summary, SUMMARY_MAX)
    {
        members.entry("description").or_insert(Value::String(summary));
        members.insert("summary".to_owned(), json!(cut));
    }
    for (name, value) in members.iter_mut() {
        if let (Some(FieldKind::Text(most)), Value::String(text)) =
            (field(name).map(|field| field.kind), &value)
            && let Some(cut) = shorten(text, most)
        {
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
        fit(&mut one);
        assert!(one["title"].as_str().unwrap().chars().count() <= 200);
        assert!(one["summary"].as_str().unwrap().chars().count() <= SUMMARY_MAX);
        let mut one = members(json!({ "lang": "fr", "summary": long }));
        fit(&mut one);
        assert_eq!(one["description"], long, "what a summary cannot hold is not lost");
    }

    #[test]
    fn the_own_language_is_no_translation_and_welsh_keeps_its_place() {
        let mut fields = members(json!({ "lang": "en", FIELD: [
            { "lang": "en", "summary": "Own" }, { "lang": "cy", "summary": "Crynodeb" },
        ]}));
        settle(&mut fields);
        let welsh = fields.get("summary_cy").or_else(|| fields[FIELD][0].get("summary"));
        assert_eq!(welsh, Some(&json!("Crynodeb")));
        assert!(!Value::Object(fields).to_string().contains("Own"));
    }
}
