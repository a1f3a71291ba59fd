//! Wrong passwords, and how long none is looked at because of them.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{from_column, to_column};

/// How many wrong passwords a name had in a row, and until when it is locked.
///
/// # Errors
/// The database refuses.
pub async fn find(connection: &mut SqliteConnection, name_key: &str) -> sqlx::Result<(u32, Option<Timestamp>)> {
    let found: Option<(u32, Option<i64>)> =
        sqlx::query_as("SELECT wrong, locked_until FROM lockouts WHERE name_key = ?")
            .bind(name_key)
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
    name_key: &str,
    now: Timestamp,
    locked_until: Option<Timestamp>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO lockouts (name_key, wrong, last_at, locked_until) VALUES (?1, 1, ?2, ?3)
         ON CONFLICT (name_key) DO UPDATE SET wrong = wrong + 1, last_at = ?2, locked_until = ?3",
    )
    .bind(name_key)
    .bind(to_column(now))
    .bind(locked_until.map(to_column))
    .execute(connection)
    .await
    .map(drop)
}

/// Forgets the wrong passwords of a name: the right one came.
///
/// # Errors
/// The database refuses.
pub async fn forget(connection: &mut SqliteConnection, name_key: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM lockouts WHERE name_key = ?").bind(name_key).execute(connection).await.map(drop)
}

/// Forgets what was before this time.
///
/// # Errors
/// The database refuses.
pub async fn forget_before(connection: &mut SqliteConnection, time: Timestamp) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM lockouts WHERE last_at < ?").bind(to_column(time)).execute(connection).await.map(drop)
}
