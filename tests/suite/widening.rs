//! Nobody widens what they may do: tokens stay within what made them, rights are given out after a recent sign-in,
//! who is disabled keeps nothing, and some roles take two.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use acts::{Act, Actor, HeldRole, Refusal, Vouched};
use axum::http::{Method, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use domain::authorisation::Remit;
use domain::codes::{OrganisationKind, Role};
use serde_json::{Value, json};
use store::ground::secret::{Opens, Secret};
use store::people::{self, Token};
use suite::{Answer, TestApp, now};

use crate::sessions::{PASSWORD, enrol};
use crate::submissions::{Council, ready};

/// A clock that tests move on.
#[derive(Clone, Default)]
struct Clock(Arc<AtomicI64>);

impl Clock {
    fn now(&self) -> DateTime<Utc> {
        now() + TimeDelta::seconds(self.0.load(Ordering::SeqCst))
    }

    fn pass(&self, time: TimeDelta) {
        self.0.fetch_add(time.num_seconds(), Ordering::SeqCst);
    }

    async fn app(&self) -> TestApp {
        let clock = self.clone();
        TestApp::ticking(move || clock.now()).await
    }
}

/// A person in a browser.
struct Browser<'a> {
    app: &'a TestApp,
    clock: &'a Clock,
    email: &'static str,
    second_factor: String,
    cookie: String,
}

impl<'a> Browser<'a> {
    async fn signed_in(app: &'a TestApp, clock: &'a Clock, email: &'static str) -> Self {
        let second_factor = enrol(app, email).await;
        let mut browser = Self { app, clock, email, second_factor, cookie: String::new() };
        browser.sign_in().await;
        browser
    }

    /// Signs in, again perhaps. A code works once, so time passes.
    async fn sign_in(&mut self) {
        self.clock.pass(TimeDelta::seconds(31));
        let code = api::sign_in::code(&self.second_factor, self.clock.now()).unwrap();
        let body = json!({ "email": self.email, "password": PASSWORD, "code": code });
        let answer = self.call(Method::POST, "/api/v1/session", body).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
        self.cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Answer {
        let mut headers = vec![("content-type", "application/json")];
        if !self.cookie.is_empty() {
            headers.push(("cookie", self.cookie.as_str()));
        }
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.app.send_body(method, path, &headers, body).await
    }

    async fn token(&self) -> Value {
        let made = self.call(Method::POST, "/api/v1/tokens", json!({ "label": "x", "days": 365 })).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        made.json()
    }
}

async fn me(app: &TestApp, token: &str) -> Answer {
    app.call(Method::GET, "/api/v1/people/me", token, None, Value::Null).await
}

async fn works(app: &TestApp, token: &str) -> bool {
    let status = me(app, token).await.status;
    assert!(matches!(status, StatusCode::OK | StatusCode::UNAUTHORIZED), "{status}");
    status == StatusCode::OK
}

fn secret_of(made: &Value) -> String {
    made["secret"].as_str().unwrap().to_owned()
}

/// An act on the command line, committed if it succeeds.
async fn on_the_command_line<T>(
    app: &TestApp,
    doing: impl AsyncFnOnce(&Act<'_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let tx = app.db.begin_quietly().await.unwrap();
    let act = Act { tx: &tx, now: (app.api.clock)(), actor: Actor::CommandLine };
    let done = doing(&act).await;
    if done.is_ok() {
        tx.commit().await.unwrap();
    } else {
        tx.rollback().await.unwrap();
    }
    done
}

/// The latest line of the audit trail about a person.
async fn latest(app: &TestApp, admin: &str) -> (String, String) {
    let path = "/api/v1/audit?kind=person&limit=1";
    let trail = app.call(Method::GET, path, admin, None, Value::Null).await.json();
    let line = &trail["items"][0];
    let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    (text("action"), text("detail"))
}

#[tokio::test]
async fn a_token_never_exceeds_the_token_that_made_it_and_ends_with_it() {
    let council = Council::new().await;
    let app = &council.app;
    let other = app.organisation("Southmoor Council", OrganisationKind::LocalAuthority).await;
    let email = "sam@northmoor.example";
    app.token(email, Role::Contributor, Some(&council.id)).await;
    app.token(email, Role::Approver, Some(&council.id)).await;
    let root = app.token(email, Role::Contributor, Some(&other)).await;
    let make =
        async |token: &str, body: Value| app.call(Method::POST, "/api/v1/tokens", token, None, body).await;
    let narrow = json!({
        "label": "narrow", "role": "contributor", "organisation": "northmoor-borough-council", "days": 1
    });
    let narrow = make(&root, narrow).await.json();
    let narrow_secret = secret_of(&narrow);
    for wider in [
        json!({ "label": "x", "role": "approver" }),
        json!({ "label": "x", "organisation": "southmoor-council" }),
    ] {
        let refused = make(&narrow_secret, wider).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    }
    let child = make(&narrow_secret, json!({ "label": "child", "days": 365 })).await.json();
    for limit in ["role", "organisation", "expires_at"] {
        assert_eq!(child[limit], narrow[limit], "{limit}");
        assert!(child[limit].is_string(), "{limit}");
    }
    let grandchild = secret_of(&make(&secret_of(&child), json!({ "label": "grandchild" })).await.json());
    // Roles given later do not get past the limit either.
    app.token(email, Role::Observer, Some(&council.id)).await;
    for token in [&secret_of(&child), &grandchild] {
        let roles = me(app, token).await.json()["roles"].clone();
        assert_eq!(roles.as_array().unwrap().len(), 1, "{roles}");
        assert_eq!(roles[0]["role"], "contributor");
        assert_eq!(roles[0]["organisation"], "northmoor-borough-council");
    }
    let sibling = secret_of(&make(&root, json!({ "label": "sibling" })).await.json());
    let path = format!("/api/v1/tokens/{}", narrow["id"].as_str().unwrap());
    let revoked = app.call(Method::DELETE, &path, &root, None, Value::Null).await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    for token in [&narrow_secret, &secret_of(&child), &grandchild] {
        assert!(!works(app, token).await);
    }
    assert!(works(app, &root).await && works(app, &sibling).await);
    let list = app.call(Method::GET, "/api/v1/tokens", &root, None, Value::Null).await.json();
    for one in list["items"].as_array().unwrap() {
        let label = one["label"].as_str().unwrap();
        assert_eq!(
            one["revoked_at"].is_string(),
            ["narrow", "child", "grandchild"].contains(&label),
            "{one}"
        );
    }
    // One that is reported as leaked takes its own along.
    let leaked = secret_of(&make(&root, json!({ "label": "leaked" })).await.json());
    let below = secret_of(&make(&leaked, json!({ "label": "below" })).await.json());
    let body = json!({ "token": leaked }).to_string().into_bytes();
    app.send_body(Method::POST, "/api/v1/tokens/leaked", &[("content-type", "application/json")], body).await;
    assert!(!works(app, &leaked).await && !works(app, &below).await);
}

#[tokio::test]
async fn a_token_made_while_its_parent_was_being_revoked_does_not_work() {
    let council = Council::new().await;
    let app = &council.app;
    let parent = Secret::read(Opens::Person, &council.writer).unwrap();
    let parent = people::token_of(&app.db, &parent.sha256()).await.unwrap().unwrap();
    let keep = async |parent: &Token, id: &str| {
        let secret = Secret::new(Opens::Person);
        let token = Token { id: id.to_owned(), parent: Some(parent.id.clone()), ..parent.clone() };
        let tx = app.db.begin_quietly().await.unwrap();
        people::keep_token(&tx, &token, &secret.sha256()).await.unwrap();
        tx.commit().await.unwrap();
        (token, secret.reveal())
    };
    let (child, _) = keep(&parent, "child").await;
    let tx = app.db.begin_quietly().await.unwrap();
    assert!(people::revoke_token(&tx, &parent.id, now()).await.unwrap());
    tx.commit().await.unwrap();
    let (_, late) = keep(&parent, "late").await;
    let (_, later) = keep(&child, "later").await;
    assert!(!works(app, &late).await && !works(app, &later).await);
}

#[tokio::test]
async fn a_token_made_in_a_browser_ends_with_its_session() {
    let clock = Clock::default();
    let app = clock.app().await;
    let body = app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
    let email = "sam@northmoor.example";
    app.token(email, Role::Contributor, Some(&body)).await;
    let mut browser = Browser::signed_in(&app, &clock, email).await;
    let signed_in = clock.now();
    clock.pass(TimeDelta::minutes(5));
    let made = browser.token().await;
    let ends: DateTime<Utc> = made["expires_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(ends, signed_in + TimeDelta::hours(12));
    let token = secret_of(&made);
    assert!(works(&app, &token).await);
    // Who signs in again in the same browser goes on, and so does the token; the old cookie does not.
    let before = browser.cookie.clone();
    browser.sign_in().await;
    assert!(works(&app, &token).await);
    let old = app.send(Method::GET, "/api/v1/people/me", &[("cookie", &before)]).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    let made =
        app.call(Method::POST, "/api/v1/tokens", &token, None, json!({ "label": "x", "days": 365 })).await;
    let below = secret_of(&made.json());
    assert!(works(&app, &below).await);
    assert_eq!(
        browser.call(Method::DELETE, "/api/v1/session", Value::Null).await.status,
        StatusCode::NO_CONTENT
    );
    assert!(!works(&app, &token).await && !works(&app, &below).await);

    // It ends with an idle session, too: using it is no use of the session.
    browser.cookie.clear();
    browser.sign_in().await;
    let token = secret_of(&browser.token().await);
    clock.pass(TimeDelta::minutes(20));
    assert!(works(&app, &token).await);
    clock.pass(TimeDelta::minutes(11));
    assert!(!works(&app, &token).await);
    // Nor does it come back with the next sign-in.
    browser.sign_in().await;
    assert!(!works(&app, &token).await);

    // And with a new password.
    let token = secret_of(&browser.token().await);
    enrol(&app, email).await;
    assert!(!works(&app, &token).await);
}

#[tokio::test]
async fn in_a_browser_rights_are_given_out_only_after_a_recent_sign_in() {
    let clock = Clock::default();
    let app = clock.app().await;
    app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
    let email = "admin@register.example";
    let token = app.token(email, Role::Admin, None).await;
    let mut browser = Browser::signed_in(&app, &clock, email).await;
    let person = json!({ "email": "kim@northmoor.example", "name": "Kim" });
    let roles = "/api/v1/people/kim@northmoor.example/roles";
    let role = |revoke: bool| json!({ "role": "approver", "organisation": "northmoor-borough-council", "revoke": revoke });
    assert_eq!(browser.call(Method::POST, "/api/v1/people", person).await.status, StatusCode::CREATED);
    clock.pass(TimeDelta::seconds(14 * 60 + 59));
    assert_eq!(browser.call(Method::POST, roles, role(false)).await.status, StatusCode::OK);
    clock.pass(TimeDelta::seconds(1));
    let label = json!({ "label": "x" });
    for (path, body) in [(roles, role(false)), (roles, role(true)), ("/api/v1/tokens", label.clone())] {
        let refused = browser.call(Method::POST, path, body).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{path}: {}", refused.text);
        assert_eq!(refused.json()["type"], "/problems/sign-in-again");
        assert_eq!(refused.header("content-type"), "application/problem+json");
    }
    // The rest goes on, and a program with a token is not asked.
    let list = browser.call(Method::GET, "/api/v1/people", Value::Null).await;
    assert_eq!(list.json()["items"][1]["roles"][0]["role"], "approver");
    assert_eq!(app.call(Method::POST, roles, &token, None, role(true)).await.status, StatusCode::OK);
    browser.sign_in().await;
    assert_eq!(browser.call(Method::POST, roles, role(false)).await.status, StatusCode::OK);
    assert_eq!(browser.call(Method::POST, "/api/v1/tokens", label).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_provider_that_does_not_say_when_gives_no_recent_sign_in() {
    let app = TestApp::new().await;
    let body = app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
    let email = "sam@northmoor.example";
    app.token(email, Role::Contributor, Some(&body)).await;
    for (signed_in_at, expected) in [
        (None, StatusCode::UNAUTHORIZED),
        (Some(now() - TimeDelta::minutes(15)), StatusCode::UNAUTHORIZED),
        (Some(now() - TimeDelta::minutes(14)), StatusCode::CREATED),
        // Its clock may be ahead.
        (Some(now() + TimeDelta::minutes(2)), StatusCode::CREATED),
    ] {
        let who = Vouched {
            issuer: "https://id.example".to_owned(),
            subject: "sam".to_owned(),
            email: Some(email.to_owned()),
            signed_in_at,
        };
        let tx = app.db.begin_quietly().await.unwrap();
        let act = Act { tx: &tx, now: now(), actor: Actor::Public };
        let secret = acts::begin_vouched_session(&act, &who, &[]).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let cookie = format!("__Host-register={}", secret.reveal());
        let headers = [("cookie", cookie.as_str()), ("content-type", "application/json")];
        let made =
            app.send_body(Method::POST, "/api/v1/tokens", &headers, br#"{"label":"x"}"#.to_vec()).await;
        assert_eq!(made.status, expected, "{signed_in_at:?}: {}", made.text);
        let me = app.send(Method::GET, "/api/v1/people/me", &[("cookie", &cookie)]).await;
        assert_eq!(me.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_disabled_person_keeps_nothing_when_enabled_again() {
    let clock = Clock::default();
    let app = clock.app().await;
    let body = app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
    let email = "sam@northmoor.example";
    let token = app.token(email, Role::Contributor, Some(&body)).await;
    let browser = Browser::signed_in(&app, &clock, email).await;
    let made = app.call(Method::POST, "/api/v1/submissions", &token, None, ready("Planner")).await;
    let links = format!("{}/preview-links", made.header("location"));
    let link = app.call(Method::POST, &links, &token, None, json!({})).await.json();
    let link = link["url"].as_str().unwrap().replace("http://register.test", "");
    let all = async || {
        let session = browser.call(Method::GET, "/api/v1/people/me", Value::Null).await;
        [
            works(&app, &token).await,
            session.status == StatusCode::OK,
            app.get(&link).await.status == StatusCode::OK,
        ]
    };
    assert_eq!(all().await, [true; 3]);
    // Enabling somebody who is not disabled changes nothing.
    on_the_command_line(&app, async |act| acts::set_active(act, email, true).await).await.unwrap();
    assert_eq!(all().await, [true; 3]);
    on_the_command_line(&app, async |act| acts::set_active(act, email, false).await).await.unwrap();
    assert_eq!(all().await, [false; 3]);
    on_the_command_line(&app, async |act| acts::set_active(act, email, true).await).await.unwrap();
    assert_eq!(all().await, [false; 3]);
    // They begin afresh.
    let fresh = app.token(email, Role::Contributor, Some(&body)).await;
    assert!(works(&app, &fresh).await);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let app = TestApp::new().await;
    let (first, second) = ("first@register.example", "second@register.example");
    let a = app.token(first, Role::Admin, None).await;
    let revoke = async |token: &str, whose: &str| {
        let path = format!("/api/v1/people/{whose}/roles");
        app.call(Method::POST, &path, token, None, json!({ "role": "admin", "revoke": true })).await
    };
    let refused = revoke(&a, first).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("first@register.example is the last administrator"), "{}", refused.text);
    for act in [
        on_the_command_line(&app, async |act| acts::set_active(act, first, false).await.map(drop)).await,
        on_the_command_line(&app, async |act| {
            acts::revoke_role(act, first, &HeldRole::admin()).await.map(drop)
        })
        .await,
    ] {
        assert!(matches!(&act, Err(Refusal::Conflict(why)) if why.contains("last administrator")), "{act:?}");
    }
    // A disabled administrator does not count.
    let b = app.token(second, Role::Admin, None).await;
    on_the_command_line(&app, async |act| acts::set_active(act, second, false).await).await.unwrap();
    assert_eq!(revoke(&a, first).await.status, StatusCode::CONFLICT);
    on_the_command_line(&app, async |act| acts::set_active(act, second, true).await).await.unwrap();
    assert!(!works(&app, &b).await);
    // Of two who take each other's role at once, one stays.
    let b = app.token(second, Role::Admin, None).await;
    let (one, other) = tokio::join!(revoke(&a, second), revoke(&b, first));
    let done = [&one, &other].iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(done, 1, "{}, {}", one.text, other.text);
    let tx = app.db.begin_quietly().await.unwrap();
    assert_eq!(people::administrators(&tx).await.unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_grants_themselves_a_role_and_a_regulator_takes_two_administrators() {
    let app = TestApp::new().await;
    app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
    let inspectorate = app.organisation("Schools Inspectorate", OrganisationKind::Regulator).await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let reader = "reader@inspectorate.example";
    let token = app.token(reader, Role::Contributor, Some(&inspectorate)).await;
    let give = async |token: &str, whose: &str, role: &str, body: &str| {
        let path = format!("/api/v1/people/{whose}/roles");
        let change = json!({ "role": role, "organisation": body });
        app.call(Method::POST, &path, token, None, change).await
    };
    for (role, body) in [("regulator", "schools-inspectorate"), ("approver", "northmoor-borough-council")] {
        let refused = give(&admin, "admin@register.example", role, body).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{role}: {}", refused.text);
        assert!(refused.text.contains("nobody grants themselves a role"), "{}", refused.text);
    }
    let council = give(&admin, reader, "regulator", "northmoor-borough-council").await;
    assert_eq!(council.status, StatusCode::BAD_REQUEST);
    assert_eq!(council.json()["errors"][0]["code"], "not-a-regulator");
    assert!(council.text.contains("'Northmoor Borough Council' is not a regulator"), "{}", council.text);

    // A single administrator does it alone, and so does the command line; the trail says so.
    let alone = give(&admin, reader, "regulator", "schools-inspectorate").await;
    assert_eq!(alone.status, StatusCode::OK, "{}", alone.text);
    let (action, detail) = latest(&app, &admin).await;
    assert_eq!(action, "person.grant");
    assert_eq!(detail, "regulator schools-inspectorate (no second administrator: there is only one)");
    let held = HeldRole::find(&app.db, Role::Regulator, Some("schools-inspectorate")).await.unwrap();
    on_the_command_line(&app, async |act| acts::revoke_role(act, reader, &held).await).await.unwrap();
    let again = held.clone();
    on_the_command_line(&app, async |act| acts::grant_role(act, reader, again, Remit::default()).await)
        .await
        .unwrap();
    let (_, detail) = latest(&app, &admin).await;
    assert_eq!(detail, "regulator schools-inspectorate (no second administrator: on the command line)");
    on_the_command_line(&app, async |act| acts::revoke_role(act, reader, &held).await).await.unwrap();

    // With a second one, it waits.
    let second = app.token("second@register.example", Role::Admin, None).await;
    let waits = give(&admin, reader, "regulator", "schools-inspectorate").await;
    assert_eq!(waits.status, StatusCode::ACCEPTED, "{}", waits.text);
    let pending = waits.json()["pending_roles"][0].clone();
    assert_eq!(pending["asked_by"], "admin@register.example");
    assert_eq!(waits.json()["roles"].as_array().unwrap().len(), 1);
    let sealed = async || {
        app.call(Method::GET, "/api/v1/regulator/assessments", &token, None, Value::Null).await.status
    };
    assert_eq!(sealed().await, StatusCode::FORBIDDEN);
    let confirm = async |token: &str, pending: &Value| {
        let path = format!("/api/v1/pending-roles/{}/confirmation", pending["id"].as_str().unwrap());
        app.call(Method::POST, &path, token, None, Value::Null).await
    };
    let own = confirm(&admin, &pending).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    assert!(own.text.contains("another administrator confirms it"), "{}", own.text);
    assert_eq!(confirm(&token, &pending).await.status, StatusCode::FORBIDDEN);
    // Asking again replaces it: nobody confirms what they have not seen.
    let newer =
        give(&admin, reader, "regulator", "schools-inspectorate").await.json()["pending_roles"].clone();
    assert_eq!(newer.as_array().unwrap().len(), 1);
    assert_eq!(confirm(&second, &pending).await.status, StatusCode::NOT_FOUND);
    let confirmed = confirm(&second, &newer[0]).await;
    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.text);
    assert_eq!(confirmed.json()["pending_roles"], Value::Null);
    assert_eq!(sealed().await, StatusCode::OK);
    let (action, detail) = latest(&app, &admin).await;
    assert_eq!(action, "person.grant");
    assert_eq!(detail, "regulator schools-inspectorate (asked for by admin@register.example)");

    // Nobody confirms their own role as regulator, and nobody confirms one whose asker is no longer an administrator.
    let asked = give(&admin, "second@register.example", "regulator", "schools-inspectorate").await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text);
    assert_eq!(confirm(&second, &asked.json()["pending_roles"][0]).await.status, StatusCode::FORBIDDEN);
    let third = app.token("third@register.example", Role::Admin, None).await;
    let asked = give(&third, "second@register.example", "regulator", "schools-inspectorate").await;
    let pending = asked.json()["pending_roles"][0].clone();
    assert_eq!(confirm(&second, &pending).await.status, StatusCode::FORBIDDEN);
    let path = "/api/v1/people/third@register.example/roles";
    let out = json!({ "role": "admin", "revoke": true });
    assert_eq!(app.call(Method::POST, path, &admin, None, out).await.status, StatusCode::OK);
    assert_eq!(confirm(&admin, &pending).await.status, StatusCode::CONFLICT);
    let path = format!("/api/v1/pending-roles/{}", pending["id"].as_str().unwrap());
    assert_eq!(
        app.call(Method::DELETE, &path, &admin, None, Value::Null).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        app.call(Method::DELETE, &path, &admin, None, Value::Null).await.status,
        StatusCode::NOT_FOUND
    );
}
