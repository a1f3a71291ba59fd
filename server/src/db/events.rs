//! The event table.

use app::model::{Event, EventKind, Level, StoreId};
use jiff::Timestamp;
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{from_column, parse, to_column};

struct EventRow(Event);

impl FromRow<'_, SqliteRow> for EventRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self(Event {
            id: row.try_get("id")?,
            store_id: parse(row.try_get("store_id")?)?,
            at: from_column(row.try_get("at")?)?,
            level: parse(row.try_get("level")?)?,
            kind: parse(row.try_get("kind")?)?,
            text: row.try_get("text")?,
        }))
    }
}

/// Writes an event and answers with its id. Callers use [`super::Change::record`], which also rings the bell.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    store: &StoreId,
    at: Timestamp,
    level: Level,
    kind: EventKind,
    text: &str,
) -> sqlx::Result<i64> {
    sqlx::query("INSERT INTO events (store_id, at, level, kind, text) VALUES (?, ?, ?, ?, ?)")
        .bind(store.as_str())
        .bind(to_column(at))
        .bind(level.as_str())
        .bind(kind.as_str())
        .bind(text)
        .execute(connection)
        .await
        .map(|done| done.last_insert_rowid())
}

/// Events of one store with ids above `after`, oldest first.
///
/// # Errors
/// The database refuses.
pub async fn of_store(
    connection: &mut SqliteConnection,
    store: &StoreId,
    after: i64,
    limit: u32,
) -> sqlx::Result<Vec<Event>> {
    let rows: Vec<EventRow> = sqlx::query_as("SELECT * FROM events WHERE store_id = ? AND id > ? ORDER BY id LIMIT ?")
        .bind(store.as_str())
        .bind(after)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The newest events of one store, oldest first.
///
/// # Errors
/// The database refuses.
pub async fn latest_of_store(
    connection: &mut SqliteConnection,
    store: &StoreId,
    limit: u32,
) -> sqlx::Result<Vec<Event>> {
    let rows: Vec<EventRow> = sqlx::query_as("SELECT * FROM events WHERE store_id = ? ORDER BY id DESC LIMIT ?")
        .bind(store.as_str())
        .bind(limit)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().rev().map(|row| row.0).collect())
}

/// The newest event of one store of this kind.
///
/// # Errors
/// The database refuses.
pub async fn latest_of_kind(
    connection: &mut SqliteConnection,
    store: &StoreId,
    kind: EventKind,
) -> sqlx::Result<Option<Event>> {
    let row: Option<EventRow> =
        sqlx::query_as("SELECT * FROM events WHERE store_id = ? AND kind = ? ORDER BY id DESC LIMIT 1")
            .bind(store.as_str())
            .bind(kind.as_str())
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|row| row.0))
}

/// Events of every store with ids above `after`, oldest first.
///
/// # Errors
/// The database refuses.
pub async fn of_all(connection: &mut SqliteConnection, after: i64, limit: u32) -> sqlx::Result<Vec<Event>> {
    let rows: Vec<EventRow> = sqlx::query_as("SELECT * FROM events WHERE id > ? ORDER BY id LIMIT ?")
        .bind(after)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The id of the newest event; 0 when there is none.
///
/// # Errors
/// The database refuses.
pub async fn newest_id(connection: &mut SqliteConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM events").fetch_one(connection).await
}
