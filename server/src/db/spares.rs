//! The spare table: finished stores that are nobody's yet.

use std::str::FromStr;

use app::model::{Edition, StoreId};
use jiff::Timestamp;
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{from_column, parse, to_column};

/// Where a spare is in its short life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpareState {
    /// It is being made.
    Filling,
    /// It waits for somebody.
    Ready,
    /// It is being removed.
    Leaving,
}

impl SpareState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Filling, Self::Ready, Self::Leaving];

    /// The word in the table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Filling => "filling",
            Self::Ready => "ready",
            Self::Leaving => "leaving",
        }
    }
}

impl FromStr for SpareState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "filling" => Ok(Self::Filling),
            "ready" => Ok(Self::Ready),
            "leaving" => Ok(Self::Leaving),
            _ => Err(format!("no state of a spare is called {text:?}")),
        }
    }
}

/// A store that is nobody's yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spare {
    /// Its id, which it keeps when it becomes somebody's.
    pub id: StoreId,
    /// Where it is in its life.
    pub state: SpareState,
    /// Stands for what it was made from.
    pub recipe: String,
    /// Its address.
    pub url: String,
    /// What the image could install; none before it is ready.
    pub edition: Option<Edition>,
    /// The sentence that tells of the order which proved it; none before it is ready.
    pub proof: Option<String>,
    /// When it was ready.
    pub ready_at: Option<Timestamp>,
}

impl FromRow<'_, SqliteRow> for Spare {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: parse(row.try_get("id")?)?,
            state: parse(row.try_get("state")?)?,
            recipe: row.try_get("recipe")?,
            url: row.try_get("url")?,
            edition: row.try_get::<Option<&str>, _>("edition")?.map(parse::<Edition>).transpose()?,
            proof: row.try_get("proof")?,
            ready_at: row.try_get::<Option<i64>, _>("ready_at")?.map(from_column).transpose()?,
        })
    }
}

/// Every spare, the oldest first.
///
/// # Errors
/// The database refuses.
pub async fn all(connection: &mut SqliteConnection) -> sqlx::Result<Vec<Spare>> {
    sqlx::query_as("SELECT * FROM spares ORDER BY created_at, id").fetch_all(connection).await
}

/// Whether this is a spare.
///
/// # Errors
/// The database refuses.
pub async fn is_one(connection: &mut SqliteConnection, id: &StoreId) -> sqlx::Result<bool> {
    let found = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM spares WHERE id = ?)");
    found.bind(id.as_str()).fetch_one(connection).await
}

/// Writes a new one, which is being made.
///
/// # Errors
/// The database refuses.
pub async fn insert(
    connection: &mut SqliteConnection,
    id: &StoreId,
    recipe: &str,
    url: &str,
    at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO spares (id, state, recipe, url, created_at) VALUES (?, 'filling', ?, ?, ?)")
        .bind(id.as_str())
        .bind(recipe)
        .bind(url)
        .bind(to_column(at))
        .execute(connection)
        .await
        .map(drop)
}

/// Notes that it is ready, if it is still being made.
///
/// # Errors
/// The database refuses.
pub async fn finish(
    connection: &mut SqliteConnection,
    id: &StoreId,
    edition: Option<Edition>,
    proof: &str,
    at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE spares SET state = 'ready', edition = ?, proof = ?, ready_at = ? WHERE id = ? AND state = 'filling'",
    )
    .bind(edition.map(Edition::as_str))
    .bind(proof)
    .bind(to_column(at))
    .bind(id.as_str())
    .execute(connection)
    .await
    .map(drop)
}

/// Notes that it is to be removed, and answers whether it is: it may be somebody's by now.
///
/// # Errors
/// The database refuses.
pub async fn dismiss(connection: &mut SqliteConnection, id: &StoreId) -> sqlx::Result<bool> {
    let dismiss = sqlx::query("UPDATE spares SET state = 'leaving' WHERE id = ?");
    Ok(dismiss.bind(id.as_str()).execute(connection).await?.rows_affected() == 1)
}

/// Forgets it: it is gone.
///
/// # Errors
/// The database refuses.
pub async fn remove(connection: &mut SqliteConnection, id: &StoreId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM spares WHERE id = ?").bind(id.as_str()).execute(connection).await.map(drop)
}

/// Takes the oldest ready one of this recipe out of the pool. Changes run one after the other, so that nobody else gets it.
///
/// # Errors
/// The database refuses.
pub async fn take(connection: &mut SqliteConnection, recipe: &str) -> sqlx::Result<Option<Spare>> {
    sqlx::query_as(
        "DELETE FROM spares
         WHERE id = (SELECT id FROM spares WHERE state = 'ready' AND recipe = ? ORDER BY created_at, id LIMIT 1)
         RETURNING *",
    )
    .bind(recipe)
    .fetch_optional(connection)
    .await
}
