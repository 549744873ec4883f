//! Signing in through OpenID Connect, at a real provider.

use api::Provider;
use axum::http::{Method, StatusCode};
use base64::Engine;
use domain::codes::{OrganisationKind, Role};
use suite::TestApp;

const CALLBACK: &str = "http://register.test/api/v1/session/provider/callback";

/// A browser at the provider.
struct Browser(reqwest::Client);

impl Browser {
    fn new() -> Self {
        // Needs the process's TLS cryptography, which the register sets when it makes its provider.
        let client =
            reqwest::Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none());
        Self(client.build().unwrap())
    }

    /// Signs in there under a name. Returns the path back to the register.
    async fn sign_in(&self, address: &str, name: &str) -> String {
        let mut next = address.to_owned();
        for _ in 0..20 {
            if let Some(path) = next.strip_prefix("http://register.test") {
                return path.to_owned();
            }
            let answer = self.0.get(&next).send().await.unwrap();
            let base = answer.url().clone();
            let step = match answer.headers().get("location") {
                Some(there) => there.to_str().unwrap().to_owned(),
                None => {
                    // Two forms: first the login, then the consent.
                    let page = answer.text().await.unwrap();
                    let prompt = if page.contains("name=\"login\"") { "login" } else { "consent" };
                    let action = page.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
                    let form = [("prompt", prompt), ("login", name), ("password", "any")];
                    let sent = self.0.post(base.join(action).unwrap()).form(&form).send().await.unwrap();
                    sent.headers()["location"].to_str().unwrap().to_owned()
                }
            };
            next = base.join(&step).unwrap().to_string();
        }
        panic!("the provider leads nowhere: {next}");
    }
}

struct Away {
    address: String,
    cookie: String,
}

async fn away(app: &TestApp, query: &str) -> Away {
    let answer = app.get(&format!("/api/v1/session/provider{query}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-register-sign-in="), "{cookie}");
    for word in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax", "; Max-Age=600"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap().to_owned();
    Away { address: answer.header("location").to_owned(), cookie }
}

#[tokio::test]
async fn people_sign_in_at_a_real_provider_and_nobody_else_does() {
    let Some(provider) = suite::provider::start(CALLBACK) else { return };
    let known = Provider::new(
        &provider.issuer,
        "register",
        Some("a secret of the test".to_owned()),
        "http://register.test",
    )
    .unwrap();
    let app = TestApp::made(|app| app.with_provider(known)).await;
    let council = app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
    app.token("sam@northmoor.example", Role::Contributor, Some(&council)).await;
    app.token("unverified@northmoor.example", Role::Contributor, Some(&council)).await;
    let come_back = async |path: &str, cookie: &str| app.send(Method::GET, path, &[("cookie", cookie)]).await;

    // The request carries everything that protects the way back, and people return to where they were.
    let sent = away(&app, "?return_to=/submit/drafts").await;
    for part in [
        "response_type=code",
        "code_challenge_method=S256",
        "nonce=",
        "state=",
        "scope=openid+email",
        "max_age=",
    ] {
        assert!(sent.address.contains(part), "{part}: {}", sent.address);
    }
    let browser = Browser::new();
    let back = browser.sign_in(&sent.address, "sam@northmoor.example").await;
    let answer = come_back(&back, &sent.cookie).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, "/submit/drafts"),
        "{}",
        answer.text
    );
    let session = answer.headers.get_all("set-cookie").iter().next().unwrap().to_str().unwrap();
    let session = session.split(';').next().unwrap().to_owned();
    assert!(session.starts_with("__Host-register=oar_s_"), "{session}");
    let me = app.send(Method::GET, "/api/v1/people/me", &[("cookie", &session)]).await;
    assert_eq!(me.json()["email"], "sam@northmoor.example");
    // The provider says when they signed in there, so they may make a token.
    let headers = [("cookie", session.as_str()), ("content-type", "application/json")];
    let made = app.send_body(Method::POST, "/api/v1/tokens", &headers, br#"{"label":"x"}"#.to_vec()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    // It is told to ask even people it knows, and does.
    let again = away(&app, "?return_to=/submit&again=true").await;
    assert!(
        again.address.contains("prompt=login") && again.address.contains("max_age="),
        "{}",
        again.address
    );
    let back = browser.sign_in(&again.address, "sam@northmoor.example").await;
    let both = format!("{session}; {}", again.cookie);
    let answer = come_back(&back, &both).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, "/submit"),
        "{}",
        answer.text
    );
    let old = app.send(Method::GET, "/api/v1/people/me", &[("cookie", &session)]).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED, "the session has a new id");

    // The answer works once.
    assert_eq!(come_back(&back, &sent.cookie).await.status, StatusCode::UNAUTHORIZED);

    // From now on the provider's subject counts, not the e-mail address.
    let sent = away(&app, "").await;
    let back = Browser::new().sign_in(&sent.address, "sam@northmoor.example+gone@elsewhere.example").await;
    let answer = come_back(&back, &sent.cookie).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/"), "{}", answer.text);

    // Refused: another subject with the same address, an unverified address, and a stranger.
    for name in ["thief+sam@northmoor.example", "unverified@northmoor.example", "stranger@elsewhere.example"]
    {
        let sent = away(&app, "").await;
        let back = Browser::new().sign_in(&sent.address, name).await;
        let answer = come_back(&back, &sent.cookie).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}: {}", answer.text);
        assert!(answer.headers.get("set-cookie").is_none(), "{name}");
    }

    // Refused: another browser, no browser, a foreign state, another code, and a refusal by the provider.
    let sent = away(&app, "").await;
    let other = away(&app, "").await;
    let back = Browser::new().sign_in(&sent.address, "sam@northmoor.example").await;
    assert_eq!(come_back(&back, &other.cookie).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.get(&back).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(come_back(&back, &sent.cookie).await.status, StatusCode::SEE_OTHER, "nobody else spent it");
    assert_eq!(come_back(&back, &sent.cookie).await.status, StatusCode::UNAUTHORIZED, "its owner did");
    for path in ["?state=foreign&code=x", "?code=x", "?error=access_denied&state=x", ""] {
        let path = format!("/api/v1/session/provider/callback{path}");
        assert_eq!(come_back(&path, &other.cookie).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }

    // If the provider is down, people are told so, and the register keeps working.
    let sent = away(&app, "").await;
    drop(provider);
    let state = sent.address.split("state=").nth(1).unwrap().split('&').next().unwrap();
    let back = format!("/api/v1/session/provider/callback?code=any&state={state}");
    let answer = come_back(&back, &sent.cookie).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text);
    assert_eq!(app.get("/api/v1/records").await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_is_sent_to_another_site_afterwards() {
    let app = TestApp::made(|app| {
        app.with_provider(Provider::new("http://127.0.0.1:9", "r", None, "http://register.test").unwrap())
    })
    .await;
    for path in
        ["https://evil.example/", "//evil.example", "/%5Cevil.example", "submit", "/%0d%0aSet-Cookie:x"]
    {
        let answer = app.get(&format!("/api/v1/session/provider?return_to={path}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn an_invented_return_costs_the_provider_nothing() {
    // Nothing listens there, so a sign-in gets a 503.
    let provider = Provider::new("http://127.0.0.1:9", "r", None, "http://register.test").unwrap();
    let app = TestApp::made(|app| app.with_provider(provider)).await;
    let begun = format!(
        r#"{{"state":"s","nonce":"n","verifier":"v","return_to":"/","at":{}}}"#,
        suite::now().timestamp()
    );
    let plain = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&begun);
    // Encrypted, but with another register's key.
    let other = store::ground::keyring::Keyring::read(&store::ground::keyring::Keyring::generate()).unwrap();
    let place = store::ground::keyring::Place::Cookie("__Host-register-sign-in");
    let foreign = other.encrypt(place, &begun).unwrap().to_cookie();
    let come_back = async |cookie: &str| {
        let cookie = format!("__Host-register-sign-in={cookie}");
        let path = "/api/v1/session/provider/callback?state=s&code=x";
        app.send(Method::GET, path, &[("cookie", &cookie)]).await
    };
    for forged in [plain, foreign] {
        assert_eq!(come_back(&forged).await.status, StatusCode::UNAUTHORIZED);
    }
    // One of ours is asked about, once.
    let own = suite::keyring().encrypt(place, &begun).unwrap().to_cookie();
    assert_eq!(come_back(&own).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(come_back(&own).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_register_without_a_provider_says_so() {
    let app = TestApp::new().await;
    for path in ["/api/v1/session/provider", "/api/v1/session/provider/callback?state=x&code=y"] {
        assert_eq!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
