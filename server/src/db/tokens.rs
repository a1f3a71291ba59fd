//! What programs show instead of a session.

use app::model::{Scope, Token, UserId};
use jiff::Timestamp;
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{from_column, parse, to_column};

/// A token as it is read, and whose it is.
pub struct TokenRow {
    /// Whose it is.
    pub user: UserId,
    /// What is known of it.
    pub token: Token,
}

impl FromRow<'_, SqliteRow> for TokenRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let time = |column: &str| row.try_get::<Option<i64>, _>(column)?.map(from_column).transpose();
        let scopes: &str = row.try_get("scopes")?;
        Ok(Self {
            user: UserId(row.try_get("user_id")?),
            token: Token {
                id: row.try_get("id")?,
                name: row.try_get("name")?,
                hint: row.try_get("hint")?,
                scopes: scopes.split_whitespace().map(parse).collect::<sqlx::Result<_>>()?,
                created_at: from_column(row.try_get("created_at")?)?,
                expires_at: time("expires_at")?,
                last_used_at: time("last_used_at")?,
            },
        })
    }
}

/// Keeps a new token under the hash of its secret, and answers with its number.
///
/// # Errors
/// The database refuses.
pub async fn insert(connection: &mut SqliteConnection, user: UserId, key: &[u8], token: &Token) -> sqlx::Result<i64> {
    let scopes: Vec<&str> = token.scopes.iter().map(|scope: &Scope| scope.as_str()).collect();
    sqlx::query_scalar(
        "INSERT INTO tokens (user_id, name, key, hint, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
         RETURNING id",
    )
    .bind(user.0)
    .bind(&token.name)
    .bind(key)
    .bind(&token.hint)
    .bind(scopes.join(" "))
    .bind(to_column(token.created_at))
    .bind(token.expires_at.map(to_column))
    .fetch_one(connection)
    .await
}

/// The token with this hash, unless it was revoked or has ended.
///
/// # Errors
/// The database refuses.
pub async fn find(connection: &mut SqliteConnection, key: &[u8], now: Timestamp) -> sqlx::Result<Option<TokenRow>> {
    sqlx::query_as(
        "SELECT * FROM tokens WHERE key = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)",
    )
    .bind(key)
    .bind(to_column(now))
    .fetch_optional(connection)
    .await
}

/// The tokens of a user that were not revoked, the newest first; those that have ended, too.
///
/// # Errors
/// The database refuses.
pub async fn of_user(connection: &mut SqliteConnection, user: UserId) -> sqlx::Result<Vec<Token>> {
    let rows: Vec<TokenRow> =
        sqlx::query_as("SELECT * FROM tokens WHERE user_id = ? AND revoked_at IS NULL ORDER BY id DESC")
            .bind(user.0)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|row| row.token).collect())
}

/// Notes that a token was used.
///
/// # Errors
/// The database refuses.
pub async fn note_use(connection: &mut SqliteConnection, id: i64, at: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE tokens SET last_used_at = ? WHERE id = ?")
        .bind(to_column(at))
        .bind(id)
        .execute(connection)
        .await
        .map(drop)
}

/// Revokes a token of this user; whether there was one.
///
/// # Errors
/// The database refuses.
pub async fn revoke(connection: &mut SqliteConnection, user: UserId, id: i64, at: Timestamp) -> sqlx::Result<bool> {
    let done = sqlx::query("UPDATE tokens SET revoked_at = ? WHERE id = ? AND user_id = ? AND revoked_at IS NULL")
        .bind(to_column(at))
        .bind(id)
        .bind(user.0)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}
