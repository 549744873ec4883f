//! A mapping checked against the header of its file, before a row is read.

use std::collections::BTreeMap;

use domain::codes::nearest;
use domain::text;
use toml::Spanned;

use super::bound::Bound;
use super::faults::{Fault, Faults};
use super::form::Column;
use super::kind::Kind;
use super::target::Target;

/// Fields that every record has, which nothing else can fill.
const ALWAYS: [&str; 4] = ["title", "publisher", "jurisdiction", "lang"];

impl Bound {
    /// Checks that the file has every column the mapping names and that each field is filled once. `file` is the table,
    /// for the messages.
    ///
    /// Errors: everything that is wrong, each with the line of the mapping.
    pub fn check(&self, file: &str) -> Result<(), Faults> {
        let mut check = Check { bound: self, file, faults: Vec::new() };
        check.asked();
        check.columns();
        check.repeated();
        check.filled_twice();
        check.always();
        Faults::of(check.faults)
    }
}

struct Check<'b> {
    bound: &'b Bound,
    file: &'b str,
    faults: Vec<Fault>,
}

impl<'b> Check<'b> {
    fn add<T>(&mut self, at: &Spanned<T>, key: &str, what: String, hint: String) {
        let line = self.bound.mapping.lines.at(at.span());
        self.faults.push(Fault { line, key: key.to_owned(), what, hint });
    }

    fn rules(&self) -> &'b [Column] {
        &self.bound.mapping.form.columns
    }

    /// The fault of a header that the file does not have.
    fn lacks<T>(&mut self, at: &Spanned<T>, key: &str, header: &str) {
        let known = self.bound.headers.iter().filter(|known| !known.is_empty());
        let near = nearest(&header.replace(' ', "_"), known.map(|known| (known.as_str(), known.as_str())));
        let hint = match near {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("its columns are: {}", self.shown()),
        };
        let optional = if key == "header" { "; if files may lack it, say optional = true" } else { "" };
        self.add(at, key, format!("'{header}' is no column of {}", self.file), format!("{hint}{optional}"));
    }

    /// The first headers of the file.
    fn shown(&self) -> String {
        let known: Vec<&str> =
            self.bound.headers.iter().map(String::as_str).filter(|known| !known.is_empty()).collect();
        let more = if known.len() > 30 { ", ..." } else { "" };
        format!("{}{more}", known.iter().take(30).copied().collect::<Vec<_>>().join(", "))
    }

    /// The columns of the key, the edition and the conditions.
    fn asked(&mut self) {
        let form = &self.bound.mapping.form;
        let key = form.key.iter().map(|header| ("key", header));
        for (what, header) in key.chain(form.edition.iter().map(|header| ("edition", header))) {
            self.one(header, what, header.get_ref());
        }
        for condition in self.bound.mapping.conditions() {
            let spellings: Vec<&str> = condition.header.get_ref().iter().collect();
            if !spellings.iter().any(|header| !self.bound.places(header).is_empty()) {
                self.lacks(&condition.header, "header", spellings.first().copied().unwrap_or_default());
            } else if let [header] = spellings[..] {
                self.one(&condition.header, "header", header);
            }
        }
    }

    /// A header that must mean one column.
    fn one<T>(&mut self, at: &Spanned<T>, key: &str, header: &str) {
        match self.bound.places(header)[..] {
            [] => self.lacks(at, key, header),
            [place, ..] => {
                let name = self.bound.headers.get(place).cloned().unwrap_or_default();
                let same = self.columns_named(&name);
                if same.len() > 1 {
                    let what =
                        format!("'{name}' heads several columns of {}: {}", self.file, numbered(&same));
                    self.add(at, key, what, "rename one of them in the file".to_owned());
                }
            }
        }
    }

    /// The columns with a header, counted from 1.
    fn columns_named(&self, header: &str) -> Vec<usize> {
        let folded = text::fold(header);
        let named = self.bound.headers.iter().enumerate().filter(|(_, known)| text::fold(known) == folded);
        named.map(|(place, _)| place + 1).collect()
    }

    /// Every column that the mapping names, unless files may lack it.
    fn columns(&mut self) {
        for (rule, column) in self.rules().iter().enumerate() {
            if let Some(join) = column.join.as_ref().filter(|_| !column.optional) {
                for header in join.get_ref() {
                    self.one(join, "join", header);
                }
            }
            let Some(header) = &column.header else { continue };
            let places: Vec<usize> = (0..self.bound.headers.len())
                .filter(|place| self.bound.rules.get(*place).is_some_and(|rules| rules.contains(&rule)))
                .collect();
            match places[..] {
                [] if column.optional => {}
                [] => self.unread(column, header),
                [_] => {}
                _ if column.target.is_none() => {}
                _ => {
                    let named: Vec<String> = places
                        .iter()
                        .filter_map(|place| Some((place, self.bound.headers.get(*place)?)))
                        .map(|(place, header)| format!("'{header}' (column {})", place + 1))
                        .collect();
                    let what = format!("it fits several columns of {}: {}", self.file, named.join(" and "));
                    self.add(header, "header", what, "write [[columns]] for each of them".to_owned());
                }
            }
        }
    }

    /// A rule that reads no column.
    fn unread(&mut self, column: &Column, header: &Spanned<super::form::OneOrMany>) {
        let first = column.headers().next().unwrap_or_default();
        let found: Vec<usize> = column.headers().flat_map(|header| self.columns_of(header)).collect();
        let name = found.first().and_then(|place| self.bound.headers.get(*place)).cloned();
        match (name, &column.nth) {
            (Some(name), Some(nth)) => {
                let count = self.columns_named(&name).len();
                let what = format!(
                    "there is no column {} with the header '{name}': {} has {count}",
                    nth.get_ref(),
                    self.file
                );
                self.add(nth, "nth", what, "count the columns with this header from 1".to_owned());
            }
            (Some(name), None) => {
                let what = format!("'{name}' is read by an earlier one of the [[columns]]");
                self.add(
                    header,
                    "header",
                    what,
                    "name it in the same words in both, or leave one out".to_owned(),
                );
            }
            (None, _) => self.lacks(header, "header", first),
        }
    }

    fn columns_of(&self, pattern: &str) -> Vec<usize> {
        let known = self.bound.headers.iter().enumerate();
        known
            .filter(|(_, known)| super::form::fits(pattern, &text::fold(known)))
            .map(|(place, _)| place)
            .collect()
    }

    /// Headers that stand twice in the file, where the mapping does not say which column it means.
    fn repeated(&mut self) {
        for (rule, column) in self.rules().iter().enumerate() {
            let Some(header) = column.header.as_ref().filter(|_| column.nth.is_none() && !column.drop) else {
                continue;
            };
            let read = self.bound.rules.iter().position(|rules| rules.contains(&rule));
            let Some(name) = read.and_then(|place| self.bound.headers.get(place)).cloned() else { continue };
            let same = self.columns_named(&name);
            // Who reads the others by their numbers means the first by no number.
            let is_read =
                |place: &usize| self.bound.rules.get(place - 1).is_some_and(|rules| !rules.is_empty());
            if !same.iter().all(is_read) && (column.target.is_some() || !column.informs.is_empty()) {
                let what = format!("'{name}' heads several columns of {}: {}", self.file, numbered(&same));
                self.add(header, "header", what, "say which is meant with nth = 1, and read or leave out the others with nth = 2 and so on".to_owned());
            }
        }
    }

    /// Fields and members that hold one value and are filled by two columns of the file.
    fn filled_twice(&mut self) {
        let rules = self.bound.rules.iter().flatten().chain(self.bound.joins.iter().map(|(rule, _)| rule));
        let mut read: Vec<usize> = rules.copied().collect();
        read.sort_unstable();
        read.dedup();
        let all = self.rules();
        let mut first: Vec<(&Column, &Target)> = Vec::new();
        for column in read.iter().filter_map(|rule| all.get(*rule)) {
            let (Some(target), Some(written)) = (&column.target, &column.field) else { continue };
            let joins = target.kind.holds_several() && !target.is_member()
                || matches!(target.kind, Kind::Words) && column.split.is_none();
            let known = first.iter().find(|(other, known)| known.is_same(target) && other.when.is_none());
            match known.filter(|_| !joins && column.when.is_none()) {
                Some((other, _)) => {
                    let what =
                        format!("'{}' and '{}' both fill {}", other.shown(), column.shown(), target.shown());
                    let hint = if target.is_in_list() {
                        let again = Target { label: "2".to_owned(), ..target.clone() };
                        format!("for a second one, write field = \"{}\"", again.shown())
                    } else {
                        "leave one out, join them, or say when each counts".to_owned()
                    };
                    self.add(written, "field", what, hint);
                }
                None => first.push((column, target)),
            }
        }
    }

    /// Fields that every record has.
    fn always(&mut self) {
        let says = self.bound.says();
        let constants: BTreeMap<&str, ()> =
            self.bound.mapping.constants.iter().map(|constant| (constant.field.name, ())).collect();
        for name in ALWAYS.iter().filter(|name| !says.contains(**name) && !constants.contains_key(*name)) {
            self.faults.push(Fault {
                line: 0,
                key: String::new(),
                what: format!("nothing fills {name}, which every record has"),
                hint: format!("add a column with field = \"{name}\", or {name} = \"...\" under [defaults]"),
            });
        }
    }
}

/// Numbers as a sentence lists them.
fn numbered(places: &[usize]) -> String {
    let places: Vec<String> = places.iter().map(|place| format!("column {place}")).collect();
    places.join(" and ")
}
