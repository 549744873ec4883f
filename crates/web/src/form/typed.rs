//! What was typed into a form, and its meaning as JSON.

use chrono::NaiveDate;
use domain::number::{self, Mark};
use serde_json::{Map, Value, json};

use super::faults::Faults;
use super::question::{Input, Question, join};
use crate::language::say;

/// Input names and values, in order; a name may occur several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Typed(Vec<(String, String)>);

/// Most rows in one form.
pub(super) const ROWS_MAX: usize = 50;
/// Most inputs accepted in one form; our largest, with all its rows, has some hundreds.
const PAIRS_MAX: usize = 2_000;

impl Typed {
    /// Parses a form as browsers send it. `None` if it has more inputs than any of ours.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let mut typed = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            typed.more(&name, value.replace("\r\n", "\n"))?;
        }
        Some(typed)
    }

    /// Adds an input. `None` if there are more than any of our forms has.
    pub(crate) fn more(&mut self, name: &str, value: String) -> Option<()> {
        (self.0.len() < PAIRS_MAX).then(|| self.0.push((name.to_owned(), value)))
    }

    /// The form as a browser would send it.
    pub(crate) fn encoded(&self) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(&self.0);
        text.finish()
    }

    /// Parses a query, or gives an empty form.
    pub(crate) fn query(asked: Option<&str>) -> Self {
        Self::read(asked.unwrap_or_default().as_bytes()).unwrap_or_default()
    }

    /// The first value of a name, or an empty string.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(one, _)| one == name).map_or("", |(_, value)| value.as_str())
    }

    pub(crate) fn all<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'t str> {
        self.0.iter().filter(move |(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a name, trimmed; `None` if blank.
    pub(crate) fn said(&self, name: &str) -> Option<&str> {
        Some(self.one(name).trim()).filter(|text| !text.is_empty())
    }

    /// Sets a name's only value.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(one, _)| one != name);
        self.add(name, value);
    }

    pub(crate) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// The number of rows under a name.
    pub(crate) fn rows(&self, at: &str) -> usize {
        let below = self.0.iter().filter_map(|(name, _)| name.strip_prefix(at)?.strip_prefix('.'));
        let places = below.filter_map(|rest| rest.split('.').next()?.parse::<usize>().ok());
        places.filter(|place| *place < ROWS_MAX).map(|place| place + 1).max().unwrap_or_default()
    }
}

impl IntoIterator for Typed {
    type Item = (String, String);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Fills a form with a saved value.
pub(crate) fn fill(typed: &mut Typed, at: &str, question: &Question, saved: &Value) {
    let name = join(at, &question.name);
    match &question.input {
        Input::One(_) => typed.add(&name, saved.as_str().unwrap_or_default()),
        // Line breaks go as browsers drop and send them, so that an untouched text compares equal in
        // [`over`].
        Input::Line(..) => typed.add(&name, saved.as_str().unwrap_or_default().replace(['\r', '\n'], "")),
        Input::Area(_) => {
            let text = saved.as_str().unwrap_or_default();
            typed.add(&name, text.replace("\r\n", "\n").replace('\r', "\n"));
        }
        Input::Number => typed.add(&name, digits(saved)),
        Input::Date => {
            let mut parts = saved.as_str().unwrap_or_default().splitn(3, '-');
            for part in ["year", "month", "day"] {
                typed.add(&join(&name, part), parts.next().unwrap_or_default().trim_start_matches('0'));
            }
        }
        Input::YesNo => {
            if let Some(yes) = saved.as_bool() {
                typed.add(&name, if yes { "yes" } else { "no" });
            }
        }
        Input::Many(_) => texts(saved).for_each(|code| typed.add(&name, code)),
        Input::Lines => typed.add(&name, texts(saved).collect::<Vec<_>>().join("\n")),
        Input::Name => typed.add(&name, saved["name"].as_str().unwrap_or_default()),
        Input::Names => {
            let names = saved.as_array().into_iter().flatten().filter_map(|one| one["name"].as_str());
            typed.add(&name, names.collect::<Vec<_>>().join("\n"));
        }
        Input::Estimate => {
            typed.add(&join(&name, "value"), digits(&saved["value"]));
            typed.add(&join(&name, "basis"), saved["basis"].as_str().unwrap_or_default());
        }
        Input::Parts(parts) => parts.iter().for_each(|part| fill(typed, &name, part, &saved[&part.name])),
        Input::Rows(parts) => {
            for (place, row) in saved.as_array().into_iter().flatten().enumerate() {
                let at = join(&name, &place.to_string());
                parts.iter().for_each(|part| fill(typed, &at, part, &row[&part.name]));
            }
        }
        Input::Document => {
            for part in ["sha256", "media_type", "url"] {
                typed.add(&join(&name, part), saved[part].as_str().unwrap_or_default());
            }
            typed.add(&join(&name, "bytes"), digits(&saved["bytes"]));
        }
        Input::Things { .. } => {}
    }
}

/// A number's digits; empty if it is not a number.
fn digits(saved: &Value) -> String {
    if saved.is_number() { saved.to_string() } else { String::new() }
}

/// The new value of a saved one: what was typed, but keeping what the form could not carry. A text that comes
/// back as shown keeps its saved form, line ends and spaces included, and rows beyond the form's limit stay.
pub(crate) fn over(saved: &Value, typed: &Typed, at: &str, question: &Question) -> Value {
    let now = value(typed, at, question);
    let mut shown = Typed::default();
    fill(&mut shown, at, question, saved);
    if now == value(&shown, at, question) {
        return saved.clone();
    }
    match (&question.input, saved, now) {
        (Input::Rows(_), Value::Array(rows), Value::Array(mut now)) => {
            now.extend(rows.iter().skip(ROWS_MAX).cloned());
            Value::Array(now)
        }
        (_, _, now) => now,
    }
}

/// What was typed, as JSON; `null` if blank. What cannot be read stays a text, for the API to refuse.
pub(crate) fn value(typed: &Typed, at: &str, question: &Question) -> Value {
    let name = join(at, &question.name);
    match &question.input {
        Input::Line(..) | Input::Area(_) | Input::One(_) => {
            typed.said(&name).map_or(Value::Null, Value::from)
        }
        Input::Number => number(typed.said(&name)),
        Input::Date => date(typed, &name).map_or(Value::Null, Value::from),
        Input::YesNo => match typed.one(&name) {
            "yes" => true.into(),
            "no" => false.into(),
            _ => Value::Null,
        },
        // In list order, which is how the form shows them.
        Input::Many(list) => {
            let chosen = |code: &str| typed.all(&name).any(|one| one == code);
            let known = list.entries.iter().filter(|entry| chosen(entry.code)).map(|entry| entry.code.into());
            let unknown = typed.all(&name).filter(|code| !code.is_empty() && list.entry(code).is_none());
            some(known.chain(unknown.map(Value::from)).collect())
        }
        Input::Lines => some(lines(typed.one(&name)).map(Value::from).collect()),
        Input::Name => typed.said(&name).map_or(Value::Null, |name| json!({ "name": name })),
        Input::Names => some(lines(typed.one(&name)).map(|name| json!({ "name": name })).collect()),
        Input::Estimate => {
            let basis = typed.said(&join(&name, "basis")).map_or(Value::Null, Value::from);
            let number = number(typed.said(&join(&name, "value")));
            if number.is_null() && basis.is_null() {
                return Value::Null;
            }
            whole([("value".to_owned(), number), ("basis".to_owned(), basis)])
        }
        Input::Parts(parts) => whole(parts.iter().map(|part| (part.name.clone(), value(typed, &name, part)))),
        Input::Rows(parts) => some(
            (0..typed.rows(&name))
                .map(|place| {
                    let at = join(&name, &place.to_string());
                    whole(parts.iter().map(|part| (part.name.clone(), value(typed, &at, part))))
                })
                .filter(|row| !row.is_null())
                .collect(),
        ),
        Input::Document => {
            let text = |part: &str| typed.said(&join(&name, part)).map_or(Value::Null, Value::from);
            whole([
                ("sha256".to_owned(), text("sha256")),
                ("media_type".to_owned(), text("media_type")),
                ("bytes".to_owned(), number(typed.said(&join(&name, "bytes")))),
                ("url".to_owned(), text("url")),
            ])
        }
        Input::Things { .. } => Value::Null,
    }
}

/// Finds input that the API could not explain well, such as a day that does not exist.
pub(super) fn slips(typed: &Typed, at: &str, question: &Question, found: &mut Faults) {
    let name = join(at, &question.name);
    let mut slip = |name: &str, what: &'static str| found.add(name, say(what).to_string());
    match &question.input {
        Input::Number if number(typed.said(&name)).is_string() => {
            slip(&name, "write-a-whole-number-such");
        }
        Input::Date if date(typed, &name).is_some_and(|day| day.parse::<NaiveDate>().is_err()) => {
            slip(&name, "write-a-real-day-day");
        }
        Input::Estimate => {
            let number = number(typed.said(&join(&name, "value")));
            let basis = typed.said(&join(&name, "basis"));
            match (&number, basis) {
                (Value::String(_), _) => slip(&name, "write-a-whole-number-of-people"),
                (Value::Null, Some(_)) => slip(&name, "write-the-number-or-choose"),
                (Value::Number(_), None) => slip(&name, "choose-how-the-number-is"),
                _ => {}
            }
        }
        Input::Parts(parts) => parts.iter().for_each(|part| slips(typed, &name, part, found)),
        Input::Rows(parts) => {
            for place in 0..typed.rows(&name) {
                let at = join(&name, &place.to_string());
                parts.iter().for_each(|part| slips(typed, &at, part, found));
            }
        }
        _ => {}
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// `12,000` is 12000: both languages of the website group digits this way. A point may be a decimal mark or
/// group digits, so `12.000` is refused rather than guessed.
fn number(said: Option<&str>) -> Value {
    let Some(said) = said else { return Value::Null };
    let mark = if said.contains('.') { Mark::Unsaid } else { Mark::Point };
    number::whole(said, mark).map_or_else(|_| said.into(), Value::from)
}

/// Day, month and year as `YYYY-MM-DD`, whether or not that day exists; `None` if all three are blank.
fn date(typed: &Typed, name: &str) -> Option<String> {
    let part = |part: &str| typed.said(&join(name, part)).unwrap_or_default().to_owned();
    let (year, month, day) = (part("year"), part("month"), part("day"));
    let any = !(year.is_empty() && month.is_empty() && day.is_empty());
    any.then(|| format!("{year:0>4}-{month:0>2}-{day:0>2}"))
}

fn some(items: Vec<Value>) -> Value {
    if items.is_empty() { Value::Null } else { Value::Array(items) }
}

/// An object of the parts that have a value; `null` if none has.
fn whole(parts: impl IntoIterator<Item = (String, Value)>) -> Value {
    let said: Map<String, Value> = parts.into_iter().filter(|(_, value)| !value.is_null()).collect();
    if said.is_empty() { Value::Null } else { Value::Object(said) }
}
