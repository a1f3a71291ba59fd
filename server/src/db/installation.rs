//! What tells this installation from others in the same cluster.

use sqlx::SqliteConnection;

/// Its id: 16 hexadecimal digits, made with the database.
///
/// # Errors
/// The database refuses.
pub async fn id(connection: &mut SqliteConnection) -> sqlx::Result<String> {
    sqlx::query_scalar("SELECT id FROM installation").fetch_one(connection).await
}
