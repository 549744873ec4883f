//! Webhooks: decides which of them each change concerns, and sends each message until it arrives.
//!
//! Delivery is at least once: messages are stored before they are sent, and sent again if their result could
//! not be stored. Only one process sends at a time.

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
use utoipa::IntoParams;

pub use outside::Outside;

use crate::App;
use crate::extract::{Taker, parse};
use crate::problem::ApiError;
use crate::reading::take_query;
use crate::routes::records::list::ListParams;

/// How often to look for work.
const EVERY: Duration = Duration::from_secs(2);
/// No new webhook is started in a turn after this, so that another process gets its turn.
const A_TURN: Duration = Duration::from_secs(90);
/// The most changes considered in one turn.
const BATCH: u64 = 200;
/// The most webhooks sent to at once.
const AT_ONCE: usize = 16;
/// The most messages to one webhook in a turn.
const IN_A_TURN: u64 = 50;
/// The longest time spent on one webhook in a turn; the rest waits for the next.
const A_WHILE: Duration = Duration::from_secs(60);
/// The longest pause after a failed message before the webhook is tried with another, unless it asks for a
/// longer one.
const REST_MAX: TimeDelta = TimeDelta::minutes(5);
/// Delays before each retry of a failed message; three days in all.
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

/// Reads a webhook's record filters, given as a query string.
///
/// Errors: [`ApiError::Query`] with every fault, [`ApiError::Malformed`] if it is not a query string.
pub(crate) async fn query_of(app: &App, text: &str) -> Result<RecordQuery, ApiError> {
    // How a list is shown does not change which records it has.
    let showing = ListParams::into_params(|| None);
    let pairs = parse(text)?.into_iter().filter(|(key, _)| showing.iter().all(|one| one.name != *key));
    let mut taker = Taker::new(pairs.collect());
    let query = take_query(&app.db, &app.words, &mut taker).await?;
    taker.finish()?;
    Ok(query)
}

/// Sends messages until the task is dropped.
pub async fn send_for_ever(app: &App) {
    loop {
        match send_due(app).await {
            // There may be more to do: do not wait.
            Ok(1..) => continue,
            Ok(0) => {}
            Err(error) => tracing::warn!("cannot send to webhooks: {error}"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Considers the next changes and sends what is due. Returns how much was done; 0 if another process holds
/// the lease.
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

/// Decides which of the next changes concern each active webhook. Returns whether there were any. The slow
/// part comes before the write transaction, which blocks other writers.
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

/// Finds which events match which queries.
struct Matching<'e> {
    events: &'e [Event],
    /// The events as listings, and the event each belongs to; built when a query first needs them.
    said: Option<(Look, Vec<usize>)>,
    known: HashMap<String, Vec<i64>>,
    app: &'e App,
    now: DateTime<Utc>,
}

impl<'e> Matching<'e> {
    fn of(app: &'e App, events: &'e [Event], now: DateTime<Utc>) -> Self {
        Self { events, said: None, known: HashMap::new(), app, now }
    }

    /// Changes a webhook has not considered yet and that match its query; also redactions in records it was
    /// told about, as the redacted text may be what matched.
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

    /// Changes whose version, or the one before it, matches: the webhook must also hear when a record stops
    /// matching.
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
                .matching(query)
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

/// Sends what is due to every active webhook, until the turn is over.
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
            // One webhook's failure must not stop the others.
            Err(error) => tracing::warn!("cannot send to a webhook: {error}"),
        }
    }
    Ok(all)
}

/// Sends what is due to one webhook, until a message fails or somebody changes the webhook.
async fn send_to(app: &App, lease: &Lease, id: &str) -> Result<u64, ApiError> {
    let begun = tokio::time::Instant::now();
    let due = webhooks::due(&app.db, id, (app.clock)(), IN_A_TURN).await?;
    let changes: Vec<i64> = due.iter().map(|delivery| delivery.change).filter(|one| *one != TRIAL).collect();
    let events = history::of(&app.db, &changes).await?;
    let mut sent = 0;
    for before in due {
        let Some(mut hook) = webhooks::find_active(&app.db, id).await? else { break };
        // Without the lease, another process may be sending the same messages.
        if begun.elapsed() > A_WHILE || !lease.holds().await? {
            break;
        }
        let event = events.iter().find(|event| event.change == before.change);
        let mut after = before.clone();
        let gave_up = attempt(app, &mut hook, &mut after, event).await;
        sent += 1;
        let tx = app.db.begin_quietly().await?;
        if !webhooks::sent(&tx, &hook, &before, &after).await? {
            // Somebody queued it again meanwhile.
            break;
        }
        let stopped = match gave_up {
            Some(reason) => Some(reason.to_owned()),
            // Nothing arrived in all the time this message was retried: give the receiver up.
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

/// Sends a message once and notes the result in `delivery`. Returns a reason if the webhook must be stopped.
async fn attempt(
    app: &App,
    hook: &mut Webhook,
    delivery: &mut Delivery,
    event: Option<&Event>,
) -> Option<&'static str> {
    let now = (app.clock)();
    let id = message::id(hook, delivery);
    let body = message::body(hook, delivery, event, &app.base_url);
    let answered = match message::headers(hook, &app.keyring, &id, now, &body) {
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

/// The delay after this many attempts; `None` when there are no more retries.
fn wait_after(tries: i64) -> Option<TimeDelta> {
    usize::try_from(tries - 1).ok().and_then(|place| BACKOFF.get(place)).copied()
}

/// Random extra delay of up to a tenth, so that retries do not all come at once.
fn spread(wait: TimeDelta) -> TimeDelta {
    let mut byte = [0];
    getrandom::fill(&mut byte).expect("the system has a random source");
    wait * i32::from(byte[0]) / 2550
}
