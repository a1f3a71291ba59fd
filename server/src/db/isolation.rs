//! How each store's last isolation probe ended.

use app::model::{IsolationReport, StoreId};
use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::to_column;

/// Keeps the report instead of the one before.
///
/// # Errors
/// The database refuses.
pub async fn keep(connection: &mut SqliteConnection, store: &StoreId, report: &IsolationReport) -> sqlx::Result<()> {
    let text = serde_json::to_string(report).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(
        "INSERT INTO isolation (store_id, at, report) VALUES (?1, ?2, ?3)
         ON CONFLICT (store_id) DO UPDATE SET at = ?2, report = ?3",
    )
    .bind(store.as_str())
    .bind(to_column(report.at))
    .bind(text)
    .execute(connection)
    .await
    .map(drop)
}

/// The last report of a store; none where it was never probed.
///
/// # Errors
/// The database refuses.
pub async fn of_store(connection: &mut SqliteConnection, store: &StoreId) -> sqlx::Result<Option<IsolationReport>> {
    let text: Option<String> = sqlx::query_scalar("SELECT report FROM isolation WHERE store_id = ?")
        .bind(store.as_str())
        .fetch_optional(connection)
        .await?;
    text.map(|text| serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))).transpose()
}

/// Whether a store was probed since.
///
/// # Errors
/// The database refuses.
pub async fn is_known(connection: &mut SqliteConnection, store: &StoreId, since: Timestamp) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM isolation WHERE store_id = ? AND at >= ?)")
        .bind(store.as_str())
        .bind(to_column(since))
        .fetch_one(connection)
        .await
}

/// Another store that is ready, the newest: somebody to try to reach.
///
/// # Errors
/// The database refuses.
pub async fn neighbour(connection: &mut SqliteConnection, store: &StoreId) -> sqlx::Result<Option<StoreId>> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT id FROM stores WHERE status = 'ready' AND id <> ? ORDER BY created_at DESC, id LIMIT 1",
    )
    .bind(store.as_str())
    .fetch_optional(connection)
    .await?;
    id.map(|id| super::parse(&id)).transpose()
}
