//! The audit log: written, and read.

use app::model::{AuditEntry, AuditQuery, Deed, Outcome, UserId};
use jiff::Timestamp;
use sqlx::{FromRow, QueryBuilder, Row as _, Sqlite, SqliteConnection, sqlite::SqliteRow};

use super::{from_column, like_literal, parse, to_column};

struct EntryRow(AuditEntry);

impl FromRow<'_, SqliteRow> for EntryRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self(AuditEntry {
            id: row.try_get("id")?,
            at: from_column(row.try_get("at")?)?,
            user_id: row.try_get::<Option<i64>, _>("user_id")?.map(UserId),
            user_name: row.try_get("user_name")?,
            via: row.try_get("via")?,
            token_id: row.try_get("token_id")?,
            address: row.try_get("address")?,
            deed: parse(row.try_get("deed")?)?,
            target_kind: row.try_get("target_kind")?,
            target_id: row.try_get("target_id")?,
            target_name: row.try_get("target_name")?,
            outcome: parse(row.try_get("outcome")?)?,
            detail: row.try_get("detail")?,
        }))
    }
}

/// A line as it is written.
#[derive(Clone, Debug)]
pub struct NewEntry<'a> {
    /// When.
    pub at: Timestamp,
    /// Who, where that is known.
    pub user_id: Option<UserId>,
    /// Their name.
    pub user_name: &'a str,
    /// How they are known.
    pub via: &'a str,
    /// Which token.
    pub token_id: Option<i64>,
    /// From where.
    pub address: &'a str,
    /// What they did.
    pub deed: Deed,
    /// To what.
    pub target_kind: &'a str,
    /// Its id or number.
    pub target_id: &'a str,
    /// Its name; looked up where it is empty.
    pub target_name: &'a str,
    /// What became of it.
    pub outcome: Outcome,
    /// Why not, or what exactly.
    pub detail: &'a str,
}

/// Adds a line.
///
/// # Errors
/// The database refuses.
pub async fn insert(connection: &mut SqliteConnection, new: NewEntry<'_>) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO audit (at, user_id, user_name, via, token_id, address, deed, target_kind, target_id, target_name,
                            outcome, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
                 coalesce(nullif(?10, ''),
                          CASE ?8 WHEN 'store' THEN (SELECT name FROM stores WHERE id = ?9)
                                  WHEN 'user' THEN (SELECT name FROM users WHERE id = ?9)
                                  WHEN 'token' THEN (SELECT name FROM tokens WHERE id = ?9) END,
                          ''),
                 ?11, ?12)",
    )
    .bind(to_column(new.at))
    .bind(new.user_id.map(|id| id.0))
    .bind(new.user_name)
    .bind(new.via)
    .bind(new.token_id)
    .bind(new.address)
    .bind(new.deed.as_str())
    .bind(new.target_kind)
    .bind(new.target_id)
    .bind(new.target_name)
    .bind(new.outcome.as_str())
    .bind(new.detail)
    .execute(connection)
    .await
    .map(drop)
}

/// The lines that a query asks for, the newest first.
///
/// # Errors
/// The database refuses.
pub async fn list(connection: &mut SqliteConnection, query: &AuditQuery) -> sqlx::Result<Vec<AuditEntry>> {
    let mut sql = QueryBuilder::<Sqlite>::new("SELECT * FROM audit WHERE true");
    if let Some(before) = query.before {
        sql.push(" AND id < ").push_bind(before);
    }
    if let Some(deed) = query.deed {
        sql.push(" AND deed = ").push_bind(deed.as_str());
    }
    if let Some(outcome) = query.outcome {
        sql.push(" AND outcome = ").push_bind(outcome.as_str());
    }
    let text = query.text.trim();
    if !text.is_empty() {
        let pattern = format!("%{}%", like_literal(text));
        sql.push(" AND (");
        for (place, column) in ["user_name", "target_name", "target_id", "address", "detail"].into_iter().enumerate() {
            if place > 0 {
                sql.push(" OR ");
            }
            sql.push(format_args!("{column} LIKE ")).push_bind(pattern.clone()).push(" ESCAPE '\\'");
        }
        sql.push(")");
    }
    sql.push(" ORDER BY id DESC LIMIT ").push_bind(query.limit);
    let rows: Vec<EntryRow> = sql.build_query_as().fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Lines with greater numbers, the oldest first: for an export in pieces.
///
/// # Errors
/// The database refuses.
pub async fn after(connection: &mut SqliteConnection, id: i64, limit: u32) -> sqlx::Result<Vec<AuditEntry>> {
    let rows: Vec<EntryRow> = sqlx::query_as("SELECT * FROM audit WHERE id > ? ORDER BY id LIMIT ?")
        .bind(id)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
