//! The end of the process at every single write to the database: the next process finishes what was begun, and nothing twice.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc::{self, Receiver},
    },
    time::Duration,
};

use app::{
    model::{NewStore, Order, PageStart, Status, Step, Store, StoreQuery},
    service::Stores,
};
use server::provisioner::fake::FakeCluster;
use tokio::{runtime::Runtime, sync::Notify};

use crate::support::{DEADLINES, NO_CARE, PATIENCE, open};

/// How long the pretended cluster takes for a step: longer than the test takes to end a process after a write, so that what
/// comes after the write does not happen.
const PACE: Duration = Duration::from_millis(15);

/// Three stores on a platform that installs two at once.
const NAMES: [&str; 3] = ["One", "Two", "Three"];

/// Where in a write the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// What was to be written is lost.
    Before,
    /// What was written stays, and what was to follow does not happen.
    After,
}

#[test]
fn a_process_that_ends_at_any_write_leaves_what_the_next_one_finishes() {
    // Most of it is waiting, so several go side by side.
    let lanes = 4;
    let writes = std::thread::scope(|scope| {
        let lanes: Vec<_> = (1..=lanes).map(|first| scope.spawn(move || writes_met(first, lanes))).collect();
        lanes.into_iter().map(|lane| lane.join().expect("every write")).max()
    });
    // Each store is written when it is asked for, claimed, twice for each of six steps, ready, and at least four times on its way
    // out. A count that is far from that says that the writes were not met.
    assert!(writes > Some(3 * 19), "only {writes:?} writes were met");
}

/// Ends processes at the writes with these numbers, as long as there are such; answers with the last.
fn writes_met(first: u32, step: u32) -> u32 {
    let mut number = first;
    loop {
        let before = live_twice(number, Moment::Before);
        let after = live_twice(number, Moment::After);
        if !before && !after {
            return number.saturating_sub(step);
        }
        number += step;
    }
}

/// The life of three stores, in a process that ends at the write with this number, and in the next. Answers with whether there
/// was such a write.
fn live_twice(number: u32, moment: Moment) -> bool {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = folder.path().join("urumi.db");
    let cluster = Arc::new(FakeCluster::new(PACE));
    let ended = first_process(&database, &cluster, number, moment);
    second_process(&database, &cluster, &format!("write {number}, {moment:?}"));
    ended
}

fn first_process(database: &Path, cluster: &Arc<FakeCluster>, number: u32, moment: Moment) -> bool {
    let runtime = Runtime::new().expect("a runtime");
    let (lives, dead) = mpsc::channel();
    let ended = runtime.block_on(async {
        let platform = open(database.to_owned(), Arc::clone(cluster), DEADLINES, NO_CARE).await;
        let end = Arc::new(Notify::new());
        end_at(&platform.db, number, moment, Arc::clone(&end), dead).await;
        tokio::select! {
            () = end.notified() => true,
            () = live(&*platform.stores) => false,
        }
    });
    // As a kill does: nothing is told to anybody, everything ends where it stands.
    runtime.shutdown_background();
    drop(lives);
    ended
}

/// Lets no write happen from the one with this number, or from the one after it, and tells when it is reached. The connection that
/// writes stands still there until the process is `dead`: it could be replaced otherwise, by one that writes on.
async fn end_at(db: &server::db::Database, number: u32, moment: Moment, end: Arc<Notify>, dead: Receiver<()>) {
    let mut change = db.change().await.expect("a connection");
    let mut connection = change.connection().lock_handle().await.expect("the connection");
    let count = AtomicU32::new(0);
    connection.set_commit_hook(move || {
        let write = count.fetch_add(1, Ordering::SeqCst) + 1;
        if write >= number {
            end.notify_one();
        }
        let happens = write < number || (write == number && moment == Moment::After);
        if !happens {
            // Nothing is ever sent: the answer is that the other end is gone.
            assert!(dead.recv().is_err());
        }
        happens
    });
}

/// Creates the stores, waits until they are ready, deletes them, and waits until they are gone. What the process that ends
/// refuses, as it ends, is asked for by nobody again.
async fn live(stores: &dyn Stores) {
    for name in NAMES {
        let _refused = stores.create(NewStore { name: name.to_owned(), ..NewStore::default() }, None).await;
    }
    wait_for_all(stores, Status::Ready).await;
    for store in in_status(stores, &[Status::Ready]).await {
        let _refused = stores.delete(&store.id).await;
    }
    wait_for_all(stores, Status::Deleted).await;
}

async fn wait_for_all(stores: &dyn Stores, status: Status) {
    while in_status(stores, &[status]).await.len() < NAMES.len() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn in_status(stores: &dyn Stores, statuses: &[Status]) -> Vec<Store> {
    let query = StoreQuery {
        text: String::new(),
        statuses: statuses.to_vec(),
        order: Order::Oldest,
        start: PageStart::Start,
        limit: 10,
    };
    stores.list(query).await.expect("a list").stores
}

/// Whatever the first process left is finished by this one: what was asked for is ready, or gone.
fn second_process(database: &Path, cluster: &Arc<FakeCluster>, case: &str) {
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let platform = open(database.to_owned(), Arc::clone(cluster), DEADLINES, NO_CARE).await;
        let stores = &*platform.stores;
        let settled = async {
            loop {
                let found = in_status(stores, &Status::ALL).await;
                if found.iter().all(|store| !store.status.is_working()) {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, settled).await.unwrap_or_else(|_| panic!("{case}: work is left"));
        for store in &found {
            assert!(matches!(store.status, Status::Ready | Status::Deleted), "{case}: {store:?}");
            assert_eq!(cluster.has(&store.id), store.status == Status::Ready, "{case}: {store:?}");
            let mut steps = cluster.steps_of(&store.id);
            steps.dedup();
            assert_eq!(steps, Step::ALL, "{case}: a step was gone through again or left out");
            if store.status == Status::Deleted {
                let receipt = stores.get(&store.id).await.expect("a store").receipt;
                assert!(receipt.len() == 6 && receipt.iter().all(|line| line.gone_at.is_some()), "{case}: {receipt:?}");
            }
        }
        assert_eq!(cluster.stores(), found.iter().filter(|store| store.status == Status::Ready).count(), "{case}");
        assert!(cluster.most_running() <= 2, "{case}: {} installs ran at once", cluster.most_running());
        let health: String = {
            let mut read = platform.db.read().await.expect("a connection");
            sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut *read).await.expect("an answer")
        };
        assert_eq!(health, "ok", "{case}");
        platform.stop().await;
    });
}
