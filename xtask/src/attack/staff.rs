//! Staff, who work beside an attack: what they do, and how fast it goes.

use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::json;
use totp_rs::{Builder, Secret, Totp};

use crate::torture::http::{Answer, Client};
use crate::torture::process::interrupted;
use crate::torture::world::{Server, World};

/// People who sign in with a password. A code counts once, so each signs in once in half a minute.
const PEOPLE: usize = 12;
/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Adds people and gives them passwords. Returns their addresses and the secrets of their second factors.
pub(crate) fn enrol(world: &World) -> Result<Vec<(String, String)>, String> {
    (0..PEOPLE)
        .map(|number| {
            let email = format!("person{number}@northmoor.example");
            world.say(&["person", "add", &email, "--name", &format!("Person {number}")])?;
            Ok((email.clone(), password(world, &email)?))
        })
        .collect()
}

/// Sets somebody's password. Returns the secret of the second factor.
fn password(world: &World, email: &str) -> Result<String, String> {
    let mut command = world.command(&["person", "password", email]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let mut stdin = child.stdin.take().ok_or("the command has no stdin")?;
    writeln!(stdin, "{PASSWORD}").map_err(|error| error.to_string())?;
    drop(stdin);
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let secret = said.split("secret=").nth(1).and_then(|rest| rest.trim().split('&').next());
    secret.map(str::to_owned).ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The code an authenticator would show now.
fn code(secret: &str) -> Result<String, String> {
    let secret = Secret::try_from_base32(secret).map_err(|error| error.to_string())?;
    let totp: Totp = Builder::new().with_secret(secret).build().map_err(|error| error.to_string())?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?;
    Ok(totp.generate(now.as_secs()).to_string())
}

/// Signs somebody in from 127.0.0.1. Returns the status, 0 without an answer, and how long it took.
pub(crate) fn sign_in(server: &Server, who: &(String, String)) -> Result<(u16, Duration), String> {
    let (email, secret) = who;
    let body = json!({ "email": email, "password": PASSWORD, "code": code(secret)? });
    let begun = Instant::now();
    let answer = Client::new(server.port, "").post("/api/v1/session", &body);
    Ok((answer.map_or(0, |answer| answer.status), begun.elapsed()))
}

/// What staff did, and how it went.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// Each thing they do, with the times it took.
    times: Vec<(&'static str, Vec<Duration>)>,
    /// What was not answered well.
    pub(crate) failed: Vec<String>,
}

impl Work {
    /// Works for a while: looks up a body's drafts, writes one, reads it again, searches.
    pub(crate) fn of(world: &World, server: &Server, length: Duration) -> Self {
        let (client, begun, mut work) = (world.writer(server), Instant::now(), Self::default());
        let mut number = 0;
        while begun.elapsed() < length && !interrupted() {
            number += 1;
            let draft = json!({ "record": { "title": format!("Draft {number}") } });
            let written = work.timed("write", || client.post("/api/v1/submissions", &draft));
            let id = written.map(|answer| answer.member("id")).unwrap_or_default();
            work.timed("read", || client.get(&format!("/api/v1/submissions/{id}")));
            work.timed("drafts", || client.get("/api/v1/submissions?limit=10"));
            work.timed("search", || client.get(&format!("/api/v1/records?q=tool+{number}&limit=10")));
        }
        work
    }

    fn timed(&mut self, what: &'static str, doing: impl FnOnce() -> Option<Answer>) -> Option<Answer> {
        let begun = Instant::now();
        let answer = doing();
        let took = begun.elapsed();
        match &answer {
            Some(answer) if answer.done() => match self.times.iter_mut().find(|(known, _)| *known == what) {
                Some((_, times)) => times.push(took),
                None => self.times.push((what, vec![took])),
            },
            Some(answer) => self.failed.push(format!("{what}: {}", answer.status)),
            None => self.failed.push(format!("{what}: no answer")),
        }
        answer
    }

    /// The medians beside those of a quiet time, in words.
    pub(crate) fn beside(&self, quiet: &Self) -> String {
        let of = |work: &Self, what: &str| {
            work.times.iter().find(|(known, _)| *known == what).map_or_else(
                || "-".to_owned(),
                |(_, times)| format!("{:.1}", median(times).as_secs_f64() * 1_000.0),
            )
        };
        let all =
            quiet.times.iter().map(|(what, _)| format!("{what} {} -> {}", of(quiet, what), of(self, what)));
        format!("staff, medians in ms, quiet -> beside: {}", all.collect::<Vec<_>>().join(", "))
    }
}

/// The middle of some times.
pub(crate) fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
