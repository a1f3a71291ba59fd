//! Links that let somebody in once.

use app::model::UserId;
use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::to_column;

/// Whom a link lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The user; none for the first administrator.
    pub user: Option<UserId>,
    /// Whether a password is chosen first.
    pub sets_up: bool,
}

/// Keeps a link under the hash of its word.
///
/// # Errors
/// The database refuses.
pub async fn insert(
    connection: &mut SqliteConnection,
    key: &[u8],
    link: Link,
    now: Timestamp,
    expires_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO links (key, user_id, sets_up, created_at, expires_at) VALUES (?, ?, ?, ?, ?)")
        .bind(key)
        .bind(link.user.map(|id| id.0))
        .bind(link.sets_up)
        .bind(to_column(now))
        .bind(to_column(expires_at))
        .execute(connection)
        .await
        .map(drop)
}

/// The link with this hash, unless it is too late.
///
/// # Errors
/// The database refuses.
pub async fn find(connection: &mut SqliteConnection, key: &[u8], now: Timestamp) -> sqlx::Result<Option<Link>> {
    let found: Option<(Option<i64>, bool)> =
        sqlx::query_as("SELECT user_id, sets_up FROM links WHERE key = ? AND expires_at > ?")
            .bind(key)
            .bind(to_column(now))
            .fetch_optional(connection)
            .await?;
    Ok(found.map(|(user, sets_up)| Link { user: user.map(UserId), sets_up }))
}

/// Takes back every link for this user, or for the first administrator, and those that are too late.
///
/// # Errors
/// The database refuses.
pub async fn delete_for(connection: &mut SqliteConnection, user: Option<UserId>, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM links WHERE user_id IS ? OR expires_at <= ?")
        .bind(user.map(|id| id.0))
        .bind(to_column(now))
        .execute(connection)
        .await
        .map(drop)
}
