//! The job table: the queue and what became of it.

use std::str::FromStr;

use app::model::StoreId;
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};

use super::{
    from_column, parse,
    queue::{self, NEXT_INSTALL},
    to_column,
};

/// What a job does to its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Makes it, or goes on making it.
    Provision,
    /// Removes it.
    Delete,
    /// Puts back what is missing of a degraded store or was changed, and proves that it sells.
    Repair,
    /// Brings an open one to the address that was chosen, and proves that it sells there.
    Readdress,
    /// Makes one from the pool its owner's.
    Adopt,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Provision, Self::Delete, Self::Repair, Self::Readdress, Self::Adopt];

    /// The word in the table and in logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provision => "provision",
            Self::Delete => "delete",
            Self::Repair => "repair",
            Self::Readdress => "readdress",
            Self::Adopt => "adopt",
        }
    }
}

impl FromStr for JobKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "provision" => Ok(Self::Provision),
            "delete" => Ok(Self::Delete),
            "repair" => Ok(Self::Repair),
            "readdress" => Ok(Self::Readdress),
            "adopt" => Ok(Self::Adopt),
            _ => Err(format!("no kind of job is called {text:?}")),
        }
    }
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobEnd {
    /// It did what it is for.
    Succeeded,
    /// It did not; the store knows why.
    Failed,
}

/// A job that was claimed.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its row.
    pub id: i64,
    /// The store that it changes.
    pub store_id: StoreId,
    /// What it does.
    pub kind: JobKind,
    /// How often it was claimed, this time included.
    pub attempts: u32,
    /// When it was asked for.
    pub queued_at: Timestamp,
}

/// Puts a job into the queue, an install at its turn and anything else at the end, and answers with its id.
///
/// # Errors
/// The database refuses, also when the store already has a job.
pub async fn enqueue(
    connection: &mut SqliteConnection,
    store: &StoreId,
    kind: JobKind,
    at: Timestamp,
) -> sqlx::Result<i64> {
    let (owner, turn) = match kind {
        JobKind::Provision => queue::line_up(connection, store.as_str()).await?,
        JobKind::Delete | JobKind::Repair | JobKind::Readdress | JobKind::Adopt => (0, 0),
    };
    sqlx::query("INSERT INTO jobs (store_id, kind, state, queued_at, owner_id, turn) VALUES (?, ?, 'queued', ?, ?, ?)")
        .bind(store.as_str())
        .bind(kind.as_str())
        .bind(to_column(at))
        .bind(owner)
        .bind(turn)
        .execute(connection)
        .await
        .map(|done| done.last_insert_rowid())
}

/// Takes the next queued job of a kind and marks it running: the oldest, and of installs the one whose turn it is.
///
/// # Errors
/// The database refuses.
pub async fn claim(connection: &mut SqliteConnection, kind: JobKind, at: Timestamp) -> sqlx::Result<Option<Job>> {
    let next = match kind {
        JobKind::Provision => NEXT_INSTALL,
        JobKind::Delete | JobKind::Repair | JobKind::Readdress | JobKind::Adopt => {
            "SELECT min(id) FROM jobs WHERE state = 'queued' AND kind = ?2"
        }
    };
    let claim = format!(
        "UPDATE jobs SET state = 'running', started_at = coalesce(started_at, ?1), attempts = attempts + 1
         WHERE id = ({next})
         RETURNING id, store_id, attempts, queued_at"
    );
    // The text is put together from constants.
    let query = sqlx::query(AssertSqlSafe(claim)).bind(to_column(at)).bind(kind.as_str());
    let Some(row) = query.fetch_optional(connection).await? else { return Ok(None) };
    Ok(Some(Job {
        id: row.try_get("id")?,
        store_id: parse(row.try_get("store_id")?)?,
        kind,
        attempts: row.try_get("attempts")?,
        queued_at: from_column(row.try_get("queued_at")?)?,
    }))
}

/// What the store's newest job does.
///
/// # Errors
/// The database refuses.
pub async fn newest_kind(connection: &mut SqliteConnection, store: &StoreId) -> sqlx::Result<Option<JobKind>> {
    let kind: Option<String> = sqlx::query_scalar("SELECT kind FROM jobs WHERE store_id = ? ORDER BY id DESC LIMIT 1")
        .bind(store.as_str())
        .fetch_optional(connection)
        .await?;
    kind.as_deref().map(parse).transpose()
}

/// Whether the job still runs: it stops running by its end, or because somebody cancelled it.
///
/// # Errors
/// The database refuses.
pub async fn is_running(connection: &mut SqliteConnection, job: i64) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM jobs WHERE id = ? AND state = 'running')")
        .bind(job)
        .fetch_one(connection)
        .await
}

/// Since when the running jobs of a kind run.
///
/// # Errors
/// The database refuses.
pub async fn running_since(connection: &mut SqliteConnection, kind: JobKind) -> sqlx::Result<Vec<Timestamp>> {
    let starts: Vec<i64> = sqlx::query_scalar("SELECT started_at FROM jobs WHERE state = 'running' AND kind = ?")
        .bind(kind.as_str())
        .fetch_all(connection)
        .await?;
    starts.into_iter().map(from_column).collect()
}

/// Notes what a job waits for, one sentence, or that it works.
///
/// # Errors
/// The database refuses.
pub async fn set_waiting(connection: &mut SqliteConnection, job: i64, what: Option<&str>) -> sqlx::Result<()> {
    sqlx::query("UPDATE jobs SET waits_for = ? WHERE id = ?").bind(what).bind(job).execute(connection).await.map(drop)
}

/// What the store's running job waits for; none while it works, or where there is none.
///
/// # Errors
/// The database refuses.
pub async fn waits_for(connection: &mut SqliteConnection, store: &StoreId) -> sqlx::Result<Option<String>> {
    let waiting = sqlx::query_scalar("SELECT waits_for FROM jobs WHERE store_id = ? AND state = 'running'");
    Ok(waiting.bind(store.as_str()).fetch_optional(connection).await?.flatten())
}

/// Whether a job brings the store to another address, or is about to.
///
/// # Errors
/// The database refuses.
pub async fn is_moving(connection: &mut SqliteConnection, store: &StoreId) -> sqlx::Result<bool> {
    let moving =
        "SELECT EXISTS (SELECT 1 FROM jobs WHERE store_id = ? AND kind = ? AND state IN ('queued', 'running'))";
    let moving = sqlx::query_scalar(moving).bind(store.as_str()).bind(JobKind::Readdress.as_str());
    moving.fetch_one(connection).await
}

/// Notes how a running job ended.
///
/// # Errors
/// The database refuses.
pub async fn finish(connection: &mut SqliteConnection, job: i64, end: JobEnd, at: Timestamp) -> sqlx::Result<()> {
    let state = match end {
        JobEnd::Succeeded => "succeeded",
        JobEnd::Failed => "failed",
    };
    sqlx::query("UPDATE jobs SET state = ?, finished_at = ? WHERE id = ? AND state = 'running'")
        .bind(state)
        .bind(to_column(at))
        .bind(job)
        .execute(connection)
        .await
        .map(drop)
}

/// Cancels the store's queued or running job, if it has one.
///
/// # Errors
/// The database refuses.
pub async fn cancel(connection: &mut SqliteConnection, store: &StoreId, at: Timestamp) -> sqlx::Result<()> {
    queue::move_up(connection, store.as_str()).await?;
    sqlx::query(
        "UPDATE jobs SET state = 'cancelled', finished_at = ? WHERE store_id = ? AND state IN ('queued', 'running')",
    )
    .bind(to_column(at))
    .bind(store.as_str())
    .execute(connection)
    .await
    .map(drop)
}

/// Puts jobs that ran when the process ended back into the queue, at their old place. Answers with how many.
///
/// # Errors
/// The database refuses.
pub async fn requeue_interrupted(connection: &mut SqliteConnection) -> sqlx::Result<u64> {
    sqlx::query("UPDATE jobs SET state = 'queued', waits_for = NULL WHERE state = 'running'")
        .execute(connection)
        .await
        .map(|done| done.rows_affected())
}

/// How many jobs of a kind run and wait, in this order.
///
/// # Errors
/// The database refuses.
pub async fn load(connection: &mut SqliteConnection, kind: JobKind) -> sqlx::Result<(u32, u32)> {
    sqlx::query_as(
        "SELECT (SELECT count(*) FROM jobs WHERE state = 'running' AND kind = ?1),
                (SELECT count(*) FROM jobs WHERE state = 'queued' AND kind = ?1)",
    )
    .bind(kind.as_str())
    .fetch_one(connection)
    .await
}
