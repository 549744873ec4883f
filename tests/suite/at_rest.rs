//! Secrets in the database are encrypted, those of earlier releases too, and only with their key do they work.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use store::Db;
use store::ground::keyring::{Encrypted, Keyring, Place};
use store::ground::raw::execute;
use store::people::encrypting::{encrypt_rest, forget_unreadable, standing};
use store::people::{sessions, webhooks};
use suite::data::fixture;
use suite::{Answer, TestApp, fresh, keyring, now, on_postgres, postgres};

use crate::sessions::{PASSWORD, enrol};
use crate::submissions::Council;

/// Reads the second factor and webhook keys as the database has them.
async fn stored(app: &TestApp, email: &str, hook: &str) -> (Encrypted, Encrypted) {
    let tx = app.db.begin_quietly().await.unwrap();
    let credential = sessions::credential(&tx, email).await.unwrap().unwrap();
    let hook = webhooks::find(&tx, hook).await.unwrap().unwrap();
    tx.rollback().await.unwrap();
    (credential.second_factor, hook.secret_key)
}

async fn make_webhook(app: &TestApp, token: &str) -> Value {
    let body = json!({ "label": "mine", "url": "https://example.org/hook" });
    let made = app.call(Method::POST, "/api/v1/webhooks", token, None, body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    made.json()
}

async fn sign_in(app: &TestApp, email: &str, code: &str) -> StatusCode {
    sign_in_with(app, email, PASSWORD, code).await.status
}

async fn sign_in_with(app: &TestApp, email: &str, password: &str, code: &str) -> Answer {
    let body = json!({ "email": email, "password": password, "code": code }).to_string().into_bytes();
    let headers = [("content-type", "application/json")];
    app.send_body(Method::POST, "/api/v1/session", &headers, body).await
}

#[tokio::test]
async fn secrets_are_encrypted_for_their_row_and_open_with_their_key_only() {
    let council = Council::new().await;
    let (app, email) = (&council.app, "writer@northmoor.example");
    let secret = enrol(app, email).await;
    let hook = make_webhook(app, &council.writer).await;
    let (factor, key) = stored(app, email, hook["id"].as_str().unwrap()).await;
    let keys = keyring();
    assert_eq!((factor.key(), key.key()), (keys.newest(), keys.newest()));
    // Somebody who can write to the database cannot give one person the second factor of another.
    let other = "approver@northmoor.example";
    let other_secret = enrol(app, other).await;
    let swap = format!(
        "UPDATE credentials SET second_factor = (SELECT second_factor FROM credentials c JOIN people p \
         ON p.id = c.person WHERE p.email = '{other}') WHERE person = (SELECT id FROM people WHERE email = '{email}')"
    );
    execute(&app.db, &swap).await.unwrap();
    let code = api::sign_in::code(&other_secret, now()).unwrap();
    assert_eq!(sign_in(app, email, &code).await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(app, other, &code).await, StatusCode::NO_CONTENT);
    assert_ne!(secret, other_secret);
}

#[tokio::test]
async fn a_damaged_second_factor_answers_like_a_wrong_password() {
    let council = Council::new().await;
    let (app, email) = (&council.app, "writer@northmoor.example");
    let secret = enrol(app, email).await;
    let code = api::sign_in::code(&secret, now()).unwrap();
    execute(&app.db, "UPDATE credentials SET second_factor = second_factor || 'x'").await.unwrap();
    let right = sign_in_with(app, email, PASSWORD, &code).await;
    let wrong = sign_in_with(app, email, "not the password", &code).await;
    let nobody = sign_in_with(app, "nobody@northmoor.example", PASSWORD, &code).await;
    assert_eq!(right.status, StatusCode::UNAUTHORIZED, "{}", right.text);
    for other in [wrong, nobody] {
        assert_eq!((other.status, &other.text), (right.status, &right.text));
    }
    // It is not the person's mistake, so it does not count as one.
    let failures = "SELECT failures FROM credentials";
    assert_eq!(store::ground::raw::count(&app.db, failures).await.unwrap(), 0);
}

#[tokio::test]
async fn a_register_without_a_key_stores_no_secret_and_says_why() {
    let app = TestApp::made(|app| app.with_keyring(std::sync::Arc::new(Keyring::default()))).await;
    let body = app.organisation("Northmoor Borough Council", domain::codes::OrganisationKind::LocalAuthority);
    let body = body.await;
    let token = app.token("a@northmoor.example", domain::codes::Role::Contributor, Some(&body)).await;
    let new = json!({ "label": "mine", "url": "https://example.org/hook" });
    let answer = app.call(Method::POST, "/api/v1/webhooks", &token, None, new).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text.contains("REGISTER_SECRETS_KEY_FILE"), "{}", answer.text);
}

#[tokio::test]
async fn plain_secrets_are_encrypted_once_even_if_that_was_interrupted() {
    let council = Council::new().await;
    let (app, email) = (&council.app, "writer@northmoor.example");
    let keys = keyring();
    let secret = enrol(app, email).await;
    let hook = make_webhook(app, &council.writer).await;
    let id = hook["id"].as_str().unwrap();
    let seed = keys.decrypt(Place::WebhookKey(id), &stored(app, email, id).await.1).unwrap();
    // As an earlier release left them; and as an interruption does, with only one of two done.
    for both in [true, false] {
        execute(&app.db, &format!("UPDATE credentials SET second_factor = '{secret}'")).await.unwrap();
        if both {
            execute(&app.db, &format!("UPDATE webhooks SET secret_key = '{seed}'")).await.unwrap();
        }
        let before = standing(&app.db).await.unwrap();
        assert_eq!((before.plain, before.left(&keys)), (1 + u64::from(both), 1 + u64::from(both)));
        // Of several processes, one does it.
        let (one, other) =
            tokio::join!(encrypt_rest(&app.api.leases, &keys), encrypt_rest(&app.api.leases, &keys));
        assert_eq!(one.unwrap() + other.unwrap(), 1 + u64::from(both));
        let after = standing(&app.db).await.unwrap();
        assert_eq!((after.plain, after.encrypted(), after.left(&keys)), (0, 2, 0));
        assert_eq!(encrypt_rest(&app.api.leases, &keys).await.unwrap(), 0);
    }
    // Everything still works.
    let code = api::sign_in::code(&secret, now()).unwrap();
    assert_eq!(sign_in(app, email, &code).await, StatusCode::NO_CONTENT);
    let path = format!("/api/v1/webhooks/{id}");
    let again = app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    assert_eq!(again["public_key"], hook["public_key"]);
    // What is plain now was put there by hand, and is not used.
    execute(&app.db, &format!("UPDATE credentials SET second_factor = '{secret}'")).await.unwrap();
    let later = api::sign_in::code(&secret, now() + chrono::TimeDelta::seconds(30)).unwrap();
    assert_eq!(sign_in(app, email, &later).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_new_key_takes_over_and_a_lost_one_is_named() {
    let council = Council::new().await;
    let (app, email) = (&council.app, "writer@northmoor.example");
    enrol(app, email).await;
    make_webhook(app, &council.writer).await;
    let old = Keyring::generate();
    let before = Keyring::read(&old).unwrap();
    let foreign = encrypt_rest(&app.api.leases, &before).await.unwrap_err().to_string();
    assert!(foreign.contains(keyring().newest().unwrap()), "{foreign}");
    assert_eq!(standing(&app.db).await.unwrap().missing(&before), [keyring().newest().unwrap()]);
    // The key is lost: what it encrypted goes, with a line each in the audit trail.
    let tx = app.db.begin_quietly().await.unwrap();
    assert_eq!(forget_unreadable(&tx, &before, now()).await.unwrap(), (1, 1));
    tx.commit().await.unwrap();
    assert_eq!(standing(&app.db).await.unwrap().encrypted(), 0);
    let admin = app.token("admin@register.example", domain::codes::Role::Admin, None).await;
    let path = "/api/v1/audit?action=person.forget_password&action=webhook.delete";
    let lines = app.call(Method::GET, path, &admin, None, Value::Null).await.json();
    assert_eq!(lines["items"].as_array().unwrap().len(), 2, "{lines}");

    // Rotating: both keys decrypt, and the newer one encrypts all again.
    enrol(app, email).await;
    let line = Keyring::generate();
    let person = {
        let tx = app.db.begin_quietly().await.unwrap();
        let person = store::people::find(&tx, email).await.unwrap().unwrap();
        let factor = before.encrypt(Place::SecondFactor(&person.id), "JBSWY3DPEHPK3PXP").unwrap();
        sessions::set(&tx, &person.id, "hash", &factor, suite::now()).await.unwrap();
        tx.commit().await.unwrap();
        person
    };
    let both = Keyring::read(&format!("{old}\n{line}")).unwrap();
    assert_eq!(encrypt_rest(&app.api.leases, &both).await.unwrap(), 1);
    let newer = Keyring::read(&line).unwrap();
    assert_eq!(standing(&app.db).await.unwrap().missing(&newer), Vec::<String>::new());
    let tx = app.db.begin_quietly().await.unwrap();
    let known = sessions::credential(&tx, email).await.unwrap().unwrap();
    assert_eq!(
        newer.decrypt(Place::SecondFactor(&person.id), &known.second_factor).unwrap(),
        "JBSWY3DPEHPK3PXP"
    );
    tx.rollback().await.unwrap();
}

/// Whether a file of the database holds some bytes.
fn holds(file: &Path, words: &str) -> bool {
    ["", "-wal"].iter().any(|end| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        let bytes = std::fs::read(name).unwrap_or_default();
        bytes.windows(words.len()).any(|window| window == words.as_bytes())
    })
}

#[tokio::test]
async fn secrets_of_an_earlier_release_are_encrypted_and_leave_the_file() {
    let ending = if on_postgres() { ".postgres.zip" } else { ".sqlite.zip" };
    let packed = fixture("yesterday").join(format!("68b55f8{ending}"));
    let folder = tempfile::tempdir().unwrap();
    zip::ZipArchive::new(File::open(&packed).unwrap()).unwrap().extract(folder.path()).unwrap();
    let url = fresh(&folder).await;
    if on_postgres() {
        postgres::load(&url, &folder.path().join("register.sql"));
    }
    let file = folder.path().join("register.db");
    if !on_postgres() {
        // Any local user could read it.
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    }
    let db = Db::open(&url).await.unwrap();
    db.migrate().await.unwrap();
    if !on_postgres() {
        for end in ["", "-wal", "-shm"] {
            let mode = std::fs::metadata(format!("{}{end}", file.display())).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "register.db{end}");
        }
    }
    let before = standing(&db).await.unwrap();
    assert!(before.plain > 0 && before.encrypted() == 0, "{before:?}");
    let mut plain = Vec::new();
    for statement in ["SELECT secret_key FROM webhooks", "SELECT second_factor FROM credentials"] {
        plain.extend(store::ground::raw::text(&db, statement).await.unwrap());
    }
    assert!(!plain.is_empty());
    if !on_postgres() {
        assert!(plain.iter().all(|secret| holds(&file, secret)), "the test looks in the wrong place");
    }
    let keys = keyring();
    let leases = store::ground::lease::Leases::new(db.clone(), std::sync::Arc::new(chrono::Utc::now));
    assert_eq!(encrypt_rest(&leases, &keys).await.unwrap(), before.plain);
    if !on_postgres() {
        // While the register runs, and after it closed.
        assert!(plain.iter().all(|secret| !holds(&file, secret)));
        db.close().await;
        assert!(plain.iter().all(|secret| !holds(&file, secret)));
    }
}
