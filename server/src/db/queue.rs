//! In which order queued installs are taken: fair between owners.
//!
//! Each install gets a turn when it is asked for: its owner's first one the lowest that any has, each further one the turn after
//! the one before it. The lowest turn is taken next, of equal ones the older install. So everybody's first install comes before
//! anybody's second one, where those that run count, too: one person's fifty stores do not delay another's first. Stores without
//! an owner count as those of one more person. This is start-time fair queueing (Goyal, Vin and Cheng, 1996) with installs that
//! all cost the same; unlike an order that is computed from what waits, it costs what an index costs.

use sqlx::SqliteConnection;

/// The place of a store's queued install, 1 being next; null where it has none. What was begun before a restart goes on first.
///
/// In three counts, each of them one range of the index: of what goes first anyway, of lower turns, and within the same turn.
macro_rules! place_in_queue {
    () => {
        "(SELECT (SELECT count(*) FROM jobs INDEXED BY jobs_installs
                  WHERE kind = 'provision' AND state = 'queued' AND fresh = 0
                    AND (mine.fresh OR (turn, id) <= (mine.turn, mine.id)))
               + CASE WHEN mine.fresh THEN
                     (SELECT count(*) FROM jobs INDEXED BY jobs_installs
                      WHERE kind = 'provision' AND state = 'queued' AND fresh = 1 AND turn < mine.turn)
                   + (SELECT count(*) FROM jobs INDEXED BY jobs_installs
                      WHERE kind = 'provision' AND state = 'queued' AND fresh = 1 AND turn = mine.turn AND id <= mine.id)
                 ELSE 0 END
          FROM jobs AS mine
          WHERE mine.store_id = stores.id AND mine.kind = 'provision' AND mine.state = 'queued')"
    };
}

pub(super) use place_in_queue;

/// The install that is taken next.
pub(super) const NEXT_INSTALL: &str = "SELECT id FROM jobs INDEXED BY jobs_installs
     WHERE kind = 'provision' AND state = 'queued' ORDER BY fresh, turn, id LIMIT 1";

/// Whose the install of a store is, and what turn it gets if it is asked for now.
///
/// # Errors
/// The database refuses.
pub(super) async fn line_up(connection: &mut SqliteConnection, store: &str) -> sqlx::Result<(i64, i64)> {
    let owner: i64 = sqlx::query_scalar("SELECT coalesce(owner_id, 0) FROM stores WHERE id = ?")
        .bind(store)
        .fetch_one(&mut *connection)
        .await?;
    let last: Option<i64> = sqlx::query_scalar(
        "SELECT max(turn) FROM jobs WHERE owner_id = ? AND kind = 'provision' AND state IN ('queued', 'running')",
    )
    .bind(owner)
    .fetch_one(&mut *connection)
    .await?;
    if let Some(last) = last {
        return Ok((owner, last + 1));
    }
    let lowest: Option<i64> =
        sqlx::query_scalar("SELECT min(turn) FROM jobs WHERE kind = 'provision' AND state IN ('queued', 'running')")
            .fetch_one(connection)
            .await?;
    Ok((owner, lowest.unwrap_or(0)))
}

/// Has the later installs of an owner move up, since this store's is not wanted any more.
///
/// # Errors
/// The database refuses.
pub(super) async fn move_up(connection: &mut SqliteConnection, store: &str) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE jobs SET turn = jobs.turn - 1
         FROM (SELECT owner_id, turn FROM jobs
               WHERE store_id = ? AND kind = 'provision' AND state IN ('queued', 'running')) AS gone
         WHERE jobs.owner_id = gone.owner_id AND jobs.turn > gone.turn AND kind = 'provision' AND state = 'queued'",
    )
    .bind(store)
    .execute(connection)
    .await
    .map(drop)
}

#[cfg(test)]
mod tests;
