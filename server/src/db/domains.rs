//! Domains of the owners', in the store table.

use app::model::{DomainName, Status, StoreId};
use sqlx::SqliteConnection;

use super::parse;

/// Keeps at which domain a store is; none is its first address.
///
/// # Errors
/// The database refuses, also when another living store is there.
pub async fn set(connection: &mut SqliteConnection, id: &StoreId, domain: Option<&DomainName>) -> sqlx::Result<()> {
    sqlx::query("UPDATE stores SET domain = ? WHERE id = ?")
        .bind(domain.map(DomainName::as_str))
        .bind(id.as_str())
        .execute(connection)
        .await
        .map(drop)
}

/// The living store at this domain.
///
/// # Errors
/// The database refuses.
pub async fn holder(connection: &mut SqliteConnection, domain: &DomainName) -> sqlx::Result<Option<StoreId>> {
    let id: Option<String> = sqlx::query_scalar("SELECT id FROM stores WHERE domain = ? AND status <> 'deleted'")
        .bind(domain.as_str())
        .fetch_optional(connection)
        .await?;
    id.as_deref().map(parse).transpose()
}

/// The store at this domain and its status: the living one, or the last that was.
///
/// # Errors
/// The database refuses.
pub async fn resident(connection: &mut SqliteConnection, host: &str) -> sqlx::Result<Option<(StoreId, Status)>> {
    let found: Option<(String, String)> = sqlx::query_as(
        "SELECT id, status FROM stores WHERE domain = ? ORDER BY status = 'deleted', created_at DESC LIMIT 1",
    )
    .bind(host)
    .fetch_optional(connection)
    .await?;
    found.map(|(id, status)| Ok((parse(&id)?, parse(&status)?))).transpose()
}
