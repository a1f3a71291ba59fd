//! What somebody has made.

use app::model::{Size, Status, Used, UserId};
use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{from_column, parse};

/// How much of the platform an owner uses, and when their newest store was asked for, also where it is deleted by now.
///
/// # Errors
/// The database refuses.
pub async fn used(connection: &mut SqliteConnection, owner: UserId) -> sqlx::Result<(Used, Option<Timestamp>)> {
    let rows: Vec<(String, String, u32, i64)> = sqlx::query_as(
        "SELECT status, size, count(*), max(created_at) FROM stores WHERE owner_id = ? GROUP BY status, size",
    )
    .bind(owner.0)
    .fetch_all(connection)
    .await?;
    let (mut used, mut newest) = (Used::default(), None);
    for (status, size, count, created_at) in rows {
        newest = newest.max(Some(created_at));
        let (status, size) = (parse::<Status>(&status)?, parse::<Size>(&size)?);
        if status == Status::Deleted {
            continue;
        }
        used.stores += count;
        used.volume_gib += count * size.volume_gib();
        if matches!(status, Status::Queued | Status::Provisioning) {
            used.creating += count;
        }
    }
    Ok((used, newest.map(from_column).transpose()?))
}
