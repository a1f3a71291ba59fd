//! Lists of stores, and how many there are.

use app::model::{Counts, Order, PageStart, Status, Store, StoreId, StorePage, StoreQuery, UserId};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::{
    like_literal, parse,
    stores::{StoreRow, select_stores},
};

/// The stores that a query asks for; of one owner where one is given.
///
/// Without a search, and for all living stores or those of one status, a page is read from its place in an index: the last one
/// costs what the first one does. Several statuses are sorted, and a search reads all names.
///
/// # Errors
/// The database refuses.
pub async fn list(
    connection: &mut SqliteConnection,
    query: &StoreQuery,
    owner: Option<UserId>,
) -> sqlx::Result<StorePage> {
    let rows: Vec<StoreRow> = select("", query, owner).build_query_as().fetch_all(connection).await?;
    Ok(page(rows.into_iter().map(|row| row.0).collect(), query))
}

/// The statement for a query, after `prefix`.
fn select(prefix: &str, query: &StoreQuery, owner: Option<UserId>) -> QueryBuilder<Sqlite> {
    let backwards = matches!(query.start, PageStart::Before(_));
    let mut sql = QueryBuilder::new(prefix);
    sql.push(select_stores!());
    push_filter(&mut sql, query);
    if let Some(owner) = owner {
        sql.push(" AND owner_id = ").push_bind(owner.0);
    }
    let (key, descending) = match query.order {
        Order::Newest => ("created_at", true),
        Order::Oldest => ("created_at", false),
        Order::Name => ("name_key", false),
    };
    let descending = descending != backwards;
    if let PageStart::After(id) | PageStart::Before(id) = &query.start {
        push_start(&mut sql, key, descending, id, owner);
    }
    let direction = if descending { "DESC" } else { "ASC" };
    sql.push(format_args!(" ORDER BY {key} {direction}, stores.id {direction} LIMIT "));
    // One more than asked for tells whether there is more.
    sql.push_bind(i64::from(query.limit) + 1);
    sql
}

fn push_filter(sql: &mut QueryBuilder<Sqlite>, query: &StoreQuery) {
    if query.statuses.is_empty() {
        sql.push("WHERE status <> 'deleted'");
    } else {
        sql.push("WHERE status IN (");
        let mut list = sql.separated(", ");
        for status in &query.statuses {
            list.push_bind(status.as_str());
        }
        sql.push(")");
    }
    let text = query.text.trim().to_lowercase();
    if !text.is_empty() {
        let literal = like_literal(&text);
        sql.push(" AND (name_key LIKE ").push_bind(format!("%{literal}%")).push(" ESCAPE '\\' OR stores.id LIKE ");
        let id = literal.strip_prefix(StoreId::PREFIX).unwrap_or(&literal);
        sql.push_bind(format!("{id}%")).push(" ESCAPE '\\' OR slug LIKE ");
        sql.push_bind(format!("%{literal}%")).push(" ESCAPE '\\' OR domain LIKE ");
        sql.push_bind(format!("%{literal}%")).push(" ESCAPE '\\')");
    }
}

/// Only what lies beyond a store. One that was never there has nothing beyond it.
fn push_start(
    sql: &mut QueryBuilder<Sqlite>,
    key: &'static str,
    descending: bool,
    id: &StoreId,
    owner: Option<UserId>,
) {
    let beyond = if descending { "<" } else { ">" };
    sql.push(format_args!(" AND ({key}, stores.id) {beyond} (SELECT {key}, id FROM stores AS start WHERE start.id = "));
    sql.push_bind(id.as_str().to_owned());
    if let Some(owner) = owner {
        sql.push(" AND start.owner_id = ").push_bind(owner.0);
    }
    sql.push(")");
}

fn page(mut stores: Vec<Store>, query: &StoreQuery) -> StorePage {
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = stores.len() > limit;
    stores.truncate(limit);
    match query.start {
        PageStart::Start => StorePage { stores, more_before: false, more_after: more },
        PageStart::After(_) => StorePage { stores, more_before: true, more_after: more },
        PageStart::Before(_) => {
            stores.reverse();
            StorePage { stores, more_before: more, more_after: true }
        }
    }
}

/// How many stores there are; of one owner where one is given.
///
/// # Errors
/// The database refuses.
pub async fn counts(connection: &mut SqliteConnection, owner: Option<UserId>) -> sqlx::Result<Counts> {
    let mut sql = QueryBuilder::<Sqlite>::new("SELECT status, count(*) FROM stores WHERE status <> 'deleted'");
    if let Some(owner) = owner {
        sql.push(" AND owner_id = ").push_bind(owner.0);
    }
    let rows: Vec<(String, u32)> = sql.push(" GROUP BY status").build_query_as().fetch_all(connection).await?;
    let mut counts = Counts::default();
    for (status, number) in rows {
        counts.add(parse::<Status>(&status)?, number);
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{db::Database, events::Doorbell};

    #[tokio::test]
    async fn no_page_is_sorted_when_it_is_asked_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let db = Database::open(&folder.path().join("urumi.db"), Doorbell::default()).await.expect("a database");
        let mut read = db.read().await.expect("a connection");
        let id: StoreId = "bcdfghjk".parse().expect("an id");
        for order in Order::ALL {
            for start in [PageStart::Start, PageStart::After(id.clone()), PageStart::Before(id.clone())] {
                for statuses in [vec![], vec![Status::Ready]] {
                    let query = StoreQuery { text: String::new(), statuses, order, start: start.clone(), limit: 50 };
                    let plan: Vec<(i64, i64, i64, String)> = select("EXPLAIN QUERY PLAN ", &query, None)
                        .build_query_as()
                        .fetch_all(&mut *read)
                        .await
                        .expect("a plan");
                    let whole = plan.iter().map(|row| row.3.as_str()).collect::<Vec<_>>();
                    assert!(whole.iter().any(|line| line.contains("stores USING INDEX")), "{query:?}: {whole:#?}");
                    assert!(!outermost(&plan).iter().any(|line| line.contains("TEMP B-TREE")), "{query:?}: {whole:#?}");
                }
            }
        }
    }

    /// The lines of a plan that are not within a subquery, which sorts the few steps of one store.
    fn outermost(plan: &[(i64, i64, i64, String)]) -> Vec<&str> {
        plan.iter().filter(|row| row.1 == 0).map(|row| row.3.as_str()).collect()
    }
}
