//! Asking witnesses for their signatures (C2SP tlog-witness).

use std::str::FromStr;
use std::time::Duration;

use futures::future::join_all;
use reqwest::{StatusCode, Url};
use transparency::{Cosigner, Tree, add_checkpoint, with_cosignatures, witnesses};

use super::error::SignError;
use super::files::LogFiles;

/// Time limit for an answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest answer accepted, in bytes.
const ANSWER_MAX: usize = 64 << 10;

/// A witness to ask for its signature.
#[derive(Debug, Clone)]
pub struct Witness {
    key: Cosigner,
    url: Url,
    /// The size it last signed, as far as known.
    seen: u64,
}

impl Witness {
    /// The key that verifies its signatures.
    pub fn key(&self) -> &Cosigner {
        &self.key
    }
}

impl FromStr for Witness {
    type Err = String;

    /// Parses a key and an address: `name+id+key https://...`. Plain http only for a witness on this machine.
    fn from_str(text: &str) -> Result<Self, String> {
        let (key, url) = text.trim().split_once(char::is_whitespace).ok_or("write 'KEY URL'")?;
        let key = Cosigner::read(key).map_err(|error| error.to_string())?;
        let url: Url = url.trim().parse().map_err(|error| format!("'{url}': {error}"))?;
        let here = url.host_str().is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && here) {
            return Err(format!("'{url}' is not https"));
        }
        Ok(Self { key, url, seen: 0 })
    }
}

/// The witnesses of a log.
#[derive(Debug)]
pub(super) struct Witnesses {
    http: reqwest::Client,
    all: Vec<Witness>,
}

impl Witnesses {
    pub(super) fn new(all: Vec<Witness>) -> Result<Self, reqwest::Error> {
        // Fails only if a provider is already installed, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
        Ok(Self { http: http.build()?, all })
    }

    fn keys(&self) -> Vec<Cosigner> {
        self.all.iter().map(|witness| witness.key.clone()).collect()
    }

    /// Whether every witness signed this checkpoint.
    pub(super) fn have_signed(&self, checkpoint: &[u8]) -> bool {
        witnesses(checkpoint, &self.keys()).is_ok_and(|signed| signed.len() == self.all.len())
    }

    /// The checkpoint with the signatures that witnesses give now. One that does not answer or refuses is only
    /// reported in the program's log: no witness can stop a log.
    pub(super) async fn ask(
        &mut self,
        tree: Tree,
        files: &LogFiles,
        checkpoint: Vec<u8>,
    ) -> Result<Vec<u8>, SignError> {
        let keys = self.keys();
        let signed = witnesses(&checkpoint, &keys)?;
        let http = &self.http;
        let missing = self.all.iter_mut().filter(|witness| !signed.contains(&witness.key.name()));
        let asked = missing.map(|witness| witness.ask(http, tree, files, &checkpoint));
        let mut answers = String::new();
        for answer in join_all(asked).await {
            match answer {
                Ok(lines) => answers.push_str(&lines),
                Err(reason) => tracing::warn!("a witness did not sign {} entries: {reason}", tree.size),
            }
        }
        Ok(with_cosignatures(&checkpoint, &answers, &keys)?)
    }
}

impl Witness {
    async fn ask(
        &mut self,
        http: &reqwest::Client,
        tree: Tree,
        files: &LogFiles,
        checkpoint: &[u8],
    ) -> Result<String, String> {
        let name = self.key.name().to_owned();
        let told = |reason: &dyn std::fmt::Display| format!("{name}: {reason}");
        let url = format!("{}/add-checkpoint", self.url.as_str().trim_end_matches('/'));
        // If our idea of what it saw is wrong, it answers 409 with the right size: try once more with that.
        for _ in 0..2 {
            let (files, seen) = (files.clone(), self.seen);
            let proof = tokio::task::spawn_blocking(move || tree.consistency(&files, seen)).await;
            let proof = proof.map_err(|error| told(&error))?.map_err(|error| told(&error))?;
            let body = add_checkpoint(seen, &proof, checkpoint);
            let answer = http.post(&url).body(body).send().await.map_err(|error| told(&error))?;
            let status = answer.status();
            let text = short(answer).await.map_err(|error| told(&error))?;
            match status {
                StatusCode::OK => {
                    self.seen = tree.size;
                    return Ok(text);
                }
                StatusCode::CONFLICT => match text.trim().parse() {
                    Ok(size) if size > tree.size => {
                        return Err(told(&format!(
                            "it saw {size} entries, more than there are: the log may have been cut"
                        )));
                    }
                    Ok(size) if size != seen => self.seen = size,
                    _ => return Err(told(&"it saw another log of the same name")),
                },
                other => return Err(told(&format!("it answers {other}"))),
            }
        }
        Err(told(&"it changed its mind about what it saw"))
    }
}

/// A short answer as text.
async fn short(mut answer: reqwest::Response) -> Result<String, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| error.to_string())? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > ANSWER_MAX {
            return Err(format!("its answer is longer than {ANSWER_MAX} bytes"));
        }
    }
    String::from_utf8(bytes).map_err(|_| "its answer is no text".to_owned())
}
