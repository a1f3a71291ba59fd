//! Every time that a store failed or was degraded, with what was to be seen of it then.

use app::model::{During, FailedAttempt, Failure, Finding, Step, StoreId};
use jiff::Timestamp;
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{from_column, parse, to_column};

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

/// Keeps a failure. What the platform tries by itself again and again, with the same result, is counted up instead, and the first
/// findings stay.
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
    let last: Option<AttemptRow> = sqlx::query_as("SELECT * FROM failures WHERE store_id = ? ORDER BY id DESC LIMIT 1")
        .bind(store.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(AttemptRow(id, last)) = last
        && matches!(during, During::Repair | During::Care)
        && last.during == during
        && last.failure.is_like(failure)
    {
        return sqlx::query("UPDATE failures SET last_at = ?, times = times + 1 WHERE id = ?")
            .bind(to_column(at))
            .bind(id)
            .execute(connection)
            .await
            .map(drop);
    }
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
    .execute(connection)
    .await
    .map(drop)
}

/// How many are kept of a store.
///
/// # Errors
/// The database refuses.
pub async fn count(connection: &mut SqliteConnection, store: &StoreId) -> sqlx::Result<u32> {
    sqlx::query_scalar("SELECT count(*) FROM failures WHERE store_id = ?")
        .bind(store.as_str())
        .fetch_one(connection)
        .await
}

/// The latest failures of a store, newest first, at most `limit`.
///
/// # Errors
/// The database refuses.
pub async fn latest(
    connection: &mut SqliteConnection,
    store: &StoreId,
    limit: u32,
) -> sqlx::Result<Vec<FailedAttempt>> {
    let rows: Vec<AttemptRow> = sqlx::query_as("SELECT * FROM failures WHERE store_id = ? ORDER BY id DESC LIMIT ?")
        .bind(store.as_str())
        .bind(limit)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.1).collect())
}
