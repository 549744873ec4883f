//! Things in lists, put together from what the columns of a row say of them.
//!
//! Columns of one label are about the same things: the first part of a split cell is about the first thing, the second
//! about the second. Nothing is guessed where the numbers of parts differ.

use domain::Finding;
use domain::fields::LONG_PARTS;
use serde_json::{Map, Value};

use super::form::Column;
use super::kind::Kind;
use super::target::{Target, required};
use super::whole::Constant;

/// What a column of a row says of things in a list.
#[derive(Debug)]
pub(super) struct Part<'m> {
    pub(super) rule: usize,
    pub(super) column: &'m Column,
    pub(super) target: &'m Target,
    pub(super) header: String,
    /// A value for each thing, in order; `None` if it says nothing of one.
    pub(super) values: Vec<Option<Value>>,
}

impl Part<'_> {
    /// Whether it has a value for each of several things.
    fn is_several(&self) -> bool {
        self.column.split.is_some() || self.values.len() > 1
    }

    fn fault(&self, code: &str, message: String, hint: String) -> (Finding, String, String) {
        let said: Vec<String> = self.values.iter().flatten().map(shown).collect();
        let finding = Finding::error(self.target.field.name, code, message).hint(hint);
        (finding, self.header.clone(), said.join("; "))
    }
}

/// Things, and what is wrong with those that could not be made: each with its column and value.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) things: Vec<Value>,
    pub(super) faults: Vec<(Finding, String, String)>,
}

/// Makes things from parts that are all about the same ones.
pub(super) fn things(mut parts: Vec<Part<'_>>, constants: &[Constant]) -> Made {
    let mut made = Made::default();
    leave_blanks(&mut parts);
    let longest = parts
        .iter()
        .filter(|part| part.is_several())
        .max_by_key(|part| (part.values.len(), usize::MAX - part.rule));
    let count = longest.map_or(1, |part| part.values.len());
    let longest = longest.map(|part| part.header.clone()).unwrap_or_default();
    parts.retain(|part| {
        let fault = misfit(part, count, &longest);
        let fits = fault.is_none();
        made.faults.extend(fault);
        fits
    });
    for place in 0..count {
        if let Some(thing) = thing(&parts, place, constants, &mut made.faults) {
            made.things.push(thing);
        }
    }
    made
}

/// Takes out blank parts: all of them if one column alone is split, else those at the end, so that the others keep
/// their places.
fn leave_blanks(parts: &mut [Part<'_>]) {
    let several = parts.iter().filter(|part| part.is_several()).count();
    for part in parts.iter_mut().filter(|part| part.is_several()) {
        if several == 1 {
            part.values.retain(Option::is_some);
        }
        while part.values.last().is_some_and(Option::is_none) {
            part.values.pop();
        }
    }
}

/// Why a part cannot be told to things, if it cannot.
fn misfit(part: &Part<'_>, count: usize, longest: &str) -> Option<(Finding, String, String)> {
    let has = part.values.len();
    if part.is_several() && has > 0 && has < count {
        let message =
            format!("{has} parts, but '{longest}' has {count}: it is not known which belong together");
        let hint =
            "give both columns as many parts in the same order, with nothing between two separators for none";
        return Some(part.fault("uneven-parts", message, hint.to_owned()));
    }
    if !part.is_several() && count > 1 && !part.column.each && part.values.iter().any(Option::is_some) {
        let message =
            format!("one value, but '{longest}' names {count}: it is not known to which it belongs");
        let hint = "say each = true in the mapping if it belongs to all of them, or split it too";
        return Some(part.fault("one-for-several", message, hint.to_owned()));
    }
    None
}

/// The thing at a place; `None` if no column says anything of it, or it lacks what it must have.
fn thing(
    parts: &[Part<'_>],
    place: usize,
    constants: &[Constant],
    faults: &mut Vec<(Finding, String, String)>,
) -> Option<Value> {
    let first =
        parts.iter().find(|part| !part.column.each && part.values.get(place).is_some_and(Option::is_some));
    let target = first.or(parts.first())?.target;
    let mut thing = Map::new();
    for constant in constants {
        if let Some(member) = constant.of(target) {
            set(&mut thing, member, constant.value.clone());
        }
    }
    let mut says = false;
    for part in parts {
        let at = if part.is_several() { place } else { 0 };
        let Some(value) = part.values.get(at).cloned().flatten() else { continue };
        says |= !part.column.each || !parts.iter().any(|part| !part.column.each);
        if let Some(known) = set(&mut thing, part.target, value) {
            let message = format!("another column says '{}'", shown(&known));
            let hint = "correct the row, or say in the mapping when each column counts";
            faults.push(part.fault("two-values", message, hint.to_owned()));
        }
    }
    if !says {
        return None;
    }
    let lacks: Vec<&str> = required(target.field).filter(|name| !thing.contains_key(*name)).collect();
    if lacks.is_empty() {
        return Some(Value::Object(thing));
    }
    if let Some(first) = first {
        let message = format!(
            "each of the {} needs {}, which the row does not say",
            target.field.name,
            lacks.join(" and ")
        );
        faults.push(first.fault(
            "incomplete",
            message,
            "fill it in, or give it under [defaults] of the mapping".to_owned(),
        ));
    }
    None
}

/// Sets a member of a thing. A second text is joined to the first, and replaces nothing; any other second value is
/// refused, and the known one returned.
fn set(thing: &mut Map<String, Value>, target: &Target, value: Value) -> Option<Value> {
    let (last, before) = target.path.split_last()?;
    let mut inside = thing;
    for step in before {
        inside = inside.entry(step.clone()).or_insert_with(|| Value::Object(Map::new())).as_object_mut()?;
    }
    match (inside.get_mut(last), value) {
        (None, value) => {
            inside.insert(last.clone(), value);
        }
        (Some(known), value) if *known == value => {}
        (Some(Value::String(known)), Value::String(new)) if matches!(target.kind, Kind::Words) => {
            if !known.contains(&new) {
                known.push_str(if LONG_PARTS.contains(&last.as_str()) { "\n\n" } else { "; " });
                known.push_str(&new);
            }
        }
        (Some(Value::Array(known)), Value::Array(new)) => {
            known.extend(new);
        }
        (Some(known), _) => return Some(known.clone()),
    }
    None
}

/// A value for a message.
fn shown(value: &Value) -> String {
    let text = value.get("name").unwrap_or(value);
    text.as_str().map_or_else(|| text.to_string(), str::to_owned)
}
