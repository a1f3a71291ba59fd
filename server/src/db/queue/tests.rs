//! Who is served when, in a real database without a runner: turns, places, cancelling, restarts, and what SQLite does to find them.

use std::collections::HashMap;

use app::model::{Content, Role, Size, StoreId, UserId};
use jiff::Timestamp;

use super::{LAST_TURN, MOVE_UP, NEXT_INSTALL, PRESENT_TURN};
use crate::{
    db::{
        Change, Database,
        jobs::{self, JobEnd, JobKind},
        stores::{self, NewRow},
        users,
    },
    events::Doorbell,
};

/// A database in which stores are asked for; they are named by their numbers.
struct Queue {
    change: Change,
    _folder: tempfile::TempDir,
    owners: HashMap<char, UserId>,
    made: u32,
}

impl Queue {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let db = Database::open(&folder.path().join("urumi.db"), Doorbell::default()).await.expect("a database");
        let mut change = db.change().await.expect("a change");
        let mut owners = HashMap::new();
        for letter in ['a', 'b', 'c'] {
            let name = format!("user-{letter}").parse().expect("a name");
            let id = users::insert(change.connection(), &name, Role::Member, b"key", Timestamp::UNIX_EPOCH).await;
            owners.insert(letter, id.expect("a user"));
        }
        Self { change, _folder: folder, owners, made: 0 }
    }

    /// Asks for a store of one of the owners a, b and c, or of nobody's where it is another letter.
    async fn ask(&mut self, owner: char) -> StoreId {
        self.made += 1;
        let id: StoreId = format!("bcdfg{:03}", self.made).parse().expect("an id");
        let row = NewRow {
            id: &id,
            name: &format!("{owner}{}", self.made).parse().expect("a name"),
            slug: None,
            size: Size::Small,
            content: Content::Demo,
            url: "http://localhost",
            owner: self.owners.get(&owner).copied(),
            created_at: Timestamp::UNIX_EPOCH,
            idempotency_key: None,
        };
        stores::insert(self.change.connection(), row).await.expect("a store");
        jobs::enqueue(self.change.connection(), &id, JobKind::Provision, Timestamp::UNIX_EPOCH).await.expect("a job");
        id
    }

    async fn ask_for(&mut self, owners: &str) -> Vec<StoreId> {
        let mut ids = Vec::new();
        for owner in owners.chars() {
            ids.push(self.ask(owner).await);
        }
        ids
    }

    /// Begins the next install; the store's name and its job.
    async fn begin(&mut self) -> Option<(String, i64)> {
        let job =
            jobs::claim(self.change.connection(), JobKind::Provision, Timestamp::UNIX_EPOCH).await.expect("a claim")?;
        Some((self.name(&job.store_id).await, job.id))
    }

    async fn end(&mut self, job: i64) {
        jobs::finish(self.change.connection(), job, JobEnd::Succeeded, Timestamp::UNIX_EPOCH).await.expect("an end");
    }

    async fn cancel(&mut self, id: &StoreId) {
        jobs::cancel(self.change.connection(), id, Timestamp::UNIX_EPOCH).await.expect("a cancellation");
    }

    async fn name(&mut self, id: &StoreId) -> String {
        stores::find(self.change.connection(), id).await.expect("a look").expect("a store").name.to_string()
    }

    /// The names of those that wait, by the places that they are told.
    async fn places(&mut self) -> Vec<String> {
        let ids: Vec<String> = sqlx::query_scalar("SELECT store_id FROM jobs WHERE state = 'queued'")
            .fetch_all(self.change.connection())
            .await
            .expect("ids");
        let mut places = Vec::new();
        for id in ids {
            let id = id.parse().expect("an id");
            let store = stores::find(self.change.connection(), &id).await.expect("a look").expect("a store");
            places.push((store.queue_position.expect("a place"), store.name.to_string()));
        }
        places.sort();
        let numbers: Vec<_> = places.iter().map(|(place, _)| *place).collect();
        assert!(numbers.iter().copied().eq(1..=u32::try_from(places.len()).expect("few")), "{places:?}");
        places.into_iter().map(|(_, name)| name).collect()
    }

    /// The names of those that wait, in the order in which they are begun, each when the one before it has ended.
    async fn begun(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        while let Some((name, job)) = self.begin().await {
            names.push(name);
            self.end(job).await;
        }
        names
    }
}

#[tokio::test]
async fn owners_are_served_in_turns_and_those_who_come_late_wait_for_nobodys_second() {
    let mut queue = Queue::new().await;
    queue.ask_for("aaaa").await;
    assert_eq!(queue.begin().await.expect("the first").0, "a1");
    queue.ask_for("bb-").await;
    assert_eq!(queue.places().await, ["b5", "-7", "a2", "b6", "a3", "a4"]);
    assert_eq!(queue.begun().await, ["b5", "-7", "a2", "b6", "a3", "a4"]);
}

#[tokio::test]
async fn those_that_run_count_and_have_no_place() {
    let mut queue = Queue::new().await;
    let stores = queue.ask_for("aaa").await;
    queue.begin().await.expect("a1");
    queue.begin().await.expect("a2");
    queue.ask_for("bb").await;
    assert_eq!(queue.places().await, ["b4", "b5", "a3"]);
    let first = stores::find(queue.change.connection(), &stores[0]).await.expect("a look").expect("a store");
    assert_eq!(first.queue_position, None);
}

#[tokio::test]
async fn what_is_not_wanted_any_more_gives_its_turn_to_the_owners_next() {
    let mut queue = Queue::new().await;
    let stores = queue.ask_for("aaaabbb").await;
    assert_eq!(queue.places().await, ["a1", "b5", "a2", "b6", "a3", "b7", "a4"]);
    queue.cancel(&stores[0]).await;
    queue.cancel(&stores[2]).await;
    assert_eq!(queue.places().await, ["a2", "b5", "a4", "b6", "b7"]);
    assert_eq!(queue.begun().await, ["a2", "b5", "a4", "b6", "b7"]);
}

#[tokio::test]
async fn what_a_restart_interrupted_goes_on_before_anything_new() {
    let mut queue = Queue::new().await;
    queue.ask_for("aaa").await;
    queue.begin().await.expect("a1");
    queue.begin().await.expect("a2");
    queue.ask_for("b").await;
    assert_eq!(jobs::requeue_interrupted(queue.change.connection()).await.expect("a restart"), 2);
    assert_eq!(queue.places().await, ["a1", "a2", "b4", "a3"]);
    assert_eq!(queue.begun().await, ["a1", "a2", "b4", "a3"]);
}

#[tokio::test]
async fn who_keeps_cancelling_what_runs_does_not_get_ahead_of_others() {
    let mut queue = Queue::new().await;
    let stores = queue.ask_for("aaaa").await;
    queue.begin().await.expect("a1");
    queue.ask_for("bb").await;
    let mut begun = Vec::new();
    queue.cancel(&stores[0]).await;
    while let Some((name, job)) = queue.begin().await {
        begun.push(name.clone());
        match stores.iter().zip(1..).find(|(_, number)| name == format!("a{number}")) {
            Some((id, _)) => queue.cancel(id).await,
            None => queue.end(job).await,
        }
    }
    assert_eq!(begun, ["b5", "a2", "b6", "a3", "a4"]);
}

#[tokio::test]
async fn one_that_takes_long_does_not_let_those_who_come_late_overtake_the_others() {
    let mut queue = Queue::new().await;
    queue.ask_for("abbbbbbbb").await;
    queue.begin().await.expect("a1, which goes on and on");
    for _ in 0..6 {
        let (_, job) = queue.begin().await.expect("one of b's");
        queue.end(job).await;
    }
    queue.ask_for("cccc").await;
    assert_eq!(queue.places().await, ["b8", "c10", "b9", "c11", "c12", "c13"]);
}

#[tokio::test]
async fn nothing_of_the_queue_is_looked_for_row_by_row() {
    let mut queue = Queue::new().await;
    let place = format!("SELECT {} FROM stores WHERE id = 'x'", super::place_in_queue!());
    let looks = [
        (NEXT_INSTALL, &["SCAN jobs USING INDEX jobs_installs"][..]),
        (&place, &["jobs_installs (fresh=? AND turn<?)", "jobs_installs (fresh=? AND turn=? AND id<?)"]),
        (LAST_TURN, &["jobs_by_owner_and_turn (owner_id=?)"]),
        (PRESENT_TURN, &["jobs_installs (fresh=?)", "jobs_running (kind=?)"]),
        (MOVE_UP, &["jobs_by_owner_and_turn (owner_id=? AND turn>?)"]),
    ];
    for (statement, ways) in looks {
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")))
                .fetch_all(queue.change.connection())
                .await
                .expect("a plan");
        let plan: Vec<_> = plan.into_iter().map(|row| row.3).collect();
        for way in ways {
            assert!(plan.iter().any(|line| line.contains(way)), "{way} is not in {plan:#?}");
        }
        for slow in ["TEMP B-TREE", "jobs_queue", "AUTOMATIC"] {
            assert!(!plan.iter().any(|line| line.contains(slow)), "{slow} is in {plan:#?}");
        }
    }
}
