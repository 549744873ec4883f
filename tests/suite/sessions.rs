//! Signing in with a password and a second factor, and what a browser session may do.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use serde_json::json;
use store::ground::keyring::Place;
use store::people::sessions;
use suite::{Answer, TestApp, now};

use crate::submissions::Council;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// Enrols a person. Returns the secret of their second factor.
pub(crate) async fn enrol(app: &TestApp, email: &str) -> String {
    let enrolled = api::sign_in::enrol(email, PASSWORD).unwrap();
    let tx = app.db.begin_quietly().await.unwrap();
    let person = store::people::find(&tx, email).await.unwrap().unwrap();
    let place = Place::SecondFactor(&person.id);
    let second_factor = app.api.keyring.encrypt(place, &enrolled.second_factor).unwrap();
    sessions::set(&tx, &person.id, &enrolled.password, &second_factor, now()).await.unwrap();
    tx.commit().await.unwrap();
    enrolled.second_factor
}

async fn sign_in(app: &TestApp, email: &str, password: &str, code: &str) -> Answer {
    let body = json!({ "email": email, "password": password, "code": code }).to_string().into_bytes();
    app.send_body(Method::POST, "/api/v1/session", &[("content-type", "application/json")], body).await
}

#[tokio::test]
async fn a_person_signs_in_with_both_factors_and_no_code_counts_twice() {
    let council = Council::new().await;
    let app = &council.app;
    let email = "writer@northmoor.example";
    let secret = enrol(app, email).await;
    let code = api::sign_in::code(&secret, now()).unwrap();
    let wrong = sign_in(app, email, "correct horse batterz", &code).await;
    let nobody = sign_in(app, "nobody@northmoor.example", PASSWORD, &code).await;
    let other = sign_in(app, email, PASSWORD, "000000").await;
    for answer in [&wrong, &nobody, &other] {
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.text, wrong.text);
    }
    let answer = sign_in(app, &email.to_uppercase(), PASSWORD, &code).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-register=oar_s_"), "{cookie}");
    for word in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    assert_eq!(sign_in(app, email, PASSWORD, &code).await.status, StatusCode::UNAUTHORIZED);

    let cookie = cookie.split(';').next().unwrap().to_owned();
    let me = app.send(Method::GET, "/api/v1/people/me", &[("cookie", &cookie)]).await;
    assert_eq!(me.json()["email"], email);
    assert_eq!(me.header("cache-control"), "private, no-store");
    let draft = json!({ "record": { "title": "By browser" } }).to_string().into_bytes();
    let send = async |from: &[(&str, &str)]| {
        let mut headers = vec![("cookie", cookie.as_str()), ("content-type", "application/json")];
        headers.extend(from);
        app.send_body(Method::POST, "/api/v1/submissions", &headers, draft.clone()).await
    };
    for from in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let answer = send(&[from]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{from:?}: {}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    assert_eq!(send(&[("sec-fetch-site", "same-origin")]).await.status, StatusCode::CREATED);

    let out = app.send(Method::DELETE, "/api/v1/session", &[("cookie", &cookie)]).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    let me = app.send(Method::GET, "/api/v1/people/me", &[("cookie", &cookie)]).await;
    assert_eq!(me.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_at_the_latest_after_twelve_hours() {
    let council = Council::new().await;
    let app = &council.app;
    let secret = enrol(app, "writer@northmoor.example").await;
    let code = api::sign_in::code(&secret, now()).unwrap();
    let answer = sign_in(app, "writer@northmoor.example", PASSWORD, &code).await;
    let cookie = answer.header("set-cookie").split(['=', ';']).nth(1).unwrap().to_owned();
    let session =
        store::ground::secret::Secret::read(store::ground::secret::Opens::Session, &cookie).unwrap().sha256();
    let alive = async |minutes| {
        sessions::running(&app.db, &session, now() + TimeDelta::minutes(minutes)).await.unwrap().is_some()
    };
    assert!(alive(29).await);
    for quarter in (40..12 * 60).step_by(20) {
        assert!(alive(quarter).await, "{quarter}");
    }
    assert!(!alive(12 * 60).await);
    assert!(!alive(12 * 60 + 5).await);
    let secret = enrol(app, "colleague@northmoor.example").await;
    let code = api::sign_in::code(&secret, now()).unwrap();
    let answer = sign_in(app, "colleague@northmoor.example", PASSWORD, &code).await;
    let cookie = answer.header("set-cookie").split(['=', ';']).nth(1).unwrap().to_owned();
    let session =
        store::ground::secret::Secret::read(store::ground::secret::Opens::Session, &cookie).unwrap().sha256();
    let idle = sessions::running(&app.db, &session, now() + sessions::IDLE).await.unwrap();
    assert!(idle.is_none());
}

/// Sends a number of wrong codes with the right password.
async fn wrong_codes(app: &TestApp, email: &str, count: i64) {
    for _ in 0..count / 10 {
        let ten = futures::future::join_all((0..10).map(|_| sign_in(app, email, PASSWORD, "000000"))).await;
        assert!(ten.iter().all(|answer| answer.status == StatusCode::UNAUTHORIZED), "{ten:?}");
    }
}

#[tokio::test]
async fn wrong_passwords_lock_nobody() {
    let council = Council::new().await;
    let app = &council.app;
    let email = "writer@northmoor.example";
    let secret = enrol(app, email).await;
    let code = api::sign_in::code(&secret, now()).unwrap();
    for _ in 0..4 {
        let wrong = (0..10).map(|_| sign_in(app, email, "not the password", &code));
        let ten = futures::future::join_all(wrong).await;
        assert!(ten.iter().all(|answer| answer.status == StatusCode::UNAUTHORIZED), "{ten:?}");
    }
    assert_eq!(sign_in(app, email, PASSWORD, &code).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn strangers_who_sign_in_do_not_wait_for_those_who_write() {
    let council = Council::new().await;
    let email = "writer@northmoor.example";
    enrol(&council.app, email).await;
    // Another process, whose readers do not wait for writers as those of tests do.
    let other = council.app.on(store::Db::open(&council.app.url).await.unwrap()).await;
    let wrong = || sign_in(&other, email, "not the password", "000000");
    // The audit trail takes a few lines of an address in a minute; from then on refusals are only counted.
    for _ in 0..2 {
        futures::future::join_all((0..6).map(|_| wrong())).await;
    }
    let writing = other.db.begin_quietly().await.unwrap();
    // Nobody gets a second writer of SQLite: it would take five seconds until that is refused.
    let answer = tokio::time::timeout(Duration::from_secs(4), wrong()).await.unwrap();
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    writing.rollback().await.unwrap();
}

#[tokio::test]
async fn after_many_wrong_codes_it_takes_two_right_ones_in_a_row() {
    let seconds = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&seconds);
    let later = move |seconds: i64| now() + TimeDelta::seconds(seconds);
    let app = TestApp::ticking(move || later(clock.load(Ordering::SeqCst))).await;
    let council = Council::over(app).await;
    let (app, email) = (&council.app, "writer@northmoor.example");
    let secret = enrol(app, email).await;
    let right = async |at: i64| {
        seconds.store(at, Ordering::SeqCst);
        sign_in(app, email, PASSWORD, &api::sign_in::code(&secret, later(at)).unwrap()).await.status
    };
    assert_eq!(sessions::FAILURES_MAX % 10, 0);
    wrong_codes(app, email, sessions::FAILURES_MAX - 10).await;
    assert_eq!(right(0).await, StatusCode::NO_CONTENT, "fewer than many");
    wrong_codes(app, email, sessions::FAILURES_MAX).await;
    assert_eq!(right(60).await, StatusCode::UNAUTHORIZED, "the first of two");
    assert_eq!(right(60).await, StatusCode::UNAUTHORIZED, "the same again is not the second");
    assert_eq!(right(900).await, StatusCode::UNAUTHORIZED, "a quarter of an hour later is not in a row");
    assert_eq!(right(930).await, StatusCode::NO_CONTENT);
    assert_eq!(right(960).await, StatusCode::NO_CONTENT, "from then on one is enough again");
    wrong_codes(app, email, sessions::FAILURES_MAX).await;
    assert_eq!(
        right(960 + sessions::LOCKED.num_seconds()).await,
        StatusCode::NO_CONTENT,
        "after an hour, too"
    );
}

#[tokio::test]
async fn a_failed_sign_in_takes_as_long_for_nobody_as_for_somebody() {
    let council = Council::new().await;
    let app = &council.app;
    let secret = enrol(app, "writer@northmoor.example").await;
    let code = api::sign_in::code(&secret, now()).unwrap();
    for (email, password, code) in [
        ("writer@northmoor.example", "not the password", code.as_str()),
        ("writer@northmoor.example", PASSWORD, "000000"),
        ("nobody@northmoor.example", PASSWORD, "000000"),
    ] {
        let begun = Instant::now();
        let answer = sign_in(app, email, password, code).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        // Longer than any of it takes, however far it got.
        assert!(begun.elapsed().as_millis() >= 200, "{email}: {:?}", begun.elapsed());
    }
}
