//! Telling webhooks of changes: which of them a change concerns, and sending each message until it arrived.
//!
//! At least once: what is to be sent is stored before anything is sent, and an answer that could not be stored is sent
//! again. One process sends at a time.

pub(crate) mod message;
mod outside;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt;
use search::{Look, RecordQuery};
use store::ground::lease::{Lease, Work};
use store::log::history::{self, Event, EventQuery, Kind};
use store::people::webhooks::{self, Delivery, Stage, TRIAL, Webhook};

pub use outside::Outside;

use crate::App;
use crate::extract::{Taker, parse};
use crate::filters;
use crate::problem::ApiError;

/// How often it is looked for something to do.
const EVERY: Duration = Duration::from_secs(2);
/// After so long no webhook is begun with: another process has its turn.
const A_TURN: Duration = Duration::from_secs(90);
/// Changes considered in a turn.
const BATCH: u64 = 200;
/// Webhooks that are sent to at once.
const AT_ONCE: usize = 16;
/// Messages to one webhook in a turn.
const IN_A_TURN: u64 = 50;
/// How long one webhook may be sent to in a turn; what takes longer waits for the next.
const A_WHILE: Duration = Duration::from_secs(60);
/// How long a webhook rests at the most after a message that did not arrive, before another is tried, unless it asks
/// for more.
const REST_MAX: TimeDelta = TimeDelta::minutes(5);
/// What of a query says how records are shown, not which.
const SHOWING: &[&str] = &["sort", "facets", "fields", "limit", "cursor"];

/// When a message that did not arrive is sent again: after the first time, the second, and so on; three days in all.
pub const BACKOFF: [TimeDelta; 9] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];

/// Reads which records a webhook is about, written as in an address.
///
/// Errors: [`ApiError::Query`] with every fault, [`ApiError::Malformed`] when it is no query at all.
pub(crate) async fn query_of(app: &App, text: &str) -> Result<RecordQuery, ApiError> {
    let pairs = parse(text)?.into_iter();
    let mut taker = Taker::new(pairs.filter(|(key, _)| !SHOWING.contains(&key.as_str())).collect());
    let query = filters::take_query(&app.db, &mut taker).await?;
    taker.finish()?;
    Ok(query)
}

/// Sends until the task is dropped.
pub async fn send_for_ever(app: &App) {
    loop {
        match send_due(app).await {
            // There may be more.
            Ok(1..) => continue,
            Ok(0) => {}
            Err(error) => tracing::warn!("webhooks could not be served: {error}"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Finds out which webhooks the next changes concern, and sends what is due; how much was done, nothing while another
/// process does it.
pub async fn send_due(app: &App) -> Result<u64, ApiError> {
    let now = (app.clock)();
    let latest = app.db.state().await?.change;
    if !webhooks::is_anything_due(&app.db, latest, now).await? {
        return Ok(0);
    }
    let Some(lease) = app.leases.take(Work::Delivering).await? else { return Ok(0) };
    let done = match consider(app, latest, now).await {
        Ok(considered) => send(app, &lease).await.map(|sent| sent + u64::from(considered)),
        Err(error) => Err(error),
    };
    lease.give_back().await;
    done
}

/// Decides for every active webhook which of the next changes concern it; whether there were any. What takes long comes
/// before anything is written.
async fn consider(app: &App, latest: i64, now: DateTime<Utc>) -> Result<bool, ApiError> {
    let hooks = webhooks::active(&app.db).await?;
    let Some(first) = hooks.first().filter(|hook| hook.considered < latest) else { return Ok(false) };
    let events = history::after(&app.db, &EventQuery::default(), first.considered, BATCH).await?;
    let until = match events.last() {
        Some(last) if events.len() as u64 == BATCH => last.change,
        _ => latest,
    };
    let mut matching = Matching::of(app, &events, now);
    let mut decided = Vec::new();
    for hook in hooks.iter().filter(|hook| hook.considered < until) {
        let decision = match query_of(app, &hook.query).await {
            Ok(query) => Ok(matching.fresh(hook, &query).await?),
            Err(ApiError::Store(error)) => return Err(error.into()),
            Err(error) => Err(format!("its query is not valid any more: {error}")),
        };
        decided.push((hook, decision));
    }
    let tx = app.db.begin_quietly().await?;
    for (hook, decision) in decided {
        match decision {
            Ok(changes) => {
                webhooks::consider(&tx, hook, until, &changes, now).await?;
            }
            Err(reason) => webhooks::stop(&tx, hook, &reason).await?,
        }
    }
    tx.commit().await?;
    Ok(true)
}

/// Which of some events match queries.
struct Matching<'e> {
    events: &'e [Event],
    /// What the events say, and for each number which event it is of; made when a query needs it.
    said: Option<(Look, Vec<usize>)>,
    known: HashMap<String, Vec<i64>>,
    app: &'e App,
    now: DateTime<Utc>,
}

impl<'e> Matching<'e> {
    fn of(app: &'e App, events: &'e [Event], now: DateTime<Utc>) -> Self {
        Self { events, said: None, known: HashMap::new(), app, now }
    }

    /// The changes that a webhook has not considered and that match; and redactions of what it was told of, since what was
    /// taken out may be what matched.
    async fn fresh(&mut self, hook: &Webhook, query: &RecordQuery) -> Result<Vec<i64>, ApiError> {
        let mut fresh = self.changes(&hook.query, query).await?;
        for event in self.events.iter().filter(|event| event.kind == Kind::Redacted) {
            let told = fresh.contains(&event.change)
                || !webhooks::was_told(&self.app.db, &hook.id, &event.record_id, event.change).await?;
            if !told {
                fresh.push(event.change);
            }
        }
        fresh.retain(|change| *change > hook.considered);
        Ok(fresh)
    }

    /// The changes that match: what the version says, or what the one before it said, so that a record that ceases to
    /// match is told of too.
    async fn changes(&mut self, text: &str, query: &RecordQuery) -> Result<Vec<i64>, ApiError> {
        if let Some(known) = self.known.get(text) {
            return Ok(known.clone());
        }
        let changes: Vec<i64> = if *query == RecordQuery::default() || self.events.is_empty() {
            self.events.iter().map(|event| event.change).collect()
        } else {
            let (look, places) = match &mut self.said {
                Some(said) => said,
                said @ None => {
                    let today = self.now.date_naive();
                    let (places, listings) =
                        store::records::listings::of_events(&self.app.db, self.events, today)
                            .await?
                            .into_iter()
                            .unzip();
                    said.insert((Look::at_these(listings).await?, places))
                }
            };
            let found: HashSet<usize> = look
                .matching_whole(query)
                .await?
                .into_iter()
                .filter_map(|number| places.get(usize::try_from(number - 1).ok()?).copied())
                .collect();
            let events = self.events.iter().enumerate();
            events.filter(|(place, _)| found.contains(place)).map(|(_, event)| event.change).collect()
        };
        self.known.insert(text.to_owned(), changes.clone());
        Ok(changes)
    }
}

/// Sends what is due to every active webhook, until its turn is over.
async fn send(app: &App, lease: &Lease) -> Result<u64, ApiError> {
    let (now, begun) = ((app.clock)(), tokio::time::Instant::now());
    let mut hooks = webhooks::active(&app.db).await?;
    hooks.retain(|hook| hook.rests_until <= now);
    let mut sending = futures::stream::iter(hooks)
        .map(async |hook| if begun.elapsed() < A_TURN { send_to(app, lease, &hook.id).await } else { Ok(0) })
        .buffer_unordered(AT_ONCE);
    let mut all = 0;
    while let Some(sent) = sending.next().await {
        match sent {
            Ok(sent) => all += sent,
            // The others have nothing to do with it.
            Err(error) => tracing::warn!("a webhook could not be served: {error}"),
        }
    }
    Ok(all)
}

/// Sends what is due to one webhook, until a message does not arrive or somebody changes it.
async fn send_to(app: &App, lease: &Lease, id: &str) -> Result<u64, ApiError> {
    let begun = tokio::time::Instant::now();
    let due = webhooks::due(&app.db, id, (app.clock)(), IN_A_TURN).await?;
    let changes: Vec<i64> = due.iter().map(|delivery| delivery.change).filter(|one| *one != TRIAL).collect();
    let events = history::of(&app.db, &changes).await?;
    let mut sent = 0;
    for before in due {
        let Some(mut hook) = webhooks::find_active(&app.db, id).await? else { break };
        if begun.elapsed() > A_WHILE || !lease.holds().await? {
            break;
        }
        let event = events.iter().find(|event| event.change == before.change);
        let mut after = before.clone();
        let gave_up = attempt(app, &mut hook, &mut after, event).await;
        sent += 1;
        let tx = app.db.begin_quietly().await?;
        if !webhooks::sent(&tx, &hook, &before, &after).await? {
            // Somebody tries it anew.
            break;
        }
        let stopped = match gave_up {
            Some(reason) => Some(reason.to_owned()),
            // A receiver that took nothing for so long is not knocked at for ever.
            None if after.stage == Stage::Dead
                && !webhooks::arrived_since(&tx, id, after.created_at).await? =>
            {
                Some(format!("nothing arrived since {}", after.created_at.format("%F %T UTC")))
            }
            None => None,
        };
        if let Some(reason) = &stopped {
            webhooks::stop(&tx, &hook, reason).await?;
        }
        tx.commit().await?;
        if stopped.is_some() || after.stage != Stage::Delivered {
            break;
        }
    }
    Ok(sent)
}

/// Sends a message once, and says in it what became of it; and why the webhook is given up, if it is.
async fn attempt(
    app: &App,
    hook: &mut Webhook,
    delivery: &mut Delivery,
    event: Option<&Event>,
) -> Option<&'static str> {
    let now = (app.clock)();
    let id = message::id(hook, delivery);
    let body = message::body(hook, delivery, event, &app.base_url);
    let answered = match message::headers(hook, &id, now, &body) {
        Ok(headers) => app.outside.post(&hook.url, headers, body).await,
        Err(error) => Err(error),
    };
    delivery.attempts += 1;
    delivery.last_at = Some(now);
    delivery.status = answered.as_ref().ok().map(|answer| i64::from(answer.status));
    delivery.error = match &answered {
        Ok(answer) if (200..300).contains(&answer.status) => {
            delivery.stage = Stage::Delivered;
            None
        }
        Ok(answer) => Some(format!("answered with {}", answer.status)),
        Err(error) => Some(error.clone()),
    };
    if delivery.stage == Stage::Delivered {
        (hook.failures, hook.rests_until) = (0, now);
        return None;
    }
    if delivery.status == Some(410) {
        delivery.stage = Stage::Dead;
        return Some("the receiver answered 410 Gone: it wants nothing more");
    }
    let asked = TimeDelta::seconds(answered.ok().and_then(|answer| answer.pause).unwrap_or(0).cast_signed());
    hook.failures += 1;
    hook.rests_until = now + wait_after(hook.failures).map_or(REST_MAX, |wait| wait.min(REST_MAX)).max(asked);
    match wait_after(delivery.attempts) {
        None => delivery.stage = Stage::Dead,
        Some(wait) => {
            let wait = wait.max(asked);
            delivery.next_at = now + wait + spread(wait);
        }
    }
    None
}

/// How long is waited after so many tries; `None` when there were enough.
fn wait_after(tries: i64) -> Option<TimeDelta> {
    usize::try_from(tries - 1).ok().and_then(|place| BACKOFF.get(place)).copied()
}

/// Up to a tenth of a wait, by chance, so that not everything comes back at one moment.
fn spread(wait: TimeDelta) -> TimeDelta {
    let mut byte = [0];
    getrandom::fill(&mut byte).expect("the system gives random bytes");
    wait * i32::from(byte[0]) / 2550
}
