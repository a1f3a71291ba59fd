//! What deletions found and saw gone.

use app::model::{Object, ReceiptLine, StoreId};
use jiff::Timestamp;
use sqlx::{FromRow, QueryBuilder, Row as _, Sqlite, SqliteConnection, sqlite::SqliteRow};

use super::{from_column, to_column};

struct LineRow(ReceiptLine);

impl FromRow<'_, SqliteRow> for LineRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let object = Object { kind: row.try_get("kind")?, name: row.try_get("name")?, uid: row.try_get("uid")? };
        let gone_at = row.try_get::<Option<i64>, _>("gone_at")?.map(from_column).transpose()?;
        Ok(Self(ReceiptLine { object, gone_at }))
    }
}

/// Keeps what is there now; of what was kept before, what is not there any more was seen gone.
///
/// # Errors
/// The database refuses.
pub async fn keep(
    connection: &mut SqliteConnection,
    store: &StoreId,
    objects: &[Object],
    at: Timestamp,
) -> sqlx::Result<()> {
    let there: Vec<&str> = objects.iter().map(|object| object.uid.as_str()).collect();
    let mut gone = QueryBuilder::<Sqlite>::new("UPDATE receipts SET gone_at = ");
    gone.push_bind(to_column(at)).push(" WHERE gone_at IS NULL AND store_id = ").push_bind(store.as_str().to_owned());
    gone.push(" AND uid NOT IN (");
    let mut list = gone.separated(", ");
    for uid in there {
        list.push_bind(uid.to_owned());
    }
    gone.push(")").build().execute(&mut *connection).await?;
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
