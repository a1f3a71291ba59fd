//! What the care for ready stores reads and writes: who is there, who is to be checked next, and what is wrong with one.

use std::collections::HashSet;

use app::model::{During, EventKind, Level, Status, StoreId};
use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{
    Change,
    failures::{self, NewFailure},
    from_column, jobs, parse, stores, to_column,
};

/// The stores that are open, whether or not all is well with them.
///
/// # Errors
/// The database refuses.
pub async fn open_stores(connection: &mut SqliteConnection) -> sqlx::Result<HashSet<StoreId>> {
    let ids: Vec<String> =
        sqlx::query_scalar("SELECT id FROM stores WHERE status IN ('ready', 'degraded')").fetch_all(connection).await?;
    ids.iter().map(|id| parse(id)).collect()
}

/// Most stores that are looked through for the next one to check.
const CANDIDATES: u32 = 100;

/// A ready store that is to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    /// Which.
    pub id: StoreId,
    /// When it was last checked.
    pub checked_at: Option<Timestamp>,
}

/// The ready stores on which no job works and whose last check lies before `before`, the furthest back first.
///
/// # Errors
/// The database refuses.
pub async fn to_check(connection: &mut SqliteConnection, before: Timestamp) -> sqlx::Result<Vec<Unchecked>> {
    let rows: Vec<(String, Option<i64>)> = sqlx::query_as(
        "SELECT id, checked_at FROM stores WHERE status = 'ready' AND coalesce(checked_at, 0) < ?
           AND NOT EXISTS (SELECT 1 FROM jobs WHERE store_id = stores.id AND state IN ('queued', 'running'))
         ORDER BY coalesce(checked_at, 0), id LIMIT ?",
    )
    .bind(to_column(before))
    .bind(CANDIDATES)
    .fetch_all(connection)
    .await?;
    let read = |(id, at): (String, Option<i64>)| {
        Ok(Unchecked { id: parse(&id)?, checked_at: at.map(from_column).transpose()? })
    };
    rows.into_iter().map(read).collect()
}

/// Whether the store is still as it was when it was found to be unchecked: ready, without a job, and not checked by anybody else.
///
/// # Errors
/// The database refuses.
pub async fn is_still(connection: &mut SqliteConnection, unchecked: &Unchecked) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM stores WHERE id = ?1 AND status = 'ready' AND checked_at IS ?2
           AND NOT EXISTS (SELECT 1 FROM jobs WHERE store_id = ?1 AND state IN ('queued', 'running')))",
    )
    .bind(unchecked.id.as_str())
    .bind(unchecked.checked_at.map(to_column))
    .fetch_one(connection)
    .await
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
    wrong: NewFailure<'_>,
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
    let is_news = store.failure.as_ref().is_none_or(|known| !known.is_like(wrong.failure));
    if is_news {
        change.record(id, at, Level::Warning, EventKind::Degraded, &*wrong.failure.cause).await?;
    }
    if is_news {
        failures::keep(change.connection(), id, wrong, at).await?;
    } else if matches!(wrong.during, During::Repair | During::Readdress) {
        failures::keep_again(change.connection(), id, wrong, at).await?;
        // Whoever saw it begin is owed how it ended.
        let what =
            if wrong.during == During::Readdress { "The move came to nothing" } else { "The repair did not help" };
        let text = format!("{what}. {}", wrong.failure.cause);
        change.record(id, at, Level::Warning, EventKind::Failed, text).await?;
    }
    stores::set_failure(change.connection(), id, wrong.failure).await?;
    if repair {
        queue_repair(change, id, at).await?;
    }
    Ok(())
}

/// Queues the repair of a degraded store, unless a job works on it already.
///
/// # Errors
/// The database refuses.
pub async fn queue_repair(change: &mut Change, id: &StoreId, at: Timestamp) -> sqlx::Result<()> {
    let is_degraded = stores::status_of(change.connection(), id).await? == Some(Status::Degraded);
    if is_degraded && !has_job(change.connection(), id).await? {
        jobs::enqueue(change.connection(), id, jobs::JobKind::Repair, at).await?;
    }
    Ok(())
}
