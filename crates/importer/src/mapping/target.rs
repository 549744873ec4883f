//! What a column fills: a field, or a member of a thing in a list.

use domain::codes::nearest;
use domain::fields::{BASIS, BASIS_SUFFIX, FIELDS, Field, FieldKind, field};

use super::kind::Kind;
use super::members::{Member, Shape, members};

/// What a column fills.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) field: &'static Field,
    /// Which things of a list, by a label of the mapping; empty for those without one.
    pub(super) label: String,
    /// The member of the thing, and if that is a thing too, the member of that one.
    pub(super) path: Vec<String>,
    pub(super) kind: Kind,
}

impl Target {
    /// Reads `field`, `list.member`, `list[label].member` or `list.member.member`. Errors: what is wrong, and what to
    /// write.
    pub(super) fn parse(written: &str) -> Result<Self, (String, String)> {
        let (first, rest) = written.split_once('.').unwrap_or((written, ""));
        let (name, label) = match first.split_once('[') {
            Some((name, label)) => match label.strip_suffix(']').filter(|label| !label.is_empty()) {
                Some(label) => (name, label),
                None => {
                    return Err((
                        format!("'{written}' has no label in its brackets"),
                        "write list[label].member".to_owned(),
                    ));
                }
            },
            None => (first, ""),
        };
        let Some(field) = field(name) else {
            return Self::basis(name, rest).ok_or_else(|| unknown_field(name));
        };
        let path: Vec<String> = rest.split('.').filter(|step| !step.is_empty()).map(str::to_owned).collect();
        let kind = match field.kind {
            FieldKind::Objects(schema, _) | FieldKind::Object(schema, _) => member(name, schema, &path)?,
            FieldKind::Estimate if rest.is_empty() || rest == "value" => Kind::Whole,
            FieldKind::Estimate if rest == "basis" => Kind::Code(BASIS),
            _ if !rest.is_empty() => {
                return Err((
                    format!("{name} has no members, so '{written}' fills nothing"),
                    format!("write field = \"{name}\""),
                ));
            }
            FieldKind::Text(_) | FieldKind::Markdown => Kind::Words,
            FieldKind::Date => Kind::Date,
            FieldKind::Boolean => Kind::Boolean,
            FieldKind::Url => Kind::Address,
            FieldKind::Email => Kind::Mailbox,
            _ => Kind::Cell(field),
        };
        if !label.is_empty() && !matches!(field.kind, FieldKind::Objects(..)) {
            return Err((
                format!("{name} is no list of things, so nothing in it has the label '{label}'"),
                format!("write field = \"{name}\""),
            ));
        }
        Ok(Self { field, label: label.to_owned(), path, kind })
    }

    /// The second column of an estimate, as our own template calls it.
    fn basis(name: &str, rest: &str) -> Option<Self> {
        let field = field(name.strip_suffix(BASIS_SUFFIX)?).filter(|_| rest.is_empty())?;
        matches!(field.kind, FieldKind::Estimate).then(|| Self {
            field,
            label: String::new(),
            path: vec!["basis".to_owned()],
            kind: Kind::Code(BASIS),
        })
    }

    /// Whether it fills members of things.
    pub(super) fn is_member(&self) -> bool {
        matches!(self.field.kind, FieldKind::Objects(..) | FieldKind::Object(..))
    }

    /// Whether it fills things of a list, of which a row may have several.
    pub(super) fn is_in_list(&self) -> bool {
        matches!(self.field.kind, FieldKind::Objects(..))
    }

    /// Whether both fill the same member of the same things.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.is_of_same_things(other) && self.path == other.path
    }

    /// Whether both fill members of the same things.
    pub(super) fn is_of_same_things(&self, other: &Self) -> bool {
        self.field.name == other.field.name && self.label == other.label
    }

    /// As it is written in a mapping.
    pub(super) fn shown(&self) -> String {
        let label = if self.label.is_empty() { String::new() } else { format!("[{}]", self.label) };
        let path: String = self.path.iter().map(|step| format!(".{step}")).collect();
        format!("{}{label}{path}", self.field.name)
    }
}

/// The members that each thing of a list must have; none for other fields.
pub(super) fn required(field: &Field) -> impl Iterator<Item = &'static str> {
    let schema = match field.kind {
        FieldKind::Objects(schema, _) => schema,
        _ => "",
    };
    members(schema).iter().filter(|member| member.required).map(|member| member.name.as_str())
}

/// What a member of a thing has to be.
fn member(list: &str, schema: &str, path: &[String]) -> Result<Kind, (String, String)> {
    let known = members(schema);
    let Some((name, rest)) = path.split_first() else {
        let example = known
            .iter()
            .find(|member| matches!(member.shape, Shape::One(_)))
            .map_or("", |member| &member.name);
        return Err((
            format!("{list} holds things with members"),
            format!("name a member, such as {list}.{example}"),
        ));
    };
    let Some(found) = known.iter().find(|member| member.name == *name) else {
        return Err(unknown_member(list, name, known));
    };
    match (&found.shape, rest) {
        (Shape::One(_), []) if is_amount(list, name) => Ok(Kind::Amount),
        (Shape::One(kind), []) => Ok(*kind),
        (Shape::One(_), _) => Err((format!("{list}.{name} has no members"), format!("write {list}.{name}"))),
        (Shape::Thing(schema), rest) => member(&format!("{list}.{name}"), schema, rest),
        (Shape::Things, _) => Err((
            format!("{list}.{name} is a list of things inside a thing, which a mapping cannot fill"),
            "leave the column without a field: its cells stay in the raw row".to_owned(),
        )),
    }
}

/// Amounts are texts in records, so that no digit is lost.
fn is_amount(list: &str, member: &str) -> bool {
    matches!((list, member), ("contracts", "value") | ("environment", "amount"))
}

fn unknown_member(list: &str, name: &str, known: &[Member]) -> (String, String) {
    let names = || known.iter().map(|member| member.name.as_str());
    let near = nearest(name, names().map(|name| (name, name)));
    let hint = near.map(|near| format!("did you mean '{list}.{near}'? ")).unwrap_or_default();
    let all: Vec<&str> = names().collect();
    (format!("'{name}' is no member of {list}"), format!("{hint}it has: {}", all.join(", ")))
}

fn unknown_field(name: &str) -> (String, String) {
    let names = FIELDS.iter().map(|field| (field.name, field.name));
    let hint = match nearest(name, names) {
        Some(near) => format!("did you mean '{near}'?"),
        None => "see register fields".to_owned(),
    };
    (format!("'{name}' is not a field of the register"), hint)
}
