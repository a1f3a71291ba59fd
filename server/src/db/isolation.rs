//! How each store's last isolation probe ended.

use app::model::{IsolationReport, StoreId};
use sqlx::SqliteConnection;

/// Keeps the report instead of the one before.
///
/// # Errors
/// The database refuses.
pub async fn keep(connection: &mut SqliteConnection, store: &StoreId, report: &IsolationReport) -> sqlx::Result<()> {
    let text = serde_json::to_string(report).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(
        "INSERT INTO isolation (store_id, report) VALUES (?1, ?2) ON CONFLICT (store_id) DO UPDATE SET report = ?2",
    )
    .bind(store.as_str())
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
