//! A receiver of webhooks on loopback: it keeps what it was sent, and answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::routing::post;
use serde_json::Value;

/// A message as it came in.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, byte by byte.
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

/// An answer: a status, and perhaps a header.
type Answer = (u16, Option<(&'static str, String)>);

#[derive(Debug, Default)]
struct Kept {
    messages: Vec<Message>,
    answers: VecDeque<Answer>,
}

/// The receiver; it ends with the test.
#[derive(Debug)]
pub struct Receiver {
    /// Where it listens.
    pub url: String,
    kept: Arc<Mutex<Kept>>,
}

impl Receiver {
    /// Starts one.
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

    /// Answers the next messages so, one after the other; those after them with 204.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.kept.lock().unwrap().answers.extend(answers);
    }

    /// What came in since it was asked last.
    pub fn take(&self) -> Vec<Message> {
        std::mem::take(&mut self.kept.lock().unwrap().messages)
    }
}
