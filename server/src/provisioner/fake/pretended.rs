//! What the pretended cluster holds of a store.

use app::model::{Attempt, AttemptOutcome, Container, Finding, Object, Pod, ReachTarget, StoreId, Usage};

use crate::provisioner::{Isolated, Resident};

/// Its pods.
pub(super) fn pods() -> Vec<Pod> {
    const MIB: u64 = 1024 * 1024;
    let container = |name: &str, usage: Option<(u64, u64)>, limit: (u64, u64)| {
        let usage_of = |(cpu_milli, mib)| Usage { cpu_milli, memory: mib * MIB };
        Container { name: name.to_owned(), usage: usage.map(usage_of), limit: usage_of(limit) }
    };
    let pod = |name: &str, phase: &str, restarts, containers| Pod {
        name: format!("pretended-{name}"),
        phase: phase.to_owned(),
        healthy: true,
        restarts,
        last_end: (restarts > 0).then(|| "OOMKilled (exit code 137)".to_owned()),
        created_at: None,
        containers,
    };
    let cron = container("cron", None, (500, 256));
    vec![
        pod("bootstrap", "Completed", 0, vec![container("bootstrap", None, (1000, 384))]),
        pod("database", "Running", 0, vec![container("database", Some((3, 111)), (1000, 384))]),
        pod("wordpress", "Running", 1, vec![container("wordpress", Some((12, 310)), (1000, 384)), cron]),
    ]
}

/// Its objects.
pub(super) fn objects(id: &StoreId) -> Vec<Object> {
    let object = |kind: &str, name: &str| Object {
        kind: kind.to_owned(),
        name: name.to_owned(),
        uid: format!("{}-{name}-of-{id}", kind.to_lowercase()),
    };
    vec![
        object("Namespace", &id.namespace()),
        object("Deployment", "pretended-wordpress"),
        object("StatefulSet", "pretended-database"),
        object("Secret", "pretended-credentials"),
        object("PersistentVolume", "pretended-files"),
        object("PersistentVolume", "pretended-data"),
    ]
}

/// What is to be seen of it.
pub(super) fn findings() -> Vec<Finding> {
    let finding = |about: &str, text: &str| Finding { about: about.to_owned(), text: text.to_owned() };
    vec![
        finding(
            "Pods",
            "Pod pretended-database is Running: database running, ready, 0 restarts\n  (this cluster is fake)",
        ),
        finding("Quota", "pods: 3 of 10\nrequests.memory: 700Mi of 2Gi"),
    ]
}

/// Its namespace, as a search for everything finds it.
pub(super) fn resident(id: &StoreId, installation: Option<String>, is_spare: Option<bool>) -> Resident {
    let mut objects = objects(id);
    let volumes = objects.split_off(4);
    Resident {
        id: id.clone(),
        namespace: objects.into_iter().next(),
        volumes,
        installation,
        created_at: None,
        is_leaving: false,
        is_spare,
    }
}

/// What is reached from inside of it.
pub(super) fn isolation(leaks: bool, has_neighbour: bool) -> Isolated {
    let attempts = ReachTarget::ALL.map(|target| {
        let outcome = match target {
            ReachTarget::OwnDatabase => AttemptOutcome::Reached,
            ReachTarget::OtherDatabase | ReachTarget::OtherWeb if !has_neighbour => AttemptOutcome::NotTried,
            ReachTarget::OtherDatabase if leaks => AttemptOutcome::Reached,
            _ => AttemptOutcome::Silent,
        };
        Attempt { target, outcome }
    });
    Isolated { policies: 4, attempts: attempts.to_vec() }
}
