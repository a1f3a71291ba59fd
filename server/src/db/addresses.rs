//! Which store is at which address: what was chosen for those below the stores' domain, and domains of the owners'.

use app::model::{DomainName, Slug, Status, StoreId, StoreName, UserId};
use sqlx::SqliteConnection;

use super::parse;

/// The living store with this slug, and whose it is.
///
/// # Errors
/// The database refuses.
pub async fn find_living_by_slug(
    connection: &mut SqliteConnection,
    slug: &Slug,
) -> sqlx::Result<Option<(StoreName, Option<UserId>)>> {
    let found: Option<(String, Option<i64>)> =
        sqlx::query_as("SELECT name, owner_id FROM stores WHERE slug = ? AND status <> 'deleted'")
            .bind(slug.as_str())
            .fetch_optional(connection)
            .await?;
    found.map(|(name, owner)| Ok((parse(&name)?, owner.map(UserId)))).transpose()
}

/// The store with this slug and its status: the living one, or the last that was.
///
/// # Errors
/// The database refuses.
pub async fn resident_by_slug(
    connection: &mut SqliteConnection,
    slug: &Slug,
) -> sqlx::Result<Option<(StoreId, Status)>> {
    let found: Option<(String, String)> = sqlx::query_as(
        "SELECT id, status FROM stores WHERE slug = ? ORDER BY status = 'deleted', created_at DESC LIMIT 1",
    )
    .bind(slug.as_str())
    .fetch_optional(connection)
    .await?;
    found.map(|(id, status)| Ok((parse(&id)?, parse(&status)?))).transpose()
}

/// Keeps at which domain a store is; none is its first address.
///
/// # Errors
/// The database refuses, also when another store is there.
pub async fn set_domain(
    connection: &mut SqliteConnection,
    id: &StoreId,
    domain: Option<&DomainName>,
) -> sqlx::Result<()> {
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
pub async fn resident_by_domain(
    connection: &mut SqliteConnection,
    host: &str,
) -> sqlx::Result<Option<(StoreId, Status)>> {
    let found: Option<(String, String)> =
        sqlx::query_as("SELECT id, status FROM stores WHERE domain = ?").bind(host).fetch_optional(connection).await?;
    found.map(|(id, status)| Ok((parse(&id)?, parse(&status)?))).transpose()
}
