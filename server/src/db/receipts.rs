//! What deletions found and saw gone.

use app::model::{Object, ReceiptLine, StoreId};
use jiff::Timestamp;
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{from_column, to_column};

struct LineRow(ReceiptLine);

impl FromRow<'_, SqliteRow> for LineRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let object = Object { kind: row.try_get("kind")?, name: row.try_get("name")?, uid: row.try_get("uid")? };
        let gone_at = row.try_get::<Option<i64>, _>("gone_at")?.map(from_column).transpose()?;
        Ok(Self(ReceiptLine { object, gone_at }))
    }
}

/// Keeps what is there before a deletion; what was kept before stays.
///
/// # Errors
/// The database refuses.
pub async fn keep(connection: &mut SqliteConnection, store: &StoreId, objects: &[Object]) -> sqlx::Result<()> {
    for object in objects {
        sqlx::query("INSERT INTO receipts (store_id, kind, name, uid) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(store.as_str())
            .bind(&object.kind)
            .bind(&object.name)
            .bind(&object.uid)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Notes that everything that was kept is gone, apart from what was noted before.
///
/// # Errors
/// The database refuses.
pub async fn mark_gone(connection: &mut SqliteConnection, store: &StoreId, at: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE receipts SET gone_at = ? WHERE store_id = ? AND gone_at IS NULL")
        .bind(to_column(at))
        .bind(store.as_str())
        .execute(connection)
        .await
        .map(drop)
}

/// Every line of a store's receipt: the namespace first, volumes last, the rest by kind and name.
///
/// # Errors
/// The database refuses.
pub async fn of_store(connection: &mut SqliteConnection, store: &StoreId) -> sqlx::Result<Vec<ReceiptLine>> {
    let rows: Vec<LineRow> = sqlx::query_as(
        "SELECT kind, name, uid, gone_at FROM receipts WHERE store_id = ?
         ORDER BY kind <> 'Namespace', kind = 'PersistentVolume', kind, name, uid",
    )
    .bind(store.as_str())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
