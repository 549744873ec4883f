//! A witness on loopback, as in C2SP tlog-witness. It remembers the last checkpoint it signed, and signs
//! another only if the log grew from that one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signer, SigningKey};
use transparency::{Cosigner, Node, PublicKey, Tree, cosigned_message, open};

/// A running witness.
#[derive(Debug)]
pub struct Witness {
    /// Its key and address, as in the register's settings.
    pub told: String,
    /// Verifies its signatures.
    pub key: Cosigner,
    seen: Arc<Mutex<Tree>>,
}

#[derive(Clone)]
struct Own {
    name: String,
    key: SigningKey,
    log: PublicKey,
    seen: Arc<Mutex<Tree>>,
    asked: Arc<AtomicU64>,
}

impl Witness {
    /// Starts a witness for the log of a key.
    pub async fn start(name: &str, log: &PublicKey) -> Self {
        let secret = SigningKey::from_bytes(&[u8::try_from(name.len()).unwrap(); 32]);
        let key = Cosigner::text(name, &secret.verifying_key());
        let seen = Arc::new(Mutex::new(Tree::EMPTY));
        let own = Own {
            name: name.to_owned(),
            key: secret,
            log: log.clone(),
            seen: Arc::clone(&seen),
            asked: Arc::default(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let told = format!("{key} http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/add-checkpoint", post(add)).with_state(own);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { told, key: Cosigner::read(&key).unwrap(), seen }
    }

    /// The log size it last signed.
    pub fn seen(&self) -> u64 {
        self.seen.lock().unwrap().size
    }

    /// Makes it act as if it had signed another log.
    pub fn remember(&self, tree: Tree) {
        *self.seen.lock().unwrap() = tree;
    }
}

async fn add(State(own): State<Own>, body: Bytes) -> Response {
    let bad = |reason: &'static str| (StatusCode::BAD_REQUEST, reason).into_response();
    let Some(end) = body.windows(2).position(|two| two == b"\n\n") else { return bad("no empty line") };
    let (head, checkpoint) = (&body[..end], &body[end + 2..]);
    let Ok(head) = std::str::from_utf8(head) else { return bad("no text") };
    let mut lines = head.split('\n');
    let old = lines.next().and_then(|line| line.strip_prefix("old ")?.parse::<u64>().ok());
    let Some(old) = old else { return bad("no old size") };
    let proof = lines.map(|line| Some(Node(BASE64.decode(line).ok()?.try_into().ok()?)));
    let Some(proof) = proof.collect::<Option<Vec<Node>>>() else { return bad("no hash") };
    let Ok(opened) = open(checkpoint, std::slice::from_ref(&own.log)) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let tree = opened.tree;
    let mut seen = own.seen.lock().unwrap();
    let conflict =
        |size: u64| (StatusCode::CONFLICT, [(header::CONTENT_TYPE, "text/x.tlog.size")], format!("{size}\n"));
    if old > tree.size {
        return bad("the old size is larger");
    }
    if old != seen.size || (old == tree.size && seen.root != tree.root) {
        return conflict(seen.size).into_response();
    }
    if !tree.follows(&seen, &proof) {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    *seen = tree;
    let end = checkpoint.windows(2).position(|two| two == b"\n\n").unwrap();
    // A different time for each signature.
    let seconds = 1_800_000_000 + own.asked.fetch_add(1, Ordering::SeqCst);
    let signature = own.key.sign(&cosigned_message(seconds, &checkpoint[..=end]));
    let id = own_id(&own);
    let bytes = [&id[..], &seconds.to_be_bytes(), &signature.to_bytes()].concat();
    format!("— {} {}\n", own.name, BASE64.encode(bytes)).into_response()
}

/// The four-byte key id, taken from its text form.
fn own_id(own: &Own) -> [u8; 4] {
    let text = Cosigner::text(&own.name, &own.key.verifying_key());
    u32::from_str_radix(text.split('+').nth(1).unwrap(), 16).unwrap().to_be_bytes()
}
