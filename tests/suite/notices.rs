//! Open Contracting (OCDS) notices: files of every form, what they add up to, and how bad ones are refused.

use std::io::Write;
use std::path::{Path, PathBuf};

use importer::Report;
use importer::ocds::{Node, OcdsOptions, compile, read_all};
use suite::data::real;
use suite::{TestApp, now, shown};

/// Imports a file of notices, as the command does.
async fn import(app: &TestApp, path: &Path) -> (Report, Vec<String>) {
    import_with(app, path, |_| {}).await
}

async fn import_with(
    app: &TestApp,
    path: &Path,
    change: impl FnOnce(&mut OcdsOptions),
) -> (Report, Vec<String>) {
    let mut options = OcdsOptions { encoding: None, country: None, check: false, now: now() };
    change(&mut options);
    let mut errors = Vec::new();
    let report = importer::ocds::import(&app.db, path, &options, |event| {
        if let importer::Event::Error(error) = event {
            errors.push(shown(&error));
        }
    });
    (report.await.unwrap(), errors)
}

/// Imports text under a file name. Returns the counts and the errors.
async fn import_text(app: &TestApp, name: &str, text: impl AsRef<[u8]>) -> (String, Vec<String>) {
    let (report, errors) = import(app, &app.file(name, text)).await;
    let stopped = if report.stopped.is_some() { ", stopped" } else { "" };
    let said = format!(
        "{} created, {} changed, {} unchanged, {} rejected{stopped}",
        report.created, report.changed, report.unchanged, report.rejected
    );
    (said, errors)
}

/// All contracts of an ocid, as the API shows them.
async fn contracts(app: &TestApp, ocid: &str) -> Vec<serde_json::Value> {
    let list = app.json(&format!("/api/v1/contracts?ocid={ocid}&limit=100")).await;
    list["items"].as_array().unwrap().clone()
}

/// The real files in a folder, except Markdown, CSV, and compiled or versioned releases.
fn files(folder: &str) -> Option<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(real(folder)?)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && path.extension().is_some_and(|end| end != "md" && end != "csv"))
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            !name.contains("-compiled") && !name.contains("-versioned")
        })
        .collect();
    files.sort();
    Some(files)
}

const FOLDERS: &[&str] = &[
    "ocds",
    "ocds/sample-data",
    "ocds/standard-examples",
    "ocds/ocdskit",
    "ocds/ocds-merge",
    "ocds/bad-synthetic",
];

#[tokio::test]
async fn every_real_file_goes_in_and_a_second_time_changes_nothing() {
    let app = TestApp::new().await;
    let mut all = Vec::new();
    for folder in FOLDERS {
        let Some(files) = files(folder) else { return };
        all.extend(files);
    }
    let (mut read, mut rejected) = (0, 0);
    for path in &all {
        let (report, errors) = import(&app, path).await;
        let sum = report.created + report.changed + report.unchanged + report.rejected;
        assert_eq!(report.read, sum, "{}: {errors:?}", path.display());
        println!(
            "{}: {} read, {} created, {} changed, {} unchanged, {} rejected",
            path.file_name().unwrap().display(),
            report.read,
            report.created,
            report.changed,
            report.unchanged,
            report.rejected
        );
        // A path that we neither read nor deliberately ignore needs a decision.
        let unknown: Vec<&String> =
            report.rules.keys().filter(|rule| rule.starts_with("unknown-path:")).collect();
        // These files contain invented keys, to test just that.
        let invented = ["bad-synthetic", "ocds-sample-data.json.gz", "record-package_1.1.json"];
        let invented = invented.iter().any(|name| path.to_string_lossy().contains(name));
        assert!(invented || unknown.is_empty(), "{}: {unknown:?}", path.display());
        read += report.read;
        rejected += report.rejected;
    }
    for path in &all {
        let (report, _) = import(&app, path).await;
        assert_eq!((report.created, report.changed), (0, 0), "{}", path.display());
    }
    println!("{} files, {read} elements, {rejected} rejected", all.len());
}

#[tokio::test]
async fn people_are_cut_out_of_what_is_kept_and_shown() {
    let app = TestApp::new().await;
    let people = r#","parties":[{"id":"b","name":"Aldermere Council","contactPoint": {"name":"Jane Roe","email":"jane.roe@aldermere.example"}}],"planning":{"x":[{"contactPoint":{"name":"Jane Roe"}}]},"awards":[{"id":"1","description":"Ask jane.roe@aldermere.example or 07700 900123"}]"#;
    let text = award("ocds-x-1", "1", "2025-01-01T00:00:00Z", "Aldermere Council", people);
    let (report, _) = import(&app, &app.file("people.json", text)).await;
    assert_eq!(report.rules["contact-point-dropped"], 1);
    let kept =
        store::ground::raw::count(&app.db, "SELECT count(*) FROM releases WHERE raw LIKE '%Jane Roe%'");
    assert_eq!(kept.await.unwrap(), 0);
    let shown = app.get("/api/v1/contracts?ocid=ocds-x-1").await.text;
    assert!(shown.contains("Ask [mailbox left out] or [telephone left out]"), "{shown}");
    assert!(!shown.contains("jane.roe"), "{shown}");
}

fn nodes(path: &Path) -> Vec<Node> {
    let file = std::fs::File::open(path).unwrap();
    read_all(file).unwrap().into_iter().map(|element| element.node).collect()
}

#[track_caller]
fn same(ours: &Node, theirs: &Node, what: &str) {
    assert_eq!(ours.sha256(), theirs.sha256(), "{what}\nours   {ours:?}\ntheirs {theirs:?}");
}

#[test]
fn releases_are_merged_as_the_standard_says() {
    let Some(inputs) = files("ocds/ocds-merge") else { return };
    assert!(inputs.len() > 15);
    for input in inputs {
        let expected = input.to_string_lossy().replace(".json", "-compiled.json");
        let theirs = nodes(Path::new(&expected));
        same(&compile(&nodes(&input)), &compile(&theirs), &expected);
    }
}

/// The standard's own tool, if `cargo xtask test` installed it.
fn ocdskit() -> Option<PathBuf> {
    match std::env::var_os("REGISTER_TEST_OCDSKIT") {
        Some(path) => Some(path.into()),
        None => {
            eprintln!("SKIPPED: ocdskit is not there; `cargo xtask test` installs it");
            None
        }
    }
}

#[test]
fn what_releases_add_up_to_is_what_ocdskit_compiles() {
    let (Some(tool), Some(schema)) = (ocdskit(), real("ocds/standard-1.1-schema/release-schema.json")) else {
        return;
    };
    for name in [
        "ocds/sample-data/ocds-213czf-000-00001.json",
        "ocds/uk_contracts_finder_page.json",
        "ocds/uk_contracts_finder_tech_package.json",
        "ocds/uk_find_a_tender_package.json",
        "ocds/ocdskit/release-package-1.json",
    ] {
        let Some(file) = real(name) else { return };
        let output = std::process::Command::new(&tool)
            .args(["--encoding", "utf-8", "compile", "--schema"])
            .arg(&schema)
            .stdin(std::fs::File::open(&file).unwrap())
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let theirs = read_all(&output.stdout[..]).unwrap();
        let mut ours = read_all(std::fs::File::open(&file).unwrap()).unwrap();
        ours.sort_by_key(|element| element.at);
        assert!(!theirs.is_empty(), "{name}");
        for compiled in &theirs {
            let releases = ours.iter().filter(|element| element.ocid == compiled.ocid);
            same(
                &compile(releases.map(|element| &element.node)),
                &compile([&compiled.node]),
                &format!("{name} {}", compiled.ocid),
            );
        }
    }
}

/// The shortest possible release with an award.
fn award(ocid: &str, id: &str, date: &str, buyer: &str, more: &str) -> String {
    format!(
        r#"{{"ocid":"{ocid}","id":"{id}","date":"{date}","tag":["award"],"buyer":{{"id":"b","name":"{buyer}"}},"tender":{{"title":"Cameras"}}{more}}}"#
    )
}

#[tokio::test]
async fn an_ocid_used_by_several_buyers_is_several_processes() {
    let app = TestApp::new().await;
    let text = [
        award(
            "ocds-b5fd17-1",
            "1",
            "2025-01-01T00:00:00Z",
            "Aldermere Council",
            r#","awards":[{"id":"1","title":"A"}]"#,
        ),
        award(
            "ocds-b5fd17-1",
            "2",
            "2025-01-02T00:00:00Z",
            "Brook Council",
            r#","awards":[{"id":"1","title":"B"}]"#,
        ),
        award(
            "ocds-b5fd17-1",
            "3",
            "2025-01-03T00:00:00Z",
            "ALDERMERE COUNCIL",
            r#","awards":[{"id":"1","status":"active"}]"#,
        ),
    ];
    let (said, _) = import_text(&app, "reused.jsonl", text.join("\n")).await;
    assert_eq!(said, "1 created, 2 changed, 0 unchanged, 0 rejected");
    let found = contracts(&app, "ocds-b5fd17-1").await;
    let mut shown: Vec<String> = found
        .iter()
        .map(|one| {
            let contract = &one["contract"];
            format!("{} {} {}", contract["title"], contract["status"], contract["parties"][0]["name"])
        })
        .collect();
    shown.sort();
    assert_eq!(shown, [r#""A" "active" "ALDERMERE COUNCIL""#, r#""B" null "Brook Council""#]);
}

#[tokio::test]
async fn a_buyer_that_comes_later_keeps_the_process_and_another_makes_another() {
    let app = TestApp::new().await;
    let without = r#"{"ocid":"ocds-x-1","id":"1","date":"2025-01-01T00:00:00Z","tag":["award"],"awards":[{"id":"1","title":"First"}]}"#;
    import_text(&app, "1.json", without).await;
    let first = contracts(&app, "ocds-x-1").await[0]["id"].clone();
    let of = |n: u32, buyer: &str| {
        award(
            "ocds-x-1",
            &n.to_string(),
            "2025-01-02T00:00:00Z",
            buyer,
            r#","awards":[{"id":"2","title":"Second"}]"#,
        )
    };
    import_text(&app, "2.json", of(2, "Aldermere Council")).await;
    let now = contracts(&app, "ocds-x-1").await;
    assert_eq!(now.len(), 2);
    assert!(now.iter().any(|one| one["id"] == first), "the first award is the same purchase");
    // With two sets of buyers nobody can say to which the first release belongs: three processes, and no
    // failure.
    let (said, errors) = import_text(&app, "3.json", of(3, "Brook Council")).await;
    assert_eq!(said, "0 created, 1 changed, 0 unchanged, 0 rejected", "{errors:?}");
    let titles: Vec<_> =
        contracts(&app, "ocds-x-1").await.iter().map(|one| one["contract"]["title"].clone()).collect();
    assert_eq!(titles.len(), 3, "{titles:?}");
    let again = import_text(&app, "3.json", of(3, "Brook Council")).await.0;
    assert_eq!(again, "0 created, 0 changed, 1 unchanged, 0 rejected");
}

#[tokio::test]
async fn a_release_with_more_parts_than_any_notice_is_refused() {
    let app = TestApp::new().await;
    let awards: Vec<String> = (0..10_001).map(|n| format!(r#"{{"id":{n}}}"#)).collect();
    let more = format!(r#","awards":[{}]"#, awards.join(","));
    let text = award("ocds-x-1", "1", "2025-01-01T00:00:00Z", "Aldermere Council", &more);
    let (said, errors) = import_text(&app, "many.json", text).await;
    assert_eq!(said, "0 created, 0 changed, 0 unchanged, 1 rejected");
    assert!(errors[0].contains("[too-many] 10001 awards in one release"), "{errors:?}");
}

#[tokio::test]
async fn a_release_says_only_what_changed() {
    let app = TestApp::new().await;
    let first = award(
        "ocds-h6vhtk-1",
        "1",
        "2025-01-01T00:00:00Z",
        "Aldermere Council",
        r#","awards":[{"id":"1","status":"active","value":{"amount":10.10,"currency":"GBP"},"suppliers":[{"id":"s","name":"Acme Ltd"}],"documents":[]}]"#,
    );
    // Without a buyer, out of order, with a null that deletes and an empty list that changes nothing.
    let delta = r#"{"ocid":"ocds-h6vhtk-1","id":"2","date":"2025-02-01T00:00:00Z","tag":["awardUpdate"],"tender":{"title":null},"awards":[{"id":1,"title":"Cameras and masts","suppliers":[],"amendments":[{"id":"2","date":"2025-02-01","rationale":"More masts"}]}]}"#;
    let (said, _) = import_text(&app, "delta.json", format!("[{delta},{first}]")).await;
    assert_eq!(said, "1 created, 1 changed, 0 unchanged, 0 rejected");
    let found = contracts(&app, "ocds-h6vhtk-1").await;
    assert_eq!(found.len(), 1, "{found:?}");
    let contract = &found[0]["contract"];
    assert_eq!(contract["title"], "Cameras and masts");
    assert_eq!(contract["value"]["amount"], "10.1");
    assert_eq!(contract["parties"][1]["name"], "Acme Ltd");
    assert_eq!(contract["amendments"][0]["rationale"], "More masts");
    assert_eq!(found[0]["process"]["title"], serde_json::Value::Null);
    // The award becomes a contract: the same purchase, under the same id.
    let signed = r#"{"ocid":"ocds-h6vhtk-1","id":"3","date":"2025-03-01T00:00:00Z","tag":["contract"],"contracts":[{"id":"c1","awardID":"1","value":{"amount":12,"amountGross":14.4,"currency":"GBP"}}]}"#;
    import_text(&app, "signed.json", signed).await;
    let now = contracts(&app, "ocds-h6vhtk-1").await;
    assert_eq!((now.len(), &now[0]["id"]), (1, &found[0]["id"]));
    assert_eq!(now[0]["contract"]["kind"], "contract");
    assert_eq!(now[0]["contract"]["value"]["amount"], "12");
    assert_eq!(now[0]["contract"]["value_gross"]["amount"], "14.4");
}

#[tokio::test]
async fn what_is_odd_is_kept_and_named() {
    let app = TestApp::new().await;
    let text = [
        award("ocds-b5fd17-2", "1", "2025-13-45", "Aldermere Council", r#","awards":[{"id":"1","value":{"amount":1e9999,"currency":"GBP"},"contractPeriod":{"startDate":"2025-02-30T00:00:00Z","endDate":"2024-01-01"}},{"id":"1","title":"again"}]"#),
        award("ocds-b5fd17-3", "1", "2025-01-01T00:00:00Z", "Aldermere Council", r#","awards":[{"title":"no id","value":{"amount":-5,"currency":"gbp"}},{"title":"no id either","value":{"amount":0}}]"#),
        award("ocds-b5fd17-4", "1", "2025-01-01T00:00:00Z", "Aldermere Council", r#","contracts":[{"id":"1","awardID":"9","value":{"amount":1,"currency":"EUR"},"period":{"startDate":"2025-02-01","endDate":"2025-01-01"}}],"awards":[{"id":"9","value":{"amount":2,"currency":"GBP"},"suppliers":[{"id":"s"},{"id":"t","name":"Cameras"}]}]"#),
        award("ocds-b5fd17-5", "1", "2025-01-01T00:00:00Z", "Aldermere Council", r#","tender":{"title":"Cut \ud83d","classification":{"scheme":"CPV","id":"35125000-1"},"additionalClassifications":[{"scheme":"CPV","id":"12"}]},"awards":[{"id":"1"}]"#).replacen(r#""tender":{"title":"Cameras"},"#, "", 1),
    ];
    let (said, errors) = import_text(&app, "odd.jsonl", text.join("\n")).await;
    assert_eq!(said, "4 created, 0 changed, 0 unchanged, 0 rejected", "{errors:?}");
    let odd = contracts(&app, "ocds-b5fd17-2").await;
    assert_eq!(odd.len(), 1, "two awards of one id are one");
    assert_eq!(odd[0]["contract"]["title"], "again");
    assert_eq!(odd[0]["contract"]["value_quality"], serde_json::json!(["amount-out-of-range"]));
    assert_eq!(odd[0]["contract"]["quality"], serde_json::json!(["bad-date:starts_on"]));
    let without = contracts(&app, "ocds-b5fd17-3").await;
    assert_eq!(without.len(), 2, "awards without ids are two");
    let mut qualities: Vec<String> =
        without.iter().map(|one| one["contract"]["value_quality"].to_string()).collect();
    qualities.sort();
    assert_eq!(qualities, [r#"["negative","currency-unknown"]"#, r#"["zero","currency-missing"]"#]);
    let mixed = contracts(&app, "ocds-b5fd17-4").await;
    assert_eq!(mixed[0]["contract"]["value"]["currency"], "EUR");
    assert_eq!(mixed[0]["contract"]["value_quality"], serde_json::json!(["currencies-differ"]));
    assert_eq!(mixed[0]["contract"]["quality"], serde_json::json!(["ends-before-start"]));
    let parties = mixed[0]["contract"]["parties"].as_array().unwrap();
    assert_eq!(parties[1]["quality"], serde_json::json!(["name-withheld"]));
    assert_eq!(parties[2]["quality"], serde_json::json!(["name-is-title"]));
    let cut = contracts(&app, "ocds-b5fd17-5").await;
    assert_eq!(cut[0]["contract"]["title"], "Cut \u{FFFD}");
    assert_eq!(cut[0]["contract"]["cpv"][0]["quality"], "wrong-check-digit");
    assert_eq!(cut[0]["contract"]["cpv"][1]["code"], "12");
    assert_eq!(cut[0]["contract"]["cpv"][1]["quality"], "unknown-code");
}

#[tokio::test]
async fn a_bad_element_is_named_and_does_not_stop_the_next() {
    let app = TestApp::new().await;
    let good =
        award("ocds-x-1", "1", "2025-01-01T00:00:00Z", "Aldermere Council", r#","awards":[{"id":"1"}]"#);
    let deep = format!(r#"{{"ocid":"ocds-x-2","a":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    let lines = [
        r#"{"ocid":"ocds-x-3","awards":[{"id":"1","title": 000}]}"#,
        r#"{"ocid":"a","ocid":"b"}"#,
        &deep,
        r#"{"ocid":"ocds-x-4","id":"#,
        r#"{"id":"1"}"#,
        r#"{"records":[{"ocid":"ocds-x-5","releases":[{"url":"https://a.example/1","date":"2025-01-01"}]}]}"#,
        r#"{"ocid":"ocds-x-6","tender":{"title":[{"releaseID":"1","value":"x"}]}}"#,
        "17",
        &good,
    ];
    let (said, errors) = import_text(&app, "bad.jsonl", lines.join("\n")).await;
    assert_eq!(said, "1 created, 0 changed, 0 unchanged, 8 rejected", "{}", errors.join("\n"));
    insta::assert_snapshot!(errors.join("\n"), @r"
    bad.jsonl:1: awards[0].title: [bad-json] ocds-x-3: invalid number (correct the value, or leave the release out)
    bad.jsonl:2: [duplicate-key] a: the key 'ocid' appears twice in one object (keep one of the two)
    bad.jsonl:3: [too-deep] values are nested 200 deep; 64 are read (no release of the standard is so deep)
    bad.jsonl:4: [cut-short] the line ends inside a value (write one whole value on each line)
    bad.jsonl:5: ocid: [no-ocid] there is no ocid, and no list of releases or records (a release is an object with an ocid)
    bad.jsonl:6: [linked-releases-only] the record has only links to its releases (fetch the releases it links to, or a package with compiled releases)
    bad.jsonl:7: [versioned-release] this is a versioned release: its values are lists of their own history (send the releases themselves, or the compiled release)
    bad.jsonl:8: [not-a-release] 17 is not a release (a release is an object with an ocid)
    ");
}

#[tokio::test]
async fn forms_and_encodings_are_told_apart() {
    let app = TestApp::new().await;
    let one = |n: u32| award(&format!("ocds-x-{n}"), "1", "2025-01-01T00:00:00Z", "Café Council", "");
    let (a, b) = (one(1), one(2));
    let first = "2 created, 0 changed, 0 unchanged, 0 rejected";
    let again = "0 created, 0 changed, 2 unchanged, 0 rejected";
    let check = async |name: &str, bytes: Vec<u8>, expected: &str| {
        let (said, errors) = import_text(&app, name, &bytes).await;
        assert_eq!(said, expected, "{name}: {errors:?}");
    };
    check("lines.jsonl", format!("{a}\r\n\r\n{b}\r\n").into_bytes(), first).await;
    check("array.json", format!("\u{FEFF}[{a},\n{b}]").into_bytes(), again).await;
    check("joined.json", format!("{a}{b}").into_bytes(), again).await;
    let package = format!(r#"{{"version":"1.1","releases":[{a},{b}],"publisher":{{"name":"x"}}}}"#);
    check("package.json", package.clone().into_bytes(), again).await;
    check(
        "packages.json",
        format!("[{package}]\n{package}").into_bytes(),
        "0 created, 0 changed, 4 unchanged, 0 rejected",
    )
    .await;
    let pretty: serde_json::Value = serde_json::from_str(&package).unwrap();
    check("pretty.json", serde_json::to_vec_pretty(&pretty).unwrap(), again).await;
    let records = format!(
        r#"{{"records":[{{"ocid":"ocds-x-1","releases":[{a}]}},{{"ocid":"ocds-x-2","compiledRelease":{b},"releases":[{{"url":"u"}}]}}]}}"#
    );
    check("records.json", records.into_bytes(), again).await;
    check(
        "record.json",
        format!(r#"{{"ocid":"ocds-x-1","releases":[{a}]}}"#).into_bytes(),
        "0 created, 0 changed, 1 unchanged, 0 rejected",
    )
    .await;
    let utf16: Vec<u8> =
        [0xFEFF].into_iter().chain(package.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    check("utf16.json", utf16, again).await;
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(package.as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    check("package.json.gz", gz.clone(), again).await;
    // Truncated: refused before anything is written.
    let path = app.file("cut.json.gz", &gz[..gz.len() - 12]);
    let options = OcdsOptions { encoding: None, country: None, check: false, now: now() };
    let error = importer::ocds::import(&app.db, &path, &options, |_| {}).await.unwrap_err().to_string();
    assert!(error.contains("the gz data are damaged or cut short"), "{error}");

    let latin: Vec<u8> = package.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let (said, errors) = import_text(&app, "latin.json", &latin).await;
    assert_eq!(said, "0 created, 0 changed, 0 unchanged, 2 rejected");
    assert!(
        errors[0].contains("[bad-encoding] byte 0xe9 is not UTF-8 (say how the file is encoded"),
        "{errors:?}"
    );
    let (report, _) = import_with(&app, &app.file("latin.json", &latin), |options| {
        options.encoding = importer::encoding("iso-8859-1");
    })
    .await;
    assert_eq!((report.unchanged, report.rejected), (2, 0));
}

#[tokio::test]
async fn a_check_writes_nothing_and_a_cut_file_keeps_what_came() {
    let app = TestApp::new().await;
    let one =
        award("ocds-x-1", "1", "2025-01-01T00:00:00Z", "Aldermere Council", r#","awards":[{"id":"1"}]"#);
    let path = app.file("one.json", &one);
    let (report, _) = import_with(&app, &path, |options| options.check = true).await;
    assert_eq!(report.created, 1);
    assert!(contracts(&app, "ocds-x-1").await.is_empty());
    let (said, errors) = import_text(&app, "cut.json", format!(r#"{{"releases":[{one},{{"ocid":"#)).await;
    assert_eq!(said, "1 created, 0 changed, 0 unchanged, 1 rejected, stopped");
    assert!(errors[0].contains("[cut-short] the file ends inside a value"), "{errors:?}");
    assert_eq!(contracts(&app, "ocds-x-1").await.len(), 1);
}

#[tokio::test]
async fn two_imports_at_once_are_refused_and_a_broken_one_goes_on() {
    let app = TestApp::new().await;
    let lock = store::records::imports::lock(&app.db, "ocds").await.unwrap();
    let mut lines: Vec<String> = (0..1_200)
        .map(|n| {
            award(
                &format!("ocds-x-{n}"),
                "1",
                "2025-01-01T00:00:00Z",
                "Aldermere Council",
                r#","awards":[{"id":"1"}]"#,
            )
        })
        .collect();
    lines.insert(2, "null".to_owned());
    let path = app.file("many.jsonl", lines.join("\n"));
    let options = OcdsOptions { encoding: None, country: None, check: false, now: now() };
    let refused = importer::ocds::import(&app.db, &path, &options, |_| {}).await.unwrap_err();
    assert!(refused.to_string().contains("is running"), "{refused}");
    lock.release().await.unwrap();
    // Drop the import in the middle, as if killed.
    {
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let mut stop = Some(stop);
        let running = importer::ocds::import(&app.db, &path, &options, |event| {
            if matches!(event, importer::Event::Rows(500..))
                && let Some(stop) = stop.take()
            {
                stop.send(()).unwrap();
            }
        });
        tokio::select! {
            _ = running => panic!("it was to be stopped"),
            _ = stopped => {}
        }
    }
    let report = loop {
        // The dropped import's lock is released a little later.
        match importer::ocds::import(&app.db, &path, &options, |_| {}).await {
            Ok(report) => break report,
            Err(error) if error.to_string().contains("is running") => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    };
    assert!(report.resumed >= 500, "{}", report.resumed);
    assert_eq!((report.read, report.created, report.rejected), (1_201, 1_200, 1));
    assert_eq!(app.json("/api/v1/contracts").await["total"], 1_200);
}
