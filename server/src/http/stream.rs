//! The live stream: every event of the platform, as server-sent events, without a gap.

use std::{collections::HashMap, convert::Infallible, time::Duration};

use app::model::{Action, Event, StoreId};
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderName, header},
    response::{
        IntoResponse,
        sse::{self, KeepAlive, Sse},
    },
};
use futures::Stream;
use serde::Deserialize;
use tokio::sync::{broadcast::error::RecvError, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

use super::{extract::Parameters, problem::Problem};
use crate::{
    access::{Actor, Reach},
    accounts::AccountService,
    db::{Database, events, stores},
    events::{Doorbell, Written},
};

/// How often a comment is sent so that proxies and browsers see that the connection lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How long a stream goes on: whoever follows it comes back, and is asked again whether their session or token has ended.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// Rows read at once while replaying.
const BATCH: u32 = 500;

/// Messages that wait for a slow client; beyond, its task waits, and catches up from the table.
const BUFFER: usize = 64;

#[derive(Deserialize)]
pub(super) struct StreamQuery {
    /// Only events of this store.
    store: Option<StoreId>,
    /// Replay from here when the client cannot send `Last-Event-ID`.
    after: Option<i64>,
    /// How often the pool had changed by then, for who follows it, too.
    pool: Option<u64>,
}

/// Sends each event as a message named `store`, with the event's id and the event as JSON. A client that sends
/// `Last-Event-ID` first gets what it missed; one that does not gets what happens from now on. A message named `pool`, without
/// an id and with an empty object, says that the pool is another.
#[utoipa::path(
    get, path = "/api/stream",
    params(("store" = Option<String>, Query, description = "Only events of this store"),
           ("after" = Option<i64>, Query, description = "Replay from here, for who cannot send Last-Event-ID"),
           ("pool" = Option<u64>, Query, description = "How often the pool had changed by then; the dashboard's pages know"),
           ("Last-Event-ID" = Option<i64>, Header, description = "Replay what came after this event")),
    responses((status = 200, body = String, content_type = "text/event-stream",
               description = "Messages named `store`, each with the event's id and the event as JSON; and, without a store in \
                              the query, `pool` with an empty object"),
              (status = 400, body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn stream(
    State(db): State<Database>,
    State(doorbell): State<Doorbell>,
    State(stop): State<CancellationToken>,
    State(accounts): State<AccountService>,
    Extension(actor): Extension<Actor>,
    Parameters(query): Parameters<StreamQuery>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let reach = actor.reach().ok_or_else(|| actor.refusal(Action::See))?;
    let asked = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let newest = db.newest_event();
    // An id from before the database was made anew lies in the future, where nothing would be heard of for long.
    let last = asked.or(query.after).unwrap_or(newest).min(newest);
    let (sender, receiver) = mpsc::channel(BUFFER);
    // Sent at once, so that clients and proxies see the answer begin before anything happens.
    let begun = sender.try_send(Ok(sse::Event::default().comment("connected")));
    debug_assert!(begun.is_ok(), "the channel is new and has room");
    let follower =
        Follower { db, doorbell, only: query.store, pool: query.pool, reach, owners: HashMap::new(), last, sender };
    let over = over(stop, &accounts, &actor);
    tokio::spawn(async move {
        tokio::select! {
            () = follower.follow() => {}
            () = over => {}
        }
    });
    let messages: ReceiverStream<Result<sse::Event, Infallible>> = ReceiverStream::new(receiver);
    Ok(respond(messages))
}

/// When a stream ends by itself: the server stops, or whoever follows it may no longer be who they were. They come back, and are
/// asked again.
pub(super) fn over(
    stop: CancellationToken,
    accounts: &AccountService,
    actor: &Actor,
) -> impl Future<Output = ()> + Send + use<> {
    let user = actor.user().map(|user| user.id);
    let mut changes = accounts.changes();
    async move {
        let changed = async {
            loop {
                match changes.recv().await {
                    Ok(changed) if Some(changed) != user => {}
                    Ok(_) | Err(_) => return,
                }
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = changed => {}
            () = tokio::time::sleep(LONGEST) => {}
        }
    }
}

/// Answers with messages as they come.
pub(super) fn respond(
    messages: impl Stream<Item = Result<sse::Event, Infallible>> + Send + 'static,
) -> impl IntoResponse {
    // Proxies that buffer answers would hold events back.
    let headers = [(header::CACHE_CONTROL, "no-cache"), (HeaderName::from_static("x-accel-buffering"), "no")];
    (headers, Sse::new(messages).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// Follows the event table on behalf of one client.
struct Follower {
    db: Database,
    doorbell: Doorbell,
    only: Option<StoreId>,
    /// How often the pool had changed when the client saw it.
    pool: Option<u64>,
    /// Only events of stores that the client sees.
    reach: Reach,
    /// Whether it sees those that it was told of, or was not.
    owners: HashMap<StoreId, bool>,
    /// The id of the last event that was dealt with.
    last: i64,
    sender: mpsc::Sender<Result<sse::Event, Infallible>>,
}

/// The client is gone, or the table cannot be read; either way the stream ends, and a client that lives comes back.
struct Over;

impl Follower {
    async fn follow(mut self) {
        // Listening begins before the replay, so that nothing falls between them.
        let (mut bell, mut pool) = (self.doorbell.listen(), self.doorbell.listen_to_pool());
        if self.replay().await.is_err() {
            return;
        }
        if self.pool.is_some_and(|seen| seen != *pool.borrow()) {
            pool.mark_changed();
        }
        loop {
            let heard = tokio::select! {
                heard = bell.recv() => heard,
                Ok(()) = pool.changed(), if self.only.is_none() => match self.tell_of_pool().await {
                    Ok(()) => continue,
                    Err(Over) => return,
                },
                () = self.sender.closed() => return,
            };
            let outcome = match heard {
                Ok(written) if written.event.id <= self.last => Ok(()),
                Ok(written) if written.event.id == self.last + 1 => self.send(&written).await,
                // Ids are dense: a gap, like a lag, means rows that were not heard of.
                Ok(written) => {
                    let replayed = self.replay().await;
                    // A replay of one store stops at that store's last event.
                    self.last = self.last.max(written.event.id);
                    replayed
                }
                Err(RecvError::Lagged(_)) => self.replay().await,
                Err(RecvError::Closed) => return,
            };
            if outcome.is_err() {
                return;
            }
        }
    }

    /// Sends every row after the last one.
    async fn replay(&mut self) -> Result<(), Over> {
        loop {
            let rows = match self.read().await {
                Ok(rows) => rows,
                Err(error) => {
                    tracing::error!(%error, "a live stream ends because the events cannot be read");
                    return Err(Over);
                }
            };
            let full = rows.len() == BATCH as usize;
            for event in rows {
                self.send(&event.into()).await?;
            }
            if !full {
                return Ok(());
            }
        }
    }

    async fn read(&self) -> sqlx::Result<Vec<Event>> {
        let mut read = self.db.read().await?;
        match &self.only {
            Some(store) => events::of_store(&mut read, store, self.last, BATCH).await,
            None => events::of_all(&mut read, self.last, BATCH).await,
        }
    }

    /// Whether the client sees this store. Its owner never changes.
    async fn is_seen(&mut self, id: &StoreId) -> sqlx::Result<bool> {
        if self.reach == Reach::All {
            return Ok(true);
        }
        if let Some(seen) = self.owners.get(id) {
            return Ok(*seen);
        }
        let mut read = self.db.read().await?;
        let owner = stores::owner_of(&mut read, id).await?.flatten();
        let seen = self.reach.covers(owner);
        self.owners.insert(id.clone(), seen);
        Ok(seen)
    }

    /// It has no id: who comes back asks for the page anyway.
    async fn tell_of_pool(&self) -> Result<(), Over> {
        self.sender.send(Ok(sse::Event::default().event("pool").data("{}"))).await.map_err(|_| Over)
    }

    async fn send(&mut self, Written { event, json }: &Written) -> Result<(), Over> {
        self.last = event.id;
        if self.only.as_ref().is_some_and(|store| *store != event.store_id) {
            return Ok(());
        }
        match self.is_seen(&event.store_id).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => {
                tracing::error!(%error, "a live stream ends because it cannot be read whose a store is");
                return Err(Over);
            }
        }
        let message = sse::Event::default().event("store").id(event.id.to_string()).data(json);
        self.sender.send(Ok(message)).await.map_err(|_| Over)
    }
}
