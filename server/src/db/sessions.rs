//! Who is signed in where.

use app::model::UserId;
use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{from_column, to_column};

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionRow {
    /// SHA-256 of its id.
    pub key: Vec<u8>,
    /// What it holds, as JSON.
    pub data: String,
    seen_at: i64,
    expires_at: i64,
}

impl SessionRow {
    /// When it was last used.
    ///
    /// # Errors
    /// The column holds no time.
    pub fn seen_at(&self) -> sqlx::Result<Timestamp> {
        from_column(self.seen_at)
    }

    /// When it ends.
    ///
    /// # Errors
    /// The column holds no time.
    pub fn expires_at(&self) -> sqlx::Result<Timestamp> {
        from_column(self.expires_at)
    }
}

/// Keeps a new session.
///
/// # Errors
/// The database refuses.
pub async fn insert(
    connection: &mut SqliteConnection,
    key: &[u8],
    user: Option<UserId>,
    data: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO sessions (key, user_id, data, created_at, seen_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
    )
    .bind(key)
    .bind(user.map(|id| id.0))
    .bind(data)
    .bind(to_column(now))
    .bind(to_column(expires_at))
    .execute(connection)
    .await
    .map(drop)
}

/// Keeps what became of a session. One that has ended meanwhile stays so.
///
/// # Errors
/// The database refuses.
pub async fn update(
    connection: &mut SqliteConnection,
    key: &[u8],
    user: Option<UserId>,
    data: &str,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE sessions SET user_id = ?, data = ? WHERE key = ?")
        .bind(user.map(|id| id.0))
        .bind(data)
        .bind(key)
        .execute(connection)
        .await
        .map(drop)
}

/// Notes that a session is used, and puts its end off.
///
/// # Errors
/// The database refuses.
pub async fn touch(
    connection: &mut SqliteConnection,
    key: &[u8],
    now: Timestamp,
    expires_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE sessions SET seen_at = ?, expires_at = ? WHERE key = ?")
        .bind(to_column(now))
        .bind(to_column(expires_at))
        .bind(key)
        .execute(connection)
        .await
        .map(drop)
}

/// The session with this key, unless it has ended.
///
/// # Errors
/// The database refuses.
pub async fn find(connection: &mut SqliteConnection, key: &[u8], now: Timestamp) -> sqlx::Result<Option<SessionRow>> {
    sqlx::query_as("SELECT key, data, seen_at, expires_at FROM sessions WHERE key = ? AND expires_at > ?")
        .bind(key)
        .bind(to_column(now))
        .fetch_optional(connection)
        .await
}

/// The sessions of a user that have not ended, the one that was used last first.
///
/// # Errors
/// The database refuses.
pub async fn of_user(connection: &mut SqliteConnection, user: UserId, now: Timestamp) -> sqlx::Result<Vec<SessionRow>> {
    sqlx::query_as(
        "SELECT key, data, seen_at, expires_at FROM sessions WHERE user_id = ? AND expires_at > ?
         ORDER BY seen_at DESC",
    )
    .bind(user.0)
    .bind(to_column(now))
    .fetch_all(connection)
    .await
}

/// Ends a session.
///
/// # Errors
/// The database refuses.
pub async fn delete(connection: &mut SqliteConnection, key: &[u8]) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM sessions WHERE key = ?").bind(key).execute(connection).await.map(drop)
}

/// Ends every session of a user.
///
/// # Errors
/// The database refuses.
pub async fn delete_of_user(connection: &mut SqliteConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM sessions WHERE user_id = ?").bind(user.0).execute(connection).await.map(drop)
}

/// Forgets the sessions that have ended.
///
/// # Errors
/// The database refuses.
pub async fn forget_ended(connection: &mut SqliteConnection, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM sessions WHERE expires_at <= ?").bind(to_column(now)).execute(connection).await.map(drop)
}
