//! The store table.

use app::model::{
    Content, DomainName, Edition, Failure, IllegalMove, Owner, Size, Slug, Status, Step, Store, StoreId, StoreName,
    UserId,
};
use jiff::Timestamp;
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{from_column, parse, to_column};
use crate::addresses::at_host;

/// Reads whole stores; the caller adds which ones. The step is the last one begun; the queue position is the
/// place of its install.
macro_rules! select_stores {
    () => {
        select_stores!("")
    };
    ($which:literal) => {
        concat!(
            "SELECT stores.*,
                    (SELECT name FROM users WHERE users.id = stores.owner_id) AS owner_name,
                    (SELECT count(*) FROM steps
                     WHERE steps.store_id = stores.id AND finished_at IS NOT NULL) AS steps_finished,
                    (SELECT step FROM steps
                     WHERE steps.store_id = stores.id ORDER BY started_at DESC, finished_at IS NULL DESC LIMIT 1) AS step,
                    CASE WHEN status = 'queued' THEN ",
            $crate::db::queue::place_in_queue!(),
            " END AS queue_position
             FROM stores ",
            $which
        )
    };
}

pub(super) use select_stores;

/// A store as it is read.
pub(super) struct StoreRow(pub(super) Store);

impl FromRow<'_, SqliteRow> for StoreRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let time = |column: &str| row.try_get::<Option<i64>, _>(column)?.map(from_column).transpose();
        let step = |column: &str| row.try_get::<Option<&str>, _>(column)?.map(parse::<Step>).transpose();
        let first_url: String = row.try_get("url")?;
        let domain = row.try_get::<Option<&str>, _>("domain")?.map(parse::<DomainName>).transpose()?;
        let url = domain.as_ref().map_or_else(|| first_url.clone(), |domain| at_host(&first_url, domain.as_str()));
        let failure = match row.try_get::<Option<String>, _>("failure_cause")? {
            Some(cause) => Some(Failure {
                reason: row.try_get::<Option<&str>, _>("failure_reason")?.map(parse).transpose()?.unwrap_or_default(),
                step: step("failure_step")?,
                cause,
                advice: row.try_get("failure_advice")?,
                evidence: row.try_get("failure_evidence")?,
                offer: row
                    .try_get::<Option<&str>, _>("failure_offer")?
                    .map(|offer| serde_json::from_str(offer).map_err(|error| sqlx::Error::Decode(error.into())))
                    .transpose()?,
            }),
            None => None,
        };
        Ok(Self(Store {
            id: parse(row.try_get("id")?)?,
            name: parse(row.try_get("name")?)?,
            status: parse(row.try_get("status")?)?,
            slug: row.try_get::<Option<&str>, _>("slug")?.map(parse::<Slug>).transpose()?,
            size: parse(row.try_get("size")?)?,
            content: parse(row.try_get("content")?)?,
            edition: row.try_get::<Option<&str>, _>("edition")?.map(parse::<Edition>).transpose()?,
            admin_url: format!("{url}/wp-admin/"),
            url,
            first_url,
            domain,
            protected: row.try_get("protected")?,
            owner: match (row.try_get::<Option<i64>, _>("owner_id")?, row.try_get::<Option<&str>, _>("owner_name")?) {
                (Some(id), Some(name)) => Some(Owner { id: UserId(id), name: parse(name)? }),
                _ => None,
            },
            created_at: from_column(row.try_get("created_at")?)?,
            ready_at: time("ready_at")?,
            deleted_at: time("deleted_at")?,
            queue_position: row.try_get("queue_position")?,
            steps_finished: row.try_get("steps_finished")?,
            step: step("step")?,
            failure,
        }))
    }
}

/// A store as it is first written.
#[derive(Debug)]
pub struct NewRow<'a> {
    /// Its id.
    pub id: &'a StoreId,
    /// Its name.
    pub name: &'a StoreName,
    /// What was chosen for its address, if anything was.
    pub slug: Option<&'a Slug>,
    /// How much it may use.
    pub size: Size,
    /// What is in it at first.
    pub content: Content,
    /// Where it will be.
    pub url: &'a str,
    /// Whose it is; none where it is the administrators'.
    pub owner: Option<UserId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// The client's key, when it sent one.
    pub idempotency_key: Option<&'a str>,
}

/// What makes two names the same.
fn name_key(name: &StoreName) -> String {
    name.as_str().to_lowercase()
}

/// Writes a new store, queued.
///
/// # Errors
/// The database refuses.
pub async fn insert(connection: &mut SqliteConnection, new: NewRow<'_>) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO stores (id, name, name_key, status, slug, size, content, url, owner_id, created_at, idempotency_key)
         VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(new.id.as_str())
    .bind(new.name.as_str())
    .bind(name_key(new.name))
    .bind(new.slug.map(Slug::as_str))
    .bind(new.size.as_str())
    .bind(new.content.as_str())
    .bind(new.url)
    .bind(new.owner.map(|owner| owner.0))
    .bind(to_column(new.created_at))
    .bind(new.idempotency_key)
    .execute(connection)
    .await
    .map(drop)
}

/// One store, tombstones included.
///
/// # Errors
/// The database refuses.
pub async fn find(connection: &mut SqliteConnection, id: &StoreId) -> sqlx::Result<Option<Store>> {
    let row: Option<StoreRow> =
        sqlx::query_as(select_stores!("WHERE stores.id = ?")).bind(id.as_str()).fetch_optional(connection).await?;
    Ok(row.map(|row| row.0))
}

/// Whose a store is, tombstones included; none where there is no such store, and `Some(None)` where it is the administrators'.
///
/// # Errors
/// The database refuses.
pub async fn owner_of(connection: &mut SqliteConnection, id: &StoreId) -> sqlx::Result<Option<Option<UserId>>> {
    let owner: Option<Option<i64>> = sqlx::query_scalar("SELECT owner_id FROM stores WHERE id = ?")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(owner.map(|owner| owner.map(UserId)))
}

/// The status of one store, tombstones included.
///
/// # Errors
/// The database refuses.
pub async fn status_of(connection: &mut SqliteConnection, id: &StoreId) -> sqlx::Result<Option<Status>> {
    let status: Option<String> = sqlx::query_scalar("SELECT status FROM stores WHERE id = ?")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    status.as_deref().map(parse).transpose()
}

/// The living store with this name, upper and lower case being the same.
///
/// # Errors
/// The database refuses.
pub async fn find_living_by_name(connection: &mut SqliteConnection, name: &StoreName) -> sqlx::Result<Option<StoreId>> {
    let id: Option<String> = sqlx::query_scalar("SELECT id FROM stores WHERE name_key = ? AND status <> 'deleted'")
        .bind(name_key(name))
        .fetch_optional(connection)
        .await?;
    id.as_deref().map(parse).transpose()
}

/// The store that was made with this idempotency key.
///
/// # Errors
/// The database refuses.
pub async fn find_by_idempotency_key(connection: &mut SqliteConnection, key: &str) -> sqlx::Result<Option<Store>> {
    let row: Option<StoreRow> =
        sqlx::query_as(select_stores!("WHERE idempotency_key = ?")).bind(key).fetch_optional(connection).await?;
    Ok(row.map(|row| row.0))
}

/// Why a status could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The status that it has does not allow it.
    #[error(transparent)]
    Illegal(#[from] IllegalMove),
    /// The database refuses, or has no such store.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Changes a store's status, when the one it has now allows it, and answers with the one it had.
///
/// Each move keeps what belongs to it: becoming ready or deleted is dated, and a failure is gone once work begins anew.
///
/// # Errors
/// [`MoveError::Illegal`] names both statuses.
pub async fn move_to(
    connection: &mut SqliteConnection,
    id: &StoreId,
    to: Status,
    at: Timestamp,
) -> Result<Status, MoveError> {
    let from = status_of(connection, id).await?.ok_or(sqlx::Error::RowNotFound)?;
    from.move_to(to)?;
    sqlx::query(
        "UPDATE stores SET status = ?1,
                ready_at = CASE WHEN ?1 = 'ready' AND status = 'provisioning' THEN ?2 ELSE ready_at END,
                deleted_at = CASE WHEN ?1 = 'deleted' THEN ?2 ELSE deleted_at END
         WHERE id = ?3",
    )
    .bind(to.as_str())
    .bind(to_column(at))
    .bind(id.as_str())
    .execute(&mut *connection)
    .await?;
    forget_failure(connection, id).await?;
    Ok(from)
}

/// Protects a store against deletion, or no longer.
///
/// # Errors
/// The database refuses.
pub async fn set_protected(connection: &mut SqliteConnection, id: &StoreId, protected: bool) -> sqlx::Result<()> {
    sqlx::query("UPDATE stores SET protected = ? WHERE id = ?")
        .bind(protected)
        .bind(id.as_str())
        .execute(connection)
        .await
        .map(drop)
}

/// Keeps why a store failed.
///
/// # Errors
/// The database refuses.
pub async fn set_failure(connection: &mut SqliteConnection, id: &StoreId, failure: &Failure) -> sqlx::Result<()> {
    let offer = failure.offer.as_ref().map(serde_json::to_string).transpose();
    let offer = offer.map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(
        "UPDATE stores SET failure_reason = ?, failure_step = ?, failure_cause = ?, failure_advice = ?,
                failure_evidence = ?, failure_offer = ?
         WHERE id = ?",
    )
    .bind(failure.reason.as_str())
    .bind(failure.step.map(Step::as_str))
    .bind(&failure.cause)
    .bind(&failure.advice)
    .bind(&failure.evidence)
    .bind(offer)
    .bind(id.as_str())
    .execute(connection)
    .await
    .map(drop)
}

/// The deleted stores of which something was found that could not be removed, and on which no job works.
///
/// # Errors
/// The database refuses.
pub async fn failed_tombstones(connection: &mut SqliteConnection) -> sqlx::Result<Vec<StoreId>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM stores WHERE status = 'deleted' AND failure_cause IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM jobs WHERE store_id = stores.id AND state IN ('queued', 'running'))",
    )
    .fetch_all(connection)
    .await?;
    ids.iter().map(|id| parse(id)).collect()
}

/// Forgets why a store failed: that is over.
///
/// # Errors
/// The database refuses.
pub async fn forget_failure(connection: &mut SqliteConnection, id: &StoreId) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE stores SET failure_reason = NULL, failure_step = NULL, failure_cause = NULL, failure_advice = NULL,
                failure_evidence = NULL, failure_offer = NULL
         WHERE id = ?",
    )
    .bind(id.as_str())
    .execute(connection)
    .await
    .map(drop)
}

/// Keeps what the image could install.
///
/// # Errors
/// The database refuses.
pub async fn set_edition(connection: &mut SqliteConnection, id: &StoreId, edition: Edition) -> sqlx::Result<()> {
    sqlx::query("UPDATE stores SET edition = ? WHERE id = ?")
        .bind(edition.as_str())
        .bind(id.as_str())
        .execute(connection)
        .await
        .map(drop)
}
