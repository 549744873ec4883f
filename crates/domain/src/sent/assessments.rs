//! Matches assessments that come back to the known ones, so that sealed parts stay with their own assessment
//! and no other.

use serde_json::{Map, Value};

use super::items::{Columns, says_same};
use crate::assessment::Assessment;
use crate::finding::Finding;

/// Members that identify an assessment without an id, together with type and stage.
const TELLING: &[&str] = &["title", "completed_on", "started_on"];

/// An assessment as the register knows it.
struct Known {
    whole: Map<String, Value>,
    public: Map<String, Value>,
    /// Names of its members that not everybody may read.
    sealed: Vec<String>,
}

impl Known {
    fn of(assessment: &Assessment) -> Self {
        let whole = members(assessment);
        let public = members(&assessment.public());
        let sealed = whole.keys().filter(|name| !public.contains_key(*name)).cloned().collect();
        Self { whole, public, sealed }
    }

    fn is(&self, name: &str, of: &Map<String, Value>) -> bool {
        self.whole.get(name) == of.get(name)
    }
}

/// An assessment as it came back: as sent, and as parsed.
struct Came<'s> {
    raw: &'s Map<String, Value>,
    read: Map<String, Value>,
}

impl Came<'_> {
    /// The sealed members that it leaves out. An explicit `null` does not leave a member out; it removes it.
    fn leaves_out<'k>(&self, known: &'k Known) -> impl Iterator<Item = &'k String> {
        known.sealed.iter().filter(|name| !self.raw.contains_key(*name))
    }

    fn has_id(&self) -> bool {
        self.read.contains_key("id")
    }
}

fn members(assessment: &Assessment) -> Map<String, Value> {
    match serde_json::to_value(assessment) {
        Ok(Value::Object(members)) => members,
        // Cannot happen: a struct serialises to an object.
        _ => Map::new(),
    }
}

/// Whether two assessments are equal apart from their ids.
fn alike(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let facts = |of: &'_ Map<String, Value>| of.iter().filter(|(name, _)| *name != "id").count();
    facts(one) == facts(other)
        && one.iter().all(|(name, value)| name == "id" || other.get(name) == Some(value))
}

/// Whether any of the assessments sent removes something with an explicit `null`.
pub(super) fn takes_away(sent: &Value) -> bool {
    let sent = sent.as_array().into_iter().flatten().filter_map(Value::as_object);
    sent.flat_map(Map::values).any(Value::is_null)
}

/// Lays the assessments that were sent over the known ones. `columns` names the members that could be sent;
/// `None` means all.
///
/// Anything that is not an assessment is passed through for its parser to refuse. Errors: findings with a
/// JSON pointer.
pub(super) fn join(
    known: &[Assessment],
    sent: &[Value],
    columns: Option<Columns<'_>>,
) -> Result<Vec<Value>, Vec<Finding>> {
    let known: Vec<Known> = known.iter().map(Known::of).collect();
    let came: Option<Vec<Came<'_>>> = sent
        .iter()
        .map(|value| {
            let read: Assessment = serde_json::from_value(value.clone()).ok()?;
            Some(Came { raw: value.as_object()?, read: members(&read) })
        })
        .collect();
    let Some(came) = came else { return Ok(sent.to_vec()) };
    let pairs = pair(&known, &came)?;
    let mut joined = Vec::with_capacity(sent.len());
    let mut findings = Vec::new();
    for (place, (came, pair)) in came.iter().zip(&pairs).enumerate() {
        let at = format!("/assessments/{place}");
        match pair.map(|pair| over(&known, pair, came, columns)) {
            None => joined.push(Value::Object(came.raw.clone())),
            Some(Ok(whole)) => joined.push(Value::Object(whole)),
            Some(Err(finding)) => findings.push(Finding { field: at, ..finding }),
        }
    }
    if findings.is_empty() { Ok(joined) } else { Err(findings) }
}

/// Matches each assessment that was sent to a known one: by id, else by its public content if exactly one
/// fits.
fn pair(known: &[Known], came: &[Came<'_>]) -> Result<Vec<Option<usize>>, Vec<Finding>> {
    let mut pairs: Vec<Option<usize>> = came
        .iter()
        .map(|came| {
            came.read
                .get("id")
                .and_then(|id| known.iter().position(|known| known.whole.get("id") == Some(id)))
        })
        .collect();
    let twice =
        (0..came.len()).filter(|place| pairs[*place].is_some() && pairs[..*place].contains(&pairs[*place]));
    let twice: Vec<Finding> = twice
        .map(|place| {
            Finding::error(
                format!("/assessments/{place}/id"),
                "repeated",
                "the id of an assessment appears twice",
            )
            .hint("leave it with one of them; the register gives a new one its own")
        })
        .collect();
    if !twice.is_empty() {
        return Err(twice);
    }
    let kind = |known: &Known, came: &Came<'_>| known.is("type", &came.read) && known.is("stage", &came.read);
    let same =
        |known: &Known, came: &Came<'_>| alike(&known.public, &came.read) || alike(&known.whole, &came.read);
    let told = |known: &Known, came: &Came<'_>| {
        kind(known, came)
            && TELLING.iter().any(|name| came.read.contains_key(*name) && known.is(name, &came.read))
    };
    // Nothing identifies it, so it must not get a sealed text.
    let only = |known: &Known, came: &Came<'_>| kind(known, came) && known.sealed.is_empty();
    // The surest way first; each is used only where it fits one known and one sent assessment.
    let ways: [Fits<'_>; 3] = [&same, &told, &only];
    for fits in ways {
        let free: Vec<usize> = (0..known.len()).filter(|one| !pairs.contains(&Some(*one))).collect();
        let open: Vec<usize> =
            (0..came.len()).filter(|place| pairs[*place].is_none() && !came[*place].has_id()).collect();
        for &place in &open {
            let mut fitting = free.iter().filter(|one| fits(&known[**one], &came[place]));
            if let (Some(one), None) = (fitting.next(), fitting.next())
                && open.iter().filter(|other| fits(&known[*one], &came[**other])).count() == 1
            {
                pairs[place] = Some(*one);
            }
        }
    }
    let unclear = unclear(known, came, &pairs);
    if unclear.is_empty() { Ok(pairs) } else { Err(unclear) }
}

/// Whether an assessment that was sent may be a known one.
type Fits<'a> = &'a dyn Fn(&Known, &Came<'_>) -> bool;

/// Assessments that matched nothing, although one of the same type with sealed parts is missing.
fn unclear(known: &[Known], came: &[Came<'_>], pairs: &[Option<usize>]) -> Vec<Finding> {
    let missing: Vec<&Known> = known
        .iter()
        .enumerate()
        .filter(|(one, _)| !pairs.contains(&Some(*one)))
        .map(|(_, known)| known)
        .collect();
    let open = came.iter().enumerate().filter(|(place, _)| pairs[*place].is_none());
    open.filter_map(|(place, came)| {
        let mut may_be = missing.iter().filter(|known| known.is("type", &came.read));
        let known = may_be.find(|known| came.leaves_out(known).next().is_some())?;
        let id = known.whole.get("id").and_then(Value::as_str).unwrap_or_default();
        let hint = format!(
            "write the id {id} if it is that one; if it is another, leave that one in the list, or take it out first"
        );
        let what = "this may be an assessment of which the register keeps something sealed, or a new one";
        Some(Finding::error(format!("/assessments/{place}"), "unclear-assessment", what).hint(hint))
    })
    .collect()
}

/// Lays what was sent over the known assessment that it matches.
fn over(
    all: &[Known],
    which: usize,
    came: &Came<'_>,
    columns: Option<Columns<'_>>,
) -> Result<Map<String, Value>, Finding> {
    let known = &all[which];
    let takes_away = known.sealed.iter().any(|name| came.raw.contains_key(name));
    let public = || Value::Object(known.public.clone());
    let agrees = |columns: Columns<'_>| columns.agree(&public(), &Value::Object(came.read.clone()));
    if !takes_away && (alike(&known.public, &came.read) || columns.is_some_and(agrees)) {
        return Ok(known.whole.clone());
    }
    let mut whole = came.raw.clone();
    if let Some(id) = known.whole.get("id") {
        whole.entry("id").or_insert_with(|| id.clone());
    }
    if let Some(columns) = columns {
        let uncarried = known.public.iter().filter(|(name, _)| !columns.names.contains(name));
        for (name, value) in uncarried {
            whole.entry(name.clone()).or_insert_with(|| value.clone());
        }
        // The columns hold only part of a document.
        if let (Some(before), Some(sent)) = (known.public.get("document"), whole.get_mut("document"))
            && says_same(before, sent, columns.spreadsheet)
        {
            sent.clone_from(before);
        }
    }
    let left_out: Vec<&String> = came.leaves_out(known).collect();
    if known.sealed.is_empty() {
        return Ok(whole);
    }
    // An assessment that leaves `visibility` out keeps the one it had.
    if let Some(visibility) = known.whole.get("visibility") {
        whole.entry("visibility").or_insert_with(|| visibility.clone());
    }
    if left_out.is_empty() {
        return Ok(whole);
    }
    let names = left_out.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    // An id with the facts, type or stage of another assessment: a sealed text could end up under the wrong
    // one.
    let swapped = all.iter().enumerate().any(|(other, one)| other != which && alike(&one.public, &came.read));
    if swapped || !known.is("type", &came.read) || !known.is("stage", &came.read) {
        let what = format!(
            "the register keeps {names} of this assessment sealed, and what stands here is of another"
        );
        return Err(Finding::error("", "unclear-assessment", what)
            .hint(format!("correct the id, or write {names} too, null for what it has not")));
    }
    for name in &left_out {
        whole.insert((*name).clone(), known.whole[*name].clone());
    }
    let opened = serde_json::from_value::<Assessment>(Value::Object(whole.clone()));
    let opened = opened.map(|one| members(&one.public())).unwrap_or_default();
    if left_out.iter().any(|name| opened.contains_key(*name)) {
        let what = format!("{names} would be published: sealed until now, and not said here");
        return Err(Finding::error("", "sealed-and-opened", what).hint(format!(
            "write {names} as everybody may read it, null for nothing, or leave visibility as it was"
        )));
    }
    Ok(whole)
}
