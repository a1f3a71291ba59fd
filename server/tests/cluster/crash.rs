//! The server is killed at every boundary of a store's life; the next one goes on from there.

use std::{collections::BTreeSet, time::Duration};

use app::model::{EventKind, Status, Step, StoreDetail, StoreId};
use tokio::time::{Instant, sleep};

use crate::{
    process::Server,
    support::{TestCluster, cluster},
};

/// How long a store may take through all its kills, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// The boundaries that a store has passed: what the server had written down when it was killed.
fn boundaries(detail: &StoreDetail) -> BTreeSet<String> {
    let steps = detail.steps.iter().flat_map(|record| {
        let finished = record.finished_at.map(|_| format!("{} finished", record.step));
        [Some(format!("{} started", record.step)), finished].into_iter().flatten()
    });
    let gone = detail.receipt.iter().filter(|line| line.gone_at.is_some()).count();
    let deleting = (detail.store.status == Status::Deleting).then(|| "deletion asked for".to_owned());
    let found = (!detail.receipt.is_empty()).then(|| "inventory written".to_owned());
    let first = (gone > 0).then(|| "first objects gone".to_owned());
    steps.chain(deleting).chain(found).chain(first).collect()
}

/// Kills the server whenever the store has passed a boundary, until it has this status. Answers with the boundaries.
async fn kill_until(server: &mut Server, id: &StoreId, status: Status, met: &mut BTreeSet<String>) -> StoreDetail {
    let begun = Instant::now();
    loop {
        let detail = server.show(id).await;
        let passed = boundaries(&detail);
        if detail.store.status == status {
            met.extend(passed);
            return detail;
        }
        assert!(detail.store.status.is_working(), "{detail:?}");
        assert!(begun.elapsed() < PATIENCE, "it never becomes {status}: {detail:?}");
        if passed.is_subset(met) {
            sleep(Duration::from_millis(10)).await;
            continue;
        }
        eprintln!("killed after: {:?}", passed.difference(met).collect::<Vec<_>>());
        met.extend(passed);
        server.kill_and_start().await;
    }
}

/// What kubectl finds of a store.
fn remains(cluster: &TestCluster, id: &StoreId) -> String {
    let found = cluster.kubectl(&["get", "namespaces,persistentvolumes", "--output=wide", "--no-headers"]);
    found.lines().filter(|line| line.contains(id.as_str())).collect()
}

#[tokio::test]
async fn a_server_that_is_killed_at_every_boundary_makes_a_store_and_removes_it() {
    let Some(cluster) = cluster("a_server_that_is_killed_at_every_boundary_makes_a_store_and_removes_it") else {
        return;
    };
    let mut server = Server::start(&cluster).await;
    let id = server.create("Killed again and again").await.id;
    let mut met = BTreeSet::new();
    let made = kill_until(&mut server, &id, Status::Ready, &mut met).await;
    for step in Step::ALL {
        assert!(met.contains(&format!("{step} started")) && met.contains(&format!("{step} finished")), "{met:?}");
    }
    let finished = made.events.iter().filter(|event| event.kind == EventKind::StepFinished).count();
    assert_eq!(finished, Step::ALL.len(), "a step was finished twice, or not at all: {:?}", made.events);

    server.delete(&id).await;
    let gone = kill_until(&mut server, &id, Status::Deleted, &mut met).await;
    for boundary in ["deletion asked for", "inventory written", "first objects gone"] {
        assert!(met.contains(boundary), "{met:?}");
    }
    assert!(gone.receipt.len() > 20, "{:?}", gone.receipt);
    assert!(gone.receipt.iter().all(|line| line.gone_at.is_some()), "{:?}", gone.receipt);
    assert_eq!(remains(&cluster, &id), "");
}
