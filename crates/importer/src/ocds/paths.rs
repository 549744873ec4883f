//! The list of known paths, `mappings/ocds_paths.txt`, as a tree.

use std::sync::LazyLock;

const PATHS: &str = include_str!("../../mappings/ocds_paths.txt");

/// How the register uses a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Only paths below it are read.
    Inside,
    /// One value, read as text.
    Text,
    /// Known, and not read.
    Ignored,
    /// Read, but left out when releases are merged.
    Omit,
}

/// One path of a release, with the paths below it.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) path: String,
    pub(super) key: &'static str,
    pub(super) r#use: Use,
    /// Whether a later release replaces the list as a whole.
    pub(super) whole: bool,
    /// Whether paths below it that are not in the list are left out on purpose.
    pub(super) rest_ignored: bool,
    pub(super) children: Vec<Shape>,
}

impl Shape {
    fn new(path: String, key: &'static str) -> Self {
        Self { path, key, r#use: Use::Inside, whole: false, rest_ignored: false, children: Vec::new() }
    }

    /// The path for a key below this one.
    pub(super) fn child(&self, key: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.key == key)
    }

    fn child_or_new(&mut self, key: &'static str) -> &mut Self {
        if let Some(place) = self.children.iter().position(|child| child.key == key) {
            return &mut self.children[place];
        }
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}/{key}", self.path) };
        self.children.push(Self::new(path, key));
        self.children.last_mut().expect("a child was just added")
    }
}

/// The tree for a whole release.
pub(super) static RELEASE: LazyLock<Shape> = LazyLock::new(|| {
    let mut root = Shape::new(String::new(), "");
    for line in PATHS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (path, how) = line.split_once(' ').expect("a test checks that every line has a path and a use");
        let mut place = &mut root;
        for key in path.split('/') {
            place = place.child_or_new(key);
        }
        match how {
            "text" => place.r#use = Use::Text,
            "omit" => place.r#use = Use::Omit,
            "whole" => place.whole = true,
            // If paths below an ignored one are read, only the rest below it is ignored.
            "ignored" if place.children.is_empty() => place.r#use = Use::Ignored,
            "ignored" => place.rest_ignored = true,
            _ => panic!("mappings/ocds_paths.txt, which a test reads: {line}"),
        }
    }
    root
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_stands_once() {
        let lines: Vec<&str> =
            PATHS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        let mut seen = std::collections::HashSet::new();
        for line in &lines {
            assert!(seen.insert(line.split_once(' ').unwrap().0), "{line}");
        }
        let place = |path: &str| path.split('/').try_fold(&*RELEASE, |shape, key| shape.child(key)).unwrap();
        assert_eq!(place("awards/value/amount").r#use, Use::Text);
        assert_eq!(place("planning").r#use, Use::Ignored);
        assert!(place("parties/roles").whole);
        assert_eq!(place("buyer/address").r#use, Use::Inside);
        assert_eq!(place("buyer/address/country").path, "buyer/address/country");
    }
}
