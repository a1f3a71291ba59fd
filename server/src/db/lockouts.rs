//! Wrong passwords, and how long none is looked at because of them.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{from_column, to_column};

/// How many wrong passwords came in a row under this key, and until when none is looked at.
///
/// # Errors
/// The database refuses.
pub async fn find(connection: &mut SqliteConnection, key: &[u8]) -> sqlx::Result<(u32, Option<Timestamp>)> {
    let found: Option<(u32, Option<i64>)> = sqlx::query_as("SELECT wrong, locked_until FROM lockouts WHERE key = ?")
        .bind(key)
        .fetch_optional(connection)
        .await?;
    let (wrong, until) = found.unwrap_or_default();
    Ok((wrong, until.map(from_column).transpose()?))
}

/// Counts a password as wrong.
///
/// # Errors
/// The database refuses.
pub async fn count(
    connection: &mut SqliteConnection,
    key: &[u8],
    now: Timestamp,
    locked_until: Option<Timestamp>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO lockouts (key, wrong, last_at, locked_until) VALUES (?1, 1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET wrong = wrong + 1, last_at = ?2, locked_until = ?3",
    )
    .bind(key)
    .bind(to_column(now))
    .bind(locked_until.map(to_column))
    .execute(connection)
    .await
    .map(drop)
}

/// Forgets the wrong passwords: the right one came.
///
/// # Errors
/// The database refuses.
pub async fn forget(connection: &mut SqliteConnection, key: &[u8]) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM lockouts WHERE key = ?").bind(key).execute(connection).await.map(drop)
}

/// Forgets what was before this time.
///
/// # Errors
/// The database refuses.
pub async fn forget_before(connection: &mut SqliteConnection, time: Timestamp) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM lockouts WHERE last_at < ?").bind(to_column(time)).execute(connection).await.map(drop)
}
