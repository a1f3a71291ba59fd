//! In which order queued installs are taken: fair between owners.

/// The queued installs with their places, 1 being next, as a table `(id, store_id, place)`.
///
/// What was begun before a restart goes on first. Then everybody's first install comes before anybody's second one, where those that
/// run count, too: one person's fifty stores do not delay another's first. Among equals comes first who was served longest ago, then
/// the older one. Stores without an owner count as those of one more person.
macro_rules! queued_installs {
    () => {
        "(SELECT id, store_id, row_number() OVER (ORDER BY attempts = 0, turn, served, id) AS place
          FROM (SELECT jobs.id, jobs.store_id, jobs.attempts, coalesce(turns.served, 0) AS served,
                       row_number() OVER (PARTITION BY coalesce(stores.owner_id, 0) ORDER BY jobs.id)
                       + coalesce(running.number, 0) AS turn
                FROM jobs JOIN stores ON stores.id = jobs.store_id
                LEFT JOIN turns ON turns.owner_id = coalesce(stores.owner_id, 0)
                LEFT JOIN (SELECT coalesce(theirs.owner_id, 0) AS owner, count(*) AS number
                           FROM jobs AS other JOIN stores AS theirs ON theirs.id = other.store_id
                           WHERE other.kind = 'provision' AND other.state = 'running' GROUP BY 1) AS running
                  ON running.owner = coalesce(stores.owner_id, 0)
                WHERE jobs.kind = 'provision' AND jobs.state = 'queued'))"
    };
}

pub(super) use queued_installs;
use sqlx::SqliteConnection;

/// Notes that the owner of this store was served.
///
/// # Errors
/// The database refuses.
pub(super) async fn note_turn(connection: &mut SqliteConnection, store: &str) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO turns (owner_id, served)
         SELECT coalesce(owner_id, 0), (SELECT coalesce(max(served), 0) + 1 FROM turns) FROM stores WHERE id = ?
         ON CONFLICT (owner_id) DO UPDATE SET served = excluded.served",
    )
    .bind(store)
    .execute(connection)
    .await
    .map(drop)
}
