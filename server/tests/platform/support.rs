//! A platform for one test: temporary database, fake cluster, requests without a socket.

mod answer;
mod dns;
mod open;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use app::model::{Event, NewToken, Scope, Status, Store, StoreDetail, StoreId};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use http_body_util::BodyExt as _;
use serde_json::json;
use server::{
    accounts::SessionLimits, clock::Clock, domains::Domains, jobs::Deadlines, platform::Platform,
    provisioner::fake::FakeCluster, reconcile::Care,
};
use tempfile::TempDir;
use tower::ServiceExt as _;

use self::open::open_at;
pub use self::{answer::Answer, dns::Zone, open::open};

/// How long a test waits for something before it fails.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Long enough that only what never happens misses them; the pauses are short.
pub const DEADLINES: Deadlines = Deadlines {
    step: Duration::from_secs(60),
    provision: Duration::from_secs(60),
    repair: Duration::from_secs(60),
    delete: Duration::from_secs(60),
    first_backoff: Duration::from_millis(5),
    longest_backoff: Duration::from_millis(20),
};

/// Nobody is cared for unless a test wants it.
pub const NO_CARE: Care = Care {
    look_every: Duration::from_secs(3_600),
    check_every: Duration::from_secs(3_600),
    check_pause: Duration::from_secs(3_600),
    probe_every: None,
    settle: Duration::from_millis(20),
    patience: Duration::from_millis(150),
    try_again: Duration::from_millis(300),
};

/// As the server has them.
pub const SESSION_LIMITS: SessionLimits =
    SessionLimits { idle: Duration::from_secs(7 * 24 * 3_600), lifetime: Duration::from_secs(30 * 24 * 3_600) };

/// A running platform. [`finish`](Self::finish) must be called at the end: it asserts that no job was forgotten.
pub struct TestApp {
    pub platform: Option<Platform>,
    pub cluster: Arc<FakeCluster>,
    folder: TempDir,
    deadlines: Deadlines,
    care: Care,
    domains: Domains,
    spare_stores: u32,
    /// What shows that it is an administrator who asks.
    pub token: String,
    pub clock: Clock,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(FakeCluster::new(Duration::from_millis(1))).await
    }

    pub async fn start_with(cluster: FakeCluster) -> Self {
        Self::start_in(cluster, DEADLINES).await
    }

    /// A platform that gives up on steps quickly: for tests of giving up.
    pub async fn start_impatient() -> Self {
        Self::start_within(Deadlines { step: Duration::from_millis(500), ..DEADLINES }).await
    }

    /// A platform that gives up after these times.
    pub async fn start_within(deadlines: Deadlines) -> Self {
        Self::start_in(FakeCluster::new(Duration::from_millis(1)), deadlines).await
    }

    async fn start_in(cluster: FakeCluster, deadlines: Deadlines) -> Self {
        Self::start_at(tempfile::tempdir().expect("a temporary folder"), cluster, deadlines).await
    }

    /// A platform that cares for its stores like this.
    pub async fn start_caring(care: Care) -> Self {
        let mut app = Self::start().await;
        app.care = care;
        app.restart().await;
        app
    }

    /// A platform that asks this name server about domains.
    pub async fn start_asking(zone: &Zone) -> Self {
        let mut app = Self::start().await;
        app.domains = Domains::new(Some(zone.address));
        app.restart().await;
        app
    }

    /// The same with so many finished stores that are to wait for somebody, from now on.
    pub async fn keep_ready(&mut self, spare_stores: u32) {
        self.spare_stores = spare_stores;
        self.restart().await;
    }

    /// A platform with its database in this folder.
    pub async fn start_at(folder: TempDir, cluster: FakeCluster, deadlines: Deadlines) -> Self {
        let cluster = Arc::new(cluster);
        let mut app = Self::without_users(folder, cluster, deadlines).await;
        app.token = administrators_token(app.platform()).await;
        app
    }

    /// A platform on which nobody can sign in yet.
    pub async fn start_without_users() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::without_users(folder, Arc::new(FakeCluster::new(Duration::from_millis(1))), DEADLINES).await
    }

    async fn without_users(folder: TempDir, cluster: Arc<FakeCluster>, deadlines: Deadlines) -> Self {
        let clock = Clock::movable();
        let file = folder.path().join("urumi.db");
        let platform =
            Some(open_at(file, Arc::clone(&cluster), deadlines, NO_CARE, clock.clone(), Domains::default(), 0).await);
        Self {
            platform,
            cluster,
            folder,
            deadlines,
            care: NO_CARE,
            domains: Domains::default(),
            spare_stores: 0,
            token: String::new(),
            clock,
        }
    }

    pub fn platform(&self) -> &Platform {
        self.platform.as_ref().expect("the platform runs")
    }

    /// The file of the database.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("urumi.db")
    }

    /// Waits until no job is left.
    pub async fn settle(&self) {
        let settled = async {
            while self.jobs_left().await > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, settled).await.expect("every job ends");
    }

    async fn jobs_left(&self) -> i64 {
        let mut read = self.platform().db.read().await.expect("a connection");
        let count = "SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')";
        sqlx::query_scalar(count).fetch_one(&mut *read).await.expect("a count")
    }

    /// Ends the platform as a kill would, as far as the database can tell, and starts another on the same database and
    /// cluster.
    pub async fn restart(&mut self) {
        self.restart_after(|_| ()).await;
    }

    /// The same with something done to the database's file in between.
    pub async fn restart_after(&mut self, between: impl FnOnce(&Path)) {
        self.platform.take().expect("the platform runs").stop().await;
        between(&self.database());
        self.platform = Some(
            open_at(
                self.database(),
                Arc::clone(&self.cluster),
                self.deadlines,
                self.care,
                self.clock.clone(),
                self.domains.clone(),
                self.spare_stores,
            )
            .await,
        );
    }

    /// Sends a request as an administrator's program, unless it says whose it is.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        let headers = request.headers_mut();
        if !headers.contains_key("authorization") && !headers.contains_key("cookie") {
            headers.insert("authorization", format!("Bearer {}", self.token).parse().expect("a header"));
        }
        self.send_as_it_is(request).await
    }

    /// Sends a request of somebody else's.
    pub async fn send_as_it_is(&self, request: Request<Body>) -> Answer {
        let response = self.platform().router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).expect("text") }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    pub async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = request(Method::POST, path).header("content-type", "application/json");
        self.send(request.body(body.into()).expect("a request")).await
    }

    pub async fn put(&self, path: &str, body: &'static str) -> Answer {
        let request = request(Method::PUT, path).header("content-type", "application/json");
        self.send(request.body(body.into()).expect("a request")).await
    }

    pub async fn patch(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = request(Method::PATCH, path).header("content-type", "application/json");
        self.send(request.body(body.into()).expect("a request")).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(request(Method::DELETE, path).body(Body::empty()).expect("a request")).await
    }

    /// Asks for a store and expects it to be taken.
    pub async fn create(&self, name: &str) -> Store {
        let answer = self.post("/api/stores", json!({ "name": name }).to_string()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        // Stores of the same millisecond have no order among themselves.
        tokio::time::sleep(Duration::from_millis(2)).await;
        answer.json()
    }

    pub async fn show(&self, id: &StoreId) -> StoreDetail {
        self.get(&format!("/api/stores/{id}")).await.json()
    }

    pub async fn events(&self, id: &StoreId) -> Vec<Event> {
        self.get(&format!("/api/stores/{id}/events")).await.json()
    }

    pub async fn texts(&self, id: &StoreId) -> Vec<String> {
        self.events(id).await.into_iter().map(|event| event.text).collect()
    }

    /// Waits until the store has this status.
    pub async fn wait_for(&self, id: &StoreId, status: Status) -> StoreDetail {
        self.wait_until(id, |detail| detail.store.status == status).await
    }

    /// Waits until the store is like this.
    pub async fn wait_until(&self, id: &StoreId, is_so: impl Fn(&StoreDetail) -> bool) -> StoreDetail {
        let reached = async {
            loop {
                let detail = self.show(id).await;
                if is_so(&detail) {
                    return detail;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, reached).await {
            Ok(detail) => detail,
            Err(_) => panic!("the store did not become what was waited for: {:?}", self.show(id).await),
        }
    }

    /// Waits until this many installs run.
    pub async fn wait_for_busy(&self, installs: u32) {
        let reached = async {
            while self.platform().stores.health().await.expect("health").installing < installs {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(PATIENCE, reached).await.expect("the installs begin");
    }

    /// Waits until the cluster was asked to run this many steps of the store.
    pub async fn wait_for_steps(&self, id: &StoreId, count: usize) {
        let reached = async {
            while self.cluster.steps_of(id).len() < count {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(PATIENCE, reached).await.expect("the steps begin");
    }

    /// Stops the platform and asserts that no job was left in its queue.
    pub async fn finish(self) {
        self.finish_and(|| {}).await;
    }

    /// The same, and looks at what it left behind.
    pub async fn finish_and(mut self, look: impl FnOnce()) {
        let left = self.jobs_left().await;
        self.platform.take().expect("the platform runs").stop().await;
        look();
        assert_eq!(left, 0, "jobs were left in the queue");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let forgotten = self.platform.is_some() && !std::thread::panicking();
        assert!(!forgotten, "a test ended without TestApp::finish");
    }
}

/// A token that may do everything.
async fn administrators_token(platform: &Platform) -> String {
    let user = platform.accounts.ensure_administrator(&platform.audit, "admin", None).await.expect("an administrator");
    let new = NewToken { name: "tests".to_owned(), scopes: Scope::ALL.to_vec(), days: None };
    platform.accounts.make_token(user.id, new).await.expect("a token").secret
}

pub fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header("host", "localhost:3000")
}
