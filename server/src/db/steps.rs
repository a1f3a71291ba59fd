//! The checkpoints of a provision.

use app::model::{Step, StepRecord, StoreId};
use jiff::Timestamp;
use sqlx::{Row as _, SqliteConnection};

use super::{from_column, parse, to_column};

/// The steps of a store that have begun, in their order.
///
/// # Errors
/// The database refuses.
pub async fn of_store(connection: &mut SqliteConnection, store: &StoreId) -> sqlx::Result<Vec<StepRecord>> {
    let rows = sqlx::query("SELECT step, started_at, finished_at FROM steps WHERE store_id = ?")
        .bind(store.as_str())
        .fetch_all(connection)
        .await?;
    let mut steps = Vec::with_capacity(rows.len());
    for row in rows {
        steps.push(StepRecord {
            step: parse(row.try_get("step")?)?,
            started_at: from_column(row.try_get("started_at")?)?,
            finished_at: row.try_get::<Option<i64>, _>("finished_at")?.map(from_column).transpose()?,
        });
    }
    steps.sort_by_key(|record| record.step);
    Ok(steps)
}

/// What steps took, in milliseconds, of other stores that were provisioned once, the latest `limit` first.
///
/// # Errors
/// The database refuses.
pub async fn latest_times(
    connection: &mut SqliteConnection,
    except: &StoreId,
    limit: u32,
) -> sqlx::Result<Vec<(Step, i64)>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT step, finished_at - started_at FROM steps
         WHERE finished_at IS NOT NULL AND store_id <> ?
           AND (SELECT count(*) FROM jobs WHERE jobs.store_id = steps.store_id AND kind = 'provision') = 1
         ORDER BY finished_at DESC LIMIT ?",
    )
    .bind(except.as_str())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(step, took)| Ok((parse(&step)?, took))).collect()
}

/// Notes that a step begins. One that had begun before begins anew.
///
/// # Errors
/// The database refuses.
pub async fn start(connection: &mut SqliteConnection, store: &StoreId, step: Step, at: Timestamp) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO steps (store_id, step, started_at) VALUES (?, ?, ?)
         ON CONFLICT (store_id, step) DO UPDATE SET started_at = excluded.started_at, finished_at = NULL",
    )
    .bind(store.as_str())
    .bind(step.as_str())
    .bind(to_column(at))
    .execute(connection)
    .await
    .map(drop)
}

/// Notes that a step ended with success.
///
/// # Errors
/// The database refuses.
pub async fn finish(connection: &mut SqliteConnection, store: &StoreId, step: Step, at: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE steps SET finished_at = ? WHERE store_id = ? AND step = ?")
        .bind(to_column(at))
        .bind(store.as_str())
        .bind(step.as_str())
        .execute(connection)
        .await
        .map(drop)
}

/// Forgets every checkpoint, so that the next provision begins with the first step.
///
/// # Errors
/// The database refuses.
pub async fn forget(connection: &mut SqliteConnection, store: &StoreId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM steps WHERE store_id = ?").bind(store.as_str()).execute(connection).await.map(drop)
}
