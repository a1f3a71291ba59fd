//! Every time that a store failed or was degraded, with what was to be seen of it then.

use app::model::{During, FailedAttempt, Failure, Finding, Step, StoreId};
use jiff::Timestamp;
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{from_column, parse, to_column};

/// How many failures of a store are kept: they come with everything that was seen.
pub const MAX_KEPT: u32 = 50;

/// A failure as it is first written.
#[derive(Clone, Copy, Debug)]
pub struct NewFailure<'a> {
    /// What the platform was doing.
    pub during: During,
    /// Why.
    pub failure: &'a Failure,
    /// What was to be seen.
    pub findings: &'a [Finding],
}

struct AttemptRow(i64, FailedAttempt);

impl FromRow<'_, SqliteRow> for AttemptRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let findings = serde_json::from_str(row.try_get("findings")?).map_err(|e| sqlx::Error::Decode(e.into()))?;
        let attempt = FailedAttempt {
            at: from_column(row.try_get("at")?)?,
            last_at: from_column(row.try_get("last_at")?)?,
            times: row.try_get("times")?,
            during: parse(row.try_get("during")?)?,
            failure: Failure {
                reason: parse(row.try_get("reason")?)?,
                step: row.try_get::<Option<&str>, _>("step")?.map(parse).transpose()?,
                cause: row.try_get("cause")?,
                advice: row.try_get("advice")?,
                evidence: row.try_get("evidence")?,
                offer: None,
            },
            findings,
        };
        Ok(Self(row.try_get("id")?, attempt))
    }
}

/// Keeps a failure, and of the store's older ones as many as are shown.
///
/// # Errors
/// The database refuses.
pub async fn keep(
    connection: &mut SqliteConnection,
    store: &StoreId,
    new: NewFailure<'_>,
    at: Timestamp,
) -> sqlx::Result<()> {
    let NewFailure { during, failure, findings } = new;
    sqlx::query(
        "INSERT INTO failures (store_id, at, last_at, during, reason, step, cause, advice, evidence, findings)
         VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )
    .bind(store.as_str())
    .bind(to_column(at))
    .bind(during.as_str())
    .bind(failure.reason.as_str())
    .bind(failure.step.map(Step::as_str))
    .bind(&failure.cause)
    .bind(&failure.advice)
    .bind(&failure.evidence)
    .bind(serde_json::to_string(findings).map_err(|error| sqlx::Error::Encode(error.into()))?)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM failures WHERE store_id = ?1
           AND id NOT IN (SELECT id FROM failures WHERE store_id = ?1 ORDER BY id DESC LIMIT ?2)",
    )
    .bind(store.as_str())
    .bind(MAX_KEPT)
    .execute(connection)
    .await
    .map(drop)
}

/// Counts up the store's last failure, where this one is the same while nothing was well in between; else keeps it.
///
/// # Errors
/// The database refuses.
pub async fn keep_again(
    connection: &mut SqliteConnection,
    store: &StoreId,
    new: NewFailure<'_>,
    at: Timestamp,
) -> sqlx::Result<()> {
    let last: Option<AttemptRow> = sqlx::query_as("SELECT * FROM failures WHERE store_id = ? ORDER BY id DESC LIMIT 1")
        .bind(store.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    match last {
        Some(AttemptRow(id, last)) if last.during == new.during && last.failure.is_like(new.failure) => {
            sqlx::query("UPDATE failures SET last_at = ?, times = times + 1 WHERE id = ?")
                .bind(to_column(at))
                .bind(id)
                .execute(connection)
                .await
                .map(drop)
        }
        _ => keep(connection, store, new, at).await,
    }
}

/// How often a store failed, as far as that is kept.
///
/// # Errors
/// The database refuses.
pub async fn count(connection: &mut SqliteConnection, store: &StoreId) -> sqlx::Result<u32> {
    sqlx::query_scalar("SELECT coalesce(sum(times), 0) FROM failures WHERE store_id = ?")
        .bind(store.as_str())
        .fetch_one(connection)
        .await
}

/// The failures of a store that are kept, newest first.
///
/// # Errors
/// The database refuses.
pub async fn of_store(connection: &mut SqliteConnection, store: &StoreId) -> sqlx::Result<Vec<FailedAttempt>> {
    let rows: Vec<AttemptRow> = sqlx::query_as("SELECT * FROM failures WHERE store_id = ? ORDER BY id DESC")
        .bind(store.as_str())
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.1).collect())
}
