//! Domains of the owners', in the store table.

use app::model::{DomainName, Status, StoreId};
use sqlx::SqliteConnection;

use super::parse;

/// Keeps at which domain a store is; none is its first address.
///
/// # Errors
/// The database refuses, also when another store is there.
pub async fn set(connection: &mut SqliteConnection, id: &StoreId, domain: Option<&DomainName>) -> sqlx::Result<()> {
    sqlx::query("UPDATE stores SET domain = ? WHERE id = ?")
        .bind(domain.map(DomainName::as_str))
        .bind(id.as_str())
        .execute(connection)
        .await
        .map(drop)
}

/// The store at this domain and its status. The host is as a browser names it, without its port.
///
/// # Errors
/// The database refuses.
pub async fn resident(connection: &mut SqliteConnection, host: &str) -> sqlx::Result<Option<(StoreId, Status)>> {
    let found: Option<(String, String)> =
        sqlx::query_as("SELECT id, status FROM stores WHERE domain = ?").bind(host).fetch_optional(connection).await?;
    found.map(|(id, status)| Ok((parse(&id)?, parse(&status)?))).transpose()
}
