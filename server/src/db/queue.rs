//! In which order queued installs are taken: fair between owners.
//!
//! Each install gets a turn when it is asked for: its owner's first one the present turn, each further one the turn after the one
//! before it. The lowest turn is taken next, of equal ones the older install. The present turn is that of the install that is next,
//! less one for each that its owner has running: so who comes late does not wait for anybody's second one, where those that run
//! count, too. One person's fifty stores do not delay another's first. Stores without an owner count as those of one more person.
//!
//! This is start-time fair queueing (Goyal, Vin and Cheng, 1996) with installs that all cost the same. Unlike an order that is computed
//! from what waits, the next one costs a look into an index, and a place what counting in the index costs: half a millisecond where ten
//! thousand wait.

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

/// Whose the install of a store is.
const OWNER: &str = "SELECT coalesce(owner_id, 0) FROM stores WHERE id = ?";

/// The last turn that an owner has.
const LAST_TURN: &str =
    "SELECT max(turn) FROM jobs WHERE owner_id = ? AND kind = 'provision' AND state IN ('queued', 'running')";

/// The present turn; where nothing waits, that of what was begun last; null where nothing runs either.
const PRESENT_TURN: &str = "SELECT coalesce(
        (SELECT max(0, turn - (SELECT count(*) FROM jobs
                               WHERE kind = 'provision' AND state = 'running' AND jobs.owner_id = next.owner_id))
         FROM (SELECT owner_id, turn FROM jobs INDEXED BY jobs_installs
               WHERE kind = 'provision' AND state = 'queued' AND fresh = 1 ORDER BY turn, id LIMIT 1) AS next),
        (SELECT max(turn) FROM jobs WHERE kind = 'provision' AND state = 'running'))";

/// Has those of an owner move up who wait behind a store's install. That queued ones are also queued or running, SQLite has to be told:
/// else it does not see that the index holds them.
const MOVE_UP: &str = "UPDATE jobs SET turn = turn - 1
     WHERE kind = 'provision' AND state = 'queued' AND state IN ('queued', 'running')
       AND owner_id = (SELECT owner_id FROM jobs WHERE store_id = ?1 AND kind = 'provision' AND state = 'queued')
       AND turn > (SELECT turn FROM jobs WHERE store_id = ?1 AND kind = 'provision' AND state = 'queued')";

/// Whose the install of a store is, and what turn it gets if it is asked for now.
///
/// # Errors
/// The database refuses.
pub(super) async fn line_up(connection: &mut SqliteConnection, store: &str) -> sqlx::Result<(i64, i64)> {
    let owner: i64 = sqlx::query_scalar(OWNER).bind(store).fetch_one(&mut *connection).await?;
    let last: Option<i64> = sqlx::query_scalar(LAST_TURN).bind(owner).fetch_one(&mut *connection).await?;
    let turn = match last {
        Some(last) => last + 1,
        None => sqlx::query_scalar::<_, Option<i64>>(PRESENT_TURN).fetch_one(connection).await?.unwrap_or(0),
    };
    Ok((owner, turn))
}

/// Has the later installs of an owner move up, since this store's is not wanted any more. One that was begun has had its turn.
///
/// # Errors
/// The database refuses.
pub(super) async fn move_up(connection: &mut SqliteConnection, store: &str) -> sqlx::Result<()> {
    sqlx::query(MOVE_UP).bind(store).execute(connection).await.map(drop)
}

#[cfg(test)]
mod tests;
