//! Numbers for those who watch the platform from outside.

use std::collections::HashMap;

use app::model::Status;
use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{from_column, jobs::JobKind, parse, spares::SpareState};

/// How much there is of everything.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Stores by status, tombstones included.
    pub stores: HashMap<Status, i64>,
    /// Stores that are nobody's yet, by state.
    pub spares: HashMap<SpareState, i64>,
    /// Jobs that wait (`queued`) or run (`running`), by kind.
    pub jobs: HashMap<(JobKind, &'static str), i64>,
    /// Since when the first in the queue of installs waits.
    pub oldest_install: Option<Timestamp>,
}

/// Counts.
///
/// # Errors
/// The database refuses.
pub async fn read(connection: &mut SqliteConnection) -> sqlx::Result<Figures> {
    let mut figures = Figures::default();
    let stores: Vec<(String, i64)> =
        sqlx::query_as("SELECT status, count(*) FROM stores GROUP BY status").fetch_all(&mut *connection).await?;
    for (status, number) in stores {
        figures.stores.insert(parse(&status)?, number);
    }
    let spares: Vec<(String, i64)> =
        sqlx::query_as("SELECT state, count(*) FROM spares GROUP BY state").fetch_all(&mut *connection).await?;
    for (state, number) in spares {
        figures.spares.insert(parse(&state)?, number);
    }
    for state in ["queued", "running"] {
        let jobs: Vec<(String, i64)> = sqlx::query_as("SELECT kind, count(*) FROM jobs WHERE state = ? GROUP BY kind")
            .bind(state)
            .fetch_all(&mut *connection)
            .await?;
        for (kind, number) in jobs {
            figures.jobs.insert((parse(&kind)?, state), number);
        }
    }
    let oldest: Option<i64> =
        sqlx::query_scalar("SELECT min(queued_at) FROM jobs WHERE state = 'queued' AND kind = 'provision'")
            .fetch_one(connection)
            .await?;
    figures.oldest_install = oldest.map(from_column).transpose()?;
    Ok(figures)
}
