//! Refusals worth knowing about: failed sign-ins, refused tokens and refused rights.
//!
//! Each is a line of the security log (`tracing` target `security`). The audit trail has them too, but no flood
//! may fill the database: within a minute only the first few of an address are written at once, and of the rest
//! only their number, at the end of the minute.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Utc};
use store::StoreError;
use store::ground::line::network;
use store::people::audit::{self, Deed};

use crate::caller::session_secret;
pub use crate::client::as_client;
use crate::{App, client};

/// Lines of the audit trail that one address can cause at once in a minute.
const LINES_OF_ADDRESS_MAX: usize = 10;
/// Lines of the audit trail that all addresses together can cause at once in a minute.
const LINES_MAX: usize = 120;
/// Addresses told apart in a minute; further ones count as one.
const ADDRESSES_MAX: usize = 1_000;
/// Addresses whose number of further refusals has a line of its own; the rest are added up.
const SUMMED_UP_MAX: usize = 50;
/// A failed sign-in takes a multiple of this, so that its time does not tell how far it got: whether there is such an
/// account, whether the password was right, what was written.
const REFUSAL_TAKES: Duration = Duration::from_millis(200);
/// How often the numbers of past minutes are written.
const MINUTE: Duration = Duration::from_secs(60);

tokio::task_local! {
    /// Whom the request being answered is from, or tries to sign in as: a person's id.
    static PERSON: RefCell<Option<String>>;
}

/// Notes whose token or session was shown, or as whom somebody tries to sign in.
pub(crate) fn note_person(id: &str) {
    // Outside of a watched request nobody asks.
    let _ = PERSON.try_with(|person| *person.borrow_mut() = Some(id.to_owned()));
}

/// What was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum What {
    SignIn,
    Token,
    Right,
}

impl What {
    /// Its action in the audit trail.
    fn action(self) -> &'static str {
        match self {
            Self::SignIn => "session.refused",
            Self::Token => "token.refused",
            Self::Right => "right.refused",
        }
    }
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refused {
    what: What,
    address: Option<IpAddr>,
    /// Id of the person; of a failed sign-in only if the account exists.
    person: Option<String>,
    /// The operation, such as `POST /api/v1/people`.
    operation: String,
}

/// Refusals that were not written, of one minute and address.
#[derive(Debug, PartialEq, Eq)]
struct More {
    what: What,
    /// `None` for unknown addresses, and for the rest of very many.
    address: Option<IpAddr>,
    count: u64,
    /// Start of the minute.
    minute: DateTime<Utc>,
}

/// The refusals of the current minute.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    minute: i64,
    lines: usize,
    by_address: HashMap<Option<IpAddr>, Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    /// What was written already.
    written: HashSet<(What, Option<String>, String)>,
    more: BTreeMap<What, u64>,
}

impl Counts {
    /// Whether a refusal is written now rather than counted.
    fn is_written(&mut self, refused: &Refused) -> bool {
        let mut source = refused.address.map(network);
        if self.by_address.len() >= ADDRESSES_MAX && !self.by_address.contains_key(&source) {
            source = None;
        }
        let room = self.lines < LINES_MAX;
        let counted = self.by_address.entry(source).or_default();
        // Only rights are told apart by operation: a stranger could name any number of others.
        let operation = if refused.what == What::Right { refused.operation.clone() } else { String::new() };
        let key = (refused.what, refused.person.clone(), operation);
        if room && counted.written.len() < LINES_OF_ADDRESS_MAX && counted.written.insert(key) {
            self.lines += 1;
            return true;
        }
        *counted.more.entry(refused.what).or_default() += 1;
        false
    }

    /// What was counted before this minute; starts counting from zero in a new one.
    fn turn(&mut self, now: DateTime<Utc>) -> Vec<More> {
        let minute = now.timestamp().div_euclid(60);
        if minute == self.minute {
            return Vec::new();
        }
        let past = std::mem::replace(self, Self { minute, ..Self::default() });
        let start = DateTime::from_timestamp(past.minute * 60, 0).unwrap_or(now);
        let mut all: Vec<More> = past
            .by_address
            .into_iter()
            .flat_map(|(address, counted)| {
                counted.more.into_iter().map(move |(what, count)| More {
                    what,
                    address,
                    count,
                    minute: start,
                })
            })
            .collect();
        // The busiest first.
        all.sort_by(|a, b| b.count.cmp(&a.count).then(a.what.cmp(&b.what)).then(a.address.cmp(&b.address)));
        let rest = all.split_off(all.len().min(SUMMED_UP_MAX));
        let mut sums: BTreeMap<What, u64> = BTreeMap::new();
        for more in rest {
            *sums.entry(more.what).or_default() += more.count;
        }
        all.extend(sums.into_iter().map(|(what, count)| More { what, address: None, count, minute: start }));
        all
    }
}

impl Seen {
    fn turn(&self, now: DateTime<Utc>, refused: Option<&Refused>) -> (Vec<More>, bool) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let past = counts.turn(now);
        (past, refused.is_some_and(|refused| counts.is_written(refused)))
    }
}

/// Looks at answers to requests that show a token or session, or sign in.
pub(crate) async fn watch(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let signs_in = (path == "/api/v1/session" && *request.method() == Method::POST)
        || path == "/api/v1/session/provider/callback";
    let bears = request.headers().contains_key(header::AUTHORIZATION);
    if !signs_in && !bears && session_secret(request.headers()).is_none() {
        return next.run(request).await;
    }
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let begun = tokio::time::Instant::now();
    let answered = async {
        let response = next.run(request).await;
        (response, PERSON.with(|person| person.borrow_mut().take()))
    };
    let (response, person) = PERSON.scope(RefCell::new(None), answered).await;
    let what = match response.status() {
        StatusCode::UNAUTHORIZED if signs_in => What::SignIn,
        // A session that ended is no token that was refused: it happens to everybody.
        StatusCode::UNAUTHORIZED if bears => What::Token,
        StatusCode::FORBIDDEN if person.is_some() => What::Right,
        _ => return response,
    };
    // The pattern rather than the path, which may hold anything.
    let operation = format!("{method} {}", matched.as_ref().map_or("", MatchedPath::as_str));
    let address = client::address();
    see(&app, Refused { what, address, person, operation }).await;
    if what == What::SignIn {
        let takes = REFUSAL_TAKES.as_millis();
        let times = u32::try_from(begun.elapsed().as_millis() / takes + 1).unwrap_or(u32::MAX);
        tokio::time::sleep_until(begun + REFUSAL_TAKES * times).await;
    }
    response
}

async fn see(app: &App, refused: Refused) {
    let Refused { what, address, person, operation } = &refused;
    tracing::warn!(
        target: "security",
        address = shown(*address),
        person = person.as_deref().unwrap_or("unknown"),
        operation,
        "security: {}",
        what.action()
    );
    let now = (app.clock)();
    let (past, is_written) = app.seen.turn(now, Some(&refused));
    if past.is_empty() && !is_written {
        return;
    }
    // A task of its own: these are counted as written, so they must be, even if the client goes away meanwhile.
    let app = app.clone();
    let writing = tokio::spawn(async move { write(&app, past, is_written.then_some(&refused), now).await });
    if let Err(error) = writing.await {
        tracing::warn!("refusals could not be written to the audit trail: {error}");
    }
}

fn shown(address: Option<IpAddr>) -> String {
    address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())
}

/// Writes the numbers of past minutes to the audit trail, also when nothing more is refused.
pub async fn write_for_ever(app: &App) {
    loop {
        tokio::time::sleep(MINUTE).await;
        write_past(app).await;
    }
}

/// Writes the numbers of minutes that are over.
pub async fn write_past(app: &App) {
    let now = (app.clock)();
    let (past, _) = app.seen.turn(now, None);
    write(app, past, None, now).await;
}

/// Writes the numbers so far, before the process ends.
pub async fn write_rest(app: &App) {
    let now = (app.clock)();
    let (past, _) = app.seen.turn(now + chrono::TimeDelta::minutes(1), None);
    write(app, past, None, now).await;
}

async fn write(app: &App, past: Vec<More>, refused: Option<&Refused>, now: DateTime<Utc>) {
    if (past.is_empty() && refused.is_none()) || !app.db.takes_writes() {
        return;
    }
    if let Err(error) = try_write(app, &past, refused, now).await {
        // They are in the security log.
        tracing::warn!("refusals could not be written to the audit trail: {error}");
    }
}

async fn try_write(
    app: &App,
    past: &[More],
    refused: Option<&Refused>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let tx = app.db.begin_quietly().await?;
    for More { what, address, count, minute } in past {
        let (address, source) = (address.map(|address| address.to_string()), shown(*address));
        let detail = format!("{count} more in the minute from {}", minute.format("%FT%H:%MZ"));
        let deed = Deed {
            address: address.as_deref(),
            detail: Some(&detail),
            ..Deed::new(what.action(), "address", &source)
        };
        audit::note(&tx, &deed, now).await?;
    }
    if let Some(Refused { what, address, person, operation }) = refused {
        let (address, source) = (address.map(|address| address.to_string()), shown(*address));
        let (kind, id) = match (what, person) {
            (What::Right, _) => ("operation", operation.as_str()),
            (_, Some(person)) => ("person", person.as_str()),
            (_, None) => ("address", source.as_str()),
        };
        let deed = Deed {
            person: person.as_deref(),
            address: address.as_deref(),
            ..Deed::new(what.action(), kind, id)
        };
        audit::note(&tx, &deed, now).await?;
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(what: What, address: &str, person: Option<&str>) -> Refused {
        Refused {
            what,
            address: Some(address.parse().unwrap()),
            person: person.map(str::to_owned),
            operation: "POST /api/v1/people".to_owned(),
        }
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn of_a_flood_only_the_first_and_a_number_are_written() {
        let seen = Seen::default();
        let one = refused(What::Token, "203.0.113.7", None);
        let written = (0..5_000).filter(|_| seen.turn(at(600), Some(&one)).1).count();
        assert_eq!(written, 1);
        let (past, again) = seen.turn(at(660), Some(&one));
        let more = More { what: What::Token, address: one.address, count: 4_999, minute: at(600) };
        assert_eq!((past, again), (vec![more], true));
        assert_eq!(seen.turn(at(719), None).0, []);
        // One line was written, and nothing is left to count.
        assert_eq!(seen.turn(at(720), None).0, []);
    }

    #[test]
    fn an_address_and_all_together_have_their_bounds() {
        let seen = Seen::default();
        let names: Vec<String> = (0..100).map(|name| format!("person {name}")).collect();
        let of_one = names
            .iter()
            .filter(|name| seen.turn(at(60), Some(&refused(What::SignIn, "203.0.113.7", Some(name)))).1);
        assert_eq!(of_one.count(), LINES_OF_ADDRESS_MAX);
        // A whole network of IPv6 is one.
        let of_network = (0..100).filter(|host| {
            let one = refused(What::Right, &format!("2001:db8::{host:x}"), Some(&names[*host]));
            seen.turn(at(60), Some(&one)).1
        });
        assert_eq!(of_network.count(), LINES_OF_ADDRESS_MAX);
        let all = (0..5_000).filter(|host| {
            let address = format!("10.0.{}.{}", host / 250, host % 250);
            seen.turn(at(60), Some(&refused(What::Token, &address, None))).1
        });
        assert_eq!(all.count(), LINES_MAX - 2 * LINES_OF_ADDRESS_MAX);
        let (past, _) = seen.turn(at(120), None);
        assert!(past.len() <= SUMMED_UP_MAX + 3, "{}", past.len());
        assert_eq!(past.iter().map(|more| more.count).sum::<u64>(), 5_200 - LINES_MAX as u64);
    }
}
