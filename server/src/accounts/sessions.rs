//! Sessions in the database, for `tower-sessions`.

use std::time::Duration;

use app::{
    error::AppError,
    model::{SignedIn, UserId},
};
use async_trait::async_trait;
use axum_login::tower_sessions::{
    Session, SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{AccountService, hash};
use crate::{
    clock::Clock,
    db::{Database, sessions},
};

/// How exactly the last use is kept: not every request has to write.
const SEEN_IS_FRESH: Duration = Duration::from_secs(60);

/// What a session says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct About {
    /// Whose it is.
    pub(super) user: UserId,
    /// When they signed in.
    pub(super) since: Timestamp,
    /// From where.
    pub(super) address: String,
    /// With which browser.
    pub(super) agent: String,
}

impl About {
    /// Where it stands in a session.
    pub(super) const KEY: &str = "about";
}

/// The sessions. Ids are kept as hashes, so that a copy of the database signs in nobody.
#[derive(Clone, Debug)]
pub struct SqliteSessions {
    db: Database,
    clock: Clock,
    idle: Duration,
}

impl SqliteSessions {
    /// Those in this database, which end when nobody uses them for `idle`.
    #[must_use]
    pub fn new(db: Database, clock: Clock, idle: Duration) -> Self {
        Self { db, clock, idle }
    }

    async fn keep(&self, record: &Record, is_new: bool) -> anyhow::Result<()> {
        let user = record.data.get(About::KEY).map(About::deserialize).transpose()?.map(|about| about.user);
        let (key, data) = (hash(&record.id.to_string()), serde_json::to_string(&record.data)?);
        let mut change = self.db.change().await?;
        if is_new {
            let now = self.clock.now();
            sessions::forget_ended(change.connection(), now).await?;
            // By the platform's clock; the record has its end by the machine's.
            sessions::insert(change.connection(), &key, user, &data, now, now + self.idle).await?;
        } else {
            sessions::update(change.connection(), &key, user, &data).await?;
        }
        Ok(change.commit().await?)
    }
}

#[async_trait]
impl SessionStore for SqliteSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // An id is 128 random bits: there is none like it.
        self.keep(record, true).await.map_err(refusal)
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.keep(record, false).await.map_err(refusal)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let found = async {
            let mut read = self.db.read().await?;
            let Some(row) = sessions::find(&mut read, &hash(&id.to_string()), self.clock.now()).await? else {
                return Ok(None);
            };
            let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires_at()?.as_second())?;
            Ok(Some(Record { id: *id, data: serde_json::from_str(&row.data)?, expiry_date }))
        };
        found.await.map_err(refusal)
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let done = async {
            let mut change = self.db.change().await?;
            sessions::delete(change.connection(), &hash(&id.to_string())).await?;
            Ok(change.commit().await?)
        };
        done.await.map_err(refusal)
    }
}

fn refusal(error: anyhow::Error) -> Error {
    Error::Backend(format!("{error:#}"))
}

impl AccountService {
    /// Notes that a session is used, by a person or only by a page of theirs. False where it has lasted as long as it may: then
    /// it is over.
    ///
    /// # Errors
    /// The session cannot be read or written.
    pub async fn keep_alive(&self, session: &Session, is_person: bool) -> std::result::Result<bool, AppError> {
        let now = self.now();
        let fault = |error| self.internal(error);
        let Some(about) = session.get::<About>(About::KEY).await.map_err(fault)? else { return Ok(false) };
        if about.since + self.0.limits.lifetime <= now {
            session.flush().await.map_err(fault)?;
            return Ok(false);
        }
        if let Some(id) = session.id().filter(|_| is_person) {
            self.touch(&hash(&id.to_string()), now).await.unwrap_or_else(|error| {
                // The session ends a little too early, which is no reason to answer nothing.
                tracing::warn!(%error, "it cannot be noted that a session is used");
            });
        }
        Ok(true)
    }

    /// Puts the end of a session off, once a minute at most.
    async fn touch(&self, key: &[u8], now: Timestamp) -> anyhow::Result<()> {
        let row = {
            let mut read = self.0.db.read().await?;
            sessions::find(&mut read, key, now).await?
        };
        let Some(row) = row else { return Ok(()) };
        if row.seen_at()? + SEEN_IS_FRESH <= now {
            let mut change = self.0.db.change().await?;
            sessions::touch(change.connection(), key, now, now + self.0.limits.idle).await?;
            change.commit().await?;
        }
        Ok(())
    }

    /// Where a user is signed in; `this` is the id of the session that asks.
    pub(super) async fn sessions_of(&self, user: UserId, this: Option<Id>) -> anyhow::Result<Vec<SignedIn>> {
        let this = this.map(|id| hash(&id.to_string()));
        let mut read = self.0.db.read().await?;
        let mut found = Vec::new();
        for row in sessions::of_user(&mut read, user, self.now()).await? {
            let data: serde_json::Value = serde_json::from_str(&row.data)?;
            let About { since, address, agent, .. } = About::deserialize(&data[About::KEY])?;
            found.push(SignedIn {
                since,
                seen_at: row.seen_at()?,
                address,
                agent,
                is_this_one: this.as_ref() == Some(&row.key),
            });
        }
        Ok(found)
    }
}
