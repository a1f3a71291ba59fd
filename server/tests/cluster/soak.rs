//! An hour of everything at once, with a fixed seed: creates, cancels, deletions, meddling, and kills of the server, of pods and of the
//! API server. At the end every store tells the truth, nothing is left in the cluster, and the server has not grown.
//!
//! `dev/test --soak` runs it. `URUMI_SOAK_SECONDS` and `URUMI_SOAK_SEED` change its length and its luck; `URUMI_SOAK_BOUNCE` is a
//! command that kills the API server and starts it again after the number of seconds that it is given.

#[path = "soak/chaos.rs"]
mod chaos;
#[path = "soak/measure.rs"]
mod measure;

use std::{
    collections::BTreeMap,
    env,
    time::{Duration, Instant},
};

use app::model::{CheckReport, Origin, Reason, Status, StoreDetail, StoreId, Strays};
use hyper::Method;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tokio::time::sleep;

use self::{
    chaos::{Chaos, Fate},
    measure::{Measure, Measures},
};
use crate::{process::Server, support::cluster};

/// How long everything may take to come to rest once nobody meddles any more.
const REST: Duration = Duration::from_secs(420);

/// The part of the time after which the server is killed no more, so that one process lives long enough to be seen to grow.
const LAST_KILL: f64 = 0.5;

/// Between two looks at the server's size.
const MEASURE_EVERY: Duration = Duration::from_secs(15);

/// How much more a server may hold at its end than when it had warmed up. What it keeps of stores grows with them, and ends with them.
const GROWTH: f64 = 1.15;

/// Most files and connections of a server at rest. Its pool of connections to the API server keeps as many as were ever needed at once.
const FILES: usize = 120;

fn setting<T: std::str::FromStr>(name: &str, usual: T) -> T {
    match env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text:?}")),
        Err(_) => usual,
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it takes an hour; dev/test --soak runs it"]
async fn an_hour_of_everything_leaves_no_lie_no_rest_and_no_leak() {
    let Some(cluster) = cluster("an_hour_of_everything_leaves_no_lie_no_rest_and_no_leak") else { return };
    let length = Duration::from_secs(setting("URUMI_SOAK_SECONDS", 3_600));
    let seed: u64 = setting("URUMI_SOAK_SEED", 20_261_124);
    println!("soak: {} s with the seed {seed}", length.as_secs());
    let mut rng = StdRng::seed_from_u64(seed);
    let server = Server::start(&cluster).await;
    let idle = Measure::idle(&server).await;
    let mut chaos = Chaos::new(cluster, server, env::var("URUMI_SOAK_BOUNCE").ok());
    let mut measures = Measures::default();

    let begun = Instant::now();
    let mut measured = Instant::now();
    while begun.elapsed() < length {
        let may_kill = begun.elapsed() < length.mul_f64(LAST_KILL);
        chaos.act(&mut rng, may_kill).await;
        if measured.elapsed() >= MEASURE_EVERY {
            measured = Instant::now();
            measures.take(begun.elapsed(), &chaos.server).await;
        }
        sleep(Duration::from_millis(rng.random_range(500..5_000))).await;
    }
    println!("soak: acted: {:?}", chaos.acted);
    println!("soak: answered: {:?}", chaos.answered);

    let stores = rest(&chaos).await;
    judge(&chaos, &stores).await;
    remove_all(&chaos, &stores).await;
    measures.take(begun.elapsed(), &chaos.server).await;
    let left = left_in_the_cluster(&chaos).await;
    assert_eq!(left, Vec::<String>::new(), "namespaces or volumes are left");
    let at_rest = Measure::idle(&chaos.server).await;
    println!("soak: idle at first: {idle:?}; at rest at the end: {at_rest:?}");
    println!("{measures}");
    assert!(at_rest.beside_files() <= idle.beside_files() + 2, "tasks are left: {idle:?} and {at_rest:?}");
    assert!(at_rest.files <= FILES, "connections pile up: {at_rest:?}");
    let (warm, last) = measures.of_the_last_process();
    println!("soak: memory of the last process, from warm to its end: {warm} and {last} KiB");
    assert!(last as f64 <= warm as f64 * GROWTH, "the server has grown: {measures}");
}

/// Every store, once none is worked on any more.
async fn rest(chaos: &Chaos) -> Vec<StoreDetail> {
    let begun = Instant::now();
    loop {
        let mut stores = Vec::new();
        for id in chaos.fates.keys() {
            stores.push(chaos.server.show(id).await);
        }
        let is_quiet = |detail: &StoreDetail| {
            let is_hurt = chaos.fates[&detail.store.id] == Fate::Destroyed;
            match detail.store.status {
                Status::Queued | Status::Provisioning | Status::Deleting => false,
                // It is mended by itself, where that can be.
                Status::Degraded => is_hurt,
                Status::Ready => !is_hurt,
                Status::Failed | Status::Deleted => true,
            }
        };
        let restless: Vec<&StoreDetail> = stores.iter().filter(|detail| !is_quiet(detail)).collect();
        if restless.is_empty() {
            println!("soak: at rest after {:.0} s", begun.elapsed().as_secs_f64());
            return stores;
        }
        let told: Vec<_> =
            restless.iter().map(|d| (&d.store.id, d.store.status, &d.store.failure, d.events.last())).collect();
        assert!(begun.elapsed() < REST, "no rest: {told:#?}");
        sleep(Duration::from_millis(500)).await;
    }
}

/// What each store says is true.
async fn judge(chaos: &Chaos, stores: &[StoreDetail]) {
    let mut by_status: BTreeMap<&str, u32> = BTreeMap::new();
    for StoreDetail { store, events, receipt, .. } in stores {
        *by_status.entry(store.status.as_str()).or_default() += 1;
        let fate = chaos.fates[&store.id];
        match store.status {
            Status::Ready => {
                assert_eq!(fate, Fate::Living, "{} should not be ready: {events:#?}", store.id);
                let report: Option<CheckReport> =
                    chaos.server.ask(Method::POST, &format!("/api/stores/{}/check", store.id), None).await;
                let report = report.expect("an answer");
                assert!(report.passed, "{} is ready and does not sell: {report:?}", store.id);
            }
            Status::Degraded => {
                let failure = store.failure.as_ref().expect("a reason");
                assert_eq!((fate, failure.reason), (Fate::Destroyed, Reason::DataLost), "{failure:?}");
            }
            Status::Deleted => {
                assert_eq!(fate, Fate::Deleted, "nobody asked for the deletion of {}", store.id);
                assert!(receipt.iter().all(|line| line.gone_at.is_some()), "{receipt:?}");
            }
            other => panic!("{} is {other}: {:?} {events:#?}", store.id, store.failure),
        }
    }
    println!("soak: stores by status: {by_status:?}");
}

/// Deletes what is left, and waits until it is gone.
async fn remove_all(chaos: &Chaos, stores: &[StoreDetail]) {
    for detail in stores.iter().filter(|detail| detail.store.status != Status::Deleted) {
        chaos.server.delete(&detail.store.id).await;
    }
    let begun = Instant::now();
    for id in chaos.fates.keys() {
        while chaos.server.show(id).await.store.status != Status::Deleted {
            assert!(begun.elapsed() < REST, "{:?}", chaos.server.show(id).await);
            sleep(Duration::from_millis(200)).await;
        }
    }
}

/// What the cluster and the server know of stores that are all deleted.
async fn left_in_the_cluster(chaos: &Chaos) -> Vec<String> {
    let found = chaos.cluster.kubectl(&["get", "namespaces,persistentvolumes", "--output=wide", "--no-headers"]);
    let is_ours = |id: &StoreId| found.lines().find(|line| line.contains(id.as_str())).map(str::to_owned);
    let mut left: Vec<String> = chaos.fates.keys().filter_map(is_ours).collect();
    let strays: Strays = chaos.server.ask(Method::GET, "/api/strays", None).await.expect("an answer");
    let ours = strays.found.iter().filter(|stray| stray.origin == Origin::Ours || chaos.fates.contains_key(&stray.id));
    left.extend(ours.map(|stray| format!("{stray:?}")));
    left
}
