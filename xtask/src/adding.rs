//! A field in a copy: adds fields to a copy of the project by the edits that ARCHITECTURE.md names for a field,
//! and by no others, then runs the tests that look for every field wherever fields are.
//!
//! The copy has a folder for its build that stays from run to run, so that only the project's own crates are
//! compiled again. It cannot share the project's: both copies of a crate have the same file names there.

use std::path::Path;
use std::process::Command;

use crate::{cargo, project, step};

/// A made-up field.
struct Added {
    name: &'static str,
    /// One for each place that ARCHITECTURE.md names, in its order.
    edits: [Edit; 3],
}

/// Lines put in front of the only line of a file that starts like this.
struct Edit {
    file: &'static str,
    before: &'static str,
    lines: &'static str,
}

const fn member(lines: &'static str) -> Edit {
    let before = "    /// Who gains what, markdown.";
    Edit { file: "crates/domain/src/record/mod.rs", before, lines }
}

const fn line_of_fields(lines: &'static str) -> Edit {
    Edit { file: "crates/domain/src/fields.rs", before: "        field!(benefit_distribution, ", lines }
}

const fn welsh(lines: &'static str) -> Edit {
    let before = "field-benefit_distribution = ";
    Edit { file: "crates/domain/data/catalogue.cy.ftl", before, lines }
}

/// A text, a code and a date.
const ADDED: &[Added] = &[
    Added {
        name: "made_up_guidance",
        edits: [
            member(
                r#"    /// What staff are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_up_guidance: Option<String>,
"#,
            ),
            line_of_fields(
                r#"        field!(made_up_guidance, OnWhom, "Guidance", "What staff are told", Text(300), Optional, None),
"#,
            ),
            welsh("field-made_up_guidance = Canllawiau\n    .hint = Yr hyn a ddywedir wrth staff\n"),
        ],
    },
    Added {
        name: "made_up_level",
        edits: [
            member(
                r#"    /// How much of the decision it was once meant to take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_up_level: Option<AutomationLevel>,
"#,
            ),
            line_of_fields(
                r#"        field!(made_up_level, OnWhom, "Level", "What was meant", Code(AutomationLevel::VOCABULARY), Optional, None),
"#,
            ),
            welsh("field-made_up_level = Lefel\n    .hint = Yr hyn a fwriadwyd\n"),
        ],
    },
    Added {
        name: "made_up_day",
        edits: [
            member(
                r#"    /// When staff were told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_up_day: Option<NaiveDate>,
"#,
            ),
            line_of_fields(
                r#"        field!(made_up_day, OnWhom, "Day", "When staff were told", Date, Optional, None),
"#,
            ),
            welsh("field-made_up_day = Diwrnod\n    .hint = Pryd y dywedwyd wrth staff\n"),
        ],
    },
];

impl Edit {
    /// Makes the edit in a project. Errors: the file has no such place, or more than one.
    fn make(&self, root: &Path) -> Result<(), String> {
        let path = root.join(self.file);
        let shown = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(&path).map_err(|error| shown(&error))?;
        let places: Vec<usize> = starts(&text).filter(|at| text[*at..].starts_with(self.before)).collect();
        let [place] = places[..] else {
            return Err(shown(&format!("{} lines start with '{}'", places.len(), self.before)));
        };
        let (before, after) = text.split_at(place);
        std::fs::write(&path, format!("{before}{}{after}", self.lines)).map_err(|error| shown(&error))
    }
}

/// Where the lines of a text start.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1))
}

/// Errors: the copy does not compile, or a field is missing somewhere.
pub(crate) fn check() -> Result<(), String> {
    let root = project().join("target/adding");
    let copy = root.join("copy");
    copy_project(&copy)?;
    for edit in ADDED.iter().flat_map(|field| &field.edits) {
        edit.make(&copy)?;
    }
    let tests = |more: &[&str]| {
        // The same packages each time: another selection would turn on other features of dependencies.
        let mut command = cargo(&["test", "--workspace", "--locked", "--offline", "--quiet"]);
        command.args(more).current_dir(&copy).env("CARGO_TARGET_DIR", root.join("target"));
        command
    };
    step("a field in a copy: it compiles", tests(&["--no-run"]))?;
    let mut documents = tests(&["--test", "suite", "--", "documents::", "openapi::"]);
    documents.env("UPDATE_DOCS", "1").env("UPDATE_OPENAPI", "1");
    step("a field in a copy: documents are made again", documents)?;
    for field in ADDED {
        field.is_written(&copy)?;
    }
    step("a field in a copy: the tests of each crate", tests(&["--lib"]))?;
    // `adding` looks at the API, tables and differences, `desks` at forms, `uploads` at templates, `pages` at pages.
    let everywhere = ["--test", "suite", "--", "adding::", "desks::", "uploads::", "pages::", "exports::"];
    step("a field in a copy: it is wherever fields are", tests(&everywhere))
}

impl Added {
    /// Whether it is in the documents made from the code. So the tests, which look for all fields the code has,
    /// were looking for this one too.
    fn is_written(&self, copy: &Path) -> Result<(), String> {
        let dictionary = format!("| `{}` | ", self.name);
        let schema = format!("\"{}\": {{", self.name);
        for (file, line) in [("docs/dictionary.md", dictionary), ("openapi/register.v1.json", schema)] {
            let text =
                std::fs::read_to_string(copy.join(file)).map_err(|error| format!("{file}: {error}"))?;
            if !text.contains(&line) {
                return Err(format!("{file} does not have the field {}, which was added", self.name));
            }
        }
        Ok(())
    }
}

/// Copies what Git keeps of the project, as it is in the working tree. Everything in the copy is new, so Cargo
/// compiles it.
fn copy_project(copy: &Path) -> Result<(), String> {
    let shown = |error: std::io::Error| format!("copying the project: {error}");
    if copy.exists() {
        std::fs::remove_dir_all(copy).map_err(shown)?;
    }
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(project());
    let listed = git.output().map_err(|error| format!("git ls-files: {error}"))?;
    if !listed.status.success() {
        return Err(format!("git ls-files: {}", String::from_utf8_lossy(&listed.stderr).trim()));
    }
    let listed = String::from_utf8(listed.stdout).map_err(|error| format!("git ls-files: {error}"))?;
    for name in listed.split_terminator('\0') {
        let (from, to) = (project().join(name), copy.join(name));
        // Git also lists what was deleted and not yet committed.
        if from.is_file() {
            std::fs::create_dir_all(to.parent().unwrap_or(copy)).map_err(shown)?;
            std::fs::copy(&from, &to).map_err(shown)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files in the row of ARCHITECTURE.md for adding a field.
    fn named() -> Vec<String> {
        let text = std::fs::read_to_string(project().join("ARCHITECTURE.md")).expect("it is there");
        let row = text.lines().find(|line| line.starts_with("| a field | ")).expect("the table has a row");
        row.split('`').skip(1).step_by(2).filter(|word| word.contains('/')).map(str::to_owned).collect()
    }

    #[test]
    fn a_field_takes_the_edits_that_the_table_names_and_no_others() {
        for field in ADDED {
            let edited: Vec<&str> =
                field.edits.iter().map(|edit| edit.file.trim_start_matches("crates/")).collect();
            assert_eq!(edited, named(), "{}", field.name);
        }
    }

    #[test]
    fn every_edit_has_one_place_and_adds_its_field() {
        let copy = tempfile::tempdir().expect("a folder");
        let edits = || ADDED.iter().flat_map(|field| &field.edits);
        for edit in edits() {
            let to = copy.path().join(edit.file);
            std::fs::create_dir_all(to.parent().expect("a folder")).expect("it is made");
            std::fs::copy(project().join(edit.file), to).expect("it is copied");
        }
        for edit in edits() {
            edit.make(copy.path()).expect("its place is there");
        }
        for (field, edit) in ADDED.iter().flat_map(|field| field.edits.iter().map(move |edit| (field, edit)))
        {
            let text = std::fs::read_to_string(copy.path().join(edit.file)).expect("it is there");
            assert!(text.contains(edit.lines), "{}", edit.file);
            assert!(edit.lines.contains(field.name), "{}", field.name);
        }
        let nowhere = Edit { before: "no line starts like this", ..member("") };
        assert!(nowhere.make(copy.path()).is_err());
    }
}
