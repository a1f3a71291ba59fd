//! Backups, restores, and who may use a data folder.

use app::model::{EventKind, Level, StoreId};

use super::*;
use crate::{
    db::{Database, spares},
    events::Doorbell,
};

const AT: Timestamp = Timestamp::UNIX_EPOCH;

async fn open(folder: &DataDir) -> Database {
    Database::open(&folder.database(), Doorbell::default()).await.expect("it opens")
}

async fn write(database: &Database, name: &str) {
    let id: StoreId = "bcdfghjk".parse().expect("an id");
    let mut change = database.change().await.expect("a change");
    let insert = "INSERT INTO stores (id, name, name_key, status, url, created_at) VALUES (?, ?, ?, 'ready', 'x', 0)
                  ON CONFLICT (id) DO UPDATE SET name = excluded.name";
    let store = sqlx::query(insert).bind(id.as_str()).bind(name).bind(name);
    store.execute(change.connection()).await.expect("a store");
    change.record(&id, AT, Level::Info, EventKind::Note, name).await.expect("an event");
    change.commit().await.expect("committed");
}

async fn name_in(database: &Database) -> String {
    let mut read = database.read().await.expect("a connection");
    sqlx::query_scalar("SELECT name FROM stores").fetch_one(&mut *read).await.expect("a name")
}

#[tokio::test]
async fn a_backup_of_a_database_in_use_is_restored_and_the_former_one_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup.db"));
    let taken = DataDir::take(&data).expect("taken");
    let database = open(&taken).await;
    write(&database, "Before").await;
    back_up(&data, &backup).await.expect("backed up");
    write(&database, "After").await;
    database.close().await;

    let former = taken.restore(&backup, AT).await.expect("restored").expect("there was one");
    let database = open(&taken).await;
    assert_eq!(name_in(&database).await, "Before");
    database.close().await;
    let kept = Database::open(&former, Doorbell::default()).await.expect("it opens");
    assert_eq!(name_in(&kept).await, "After");
    kept.close().await;
}

#[tokio::test]
async fn what_was_in_the_pool_when_a_backup_was_made_is_not_handed_out_after_it_is_restored() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup.db"));
    let taken = DataDir::take(&data).expect("taken");
    let database = open(&taken).await;
    let mut change = database.change().await.expect("a change");
    let id = "abcd".parse().expect("an id");
    spares::insert(change.connection(), &id, "now", "http://store-abcd.localhost", AT).await.expect("written");
    change.commit().await.expect("kept");
    back_up(&data, &backup).await.expect("backed up");
    database.close().await;
    taken.restore(&backup, AT).await.expect("restored");
    let database = open(&taken).await;
    assert_eq!(spares::all(&mut database.read().await.expect("a connection")).await.expect("asked"), []);
    database.close().await;
}

#[tokio::test]
async fn a_database_that_is_damaged_is_replaced_and_kept_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup.db"));
    let taken = DataDir::take(&data).expect("taken");
    let database = open(&taken).await;
    write(&database, "Whole").await;
    back_up(&data, &backup).await.expect("backed up");
    database.close().await;
    std::fs::write(taken.database(), "not a database any more").expect("written");

    let former = taken.restore(&backup, AT).await.expect("restored").expect("there was one");
    assert_eq!(std::fs::read_to_string(former).expect("read"), "not a database any more");
    let database = open(&taken).await;
    assert_eq!(name_in(&database).await, "Whole");
    database.close().await;
}

#[tokio::test]
async fn a_copy_of_a_database_in_use_is_restored_with_what_was_not_yet_in_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy.db"));
    let taken = DataDir::take(&data).expect("taken");
    let database = open(&taken).await;
    write(&database, "In the log").await;
    for suffix in ["", "-wal"] {
        std::fs::copy(with_suffix(&taken.database(), suffix), with_suffix(&copy, suffix)).expect("copied");
    }
    write(&database, "After").await;
    database.close().await;
    taken.restore(&copy, AT).await.expect("restored");
    let database = open(&taken).await;
    assert_eq!(name_in(&database).await, "In the log");
    database.close().await;
}

#[tokio::test]
async fn a_backup_never_overwrites_and_needs_a_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup.db"));
    assert!(back_up(&data, &backup).await.expect_err("refused").to_string().starts_with("there is no database in "));
    let taken = DataDir::take(&data).expect("taken");
    open(&taken).await.close().await;
    std::fs::write(&backup, "precious").expect("written");
    assert!(back_up(&data, &backup).await.expect_err("refused").to_string().ends_with("is there already"));
    assert_eq!(std::fs::read_to_string(&backup).expect("read"), "precious");
}

#[tokio::test]
async fn what_is_no_whole_backup_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup.db"));
    let taken = DataDir::take(&data).expect("taken");
    let database = open(&taken).await;
    write(&database, "Mine").await;
    back_up(&data, &backup).await.expect("backed up");
    database.close().await;

    let mut torn = std::fs::read(&backup).expect("read");
    torn.truncate(torn.len() / 2);
    let other = folder.path().join("other.db");
    let pool =
        sqlx::SqlitePool::connect_with(SqliteConnectOptions::new().filename(&other).create_if_missing(true)).await;
    sqlx::query("CREATE TABLE x (y)").execute(&pool.expect("a database")).await.expect("a table");
    for (bytes, why) in [
        (torn, "it is damaged"),
        (
            b"no database at all, but long enough to look like one to a careless reader of files".repeat(20),
            "no database",
        ),
        (std::fs::read(&other).expect("read"), "it is no database of Urumi"),
    ] {
        std::fs::write(&backup, bytes).expect("written");
        let error = format!("{:#}", taken.restore(&backup, AT).await.expect_err("refused"));
        assert!(error.contains("cannot be restored") && error.contains(why), "{error}");
        let database = open(&taken).await;
        assert_eq!(name_in(&database).await, "Mine");
        database.close().await;
    }
}

#[test]
fn two_servers_cannot_use_one_data_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = DataDir::take(folder.path()).expect("taken");
    let error = DataDir::take(folder.path()).expect_err("refused").to_string();
    assert!(error.ends_with(&format!("is in use by the process {}", std::process::id())), "{error}");
    drop(first);
    DataDir::take(folder.path()).expect("free again");
}

#[tokio::test]
async fn a_restored_backup_signs_everybody_out_and_lets_no_link_in_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup.db"));
    let taken = DataDir::take(&data).expect("taken");
    let database = open(&taken).await;
    let mut change = database.change().await.expect("a change");
    for statement in [
        "INSERT INTO users (name, name_key, role, session_key, created_at) VALUES ('ada', 'ada', 'member', x'01', 0)",
        "INSERT INTO sessions (key, user_id, data, created_at, seen_at, expires_at) VALUES (x'02', 1, '{}', 0, 0, 9)",
        "INSERT INTO links (key, user_id, sets_up, created_at, expires_at) VALUES (x'03', 1, 0, 0, 9)",
    ] {
        sqlx::query(statement).execute(change.connection()).await.expect("written");
    }
    change.commit().await.expect("committed");
    back_up(&data, &backup).await.expect("backed up");
    database.close().await;
    taken.restore(&backup, AT).await.expect("restored");
    let database = open(&taken).await;
    let mut read = database.read().await.expect("a connection");
    let counts =
        "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM links), (SELECT session_key FROM users)";
    let left: (i64, i64, Vec<u8>) = sqlx::query_as(counts).fetch_one(&mut *read).await.expect("counts");
    assert_eq!((left.0, left.1, left.2.len()), (0, 0, 32));
    drop(read);
    database.close().await;
}

#[tokio::test]
async fn a_command_beside_a_server_changes_no_tables() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = super::open(folder.path()).await.expect_err("a refusal").to_string();
    assert!(refused.contains("start the server once"), "{refused}");
    let taken = DataDir::take(folder.path()).expect("taken");
    let database = open(&taken).await;
    super::open(folder.path()).await.expect("the same version").close().await;
    let mut change = database.change().await.expect("a change");
    let older = "DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)";
    sqlx::query(older).execute(change.connection()).await.expect("written");
    change.commit().await.expect("committed");
    let refused = super::open(folder.path()).await.expect_err("a refusal").to_string();
    assert!(refused.contains("was made by an older version"), "{refused}");
    database.close().await;
}
