//! Databases of former and later versions.

use std::{borrow::Cow, path::Path};

use app::model::{Order, PageStart, Status, StoreQuery};
use sqlx::{
    SqlSafeStr as _, SqlitePool,
    migrate::{Migration, MigrationType},
    sqlite::{SqliteJournalMode, SqlitePoolOptions},
};

use super::*;
use crate::{
    db::{Database, fleet},
    events::Doorbell,
};

async fn pool(file: &Path) -> SqlitePool {
    let options =
        SqliteConnectOptions::new().filename(file).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    SqlitePoolOptions::new().max_connections(1).connect_with(options).await.expect("a database")
}

/// A database as the version with this many migrations left it, with a store of each status and one install in it.
async fn as_of(file: &Path, migrations: usize) {
    let pool = pool(file).await;
    let known: Vec<Migration> = MIGRATIONS.iter().take(migrations).cloned().collect();
    let former = Migrator { migrations: Cow::Owned(known), ..Migrator::DEFAULT };
    former.run(&pool).await.expect("migrated");
    for (number, status) in (1_i64..).zip(Status::ALL) {
        let insert = "INSERT INTO stores (id, name, name_key, status, url, created_at, failure_cause, failure_advice)
                      VALUES (?, ?, ?, ?, 'http://x', ?, 'c', 'a')";
        let name = format!("Store {number}");
        sqlx::query(insert)
            .bind(format!("bcdfghj{number}"))
            .bind(&name)
            .bind(name.to_lowercase())
            .bind(status.as_str())
            .bind(number)
            .execute(&pool)
            .await
            .expect("a store");
        let event = "INSERT INTO events (store_id, at, level, kind, text) VALUES (?, ?, 'info', 'note', 'It was')";
        sqlx::query(event).bind(format!("bcdfghj{number}")).bind(number).execute(&pool).await.expect("an event");
        if status == Status::Queued {
            let job = "INSERT INTO jobs (store_id, kind, state, queued_at) VALUES (?, 'provision', 'queued', 0)";
            sqlx::query(job).bind(format!("bcdfghj{number}")).execute(&pool).await.expect("a job");
        }
    }
    pool.close().await;
}

#[tokio::test]
async fn a_database_of_any_former_version_opens_with_everything_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let count = MIGRATIONS.iter().count();
    assert!(count >= 7, "{count} migrations");
    for migrations in 1..=count {
        let file = folder.path().join(format!("{migrations}.db"));
        as_of(&file, migrations).await;
        let database = Database::open(&file, Doorbell::default()).await.expect("it opens");
        assert_eq!(database.newest_event(), 7);
        let query = StoreQuery {
            text: String::new(),
            statuses: Status::ALL.to_vec(),
            order: Order::Oldest,
            start: PageStart::Start,
            limit: 10,
        };
        let mut read = database.read().await.expect("a connection");
        let stores = fleet::list(&mut read, &query, None).await.expect("a list").stores;
        let statuses: Vec<Status> = stores.iter().map(|store| store.status).collect();
        assert_eq!(statuses, Status::ALL, "from version {migrations}");
        assert_eq!(stores[0].name.as_str(), "Store 1");
        let waits = stores.iter().find(|store| store.status == Status::Queued).expect("one waits");
        assert_eq!(waits.queue_position, Some(1));
        drop(read);
        database.close().await;
        check(&file).await.expect("it is whole");
    }
}

#[tokio::test]
async fn those_who_wait_for_an_install_while_the_version_changes_wait_in_turns() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("former.db");
    as_of(&file, 17).await;
    let pool = pool(&file).await;
    sqlx::raw_sql(
        "DELETE FROM jobs;
         INSERT INTO users (id, name, name_key, role, session_key, created_at)
         VALUES (1, 'ada', 'ada', 'member', x'00', 0), (2, 'eve', 'eve', 'member', x'00', 0);",
    )
    .execute(&pool)
    .await
    .expect("users");
    for (number, owner, state) in
        [(1, 1, "running"), (2, 1, "queued"), (3, 1, "queued"), (4, 2, "queued"), (5, 2, "queued")]
    {
        let status = if state == "running" { "provisioning" } else { "queued" };
        let made = format!(
            "INSERT INTO stores (id, name, name_key, status, url, created_at, owner_id)
             VALUES ('waiting{number}', 'Waiting {number}', 'waiting {number}', '{status}', 'http://x', 0, {owner});
             INSERT INTO jobs (store_id, kind, state, queued_at) VALUES ('waiting{number}', 'provision', '{state}', 0);"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(made)).execute(&pool).await.expect("a store that waits");
    }
    migrate(&pool).await.expect("migrated");
    let turns: Vec<(i64, i64)> =
        sqlx::query_as("SELECT owner_id, turn FROM jobs ORDER BY id").fetch_all(&pool).await.expect("turns");
    assert_eq!(turns, [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1)]);
    pool.close().await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("newer.db");
    as_of(&file, MIGRATIONS.iter().count()).await;
    let pool = pool(&file).await;
    let later = Migration::new(
        newest() + 1,
        Cow::Borrowed("later"),
        MigrationType::Simple,
        sqlx::AssertSqlSafe("CREATE TABLE later (x)".to_owned()).into_sql_str(),
        false,
    );
    let known: Vec<Migration> = MIGRATIONS.iter().cloned().chain([later]).collect();
    Migrator { migrations: Cow::Owned(known), ..Migrator::DEFAULT }.run(&pool).await.expect("migrated");
    pool.close().await;
    let before = std::fs::read(&file).expect("read");

    let error = format!("{:#}", Database::open(&file, Doorbell::default()).await.expect_err("refused"));
    assert!(error.contains("made by a newer version of Urumi"), "{error}");
    assert!(error.contains(&format!("its schema is {}, this version knows {}", newest() + 1, newest())), "{error}");
    assert!(check(&file).await.expect_err("refused").to_string().contains("newer version"));
    assert!(std::fs::read(&file).expect("read") == before, "the file was changed");
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_of_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("torn.db");
    as_of(&file, 3).await;
    let pool = pool(&file).await;
    // The fourth migration wants to drop it.
    sqlx::query("DROP INDEX stores_by_name").execute(&pool).await.expect("dropped");
    let error = migrate(&pool).await.expect_err("it fails");
    assert!(matches!(error, SchemaError::Database(_)), "{error}");
    let indexes: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'stores_by_age'")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(indexes, 1, "what the migration dropped before it failed is back");
    pool.close().await;
}
