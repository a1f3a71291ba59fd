//! By what other sign-in services know users.

use app::model::UserId;
use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::to_column;

/// Whom an issuer means by a subject.
///
/// # Errors
/// The database refuses.
pub async fn find(connection: &mut SqliteConnection, issuer: &str, subject: &str) -> sqlx::Result<Option<UserId>> {
    let user: Option<i64> = sqlx::query_scalar("SELECT user_id FROM identities WHERE issuer = ? AND subject = ?")
        .bind(issuer)
        .bind(subject)
        .fetch_optional(connection)
        .await?;
    Ok(user.map(UserId))
}

/// Whether an issuer means this user by anything.
///
/// # Errors
/// The database refuses.
pub async fn is_connected(connection: &mut SqliteConnection, issuer: &str, user: UserId) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM identities WHERE issuer = ? AND user_id = ?)")
        .bind(issuer)
        .bind(user.0)
        .fetch_one(connection)
        .await
}

/// Keeps whom an issuer means by a subject.
///
/// # Errors
/// The database refuses, as it does where the issuer means somebody else by it.
pub async fn insert(
    connection: &mut SqliteConnection,
    issuer: &str,
    subject: &str,
    user: UserId,
    at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO identities (issuer, subject, user_id, connected_at) VALUES (?, ?, ?, ?)")
        .bind(issuer)
        .bind(subject)
        .bind(user.0)
        .bind(to_column(at))
        .execute(connection)
        .await
        .map(drop)
}

/// Forgets by what an issuer knows a user; whether it was known.
///
/// # Errors
/// The database refuses.
pub async fn delete_of_user(connection: &mut SqliteConnection, issuer: &str, user: UserId) -> sqlx::Result<bool> {
    let deleted = sqlx::query("DELETE FROM identities WHERE issuer = ? AND user_id = ?")
        .bind(issuer)
        .bind(user.0)
        .execute(connection)
        .await?;
    Ok(deleted.rows_affected() > 0)
}
