//! Rows of OWASP's ASVS 5.0 that a command can check: `docs/security.md` names a test for each. Here are those that no
//! other promise has.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use domain::codes::{OrganisationKind, Role};
use importer::Source;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use suite::data::project;
use suite::{Answer, TestApp, now, options, record};

use crate::sessions::{PASSWORD, enrol};
use crate::submissions::Council;

const WRITER: &str = "writer@northmoor.example";

/// The rows of the table: number and tests.
fn rows(document: &str) -> Vec<(Vec<u32>, Vec<String>)> {
    let table = document.split("\n## ASVS 5.0\n").nth(1).expect("docs/security.md has the table");
    let table = table.split("\n## ").next().unwrap_or_default();
    let lines = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| row"));
    let lines = lines.filter(|line| !line.starts_with("| ---"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert_eq!(cells.len(), 4, "{line}");
            let number: Vec<u32> = cells[0].split('.').map(|part| part.parse().unwrap()).collect();
            assert_eq!(number.len(), 3, "{line}");
            (number, cells[3].split('`').skip(1).step_by(2).map(str::to_owned).collect())
        })
        .collect()
}

/// Whether a test is where the table says: `module::name` in the suite, or `file::name`.
fn exists(test: &str) -> bool {
    let Some((place, name)) = test.rsplit_once("::") else { return false };
    let file = match place.strip_suffix(".rs") {
        Some(_) => place.to_owned(),
        None => format!("tests/suite/{place}.rs"),
    };
    let Ok(text) = std::fs::read_to_string(project().join(file)) else { return false };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let declared = [format!("fn {name}("), format!("async fn {name}(")];
    let marks = ["#[test]", "#[tokio::test"];
    lines.windows(2).any(|two| {
        marks.iter().any(|mark| two[0].starts_with(mark))
            && declared.iter().any(|name| two[1].starts_with(name.as_str()))
    })
}

#[test]
fn every_row_of_the_table_has_its_test() {
    let rows = rows(&std::fs::read_to_string(project().join("docs/security.md")).unwrap());
    assert!(rows.len() >= 50, "{} rows", rows.len());
    assert!(rows.is_sorted_by(|one, next| one.0 < next.0), "the rows stand in order, each once");
    for (number, tests) in &rows {
        assert!(!tests.is_empty(), "{number:?} names no test");
        for test in tests {
            assert!(exists(test), "{number:?}: there is no test {test}");
        }
    }
}

#[test]
fn a_test_that_is_not_there_is_noticed() {
    assert!(exists("asvs::a_test_that_is_not_there_is_noticed"));
    assert!(exists("crates/api/src/sign_in.rs::a_password_fits_its_hash_and_nothing_else_does"));
    for gone in ["asvs::rows", "asvs::nothing", "nowhere::nothing", "nothing"] {
        assert!(!exists(gone), "{gone}");
    }
}

#[tokio::test]
async fn every_answer_tells_browsers_what_not_to_do() {
    let app = TestApp::new().await;
    let id = app.publish(&[record("Camera", |_| {})]).await.remove(0);
    let pages = [("accept", "text/html")];
    for path in [
        "/api/v1/records",
        "/api/v1/records.csv",
        "/api/v1/nowhere",
        "/api/v1/records?limit=none",
        "/api/docs/",
        "/records.atom",
        "/healthz",
        "/",
        "/records",
        &format!("/records/{id}"),
        "/submit/sign-in",
        "/nowhere",
        "/assets/register.css",
        "/assets/mark.svg",
    ] {
        let headers = if path.starts_with("/api/") { &[][..] } else { &pages[..] };
        let answer = app.send(Method::GET, path, headers).await;
        let policy = answer.header("content-security-policy");
        // What is allowed from nowhere by default is allowed for objects neither.
        for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.split("; ").any(|one| one == part), "{path} lacks {part}: {policy}");
        }
        assert!(!policy.contains("object-src"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "strict-origin-when-cross-origin", "{path}");
    }
}

#[tokio::test]
async fn every_answer_says_what_it_is() {
    let app = TestApp::new().await;
    app.publish(&[record("Camera", |_| {})]).await;
    for (path, kind) in [
        ("/api/v1/records", "application/json"),
        ("/api/v1/records.csv", "text/csv; charset=utf-8"),
        ("/api/v1/records.ndjson", "application/x-ndjson"),
        ("/api/v1/nowhere", "application/problem+json"),
        ("/api/v1/templates/records.csv", "text/csv; charset=utf-8"),
        ("/records.atom", "application/atom+xml; charset=utf-8"),
        ("/healthz", "text/plain; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
        ("/records", "text/html; charset=utf-8"),
        ("/assets/register.css", "text/css; charset=utf-8"),
    ] {
        let said = app.get(path).await.header("content-type").to_owned();
        // Media types that are binary or UTF-8 by definition need no charset; all others have it.
        let texts = ["text/", "application/xml", "application/atom"];
        if texts.iter().any(|text| said.starts_with(text)) {
            assert!(said.contains("charset=utf-8"), "{path}: {said}");
        }
        let essence = |kind: &str| kind.split(';').next().unwrap_or_default().to_owned();
        assert_eq!(essence(&said), essence(kind), "{path}");
    }
}

#[tokio::test]
async fn another_site_reads_what_is_public_and_nothing_as_somebody() {
    let council = Council::new().await;
    let secret = enrol(&council.app, WRITER).await;
    let cookie = signed_in(&council.app, &secret, "", 0).await;
    let origin = ("origin", "https://news.example");
    let public = council.app.send(Method::GET, "/api/v1/records", &[origin]).await;
    assert_eq!(public.header("access-control-allow-origin"), "*");
    // A browser gives no script an answer that it fetched with cookies unless this field allows it.
    let private = council.app.send(Method::GET, "/api/v1/people/me", &[origin, ("cookie", &cookie)]).await;
    assert_eq!(private.json()["email"], WRITER);
    for answer in [&public, &private] {
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
}

#[tokio::test]
async fn no_folder_is_listed_and_no_file_of_the_machine_is_sent() {
    let app = TestApp::new().await;
    app.file("secret.txt", "CANARY");
    for path in [
        "/.git/config",
        "/.git/HEAD",
        "/.env",
        "/Cargo.toml",
        "/register.db",
        "/secret.txt",
        "/assets/",
        "/assets/../register.db",
        "/data/2026-11-21/",
        "/data/%2e%2e/register.db",
        "/data/..%2f..%2fsecret.txt",
        "/log/tile/",
        "/log/tile/0/../../../secret.txt",
        "/log/tile/%2e%2e/%2e%2e/secret.txt",
    ] {
        let answer = app.get(path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        assert!(!answer.text.contains("CANARY"), "{path}");
    }
}

#[tokio::test]
async fn nobody_gets_their_request_back() {
    let app = TestApp::new().await;
    for path in ["/", "/records", "/api/v1/records", "/healthz", "/submit/sign-in", "/nowhere"] {
        let answer = app.send(Method::TRACE, path, &[("x-canary", "CANARY")]).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        assert!(!answer.text.contains("CANARY"), "{path}: {}", answer.text);
    }
}

#[test]
fn a_password_may_hold_anything_and_is_checked_as_it_is() {
    let long = "an ordinary sentence of sixty-four letters or more is a fine password";
    assert!(long.chars().count() >= 64);
    for password in [
        "aaaabbbbcccc",
        "123456789012",
        long,
        " spaces at both ends ",
        "пароль из слов",
        "🐎🔋📎🐎🔋📎🐎🔋📎🐎🔋📎",
    ] {
        let hash = api::sign_in::enrol(WRITER, password).map(|enrolled| enrolled.password).unwrap();
        assert!(api::sign_in::fits(password, Some(&hash)), "{password}");
        let shorter: String = password.chars().take(password.chars().count() - 1).collect();
        for other in [format!("{password} "), format!("X{password}"), shorter] {
            assert!(!api::sign_in::fits(&other, Some(&hash)), "{other:?} for {password:?}");
        }
    }
    let hash =
        api::sign_in::enrol(WRITER, "Correct Horse Battery").map(|enrolled| enrolled.password).unwrap();
    assert!(!api::sign_in::fits("correct horse battery", Some(&hash)));
    assert!(api::sign_in::enrol(WRITER, "elevenchars").is_err());
}

#[tokio::test]
async fn password_managers_find_the_fields_of_the_sign_in() {
    let app = TestApp::new().await;
    let page = Html::parse_document(&app.get("/submit/sign-in").await.text);
    let attribute = |selector: &str, name: &str| {
        let field = page.select(&Selector::parse(selector).unwrap()).next();
        field.and_then(|field| field.attr(name)).unwrap_or_default().to_owned()
    };
    assert_eq!(attribute("#password", "type"), "password");
    assert_eq!(attribute("#password", "autocomplete"), "current-password");
    assert_eq!(attribute("#email", "autocomplete"), "username");
    // Without scripts, nothing keeps anybody from pasting.
    assert_eq!(page.select(&Selector::parse("script, [onpaste]").unwrap()).count(), 0);
}

/// Signs the writer in, a while after the start of the clock, and returns the cookie. `cookie` is the browser's so far.
async fn signed_in(app: &TestApp, secret: &str, cookie: &str, seconds: i64) -> String {
    let code = api::sign_in::code(secret, now() + TimeDelta::seconds(seconds)).unwrap();
    let body = json!({ "email": WRITER, "password": PASSWORD, "code": code }).to_string().into_bytes();
    let headers = [("content-type", "application/json"), ("cookie", cookie)];
    let headers = if cookie.is_empty() { &headers[..1] } else { &headers[..] };
    let answer = app.send_body(Method::POST, "/api/v1/session", headers, body).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let seconds = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&seconds);
    let app = TestApp::ticking(move || now() + TimeDelta::seconds(clock.load(Ordering::SeqCst))).await;
    let body = app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
    app.token(WRITER, Role::Contributor, Some(&body)).await;
    let me =
        async |cookie: &str| app.send(Method::GET, "/api/v1/people/me", &[("cookie", cookie)]).await.status;
    let secret = enrol(&app, WRITER).await;
    let first = signed_in(&app, &secret, "", 0).await;
    assert_eq!(me(&first).await, StatusCode::OK);
    seconds.store(120, Ordering::SeqCst);
    let second = signed_in(&app, &secret, &first, 120).await;
    assert_ne!(first, second);
    assert_eq!((me(&first).await, me(&second).await), (StatusCode::UNAUTHORIZED, StatusCode::OK));
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let path = "/api/v1/audit?action=session.begin";
    let audit = app.call(Method::GET, path, &admin, None, Value::Null).await.json();
    let people: Vec<&Value> = audit["items"].as_array().unwrap().iter().map(|line| &line["person"]).collect();
    assert_eq!(people, [WRITER, WRITER], "{audit}");
}

#[tokio::test]
async fn pages_behind_a_sign_in_have_a_way_out_and_are_not_kept() {
    let council = Council::new().await;
    let secret = enrol(&council.app, WRITER).await;
    let cookie = signed_in(&council.app, &secret, "", 0).await;
    for path in ["/submit", "/submit/new", "/submit/upload", "/submit/tokens"] {
        let page = council.app.send(Method::GET, path, &[("cookie", &cookie), ("accept", "text/html")]).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        assert_eq!(page.header("cache-control"), "private, no-store", "{path}");
        let html = Html::parse_document(&page.text);
        let out = Selector::parse("form[action='/submit/sign-out'][method='post'] button").unwrap();
        assert_eq!(html.select(&out).count(), 1, "{path}");
    }
}

#[tokio::test]
async fn a_new_register_has_no_account() {
    let app = TestApp::new().await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let people = app.call(Method::GET, "/api/v1/people", &admin, None, Value::Null).await.json();
    let known: Vec<&str> =
        people["items"].as_array().unwrap().iter().map(|one| one["email"].as_str().unwrap()).collect();
    assert_eq!(known, ["admin@register.example"], "only whom this test added");
}

/// A zip of an ODS or XLSX, whose cells refer to an entity that is a file.
fn with_entity(parts: &[(&str, String)]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn no_file_is_read_for_an_entity_of_xml() {
    let app = TestApp::new().await;
    let secret = app.file("secret.txt", "CANARY");
    let entity = format!("<!DOCTYPE a [<!ENTITY secret SYSTEM \"file://{}\">]>", secret.display());
    let row = |cells: &[&str]| {
        let cell = |text: &&str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
        format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
    };
    let rows = row(&["publisher", "title", "jurisdiction", "phase"])
        + &row(&["Northmoor Borough Council", "Camera &secret;", "GB", "pilot"]);
    let ods = format!(
        r#"<?xml version="1.0"?>{entity}<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="A">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let cells = |row: u32, cells: [&str; 4]| {
        let cell = |(column, text): (char, &&str)| {
            format!(r#"<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>"#)
        };
        let cells: String = ['A', 'B', 'C', 'D'].into_iter().zip(&cells).map(cell).collect();
        format!(r#"<row r="{row}">{cells}</row>"#)
    };
    let rows = cells(1, ["publisher", "title", "jurisdiction", "phase"])
        + &cells(2, ["Northmoor Borough Council", "Lamp &secret;", "GB", "pilot"]);
    let related = |kind: &str, target: &str| {
        format!(
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>"#
        )
    };
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let xlsx = [
        ("_rels/.rels", related("officeDocument", "xl/workbook.xml")),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{main}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>"#
            ),
        ),
        ("xl/_rels/workbook.xml.rels", related("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                r#"<?xml version="1.0"?>{entity}<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#
            ),
        ),
    ];
    for (name, bytes) in
        [("records.ods", with_entity(&[("content.xml", ods)])), ("records.xlsx", with_entity(&xlsx))]
    {
        let file = app.file(name, bytes);
        // Refused or read without it: either will do, as long as it is nowhere.
        let said = format!("{:?}", app.import_with(Source::Records, &file, &options()).await);
        assert!(!said.contains("CANARY"), "{name}: {said}");
        let shown = app.get("/api/v1/records").await.text;
        assert!(!shown.contains("CANARY"), "{name}: {shown}");
    }
}

#[tokio::test]
async fn the_name_of_a_download_cannot_break_its_header() {
    let council = Council::new().await;
    let bearer = format!("Bearer {}", council.writer);
    let headers = [("authorization", bearer.as_str()), ("content-type", "text/plain")];
    let name = "a%22%3B%20filename%3Dx.html%20%C3%A9.txt";
    let path = format!("/api/v1/documents?name={name}");
    let kept = council.app.send_body(Method::POST, &path, &headers, b"plain words".to_vec()).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text);
    let sha256 = kept.json()["sha256"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/documents/{sha256}");
    let sent = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await;
    let disposition = sent.header("content-disposition").to_owned();
    let told =
        disposition.strip_prefix("attachment; filename*=UTF-8''").unwrap_or_else(|| panic!("{disposition}"));
    assert!(told.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'%'), "{told}");
    let read = percent_encoding::percent_decode_str(told).decode_utf8().unwrap().into_owned();
    assert_eq!(read, "a\"; filename=x.html é.txt");
    assert_eq!(sent.header("content-type"), "text/plain");
}

#[tokio::test]
async fn a_parameter_stands_once() {
    let app = TestApp::new().await;
    let twice = app.get("/api/v1/records?limit=1&limit=2").await;
    assert_eq!(twice.status, StatusCode::BAD_REQUEST, "{}", twice.text);
    assert_eq!(twice.json()["errors"][0]["code"], "repeated");
    let two = [("authorization", "Bearer a"), ("authorization", "Bearer b")];
    assert_eq!(app.send(Method::GET, "/api/v1/people/me", &two).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_failure_says_nothing_of_the_inside() {
    let app = TestApp::new().await;
    app.db.clone().close().await;
    let answers: [Answer; 2] = [
        app.send_now(Method::GET, "/api/v1/records", &[]).await,
        app.send_now(Method::GET, "/records", &[("accept", "text/html")]).await,
    ];
    for answer in answers {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text);
        let said = answer.text.to_lowercase();
        for inner in ["sqlx", "sqlite", "postgres", "pool timed", "closed pool", "panicked", ".rs:", "/tmp/"]
        {
            assert!(!said.contains(inner), "{inner}: {said}");
        }
    }
}

#[test]
fn no_code_of_ours_is_unsafe_and_no_count_wraps() {
    let read = |path: &str| -> toml::Table {
        std::fs::read_to_string(project().join(path)).unwrap().parse().unwrap()
    };
    let root = read("Cargo.toml");
    assert_eq!(root["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    assert_eq!(root["profile"]["release"]["overflow-checks"].as_bool(), Some(true));
    let crates = std::fs::read_dir(project().join("crates")).unwrap();
    let mut all: Vec<String> =
        crates.map(|one| format!("crates/{}", one.unwrap().file_name().to_string_lossy())).collect();
    all.extend(["migrations", "tests", "tests/judged", "tests/throwaway", "xtask"].map(str::to_owned));
    for one in all {
        let manifest = read(&format!("{one}/Cargo.toml"));
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "{one} has lints of its own");
    }
}
