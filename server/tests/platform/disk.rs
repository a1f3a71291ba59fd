//! A database that cannot be written: full, read-only or locked. Requests are refused in words, jobs wait, nothing breaks.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use app::model::{Status, Step};
use serde_json::json;
use server::provisioner::fake::FakeCluster;

use crate::support::{DEADLINES, TestApp};

const BODY: &str = "/api/stores";

/// A disk of its own that is small, mounted on a folder; gone with this value. An empty database with its log takes half of it: once
/// there is room again, what was waiting must fit.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where this process may not mount.
    fn mount(at: &Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(at);
        let output = mount.output().expect("mount runs");
        output.status.success().then(|| Self(at.to_owned()))
    }

    /// Fills what is left of it.
    fn fill(&self) {
        let mut filler = File::create(self.0.join("filler")).expect("a file");
        // Small pieces at the end, so that nothing is left.
        for piece in [4096, 1] {
            while filler.write_all(&vec![0; piece]).is_ok() {}
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.0.join("filler")).expect("removed");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(&self.0).status();
        assert!(std::thread::panicking() || unmounted.is_ok_and(|status| status.success()), "it stays mounted");
        // The temporary folder could not remove itself as long as something was mounted on it.
        let _removed = fs::remove_dir(&self.0);
    }
}

async fn is_whole(app: &TestApp) -> bool {
    let mut read = app.platform().db.read().await.expect("a connection");
    let health: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut *read).await.expect("an answer");
    health == "ok"
}

/// Tries to create stores until one is refused; a full database has room in its last page.
async fn refused(app: &TestApp) -> String {
    for number in 0..2_000 {
        let answer = app.post(BODY, json!({ "name": format!("Store {number}") }).to_string()).await;
        if answer.status.as_u16() != 201 {
            return answer.problem(503, "storage_unavailable");
        }
    }
    panic!("the database never ends");
}

#[tokio::test]
async fn a_full_disk_refuses_in_words_and_what_runs_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(disk) = SmallDisk::mount(folder.path()) else {
        eprintln!("SKIPPED a_full_disk_refuses_in_words_and_what_runs_goes_on_when_there_is_room: mounting needs root");
        return;
    };
    let app = TestApp::start_at(folder, FakeCluster::new(Duration::from_millis(1)), DEADLINES).await;
    app.cluster.hold(Step::Database);
    let store = app.create("Tea").await.id;
    app.wait_for_steps(&store, 2).await;
    disk.fill();
    let told = refused(&app).await;
    assert_eq!(told, "Urumi cannot use its database just now: its disk is full. Nothing was changed.");
    app.cluster.release();
    // It can still be read, but not written that the step is done.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let detail = app.show(&store).await;
    assert_eq!((detail.store.name.as_str(), detail.store.status), ("Tea", Status::Provisioning));
    refused(&app).await;

    disk.make_room();
    app.wait_for(&store, Status::Ready).await;
    app.settle().await;
    assert!(is_whole(&app).await);
    app.finish().await;
    drop(disk);
}

#[tokio::test]
async fn a_read_only_disk_refuses_in_words_and_can_still_be_read() {
    let mut app = TestApp::start().await;
    let store = app.create("Tea").await.id;
    app.wait_for(&store, Status::Ready).await;
    {
        // SQLite refuses as it does where the file cannot be written; root, who may run this, can write every file.
        let mut change = app.platform().db.change().await.expect("a connection");
        sqlx::query("PRAGMA query_only = 1").execute(change.connection()).await.expect("a setting");
    }
    let told = app.post(BODY, json!({ "name": "Coffee" }).to_string()).await.problem(503, "storage_unavailable");
    assert_eq!(told, "Urumi cannot use its database just now: its file or its disk is read-only. Nothing was changed.");
    assert_eq!(app.show(&store).await.store.status, Status::Ready);
    app.restart().await;
    let other = app.create("Coffee").await.id;
    app.wait_for(&other, Status::Ready).await;
    assert!(is_whole(&app).await);
    app.finish().await;
}

#[tokio::test]
async fn a_database_that_another_process_keeps_locked_is_waited_for_and_then_refused_in_words() {
    let app = TestApp::start().await;
    {
        // Shortened: background tasks queue for the single write connection, and each waits for the whole timeout.
        let mut change = app.platform().db.change().await.expect("a connection");
        sqlx::query("PRAGMA busy_timeout = 500").execute(change.connection()).await.expect("a setting");
    }
    let pool = sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(app.database())).await;
    let pool = pool.expect("the database");
    let lock = pool.begin_with("BEGIN IMMEDIATE").await.expect("the lock");
    let asked = Instant::now();
    let told = app.post(BODY, json!({ "name": "Coffee" }).to_string()).await.problem(503, "storage_unavailable");
    assert_eq!(told, "Urumi cannot use its database just now: another process keeps it locked. Nothing was changed.");
    assert!(asked.elapsed() >= Duration::from_millis(500), "it is waited for");
    lock.rollback().await.expect("let go");
    let store = app.create("Coffee").await.id;
    app.wait_for(&store, Status::Ready).await;
    assert!(is_whole(&app).await);
    app.finish().await;
}
