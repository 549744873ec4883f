//! Documents stay in step with the code.

use std::collections::BTreeSet;

use domain::codes::VOCABULARIES;
use domain::fields::FIELDS;
use suite::data::project;

fn read(name: &str) -> String {
    std::fs::read_to_string(project().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A field's equivalents in other standards, as the API lists them.
fn elsewhere(field: &str) -> String {
    let dictionary = serde_json::to_value(api::dictionary()).unwrap();
    let view = dictionary["items"].as_array().unwrap().iter().find(|one| one["name"] == field).unwrap();
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    for one in view["equivalents"].as_array().into_iter().flatten() {
        let (standard, id) =
            (one["standard"].as_str().unwrap(), one["id"].as_str().unwrap().replace('|', "/"));
        match lines.iter_mut().find(|(known, _)| known == standard) {
            Some((_, ids)) => ids.push(id),
            None => lines.push((standard.to_owned(), vec![id])),
        }
    }
    lines
        .iter()
        .map(|(standard, ids)| format!("{standard}: {}", ids.join(", ")))
        .collect::<Vec<_>>()
        .join("; ")
}

/// The data dictionary, from the catalogue and the code lists.
fn dictionary() -> String {
    let mut text = String::from(
        "# Data dictionary\n\nMade from the code by a test; `UPDATE_DOCS=1 cargo test -p suite documents` rewrites it.\n\n\
         ## Fields of a record\n\n| field | type | required | ATRS | what to write | elsewhere |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for field in FIELDS {
        let of = field.kind.of().map_or_else(String::new, |of| format!(" ({of})"));
        text += &format!(
            "| `{}` | {}{of} | {} | {} | {} | {} |\n",
            field.name,
            field.kind.name(),
            field.required.as_str(),
            field.atrs.unwrap_or("-"),
            field.hint,
            elsewhere(field.name)
        );
    }
    text += "\n## Code lists\n";
    for list in VOCABULARIES {
        text += &format!(
            "\n### `{}`\n\n{}\n\n| code | label | definition |\n| --- | --- | --- |\n",
            list.name, list.description
        );
        for entry in list.entries {
            text += &format!("| `{}` | {} | {} |\n", entry.code, entry.label, entry.definition);
        }
    }
    text
}

#[test]
fn the_data_dictionary_is_current() {
    let path = project().join("docs/dictionary.md");
    if std::env::var("UPDATE_DOCS").is_ok() {
        std::fs::write(&path, dictionary()).unwrap();
    }
    let current = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        current == dictionary(),
        "docs/dictionary.md is out of date: run UPDATE_DOCS=1 cargo test -p suite documents"
    );
}

/// The table of rights, from the rules in the code.
fn rights() -> String {
    use domain::authorisation::{RULES, Scope};
    use domain::codes::{Code, Role};
    let mut text = String::from(
        "# Who may do what\n\nMade from the table in `domain::authorisation`; what does not stand here is not allowed. Nobody \
         approves what they wrote or\nsubmitted, unless its publisher switched four eyes off.\n\n\
         | role | may | what |\n| --- | --- | --- |\n",
    );
    for (role, permission, scope) in RULES {
        let label = Role::VOCABULARY.entry(role.as_str()).map_or("", |entry| entry.label);
        let scope = if *scope == Scope::Register { "" } else { scope.words() };
        text += &format!("| {label} | {} | {scope} |\n", permission.words());
    }
    text += "\n| role | is |\n| --- | --- |\n";
    for entry in Role::VOCABULARY.entries {
        text += &format!("| {} (`{}`) | {} |\n", entry.label, entry.code, entry.definition);
    }
    text
}

#[test]
fn the_page_of_rights_is_current() {
    let path = project().join("docs/rights.md");
    if std::env::var("UPDATE_DOCS").is_ok() {
        std::fs::write(&path, rights()).unwrap();
    }
    let current = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        current == rights(),
        "docs/rights.md is out of date: run UPDATE_DOCS=1 cargo test -p suite documents"
    );
}

/// All Rust source files below a folder.
fn sources(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![project().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if entry.path().extension().is_some_and(|end| end == "rs") {
                found.push(std::fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    found
}

fn codes_in(folder: &str, before: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in sources(folder) {
        for part in text.split(before).skip(1) {
            let part: String = part.split(';').next().unwrap_or_default().chars().take(200).collect();
            let code = part.split('"').skip(1).step_by(2).find(|text| {
                !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            });
            found.extend(code.filter(|code| code.contains('-')).map(str::to_owned));
        }
    }
    found
}

/// Two types with the same name would share one schema in the OpenAPI document, so one would be described
/// wrongly.
#[test]
fn no_two_schemas_have_one_name() {
    let mut seen = BTreeSet::new();
    for text in sources("crates") {
        let mut derived = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with("#[") && line.contains("ToSchema") {
                derived = !line.contains("schema(as");
            }
            let declared = line.trim_start_matches("pub(crate) ").trim_start_matches("pub ");
            let name = declared.strip_prefix("struct ").or_else(|| declared.strip_prefix("enum "));
            if let Some(name) = name.filter(|_| derived) {
                let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
                assert!(seen.insert(name.clone()), "{name}: give one of the two another name by schema(as)");
                derived = false;
            }
        }
    }
    assert!(seen.len() > 100, "{}", seen.len());
}

#[test]
fn every_error_code_is_explained() {
    let guide = read("docs/errors.md");
    let mut codes = codes_in("crates/domain/src", "Finding::error(");
    codes.extend(codes_in("crates/domain/src", "Finding::warning("));
    codes.extend(codes_in("crates/acts/src", "Finding::error("));
    codes.extend(codes_in("crates/importer/src", "RowError::row("));
    codes.extend(codes_in("crates/importer/src", "Finding::error("));
    codes.extend(codes_in("crates/api/src", "Fault::new("));
    assert!(codes.len() > 20, "{codes:?}");
    let missing: Vec<&String> = codes.iter().filter(|code| !guide.contains(&format!("`{code}`"))).collect();
    assert!(missing.is_empty(), "docs/errors.md does not explain {missing:?}");
}

#[test]
fn every_source_has_its_row_in_the_guide_to_importing() {
    let guide = read("docs/import.md");
    for (name, _) in importer::Source::ALL {
        assert!(guide.lines().any(|line| line.starts_with(&format!("| `{name}` | "))), "{name}");
    }
}

#[test]
fn every_setting_and_limit_is_documented() {
    let guide = read("docs/operations.md");
    let commands = sources("crates/register/src");
    let mut settings: BTreeSet<&str> = commands
        .iter()
        .flat_map(|text| text.split("env = \"").skip(1))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    // Read before the arguments are.
    settings.insert("REGISTER_LOG");
    assert!(settings.len() > 15, "{settings:?}");
    for setting in settings {
        assert!(guide.contains(&format!("`{setting}`")), "docs/operations.md does not name {setting}");
    }
    let limits = read("crates/api/src/edge.rs")
        + &read("crates/api/src/extract.rs")
        + &read("crates/api/src/body.rs")
        + &read("crates/api/src/sign_in.rs")
        + &read("crates/api/src/routes/documents.rs")
        + &read("crates/api/src/routes/imports.rs")
        + &read("crates/api/src/routes/imports/reading.rs")
        + &read("crates/api/src/routes/remarks.rs")
        + &read("crates/api/src/routes/tokens.rs")
        + &read("crates/api/src/routes/submissions/act.rs")
        + &read("crates/api/src/routes/submissions/preview.rs")
        + &read("crates/api/src/routes/reconcile/mod.rs")
        + &read("crates/api/src/routes/reconcile/extend.rs")
        + &read("crates/importer/src/ocds/scan.rs")
        + &read("crates/importer/src/table/scan.rs");
    for line in limits
        .lines()
        .filter(|line| line.contains(" const ") && (line.contains("_MAX") || line.contains("TIMEOUT")))
    {
        let name = line.split("const ").nth(1).unwrap().split(':').next().unwrap();
        assert!(guide.contains(name), "docs/operations.md does not name {name}");
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "docs/import.md",
        "docs/operations.md",
        "docs/api.md",
        "docs/procurement.md",
    ] {
        let folder = project().join(name).parent().unwrap().to_path_buf();
        for link in read(name).split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if link.is_empty() || link.contains("://") {
                continue;
            }
            assert!(folder.join(link).exists(), "{name} links to {link}");
        }
    }
}

/// The files that a text names in backticks by their path from the top, such as `tests/suite/wire.rs`.
fn named_files(text: &str) -> Vec<&str> {
    let whole = |name: &&str| {
        ["tests/", "crates/"].iter().any(|start| name.starts_with(start))
            && name.ends_with(".rs")
            && !name.contains(['*', '<', ' '])
    };
    text.split('`').filter(whole).collect()
}

#[test]
fn source_files_that_documents_name_are_there() {
    assert_eq!(named_files("see `tests/suite/wire.rs` or `wire.rs`"), ["tests/suite/wire.rs"]);
    let mut documents =
        vec!["README.md".to_owned(), "ARCHITECTURE.md".to_owned(), "CONTRIBUTING.md".to_owned()];
    for entry in std::fs::read_dir(project().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        documents.extend(name.ends_with(".md").then(|| format!("docs/{name}")));
    }
    let mut named = 0;
    for document in documents {
        for file in named_files(&read(&document)) {
            assert!(project().join(file).exists(), "{document} names {file}, which is not there");
            named += 1;
        }
    }
    // docs/security.md names the test of each promise.
    assert!(named > 10, "only {named} files were found in the documents");
}
