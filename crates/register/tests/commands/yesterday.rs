//! A database written by an earlier release, under today's commands.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_commands_find_nothing_wrong_with_what_earlier_releases_wrote() {
    let kept = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/yesterday");
    let mut met = 0;
    for entry in std::fs::read_dir(kept).unwrap() {
        let packed = entry.unwrap().path();
        if packed.to_string_lossy().ends_with(".sqlite.zip") {
            check(&packed);
            met += 1;
        }
    }
    assert!(met > 0, "nothing of earlier releases is kept");
}

fn check(packed: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    zip::ZipArchive::new(std::fs::File::open(packed).unwrap()).unwrap().extract(folder).unwrap();
    // Unpacked for everybody, which no key may be.
    std::fs::set_permissions(folder.join("log-key"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let facts = std::fs::read_to_string(folder.join("facts.json")).unwrap();
    let facts: serde_json::Value = serde_json::from_str(&facts).unwrap();
    let key = facts["key"].as_str().unwrap();
    let run = |arguments: &[&str], says: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_register"))
            .args(arguments)
            .args(["--database-url", "sqlite://register.db", "--object-store", "objects"])
            .args(["--log-key-file", "log-key"])
            .current_dir(folder)
            .output()
            .unwrap();
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(
            output.status.success() && said.contains(says),
            "{arguments:?} of {}: {said}",
            packed.display()
        );
    };
    run(&["migrate"], "");
    run(&["secrets", "status"], "0 are not");
    run(&["doctor"], "agree with the versions");
    run(&["verify"], "no faults");
    run(&["verify", "objects/log", "--key", key], "no faults");
    for entry in std::fs::read_dir(folder.join("objects/dumps")).unwrap() {
        let entry = entry.unwrap();
        if !entry.file_name().to_string_lossy().starts_with('.') {
            run(&["verify", &entry.path().display().to_string(), "--key", key], "no faults");
        }
    }
    std::fs::write(folder.join("kept.txt"), facts["checkpoint"].as_str().unwrap()).unwrap();
    run(&["verify", "--key", key, "--checkpoint", "kept.txt"], "it only grew since");
    run(&["reindex"], "");
    run(&["doctor"], "agree with the versions");
    run(&["export", "--base-url", "http://register.test"], "School route planner");
}
