//! SQLite: intent, jobs and history. All SQL of the server is in this module and its children.

pub mod addresses;
pub mod audit;
pub mod care;
pub mod events;
pub mod failures;
pub mod figures;
pub mod fleet;
pub mod identities;
pub mod installation;
pub mod isolation;
pub mod jobs;
pub mod limits;
pub mod links;
pub mod lockouts;
mod queue;
pub mod receipts;
pub mod schema;
pub mod sessions;
pub mod spares;
pub mod steps;
pub mod stores;
pub mod tokens;
pub mod trouble;
pub mod users;

use std::{path::Path, time::Duration};

use anyhow::Context as _;
use app::model::{Event, EventKind, Level, StoreId};
use jiff::Timestamp;
use sqlx::{
    Sqlite, SqliteConnection, SqlitePool, Transaction,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::events::Doorbell;

/// How long a statement waits for another process's lock before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections for reading. WAL lets them run beside the writer; more than the cores has no use.
const READERS: u32 = 4;

/// Takes the right to write at once: a change that only reads at first would else find others' writes in its way.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// The database: one connection that writes, a few that read.
#[derive(Clone, Debug)]
pub struct Database {
    writer: SqlitePool,
    readers: SqlitePool,
    doorbell: Doorbell,
}

impl Database {
    /// Opens the file, makes it when it is missing, and brings its tables up to date.
    ///
    /// # Errors
    /// The file cannot be opened or written, or was made by a newer version.
    pub async fn open(file: &Path, doorbell: Doorbell) -> anyhow::Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // With WAL the file stays whole after a crash; a power cut may lose the last commits, but jobs are idempotent.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY_TIMEOUT);
        let described = || format!("the database {} cannot be used", file.display());
        let writer =
            SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await.with_context(described)?;
        schema::migrate(&writer).await.with_context(described)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.read_only(true))
            .await
            .with_context(described)?;
        let database = Self { writer, readers, doorbell };
        let newest = events::newest_id(&mut *database.read().await.with_context(described)?).await;
        database.doorbell.begin_at(newest.with_context(described)?);
        Ok(database)
    }

    /// The id of the newest event; what is read after this call is at least as new.
    #[must_use]
    pub fn newest_event(&self) -> i64 {
        self.doorbell.newest()
    }

    /// Tells those who follow what happens.
    #[must_use]
    pub fn doorbell(&self) -> &Doorbell {
        &self.doorbell
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// The database cannot be opened.
    pub async fn read(&self) -> sqlx::Result<PoolConnection<Sqlite>> {
        self.readers.acquire().await
    }

    /// A connection for reading several things as they are at one time, until it is dropped.
    ///
    /// # Errors
    /// The database cannot be opened.
    pub async fn snapshot(&self) -> sqlx::Result<Transaction<'static, Sqlite>> {
        self.readers.begin().await
    }

    /// Starts a change. Changes run one after the other; nothing of one that is dropped before [`Change::commit`] stays.
    ///
    /// # Errors
    /// The database cannot be opened, or another process holds its lock for too long.
    pub async fn change(&self) -> sqlx::Result<Change> {
        let transaction = match self.writer.begin_with(BEGIN).await {
            // A full or broken disk makes SQLite end a transaction by itself. sqlx then counts it as open for ever, so the
            // connection is of no more use.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                self.writer.acquire().await?.close().await?;
                self.writer.begin_with(BEGIN).await?
            }
            begun => begun?,
        };
        Ok(Change { transaction, events: Vec::new(), doorbell: self.doorbell.clone() })
    }

    /// Closes every connection, after which the file is whole by itself.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// A transaction that remembers the events written in it and announces them once they are committed.
#[derive(Debug)]
pub struct Change {
    transaction: Transaction<'static, Sqlite>,
    events: Vec<Event>,
    doorbell: Doorbell,
}

impl Change {
    /// The connection that the statements of this change run on.
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }

    /// Writes an event of a store.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn record(
        &mut self,
        store: &StoreId,
        at: Timestamp,
        level: Level,
        kind: EventKind,
        text: impl Into<String> + Send,
    ) -> sqlx::Result<()> {
        let text = text.into();
        let id = events::insert(self.connection(), store, at, level, kind, &text).await?;
        self.events.push(Event { id, store_id: store.clone(), at, level, kind, text });
        Ok(())
    }

    /// Makes the change last, then rings for its events.
    ///
    /// # Errors
    /// The database refuses; then nothing was changed.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.transaction.commit().await?;
        for event in self.events {
            log(&event);
            self.doorbell.ring(event);
        }
        Ok(())
    }
}

/// What goes into a store's history goes into the log too, beside the job or the request that it comes from. That a store failed is no
/// fault of the platform.
fn log(Event { store_id, level, kind, text, .. }: &Event) {
    match level {
        Level::Info => tracing::info!(store.id = %store_id, event.kind = %kind, "{text}"),
        Level::Warning | Level::Error => tracing::warn!(store.id = %store_id, event.kind = %kind, "{text}"),
    }
}

/// A pattern for `LIKE ? ESCAPE '\\'` that matches exactly this text, after or before anything where `%` is put around it.
fn like_literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// A time as the tables keep it.
fn to_column(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A time read from a table.
fn from_column(milliseconds: i64) -> sqlx::Result<Timestamp> {
    Timestamp::from_millisecond(milliseconds).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// A word of the model read from a table.
fn parse<T>(text: &str) -> sqlx::Result<T>
where
    T: std::str::FromStr,
    T::Err: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    text.parse().map_err(|error: T::Err| sqlx::Error::Decode(error.into()))
}
