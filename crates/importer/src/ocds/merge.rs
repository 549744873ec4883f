//! Merges releases into one, by the rules of OCDS 1.1
//! (`standard.open-contracting.org/1.1/en/schema/merging`).
//!
//! A later release changes only what it states. What is missing stays, `null` deletes, an empty list changes
//! nothing unless the list is replaced as a whole, and objects in lists are matched by their `id`.

use std::collections::HashMap;

use super::node::Node;
use super::paths::{RELEASE, Shape, Use};

/// Merges releases, given in the order they were made.
pub fn compile<'a>(releases: impl IntoIterator<Item = &'a Node>) -> Node {
    let mut compiled = Vec::new();
    for release in releases {
        if let Node::Object(members) = release {
            merge(&mut compiled, members, &RELEASE);
        }
    }
    Node::Object(compiled)
}

fn merge(into: &mut Vec<(&'static str, Node)>, from: &[(&'static str, Node)], shape: &Shape) {
    for (key, value) in from {
        let Some(child) = shape.child(key) else { continue };
        if child.r#use == Use::Omit {
            continue;
        }
        let place = into.iter().position(|(known, _)| known == key);
        match value {
            // As in the standard's own tool, `null` leaves an object or a list of objects alone (decision 9).
            Node::Null => {
                if let Some(place) = place
                    && (child.whole || !matches!(&into[place].1, Node::Object(_) | Node::List(_)))
                {
                    into.remove(place);
                }
            }
            Node::Object(members) if members.is_empty() => {}
            Node::Object(members) => {
                let place = slot(into, place, key);
                let node = &mut into[place].1;
                if !matches!(node, Node::Object(_)) {
                    *node = Node::Object(Vec::new());
                }
                if let Node::Object(known) = node {
                    merge(known, members, child);
                }
            }
            Node::List(items) if is_joined(items, child) => {
                if items.is_empty() {
                    continue;
                }
                let place = slot(into, place, key);
                let node = &mut into[place].1;
                if !matches!(node, Node::List(_)) {
                    *node = Node::List(Vec::new());
                }
                if let Node::List(known) = node {
                    join(known, items, child);
                }
            }
            whole => {
                let place = slot(into, place, key);
                into[place].1 = whole.clone();
            }
        }
    }
}

fn slot(into: &mut Vec<(&'static str, Node)>, place: Option<usize>, key: &'static str) -> usize {
    place.unwrap_or_else(|| {
        into.push((key, Node::Null));
        into.len() - 1
    })
}

/// Whether the items of a list are merged one by one, rather than the list being replaced.
fn is_joined(items: &[Node], shape: &Shape) -> bool {
    !shape.whole && items.iter().all(|item| matches!(item, Node::Object(_)))
}

/// Merges objects into a list by their `id`; an object without one is always added.
fn join(known: &mut Vec<Node>, items: &[Node], shape: &Shape) {
    let id = |node: &Node| node.text_of("id").map(|id| id.into_owned());
    let mut places: HashMap<String, usize> =
        known.iter().enumerate().filter_map(|(place, node)| Some((id(node)?, place))).collect();
    for item in items {
        let Node::Object(members) = item else { continue };
        if members.is_empty() {
            continue;
        }
        let place = id(item).and_then(|id| places.get(&id).copied()).unwrap_or_else(|| {
            known.push(Node::Object(Vec::new()));
            if let Some(id) = id(item) {
                places.insert(id, known.len() - 1);
            }
            known.len() - 1
        });
        if let Node::Object(object) = &mut known[place] {
            let first_id = object.iter().find(|(key, _)| *key == "id").map(|(_, id)| id.clone());
            merge(object, members, shape);
            // The id stays as first written, `1` or `"1"`.
            if let (Some(first), Some((_, id))) = (first_id, object.iter_mut().find(|(key, _)| *key == "id"))
            {
                *id = first;
            }
        }
    }
}

/// Every `id` that occurs twice in one list of a release, with the list's path; merging joins such objects.
pub(super) fn repeated_ids(release: &Node) -> Vec<(String, String)> {
    let mut repeated = Vec::new();
    walk(release, &RELEASE, &mut repeated);
    repeated
}

fn walk(node: &Node, shape: &Shape, repeated: &mut Vec<(String, String)>) {
    match node {
        Node::Object(members) => {
            for (key, value) in members {
                if let Some(child) = shape.child(key) {
                    walk(value, child, repeated);
                }
            }
        }
        Node::List(items) if is_joined(items, shape) => {
            let mut seen = std::collections::HashSet::new();
            for item in items {
                if let Some(id) = item.text_of("id")
                    && !seen.insert(id.clone())
                {
                    repeated.push((shape.path.clone(), id.into_owned()));
                }
                walk(item, shape, repeated);
            }
        }
        _ => {}
    }
}
