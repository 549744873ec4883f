//! What the cells of a row say, put together: values of fields, things of lists, defaults.

use domain::Finding;
use domain::cell::short;
use domain::fields::{Field, FieldKind};
use serde_json::{Value, json};

use super::apply::{Filling, Mapped};
use super::form::Unknown;
use super::kind::Kind;
use super::target::Target;
use super::things::{Part, things};
use crate::report::used;

impl Filling<'_> {
    /// Puts a value into a field that is no list of things.
    pub(super) fn put(&mut self, target: &Target, header: &str, value: Value, said: &str) {
        let Field { name, kind, .. } = target.field;
        let value = match kind {
            FieldKind::Estimate if target.path.first().is_some_and(|step| step == "basis") => {
                self.bases.push((name, value));
                return;
            }
            FieldKind::Estimate => json!({ "value": value, "basis": "unknown" }),
            _ => value,
        };
        match (self.mapped.fields.get_mut(*name), value) {
            (None, value) => {
                self.mapped.fields.insert((*name).to_owned(), value);
            }
            (Some(Value::Array(known)), Value::Array(new)) => {
                for item in new {
                    if !known.contains(&item) {
                        known.push(item);
                    }
                }
            }
            (Some(Value::String(known)), Value::String(new)) if matches!(target.kind, Kind::Words) => {
                if !known.contains(&new) {
                    known.push_str(if matches!(kind, FieldKind::Markdown) { "\n\n" } else { "; " });
                    known.push_str(&new);
                }
            }
            (Some(known), value) if *known == value => {}
            (Some(known), _) => {
                let known = known.get("name").or(known.get("value")).unwrap_or(&*known).clone();
                self.twice(name, &known, header, said);
            }
        }
    }

    /// Notes a second value of a field that holds one.
    fn twice(&mut self, name: &str, known: &Value, header: &str, said: &str) {
        if self.bound.mapping.form.unknown == Unknown::State {
            // The first one stands; the other stays in the raw row.
            used(self.uses, &format!("{name}-said-twice"));
            return;
        }
        let known = known.as_str().map_or_else(|| known.to_string(), str::to_owned);
        let message = format!("'{}', but another column says '{}'", short(said), short(&known));
        let finding = Finding::error(name, "two-values", message)
            .hint("correct the row, or say in the mapping when each column counts");
        self.mapped.faults.push((finding, header.to_owned(), said.to_owned()));
    }

    /// Puts together what several columns say, and fills in the defaults.
    pub(super) fn end(mut self) -> Mapped {
        let constants = &self.bound.mapping.constants;
        let mut parts = std::mem::take(&mut self.parts);
        parts.sort_by_key(|part| part.rule);
        while let Some(first) = parts.first().map(|part| part.target) {
            let (own, rest) =
                parts.into_iter().partition(|part: &Part<'_>| part.target.is_of_same_things(first));
            parts = rest;
            let made = things(own, constants);
            for (finding, header, said) in made.faults {
                self.fault::<()>(first.field.name, finding, &header, &said);
            }
            self.add(first, made.things);
        }
        let own = constants.iter().filter_map(|constant| {
            let target = constant.member.as_ref()?;
            matches!(target.field.kind, FieldKind::Estimate)
                .then(|| (target.field.name, constant.value.clone()))
        });
        for (name, basis) in own.chain(std::mem::take(&mut self.bases)) {
            match self.mapped.fields.get_mut(name) {
                Some(estimate) => estimate["basis"] = basis,
                None => used(self.uses, "basis-without-number"),
            }
        }
        for constant in constants.iter().filter(|constant| constant.member.is_none()) {
            let name = constant.field.name;
            if !constant.value.is_null() && !self.mapped.fields.contains_key(name) {
                self.mapped.fields.insert(name.to_owned(), constant.value.clone());
            }
        }
        self.mapped
    }

    /// Adds things to their list, each once.
    fn add(&mut self, target: &Target, new: Vec<Value>) {
        let name = target.field.name.to_owned();
        if !target.is_in_list() {
            if let Some(thing) = new.into_iter().next() {
                self.mapped.fields.insert(name, thing);
            }
            return;
        }
        if new.is_empty() {
            return;
        }
        let list = self.mapped.fields.entry(name).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            for thing in new {
                if !list.contains(&thing) {
                    list.push(thing);
                }
            }
        }
    }
}
