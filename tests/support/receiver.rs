//! A webhook receiver on loopback. It keeps what it receives, and answers as told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::routing::post;
use serde_json::Value;

/// A message as received.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, exactly.
    pub body: String,
}

impl Message {
    /// A header as text.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A status, and possibly a header.
type Answer = (u16, Option<(&'static str, String)>);

#[derive(Debug, Default)]
struct Kept {
    messages: Vec<Message>,
    answers: VecDeque<Answer>,
}

/// The receiver. Stops with the test.
#[derive(Debug)]
pub struct Receiver {
    /// Its URL.
    pub url: String,
    kept: Arc<Mutex<Kept>>,
}

impl Receiver {
    /// Starts a receiver.
    pub async fn start() -> Self {
        let kept: Arc<Mutex<Kept>> = Arc::default();
        let receive = {
            let kept = Arc::clone(&kept);
            move |headers: HeaderMap, body: Bytes| async move {
                let mut kept = kept.lock().unwrap();
                let body = String::from_utf8(body.to_vec()).unwrap();
                kept.messages.push(Message { headers, body });
                let (status, header) = kept.answers.pop_front().unwrap_or((204, None));
                let headers: HeaderMap = header
                    .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
                    .into_iter()
                    .collect();
                (StatusCode::from_u16(status).unwrap(), headers)
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", post(receive))).await });
        Self { url, kept }
    }

    /// Sets the answers to the next messages, in order; after those it answers 204.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.kept.lock().unwrap().answers.extend(answers);
    }

    /// The messages received since the last call.
    pub fn take(&self) -> Vec<Message> {
        std::mem::take(&mut self.kept.lock().unwrap().messages)
    }
}
