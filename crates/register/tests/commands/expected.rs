//! Who is expected to publish, said on the command line.

use std::path::Path;

use serde_json::Value;

use crate::running::{ends, register, run};

const WHY: [&str; 6] =
    ["--since", "2024-02-06", "--why", "every force", "--evidence", "https://policy.example"];

fn expect(folder: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let all: Vec<&str> =
        ["--json", "organisation", "expect"].iter().chain(arguments).chain(&WHY).copied().collect();
    let output = run(folder, &all);
    let text = String::from_utf8(output.stdout).unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = serde_json::from_str(&text).unwrap_or_else(|wrong| panic!("{wrong}: {text}{error}"));
    (output.status.code(), report)
}

fn silent(folder: &Path) -> Value {
    let list = register(folder, &["--json", "organisation", "list", "--silent"]);
    serde_json::from_str::<Value>(&list).unwrap()["total"].clone()
}

#[test]
fn bodies_are_expected_to_publish_by_kind_by_list_and_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let forces = "police-force\tname\nsurrey\tSurrey Police\nsussex\tSussex Police\nkent\tKent Police\n";
    std::fs::write(folder.join("forces.tsv"), forces).unwrap();
    register(folder, &["import", "organisations", "forces.tsv"]);

    let (code, report) = expect(folder, &["--kind", "police_force", "--check"]);
    assert_eq!((code, &report["added"], &report["check"]), (Some(0), &3.into(), &true.into()), "{report}");
    assert_eq!(silent(folder), 0, "a check writes nothing");

    std::fs::write(folder.join("list.csv"), "name\nSurrey Police\nSurry Police\n").unwrap();
    let (code, report) = expect(folder, &["--file", "list.csv"]);
    assert_eq!((code, &report["added"], &report["rejected"]), (Some(1), &1.into(), &1.into()), "{report}");
    let error = &report["errors"][0];
    assert_eq!((&error["line"], &error["code"]), (&3.into(), &"unknown-body".into()), "{error}");
    assert!(error["hint"].as_str().unwrap().contains("register organisation list"), "{error}");
    assert_eq!(silent(folder), 1);

    let (code, report) = expect(folder, &["--kind", "police_force"]);
    assert_eq!((code, &report["added"], &report["unchanged"]), (Some(0), &2.into(), &1.into()), "{report}");
    assert_eq!(silent(folder), 3);

    let nil = ["organisation", "nil-return", "kent-police", "--statement", "None.", "--evidence"];
    let id = register(folder, &[&nil[..], &["https://letter.example/1"]].concat());
    assert_eq!(silent(folder), 2);
    register(folder, &["organisation", "withdraw-nil-return", "kent-police", &id, "--why", "They have one"]);
    assert_eq!(silent(folder), 3);
    let end = ["organisation", "expect", "kent-police", "--end", "--why", "It merged"];
    ends(folder, &end, 0, "1 no longer expected to publish");
    assert_eq!(silent(folder), 2);
    let shown: Value =
        serde_json::from_str(&register(folder, &["organisation", "show", "kent-police"])).unwrap();
    assert_eq!(shown["expectations"][0]["end_reason"], "It merged", "{shown}");
    assert_eq!(shown["nil_returns"][0]["withdrawal_reason"], "They have one", "{shown}");
}

#[test]
fn what_is_missing_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let all = |arguments: &[&'static str]| [&["organisation", "expect"], arguments].concat();
    ends(folder, &all(&WHY), 2, "SLUG");
    ends(folder, &all(&["nobody", "--why", "w"]), 2, "--since");
    ends(folder, &[&all(&["nobody"])[..], &WHY[..]].concat(), 2, "there is no organisation 'nobody'");
    let late =
        ["--kind", "police_force", "--since", "2999-01-01", "--why", "w", "--evidence", "https://a.example"];
    ends(folder, &all(&late), 2, "has not come yet");
}
