//! What the care for ready stores reads and writes: who is there, who is to be checked next, and what is wrong with one.

use app::model::{EventKind, Failure, Level, Status, StoreId};
use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{Change, jobs, parse, stores, to_column};

/// The stores that are open, whether or not all is well with them.
///
/// # Errors
/// The database refuses.
pub async fn open_stores(connection: &mut SqliteConnection) -> sqlx::Result<Vec<StoreId>> {
    let ids: Vec<String> =
        sqlx::query_scalar("SELECT id FROM stores WHERE status IN ('ready', 'degraded')").fetch_all(connection).await?;
    ids.iter().map(|id| parse(id)).collect()
}

/// The ready store whose last check lies furthest back, when that is before `before` and no job works on it.
///
/// # Errors
/// The database refuses.
pub async fn next_to_check(connection: &mut SqliteConnection, before: Timestamp) -> sqlx::Result<Option<StoreId>> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT id FROM stores WHERE status = 'ready' AND coalesce(checked_at, 0) < ?
           AND NOT EXISTS (SELECT 1 FROM jobs WHERE store_id = stores.id AND state IN ('queued', 'running'))
         ORDER BY coalesce(checked_at, 0), id LIMIT 1",
    )
    .bind(to_column(before))
    .fetch_optional(connection)
    .await?;
    id.as_deref().map(parse).transpose()
}

/// Notes when a store was last checked.
///
/// # Errors
/// The database refuses.
pub async fn set_checked(connection: &mut SqliteConnection, id: &StoreId, at: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE stores SET checked_at = ? WHERE id = ?")
        .bind(to_column(at))
        .bind(id.as_str())
        .execute(connection)
        .await
        .map(drop)
}

/// Whether a job works on the store or waits for its turn.
///
/// # Errors
/// The database refuses.
pub async fn has_job(connection: &mut SqliteConnection, id: &StoreId) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM jobs WHERE store_id = ? AND state IN ('queued', 'running'))")
        .bind(id.as_str())
        .fetch_one(connection)
        .await
}

/// Keeps what is wrong with an open store, with an event when that is news; and queues its repair where it is to be.
///
/// Does nothing where it is not open any more: somebody may have asked for its deletion meanwhile.
///
/// # Errors
/// The database refuses.
pub async fn degrade(
    change: &mut Change,
    id: &StoreId,
    wrong: &Failure,
    repair: bool,
    at: Timestamp,
) -> sqlx::Result<()> {
    let Some(store) = stores::find(change.connection(), id).await? else { return Ok(()) };
    match store.status {
        Status::Ready => match stores::move_to(change.connection(), id, Status::Degraded, at).await {
            Ok(_) => {}
            Err(stores::MoveError::Database(error)) => return Err(error),
            Err(stores::MoveError::Illegal(_)) => return Ok(()),
        },
        Status::Degraded => {}
        _ => return Ok(()),
    }
    if store.failure.as_ref().is_none_or(|known| known.cause != wrong.cause) {
        change.record(id, at, Level::Warning, EventKind::Degraded, &*wrong.cause).await?;
    }
    stores::set_failure(change.connection(), id, wrong).await?;
    if repair && !has_job(change.connection(), id).await? {
        jobs::enqueue(change.connection(), id, jobs::JobKind::Repair, at).await?;
    }
    Ok(())
}
